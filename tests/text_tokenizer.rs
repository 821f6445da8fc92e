//! Tokenizers: the ids equal those of the `tokenizers` Python package, and every damaged file gives a clear error.
//!
//! `fixtures/text/make_corpus.py` generates `fixtures/text/corpus.json`.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rumma::error::FaultKind;
use rumma::files::hex;
use rumma::text::Tokenizer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn open(directory: &Path) -> Tokenizer {
    let (path, config) = (directory.join("tokenizer.json"), directory.join("tokenizer_config.json"));
    Tokenizer::from_bytes(&path, &read(&path), Some((&config, &read(&config)))).unwrap()
}

/// Generates the lines of the corpus from `pieces`, with the same random numbers as make_corpus.py.
struct Recipe {
    pieces: Vec<String>,
    state: u64,
}

impl Recipe {
    fn new(golden: &Value) -> Recipe {
        let mut pieces: Vec<String> = serde_json::from_value(golden["pieces"].clone()).unwrap();
        // Characters that JSON files or editors may change are stored as code points.
        let numbers: Vec<u32> = serde_json::from_value(golden["characters"].clone()).unwrap();
        pieces.extend(numbers.into_iter().map(|number| char::from_u32(number).unwrap().to_string()));
        Recipe { pieces, state: golden["seed"].as_u64().unwrap() }
    }

    /// A random number below `n`: the upper half of a 64-bit linear congruential generator (Knuth's MMIX constants).
    fn below(&mut self, n: u64) -> u64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 32) % n
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        for _ in 0..1 + self.below(24) {
            let piece = self.below(self.pieces.len() as u64) as usize;
            let times = if self.below(16) == 0 { 1 + self.below(7) } else { 1 };
            for _ in 0..times {
                line.push_str(&self.pieces[piece]);
            }
            if self.below(2) == 0 {
                line.push(' ');
            }
        }
        line
    }
}

/// The SHA-256 of all ids (u32, little-endian), each line's ids followed by 0xFFFFFFFF; and the bytes of text.
fn ids_of_corpus(tokenizer: &Tokenizer, golden: &Value, lines: u64) -> (String, usize) {
    let mut recipe = Recipe::new(golden);
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    for _ in 0..lines {
        let line = recipe.line();
        bytes += line.len();
        let ids = tokenizer.encode(&line).unwrap();
        for id in ids.iter().chain([&u32::MAX]) {
            hash.update(id.to_le_bytes());
        }
    }
    (hex(&hash.finalize()), bytes)
}

fn golden() -> Value {
    serde_json::from_slice(&read(&fixtures().join("text/corpus.json"))).unwrap()
}

#[test]
fn ids_equal_those_of_the_python_package() {
    let golden = golden();
    let tokenizer = open(&fixtures().join("storyteller/checkpoint"));
    for case in golden["samples"].as_array().unwrap() {
        let text = case["text"].as_str().unwrap();
        let expected: Vec<u32> = serde_json::from_value(case["ids"].clone()).unwrap();
        assert_eq!(tokenizer.encode(text).unwrap(), expected, "{text:?}");
        assert_eq!(tokenizer.decode(&expected), case["decoded"].as_str().unwrap(), "{text:?}");
    }
    let storyteller = &golden["storyteller"];
    let (found, bytes) = ids_of_corpus(&tokenizer, &golden, storyteller["lines"].as_u64().unwrap());
    assert_eq!(bytes as u64, storyteller["bytes"].as_u64().unwrap(), "the corpus itself differs");
    assert_eq!(found, storyteller["sha256"].as_str().unwrap());
}

