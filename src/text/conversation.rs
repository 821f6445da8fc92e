//! Conversations: parsing, validation, and the form in which a chat template gets them.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, Fault, FaultKind, Result};
use crate::json;

/// A conversation. A template may read any key of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// The file that the messages come from, or what takes its place; for errors.
    pub source: PathBuf,
    /// Objects with `role`, `content` and further keys, in the key order of the file.
    pub messages: Vec<Value>,
    /// Descriptions of functions that the model can call.
    pub tools: Option<Value>,
    /// Documents for the model to answer from.
    pub documents: Option<Value>,
    /// Further variables of the template, such as `enable_thinking`.
    pub template_kwargs: Map<String, Value>,
    /// How the prompt ends.
    pub ending: Ending,
    /// The key of the file that says that the last message is not continued.
    pub forbids_continuing: Option<&'static str>,
    /// Whether the texts of special tokens in the messages, tools and documents become these tokens. Otherwise they are
    /// plain text, and the template alone writes special tokens.
    pub parse_special: bool,
    /// Whether messages with the role `developer` are system messages for a template that does not name this role, as in
    /// OpenAI's API.
    pub developer_is_system: bool,
}

/// How the prompt of a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// Where the model's answer begins (`add_generation_prompt`).
    #[default]
    Answer,
    /// After the last message.
    Closed,
    /// Within the last message, which the model continues (transformers' `continue_final_message`).
    ContinueLast,
}

/// The key of a saved conversation for [`Conversation::parse_special`].
const PARSE_SPECIAL: &str = "parse_special";

impl Conversation {
    /// The keys of an object that holds a conversation.
    pub const KEYS: [&str; 6] =
        ["messages", "tools", "documents", "chat_template_kwargs", "add_generation_prompt", "continue_final_message"];

    /// One question, after an optional system message.
    pub fn question(system: Option<&str>, user: &str) -> Conversation {
        let message = |role: &str, content: &str| serde_json::json!({"role": role, "content": content});
        let system = system.map(|content| message("system", content));
        Conversation::new("chat", system.into_iter().chain([message("user", user)]).collect())
    }

    /// The messages alone. `source` takes the place of their file in errors.
    pub fn new(source: impl Into<PathBuf>, messages: Vec<Value>) -> Conversation {
        Conversation {
            source: source.into(),
            messages,
            tools: None,
            documents: None,
            template_kwargs: Map::new(),
            ending: Ending::Answer,
            forbids_continuing: None,
            parse_special: false,
            developer_is_system: false,
        }
    }

    /// Parses a list of messages, or an object with the keys `messages`, `tools`, `documents`, `chat_template_kwargs`,
    /// `add_generation_prompt` and `continue_final_message`.
    ///
    /// # Errors
    /// [`FaultKind::NotUtf8`]; [`FaultKind::MessagesNotJson`]; [`FaultKind::InvalidMessages`] and the kinds named after it.
    pub fn from_json(path: &Path, json: &[u8]) -> Result<Conversation> {
        let value = json::parse(utf8(path, json)?).map_err(|error| not_json(path, &error))?;
        match value {
            Value::Object(object) if object.contains_key("role") && !object.contains_key("messages") => {
                let fault = Fault::new(FaultKind::InvalidMessages, path).found("a single message");
                Err(fault.expected("a list of messages").into())
            }
            Value::Object(object) => Conversation::from_object(path, object),
            list => Conversation::from_object(path, Map::from_iter([("messages".to_string(), list)])),
        }
    }

