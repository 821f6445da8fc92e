//! Tokens that must not be sampled, as in transformers' logits processors of the same names.

use std::fmt;

use serde::Serialize;

use crate::checkpoint::GenerationConfig;
use crate::engine::sampler::SamplingOptions;
use crate::error::Result;
use crate::model::head::ExactLogits;

/// Which tokens are not sampled at which position. The default suppresses nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SuppressedTokens {
    /// Never sampled.
    pub suppress_tokens: Vec<u32>,
    /// Not sampled as the first generated token.
    pub begin_suppress_tokens: Vec<u32>,
    /// The last token of each sequence is not sampled after the others.
    pub bad_words_ids: Vec<Vec<u32>>,
    /// End-of-sequence tokens are not sampled before this number of generated tokens.
    pub min_new_tokens: usize,
    /// End-of-sequence tokens are not sampled before this number of tokens, prompt included.
    pub min_length: usize,
    /// The end-of-sequence tokens.
    #[serde(skip)]
    pub eos: Vec<u32>,
}

impl fmt::Display for SuppressedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [
            ("suppress_tokens", self.suppress_tokens.len()),
            ("begin_suppress_tokens", self.begin_suppress_tokens.len()),
            ("bad_words_ids", self.bad_words_ids.len()),
            ("min_new_tokens", self.min_new_tokens),
            ("min_length", self.min_length),
        ];
        let set: Vec<String> =
            lists.iter().filter(|(_, number)| *number > 0).map(|(name, number)| format!("{name} {number}")).collect();
        f.write_str(&set.join(", "))
    }
}

impl SuppressedTokens {
    /// Whether no token is suppressed.
    pub fn is_empty(&self) -> bool {
        *self == SuppressedTokens { eos: self.eos.clone(), ..SuppressedTokens::default() }
    }

    /// Those of a checkpoint whose end-of-sequence tokens are `eos`.
    ///
    /// # Errors
    /// The fault of an invalid setting.
    pub fn of(config: &GenerationConfig, eos: &[u32]) -> Result<SuppressedTokens> {
        for field in ["suppress_tokens", "begin_suppress_tokens", "bad_words_ids", "min_new_tokens", "min_length"] {
            config.check(field)?;
        }
        // transformers leaves out a bad word that is an end-of-sequence token.
        let is_eos = |ids: &&Vec<u32>| matches!(ids[..], [id] if eos.contains(&id));
        Ok(SuppressedTokens {
            suppress_tokens: config.suppress_tokens.clone(),
            begin_suppress_tokens: config.begin_suppress_tokens.clone(),
            bad_words_ids: config.bad_words_ids.iter().filter(|ids| !is_eos(ids)).cloned().collect(),
            min_new_tokens: config.min_new_tokens.unwrap_or(0),
            min_length: config.min_length.unwrap_or(0),
            eos: eos.to_vec(),
        })
    }

    /// Sets the logits of the tokens that must not follow `prompt` and `generated` to minus infinity.
    pub fn mask(&self, logits: &mut [f32], prompt: &[u32], generated: &[u32]) {
        self.for_each(prompt, generated, |id| {
            if let Some(logit) = logits.get_mut(id as usize) {
                *logit = f32::NEG_INFINITY;
            }
        });
    }

    /// Whether a token must not follow `prompt` and `generated`.
    pub fn excludes(&self, id: u32, prompt: &[u32], generated: &[u32]) -> bool {
        let mut found = false;
        self.for_each(prompt, generated, |other| found |= other == id);
        found
    }

    fn for_each(&self, prompt: &[u32], generated: &[u32], mut suppress: impl FnMut(u32)) {
        self.suppress_tokens.iter().for_each(|id| suppress(*id));
        if generated.is_empty() {
            self.begin_suppress_tokens.iter().for_each(|id| suppress(*id));
        }
        if generated.len() < self.min_new_tokens || prompt.len() + generated.len() < self.min_length {
            self.eos.iter().for_each(|id| suppress(*id));
        }
        for word in &self.bad_words_ids {
            let Some((last, before)) = word.split_last() else { continue };
            let tokens = prompt.iter().chain(generated).rev();
            if before.len() <= prompt.len() + generated.len() && tokens.zip(before.iter().rev()).all(|(a, b)| a == b) {
                suppress(*last);
            }
        }
    }

    /// The logits that must be exact for the same token as with all logits exact: as many more than `options` requires as
    /// can be suppressed.
    pub fn required_logits<'r>(&self, options: &SamplingOptions, seen: &'r [u32]) -> ExactLogits<'r> {
        let only_at_the_start = if self.min_new_tokens.max(self.min_length) > 0 { self.eos.len() } else { 0 };
        let lists = self.suppress_tokens.len() + self.begin_suppress_tokens.len() + self.bad_words_ids.len();
        match (lists + only_at_the_start, options.required_logits(seen)) {
            (0, required) => required,
            (count, ExactLogits::TopK { k, always }) => ExactLogits::TopK { k: k + count, always },
            (_, ExactLogits::WithinMargin { .. } | ExactLogits::All) => ExactLogits::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(suppressed: &SuppressedTokens, prompt: &[u32], generated: &[u32]) -> Vec<usize> {
        let mut logits = [0.0; 6];
        suppressed.mask(&mut logits, prompt, generated);
        (0..6).filter(|id| logits[*id] == f32::NEG_INFINITY).collect()
    }

    #[test]
    fn tokens_are_suppressed_at_the_positions_of_their_setting() {
        let suppressed = SuppressedTokens {
            suppress_tokens: vec![1, 99],
            begin_suppress_tokens: vec![2],
            bad_words_ids: vec![vec![3], vec![5, 4]],
            min_new_tokens: 2,
            min_length: 0,
            eos: vec![0],
        };
        assert_eq!(masked(&suppressed, &[5], &[]), [0, 1, 2, 3, 4]);
        assert_eq!(masked(&suppressed, &[5], &[2]), [0, 1, 3]);
        assert_eq!(masked(&suppressed, &[5], &[2, 5]), [1, 3, 4]);
        let long = SuppressedTokens { bad_words_ids: vec![vec![5, 5, 4]], ..SuppressedTokens::default() };
        assert_eq!(masked(&long, &[], &[5]), [0; 0], "the beginning of the text is no match");
        assert_eq!(masked(&long, &[5], &[5]), [4]);
        let until = SuppressedTokens { min_length: 3, eos: vec![0], ..SuppressedTokens::default() };
        assert_eq!((masked(&until, &[5], &[5]), masked(&until, &[5, 5], &[5])), (vec![0], vec![]));
    }

    #[test]
    fn as_many_more_logits_are_exact_as_can_be_suppressed() {
        let suppressed = SuppressedTokens { suppress_tokens: vec![1, 2], ..SuppressedTokens::default() };
        let greedy = suppressed.required_logits(&SamplingOptions::default(), &[]);
        assert!(matches!(greedy, ExactLogits::TopK { k: 3, always: [] }), "{greedy:?}");
        let near = SamplingOptions { temperature: 1.0, min_p: 0.1, ..SamplingOptions::default() };
        assert!(matches!(suppressed.required_logits(&near, &[]), ExactLogits::All));
        let none = SuppressedTokens::default().required_logits(&near, &[]);
        assert!(matches!(none, ExactLogits::WithinMargin { .. }), "{none:?}");
    }
}
