//! Mixture of experts, with the model of `fixtures/families/qwen3_moe`: which experts are read, what is reported, and which
//! checkpoints are refused. `tests/families.rs` compares its results with those of transformers.
#![cfg(unix)]

mod common;

use std::path::{Path, PathBuf};

use common::{Tensors, hidden_states, rewrite, run, scratch};
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::model::{Arithmetic, Model, ModelOptions};
use serde_json::{Value, json};

const FIXTURE: &str = "fixtures/families/qwen3_moe";

/// A copy of the fixture whose tensors and settings are changed.
fn changed(name: &str, tensors: impl FnOnce(&mut Tensors), settings: &[(&str, Value)]) -> PathBuf {
    let dir = scratch(&format!("experts {name}"));
    std::fs::copy(Path::new(FIXTURE).join("model.safetensors"), dir.join("model.safetensors")).expect("copied");
    rewrite(&dir.join("model.safetensors"), tensors);
    let config = std::fs::read_to_string(Path::new(FIXTURE).join("config.json")).expect("the fixture is there");
    let mut config: Value = serde_json::from_str(&config).expect("JSON");
    settings.iter().for_each(|(name, value)| config[*name] = value.clone());
    std::fs::write(dir.join("config.json"), config.to_string()).expect("written");
    dir
}

fn load(dir: &Path, arithmetic: Arithmetic) -> Model {
    let source = CheckpointSource { model: dir.to_str().expect("UTF-8").into(), ..CheckpointSource::default() };
    let options = ModelOptions { arithmetic, threads: Some(2), ..ModelOptions::default() };
    Model::load(&Checkpoint::open(&source).expect("opens"), &options).expect("loads")
}

#[test]
fn only_the_experts_that_a_token_passes_are_computed() {
    let expected = hidden_states(&load(Path::new(FIXTURE), Arithmetic::Int8), &[17], 1);
    // In layer 0, two of the six experts matter.
    let poisoned = |expert: usize| {
        let nan = |tensors: &mut Tensors| {
            let name = format!("model.layers.0.mlp.experts.{expert}.down_proj.scales");
            let scales = &mut tensors.get_mut(&name).expect("is there").2;
            scales.as_chunks_mut::<2>().0.iter_mut().for_each(|scale| *scale = [0x00, 0x7e]);
        };
        let dir = changed(&format!("poisoned {expert}"), nan, &[]);
        hidden_states(&load(&dir, Arithmetic::Int8), &[17], 1)
    };
    let results: Vec<Vec<f32>> = (0..6).map(poisoned).collect();
    let used = results.iter().filter(|result| result.iter().all(|x| x.is_nan())).count();
    let same = |result: &&Vec<f32>| result.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits());
    assert_eq!((used, results.iter().filter(same).count()), (2, 4));
}

#[test]
fn a_batch_is_expected_to_read_more_experts_than_a_token() {
    let cost = load(Path::new(FIXTURE), Arithmetic::Int8).cost();
    assert_eq!(cost.pass_bytes(1), cost.layer_bytes as f64);
    let [one, two, many] = [1, 2, 100].map(|tokens| cost.pass_bytes(tokens));
    // Two tokens read 2 of 6 experts of their own, and a third of them is expected to be the same.
    let expert = 3 * (96 * 64 / 2 + 96 * 64 / 32 / 2 + 96 * 64 / 32 * 2) as u64;
    assert!((two - one - 2.0 * (4.0 / 3.0) * expert as f64).abs() < 1.0, "{one} {two}");
    assert!((many - one - 2.0 * 4.0 * expert as f64).abs() < 1.0, "{one} {many}");
}

