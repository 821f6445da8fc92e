//! Speculative decoding (Leviathan et al., "Fast inference from transformers via speculative decoding", 2023): draft tokens
//! are computed in the same step as the token before them, and each is accepted if it is the token that sampling picks at
//! its position. The random numbers are addressed by position, so the result is that of decoding without drafts, in
//! every sampling mode.
//!
//! [`Lookup`] drafts what followed when the last tokens occurred before (Saxena, "Prompt lookup decoding", 2023).

use std::collections::HashMap;

use super::costs::{StepCosts, StepSize};

/// The number of equal tokens before a draft, at least.
const KEY: usize = 3;
/// The most recent occurrences that are compared.
const OCCURRENCES: usize = 4;
/// The most draft tokens of a sequence in one step.
const LONGEST: usize = 15;
/// Upper ends of the ranges of match lengths that are counted together.
const MATCHES: [usize; 4] = [4, 8, 16, usize::MAX];
/// The weight of the counts so far when an outcome is added: about the last 50 outcomes count.
const DECAY: f64 = 0.98;

/// How often predictions were right: `right` of `all`, the recent ones weighted more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcomes {
    right: f64,
    all: f64,
}

impl Outcomes {
    /// The assumption before anything is known, which counts as much as `count` outcomes.
    pub(super) fn new(probability: f64, count: f64) -> Outcomes {
        Outcomes { right: probability * count, all: count }
    }

    pub(super) fn add(&mut self, right: bool) {
        self.right = self.right * DECAY + f64::from(u8::from(right));
        self.all = self.all * DECAY + 1.0;
    }

    pub(super) fn probability(&self) -> f64 {
        self.right / self.all
    }
}

/// A prediction: the tokens from `source` on follow the token before `position`.
#[derive(Debug, Clone, Copy)]
struct Prediction {
    source: usize,
    position: usize,
    matches: usize,
}

/// Predicts the next tokens of a sequence from its own earlier tokens.
///
/// Every prediction is compared with the tokens that follow, also if it was not drafted, so that the probability of being
/// right is learned without cost.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The positions after the last occurrences of [`KEY`] tokens, the latest first.
    occurrences: HashMap<[u32; KEY], [u32; OCCURRENCES]>,
    /// Tokens whose occurrences are recorded.
    indexed: usize,
    /// By the length of the match: [`MATCHES`].
    outcomes: [Outcomes; MATCHES.len()],
    last: Option<Prediction>,
}

impl Default for Lookup {
    fn default() -> Lookup {
        // Longer matches are right more often. These count as much as four outcomes.
        let outcomes = [0.3, 0.5, 0.7, 0.8].map(|probability| Outcomes::new(probability, 4.0));
        Lookup { occurrences: HashMap::new(), indexed: 0, outcomes, last: None }
    }
}

impl Lookup {
    /// The draft tokens that are worth their cost beside a step of `size`, that of other sequences and of this one, at most `room`.
    /// `tokens` are all tokens of the sequence without drafts.
    pub fn propose(&mut self, tokens: &[u32], room: usize, size: StepSize, costs: &StepCosts) -> Vec<u32> {
        self.learn(tokens);
        // Without the last token, whose occurrence is the one that is looked up.
        self.index(&tokens[..tokens.len().saturating_sub(1)]);
        let prediction = self.predict(tokens);
        self.last = prediction;
        let Some(Prediction { source, matches, .. }) = prediction else { return Vec::new() };
        let probability = self.outcomes[bucket(matches)].probability();
        let time = |count: usize| costs.estimate(size.with_rows(count, tokens.len()));
        let count = worthwhile(probability, size.rows.max(1), time, room.min(LONGEST));
        // A prediction that reaches the end of the tokens repeats itself.
        let period = tokens.len() - source;
        (0..count).map(|i| tokens[source + i % period]).collect()
    }

    /// Compares the last prediction with what followed.
    fn learn(&mut self, tokens: &[u32]) {
        let Some(Prediction { source, position, matches }) = self.last.take() else { return };
        let outcomes = &mut self.outcomes[bucket(matches)];
        for (at, token) in tokens.iter().enumerate().skip(position) {
            let right = tokens.get(source + at - position) == Some(token);
            outcomes.add(right);
            if !right {
                return;
            }
        }
    }

    /// The earlier occurrence of the last tokens with the longest match; of equal ones, the latest.
    fn predict(&self, tokens: &[u32]) -> Option<Prediction> {
        let key = tokens.last_chunk::<KEY>()?;
        let mut best: Option<Prediction> = None;
        for source in self.occurrences.get(key)?.iter().map(|source| *source as usize).filter(|source| *source > 0) {
            let before = tokens[..source].iter().rev().zip(tokens.iter().rev());
            let matches = before.take(MATCHES[2] + 1).take_while(|(a, b)| a == b).count();
            if best.is_none_or(|best| matches > best.matches) {
                best = Some(Prediction { source, position: tokens.len(), matches });
            }
        }
        best
    }

    /// Records the occurrences in new tokens.
    fn index(&mut self, tokens: &[u32]) {
        for end in (self.indexed + 1).max(KEY)..=tokens.len() {
            if let Some(key) = tokens[..end].last_chunk::<KEY>() {
                let occurrences = self.occurrences.entry(*key).or_default();
                occurrences.rotate_right(1);
                occurrences[0] = end as u32;
            }
        }
        self.indexed = tokens.len();
    }
}

fn bucket(matches: usize) -> usize {
    MATCHES.iter().position(|end| matches <= *end).unwrap_or(MATCHES.len() - 1)
}

/// The number of drafts, at most `most`, with the largest expected number of tokens per time, if each is right with
/// `probability` given that those before it are. The step has `rows` rows without them, and each gives a token; `time` is
/// how long it takes with a number of drafts.
fn worthwhile(probability: f64, rows: usize, time: impl Fn(usize) -> f64, most: usize) -> usize {
    let (mut best, mut best_rate) = (0, rows as f64 / time(0));
    let (mut tokens, mut power) = (rows as f64, 1.0);
    for count in 1..=most {
        power *= probability;
        tokens += power;
        let rate = tokens / time(count);
        if rate > best_rate {
            (best, best_rate) = (count, rate);
        }
    }
    best
}
