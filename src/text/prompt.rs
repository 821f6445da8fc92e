//! Encodes a prompt (text, conversation or ids) as token ids.

use super::chat::ChatSources;
use super::{ChatTemplate, Conversation, Tokenizer};
use crate::error::{Error, Fault, FaultKind, RequestError, Resource, Result};

/// The input of the model.
#[derive(Debug, Clone)]
pub enum Prompt {
    /// Raw text.
    Text(String),
    /// A conversation for the chat template.
    Chat(Conversation),
    /// Token ids, used unchanged.
    Ids(Vec<u32>),
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
}

impl PromptEncoder<'_> {
    /// The token ids of a prompt. They are not checked against the model's vocabulary.
    ///
    /// # Errors
    /// [`Error::NotFound`] for text without a tokenizer and for a conversation without a chat template;
    /// [`RequestError::EmptyPrompt`]; a [`Fault`] if the tokenizer or the template fails or its output is empty.
    pub fn encode(&self, prompt: &Prompt) -> Result<Vec<u32>> {
        match prompt {
            Prompt::Text(text) if text.is_empty() => Err(RequestError::EmptyPrompt.into()),
            Prompt::Text(text) => {
                let tokenizer = self.require_tokenizer()?;
                non_empty(tokenizer.encode_prompt(text)?, tokenizer)
            }
            Prompt::Chat(conversation) => {
                let tokenizer = self.require_tokenizer()?;
                non_empty(tokenizer.encode(&self.render(conversation)?)?, tokenizer)
            }
            Prompt::Ids(ids) => Ok(ids.clone()),
        }
    }

    /// The conversation rendered by the chat template, with the generation prompt.
    fn render(&self, conversation: &Conversation) -> Result<String> {
        let template = ChatTemplate::from_sources(self.chat)?
            .ok_or_else(|| Error::not_found(Resource::ChatTemplate, self.model))?;
        let text = template.render(conversation, true)?;
        if text.is_empty() {
            let template = format!("chat template of {}", self.model);
            return Err(Fault::new(FaultKind::EmptyTemplateOutput, template).into());
        }
        Ok(text)
    }

    fn require_tokenizer(&self) -> Result<&Tokenizer> {
        self.tokenizer.ok_or_else(|| Error::not_found(Resource::Tokenizer, self.model))
    }
}

/// `ids`, or [`FaultKind::NoTokens`] if they are empty.
fn non_empty(ids: Vec<u32>, tokenizer: &Tokenizer) -> Result<Vec<u32>> {
    if ids.is_empty() { Err(Fault::new(FaultKind::NoTokens, tokenizer.path()).into()) } else { Ok(ids) }
}
