//! Errors as facts: the kind, the file, the part at fault, the value found and the value expected.
//!
//! Only [`Error::Usage`] names command-line options. `cli::remedy` adds the remedy for each kind of error.

mod fault;
mod request;
mod text;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use fault::{Fault, FaultKind};
pub use request::RequestError;
pub use text::{escaped, is_control, memory_size, one_line};

/// The result of every function of this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error. `Display` gives one line of facts, without a remedy.
#[derive(Debug)]
pub enum Error {
    /// An operation on a file failed.
    Io {
        /// The file.
        path: PathBuf,
        /// The operation, as a verb: "open", "map", "read".
        action: &'static str,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A model or one of its files does not exist.
    NotFound {
        /// What is missing.
        what: Resource,
        /// The model, file or directory given by the user.
        name: String,
        /// The places searched, or what was found instead; may be empty.
        details: String,
    },
    /// A file is damaged, inconsistent or not supported.
    Fault(Box<Fault>),
    /// An invalid request: a token id out of range, a context that is too long, an empty prompt.
    Request(RequestError),
    /// This machine lacks an instruction set, memory or threads.
    Machine(MachineError),
    /// The model computed NaN or infinite numbers.
    NotFinite {
        /// The numbers, in the plural.
        what: &'static str,
    },
    /// The command line is invalid: exit code 2. Created only by `cli`.
    Usage {
        /// The problem, without a remedy.
        problem: String,
        /// The remedy, as an imperative; `None` refers to the help text.
        fix: Option<String>,
    },
    /// Errors that have been printed already: exit code 1. Created only by `cli`.
    Reported,
    /// Ctrl-C (SIGINT): exit code 130.
    Interrupted,
    /// SIGTERM or SIGHUP: exit code 143.
    Terminated,
}

/// The object of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// A model given by its path.
    Model,
    /// A model given by its hub id, searched in the local caches.
    HubModel,
    /// The directory of a model that has none, such as the built-in one.
    Directory,
    /// A revision of a model in a hub cache.
    Revision(String),
    /// The weights of a model that is in a hub cache without them.
    HubWeights,
    /// A file of a model in a hub cache.
    HubFile,
    /// A file of weights in a directory.
    Weights,
    /// An index that selects among several files of weights.
    WeightsIndex,
    /// The config.json of a checkpoint.
    Config,
    /// The configuration file given by the user.
    ConfigFile,
    /// The tokenizer.json of a checkpoint.
    Tokenizer,
    /// The tokenizer file given by the user.
    TokenizerFile,
    /// The chat template of a checkpoint.
    ChatTemplate,
    /// The list of checksums of a checkpoint.
    Checksums,
    /// Any file in the directory of a checkpoint.
    Files,
}

/// A requirement that this machine does not meet.
#[derive(Debug)]
pub enum MachineError {
    /// The CPU does not support an instruction set.
    MissingIsa {
        /// The instruction set.
        isa: &'static str,
        /// The supported ones.
        available: Vec<&'static str>,
    },
    /// There is not enough memory, or an allocation failed.
    NotEnoughMemory {
        /// What the memory is for.
        purpose: MemoryPurpose,
        /// Bytes needed.
        needed: u64,
        /// What is available; `None` if an allocation failed.
        available: Option<AvailableMemory>,
        /// The error of the failed allocation.
        source: Option<io::Error>,
    },
    /// Threads cannot be started.
    CannotStartThreads {
        /// Number of threads.
        count: usize,
        /// Message of the thread pool or of the operating system.
        cause: String,
    },
    /// An address cannot be listened on.
    CannotListen {
        /// The address.
        address: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The thread for a chat template cannot be started.
    CannotStartTemplateThread {
        /// The error of the operating system.
        source: io::Error,
    },
    /// Too many chat templates exceeded their time limit and still run. A running template cannot be stopped.
    TooManyTemplateThreads {
        /// Number of running templates.
        count: usize,
    },
    /// The logits differ from the recorded ones.
    WrongLogits {
        /// The arithmetic.
        arithmetic: &'static str,
        /// The instruction set.
        isa: &'static str,
    },
}

/// An amount of memory, and what limits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvailableMemory {
    /// Bytes that can still be used.
    pub bytes: u64,
    /// The limit that leaves the fewest bytes.
    pub limit: MemoryLimit,
}

/// A limit on memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryLimit {
    /// The memory of the machine.
    Machine,
    /// The limit of a control group.
    ControlGroup,
    /// The limit on the address space of this process.
    AddressSpace,
    /// The limit on the data of this process.
    DataSize,
}

/// The purpose of an amount of memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryPurpose {
    /// The map of the file of weights at this path.
    Map(String),
    /// The 8-bit copy of the output head.
    QuantizedHead,
    /// What is made while a model is loaded.
    Load {
        /// Bytes of the layers that are repacked.
        repacked: u64,
        /// Bytes of the 8-bit copy of the output head; 0 if there is none.
        quantized_head: u64,
        /// Bytes of the tokenizer; 0 if there is none.
        tokenizer: u64,
        /// Bytes that the run takes afterwards if no copy of the output head is made. They are not needed yet.
        run_without: u64,
    },
    /// The quantized layer of this name, which is repacked.
    RepackedLayer(String),
    /// Prefill, decode or a benchmark.
    Run {
        /// Bytes of keys and values.
        kv_cache: u64,
        /// Bytes of intermediate results.
        workspace: u64,
    },
    /// Random weights of the model with this name.
    RandomModel(String),
}

