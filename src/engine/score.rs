//! Scores of given tokens: the log-probability of each one after those before it, and how far the predictions of two
//! models differ.
//!
//! A text that is longer than the context is scored in [`windows`], as in transformers' guide "Perplexity of fixed-length
//! models". All sums are in f64, in the order of the tokens, so they are the same on every machine.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::sampler::{exp_nonpositive, log_softmax_at, most_likely};
use super::{Control, Engine, Event, Finish, PrefillStats, Request};
use crate::error::{Error, Result};
use crate::kernels::math::{exp_f64, largest, ln};

/// A part of a text that fits the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The position of its first token.
    pub start: usize,
    /// The positions of the tokens that are scored in it.
    pub scored: Range<usize>,
}

/// The windows of a text of `tokens` tokens. Each has `context` tokens (the last one may have fewer) and begins `stride`
/// tokens after the one before; both are at least 1, and `stride` is at most `context`. A token is scored in the first
/// window that reaches it, so each token but the first of the text is scored once, after at least `context - stride` others.
///
/// If `stride` equals `context`, the last position of a window scores the first token of the next one.
pub fn windows(tokens: usize, context: usize, stride: usize) -> impl Iterator<Item = Window> {
    let reach = context + usize::from(stride == context);
    let (mut start, mut scored) = (0, 1);
    std::iter::from_fn(move || {
        let end = (start + reach).min(tokens);
        let window = (scored < tokens).then_some(Window { start, scored: scored..end })?;
        (start, scored) = (start + stride, end);
        Some(window)
    })
}

/// Tokens to score, and those before them.
#[derive(Clone, Debug)]
pub struct Passage {
    /// At least two tokens.
    pub ids: Vec<u32>,
    /// The index in `ids` of the first token to score, at least 1.
    pub first: usize,
}

/// The logits that predict a token.
pub struct Row<'e> {
    /// The index of the passage.
    pub passage: usize,
    /// The index of the token in [`Passage::ids`].
    pub position: usize,
    /// `[vocab_size]`, all exact.
    pub logits: &'e [f32],
}

/// Computes passages with an engine that runs nothing else. Calls `on_row` for every token to score, in the order of the
/// tokens of a passage, until it fails. Tokens that begin several passages are computed once.
///
/// Returns how each passage was computed, or its error: that of `on_row`, or [`Error::Interrupted`] if `cancel` ended it.
pub fn run(
    engine: &mut Engine,
    passages: &[Passage],
    cancel: Option<&AtomicBool>,
    on_row: &mut (dyn FnMut(Row) -> Result<()> + Send),
) -> Vec<Result<PrefillStats>> {
    let mut results: Vec<Option<Result<PrefillStats>>> = Vec::with_capacity(passages.len());
    // In the order of the numbers of the requests.
    let mut submitted = Vec::with_capacity(passages.len());
    for (index, passage) in passages.iter().enumerate() {
        // The last token is only predicted.
        let computed = passage.ids.len().saturating_sub(1);
        let prompt = passage.ids[..computed].to_vec();
        match engine.submit(Request { prompt_logits_from: Some(passage.first), ..Request::new(prompt) }) {
            Ok(request) => {
                submitted.push((request, index));
                results.push(None);
            }
            Err(error) => results.push(Some(Err(error))),
        }
    }
    engine.run(cancel, &mut |sequence, event| {
        let Ok(found) = submitted.binary_search_by_key(&sequence.request, |(request, _)| *request) else {
            return Control::Continue;
        };
        let (_, passage) = submitted[found];
        let result = &mut results[passage];
        match event {
            Event::PromptLogits { position, logits } if result.is_none() => {
                *result = on_row(Row { passage, position, logits }).err().map(Err);
            }
            Event::Finished(completion) if completion.finish != Finish::Interrupted && result.is_none() => {
                *result = Some(Ok(completion.prefill));
            }
            Event::Failed(error) => *result = Some(Err(error)),
            _ => {}
        }
        Control::Continue
    });
    results.into_iter().map(|result| result.unwrap_or(Err(Error::Interrupted))).collect()
}

/// How likely a token was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenScore {
    /// The natural logarithm of its probability.
    pub logprob: f32,
    /// Whether it was the most likely token; of equally likely ones, the one with the lowest id.
    pub is_greedy: bool,
}

impl TokenScore {
    /// The score of the token `id`, from the logits that predict it.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a logit is NaN, or the log-probability not finite.
    pub fn new(logits: &[f32], id: u32) -> Result<TokenScore> {
        let is_greedy = most_likely(logits)? == id;
        let logprob = log_softmax_at(logits, id);
        if !logprob.is_finite() {
            return Err(Error::NotFinite { what: "the log-probabilities" });
        }
        Ok(TokenScore { logprob, is_greedy })
    }
}

