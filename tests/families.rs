//! A small random model of each family against transformers in float32 (`fixtures/families/*`, made by
//! `fixtures/families/make_families.py`), and the same bits however it is run.

mod common;

use std::path::{Path, PathBuf};

use common::{rewrite, scratch};
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::error::FaultKind;
use rumma::kernels::Kernels;
use rumma::model::head::ExactLogits;
use rumma::model::kv_cache::KvCache;
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};
use safetensors::Dtype;
use serde_json::{Value, json};

const FAMILIES: [&str; 9] = ["gemma3", "granite", "llama", "mistral", "phi3", "qwen2", "qwen3", "qwen3_moe", "smollm3"];

fn fixture(family: &str) -> PathBuf {
    Path::new("fixtures/families").join(family)
}

fn golden(family: &str) -> Value {
    serde_json::from_slice(&std::fs::read(fixture(family).join("golden.json")).unwrap()).unwrap()
}

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as u32).collect()
}

fn open(dir: &Path) -> Checkpoint {
    let source = CheckpointSource { model: dir.to_str().unwrap().into(), ..CheckpointSource::default() };
    // `longrope` takes its long factors.
    Checkpoint::open(&source).unwrap().within(Some(128))
}

fn load(dir: &Path, options: ModelOptions) -> Model {
    Model::load(&open(dir), &options).unwrap_or_else(|error| panic!("{}: {error}", dir.display()))
}

fn in_f32(dir: &Path) -> Model {
    load(dir, ModelOptions { arithmetic: Arithmetic::F32, ..ModelOptions::default() })
}

/// The hidden states of tokens that are run in chunks after those of `cache`.
fn run(model: &Model, cache: &mut KvCache, tokens: &[u32], chunk: usize) -> Vec<f32> {
    let mut workspace = Workspace::default();
    let step = |tokens| model.forward(&mut [SequenceInput { tokens, cache }], &mut workspace).to_vec();
    tokens.chunks(chunk).flat_map(step).collect()
}

/// The id of the largest logit.
fn greedy(model: &Model, hidden: &[f32]) -> u32 {
    let mut logits = Vec::new();
    model.logits(hidden, &[ExactLogits::TopK { k: 1, always: &[] }], &mut logits);
    (0..logits.len()).fold(0, |best, i| if logits[i] > logits[best] { i } else { best }) as u32
}

/// Compares logits and greedy ids with those of transformers.
fn check(name: &str, model: &Model, golden: &Value) {
    let prompt = ids(&golden["prompt_ids"]);
    let (mut cache, width) = (model.new_kv_cache(), model.config.hidden_size);
    let hidden = run(model, &mut cache, &prompt, usize::MAX);
    for (position, expected) in golden["logits"].as_object().unwrap() {
        let start = position.parse::<usize>().unwrap() * width;
        let logits = model.exact_logits(&hidden[start..start + width]);
        for (found, expected) in logits.iter().step_by(4).zip(expected.as_array().unwrap()) {
            let difference = (f64::from(*found) - expected.as_f64().unwrap()).abs();
            assert!(difference < 0.001, "{name}, position {position}: a logit differs by {difference}");
        }
    }
    let mut next = greedy(model, &hidden[hidden.len() - width..]);
    for (n, expected) in ids(&golden["greedy_ids"]).into_iter().enumerate() {
        assert_eq!(next, expected, "{name}: greedy token {n}");
        next = greedy(model, &run(model, &mut cache, &[next], 1));
    }
}

#[test]
fn logits_and_greedy_ids_of_every_family_equal_transformers() {
    for family in FAMILIES {
        check(family, &in_f32(&fixture(family)), &golden(family));
    }
}

#[test]
fn hidden_states_of_every_family_do_not_depend_on_isa_threads_batch_or_chunk() {
    for family in FAMILIES {
        let prompt = ids(&golden(family)["prompt_ids"]);
        for arithmetic in Arithmetic::ALL {
            let mut first: Option<Vec<f32>> = None;
            let mut compare = |found: Vec<f32>, case: &str| {
                let first = first.get_or_insert_with(|| found.clone());
                let is_same = found.iter().zip(&*first).all(|(a, b)| a.to_bits() == b.to_bits());
                assert!(is_same && found.len() == first.len(), "{family} {} {case}: other bits", arithmetic.name());
            };
            for kernels in Kernels::available() {
                let options = ModelOptions { arithmetic, isa: Some(kernels.isa()), threads: Some(3) };
                let model = load(&fixture(family), options);
                compare(run(&model, &mut model.new_kv_cache(), &prompt, 7), kernels.isa().name());
            }
            for threads in [1, 2] {
                let model = load(&fixture(family), ModelOptions { arithmetic, isa: None, threads: Some(threads) });
                for chunk in [1, 20, usize::MAX] {
                    let case = format!("{threads} threads, chunks of {chunk}");
                    compare(run(&model, &mut model.new_kv_cache(), &prompt, chunk), &case);
                }
                compare(in_a_batch(&model, &prompt), "in a batch");
            }
        }
    }
}

