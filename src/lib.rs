//! rumma examines, verifies and runs 4-bit AWQ language models on ordinary CPUs, offline.
//!
//! The rooms, in reading order: each uses only rooms above it. `ARCHITECTURE.md` says which, and why.

// Public items are documented. In modules with `allow(missing_docs)` some fields and variants are not.
#![warn(missing_docs)]
// Input from outside causes an `Error`, never a panic, and all output goes through `cli::console`, because the print macros
// panic on a closed pipe. Tests may do both: clippy.toml.
#![warn(clippy::expect_used, clippy::panic, clippy::unreachable, clippy::unwrap_used)]
#![warn(clippy::print_stderr, clippy::print_stdout)]

/// What can go wrong, as typed facts: the kind, the file, tensor or field at fault, what was found and what was expected.
#[allow(missing_docs)]
pub mod error;

/// Reading and writing files: atomic writes, checks beforehand, hex digits.
pub mod files;

/// The arithmetic: slices in, slices out; the scalar specification, and the same bits by faster instructions.
#[allow(missing_docs, unsafe_code)]
pub mod kernels;

/// Memory in large pages, and how much there is.
pub mod pages;

/// The threads that live as long as a model.
pub mod threads;

/// What lies on disk: configuration and tensors, found, checked, mapped, hashed.
pub mod checkpoint;

/// From named bytes to matrices: which tensors make up a layer, and how their bits are read.
#[allow(missing_docs)]
pub mod weights;

/// One decoder, driven by the configuration: tokens in, hidden states and logits out.
#[allow(missing_docs)]
pub mod model;

/// Text to tokens and back, and the chat template.
pub mod text;

/// Models at work: sequences, samplers, generation.
#[allow(missing_docs)]
pub mod engine;

/// What a machine could do at best, and what a model does on it.
#[allow(missing_docs)]
pub mod bench;

/// What subcommands found, as plain data; for people and as JSON.
#[allow(missing_docs)]
pub mod report;

/// The command line.
pub mod cli;
