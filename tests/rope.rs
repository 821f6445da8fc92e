//! RoPE scaling: frequencies and logits against transformers (`fixtures/rope/golden.json`, made by
//! `fixtures/rope/make_rope.py`), and what happens at the longest context that a scaling covers.

mod common;

use std::path::{Path, PathBuf};

use common::{Run, check_logits, hidden_states, rewrite, run, scratch, storyteller_copy};
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::files::hex;
use rumma::model::rope::Rope;
use rumma::model::{Arithmetic, Model, ModelOptions};
use rumma::text::Tokenizer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn cases() -> Vec<Value> {
    serde_json::from_str(include_str!("../fixtures/rope/golden.json")).unwrap()
}

/// The ids of every prompt in the golden file.
fn ids(len: usize) -> Vec<u32> {
    (0..len).map(|i| ((i * i * 31 + i * 7 + i / 5) % 1000 + 20) as u32).collect()
}

/// The storyteller's `config.json` with other settings.
fn config(settings: &Value) -> Value {
    let text = std::fs::read_to_string("fixtures/storyteller/checkpoint/config.json").unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    config.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    config
}

/// A checkpoint of the storyteller's first layers (two, if `settings` do not say) with other settings.
fn first_layers(name: &str, settings: &Value) -> PathBuf {
    let dir = storyteller_copy(&format!("rope {name}"));
    let layers = settings.get("num_hidden_layers").map_or(2, |layers| layers.as_u64().unwrap());
    let mut config = config(settings);
    config["num_hidden_layers"] = layers.into();
    std::fs::write(dir.join("config.json"), config.to_string()).unwrap();
    rewrite(&dir.join("model.safetensors"), |tensors| {
        let layer = |name: &str| name.strip_prefix("model.layers.")?.split('.').next()?.parse::<u64>().ok();
        tensors.retain(|name, _| layer(name).is_none_or(|layer| layer < layers));
    });
    dir
}

fn open(dir: &Path, context: usize) -> Checkpoint {
    let source = CheckpointSource { model: dir.to_str().unwrap().into(), ..CheckpointSource::default() };
    Checkpoint::open(&source).unwrap().within(Some(context))
}

/// Compares the logits of a case with transformers. Returns the hidden states.
fn check_case(case: &Value, model: &Model, chunk: usize) -> Vec<f32> {
    let hidden = hidden_states(model, &ids(case["length"].as_u64().unwrap() as usize), chunk);
    check_logits(case["name"].as_str().unwrap(), model, &hidden, &case["logits"]);
    hidden
}

fn load(dir: &Path, context: usize, arithmetic: Arithmetic) -> Model {
    Model::load(&open(dir, context), &ModelOptions { arithmetic, isa: None, threads: None }).unwrap()
}

#[test]
fn frequencies_equal_those_of_transformers_to_one_rounding() {
    for case in cases() {
        let name = case["name"].as_str().unwrap();
        let length = case["length"].as_u64().unwrap() as usize;
        let config =
            open(&first_layers(&format!("{name} frequencies"), &case["settings"]), length).config().unwrap().clone();
        let rope = Rope::new(&config.rope, config.head_dim, config.max_position_embeddings);
        let expected: Vec<f32> =
            case["frequencies"].as_array().unwrap().iter().map(|f| f.as_f64().unwrap() as f32).collect();
        assert_eq!(rope.frequencies().len(), expected.len(), "{name}");
        for (found, expected) in rope.frequencies().iter().zip(&expected) {
            assert!(found.to_bits().abs_diff(expected.to_bits()) <= 1, "{name}: {found:e} instead of {expected:e}");
        }
        assert_eq!(rope.attention_factor(), case["attention_factor"].as_f64().unwrap() as f32, "{name}");
    }
}

#[test]
fn logits_of_every_scaling_equal_transformers_whatever_the_chunks() {
    for case in cases().iter().filter(|case| case["length"].as_u64() < Some(1000)) {
        let name = case["name"].as_str().unwrap();
        let length = case["length"].as_u64().unwrap() as usize;
        let dir = first_layers(name, &case["settings"]);
        let model = load(&dir, length, Arithmetic::F32);
        let whole = check_case(case, &model, length);
        assert!(hidden_states(&model, &ids(length), 37) == whole, "{name}: other bits in chunks");
        let int8 = load(&dir, length, Arithmetic::Int8);
        let whole = hidden_states(&int8, &ids(length), length);
        assert!(hidden_states(&int8, &ids(length), 37) == whole, "{name}: other bits in chunks");
    }
}

