//! Reads `generation_config.json`. An invalid value is a fault only for the command that uses it.

use std::ops::RangeInclusive;
use std::path::Path;

use serde_json::Value;

use super::config::Config;
use super::fields::{FieldReader, shorten};
use super::json::JsonObject;
use crate::error::{Error, Fault, FaultKind, Result};

/// The file of the sampling defaults.
pub const FILE_NAME: &str = "generation_config.json";

/// The valid range of temperatures, in files and on the command line.
pub const TEMPERATURE: RangeInclusive<f64> = 0.0..=100.0;
/// The valid range of repetition penalties, in files and on the command line.
pub const REPETITION_PENALTY: RangeInclusive<f64> = 1e-6..=100.0;
/// The valid range of presence and frequency penalties, in files and on the command line.
pub const PENALTY: RangeInclusive<f64> = -100.0..=100.0;

/// The `max_length` that transformers writes if nobody sets one.
const DEFAULT_MAX_LENGTH: usize = 20;

/// The generation defaults of a checkpoint, with the names of transformers; a field is `None` or empty if the file does
/// not set it, or not validly. [`GenerationConfig::check`] tells which.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs, reason = "names and meaning are those of transformers")]
pub struct GenerationConfig {
    /// Tokens that end generation; those of `config.json` if `generation_config.json` has none.
    pub eos_token_ids: Vec<u32>,
    /// The file of `eos_token_ids`, if there are any.
    pub eos_file: Option<&'static str>,
    pub do_sample: Option<bool>,
    pub temperature: Option<f64>,
    /// `-1` in the file is 0, which keeps all tokens.
    pub top_k: Option<usize>,
    pub top_p: Option<f64>,
    pub min_p: Option<f64>,
    pub repetition_penalty: Option<f64>,
    pub presence_penalty: Option<f64>,
    pub frequency_penalty: Option<f64>,
    pub max_new_tokens: Option<usize>,
    /// Maximum length of prompt and generated tokens together; `None` for the default of transformers, 20.
    pub max_length: Option<usize>,
    pub stop_strings: Vec<String>,
    pub suppress_tokens: Vec<u32>,
    pub begin_suppress_tokens: Vec<u32>,
    pub bad_words_ids: Vec<Vec<u32>>,
    pub min_new_tokens: Option<usize>,
    /// Minimum length of prompt and generated tokens together.
    pub min_length: Option<usize>,
    /// Settings that rumma ignores and that would change the answer: at most one fault of each kind.
    pub ignored: Vec<Fault>,
    /// Fields with an invalid value; the field is empty for the whole file.
    faults: Vec<(&'static str, Fault)>,
}

/// Settings that change no answer: what transformers returns and caches, how it drafts tokens, and what matters only for
/// beam search, which `num_beams` turns on.
const WITHOUT_EFFECT: [&str; 33] = [
    "assistant_confidence_threshold",
    "assistant_early_exit",
    "assistant_ensemble_weight",
    "assistant_lookbehind",
    "bos_token_id",
    "cache_config",
    "cache_implementation",
    "chat_format",
    "compile_config",
    "decoder_start_token_id",
    "disable_compile",
    "diversity_penalty",
    "early_stopping",
    "is_assistant",
    "length_penalty",
    "low_memory",
    "max_cache_len",
    "max_matching_ngram_size",
    "num_assistant_tokens",
    "num_assistant_tokens_schedule",
    "num_beam_groups",
    "output_attentions",
    "output_hidden_states",
    "output_logits",
    "output_scores",
    "pad_token_id",
    "prefill_chunk_size",
    "prompt_lookup_num_tokens",
    "remove_invalid_values",
    "renormalize_logits",
    "target_lookbehind",
    "transformers_version",
    "use_cache",
];

/// Settings whose value 1 changes nothing. 0, false, null and empty values change nothing in all the others.
const NEUTRAL_ONE: [&str; 6] =
    ["encoder_repetition_penalty", "guidance_scale", "num_beams", "num_return_sequences", "top_a", "typical_p"];

/// The fields of a file, and the faults found in them.
struct Fields<'a> {
    reader: FieldReader<'a>,
    faults: Vec<(&'static str, Fault)>,
}

impl Fields<'_> {
    /// The value of a field, or the default if it is absent or invalid.
    fn get<T: Default>(&mut self, name: &'static str, read: impl FnOnce(&FieldReader, &'static str) -> Result<T>) -> T {
        read(&self.reader, name).unwrap_or_else(|error| {
            if let Error::Fault(fault) = error {
                self.faults.push((name, *fault));
            }
            T::default()
        })
    }

    fn number(&mut self, name: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        self.get(name, |fields, name| fields.number(name, range))
    }

    /// A number of tokens; larger than any context is allowed.
    fn count(&mut self, name: &'static str, minimum: u64) -> Option<usize> {
        self.get(name, |fields, name| fields.optional_count(name, minimum..=u64::MAX))
    }
}