/// Tokenizers with the steps of Llama 2, Phi-3, Mistral, Gemma, Llama 3 and SmolLM (`fixtures/text/make_family_tokenizers.py`).
#[test]
fn ids_and_texts_of_every_family_equal_those_of_the_python_package() {
    let golden = golden();
    let families: Value = serde_json::from_slice(&read(&fixtures().join("text/family_tokenizers.json"))).unwrap();
    for (name, family) in families.as_object().unwrap() {
        let tokenizer = build(&family["tokenizer"], &json!({})).unwrap();
        let ids = |value: &Value| -> Vec<u32> { serde_json::from_value(value.clone()).unwrap() };
        for case in family["samples"].as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            assert_eq!(tokenizer.encode(text).unwrap(), ids(&case["ids"]), "{name}: {text:?}");
            assert_eq!(tokenizer.encode_prompt(text).unwrap(), ids(&case["prompt_ids"]), "{name}: {text:?}");
            assert_eq!(tokenizer.decode(&ids(&case["ids"])), case["decoded"].as_str().unwrap(), "{name}: {text:?}");
        }
        let (mut recipe, mut hash) = (Recipe::new(&golden), Sha256::new());
        for _ in 0..family["lines"].as_u64().unwrap() {
            let line = recipe.line();
            let (ids, prompt) = (tokenizer.encode(&line).unwrap(), tokenizer.encode_prompt(&line).unwrap());
            for id in ids.iter().chain([&u32::MAX]).chain(&prompt).chain([&u32::MAX]) {
                hash.update(id.to_le_bytes());
            }
            hash.update(tokenizer.decode(&ids));
        }
        let found = hex(&hash.finalize());
        assert_eq!(found, family["sha256"].as_str().unwrap(), "{name}");
    }
}

#[test]
fn ids_of_a_real_checkpoint_equal_those_of_the_python_package() {
    let Some(directory) = std::env::var_os("RUMMA_CHECKPOINT").map(PathBuf::from) else {
        eprintln!("SKIPPED: set RUMMA_CHECKPOINT to a Qwen2.5 checkpoint directory to compare megabytes of text");
        return;
    };
    let golden = golden();
    let qwen = &golden["qwen2.5"];
    let (found, bytes) = ids_of_corpus(&open(&directory), &golden, qwen["lines"].as_u64().unwrap());
    assert_eq!(bytes as u64, qwen["bytes"].as_u64().unwrap(), "the corpus itself differs");
    assert_eq!(found, qwen["sha256"].as_str().unwrap());
}

/// A small, valid byte-level tokenizer.json.
fn small() -> Value {
    let added = |id: u32, content: &str| {
        json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true})
    };
    json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [added(6, "<s>"), added(7, "</s>")],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]},
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor": null,
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
            "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "Ġ": 5},
            "merges": [["a", "b"], "ab c"]}
    })
}

fn build(file: &Value, config: &Value) -> rumma::error::Result<Tokenizer> {
    let bytes = config.to_string().into_bytes();
    let json = file.to_string().into_bytes();
    let config = (!config.is_null()).then_some((Path::new("tokenizer_config.json"), bytes.as_slice()));
    Tokenizer::from_bytes(Path::new("tokenizer.json"), &json, config)
}

fn changed(pointer: &str, value: Value) -> Value {
    let mut file = small();
    match file.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => panic!("{pointer} is not in the file"),
    }
    file
}

#[test]
fn merges_are_read_in_both_spellings() {
    build(&rich(), &Value::Null).unwrap();
    let tokenizer = build(&small(), &Value::Null).unwrap();
    assert_eq!(tokenizer.encode("abcab c<s>a").unwrap(), [4, 3, 5, 2, 6, 0]);
    assert_eq!(tokenizer.decode(&[4, 3, 5, 2, 6, 0, 7]), "abcab ca");
    assert_eq!((tokenizer.vocab_size(), tokenizer.id_of("</s>"), tokenizer.id_of("zz")), (8, Some(7), None));
    assert!(tokenizer.encode("").unwrap().is_empty());
}

