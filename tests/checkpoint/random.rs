//! Random weights: same shapes as the real models, same bytes on every machine.

use std::collections::BTreeMap;
use std::fs;

use rumma::checkpoint::{Checkpoint, RandomModel};
use rumma::report::inspect::{InspectOptions, inspect};
use rumma::weights::formats::QuantizedLayers;
use rumma::weights::{Inventory, quantization_warnings};
use safetensors::Dtype;
use sha2::{Digest, Sha256};

use crate::files::{Scratch, refusal};

fn small(seed: u64) -> RandomModel {
    RandomModel { hidden_size: Some(256), layers: Some(2), seed, ..RandomModel::default() }
}

fn make(model: &RandomModel) -> Checkpoint {
    Checkpoint::random(model, None, None).unwrap()
}

#[test]
fn qwen2_5_3b_has_the_939_tensors_of_the_real_file() {
    let model = RandomModel { like: Some("qwen2.5-3b".into()), ..RandomModel::default() };
    let tensors = model.tensors().unwrap();
    assert_eq!(tensors.len(), 939);
    let bytes: usize =
        tensors.iter().map(|(_, dtype, shape)| shape.iter().product::<usize>() * dtype.bitsize() / 8).sum();
    // The file on the hub has 2.69 GB.
    assert_eq!(bytes, 2_686_599_168);
    let by_name: BTreeMap<&str, (Dtype, &[usize])> =
        tensors.iter().map(|(name, dtype, shape)| (name.as_str(), (*dtype, shape.as_slice()))).collect();
    let is = |name: &str, dtype, shape: &[usize]| assert_eq!(by_name[name], (dtype, shape), "{name}");
    is("lm_head.weight", Dtype::F16, &[151_936, 2048]);
    is("model.embed_tokens.weight", Dtype::F16, &[151_936, 2048]);
    is("model.norm.weight", Dtype::F16, &[2048]);
    is("model.layers.35.mlp.down_proj.qweight", Dtype::I32, &[11008, 256]);
    is("model.layers.35.mlp.down_proj.qzeros", Dtype::I32, &[86, 256]);
    is("model.layers.35.mlp.down_proj.scales", Dtype::F16, &[86, 2048]);
    is("model.layers.35.mlp.gate_proj.qweight", Dtype::I32, &[2048, 1376]);
    is("model.layers.35.self_attn.k_proj.qweight", Dtype::I32, &[2048, 32]);
    is("model.layers.35.self_attn.v_proj.bias", Dtype::F16, &[256]);
    is("model.layers.35.self_attn.o_proj.scales", Dtype::F16, &[16, 2048]);
    is("model.layers.35.input_layernorm.weight", Dtype::F16, &[2048]);
    assert!(!by_name.contains_key("model.layers.35.self_attn.o_proj.bias"));
    assert!(!by_name.contains_key("model.layers.36.mlp.down_proj.qweight"));
}

#[test]
fn every_known_size_has_a_layout() {
    for name in RandomModel::NAMES.iter().filter(|name| name.starts_with("qwen2.5")) {
        let model = RandomModel { like: Some((*name).into()), ..RandomModel::default() };
        let tensors = model.tensors().unwrap();
        assert_eq!((tensors.len() - 3) % 26, 0, "{name}");
    }
}

#[test]
fn every_known_model_has_all_tensors_of_its_family_and_could_be_run() {
    for name in RandomModel::NAMES {
        let model = RandomModel { like: Some((*name).into()), ..RandomModel::default() };
        let checkpoint = Checkpoint::random_headers(&model, None, None).unwrap();
        assert_eq!(checkpoint.warnings, [], "{name}");
        let inventory = Inventory::of(&checkpoint, false);
        assert!(inventory.refusal.is_none(), "{name}: {:?}", inventory.refusal);
        assert_eq!(inventory.warnings, [], "{name}");
        assert_eq!(inventory.used.len(), checkpoint.tensors().count(), "{name}");
        assert!(!checkpoint.generation.eos_token_ids.is_empty(), "{name}");
    }
}

#[test]
fn known_models_have_the_number_of_parameters_of_the_real_ones() {
    // In 10^6, as the pages of the models say.
    let published = [
        ("qwen2.5-0.5b", 494),
        ("qwen3-0.6b", 596),
        ("qwen3-1.7b", 1_721),
        ("qwen3-4b", 4_022),
        ("qwen3-8b", 8_191),
        ("qwen3-14b", 14_768),
        ("qwen3-32b", 32_762),
        ("qwen3-30b-a3b", 30_532),
        ("llama-3.2-1b", 1_236),
        ("llama-3.2-3b", 3_213),
        ("llama-3.1-8b", 8_030),
        ("mistral-7b", 7_248),
        ("phi-4-mini", 3_836),
        ("gemma-3-1b", 1_000),
        ("smollm2-135m", 135),
        ("smollm3-3b", 3_075),
        ("granite-3.3-2b", 2_534),
    ];
    for (name, millions) in published {
        let model = RandomModel { like: Some(name.into()), ..RandomModel::default() };
        let checkpoint = Checkpoint::random_headers(&model, None, None).unwrap();
        let found = inspect(&checkpoint, &InspectOptions::default()).unwrap();
        let parameters = found.parameters.expect("they are known");
        assert!((parameters / 1_000_000).abs_diff(millions) <= 1, "{name}: {parameters}");
        let active = (name == "qwen3-30b-a3b").then_some(3_353);
        assert_eq!(found.active_parameters.map(|active| active / 1_000_000), active, "{name}");
    }
}