#[test]
fn yarn_logits_past_position_32768_equal_transformers() {
    let cases = cases();
    let case = cases.iter().find(|case| case["name"] == "qwen yarn").unwrap();
    let length = case["length"].as_u64().unwrap() as usize;
    let model = load(&first_layers("long", &case["settings"]), length, Arithmetic::F32);
    assert_eq!(model.config.max_position_embeddings, 131072);
    check_case(case, &model, 512);
}

/// Qwen2.5-Coder-0.5B with the settings that Qwen documents for long texts. Only runs if `RUMMA_CHECKPOINT` is the directory
/// of the checkpoint of `fixtures/real-model`, and if it is asked for: `cargo test --release --test rope -- --ignored`.
#[test]
#[ignore = "takes a quarter of an hour of two cores"]
fn yarn_logits_of_the_real_model_past_position_32768_equal_transformers() {
    let Ok(directory) = std::env::var("RUMMA_CHECKPOINT").map(PathBuf::from) else {
        return eprintln!("SKIPPED: RUMMA_CHECKPOINT does not name the checkpoint of fixtures/real-model");
    };
    let case: Value = serde_json::from_str(include_str!("../fixtures/rope/real.json")).unwrap();
    let mut config: Value = serde_json::from_slice(&std::fs::read(directory.join("config.json")).unwrap()).unwrap();
    config.as_object_mut().unwrap().extend(case["settings"].as_object().unwrap().clone());
    let path = scratch("real config").join("config.json");
    std::fs::write(&path, config.to_string()).unwrap();
    let source = CheckpointSource {
        model: directory.to_str().unwrap().into(),
        config: Some(path),
        ..CheckpointSource::default()
    };
    let checkpoint = Checkpoint::open(&source).unwrap();
    let text = std::fs::read_to_string("fixtures/score/text.txt").unwrap();
    let tokenizer = directory.join("tokenizer.json");
    let tokenizer = Tokenizer::from_bytes(&tokenizer, &std::fs::read(&tokenizer).unwrap(), None).unwrap();
    let mut ids = tokenizer.encode(&text.repeat(2)).unwrap();
    ids.truncate(case["length"].as_u64().unwrap() as usize);
    let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
    assert_eq!(hex(&Sha256::digest(&bytes)), case["ids_sha256"].as_str().unwrap());
    let options = ModelOptions { arithmetic: Arithmetic::F32, isa: None, threads: None };
    let model = Model::load(&checkpoint, &options).unwrap();
    assert_eq!(model.config.max_position_embeddings, 131072);
    check_logits("real yarn", &model, &hidden_states(&model, &ids, 512), &case["logits"]);
}

/// A `config.json` with other settings, as the value of `--config`.
fn config_file(name: &str, settings: Value) -> String {
    let path = scratch(&format!("config {name}")).join("config.json");
    std::fs::write(&path, config(&settings).to_string()).unwrap();
    path.to_str().unwrap().into()
}

fn run_with(args: &[&str], config: &str) -> Run {
    run([&args[..1], &["storyteller", "--config", config, "--quiet"], &args[1..]].concat())
}

fn longrope() -> Value {
    let (short, long): (Vec<f64>, Vec<f64>) = ((0..16).map(|_| 1.0).collect(), (1..17).map(f64::from).collect());
    json!({"max_position_embeddings": 256, "original_max_position_embeddings": 64,
        "rope_scaling": {"type": "longrope", "short_factor": short, "long_factor": long}})
}

#[test]
fn a_context_beyond_what_the_scaling_covers_is_refused_with_both_numbers() {
    let original = |kind: &str| json!({"type": kind, "factor": 4, "original_max_position_embeddings": 64});
    let llama3 = json!({"type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
        "original_max_position_embeddings": 64});
    for (name, settings, covered) in [
        ("yarn", json!({"max_position_embeddings": 64, "rope_scaling": original("yarn")}), 256),
        ("yarn whole", json!({"max_position_embeddings": 256, "rope_scaling": original("yarn")}), 256),
        ("linear", json!({"max_position_embeddings": 64, "rope_scaling": {"type": "linear", "factor": 2.5}}), 160),
        ("dynamic", json!({"max_position_embeddings": 64, "rope_scaling": {"type": "dynamic", "factor": 4}}), 64),
        ("llama3", json!({"max_position_embeddings": 300, "rope_scaling": llama3}), 300),
        ("longrope", longrope(), 256),
    ] {
        let config = config_file(name, settings);
        let [fits, beyond] = [covered, covered + 1].map(|number| number.to_string());
        for args in [&["load"][..], &["decode", "--prompt", "Once"], &["prefill", "--prompt", "Once"], &["bench"]] {
            let line =
                format!("--context {beyond} exceeds the model's maximum of {covered}; give --context up to {fits}");
            run_with(&[args, &["--context", &beyond]].concat(), &config).fails(1, &[&line]);
        }
        let does_not_fit = format!("a prompt of {beyond} tokens does not fit a context of {covered}");
        let args = ["decode", "--prompt-tokens", &beyond, "--context", &fits];
        run_with(&args, &config).fails(1, &[&does_not_fit]);
        let loaded = run_with(&["load", "--json", "--context", &fits], &config).json();
        assert_eq!(loaded["context"], covered, "{loaded}");
        let shown = run_with(&["inspect", "--json"], &config).json();
        let (shape, kind) = (&shown["config"], name.split(' ').next().unwrap());
        assert_eq!((&shape["max_position_embeddings"], &shape["rope_type"]), (&covered.into(), &kind.into()));
        assert_eq!((&shown["runnable"], &shown["warnings"]), (&true.into(), &json!([])));
        let text = run_with(&["inspect"], &config).stdout;
        assert!(text.contains(&format!("\n  context     {covered}, RoPE scaling {kind}\n")), "{text}");
    }
}