#[test]
fn a_raw_prompt_gets_the_bos_token_the_model_expects() {
    let template = json!({"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [6], "tokens": ["<s>"]}}});
    let names = json!({"bos_token": "<s>", "eos_token": {"content": "</s>"}});
    let plain = build(&small(), &names).unwrap();
    assert_eq!((plain.bos(), plain.eos()), (Some(6), Some(7)));
    assert_eq!(plain.encode_prompt("a").unwrap(), [0]);
    let llama = build(&changed("/post_processor", template.clone()), &names).unwrap();
    assert_eq!(llama.encode_prompt("a").unwrap(), [6, 0]);
    assert_eq!(llama.encode_prompt("<s>a").unwrap(), [6, 0]);
    assert_eq!(llama.encode("a").unwrap(), [0]);
    let byte_level = json!({"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true});
    let both = json!({"type": "Sequence", "processors": [byte_level, template]});
    assert_eq!(build(&changed("/post_processor", both), &names).unwrap().encode_prompt("a").unwrap(), [6, 0]);
    let mut asked = names;
    asked["add_bos_token"] = true.into();
    assert_eq!(build(&small(), &asked).unwrap().encode_prompt("a").unwrap(), [6, 0]);
}

#[test]
fn added_tokens_have_the_ids_of_the_file_in_gaps_of_the_vocabulary() {
    let mut file = small();
    let vocab = file["model"]["vocab"].as_object_mut().unwrap();
    vocab.values_mut().for_each(|id| *id = (id.as_u64().unwrap() + 2).into());
    file["added_tokens"][0]["id"] = 0.into();
    file["added_tokens"][1]["id"] = 1.into();
    let tokenizer = build(&file, &json!({})).unwrap();
    assert_eq!((tokenizer.id_of("<s>"), tokenizer.id_of("</s>")), (Some(0), Some(1)));
    assert_eq!(tokenizer.encode("<s></s>").unwrap(), [0, 1]);
    assert!(tokenizer.is_special(1) && tokenizer.decode(&[0, 1]).is_empty());
    // An id of another token is not free.
    file["added_tokens"][1]["id"] = 2.into();
    assert_eq!(build(&file, &json!({})).unwrap_err().fault().unwrap().kind, FaultKind::InvalidTokenizer);
}

#[test]
fn added_tokens_have_the_ids_of_the_file_after_the_vocabulary_too() {
    // As o200k vocabularies (Phi-4-mini): some special tokens are in the vocabulary, and ids between them are unused.
    for in_vocabulary in [false, true] {
        let mut file = small();
        file["added_tokens"][0]["id"] = 9.into();
        file["added_tokens"][1]["id"] = 12.into();
        file["model"]["ignore_merges"] = true.into();
        if in_vocabulary {
            file["model"]["vocab"]["<s>"] = 9.into();
        }
        let tokenizer = build(&file, &json!({"eos_token": "</s>"})).unwrap();
        assert_eq!(tokenizer.encode("<s>ab</s>c").unwrap(), [9, 3, 12, 2]);
        assert_eq!((tokenizer.eos(), tokenizer.vocab_size()), (Some(12), 8));
        assert_eq!(tokenizer.decode(&[9, 3, 12, 2, 7, 10]), "abc");
        file["added_tokens"][1]["id"] = 9.into();
        assert_eq!(build(&file, &json!({})).unwrap_err().fault().unwrap().kind, FaultKind::InvalidTokenizer);
    }
}

#[test]
fn a_tokenizer_config_may_list_thousands_of_tokens() {
    // As Gemma 3 does: 6,415 tokens that tokenizer.json has, too.
    let token = |id: usize, padding: &str| {
        json!({"content": format!("<unused{id}{padding}>"), "lstrip": false, "normalized": false, "rstrip": false,
            "single_word": false, "special": false})
    };
    let mut file = small();
    let mut listed = serde_json::Map::new();
    for id in 8..6423 {
        let mut added = token(id, "");
        listed.insert(id.to_string(), added.clone());
        added["id"] = id.into();
        file["added_tokens"].as_array_mut().unwrap().push(added);
    }
    let tokenizer = build(&file, &json!({"added_tokens_decoder": listed})).unwrap();
    assert_eq!(tokenizer.encode("a<unused6422>").unwrap(), [0, 6422]);
    // Without them in tokenizer.json the result is the same; more than a megabyte is refused.
    let tokenizer = build(&small(), &json!({"added_tokens_decoder": listed})).unwrap();
    assert_eq!(tokenizer.encode("a<unused6422>").unwrap(), [0, 6422]);
    listed.iter_mut().for_each(|(id, entry)| *entry = token(id.parse().unwrap(), &"x".repeat(200)));
    let error = build(&small(), &json!({"added_tokens_decoder": listed})).unwrap_err().to_string();
    assert!(error.starts_with("tokenizer_config.json: added_tokens_decoder: tokenizer too large to run"), "{error}");
}

#[test]
fn special_tokens_are_not_printed() {
    let file = changed("/added_tokens/1/special", false.into());
    assert_eq!(build(&file, &Value::Null).unwrap().decode(&[0, 7, 0]), "a</s>a");
    assert_eq!(build(&file, &json!({"eos_token": "</s>"})).unwrap().decode(&[0, 7, 0]), "aa");
    let listed = json!({"additional_special_tokens": [{"content": "</s>"}, "<unheard of>"]});
    assert_eq!(build(&file, &listed).unwrap().decode(&[0, 7, 0]), "aa");
}

#[test]
fn damaged_tokenizers_are_errors_that_name_the_position() {
    let said = |file: &Value| match build(file, &Value::Null) {
        Err(error) if error.fault().is_some_and(|f| f.kind == FaultKind::InvalidTokenizer) => error.to_string(),
        other => panic!("expected an invalid tokenizer, got {other:?} for {file}"),
    };
    let cases = [
        ("/model/merges", json!([["a", "zz"]]), "zz"),
        ("/model/merges", json!([["b", "c"]]), "bc"),
        ("/model/merges", json!([["abc", "abc"]]), "model.merges[0]: \"abc\" and \"abc\" do not merge to a token"),
        ("/model/merges", json!(["a b c"]), "a merge of two tokens"),
        ("/model/merges", json!(["ab"]), "a merge of two tokens"),
        ("/model/merges", json!([["a"]]), "a merge of two tokens"),
        ("/model/merges", json!([["a", "b", "c"]]), "a merge of two tokens"),
        ("/model/merges", json!([7]), "a merge of two tokens"),
        ("/model/merges", json!({"a": "b"}), "expected a sequence"),
        ("/model/continuing_subword_prefix", json!("##"), "model.merges[0]"),
        ("/model/vocab", json!({}), "model.vocab is missing or empty"),
        ("/model/vocab", json!({"a": 1, "b": 1}), "the id 1 to two tokens"),
        ("/model/vocab", json!({"a": -1}), "expected u32"),
        ("/model/vocab", json!("a"), "expected an object of tokens and ids"),
        ("/model", json!(null), "expected an object with vocab and merges"),
        ("/added_tokens/0/id", json!(3), "\"<s>\" has id 3, expected 6"),
        ("/added_tokens/0/content", json!(""), "added_tokens"),
        ("/added_tokens", json!([{}]), "missing field"),
        ("/pre_tokenizer/add_prefix_space", json!("x"), "pre_tokenizer"),
    ];
    for (pointer, value, words) in cases {
        let error = said(&changed(pointer, value));
        assert!(error.contains(words), "{pointer}: {error}");
        assert!(error.starts_with("tokenizer.json: ") && !error.contains('\n'), "{error}");
    }
    let path = Path::new("tokenizer.json");
    let whole = small().to_string();
    for cut in (0..whole.len()).step_by(7) {
        let error = Tokenizer::from_bytes(path, &whole.as_bytes()[..cut], None).unwrap_err();
        assert_eq!(error.fault().map(|fault| fault.kind), Some(FaultKind::InvalidTokenizer), "{error}");
    }
    let twice = whole.replace("\"b\":1,", "\"b\":1,\"b\":9,");
    let error = Tokenizer::from_bytes(path, twice.as_bytes(), None).unwrap_err().to_string();
    assert!(error.contains("a token has two ids"), "{error}");
    let error = Tokenizer::from_bytes(path, whole.as_bytes(), Some((Path::new("config"), b"{"))).unwrap_err();
    assert!(error.to_string().starts_with("config: not valid JSON"), "{error}");
}

#[test]
fn normalizers_that_multiply_text_are_refused() {
    let replace = |from: Value, to: &str| json!({"type": "Replace", "pattern": from, "content": to});
    let many = |step: Value, count: usize| vec![step; count];
    let tens = many(replace(json!({"String": "a"}), "aaaaaaaaaa"), 8);
    let every = many(replace(json!({"Regex": ""}), "aaaaaaaaaa"), 8);
    let long = many(json!({"type": "Prepend", "prepend": "x".repeat(1 << 20)}), 50);
    let nested = json!({"type": "Sequence", "normalizers": tens.clone()});
    for steps in [tens.clone(), every, long, vec![nested], many(json!({"type": "NFC"}), 1000)] {
        let mut file = changed("/normalizer", json!({"type": "Sequence", "normalizers": steps}));
        file["pre_tokenizer"] = json!({"type": "Whitespace"});
        let error = build(&file, &Value::Null).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "tokenizer.json: tokenizer too large to run: normalizers: more than 64 steps, 64 prepended bytes or 64"
            ),
            "{error}"
        );
    }
    let error = build(&changed("/decoder", json!({"type": "Sequence", "decoders": tens})), &Value::Null).unwrap_err();
    assert!(
        error.to_string().starts_with("tokenizer.json: tokenizer too large to run: decoders: more than 64"),
        "{error}"
    );
    let usual = json!([{"type": "Prepend", "prepend": "▁"}, replace(json!({"String": " "}), "▁")]);
    let mut file = changed("/normalizer", json!({"type": "Sequence", "normalizers": usual}));
    file["pre_tokenizer"] = Value::Null;
    assert!(build(&file, &Value::Null).is_ok());
}

#[test]
fn added_tokens_of_megabytes_are_refused() {
    let error = build(&changed("/added_tokens/0/content", json!("x".repeat(5 << 20))), &Value::Null).unwrap_err();
    assert!(
        error.to_string().contains("tokenizer.json: added_tokens: tokenizer too large to run (found 5242884 bytes"),
        "{error}"
    );
}

#[test]
fn unsupported_tokenizer_types_are_named() {
    let said = |file: &Value| match build(file, &Value::Null) {
        Err(error) if error.fault().is_some_and(|f| f.kind == FaultKind::UnsupportedTokenizer) => error.to_string(),
        other => panic!("expected an unsupported tokenizer, got {other:?} for {file}"),
    };
    let cases = [
        ("/model", json!({"type": "Unigram", "unk_id": 0, "vocab": [["a", -1.0]]}), "tokenizer model Unigram"),
        ("/model/dropout", json!(0.1), "random dropout"),
        ("/normalizer", json!({"type": "Precompiled", "precompiled_charsmap": "?"}), "Precompiled"),
        ("/normalizer/normalizers/0", json!({"type": "Lowercase"}), "Lowercase"),
        ("/normalizer/normalizers/0", json!({"type": "Prepend", "prepend": "_"}), "ByteLevel after Prepend"),
        ("/pre_tokenizer", json!({"type": "FixedLength", "length": 0}), "FixedLength"),
        ("/pre_tokenizer", json!({"nothing": 1}), "without a type"),
        ("/post_processor", json!({"type": "Other"}), "post_processor Other"),
        ("/decoder", json!({"type": "WordPiece"}), "decoder step WordPiece"),
        ("/decoder", json!(null), "without a decoder"),
    ];
    for (pointer, value, words) in cases {
        let error = said(&changed(pointer, value));
        assert!(error.contains(words), "{pointer}: {error}");
    }
}

/// JSON values that are meaningful in a tokenizer.json, for the random changes of the test below.
const WORDS: &[&str] = &[
    "null",
    "0",
    "-1",
    "1e99",
    "\"\"",
    "\"a\"",
    "\"ab\"",
    "\"type\"",
    "\"Sequence\"",
    "\"ByteLevel\"",
    "\"BPE\"",
    "\"Split\"",
    "\"Replace\"",
    "\"Strip\"",
    "\"Prepend\"",
    "\"ByteFallback\"",
    "\"Fuse\"",
    "\"Metaspace\"",
    "\"TemplateProcessing\"",
    "\"<0x41>\"",
    "\"##\"",
    "[]",
    "{}",
    "true",
    "4294967295",
    "\"é\"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn no_tokenizer_file_causes_a_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
        ids in prop::collection::vec(0_u32..12, 0..12),
        text in "[abcAé <s>/\u{301}▁1.ﬁ🙂\n각\u{0}]{0,14}",
        start in prop_oneof![Just(small()), Just(rich())],
    ) {
        // Each change replaces one string, number or literal with one of `WORDS`.
        let mut json = start.to_string();
        for (place, word) in changes {
            let scalars: Vec<(usize, usize)> = scalars(&json);
            let (start, end) = scalars[place.index(scalars.len())];
            json.replace_range(start..end, WORDS[word.index(WORDS.len())]);
        }
        let built = Tokenizer::from_bytes(Path::new("tokenizer.json"), json.as_bytes(), None);
        if let Ok(tokenizer) = built {
            let _ = tokenizer.encode_prompt(&text);
            let _ = tokenizer.decode(&ids);
        }
    }
}

/// A SentencePiece-style tokenizer.json with steps of every type.
fn rich() -> Value {
    let mut file = small();
    file["normalizer"] = json!({"type": "Sequence", "normalizers": [
        {"type": "NFKC"}, {"type": "Prepend", "prepend": "▁"}, {"type": "NFD"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        {"type": "Replace", "pattern": {"Regex": "a+"}, "content": "b"}]});
    file["pre_tokenizer"] = json!({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": "\\s+(?!\\S)|a"}, "behavior": "Isolated", "invert": false},
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true},
        {"type": "Digits", "individual_digits": true}, {"type": "Punctuation", "behavior": "Contiguous"},
        {"type": "WhitespaceSplit"}, {"type": "Whitespace"}]});
    file["decoder"] = json!({"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]});
    file["post_processor"] = json!({"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [6], "tokens": ["<s>"]}}});
    file["model"]["unk_token"] = "c".into();
    file["model"]["byte_fallback"] = true.into();
    file
}

/// The byte ranges of the strings, numbers and literals in compact JSON.
fn scalars(json: &str) -> Vec<(usize, usize)> {
    let (mut found, mut start, mut quoted) = (Vec::new(), None, false);
    for (at, byte) in json.bytes().enumerate() {
        match byte {
            b'"' => {
                quoted = !quoted;
                start.get_or_insert(at);
            }
            b'{' | b'}' | b'[' | b']' | b':' | b',' if !quoted => found.extend(start.take().map(|start| (start, at))),
            _ => {
                start.get_or_insert(at);
            }
        }
    }
    found
}

#[test]
fn long_runs_of_one_character_are_encoded() {
    let tokenizer = open(&fixtures().join("storyteller/checkpoint"));
    for unit in [" ", "\n", "a", "\u{301}", "🙂", "\0", "'", "<|im_start|>"] {
        let text = unit.repeat(200_000 / unit.len());
        let ids = tokenizer.encode(&text).unwrap();
        if unit != "<|im_start|>" {
            assert_eq!(tokenizer.decode(&ids), text, "{unit:?}");
        }
    }
}
