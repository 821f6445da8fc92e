//! Constraints on what is generated: JSON schemas, regular expressions, Lark grammars and tool calls, by the crate
//! `llguidance`.
//!
//! A [`Vocabulary`] is made once for a model. It compiles a [`Constraint`] to a [`Grammar`], which is checked before
//! anything runs. A [`Matcher`] follows one sequence and tells which tokens can come next.

mod matcher;
mod schema;
mod tools;
mod vocabulary;

pub use matcher::{Grammar, Matcher};
pub use tools::{Function, ToolCalls};
pub use vocabulary::Vocabulary;

use serde_json::Value;

/// What an answer must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Constraint {
    /// A JSON value that satisfies a JSON schema.
    JsonSchema(Value),
    /// A text that a regular expression matches from its first to its last character.
    Regex(String),
    /// A text of a grammar in the Lark syntax of `llguidance`, whose first rule is `start`.
    Lark(String),
    /// Calls of tools.
    ToolCalls(ToolCalls),
}

impl Constraint {
    /// Any JSON object.
    pub fn json_object() -> Constraint {
        Constraint::JsonSchema(serde_json::json!({"type": "object"}))
    }
}
