//! Common wrong inputs: each ends with one line that names the problem and the fix, and with its exit code.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{rewrite, run, run_with, scratch, storyteller, storyteller_copy};
use safetensors::tensor::Dtype;

/// A copy of the storyteller checkpoint, changed by `change`.
fn damaged(name: &str, change: impl FnOnce(&Path)) -> PathBuf {
    let dir = storyteller_copy(&format!("wrong_{name}"));
    change(&dir);
    dir
}

/// Asserts that `load` and `decode` of `dir` fail with exit code 1 and a line that contains `parts`.
#[track_caller]
fn load_fails(dir: &Path, parts: &[&str]) {
    let dir = dir.to_str().expect("UTF-8");
    run(["load", dir]).fails(1, parts);
    run(["decode", dir, "--prompt", "Once", "--json"]).fails(1, parts);
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("the copy is there");
    assert!(text.contains(from), "{from} is not in {text}");
    fs::write(file, text.replacen(from, to, 1)).expect("the copy can be written");
}

const WEIGHTS: &str = "model.safetensors";
const UP_PROJ: &str = "model.layers.1.mlp.up_proj.qweight";

#[test]
fn a_missing_model_is_reported_with_where_it_was_searched() {
    for args in [["load", "/nonexistent"], ["inspect", "/nonexistent/x.safetensors"], ["load", "Owner/Name"]] {
        run(args).fails(1, &[args[1], "not found"]);
    }
    run(["load", scratch("empty_model").to_str().expect("UTF-8")]).fails(1, &["empty_model"]);
    run(["load", "storyteller", "--config", "/nonexistent.json"]).fails(1, &["/nonexistent.json"]);
    run(["decode", "storyteller", "--prompt", "x", "--tokenizer", "/nonexistent.json"])
        .fails(1, &["/nonexistent.json"]);
}

#[test]
fn files_that_are_not_checkpoints_are_refused() {
    let dir = scratch("no_checkpoint");
    let file = dir.join("text.safetensors");
    fs::write(&file, "this is not a checkpoint, whatever its name says")
        .expect("the scratch directory can be written to");
    run(["inspect", file.to_str().expect("UTF-8")]).fails(1, &["text.safetensors"]);
    let config = storyteller().join("config.json");
    run(["inspect", config.to_str().expect("UTF-8")]).fails(1, &["config.json", "; give the directory"]);
    fs::write(&file, "").expect("the scratch directory can be written to");
    run(["inspect", file.to_str().expect("UTF-8")]).fails(1, &["text.safetensors", "0 bytes"]);
}

#[test]
fn damaged_weights_are_refused() {
    let truncated = damaged("truncated", |dir| {
        let bytes = fs::read(dir.join(WEIGHTS)).expect("the copy is there");
        fs::write(dir.join(WEIGHTS), &bytes[..bytes.len() - 100]).expect("the copy can be written");
    });
    load_fails(&truncated, &[WEIGHTS]);
    let missing = damaged("missing", |dir| rewrite(&dir.join(WEIGHTS), |tensors| drop(tensors.remove(UP_PROJ))));
    load_fails(&missing, &[WEIGHTS, "model.layers.1.mlp.up_proj"]);
    let norm = "model.layers.2.input_layernorm.weight";
    let missing = damaged("missing_norm", |dir| rewrite(&dir.join(WEIGHTS), |tensors| drop(tensors.remove(norm))));
    load_fails(&missing, &[WEIGHTS, norm, "missing", "[128]"]);
    let shape = damaged("shape", |dir| {
        rewrite(&dir.join(WEIGHTS), |tensors| {
            let (_, shape, bytes) = tensors.get_mut(norm).expect("the tensor is there");
            shape[0] = 64;
            bytes.truncate(128);
        })
    });
    load_fails(&shape, &[WEIGHTS, norm, "[64]", "[128]"]);
    let dtype = damaged("dtype", |dir| {
        rewrite(&dir.join(WEIGHTS), |tensors| tensors.get_mut(norm).expect("the tensor is there").0 = Dtype::I16)
    });
    load_fails(&dtype, &[WEIGHTS, norm, "I16", "F16"]);
}

