//! What an answer must be: `--json-schema`, `--regex` and `--grammar`.

use std::path::PathBuf;

use argh::{ArgsInfo, FromArgs};

use super::parse::RawArgs;
use super::prompt::{display_path, read_text};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::grammar::{Constraint, Grammar, LARK, Vocabulary, is_gbnf};
use crate::json;
use crate::model::Model;
use crate::text::Tokenizer;

/// Structured output.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Structured output")]
pub struct ConstraintArgs {
    /// generate JSON that satisfies the JSON schema in FILE; tell the model in the prompt what you want too
    #[argh(option, arg_name = "FILE")]
    pub json_schema: Option<String>,
    /// generate a text that the regular expression R matches from its first to its last character
    #[argh(option, arg_name = "R")]
    pub regex: Option<String>,
    /// generate a text of the grammar in FILE, in the Lark syntax of llguidance
    #[argh(option, arg_name = "FILE")]
    pub grammar: Option<String>,
}

/// The options of [`ConstraintArgs`].
const OPTIONS: [&str; 3] = ["--json-schema", "--regex", "--grammar"];

/// A constraint that has been read and not been compiled.
pub struct ConstraintSource {
    constraint: Constraint,
    /// Where it comes from, for errors.
    file: PathBuf,
}

impl ConstraintArgs {
    /// Refuses the options of a run that answers several prompts.
    pub fn refuse_with_jobs(args: &RawArgs) -> Result<()> {
        match OPTIONS.into_iter().find(|option| args.value(option).is_some()) {
            Some(option) => {
                let problem = format!("{option} cannot be used with --jobs");
                Err(Error::usage_with_fix(problem, "write \"response_format\" into the lines"))
            }
            None => Ok(()),
        }
    }

    /// Reads the constraint; `None` without one.
    ///
    /// # Errors
    /// [`Error::Usage`] for several; those of reading a file; [`FaultKind::NotJson`].
    pub fn resolve(self) -> Result<Option<ConstraintSource>> {
        let source = |constraint, file: PathBuf| Ok(Some(ConstraintSource { constraint, file }));
        match (self.json_schema, self.regex, self.grammar) {
            (None, None, None) => Ok(None),
            (Some(file), None, None) => {
                let text = read_text(&file)?;
                let path = display_path(&file);
                let fault = |error: serde_json::Error| Fault::new(FaultKind::NotJson, path).cause(error.to_string());
                source(Constraint::JsonSchema(json::parse(text.as_bytes()).map_err(fault)?), path.into())
            }
            (None, Some(regex), None) => source(Constraint::Regex(regex), "--regex".into()),
            (None, None, Some(file)) => {
                let (text, path) = (read_text(&file)?, display_path(&file));
                if is_gbnf(&text) {
                    return Err(Fault::new(FaultKind::InvalidField, path).found("GBNF").expected(LARK).into());
                }
                source(Constraint::Lark(text), path.into())
            }
            _ => {
                let problem = "--json-schema, --regex and --grammar cannot be used together";
                Err(Error::usage_with_fix(problem, "give one of them"))
            }
        }
    }
}

impl ConstraintSource {
    /// Compiles a constraint for a model; `None` without one.
    ///
    /// # Errors
    /// [`Error::Usage`] without a tokenizer; those of [`Vocabulary::compile`].
    pub fn compile(
        source: Option<ConstraintSource>,
        model: &Model,
        tokenizer: Option<&Tokenizer>,
    ) -> Result<Option<Grammar>> {
        let Some(ConstraintSource { constraint, file }) = source else { return Ok(None) };
        let Some(tokenizer) = tokenizer else {
            let problem = "--json-schema, --regex and --grammar need a tokenizer, and this model has none";
            return Err(Error::usage_with_fix(problem, "give --tokenizer FILE"));
        };
        Vocabulary::new(tokenizer, model.config.vocab_size)?.compile(&constraint, &file, "").map(Some)
    }
}
