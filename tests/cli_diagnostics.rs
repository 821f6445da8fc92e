//! Checkpoints whose configuration and tensors disagree, memory limits, and options in unusual places.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Run, Tensors, rewrite, run, scratch, storyteller_copy};
use safetensors::tensor::Dtype;
use serde_json::{Value, json};

const DOWN_PROJ: &str = "model.layers.0.mlp.down_proj";

/// A copy of the storyteller checkpoint with `fields` of config.json replaced and its tensors changed by `change`.
fn modified_copy(name: &str, fields: Value, change: impl FnOnce(&mut Tensors)) -> PathBuf {
    let dir = storyteller_copy(&format!("odd_{name}"));
    let path = dir.join("config.json");
    let mut config: Value = serde_json::from_str(&fs::read_to_string(&path).expect("is there")).expect("is JSON");
    for (field, value) in fields.as_object().expect("fields are an object") {
        config[field] = value.clone();
    }
    fs::write(&path, config.to_string()).expect("the copy can be written");
    rewrite(&dir.join("model.safetensors"), change);
    dir
}

fn run_on(args: &[&str], dir: &Path) -> Run {
    run([&args[..1], &[dir.to_str().expect("UTF-8")], &args[1..]].concat())
}

fn warnings(json: &Value) -> Vec<&str> {
    json["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn awq(changes: Value) -> Value {
    let mut config =
        json!({"quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemm", "zero_point": true});
    config.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
    json!({ "quantization_config": config })
}

#[test]
fn far_more_threads_than_cores_are_a_warning() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = |threads: usize| run(["load", "storyteller", "--threads", &threads.to_string()]).stderr;
    assert!(!load(cores.min(1024)).contains("wait for each other"));
    if 4 * cores < 1024 {
        assert!(load(4 * cores + 1).contains("threads for each core wait for each other; give a smaller --threads"));
    }
}

#[test]
fn every_command_that_runs_a_model_warns_where_its_configuration_is_wrong() {
    let nothing = |_: &mut Tensors| {};
    let no_zeros = |tensors: &mut Tensors| tensors.retain(|name, _| !name.ends_with("qzeros"));
    let extra = |tensors: &mut Tensors| {
        tensors.insert("model.layers.0.mlp.spare.weight".into(), (Dtype::F16, vec![2], vec![0; 4]));
    };
    let cases = [
        (
            modified_copy("zeros", json!({}), no_zeros),
            "model.layers.0.mlp.down_proj and 27 more: tensors differ from these quantization settings and are used instead (found no zero points, expected zero_point true)",
        ),
        (
            modified_copy("gptq", awq(json!({"quant_method": "gptq"})), nothing),
            "model.layers.0.mlp.down_proj and 27 more: tensors differ from these quantization settings and are used instead (found awq-gemm, expected gptq gemm)",
        ),
        (
            modified_copy("bits", awq(json!({"bits": 8})), nothing),
            "model.layers.0.mlp.down_proj and 27 more: tensors differ from these quantization settings and are used instead (found 4 bits, expected 8 bits)",
        ),
        (
            modified_copy("group", awq(json!({"group_size": 32})), nothing),
            "model.layers.0.mlp.down_proj and 27 more: tensors differ from these quantization settings and are used instead (found group_size 128, expected group_size 32)",
        ),
        (modified_copy("extra", json!({}), extra), "model.safetensors: model.layers.0.mlp.spare.weight: unused tensor"),
    ];
    for (dir, part) in &cases {
        let (inspect, load) = (run_on(&["inspect", "--json"], dir).json(), run_on(&["load", "--json"], dir));
        assert!(warnings(&inspect).iter().any(|line| line.contains(part)), "{part:?} is not in {inspect}");
        assert_eq!(inspect["runnable"], true, "{part}");
        assert_eq!(warnings(&load.json()), warnings(&inspect));
        for args in [&["decode", "--prompt", "Once", "--tokens", "1"][..], &["prefill", "--prompt", "Once"]] {
            let found = run_on(args, dir);
            let line = found.stderr.lines().find(|line| line.starts_with("Warning: ") && line.contains(part));
            assert!(found.code == Some(0) && line.is_some(), "{part:?} is not in {found:?}");
            assert_eq!(run_on(&[args, &["--quiet"]].concat(), dir).stderr, "");
        }
        assert!(load.stderr.contains(part), "{load:?}");
    }
    let load = |case: usize| run_on(&["load"], &cases[case].0).stdout;
    assert!(load(1).contains("106, all bound and checked"), "{}", load(1));
    assert!(load(4).contains("107, 106 bound and checked, 1 unused"), "{}", load(4));
}