#[test]
fn weights_with_nan_end_in_an_error() {
    let dir = damaged("nan", |dir| {
        rewrite(&dir.join(WEIGHTS), |tensors| {
            let (_, _, bytes) = tensors.get_mut("model.norm.weight").expect("the tensor is there");
            bytes.iter_mut().for_each(|byte| *byte = 0xff);
        })
    });
    let model = dir.to_str().expect("UTF-8");
    let state = dir.join("nan.state");
    run(["decode", model, "--prompt", "Once", "--quiet"]).fails(1, &["not finite", "rumma inspect MODEL --stats"]);
    for more in [&[][..], &["--json"], &["--save-state", state.to_str().expect("UTF-8")]] {
        let args = [&["prefill", model, "--prompt", "Once upon a time", "--quiet"], more].concat();
        run(args).fails(1, &["not finite", "rumma inspect MODEL --stats"]);
    }
    assert!(!state.exists(), "no state file is written if values are not finite");
}

#[test]
fn configurations_that_contradict_the_tensors_are_refused() {
    let config = |name: &str, from: &str, to: &str| damaged(name, |dir| edit(&dir.join("config.json"), from, to));
    let qwen = "\"model_type\": \"qwen2\"";
    let architecture = config("architecture", qwen, "\"model_type\": \"mamba\"");
    edit(&architecture.join("config.json"), "Qwen2ForCausalLM", "MambaForCausalLM");
    load_fails(&architecture, &["config.json", "mamba"]);
    load_fails(&config("json", qwen, "\"model_type\": "), &["config.json"]);
    load_fails(&config("field", "\"hidden_size\": 128", "\"hidden_size\": \"wide\""), &["config.json", "hidden_size"]);
    load_fails(&config("width", "\"hidden_size\": 128", "\"hidden_size\": 256"), &["model.embed_tokens.weight", "256"]);
    load_fails(
        &config("layers", "\"num_hidden_layers\": 4", "\"num_hidden_layers\": 5"),
        &["found 4 layers, expected 5"],
    );
    let none = damaged("no_config", |dir| fs::remove_file(dir.join("config.json")).expect("the copy is there"));
    load_fails(&none, &["config.json", "--config"]);
}

#[test]
fn missing_or_damaged_tokenizers_are_reported() {
    let tokenizer = "tokenizer.json";
    let none = damaged("no_tokenizer", |dir| fs::remove_file(dir.join(tokenizer)).expect("the copy is there"));
    let none = none.to_str().expect("UTF-8");
    run(["decode", none, "--prompt", "Once"]).fails(1, &[tokenizer, "--tokenizer", "--prompt-ids"]);
    assert_eq!(run(["load", none]).code, Some(0), "loading needs no tokenizer");
    let ids = run(["decode", none, "--prompt-ids", "484,483", "--tokens", "3", "--temperature", "0", "--quiet"]);
    assert_eq!((ids.code, ids.stdout.split_whitespace().count()), (Some(0), 3), "{ids:?}");
    run(["decode", none, "--prompt-ids", "484", "--stop", "x"]).fails(2, &["--stop"]);

    let broken = damaged("tokenizer", |dir| fs::write(dir.join(tokenizer), "{\"model\":").expect("it can be written"));
    run(["decode", broken.to_str().expect("UTF-8"), "--prompt", "x"]).fails(1, &[tokenizer]);
    let base = damaged("no_template", |dir| edit(&dir.join("tokenizer_config.json"), "\"chat_template\"", "\"other\""));
    run(["decode", base.to_str().expect("UTF-8"), "--user", "x"]).fails(1, &["chat template", "--prompt"]);
}

#[test]
fn prompts_that_do_not_fit_the_model_are_refused() {
    run(["decode", "storyteller", "--prompt-tokens", "513"]).fails(1, &["513 tokens", "512"]);
    run(["prefill", "storyteller", "--prompt", "Once upon a time", "--context", "2"])
        .fails(1, &["tokens", "--context"]);
}

#[test]
fn a_context_beyond_the_model_is_reported_as_the_option_that_asks_for_it() {
    let expected = "rumma: --context 99999 exceeds the model's maximum of 512; give --context up to 512\n";
    for args in [&["load", "storyteller"][..], &["decode", "storyteller", "--prompt", "Once"]] {
        let found = run([args, &["--context", "99999"]].concat());
        found.fails(1, &[]);
        assert_eq!(found.stderr, expected);
    }
}

