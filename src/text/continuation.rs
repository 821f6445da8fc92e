//! Contexts and their possible continuations, of which a model says how likely each is: lines of JSON, and their tokens.
//!
//! Tokens are made as in lm-eval (`_encode_pair`): white space at the end of the context moves to the continuation, and a
//! continuation's tokens are those of the whole text after as many as the context alone has.

use serde_json::{Map, Value};

use super::Tokenizer;
use crate::error::{Error, Fault, FaultKind, Resource, Result};
use crate::json;

/// A context and its continuations.
#[derive(Clone, Debug, PartialEq)]
pub enum Continuations {
    /// As text.
    Text {
        /// May be empty.
        context: String,
        /// At least one.
        continuations: Vec<String>,
    },
    /// As token ids.
    Ids(ContinuationIds),
}

/// The tokens of a context, and those of its continuations. None of these lists is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContinuationIds {
    /// Token ids of the context.
    pub context: Vec<u32>,
    /// Token ids of each continuation.
    pub continuations: Vec<Vec<u32>>,
}

/// A line of a file of continuations.
#[derive(Debug)]
pub struct ContinuationLine {
    /// Its `id`, a string or a whole number; `line-N` with the number of the line, from 0, if it has none.
    pub id: Value,
    /// The rest of it.
    pub content: Result<Continuations>,
}

/// The name of a line in errors, in place of a file.
const SOURCE: &str = "request";

/// The keys of a line.
const KEYS: [&str; 5] = ["id", "context", "continuations", "context_ids", "continuation_ids"];

impl ContinuationLine {
    /// Parses `{"id": ..., "context": "...", "continuations": ["...", ...]}`, or the same with `context_ids` and
    /// `continuation_ids`, lists of token ids. `number` is that of the line, from 0.
    ///
    /// The content is [`FaultKind::NotUtf8`] or [`FaultKind::InvalidContinuations`] if the line is wrong.
    pub fn parse(number: u64, line: &[u8]) -> ContinuationLine {
        let numbered = Value::from(format!("line-{number}"));
        let mut object = match object(line) {
            Ok(object) => object,
            Err(error) => return ContinuationLine { id: numbered, content: Err(error) },
        };
        match object.shift_remove("id").unwrap_or_default() {
            Value::Null => ContinuationLine { id: numbered, content: content(object) },
            id if id.is_string() || id.is_u64() || id.is_i64() => ContinuationLine { id, content: content(object) },
            id => ContinuationLine { id: numbered, content: Err(invalid("id", &id, "a string or a whole number")) },
        }
    }
}

fn fault(part: &str) -> Fault {
    Fault::new(FaultKind::InvalidContinuations, SOURCE).subject(part)
}

fn invalid(part: &str, found: &Value, expected: &str) -> Error {
    let found = if found.is_null() { "none".into() } else { found.to_string() };
    fault(part).found(found).expected(expected).into()
}

fn object(line: &[u8]) -> Result<Map<String, Value>> {
    if let Err(error) = std::str::from_utf8(line) {
        return Err(Fault::new(FaultKind::NotUtf8, SOURCE).subject(format!("byte {}", error.valid_up_to())).into());
    }
    match json::parse(line).map_err(|error| fault("").cause(error))? {
        Value::Object(object) => Ok(object),
        other => Err(invalid("", &other, "an object")),
    }
}

fn content(mut object: Map<String, Value>) -> Result<Continuations> {
    if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(fault("").found(format!("the key {key:?}")).expected(KEYS.join(", ")).into());
    }
    object.retain(|_, value| !value.is_null());
    let has_ids = object.contains_key("context_ids") || object.contains_key("continuation_ids");
    if has_ids && (object.contains_key("context") || object.contains_key("continuations")) {
        return Err(fault("").found("texts and ids").expected("one of both").into());
    }
    let mut take = |key| object.shift_remove(key).unwrap_or_default();
    if has_ids {
        let context = ids("context_ids", &take("context_ids"))?;
        let list = list("continuation_ids", take("continuation_ids"))?;
        let continuation = |(i, list): (usize, &Value)| ids(&format!("continuation_ids[{i}]"), list);
        let continuations = list.iter().enumerate().map(continuation).collect::<Result<_>>()?;
        return Ok(Continuations::Ids(ContinuationIds { context, continuations }));
    }
    let text = |part: &str, value| match value {
        Value::String(text) => Ok(text),
        other => Err(invalid(part, &other, "a string")),
    };
    let context = text("context", take("context"))?;
    let list = list("continuations", take("continuations"))?.into_iter().enumerate();
    let continuations = list.map(|(i, value)| text(&format!("continuations[{i}]"), value)).collect::<Result<_>>()?;
    Ok(Continuations::Text { context, continuations })
}

fn list(part: &str, value: Value) -> Result<Vec<Value>> {
    match value {
        Value::Array(list) if !list.is_empty() => Ok(list),
        other => Err(invalid(part, &other, "a list with at least one continuation")),
    }
}

fn ids(part: &str, value: &Value) -> Result<Vec<u32>> {
    let id = |value: &Value| u32::try_from(value.as_u64()?).ok();
    let ids: Option<Vec<u32>> = value.as_array().and_then(|list| list.iter().map(id).collect());
    ids.filter(|ids| !ids.is_empty()).ok_or_else(|| invalid(part, value, "a list of token ids, at least one"))
}

impl Continuations {
    /// The tokens. The context begins with the tokens that the tokenizer adds before a text. If it is empty otherwise, it
    /// is the beginning-of-text token, or the end-of-text token if there is none.
    ///
    /// `model` is for errors.
    ///
    /// # Errors
    /// [`Error::NotFound`] for text without a tokenizer; [`FaultKind::InvalidContinuations`] for a continuation without a
    /// token of its own, and for an empty context if the tokenizer has neither token; [`FaultKind::CannotEncode`].
    pub fn encode(self, tokenizer: Option<&Tokenizer>, model: &str) -> Result<ContinuationIds> {
        let (context, continuations) = match self {
            Continuations::Ids(ids) => return Ok(ids),
            Continuations::Text { context, continuations } => (context, continuations),
        };
        let tokenizer = tokenizer.ok_or_else(|| Error::not_found(Resource::Tokenizer, model))?;
        // Python's `rstrip`, which also removes these four control characters.
        let bare = context.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}'));
        let context_ids = tokenizer.encode(bare)?;
        let encode = |(i, continuation): (usize, &String)| {
            let mut ids = tokenizer.encode(&[context.as_str(), continuation].concat())?;
            let ids = ids.split_off(context_ids.len().min(ids.len()));
            if ids.is_empty() {
                let fault = fault(&format!("continuations[{i}]")).found(format!("{continuation:?}"));
                return Err(fault.expected("at least one token of its own").into());
            }
            Ok(ids)
        };
        let continuations = continuations.iter().enumerate().map(encode).collect::<Result<_>>()?;
        let mut context = tokenizer.encode_start(context_ids);
        if context.is_empty() {
            context.extend(tokenizer.bos().or(tokenizer.eos()));
        }
        if context.is_empty() {
            return Err(invalid("context", &"".into(), "at least one token"));
        }
        Ok(ContinuationIds { context, continuations })
    }
}
