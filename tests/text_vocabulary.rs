//! Tokenizers without tokenizer.json: made of vocab.json and merges.txt, or named with what to do.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Run, run, scratch, storyteller_copy};
use rumma::text::Tokenizer;
use rumma::text::vocabulary::VocabularyFiles;
use serde_json::{Value, json};

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("is there")).expect("is JSON")
}

/// Writes vocab.json and merges.txt for the tokenizer.json in `dir`, which is removed; returns its added tokens.
fn split_tokenizer(dir: &Path) -> Value {
    let json = read(&dir.join("tokenizer.json"));
    fs::remove_file(dir.join("tokenizer.json")).expect("is there");
    fs::write(dir.join("vocab.json"), json["model"]["vocab"].to_string()).expect("can be written");
    let merge = |merge: &Value| match merge.as_array() {
        Some(pair) => format!("{} {}\n", pair[0].as_str().expect("a text"), pair[1].as_str().expect("a text")),
        None => format!("{}\n", merge.as_str().expect("a text")),
    };
    let merges: String = json["model"]["merges"].as_array().expect("a list").iter().map(merge).collect();
    fs::write(dir.join("merges.txt"), format!("#version: 0.2\n{merges}")).expect("can be written");
    json["added_tokens"].clone()
}

/// The tokenizer of the files in `dir`.
fn tokenizer(dir: &Path) -> Tokenizer {
    let file = |name: &str| fs::read(dir.join(name)).ok().map(|bytes| (dir.join(name), bytes));
    let (vocabulary, merges) = (file("vocab.json").expect("is there"), file("merges.txt").expect("is there"));
    let (added, config) = (file("added_tokens.json"), file("tokenizer_config.json"));
    fn borrow(file: &(PathBuf, Vec<u8>)) -> (&Path, &[u8]) {
        (&file.0, &file.1)
    }
    let files = VocabularyFiles {
        vocabulary: borrow(&vocabulary),
        merges: borrow(&merges),
        added_tokens: added.as_ref().map(borrow),
        tokenizer_config: config.as_ref().map(borrow),
        family: Some("qwen2"),
    };
    let json = files.tokenizer_json().expect("the class is known");
    Tokenizer::from_bytes(&vocabulary.0, &json, config.as_ref().map(borrow)).expect("the files are sound")
}

/// Changes tokenizer_config.json in `dir`.
fn edit_config(dir: &Path, change: impl FnOnce(&mut Value)) {
    let path = dir.join("tokenizer_config.json");
    let mut config = read(&path);
    change(&mut config);
    fs::write(&path, config.to_string()).expect("can be written");
}

fn run_on(dir: &Path, args: &[&str]) -> Run {
    run([&args[..1], &[dir.to_str().expect("UTF-8")], &args[1..]].concat())
}

#[test]
fn ids_from_vocabulary_and_merges_equal_those_of_transformers() {
    let golden = read(Path::new("fixtures/text/vocabulary.json"));
    for case in golden["cases"].as_array().expect("a list") {
        let dir = storyteller_copy("vocabulary_golden");
        let added = split_tokenizer(&dir);
        edit_config(&dir, |config| {
            config["tokenizer_class"] = case["tokenizer_class"].clone();
            config["add_prefix_space"] = case["add_prefix_space"].clone();
            if case["decoder"] == false {
                config.as_object_mut().expect("an object").remove("added_tokens_decoder");
                let ids = added.as_array().expect("a list").iter();
                let ids =
                    ids.map(|token| (token["content"].as_str().expect("a text").to_string(), token["id"].clone()));
                let ids = Value::Object(ids.collect());
                fs::write(dir.join("added_tokens.json"), ids.to_string()).expect("can be written");
            }
        });
        let tokenizer = tokenizer(&dir);
        let texts = golden["texts"].as_array().expect("a list").iter();
        for (text, ids) in texts.zip(case["ids"].as_array().expect("a list")) {
            let text = text.as_str().expect("a text");
            assert_eq!(json!(tokenizer.encode(text).expect("it encodes")), *ids, "{text:?} {case}");
        }
        let prefixed = case["add_prefix_space"] == true;
        assert!(
            prefixed
                || tokenizer.decode(&tokenizer.encode("Once upon a time.").expect("it encodes")) == "Once upon a time."
        );
    }
}

