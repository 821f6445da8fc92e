//! Logits to the next token: penalties, the filters of the distribution, and the draw.
//!
//! Steps and formulas are those of transformers' logits processors, in its order: repetition penalty; frequency and
//! presence penalty (vLLM's place and formula, transformers has none); then, when sampling, temperature, top-k, top-p,
//! min-p. Nothing here depends on the machine: exp and ln are our own, sums have a fixed order, ties go to the lower id.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::checkpoint::config::{REPETITION_PENALTY, TEMPERATURE};
use crate::error::{Error, RequestError, Result};
use crate::kernels::math::{largest, ln};
use crate::model::head::ExactLogits;

/// How the next token is chosen. The default is greedy: the most likely token, no penalties.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SamplingOptions {
    /// Logits are divided by it; 0 always takes the most likely token (`do_sample: false`).
    pub temperature: f32,
    /// Only the so many largest logits, and their equals, may be drawn; 0 for all.
    pub top_k: usize,
    /// Only the most likely tokens whose probabilities first reach this sum may be drawn; 1 for all.
    pub top_p: f32,
    /// Only tokens with at least this fraction of the largest probability may be drawn; 0 for all.
    pub min_p: f32,
    /// Positive logits of tokens in the prompt or the text are divided by it, negative ones multiplied; 1 for none.
    pub repetition_penalty: f32,
    /// Subtracted from the logit of every token that was generated (OpenAI's definition).
    pub presence_penalty: f32,
    /// Subtracted from a token's logit once for every time it was generated (OpenAI's definition).
    pub frequency_penalty: f32,
}

impl Default for SamplingOptions {
    fn default() -> SamplingOptions {
        SamplingOptions {
            temperature: 0.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            repetition_penalty: 1.0,
            presence_penalty: 0.0,
            frequency_penalty: 0.0,
        }
    }
}

impl SamplingOptions {
    /// Refuses values outside their range with a [`RequestError::InvalidSampling`] that names the field.
    pub fn validate(&self) -> Result<()> {
        let check = |field, value, sound, expected| match sound {
            true => Ok(()),
            false => Err(RequestError::InvalidSampling { field, value, expected }),
        };
        let SamplingOptions { temperature, top_p, min_p, repetition_penalty, .. } = *self;
        // Compared as what they are: the end of a range need not be a float.
        let within =
            |value: f32, range: RangeInclusive<f64>| (*range.start() as f32..=*range.end() as f32).contains(&value);
        check("temperature", temperature, within(temperature, TEMPERATURE), "0 to 100, 0 for the most likely token")?;
        check("top_p", top_p, (0.0..=1.0).contains(&top_p), "0 to 1, 1 for all tokens")?;
        check("min_p", min_p, (0.0..=1.0).contains(&min_p), "0 to 1, 0 for all tokens")?;
        let sound = within(repetition_penalty, REPETITION_PENALTY);
        check("repetition_penalty", repetition_penalty, sound, "0.000001 to 100, 1 for none")?;
        for (name, value) in
            [("presence_penalty", self.presence_penalty), ("frequency_penalty", self.frequency_penalty)]
        {
            check(name, value, (-100.0..=100.0).contains(&value), "-100 to 100, 0 for none")?;
        }
        Ok(())
    }

    /// Which logits must be exact for [`Sampler::sample`] to be certain of its choice, given every token of the sequence.
    pub fn required_logits<'r>(&self, seen: &'r [u32]) -> ExactLogits<'r> {
        let penalties = self.repetition_penalty != 1.0 || self.presence_penalty != 0.0 || self.frequency_penalty != 0.0;
        let always = if penalties { seen } else { &[] };
        if self.temperature == 0.0 {
            ExactLogits::TopK { k: 1, always }
        } else if self.top_k > 0 {
            ExactLogits::TopK { k: self.top_k, always }
        } else if self.min_p > 0.0 && self.top_p >= 1.0 {
            // e^(l / T) >= min_p e^(max / T); 0.01 covers the rounding of the quotients.
            let margin = -f64::from(self.temperature) * ln(f64::from(self.min_p));
            ExactLogits::WithinMargin { margin: margin as f32 + 0.01, always }
        } else {
            ExactLogits::All
        }
    }
}

