//! Streamed answers in the form of OpenAI's API: the data of server-sent events.

use serde_json::{Value, json};

use super::answer::{Answer, Endpoint, Head, chat_logprobs, completion_logprobs, tool_call};
use super::error::ErrorReport;
use crate::engine::TokenLogprobs;
use crate::text::Tokenizer;

/// The last event of a stream.
pub const DONE: &str = "[DONE]";

/// Makes the chunks of a stream. Each method returns the data of the events to send now.
#[derive(Debug)]
pub struct Chunks {
    /// `[answers]`: whether the first chunk has been sent.
    begun: Vec<bool>,
    /// `[answers]`: characters of the tokens that log-probabilities were reported of.
    offsets: Vec<usize>,
    open: usize,
    prompt_tokens: usize,
    completion_tokens: usize,
    include_usage: bool,
}

impl Chunks {
    /// A stream of `answers` answers to prompts of `prompt_tokens` tokens in all.
    pub fn new(answers: usize, prompt_tokens: usize, include_usage: bool) -> Chunks {
        Chunks {
            begun: vec![false; answers],
            offsets: vec![0; answers],
            open: answers,
            prompt_tokens,
            completion_tokens: 0,
            include_usage,
        }
    }

    /// A token was generated, and `text` can be shown.
    pub fn token(
        &mut self,
        head: &Head,
        answer: usize,
        text: &str,
        logprobs: Option<&TokenLogprobs>,
        tokenizer: Option<&Tokenizer>,
    ) -> Vec<String> {
        let mut events = self.begin(head, answer);
        if !text.is_empty() || logprobs.is_some() {
            let logprobs = logprobs.map(|logprobs| self.logprobs(head, answer, logprobs, tokenizer));
            events.push(self.chunk(head, answer, text, logprobs, None));
        }
        events
    }

    /// An answer is complete; `text` had been held back.
    pub fn finished(&mut self, head: &Head, answer: usize, result: &Answer, text: &str) -> Vec<String> {
        let mut events = self.begin(head, answer);
        if !text.is_empty() {
            events.push(self.chunk(head, answer, text, None, None));
        }
        for (index, call) in result.tool_calls.iter().enumerate() {
            events.extend(self.tool_call(head, answer, index, tool_call(head.request_id, answer, index, call)));
        }
        events.push(self.chunk(head, answer, "", None, Some(result.finish_reason)));
        self.completion_tokens += result.ids.len();
        self.open -= 1;
        if self.open == 0 {
            if self.include_usage {
                let (prompt, completion) = (self.prompt_tokens, self.completion_tokens);
                let usage = json!({
                    "prompt_tokens": prompt,
                    "completion_tokens": completion,
                    "total_tokens": prompt + completion,
                });
                events.push(self.object(head, json!([]), usage));
            }
            events.push(DONE.into());
        }
        events
    }

    /// A tool call: its name and id, then its arguments.
    fn tool_call(&self, head: &Head, answer: usize, index: usize, mut call: Value) -> [String; 2] {
        let arguments = std::mem::replace(&mut call["function"]["arguments"], "".into());
        call["index"] = index.into();
        let rest = json!({"index": index, "function": {"arguments": arguments}});
        [call, rest].map(|call| {
            let delta = json!({"tool_calls": [call]});
            let choice = json!({"index": answer, "delta": delta, "logprobs": null, "finish_reason": null});
            self.object(head, json!([choice]), Value::Null)
        })
    }

    /// The stream ends with an error.
    pub fn failed(error: &ErrorReport) -> Vec<String> {
        vec![json!({"error": error}).to_string(), DONE.into()]
    }

    /// The chunk with the role of a message, which comes first.
    fn begin(&mut self, head: &Head, answer: usize) -> Vec<String> {
        if std::mem::replace(&mut self.begun[answer], true) || head.endpoint == Endpoint::Completions {
            return Vec::new();
        }
        let choice = json!({
            "index": answer,
            "delta": {"role": "assistant", "content": "", "refusal": null},
            "logprobs": null,
            "finish_reason": null,
        });
        vec![self.object(head, json!([choice]), Value::Null)]
    }

    fn chunk(
        &self,
        head: &Head,
        answer: usize,
        text: &str,
        logprobs: Option<Value>,
        finish_reason: Option<&str>,
    ) -> String {
        let choice = match head.endpoint {
            Endpoint::Chat => {
                let delta = if finish_reason.is_some() { json!({}) } else { json!({"content": text}) };
                json!({"index": answer, "delta": delta, "logprobs": logprobs, "finish_reason": finish_reason})
            }
            Endpoint::Completions => {
                json!({"index": answer, "text": text, "logprobs": logprobs, "finish_reason": finish_reason})
            }
        };
        self.object(head, json!([choice]), Value::Null)
    }

    fn object(&self, head: &Head, choices: Value, usage: Value) -> String {
        let (prefix, object) = match head.endpoint {
            Endpoint::Chat => ("chatcmpl", "chat.completion.chunk"),
            Endpoint::Completions => ("cmpl", "text_completion"),
        };
        let mut chunk = json!({
            "id": format!("{prefix}-{}", head.request_id),
            "object": object,
            "created": head.created,
            "model": head.model,
            "choices": choices,
            "system_fingerprint": head.fingerprint.as_str(),
        });
        // Only if it was asked for: clients that do not ask may not expect the key.
        if self.include_usage {
            chunk["usage"] = usage;
        }
        chunk.to_string()
    }

    fn logprobs(
        &mut self,
        head: &Head,
        answer: usize,
        logprobs: &TokenLogprobs,
        tokenizer: Option<&Tokenizer>,
    ) -> Value {
        let one = std::slice::from_ref(logprobs);
        match head.endpoint {
            Endpoint::Chat => json!({"content": chat_logprobs(one, tokenizer), "refusal": null}),
            Endpoint::Completions => {
                let mut value = completion_logprobs(one, tokenizer);
                value["text_offset"] = json!([self.offsets[answer]]);
                self.offsets[answer] += value["tokens"][0].as_str().map_or(0, |text| text.chars().count());
                value
            }
        }
    }
}
