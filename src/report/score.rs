//! Report of `rumma score`.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::decode::PhaseTiming;
use super::table::{Column, write_table};
use crate::engine::score::{Divergence, Total};
use crate::openai::ErrorReport;

/// The score of a text.
#[derive(Debug, Serialize)]
pub struct Score {
    /// The tokens of the text, with those that the tokenizer adds before and after it.
    pub tokens: Vec<ScoredToken>,
    /// Sum of the log-probabilities.
    pub logprob_sum: f64,
    /// e to the mean negative log-probability; `None` if no token is scored.
    pub perplexity: Option<f64>,
    /// Bits that encode the scored tokens, for each byte of the text; `None` without a tokenizer.
    pub bits_per_byte: Option<f64>,
    /// Number of tokens with a log-probability.
    pub scored_tokens: usize,
    /// Bytes of the text, in UTF-8; `None` without a tokenizer.
    pub bytes: Option<usize>,
    /// Tokens of a window.
    pub context: usize,
    /// Distance between the beginnings of two windows, in tokens.
    pub stride: usize,
    /// Number of windows.
    pub windows: usize,
    /// The comparison with another model or arithmetic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
    /// Wall-clock time of scoring.
    pub seconds: f64,
}

/// A token and its log-probability.
#[derive(Debug, Serialize)]
pub struct ScoredToken {
    /// Its id.
    pub id: u32,
    /// Its text, where bytes that are not UTF-8 (a part of a character) are U+FFFD; `None` without a tokenizer.
    pub text: Option<String>,
    /// Natural logarithm of its probability after the tokens before it; `None` for the first token.
    pub logprob: Option<f32>,
}

/// How far the model's predictions are from those of a reference.
#[derive(Debug, Serialize)]
pub struct Against {
    /// The reference model, as the user named it.
    pub model: String,
    /// Its arithmetic.
    pub arithmetic: &'static str,
    /// Its sum of log-probabilities.
    pub logprob_sum: f64,
    /// Its perplexity.
    pub perplexity: Option<f64>,
    /// Statistics of KL(reference || model) over the scored positions, in nats; `None` if no token is scored.
    pub kl_divergence: Option<KlDivergence>,
    /// The fraction of the scored positions at which both have the same most likely token.
    pub top1_agreement: Option<f64>,
}

/// Statistics of the Kullback-Leibler divergence, in nats.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct KlDivergence {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Maximum.
    pub max: f64,
}

impl Against {
    /// The comparison with `model` in `arithmetic`, whose log-probabilities sum to `total`.
    pub fn new(model: String, arithmetic: &'static str, total: Total, divergence: Option<Divergence>) -> Against {
        let kl_divergence =
            divergence.map(|Divergence { mean, median, p99, max, .. }| KlDivergence { mean, median, p99, max });
        Against {
            model,
            arithmetic,
            logprob_sum: total.logprob,
            perplexity: total.perplexity(),
            kl_divergence,
            top1_agreement: divergence.map(|divergence| divergence.top1_agreement),
        }
    }
}

impl Score {
    /// A table of the tokens, then the totals.
    pub fn to_text(&self) -> String {
        let row = |token: &ScoredToken| {
            let logprob = token.logprob.map_or("-".into(), |logprob| format!("{logprob:.4}"));
            vec![logprob, token.id.to_string(), token.text.as_ref().map(|text| format!("{text:?}")).unwrap_or_default()]
        };
        let rows: Vec<Vec<String>> = self.tokens.iter().map(row).collect();
        let columns = [Column::Right("logprob"), Column::Right("id"), Column::Left("token")];
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = write_table(&mut text, "", &columns, &rows);
        let number = |value: Option<f64>, digits: usize| value.map_or("-".into(), |value| format!("{value:.digits$}"));
        let mut lines = vec![
            ("scored tokens", format!("{} of {}", self.scored_tokens, self.tokens.len())),
            ("windows", format!("{} of {} tokens, stride {}", self.windows, self.context, self.stride)),
            ("logprob sum", format!("{:.4}", self.logprob_sum)),
            ("perplexity", number(self.perplexity, 4)),
            ("bits per byte", number(self.bits_per_byte, 4)),
        ];
        if let Some(against) = &self.against {
            lines.push(("against", format!("{} in {}", against.model, against.arithmetic)));
            lines.push(("  perplexity", number(against.perplexity, 4)));
            if let Some(KlDivergence { mean, median, p99, max }) = against.kl_divergence {
                let statistics = format!("mean {mean:.3e}, median {median:.3e}, p99 {p99:.3e}, max {max:.3e}");
                lines.push(("  KL divergence", statistics));
            }
            lines.push(("  top-1 agreement", number(against.top1_agreement, 4)));
        }
        text.push('\n');
        for (name, value) in lines {
            let _ = writeln!(text, "{name:<17}  {value}");
        }
        text
    }

    /// The status line. `computed` is the number of tokens that were computed, those of windows that overlap twice.
    pub fn status(&self, computed: usize) -> String {
        let timing = PhaseTiming { tokens: computed, seconds: self.seconds };
        format!(
            "Score complete: tokens={} windows={} computed={computed} tokens_per_second={:.1} duration={:.3}s",
            self.tokens.len(),
            self.windows,
            timing.per_second(),
            self.seconds
        )
    }
}

/// The status line of a score that was interrupted after `scored` of `all` tokens.
pub fn interrupted(scored: usize, all: usize, duration: Duration) -> String {
    format!("Score interrupted: scored={scored} tokens={all} duration={:.3}s", duration.as_secs_f64())
}

/// The scores of the continuations of a context.
#[derive(Debug, Serialize)]
pub struct ContinuationScores {
    /// The id of the line.
    pub id: Value,
    /// In the order of the line; empty if there is an error.
    pub continuations: Vec<ContinuationScore>,
    /// Why there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
}

impl ContinuationScores {
    /// The line, with its line feed.
    pub fn to_json(&self) -> String {
        // A value of strings, numbers and lists can always be serialized.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// The score of a continuation.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ContinuationScore {
    /// Sum of the log-probabilities of its tokens.
    pub logprob_sum: f64,
    /// Number of its tokens.
    pub tokens: usize,
    /// Whether each of its tokens is the most likely one.
    pub is_greedy: bool,
}

/// What was done for a file of continuations.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContinuationTotals {
    /// Lines, without empty ones.
    pub lines: usize,
    /// Lines with an error.
    pub errors: usize,
    /// Scored continuations.
    pub continuations: usize,
    /// Tokens that were computed.
    pub computed: usize,
    /// Tokens that had been computed for another sequence.
    pub reused: usize,
}

impl ContinuationTotals {
    /// The status line, which begins with `what`.
    pub fn status(&self, what: &str, duration: Duration) -> String {
        let ContinuationTotals { lines, errors, continuations, computed, reused } = self;
        format!(
            "{what}: lines={lines} errors={errors} continuations={continuations} computed={computed} reused={reused} \
             duration={:.3}s",
            duration.as_secs_f64()
        )
    }
}
