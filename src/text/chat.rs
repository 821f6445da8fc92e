//! Chat templates: render a conversation to the prompt format that the model was trained on.
//!
//! The output equals that of transformers' `apply_chat_template`; `rendering.rs` prepares the input. Templates are untrusted code and run in the sandbox
//! of `jinja.rs`, whose module doc lists the limits.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::{Environment, ErrorKind, context};
use serde_json::Value;

use crate::error::{Error, Fault, FaultKind, Result};
use crate::json;
use crate::text::conversation::{TemplateInput, json_type};
use crate::text::jinja::{BoundedWriter, LimitExceeded, Raised, environment, run_sandboxed};
use crate::text::source::prepare_source;
use crate::text::special_tokens;

/// The step limit of a template, plus one for each byte of the conversation. Real templates take some hundred per
/// message. minijinja also counts 64 bytes of any value it builds as a step, so this bounds memory to 20 MB.
const BASE_STEPS: u64 = 300_000;
/// The step limit of the first attempt, and the factor by which each further one has more: a stack for all steps takes
/// 150 MB of address space, and real templates need a hundredth of them.
const FIRST_STEPS: u64 = 1 << 14;
const STEPS_FACTOR: u64 = 8;
/// Bytes of stack per step: a step can nest a value one level deeper, and minijinja drops, prints and compares values
/// by recursion, with some 400 bytes per level.
const STACK_PER_STEP: usize = 512;
/// Bytes of stack for everything else.
const BASE_STACK: usize = 2 << 20;
/// Bytes of stack per byte of a template's source: minijinja parses and compiles `1~1~1` by recursion, with 530 bytes
/// per byte of source.
const STACK_PER_BYTE: usize = 2048;
/// The output limit of a template in bytes, for an empty conversation.
const BASE_OUTPUT_BYTES: usize = 4 << 20;
/// Bytes added to the output limit for each byte of the conversation.
const OUTPUT_BYTES_PER_INPUT_BYTE: usize = 16;

/// The name of the template in its environment.
const NAME: &str = "chat_template";

/// The compiled chat templates of a checkpoint.
#[derive(Debug)]
pub struct ChatTemplate {
    default: Option<Template>,
    tool_use: Option<Template>,
    /// Variables such as `bos_token`: name and token.
    special: Vec<(String, String)>,
}

/// A compiled template.
#[derive(Debug)]
pub(super) struct Template {
    /// The file that contains it.
    pub(super) path: PathBuf,
    pub(super) source: String,
    /// An environment with this template alone.
    env: Environment<'static>,
}

/// The files that may contain a chat template, each as its path (for errors) and its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChatSources<'a> {
    /// tokenizer_config.json: the special tokens, and a `chat_template` that is a string or a list of named templates.
    pub tokenizer_config: Option<(&'a Path, &'a [u8])>,
    /// chat_template.jinja: the template's source. Takes precedence over the others.
    pub jinja: Option<(&'a Path, &'a [u8])>,
    /// chat_template.json: `{"chat_template": ..}`, used if neither of the others has a template.
    pub json: Option<(&'a Path, &'a [u8])>,
    /// additional_chat_templates/tool_use.jinja: the template for conversations with tools.
    pub tool_use: Option<(&'a Path, &'a [u8])>,
}

impl ChatTemplate {
    /// Finds and compiles the checkpoint's templates; `None` if it has none (a base model).
    ///
    /// # Errors
    /// [`FaultKind::NotJson`]; [`FaultKind::NotUtf8`]; [`FaultKind::InvalidField`] for a `chat_template` of the wrong
    /// type; [`FaultKind::InvalidTemplate`] with the line of a syntax error;
    /// [`MachineError`](crate::error::MachineError) if the template's thread cannot be started.
    pub fn from_sources(sources: ChatSources) -> Result<Option<ChatTemplate>> {
        let parse = |file: Option<(&Path, &[u8])>| -> Result<Value> {
            let Some((path, bytes)) = file else { return Ok(Value::Null) };
            json::parse(bytes).map_err(|error| Fault::new(FaultKind::NotJson, path).cause(error).into())
        };
        let config = parse(sources.tokenizer_config)?;
        let special = special_tokens(&config).into_iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let mut template = ChatTemplate { default: None, tool_use: None, special };
        match (sources.jinja, sources.tokenizer_config, sources.json) {
            (Some((path, bytes)), _, _) => template.default = Some(Template::compile(path, utf8(path, bytes)?)?),
            (None, Some((path, _)), _) if !config["chat_template"].is_null() => {
                template.compile_field(path, &config["chat_template"])?;
            }
            (None, _, Some((path, _))) => template.compile_field(path, &parse(sources.json)?["chat_template"])?,
            _ => {}
        }
        if let Some((path, bytes)) = sources.tool_use {
            template.tool_use = Some(Template::compile(path, utf8(path, bytes)?)?);
        }
        Ok((template.default.is_some() || template.tool_use.is_some()).then_some(template))
    }