#[test]
fn a_model_without_tokenizer_json_runs_from_vocabulary_and_merges() {
    let answer = |model: &str| {
        let args = ["decode", model, "--user", "Tell me a story.", "--tokens", "12", "--json", "--quiet"];
        let answer = run(args).json();
        (answer["prompt_ids"].clone(), answer["text"].clone(), answer["eos"].clone())
    };
    let dir = storyteller_copy("vocabulary_run");
    split_tokenizer(&dir);
    edit_config(&dir, |config| drop(config.as_object_mut().expect("an object").remove("tokenizer_class")));
    assert_eq!(answer(dir.to_str().expect("UTF-8")), answer("storyteller"));
    assert_eq!(run_on(&dir, &["inspect", "--json"]).json()["warnings"], json!([]));
    let given =
        ["decode", "storyteller", "--tokenizer", dir.to_str().expect("UTF-8"), "--prompt", "Once", "--tokens", "1"];
    assert_eq!(run(given).code, Some(0));

    edit_config(&dir, |config| config["tokenizer_class"] = "XLNetTokenizer".into());
    let refused = ["vocab.json: does not say how texts are split", "found XLNetTokenizer", "save_pretrained"];
    run_on(&dir, &["decode", "--prompt", "x"]).fails(1, &refused);
    let inspect = run_on(&dir, &["inspect", "--json"]).json();
    assert!(inspect["warnings"].to_string().contains("does not say how texts are split"), "{inspect}");
}

#[test]
fn tokens_that_only_tokenizer_config_lists_are_added_with_their_flags() {
    let dir = storyteller_copy("vocabulary_listed");
    let vocabulary = read(&dir.join("tokenizer.json"))["model"]["vocab"].as_object().expect("an object").len();
    let build = |dir: &Path| {
        let (json, config) = (dir.join("tokenizer.json"), dir.join("tokenizer_config.json"));
        let config_bytes = fs::read(&config).expect("is there");
        Tokenizer::from_bytes(&json, &fs::read(&json).expect("is there"), Some((&config, &config_bytes)))
    };
    edit_config(&dir, |config| {
        config["added_tokens_decoder"][vocabulary.to_string()] = json!({"content": "<tool>", "special": true});
    });
    let tokenizer = build(&dir).expect("is sound");
    assert_eq!(tokenizer.encode("<tool>").expect("it encodes"), [vocabulary as u32]);
    assert!(tokenizer.is_special(vocabulary as u32));
    edit_config(&dir, |config| config["added_tokens_decoder"]["5000"] = json!({"content": "<far>", "special": true}));
    let refused = build(&dir).expect_err("its id is not free").to_string();
    assert!(refused.contains("\"<far>\" has id 1025, but 5000 in tokenizer_config.json"), "{refused}");
}

