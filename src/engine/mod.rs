//! Text generation on token ids: the engine that runs any number of sequences together, sampling, saved states.
//!
//! [`Engine`] is the one path by which tokens are computed. [`generate`](generate::generate) is a short form for one
//! prompt.

pub mod blocks;
mod core;
mod costs;
pub mod defaults;
mod draft;
pub mod generate;
mod prefixes;
mod request;
pub mod sampler;
pub mod schedule;
pub mod score;
mod sequence;
mod speculate;
pub mod state;
mod step;
pub mod suppress;

pub use core::{Engine, EngineOptions, EngineStats, PREFILL_CHUNK, PROMPT_SLOWDOWN, check_context, check_prompt};
pub use prefixes::PREFIXES_FILE;
pub use request::{
    BAN, Completion, Control, Event, Finish, PrefillStats, Request, SequenceId, Speculation, SpeculationStats, Timing,
    TokenLogprobs,
};
pub use step::LOGIT_ROWS;

pub use crate::kernels::attention::KV_BLOCK;
