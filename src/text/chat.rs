//! Chat templates: a conversation to the text that the model was trained to continue.
//!
//! The same Jinja settings, functions and preparations as transformers' `apply_chat_template`, and bounds that it does not
//! have: a template is somebody else's program.

use std::path::{Path, PathBuf};

use minijinja::{Environment, ErrorKind, context};
use serde_json::{Map, Value};

use crate::error::{Fault, FaultKind, Result};
use crate::text::jinja::{BoundedWriter, LimitExceeded, Raised, environment, run_sandboxed};
use crate::text::source::prepared;
use crate::text::special_tokens;

/// Steps that a template may take, beside one for each byte of the conversation; real ones take some hundred a message.
/// The engine counts 64 bytes of anything it makes as a step too, so this also bounds its memory to 20 MB.
const STEPS: u64 = 300_000;
/// Stack for each step: a step can put one more list around a value, and the engine then drops, prints and compares that
/// value by recursion (some 400 bytes a level were seen).
const STACK_PER_STEP: usize = 512;
/// Stack for everything else.
const STACK: usize = 8 << 20;
/// Stack for each byte of a template's source: the engine reads and translates `1~1~1` by recursion, and takes 530 bytes
/// of stack for a byte of that.
const STACK_PER_BYTE: usize = 2048;
/// Text that a template may write whatever the conversation, in bytes.
const BYTES: usize = 4 << 20;
/// How often a template may write out each byte of the conversation.
const COPIES: usize = 16;

/// The template that is used when tools are given.
const TOOL_USE: &str = "tool_use";
const DEFAULT: &str = "default";

/// What the user and the model have said so far, as arbitrary JSON: templates look at any key of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Objects, usually with `role` and `content`; the order of keys is kept.
    pub messages: Vec<Value>,
    /// Function descriptions for the model to call.
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

    /// Reads a file with a list of messages, or with an object `{"messages": [..], "tools": [..], "documents": [..]}`.
    ///
    /// # Errors
    /// [`FaultKind::MessagesNotJson`]; [`FaultKind::InvalidMessages`] for messages that are no objects, or none at all.
    pub fn from_json(path: &Path, json: &[u8]) -> Result<Conversation> {
        let value: Value =
            serde_json::from_slice(json).map_err(|error| Fault::new(FaultKind::MessagesNotJson, path).cause(error))?;
        let invalid = |field: &str, found: &Value, expected: &str| {
            let fault = Fault::new(FaultKind::InvalidMessages, path).subject(field);
            Err(fault.found(kind_of(found)).expected(expected).into())
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

    /// The messages as templates expect them: no key whose value is null, and a model's reasoning under the names that
    /// templates have for it (both as transformers prepares them).
    fn prepared(&self) -> Vec<Value> {
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

/// A checkpoint's chat template, compiled.
#[derive(Debug)]
pub struct ChatTemplate {
    /// The file that the template stands in.
    path: PathBuf,
    env: Environment<'static>,
    /// bos_token and its like, as templates see them.
    special: Vec<(String, String)>,
}

/// The files that may hold a chat template, each as its path (for messages) and its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChatSources<'a> {
    /// tokenizer_config.json: the special tokens, and a `chat_template` that is a string or a list of named ones.
    pub tokenizer_config: Option<(&'a Path, &'a [u8])>,
    /// chat_template.jinja: a template as it is, preferred to the others.
    pub jinja: Option<(&'a Path, &'a [u8])>,
    /// chat_template.json: `{"chat_template": ..}`, used when there is no other.
    pub json: Option<(&'a Path, &'a [u8])>,
}

impl ChatTemplate {
    /// Finds and compiles the checkpoint's template; `None` when it has none (a base model).
    ///
    /// # Errors
    /// [`FaultKind::NotJson`]; [`FaultKind::InvalidTemplate`] for templates that are not Jinja, with the line.
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
            sources.push((name, prepared(source).map_err(invalid)?));
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
                    .found(kind_of(other))
                    .expected("a template, or a list of objects with name and template")
                    .into());
            }
        }
        let stack = STACK + STACK_PER_BYTE * sources.iter().map(|(_, source)| source.len()).max().unwrap_or(0);
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

    /// The conversation as text, ready for [`Tokenizer::encode`](crate::text::Tokenizer::encode); with
    /// `add_generation_prompt` it ends where the model's answer begins.
    ///
    /// # Errors
    /// [`FaultKind::TemplateRefused`] with the template's own words; [`FaultKind::TemplateFailed`];
    /// [`FaultKind::TemplateLimit`] for a template that runs too long or writes too much.
    pub fn render(&self, conversation: &Conversation, add_generation_prompt: bool) -> Result<String> {
        let Conversation { tools, documents, .. } = conversation;
        let fail = |cause: String| Fault::new(FaultKind::TemplateFailed, &self.path).cause(cause);
        let messages = conversation.prepared();
        let input = serde_json::json!([messages, tools, documents]).to_string().len();

        let name = if tools.is_some() && self.env.get_template(TOOL_USE).is_ok() { TOOL_USE } else { DEFAULT };
        // Fuel belongs to the environment; a copy shares the compiled templates.
        let mut env = self.env.clone();
        let steps = STEPS + input as u64;
        env.set_fuel(Some(steps));
        if env.get_template(name).is_err() {
            let cause = "there is no template named \"default\"";
            return Err(Fault::new(FaultKind::InvalidTemplate, &self.path).cause(cause).into());
        }
        let (tools, documents, special) = (tools.clone(), documents.clone(), self.special.clone());
        let write = move |output: &mut BoundedWriter| {
            let given = context! {
                messages => messages.iter().map(jinja_value).collect::<minijinja::Value>(),
                tools => tools.as_ref().map(jinja_value),
                documents => documents.as_ref().map(jinja_value),
                add_generation_prompt,
            };
            let special = minijinja::Value::from_pairs(special);
            env.get_template(name)?.render_captured_to(context! { ..given, ..special }, output).map(drop)
        };
        let bytes = run_sandboxed(&self.path, STACK + STACK_PER_STEP.saturating_mul(steps as usize), move || {
            let mut output = BoundedWriter::new(BYTES + input * COPIES);
            let written = write(&mut output);
            if output.is_full() {
                return Err((FaultKind::TemplateLimit, format!("writes more than {} bytes", output.bytes.len())));
            }
            written.map(|()| output.bytes).map_err(|error| explain(&error))
        })?;
        String::from_utf8(bytes).map_err(|error| fail(format!("it wrote {error}")).into())
    }
}

/// JSON as the engine's own value, keys in the same order.
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

/// An engine's error while it runs a template: its kind, and the cause in one line.
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
        return (FaultKind::TemplateLimit, "does not come to an end".into());
    }
    let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    (FaultKind::TemplateFailed, format!("{line}{}{detail}", error.kind()))
}

fn kind_of(value: &Value) -> &'static str {
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
