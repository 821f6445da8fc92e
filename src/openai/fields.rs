//! Takes the fields of a request out of a JSON object, each with its type and range. A field that is left over is an
//! error, so that nothing a user asks for is ignored.

use std::ops::RangeInclusive;
use std::path::Path;

use serde_json::{Map, Value};

use crate::error::{Error, Fault, FaultKind, Result};

/// The name of a request in errors, in place of a file.
pub const REQUEST: &str = "request";

/// Fields that change no answer, such as those that only the bookkeeping of a server reads.
const NEUTRAL: [&str; 7] =
    ["user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"];

/// The fields of a JSON object that have not been taken yet. A field whose value is null counts as absent.
#[derive(Debug)]
pub(crate) struct Fields {
    object: Map<String, Value>,
    /// What stands before the name of a field in errors: `body.`
    place: &'static str,
}

impl Fields {
    pub(crate) fn new(mut object: Map<String, Value>, place: &'static str) -> Fields {
        object.retain(|_, value| !value.is_null());
        Fields { object, place }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.object.get(key)
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<Value> {
        self.object.shift_remove(key)
    }

    /// Moves the fields `keys` into an object of their own.
    pub(crate) fn take_all(&mut self, keys: &[&str]) -> Map<String, Value> {
        keys.iter().filter_map(|key| Some((key.to_string(), self.take(key)?))).collect()
    }

    pub(crate) fn boolean(&mut self, key: &str) -> Result<Option<bool>> {
        self.typed(key, "true or false", Value::as_bool)
    }

    pub(crate) fn string(&mut self, key: &str) -> Result<Option<String>> {
        self.typed(key, "a string", |value| value.as_str().map(str::to_string))
    }

    pub(crate) fn object(&mut self, key: &str) -> Result<Option<Map<String, Value>>> {
        self.typed(key, "an object", |value| value.as_object().cloned())
    }

    pub(crate) fn number(&mut self, key: &str) -> Result<Option<f32>> {
        self.typed(key, "a number", |value| value.as_f64().map(|number| number as f32).filter(|n| n.is_finite()))
    }

    /// A whole number; `1.0` is one.
    pub(crate) fn integer(&mut self, key: &str, range: RangeInclusive<u64>) -> Result<Option<u64>> {
        let expected = match *range.end() {
            u64::MAX => format!("a whole number, at least {}", range.start()),
            end => format!("a whole number from {} to {end}", range.start()),
        };
        self.typed(key, &expected, |value| whole(value).filter(|number| range.contains(number)))
    }

    /// A length or a number of tokens, at least `least`.
    pub(crate) fn count(&mut self, key: &str, least: u64) -> Result<Option<usize>> {
        let count = self.integer(key, least..=u64::MAX)?;
        Ok(count.map(|count| usize::try_from(count).unwrap_or(usize::MAX)))
    }

    /// A text or a list of texts.
    pub(crate) fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>> {
        if let Some(Value::Array(items)) = self.get(key)
            && let Some((index, item)) = items.iter().enumerate().find(|(_, item)| !item.is_string())
        {
            return Err(self.invalid(&format!("{key}[{index}]"), item, "a string"));
        }
        self.typed(key, "a string or a list of strings", |value| match value {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_string)).collect(),
            _ => None,
        })
    }

    pub(crate) fn token_ids(&mut self, key: &str) -> Result<Option<Vec<u32>>> {
        self.typed(key, "a list of token ids", ids)
    }

    /// Accepts a field only with one of `values`, all of which ask for what happens anyway.
    pub(crate) fn only(&mut self, key: &str, values: &[Value]) -> Result<()> {
        match self.take(key) {
            Some(value) if !values.contains(&value) => {
                let fault = self.fault(FaultKind::UnsupportedField, key).found(&value);
                let allowed: Vec<String> = values.iter().map(Value::to_string).collect();
                Err(fault
                    .expected(if allowed.is_empty() { "the field to be left out".into() } else { allowed.join(" or ") })
                    .into())
            }
            _ => Ok(()),
        }
    }

    /// # Errors
    /// [`FaultKind::UnknownField`] if a field was not taken that is not [`NEUTRAL`].
    pub(crate) fn finish(self) -> Result<()> {
        match self.object.keys().find(|key| !NEUTRAL.contains(&key.as_str())) {
            Some(key) => Err(self.fault(FaultKind::UnknownField, key).into()),
            None => Ok(()),
        }
    }

    pub(crate) fn fault(&self, kind: FaultKind, key: &str) -> Fault {
        Fault::new(kind, REQUEST).subject(format!("{}{key}", self.place))
    }

    /// The fault of a value that is not what is `expected`.
    pub(crate) fn invalid(&self, key: &str, found: &Value, expected: &str) -> Error {
        self.fault(FaultKind::InvalidField, key).found(short(found)).expected(expected).into()
    }

    /// The fault of a field that is not there.
    pub(crate) fn missing(&self, key: &str, expected: &str) -> Error {
        self.fault(FaultKind::InvalidField, key).found("nothing").expected(expected).into()
    }

    /// The fault of two fields of which only one may be given.
    pub(crate) fn conflict(&self, keys: &[&str]) -> Error {
        let fault = self.fault(FaultKind::InvalidField, &keys.join(", "));
        fault.found("several").expected("one of them").into()
    }

    fn typed<T>(&mut self, key: &str, expected: &str, parse: impl Fn(&Value) -> Option<T>) -> Result<Option<T>> {
        let Some(value) = self.take(key) else { return Ok(None) };
        parse(&value).map(Some).ok_or_else(|| self.invalid(key, &value, expected))
    }
}

/// A whole number of at least 0.
fn whole(value: &Value) -> Option<u64> {
    const EXACT: f64 = (1_u64 << 53) as f64;
    let of_float = |number: f64| (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(of_float))
}

/// A list of token ids.
pub(crate) fn ids(value: &Value) -> Option<Vec<u32>> {
    let id = |item: &Value| item.as_u64().and_then(|id| u32::try_from(id).ok());
    value.as_array()?.iter().map(id).collect()
}

/// A value in an error: a number or a short text as it is, else its type.
fn short(value: &Value) -> String {
    const LONGEST: usize = 40;
    match value {
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) if text.len() <= LONGEST => value.to_string(),
        Value::String(_) => "a long string".into(),
        Value::Array(items) if items.is_empty() => "an empty list".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        Value::Null => "nothing".into(),
    }
}

/// The name of requests in errors, as a path.
pub(crate) fn source() -> &'static Path {
    Path::new(REQUEST)
}
