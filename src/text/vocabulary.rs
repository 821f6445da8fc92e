//! Makes a tokenizer.json from the files of older uploads: `vocab.json`, `merges.txt` and, for tokens outside the
//! vocabulary, `added_tokens.json` or `tokenizer_config.json`.
//!
//! These files do not say how a text is split before the merges. That is known for the classes of tokenizers of Qwen2 and
//! GPT-2 (transformers' `Qwen2Tokenizer` and `GPT2Tokenizer`); others are refused.

use std::collections::HashMap;
use std::path::Path;

use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use tokenizers::models::bpe::Vocab;

use crate::error::{Fault, FaultKind, Result};
use crate::text::special_tokens;

/// A file: its path, for errors, and its bytes.
type File<'a> = (&'a Path, &'a [u8]);

/// The files of a tokenizer without tokenizer.json.
#[derive(Debug, Clone, Copy)]
pub struct VocabularyFiles<'a> {
    /// vocab.json: an object of tokens and ids.
    pub vocabulary: File<'a>,
    /// merges.txt: two tokens on each line, after a line `#version`.
    pub merges: File<'a>,
    /// added_tokens.json: an object of tokens and ids.
    pub added_tokens: Option<File<'a>>,
    /// tokenizer_config.json: the class of the tokenizer, and the added tokens with their properties.
    pub tokenizer_config: Option<File<'a>>,
    /// The family of the model, which decides if tokenizer_config.json names no class.
    pub family: Option<&'a str>,
}

/// The regular expression that splits texts for Qwen2 and its successors, from transformers' `tokenization_qwen2.py`.
const QWEN2_SPLIT: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