/// A stream of random numbers that is addressed, not stepped through: Philox4x32-10 (Salmon et al., "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011) of (seed, stream, counter).
///
/// Sequence i of a batch draws from stream i, so its text depends on the seed and on i alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rng {
    pub seed: u64,
    pub stream: u64,
    /// Numbers drawn so far.
    pub counter: u64,
}

impl Rng {
    /// The next number, uniform in [0, 1), with 53 random bits.
    pub fn uniform(&mut self) -> f64 {
        let halves = |x: u64| [x as u32, (x >> 32) as u32];
        let ([c0, c1], [c2, c3]) = (halves(self.counter), halves(self.stream));
        self.counter = self.counter.wrapping_add(1);
        let [low, high, ..] = philox([c0, c1, c2, c3], halves(self.seed));
        let bits = (u64::from(high) << 32 | u64::from(low)) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }
}

/// Ten rounds of Philox4x32.
fn philox(mut x: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let (a, b) = (u64::from(x[0]) * 0xD251_1F53, u64::from(x[2]) * 0xCD9E_8D57);
        x = [(b >> 32) as u32 ^ x[1] ^ key[0], b as u32, (a >> 32) as u32 ^ x[3] ^ key[1], a as u32];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    x
}

/// A token that may be drawn; `weight` is its probability times an unknown factor.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Candidate {
    id: u32,
    weight: f64,
}

/// Chooses the tokens of one sequence.
#[derive(Debug, Clone)]
pub struct Sampler {
    options: SamplingOptions,
    rng: Rng,
    /// How often each token occurs; all zero between calls.
    counts: Vec<u32>,
    /// Tokens that may be drawn, by id unless they were just sorted.
    candidates: Vec<Candidate>,
    /// The largest logits while the k-th is looked for.
    largest: Vec<f32>,
}

impl Sampler {
    /// A sampler at the beginning of its random stream.
    ///
    /// # Errors
    /// [`Error::Request`] as [`SamplingOptions::validate`].
    pub fn new(options: &SamplingOptions, seed: u64, stream: u64) -> Result<Sampler> {
        Sampler::resume(options, Rng { seed, stream, counter: 0 })
    }

    /// A sampler that goes on where the one with this `rng` stopped.
    pub fn resume(options: &SamplingOptions, rng: Rng) -> Result<Sampler> {
        options.validate()?;
        Ok(Sampler { options: *options, rng, counts: Vec::new(), candidates: Vec::new(), largest: Vec::new() })
    }

    /// Where the random stream stands: all that a saved sequence needs.
    pub fn rng(&self) -> Rng {
        self.rng
    }

    /// The next token after `prompt` and `generated`, from one logit for each token of the vocabulary. Penalties and, where
    /// `among` names none, the temperature are applied in place. Where `among` names tokens, by id, no other is chosen; every token that the options can
    /// [choose](SamplingOptions::required_logits) must be among them.
    ///
    /// Greedy choice draws no random number, sampling exactly one.
    ///
    /// # Errors
    /// [`Error::NotFinite`] when a logit is NaN, or none is finite.
    pub fn sample(
        &mut self,
        logits: &mut [f32],
        among: Option<&[u32]>,
        prompt: &[u32],
        generated: &[u32],
    ) -> Result<u32> {
        self.penalize(logits, prompt, generated);
        let Some(ids) = among else { return self.draw(logits) };
        let mut few: Vec<f32> = ids.iter().map(|id| logits[*id as usize]).collect();
        let index = self.draw(&mut few)?;
        Ok(ids[index as usize])
    }

    /// Chooses one of some logits.
    fn draw(&mut self, logits: &mut [f32]) -> Result<u32> {
        let best = most_likely(logits)?;
        if self.options.temperature == 0.0 {
            return Ok(best);
        }
        self.filter(logits, best);
        let total: f64 = self.candidates.iter().map(|candidate| candidate.weight).sum();
        let target = self.rng.uniform() * total;
        let mut reached = 0.0;
        for candidate in &self.candidates {
            reached += candidate.weight;
            if reached > target {
                return Ok(candidate.id);
            }
        }
        Ok(best)
    }

    /// Every token that [`sample`](Self::sample) may return and its probability, by id.
    pub fn distribution(&mut self, logits: &mut [f32], prompt: &[u32], generated: &[u32]) -> Result<Vec<(u32, f64)>> {
        self.penalize(logits, prompt, generated);
        let best = most_likely(logits)?;
        if self.options.temperature == 0.0 {
            return Ok(vec![(best, 1.0)]);
        }
        self.filter(logits, best);
        let total: f64 = self.candidates.iter().map(|candidate| candidate.weight).sum();
        Ok(self.candidates.iter().map(|candidate| (candidate.id, candidate.weight / total)).collect())
    }