#[test]
fn a_token_id_beyond_the_vocabulary_is_reported_as_the_id_that_was_given() {
    let found = run(["decode", "storyteller", "--prompt-ids", "1,5000"]);
    found.fails(1, &["rumma: token id 5000 is out of range (vocabulary size 1024); give ids below 1024"]);
    assert!(!found.stderr.contains("config.json"), "{found:?}");
    run(["decode", "storyteller", "--prompt-ids", "1,1024"]).fails(1, &["token id 1024 is out of range"]);
}

#[test]
fn an_empty_prompt_is_reported_with_its_source() {
    run(["decode", "storyteller", "--prompt", ""]).fails(2, &["the prompt is empty"]);
    run_with(["decode", "storyteller", "--prompt-file", "-"], b"")
        .fails(1, &["standard input: is empty; put some text into it"]);
    let file = scratch("empty_prompt").join("empty.txt");
    fs::write(&file, "").expect("the scratch directory can be written to");
    run(["prefill", "storyteller", "--prompt-file", file.to_str().expect("UTF-8")])
        .fails(1, &["empty.txt: is empty; put some text into it"]);

    let silent = damaged("silent_template", |dir| {
        fs::write(dir.join("chat_template.jinja"), "{# nothing #}").expect("it can be written")
    });
    run(["decode", silent.to_str().expect("UTF-8"), "--user", "x"]).fails(1, &["chat template of ", "--prompt"]);
    let deaf = damaged("deaf_tokenizer", |dir| {
        let file = dir.join("tokenizer.json");
        let mut json: serde_json::Value = serde_json::from_slice(&fs::read(&file).expect("the copy is there")).unwrap();
        json["pre_tokenizer"] = serde_json::json!({
            "type": "Split", "pattern": {"Regex": "(?s:.)"}, "behavior": "Removed", "invert": false
        });
        fs::write(&file, json.to_string()).expect("the copy can be written");
    });
    run(["decode", deaf.to_str().expect("UTF-8"), "--prompt", "x"]).fails(1, &["tokenizer.json: returns no token"]);
}

#[test]
fn messages_that_the_template_refuses_are_named() {
    let messages = scratch("messages").join("messages.json");
    let decode = |json: &str| {
        fs::write(&messages, json).expect("the scratch directory can be written to");
        run(["decode", "storyteller", "--messages", messages.to_str().expect("UTF-8")])
    };
    decode("[{\"role\": \"user\"}]")
        .fails(1, &["messages.json: messages[0].content: ", "; write the content as a string"]);
    decode("[{").fails(1, &["messages.json: messages are not JSON", "; write messages in the form [{"]);
}

#[test]
fn a_named_tokenizer_must_exist_even_if_unused() {
    for command in ["load", "inspect"] {
        for place in ["/nonexistent.json", env!("CARGO_TARGET_TMPDIR")] {
            run([command, "storyteller", "--tokenizer", place])
                .fails(1, &[place, "not found", "; give --tokenizer a tokenizer.json"]);
        }
    }
}

#[test]
fn sampling_settings_out_of_range_are_reported_with_their_source() {
    for (field, value) in [("temperature", "200"), ("repetition_penalty", "150")] {
        let dir = damaged(field, |dir| {
            let settings = format!("{{\"do_sample\": true, \"{field}\": {value}}}");
            fs::write(dir.join("generation_config.json"), settings).expect("the copy can be written");
        });
        run(["decode", dir.to_str().expect("UTF-8"), "--prompt", "x"])
            .fails(1, &["generation_config.json", field, value, "to 100); "]);
    }
}

