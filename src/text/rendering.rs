//! A conversation as the text of a prompt: what the template is given, and where the text ends.

use serde_json::Map;

use super::checks::check_rendered;
use super::conversation::{Conversation, Ending, TemplateInput, last_text};
use super::plain::{PrivateChars, cut_special_texts};
use super::{ChatTemplate, chat};
use crate::error::{Error, Fault, FaultKind, Result};

/// A rendered conversation.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) text: String,
    /// The character that separates the texts of special tokens in the conversation; `None` if there are none.
    pub(super) cut: Option<char>,
    /// What the template does not use.
    pub(super) warnings: Vec<Fault>,
}

impl ChatTemplate {
    /// The text of the prompt, as transformers' `apply_chat_template(tokenize=False)`. Special tokens in the content of
    /// messages are not distinguished from those of the template.
    ///
    /// # Errors
    /// [`FaultKind::TemplateRefused`] with the message of the template's `raise_exception`;
    /// [`FaultKind::TemplateFailed`]; [`FaultKind::TemplateLimit`] if a limit is exceeded;
    /// [`FaultKind::CannotContinue`]; [`MachineError`](crate::error::MachineError) if the template's thread cannot be
    /// started.
    pub fn render(&self, conversation: &Conversation) -> Result<String> {
        let (input, mut private) = self.prepare(conversation, &[])?;
        let text = self.render_ending(&input, conversation, &mut private);
        text.map_err(|error| self.name_failure(error, conversation, &input))
    }

    /// Renders the conversation and checks that the template uses all of it. The texts of the tokens `special` in the
    /// conversation are kept apart from the special tokens of the template.
    ///
    /// # Errors
    /// Those of [`render`](Self::render), and [`FaultKind::RoleNotRendered`], [`FaultKind::MessageNotRendered`] and
    /// [`FaultKind::InputNotUsed`].
    pub(super) fn render_checked(&self, conversation: &Conversation, special: &[&str]) -> Result<Rendered> {
        let (mut input, mut private) = self.prepare(conversation, special)?;
        let cut = private.next().filter(|cut| cut_special_texts(&mut input, special, *cut));
        let text = self.render_ending(&input, conversation, &mut private);
        let text = text.map_err(|error| self.name_failure(error, conversation, &input))?;
        let warnings = match check_rendered(self, conversation, &input, &text, &mut private) {
            // The caller refuses an empty text, and a template that renders no role has no better message.
            Err(error) if text.is_empty() && error.fault().is_some_and(|fault| fault.expected.is_empty()) => Vec::new(),
            checked => checked?,
        };
        Ok(Rendered { text, cut, warnings })
    }

    /// `error`, with the part of the conversation that the template fails on. A template that fails on one plain message
    /// too is itself at fault.
    fn name_failure(&self, error: Error, conversation: &Conversation, input: &TemplateInput) -> Error {
        const SEARCHED: usize = 64;
        let is_failure = |error: &Error| error.fault().is_some_and(|fault| fault.kind == FaultKind::TemplateFailed);
        let fails = |input: &TemplateInput| self.render_input(input).is_err_and(|error| is_failure(&error));
        let messages = vec![serde_json::json!({"role": "user", "content": "x"})];
        let plain = TemplateInput { messages, tools: None, documents: None, kwargs: Map::new(), ..input.clone() };
        let Some(fault) = error.fault().filter(|_| is_failure(&error) && !fails(&plain)) else { return error };
        let first = |count| TemplateInput { messages: input.messages[..count].to_vec(), ..input.clone() };
        let subject = if fails(&TemplateInput { tools: input.tools.clone(), ..plain.clone() }) {
            "tools".into()
        } else if fails(&TemplateInput { documents: input.documents.clone(), ..plain.clone() }) {
            "documents".into()
        } else if fails(&TemplateInput { kwargs: input.kwargs.clone(), ..plain.clone() }) {
            "chat_template_kwargs".into()
        } else {
            match (1..=input.messages.len().min(SEARCHED)).find(|count| fails(&first(*count))) {
                Some(count) => format!("messages[{}]", count - 1),
                None => "messages".into(),
            }
        };
        // Whoever sent the messages may not know where the file is.
        let file = fault.file.file_name().unwrap_or(fault.file.as_os_str()).to_string_lossy();
        let cause = format!("{file}: {}", fault.cause);
        Fault::new(FaultKind::TemplateFailed, &conversation.source).subject(subject).cause(cause).into()
    }

