//! What is asked of the engine, and what it reports.

use std::time::Duration;

use serde::Serialize;

use super::sampler::{SamplingOptions, largest_logits, log_softmax_at};
use super::state::State;
use super::suppress::SuppressedTokens;
use crate::error::Error;
use crate::grammar::Grammar;
use crate::model::head::ExactLogits;
use crate::model::kv_cache::KvCache;

/// The bias of a token that is never sampled.
pub const BAN: f32 = -100.0;

/// Sequences to generate from one prompt.
#[derive(Debug, Clone)]
pub struct Request {
    /// The ids of the prompt's tokens, at least one.
    pub prompt: Vec<u32>,
    /// The number of sequences to generate. The prompt is computed once. Sequence i draws from stream `stream + i` of the
    /// [`Rng`](super::sampler::Rng).
    pub count: usize,
    /// The maximum number of tokens to generate for each sequence; with 0, only the prompt is computed.
    pub max_tokens: usize,
    /// The maximum number of tokens of a sequence, prompt included.
    pub context: usize,
    /// How the tokens are sampled.
    pub sampling: SamplingOptions,
    /// The seed of the random number generator; unused in greedy decoding.
    pub seed: u64,
    /// The random stream of the first sequence.
    pub stream: u64,
    /// The index of the first random number in its stream.
    pub first_draw: u64,
    /// The ids of the end-of-sequence tokens.
    pub eos: Vec<u32>,
    /// Tokens that must not be sampled.
    pub suppressed: SuppressedTokens,
    /// What the answer must be. Where it may end, the end-of-sequence tokens can be sampled; where it must, the sequence
    /// ends.
    pub grammar: Option<Grammar>,
    /// Numbers that are added to the logits of tokens, before penalties; [`BAN`] or less excludes a token.
    pub logit_bias: Vec<(u32, f32)>,
    /// Whether to compute [`Completion::logits_sha256`].
    pub hash_logits: bool,
    /// Reports the log-probability of each generated token, and of this number of the most likely ones.
    pub logprobs: Option<usize>,
    /// Reports the logits that predict the tokens of the prompt from this position on, and the next one
    /// ([`Event::PromptLogits`]). Position 0 is not predicted by anything.
    pub prompt_logits_from: Option<usize>,
    /// Whether draft tokens are proposed and verified; the result does not depend on it.
    pub speculation: Speculation,
    /// The keys and values of the first tokens of the prompt, from a state file.
    pub state: Option<KvCache>,
    /// Whether [`Completion::state`] is wanted.
    pub keep_state: bool,
    /// Whether the keys and values of other sequences are reused, and these are kept for others.
    pub reuse_prefix: bool,
}

impl Request {
    /// Computes a prompt and generates nothing.
    pub fn new(prompt: Vec<u32>) -> Request {
        Request {
            prompt,
            count: 1,
            max_tokens: 0,
            context: usize::MAX,
            sampling: SamplingOptions::default(),
            seed: 0,
            stream: 0,
            first_draw: 0,
            eos: Vec::new(),
            suppressed: SuppressedTokens::default(),
            grammar: None,
            logit_bias: Vec::new(),
            hash_logits: false,
            logprobs: None,
            prompt_logits_from: None,
            speculation: Speculation::Off,
            state: None,
            keep_state: false,
            reuse_prefix: true,
        }
    }

    /// Whether neither a bias nor a setting excludes token `id` after `generated`.
    pub(super) fn may_sample(&self, id: u32, generated: &[u32]) -> bool {
        let is_banned = self.logit_bias.iter().any(|(banned, bias)| *banned == id && *bias <= BAN);
        !is_banned && !self.suppressed.excludes(id, &self.prompt, generated)
    }

    /// The logits of the token after `seen` that must be exact. `biased` is memory for ids.
    pub fn required_logits<'s>(&self, seen: &'s [u32], biased: &'s mut Vec<u32>) -> ExactLogits<'s> {
        let required = self.suppressed.required_logits(&self.sampling, seen);
        if self.logit_bias.is_empty() {
            return required;
        }
        biased.extend(self.logit_bias.iter().map(|(id, _)| *id));
        match required {
            ExactLogits::All => required,
            ExactLogits::TopK { k, always } => {
                biased.extend(always);
                ExactLogits::TopK { k, always: biased }
            }
            ExactLogits::WithinMargin { margin, always } => {
                biased.extend(always);
                ExactLogits::WithinMargin { margin, always: biased }
            }
        }
    }

    /// The most tokens that a sequence of this request can have; at least those of the prompt.
    pub fn longest(&self) -> usize {
        let prompt = self.prompt.len();
        prompt.saturating_add(self.max_tokens).min(self.context).max(prompt)
    }
}

/// Where draft tokens come from. Those that sampling confirms are accepted, so that the answer and its logits are the same
/// as without.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Speculation {
    /// No drafts.
    #[default]
    Off,
    /// What followed the last tokens when they occurred before, in the prompt or the answer.
    Lookup,
    /// A smaller model with the same vocabulary ([`Engine::with_draft_model`](super::core::Engine::with_draft_model)), where
    /// `Lookup` has no draft.
    Model,
}