    /// Like [`from_json`](Self::from_json), from the object itself.
    ///
    /// # Errors
    /// [`FaultKind::InvalidMessages`] and the kinds named after it.
    pub fn from_object(path: &Path, mut object: Map<String, Value>) -> Result<Conversation> {
        object.retain(|_, value| !value.is_null());
        let messages = object.shift_remove("messages").unwrap_or(Value::Null);
        let keys = Conversation::KEYS;
        let unknown: Vec<&str> = object.keys().map(String::as_str).filter(|key| !keys.contains(key)).collect();
        if !unknown.is_empty() {
            let found = if unknown.len() > 1 { "keys" } else { "key" };
            let fault = Fault::new(FaultKind::UnknownMessagesKey, path).found(found).expected(keys.join(", "));
            return Err(listed(fault, &unknown).into());
        }
        let messages = match messages {
            Value::Array(messages) if !messages.is_empty() => messages,
            other => return Err(invalid(path, "messages", &other, "a list with at least one message")),
        };
        let mut conversation = Conversation::new(path, messages);
        conversation.tools = objects(path, &mut object, "tools")?;
        conversation.documents = objects(path, &mut object, "documents")?;
        conversation.template_kwargs = match object.remove("chat_template_kwargs").unwrap_or_default() {
            Value::Null => Map::new(),
            Value::Object(kwargs) => kwargs,
            other => return Err(invalid(path, "chat_template_kwargs", &other, "an object")),
        };
        (conversation.ending, conversation.forbids_continuing) = ending(path, &object)?;
        conversation.check()?;
        Ok(conversation)
    }

    /// The inverse of [`from_saved`](Self::from_saved): the object that [`from_json`](Self::from_json) reads, and whether
    /// special tokens are recognised.
    pub fn to_saved(&self) -> String {
        let mut object = serde_json::json!({"messages": self.messages, PARSE_SPECIAL: self.parse_special});
        let kwargs = Some(Value::Object(self.template_kwargs.clone())).filter(|_| !self.template_kwargs.is_empty());
        for (key, value) in [("tools", &self.tools), ("documents", &self.documents), ("chat_template_kwargs", &kwargs)]
        {
            if let Some(value) = value {
                object[key] = value.clone();
            }
        }
        object.to_string()
    }

    /// Reads a conversation that a file contains. Its next message is to be answered.
    ///
    /// # Errors
    /// Those of [`from_json`](Self::from_json).
    pub fn from_saved(path: &Path, json: &str) -> Result<Conversation> {
        let mut value = json::parse(json.as_bytes()).map_err(|error| not_json(path, &error))?;
        let parse_special = value.as_object_mut().and_then(|object| object.shift_remove(PARSE_SPECIAL));
        let conversation = Conversation::from_json(path, value.to_string().as_bytes())?;
        Ok(Conversation { parse_special: parse_special == Some(Value::Bool(true)), ..conversation })
    }

    /// Appends a message.
    pub fn push(&mut self, role: &str, content: &str) {
        self.messages.push(serde_json::json!({"role": role, "content": content}));
    }

    /// Appends the text of an answer. If the last message is by the assistant, the text continues it.
    pub fn push_answer(&mut self, text: &str) {
        self.ending = Ending::Answer;
        let last = self.messages.last_mut().filter(|message| message["role"] == "assistant");
        match last.and_then(|message| last_text(message.get_mut("content")?)) {
            Some(content) => content.push_str(text),
            None => self.push("assistant", text),
        }
    }

    /// The content of the system message, if the first message is one.
    pub fn system(&self) -> Option<&Value> {
        self.messages.first().filter(|message| message["role"] == "system").map(|message| &message["content"])
    }

    /// Replaces the system message; `None` removes it.
    pub fn set_system(&mut self, content: Option<&str>) {
        let old = usize::from(self.system().is_some());
        let new = content.map(|content| serde_json::json!({"role": "system", "content": content}));
        self.messages.splice(..old, new);
    }

    /// Makes the model continue the last message.
    ///
    /// # Errors
    /// [`FaultKind::InvalidMessages`] if the file says otherwise.
    pub fn continue_last(&mut self) -> Result<()> {
        if let Some(key) = self.forbids_continuing {
            let found = key == "add_generation_prompt";
            let fault = Fault::new(FaultKind::InvalidMessages, &self.source).subject(key).found(found);
            return Err(fault.expected(format!("{} to continue the last message", !found)).into());
        }
        self.ending = Ending::ContinueLast;
        Ok(())
    }

