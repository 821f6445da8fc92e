//! Checks that a chat template renders everything that a conversation contains. Templates skip what they do not know,
//! such as a message with another role, and the model would answer without it.
//!
//! A template is a program, so what it uses is found by running it: it renders a message if a private character in the
//! content reaches the text. The character is tried at the end, at the start and in place of the content, because a
//! template may drop a part of it on purpose, such as the reasoning of an earlier answer. Tools and documents are used
//! if the text is another one without them. A key of a message that is neither its role nor its content is read if the
//! text changes with it; its name in the source of the template proves nothing, because other objects have such a key.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::ChatTemplate;
use super::chat::Template;
use super::conversation::{Conversation, REASONING, TemplateInput, last_text, listed};
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
    let mut unread = Vec::new();
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
            true => unread.push(format!("{place}.content")),
            false => return Err(not_rendered(conversation, selected, message).into()),
        }
    }
    unread.extend(Run { template, conversation, input, text }.unread_keys(private));
    unread.extend(unmentioned(conversation, selected));
    let mut warnings = unknown_roles(conversation, selected);
    if !unread.is_empty() {
        warnings.push(listed(Fault::new(FaultKind::UnreadKey, &conversation.source), &unread));
    }
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

/// A key of a message, or of a part of it, that not every template reads.
struct Extra<'c> {
    /// Index of the message.
    message: usize,
    /// The object with the key, as a JSON pointer within the message.
    object: String,
    key: &'c str,
    /// Equal keys of the same role and the same kind of object are tried together.
    group: (&'c str, &'static str, &'c str),
}

impl Extra<'_> {
    fn place(&self) -> String {
        let object = self.object.split('/').filter(|step| !step.is_empty());
        let steps = object.map(|step| match step.parse::<usize>() {
            Ok(index) => format!("[{index}]"),
            Err(_) => format!(".{step}"),
        });
        format!("messages[{}]{}.{}", self.message, steps.collect::<String>(), self.key)
    }
}

/// The keys with a value that a template may leave out unnoticed. Keys that only link a call to its result are not
/// among them, nor is reasoning, which templates leave out of earlier answers on purpose.
fn extra_keys(conversation: &Conversation) -> Vec<Extra<'_>> {
    let mut extras = Vec::new();
    for (message, fields) in conversation.messages.iter().enumerate() {
        let role = fields["role"].as_str().unwrap_or_default();
        let mut objects: Vec<(&'static str, String, &Value, &[&str])> = Vec::new();
        let known: &[&str] = match role {
            "tool" => &["role", "content", "tool_calls", "tool_call_id", "name"],
            _ => &["role", "content", "tool_calls", "tool_call_id"],
        };
        objects.push(("message", String::new(), fields, known));
        for (index, call) in fields["tool_calls"].as_array().into_iter().flatten().enumerate() {
            let object = format!("/tool_calls/{index}");
            let function = &call["function"];
            let known: &[&str] = match function.is_object() {
                true => &["id", "type", "index", "function"],
                false => &["id", "type", "index", "name"],
            };
            objects.push(("call", object.clone(), call, known));
            objects.push(("function", format!("{object}/function"), function, &["name"]));
        }
        for (index, part) in fields["content"].as_array().into_iter().flatten().enumerate() {
            objects.push(("part", format!("/content/{index}"), part, &["type", "text"]));
        }
        for (kind, object, value, known) in objects {
            for (key, value) in value.as_object().into_iter().flatten() {
                let is_reasoning = kind == "message" && REASONING.contains(&key.as_str());
                let is_nothing = is_empty(value) || (key == "arguments" && *value == Value::Object(Map::new()));
                if !known.contains(&key.as_str()) && !is_reasoning && !is_nothing {
                    extras.push(Extra { message, object: object.clone(), key, group: (role, kind, key) });
                }
            }
        }
    }
    extras
}

/// A conversation that the template has rendered as `text`.
struct Run<'c> {
    template: &'c ChatTemplate,
    conversation: &'c Conversation,
    input: &'c TemplateInput,
    text: &'c str,
}

