//! Text generation on token ids: sequences, sampling, prefill and decode, saved states.

pub mod defaults;
pub mod generate;
pub mod sampler;
pub mod sequence;
pub mod state;
pub mod suppress;