    /// Checks every message, and the names of the further variables.
    fn check(&self) -> Result<()> {
        for (index, message) in self.messages.iter().enumerate() {
            self.check_message(&format!("messages[{index}]"), message)?;
        }
        let misplaced = Conversation::KEYS.into_iter().filter(|key| self.template_kwargs.contains_key(*key));
        let misplaced: Vec<String> = misplaced.map(|key| format!("chat_template_kwargs.{key}")).collect();
        match misplaced.is_empty() {
            true => Ok(()),
            false => Err(listed(Fault::new(FaultKind::MisplacedMessagesKey, &self.source), &misplaced).into()),
        }
    }

    fn check_message(&self, place: &str, message: &Value) -> Result<()> {
        let invalid = |key: &str, found: &Value, expected: &str| {
            Err(invalid(&self.source, &format!("{place}{key}"), found, expected))
        };
        let Some(fields) = message.as_object() else {
            return invalid("", message, "an object such as {\"role\": \"user\", \"content\": \"...\"}");
        };
        let field = |key: &str| fields.get(key).unwrap_or(&Value::Null);
        if field("role").as_str().is_none_or(|role| role.trim().is_empty()) {
            return invalid(".role", field("role"), "a role such as \"user\"");
        }
        for key in ["name", "tool_call_id"] {
            if !(field(key).is_null() || field(key).is_string()) {
                return invalid(&format!(".{key}"), field(key), "a string");
            }
        }
        let calls = field("tool_calls");
        if !(calls.is_null() || calls.is_array()) {
            return invalid(".tool_calls", calls, "a list of calls");
        }
        let has_calls = calls.as_array().is_some_and(|calls| !calls.is_empty());
        match field("content") {
            Value::String(_) => {}
            Value::Array(parts) if !parts.is_empty() => {
                for (index, part) in parts.iter().enumerate() {
                    self.check_part(&format!("{place}.content[{index}]"), part)?;
                }
            }
            // A message that calls tools or only thinks has no content.
            Value::Null if has_calls || REASONING.iter().any(|key| field(key).is_string()) => {}
            other => return invalid(".content", other, "text, or a list of parts of type \"text\""),
        }
        for (index, call) in calls.as_array().into_iter().flatten().enumerate() {
            self.check_call(&format!("{place}.tool_calls[{index}]"), call)?;
        }
        Ok(())
    }

    /// Checks a tool call: `function` is an object with `name` and `arguments`, or the call itself has these keys.
    fn check_call(&self, place: &str, call: &Value) -> Result<()> {
        let invalid = |key: &str, found: &Value, expected: &str| {
            Err(invalid(&self.source, &format!("{place}{key}"), found, expected))
        };
        if !call.is_object() {
            return invalid("", call, "an object with the name of a function");
        }
        let (function, level) = match &call["function"] {
            Value::Null if call.get("name").is_some() => (call, ""),
            function if function.is_object() => (function, ".function"),
            other => return invalid(".function", other, "an object with the name of a function"),
        };
        if function["name"].as_str().is_none_or(|name| name.trim().is_empty()) {
            return invalid(&format!("{level}.name"), &function["name"], "the name of a function");
        }
        let place = format!("{place}{level}.arguments");
        let fault = match &function["arguments"] {
            Value::Null | Value::Object(_) => return Ok(()),
            Value::String(text) if text.trim().is_empty() => return Ok(()),
            Value::String(text) => match json::parse(text.as_bytes()) {
                Ok(Value::Object(_)) => return Ok(()),
                Ok(other) => Fault::new(FaultKind::InvalidMessages, &self.source)
                    .found(format!("{} in a string", json_type(&other))),
                Err(error) if error.is_data() => {
                    let fault = Fault::new(FaultKind::AmbiguousMessages, &self.source);
                    return Err(fault.subject(place).cause(error).into());
                }
                Err(error) => Fault::new(FaultKind::InvalidMessages, &self.source).cause(error),
            },
            other => Fault::new(FaultKind::InvalidMessages, &self.source).found(json_type(other)),
        };
        Err(fault.subject(place).expected("a JSON object").into())
    }

