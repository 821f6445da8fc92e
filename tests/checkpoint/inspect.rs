//! The output of `rumma inspect`.

use std::fs;
use std::path::Path;

use rumma::checkpoint::{Checkpoint, CheckpointSource, RandomModel};
use rumma::report::inspect::{InspectOptions, Inspection, inspect};
use serde_json::{Value, json};

use crate::files::{Scratch, open, zeros};

fn look(checkpoint: &Checkpoint, stats: bool) -> Inspection {
    inspect(checkpoint, &InspectOptions { stats, ..InspectOptions::default() }).unwrap()
}

fn storyteller() -> Checkpoint {
    Checkpoint::open(&CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() }).unwrap()
}

/// A copy of the storyteller's files that a test may change.
fn copy_of_the_storyteller() -> Scratch {
    let scratch = Scratch::new();
    for name in ["model.safetensors", "config.json"] {
        let from = Path::new("fixtures/storyteller/checkpoint").join(name);
        scratch.write(name, fs::read(from).unwrap());
    }
    scratch
}

/// Overwrites bytes of a tensor on disk, from byte `at` of the tensor on.
fn patch(scratch: &Scratch, tensor: &str, at: usize, bytes: &[u8]) {
    let path = scratch.0.join("model.safetensors");
    let mut file = fs::read(&path).unwrap();
    let header = 8 + u64::from_le_bytes(*file.first_chunk().unwrap()) as usize;
    let json: Value = serde_json::from_slice(&file[8..header]).unwrap();
    let start = header + json[tensor]["data_offsets"][0].as_u64().unwrap() as usize + at;
    file[start..start + bytes.len()].copy_from_slice(bytes);
    fs::write(&path, file).unwrap();
}

#[test]
fn json_has_the_documented_keys() {
    let json = serde_json::to_value(look(&storyteller(), false)).unwrap();
    assert_eq!((&json["format"], &json["family"]), (&json!("awq-gemm"), &json!("qwen2")));
    // 4 layers of 196,608 + 256 biases + 256 norms; embedding 131,072; final norm 128.
    assert_eq!(json["parameters"], json!(4 * (196_608 + 256 + 256) + 131_072 + 128));
    assert_eq!(json["tensors"].as_array().unwrap().len(), 106);
    let embedding =
        json!({"name": "model.embed_tokens.weight", "dtype": "F16", "shape": [1024, 128], "bytes": 262_144});
    assert_eq!(json["tensors"][0], embedding);
    let down = &json["linears"][0];
    assert_eq!(down["name"], "model.layers.0.mlp.down_proj");
    assert_eq!((&down["in"], &down["out"]), (&json!(384), &json!(128)));
    assert_eq!((&down["bits"], &down["group_size"]), (&json!(4), &json!(128)));
    // The size of the file without its header; 4 layers x 2 x 2 heads x 32 x 2 bytes.
    assert_eq!(json["memory"]["weights_bytes"], json!(685_904 - 8 - 10_824));
    assert_eq!(json["memory"]["kv_bytes_per_token"], json!(1024));
    assert_eq!(json["warnings"], json!([]));
    let bits = json["bits_per_weight"].as_f64().unwrap();
    assert!((bits - 675_072.0 * 8.0 / json["parameters"].as_f64().unwrap()).abs() < 1e-9);
}

#[test]
fn the_text_has_a_summary_and_all_tensors_on_request() {
    let summary = look(&storyteller(), false).to_text();
    assert!(summary.contains("  layers      4, hidden 128, intermediate 384\n"), "{summary}");
    assert!(summary.contains("   4 x k_proj          128 -> 64     4 bits in groups of 128, bias\n"), "{summary}");
    assert!(!summary.contains("model.embed_tokens.weight"));
    let all =
        inspect(&storyteller(), &InspectOptions { tensors: true, ..InspectOptions::default() }).unwrap().to_text();
    let line = |start: &str| {
        all.lines()
            .find(|line| line.trim_start().starts_with(start))
            .unwrap_or_else(|| panic!("{start} is not in {all}"))
    };
    let (title, embedding) = (line("name"), line("model.embed_tokens.weight"));
    assert_eq!(
        embedding.split_whitespace().collect::<Vec<_>>().join(" "),
        "model.embed_tokens.weight F16 [1024, 128] 262144"
    );
    assert_eq!((title.find("dtype"), title.find("shape")), (embedding.find("F16"), embedding.find("[1024")));
    assert_eq!(title.len(), embedding.len(), "the last column is aligned at its right");
}

