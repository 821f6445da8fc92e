//! Report of `rumma decode`.

use serde::Serialize;

use super::generation::GenerationReport;
use crate::engine::generate::Generation;
use crate::engine::{Completion, Finish, PrefillStats, SpeculationStats, Timing, TokenLogprobs};

/// The generated sequences: one, or several from the same prompt.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Decode {
    /// One sequence, serialized without a list around it.
    One {
        /// The sequence.
        #[serde(flatten)]
        sequence: Box<SequenceReport>,
        /// The log-probability of each token of the prompt, if wanted.
        #[serde(skip_serializing_if = "Option::is_none")]
        prompt_logprobs: Option<Vec<PromptToken>>,
        /// The settings in effect.
        #[serde(flatten)]
        settings: Box<GenerationReport>,
    },
    /// A batch.
    Many {
        /// The sequences, in the order of their index.
        sequences: Vec<SequenceReport>,
        /// The log-probability of each token of the prompt, if wanted.
        #[serde(skip_serializing_if = "Option::is_none")]
        prompt_logprobs: Option<Vec<PromptToken>>,
        /// The prompt, which is computed once for all sequences.
        prefill: PrefillTiming,
        /// The generated tokens of all sequences after the first of each.
        decode: PhaseTiming,
        /// The settings in effect.
        #[serde(flatten)]
        settings: Box<GenerationReport>,
    },
}

/// One generated sequence.
#[derive(Debug, Serialize)]
pub struct SequenceReport {
    /// Token ids of the prompt.
    pub prompt_ids: Vec<u32>,
    /// The generated tokens, including an end-of-text token.
    pub ids: Vec<u32>,
    /// The generated text, up to a stop string; empty if the model has no tokenizer.
    pub text: String,
    /// `stop` for an end-of-text token or a stop string; `length` for a limit or an interrupt.
    pub finish_reason: &'static str,
    /// The exact reason: `eos`, `stop_string`, `tokens`, `context` or `interrupt`.
    pub ended_by: &'static str,
    /// The prompt, which is computed once for all sequences. Prefill also gives the first generated token.
    pub prefill: PrefillTiming,
    /// The generated tokens after the first. In a batch, every sequence reports the time of the whole batch.
    pub decode: PhaseTiming,
    /// SHA-256 of the little-endian f32 logits of every generated position, in order.
    pub logits_sha256: String,
    /// The log-probability of each generated token, if wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<Vec<TokenReport>>,
    /// Draft tokens that were verified, and those that were right.
    pub speculation: SpeculationStats,
}

/// The log-probabilities of a generated position, before penalties and temperature.
#[derive(Debug, Serialize)]
pub struct TokenReport {
    /// The generated token.
    pub id: u32,
    /// Natural logarithm of its probability.
    pub logprob: f32,
    /// The most likely tokens, as (token id, log-probability), in descending order.
    pub top: Vec<(u32, f32)>,
}

impl From<TokenLogprobs> for TokenReport {
    fn from(TokenLogprobs { id, logprob, top }: TokenLogprobs) -> TokenReport {
        TokenReport { id, logprob, top }
    }
}

/// The log-probabilities that are wanted.
#[derive(Debug, Default)]
pub struct Scores {
    /// Whether those of the generated tokens are.
    pub logprobs: bool,
    /// Those of the prompt.
    pub prompt_logprobs: Option<Vec<PromptToken>>,
}

/// A token of the prompt.
#[derive(Debug, Clone, Serialize)]
pub struct PromptToken {
    /// Its id.
    pub id: u32,
    /// Natural logarithm of its probability after the tokens before it; `None` for the first.
    pub logprob: Option<f32>,
}

/// How the prompt was computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct PrefillTiming {
    /// Number of tokens that were computed.
    pub tokens: usize,
    /// Number of tokens whose keys and values were there already.
    pub reused: usize,
    /// Wall-clock time.
    pub seconds: f64,
}