    /// Checks a part of a content that is a list.
    fn check_part(&self, place: &str, part: &Value) -> Result<()> {
        let kind = &part["type"];
        if part.is_string() || (kind == "text" && part["text"].is_string()) {
            return Ok(());
        }
        if kind == "text" {
            return Err(invalid(&self.source, &format!("{place}.text"), &part["text"], "a string"));
        }
        match kind.as_str() {
            Some(_) => {
                let fault = Fault::new(FaultKind::UnsupportedContent, &self.source).subject(place);
                Err(fault.found(kind).into())
            }
            None => Err(invalid(&self.source, place, part, "{\"type\": \"text\", \"text\": \"...\"}")),
        }
    }

    /// What the template gets, with the changes that transformers makes: keys with a null value are removed, and a
    /// model's reasoning is available under all its names. `parse_arguments` replaces the arguments of tool calls that
    /// are JSON in a string by the object, as vLLM does.
    pub(super) fn input(&self, parse_arguments: bool) -> TemplateInput {
        let prepare = |message: &Value| {
            let Some(fields) = message.as_object() else { return message.clone() };
            let mut fields: Map<String, Value> =
                fields.iter().filter(|(_, value)| !value.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
            let reasoning = REASONING.iter().find_map(|key| fields.get(*key));
            if let Some(reasoning) = reasoning.cloned() {
                fields.entry("thinking").or_insert_with(|| reasoning.clone());
                fields.insert("reasoning_content".into(), reasoning);
            }
            if parse_arguments {
                arguments(&mut fields).for_each(|arguments| {
                    let parsed = serde_json::from_str(arguments.as_str().unwrap_or_default());
                    *arguments = parsed.unwrap_or_else(|_| Value::Object(Map::new()));
                });
            }
            Value::Object(fields)
        };
        TemplateInput {
            messages: self.messages.iter().map(prepare).collect(),
            tools: self.tools.clone(),
            documents: self.documents.clone(),
            kwargs: self.template_kwargs.clone(),
            add_generation_prompt: self.ending == Ending::Answer,
        }
    }

    /// Whether the arguments of a tool call are a string.
    pub(super) fn has_string_arguments(&self) -> bool {
        let mut messages = self.messages.clone();
        messages.iter_mut().filter_map(Value::as_object_mut).any(|message| arguments(message).next().is_some())
    }

    /// Whether the content of a message is a list.
    pub(super) fn has_content_lists(&self) -> bool {
        self.messages.iter().any(|message| message["content"].is_array())
    }
}

/// The names of a model's reasoning, the preferred one first.
pub(super) const REASONING: [&str; 3] = ["reasoning_content", "thinking", "reasoning"];

/// What a chat template is given.
#[derive(Debug, Clone)]
pub(super) struct TemplateInput {
    pub(super) messages: Vec<Value>,
    pub(super) tools: Option<Value>,
    pub(super) documents: Option<Value>,
    pub(super) kwargs: Map<String, Value>,
    pub(super) add_generation_prompt: bool,
}

impl TemplateInput {
    /// Replaces contents that are lists by their texts, joined with newlines as vLLM does.
    pub(super) fn join_content_lists(&mut self) {
        for content in self.messages.iter_mut().filter_map(|message| message.get_mut("content")) {
            let Some(parts) = content.as_array() else { continue };
            let texts: Vec<&str> = parts.iter().filter_map(|part| part.as_str().or(part["text"].as_str())).collect();
            *content = texts.join("\n").into();
        }
    }

    /// Calls `change` with every string, the keys of objects included.
    pub(super) fn for_each_string(&mut self, change: &mut impl FnMut(&mut String)) {
        let values = self.messages.iter_mut().chain(&mut self.tools).chain(&mut self.documents);
        values.chain(self.kwargs.values_mut()).for_each(|value| strings(value, change));
    }

    /// All of it as JSON.
    pub(super) fn to_json(&self) -> String {
        serde_json::json!([self.messages, self.tools, self.documents, self.kwargs]).to_string()
    }
}

/// The text of a content that a change may be applied to: the string itself, or the last text of a list.
pub(super) fn last_text(content: &mut Value) -> Option<&mut String> {
    match content {
        Value::String(text) => Some(text),
        Value::Array(parts) => parts.iter_mut().rev().find_map(|part| match part {
            Value::String(text) => Some(text),
            part => match part.get_mut("text") {
                Some(Value::String(text)) => Some(text),
                _ => None,
            },
        }),
        _ => None,
    }
}

fn strings(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| strings(item, change)),
        Value::Object(fields) => {
            let changed = std::mem::take(fields).into_iter().map(|(mut key, mut value)| {
                change(&mut key);
                strings(&mut value, change);
                (key, value)
            });
            *fields = changed.collect();
        }
        _ => {}
    }
}

