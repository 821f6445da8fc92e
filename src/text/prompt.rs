//! From a prompt to the token ids that the model reads.

use super::chat::ChatSources;
use super::{ChatTemplate, Conversation, Tokenizer};
use crate::error::{Error, Fault, FaultKind, RequestError, Result, Wanted};

/// What the model is to read.
#[derive(Debug, Clone)]
pub enum Prompt {
    /// Raw text.
    Text(String),
    /// A conversation for the chat template.
    Chat(Conversation),
    /// Token ids as they are.
    Ids(Vec<u32>),
}

/// What turns a prompt into token ids.
#[derive(Clone, Copy)]
pub struct PromptEncoder<'a> {
    /// What the user calls the model, for errors.
    pub model: &'a str,
    /// None: only token ids can be read.
    pub tokenizer: Option<&'a Tokenizer>,
    /// The files that may hold a chat template; they are read only for [`Prompt::Chat`].
    pub chat: ChatSources<'a>,
}

impl PromptEncoder<'_> {
    /// The token ids of a prompt; the caller checks them against the vocabulary.
    ///
    /// # Errors
    /// [`Error::NotFound`] for text without a tokenizer and for a conversation without a chat template;
    /// [`RequestError::EmptyPrompt`]; a [`Fault`] if the tokenizer or the template fails, or gives nothing.
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

    /// The conversation as the chat template writes it.
    fn render(&self, conversation: &Conversation) -> Result<String> {
        let template =
            ChatTemplate::from_sources(self.chat)?.ok_or_else(|| Error::not_found(Wanted::ChatTemplate, self.model))?;
        let text = template.render(conversation, true)?;
        if text.is_empty() {
            let template = format!("chat template of {}", self.model);
            return Err(Fault::new(FaultKind::EmptyTemplateOutput, template).into());
        }
        Ok(text)
    }

    fn require_tokenizer(&self) -> Result<&Tokenizer> {
        self.tokenizer.ok_or_else(|| Error::not_found(Wanted::Tokenizer, self.model))
    }
}

/// `ids`, unless there are none.
fn non_empty(ids: Vec<u32>, tokenizer: &Tokenizer) -> Result<Vec<u32>> {
    if ids.is_empty() { Err(Fault::new(FaultKind::NoTokens, tokenizer.path()).into()) } else { Ok(ids) }
}
