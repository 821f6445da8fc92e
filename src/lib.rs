//! rumma inspects, verifies and runs 4-bit language models on CPUs, offline.
//!
//! Each module uses only modules above it in this file. `ARCHITECTURE.md` lists which module uses which, and why.

#![warn(missing_docs)]
// Invalid input causes an `Error`, never a panic. All output goes through `cli::console`, because the print macros panic on
// a closed pipe. `clippy.toml` exempts tests.
#![warn(clippy::expect_used, clippy::panic, clippy::unreachable, clippy::unwrap_used)]
#![warn(clippy::print_stderr, clippy::print_stdout)]

/// Typed errors: the kind, the file, the tensor or field at fault, the value found and the value expected.
pub mod error;

/// File operations: opening and identifying files, writing them atomically, hex encoding.
pub mod files;

/// JSON without duplicate keys.
pub mod json;

/// Compute kernels on slices: the scalar reference, and SIMD versions that give the same bits.
#[allow(unsafe_code)]
pub mod kernels;

/// Allocation in huge pages, and the amount of available memory.
pub mod pages;

/// The thread pool of a model.
pub mod threads;

/// Checkpoints on disk: locating, parsing, checking, memory-mapping and hashing their files.
pub mod checkpoint;

/// Binding of tensors to layers: which tensors make up a layer, and how their bits are unpacked.
pub mod weights;

/// The decoder-only transformer: computes hidden states and logits from tokens.
pub mod model;

/// Tokenizer, streaming detokenizer and chat template.
pub mod text;

/// Constraints on answers: JSON schemas, regular expressions, grammars and tool calls.
pub mod grammar;

/// Generation: sequences, prefill and decode loops, sampling, saved states.
pub mod engine;

/// Conversion of checkpoints between formats, and quantization.
pub mod convert;

/// The forms of OpenAI's API: the bodies of requests, and answers.
pub mod openai;

/// Batch jobs: lines of JSON to requests, and answers to lines of JSON.
pub mod jobs;

/// Benchmarks: prefill and decode rates, and the bandwidth and multiply ceilings of the machine.
pub mod bench;

/// Reports of the subcommands, rendered as text and as JSON.
pub mod report;

/// From what is asked to requests of the engine: tokenizer, chat template, settings.
pub mod requests;

/// The HTTP server in the form of OpenAI's API.
pub mod server;

/// Command-line interface.
pub mod cli;