#[test]
fn every_error_says_what_to_do() {
    let place = scratch("what_to_do");
    run(["load", place.to_str().expect("UTF-8")]).fails(1, &["what_to_do: .safetensors file not found; give"]);
    let file = place.join("x.safetensors");
    let path = file.to_str().expect("UTF-8");
    let header =
        |json: &str, data: usize| [&(json.len() as u64).to_le_bytes(), json.as_bytes(), &vec![0; data]].concat();
    let one = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
    let overlapping = format!(r#"{one},"b":{{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}}}"#);
    let gap = format!(r#"{one},"b":{{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}}}"#);
    for bytes in [header(&format!("{one}}}"), 9), header(&overlapping, 6), header(&gap, 12), header("{\"a\":", 0)] {
        fs::write(&file, bytes).expect("the scratch directory can be written to");
        run(["inspect", path]).fails(1, &["x.safetensors: ", "; fetch the file again"]);
    }
    run(["decode", "storyteller", "--prompt-file", "/nonexistent"]).fails(1, &["cannot open", "; check the path"]);
    run(["decode", "storyteller", "--prompt-file", "/"]).fails(1, &["cannot read", "; give a file"]);
    let missing = damaged("what_to_do_missing", |dir| {
        rewrite(&dir.join(WEIGHTS), |tensors| drop(tensors.remove("model.norm.weight")));
    });
    load_fails(&missing, &["model.norm.weight", "missing", "; use the config.json that belongs to"]);
    let narrow = damaged("outputs", |dir| {
        edit(&dir.join("config.json"), "\"intermediate_size\": 384", "\"intermediate_size\": 1")
    });
    load_fails(&narrow, &["mlp.gate_proj and 7 more", "(found 128 -> 384, expected 128 -> 1)"]);
}

#[test]
#[cfg(unix)]
fn a_dangling_symlink_is_reported_as_an_unfinished_download() {
    for name in [WEIGHTS, "config.json"] {
        let dir = damaged(&format!("dangling_{name}"), |dir| {
            fs::remove_file(dir.join(name)).expect("the copy is there");
            std::os::unix::fs::symlink("../../blobs/none", dir.join(name)).expect("links can be made");
        });
        load_fails(&dir, &[name, "unfinished download", "; fetch the model again"]);
    }
}

#[test]
#[cfg(unix)]
fn a_fifo_in_place_of_a_file_is_refused_before_it_is_opened() {
    let pipe = |path: &Path| {
        assert!(std::process::Command::new("mkfifo").arg(path).status().expect("there is mkfifo").success());
    };
    let dir = damaged("pipe", |dir| pipe(&dir.join("SHA256SUMS")));
    let model = dir.to_str().expect("UTF-8");
    for args in [["verify", model].as_slice(), &["load", model, "--verify"]] {
        run(args).fails(1, &["SHA256SUMS: not a regular file; "]);
    }
    let state = scratch("pipe_state").join("pipe.state");
    pipe(&state);
    run(["decode", "storyteller", "--state", state.to_str().expect("UTF-8")])
        .fails(1, &["pipe.state: not a regular file; "]);
}

#[test]
fn an_error_is_one_readable_line_whatever_the_file_holds() {
    let long = "x".repeat(100_000);
    let dir = damaged("long_line", |dir| edit(&dir.join("config.json"), "\"silu\"", &format!("{long:?}")));
    let found = run(["load", dir.to_str().expect("UTF-8")]);
    found.fails(1, &["hidden_act", "; check config.json"]);
    assert!(found.stderr.len() < 1500, "{} bytes", found.stderr.len());
}

#[test]
fn unreadable_prompt_files_are_reported() {
    run_with(["decode", "storyteller", "--prompt-file", "-"], b"caf\xe9")
        .fails(1, &["standard input", "UTF-8", "byte 3"]);
    run(["decode", "storyteller", "--prompt-file", "/nonexistent.txt"]).fails(1, &["/nonexistent.txt"]);
    for (messages, part) in [("[", "JSON"), ("[]", "messages"), ("[1]", "messages"), ("{\"messages\": 3}", "messages")]
    {
        run_with(["decode", "storyteller", "--messages", "-"], messages.as_bytes()).fails(1, &["standard input", part]);
    }
    #[cfg(target_os = "linux")]
    run(["decode", "storyteller", "--prompt-file", "/dev/zero"]).fails(1, &["/dev/zero: not a regular file"]);
}

#[test]
fn impossible_option_values_are_refused() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["decode", "storyteller"], &["no prompt; give one of --prompt"]),
        (
            &["decode", "storyteller", "--prompt", "a", "--user", "b"],
            &["--prompt and --user cannot be used together; give one prompt"],
        ),
        (
            &["decode", "storyteller", "--prompt", "a", "--system", "b"],
            &["--system needs --user; give the prompt with --user instead of --prompt"],
        ),
        (&["decode", "storyteller", "--prompt", "a", "--tokens", "0"], &["--tokens", "at least 1"]),
        (&["decode", "storyteller", "--prompt", "a", "--tokens", "-1"], &["--tokens", "whole number"]),
        (&["decode", "storyteller", "--prompt", "a", "--tokens", "1", "--decode-tokens", "1"], &["--decode-tokens"]),
        (&["decode", "storyteller", "--prompt", "a", "--batch", "0"], &["--batch", "at least 1"]),
        (&["decode", "storyteller", "--prompt", "a", "--batch", "99999999999"], &["--batch", "at most"]),
        (&["decode", "storyteller", "--prompt", "a", "--threads", "0"], &["--threads", "at least 1"]),
        (&["decode", "storyteller", "--prompt", "a", "--threads", "1000000"], &["--threads", "at most"]),
        (&["decode", "storyteller", "--prompt", "a", "--context", "0"], &["--context", "at least 1"]),
        (&["decode", "storyteller", "--prompt", "a", "--isa", "mmx"], &["--isa", "mmx", "scalar"]),
        (&["decode", "storyteller", "--prompt", "a", "--arithmetic", "f64"], &["--arithmetic", "f64", "int15"]),
        (&["decode", "storyteller", "--prompt", "a", "--temperature", "-1"], &["--temperature", "-1"]),
        (&["decode", "storyteller", "--prompt", "a", "--temperature", "inf"], &["--temperature", "number"]),
        (&["decode", "storyteller", "--prompt", "a", "--top-p", "1.5"], &["--top-p", "1.5"]),
        (&["decode", "storyteller", "--prompt", "a", "--stop", ""], &["stop"]),
        (&["decode", "storyteller", "--prompt-ids", "1,x"], &["--prompt-ids", "'x'"]),
        (&["prefill", "storyteller", "--prompt-tokens", "0"], &["--prompt-tokens", "at least 1"]),
        (&["prefill", "storyteller", "--prompt-tokens", "99999999999"], &["--prompt-tokens", "at most"]),
        (&["prefill", "storyteller", "--prompt-tokens", "99999999999999999999"], &["--prompt-tokens", "whole number"]),
        (&["load", "storyteller", "--seed", "18446744073709551616"], &["--seed", "from 0 to 18446744073709551615"]),
        (&["decode", "storyteller", "--prompt", "a", "--top-k", "-1"], &["--top-k", "from 0 to 18446744073709551615"]),
        (&["load", "storyteller", "--random"], &["--random", "storyteller"]),
        (&["load", "storyteller", "--layers", "2"], &["--layers", "--random"]),
        (&["load", "--random", "--hidden-size", "100"], &["--hidden-size", "128"]),
        (&["load", "--random", "--like", "gpt-2"], &["gpt-2", "qwen2.5-3b"]),
        (&["load", "--random", "--verify"], &["--verify"]),
        (&["inspect"], &["MODEL is missing"]),
    ];
    for (args, parts) in cases {
        run(*args).fails(2, parts);
    }
}

