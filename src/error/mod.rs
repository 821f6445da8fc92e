//! What can go wrong, as facts: the kind, the file, the part of it at fault, what was found and what was expected.
//!
//! The library states facts and names no command-line option; `cli::remedy` adds what a user can do about each kind.

mod fault;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use fault::{Fault, FaultKind};

/// The result of every function of this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// One failure. `Display` states the facts in one line, without a remedy.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused `action` ("open", "map", "read").
    Io { path: PathBuf, action: &'static str, source: io::Error },
    /// A model, or a file that belongs to one, is not where it was looked for; `details` says where that was, or what was
    /// there instead, and may be empty.
    NotFound { what: Wanted, name: String, details: String },
    /// A file is damaged, inconsistent or not supported.
    Fault(Box<Fault>),
    /// The request cannot be served: a token id, a context, an empty prompt.
    Request(RequestError),
    /// This machine lacks something: an instruction set, memory, threads.
    Machine(MachineError),
    /// The model computed NaN or infinite numbers; `what` names them, in the plural.
    NotFinite { what: &'static str },
    /// The command line is wrong: exit code 2. Only `cli` makes these.
    Usage(String),
    /// The user asked to stop (Ctrl-C): exit code 130.
    Interrupted,
    /// The system asked to stop (SIGTERM): exit code 143.
    Terminated,
}

/// What was looked for and not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A path of a checkpoint.
    Model,
    /// A hub id in the local caches.
    HubModel,
    /// The directory of a model that is in none.
    Directory,
    /// The reference that says which of several snapshots of a hub cache counts.
    Snapshot,
    /// Files of weights in a directory.
    Weights,
    /// A file that says which of several files of weights counts.
    WeightsIndex,
    /// The config.json of a checkpoint.
    Config,
    /// A configuration file that the user named.
    ConfigFile,
    /// The tokenizer.json of a checkpoint.
    Tokenizer,
    /// A tokenizer file that the user named.
    TokenizerFile,
    /// The chat template of a checkpoint.
    ChatTemplate,
    /// The list of a checkpoint's checksums.
    Checksums,
    /// Any file in a directory.
    Files,
}

/// A request that does not fit the model, or that no model can serve.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestError {
    /// The prompt has no token.
    EmptyPrompt,
    /// The prompt has a token that the model does not have.
    TokenIdOutOfRange { id: u32, vocab_size: usize },
    /// A context, in tokens, beyond the model's positions.
    ContextTooLong { context: usize, maximum: usize },
    /// A prompt, in tokens, beyond the context; `maximum` is the model's longest context.
    PromptTooLong { tokens: usize, context: usize, maximum: usize },
    /// A benchmark with a sequence, in tokens, beyond the context.
    SweepTooLong { tokens: usize, context: usize },
    /// A stop string without a character.
    EmptyStopString,
    /// A sampling option, by its field's name, outside its range.
    InvalidSampling { field: &'static str, value: f32, expected: &'static str },
    /// A field of a random model that cannot be.
    InvalidRandomModel { field: &'static str, found: String, expected: String },
    /// A random model with both a model to copy the shapes of and a width.
    AmbiguousRandomModel,
}

/// What this machine lacks.
#[derive(Debug)]
pub enum MachineError {
    /// An instruction set, and those that there are.
    MissingIsa { isa: &'static str, available: Vec<&'static str> },
    /// Memory, in bytes; `available` is `None` where the operating system refused it, and `source` says why.
    NotEnoughMemory { purpose: MemoryPurpose, needed: u64, available: Option<u64>, source: Option<io::Error> },
    /// So many threads.
    CannotStartThreads { count: usize, cause: String },
    /// A thread to run a chat template on.
    CannotStartTemplateThread { source: io::Error },
    /// So many chat templates that ran out of time still run; nothing can stop them.
    TooManyTemplateThreads { count: usize },
    /// The logits of a computation are not the recorded ones.
    WrongLogits { arithmetic: &'static str, isa: &'static str },
}

/// What memory is needed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryPurpose {
    /// The 8-bit copy of the output head.
    QuantizedHead,
    /// The same, and the tokenizer.
    HeadAndTokenizer,
    /// A run: its keys and values, and the rest, in bytes.
    Run { kv_cache: u64, workspace: u64 },
    /// Random weights; the name of the model.
    RandomModel(String),
}

impl Error {
    /// An [`Error::Io`] for `path`; meant for `map_err`.
    pub fn io<'a>(path: &'a Path, action: &'static str) -> impl FnOnce(io::Error) -> Error + 'a {
        move |source| Error::Io { path: path.to_path_buf(), action, source }
    }

    /// An [`Error::NotFound`] without details.
    pub fn not_found(what: Wanted, name: impl fmt::Display) -> Error {
        Error::NotFound { what, name: name.to_string(), details: String::new() }
    }

    /// The fault of a file, where that is what this error is.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Error::Fault(fault) => Some(fault),
            _ => None,
        }
    }

    /// The exit code of the command that met this error: 2 for a request that no model could serve.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Usage(_) => 2,
            Error::Request(request) if request.is_usage() => 2,
            Error::Fault(fault) if fault.kind == FaultKind::DirectoryNotEmpty => 2,
            Error::Interrupted => 130,
            Error::Terminated => 143,
            _ => 1,
        }
    }
}