#[test]
fn inspect_and_load_report_what_a_token_uses_beside_all_parameters() {
    let inspected = run(["inspect", FIXTURE, "--json"]).json();
    let parameters = inspected["parameters"].as_u64().expect("a number");
    // Four of six experts in two layers.
    let inactive = 2 * 4 * 3 * 96 * 64;
    assert_eq!(inspected["active_parameters"], parameters - inactive);
    let config = &inspected["config"];
    assert_eq!(
        [&config["experts"], &config["experts_per_token"], &config["moe_intermediate_size"]],
        [&json!(6), &json!(2), &json!(64)]
    );
    let expert = 3 * (96 * 64 / 2 + 96 * 64 / 32 / 2 + 96 * 64 / 32 * 2);
    let weights = inspected["memory"]["weights_bytes"].as_u64().expect("a number");
    assert_eq!(inspected["memory"]["active_weights_bytes"], weights - 2 * 4 * expert);
    let text = run(["inspect", FIXTURE]).stdout;
    for part in ["6 in a layer, 2 for each token, intermediate 64", "active", "for each token", "a token reads "] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    let loaded = run(["load", FIXTURE, "--json"]).json();
    assert_eq!(
        (&loaded["parameters"], &loaded["active_parameters"]),
        (&json!(parameters), &json!(parameters - inactive))
    );
    assert!(run(["load", FIXTURE]).stdout.contains(" active for each token"));
    let dense = run(["inspect", "storyteller", "--json"]).json();
    assert!(dense.get("active_parameters").is_none() && dense["config"].get("experts").is_none(), "{dense}");
}

#[test]
fn the_settings_say_which_layers_have_experts() {
    let found = |settings: &[(&str, Value)]| -> Vec<bool> {
        let dir = changed("layers", |_| {}, settings);
        let source = CheckpointSource { model: dir.to_str().expect("UTF-8").into(), ..CheckpointSource::default() };
        let checkpoint = Checkpoint::open(&source).expect("opens");
        checkpoint.config.expect("a configuration").experts.expect("experts").layers
    };
    // As Qwen3MoeDecoderLayer of transformers.
    assert_eq!(found(&[]), [true, false, true]);
    assert_eq!(found(&[("mlp_only_layers", json!(null))]), [true; 3]);
    assert_eq!(found(&[("mlp_only_layers", json!([])), ("decoder_sparse_step", json!(2))]), [false, true, false]);
    assert_eq!(found(&[("mlp_only_layers", json!([1])), ("decoder_sparse_step", json!(2))]), [false; 3]);
    assert_eq!(found(&[("mlp_only_layers", json!([0, 2])), ("decoder_sparse_step", json!(3))]), [false; 3]);
    // transformers 5 writes the number of experts under another name.
    assert_eq!(found(&[("num_experts", json!(null)), ("num_local_experts", json!(6))]), [true, false, true]);
}

#[test]
fn what_is_wrong_with_experts_is_named() {
    let missing = |tensors: &mut Tensors| drop(tensors.remove("model.layers.2.mlp.experts.3.up_proj.qweight"));
    let router = |tensors: &mut Tensors| drop(tensors.remove("model.layers.0.mlp.gate.weight"));
    let none = |_: &mut Tensors| {};
    let supported = "use a mixture of experts of the Qwen3-MoE family";
    for (dir, parts) in [
        (changed("missing", missing, &[]), ["model.layers.2.mlp.experts.3.up_proj", "tensor"]),
        (changed("router", router, &[]), ["model.layers.0.mlp.gate", "tensor"]),
        (changed("more", none, &[("num_experts", json!(7))]), ["model.layers.0.mlp.gate.weight", "[7, 96]"]),
        (changed("few", none, &[("num_experts_per_tok", json!(7))]), ["num_experts_per_tok", "at most the 6 experts"]),
        (changed("list", none, &[("mlp_only_layers", json!("1"))]), ["mlp_only_layers", "a list of layers"]),
        (
            changed("huge", none, &[("num_experts", json!(16384)), ("num_hidden_layers", json!(4096))]),
            ["experts", "found"],
        ),
        (changed("mixtral", none, &[("model_type", json!("mixtral"))]), ["model not supported", supported]),
        (changed("deepseek", none, &[("model_type", json!("deepseek_v3"))]), ["model not supported", supported]),
        (changed("dense", none, &[("model_type", json!("qwen3"))]), ["num_experts: setting not supported", supported]),
        (
            changed("shared", none, &[("shared_expert_intermediate_size", json!(64))]),
            ["shared_expert_intermediate_size: setting not supported", supported],
        ),
    ] {
        let refused = run(["load", dir.to_str().expect("UTF-8")]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(parts.iter().all(|part| refused.stderr.contains(part)), "{parts:?} are not in {}", refused.stderr);
    }
}
