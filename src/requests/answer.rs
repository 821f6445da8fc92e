//! From a sequence that has ended to the answer of a request.

use crate::engine::Completion;
use crate::openai::Answer;
use crate::report::decode::finish_reason;
use crate::text::AnswerText;

/// The answer of a sequence that has ended, whose text has been flushed.
pub fn answer(text: &AnswerText, completion: Completion, wants_logprobs: bool) -> Answer {
    let reason = finish_reason(completion.finish);
    Answer {
        text: text.text().to_string(),
        finish_reason: if reason == "stop" && !text.calls().is_empty() { "tool_calls" } else { reason },
        tool_calls: text.calls().to_vec(),
        logits_sha256: completion.logits_sha256.unwrap_or_default(),
        logprobs: wants_logprobs.then_some(completion.logprobs),
        ids: completion.ids,
    }
}