impl From<PrefillStats> for PrefillTiming {
    fn from(stats: PrefillStats) -> PrefillTiming {
        PrefillTiming { tokens: stats.tokens, reused: stats.reused, seconds: stats.time.as_secs_f64() }
    }
}

/// Number of tokens and duration of a phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct PhaseTiming {
    /// Number of tokens.
    pub tokens: usize,
    /// Wall-clock time.
    pub seconds: f64,
}

impl PhaseTiming {
    /// Tokens per second; 0 if the duration is 0.
    pub fn per_second(&self) -> f64 {
        if self.seconds > 0.0 { self.tokens as f64 / self.seconds } else { 0.0 }
    }
}

impl From<Timing> for PhaseTiming {
    fn from(timing: Timing) -> PhaseTiming {
        PhaseTiming { tokens: timing.tokens, seconds: timing.time.as_secs_f64() }
    }
}

impl Decode {
    /// `texts`: the text of each sequence of `generation`. `settings`: those in effect.
    pub fn new(generation: Generation, texts: Vec<String>, settings: GenerationReport, scores: Scores) -> Decode {
        let Scores { logprobs, prompt_logprobs } = scores;
        let (prefill, decode) = (PrefillTiming::from(generation.prefill), PhaseTiming::from(generation.decode));
        let sequence = |(generated, text): (Completion, String)| SequenceReport {
            prompt_ids: generation.prompt.clone(),
            text,
            finish_reason: finish_reason(generated.finish),
            ended_by: ended_by(generated.finish),
            prefill,
            decode: PhaseTiming { tokens: generated.ids.len().saturating_sub(1), seconds: decode.seconds },
            logits_sha256: generated.logits_sha256.unwrap_or_default(),
            logprobs: logprobs.then(|| generated.logprobs.into_iter().map(TokenReport::from).collect()),
            speculation: generated.speculation,
            ids: generated.ids,
        };
        let mut sequences: Vec<SequenceReport> = generation.sequences.into_iter().zip(texts).map(sequence).collect();
        match sequences.len() {
            1 => Decode::One { sequence: Box::new(sequences.remove(0)), prompt_logprobs, settings: Box::new(settings) },
            _ => Decode::Many { sequences, prompt_logprobs, prefill, decode, settings: Box::new(settings) },
        }
    }
}

/// `stop` for an end-of-text token or a stop string; `length` for a limit or an interrupt.
pub fn finish_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Eos(_) | Finish::StopString | Finish::GrammarEnd => "stop",
        Finish::TokenLimit | Finish::ContextEnd | Finish::Interrupted => "length",
    }
}

pub(super) fn ended_by(finish: Finish) -> &'static str {
    match finish {
        Finish::Eos(_) => "eos",
        Finish::StopString => "stop_string",
        Finish::GrammarEnd => "grammar",
        Finish::TokenLimit => "tokens",
        Finish::ContextEnd => "context",
        Finish::Interrupted => "interrupt",
    }
}

/// The status line of a generation. Prefill gives the first token of each sequence, so duration and rate are those of the
/// tokens after the first; a single token has no rate.
pub fn status(generation: &Generation) -> String {
    let decode = PhaseTiming::from(generation.decode);
    let lengths = generation.sequences.iter().map(|sequence| sequence.ids.len());
    let mut reasons: Vec<&str> = generation.sequences.iter().map(|sequence| ended_by(sequence.finish)).collect();
    reasons.sort();
    reasons.dedup();
    let rate = match decode.tokens {
        0 => String::new(),
        _ => format!(" tokens_per_second={:.1}", decode.per_second()),
    };
    format!(
        "Decode finished: steps={} batch={} tokens={} ended_by={} decode_tokens={} duration={:.3}s{rate}",
        lengths.clone().max().unwrap_or(0),
        generation.sequences.len(),
        lengths.sum::<usize>(),
        reasons.join(","),
        decode.tokens,
        decode.seconds,
    )
}
