//! The result of a job as a line of JSON: rumma's own keys, and for a line of OpenAI's Batch API the keys of its results
//! besides.
//!
//! Nothing in a result depends on the time, the host or the other jobs. Where OpenAI's form has a time, it is 0.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Fingerprint;
use super::fields::REQUEST;
use super::line::{Endpoint, Job};
use crate::engine::TokenLogprobs;
use crate::error::{Error, Fault, FaultKind, RequestError};
use crate::text::Tokenizer;

/// A generated sequence.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The text up to a stop string; empty without a tokenizer.
    pub text: String,
    /// The generated tokens, including an end-of-sequence token.
    pub ids: Vec<u32>,
    /// `stop` or `length`.
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

/// An error in the form of OpenAI's API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorReport {
    /// One line of facts.
    pub message: String,
    /// `invalid_request_error` for a line that no host can answer, `server_error` for one that another host may answer.
    pub r#type: &'static str,
    /// The field at fault.
    pub param: Option<String>,
    /// A word for programs.
    pub code: &'static str,
}

impl ErrorReport {
    /// [`ErrorReport::type`] of an error of the machine.
    pub const SERVER_ERROR: &'static str = "server_error";

    /// The report of an error. Paths of this host are left out.
    pub fn of(error: &Error) -> ErrorReport {
        let (message, param, code) = match error {
            Error::Fault(fault) => of_fault(fault),
            Error::Request(RequestError::InvalidSampling { field, .. }) => {
                (error.to_string(), Some(field.to_string()), "invalid_value")
            }
            Error::Request(RequestError::PromptTooLong { .. }) => (error.to_string(), None, "context_length_exceeded"),
            Error::NotFound { name, .. } => {
                let text = error.to_string();
                let facts = text.strip_prefix(&format!("{name}: ")).unwrap_or(&text);
                (facts.to_string(), None, "not_found")
            }
            Error::Request(RequestError::KvMemoryTooSmall { .. }) => (error.to_string(), None, "server_error"),
            Error::Request(_) => (error.to_string(), None, "invalid_value"),
            _ => (error.to_string(), None, "server_error"),
        };
        let r#type = if code == "server_error" { ErrorReport::SERVER_ERROR } else { "invalid_request_error" };
        ErrorReport { message, r#type, param, code }
    }
}

fn of_fault(fault: &Fault) -> (String, Option<String>, &'static str) {
    let code = match fault.kind {
        FaultKind::NotJson | FaultKind::NotJsonObject => "invalid_json",
        FaultKind::NotUtf8 => "invalid_utf8",
        FaultKind::LineTooLong => "line_too_long",
        FaultKind::UnknownField | FaultKind::UnknownMessagesKey => "unknown_field",
        FaultKind::UnsupportedField | FaultKind::UnsupportedContent => "unsupported_value",
        _ => "invalid_value",
    };
    if !fault.file.as_os_str().eq(REQUEST) {
        let name = fault.file.file_name().unwrap_or(fault.file.as_os_str());
        let local = Fault { file: name.into(), ..fault.clone() };
        return (local.to_string(), None, code);
    }
    let text = fault.to_string();
    let facts = text.strip_prefix(&format!("{REQUEST}: ")).unwrap_or(&text);
    let field = fault.subject.strip_prefix("body.").unwrap_or(&fault.subject);
    let param = (!field.is_empty() && fault.kind != FaultKind::NotUtf8).then(|| field.to_string());
    (facts.to_string(), param, code)
}

/// A result. Its keys are in the order in which they are written.
#[derive(Debug, Serialize)]
pub struct ResultLine<'r> {
    id: &'r Value,
    request_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<&'r Value>,
    system_fingerprint: &'r str,
    text: Option<&'r str>,
    ids: &'r [u32],
    finish_reason: Option<&'r str>,
    usage: Option<Value>,
    logits_sha256: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<&'r [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Value>,
    error: Option<&'r ErrorReport>,
}