#[test]
fn a_missing_instruction_set_is_refused_with_the_available_ones() {
    let lacking = if cfg!(target_arch = "aarch64") { "avx2" } else { "neon" };
    run(["load", "storyteller", "--isa", lacking]).fails(1, &[lacking, "scalar"]);
}

#[test]
fn load_verify_hashes_the_mapped_bytes() {
    let dir = storyteller_copy("load_verify");
    let model = dir.to_str().expect("UTF-8");
    run(["load", model, "--verify"]).fails(1, &["SHA256SUMS"]);
    assert_eq!(run(["verify", model, "--write"]).code, Some(0));
    let good = run(["load", model, "--verify"]);
    assert_eq!(good.code, Some(0));
    assert!(good.stderr.starts_with("Verified: files=5 wrong=0 "), "{good:?}");
    let weights = dir.join(WEIGHTS);
    let mut bytes = fs::read(&weights).expect("the copy is there");
    *bytes.last_mut().expect("the file is not empty") ^= 1;
    fs::write(&weights, bytes).expect("the copy can be written");
    run(["load", model, "--verify"]).fails(1, &[WEIGHTS, "has changed", "sha256"]);
    assert_eq!(run(["load", model]).code, Some(0), "without --verify nothing is hashed");
    run(["load", "storyteller", "--verify"]).fails(1, &["storyteller", "selftest"]);
}