#[test]
fn a_small_random_model_is_complete_and_runnable() {
    let checkpoint = make(&small(1));
    assert_eq!(checkpoint.source, "random:hidden_size=256,layers=2");
    assert_eq!(checkpoint.warnings, []);
    let config = checkpoint.config().unwrap();
    assert_eq!((config.hidden_size, config.layers, config.heads, config.kv_heads), (256, 2, 4, 1));
    let layers = QuantizedLayers::of(&checkpoint);
    let (warnings, found) = (quantization_warnings(&checkpoint, &layers), layers.found);
    assert_eq!((found.len(), warnings), (14, vec![]));
    for info in &found {
        info.check_runnable(&checkpoint).unwrap();
    }
    let head = checkpoint.tensor("lm_head.weight").unwrap();
    assert_eq!(head.data, checkpoint.tensor("model.embed_tokens.weight").unwrap().data, "tied, but stored");
    assert!(checkpoint.read("tokenizer.json").unwrap().is_none());
}

#[test]
fn weights_have_the_magnitude_of_real_ones() {
    let checkpoint = make(&small(1));
    let f16 = |name: &str| -> Vec<f64> {
        let data = checkpoint.tensor(name).unwrap().data;
        data.as_chunks::<2>().0.iter().map(|bytes| half::f16::from_le_bytes(*bytes).to_f64()).collect()
    };
    let nibbles = |name: &str| -> Vec<f64> {
        let data = checkpoint.tensor(name).unwrap().data;
        data.iter().flat_map(|byte| [f64::from(byte & 15), f64::from(byte >> 4)]).collect()
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let deviation = |values: &[f64]| {
        let m = mean(values);
        (values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
    };
    let codes = nibbles("model.layers.1.mlp.down_proj.qweight");
    let scales = f16("model.layers.1.mlp.down_proj.scales");
    assert!((mean(&codes) - 7.5).abs() < 0.05 && (deviation(&codes) - 4.61).abs() < 0.05);
    assert!((0.02..0.05).contains(&(deviation(&codes) * mean(&scales))));
    let zeros = nibbles("model.layers.1.mlp.down_proj.qzeros");
    assert!(zeros.iter().all(|z| [7.0, 8.0].contains(z)) && (mean(&zeros) - 7.5).abs() < 0.2);
    let embedding = f16("model.embed_tokens.weight");
    assert!((0.02..0.05).contains(&deviation(&embedding)) && mean(&embedding).abs() < 0.001);
    assert!(f16("model.norm.weight").iter().all(|one| *one == 1.0));
}

#[test]
fn the_same_seed_gives_the_same_bytes_in_memory_and_on_disk_with_any_number_of_threads() {
    let scratch = Scratch::new();
    let directory = scratch.0.join("model");
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    one.install(|| small(7).write_to(&directory)).unwrap();
    let file = fs::read(directory.join("model.safetensors")).unwrap();
    // A recorded hash: the bytes are the same on every machine.
    let digest: String = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "52087d54172d7feec56885e765b3bb0687fe20f449d1bbbfd6a716d582be3384");
    let written = crate::files::open(&directory).unwrap();
    let made = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap().install(|| make(&small(7)));
    assert_eq!(written.mapped_bytes(), made.mapped_bytes());
    for (a, b) in written.tensors().zip(made.tensors()) {
        assert_eq!((a.name, a.dtype, a.shape), (b.name, b.dtype, b.shape));
        assert!(a.data == b.data, "{}", a.name);
    }
    let other = make(&small(8));
    let name = "model.layers.0.mlp.up_proj.qweight";
    assert!(other.tensor(name).unwrap().data != made.tensor(name).unwrap().data, "another seed, other weights");
    assert!(refusal(small(7).write_to(&directory)).contains("directory is not empty"));
}

#[test]
fn headers_describe_a_model_that_does_not_fit_in_memory() {
    let model = RandomModel { like: Some("qwen2.5-72b".into()), ..RandomModel::default() };
    let checkpoint = Checkpoint::random_headers(&model, None, None).unwrap();
    assert_eq!(checkpoint.tensors().count(), model.tensors().unwrap().len());
    assert!(checkpoint.mapped_bytes() > 41_000_000_000);
    let (made, headers) = (make(&small(1)), Checkpoint::random_headers(&small(1), None, None).unwrap());
    let list = |checkpoint: &Checkpoint| -> Vec<_> {
        checkpoint.tensors().map(|t| (t.name.to_string(), t.dtype, t.shape.to_vec(), t.data.len())).collect()
    };
    assert_eq!(list(&made), list(&headers));
}

#[test]
fn invalid_dimensions_are_refused() {
    let refused = |model: RandomModel| refusal(Checkpoint::random(&model, None, None));
    let like = |like: &str| RandomModel { like: Some(like.into()), ..RandomModel::default() };
    assert!(refused(like("gpt-2")).contains("gpt-2 is not possible (expected qwen2.5-0.5b, "));
    assert!(refused(RandomModel { hidden_size: Some(100), ..RandomModel::default() }).contains("multiple of 128"));
    assert!(refused(RandomModel { layers: Some(0), ..RandomModel::default() }).contains("1 to 4096"));
    assert!(refused(RandomModel { hidden_size: Some(128), ..like("qwen2.5-3b") }).contains("not both"));
    let huge = RandomModel { layers: Some(4096), ..like("qwen2.5-72b") };
    assert!(refused(huge).starts_with("not enough memory: random:qwen2.5-72b,layers=4096 takes "));
}