#[test]
fn an_answer_ends_where_the_scaled_context_is_full() {
    let yarn = json!({"type": "yarn", "factor": 4, "original_max_position_embeddings": 64});
    let config = config_file("full", json!({"max_position_embeddings": 64, "rope_scaling": yarn}));
    let args = ["decode", "--prompt-tokens", "250", "--tokens", "20", "--seed", "1", "--json"];
    let answer = run_with(&args, &config).json();
    assert_eq!((&answer["ended_by"], answer["ids"].as_array().unwrap().len()), (&"context".into(), 6));
}

#[test]
fn longrope_takes_its_long_factors_for_a_context_beyond_the_original_one() {
    let config = config_file("lists", longrope());
    let hash = |context: &[&str]| {
        let args = [&["decode", "--prompt", "Once upon a time", "--tokens", "3", "--json"], context].concat();
        run_with(&args, &config).json()["logits_sha256"].clone()
    };
    let (short, long) = (hash(&["--context", "64"]), hash(&["--context", "65"]));
    assert_ne!(short, long);
    assert_eq!((hash(&["--context", "20"]), hash(&[])), (short.clone(), short));
    assert_eq!(hash(&["--context", "256"]), long);
    let too_long = "a prompt of 65 tokens does not fit a context of 64; give --context up to 256";
    run_with(&["decode", "--prompt-tokens", "65"], &config).fails(1, &[too_long]);
    assert_eq!(run_with(&["load", "--json"], &config).json()["context"], 64);
}

#[test]
fn a_state_is_refused_by_a_model_with_other_factors() {
    let config = config_file("state", longrope());
    let state = scratch("state of longrope").join("state");
    let state = state.to_str().unwrap();
    run_with(&["prefill", "--prompt", "Once upon a time", "--save-state", state], &config).code.unwrap();
    assert_eq!(run_with(&["decode", "--state", state, "--tokens", "2"], &config).code, Some(0));
    run_with(&["decode", "--state", state, "--context", "65"], &config).fails(1, &["another model"]);
    let mut other = longrope();
    other["rope_scaling"]["attention_factor"] = 1.5.into();
    run_with(&["decode", "--state", state], &config_file("factor", other)).fails(1, &["another model"]);
}

#[test]
fn factors_of_longrope_are_checked() {
    for (list, found) in [
        (json!([1.0, 2.0]), "2 numbers"),
        (json!(null), "nothing"),
        (json!(4.0), "4.0"),
        (json!(vec![0.0; 16]), "0"),
        (json!(vec![-1.0; 16]), "-1"),
        (json!(vec![1e300; 16]), "1"),
        (json!(vec!["1"; 16]), "["),
    ] {
        for field in ["short_factor", "long_factor"] {
            let mut settings = longrope();
            settings["rope_scaling"][field] = list.clone();
            let line = format!("rope_scaling.{field}: invalid value (found {found}");
            let run = run_with(&["load"], &config_file("factors", settings));
            run.fails(1, &[&line, "expected a list of 16 numbers from 0.000001 to 1000000"]);
        }
    }
}

#[test]
fn settings_that_a_scaling_does_not_read_are_named() {
    let scaling = json!({"type": "linear", "factor": 2, "attention_factor": 1.5, "alpha": 1000, "truncate": null});
    let shown = run_with(&["inspect", "--json"], &config_file("unread", json!({"rope_scaling": scaling}))).json();
    let warnings = shown["warnings"].to_string();
    assert!(warnings.contains("rope_scaling.attention_factor 1.5, rope_scaling.alpha 1000"), "{warnings}");
    assert!(!warnings.contains("factor 2") && !warnings.contains("truncate"), "{warnings}");
}