    /// What the template is given, and the private characters that do not occur in it.
    ///
    /// Arguments of tool calls that are JSON in a string are parsed, unless the template needs them as strings.
    /// Contents that are lists stay lists if the template reads lists, and are joined otherwise.
    fn prepare(&self, conversation: &Conversation, special: &[&str]) -> Result<(TemplateInput, PrivateChars)> {
        let mut input = conversation.input(true);
        let json = input.to_json();
        let mut private = PrivateChars::new(self.source_texts().chain(special.iter().copied()).chain([json.as_str()]));
        let lists = conversation.has_content_lists() && self.reads_content_lists(&input, &mut private)?;
        if !lists {
            input.join_content_lists();
        }
        if conversation.has_string_arguments()
            && let Err(error) = self.render_input(&input)
            && error.fault().is_some_and(|fault| fault.kind == FaultKind::TemplateFailed)
        {
            let mut unparsed = conversation.input(false);
            if !lists {
                unparsed.join_content_lists();
            }
            if self.render_input(&unparsed).is_ok() {
                input = unparsed;
            }
        }
        Ok((input, private))
    }

    /// Whether the template reads contents that are lists: it renders the text of every part, and not as a Python or
    /// JSON list.
    fn reads_content_lists(&self, input: &TemplateInput, private: &mut PrivateChars) -> Result<bool> {
        let mut probe = input.clone();
        let mut marks = Vec::new();
        let contents = probe.messages.iter_mut().filter_map(|message| message.get_mut("content")?.as_array_mut());
        for part in contents.flatten() {
            if let Some(mark) = private.next() {
                *part = serde_json::json!({"type": "text", "text": mark});
                marks.push(mark);
            }
        }
        match self.render_input(&probe) {
            Ok(text) => {
                let quoted = |mark: char| ["'", "\""].iter().any(|q| text.contains(&format!("{q}{mark}{q}")));
                Ok(marks.iter().all(|mark| text.contains(*mark) && !quoted(*mark)))
            }
            Err(error) if chat::is_template_fault(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Renders `input`, and cuts the text after the last message if the model is to continue it. The end is found as in
    /// transformers: by a tag and a space that are appended to the content; if the template removes the space, it
    /// removes white space at the end of the content.
    pub(super) fn render_ending(
        &self,
        input: &TemplateInput,
        conversation: &Conversation,
        private: &mut PrivateChars,
    ) -> Result<String> {
        if conversation.ending != Ending::ContinueLast {
            return self.render_input(input);
        }
        let last = conversation.messages.len().saturating_sub(1);
        let fault = |cause: &str| {
            let fault = Fault::new(FaultKind::CannotContinue, &conversation.source);
            fault.subject(format!("messages[{last}]")).cause(cause)
        };
        let role = conversation.messages.last().and_then(|message| message["role"].as_str()).unwrap_or_default();
        if role != "assistant" {
            return Err(fault("it is not by the assistant").found(format!("role {role:?}")).into());
        }
        let mut tagged = input.clone();
        let content = tagged.messages.last_mut().and_then(|message| message.get_mut("content")).and_then(last_text);
        // Two characters: a template may also write the end of a content backwards.
        let tag: String = private.take(2).collect();
        let Some(content) = content.filter(|_| !tag.is_empty()) else {
            return Err(fault("it has no content").into());
        };
        let whole = content.trim().to_string();
        content.push_str(&tag);
        content.push(' ');
        let mut text = self.render_input(&tagged)?;
        let Some(end) = text.rfind(&tag).filter(|_| text.contains(&whole)) else {
            return Err(fault("the chat template changes its content").into());
        };
        let keeps_spaces = text[end + tag.len()..].starts_with(' ');
        text.truncate(end);
        if !keeps_spaces {
            text.truncate(text.trim_end().len());
        }
        Ok(text)
    }
}
