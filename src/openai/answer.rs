//! Answers in the form of OpenAI's API.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Fingerprint;
use crate::engine::TokenLogprobs;
use crate::files::hex;
use crate::text::{Tokenizer, ToolCall};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// `/v1/chat/completions`
    Chat,
    /// `/v1/completions`
    Completions,
}

/// A generated sequence.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The text up to a stop string; empty without a tokenizer.
    pub text: String,
    /// The tool calls, which are not part of the text.
    pub tool_calls: Vec<ToolCall>,
    /// The generated tokens, including an end-of-sequence token.
    pub ids: Vec<u32>,
    /// `stop`, `length` or `tool_calls`.
    pub finish_reason: &'static str,
    /// SHA-256 of the logits of every generated position.
    pub logits_sha256: String,
    /// The log-probabilities of the generated tokens, if the request asked for them.
    pub logprobs: Option<Vec<TokenLogprobs>>,
}

/// The answers to a request.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Tokens of all prompts; the prompt of several answers counts once.
    pub prompt_tokens: usize,
    /// For each prompt its answers, in order.
    pub answers: Vec<Answer>,
    /// What the chat template does not use of the request.
    pub warnings: Vec<String>,
}

/// The reason why an answer with `calls` ended, which is `reason` without calls.
pub fn with_calls(reason: &'static str, calls: &[ToolCall]) -> &'static str {
    if reason == "stop" && !calls.is_empty() { "tool_calls" } else { reason }
}

/// What the body of an answer says about its request.
#[derive(Debug, Clone, Copy)]
pub struct Head<'r> {
    /// What was asked for.
    pub endpoint: Endpoint,
    /// The id of the request.
    pub request_id: &'r str,
    /// Seconds since 1970.
    pub created: u64,
    /// The name of the model.
    pub model: &'r str,
    /// What computed the answer.
    pub fingerprint: &'r Fingerprint,
}

/// A log-probability with the digits that an f32 has.
pub fn number(logprob: f32) -> Value {
    json!(logprob.to_string().parse::<f64>().unwrap_or(f64::from(logprob)))
}

/// Numbers of tokens.
pub fn usage(outcome: &Outcome) -> Value {
    let completion: usize = outcome.answers.iter().map(|answer| answer.ids.len()).sum();
    let (prompt, total) = (outcome.prompt_tokens, outcome.prompt_tokens + completion);
    json!({"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total})
}

/// The body of an answer of OpenAI's API: a `chat.completion` or a `text_completion`.
pub fn response(head: &Head, outcome: &Outcome, tokenizer: Option<&Tokenizer>) -> Value {
    let (prefix, object) = match head.endpoint {
        Endpoint::Chat => ("chatcmpl", "chat.completion"),
        Endpoint::Completions => ("cmpl", "text_completion"),
    };
    let choices = outcome.answers.iter().enumerate().map(|(index, answer)| match head.endpoint {
        Endpoint::Chat => {
            let content = answer.logprobs.as_ref().map(|logprobs| chat_logprobs(logprobs, tokenizer));
            let mut message = json!({"role": "assistant", "content": answer.text, "refusal": null});
            if !answer.tool_calls.is_empty() {
                let calls = answer.tool_calls.iter().enumerate();
                message["tool_calls"] = calls.map(|(call, of)| tool_call(head.request_id, index, call, of)).collect();
                if answer.text.is_empty() {
                    message["content"] = Value::Null;
                }
            }
            json!({
                "index": index,
                "message": message,
                "logprobs": content.map(|content| json!({"content": content, "refusal": null})),
                "finish_reason": answer.finish_reason,
            })
        }
        Endpoint::Completions => json!({
            "index": index,
            "text": answer.text,
            "logprobs": answer.logprobs.as_ref().map(|logprobs| completion_logprobs(logprobs, tokenizer)),
            "finish_reason": answer.finish_reason,
        }),
    });
    json!({
        "id": format!("{prefix}-{}", head.request_id),
        "object": object,
        "created": head.created,
        "model": head.model,
        "choices": choices.collect::<Vec<Value>>(),
        "usage": usage(outcome),
        "system_fingerprint": head.fingerprint.as_str(),
    })
}

/// Tool call number `call` of answer number `answer`. Equal requests have equal ids.
pub(super) fn tool_call(request_id: &str, answer: usize, call: usize, of: &ToolCall) -> Value {
    const DIGITS: usize = 24;
    let mut id = hex(&Sha256::digest(format!("{request_id} {answer} {call}")));
    id.truncate(DIGITS);
    json!({
        "id": format!("call_{id}"),
        "type": "function",
        "function": {"name": of.name, "arguments": of.arguments},
    })
}

/// The text of a token, with U+FFFD for a part of a character, and its bytes.
fn token_text(id: u32, tokenizer: Option<&Tokenizer>) -> (String, Vec<u8>) {
    let bytes = tokenizer.and_then(|tokenizer| tokenizer.token_bytes(id)).unwrap_or_default();
    (String::from_utf8_lossy(&bytes).into_owned(), bytes)
}

/// `logprobs.content` of a `chat.completion`.
pub(super) fn chat_logprobs(logprobs: &[TokenLogprobs], tokenizer: Option<&Tokenizer>) -> Value {
    let entry = |id: u32, logprob: f32| {
        let (text, bytes) = token_text(id, tokenizer);
        json!({"token": text, "logprob": number(logprob), "bytes": bytes})
    };
    let token = |token: &TokenLogprobs| {
        let mut value = entry(token.id, token.logprob);
        value["top_logprobs"] = token.top.iter().map(|(id, logprob)| entry(*id, *logprob)).collect();
        value
    };
    logprobs.iter().map(token).collect()
}

/// `logprobs` of a `text_completion`. Offsets count characters. Of several tokens with the same text, the most likely
/// one is reported.
pub(super) fn completion_logprobs(logprobs: &[TokenLogprobs], tokenizer: Option<&Tokenizer>) -> Value {
    let texts: Vec<String> = logprobs.iter().map(|token| token_text(token.id, tokenizer).0).collect();
    let offsets = texts.iter().scan(0, |end, text| {
        let start = *end;
        *end += text.chars().count();
        Some(start)
    });
    let top = logprobs.iter().zip(&texts).map(|(token, text)| {
        let mut top = Map::new();
        for (id, logprob) in &token.top {
            top.entry(token_text(*id, tokenizer).0).or_insert(number(*logprob));
        }
        top.entry(text.clone()).or_insert(number(token.logprob));
        Value::Object(top)
    });
    json!({
        "text_offset": offsets.collect::<Vec<usize>>(),
        "token_logprobs": logprobs.iter().map(|token| number(token.logprob)).collect::<Vec<Value>>(),
        "top_logprobs": top.collect::<Vec<Value>>(),
        "tokens": texts,
    })
}
