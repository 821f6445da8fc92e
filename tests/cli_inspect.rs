//! `rumma inspect --diff`.
#![cfg(unix)]

mod common;

use std::fs;
use std::path::Path;

use common::{run, storyteller_copy};
use serde_json::{Value, json};

const STORYTELLER: &str = "fixtures/storyteller/checkpoint";

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("UTF-8");
    assert!(text.contains(from), "{from:?} is not in {text}");
    fs::write(path, text.replace(from, to)).expect("written");
}

fn diff(a: &str, b: &str) -> Value {
    let run = run(["inspect", a, "--diff", b, "--json"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run.json()
}

fn file<'a>(diff: &'a Value, name: &str) -> &'a Value {
    let files = diff["files"].as_array().expect("files");
    files.iter().find(|file| file["name"] == name).unwrap_or_else(|| panic!("{name} is not in {diff}"))
}

#[test]
fn a_checkpoint_is_the_same_as_its_copy_in_every_form_of_a_model() {
    let dir = storyteller_copy("diff_same");
    let dir = dir.to_str().expect("UTF-8");
    let weights = format!("{dir}/model.safetensors");
    for (a, b) in [("storyteller", dir), (dir, "storyteller"), (dir, &weights), (&weights, STORYTELLER)] {
        let same = diff(a, b);
        assert_eq!((&same["same"], &same["tensors"]["same"]), (&json!(true), &json!(106)), "{a} {b}: {same}");
        assert_eq!(same["compared_bytes"], json!(675_072), "{same}");
        assert_eq!((&same["a"], &same["b"]), (&json!(a), &json!(b)));
        assert_eq!(file(&same, "config.json")["state"], "same");
    }
    let text = run(["inspect", dir, "--diff", "storyteller"]).stdout;
    assert!(text.ends_with("A and B are the same.\n") && text.contains("tokenizer.json: same"), "{text}");
}

#[test]
fn every_kind_of_difference_is_named() {
    let dir = storyteller_copy("diff_files");
    edit(&dir.join("config.json"), "\"num_hidden_layers\": 4", "\"num_hidden_layers\": 3,\"new\": {\"key\": [1, 2]}");
    let generation = dir.join("generation_config.json");
    fs::write(&generation, fs::read_to_string(&generation).expect("UTF-8") + "\n \n").expect("written");
    fs::write(dir.join("chat_template.jinja"), "{{ messages }}").expect("written");
    edit(&dir.join("tokenizer.json"), "\"added_tokens\"", "\"removed_tokens\"");
    let changed = diff("storyteller", dir.to_str().expect("UTF-8"));
    assert_eq!(changed["same"], false);
    let config = file(&changed, "config.json");
    let expected = json!([
        {"key": "new", "a": null, "b": {"key": [1, 2]}},
        {"key": "num_hidden_layers", "a": 4, "b": 3},
    ]);
    assert_eq!((&config["state"], &config["values"]), (&json!("differs"), &expected));
    assert_eq!(file(&changed, "generation_config.json")["state"], "same_values");
    let template = file(&changed, "chat_template.jinja")["state"].clone();
    assert!(template == "only_b" || template == "differs", "{template}");
    let keys: Vec<&str> = file(&changed, "tokenizer.json")["values"]
        .as_array()
        .expect("values")
        .iter()
        .filter_map(|v| v["key"].as_str())
        .collect();
    assert_eq!(keys, ["added_tokens", "removed_tokens"]);
    assert_eq!(changed["tensors"]["same"], 106);
}

