//! Typed access to the fields of a JSON object. Every error names the file and the field.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::json::JsonObject;
use crate::error::{Error, Fault, FaultKind, Result};

/// A JSON object in a file, and where in the file it is. A field that is null counts as absent.
pub(super) struct FieldReader<'a> {
    pub object: &'a JsonObject,
    /// The full name of the section that this object is, or empty for the outermost object.
    within: String,
    pub values: &'a Map<String, Value>,
}

impl<'a> FieldReader<'a> {
    /// The outermost object of a file.
    pub fn of(object: &'a JsonObject) -> FieldReader<'a> {
        FieldReader { object, within: String::new(), values: &object.fields }
    }

    /// The same section with other values.
    pub fn with_values<'b>(&'b self, values: &'b Map<String, Value>) -> FieldReader<'b> {
        FieldReader { object: self.object, within: self.within.clone(), values }
    }

    /// The name of a field with the section it is in: `rope_scaling.factor`.
    pub fn full_name(&self, name: &str) -> String {
        if self.within.is_empty() { name.to_string() } else { format!("{}.{name}", self.within) }
    }

    /// The error for field `name` with an invalid value.
    pub fn wrong(&self, name: &str, found: impl fmt::Display, expected: String) -> Error {
        let fault = Fault::new(FaultKind::InvalidField, &self.object.path).subject(self.full_name(name));
        fault.found(shorten(found.to_string())).expected(expected).into()
    }

    /// The value, unless it is absent or null.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    /// An integer in `range`, or `None` if the field is absent.
    pub fn optional_count(&self, name: &str, range: RangeInclusive<u64>) -> Result<Option<usize>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.as_u64().filter(|count| range.contains(count)).and_then(|count| usize::try_from(count).ok()) {
            Some(count) => Ok(Some(count)),
            None => {
                let expected = format!("a whole number from {} to {}", range.start(), range.end());
                Err(self.wrong(name, value, expected))
            }
        }
    }

    /// An integer in `range`; an absent field is an error.
    pub fn count(&self, name: &str, range: RangeInclusive<u64>) -> Result<usize> {
        self.optional_count(name, range)?.ok_or_else(|| self.wrong(name, "nothing", "a whole number".into()))
    }

    /// An integer in `range`, or `default` if the field is absent.
    pub fn count_or(&self, name: &str, range: RangeInclusive<u64>, default: usize) -> Result<usize> {
        Ok(self.optional_count(name, range)?.unwrap_or(default))
    }

    /// A number in `range`, or `None` if the field is absent.
    pub fn number(&self, name: &str, range: RangeInclusive<f64>) -> Result<Option<f64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.as_f64().filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                let expected = format!("a number from {} to {}", range.start(), range.end());
                Err(self.wrong(name, value, expected))
            }
        }
    }

    /// A number in `range`; an absent field is an error.
    pub fn required_number(&self, name: &str, range: RangeInclusive<f64>) -> Result<f64> {
        self.number(name, range)?.ok_or_else(|| self.wrong(name, "nothing", "a number".into()))
    }

    /// A list of `len` numbers in `range`; an absent field is an error.
    pub fn required_numbers(&self, name: &str, range: RangeInclusive<f64>, len: usize) -> Result<Vec<f64>> {
        let value = self.get(name).unwrap_or(&Value::Null);
        let numbers: Option<Vec<f64>> = value.as_array().and_then(|items| items.iter().map(Value::as_f64).collect());
        match numbers {
            Some(numbers) if numbers.len() == len && numbers.iter().all(|number| range.contains(number)) => Ok(numbers),
            numbers => {
                let outside = numbers.iter().flatten().find(|number| !range.contains(number));
                let found = match (outside, value) {
                    (Some(number), _) => number.to_string(),
                    (None, Value::Array(items)) if numbers.is_some() => format!("{} numbers", items.len()),
                    (None, Value::Null) => "nothing".into(),
                    (None, value) => value.to_string(),
                };
                let expected = format!("a list of {len} numbers from {} to {}", range.start(), range.end());
                Err(self.wrong(name, found, expected))
            }
        }
    }

    /// A boolean, or `None` if the field is absent.
    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(value) => Err(self.wrong(name, value, "true or false".into())),
        }
    }

    /// A string without control characters, which can be used in a message, or `None` if the field is absent.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.contains(char::is_control) => Ok(Some(text)),
            Some(value) => Err(self.wrong(name, value, "a text of one line".into())),
        }
    }

    /// A list of strings, empty if the field is absent.
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let texts = value.as_array().and_then(|items| items.iter().map(|t| Some(t.as_str()?.to_string())).collect());
        texts.ok_or_else(|| self.wrong(name, value, "a list of texts".into()))
    }

    /// A token id or a list of token ids, empty if the field is absent.
    pub fn token_ids(&self, name: &str) -> Result<Vec<u32>> {
        let id = |value: &Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let ids = match value {
            Value::Array(items) => items.iter().map(id).collect(),
            one => id(one).map(|id| vec![id]),
        };
        ids.ok_or_else(|| self.wrong(name, value, "a token id or a list of token ids".into()))
    }

    /// A group size. `None` if the field is absent or -1 (one group for all inputs).
    pub fn group_size(&self, name: &str) -> Result<Option<usize>> {
        match self.get(name) {
            Some(value) if value.as_i64() == Some(-1) => Ok(None),
            _ => self.optional_count(name, 1..=1 << 22),
        }
    }

    /// A nested object, or `None` if the field is absent.
    pub fn section(&self, name: &str) -> Result<Option<FieldReader<'a>>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(values)) => {
                Ok(Some(FieldReader { object: self.object, within: self.full_name(name), values }))
            }
            Some(value) => Err(self.wrong(name, value, "an object".into())),
        }
    }
}

/// The first 60 characters of a value, for a message of one line.
pub(super) fn shorten(text: String) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
