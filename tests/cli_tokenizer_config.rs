//! What tokenizer_config.json changes in the ids: honoured as transformers does, named in a warning, or refused; and tokens
//! that the model does not have.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Run, run, storyteller_copy};
use serde_json::{Value, json};

/// Changes a JSON file in `dir`.
fn edit(dir: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let path = dir.join(file);
    let mut json: Value = serde_json::from_slice(&fs::read(&path).expect("is there")).expect("is JSON");
    change(&mut json);
    fs::write(&path, json.to_string()).expect("the copy can be written");
}

/// A copy of the storyteller with one more setting in tokenizer_config.json.
fn configured(name: &str, key: &str, value: Value) -> PathBuf {
    let dir = storyteller_copy(&format!("tokenizer_config_{name}"));
    edit(&dir, "tokenizer_config.json", |config| config[key] = value);
    dir
}

fn run_on(dir: &Path, args: &[&str]) -> Run {
    run([&args[..1], &[dir.to_str().expect("UTF-8")], &args[1..]].concat())
}

/// The ids of a raw prompt.
fn ids(dir: &Path, text: &str) -> Value {
    run_on(dir, &["prefill", "--prompt", text, "--json"]).json()["prompt_ids"].clone()
}

fn warnings(dir: &Path) -> [String; 2] {
    ["inspect", "load"].map(|command| run_on(dir, &[command, "--json"]).json()["warnings"].to_string())
}

/// The ids of `AutoTokenizer.from_pretrained(copy)(TEXT)["input_ids"]` of transformers 5.24.0, with the setting.
const TEXT: &str = " two spaces .  Hello , isn 't it <|im_end|> AND <|im_start|>x";
const SPLIT: [u32; 36] = [
    261, 89, 81, 264, 82, 67, 329, 85, 223, 16, 223, 314, 347, 81, 223, 14, 962, 80, 223, 9, 86, 324, 223, 279, 281,
    340, 280, 323, 48, 38, 223, 279, 281, 343, 280, 90,
];
const PREFIX: [u32; 31] = [
    261, 89, 81, 264, 82, 67, 329, 85, 223, 16, 223, 314, 347, 81, 223, 14, 962, 80, 223, 9, 261, 324, 223, 2, 323, 48,
    38, 223, 1, 223, 90,
];
const PLAIN: [u32; 30] = [
    261, 89, 81, 264, 82, 67, 329, 85, 223, 16, 223, 314, 347, 81, 223, 14, 962, 80, 223, 9, 86, 324, 223, 2, 323, 48,
    38, 223, 1, 90,
];

#[test]
fn settings_that_change_ids_are_honoured_as_transformers_does() {
    let cases = [
        ("split_special_tokens", json!(true), &SPLIT[..]),
        ("add_prefix_space", json!(true), &PREFIX),
        ("split_special_tokens", json!(false), &PLAIN),
        ("add_prefix_space", json!(null), &PLAIN),
        ("legacy", json!(true), &PLAIN),
        ("use_fast", json!(false), &PLAIN),
        ("model_max_length", json!(3), &PLAIN),
    ];
    for (key, value, expected) in cases {
        let dir = configured("ids", key, value);
        assert_eq!(ids(&dir, TEXT), json!(expected), "{key}");
        assert_eq!(warnings(&dir), ["[]", "[]"], "{key}");
    }
    let dir = configured("ids_off", "add_prefix_space", json!(false));
    edit(&dir, "tokenizer.json", |json| json["pre_tokenizer"]["pretokenizers"][1]["add_prefix_space"] = true.into());
    assert_eq!(ids(&dir, TEXT), json!(&PLAIN[..]), "tokenizer_config.json has the last word");
}

#[test]
fn split_special_tokens_holds_for_a_chat_too() {
    let user = ["prefill", "--user", "Hi.", "--json"];
    let plain = run_on(&storyteller_copy("tokenizer_config_chat"), &user).json()["prompt_ids"].clone();
    let split = run_on(&configured("chat_split", "split_special_tokens", json!(true)), &user).json();
    let has = |ids: &Value, id: u32| ids.as_array().expect("a list").contains(&json!(id));
    assert!(has(&plain, 1) && !has(&split["prompt_ids"], 1), "{plain} {split}");
}