#[test]
fn damaged_vocabularies_are_refused() {
    let dir = storyteller_copy("vocabulary_damaged");
    split_tokenizer(&dir);
    edit_config(&dir, |config| config["tokenizer_class"] = "Qwen2Tokenizer".into());
    let whole = fs::read(dir.join("vocab.json")).expect("is there");
    for (name, text, part) in [
        ("vocab.json", &whole[..100], "vocab.json: not valid JSON"),
        ("vocab.json", b"{}, \"dropout\": {}", "vocab.json: not valid JSON"),
        ("vocab.json", b"[]", "vocab.json: invalid tokenizer"),
        ("merges.txt", b"#version: 0.2\na b c\n", "merges.txt: line 2: invalid tokenizer"),
        ("merges.txt", b"zzz yyy\n", "vocab.json: invalid tokenizer"),
        ("merges.txt", b"\xff\xfe", "merges.txt: not UTF-8"),
        ("added_tokens.json", b"{", "added_tokens.json: not valid JSON"),
        // The id of another token.
        ("added_tokens.json", b"{\"<odd>\": 5}", "vocab.json: invalid tokenizer"),
    ] {
        let before = fs::read(dir.join(name)).ok();
        fs::write(dir.join(name), text).expect("can be written");
        for args in [&["load"][..], &["decode", "--prompt", "x"]] {
            run_on(&dir, args).fails(1, &[part]);
        }
        match before {
            Some(bytes) => fs::write(dir.join(name), bytes).expect("can be written"),
            None => fs::remove_file(dir.join(name)).expect("is there"),
        }
    }
}

#[test]
fn an_empty_or_cut_tokenizer_is_reported_by_load_and_inspect() {
    let dir = storyteller_copy("vocabulary_cut");
    let whole = fs::read(dir.join("tokenizer.json")).expect("is there");
    for bytes in [&[][..], &whole[..1000], &whole[..whole.len() - 5], b"{}", b"[]", b"null"] {
        fs::write(dir.join("tokenizer.json"), bytes).expect("can be written");
        run_on(&dir, &["load"]).fails(1, &["tokenizer.json: invalid tokenizer"]);
        let inspect = run_on(&dir, &["inspect", "--json"]).json();
        assert!(inspect["warnings"].to_string().contains("tokenizer.json: invalid tokenizer"), "{inspect}");
    }
}

#[test]
fn other_forms_of_tokenizers_are_named_with_the_command_that_converts_them() {
    for (name, form) in [
        ("tokenizer.model", "SentencePiece"),
        ("qwen.tiktoken", "tiktoken"),
        ("tekken.json", "Tekken"),
        ("vocab.txt", "WordPiece"),
        ("vocab.json", "without merges.txt"),
    ] {
        let dir = storyteller_copy("vocabulary_form");
        fs::remove_file(dir.join("tokenizer.json")).expect("is there");
        fs::write(dir.join(name), "x").expect("can be written");
        let parts = [name, "form of tokenizer that is not read", form, "AutoTokenizer.from_pretrained('"];
        run_on(&dir, &["decode", "--prompt", "x"]).fails(1, &parts);
        for command in ["load", "inspect"] {
            let found = run_on(&dir, &[command, "--json"]).json();
            assert!(found["warnings"].to_string().contains(form), "{found}");
        }
        assert_eq!(run_on(&dir, &["decode", "--prompt-ids", "484", "--tokens", "1"]).code, Some(0));
    }
}

#[test]
fn the_real_vocabulary_gives_the_ids_of_the_real_tokenizer() {
    let Some(directory) = std::env::var_os("RUMMA_CHECKPOINT").map(PathBuf::from) else {
        println!("SKIPPED: RUMMA_CHECKPOINT names no checkpoint directory");
        return;
    };
    let dir = scratch("vocabulary_real");
    for name in ["tokenizer.json", "tokenizer_config.json"] {
        fs::copy(directory.join(name), dir.join(name)).expect("can be copied");
    }
    let bytes = fs::read(dir.join("tokenizer.json")).expect("is there");
    let expected = Tokenizer::from_bytes(&dir.join("tokenizer.json"), &bytes, None).expect("is sound");
    split_tokenizer(&dir);
    let found = tokenizer(&dir);
    let corpus = read(Path::new("fixtures/text/vocabulary.json"));
    for text in corpus["texts"].as_array().expect("a list").iter().filter_map(Value::as_str) {
        assert_eq!(found.encode(text).expect("it encodes"), expected.encode(text).expect("it encodes"), "{text:?}");
    }
    assert_eq!(found.vocab_size(), expected.vocab_size());
}
