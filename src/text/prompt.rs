//! From a prompt to the token ids that the model reads.

use std::path::{Path, PathBuf};

use super::chat::ChatSources;
use super::{ChatTemplate, Conversation, Tokenizer};
use crate::error::{Error, Result};

/// What the model is to read.
#[derive(Debug, Clone)]
pub enum Prompt {
    /// Raw text.
    Text(String),
    /// A conversation for the chat template, and the file that it comes from.
    Chat(Conversation, Option<PathBuf>),
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
    /// [`Error::Usage`] for an empty text; [`Error::Text`] if the tokenizer or the template fails, or makes no token.
    pub fn encode(&self, prompt: &Prompt) -> Result<Vec<u32>> {
        match prompt {
            Prompt::Text(text) if text.is_empty() => Err(Error::Usage("the prompt is empty; give some text".into())),
            Prompt::Text(text) => {
                let tokenizer = self.require_tokenizer()?;
                non_empty(tokenizer.encode_prompt(text)?, tokenizer)
            }
            Prompt::Chat(conversation, file) => {
                let tokenizer = self.require_tokenizer()?;
                let text = self.render(conversation, file.as_deref())?;
                non_empty(tokenizer.encode(&text)?, tokenizer)
            }
            Prompt::Ids(ids) => Ok(ids.clone()),
        }
    }

    /// The conversation as the chat template writes it.
    fn render(&self, conversation: &Conversation, file: Option<&Path>) -> Result<String> {
        let template = ChatTemplate::from_sources(self.chat)?.ok_or_else(|| Error::NotFound {
            what: format!("chat template of {}", self.model),
            hint: "it is a base model; give raw text with --prompt".into(),
        })?;
        let text = template.render(conversation, true).map_err(|error| mention_messages(error, file))?;
        if text.is_empty() {
            return Err(Error::Text {
                path: format!("chat template of {}", self.model).into(),
                why: "writes no text for these messages; give raw text with --prompt".into(),
            });
        }
        Ok(text)
    }

    fn require_tokenizer(&self) -> Result<&Tokenizer> {
        self.tokenizer.ok_or_else(|| Error::NotFound {
            what: format!("tokenizer.json of {}", self.model),
            hint: "text needs it; put it beside the weights, give --tokenizer F, or tokens with --prompt-ids".into(),
        })
    }
}

/// `ids`, unless there are none.
fn non_empty(ids: Vec<u32>, tokenizer: &Tokenizer) -> Result<Vec<u32>> {
    if !ids.is_empty() {
        return Ok(ids);
    }
    let why = "makes no token of the prompt; give other text, or the tokenizer that belongs to the model".into();
    Err(Error::Text { path: tokenizer.path().into(), why })
}

/// A chat template's error names the template; the messages in `file` may be at fault as well.
fn mention_messages(error: Error, file: Option<&Path>) -> Error {
    match error {
        Error::Text { path, why } => {
            let messages = file.map_or_else(|| "--user and --system".into(), |file| file.display().to_string());
            Error::Text { path, why: format!("{why}; check the messages in {messages}") }
        }
        error => error,
    }
}
