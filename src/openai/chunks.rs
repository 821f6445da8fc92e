//! Streamed answers in the form of OpenAI's API: the data of server-sent events.

use serde_json::{Value, json};

use super::answer::{Answer, Echo, Endpoint, Head, Usage, add_warnings, echo_before, tool_call};
use super::error::ErrorReport;
use super::logprobs::{CompletionLogprobs, chat_logprobs};
use crate::engine::TokenLogprobs;
use crate::text::Tokenizer;

/// The last event of a stream.
pub const DONE: &str = "[DONE]";

/// Makes the chunks of a stream. Each method returns the data of the events to send now.
pub struct Chunks<'t> {
    tokenizer: Option<&'t Tokenizer>,
    answers: Vec<StreamedAnswer<'t>>,
    /// The prompts, if they are repeated before their answers.
    echoes: Vec<Echo>,
    open: usize,
    prompt_tokens: usize,
    completion_tokens: usize,
    cached_tokens: usize,
    include_usage: bool,
    /// See [`Outcome::warnings`](super::Outcome::warnings). They are sent with the first chunk.
    warnings: Vec<String>,
}

struct StreamedAnswer<'t> {
    /// Whether its first chunk has been sent.
    begun: bool,
    logprobs: CompletionLogprobs<'t>,
}

impl<'t> Chunks<'t> {
    /// A stream of `answers` answers to prompts of `prompt_tokens` tokens in all. `echoes`: see
    /// [`Outcome::echoes`](super::Outcome::echoes).
    pub fn new(
        tokenizer: Option<&'t Tokenizer>,
        answers: usize,
        prompt_tokens: usize,
        echoes: Vec<Echo>,
        include_usage: bool,
    ) -> Chunks<'t> {
        let answer = |_| StreamedAnswer { begun: false, logprobs: CompletionLogprobs::new(tokenizer) };
        Chunks {
            tokenizer,
            answers: (0..answers).map(answer).collect(),
            echoes,
            open: answers,
            prompt_tokens,
            completion_tokens: 0,
            cached_tokens: 0,
            include_usage,
            warnings: Vec::new(),
        }
    }

    /// Adds what the chat template does not use of the request to the first chunk.
    pub fn with_warnings(self, warnings: Vec<String>) -> Chunks<'t> {
        Chunks { warnings, ..self }
    }

    /// The log-probabilities of a prompt, which come before the first token of its answers.
    pub fn prompt(&mut self, prompt: usize, logprobs: Vec<TokenLogprobs>) {
        if let Some(echo) = self.echoes.get_mut(prompt) {
            echo.logprobs = Some(logprobs);
        }
    }

    /// A token was generated, and `text` can be shown.
    pub fn token(&mut self, head: &Head, answer: usize, text: &str, logprobs: Option<&TokenLogprobs>) -> Vec<String> {
        let mut events = self.begin(head, answer);
        // A token whose text is held back is reported all the same.
        if !text.is_empty() || logprobs.is_some() {
            let logprobs = logprobs.map(|token| match head.endpoint {
                Endpoint::Chat => chat_logprobs(std::slice::from_ref(token), self.tokenizer),
                Endpoint::Completions => {
                    let gathered = &mut self.answers[answer].logprobs;
                    gathered.token(token);
                    gathered.take()
                }
            });
            events.push(self.chunk(head, answer, text, logprobs, None));
        }
        events
    }

    /// An answer is complete; `text` had been held back. `reused`: prompt tokens whose keys and values were reused.
    pub fn finished(&mut self, head: &Head, answer: usize, result: &Answer, text: &str, reused: usize) -> Vec<String> {
        let mut events = self.begin(head, answer);
        if !text.is_empty() {
            events.push(self.chunk(head, answer, text, None, None));
        }
        for (index, call) in result.tool_calls.iter().enumerate() {
            events.extend(self.tool_call(head, answer, index, tool_call(head.call_key, answer, index, call)));
        }
        events.push(self.chunk(head, answer, "", None, Some(result.finish_reason)));
        self.completion_tokens += result.ids.len();
        self.cached_tokens += reused;
        self.open -= 1;
        if self.open == 0 {
            if self.include_usage {
                let usage = Usage::new(self.prompt_tokens, self.completion_tokens, Some(self.cached_tokens));
                events.push(self.object(head, json!([]), json!(usage)).to_string());
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
            self.object(head, json!([choice]), Value::Null).to_string()
        })
    }

    /// The stream ends with an error.
    pub fn failed(error: &ErrorReport) -> Vec<String> {
        vec![json!({"error": error}).to_string(), DONE.into()]
    }

    /// What comes before an answer: the role of a message, or the prompt.
    fn begin(&mut self, head: &Head, answer: usize) -> Vec<String> {
        if std::mem::replace(&mut self.answers[answer].begun, true) {
            return Vec::new();
        }
        if head.endpoint == Endpoint::Completions {
            let Some(echo) = echo_before(&self.echoes, answer, self.answers.len()) else { return Vec::new() };
            let gathered = &mut self.answers[answer].logprobs;
            gathered.echo(echo);
            let logprobs = gathered.take();
            let logprobs = echo.logprobs.is_some().then_some(logprobs);
            return vec![self.chunk(head, answer, &echo.text, logprobs, None)];
        }
        let choice = json!({
            "index": answer,
            "delta": {"role": "assistant", "content": "", "refusal": null},
            "logprobs": null,
            "finish_reason": null,
        });
        let mut chunk = self.object(head, json!([choice]), Value::Null);
        add_warnings(&mut chunk, &std::mem::take(&mut self.warnings));
        vec![chunk.to_string()]
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
        self.object(head, json!([choice]), Value::Null).to_string()
    }

    fn object(&self, head: &Head, choices: Value, usage: Value) -> Value {
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
        chunk
    }
}