#[test]
fn a_layer_without_its_zero_points_is_refused() {
    let name = format!("{DOWN_PROJ}.qzeros");
    let dir = modified_copy("lost", json!({}), |tensors| drop(tensors.remove(&name)));
    run_on(&["load"], &dir).fails(1, &[&name, "missing tensor", "I32 [3, 16]"]);
    let symmetric = awq(json!({"zero_point": false}));
    let dir = modified_copy("some", symmetric, |tensors| drop(tensors.remove(&name)));
    assert_eq!(run_on(&["load"], &dir).code, Some(0), "zero_point false allows layers without zero points");
}

#[test]
fn inspect_reports_what_load_would_refuse() {
    let nothing = |_: &mut Tensors| {};
    let without = |name: &'static str| move |tensors: &mut Tensors| drop(tensors.remove(name));
    let norm = "model.norm.weight";
    let i16 = |tensors: &mut Tensors| tensors.get_mut(norm).expect("is there").0 = Dtype::I16;
    let other_head = |tensors: &mut Tensors| {
        let mut head = tensors["model.embed_tokens.weight"].clone();
        head.2[0] ^= 1;
        tensors.insert("lm_head.weight".into(), head);
    };
    let marlin = |tensors: &mut Tensors| {
        tensors.retain(|name, _| !name.ends_with("qzeros"));
        tensors.values_mut().filter(|(dtype, ..)| *dtype == Dtype::I32).for_each(|(_, shape, _)| {
            *shape = vec![shape[0] / 16, shape[1] * 16];
        });
    };
    let ntk = json!({"rope_scaling": {"rope_type": "ntk", "factor": 4}});
    let cases = [
        modified_copy("norm", json!({}), without(norm)),
        modified_copy("bias", json!({}), without("model.layers.1.self_attn.q_proj.bias")),
        modified_copy("qweight", json!({}), without("model.layers.0.mlp.down_proj.qweight")),
        modified_copy("scales", json!({}), without("model.layers.0.mlp.down_proj.scales")),
        modified_copy("zeros_of_one", json!({}), without("model.layers.0.mlp.down_proj.qzeros")),
        modified_copy("i16", json!({}), i16),
        modified_copy("head", json!({}), other_head),
        modified_copy("ntk", ntk, nothing),
        modified_copy("gelu", json!({"hidden_act": "gelu"}), nothing),
        modified_copy("mamba", json!({"model_type": "mamba"}), nothing),
        modified_copy("negative", json!({"num_hidden_layers": -1}), nothing),
        modified_copy("marlin", awq(json!({"version": "marlin", "zero_point": false})), marlin),
        modified_copy("three", json!({"num_hidden_layers": 3}), nothing),
    ];
    for dir in &cases {
        let load = run_on(&["load"], dir);
        load.fails(1, &[]);
        let refusal = load.stderr.replace("rumma: ", "cannot be run: ");
        let inspect = run_on(&["inspect", "--json"], dir).json();
        let said = warnings(&inspect).into_iter().filter(|line| line.contains("cannot be run: ")).collect::<Vec<_>>();
        assert_eq!((said, &inspect["runnable"]), (vec![refusal.trim_end()], &json!(false)), "{inspect}");
    }
    assert!(run_on(&["inspect"], &cases[11]).stdout.contains("use a 4-bit AutoAWQ, GPTQ or compressed-tensors"));
    let lone = scratch("odd_lone").join("lone.safetensors");
    fs::copy(cases[11].join("model.safetensors"), &lone).expect("it can be copied");
    let lone = run_on(&["inspect"], &lone).stdout;
    assert!(
        lone.contains("config.json not found") && lone.contains("format not supported (found awq-marlin with 4 bits)"),
        "{lone}"
    );
    assert_eq!(run(["inspect", "storyteller", "--json"]).json()["runnable"], true);
    let lacking = if cfg!(target_arch = "aarch64") { "avx2" } else { "neon" };
    let inspect = run(["inspect", "storyteller", "--isa", lacking, "--json"]).json();
    assert!(inspect["runnable"] == false && warnings(&inspect)[0].contains(lacking), "{inspect}");
}

