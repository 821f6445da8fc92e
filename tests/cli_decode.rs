//! `rumma load`, `prefill` and `decode` on the storyteller: contents and formats of their output.

mod common;

use std::fs;

use common::{run, run_with, storyteller, storyteller_copy};
use serde_json::Value;

/// Results of transformers, made by `fixtures/real-model/reference.py` (see `fixtures/storyteller/README.md`).
fn golden() -> Vec<Value> {
    let path = storyteller().with_file_name("golden.json");
    serde_json::from_slice(&fs::read(path).expect("the fixture is there")).expect("the fixture is JSON")
}

/// The options and stdin for the prompt of a golden result: raw text, or messages on stdin.
fn prompt_of(answer: &Value) -> (Vec<String>, Vec<u8>) {
    match answer["text"].as_str() {
        Some(text) => (vec!["--prompt".into(), text.into()], Vec::new()),
        None => (vec!["--messages".into(), "-".into()], answer["chat"].to_string().into_bytes()),
    }
}

/// Runs `args` on the storyteller without status lines.
fn quiet(args: &[&str]) -> common::Run {
    let (subcommand, options) = args.split_first().expect("a subcommand");
    let run = run([&[*subcommand, "storyteller", "--quiet"], options].concat());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn the_answer_does_not_depend_on_the_chunk_size() {
    let story = "One day a girl named Rosa walked to the river to see the smooth stones. ".repeat(5);
    for arithmetic in ["int8", "int15", "f32"] {
        for subcommand in ["prefill", "decode"] {
            let args = [subcommand, "storyteller", "--prompt", &story, "--arithmetic", arithmetic, "--json"];
            let whole = run(args).json();
            assert!(whole["prompt_ids"].as_array().is_some_and(|ids| ids.len() > 64), "{whole}");
            for chunk in ["1", "7", "64", "1000"] {
                let cut = run([&args[..], &["--chunk", chunk]].concat()).json();
                for key in ["prompt_ids", "ids", "logits_sha256", "top_logits", "prompt_logprobs"] {
                    assert_eq!(cut[key], whole[key], "{subcommand} {arithmetic}, chunks of {chunk}: {key}");
                }
            }
        }
    }
}

#[test]
fn chunk_must_be_a_positive_integer() {
    for chunk in ["0", "-1", "1.5", "all", ""] {
        run(["decode", "storyteller", "--prompt", "x", "--chunk", chunk]).fails(2, &["--chunk"]);
        run(["prefill", "storyteller", "--prompt", "x", "--chunk", chunk]).fails(2, &["--chunk"]);
    }
}

#[test]
fn f32_decodes_the_same_tokens_as_transformers() {
    for answer in golden() {
        let (mut args, input) = prompt_of(&answer);
        args.extend(["decode", "storyteller", "--temperature=0", "--tokens=120", "--arithmetic=f32"].map(String::from));
        args.push("--json".into());
        args.rotate_left(2);
        let found = run_with(&args, &input).json();
        assert_eq!(found["prompt_ids"], answer["prompt_ids"], "{}", answer["name"]);
        let ids = found["ids"].as_array().expect("ids");
        let expected = answer["greedy_ids"].as_array().expect("ids");
        // Unlike the golden results, decode stops at an end-of-text token.
        assert_eq!(ids[..], expected[..ids.len()], "{}", answer["name"]);
        assert!(ids.last() == Some(&0.into()) || ids.last() == Some(&2.into()), "{}", answer["name"]);
        assert_eq!(found["finish_reason"], "stop");
        assert!(answer["greedy_text"].as_str().expect("text").starts_with(found["text"].as_str().expect("text")));
    }
}

#[test]
fn f32_prefill_logits_equal_transformers() {
    for answer in golden() {
        let (mut args, input) = prompt_of(&answer);
        args.extend(["prefill", "storyteller", "--json", "--arithmetic", "f32"].map(String::from));
        args.rotate_left(2);
        let found = run_with(&args, &input).json();
        assert_eq!(keys(&found)[..2], ["prompt_ids", "top_logits"]);
        assert!(found["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
        assert_eq!(found["logits_sha256"].as_str().map(str::len), Some(64));
        let close = |a: &Value, b: &Value| (a.as_f64().expect("a") - b.as_f64().expect("b")).abs() < 1e-3;
        for (found, expected) in found["top_logits"]
            .as_array()
            .into_iter()
            .flatten()
            .zip(answer["top_logits"].as_array().into_iter().flatten())
        {
            assert!(found[0] == expected[0] && close(&found[1], &expected[1]), "{found} is not {expected}");
        }
        let (found, expected) = (&found["prompt_logprobs"], &answer["prompt_logprobs"]);
        let (found, expected) = (found.as_array().expect("a list"), expected.as_array().expect("a list"));
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().zip(expected).all(|(a, b)| close(a, b)), "{found:?} is not {expected:?}");
    }
}

#[test]
fn streamed_text_equals_the_text_in_json() {
    let args = ["decode", "--user", "Tell me a story about a fox.", "--seed", "5"];
    let text = quiet(&args).stdout;
    let json = quiet(&[&args[..], &["--json"]].concat()).json();
    assert_eq!(text, format!("{}\n", json["text"].as_str().expect("a text")));
    assert!(text.contains("fox"), "{text}");
    for key in ["prompt_ids", "ids", "text", "finish_reason", "prefill", "decode", "logits_sha256"] {
        assert!(json.get(key).is_some(), "{key} is not in {json}");
    }
    assert_eq!(json["prefill"]["tokens"].as_u64(), json["prompt_ids"].as_array().map(|ids| ids.len() as u64));
    assert!(json["decode"]["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
}

#[test]
fn every_sequence_of_a_batch_equals_its_run_alone() {
    let base = ["decode", "--prompt", "Once upon a time", "--seed", "3", "--tokens", "20", "--json"];
    let alone = quiet(&base).json();
    let two = quiet(&[&base[..], &["--batch", "2"]].concat()).json();
    let five = quiet(&[&base[..], &["--batch=5", "--threads=3"]].concat()).json();
    assert_eq!(five["sequences"].as_array().map(Vec::len), Some(5));
    for key in ["ids", "text", "finish_reason", "logits_sha256"] {
        assert_eq!(two["sequences"][0][key], alone[key]);
        assert_eq!(five["sequences"][0][key], alone[key]);
        assert_eq!(five["sequences"][1][key], two["sequences"][1][key]);
    }
    assert_ne!(two["sequences"][0]["text"], two["sequences"][1]["text"], "each sequence has its own random stream");
}

#[test]
fn sequences_of_a_batch_are_printed_with_headings() {
    let args = ["decode", "--prompt", "Once upon a time", "--tokens", "8", "--temperature", "0"];
    let one = quiet(&args).stdout;
    let two = quiet(&[&args[..], &["--batch", "2"]].concat()).stdout;
    assert_eq!(two, format!("=== 1 of 2\n{one}\n=== 2 of 2\n{one}"));
}

#[test]
fn the_same_seed_repeats_the_text_and_another_seed_changes_it() {
    let text = |seed: &str| quiet(&["decode", "--user", "A story about a bear, please.", "--seed", seed]).stdout;
    assert_eq!(text("11"), text("11"));
    assert_ne!(text("11"), text("12"));
    assert_eq!(text("0"), quiet(&["decode", "--user", "A story about a bear, please."]).stdout);
}

#[test]
fn generation_config_sets_the_sampling_and_options_override_it() {
    let dir = storyteller_copy("sampling");
    let config = dir.join("generation_config.json");
    let text = |settings: &str, more: &[&str]| {
        fs::write(&config, format!("{{\"eos_token_id\": [2, 0]{settings}}}")).expect("the copy can be written");
        let args =
            ["decode", dir.to_str().expect("UTF-8"), "--prompt", "Once upon a time", "--tokens", "40", "--quiet"];
        run([&args[..], more].concat()).stdout
    };
    let greedy = text("", &["--temperature", "0"]);
    assert_eq!(text("", &[]), greedy, "greedy if the checkpoint sets nothing");
    let sampling = ", \"do_sample\": true, \"temperature\": 3.0";
    assert_ne!(text(sampling, &[]), greedy);
    assert_eq!(text(sampling, &["--temperature", "3"]), text(sampling, &[]));
    assert_eq!(text("", &["--temperature", "3"]), text(sampling, &[]));
    assert_eq!(text(sampling, &["--top-k", "1"]), greedy);
    let penalty = ", \"do_sample\": false, \"repetition_penalty\": 1.9";
    assert_ne!(text(penalty, &[]), greedy);
    assert_eq!(text(penalty, &["--repetition-penalty", "1"]), greedy);
    assert_eq!(
        text(penalty, &["--temperature", "0"]),
        greedy,
        "--temperature 0 ignores the penalties of the checkpoint"
    );
    assert_eq!(text("", &["--temperature", "0", "--repetition-penalty", "1.9"]), text(penalty, &[]));
}

#[test]
fn threads_and_instruction_sets_do_not_change_the_answer() {
    for arithmetic in ["int8", "int15", "f32"] {
        let base = ["decode", "--prompt", "One day", "--tokens", "12", "--json", "--arithmetic", arithmetic];
        let hash = |more: &[&str]| quiet(&[&base[..], more].concat()).json()["logits_sha256"].clone();
        let expected = hash(&[]);
        assert_eq!(hash(&["--isa", "scalar"]), expected);
        assert_eq!(hash(&["--threads", "1"]), expected);
        assert_eq!(hash(&["--threads", "3", "--isa", "scalar"]), expected);
    }
}

#[test]
fn a_stop_text_ends_the_answer_and_is_not_part_of_it() {
    let args = ["decode", "--prompt", "Once upon a time", "--temperature", "0", "--tokens", "60"];
    let whole = quiet(&args).stdout;
    let (before, _) = whole.split_once(" anything").expect("the golden story contains it");
    let stopped = quiet(&[&args[..], &["--stop", "no such text", "--stop", " anything"]].concat());
    assert_eq!(stopped.stdout, format!("{before}\n"));
    let json = quiet(&[&args[..], &["--stop", " anything", "--json"]].concat()).json();
    assert_eq!((&json["finish_reason"], &json["ended_by"]), (&"stop".into(), &"stop_string".into()));
}

#[test]
fn token_limit_and_context_end_are_reported_as_different_reasons() {
    let ended = |more: &[&str]| {
        let json = quiet(&[&["decode", "--prompt", "Once upon a time", "--json"], more].concat()).json();
        (json["finish_reason"].clone(), json["ended_by"].clone(), json["ids"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(ended(&["--tokens", "3"]), ("length".into(), "tokens".into(), 3));
    assert_eq!(ended(&["--decode-tokens", "3"]), ("length".into(), "tokens".into(), 3));
}

#[test]
fn prompt_and_answer_together_never_exceed_the_context() {
    for (context, tokens) in [("10", 6), ("5", 1), ("4", 0)] {
        for batch in ["1", "3"] {
            let args = ["decode", "--prompt", "Once upon a time", "--json", "--context", context, "--batch", batch];
            let json = quiet(&args).json();
            for sequence in json["sequences"].as_array().unwrap_or(&vec![json.clone()]) {
                assert_eq!(sequence["prompt_ids"].as_array().map(Vec::len), Some(4));
                assert_eq!(sequence["ids"].as_array().map(Vec::len), Some(tokens), "{sequence}");
                assert_eq!((&sequence["finish_reason"], &sequence["ended_by"]), (&"length".into(), &"context".into()));
            }
        }
    }
    let full = run(["decode", "storyteller", "--prompt-ids", "1,2,3", "--context", "3"]);
    assert_eq!((full.code, full.stdout.as_str()), (Some(0), "\n"));
    assert!(full.stderr.contains("\nPrefill complete: batch=1 tokens=3 "), "{full:?}");
    assert!(full.stderr.contains("\nDecode finished: steps=0 batch=1 tokens=0 ended_by=context "), "{full:?}");
}

#[test]
fn a_prompt_is_read_from_an_option_a_file_or_stdin() {
    let dir = common::scratch("prompts");
    let file = dir.join("prompt.txt");
    fs::write(&file, "Once upon a time").expect("the scratch directory can be written to");
    let file = file.to_str().expect("UTF-8");
    let args = ["--temperature", "0", "--tokens", "10"];
    let expected = quiet(&[&["decode", "--prompt", "Once upon a time"], &args[..]].concat()).stdout;
    assert_eq!(quiet(&[&["decode", "--prompt-file", file], &args[..]].concat()).stdout, expected);
    let stdin = [&["decode", "storyteller", "--prompt-file", "-"], &args[..]].concat();
    assert_eq!(run_with(stdin, b"Once upon a time").stdout, expected);
    let ids = quiet(&["prefill", "--prompt", "Once upon a time", "--json"]).json()["prompt_ids"].to_string();
    let ids = ids.trim_matches(['[', ']']);
    assert_eq!(quiet(&[&["decode", "--prompt-ids", ids], &args[..]].concat()).stdout, expected);

    let chat = |args: &[&str], input: &[u8]| {
        run_with([&["prefill", "storyteller", "--json"], args].concat(), input).json()["prompt_ids"].clone()
    };
    let messages =
        br#"{"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello."}]}"#;
    assert_eq!(chat(&["--messages", "-"], messages), chat(&["--user", "Hello.", "--system", "Be kind."], b""));
}

#[test]
fn status_lines_on_stderr_are_key_value_pairs() {
    let run = run(["decode", "storyteller", "--prompt", "Once", "--tokens", "5"]);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 3, "{run:?}");
    assert!(lines[0].starts_with("Loaded model: hidden_size=128 layers=4 source=storyteller "), "{run:?}");
    assert!(lines[1].starts_with("Prefill complete: batch=1 tokens=") && lines[1].contains(" duration="), "{run:?}");
    assert!(lines[2].starts_with("Decode finished: steps=5 ") && lines[2].contains(" tokens_per_second="), "{run:?}");
}

#[test]
fn the_decode_rate_excludes_the_first_token() {
    let args = |tokens: &'static str| ["decode", "storyteller", "--prompt", "Once", "--json", "--tokens", tokens];
    let five = run(args("5"));
    let line = five.stderr.lines().last().expect("a status line");
    let number = |key: &str| -> f64 {
        let word = line.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        word.and_then(|word| word.trim_end_matches('s').parse().ok()).expect("the key is there")
    };
    assert_eq!((number("steps"), number("tokens"), number("decode_tokens")), (5.0, 5.0, 4.0), "{line}");
    let decode = &five.json()["decode"];
    assert_eq!(decode["tokens"], 4);
    let rate = 4.0 / decode["seconds"].as_f64().expect("a number");
    assert!((number("tokens_per_second") - rate).abs() < 0.1, "{line}");
    let one = run(args("1"));
    let last = one.stderr.lines().last().expect("a status line");
    assert!(
        last.contains(" decode_tokens=0 ") && !last.contains("tokens_per_second"),
        "a single token has no rate: {last}"
    );
}

#[test]
fn load_reports_what_it_loaded() {
    let json = quiet(&["load", "--json"]).json();
    assert_eq!(
        (&json["source"], &json["hidden_size"], &json["layers"]),
        (&"storyteller".into(), &128.into(), &4.into())
    );
    assert!(json["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert!(json["resident_bytes"].as_u64().is_some_and(|bytes| bytes > 0));
    let file = storyteller().join("model.safetensors").metadata().expect("the fixture is there").len();
    assert_eq!(json["mapped_bytes"], file);
    let text = quiet(&["load"]).stdout;
    assert!(text.contains("layers") && text.contains("4, hidden size 128"), "{text}");
}

#[test]
fn a_directory_a_file_and_the_built_in_model_are_the_same_model() {
    let dir = storyteller_copy("same_model");
    let file = dir.join("model.safetensors");
    let hash = |model: &str| {
        let run = run(["decode", model, "--prompt", "Once", "--tokens", "5", "--temperature", "0", "--json"]);
        run.json()["logits_sha256"].clone()
    };
    let expected = hash("storyteller");
    assert_eq!(hash(dir.to_str().expect("UTF-8")), expected);
    assert_eq!(hash(file.to_str().expect("UTF-8")), expected);
    let (config, tokenizer) = (dir.join("config.json"), dir.join("tokenizer.json"));
    let lone = common::scratch("lone_file").join("weights.safetensors");
    fs::copy(&file, &lone).expect("the copy can be copied");
    let run = run([
        "decode".as_ref(),
        "--model".as_ref(),
        lone.as_os_str(),
        "--config".as_ref(),
        config.as_os_str(),
        "--tokenizer".as_ref(),
        tokenizer.as_os_str(),
        "--prompt=Once".as_ref(),
        "--tokens=5".as_ref(),
        "--temperature=0".as_ref(),
        "--json".as_ref(),
    ]);
    assert_eq!(run.json()["logits_sha256"], expected);
}

#[test]
fn random_weights_run_without_a_tokenizer() {
    let demo = ["--random", "--hidden-size", "128", "--layers", "2"];
    let args = [&["decode"], &demo[..], &["--tokens", "6", "--json"]].concat();
    let first = run(&args).json();
    assert_eq!((&first["text"], first["prompt_ids"].as_array().map(Vec::len)), (&"".into(), Some(16)));
    assert_eq!(run(&args).json()["logits_sha256"], first["logits_sha256"]);
    let other = run([&args[..], &["--seed", "1"]].concat()).json();
    assert_ne!(other["logits_sha256"], first["logits_sha256"]);
    let text = run([&["decode"], &demo[..], &["--tokens", "6", "--quiet"]].concat());
    assert_eq!(text.stdout.split_whitespace().filter(|id| id.parse::<u32>().is_ok()).count(), 6, "{text:?}");
    let prefill = run([&["prefill"], &demo[..], &["--prompt-tokens", "30", "--json"]].concat()).json();
    assert_eq!(prefill["prompt_logprobs"].as_array().map(Vec::len), Some(29));
    let load = run([&["load"], &demo[..], &["--json"]].concat()).json();
    assert_eq!((&load["hidden_size"], &load["layers"]), (&128.into(), &2.into()));
    let inspect = run([&["inspect"], &demo[..], &["--json"]].concat()).json();
    assert_eq!(inspect["format"], "awq-gemm");
}

#[test]
fn inspect_json_has_the_documented_keys() {
    let json = run(["inspect", "storyteller", "--json"]).json();
    for key in ["format", "family", "parameters", "bits_per_weight", "tensors", "linears", "memory", "warnings"] {
        assert!(json.get(key).is_some(), "{key} is not in {json}");
    }
    for key in ["name", "dtype", "shape", "bytes"] {
        assert!(json["tensors"][0].get(key).is_some(), "{key} is not in {}", json["tensors"][0]);
    }
    for key in ["name", "in", "out", "bits", "group_size"] {
        assert!(json["linears"][0].get(key).is_some(), "{key} is not in {}", json["linears"][0]);
    }
    assert!(json["memory"]["weights_bytes"].is_u64() && json["memory"]["kv_bytes_per_token"].is_u64());
    let text = run(["inspect", "storyteller", "--tensors"]);
    assert!(text.stdout.contains("model.layers.3.mlp.down_proj.qweight"), "{text:?}");
}