    /// Applies the penalties.
    fn penalize(&mut self, logits: &mut [f32], prompt: &[u32], generated: &[u32]) {
        let SamplingOptions { repetition_penalty, presence_penalty, frequency_penalty, .. } = self.options;
        self.counts.resize(logits.len(), 0);
        if repetition_penalty != 1.0 {
            // Ids beyond the logits cannot be drawn, so they need no penalty.
            let seen = || prompt.iter().chain(generated).map(|&id| id as usize).filter(|&id| id < logits.len());
            seen().for_each(|id| self.counts[id] = 1);
            let seen: Vec<usize> = seen().filter(|&id| std::mem::take(&mut self.counts[id]) > 0).collect();
            for id in seen {
                let logit = &mut logits[id];
                *logit = if *logit < 0.0 { *logit * repetition_penalty } else { *logit / repetition_penalty };
            }
        }
        if presence_penalty != 0.0 || frequency_penalty != 0.0 {
            let known = || generated.iter().map(|&id| id as usize).filter(|&id| id < logits.len());
            known().for_each(|id| self.counts[id] += 1);
            // The first visit takes the whole count.
            let known: Vec<(usize, u32)> = known().map(|id| (id, std::mem::take(&mut self.counts[id]))).collect();
            for (id, count) in known.into_iter().filter(|&(_, count)| count > 0) {
                logits[id] -= frequency_penalty * count as f32;
                logits[id] -= presence_penalty;
            }
        }
    }

    /// Leaves the tokens that may be drawn in `candidates`, by id.
    fn filter(&mut self, logits: &mut [f32], best: u32) {
        let SamplingOptions { temperature, top_k, top_p, min_p, .. } = self.options;
        if temperature != 1.0 {
            logits.iter_mut().for_each(|logit| *logit /= temperature);
        }
        let max = logits[best as usize];
        self.candidates.clear();
        if !max.is_finite() {
            // A temperature so small that it leaves one token.
            self.candidates.push(Candidate { id: best, weight: 1.0 });
            return;
        }
        let floor = if top_k == 0 { f32::NEG_INFINITY } else { kth_largest(logits, top_k, &mut self.largest) };
        let kept = (0..).zip(logits.iter()).filter(|&(_, &logit)| logit >= floor && logit > f32::NEG_INFINITY);
        self.candidates.extend(kept.map(|(id, &logit)| Candidate { id, weight: exp_nonpositive(logit - max) }));
        if top_p < 1.0 {
            apply_top_p(&mut self.candidates, f64::from(top_p));
        }
        // The largest weight is 1.
        self.candidates.retain(|candidate| candidate.weight >= f64::from(min_p));
    }
}

/// The id of the largest logit, the lowest of several.
///
/// # Errors
/// [`Error::NotFinite`] when a logit is NaN, or none is finite.
pub fn most_likely(logits: &[f32]) -> Result<u32> {
    const CHUNK: usize = 64;
    let max = largest(logits);
    let first = logits.chunks(CHUNK).position(|chunk| chunk.iter().fold(false, |found, logit| found | (*logit == max)));
    let within = |chunk: usize| logits[chunk * CHUNK..].iter().position(|logit| *logit == max);
    if let (Some(chunk), true) = (first, max.is_finite())
        && let Some(at) = within(chunk)
    {
        return Ok((chunk * CHUNK + at) as u32);
    }
    Err(Error::NotFinite { what: "the model's logits" })
}

/// The `n` largest logits with their ids, largest first, the lower id first of equals. Fewer when there are fewer logits.
pub fn largest_logits(logits: &[f32], n: usize) -> Vec<(u32, f32)> {
    if n == 0 || logits.is_empty() {
        return Vec::new();
    }
    let floor = kth_largest(logits, n, &mut Vec::new());
    let mut found: Vec<(u32, f32)> =
        (0..).zip(logits.iter().copied()).filter(|(_, logit)| logit.total_cmp(&floor).is_ge()).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(n);
    found
}

