//! The result of a job as a line of JSON: rumma's own keys, and for a line of OpenAI's Batch API the keys of its results
//! besides.
//!
//! Nothing in a result depends on the time, the host or the other jobs. Where OpenAI's form has a time, it is 0.

use serde::Serialize;
use serde_json::{Value, json};

use super::line::Job;
use crate::engine::TokenLogprobs;
use crate::openai::{self, Answer, ErrorReport, Fingerprint, Head, Outcome, Usage, number};
use crate::text::{Tokenizer, ToolCall};

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
    usage: Option<Usage>,
    logits_sha256: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logprobs: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_calls: Option<&'r [ToolCall]>,
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
                let model = job.body.as_ref().ok().and_then(|body| body.model.as_deref()).unwrap_or("rumma");
                let call_key = request_id;
                let head = Head { endpoint: job.endpoint, request_id, call_key, created: 0, model, fingerprint };
                let body = openai::response(&head, outcome, tokenizer);
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
            usage: answered.map(Outcome::usage),
            logits_sha256: first.map(|answer| answer.logits_sha256.as_str()),
            logprobs: first.and_then(|answer| answer.logprobs.as_ref()).map(|logprobs| plain_logprobs(logprobs)),
            tool_calls: first.map(|answer| answer.tool_calls.as_slice()).filter(|calls| !calls.is_empty()),
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

/// One of several answers.
fn choice(answer: &Answer) -> Value {
    let mut choice = json!({
        "text": answer.text,
        "ids": answer.ids,
        "finish_reason": answer.finish_reason,
        "logits_sha256": answer.logits_sha256,
    });
    if !answer.tool_calls.is_empty() {
        choice["tool_calls"] = json!(answer.tool_calls);
    }
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
