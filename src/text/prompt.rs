//! Encodes a prompt (text, conversation or ids) as token ids.

use super::chat::ChatSources;
use super::rendering::Rendered;
use super::{ChatTemplate, Conversation, Tokenizer};
use crate::error::{Error, Fault, FaultKind, RequestError, Resource, Result};

/// The input of the model.
#[derive(Debug, Clone)]
pub enum Prompt {
    /// Raw text. Special tokens in it are recognised.
    Text(String),
    /// A conversation for the chat template.
    Chat(Box<Conversation>),
    /// Token ids, used unchanged.
    Ids(Vec<u32>),
}

/// The token ids of a prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedPrompt {
    /// Its tokens, at least one except for [`Prompt::Ids`].
    pub ids: Vec<u32>,
    /// What the chat template does not use of a conversation.
    pub warnings: Vec<Fault>,
}

/// Encodes prompts with a model's tokenizer and chat template.
#[derive(Clone, Copy)]
pub struct PromptEncoder<'a> {
    /// The model's name as the user gave it, for errors.
    pub model: &'a str,
    /// Without one, only [`Prompt::Ids`] can be encoded.
    pub tokenizer: Option<&'a Tokenizer>,
    /// The files that may contain a chat template; used only for [`Prompt::Chat`].
    pub chat: ChatSources<'a>,
    /// The number of tokens that a prompt may have, and that it may have at most with any context.
    pub context: Option<(usize, usize)>,
}

/// Texts below this size are encoded without asking first whether they can fit: encoding takes a few milliseconds.
const SMALL_TEXT: usize = 1 << 16;

impl PromptEncoder<'_> {
    /// The token ids of a prompt. They are not checked against the model's vocabulary, and their number is only
    /// estimated for large texts.
    ///
    /// # Errors
    /// [`Error::NotFound`] for text without a tokenizer and for a conversation without a chat template;
    /// [`RequestError::EmptyPrompt`]; [`RequestError::PromptTooLong`]; a [`Fault`] if the tokenizer or the template
    /// fails, if its output is empty, or if the template leaves a part of the conversation out.
    pub fn encode(&self, prompt: &Prompt) -> Result<EncodedPrompt> {
        match prompt {
            Prompt::Text(text) if text.is_empty() => Err(RequestError::EmptyPrompt.into()),
            Prompt::Text(text) => {
                let tokenizer = self.require_tokenizer()?;
                self.check_length(tokenizer, text)?;
                non_empty(tokenizer.encode_prompt(text)?, tokenizer, Vec::new())
            }
            Prompt::Chat(conversation) => {
                let tokenizer = self.require_tokenizer()?;
                let special = if conversation.parse_special { Vec::new() } else { tokenizer.special_texts() };
                let Rendered { text, cut, warnings } = self.render(conversation, &special)?;
                self.check_length(tokenizer, &text)?;
                let ids = match cut {
                    Some(cut) => tokenizer.encode_with_cuts(&text, cut)?,
                    None => tokenizer.encode(&text)?,
                };
                non_empty(ids, tokenizer, warnings)
            }
            Prompt::Ids(ids) => Ok(EncodedPrompt { ids: ids.clone(), warnings: Vec::new() }),
        }
    }

    /// The conversation rendered by the chat template.
    fn render(&self, conversation: &Conversation, special: &[&str]) -> Result<Rendered> {
        let template = ChatTemplate::from_sources(self.chat)?.ok_or_else(|| Error::NotFound {
            what: Resource::ChatTemplate,
            name: self.model.into(),
            details: match self.chat.tokenizer_config {
                Some((path, _)) => format!("{} has no chat_template", path.display()),
                None => "there is no tokenizer_config.json, chat_template.jinja or chat_template.json".into(),
            },
        })?;
        let names_developer = || template.source_texts().any(|source| source.contains("developer"));
        let rendered = match conversation.developer_is_system && !names_developer() {
            true => template.render_checked(&without_developer(conversation), special)?,
            false => template.render_checked(conversation, special)?,
        };
        if rendered.text.is_empty() {
            let template = format!("chat template of {}", self.model);
            return Err(Fault::new(FaultKind::EmptyTemplateOutput, template).into());
        }
        Ok(rendered)
    }

    /// Refuses a text that has more tokens than the context, if that is certain without encoding it.
    fn check_length(&self, tokenizer: &Tokenizer, text: &str) -> Result<()> {
        let Some((context, maximum)) = self.context.filter(|_| text.len() >= SMALL_TEXT) else { return Ok(()) };
        let tokens = tokenizer.min_tokens(text);
        if tokens <= context {
            return Ok(());
        }
        Err(RequestError::PromptTooLong { tokens, exact: false, context, maximum }.into())
    }

    fn require_tokenizer(&self) -> Result<&Tokenizer> {
        self.tokenizer.ok_or_else(|| Error::not_found(Resource::Tokenizer, self.model))
    }
}

/// The same conversation with the role `system` in place of `developer`.
fn without_developer(conversation: &Conversation) -> Conversation {
    let mut conversation = conversation.clone();
    for message in conversation.messages.iter_mut().filter(|message| message["role"] == "developer") {
        message["role"] = "system".into();
    }
    conversation
}

/// `ids`, or [`FaultKind::NoTokens`] if they are empty.
fn non_empty(ids: Vec<u32>, tokenizer: &Tokenizer, warnings: Vec<Fault>) -> Result<EncodedPrompt> {
    if ids.is_empty() {
        return Err(Fault::new(FaultKind::NoTokens, tokenizer.path()).into());
    }
    Ok(EncodedPrompt { ids, warnings })
}