/// The natural logarithm of the probability of token `id`, in the order of sums that every machine uses; -inf for an id
/// beyond the logits.
pub fn log_softmax_at(logits: &[f32], id: u32) -> f32 {
    let Some(&logit) = logits.get(id as usize) else { return f32::NEG_INFINITY };
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    // Sixteen sums side by side, then one after the other.
    let mut lanes = [0.0_f64; 16];
    for chunk in logits.chunks(lanes.len()) {
        for (lane, &logit) in lanes.iter_mut().zip(chunk) {
            *lane += exp_nonpositive(logit - max);
        }
    }
    let total: f64 = lanes.iter().sum();
    (f64::from(logit) - f64::from(max) - ln(total)) as f32
}

/// The `k`-th largest of `logits`, or the smallest when there are fewer; `k` is at least 1.
fn kth_largest(logits: &[f32], k: usize, largest: &mut Vec<f32>) -> f32 {
    let k = k.min(logits.len());
    let down = |a: &f32, b: &f32| b.total_cmp(a);
    // Twice k are collected before the lower half is thrown away, so most logits cost one comparison.
    let mut floor = f32::NEG_INFINITY;
    largest.clear();
    for &logit in logits {
        if logit > floor || largest.len() < k {
            largest.push(logit);
            if largest.len() == 2 * k {
                floor = *largest.select_nth_unstable_by(k - 1, down).1;
                largest.truncate(k);
            }
        }
    }
    *largest.select_nth_unstable_by(k - 1, down).1
}

/// Nucleus filter: keeps the largest weights, and the lower id of equals, until they hold `top_p` of the sum: every
/// candidate that has less than that above it, and at least one. The rest goes; the order by id stays.
fn apply_top_p(candidates: &mut Vec<Candidate>, top_p: f64) {
    let total: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
    let down = |a: &Candidate, b: &Candidate| b.weight.total_cmp(&a.weight).then(a.id.cmp(&b.id));
    let (mut sorted, mut above) = (0, 0.0);
    // The nucleus is nearly always small: sort a few, and more only when they do not suffice.
    let kept = 'nucleus: loop {
        let rest = &mut candidates[sorted..];
        let next = rest.len().min((8 * sorted).max(64));
        if next < rest.len() {
            rest.select_nth_unstable_by(next, down);
        }
        rest[..next].sort_unstable_by(down);
        for (index, candidate) in candidates[sorted..sorted + next].iter().enumerate() {
            if sorted + index > 0 && above >= top_p * total {
                break 'nucleus sorted + index;
            }
            above += candidate.weight;
        }
        sorted += next;
        if sorted == candidates.len() {
            break sorted;
        }
    };
    candidates.truncate(kept);
    candidates.sort_unstable_by_key(|candidate| candidate.id);
}

/// e^x for x <= 0, to 2e-11 relative; 0 below -700.
///
/// Only additions and multiplications in double precision: no function call where the machine lacks fused
/// multiply-add, so that a whole vocabulary takes less than a millisecond.
fn exp_nonpositive(x: f32) -> f64 {
    // Adding 1.5 * 2^52 rounds to an integer, which then stands in the lowest bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // ln 2 in two parts; the first has so few bits that its product with the integer is exact.
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = f64::from(x).max(-700.0);
    let rounded = x * std::f64::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    // Taylor to degree 9: |r| <= 0.35, so the rest is below 8e-12.
    let mut sum = 1.0 / 362_880.0;
    for factorial in [40_320.0, 5_040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0, 1.0] {
        sum = sum * r + 1.0 / factorial;
    }
    let scale = f64::from_bits((rounded.to_bits() << 52).wrapping_add(1023 << 52));
    if x > -700.0 { sum * scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close_to_the_truth() {
        for step in 0..200_000 {
            let x = -(step as f32) * 0.0035;
            let (found, truth) = (exp_nonpositive(x), f64::from(x).exp());
            assert!((found - truth).abs() <= 2e-11 * truth, "exp({x}): found {found}, expected {truth}");
        }
        assert_eq!(exp_nonpositive(0.0), 1.0);
        assert_eq!(exp_nonpositive(f32::NEG_INFINITY), 0.0);
    }

    #[test]
    fn philox_gives_the_answers_of_its_authors() {
        // The known answers of Random123's kat_vectors for philox4x32-10.
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([!0; 4], [!0; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox(counter, key), expected);
        }
    }
}
