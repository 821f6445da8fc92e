//! Log-probabilities in the forms of OpenAI's API.

use serde_json::{Map, Value, json};

use super::answer::{Echo, number};
use crate::engine::TokenLogprobs;
use crate::text::{AnswerText, TextStream, Tokenizer};

/// The bytes of the text of a token. Without a tokenizer, the text is the token's id.
fn token_bytes(id: u32, tokenizer: Option<&Tokenizer>) -> Vec<u8> {
    match tokenizer {
        Some(tokenizer) => tokenizer.token_bytes(id).unwrap_or_default(),
        None => id.to_string().into_bytes(),
    }
}

/// `logprobs` of a choice of a `chat.completion`. A part of a character is U+FFFD; `bytes` has what it is.
pub(super) fn chat_logprobs(logprobs: &[TokenLogprobs], tokenizer: Option<&Tokenizer>) -> Value {
    let entry = |id: u32, logprob: f32| {
        let bytes = token_bytes(id, tokenizer);
        json!({"token": String::from_utf8_lossy(&bytes), "logprob": number(logprob), "bytes": bytes})
    };
    let token = |token: &TokenLogprobs| {
        let mut value = entry(token.id, token.logprob);
        value["top_logprobs"] = token.top.iter().map(|(id, logprob)| entry(*id, *logprob)).collect();
        value
    };
    json!({"content": logprobs.iter().map(token).collect::<Vec<Value>>(), "refusal": null})
}

/// `logprobs` of a choice of a `text_completion`, which are gathered token by token.
///
/// A token that is part of a character has a text such as `bytes:\xe2\x80`. Of several tokens with the same text, the
/// most likely one is reported.
pub(super) struct CompletionLogprobs<'t> {
    tokenizer: Option<&'t Tokenizer>,
    /// The text so far.
    text: AnswerText<'t>,
    /// Its characters.
    end: usize,
    offsets: Vec<usize>,
    logprobs: Vec<Value>,
    top: Vec<Value>,
    tokens: Vec<String>,
}

impl<'t> CompletionLogprobs<'t> {
    pub(super) fn new(tokenizer: Option<&'t Tokenizer>) -> CompletionLogprobs<'t> {
        CompletionLogprobs {
            tokenizer,
            text: AnswerText::new(tokenizer.map(TextStream::without_stops)),
            end: 0,
            offsets: Vec::new(),
            logprobs: Vec::new(),
            top: Vec::new(),
            tokens: Vec::new(),
        }
    }

    /// Takes the tokens of a prompt. Nothing predicts the first one.
    pub(super) fn echo(&mut self, echo: &Echo) {
        let mut logprobs = echo.logprobs.iter().flatten();
        let (mut rest, mut passed) = (echo.text.chars(), 0);
        for (index, id) in echo.ids.iter().enumerate() {
            let special = self.tokenizer.and_then(|tokenizer| tokenizer.special_token(*id));
            if special.is_some() {
                self.end += self.text.flush().chars().count();
            }
            rest.by_ref().take(self.end - passed).for_each(drop);
            passed = self.end;
            if index == 0 {
                self.push(*id, Value::Null, Value::Null);
            } else if let Some(token) = logprobs.next() {
                self.token(token);
            }
            // A special token has characters only where the text has it: not one that the tokenizer adds.
            self.end += special.filter(|text| rest.as_str().starts_with(text)).map_or(0, |text| text.chars().count());
        }
        // The tokens of a text may stand for a normalized one.
        self.text.flush();
        self.end = echo.text.chars().count();
    }

    /// Takes the next token.
    pub(super) fn token(&mut self, token: &TokenLogprobs) {
        let mut top = Map::new();
        for (id, logprob) in &token.top {
            top.entry(self.printed(*id)).or_insert(number(*logprob));
        }
        top.entry(self.printed(token.id)).or_insert(number(token.logprob));
        self.push(token.id, number(token.logprob), Value::Object(top));
    }

    /// What has been taken since the last call.
    pub(super) fn take(&mut self) -> Value {
        json!({
            "text_offset": std::mem::take(&mut self.offsets),
            "token_logprobs": std::mem::take(&mut self.logprobs),
            "top_logprobs": std::mem::take(&mut self.top),
            "tokens": std::mem::take(&mut self.tokens),
        })
    }

    fn push(&mut self, id: u32, logprob: Value, top: Value) {
        self.offsets.push(self.end);
        self.end += self.text.push(id).chars().count();
        self.logprobs.push(logprob);
        self.top.push(top);
        self.tokens.push(self.printed(id));
    }

    fn printed(&self, id: u32) -> String {
        String::from_utf8(token_bytes(id, self.tokenizer)).unwrap_or_else(|error| {
            let bytes = error.as_bytes().iter().map(|byte| format!("\\x{byte:02x}"));
            format!("bytes:{}", bytes.collect::<String>())
        })
    }
}
