//! The files of a checkpoint that may contain a chat template.

use std::path::{Path, PathBuf};

use crate::checkpoint::Checkpoint;
use crate::error::Result;
use crate::text::chat::ChatSources;
use crate::text::{PromptEncoder, Tokenizer};

/// The files of a checkpoint that may contain a chat template.
#[derive(Debug, Default)]
pub struct ChatFiles {
    tokenizer_config: Option<(PathBuf, Vec<u8>)>,
    jinja: Option<(PathBuf, Vec<u8>)>,
    json: Option<(PathBuf, Vec<u8>)>,
    tool_use: Option<(PathBuf, Vec<u8>)>,
}

impl ChatFiles {
    /// # Errors
    /// Those of reading the files.
    pub fn read(checkpoint: &Checkpoint) -> Result<ChatFiles> {
        Ok(ChatFiles {
            tokenizer_config: checkpoint.read("tokenizer_config.json")?,
            jinja: checkpoint.read("chat_template.jinja")?,
            json: checkpoint.read("chat_template.json")?,
            tool_use: checkpoint.read("additional_chat_templates/tool_use.jinja")?,
        })
    }

    /// The texts of all files.
    pub(super) fn text(&self) -> String {
        let files = [&self.tokenizer_config, &self.jinja, &self.json, &self.tool_use].into_iter().flatten();
        files.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect()
    }

    /// The encoder of the model called `model`. `context` is as in [`PromptEncoder`].
    pub fn encoder<'a>(
        &'a self,
        model: &'a str,
        tokenizer: Option<&'a Tokenizer>,
        context: Option<(usize, usize)>,
    ) -> PromptEncoder<'a> {
        let chat = ChatSources {
            tokenizer_config: borrow(&self.tokenizer_config),
            jinja: borrow(&self.jinja),
            json: borrow(&self.json),
            tool_use: borrow(&self.tool_use),
        };
        PromptEncoder { model, tokenizer, chat, context }
    }
}

fn borrow(file: &Option<(PathBuf, Vec<u8>)>) -> Option<(&Path, &[u8])> {
    file.as_ref().map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
}
