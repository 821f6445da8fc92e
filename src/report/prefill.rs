//! A prompt that was read: how fast, and what the model expects next.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use super::decode::PhaseTiming;
use crate::engine::generate::Timing;

/// What `rumma prefill` found.
#[derive(Debug, Serialize)]
pub struct Prefill {
    pub prompt_ids: Vec<u32>,
    /// The largest logits behind the last token, largest first: id and logit.
    pub top_logits: Vec<(u32, f32)>,
    /// The text of each of those tokens, where there is a tokenizer.
    pub top_tokens: Vec<String>,
    /// Natural logarithm of the probability of each prompt token behind those before it, from the second on.
    pub prompt_logprobs: Vec<f32>,
    pub seconds: f64,
    /// Over the little-endian f32 logits behind the last token.
    pub logits_sha256: String,
}

impl Prefill {
    /// The likeliest next tokens as a table.
    pub fn to_text(&self) -> String {
        let mut text = String::from("   logit      id  token\n");
        for (i, (id, logit)) in self.top_logits.iter().take(10).enumerate() {
            let token = self.top_tokens.get(i).map(|token| format!("{token:?}")).unwrap_or_default();
            let _ = writeln!(text, "{}", format!("{logit:>8.4} {id:>7}  {token}").trim_end());
        }
        text
    }
}

/// The status line of so many tokens of a prompt that were run once for `batch` sequences.
pub fn status(batch: usize, run: Timing) -> String {
    let PhaseTiming { tokens, seconds } = run.into();
    let rate = PhaseTiming::from(run).per_second();
    format!("Prefill complete: batch={batch} tokens={tokens} tokens_per_second={rate:.1} duration={seconds:.3}s")
}

/// The status line of a prompt of `all` tokens that was interrupted behind the first `tokens`.
pub fn interrupted(tokens: usize, all: usize, duration: Duration) -> String {
    format!("Prefill interrupted: tokens={tokens} prompt_tokens={all} duration={:.3}s", duration.as_secs_f64())
}