impl VocabularyFiles<'_> {
    /// The bytes of an equivalent tokenizer.json.
    ///
    /// # Errors
    /// [`FaultKind::NotJson`], [`FaultKind::NotUtf8`] and [`FaultKind::InvalidTokenizer`] for damaged files;
    /// [`FaultKind::UnknownSplit`] for another class of tokenizer.
    pub fn tokenizer_json(&self) -> Result<Vec<u8>> {
        let config = parse(self.tokenizer_config)?;
        let (path, vocabulary) = self.vocabulary;
        // The text is inserted unchanged, so it must be valid on its own.
        let not_json = |error| Fault::new(FaultKind::NotJson, path).cause(error);
        serde_json::from_slice::<IgnoredAny>(vocabulary).map_err(not_json)?;
        let (normalizer, pre_tokenizer) = self.steps(&config)?;
        let rest = json!({
            "added_tokens": self.added_tokens(&config)?,
            "normalizer": normalizer,
            "pre_tokenizer": pre_tokenizer,
            "post_processor": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false},
            "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false},
        });
        let merges = Value::Array(self.merges()?);
        let mut json = format!("{{\"model\":{{\"type\":\"BPE\",\"merges\":{merges},\"vocab\":").into_bytes();
        json.extend(vocabulary);
        json.extend(b"},");
        json.extend(&rest.to_string().as_bytes()[1..]);
        Ok(json)
    }

    /// The normalizer and the pre-tokenizer of the class of the tokenizer.
    fn steps(&self, config: &Value) -> Result<(Value, Value)> {
        let class = config["tokenizer_class"].as_str();
        let byte_level = |use_regex: bool| {
            let add_prefix_space = config["add_prefix_space"] == true;
            json!({"type": "ByteLevel", "add_prefix_space": add_prefix_space, "trim_offsets": false, "use_regex": use_regex})
        };
        let is_qwen2 = match class {
            Some(class) => class.trim_end_matches("Fast") == "Qwen2Tokenizer",
            None => self.family.is_some_and(|family| ["qwen2", "qwen3"].contains(&family)),
        };
        if is_qwen2 {
            let split =
                json!({"type": "Split", "pattern": {"Regex": QWEN2_SPLIT}, "behavior": "Isolated", "invert": false});
            let steps = json!({"type": "Sequence", "pretokenizers": [split, byte_level(false)]});
            return Ok((json!({"type": "NFC"}), steps));
        }
        if class.is_some_and(|class| class.trim_end_matches("Fast") == "GPT2Tokenizer") {
            return Ok((Value::Null, byte_level(true)));
        }
        let fault = Fault::new(FaultKind::UnknownSplit, self.vocabulary.0);
        Err(fault.found(class.unwrap_or("no tokenizer_class")).expected("Qwen2Tokenizer or GPT2Tokenizer").into())
    }

    /// The tokens outside the vocabulary and the special ones, in order of their ids.
    fn added_tokens(&self, config: &Value) -> Result<Vec<Value>> {
        let listed = config["additional_special_tokens"].as_array().into_iter().flatten();
        let listed = listed.filter_map(|token| token.as_str().or(token["content"].as_str()));
        let special: Vec<&str> = special_tokens(config).into_iter().map(|(_, text)| text).chain(listed).collect();
        let mut tokens: Vec<(u64, Map<String, Value>)> = Vec::new();
        for (id, token) in config["added_tokens_decoder"].as_object().into_iter().flatten() {
            if let (Ok(id), Value::Object(token)) = (id.parse(), token) {
                tokens.push((id, token.clone()));
            }
        }
        let from_file = parse(self.added_tokens)?;
        for (text, id) in from_file.as_object().into_iter().flatten() {
            if let Some(id) = id.as_u64().filter(|id| tokens.iter().all(|(other, _)| other != id)) {
                tokens.push((id, Map::from_iter([("content".to_string(), Value::from(text.as_str()))])));
            }
        }
        tokens.sort_by_key(|(id, _)| *id);
        let complete = |(id, mut token): (u64, Map<String, Value>)| {
            let is_special = token.get("content").and_then(Value::as_str).is_some_and(|text| special.contains(&text));
            token.entry("special").or_insert(is_special.into());
            for flag in ["single_word", "lstrip", "rstrip"] {
                token.entry(flag).or_insert(false.into());
            }
            let normalized = token["special"] != true;
            token.entry("normalized").or_insert(normalized.into());
            token.insert("id".into(), id.into());
            Value::Object(token)
        };
        Ok(tokens.into_iter().map(complete).collect())
    }

    fn merges(&self) -> Result<Vec<Value>> {
        let (path, bytes) = self.merges;
        let text = std::str::from_utf8(bytes).map_err(|error| Fault::new(FaultKind::NotUtf8, path).cause(error))?;
        let mut merges = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || number == 0 && line.starts_with("#version") {
                continue;
            }
            let pair: Vec<&str> = line.split(' ').collect();
            if pair.len() != 2 {
                let fault = Fault::new(FaultKind::InvalidTokenizer, path).subject(format!("line {}", number + 1));
                return Err(fault.found(format!("{line:?}")).expected("two tokens with a space between them").into());
            }
            merges.push(json!(pair));
        }
        Ok(merges)
    }
}

/// The JSON of a file, or null without one.
fn parse(file: Option<File>) -> Result<Value> {
    let Some((path, bytes)) = file else { return Ok(Value::Null) };
    serde_json::from_slice(bytes).map_err(|error| Fault::new(FaultKind::NotJson, path).cause(error).into())
}

/// Gives `added` tokens the ids that the file states, in gaps of the vocabulary or after it. The `tokenizers` crate numbers them
/// itself, from the size of the vocabulary on. Nothing is changed if that gives the same ids, or if an id belongs to another
/// token, so that the file is refused.
pub(super) fn keep_ids<'a>(vocab: &mut Vocab, added: impl Iterator<Item = (&'a str, u32)>) {
    let missing: Vec<(&str, u32)> = added.filter(|(token, _)| !vocab.contains_key(*token)).collect();
    let mut numbers = vocab.len()..;
    if vocab.is_empty() || missing.iter().all(|(_, id)| numbers.next() == Some(*id as usize)) {
        return;
    }
    let mut owners: HashMap<u32, &str> = vocab.iter().map(|(token, id)| (*id, token.as_str())).collect();
    if missing.iter().all(|(token, id)| !token.is_empty() && *owners.entry(*id).or_insert(token) == *token) {
        vocab.extend(missing.into_iter().map(|(token, id)| (token.to_string(), id)));
    }
}
