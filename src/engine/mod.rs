//! Models at work: prompts in, tokens out.

pub mod generate;
pub mod sampler;
pub mod sequence;
pub mod state;
