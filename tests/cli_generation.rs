//! What `generation_config.json` says about sampling and the end of an answer: honoured, named in a warning, or refused
//! where it would be used.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Run, run, storyteller_copy};
use serde_json::{Value, json};

/// A copy of the storyteller whose `generation_config.json` is `text`.
fn configured(name: &str, text: &str) -> PathBuf {
    let dir = storyteller_copy(&format!("generation_{name}"));
    fs::write(dir.join("generation_config.json"), text).expect("the copy can be written");
    dir
}

fn run_on(dir: &Path, args: &[&str]) -> Run {
    run([&args[..1], &[dir.to_str().expect("UTF-8")], &args[1..]].concat())
}

fn decode(dir: &Path, more: &[&str]) -> Run {
    run_on(dir, &[&["decode", "--prompt", "Once upon a time", "--json"], more].concat())
}

fn ids(answer: &Value) -> Vec<u64> {
    answer["ids"].as_array().expect("a list").iter().filter_map(Value::as_u64).collect()
}

fn without(dir: &Path, file: &str, keys: &[&str]) {
    let path = dir.join(file);
    let mut json: Value = serde_json::from_slice(&fs::read(&path).expect("is there")).expect("is JSON");
    keys.iter().for_each(|key| drop(json.as_object_mut().expect("an object").remove(*key)));
    fs::write(&path, json.to_string()).expect("the copy can be written");
}