/// The hidden states of a prompt that is run in two passes, in each with other sequences before and after it.
fn in_a_batch(model: &Model, prompt: &[u32]) -> Vec<f32> {
    let [mut before, mut cache, mut after] = [(); 3].map(|()| model.new_kv_cache());
    let (mut workspace, width, mut hidden) = (Workspace::default(), model.config.hidden_size, Vec::new());
    for (tokens, others) in [(&prompt[..30], &prompt[3..23]), (&prompt[30..], &prompt[8..9])] {
        let batch = &mut [
            SequenceInput { tokens: others, cache: &mut before },
            SequenceInput { tokens, cache: &mut cache },
            SequenceInput { tokens: &others[..1], cache: &mut after },
        ];
        let rows = others.len() * width..(others.len() + tokens.len()) * width;
        hidden.extend_from_slice(&model.forward(batch, &mut workspace)[rows]);
    }
    hidden
}

/// A copy of a fixture whose tensors are renamed by `rename` and whose configuration is changed by `change`.
fn renamed(family: &str, name: &str, rename: impl Fn(&str) -> String, change: impl FnOnce(Value) -> Value) -> PathBuf {
    let dir = scratch(&format!("families {name}"));
    let file = dir.join("model.safetensors");
    std::fs::copy(fixture(family).join("model.safetensors"), &file).unwrap();
    rewrite(&file, |tensors| {
        *tensors = std::mem::take(tensors).into_iter().map(|(name, tensor)| (rename(&name), tensor)).collect();
    });
    let config = std::fs::read_to_string(fixture(family).join("config.json")).unwrap();
    let config = change(serde_json::from_str(&config).unwrap());
    std::fs::write(dir.join("config.json"), config.to_string()).unwrap();
    dir
}

/// The configuration of a multimodal model whose text model is `text`.
fn multimodal(mut text: Value) -> Value {
    let quantization = text.as_object_mut().unwrap().remove("quantization_config");
    let eos = text.as_object_mut().unwrap().remove("eos_token_id");
    json!({
        "architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "text_config": text,
        "vision_config": {"hidden_size": 64, "num_hidden_layers": 1}, "mm_tokens_per_image": 256,
        "image_token_index": 255, "quantization_config": quantization, "eos_token_id": eos
    })
}

#[test]
fn a_text_model_has_any_of_the_usual_prefixes() {
    let old = |name: &str| format!("language_model.{name}");
    let new = |name: &str| name.replace("model.", "model.language_model.");
    let none = |name: &str| name.trim_start_matches("model.").to_string();
    let dirs = [
        renamed("gemma3", "old prefix", old, multimodal),
        renamed("gemma3", "new prefix", new, multimodal),
        renamed("gemma3", "no prefix", none, |config| config),
    ];
    for dir in dirs {
        check(dir.to_str().unwrap(), &in_f32(&dir), &golden("gemma3"));
    }
    // The head of a model that is not tied has a prefix of its own.
    let dir = renamed("llama", "prefix of a head", old, multimodal);
    check("prefix of a head", &in_f32(&dir), &golden("llama"));
}

#[test]
fn tensors_of_the_vision_part_are_named_and_not_used() {
    let dir = renamed("gemma3", "vision", |name| format!("language_model.{name}"), multimodal);
    let vision = "vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight";
    rewrite(&dir.join("model.safetensors"), |tensors| {
        tensors.insert(vision.into(), (Dtype::F16, vec![2], vec![0; 4]));
    });
    let model = in_f32(&dir);
    let [warning] = &model.inventory.warnings[..] else { panic!("{:?}", model.inventory.warnings) };
    assert_eq!((warning.kind, warning.subject.as_str()), (FaultKind::UnusedTensor, vision));
    check("vision", &model, &golden("gemma3"));
}
