//! rumma examines, verifies and runs 4-bit AWQ language models on ordinary CPUs, offline.
//!
//! The rooms, in reading order; `ARCHITECTURE.md` says which may use which.

pub mod bench;
pub mod checkpoint;
pub mod cli;
pub mod engine;
pub mod error;
pub mod kernels;
pub mod model;
pub mod report;
pub mod text;
pub mod threads;
pub mod weights;
