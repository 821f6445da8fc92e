//! rumma examines, verifies and runs 4-bit AWQ language models on ordinary CPUs, offline.
//!
//! The rooms, in reading order: each uses only rooms above it. `ARCHITECTURE.md` says which, and why.

/// What can go wrong, as typed facts: the kind, the file, tensor or field at fault, what was found and what was expected.
pub mod error;

/// Reading and writing files: atomic writes, checks beforehand, hex digits.
pub mod files;

/// The arithmetic: slices in, slices out; the scalar specification, and the same bits by faster instructions.
pub mod kernels;

/// Memory in large pages, and how much there is.
pub mod pages;

/// The threads that live as long as a model.
pub mod threads;

/// What lies on disk: configuration and tensors, found, checked, mapped, hashed.
pub mod checkpoint;

/// From named bytes to matrices: which tensors make up a layer, and how their bits are read.
pub mod weights;

/// One decoder, driven by the configuration: tokens in, hidden states and logits out.
pub mod model;

/// Text to tokens and back, and the chat template.
pub mod text;

/// Models at work: sequences, samplers, generation.
pub mod engine;

/// What a machine could do at best, and what a model does on it.
pub mod bench;

/// What subcommands found, as plain data; for people and as JSON.
pub mod report;

/// The command line.
pub mod cli;