#[test]
fn a_top_k_of_minus_one_keeps_all_tokens() {
    let dir = configured("top_k", r#"{"eos_token_id": 2, "do_sample": true, "top_k": -1}"#);
    let answer = decode(&dir, &["--tokens", "2"]).json();
    assert_eq!(
        (&answer["sampling"]["top_k"], &answer["sampling"]["from"]["top_k"]),
        (&json!(0), &json!("generation_config.json"))
    );
    let given = decode(&dir, &["--tokens", "2", "--top-k", "5"]).json();
    assert_eq!((&given["sampling"]["top_k"], &given["sampling"]["from"]["top_k"]), (&json!(5), &json!("option")));
}

#[test]
fn an_invalid_value_is_an_error_only_where_it_is_used() {
    let cases = [
        ("top_k", "-2", "--top-k", "5"),
        ("top_k", "\"many\"", "--top-k", "5"),
        ("top_p", "1.5", "--top-p", "0.9"),
        ("min_p", "-0.1", "--min-p", "0.1"),
        ("temperature", "-1", "--temperature", "1"),
        ("temperature", "NaN", "--temperature", "1"),
        ("temperature", "\"hot\"", "--temperature", "1"),
        ("temperature", "1e999", "--temperature", "1"),
        ("repetition_penalty", "-Infinity", "--repetition-penalty", "1"),
        ("presence_penalty", "1000", "--presence-penalty", "0"),
        ("frequency_penalty", "[]", "--frequency-penalty", "0"),
        ("max_new_tokens", "-1", "--tokens", "3"),
        ("max_length", "2.5", "--tokens", "3"),
    ];
    for (field, value, option, given) in cases {
        let text = format!("{{\"eos_token_id\": 2, \"do_sample\": true, \"{field}\": {value}}}");
        let dir = configured("invalid", &text);
        for command in ["inspect", "load"] {
            let found = run_on(&dir, &[command, "--json"]).json();
            let warnings = found["warnings"].to_string();
            let refused = format!("generation_config.json: {field}: invalid value");
            assert_eq!(warnings.matches(&refused).count(), 1, "{warnings}");
            assert!(warnings.contains("decode would be refused: /"), "{warnings}");
            assert!(warnings.contains(&format!("; correct the value, or give {option}\"")), "{warnings}");
        }
        decode(&dir, &[]).fails(1, &["generation_config.json: ", field, "invalid value (found "]);
        assert_eq!(
            decode(&dir, &[option, given, "--tokens", "3"][..if option == "--tokens" { 2 } else { 4 }]).code,
            Some(0)
        );
    }
    let unused = configured("unused", r#"{"eos_token_id": 2, "do_sample": false, "temperature": -1, "top_p": 7}"#);
    assert_eq!(decode(&unused, &["--tokens", "2"]).code, Some(0), "greedy decoding uses neither");
    let broken = configured("broken", "{\"temperature\":");
    for command in ["inspect", "load"] {
        let warnings = run_on(&broken, &[command, "--json"]).json()["warnings"].to_string();
        let refused =
            warnings.contains("decode would be refused: /") && warnings.matches("not valid JSON").count() == 1;
        assert!(refused, "{warnings}");
        let unused = run_on(&unused, &[command, "--json"]).json()["warnings"].to_string();
        assert!(unused.contains("temperature") && !unused.contains("refused"), "{unused}");
    }
    decode(&broken, &[]).fails(1, &["generation_config.json: not valid JSON"]);
}

#[test]
fn penalties_of_the_file_are_honoured() {
    let base = configured("penalty", r#"{"eos_token_id": 2}"#);
    let plain = ids(&decode(&base, &["--tokens", "60"]).json());
    let option = decode(&base, &["--tokens", "60", "--presence-penalty", "5"]).json();
    let file = configured("penalty", r#"{"eos_token_id": 2, "presence_penalty": 5.0}"#);
    let found = decode(&file, &["--tokens", "60"]).json();
    assert_eq!((ids(&found), &found["logits_sha256"]), (ids(&option), &option["logits_sha256"]));
    assert_ne!(ids(&found), plain);
    assert_eq!(found["sampling"]["from"]["presence_penalty"], "generation_config.json");
}

#[test]
fn suppressed_tokens_are_not_generated() {
    let base = configured("suppress", r#"{"eos_token_id": 2}"#);
    let plain = ids(&decode(&base, &["--tokens", "6"]).json());
    let with = |setting: String, more: &[&str]| {
        let dir = configured("suppress", &format!("{{\"eos_token_id\": 2, {setting}}}"));
        ids(&decode(&dir, &[&["--tokens", "6"], more].concat()).json())
    };
    for arithmetic in ["int8", "f32"] {
        let found = with(format!("\"suppress_tokens\": [{}]", plain[2]), &["--arithmetic", arithmetic]);
        assert!(found[..2] == plain[..2] && !found.contains(&plain[2]), "{found:?} {plain:?}");
    }
    assert_ne!(with(format!("\"begin_suppress_tokens\": [{}]", plain[0]), &[])[0], plain[0]);
    assert_eq!(with(format!("\"begin_suppress_tokens\": [{}]", plain[2]), &[])[..3], plain[..3]);
    let pair = with(format!("\"bad_words_ids\": [[{}, {}]]", plain[1], plain[2]), &[]);
    assert!(pair[..2] == plain[..2] && pair[2] != plain[2], "{pair:?} {plain:?}");
    let eos = configured("suppress", &format!("{{\"eos_token_id\": {}}}", plain[2]));
    assert_eq!(ids(&decode(&eos, &["--tokens", "6"]).json()).len(), 3);
    let later = configured("suppress", &format!("{{\"eos_token_id\": {}, \"min_new_tokens\": 5}}", plain[2]));
    let answer = decode(&later, &["--tokens", "6"]).json();
    assert!(ids(&answer).len() >= 5 && answer["suppressed"]["min_new_tokens"] == 5, "{answer}");
    assert!(run_on(&later, &["load"]).stdout.contains("suppressed  min_new_tokens 5\n"));
}

#[test]
fn stop_strings_of_the_file_end_the_answer() {
    let text = decode(&configured("stop", r#"{"eos_token_id": 2}"#), &["--tokens", "20"]).json()["text"].clone();
    let word = text.as_str().expect("a text").split_whitespace().nth(2).expect("three words").to_string();
    for list in [json!(word), json!([word])] {
        let dir = configured("stop", &json!({"eos_token_id": 2, "stop_strings": list}).to_string());
        let answer = decode(&dir, &["--tokens", "20"]).json();
        assert_eq!((&answer["ended_by"], &answer["stop"]), (&json!("stop_string"), &json!([word])));
        assert!(!answer["text"].as_str().expect("a text").contains(&word), "{answer}");
    }
}

#[test]
fn settings_that_are_not_used_are_named_in_one_warning_with_their_values() {
    let text = r#"{"eos_token_id": 2, "num_beams": 4, "typical_p": 0.9, "no_repeat_ngram_size": 3, "mirostat": 2,
        "length_penalty": 1.0, "num_return_sequences": 1, "use_cache": true, "pad_token_id": 0, "guidance_scale": 1.0,
        "encoder_no_repeat_ngram_size": 0, "forced_eos_token_id": null, "transformers_version": "4.51.0",
        "_from_model_config": true, "output_scores": false, "sequence_bias": {}, "max_time": null}"#;
    let dir = configured("unknown", text);
    let line = "settings that are not used: num_beams 4, typical_p 0.9, no_repeat_ngram_size 3, mirostat 2";
    for args in [&["load"][..], &["decode", "--prompt", "Once", "--tokens", "1"]] {
        let found = run_on(&dir, args);
        let warnings: Vec<&str> = found.stderr.lines().filter(|line| line.starts_with("Warning: ")).collect();
        assert!(found.code == Some(0) && warnings.len() == 1 && warnings[0].ends_with(line), "{found:?}");
    }
    let inspect = run_on(&dir, &["inspect", "--json"]).json();
    assert!(inspect["warnings"].to_string().contains("typical_p 0.9"), "{inspect}");
    let neutral = configured("neutral", r#"{"eos_token_id": 2, "num_beams": 1, "typical_p": 1.0, "bos_token_id": 0}"#);
    assert_eq!(run_on(&neutral, &["load", "--json"]).json()["warnings"], json!([]));
}

#[test]
fn a_max_length_is_said_whether_it_limits_the_answer_or_not() {
    let limits = |length: u64, more: &[&str]| {
        let dir = configured("length", &format!("{{\"eos_token_id\": 1000, \"max_length\": {length}}}"));
        let found = decode(&dir, more);
        let said = found.stderr.lines().any(|line| line.starts_with("Warning: ") && line.contains("max_length"));
        let answer = found.json();
        (ids(&answer).len(), answer["limit"].clone(), said)
    };
    assert_eq!(limits(10, &[]), (6, json!({"tokens": 6, "from": "max_length"}), true));
    assert_eq!(limits(20, &[]), (256, json!({"tokens": 256, "from": "default"}), true));
    assert_eq!(limits(3, &[]), (256, json!({"tokens": 256, "from": "default"}), true));
    assert_eq!(limits(10, &["--tokens", "7"]), (7, json!({"tokens": 7, "from": "option"}), false));
}

#[test]
fn the_end_of_a_text_is_looked_up_in_three_files() {
    let eos = |dir: &Path| {
        let load = run_on(dir, &["load", "--json"]).json();
        let answer = decode(dir, &["--tokens", "2"]).json();
        assert_eq!(load["eos"], answer["eos"]);
        (load["eos"].clone(), load["warnings"].to_string())
    };
    let dir = configured("eos", r#"{"eos_token_id": [2, 0]}"#);
    let texts = json!(["<|im_end|>", "<|endoftext|>"]);
    assert_eq!(eos(&dir).0, json!({"ids": [2, 0], "texts": texts, "from": "generation_config.json"}));
    fs::remove_file(dir.join("generation_config.json")).expect("is there");
    assert_eq!(eos(&dir).0, json!({"ids": [2], "texts": ["<|im_end|>"], "from": "config.json"}));
    let config = fs::read_to_string(dir.join("config.json")).expect("is there");
    fs::write(dir.join("config.json"), config.replace("\"eos_token_id\": 2", "\"eos_token_id\": 0")).expect("written");
    let both =
        json!({"ids": [0, 2], "texts": ["<|endoftext|>", "<|im_end|>"], "from": "config.json, tokenizer_config.json"});
    assert_eq!(eos(&dir).0, both);
    fs::write(dir.join("config.json"), config.replace("\"eos_token_id\": 2", "\"eos_token_id\": -2")).expect("written");
    assert!(
        run_on(&dir, &["load", "--json"]).json()["warnings"].to_string().contains("config.json: eos_token_id: inv")
    );
    decode(&dir, &[]).fails(1, &["config.json: eos_token_id: invalid value (found -2"]);
    without(&dir, "config.json", &["eos_token_id"]);
    assert_eq!(eos(&dir).0, json!({"ids": [2], "texts": ["<|im_end|>"], "from": "tokenizer_config.json"}));
    without(&dir, "tokenizer_config.json", &["eos_token"]);
    assert_eq!(eos(&dir).0["from"], "names of special tokens");
    fs::remove_file(dir.join("tokenizer.json")).expect("is there");
    assert!(
        run_on(&dir, &["load", "--json"]).json()["warnings"].to_string().contains("no file names an end-of-text token")
    );
    let untokenized = configured("eos_untokenized", "{}");
    fs::remove_file(untokenized.join("tokenizer.json")).expect("is there");
    without(&untokenized, "config.json", &["eos_token_id"]);
    let listed = run_on(&untokenized, &["load", "--json"]).json()["eos"].clone();
    assert_eq!(listed, json!({"ids": [2], "texts": [null], "from": "tokenizer_config.json"}));
    let far = configured("eos_far", r#"{"eos_token_id": 5000}"#);
    assert!(eos(&far).1.contains("ends only at its limit (found ids [5000]"));
    let wrong = configured("eos_wrong", r#"{"eos_token_id": "<|im_end|>"}"#);
    assert!(run_on(&wrong, &["load", "--json"]).json()["warnings"].to_string().contains("eos_token_id: invalid value"));
    decode(&wrong, &[]).fails(1, &["generation_config.json: eos_token_id: invalid value"]);
}

#[test]
fn load_says_how_an_answer_is_sampled_and_where_it_ends() {
    let found = run(["load", "storyteller"]).stdout;
    for part in [
        "sampling    temperature 0.7 (generation_config.json), top_k 40 (generation_config.json), top_p 0.9",
        "ends at     2 <|im_end|>, 0 <|endoftext|> (generation_config.json)",
        "limit       256 tokens (default)",
    ] {
        assert!(found.contains(part), "{part:?} is not in {found}");
    }
    let greedy = configured("greedy", r#"{"eos_token_id": 2, "temperature": 0.7, "max_new_tokens": 9}"#);
    let found = run_on(&greedy, &["load"]).stdout;
    assert!(found.contains("sampling    greedy (default)\n") && found.contains("9 tokens (max_new_tokens)"), "{found}");
}