/// The arguments of the tool calls of a message, where they are a string.
fn arguments(message: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    let calls = message.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten();
    let functions = calls.filter_map(|call| match call.get("function").is_some_and(Value::is_object) {
        true => call.get_mut("function"),
        false => Some(call),
    });
    functions.filter_map(|function| function.get_mut("arguments")).filter(|arguments| arguments.is_string())
}

/// Removes a list of objects from `object`.
fn objects(path: &Path, object: &mut Map<String, Value>, key: &str) -> Result<Option<Value>> {
    let Some(list) = object.remove(key) else { return Ok(None) };
    let Some(items) = list.as_array() else { return Err(invalid(path, key, &list, "a list of objects")) };
    match items.iter().position(|item| !item.is_object()) {
        Some(index) => Err(invalid(path, &format!("{key}[{index}]"), &items[index], "an object")),
        None => Ok(Some(list)),
    }
}

/// How the prompt ends, and the key that says that it does not end within the last message.
fn ending(path: &Path, object: &Map<String, Value>) -> Result<(Ending, Option<&'static str>)> {
    let flag = |key: &str| match object.get(key) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(other) => Err(invalid(path, key, other, "true or false")),
    };
    match (flag("add_generation_prompt")?, flag("continue_final_message")?) {
        (Some(true), Some(true)) => {
            let fault = Fault::new(FaultKind::InvalidMessages, path).subject("continue_final_message");
            Err(fault.found("true").expected("false with add_generation_prompt").into())
        }
        (_, Some(true)) => Ok((Ending::ContinueLast, None)),
        (Some(true), _) => Ok((Ending::Answer, Some("add_generation_prompt"))),
        (add, continued) => {
            let ending = if add == Some(false) { Ending::Closed } else { Ending::Answer };
            Ok((ending, continued.map(|_| "continue_final_message")))
        }
    }
}

/// The text of a file without its byte order mark.
fn utf8<'b>(path: &Path, bytes: &'b [u8]) -> Result<&'b [u8]> {
    let fault = Fault::new(FaultKind::NotUtf8, path);
    // The first character of JSON is in ASCII.
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, ..] | [_, 0, 0, 0, ..] => return Err(fault.found("UTF-32").into()),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => return Err(fault.found("UTF-16").into()),
        _ => {}
    }
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    match std::str::from_utf8(text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let place = bytes.len() - text.len() + error.valid_up_to();
            Err(fault.subject(format!("byte {place}")).into())
        }
    }
}

/// The error of a file that [`json::parse`] refuses.
fn not_json(path: &Path, error: &serde_json::Error) -> Error {
    let kind = if error.is_data() { FaultKind::AmbiguousMessages } else { FaultKind::MessagesNotJson };
    Fault::new(kind, path).cause(error).into()
}

/// A fault of several keys. The first ones are named.
pub(super) fn listed(fault: Fault, keys: &[impl AsRef<str>]) -> Fault {
    const NAMED: usize = 8;
    let named: Vec<&str> = keys.iter().take(NAMED).map(AsRef::as_ref).collect();
    fault.subject(named.join(", ")).more(keys.len() - named.len())
}

fn invalid(path: &Path, subject: &str, found: &Value, expected: &str) -> Error {
    let fault = Fault::new(FaultKind::InvalidMessages, path).found(json_type(found)).expected(expected);
    if subject.is_empty() { fault.into() } else { fault.subject(subject).into() }
}

/// The JSON type of a value, with its article, for errors.
pub(super) fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.trim().is_empty() => "an empty string",
        Value::String(_) => "a string",
        Value::Array(list) if list.is_empty() => "an empty list",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
