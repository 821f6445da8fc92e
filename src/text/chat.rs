//! Chat templates: render a conversation to the prompt format that the model was trained on.
//!
//! The output equals that of transformers' `apply_chat_template`. Templates are untrusted code and run in the sandbox
//! of `jinja.rs`, whose module doc lists the limits.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::{Environment, ErrorKind, context};
use serde_json::{Map, Value};

use crate::error::{Fault, FaultKind, Result};
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

/// The name of the template that is used if the conversation has tools.
const TOOL_USE: &str = "tool_use";
/// The name of the template that is used otherwise.
const DEFAULT: &str = "default";

/// A conversation. The messages are arbitrary JSON, because templates may read any key of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Objects, usually with `role` and `content`, in the key order of the file.
    pub messages: Vec<Value>,
    /// Descriptions of functions that the model can call.
    pub tools: Option<Value>,
    /// Documents for the model to answer from.
    pub documents: Option<Value>,
}

impl Conversation {
    /// One question, after an optional system message.
    pub fn question(system: Option<&str>, user: &str) -> Conversation {
        let message = |role: &str, content: &str| serde_json::json!({"role": role, "content": content});
        let system = system.map(|content| message("system", content));
        Conversation {
            messages: system.into_iter().chain([message("user", user)]).collect(),
            tools: None,
            documents: None,
        }
    }

    /// Parses a list of messages, or an object `{"messages": [..], "tools": [..], "documents": [..]}`.
    ///
    /// # Errors
    /// [`FaultKind::MessagesNotJson`]; [`FaultKind::InvalidMessages`] if there are no messages or one is not an object.
    pub fn from_json(path: &Path, json: &[u8]) -> Result<Conversation> {
        let value: Value =
            serde_json::from_slice(json).map_err(|error| Fault::new(FaultKind::MessagesNotJson, path).cause(error))?;
        let invalid = |field: &str, found: &Value, expected: &str| {
            let fault = Fault::new(FaultKind::InvalidMessages, path).subject(field);
            Err(fault.found(json_type(found)).expected(expected).into())
        };
        let (messages, tools, documents) = match value {
            Value::Object(mut object) => {
                let mut take = |key: &str| object.remove(key).filter(|value| !value.is_null());
                (take("messages").unwrap_or(Value::Null), take("tools"), take("documents"))
            }
            list => (list, None, None),
        };
        for (name, list) in [("tools", &tools), ("documents", &documents)] {
            if let Some(list) = list.as_ref().filter(|list| !list.is_array()) {
                return invalid(name, list, "a list of objects");
            }
        }
        let messages = match messages {
            Value::Array(messages) if !messages.is_empty() => messages,
            other => return invalid("messages", &other, "a list with at least one message"),
        };
        if let Some(index) = messages.iter().position(|message| !message.is_object()) {
            let expected = "an object such as {\"role\": \"user\", \"content\": \"...\"}";
            return invalid(&format!("messages[{index}]"), &messages[index], expected);
        }
        Ok(Conversation { messages, tools, documents })
    }

    /// The messages with the changes that transformers makes: keys with a null value are removed, and a model's
    /// reasoning is available under both `thinking` and `reasoning_content`.
    fn prepare_messages(&self) -> Vec<Value> {
        let prepare = |message: &Value| {
            let Some(fields) = message.as_object() else { return message.clone() };
            let mut fields: Map<String, Value> =
                fields.iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
            let reasoning = ["reasoning_content", "thinking", "reasoning"].iter().find_map(|key| fields.get(*key));
            if let Some(reasoning) = reasoning.cloned() {
                fields.entry("thinking").or_insert_with(|| reasoning.clone());
                fields.insert("reasoning_content".into(), reasoning);
            }
            Value::Object(fields)
        };
        self.messages.iter().map(prepare).collect()
    }
}

/// A compiled chat template of a checkpoint.
#[derive(Debug)]
pub struct ChatTemplate {
    /// The file that contains the template.
    path: PathBuf,
    env: Environment<'static>,
    /// Variables such as `bos_token`: name and token.
    special: Vec<(String, String)>,
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
}