#[test]
fn inspect_reports_the_memory_of_the_chosen_arithmetic() {
    let memory = |more: &[&str]| run([&["inspect", "storyteller", "--json"], more].concat()).json()["memory"].clone();
    let int8 = memory(&["--context", "100"]);
    assert_eq!((&int8["arithmetic"], &int8["kv_bytes_per_token"]), (&json!("int8"), &json!(1024)));
    assert_eq!(int8["head_copy_bytes"], 1024 * (128 + 12));
    assert_eq!(int8["kv_bytes"], 128 * 1024, "blocks of 64 positions");
    let sum = |memory: &Value| {
        let parts = ["weights_bytes", "head_copy_bytes", "kv_bytes", "work_bytes", "tokenizer_bytes"];
        parts.iter().filter_map(|part| memory[part].as_u64()).sum::<u64>()
    };
    assert_eq!(int8["total_bytes"], sum(&int8));
    let int15 = memory(&["--context", "100", "--arithmetic", "int15"]);
    assert_eq!((&int15["kv_bytes_per_token"], &int15["kv_bytes"]), (&json!(2048), &json!(128 * 2048)));
    let f32 = memory(&["--context", "100", "--arithmetic", "f32"]);
    assert_eq!((&f32["head_copy_bytes"], &f32["total_bytes"]), (&json!(0), &json!(sum(&f32))));
    let text = run(["inspect", "storyteller", "--arithmetic", "int15"]).stdout;
    assert!(text.contains("tokens in int15") && text.contains("8-bit head"), "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_does_not_fit_in_memory_fails_before_it_starts() {
    use std::process::{Command, Stdio};
    let limited = |args: &str| {
        // The limit is in kilobytes and includes the program itself.
        let script = format!("ulimit -v 700000; exec {} {args} --quiet", env!("CARGO_BIN_EXE_rumma"));
        let output = Command::new("sh").args(["-c", &script]).stdin(Stdio::null()).output().expect("there is a shell");
        common::finished(output)
    };
    let model = "--random --hidden-size 512 --layers 4 --threads 2 --prompt-tokens 300";
    let decode = |batch: usize| limited(&format!("decode {model} --tokens 200 --batch {batch}"));
    // The sequences of a batch wait for each other; one that can never fit is refused.
    let tiny = limited(&format!("decode {model} --tokens 200 --kv-memory 200K"));
    tiny.fails(1, &["keys and values of 500 tokens take", "for all sequences", "give a larger --kv-memory"]);
    assert_eq!(decode(2).code, Some(0));
    for batch in [120, 180, 240, 300, 400] {
        let code = limited(&format!("decode {model} --tokens 2 --batch {batch}")).code;
        assert!(code == Some(0) || code == Some(1), "a batch of {batch} ended with {code:?}");
    }
    let bench = "bench --random --hidden-size 512 --layers 4 --contexts 8000 --batches 64 --prefill-tokens 8";
    limited(bench).fails(1, &["keys and values take", "smaller --batches"]);
}

#[test]
fn options_without_effect_are_refused_with_the_reason() {
    for option in ["--isa", "--arithmetic", "--context"] {
        run(["verify", "one", option, "1"]).fails(2, &[option, "does not apply to verify", "compares files"]);
    }
    run(["verify", "one", "--tokenizer", "F"]).fails(2, &["--tokenizer", "does not apply to verify"]);
    run(["verify", "one", "--threads", "0"]).fails(2, &["--threads", "at least 1"]);
    run(["inspect", "storyteller", "--arithmetic", "f64"]).fails(2, &["--arithmetic", "f64"]);
}

#[test]
fn common_options_are_accepted_where_they_have_an_effect() {
    let dir = storyteller_copy("odd_options");
    assert_eq!(run_on(&["verify", "--write", "--threads", "1"], &dir).code, Some(0));
    assert_eq!(run_on(&["verify", "--threads", "2"], &dir).code, Some(0));
    let args = ["inspect", "--stats", "--threads", "1", "--isa", "scalar", "--arithmetic", "f32", "--context", "9"];
    assert_eq!(run_on(&args, &dir).code, Some(0));
}

#[test]
fn a_sliding_window_changes_the_answer_only_past_its_length() {
    let window = json!({"use_sliding_window": true, "sliding_window": 64, "max_window_layers": 1});
    let dir = modified_copy("within", window, |_| {});
    let logits = |model: &str, tokens: &str| {
        run(["prefill", model, "--prompt-tokens", tokens, "--json", "--quiet"]).json()["top_logits"].clone()
    };
    let dir = dir.to_str().expect("UTF-8");
    assert_eq!(logits(dir, "64"), logits("storyteller", "64"));
    assert_ne!(logits(dir, "65"), logits("storyteller", "65"));
}

#[test]
fn a_tied_model_is_run_if_its_matrix_is_stored_as_the_head() {
    let rename = |tensors: &mut Tensors| {
        let embedding = tensors.remove("model.embed_tokens.weight").expect("is there");
        tensors.insert("lm_head.weight".into(), embedding);
    };
    let dir = modified_copy("head_only", json!({}), rename);
    let answer =
        |args: &[&str]| run([args, &["--prompt", "Once", "--tokens", "9", "--json", "--quiet"]].concat()).json();
    let (found, expected) = (answer(&["decode", dir.to_str().expect("UTF-8")]), answer(&["decode", "storyteller"]));
    assert_eq!(found["logits_sha256"], expected["logits_sha256"]);
    assert_eq!(run_on(&["inspect", "--json"], &dir).json()["warnings"], json!([]));
    let untied = modified_copy("head_untied", json!({"tie_word_embeddings": false}), rename);
    run_on(&["load"], &untied).fails(1, &["model.embed_tokens.weight: missing tensor"]);
}

#[test]
fn a_quantized_embedding_or_tied_head_is_refused_as_such() {
    for (name, module, tied) in
        [("untied", "model.embed_tokens", false), ("tied", "lm_head", true), ("embedding", "model.embed_tokens", true)]
    {
        let quantize = |tensors: &mut Tensors| {
            tensors.insert(format!("{module}.qweight"), (Dtype::I32, vec![128, 128], vec![0; 128 * 128 * 4]));
            tensors.insert(format!("{module}.qzeros"), (Dtype::I32, vec![1, 128], vec![0; 128 * 4]));
            tensors.insert(format!("{module}.scales"), (Dtype::F16, vec![1, 1024], vec![0; 1024 * 2]));
        };
        let dir = modified_copy(&format!("quantized_{name}"), json!({"tie_word_embeddings": tied}), quantize);
        let parts = [module, "quantized embedding, which", "(found awq-gemm with 4 bits", "; use a version of the"];
        run_on(&["load"], &dir).fails(1, &parts);
    }
}

#[test]
fn generation_config_limits_the_answer_unless_an_option_does() {
    let dir = storyteller_copy("odd_limits");
    let answer = |limits: &str, more: &[&str]| {
        fs::write(dir.join("generation_config.json"), format!("{{\"eos_token_id\": 2{limits}}}")).expect("is written");
        let args = [&["decode", "--prompt", "Once upon a time", "--json", "--quiet"], more].concat();
        run_on(&args, &dir).json()["ids"].as_array().map(Vec::len)
    };
    let (new, length) = (", \"max_new_tokens\": 5", ", \"max_length\": 10");
    assert_eq!(answer(new, &[]), Some(5));
    assert_eq!(answer(length, &[]), Some(6), "max_length includes the four tokens of the prompt");
    assert_eq!(answer(&format!("{new}{length}"), &[]), Some(5));
    assert_eq!(answer(new, &["--tokens", "7"]), Some(7));
    assert!(answer(", \"max_length\": 4", &[]) > Some(1), "a max_length that the prompt has reached is ignored");
}

#[test]
fn fetching_again_is_advised_only_for_files_that_are_damaged() {
    let advice = |name: &str, change: &dyn Fn(&Path)| {
        let dir = storyteller_copy(&format!("odd_advice_{name}"));
        change(&dir);
        let load = run_on(&["load"], &dir);
        load.fails(1, &["; "]);
        load.stderr.contains("fetch")
    };
    let weights = |dir: &Path| dir.join("model.safetensors");
    let cut = |dir: &Path| {
        let bytes = fs::read(weights(dir)).expect("is there");
        fs::write(weights(dir), &bytes[..bytes.len() - 9]).expect("is written");
    };
    let longer = |dir: &Path| {
        let bytes = fs::read(weights(dir)).expect("is there");
        fs::write(weights(dir), [bytes, vec![0; 9]].concat()).expect("is written");
    };
    let dangling = |dir: &Path| {
        fs::remove_file(weights(dir)).expect("is there");
        #[cfg(unix)]
        std::os::unix::fs::symlink("../../blobs/none", weights(dir)).expect("is new");
    };
    assert!(advice("cut", &cut) && advice("longer", &longer) && (advice("dangling", &dangling) || cfg!(not(unix))));
    let config = |from: &'static str, to: &'static str| {
        move |dir: &Path| {
            let text = fs::read_to_string(dir.join("config.json")).expect("is there");
            assert!(text.contains(from));
            fs::write(dir.join("config.json"), text.replace(from, to)).expect("is written");
        }
    };
    let without = |name: &'static str| {
        move |dir: &Path| rewrite(&weights(dir), |tensors| tensors.retain(|tensor, _| !tensor.ends_with(name)))
    };
    assert!(!advice("json", &config("{", "")));
    assert!(!advice("value", &config("\"hidden_size\": 128", "\"hidden_size\": \"wide\"")));
    assert!(!advice("layers", &config("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 5")));
    assert!(!advice("width", &config("\"hidden_size\": 128", "\"hidden_size\": 256")));
    assert!(!advice("untied", &config("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false")));
    assert!(!advice("scales", &without("scales")) && !advice("norm", &without("norm.weight")));
    assert!(!advice("tokenizer", &|dir| fs::write(dir.join("tokenizer.json"), "{}").expect("is written")));
}

#[test]
fn memory_for_keys_and_values_below_one_block_is_refused_by_every_command() {
    let jobs = scratch("kv_memory").join("jobs.jsonl");
    fs::write(&jobs, "{\"id\": 1, \"prompt\": \"Once\", \"context\": \"a\", \"continuations\": [\"b\"]}\n").unwrap();
    let jobs = jobs.to_str().unwrap();
    for args in [
        &["decode", "--prompt", "Once"][..],
        &["decode", "--jobs", jobs],
        &["prefill", "--prompt", "Once"],
        &["score", "--text", "Once upon a time"],
        &["score", "--continuations", jobs],
        &["chat"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let run = run([&args[..1], &["storyteller", "--kv-memory", "1K"], &args[1..]].concat());
        let line = "the keys and values of 64 tokens take 65 kB, more than the 1 kB for all sequences; give a larger --kv-memory";
        assert!(run.code == Some(1) && run.stderr.contains(line), "{args:?}: {run:?}");
    }
}