impl Error {
    /// Returns a function for `map_err` that makes an [`Error::Io`] for `path`.
    pub fn io<'a>(path: &'a Path, action: &'static str) -> impl FnOnce(io::Error) -> Error + 'a {
        move |source| Error::Io { path: path.to_path_buf(), action, source }
    }

    /// An [`Error::NotFound`] without details.
    pub fn not_found(what: Resource, name: impl fmt::Display) -> Error {
        Error::NotFound { what, name: name.to_string(), details: String::new() }
    }

    /// An [`Error::Usage`] whose remedy is the help text.
    pub fn usage(problem: impl Into<String>) -> Error {
        Error::Usage { problem: problem.into(), fix: None }
    }

    /// An [`Error::Usage`] with a remedy.
    pub fn usage_with_fix(problem: impl Into<String>, fix: impl Into<String>) -> Error {
        Error::Usage { problem: problem.into(), fix: Some(fix.into()) }
    }

    /// The fault of an [`Error::Fault`].
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Error::Fault(fault) => Some(fault),
            _ => None,
        }
    }

    /// The exit code for this error. It is 2 for a request that is invalid for every model.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Usage { .. } => 2,
            Error::Request(request) if request.is_usage() => 2,
            Error::Interrupted => 130,
            Error::Terminated => 143,
            _ => 1,
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
            Error::NotFound { what: Resource::Directory, name, .. } => {
                write!(f, "{name}: this model is part of the program and has no files")
            }
            Error::NotFound { what, name, details } => {
                write!(f, "{name}: {} not found", what.name())?;
                if details.is_empty() { Ok(()) } else { write!(f, " ({details})") }
            }
            Error::Fault(fault) => fault.fmt(f),
            Error::Request(error) => error.fmt(f),
            Error::Machine(error) => error.fmt(f),
            Error::NotFinite { what } => write!(f, "{what} are not finite numbers"),
            Error::Usage { problem, .. } => f.write_str(problem),
            Error::Reported => f.write_str("reported before"),
            Error::Interrupted => f.write_str("interrupted"),
            Error::Terminated => f.write_str("terminated"),
        }
    }
}

impl Resource {
    /// The name in messages.
    fn name(&self) -> String {
        match self {
            Resource::Revision(revision) => return format!("revision {revision}"),
            Resource::Model | Resource::HubModel => "model",
            Resource::Directory => "checkpoint directory",
            Resource::HubWeights => "weights in the cache",
            Resource::HubFile => "file of the model",
            Resource::Weights => ".safetensors file",
            Resource::WeightsIndex => "model.safetensors or an index of shards",
            Resource::Config => "config.json",
            Resource::ConfigFile => "configuration file",
            Resource::Tokenizer => "tokenizer.json",
            Resource::TokenizerFile => "tokenizer file",
            Resource::ChatTemplate => "chat template",
            Resource::Checksums => "list of checksums",
            Resource::Files => "files",
        }
        .into()
    }
}

const HEAD_COPY: &str = "the 8-bit copy of the output head";

impl fmt::Display for MachineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MachineError::MissingIsa { isa, available } => {
                write!(f, "this CPU has no {isa} (available: {})", available.join(", "))
            }
            MachineError::NotEnoughMemory { purpose, needed, available, source } => {
                f.write_str("not enough memory: ")?;
                match purpose {
                    MemoryPurpose::QuantizedHead => {
                        write!(f, "{HEAD_COPY} takes {}", memory_size(*needed))
                    }
                    MemoryPurpose::Load { repacked, quantized_head, tokenizer, .. } => {
                        let parts = [
                            (repacked, "the copy of the repacked layers"),
                            (quantized_head, HEAD_COPY),
                            (tokenizer, "the tokenizer"),
                        ];
                        let names: Vec<&str> =
                            parts.into_iter().filter(|(bytes, _)| **bytes > 0).map(|(_, name)| name).collect();
                        let take = if names.len() == 1 { "takes" } else { "take" };
                        write!(f, "{} {take} {}", names.join(" and "), memory_size(*needed))
                    }
                    MemoryPurpose::Run { kv_cache, workspace } => {
                        let (kv_cache, workspace) = (memory_size(*kv_cache), memory_size(*workspace));
                        write!(f, "keys and values take {kv_cache}, the workspace {workspace}")
                    }
                    MemoryPurpose::Map(name)
                    | MemoryPurpose::RandomModel(name)
                    | MemoryPurpose::RepackedLayer(name) => {
                        write!(f, "{name} takes {}", memory_size(*needed))
                    }
                }?;
                available.map_or(Ok(()), |available| write!(f, ", and {available}"))?;
                source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
            }
            MachineError::CannotStartThreads { count: 1, cause } => write!(f, "cannot start a thread: {cause}"),
            MachineError::CannotStartThreads { count, cause } => write!(f, "cannot start {count} threads: {cause}"),
            MachineError::CannotListen { address, source } => write!(f, "cannot listen on {address}: {source}"),
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

/// `58 MB are available under the limit on address space`
impl fmt::Display for AvailableMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} are available", memory_size(self.bytes))?;
        match self.limit {
            MemoryLimit::Machine => Ok(()),
            MemoryLimit::ControlGroup => f.write_str(" under the memory limit of the control group"),
            MemoryLimit::AddressSpace => f.write_str(" under the limit on address space"),
            MemoryLimit::DataSize => f.write_str(" under the limit on data"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            Error::Machine(MachineError::NotEnoughMemory { source, .. }) => source.as_ref().map(|source| source as _),
            Error::Machine(
                MachineError::CannotListen { source, .. } | MachineError::CannotStartTemplateThread { source },
            ) => Some(source),
            _ => None,
        }
    }
}
