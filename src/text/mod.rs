//! Text to token ids and back: tokenizer, chat templates, prompts, and streaming detokenization.

mod answer;
mod bound;
pub mod chat;
mod checks;
pub mod continuation;
pub mod conversation;
mod jinja;
mod normalizers;
mod plain;
mod post_processor;
mod prompt;
mod python;
mod rendering;
mod source;
mod stops;
pub mod stream;
pub mod tokenizer;
mod tokenizer_config;
pub mod tool_calls;
mod transcript;
pub mod vocabulary;

pub use answer::AnswerText;
pub use chat::ChatTemplate;
pub use conversation::{Conversation, Ending};
pub use prompt::{EncodedPrompt, Prompt, PromptEncoder};
pub use stream::TextStream;
pub use tokenizer::Tokenizer;
pub use tool_calls::{Piece, ToolCall, ToolCallParser, ToolFormat};
pub use transcript::Transcript;

use serde_json::Value;

/// The special tokens that a tokenizer_config.json names, as `("eos_token", "<|im_end|>")`, in the file's order.
///
/// A token is a string or an object whose `content` is the string; `null` tokens are left out.
fn special_tokens(config: &Value) -> Vec<(&str, &str)> {
    let Some(fields) = config.as_object() else { return Vec::new() };
    fields
        .iter()
        .filter(|(name, _)| name.ends_with("_token"))
        .filter_map(|(name, value)| {
            let text = value.as_str().or_else(|| value.get("content")?.as_str())?;
            Some((name.as_str(), text))
        })
        .collect()
}