    /// Compiles the `chat_template` of a JSON file: a template, or a list of named ones.
    fn compile_field(&mut self, path: &Path, field: &Value) -> Result<()> {
        match field {
            Value::Null => {}
            Value::String(source) => self.default = Some(Template::compile(path, source)?),
            Value::Array(named) => {
                let source = |name: &str| named.iter().find(|entry| entry["name"] == name)?["template"].as_str();
                self.default = source("default").map(|source| Template::compile(path, source)).transpose()?;
                self.tool_use = source("tool_use").map(|source| Template::compile(path, source)).transpose()?;
                if self.default.is_none() && self.tool_use.is_none() {
                    let cause = "no template is named \"default\"";
                    return Err(Fault::new(FaultKind::InvalidTemplate, path).cause(cause).into());
                }
            }
            other => {
                return Err(Fault::new(FaultKind::InvalidField, path)
                    .subject("chat_template")
                    .found(json_type(other))
                    .expected("a template, or a list of objects with name and template")
                    .into());
            }
        }
        Ok(())
    }

    /// The template that is used for `input`: if it has tools, the one for tools.
    pub(super) fn select(&self, input: &TemplateInput) -> Result<&Template> {
        let for_tools = self.tool_use.as_ref().filter(|_| input.tools.is_some());
        for_tools.or(self.default.as_ref()).ok_or_else(|| {
            let path = self.tool_use.as_ref().map(|template| template.path.clone()).unwrap_or_default();
            Fault::new(FaultKind::InvalidTemplate, path).cause("no template is named \"default\"").into()
        })
    }

    /// The sources of all templates.
    pub(super) fn source_texts(&self) -> impl Iterator<Item = &str> {
        self.default.iter().chain(&self.tool_use).map(|template| template.source.as_str())
    }

    /// Renders `input` to text.
    ///
    /// # Errors
    /// [`FaultKind::TemplateRefused`] with the message of the template's `raise_exception`;
    /// [`FaultKind::TemplateFailed`]; [`FaultKind::TemplateLimit`] if a limit is exceeded;
    /// [`MachineError`](crate::error::MachineError) if the template's thread cannot be started.
    pub(super) fn render_input(&self, input: &TemplateInput) -> Result<String> {
        let template = self.select(input)?;
        let size = input.to_json().len();
        let (input, special) = (input.clone(), self.special.clone());
        let write = move |env: &Environment, output: &mut BoundedWriter| {
            let given = context! {
                messages => input.messages.iter().map(jinja_value).collect::<minijinja::Value>(),
                tools => input.tools.as_ref().map(jinja_value),
                documents => input.documents.as_ref().map(jinja_value),
                add_generation_prompt => input.add_generation_prompt,
            };
            let kwargs = minijinja::Value::from_pairs(input.kwargs.iter().map(|(k, v)| (k.clone(), jinja_value(v))));
            let special = minijinja::Value::from_pairs(special.clone());
            let variables = context! { ..given, ..kwargs, ..special };
            env.get_template(NAME)?.render_captured_to(variables, output).map(drop)
        };
        let bytes = template.render_bounded(size, &Arc::new(write))?;
        String::from_utf8(bytes).map_err(|error| {
            Fault::new(FaultKind::TemplateFailed, &template.path).cause(format!("it wrote {error}")).into()
        })
    }
}

impl Template {
    fn compile(path: &Path, source: &str) -> Result<Template> {
        let invalid = |cause| Fault::new(FaultKind::InvalidTemplate, path).cause(cause);
        let prepared = prepare_source(source).map_err(invalid)?;
        let stack = BASE_STACK + STACK_PER_BYTE * prepared.len();
        let env = run_sandboxed(path, stack, move || {
            let mut env = environment();
            let added = env.add_template_owned(NAME, prepared);
            added.map(|()| env).map_err(|error| (FaultKind::InvalidTemplate, explain(&error).1))
        })?;
        Ok(Template { path: path.into(), source: source.into(), env })
    }

