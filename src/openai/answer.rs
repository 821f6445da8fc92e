//! Answers in the form of OpenAI's API.

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Fingerprint;
use super::logprobs::{CompletionLogprobs, chat_logprobs};
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

/// A prompt that is repeated before its answers.
#[derive(Debug, Clone, Default)]
pub struct Echo {
    /// Its text.
    pub text: String,
    /// Its tokens.
    pub ids: Vec<u32>,
    /// The log-probabilities of its tokens after the first, if the request asked for them.
    pub logprobs: Option<Vec<TokenLogprobs>>,
}

/// The answers to a request.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Tokens of all prompts; the prompt of several answers counts once.
    pub prompt_tokens: usize,
    /// Those of them whose keys and values were reused; `None` where the result must not depend on other requests.
    pub cached_tokens: Option<usize>,
    /// The prompts, if they are repeated before their answers.
    pub echoes: Vec<Echo>,
    /// For each prompt its answers, in order.
    pub answers: Vec<Answer>,
    /// What the chat template does not use of the request.
    pub warnings: Vec<String>,
}

/// What the body of an answer says about its request.
#[derive(Debug, Clone, Copy)]
pub struct Head<'r> {
    /// What was asked for.
    pub endpoint: Endpoint,
    /// The id of the request.
    pub request_id: &'r str,
    /// What the ids of tool calls are made of, equal for equal requests.
    pub call_key: &'r str,
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

/// Numbers of tokens, in OpenAI's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Usage {
    prompt_tokens: usize,
    completion_tokens: usize,
    total_tokens: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_tokens_details: Option<PromptTokensDetails>,
}

/// What is known about the tokens of prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct PromptTokensDetails {
    cached_tokens: usize,
}

impl Usage {
    /// The usage of a request. `cached`: see [`Outcome::cached_tokens`].
    pub fn new(prompt_tokens: usize, completion_tokens: usize, cached: Option<usize>) -> Usage {
        Usage {
            prompt_tokens,
            completion_tokens,
            total_tokens: prompt_tokens + completion_tokens,
            prompt_tokens_details: cached.map(|cached_tokens| PromptTokensDetails { cached_tokens }),
        }
    }
}

impl Outcome {
    /// The numbers of tokens.
    pub fn usage(&self) -> Usage {
        let completion = self.answers.iter().map(|answer| answer.ids.len()).sum();
        Usage::new(self.prompt_tokens, completion, self.cached_tokens)
    }
}

/// The prompt that is repeated before answer number `answer` of `answers`.
pub(super) fn echo_before(echoes: &[Echo], answer: usize, answers: usize) -> Option<&Echo> {
    let answers_per_prompt = answers.checked_div(echoes.len())?;
    echoes.get(answer.checked_div(answers_per_prompt)?)
}

/// The body of an answer of OpenAI's API: a `chat.completion` or a `text_completion`.
pub fn response(head: &Head, outcome: &Outcome, tokenizer: Option<&Tokenizer>) -> Value {
    let (prefix, object) = match head.endpoint {
        Endpoint::Chat => ("chatcmpl", "chat.completion"),
        Endpoint::Completions => ("cmpl", "text_completion"),
    };
    let choices = outcome.answers.iter().enumerate().map(|(index, answer)| match head.endpoint {
        Endpoint::Chat => json!({
            "index": index,
            "message": message(head.call_key, index, answer),
            "logprobs": answer.logprobs.as_ref().map(|logprobs| chat_logprobs(logprobs, tokenizer)),
            "finish_reason": answer.finish_reason,
        }),
        Endpoint::Completions => {
            let echo = echo_before(&outcome.echoes, index, outcome.answers.len());
            completion_choice(index, answer, echo, tokenizer)
        }
    });
    let mut response = json!({
        "id": format!("{prefix}-{}", head.request_id),
        "object": object,
        "created": head.created,
        "model": head.model,
        "choices": choices.collect::<Vec<Value>>(),
        "usage": outcome.usage(),
        "system_fingerprint": head.fingerprint.as_str(),
    });
    add_warnings(&mut response, &outcome.warnings);
    response
}

/// Adds the key `warnings` to an answer if there are any. OpenAI's API has no place for them; clients leave it alone.
pub(super) fn add_warnings(answer: &mut Value, warnings: &[String]) {
    if !warnings.is_empty() {
        answer["warnings"] = warnings.into();
    }
}

/// The message of a choice of a `chat.completion`.
fn message(call_key: &str, index: usize, answer: &Answer) -> Value {
    let mut message = json!({"role": "assistant", "content": answer.text, "refusal": null});
    if !answer.tool_calls.is_empty() {
        let calls = answer.tool_calls.iter().enumerate();
        message["tool_calls"] = calls.map(|(call, of)| tool_call(call_key, index, call, of)).collect();
        if answer.text.is_empty() {
            message["content"] = Value::Null;
        }
    }
    message
}

/// What the ids of a request's tool calls are made of, see [`Head::call_key`]. Each turn of a conversation has another.
pub fn call_key(prompt: &[u32], seed: u64) -> String {
    let mut hash = Sha256::new();
    prompt.iter().for_each(|id| hash.update(id.to_le_bytes()));
    hash.update(seed.to_le_bytes());
    hex(&hash.finalize())
}

/// Tool call number `call` of answer number `answer`. Equal requests have equal ids.
pub(super) fn tool_call(call_key: &str, answer: usize, call: usize, of: &ToolCall) -> Value {
    const DIGITS: usize = 24;
    let mut id = hex(&Sha256::digest(format!("{call_key} {answer} {call}")));
    id.truncate(DIGITS);
    json!({
        "id": format!("call_{id}"),
        "type": "function",
        "function": {"name": of.name, "arguments": of.arguments},
    })
}

/// A choice of a `text_completion`.
fn completion_choice(index: usize, answer: &Answer, echo: Option<&Echo>, tokenizer: Option<&Tokenizer>) -> Value {
    let logprobs = answer.logprobs.as_ref().map(|logprobs| {
        let mut gathered = CompletionLogprobs::new(tokenizer);
        echo.into_iter().for_each(|echo| gathered.echo(echo));
        logprobs.iter().for_each(|token| gathered.token(token));
        gathered.take()
    });
    json!({
        "index": index,
        "text": echo.map_or("", |echo| echo.text.as_str()).to_string() + &answer.text,
        "logprobs": logprobs,
        "finish_reason": answer.finish_reason,
    })
}