#[test]
fn layers_are_in_the_order_of_their_numbers() {
    let model = RandomModel { hidden_size: Some(256), layers: Some(12), ..RandomModel::default() };
    let checkpoint = Checkpoint::random(&model, None, None).unwrap();
    let options = InspectOptions { tensors: true, stats: true, ..InspectOptions::default() };
    let inspection = inspect(&checkpoint, &options).unwrap();
    let stats = inspection.stats.as_ref().unwrap();
    let numbers = |names: Vec<&str>| -> Vec<u32> {
        names.iter().filter_map(|name| name.strip_prefix("model.layers.")?.split('.').next()?.parse().ok()).collect()
    };
    let lists = [
        numbers(inspection.tensors.iter().map(|row| row.name.as_str()).collect()),
        numbers(inspection.linears.iter().map(|row| row.name.as_str()).collect()),
        numbers(stats.linears.iter().map(|row| row.name.as_str()).collect()),
        numbers(stats.dense.iter().map(|row| row.name.as_str()).collect()),
    ];
    for list in lists {
        assert!(list.is_sorted() && list.last() == Some(&11), "{list:?}");
    }
    let text = inspection.to_text();
    let title = text.lines().find(|line| line.contains("median")).expect("a line of titles");
    let layer = text.lines().find(|line| line.contains("layers.10.mlp.down_proj ")).expect("a layer");
    assert_eq!(title.split_whitespace().count(), layer.split_whitespace().count());
    assert_eq!(title.len(), layer.len(), "the last column is aligned at its right");
}

#[test]
fn the_memory_of_a_run_is_compared_with_the_available_memory() {
    let of = |checkpoint: &Checkpoint, context| {
        inspect(checkpoint, &InspectOptions { context, ..InspectOptions::default() }).unwrap()
    };
    let too_long = of(&storyteller(), Some(513));
    assert_eq!((too_long.runnable, too_long.warnings.len()), (false, 1));
    assert!(too_long.warnings[0].starts_with("cannot be run: ") && too_long.warnings[0].contains("512"));
    assert!(of(&storyteller(), Some(512)).runnable);
    if cfg!(not(target_os = "linux")) {
        // The available memory may be unknown.
        return;
    }
    let small = of(&storyteller(), None);
    let huge = RandomModel { like: Some("qwen2.5-72b".into()), layers: None, ..RandomModel::default() };
    let huge = of(&Checkpoint::random_headers(&huge, None, None).unwrap(), Some(32_768));
    assert_eq!(small.memory.fits, Some(true));
    assert!(small.to_text().contains("\n    fits this machine\n"), "{}", small.to_text());
    let available = huge.memory.available_bytes.unwrap();
    assert_eq!(huge.memory.fits, Some(huge.memory.total_bytes.unwrap() <= available));
    if huge.memory.fits == Some(false) {
        assert!(huge.to_text().contains("does not fit this machine: ") && huge.runnable, "{}", huge.to_text());
    }
}

#[test]
fn a_stored_tied_head_is_counted_once() {
    let model = RandomModel { hidden_size: Some(256), layers: Some(1), ..RandomModel::default() };
    let inspection = look(&Checkpoint::random(&model, None, None).unwrap(), false);
    let head = 4096 * 256 * 2;
    let all: u64 = inspection.tensors.iter().map(|tensor| tensor.bytes).sum();
    assert_eq!(inspection.memory.weights_bytes, all - head);
    let layer = 256 * 256 * 2 + 2 * 256 * 64 + 3 * 256 * 1408 + (256 + 64 + 64) + 2 * 256;
    assert!(inspection.runnable);
    assert_eq!(inspection.parameters, Some(4096 * 256 + layer + 256));
    assert_eq!(inspection.warnings, [""; 0]);
}

#[test]
fn a_tied_head_that_differs_is_reported() {
    let scratch = Scratch::new();
    let tensors: [(&str, &str, usize, &[usize]); 2] =
        [("lm_head.weight", "F16", 2, &[1000, 256]), ("model.embed_tokens.weight", "F16", 2, &[1000, 256])];
    scratch.write("model.safetensors", zeros(&tensors, ""));
    let config = r#"{"model_type":"qwen2","hidden_size":256,"intermediate_size":512,"num_hidden_layers":1,
        "num_attention_heads":4,"vocab_size":1000,"tie_word_embeddings":true}"#;
    scratch.write("config.json", config);
    patch(&scratch, "lm_head.weight", 1000 * 256 * 2 - 2, &[0, 0x3c]);
    let differs = |inspection: &Inspection| {
        inspection
            .warnings
            .iter()
            .any(|line| line.contains("lm_head.weight: values differ from model.embed_tokens.weight"))
    };
    let checkpoint = scratch.open().unwrap();
    let read = look(&checkpoint, true);
    assert!(differs(&read), "{:?}", read.warnings);
    assert_eq!(read.parameters, Some(2 * 1000 * 256));
}