#[test]
fn settings_that_are_not_used_are_warnings_that_name_them() {
    let cases = [
        ("add_eos_token", json!(true), "tokenizer_config.json: settings that are not used: add_eos_token true"),
        ("do_lower_case", json!(true), "settings that are not used: do_lower_case true"),
        ("clean_up_tokenization_spaces", json!(true), "settings that are not used: clean_up_tokenization_spaces true"),
        ("errors", json!("strict"), "settings that are not used: errors \"strict\""),
        ("unk_token", json!("[UNK]"), "unk_token: not a token of the vocabulary, so it is split as text (found"),
        ("additional_special_tokens", json!(["[X]"]), "additional special token: not a token of the vocabulary"),
        ("extra_special_tokens", json!({"image_token": "[X]"}), "additional special token: not a token"),
    ];
    for (key, value, expected) in cases {
        let dir = configured("ignored", key, value);
        for found in warnings(&dir) {
            assert!(found.replace('\\', "").contains(expected), "{key}: {found}");
        }
        let decode = run_on(&dir, &["decode", "--prompt", "Once", "--tokens", "1"]);
        assert!(decode.stderr.contains("Warning: ") && decode.stderr.contains(expected), "{decode:?}");
    }
}

#[test]
fn a_value_of_another_type_is_a_fault_of_its_field() {
    let token = |flag: &str| {
        let mut token = json!({"content": "<|im_end|>", "special": true});
        token[flag] = "no".into();
        json!({"2": token})
    };
    let mut cases = vec![
        (
            "add_bos_token",
            json!("true"),
            "add_bos_token: invalid value (found \"true\", expected true or false)".into(),
        ),
        ("eos_token", json!(2), "eos_token: invalid value (found 2, expected ".to_string()),
        ("added_tokens_decoder", json!([]), "added_tokens_decoder: invalid value (found []".into()),
        ("added_tokens_decoder", json!({"2": {}}), "added_tokens_decoder.2: invalid value (found {}".into()),
    ];
    for flag in ["split_special_tokens", "add_prefix_space", "add_eos_token", "do_lower_case", "legacy", "use_fast"] {
        cases.push((flag, json!(1), format!("{flag}: invalid value (found 1, expected true or false)")));
    }
    for flag in ["lstrip", "rstrip", "single_word", "normalized", "special"] {
        let words = format!("added_tokens_decoder.2.{flag}: invalid value (found \"no\", expected true or false)");
        cases.push(("added_tokens_decoder", token(flag), words));
    }
    let dir = storyteller_copy("tokenizer_config_types");
    let whole = fs::read(dir.join("tokenizer_config.json")).expect("is there");
    for (key, value, expected) in cases {
        fs::write(dir.join("tokenizer_config.json"), &whole).expect("the copy can be written");
        edit(&dir, "tokenizer_config.json", |config| config[key] = value);
        let refused = format!("tokenizer_config.json: {expected}");
        run_on(&dir, &["load"]).fails(1, &[&refused, "; correct the value"]);
        let found = run_on(&dir, &["inspect", "--json"]).json()["warnings"].to_string().replace('\\', "");
        assert!(found.contains(&refused), "{found}");
    }
    fs::write(dir.join("tokenizer_config.json"), "[]").expect("the copy can be written");
    run_on(&dir, &["load"]).fails(1, &["tokenizer_config.json: not a JSON object"]);
}

#[test]
fn a_token_that_the_model_does_not_have_is_a_warning_until_a_prompt_has_it() {
    for id in [1024_u32, 2_147_483_648, u32::MAX] {
        let dir = storyteller_copy("tokenizer_config_beyond");
        edit(&dir, "tokenizer.json", |json| {
            json["model"]["vocab"]["<far>"] = id.into();
            let mut token = json["added_tokens"][0].clone();
            (token["id"], token["content"]) = (id.into(), "<far>".into());
            json["added_tokens"].as_array_mut().expect("a list").push(token);
        });
        let expected = format!("token that the model does not have (found id {id}, expected an id below 1024)");
        for found in warnings(&dir) {
            assert!(found.contains("tokenizer.json: ") && found.contains(&expected), "{found}");
        }
        let decode = |prompt| run_on(&dir, &["decode", "--tokens", "1", "--prompt", prompt]);
        let unused = decode("Once");
        assert!(unused.code == Some(0) && unused.stderr.contains(&expected), "{unused:?}");
        decode("Once<far>").fails(1, &["tokenizer.json: \"<far>\": ", &expected, "; use the tokenizer of this model"]);
    }
}
