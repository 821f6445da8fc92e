//! Constraints on what is generated: JSON schemas, regular expressions, Lark grammars and tool calls, by the crate
//! `llguidance`.
//!
//! A [`Vocabulary`] is made once for a model. It compiles a [`Constraint`] to a [`Grammar`], which is checked before
//! anything runs. A [`Matcher`] follows one sequence and tells which tokens can come next. A [`Reserve`] keeps tokens for its ending.

mod ending;
mod matcher;
mod reserve;
mod schema;
mod tools;
mod vocabulary;

pub use matcher::{Grammar, Matcher};
pub use reserve::Reserve;
pub use tools::{Function, ToolCalls};
pub use vocabulary::Vocabulary;

use std::collections::HashSet;

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

    /// Whether a text that may end is complete, also if more could follow.
    fn is_form(&self) -> bool {
        match self {
            Constraint::JsonSchema(_) => true,
            Constraint::ToolCalls(calls) => calls.is_required || calls.answer.is_some(),
            Constraint::Regex(_) | Constraint::Lark(_) => false,
        }
    }

    /// The names of properties that its schemas require somewhere.
    fn required_names(&self) -> HashSet<String> {
        match self {
            Constraint::JsonSchema(schema) => schema::required_names([schema]),
            Constraint::ToolCalls(calls) => {
                schema::required_names(calls.functions.iter().map(|function| &function.parameters).chain(&calls.answer))
            }
            Constraint::Regex(_) | Constraint::Lark(_) => HashSet::new(),
        }
    }
}

/// The syntax of grammars, for errors.
pub const LARK: &str = "a grammar in Lark syntax, as start: \"a\" | \"b\", not in GBNF";

/// Whether a grammar has a rule `NAME ::= ...` of GBNF, which no grammar in Lark syntax has at the beginning of a line.
pub fn is_gbnf(grammar: &str) -> bool {
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    grammar.lines().any(|line| line.split_once("::=").is_some_and(|(name, _)| is_name(name.trim())))
}