#[test]
fn tensors_that_differ_are_listed_by_the_kind_of_difference() {
    let dir = storyteller_copy("diff_tensors");
    let path = dir.join("model.safetensors");
    let mut bytes = fs::read(&path).expect("the weights");
    let end = 8 + u64::from_le_bytes(*bytes.first_chunk().expect("8 bytes")) as usize;
    // In the header: another name of the same length, and another dtype of the same size.
    let header = String::from_utf8(bytes[8..end].to_vec()).expect("UTF-8");
    let header_json: Value = serde_json::from_str(&header).expect("JSON");
    let at = |name: &str| end + header_json[name]["data_offsets"][0].as_u64().expect("an offset") as usize;
    let (norm, embedding) = ("model.norm.weight", "model.embed_tokens.weight");
    let renamed = header.replace("model.layers.1.input_layernorm.weight", "model.layers.1.input_layernorm.weighs");
    let start = renamed.find(&format!("\"{norm}\"")).expect("the norm is in the header");
    let (before, after) = renamed.split_at(start);
    let new = format!("{before}{}", after.replacen("\"F16\"", "\"I16\"", 1));
    assert_eq!(new.len(), header.len());
    bytes[8..end].copy_from_slice(new.as_bytes());
    for offset in [0, 1, 262_143] {
        bytes[at(embedding) + offset] ^= 0xff;
    }
    fs::write(&path, bytes).expect("written");
    let dir = dir.to_str().expect("UTF-8");
    let tensors = diff("storyteller", dir)["tensors"].clone();
    let name =
        |list: &str| tensors[list].as_array().expect("a list").iter().map(|t| t["name"].clone()).collect::<Vec<_>>();
    assert_eq!(name("only_a"), ["model.layers.1.input_layernorm.weight"]);
    assert_eq!(name("only_b"), ["model.layers.1.input_layernorm.weighs"]);
    let types = &tensors["type_differs"][0];
    assert_eq!(
        (&types["a"]["dtype"], &types["b"]["dtype"], &types["b"]["name"]),
        (&json!("F16"), &json!("I16"), &json!(norm))
    );
    assert_eq!(tensors["bytes_differ"], json!([{"name": embedding, "bytes": 262_144, "different_bytes": 3}]));
    assert_eq!(tensors["same"], 103);
    let text = run(["inspect", "storyteller", "--diff", dir]).stdout;
    for line in
        ["tensors: 1 only in A", "tensors: 1 only in B", "tensors: 1 another dtype or shape", "tensors: 1 other bytes"]
    {
        assert!(text.contains(line), "{line:?} is not in {text}");
    }
    assert!(text.ends_with("A and B differ.\n"), "{text}");
}

#[test]
fn a_long_list_is_cut_unless_every_tensor_is_asked_for() {
    let random = ["inspect", "--random", "--hidden-size", "256", "--layers", "3", "--diff", "storyteller"];
    let short = run(random);
    assert_eq!((short.code, short.stderr.as_str()), (Some(0), ""), "{short:?}");
    assert!(short.stdout.contains(" more\n"), "{}", short.stdout);
    let long = run([&random[..], &["--tensors"]].concat()).stdout;
    assert!(!long.contains(" more\n") && long.lines().count() > short.stdout.lines().count(), "{long}");
}

#[test]
fn long_lists_are_compared_by_their_values_and_a_vocabulary_as_a_whole() {
    let dir = storyteller_copy("diff_lists");
    let path = dir.join("tokenizer.json");
    let mut tokenizer: Value = serde_json::from_slice(&fs::read(&path).expect("a tokenizer")).expect("JSON");
    tokenizer["added_tokens"][1]["special"] = json!("changed");
    tokenizer["model"]["vocab"]["changed"] = json!(99_999);
    fs::write(&path, tokenizer.to_string()).expect("written");
    let changed = diff("storyteller", dir.to_str().expect("UTF-8"));
    let values = file(&changed, "tokenizer.json")["values"].clone();
    assert_eq!(values[0], json!({"key": "added_tokens.1.special", "a": true, "b": "changed"}), "{values}");
    assert_eq!(values[1]["key"], "model.vocab", "{values}");
    assert_eq!(values[1]["a"], "object of 1024 fields", "{values}");
    assert_eq!(values.as_array().map(Vec::len), Some(2), "{values}");
}

#[test]
#[cfg(target_os = "linux")]
fn under_a_limit_of_the_process_the_mapped_weights_do_not_count() {
    // 5.6 GB of zeros that take address space only; a run needs 0.7 GB beside them.
    let script = "ulimit -v 8000000; exec \"$0\" inspect --random --like qwen2.5-7b --context 64 --threads 1 --json";
    let binary = env!("CARGO_BIN_EXE_rumma");
    let output = std::process::Command::new("sh").args(["-c", script, binary]).output().expect("there is a shell");
    let memory = common::finished(output).json()["memory"].clone();
    let [total, available] = ["total_bytes", "available_bytes"].map(|key| memory[key].as_u64().expect("a number"));
    assert!(available < total, "{memory}");
    if available > 1_000_000_000 {
        assert_eq!(memory["fits"], json!(true), "{memory}");
    }
}

#[test]
fn wrong_uses_of_diff_are_refused() {
    let b = ["inspect", "storyteller", "--diff"];
    run([&b[..], &["/nonexistent"]].concat()).fails(1, &["/nonexistent"]);
    run(b).fails(2, &["--diff", "needs a value"]);
    for more in [&["--stats"][..], &["--context", "9"], &["--arithmetic", "f32"], &["--isa", "scalar"]] {
        run([&b[..], &["storyteller"], more].concat()).fails(2, &[more[0], "--diff", "cannot be used together"]);
    }
    for option in ["--config", "--tokenizer"] {
        run([&b[..], &["storyteller", option, "x.json"]].concat()).fails(2, &[option, "cannot be used together"]);
    }
}
