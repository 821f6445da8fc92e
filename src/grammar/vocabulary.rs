//! The tokens of a model as `llguidance` needs them, and the compilation of constraints.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use llguidance::api::{ParserLimits, TopLevelGrammar};
use llguidance::earley::SlicedBiasComputer;
use llguidance::panic_utils::catch_unwind;
use llguidance::toktrie::{ApproximateTokEnv, InferenceCapabilities, TokEnv, TokRxInfo, TokTrie};
use llguidance::{ParserFactory, TokenParser};

use super::{Constraint, Grammar, schema};
use crate::error::{Fault, FaultKind, MachineError, Result, one_line};
use crate::text::Tokenizer;

/// The longest token, in bytes, that can be part of a constrained text.
const LONGEST_TOKEN: usize = 1000;
/// Stack of the thread that compiles: the depth of recursion depends on the constraint.
const STACK: usize = 256 << 20;
/// The most bytes of a grammar or regular expression.
const MOST_BYTES: usize = 1 << 20;
/// The most brackets that are open at once in a grammar or regular expression.
const DEEPEST: usize = 200;
/// The states of the lexer that a sequence can reach, each about 1 KiB.
const LEXER_STATES: usize = 100_000;

/// The tokens of a model, in the form that grammars are compiled for.
pub struct Vocabulary {
    factory: ParserFactory,
    /// Stands for the end of the text in masks: the first id that the model does not have.
    end: u32,
}

impl Vocabulary {
    /// The tokens of a model with `vocab_size` ids. Ids that are not in the tokenizer are never allowed.
    ///
    /// # Errors
    /// [`FaultKind::UnsupportedTokenizer`].
    pub fn new(tokenizer: &Tokenizer, vocab_size: usize) -> Result<Vocabulary> {
        let marker = TokTrie::SPECIAL_TOKEN_MARKER;
        let word = |id: u32| {
            let bytes = tokenizer.token_bytes(id).filter(|bytes| bytes.len() <= LONGEST_TOKEN).unwrap_or_default();
            match tokenizer.is_special(id) {
                true => [&[marker], &bytes[..]].concat(),
                // The byte of the marker is not part of any text.
                false if bytes.first() == Some(&marker) => Vec::new(),
                false => bytes,
            }
        };
        let end = vocab_size as u32;
        let words: Vec<Vec<u8>> = (0..end).map(word).chain([Vec::new()]).collect();
        let factory = catch_unwind(AssertUnwindSafe(|| {
            let trie = TokTrie::from(&TokRxInfo::new(words.len() as u32, end), &words);
            let tokens: TokEnv = Arc::new(ApproximateTokEnv::new(trie));
            let slices = SlicedBiasComputer::json_slices();
            ParserFactory::new(&tokens, InferenceCapabilities::default(), &slices)
        }));
        let mut factory = factory.map_err(|error| {
            Fault::new(FaultKind::UnsupportedTokenizer, tokenizer.path()).cause(first_line(&error.to_string()))
        })?;
        factory.quiet();
        *factory.limits_mut() =
            ParserLimits { max_lexer_states: LEXER_STATES, verbose_errors: false, ..ParserLimits::default() };
        Ok(Vocabulary { factory, end })
    }