impl RequestError {
    /// Whether the request is wrong whatever the model.
    fn is_usage(&self) -> bool {
        match self {
            RequestError::TokenIdOutOfRange { .. }
            | RequestError::ContextTooLong { .. }
            | RequestError::PromptTooLong { .. }
            | RequestError::SweepTooLong { .. } => false,
            RequestError::EmptyPrompt
            | RequestError::EmptyStopString
            | RequestError::InvalidSampling { .. }
            | RequestError::InvalidRandomModel { .. }
            | RequestError::AmbiguousRandomModel => true,
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::Fault(Box::new(fault))
    }
}

impl From<Box<Fault>> for Error {
    fn from(fault: Box<Fault>) -> Error {
        Error::Fault(fault)
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Error {
        Error::Request(error)
    }
}

impl From<MachineError> for Error {
    fn from(error: MachineError) -> Error {
        Error::Machine(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { path, action, source } => write!(f, "{}: cannot {action}: {source}", path.display()),
            Error::NotFound { what, name, details } => {
                write!(f, "{name}: {} not found", what.name())?;
                if details.is_empty() { Ok(()) } else { write!(f, " ({details})") }
            }
            Error::Fault(fault) => fault.fmt(f),
            Error::Request(error) => error.fmt(f),
            Error::Machine(error) => error.fmt(f),
            Error::NotFinite { what } => write!(f, "{what} are not finite numbers"),
            Error::Usage(problem) => f.write_str(problem),
            Error::Interrupted => f.write_str("interrupted"),
            Error::Terminated => f.write_str("terminated"),
        }
    }
}

impl Wanted {
    /// What it is called.
    fn name(self) -> &'static str {
        match self {
            Wanted::Model | Wanted::HubModel => "model",
            Wanted::Directory => "checkpoint directory",
            Wanted::Snapshot => "reference to a snapshot",
            Wanted::Weights => ".safetensors file",
            Wanted::WeightsIndex => "model.safetensors or an index of shards",
            Wanted::Config => "config.json",
            Wanted::ConfigFile => "configuration file",
            Wanted::Tokenizer => "tokenizer.json",
            Wanted::TokenizerFile => "tokenizer file",
            Wanted::ChatTemplate => "chat template",
            Wanted::Checksums => "list of checksums",
            Wanted::Files => "files",
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
            RequestError::PromptTooLong { tokens, context, .. } => {
                write!(f, "a prompt of {tokens} tokens does not fit a context of {context}")
            }
            RequestError::SweepTooLong { tokens, context } => {
                write!(f, "a sequence of {tokens} tokens does not fit a context of {context}")
            }
            RequestError::EmptyStopString => f.write_str("an empty stop string would end every text before it starts"),
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

impl fmt::Display for MachineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mb = |bytes: u64| bytes / 1_000_000;
        match self {
            MachineError::MissingIsa { isa, available } => {
                write!(f, "this CPU has no {isa} (available: {})", available.join(", "))
            }
            MachineError::NotEnoughMemory { purpose, needed, available, source } => {
                f.write_str("not enough memory: ")?;
                match purpose {
                    MemoryPurpose::QuantizedHead => {
                        write!(f, "the 8-bit copy of the output head takes {} MB", mb(*needed))
                    }
                    MemoryPurpose::HeadAndTokenizer => {
                        write!(f, "the 8-bit copy of the output head and the tokenizer take {} MB", mb(*needed))
                    }
                    MemoryPurpose::Run { kv_cache, workspace } => {
                        write!(f, "keys and values take {} MB, the workspace {} MB", mb(*kv_cache), mb(*workspace))
                    }
                    MemoryPurpose::RandomModel(name) => write!(f, "{name} takes {} MB", mb(*needed)),
                }?;
                available.map_or(Ok(()), |available| write!(f, ", and {} MB are available", mb(available)))?;
                source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
            }
            MachineError::CannotStartThreads { count, cause } => write!(f, "cannot start {count} threads: {cause}"),
            MachineError::CannotStartTemplateThread { source } => {
                write!(f, "cannot start a thread for the chat template: {source}")
            }
            MachineError::TooManyTemplateThreads { count } => {
                write!(f, "{count} chat templates that ran out of time are still running")
            }
            MachineError::WrongLogits { arithmetic, isa } => {
                write!(f, "{arithmetic} on {isa} gives other logits than recorded")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::Machine(MachineError::NotEnoughMemory { source, .. }) => source.as_ref().map(|source| source as _),
            Error::Machine(MachineError::CannotStartTemplateThread { source }) => Some(source),
            _ => None,
        }
    }
}

/// `text` with its control characters escaped, so that it neither breaks a line nor drives a terminal.
pub fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

/// Text of a file for a message: [`escaped`], and cut behind 400 characters.
pub fn one_line(text: &str) -> String {
    const LONGEST: usize = 400;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => escaped(&text[..end]) + "...",
        None => escaped(text),
    }
}