impl Run<'_> {
    /// Whether the template reads one of the keys: the text is another one without them, or with other values.
    fn reads(&self, extras: &[&Extra], private: &mut PrivateChars) -> bool {
        let mark = private.next().map(String::from);
        let replace = |value: &mut Value| match value {
            Value::Bool(flag) => *flag = !*flag,
            other => *other = mark.clone().unwrap_or_default().into(),
        };
        [true, false].into_iter().any(|remove| {
            let mut other = self.input.clone();
            for extra in extras {
                let message = other.messages.get_mut(extra.message);
                let object = message.and_then(|message| message.pointer_mut(&extra.object)?.as_object_mut());
                // Only the texts of a list that is joined are left.
                let Some(object) = object else { continue };
                match object.get_mut(extra.key) {
                    Some(_) if remove => drop(object.shift_remove(extra.key)),
                    Some(value) => replace(value),
                    None => return true,
                }
            }
            let text = self.template.render_ending(&other, self.conversation, private);
            text.map_or(true, |text| text != self.text)
        })
    }

    /// The places of the keys that the template does not read. The number of renderings is limited, and what they do
    /// not show to be unread is taken as read.
    fn unread_keys(&self, private: &mut PrivateChars) -> Vec<String> {
        /// Each takes two renderings.
        const MAX_TRIALS: usize = 32;
        const MAX_BYTES: usize = 8 << 20;
        let extras = extra_keys(self.conversation);
        let all: Vec<&Extra> = extras.iter().collect();
        let mut trials = (MAX_BYTES / self.input.to_json().len().max(1)).clamp(2, MAX_TRIALS);
        let mut is_unread = |extras: &[&Extra]| {
            let may_try = trials > 0;
            trials = trials.saturating_sub(1);
            may_try && !self.reads(extras, private)
        };
        if all.is_empty() || is_unread(&all) {
            return all.iter().map(|extra| extra.place()).collect();
        }
        let mut groups: Vec<Vec<&Extra>> = Vec::new();
        for extra in all {
            let same = |group: &Vec<&Extra>| group.first().is_some_and(|other| other.group == extra.group);
            match groups.iter().position(same) {
                Some(index) => groups[index].push(extra),
                None if groups.len() < MAX_TRIALS => groups.push(vec![extra]),
                None => {}
            }
        }
        let mut places = Vec::new();
        for group in groups {
            let unread: Vec<&Extra> = match is_unread(&group) {
                true => group,
                false if group.len() == 1 => Vec::new(),
                false => group.into_iter().filter(|extra| is_unread(&[extra])).collect(),
            };
            places.extend(unread.into_iter().map(Extra::place));
        }
        places
    }
}

/// Warnings about roles that are neither usual nor mentioned.
fn unknown_roles(conversation: &Conversation, template: &Template) -> Vec<Fault> {
    let mut warnings: Vec<Fault> = Vec::new();
    let usual = ["system", "developer", "user", "assistant", "tool", "function"];
    for (index, message) in conversation.messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        if usual.contains(&role) || template.quotes(role) {
            continue;
        }
        let found = message["role"].to_string();
        let fault = Fault::new(FaultKind::UnknownRole, &conversation.source).subject(format!("messages[{index}]"));
        let fault = fault.found(found);
        match warnings.iter_mut().find(|other| other.found == fault.found) {
            Some(other) => other.more += 1,
            None => warnings.push(fault),
        }
    }
    warnings
}

/// The places of reasoning and of further variables that the template does not mention.
fn unmentioned(conversation: &Conversation, template: &Template) -> Vec<String> {
    let compact: String = template.source.chars().filter(|c| !c.is_whitespace()).collect();
    let reads_all = ["message|tojson", "messages|tojson", "message.items()", "message|items"];
    let reads_reasoning =
        reads_all.iter().any(|all| compact.contains(all)) || REASONING.iter().any(|key| template.mentions(key));
    let mut places = Vec::new();
    for (index, message) in conversation.messages.iter().enumerate().filter(|_| !reads_reasoning) {
        let keys = REASONING.iter().filter(|key| !is_empty(&message[**key]));
        places.extend(keys.map(|key| format!("messages[{index}].{key}")));
    }
    let variables = conversation.template_kwargs.keys().filter(|key| !template.mentions(key));
    places.extend(variables.map(|key| format!("chat_template_kwargs.{key}")));
    places
}

/// Whether a value says nothing: null, or an empty string or list.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