    /// Whether the source contains `word` as a whole word.
    pub(super) fn mentions(&self, word: &str) -> bool {
        let in_word = |c: char| c.is_alphanumeric() || c == '_';
        self.source.match_indices(word).any(|(at, _)| {
            !self.source[..at].ends_with(in_word) && !self.source[at + word.len()..].starts_with(in_word)
        })
    }

    /// Whether the source contains `word` as a quoted string.
    pub(super) fn quotes(&self, word: &str) -> bool {
        ['\'', '"'].iter().any(|quote| self.source.contains(&format!("{quote}{word}{quote}")))
    }

    /// Runs `write` for a conversation of `input` bytes, first with few steps and a small stack, then with more of both.
    fn render_bounded<W>(&self, input: usize, write: &Arc<W>) -> Result<Vec<u8>>
    where
        W: Fn(&Environment, &mut BoundedWriter) -> std::result::Result<(), minijinja::Error> + Send + Sync + 'static,
    {
        let limit = BASE_STEPS + input as u64;
        let mut steps = FIRST_STEPS.min(limit);
        loop {
            // Fuel (the step limit) is set on an environment. A clone shares the compiled templates.
            let mut env = self.env.clone();
            env.set_fuel(Some(steps));
            let write = Arc::clone(write);
            let stack = BASE_STACK + STACK_PER_STEP.saturating_mul(steps as usize);
            let bytes = run_sandboxed(&self.path, stack, move || {
                let mut output = BoundedWriter::new(BASE_OUTPUT_BYTES + input * OUTPUT_BYTES_PER_INPUT_BYTE);
                match write(&env, &mut output) {
                    _ if output.overflowed() => {
                        Err((FaultKind::TemplateLimit, format!("writes more than {} bytes", output.bytes.len())))
                    }
                    Err(error) if error.kind() == ErrorKind::OutOfFuel && steps < limit => Ok(None),
                    written => written.map(|()| Some(output.bytes)).map_err(|error| explain(&error)),
                }
            })?;
            match bytes {
                Some(bytes) => return Ok(bytes),
                None => steps = (steps * STEPS_FACTOR).min(limit),
            }
        }
    }
}

/// The content of a template's file as text.
fn utf8<'b>(path: &Path, bytes: &'b [u8]) -> Result<&'b str> {
    std::str::from_utf8(bytes).map_err(|error| Fault::new(FaultKind::NotUtf8, path).cause(error).into())
}

/// JSON as a minijinja value, with the same order of keys.
fn jinja_value(json: &Value) -> minijinja::Value {
    match json {
        Value::Null => minijinja::Value::from(()),
        Value::Bool(flag) => minijinja::Value::from(*flag),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(n), _, _) => minijinja::Value::from(n),
            (_, Some(n), _) => minijinja::Value::from(n),
            (_, _, x) => minijinja::Value::from(x.unwrap_or(f64::NAN)),
        },
        Value::String(text) => minijinja::Value::from(text.as_str()),
        Value::Array(list) => list.iter().map(jinja_value).collect(),
        Value::Object(fields) => {
            minijinja::Value::from_pairs(fields.iter().map(|(key, value)| (key.as_str(), jinja_value(value))))
        }
    }
}

/// Whether an error comes from the template itself, so that other input may have another result.
pub(super) fn is_template_fault(error: &Error) -> bool {
    use FaultKind::{TemplateFailed, TemplateLimit, TemplateRefused};
    error.fault().is_some_and(|fault| matches!(fault.kind, TemplateFailed | TemplateLimit | TemplateRefused))
}

/// The kind of a minijinja error, and its cause in one line.
fn explain(error: &minijinja::Error) -> (FaultKind, String) {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(Raised(words)) = cause.downcast_ref() {
            return (FaultKind::TemplateRefused, words.clone());
        }
        if let Some(LimitExceeded(what)) = cause.downcast_ref() {
            return (FaultKind::TemplateLimit, what.clone());
        }
        source = cause.source();
    }
    if error.kind() == ErrorKind::OutOfFuel {
        return (FaultKind::TemplateLimit, "takes too many steps".into());
    }
    let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    (FaultKind::TemplateFailed, format!("{line}{}{detail}", error.kind()))
}