impl ChatTemplate {
    /// Finds and compiles the checkpoint's template; `None` if it has none (a base model).
    ///
    /// # Errors
    /// [`FaultKind::NotJson`]; [`FaultKind::NotUtf8`]; [`FaultKind::InvalidField`] for a `chat_template` of the wrong
    /// type; [`FaultKind::InvalidTemplate`] with the line of a syntax error;
    /// [`MachineError`](crate::error::MachineError) if the template's thread cannot be started.
    pub fn from_sources(sources: ChatSources) -> Result<Option<ChatTemplate>> {
        let parse = |file: Option<(&Path, &[u8])>| -> Result<Value> {
            let Some((path, bytes)) = file else { return Ok(Value::Null) };
            serde_json::from_slice(bytes).map_err(|error| Fault::new(FaultKind::NotJson, path).cause(error).into())
        };
        let config = parse(sources.tokenizer_config)?;
        let (path, template) = match (sources.jinja, sources.tokenizer_config, sources.json) {
            (Some((path, bytes)), _, _) => {
                let source =
                    std::str::from_utf8(bytes).map_err(|error| Fault::new(FaultKind::NotUtf8, path).cause(error))?;
                (path, Value::String(source.into()))
            }
            (None, Some((path, _)), _) if !config["chat_template"].is_null() => (path, config["chat_template"].clone()),
            (None, _, Some((path, _))) => (path, parse(sources.json)?["chat_template"].take()),
            _ => return Ok(None),
        };

        let mut sources = Vec::new();
        let mut add = |name: &'static str, source: &str| -> Result<()> {
            let invalid = |cause| Fault::new(FaultKind::InvalidTemplate, path).cause(cause);
            sources.push((name, prepare_source(source).map_err(invalid)?));
            Ok(())
        };
        match &template {
            Value::Null => return Ok(None),
            Value::String(source) => add(DEFAULT, source)?,
            Value::Array(named) => {
                for name in [DEFAULT, TOOL_USE] {
                    let entry = named.iter().find(|entry| entry["name"] == name);
                    if let Some(source) = entry.and_then(|entry| entry["template"].as_str()) {
                        add(name, source)?;
                    }
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
        let stack = BASE_STACK + STACK_PER_BYTE * sources.iter().map(|(_, source)| source.len()).max().unwrap_or(0);
        let compile = move || {
            let mut env = environment();
            sources.into_iter().try_for_each(|(name, source)| env.add_template_owned(name, source))?;
            Ok(env)
        };
        let explained = |error| (FaultKind::InvalidTemplate, explain(&error).1);
        let env = run_sandboxed(path, stack, move || compile().map_err(explained))?;
        let special = special_tokens(&config).into_iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        Ok(Some(ChatTemplate { path: path.into(), env, special }))
    }

    /// Renders the conversation to text for [`Tokenizer::encode`](crate::text::Tokenizer::encode). With
    /// `add_generation_prompt` the text ends where the model's answer begins.
    ///
    /// # Errors
    /// [`FaultKind::TemplateRefused`] with the message of the template's `raise_exception`;
    /// [`FaultKind::TemplateFailed`]; [`FaultKind::TemplateLimit`] if a limit is exceeded;
    /// [`MachineError`](crate::error::MachineError) if the template's thread cannot be started.
    pub fn render(&self, conversation: &Conversation, add_generation_prompt: bool) -> Result<String> {
        let Conversation { tools, documents, .. } = conversation;
        let fail = |cause: String| Fault::new(FaultKind::TemplateFailed, &self.path).cause(cause);
        let messages = conversation.prepare_messages();
        let input = serde_json::json!([messages, tools, documents]).to_string().len();

        let name = if tools.is_some() && self.env.get_template(TOOL_USE).is_ok() { TOOL_USE } else { DEFAULT };
        if self.env.get_template(name).is_err() {
            let cause = "no template is named \"default\"";
            return Err(Fault::new(FaultKind::InvalidTemplate, &self.path).cause(cause).into());
        }
        let (tools, documents, special) = (tools.clone(), documents.clone(), self.special.clone());
        let write = move |env: &Environment, output: &mut BoundedWriter| {
            let given = context! {
                messages => messages.iter().map(jinja_value).collect::<minijinja::Value>(),
                tools => tools.as_ref().map(jinja_value),
                documents => documents.as_ref().map(jinja_value),
                add_generation_prompt,
            };
            let special = minijinja::Value::from_pairs(special.clone());
            env.get_template(name)?.render_captured_to(context! { ..given, ..special }, output).map(drop)
        };
        let bytes = self.render_bounded(input, &Arc::new(write))?;
        String::from_utf8(bytes).map_err(|error| fail(format!("it wrote {error}")).into())
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

/// The JSON type of a value, with its article, for errors.
fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(list) if list.is_empty() => "an empty list",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