/// A sequence of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SequenceId {
    /// The request, as numbered by [`Engine::submit`](super::core::Engine::submit).
    pub request: u64,
    /// The index among the [`Request::count`] sequences.
    pub index: usize,
}

/// What happened to a sequence. `Prefill`, `PromptLogits` and `Prefilled` come for the first sequence of a request only.
/// The last event of every sequence is `Finished` or `Failed`.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one event exists at a time")]
pub enum Event<'e> {
    /// A chunk of the prompt has been computed.
    Prefill {
        /// Prompt tokens computed so far, without reused ones.
        done: usize,
        /// Prompt tokens to compute.
        total: usize,
    },
    /// The logits of a position of the prompt: see [`Request::prompt_logits_from`].
    PromptLogits {
        /// The position of the token that they predict; the length of the prompt for the next token.
        position: usize,
        /// `[vocab_size]`, all exact.
        logits: &'e [f32],
    },
    /// The whole prompt has been computed, and the logits of the first token.
    Prefilled(PrefillStats),
    /// A token has been generated, possibly an end-of-sequence token.
    Token {
        /// The token id.
        id: u32,
        /// With [`Request::logprobs`].
        logprobs: Option<&'e TokenLogprobs>,
    },
    /// The sequence has ended.
    Finished(Completion),
    /// The sequence ended with an error, which concerns no other sequence.
    Failed(Error),
}

/// The callback's answer to an [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// End the sequence of this [`Event::Token`] with [`Finish::StopString`]. For other events, the same as `Continue`.
    EndSequence,
    /// End all sequences (Ctrl-C) with [`Finish::Interrupted`].
    EndAll,
}

/// Why a sequence ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The sequence sampled this end-of-sequence token.
    Eos(u32),
    /// The callback found a stop string and returned [`Control::EndSequence`].
    StopString,
    /// The text of [`Request::grammar`] is complete, and nothing can follow.
    GrammarEnd,
    /// The sequence has [`Request::max_tokens`] tokens.
    TokenLimit,
    /// The context is full.
    ContextEnd,
    /// The sequence was cancelled, or [`Control::EndAll`] ended all sequences.
    Interrupted,
}

/// The log-probabilities of a generated position: of the exact logits, before grammar, bias, penalties and temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenLogprobs {
    /// The token that stands there.
    pub id: u32,
    /// Its natural log-probability.
    pub logprob: f32,
    /// The most likely tokens and their log-probabilities, the largest first.
    pub top: Vec<(u32, f32)>,
}

impl TokenLogprobs {
    /// Those of token `id`, with the `top` most likely ones, from exact logits `[vocab_size]`.
    pub fn new(logits: &[f32], id: u32, top: usize) -> TokenLogprobs {
        let logprob = |id: u32| log_softmax_at(logits, id);
        let top = largest_logits(logits, top).into_iter().map(|(id, _)| (id, logprob(id))).collect();
        TokenLogprobs { id, logprob: logprob(id), top }
    }
}

/// How the prompt of a sequence was computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrefillStats {
    /// Prompt tokens that were computed.
    pub tokens: usize,
    /// Prompt tokens whose keys and values were there already: from a state file or from other sequences.
    pub reused: usize,
    /// The duration of the steps that computed them, including the logits of the next token, but not those of the tokens
    /// of the prompt.
    pub time: Duration,
}

/// A number of tokens, and the duration of the steps that computed them. Callbacks and hashing are not included; what other
/// sequences compute in the same steps is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Tokens.
    pub tokens: usize,
    /// Wall-clock time.
    pub time: Duration,
}

/// Draft tokens of a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SpeculationStats {
    /// Tokens that were proposed and verified.
    pub drafted: usize,
    /// Those that sampling confirmed.
    pub accepted: usize,
}

/// A sequence that has ended.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The ids of the generated tokens, including a final end-of-sequence token.
    pub ids: Vec<u32>,
    /// Why the sequence ended.
    pub finish: Finish,
    /// SHA-256, in hexadecimal, of the logits of every generated position in order, `[ids.len(), vocab_size]` as
    /// little-endian f32, before bias and penalties. `None` without [`Request::hash_logits`].
    pub logits_sha256: Option<String>,
    /// One for each of `ids`; empty without [`Request::logprobs`].
    pub logprobs: Vec<TokenLogprobs>,
    /// The prompt. For sequences after the first of a request, `tokens` is 0, because they share the first one's.
    pub prefill: PrefillStats,
    /// The generated tokens after the first, whose logits are part of prefill.
    pub decode: Timing,
    /// The number of steps that computed `decode`.
    pub steps: usize,
    /// Draft tokens.
    pub speculation: SpeculationStats,
    /// All tokens, keys and values; with [`Request::keep_state`].
    pub state: Option<State>,
}