/// The sum of log-probabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    /// The number of tokens.
    pub tokens: usize,
    /// The sum of their natural log-probabilities.
    pub logprob: f64,
}

impl Total {
    /// Adds the next token.
    pub fn add(&mut self, logprob: f32) {
        *self = Total { tokens: self.tokens + 1, logprob: self.logprob + f64::from(logprob) };
    }

    /// e to the mean negative log-probability; `None` without tokens, or if it is too large.
    pub fn perplexity(&self) -> Option<f64> {
        let mean = -self.logprob / self.tokens as f64;
        (self.tokens > 0 && mean < 700.0).then(|| exp_f64(mean))
    }

    /// The bits that encode the tokens, for each of the text's `bytes`; `None` for an empty text.
    pub fn bits_per_byte(&self, bytes: usize) -> Option<f64> {
        (bytes > 0).then(|| (0.0 - self.logprob) / std::f64::consts::LN_2 / bytes as f64)
    }
}

/// The Kullback-Leibler divergence, in nats, of the prediction `logits` from the prediction `reference`: the mean over
/// tokens drawn from `reference` of ln(reference probability / probability). 0 if the predictions are equal.
pub fn divergence(reference: &[f32], logits: &[f32]) -> f64 {
    const LANES: usize = 16;
    let (max_p, max_q) = (f64::from(largest(reference)), f64::from(largest(logits)));
    // Partial sums in lanes: the compiler can vectorize this without reordering.
    let (mut p_sum, mut q_sum, mut difference) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for (p, q) in reference.chunks(LANES).zip(logits.chunks(LANES)) {
        for (i, (&p, &q)) in p.iter().zip(q).enumerate() {
            let (p, q) = (f64::from(p), f64::from(q));
            let weight = exp_nonpositive(p - max_p);
            p_sum[i] += weight;
            q_sum[i] += exp_nonpositive(q - max_q);
            // A token that is impossible in both adds nothing.
            if weight > 0.0 {
                difference[i] += weight * (p - q);
            }
        }
    }
    let [p_sum, q_sum, difference] = [p_sum, q_sum, difference].map(|lanes| lanes.iter().sum::<f64>());
    let log_ratio = (max_p - max_q) + (ln(p_sum) - ln(q_sum));
    // Rounding can make it negative by about 1e-11.
    (difference / p_sum - log_ratio).max(0.0)
}

/// The predictions of two models at the same positions, compared.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    divergences: Vec<f64>,
    agreed: usize,
}

impl Comparison {
    /// Adds a position.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a logit is NaN or none is finite.
    pub fn add(&mut self, reference: &[f32], logits: &[f32]) -> Result<()> {
        self.agreed += usize::from(most_likely(reference)? == most_likely(logits)?);
        self.divergences.push(divergence(reference, logits));
        Ok(())
    }

    /// The result; `None` without positions.
    pub fn summary(mut self) -> Option<Divergence> {
        let count = self.divergences.len();
        let mean = self.divergences.iter().sum::<f64>() / count as f64;
        self.divergences.sort_by(f64::total_cmp);
        let max = *self.divergences.last()?;
        let quantile = |q| quantile(&self.divergences, q);
        let top1_agreement = self.agreed as f64 / count as f64;
        Some(Divergence { mean, median: quantile(0.5), p99: quantile(0.99), max, top1_agreement })
    }
}

/// How far the predictions of a model are from those of a reference: statistics of [`divergence`], in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Divergence {
    /// The mean.
    pub mean: f64,
    /// The median.
    pub median: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The largest.
    pub max: f64,
    /// The fraction of positions at which both have the same most likely token.
    pub top1_agreement: f64,
}

/// The quantile `q` of sorted values, at least one, with linear interpolation (numpy's default).
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = q * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
    below + (above - below) * position.fract()
}

