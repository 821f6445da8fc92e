//! Requests that cannot be answered.

use std::fmt;

use super::memory_size;

/// An invalid request: for this model, or for every model.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestError {
    /// The prompt has no token.
    EmptyPrompt,
    /// The prompt has a token id that is not in the vocabulary.
    TokenIdOutOfRange {
        /// The token id.
        id: u32,
        /// Number of token ids of the model.
        vocab_size: usize,
    },
    /// The context exceeds the model's maximum.
    ContextTooLong {
        /// The context, in tokens.
        context: usize,
        /// The model's maximum, in tokens.
        maximum: usize,
    },
    /// The prompt does not fit the context.
    PromptTooLong {
        /// Length of the prompt in tokens.
        tokens: usize,
        /// Whether `tokens` is its length, and not a lower bound.
        exact: bool,
        /// The context, in tokens.
        context: usize,
        /// The model's maximum context, in tokens.
        maximum: usize,
    },
    /// A sequence does not fit in the memory for keys and values.
    KvMemoryTooSmall {
        /// Length of the sequence in tokens, with those to be generated.
        tokens: usize,
        /// Bytes of its keys and values.
        needed: u64,
        /// Bytes for keys and values.
        limit: u64,
    },
    /// A sequence of a benchmark does not fit the context.
    SweepTooLong {
        /// Length of the sequence in tokens.
        tokens: usize,
        /// The context, in tokens.
        context: usize,
    },
    /// The windows of a text would leave tokens out.
    StrideTooLong {
        /// Distance between the beginnings of two windows, in tokens.
        stride: usize,
        /// Length of a window in tokens.
        context: usize,
    },
    /// A stop string is empty.
    EmptyStopString,
    /// No token can come next: the grammar, the bias and the suppressed tokens exclude all.
    NoTokenAllowed,
    /// A grammar takes more work than is allowed at one token.
    GrammarTooComplex {
        /// What takes too much.
        cause: String,
    },
    /// A sampling option is out of range.
    InvalidSampling {
        /// Field of [`SamplingOptions`](crate::engine::sampler::SamplingOptions).
        field: &'static str,
        /// Its value.
        value: f32,
        /// The valid range, as text.
        expected: &'static str,
    },
    /// A field of a random model is invalid.
    InvalidRandomModel {
        /// Field of [`RandomModel`](crate::checkpoint::RandomModel).
        field: &'static str,
        /// Its value.
        found: String,
        /// The valid values, as text.
        expected: String,
    },
    /// A random model has both a known model to copy the shapes from and a hidden size.
    AmbiguousRandomModel,
}

impl RequestError {
    /// Whether the request is invalid for every model.
    pub(super) fn is_usage(&self) -> bool {
        match self {
            RequestError::TokenIdOutOfRange { .. }
            | RequestError::ContextTooLong { .. }
            | RequestError::PromptTooLong { .. }
            | RequestError::KvMemoryTooSmall { .. }
            | RequestError::SweepTooLong { .. }
            | RequestError::NoTokenAllowed
            | RequestError::GrammarTooComplex { .. }
            | RequestError::StrideTooLong { .. } => false,
            RequestError::EmptyPrompt
            | RequestError::EmptyStopString
            | RequestError::InvalidSampling { .. }
            | RequestError::InvalidRandomModel { .. }
            | RequestError::AmbiguousRandomModel => true,
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestError::EmptyPrompt => f.write_str("the prompt is empty"),
            RequestError::TokenIdOutOfRange { id, vocab_size } => {
                write!(f, "token id {id} is out of range (vocabulary size {vocab_size})")
            }
            RequestError::ContextTooLong { context, maximum } => {
                write!(f, "context {context} exceeds the model's maximum of {maximum}")
            }
            RequestError::PromptTooLong { tokens, exact, context, .. } => {
                let least = if *exact { "" } else { "at least " };
                write!(f, "a prompt of {least}{tokens} tokens does not fit a context of {context}")
            }
            RequestError::KvMemoryTooSmall { tokens, needed, limit } => {
                let (needed, limit) = (memory_size(*needed), memory_size(*limit));
                write!(
                    f,
                    "the keys and values of {tokens} tokens take {needed}, more than the {limit} for all sequences"
                )
            }
            RequestError::SweepTooLong { tokens, context } => {
                write!(f, "a sequence of {tokens} tokens does not fit a context of {context}")
            }
            RequestError::StrideTooLong { stride, context } => {
                write!(f, "a stride of {stride} tokens exceeds the context of {context} tokens")
            }
            RequestError::EmptyStopString => f.write_str("an empty stop string would end every text before it starts"),
            RequestError::NoTokenAllowed => {
                f.write_str("no token can come next: grammar, bias and suppressed tokens exclude all")
            }
            RequestError::GrammarTooComplex { cause } => write!(f, "the grammar takes too much work ({cause})"),
            RequestError::InvalidSampling { field, value, expected } => {
                write!(f, "{field} {value} is out of range (expected {expected})")
            }
            RequestError::InvalidRandomModel { field, found, expected } => {
                write!(f, "{field} {found} is not possible (expected {expected})")
            }
            RequestError::AmbiguousRandomModel => {
                f.write_str("a random model has either the shapes of a known model or a width, not both")
            }
        }
    }
}
