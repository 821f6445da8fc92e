//! Report of `rumma prefill`.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use super::decode::PhaseTiming;
use crate::engine::PrefillStats;

/// A processed prompt: the next-token logits, the log-probabilities of the prompt and the duration.
#[derive(Debug, Serialize)]
pub struct Prefill {
    /// Token ids of the prompt.
    pub prompt_ids: Vec<u32>,
    /// The largest logits after the last token, in descending order, as (token id, logit).
    pub top_logits: Vec<(u32, f32)>,
    /// The text of each of those tokens; empty if the model has no tokenizer.
    pub top_tokens: Vec<String>,
    /// Natural logarithm of the probability of each prompt token given the tokens before it, from the second token on.
    pub prompt_logprobs: Vec<f32>,
    /// Wall-clock time of prefill.
    pub seconds: f64,
    /// SHA-256 of the little-endian f32 logits after the last token.
    pub logits_sha256: String,
}

impl Prefill {
    /// A table of the ten most likely next tokens.
    pub fn to_text(&self) -> String {
        let mut text = String::from("   logit      id  token\n");
        for (i, (id, logit)) in self.top_logits.iter().take(10).enumerate() {
            let token = self.top_tokens.get(i).map(|token| format!("{token:?}")).unwrap_or_default();
            let _ = writeln!(text, "{}", format!("{logit:>8.4} {id:>7}  {token}").trim_end());
        }
        text
    }
}

/// The status line of a prefill, which runs once for `batch` sequences.
pub fn status(batch: usize, run: PrefillStats) -> String {
    let PrefillStats { tokens, reused, time } = run;
    let timing = PhaseTiming { tokens, seconds: time.as_secs_f64() };
    let (rate, seconds) = (timing.per_second(), timing.seconds);
    let reused = if reused > 0 { format!(" reused={reused}") } else { String::new() };
    format!(
        "Prefill complete: batch={batch} tokens={tokens}{reused} tokens_per_second={rate:.1} duration={seconds:.3}s"
    )
}

/// The status line of a prefill that was interrupted after `tokens` of `all` prompt tokens.
pub fn interrupted(tokens: usize, all: usize, duration: Duration) -> String {
    format!("Prefill interrupted: tokens={tokens} prompt_tokens={all} duration={:.3}s", duration.as_secs_f64())
}
