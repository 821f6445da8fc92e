//! Checks that a chat template renders everything that a conversation contains. Templates skip what they do not know,
//! such as a message with another role, and the model would answer without it.
//!
//! A template is a program, so what it uses is found by running it: it renders a message if a private character in the
//! content reaches the text. The character is tried at the end, at the start and in place of the content, because a
//! template may drop a part of it on purpose, such as the reasoning of an earlier answer. Tools and documents are used
//! if the text is another one without them.

use std::collections::HashSet;

use serde_json::Value;

use super::ChatTemplate;
use super::chat::Template;
use super::conversation::{Conversation, REASONING, TemplateInput, last_text};
use super::plain::{PrivateChars, is_private};
use crate::error::{Error, Fault, FaultKind, Result};

/// A part of a conversation that is to be found in the text.
struct Part {
    /// Index of the message.
    message: usize,
    /// Index of the tool call; `None` for the content.
    call: Option<usize>,
    /// The character that is searched.
    mark: char,
}

/// How the character is put into a part.
#[derive(Clone, Copy)]
enum Probe {
    Append,
    Prepend,
    Replace,
}

/// Checks a conversation whose `input` the template has rendered as `text`. Returns warnings.
///
/// # Errors
/// [`FaultKind::RoleNotRendered`], [`FaultKind::MessageNotRendered`] and [`FaultKind::InputNotUsed`].
pub(super) fn check_rendered(
    template: &ChatTemplate,
    conversation: &Conversation,
    input: &TemplateInput,
    text: &str,
    private: &mut PrivateChars,
) -> Result<Vec<Fault>> {
    let is_used = |list: &Option<Value>, without: TemplateInput, private: &mut PrivateChars| {
        let is_empty = list.as_ref().and_then(Value::as_array).is_none_or(Vec::is_empty);
        is_empty || template.render_ending(&without, conversation, private).map_or(true, |other| other != text)
    };
    let unused =
        |name: &str| -> Error { Fault::new(FaultKind::InputNotUsed, &conversation.source).subject(name).into() };
    if !is_used(&input.tools, TemplateInput { tools: None, ..input.clone() }, private) {
        return Err(unused("tools"));
    }
    if !is_used(&input.documents, TemplateInput { documents: None, ..input.clone() }, private) {
        return Err(unused("documents"));
    }
    let selected = template.select(input)?;
    let mut warnings = Vec::new();
    for Part { message, call, .. } in missing_parts(template, input, private) {
        let place = format!("messages[{message}]");
        let fields = &input.messages[message];
        if let Some(call) = call {
            return Err(unused(&format!("{place}.tool_calls[{call}]")));
        }
        let is_blank = last_text(&mut fields["content"].clone()).is_none_or(|text| text.trim().is_empty());
        match fields["tool_calls"].as_array().is_some_and(|calls| !calls.is_empty()) {
            // The calls are rendered in place of the content.
            true if is_blank => {}
            true => {
                let fault = Fault::new(FaultKind::UnreadKey, &conversation.source);
                warnings.push(fault.subject(format!("{place}.content")));
            }
            false => return Err(not_rendered(conversation, selected, message).into()),
        }
    }
    warnings.extend(unread_keys(conversation, selected));
    Ok(warnings)
}

/// The fault of a message that is not rendered.
fn not_rendered(conversation: &Conversation, template: &Template, message: usize) -> Fault {
    let role = &conversation.messages[message]["role"];
    let known: Vec<&str> =
        ["system", "developer", "user", "assistant", "tool"].into_iter().filter(|role| template.quotes(role)).collect();
    let named = role.as_str().is_some_and(|role| template.quotes(role));
    let kind = if named { FaultKind::MessageNotRendered } else { FaultKind::RoleNotRendered };
    let fault = Fault::new(kind, &conversation.source).subject(format!("messages[{message}]")).found(role);
    if named { fault } else { fault.expected(known.join(", ")) }
}