/// Compares two models on a passage, in pieces of at most `rows` positions, so that the logits of no more exist at a time.
/// Calls `on_score` with the score of each token by the reference and by the other model.
///
/// Returns the number of tokens that both computed.
///
/// # Errors
/// The error of a failed sequence; [`Error::NotFinite`]; [`Error::Interrupted`] if `cancel` ended it.
pub fn compare(
    [reference, engine]: [&mut Engine; 2],
    passage: &Passage,
    rows: usize,
    cancel: Option<&AtomicBool>,
    comparison: &mut Comparison,
    on_score: &mut (dyn FnMut(TokenScore, TokenScore) + Send),
) -> Result<usize> {
    let (mut first, mut computed) = (passage.first, 0);
    while first < passage.ids.len() {
        let end = (first + rows.max(1)).min(passage.ids.len());
        // The tokens before `first` are computed already; the engines keep their keys and values.
        let piece = [Passage { ids: passage.ids[..end].to_vec(), first }];
        let mut expected = Vec::new();
        computed += finish(run(reference, &piece, cancel, &mut |row| {
            expected.push(row.logits.to_vec());
            Ok(())
        }))?;
        let mut expected = expected.into_iter();
        computed += finish(run(engine, &piece, cancel, &mut |row| {
            let expected = expected.next().unwrap_or_default();
            comparison.add(&expected, row.logits)?;
            let id = piece[0].ids[row.position];
            on_score(TokenScore::new(&expected, id)?, TokenScore::new(row.logits, id)?);
            Ok(())
        }))?;
        first = end;
    }
    Ok(computed)
}

/// The tokens that the passages computed.
fn finish(results: Vec<Result<PrefillStats>>) -> Result<usize> {
    results.into_iter().try_fold(0, |sum, result| Ok(sum + result?.tokens))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_but_the_first_is_scored_once_in_windows_of_the_context() {
        for tokens in 0..40 {
            for context in 1..12 {
                for stride in 1..=context {
                    let mut next = 1;
                    for (index, window) in windows(tokens, context, stride).enumerate() {
                        let Window { start, scored } = window;
                        assert_eq!((start, scored.start), (index * stride, next));
                        assert!(start < scored.start && scored.end - 1 - start <= context, "{start} {scored:?}");
                        assert!(index == 0 || scored.start - start >= (context - stride).max(1));
                        next = scored.end;
                    }
                    assert_eq!(next, tokens.max(1), "{tokens} tokens, context {context}, stride {stride}");
                }
            }
        }
    }

    #[test]
    fn windows_are_those_of_the_guide_of_transformers() {
        let found: Vec<_> = windows(10, 4, 2).map(|window| (window.start, window.scored)).collect();
        assert_eq!(found, [(0, 1..4), (2, 4..6), (4, 6..8), (6, 8..10)]);
        let found: Vec<_> = windows(10, 4, 4).map(|window| (window.start, window.scored)).collect();
        assert_eq!(found, [(0, 1..5), (4, 5..9), (8, 9..10)]);
    }

    #[test]
    fn the_divergence_is_that_of_the_definition() {
        let reference = [0.5, -1.0, 3.0, 0.0, f32::NEG_INFINITY];
        let logits = [1.0, -1.5, 2.0, 0.25, -4.0];
        let softmax = |logits: &[f32]| -> Vec<f64> {
            let total: f64 = logits.iter().map(|l| f64::from(*l).exp()).sum();
            logits.iter().map(|l| f64::from(*l).exp() / total).collect()
        };
        let (p, q) = (softmax(&reference), softmax(&logits));
        let expected: f64 = p.iter().zip(&q).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * (p / q).ln()).sum();
        let found = divergence(&reference, &logits);
        assert!((found - expected).abs() < 1e-10, "{found} {expected}");
        assert_eq!(divergence(&logits, &logits), 0.0);
        // Shifting all logits does not change a prediction.
        let shifted = logits.map(|logit| logit + 100.0);
        assert!(divergence(&logits, &shifted) < 1e-10);
    }

    #[test]
    fn the_summary_has_quantiles_as_numpy_computes_them() {
        let mut comparison = Comparison::default();
        assert_eq!(comparison.clone().summary(), None);
        comparison.divergences = vec![4.0, 1.0, 2.0, 3.0];
        comparison.agreed = 3;
        let Divergence { mean, median, p99, max, top1_agreement } = comparison.summary().expect("four positions");
        assert_eq!((mean, median, max, top1_agreement), (2.5, 2.5, 4.0, 0.75));
        assert!((p99 - 3.97).abs() < 1e-12, "{p99}");
    }

    #[test]
    fn no_tokens_have_no_perplexity() {
        let mut total = Total::default();
        assert_eq!((total.perplexity(), total.bits_per_byte(0)), (None, None));
        total.add(-std::f32::consts::LN_2);
        total.add(-3.0 * std::f32::consts::LN_2);
        assert!((total.perplexity().expect("two tokens") - 4.0).abs() < 1e-6);
        assert!((total.bits_per_byte(8).expect("8 bytes") - 0.5).abs() < 1e-6);
    }
}