    /// Compiles a constraint. `file` and `subject` say in errors where it comes from.
    ///
    /// # Errors
    /// [`FaultKind::UnsupportedGrammar`]; [`FaultKind::EmptyGrammar`] if no text satisfies it;
    /// [`MachineError::CannotStartThreads`].
    pub fn compile(&self, constraint: &Constraint, file: &Path, subject: &str) -> Result<Grammar> {
        let fault = |kind| Fault::new(kind, file).subject(subject);
        let unsupported = |cause: String| fault(FaultKind::UnsupportedGrammar).cause(cause);
        let grammar = match constraint {
            Constraint::JsonSchema(value) => {
                schema::check(value).map_err(|(kind, cause)| fault(kind).cause(cause))?;
                TopLevelGrammar::from_json_schema(schema::with_options(value))
            }
            Constraint::Regex(regex) => {
                check_text(regex).map_err(unsupported)?;
                regex_grammar(regex).map_err(unsupported)?
            }
            Constraint::Lark(grammar) => {
                check_text(grammar).map_err(unsupported)?;
                TopLevelGrammar::from_lark(grammar.clone())
            }
            Constraint::ToolCalls(calls) => {
                calls.check(file)?;
                TopLevelGrammar::from_lark(calls.to_lark(|token| self.special_token(token)))
            }
        };
        let compiled = thread::scope(|scope| {
            let builder = thread::Builder::new().name("grammar".into()).stack_size(STACK);
            let compile = || -> std::result::Result<Grammar, String> {
                let parser = self.factory.create_parser(grammar).map_err(|error| format!("{error:#}"))?;
                Grammar::new(parser, self.end, constraint.is_form(), constraint.required_names())
            };
            builder.spawn_scoped(scope, compile).map(|thread| thread.join())
        });
        match compiled {
            Err(error) => Err(MachineError::CannotStartThreads { count: 1, cause: error.to_string() }.into()),
            Ok(Ok(Ok(grammar))) => Ok(grammar),
            Ok(Ok(Err(cause))) => {
                let empty = cause.is_empty() || cause.contains("Unsatisfiable schema");
                let kind = if empty { FaultKind::EmptyGrammar } else { FaultKind::UnsupportedGrammar };
                let cause = first_line(&cause).replace("Unsatisfiable schema: ", "");
                Err(if cause.is_empty() { fault(kind) } else { fault(kind).cause(cause) }.into())
            }
            Ok(Err(_)) => Err(unsupported("the compiler failed".into()).into()),
        }
    }

    /// How a grammar writes a special token; `None` if `text` is not one.
    fn special_token(&self, text: &str) -> Option<String> {
        let trie = self.factory.tok_env().tok_trie();
        let name = [&[TokTrie::SPECIAL_TOKEN_MARKER], text.as_bytes()].concat();
        trie.token_id_at_bytes(&name).map(|id| format!("<[{id}]>"))
    }
}

/// Checks what the parsers of grammars and regular expressions do not bound themselves.
fn check_text(text: &str) -> std::result::Result<(), String> {
    if text.len() > MOST_BYTES {
        return Err(format!("{} bytes, more than {MOST_BYTES}", text.len()));
    }
    let depth = text.bytes().scan(0_usize, |depth, byte| {
        match byte {
            b'(' | b'[' | b'{' => *depth += 1,
            b')' | b']' | b'}' => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Some(*depth)
    });
    match depth.max() {
        Some(depth) if depth > DEEPEST => Err(format!("{depth} open brackets, more than {DEEPEST}")),
        _ => Ok(()),
    }
}

fn regex_grammar(regex: &str) -> std::result::Result<TopLevelGrammar, String> {
    let escapes = regex.bytes().rev().take_while(|byte| *byte == b'\\').count();
    match regex {
        _ if escapes % 2 == 1 => Err("the last backslash escapes nothing".into()),
        "" => Ok(TopLevelGrammar::from_lark("start: \"\"".into())),
        regex => Ok(TopLevelGrammar::from_regex(regex)),
    }
}

/// The first line of an error of `llguidance`, with the reason of an error in a regular expression, which is in a later line.
pub(super) fn first_line(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    match text.lines().skip(1).find_map(|line| line.trim_start().strip_prefix("error: ")) {
        Some(reason) => one_line(&format!("{} {reason}", first.trim_end())),
        None => one_line(first),
    }
}

/// A parser at the start of a text.
pub(super) fn started(mut parser: TokenParser) -> TokenParser {
    if parser.is_fresh() {
        parser.start_without_prompt();
    }
    parser
}
