//! Formats of quantized layers: the checkpoints of `fixtures/formats`, packed by the formats' own libraries, against
//! transformers' logits (`golden.json`) and against each other.

mod common;

use std::path::{Path, PathBuf};

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../fixtures/formats/golden.json")).unwrap()
}

fn prompt() -> Vec<u32> {
    golden()["prompt"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new("fixtures/formats").join(name)
}

fn open(dir: &Path) -> Checkpoint {
    let source = CheckpointSource { model: dir.to_str().unwrap().into(), ..CheckpointSource::default() };
    Checkpoint::open(&source).unwrap()
}

fn load(dir: &Path, arithmetic: Arithmetic, threads: usize) -> Model {
    Model::load(&open(dir), &ModelOptions { arithmetic, isa: None, threads: Some(threads) }).unwrap()
}

/// The hidden states of a prompt that is run in chunks.
fn hidden_states(model: &Model, prompt: &[u32], chunk: usize) -> Vec<f32> {
    let (mut cache, mut workspace) = (model.new_kv_cache(), Workspace::default());
    let mut hidden = Vec::new();
    for tokens in prompt.chunks(chunk) {
        hidden.extend_from_slice(model.forward(&mut [SequenceInput { tokens, cache: &mut cache }], &mut workspace));
    }
    hidden
}

/// The quantizations that run.
fn quantizations() -> Vec<Value> {
    let all = golden()["quantizations"].as_array().unwrap().clone();
    all.into_iter().filter(|quantization| !quantization["name"].as_str().unwrap().contains("head")).collect()
}

/// The names of the checkpoints of a quantization.
fn checkpoints(quantization: &Value) -> Vec<&str> {
    quantization["checkpoints"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn logits_in_f32_equal_those_of_transformers_in_every_format() {
    for quantization in &quantizations() {
        for name in checkpoints(quantization) {
            let model = load(&fixture(name), Arithmetic::F32, 2);
            let hidden = hidden_states(&model, &prompt(), 48);
            let width = model.config.hidden_size;
            let mut most = 0.0_f64;
            for (position, expected) in quantization["logits"].as_object().unwrap() {
                let position: usize = position.parse().unwrap();
                let logits = model.exact_logits(&hidden[position * width..(position + 1) * width]);
                for pair in expected.as_array().unwrap() {
                    let difference = f64::from(logits[pair[0].as_u64().unwrap() as usize]) - pair[1].as_f64().unwrap();
                    most = most.max(difference.abs());
                }
            }
            eprintln!("{name}: logits within {most:.6}");
            assert!(most < 0.001, "{name}: logits differ by {most}");
        }
    }
}

#[test]
fn all_formats_of_a_quantization_give_the_same_bits_in_every_arithmetic() {
    for quantization in &quantizations() {
        for arithmetic in Arithmetic::ALL {
            let bits = |name: &str, threads: usize, chunk: usize| -> Vec<u32> {
                let model = load(&fixture(name), arithmetic, threads);
                let hidden = hidden_states(&model, &prompt(), chunk);
                model.exact_logits(&hidden).iter().map(|logit| logit.to_bits()).collect()
            };
            let names = checkpoints(quantization);
            let expected = bits(names[0], 1, 48);
            for name in &names {
                assert!(bits(name, 2, 48) == expected, "{name} differs from {}", names[0]);
                assert!(bits(name, 3, 1) == expected, "{name}: single tokens differ from the whole prompt");
                assert!(bits(name, 2, 5) == expected, "{name}: chunks differ from the whole prompt");
            }
        }
    }
}