impl<'r> ResultLine<'r> {
    /// The result of `job`. `tokenizer` gives the texts of tokens for log-probabilities.
    pub fn new(
        job: &'r Job,
        request_id: &'r str,
        fingerprint: &'r Fingerprint,
        outcome: &'r Result<Outcome, ErrorReport>,
        tokenizer: Option<&Tokenizer>,
    ) -> ResultLine<'r> {
        let answered = outcome.as_ref().ok();
        let first = answered.and_then(|outcome| outcome.answers.first());
        let response = || match outcome {
            Ok(outcome) => {
                let body = response_body(job, request_id, fingerprint, outcome, tokenizer);
                json!({"status_code": 200, "request_id": request_id, "body": body})
            }
            Err(error) => {
                let status = if error.r#type == ErrorReport::SERVER_ERROR { 500 } else { 400 };
                json!({"status_code": status, "request_id": request_id, "body": {"error": error}})
            }
        };
        ResultLine {
            id: &job.id,
            request_id,
            custom_id: job.is_batch.then_some(&job.id),
            system_fingerprint: fingerprint.as_str(),
            text: first.map(|answer| answer.text.as_str()),
            ids: first.map_or(&[], |answer| &answer.ids),
            finish_reason: first.map(|answer| answer.finish_reason),
            usage: answered.map(usage),
            logits_sha256: first.map(|answer| answer.logits_sha256.as_str()),
            logprobs: first.and_then(|answer| answer.logprobs.as_ref()).map(|logprobs| plain_logprobs(logprobs)),
            choices: answered
                .filter(|outcome| outcome.answers.len() > 1)
                .map(|o| o.answers.iter().map(choice).collect()),
            warnings: answered.map(|outcome| outcome.warnings.as_slice()).filter(|warnings| !warnings.is_empty()),
            response: job.is_batch.then(response),
            error: outcome.as_ref().err(),
        }
    }

    /// The line, with its line feed.
    pub fn to_json(&self) -> String {
        // A value of strings, numbers and lists can always be serialized.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// A log-probability with the digits that an f32 has.
fn number(logprob: f32) -> Value {
    json!(logprob.to_string().parse::<f64>().unwrap_or(f64::from(logprob)))
}

fn usage(outcome: &Outcome) -> Value {
    let completion: usize = outcome.answers.iter().map(|answer| answer.ids.len()).sum();
    let (prompt, total) = (outcome.prompt_tokens, outcome.prompt_tokens + completion);
    json!({"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total})
}

/// One of several answers.
fn choice(answer: &Answer) -> Value {
    let mut choice = json!({
        "text": answer.text,
        "ids": answer.ids,
        "finish_reason": answer.finish_reason,
        "logits_sha256": answer.logits_sha256,
    });
    if let Some(logprobs) = &answer.logprobs {
        choice["logprobs"] = plain_logprobs(logprobs);
    }
    choice
}

/// Log-probabilities as `decode` reports them.
fn plain_logprobs(logprobs: &[TokenLogprobs]) -> Value {
    let top =
        |token: &TokenLogprobs| token.top.iter().map(|(id, logprob)| json!([id, number(*logprob)])).collect::<Value>();
    let token = |token: &TokenLogprobs| json!({"id": token.id, "logprob": number(token.logprob), "top": top(token) });
    logprobs.iter().map(token).collect()
}

/// The body of an answer of OpenAI's API: a `chat.completion` or a `text_completion`.
fn response_body(
    job: &Job,
    request_id: &str,
    fingerprint: &Fingerprint,
    outcome: &Outcome,
    tokenizer: Option<&Tokenizer>,
) -> Value {
    let model = job.body.as_ref().ok().and_then(|body| body.model.as_deref()).unwrap_or("rumma");
    let (prefix, object) = match job.endpoint {
        Endpoint::Chat => ("chatcmpl", "chat.completion"),
        Endpoint::Completions => ("cmpl", "text_completion"),
    };
    let choices = outcome.answers.iter().enumerate().map(|(index, answer)| match job.endpoint {
        Endpoint::Chat => {
            let content = answer.logprobs.as_ref().map(|logprobs| chat_logprobs(logprobs, tokenizer));
            json!({
                "index": index,
                "message": {"role": "assistant", "content": answer.text, "refusal": null},
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
        "id": format!("{prefix}-{request_id}"),
        "object": object,
        "created": 0,
        "model": model,
        "choices": choices.collect::<Vec<Value>>(),
        "usage": usage(outcome),
        "system_fingerprint": fingerprint.as_str(),
    })
}

/// The text of a token, with U+FFFD for a part of a character, and its bytes.
fn token_text(id: u32, tokenizer: Option<&Tokenizer>) -> (String, Vec<u8>) {
    let bytes = tokenizer.and_then(|tokenizer| tokenizer.token_bytes(id)).unwrap_or_default();
    (String::from_utf8_lossy(&bytes).into_owned(), bytes)
}

/// `logprobs.content` of a `chat.completion`.
fn chat_logprobs(logprobs: &[TokenLogprobs], tokenizer: Option<&Tokenizer>) -> Value {
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
fn completion_logprobs(logprobs: &[TokenLogprobs], tokenizer: Option<&Tokenizer>) -> Value {
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
