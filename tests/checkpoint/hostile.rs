//! Damaged and hostile files are refused with an error of one line and never cause a panic.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::report::inspect::{InspectOptions, inspect};
use rumma::weights::formats::QuantizedLayers;
use rumma::weights::quantization_warnings;

use crate::files::{Scratch, open, raw, refusal, zeros};

/// The error from opening a file with these bytes.
fn refused(file: impl AsRef<[u8]>) -> String {
    let scratch = Scratch::new();
    refusal(open(&scratch.write("model.safetensors", file)))
}

/// The error from opening a file with this header and `data` bytes of tensors.
fn header(header: &str, data: usize) -> String {
    refused(raw(header, &vec![0; data]))
}

#[track_caller]
fn says(line: &str, part: &str) {
    assert!(line.contains(part), "{part:?} is not in {line:?}");
}

const TWO: [(&str, &str, usize, &[usize]); 2] = [("a", "F16", 2, &[3, 4]), ("b", "I32", 4, &[5])];

#[test]
fn a_file_truncated_at_any_byte_is_refused() {
    let whole = zeros(&TWO, "");
    let header = whole.len() - 44;
    let scratch = Scratch::new();
    for length in 0..whole.len() {
        let line = refusal(open(&scratch.write("model.safetensors", &whole[..length])));
        match length {
            0..8 => says(&line, &format!("truncated (found {length} bytes, expected at least 8")),
            _ if length < header => {
                let (found, expected) = (length - 8, header - 8);
                says(&line, &format!("header: truncated (found {found} bytes, expected {expected} bytes)"));
            }
            _ => says(&line, &format!("truncated (found {length} bytes, expected {} bytes)", whole.len())),
        }
    }
    open(&scratch.write("model.safetensors", whole)).unwrap();
}

#[test]
fn bytes_after_the_last_tensor_are_refused() {
    let mut file = zeros(&TWO, "");
    file.extend([0; 3]);
    says(&refused(file), "bytes after the last tensor (found 3 bytes)");
}

#[test]
fn a_wrong_header_length_is_refused() {
    let file = |length: u64| [&length.to_le_bytes()[..], &zeros(&TWO, "")[8..]].concat();
    for length in [u64::MAX, u64::MAX - 7, 1 << 63, 100_000_001] {
        says(&refused(file(length)), &format!("not a safetensors file (found a header of {length} bytes"));
    }
    says(&refused(file(99_999_999)), "header: truncated");
    says(&refused(file(0)), "damaged header");
    says(&refused(file(17)), "damaged header");
}