impl GenerationConfig {
    /// Reads the bytes of `generation_config.json`, if it exists. Takes the end-of-sequence tokens of `config` if it names
    /// none.
    pub(super) fn parse(file: Option<(&Path, &[u8])>, config: Option<&Config>) -> GenerationConfig {
        let mut parsed = match file.map(|(path, bytes)| JsonObject::parse(path, &quote_non_finite(bytes))) {
            None => GenerationConfig::default(),
            Some(Ok(object)) => GenerationConfig::of(&object),
            Some(Err(Error::Fault(fault))) => {
                GenerationConfig { faults: vec![("", *fault)], ..GenerationConfig::default() }
            }
            Some(Err(_)) => GenerationConfig::default(),
        };
        if parsed.eos_token_ids.is_empty() {
            let fault = config.and_then(|config| config.eos_fault.clone());
            parsed.faults.extend(fault.map(|fault| ("eos_token_id", fault)));
        }
        if let (true, Some(config)) = (parsed.eos_token_ids.is_empty(), config.filter(|c| !c.eos_token_ids.is_empty()))
        {
            parsed.eos_token_ids = config.eos_token_ids.clone();
            parsed.eos_file = Some("config.json");
        }
        parsed
    }

    fn of(object: &JsonObject) -> GenerationConfig {
        let mut fields = Fields { reader: FieldReader::of(object), faults: Vec::new() };
        let eos_token_ids = fields.get("eos_token_id", |fields, name| fields.token_ids(name));
        let mut parsed = GenerationConfig {
            eos_file: (!eos_token_ids.is_empty()).then_some(FILE_NAME),
            eos_token_ids,
            do_sample: fields.get("do_sample", |fields, name| fields.flag(name)),
            temperature: fields.number("temperature", TEMPERATURE),
            top_k: fields.get("top_k", top_k),
            top_p: fields.number("top_p", 0.0..=1.0),
            min_p: fields.number("min_p", 0.0..=1.0),
            repetition_penalty: fields.number("repetition_penalty", REPETITION_PENALTY),
            presence_penalty: fields.number("presence_penalty", PENALTY),
            frequency_penalty: fields.number("frequency_penalty", PENALTY),
            max_new_tokens: fields.count("max_new_tokens", 1),
            max_length: fields.count("max_length", 0),
            stop_strings: fields.get("stop_strings", stop_strings),
            suppress_tokens: fields.get("suppress_tokens", |fields, name| fields.token_ids(name)),
            begin_suppress_tokens: fields.get("begin_suppress_tokens", |fields, name| fields.token_ids(name)),
            bad_words_ids: fields.get("bad_words_ids", token_sequences),
            min_new_tokens: fields.count("min_new_tokens", 0),
            min_length: fields.count("min_length", 0),
            ignored: Vec::new(),
            faults: Vec::new(),
        };
        parsed.faults = fields.faults;
        parsed.ignored.extend(ignored(object));
        if parsed.max_length == Some(DEFAULT_MAX_LENGTH) {
            parsed.max_length = None;
            let fault = Fault::new(FaultKind::IgnoredMaxLength, &object.path).subject("max_length");
            parsed.ignored.push(fault.found(DEFAULT_MAX_LENGTH));
        }
        parsed
    }

    /// Fails if the value of `field` is invalid. Called by whoever uses the field.
    ///
    /// # Errors
    /// The fault of the field, or of the whole file.
    pub fn check(&self, field: &str) -> Result<()> {
        match self.faults.iter().find(|(name, _)| name.is_empty() || *name == field) {
            Some((_, fault)) => Err(fault.clone().into()),
            None => Ok(()),
        }
    }

    /// The invalid fields and the ignored settings.
    pub fn warnings(&self) -> impl Iterator<Item = &Fault> {
        self.faults.iter().map(|(_, fault)| fault).chain(&self.ignored)
    }
}

/// A `top_k`: 0 and -1 keep all tokens.
fn top_k(fields: &FieldReader, name: &'static str) -> Result<Option<usize>> {
    match fields.values.get(name) {
        Some(value) if value.as_f64() == Some(-1.0) => Ok(Some(0)),
        Some(value) if value.as_f64().is_some_and(|k| k >= 0.0 && k.fract() == 0.0) => {
            // A float such as 50.0 is a whole number, and one beyond the vocabulary keeps all tokens.
            Ok(value.as_f64().map(|k| k as usize))
        }
        _ => fields.optional_count(name, 0..=u64::MAX),
    }
}

