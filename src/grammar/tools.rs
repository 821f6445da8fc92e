//! Tool calls as a grammar.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::schema;
use crate::error::{Fault, Result};
use crate::text::ToolFormat;

/// A function that a model can call.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The JSON schema of its arguments.
    pub parameters: Value,
    /// Whether calls must satisfy the schema also where the model chooses whether to call.
    pub is_strict: bool,
}

/// Tool calls in the format of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCalls {
    /// The format.
    pub format: ToolFormat,
    /// The functions that can be called.
    pub functions: Vec<Function>,
    /// Whether the answer is at least one call and nothing else. Otherwise it is any text with calls in it.
    pub is_required: bool,
    /// Whether there can be several calls.
    pub is_parallel: bool,
    /// The JSON schema of an answer without a call; `None` for any text.
    pub answer: Option<Value>,
}

impl ToolCalls {
    /// Checks the schemas of the functions.
    pub(super) fn check(&self, file: &Path) -> Result<()> {
        for (index, function) in self.functions.iter().enumerate() {
            schema::check(&function.parameters).map_err(|(kind, cause)| {
                Fault::new(kind, file).subject(format!("tools[{index}].function.parameters")).cause(cause)
            })?;
        }
        if let Some(schema) = &self.answer {
            schema::check(schema)
                .map_err(|(kind, cause)| Fault::new(kind, file).subject("response_format").cause(cause))?;
        }
        Ok(())
    }

    /// The grammar. `special` tells how a grammar writes a text that is a special token.
    pub(super) fn to_lark(&self, special: impl Fn(&str) -> Option<String>) -> String {
        let ToolFormat { begin, end, space, is_list, arguments } = self.format;
        let marker = |text: &str| special(text).unwrap_or_else(|| quoted(text));
        let mut rules = String::new();
        let mut calls = Vec::new();
        for (index, function) in self.functions.iter().enumerate() {
            let head = format!("{{\"name\": {}, \"{arguments}\": ", Value::String(function.name.clone()));
            let parameters = match self.is_required || function.is_strict {
                true => schema::with_options(&function.parameters),
                false => schema::with_options(&json!({"type": "object"})),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(rules, "call_{index}: {} args_{index} \"}}\"", quoted(&head));
            let _ = writeln!(rules, "args_{index}: %json {parameters}");
            calls.push(format!("call_{index}"));
        }
        let _ = writeln!(rules, "call: {}", calls.join(" | "));
        let after = match (space, end) {
            ("", "") => String::new(),
            (space, "") => quoted(space),
            ("", end) => marker(end),
            (space, end) if special(end).is_none() => quoted(&format!("{space}{end}")),
            (space, end) => format!("{} {}", quoted(space), marker(end)),
        };
        let several = |more: &str| if self.is_parallel { format!("({more})*") } else { String::new() };
        let _ = match is_list {
            true => writeln!(rules, "body: \"[\" call {} \"]\" {after}", several("\", \" call")),
            false => writeln!(rules, "body: call {after}"),
        };
        let begin_rule = match (begin, special(begin)) {
            ("", _) => String::new(),
            (_, Some(token)) if space.is_empty() => token,
            (_, Some(token)) => format!("{token} {}", quoted(space)),
            (_, None) => quoted(&format!("{begin}{space}")),
        };
        let group = format!("{begin_rule} body");
        let more = if is_list { String::new() } else { several(&format!("{} {group}", quoted(between(self.format)))) };
        if self.is_required {
            return format!("start: {group} {more}\n{rules}");
        }
        let _ = writeln!(rules, "rest: body {more}");
        if let Some(schema) = &self.answer {
            let schema = schema::with_options(schema);
            return format!("start: answer | {begin_rule} rest\nanswer: %json {schema}\n{rules}");
        }
        let start = match (begin, special(begin)) {
            // An answer that does not begin with an object is text.
            ("", _) => "start: TEXT | rest\nTEXT: /[^{\\s](?s:.*)/\n".to_string(),
            (_, Some(_)) => format!("start: TEXT? ({begin_rule} rest)?\nTEXT: /(?s:.+)/\n"),
            // The text before a call ends with `begin`, the last text does not contain it.
            (begin, None) => {
                let (suffix, other) = (quoted(begin), regex_escaped(begin));
                let space = quoted(space);
                format!(
                    "start: TEXT? | before {space} rest\nbefore[suffix={suffix}]: /(?s:.*)/\n\
                     TEXT: /(?s:.+)/ & ~/(?s:.*){other}(?s:.*)/\n"
                )
            }
        };
        start + &rules
    }
}

/// What stands between two calls that are not in a list.
fn between(format: ToolFormat) -> &'static str {
    if format.begin.is_empty() { "; " } else { "\n" }
}

/// A string of a grammar.
fn quoted(text: &str) -> String {
    Value::String(text.into()).to_string()
}

/// A text in a regular expression of a grammar.
fn regex_escaped(text: &str) -> String {
    let escape = |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\x{{{:x}}}", c as u32) };
    text.chars().map(escape).collect()
}