/// The contents and tool calls that are not found in the text, however they are marked.
fn missing_parts(template: &ChatTemplate, input: &TemplateInput, private: &mut PrivateChars) -> Vec<Part> {
    let mut parts = Vec::new();
    for (message, fields) in input.messages.iter().enumerate() {
        let calls = fields["tool_calls"].as_array().map_or(0, Vec::len);
        let content = last_text(&mut fields["content"].clone()).is_some();
        for call in content.then_some(None).into_iter().chain((0..calls).map(Some)) {
            parts.extend(private.next().map(|mark| Part { message, call, mark }));
        }
    }
    let mut is_checked = false;
    for probe in [Probe::Append, Probe::Prepend, Probe::Replace] {
        if parts.is_empty() {
            break;
        }
        let mut marked = input.clone();
        for part in &parts {
            mark(&mut marked.messages[part.message], part, probe);
        }
        // A template may refuse the changed messages.
        let Ok(text) = template.render_input(&marked) else { continue };
        is_checked = true;
        let found: HashSet<char> = text.chars().filter(|c| is_private(*c)).collect();
        parts.retain(|part| !found.contains(&part.mark) && !text.contains(&escaped_in_json(part.mark)));
    }
    if is_checked { parts } else { Vec::new() }
}

/// Puts the character of `part` into its text: the content, or the name of the function.
fn mark(message: &mut Value, part: &Part, probe: Probe) {
    let text = match part.call {
        None => last_text(&mut message["content"]),
        Some(call) => {
            let call = &mut message["tool_calls"][call];
            let function = if call["function"].is_object() { &mut call["function"] } else { call };
            match &mut function["name"] {
                Value::String(name) => Some(name),
                other => {
                    *other = Value::String(String::new());
                    last_text(other)
                }
            }
        }
    };
    match (text, probe) {
        (None, _) => {}
        (Some(text), Probe::Append) => text.push(part.mark),
        (Some(text), Probe::Prepend) => text.insert(0, part.mark),
        (Some(text), Probe::Replace) => *text = part.mark.into(),
    }
}

/// `c` as a JSON writer escapes it that writes ASCII only.
fn escaped_in_json(c: char) -> String {
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// Warnings about keys that have a value and that the template does not mention, and about roles that are neither
/// usual nor mentioned.
fn unread_keys(conversation: &Conversation, template: &Template) -> Vec<Fault> {
    let mut warnings: Vec<Fault> = Vec::new();
    let mut warn = |kind, subject: String, found: &str| {
        let same = |fault: &&mut Fault| {
            let key = |subject: &str| subject.rsplit_once('.').map(|(_, key)| key.to_string());
            fault.kind == kind && fault.found == found && key(&fault.subject) == key(&subject)
        };
        match warnings.iter_mut().find(same) {
            Some(fault) => fault.more += 1,
            None => warnings.push(Fault::new(kind, &conversation.source).subject(subject).found(found)),
        }
    };
    let compact: String = template.source.chars().filter(|c| !c.is_whitespace()).collect();
    let reads_all = ["message|tojson", "messages|tojson", "message.items()", "message|items"];
    let reads_all = reads_all.iter().any(|all| compact.contains(all));
    let is_read = |key: &str| reads_all || template.mentions(key);
    for (index, message) in conversation.messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        let usual = ["system", "developer", "user", "assistant", "tool", "function"];
        if !usual.contains(&role) && !template.quotes(role) {
            warn(FaultKind::UnknownRole, format!("messages[{index}]"), &message["role"].to_string());
        }
        for (key, value) in message.as_object().into_iter().flatten() {
            let is_known = match key.as_str() {
                "role" | "content" | "tool_calls" | "tool_call_id" => true,
                "name" if role == "tool" => true,
                key if REASONING.contains(&key) => REASONING.iter().any(|key| is_read(key)),
                key => is_read(key),
            };
            if !is_known && !is_empty(value) {
                warn(FaultKind::UnreadKey, format!("messages[{index}].{key}"), "");
            }
        }
        for (part, value) in message["content"].as_array().into_iter().flatten().enumerate() {
            for (key, value) in value.as_object().into_iter().flatten() {
                if !["type", "text"].contains(&key.as_str()) && !is_empty(value) && !is_read(key) {
                    warn(FaultKind::UnreadKey, format!("messages[{index}].content[{part}].{key}"), "");
                }
            }
        }
    }
    for key in conversation.template_kwargs.keys().filter(|key| !template.mentions(key)) {
        warn(FaultKind::UnreadKey, format!("chat_template_kwargs.{key}"), "");
    }
    warnings
}

/// Whether a value says nothing: null, or an empty string, list or object.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