/// A text or a list of texts, none of them empty.
fn stop_strings(fields: &FieldReader, name: &'static str) -> Result<Vec<String>> {
    let texts = match fields.values.get(name) {
        Some(Value::String(text)) => vec![text.clone()],
        _ => fields.texts(name)?,
    };
    match texts.iter().any(String::is_empty) {
        true => Err(fields.wrong(name, "\"\"", "texts that are not empty".into())),
        false => Ok(texts),
    }
}

/// A list of sequences of token ids.
fn token_sequences(fields: &FieldReader, name: &'static str) -> Result<Vec<Vec<u32>>> {
    let ids = |item: &Value| {
        let id = |id: &Value| id.as_u64().and_then(|id| u32::try_from(id).ok());
        item.as_array()?.iter().map(id).collect::<Option<Vec<u32>>>().filter(|ids| !ids.is_empty())
    };
    match fields.values.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(value) => {
            let sequences = value.as_array().and_then(|items| items.iter().map(ids).collect());
            sequences.ok_or_else(|| fields.wrong(name, value, "a list of lists of token ids".into()))
        }
    }
}

/// One fault that names every setting that would change the answer and that rumma does not use.
fn ignored(object: &JsonObject) -> Option<Fault> {
    const USED: [&str; 17] = [
        "eos_token_id",
        "do_sample",
        "temperature",
        "top_k",
        "top_p",
        "min_p",
        "repetition_penalty",
        "presence_penalty",
        "frequency_penalty",
        "max_new_tokens",
        "max_length",
        "stop_strings",
        "suppress_tokens",
        "begin_suppress_tokens",
        "bad_words_ids",
        "min_new_tokens",
        "min_length",
    ];
    let is_neutral = |name: &str, value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        value => value.as_f64() == Some(if NEUTRAL_ONE.contains(&name) { 1.0 } else { 0.0 }),
    };
    let matters = |name: &str, value: &Value| {
        let known = USED.contains(&name) || WITHOUT_EFFECT.contains(&name);
        !known && !name.starts_with('_') && !name.starts_with("return_") && !is_neutral(name, value)
    };
    let named = object.fields.iter().filter(|(name, value)| matters(name, value));
    let named: Vec<String> = named.map(|(name, value)| format!("{name} {}", shorten(value.to_string()))).collect();
    let fault = Fault::new(FaultKind::IgnoredSettings, &object.path).cause(named.join(", "));
    (!named.is_empty()).then_some(fault)
}

/// Python writes and reads `NaN`, `Infinity` and `-Infinity`, which are not JSON, and numbers of any size. What is not a
/// finite number becomes a text, so that only its own field is invalid.
fn quote_non_finite(bytes: &[u8]) -> Vec<u8> {
    let is_end = |byte: &u8| b",:]} \t\r\n\"[{".contains(byte);
    let mut out = Vec::with_capacity(bytes.len());
    let (mut rest, mut in_text) = (bytes, false);
    while let Some(byte) = rest.first() {
        let length = match (in_text, byte) {
            (true, b'\\') => rest.len().min(2),
            (true, _) | (false, b'"') => 1,
            (false, byte) if is_end(byte) => 1,
            (false, _) => rest.iter().position(is_end).unwrap_or(rest.len()),
        };
        let (piece, after) = rest.split_at(length);
        let number = std::str::from_utf8(piece).ok().filter(|_| !in_text).and_then(|text| text.parse::<f64>().ok());
        match number.is_some_and(|number| !number.is_finite()) {
            true => out.extend([b"\"", piece, b"\""].concat()),
            false => out.extend(piece),
        }
        in_text ^= piece == b"\"";
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_are_not_json_are_quoted() {
        let quoted = |text: &str| String::from_utf8(quote_non_finite(text.as_bytes())).unwrap();
        assert_eq!(quoted(r#"{"a": NaN, "b":[-Infinity]}"#), r#"{"a": "NaN", "b":["-Infinity"]}"#);
        let huge = format!("1{}", "0".repeat(400));
        assert_eq!(quoted(&format!("[{huge},-1e999,1e5]")), format!("[\"{huge}\",\"-1e999\",1e5]"));
        for text in [r#"{"NaN": "\"NaN", "b": "\\"}"#, "{", "\"\\", "", "true,null", "\"1e999\""] {
            assert_eq!(quoted(text), text);
        }
    }
}