#[test]
fn a_single_file_is_described_without_a_configuration() {
    let scratch = copy_of_the_storyteller();
    fs::remove_file(scratch.0.join("config.json")).unwrap();
    let inspection = look(&open(&scratch.0.join("model.safetensors")).unwrap(), false);
    assert_eq!((inspection.format.as_str(), inspection.family.as_str()), ("awq-gemm", "qwen2"));
    assert_eq!(inspection.memory.kv_bytes_per_token, Some(1024));
    assert!(inspection.warnings[0].contains("no config.json, so the family is inferred"), "{:?}", inspection.warnings);
    let refusal = &inspection.warnings[1];
    assert!(refusal.starts_with("cannot be run: ") && refusal.ends_with("config.json not found"), "{refusal}");
    assert_eq!((inspection.warnings.len(), inspection.runnable), (2, false));
}

#[test]
fn the_kv_projections_of_eight_bit_layers_are_counted_once() {
    let scratch = Scratch::new();
    let projection = |name| (name, "F8_E4M3", 1, &[64, 128][..]);
    let names = ["model.layers.0.self_attn.k_proj.weight", "model.layers.0.self_attn.v_proj.weight"];
    let inspection = look(&open(&scratch.write("fp8.safetensors", zeros(&names.map(projection), ""))).unwrap(), false);
    assert_eq!((inspection.format.as_str(), inspection.parameters), ("fp8", Some(2 * 64 * 128)));
    assert_eq!((inspection.memory.total_bytes, inspection.memory.fits), (None, None), "fp8 is not run");
    assert_eq!(inspection.memory.kv_bytes_per_token, Some((64 + 64) * 2));
}

#[test]
fn a_configuration_of_another_model_is_reported_as_a_warning() {
    let scratch = copy_of_the_storyteller();
    let config = fs::read_to_string(scratch.0.join("config.json")).unwrap();
    let config = config.replace("\"intermediate_size\": 384", "\"intermediate_size\": 512");
    scratch.write("config.json", config.replace("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 5"));
    let inspection = look(&scratch.open().unwrap(), false);
    let expected = [
        "model.layers.0.mlp.gate_proj and 7 more: shape differs from config.json (found 128 -> 384, expected 128 -> 512)",
        "model.layers.0.mlp.down_proj and 3 more: shape differs from config.json (found 384 -> 128, expected 512 -> 128)",
        "number of layers differs from config.json (found 4 layers, expected 5)",
    ];
    assert_eq!(inspection.warnings.len(), 3, "{:?}", inspection.warnings);
    for (line, expected) in inspection.warnings.iter().zip(expected) {
        assert!(line.ends_with(expected), "{line:?} should end with {expected:?}");
    }
    assert!(inspection.warnings[2].starts_with("cannot be run: "), "{:?}", inspection.warnings);
}

#[test]
fn an_unknown_architecture_is_described() {
    let scratch = copy_of_the_storyteller();
    scratch.write("config.json", r#"{"model_type":"mamba","architectures":["MambaForCausalLM"]}"#);
    let checkpoint = scratch.open().unwrap();
    let inspection = look(&checkpoint, false);
    assert_eq!((inspection.family.as_str(), inspection.linears.len()), ("mamba", 28));
    assert!(inspection.warnings[0].contains("hidden_size: invalid value (found nothing"), "{:?}", inspection.warnings);
}

#[test]
fn stats_report_nan_and_infinite_values() {
    let scratch = copy_of_the_storyteller();
    patch(&scratch, "model.layers.1.mlp.up_proj.scales", 10, &[0x00, 0x7e, 0x00, 0x7c]);
    patch(&scratch, "model.norm.weight", 4, &[0x00, 0xfc]);
    patch(&scratch, "model.layers.2.mlp.up_proj.scales", 0, &[0x00, 0x3c]);
    let checkpoint = scratch.open().unwrap();
    assert_eq!(look(&checkpoint, false).warnings, [""; 0], "the header is sound");
    let inspection = look(&checkpoint, true);
    let expected = [
        "model.layers.1.mlp.up_proj: values that are not finite (found 1 NaN and 1 infinite scales)",
        "model.norm.weight: values that are not finite (found 0 NaN and 1 infinite values)",
    ];
    assert_eq!(inspection.warnings.len(), 2, "{:?}", inspection.warnings);
    for (line, expected) in inspection.warnings.iter().zip(expected) {
        assert!(line.ends_with(expected), "{line:?} should end with {expected:?}");
    }
    let stats = inspection.stats.as_ref().unwrap();
    let layer = |name: &str| stats.linears.iter().find(|layer| layer.name == name).unwrap();
    let outlier = layer("model.layers.2.mlp.up_proj");
    assert_eq!((outlier.scales.max, outlier.scale_outliers), (1.0, 1));
    assert_eq!(layer("model.layers.0.mlp.down_proj").zero_points.unwrap().iter().sum::<u64>(), 384);
    assert!(layer("model.layers.0.mlp.down_proj").scales.min > 0.0);
    assert_eq!(stats.dense.iter().filter(|tensor| tensor.name.ends_with("scales")).count(), 0);
    assert!(inspection.to_text().contains("scales of quantized layers, and the number of each zero point"));
}
