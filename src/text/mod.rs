//! Text to token ids and back: the tokenizer, the chat template, prompts, and the text of growing answers.

mod answer;
pub mod chat;
mod jinja;
mod normalizers;
mod prompt;
mod python;
mod source;
pub mod stream;
pub mod tokenizer;

pub use answer::AnswerText;
pub use chat::{ChatTemplate, Conversation};
pub use prompt::{Prompt, PromptEncoder};
pub use stream::TextStream;
pub use tokenizer::Tokenizer;

use serde_json::Value;

/// The special tokens that a tokenizer_config.json names, as `("eos_token", "<|im_end|>")`, in the file's order.
///
/// A token stands there as a string or as an object whose `content` is the string; `null` means that there is none.
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
