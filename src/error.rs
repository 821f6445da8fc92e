//! What can go wrong, each time with the file, tensor or field at fault, what was found and what was expected.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The result of everything that can fail in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// One failure. Its `Display` is one line that a user can act on: what, where, what to do.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused: `doing` says what was tried ("open", "map", "read").
    Io { path: PathBuf, doing: &'static str, source: io::Error },
    /// MODEL names nothing that can be opened; `hint` says what would be accepted.
    NotFound { what: String, hint: String },
    /// A file is not what its name or place says (not safetensors, truncated, damaged JSON).
    Damaged { path: PathBuf, why: String },
    /// A field of a configuration file is missing or has a value that cannot be used.
    Field { path: PathBuf, field: String, found: String, expected: String },
    /// The checkpoint lacks a tensor that its configuration calls for.
    MissingTensor { path: PathBuf, tensor: String, expected: String },
    /// A tensor has another dtype, shape or content than its configuration calls for.
    Tensor { path: PathBuf, tensor: String, found: String, expected: String },
    /// The file is sound, but of a kind that rumma does not run; `fix` says what to do instead.
    Unsupported { path: PathBuf, what: String, fix: String },
    /// Tokenizer or chat template: the text cannot be turned into tokens or back.
    Text { path: PathBuf, why: String },
    /// The tokens do not fit the context.
    Context { tokens: usize, context: usize, hint: String },
    /// This machine lacks something that was asked for (an instruction set, memory).
    Machine { what: String, fix: String },
    /// The model computed NaN or infinite numbers; `what` says which.
    NotFinite { what: String, fix: String },
    /// A checkpoint differs from its manifest; the report on stdout has the details.
    Mismatch { path: PathBuf, why: String },
    /// The command line is wrong: exit code 2.
    Usage(String),
    /// The user asked to stop (Ctrl-C): exit code 130.
    Interrupted,
    /// The system asked to stop (SIGTERM): exit code 143.
    Terminated,
}

impl Error {
    /// An [`Error::Io`] for `path`; meant for `map_err`.
    pub fn io<'a>(path: &'a Path, doing: &'static str) -> impl FnOnce(io::Error) -> Error + 'a {
        move |source| Error::Io { path: path.to_path_buf(), doing, source }
    }

    /// The exit code of the command that met this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Usage(_) => 2,
            Error::Interrupted => 130,
            Error::Terminated => 143,
            _ => 1,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { path, doing, source } => {
                let fix = match source.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                        "free disk space and run the same command again"
                    }
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "check the path",
                    io::ErrorKind::PermissionDenied => "ask for the right to do so, or name another path",
                    io::ErrorKind::IsADirectory => "name a file",
                    io::ErrorKind::OutOfMemory => "free memory, or raise the limit on address space (ulimit -v)",
                    _ => "check the file, and the disk or device that it is on",
                };
                write!(f, "{}: cannot {doing}: {source}; {fix}", path.display())
            }
            Error::NotFound { what, hint } => write!(f, "{what}: not found; {hint}"),
            Error::Damaged { path, why } => {
                write!(f, "{}: {why}{}", path.display(), unless_said(why, "fetch or copy the file again"))
            }
            Error::Field { path, field, found, expected } => {
                let fix = unless_said(expected, "correct the file, or fetch it again");
                write!(f, "{}: field {field}: found {found}, expected {expected}{fix}", path.display())
            }
            Error::MissingTensor { path, tensor, expected } => {
                let fix = unless_said(expected, FILES_THAT_FIT);
                write!(f, "{}: tensor {tensor} is missing, expected {expected}{fix}", path.display())
            }
            Error::Tensor { path, tensor, found, expected } => {
                let fix = unless_said(expected, FILES_THAT_FIT);
                write!(f, "{}: tensor {tensor}: found {found}, expected {expected}{fix}", path.display())
            }
            Error::Unsupported { path, what, fix } => write!(f, "{}: {what}; {fix}", path.display()),
            Error::Text { path, why } => write!(f, "{}: {why}", path.display()),
            Error::Context { tokens, context, hint } => {
                write!(f, "{tokens} tokens do not fit a context of {context}; {hint}")
            }
            Error::Machine { what, fix } => write!(f, "{what}; {fix}"),
            Error::NotFinite { what, fix } => write!(f, "{what} are not finite numbers; {fix}"),
            Error::Mismatch { path, why } => write!(f, "{}: {why}", path.display()),
            Error::Usage(why) => write!(f, "{why}"),
            Error::Interrupted => write!(f, "interrupted"),
            Error::Terminated => write!(f, "terminated"),
        }
    }
}

/// What to do where weights and configuration disagree.
const FILES_THAT_FIT: &str = "fetch the checkpoint again, or give the config.json that belongs to it";

/// `fix` behind a semicolon, unless `text` already has one: what stands behind it says what to do.
fn unless_said(text: &str, fix: &str) -> String {
    if text.contains("; ") { String::new() } else { format!("; {fix}") }
}

/// `text` with its control characters escaped, so that it neither breaks a line nor drives a terminal.
pub fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
