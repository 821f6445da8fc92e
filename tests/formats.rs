//! Formats of quantized layers: the checkpoints of `fixtures/formats`, packed by the formats' own libraries, against
//! transformers' logits (`golden.json`) and against each other.

mod common;

use std::path::{Path, PathBuf};

use common::{Tensors, check_logits, hidden_states, rewrite, run, scratch};
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::model::{Arithmetic, Model, ModelOptions};
use safetensors::Dtype;
use serde_json::{Value, json};

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

/// The names of the checkpoints of a quantization.
fn checkpoints(quantization: &Value) -> Vec<&str> {
    quantization["checkpoints"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn logits_in_f32_equal_those_of_transformers_in_every_format() {
    for quantization in golden()["quantizations"].as_array().unwrap() {
        for name in checkpoints(quantization) {
            let model = load(&fixture(name), Arithmetic::F32, 2);
            let hidden = hidden_states(&model, &prompt(), 48);
            check_logits(name, &model, &hidden, &quantization["logits"]);
        }
    }
}

#[test]
fn all_formats_of_a_quantization_give_the_same_bits_in_every_arithmetic() {
    for quantization in golden()["quantizations"].as_array().unwrap() {
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

/// A copy of a fixture whose tensors and configuration are changed.
fn changed(name: &str, to: &str, tensors: impl FnOnce(&mut Tensors), config: Value) -> PathBuf {
    let dir = scratch(to);
    for file in ["model.safetensors", "config.json"] {
        std::fs::copy(fixture(name).join(file), dir.join(file)).unwrap();
    }
    rewrite(&dir.join("model.safetensors"), tensors);
    let mut all: Value = serde_json::from_slice(&std::fs::read(dir.join("config.json")).unwrap()).unwrap();
    all.as_object_mut().unwrap().extend(config.as_object().unwrap().clone());
    std::fs::write(dir.join("config.json"), all.to_string()).unwrap();
    dir
}

fn words(bytes: &[u8]) -> Vec<i32> {
    bytes.as_chunks().0.iter().map(|word| i32::from_le_bytes(*word)).collect()
}

fn bytes(words: &[i32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

const DOWN: &str = "model.layers.0.mlp.down_proj";

/// The hash of the logits of three tokens, by the real binary.
fn logits_hash(dir: &Path) -> String {
    let ids: Vec<String> = prompt().iter().map(ToString::to_string).collect();
    let args = ["--prompt-ids", &ids.join(","), "--tokens", "3", "--temperature", "0", "--json"];
    run([&["decode", dir.to_str().unwrap()], &args[..]].concat()).json()["logits_sha256"].to_string()
}

fn load_report(dir: &Path) -> Value {
    run(["load", dir.to_str().unwrap(), "--json"]).json()
}

fn warnings(report: &Value) -> Vec<String> {
    report["warnings"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_string()).collect()
}

#[test]
fn load_and_inspect_say_what_is_repacked_and_the_memory_it_takes() {
    for (name, layers, format) in
        [("awq-gemm", 0, None), ("gptq-v1", 7, Some("gptq-v1")), ("compressed-tensors", 7, Some("compressed-tensors"))]
    {
        let load = load_report(&fixture(name));
        assert_eq!(load["repacked"]["layers"], layers, "{load}");
        assert_eq!(load["repacked"]["formats"].as_array().unwrap().first().and_then(Value::as_str), format);
        let inspect = run(["inspect", fixture(name).to_str().unwrap(), "--json"]).json();
        assert_eq!(inspect["memory"]["repacked"], load["repacked"]);
        assert_eq!(inspect["runnable"], true, "{inspect}");
        let text = run(["inspect", fixture(name).to_str().unwrap()]).stdout;
        assert_eq!(text.contains("in the layout of the kernels"), layers > 0, "{text}");
    }
    // Codes, zero points and scales of one layer with 128 inputs and as many outputs, and so on.
    let parameters = 2 * 128 * 128 + 2 * 128 * 64 + 3 * 128 * 192;
    let of_codes = |scales: usize| parameters / 2 + parameters / 32 / 2 + scales * parameters / 32;
    assert_eq!(load_report(&fixture("gptq-v2"))["repacked"]["bytes"], of_codes(0));
    assert_eq!(load_report(&fixture("compressed-tensors"))["repacked"]["bytes"], of_codes(2));
}

#[test]
fn zero_points_of_gptq_v1_that_overflow_are_named() {
    let overflow = |name: &str| {
        let all = warnings(&load_report(&fixture(name)));
        all.into_iter().filter(|line| line.contains("stored as 15")).collect::<Vec<_>>()
    };
    let said = overflow("gptq-v1");
    assert!(said.len() == 1 && said[0].contains("model.layers.0.self_attn.q_proj.qzeros and 6 more"), "{said:?}");
    assert_eq!(overflow("gptq-v2"), [""; 0]);
    assert_eq!(overflow("auto-gptq-symmetric"), [""; 0]);
}

#[test]
fn symmetric_layers_that_are_labelled_v1_but_store_8_are_read_as_v2() {
    let unchanged = |tensors: &mut Tensors| {
        for (_, (_, _, data)) in tensors.iter_mut().filter(|(name, _)| name.ends_with("qzeros")) {
            assert!(data.iter().all(|byte| *byte == 0x77));
            data.fill(0x88);
        }
    };
    let dir = changed("auto-gptq-symmetric", "formats_unchanged_zeros", unchanged, json!({}));
    assert_eq!(logits_hash(&dir), logits_hash(&fixture("auto-gptq-symmetric")));
    let said = warnings(&load_report(&dir));
    assert!(said.len() == 1 && said[0].contains("qzeros and 6 more: zero points of a symmetric layer"), "{said:?}");
}

#[test]
fn mixed_settings_of_layers_cause_no_warning_and_wrong_ones_do() {
    for name in ["compressed-tensors-mixed", "gptq-mixed", "gptq-channel-head", "compressed-tensors-channel-head"] {
        assert_eq!(warnings(&load_report(&fixture(name))), [""; 0], "{name}");
    }
    let dir = changed(
        "gptq-mixed",
        "formats_wrong_group",
        |_| {},
        json!({"quantization_config": {
        "quant_method": "gptq", "bits": 4, "group_size": 128, "sym": true, "checkpoint_format": "gptq_v2",
        "dynamic": {"+:.*mlp.*": {"group_size": 32}, "-:.*v_proj.*": {}}}}),
    );
    let said = warnings(&load_report(&dir));
    assert!(
        said.len() == 1 && said[0].contains("(found group_size 64, expected group_size 128 or group_size 32)"),
        "{said:?}"
    );
}

#[test]
fn a_wrong_checkpoint_format_is_named() {
    let marlin = json!({"quantization_config": {
        "quant_method": "gptq", "bits": 4, "group_size": 32, "sym": false, "checkpoint_format": "marlin"}});
    let said = warnings(&load_report(&changed("gptq-v1", "formats_not_marlin", |_| {}, marlin)));
    let (overflow, format): (Vec<_>, Vec<_>) = said.iter().partition(|line| line.contains("stored as 15"));
    // The zero points of this file overflow, which has a warning of its own.
    assert_eq!(overflow.len(), 1, "{said:?}");
    assert!(
        format.len() == 1 && format[0].contains("(found gptq-v1, expected gptq with checkpoint_format marlin)"),
        "{said:?}"
    );
}

#[test]
fn inspect_says_which_layers_have_an_order_of_inputs() {
    for (name, ordered) in [("gptq-act-order", true), ("compressed-tensors-act-order", true), ("gptq-v2", false)] {
        let dir = fixture(name);
        let dir = dir.to_str().expect("UTF-8");
        let json = run(["inspect", dir, "--json"]).json();
        let rows = json["linears"].as_array().expect("a list");
        assert!(rows.len() == 7 && rows.iter().all(|row| row["act_order"] == ordered), "{name}: {json}");
        let text = run(["inspect", dir]).stdout;
        assert_eq!(text.matches(", act-order\n").count() > 0, ordered, "{text}");
    }
}

#[test]
fn a_group_index_that_only_names_ranges_changes_nothing() {
    let without = changed("gptq-v2", "formats_no_g_idx", |t| t.retain(|name, _| !name.ends_with("g_idx")), json!({}));
    assert_eq!(logits_hash(&without), logits_hash(&fixture("awq-gemm")));
    let unset = |t: &mut Tensors| {
        t.insert(format!("{DOWN}.weight_g_idx"), (Dtype::I32, vec![192], bytes(&[-1; 192])));
    };
    let unset = changed("compressed-tensors", "formats_unset_g_idx", unset, json!({}));
    assert_eq!(logits_hash(&unset), logits_hash(&fixture("awq-gemm")));
}

#[test]
fn layers_that_cannot_be_run_are_refused_by_name() {
    let g_idx = format!("{DOWN}.g_idx");
    let with_g_idx = |to: &str, change: fn(&mut Vec<i32>)| {
        let edit = |t: &mut Tensors| {
            let (_, _, data) = t.get_mut(&g_idx).unwrap();
            let mut groups = words(data);
            change(&mut groups);
            *data = bytes(&groups);
        };
        changed("gptq-act-order", to, edit, json!({}))
    };
    let cases = [
        (
            with_g_idx("formats_far", |g| g[5] = 6),
            "down_proj.g_idx: groups of inputs that do not fit the scales (found group 6, expected at most 5)",
        ),
        (with_g_idx("formats_negative", |g| g[5] = -1), "(found group -1, expected at most 5)"),
        (with_g_idx("formats_unequal", |g| g[0] = (g[0] + 1) % 6), "expected 32 in every group)"),
        (
            changed(
                "gptq-v1",
                "formats_short_g_idx",
                |t| {
                    t.insert(g_idx.clone(), (Dtype::I32, vec![191], vec![0; 191 * 4]));
                },
                json!({}),
            ),
            "down_proj",
        ),
        (
            changed(
                "compressed-tensors",
                "formats_no_shape",
                |t| drop(t.remove(&format!("{DOWN}.weight_shape"))),
                json!({}),
            ),
            "down_proj.weight_shape: missing tensor",
        ),
        (
            changed(
                "compressed-tensors",
                "formats_lying_shape",
                |t| {
                    t.get_mut(&format!("{DOWN}.weight_shape")).unwrap().2[8] = 190;
                },
                json!({}),
            ),
            "down_proj: shape differs from config.json (found 190 -> 128, expected 192 -> 128)",
        ),
        (
            changed(
                "compressed-tensors",
                "formats_zeros",
                |t| {
                    let (_, shape, _) = t.get_mut(&format!("{DOWN}.weight_zero_point")).unwrap();
                    shape.reverse();
                },
                json!({}),
            ),
            "down_proj.weight_zero_point: wrong dtype or shape (found I32 [6, 16], expected I32 [16, 6])",
        ),
        (
            changed("gptq-v2", "formats_no_zeros", |t| drop(t.remove(&format!("{DOWN}.qzeros"))), json!({})),
            "down_proj.qzeros: missing tensor",
        ),
        (
            changed("gptq-channel-head", "formats_tied", |_| {}, json!({"tie_word_embeddings": true})),
            "lm_head: quantized embedding",
        ),
    ];
    for (dir, part) in &cases {
        let load = run(["load", dir.to_str().unwrap()]);
        load.fails(1, &[part]);
        let inspect = run(["inspect", dir.to_str().unwrap(), "--json"]).json();
        let refusal = load.stderr.trim_end().replace("rumma: ", "cannot be run: ");
        assert!(inspect["runnable"] == false && warnings(&inspect).contains(&refusal), "{inspect}");
    }
}

#[test]
fn the_binary_decodes_the_same_bits_from_every_format() {
    for quantization in golden()["quantizations"].as_array().unwrap() {
        let hashes: Vec<String> = checkpoints(quantization).iter().map(|name| logits_hash(&fixture(name))).collect();
        assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{quantization}: {hashes:?}");
    }
}

#[test]
fn a_state_file_of_a_model_with_an_order_of_inputs_is_its_own() {
    let reversed = |t: &mut Tensors| {
        // The last group first: the same codes and scales, read by other inputs.
        for (_, (_, _, data)) in t.iter_mut().filter(|(name, _)| name.ends_with("g_idx")) {
            let mut groups = words(data);
            groups.reverse();
            *data = bytes(&groups);
        }
    };
    let other = changed("gptq-act-order", "formats_state", reversed, json!({}));
    let state = scratch("formats_state_file").join("state");
    let save = ["--prompt-ids", "5,6,7", "--save-state", state.to_str().unwrap()];
    let prefill = run([&["prefill", fixture("gptq-act-order").to_str().unwrap()], &save[..]].concat());
    assert_eq!(prefill.code, Some(0), "{}", prefill.stderr);
    let resume =
        |dir: &Path| run(["decode", dir.to_str().unwrap(), "--state", state.to_str().unwrap(), "--tokens", "1"]);
    assert_eq!(resume(&fixture("gptq-act-order")).code, Some(0));
    resume(&other).fails(1, &["another model"]);
}

/// The quantization settings of a fixture with others, of which null removes one, as the only change of its configuration.
fn settings(name: &str, others: Value) -> Value {
    let config: Value = serde_json::from_slice(&std::fs::read(fixture(name).join("config.json")).unwrap()).unwrap();
    let mut settings = config["quantization_config"].as_object().unwrap().clone();
    settings.extend(others.as_object().unwrap().clone());
    settings.retain(|_, value| !value.is_null());
    json!({"quantization_config": settings})
}

/// The settings of a compressed-tensors fixture with this `actorder` in the first `groups` groups.
fn with_actorder(name: &str, actorder: &Value, groups: usize) -> Value {
    let mut config = settings(name, json!({}));
    for group in config["quantization_config"]["config_groups"].as_object_mut().unwrap().values_mut().take(groups) {
        group["weights"]["actorder"] = actorder.clone();
    }
    config
}

#[test]
fn the_group_size_of_gemv_is_that_of_the_tensors() {
    let expected = logits_hash(&fixture("awq-gemv"));
    let wrong = changed("awq-gemv", "formats_gemv_64", |_| {}, settings("awq-gemv", json!({"group_size": 64})));
    assert_eq!(logits_hash(&wrong), expected);
    let said = warnings(&load_report(&wrong));
    assert!(
        said.len() == 1 && said[0].contains("(found group_size 32, expected group_size 64)"),
        "the settings are contradicted once: {said:?}"
    );
    let bare = changed("awq-gemv", "formats_gemv_bare", |_| {}, json!({"quantization_config": null}));
    assert_eq!(logits_hash(&bare), expected);
}

#[test]
fn a_missing_quant_method_is_said_and_the_tensors_decide() {
    for (name, found) in [("awq-gemv", "awq-gemv"), ("awq-gemm", "awq-gemm"), ("gptq-v2", "gptq-v2")] {
        let config = settings(name, json!({"quant_method": null, "desc_act": null}));
        let dir = changed(name, "formats_no_method", |_| {}, config);
        let said = warnings(&load_report(&dir));
        let missing = format!("quant_method: is missing, so the format is inferred from the tensors (found {found})");
        assert!(said.len() == 1 && said[0].ends_with(&missing), "{name}: {said:?}");
        assert_eq!(logits_hash(&dir), logits_hash(&fixture("awq-gemm")));
    }
}

#[test]
fn an_order_of_inputs_that_the_settings_require_must_be_stored() {
    let drop_one = |t: &mut Tensors| t.retain(|name, _| !name.starts_with(DOWN) || !name.ends_with("g_idx"));
    let refused = |dir: &Path, message: &str| {
        run(["load", dir.to_str().unwrap()]).fails(1, &[message]);
        assert_eq!(run(["inspect", dir.to_str().unwrap(), "--json"]).json()["runnable"], false);
        let out = scratch("formats_order_out").join("out");
        run(["convert", dir.to_str().unwrap(), out.to_str().unwrap()]).fails(1, &[message]);
    };
    let gptq = changed("gptq-act-order", "formats_order", drop_one, json!({}));
    refused(&gptq, "down_proj.g_idx: missing tensor (expected I32 [192], as desc_act is true)");
    let name = "compressed-tensors-act-order";
    for order in [json!("group"), json!("Dynamic"), json!(true)] {
        let config = with_actorder(name, &order, 1);
        assert_eq!(logits_hash(&changed(name, "formats_order", |_| {}, config.clone())), logits_hash(&fixture(name)));
        let dir = changed(name, "formats_order", drop_one, config);
        refused(&dir, "down_proj.weight_g_idx: missing tensor (expected I32 [192], as actorder is group)");
    }
    let unknown = changed(name, "formats_order", |_| {}, with_actorder(name, &json!("other"), 1));
    run(["load", unknown.to_str().unwrap()])
        .fails(1, &["config_groups.group_0.weights.actorder: invalid value (found other"]);
}

#[test]
fn layers_whose_groups_are_ranges_need_no_g_idx() {
    let expected = logits_hash(&fixture("awq-gemm"));
    for order in [json!("weight"), json!("static"), json!(false), json!(null)] {
        let dir =
            changed("compressed-tensors", "formats_ranges", |_| {}, with_actorder("compressed-tensors", &order, 1));
        assert_eq!(logits_hash(&dir), expected, "{order}");
        assert_eq!(warnings(&load_report(&dir)), [""; 0], "{order}");
    }
    let no_g_idx = |t: &mut Tensors| t.retain(|name, _| !name.ends_with("g_idx"));
    let fixed = settings("gptq-v2", json!({"desc_act": true, "static_groups": true}));
    assert_eq!(logits_hash(&changed("gptq-v2", "formats_ranges", no_g_idx, fixed)), expected);
    // One group of all inputs has no order.
    let one = settings("gptq-channel-head", json!({"desc_act": true}));
    let one = changed("gptq-channel-head", "formats_ranges", no_g_idx, one);
    assert_eq!(logits_hash(&one), logits_hash(&fixture("gptq-channel-head")));
    // Settings of the same groups with and without an order: which of them a layer has is not known.
    let name = "compressed-tensors-mixed";
    let mut mixed = with_actorder(name, &json!("group"), 1);
    let groups = mixed["quantization_config"]["config_groups"].as_object_mut().unwrap();
    let mut unordered = groups["group_0"].clone();
    unordered["weights"]["actorder"] = json!(null);
    groups.insert("group_2".into(), unordered);
    let dir = changed(name, "formats_ranges", |_| {}, mixed);
    assert_eq!(logits_hash(&dir), logits_hash(&fixture(name)));
    let said = warnings(&load_report(&dir));
    assert!(said.len() == 1 && said[0].contains("and 2 more") && said[0].contains("found no g_idx"), "{said:?}");
}

#[test]
fn a_g_idx_that_is_partly_unset_is_refused() {
    let name = "compressed-tensors-act-order";
    let g_idx = format!("{DOWN}.weight_g_idx");
    for value in [-1, -7, 6, i32::MAX] {
        let edit = |t: &mut Tensors| {
            let (_, _, data) = t.get_mut(&g_idx).unwrap();
            let mut groups = words(data);
            groups[7] = value;
            *data = bytes(&groups);
        };
        let dir = changed(name, "formats_partly_unset", edit, json!({}));
        let message = format!("{g_idx}: groups of inputs that do not fit the scales (found group {value}, expected ");
        run(["load", dir.to_str().unwrap()]).fails(1, &[&message]);
    }
}

#[test]
fn a_g_idx_beside_layers_of_autoawq_is_not_read_by_load_nor_by_convert() {
    for name in ["awq-gemm", "awq-gemv"] {
        let stray = |t: &mut Tensors| {
            let reversed: Vec<i32> = (0..192).rev().map(|i| i / 32).collect();
            t.insert(format!("{DOWN}.g_idx"), (Dtype::I32, vec![192], bytes(&reversed)));
        };
        let dir = changed(name, "formats_stray", stray, json!({}));
        assert_eq!(logits_hash(&dir), logits_hash(&fixture(name)));
        assert!(warnings(&load_report(&dir)).iter().any(|line| line.contains(&format!("{DOWN}.g_idx: unused tensor"))));
        let out = scratch("formats_stray_out").join("out");
        let convert = run(["convert", dir.to_str().unwrap(), out.to_str().unwrap()]);
        assert_eq!(convert.code, Some(0), "{}", convert.stderr);
        assert_eq!(logits_hash(&out), logits_hash(&fixture(name)));
    }
}

/// A small linear congruential generator.
fn next(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*state >> 33) as usize % below
}

/// Damages one tensor: its existence, dtype, shape or values.
fn damage(tensors: &mut Tensors, random: &mut u64) {
    let names: Vec<String> = tensors.keys().filter(|name| !name.ends_with("norm.weight")).cloned().collect();
    let name = &names[next(random, names.len())];
    let kind = next(random, 6);
    let Some((dtype, shape, data)) = tensors.get_mut(name) else { return };
    match kind {
        0 => drop(tensors.remove(name)),
        1 => shape.reverse(),
        2 => {
            let size = data.len() / shape.iter().product::<usize>().max(1);
            let axis = next(random, shape.len());
            shape[axis] = [0, 1, shape[axis] / 2, shape[axis] + 1, 2 * shape[axis]][next(random, 5)];
            data.resize(shape.iter().product::<usize>() * size, 7);
        }
        3 => {
            let same_size = |other: &Dtype| other.bitsize() == dtype.bitsize();
            let others = [Dtype::I32, Dtype::U32, Dtype::F32, Dtype::F16, Dtype::BF16, Dtype::I16, Dtype::I64];
            let others: Vec<Dtype> = others.into_iter().filter(same_size).collect();
            *dtype = others[next(random, others.len())];
        }
        _ => (0..64).for_each(|_| {
            let at = next(random, data.len().max(1));
            if let Some(byte) = data.get_mut(at) {
                *byte = next(random, 256) as u8;
            }
        }),
    }
}

#[test]
fn damaged_layers_of_every_format_cause_errors_and_never_a_panic() {
    let (mut refused, mut ran) = (0, 0);
    for name in ["awq-gemv", "gptq-v1", "gptq-act-order", "compressed-tensors", "compressed-tensors-act-order"] {
        for seed in 0..40 {
            let mut random = seed;
            let edits = 1 + seed as usize % 2;
            let edit = |tensors: &mut Tensors| (0..edits).for_each(|_| damage(tensors, &mut random));
            let dir = changed(name, "formats_damaged", edit, json!({}));
            match Model::load(&open(&dir), &ModelOptions { threads: Some(1), ..ModelOptions::default() }) {
                Ok(model) => drop((hidden_states(&model, &[1, 2, 3], 2), ran += 1)),
                Err(error) => drop((error.to_string(), refused += 1)),
            }
        }
    }
    assert!(refused > 20 && ran > 20, "{refused} refused, {ran} ran");
}