#[test]
fn a_header_that_is_not_a_json_object_of_tensors_is_refused() {
    says(&header("[]", 0), "damaged header");
    says(&header("{", 0), "damaged header");
    says(&header(r#"{"a":{"dtype":"F16","shape":[1]}}"#, 2), "missing field `data_offsets`");
    says(&header(r#"{"a":{"dtype":"F16","shape":[-1],"data_offsets":[0,2]}}"#, 2), "tensor a: invalid value");
    says(&header(r#"{"a":{"dtype":"F16","shape":[1.5],"data_offsets":[0,2]}}"#, 2), "tensor a: invalid type");
    says(&header(r#"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}} x"#, 2), "trailing characters");
    says(&header(r#"{"__metadata__":{"format":1}}"#, 0), "damaged header");
    says(&header(&format!(r#"{{"a":{}}}"#, "[".repeat(100_000)), 0), "damaged header");
    says(&refused(raw("", b"")), "damaged header");
    let mut file = raw(r#"{"?":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, &[0; 2]);
    file[10] = 0xff;
    says(&refused(file), "damaged header: not UTF-8");
}

#[test]
fn an_unknown_dtype_is_refused() {
    says(&header(r#"{"a":{"dtype":"F17","shape":[1],"data_offsets":[0,2]}}"#, 2), "tensor a: unknown variant `F17`");
}

#[test]
fn a_duplicate_name_is_refused() {
    let a = r#""a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}"#;
    says(&header(&format!("{{{a},{a}}}"), 2), r#"the name "a" occurs twice"#);
    says(&header(r#"{"__metadata__":{},"__metadata__":{}}"#, 0), "occurs twice");
}

#[test]
fn control_characters_in_names_are_escaped_in_errors() {
    let line = header(r#"{"a\n\u001b[2J":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, 2);
    says(&line, r"a\n\u{1b}[2J: damaged header: the name holds control characters");
    says(&header(r#"{"a":{"dtype":"F\n16","shape":[1],"data_offsets":[0,2]}}"#, 2), r"unknown variant `F\n16`");
}

#[test]
fn overflowing_shapes_are_refused() {
    let line = header(r#"{"a":{"dtype":"F16","shape":[4294967296,4294967296],"data_offsets":[0,2]}}"#, 2);
    says(&line, "a: damaged header: F16 [4294967296, 4294967296] at bytes 0 to 2 is more than any file holds");
    says(
        &header(r#"{"a":{"dtype":"F16","shape":[18446744073709551615],"data_offsets":[0,2]}}"#, 2),
        "more than any file",
    );
    says(&header(r#"{"a":{"dtype":"F16","shape":[18446744073709551616],"data_offsets":[0,2]}}"#, 2), "damaged header");
}

#[test]
fn a_shape_that_does_not_match_its_byte_range_is_refused() {
    let line = header(r#"{"a":{"dtype":"F16","shape":[2,2],"data_offsets":[0,6]}}"#, 6);
    says(&line, "a: damaged header: F16 [2, 2] takes 8 bytes, but its offsets 0 to 6 hold 6");
    says(&header(r#"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, 2), "takes 2 bytes");
}

#[test]
fn overlapping_reversed_or_out_of_range_offsets_and_gaps_are_refused() {
    let pair = |first: [u64; 2], second: [u64; 2]| {
        let entry = |name, range| format!(r#""{name}":{{"dtype":"F16","shape":[2],"data_offsets":{range:?}}}"#);
        header(&format!("{{{},{}}}", entry("a", first), entry("b", second)), 8)
    };
    says(&pair([0, 4], [2, 6]), "tensors a and b overlap: b begins at byte 2, before 4");
    says(&pair([0, 4], [0, 4]), "overlap");
    says(&pair([0, 4], [6, 10]), "bytes 4 to 6, between a and b, belong to no tensor");
    says(&pair([4, 8], [8, 12]), "bytes 0 to 4, between the start and a, belong to no tensor");
    says(&pair([0, 4], [8, 4]), "more than any file holds");
    says(&pair([0, 4], [4, 8 + (1 << 40)]), "takes 4 bytes, but its offsets");
    let huge = r#"{"a":{"dtype":"U8","shape":[1099511627776],"data_offsets":[0,1099511627776]}}"#;
    says(&header(huge, 8), &format!("expected {} bytes)", 8 + huge.len() + (1 << 40)));
}

#[test]
fn empty_and_scalar_tensors_are_accepted() {
    let scratch = Scratch::new();
    scratch.write("model.safetensors", zeros(&[("none", "F16", 2, &[0, 1 << 20]), ("scalar", "F32", 4, &[])], ""));
    let checkpoint = scratch.open().unwrap();
    assert_eq!(checkpoint.tensor("none").unwrap().data, [0; 0]);
    assert_eq!(checkpoint.tensor("scalar").unwrap().data, [0; 4]);
}

#[test]
fn other_file_formats_are_named_in_the_error() {
    says(&refused(b"GGUF\x03\0\0\0\0\0\0\0\0\0\0\0"), "not a safetensors file (found a GGUF file)");
    says(&refused(b"PK\x03\x04\0\0\0\0\0\0\0\0"), "perhaps a PyTorch checkpoint");
    says(
        &refused(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
        "Git LFS pointer in place of the file",
    );
    says(&refused(b"<!DOCTYPE html><html></html>"), "found an HTML page");
    says(&refused(vec![0xff; 100]), "not a safetensors file");
}

#[test]
fn directories_and_devices_in_place_of_files_are_refused() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.0.join("config.json")).unwrap();
    scratch.write("model.safetensors", zeros(&TWO, ""));
    says(&refusal(scratch.open()), "config.json: not a regular file");
    // Reading this device would not end.
    says(&refusal(open(Path::new("/dev/zero"))), "/dev/zero: not a regular file");
}

const INDEX: &str = "model.safetensors.index.json";

/// A checkpoint with this index, a shard `a` with tensor `x` and a shard `b` with tensor `y`.
fn sharded(index: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.write("a.safetensors", zeros(&[("x", "F16", 2, &[2])], ""));
    scratch.write("b.safetensors", zeros(&[("y", "F16", 2, &[2])], ""));
    scratch.write(INDEX, index);
    scratch
}

#[test]
fn a_valid_index_is_used() {
    let scratch = sharded(r#"{"metadata":{},"weight_map":{"x":"a.safetensors","y":"b.safetensors"}}"#);
    for model in [scratch.0.clone(), scratch.0.join(INDEX)] {
        let checkpoint = open(&model).unwrap();
        assert_eq!(checkpoint.tensors().map(|tensor| tensor.name).collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(checkpoint.tensor("y").unwrap().file, scratch.0.join("b.safetensors"));
    }
}

#[test]
fn an_index_that_points_outside_its_directory_is_refused() {
    for name in ["../a.safetensors", "/etc/passwd", "sub/a.safetensors", "..", ".", "", "a\\b", "a.safetensors/"] {
        let index = serde_json::json!({"weight_map": {"x": name}}).to_string();
        says(&refusal(sharded(&index).open()), "expected a file name without directories");
    }
    says(&refusal(sharded(r#"{"weight_map":{"x":7}}"#).open()), "x: invalid index of shards (found 7, ");
}

#[test]
fn an_index_that_contradicts_the_shards_is_refused() {
    let line = refusal(sharded(r#"{"weight_map":{"x":"b.safetensors","y":"b.safetensors"}}"#).open());
    says(&line, "b.safetensors: x: missing tensor (expected in this file by ");
    let line = refusal(sharded(r#"{"weight_map":{"x":"a.safetensors","x":"b.safetensors"}}"#).open());
    says(&line, r#"the key "x" occurs twice"#);
    says(&refusal(sharded("{}").open()), "not an index of shards (expected a weight_map)");
    says(&refusal(sharded(r#"{"weight_map":{}}"#).open()), "weight_map: invalid index of shards (found no tensor)");
    says(&refusal(sharded("not json").open()), "not valid JSON");
    let scratch = sharded(r#"{"weight_map":{"x":"a.safetensors"}}"#);
    scratch.write("a.safetensors", zeros(&[("x", "F16", 2, &[2]), ("z", "F16", 2, &[2])], ""));
    let checkpoint = scratch.open().unwrap();
    assert!(checkpoint.tensor("z").is_none());
    says(
        &checkpoint.warnings[0].to_string(),
        "a.safetensors: z: left out, because the index does not assign it to this file",
    );
}

#[test]
fn a_missing_shard_is_refused() {
    let scratch = sharded(r#"{"weight_map":{"x":"a.safetensors","y":"c.safetensors"}}"#);
    says(&refusal(scratch.open()), "c.safetensors: missing shard");
    let scratch = Scratch::new();
    scratch.write("model-00001-of-00002.safetensors", zeros(&TWO, ""));
    says(&refusal(scratch.open()), "model-00002-of-00002.safetensors: missing shard");
}

#[test]
fn shards_without_an_index_are_opened_if_complete() {
    let scratch = Scratch::new();
    scratch.write("model-00001-of-00002.safetensors", zeros(&[("x", "F16", 2, &[2])], ""));
    scratch.write("model-00002-of-00002.safetensors", zeros(&[("y", "F16", 2, &[2])], ""));
    assert_eq!(scratch.open().unwrap().tensors().count(), 2);
    let lone = open(&scratch.0.join("model-00002-of-00002.safetensors")).unwrap();
    says(&lone.warnings[0].to_string(), "model-00002-of-00002.safetensors: one shard of several");
    says(&lone.warnings[0].to_string(), "found shard 2 of 2");
    scratch.write("model-00002-of-00002.safetensors", zeros(&[("x", "F16", 2, &[2])], ""));
    says(&refusal(scratch.open()), "x: tensor stored in two files (found another one in ");
}

/// The error for a valid `config.json` in which one field is replaced.
fn configured(field: &str, value: &str) -> String {
    configured_with(&[(field, value)])
}

/// The error for a valid `config.json` in which some fields are replaced.
fn configured_with(fields: &[(&str, &str)]) -> String {
    let scratch = Scratch::new();
    let text = fs::read_to_string("fixtures/storyteller/checkpoint/config.json").unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (field, value) in fields {
        config[field] = serde_json::from_str(value).unwrap();
    }
    scratch.write("config.json", config.to_string());
    scratch.write("model.safetensors", zeros(&TWO, ""));
    let checkpoint = scratch.open().expect("a checkpoint can be inspected whatever its configuration says");
    refusal(checkpoint.config())
}

#[test]
fn invalid_numbers_in_the_configuration_are_refused() {
    for field in ["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size"] {
        for value in ["0", "-1", "1.5", "\"8\"", "18446744073709551615", "[]", "null"] {
            says(&configured(field, value), &format!("config.json: {field}: invalid value (found "));
        }
    }
    says(&configured("num_key_value_heads", "3"), "found 3, expected a divisor of the 4 query heads");
    says(&configured("head_dim", "7"), "found 7, expected an even number");
    says(&configured("num_attention_heads", "6"), "found 6, expected a divisor of hidden_size 128");
    says(&configured("rms_norm_eps", "\"tiny\""), "rms_norm_eps: invalid value (found \"tiny\", expected a number");
    says(&configured("rope_theta", "-5"), "rope_theta: invalid value (found -5");
    says(&configured("tie_word_embeddings", "1"), "expected true or false");
    let rope = r#"{"rope_type":"yarn","factor":0}"#;
    says(&configured("rope_scaling", rope), "rope_scaling.factor: invalid value (found 0, expected a number from");
    let quantization = r#"{"quant_method":"awq","bits":4,"group_size":0}"#;
    says(&configured("quantization_config", quantization), "quantization_config.group_size: invalid value (found 0");
}

#[test]
fn unsupported_configurations_are_refused() {
    let unknown = configured("model_type", "\"deepseek_v3\"");
    says(&unknown, "model_type: model not supported (found deepseek_v3, expected gemma3, ");
    says(&configured("model_type", "\"evil\\nname\""), r"(found evil\nname, expected gemma3, ");
    says(&configured("hidden_act", "\"gelu\""), "hidden_act: setting not supported (found \"gelu\", ");
    says(
        &configured("rope_scaling", r#"{"type":"ntk"}"#),
        "rope_scaling: setting not supported (found \"ntk\", expected \"linear\"",
    );
}

#[test]
fn a_configuration_with_duplicate_keys_or_of_another_kind_is_refused() {
    let scratch = Scratch::new();
    scratch.write("model.safetensors", zeros(&TWO, ""));
    scratch.write("config.json", r#"{"quantization_config":{"bits":4,"bits":8}}"#);
    says(&refusal(scratch.open()), r#"config.json: not valid JSON: the key "bits" occurs twice"#);
    scratch.write("config.json", r#"{"model_type":"qwen2_vl","text_config":{"hidden_size":256}}"#);
    says(
        &refusal(scratch.open().unwrap().config()),
        "model_type: model not supported (found qwen2_vl, expected gemma3, ",
    );
    scratch.write("config.json", "[1]");
    says(&refusal(scratch.open()), "not a JSON object");
    fs::remove_file(scratch.0.join("config.json")).unwrap();
    says(&refusal(scratch.open().unwrap().config()), "config.json not found");
    let source = CheckpointSource {
        model: scratch.0.to_str().unwrap().into(),
        config: Some("/nonexistent".into()),
        tokenizer: None,
    };
    says(&refusal(Checkpoint::open(&source)), "/nonexistent: configuration file not found");
}

/// Opens a checkpoint and reads everything in it. It passes unless something panics or is out of bounds.
fn read_everything(scratch: &Scratch) {
    let Ok(checkpoint) = scratch.open() else { return };
    for tensor in checkpoint.tensors() {
        let bits = tensor.shape.iter().product::<usize>() * tensor.dtype.bitsize();
        assert_eq!(tensor.data.len() * 8, bits);
    }
    let _ = checkpoint.config();
    let layers = QuantizedLayers::of(&checkpoint);
    quantization_warnings(&checkpoint, &layers);
    for layer in layers.found {
        let _ = layer.check_runnable(&checkpoint);
    }
    let inspection =
        inspect(&checkpoint, &InspectOptions { tensors: true, stats: true, ..InspectOptions::default() }).unwrap();
    serde_json::to_string(&inspection).unwrap();
    inspection.to_text();
}

/// Replaces, removes or inserts bytes.
fn damaged(bytes: &[u8], damage: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, kind, byte) in damage {
        let at = at % bytes.len().max(1);
        match kind % 4 {
            0 if !bytes.is_empty() => drop(bytes.remove(at)),
            1 => bytes.insert(at.min(bytes.len()), *byte),
            // Replacing a digit by another keeps the JSON valid but makes numbers wrong.
            2 if bytes.get(at).is_some_and(u8::is_ascii_digit) => bytes[at] = b'0' + byte % 10,
            _ if !bytes.is_empty() => bytes[at] = *byte,
            _ => {}
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_to_the_weights_never_panics(damage in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..6)) {
        let scratch = Scratch::new();
        let layer: [(&str, &str, usize, &[usize]); 5] = [
            ("model.layers.0.mlp.up_proj.qweight", "I32", 4, &[64, 2]),
            ("model.layers.0.mlp.up_proj.qzeros", "I32", 4, &[2, 2]),
            ("model.layers.0.mlp.up_proj.scales", "F16", 2, &[2, 16]),
            ("model.embed_tokens.weight", "F16", 2, &[3, 16]),
            ("lm_head.weight", "F16", 2, &[3, 16]),
        ];
        let file = zeros(&layer, r#"{"nibble_map":"[0,1,2,3,4,5,6,7]"}"#);
        // Most of this file is the header, where damage matters.
        scratch.write("model.safetensors", damaged(&file, &damage));
        read_everything(&scratch);
    }

    #[test]
    fn damage_to_the_header_with_a_right_length_never_panics(
        damage in prop::collection::vec((any::<usize>(), Just(2u8), any::<u8>()), 1..6),
    ) {
        let scratch = Scratch::new();
        let file = zeros(&[("l.qweight", "I32", 4, &[32, 2]), ("l.scales", "F16", 2, &[1, 16])], "");
        scratch.write("model.safetensors", damaged(&file, &damage));
        read_everything(&scratch);
    }

    #[test]
    fn damage_to_the_configuration_never_panics(
        damage in prop::collection::vec((any::<usize>(), 0u8..3, any::<u8>()), 1..8),
    ) {
        let scratch = Scratch::new();
        let config = fs::read("fixtures/storyteller/checkpoint/config.json").unwrap();
        scratch.write("config.json", damaged(&config, &damage));
        scratch.write("generation_config.json", damaged(br#"{"eos_token_id":[2,0],"top_k":40,"top_p":0.9}"#, &damage));
        scratch.write("model.safetensors", zeros(&[("l.qweight", "I32", 4, &[32, 2]), ("l.scales", "F16", 2, &[1, 16])], ""));
        read_everything(&scratch);
    }

    #[test]
    fn damage_to_an_index_never_panics(damage in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..6)) {
        let index = br#"{"metadata":{},"weight_map":{"x":"a.safetensors","y":"b.safetensors"}}"#;
        let scratch = sharded("");
        scratch.write(INDEX, damaged(index, &damage));
        read_everything(&scratch);
    }
}
