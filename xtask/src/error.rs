//! The errors of all tasks. Each is displayed on one line with its remedy.

use rumma::cli::remedy;
use rumma::report::size;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub type Result<T> = std::result::Result<T, Error>;

/// An error. Never contains tokens, proxy passwords or the query strings of signed URLs.
#[derive(Debug)]
pub enum Error {
    /// An error of the library, such as a damaged manifest or a failed file operation.
    Rumma(rumma::error::Error),
    /// The first connection failed.
    Offline { host: String, why: String },
    /// A request failed `tries` times in a row for temporary reasons, `why` names it and the last one. Partial files
    /// are kept.
    Network { why: String, tries: u32 },
    /// The hub's response cannot be used.
    Hub { url: String, why: String },
    /// The hub listed or served a file that does not match the known hash or size.
    Refused { file: String, known_by: &'static str, expected: String, found: String },
    /// An endpoint or a redirect without encryption.
    Insecure { url: String, why: &'static str },
    /// Not enough disk space; both sizes in bytes.
    DiskFull { path: PathBuf, needed: u64, free: u64 },
    /// A file cannot be written at `path`.
    Place { path: PathBuf, why: &'static str },
    /// Another process is fetching the same file.
    Busy { path: PathBuf },
    /// This machine lacks a feature that the task needs.
    Machine { what: String, fix: String },
    /// An external command failed.
    Command { command: String, why: String },
    /// The command line or an environment variable is invalid.
    Usage(String),
    /// Ctrl-C or SIGTERM. Partial files are kept.
    Interrupted,
}

impl Error {
    /// A failure on disk at `path`; meant for `map_err`.
    pub fn disk<'a>(path: &'a Path, doing: &'static str) -> impl FnOnce(io::Error) -> Error + 'a {
        move |source| Error::Rumma(rumma::error::Error::io(path, doing)(source))
    }

    /// The exit code of the task that returned this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Rumma(e) => e.exit_code(),
            Error::Usage(_) => 2,
            Error::Interrupted => 130,
            _ => 1,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Rumma(e) => f.write_str(&remedy::message(e, &remedy::Context::default())),
            Error::Offline { host, why } => write!(
                f,
                "no network: cannot reach {host} ({why}); fetch on a host with a network and copy the \
                 files, or set HTTPS_PROXY or HF_ENDPOINT"
            ),
            Error::Network { why, tries } => {
                let times = if *tries == 1 { "once" } else { &format!("{tries} times in a row") };
                write!(f, "{why} (failed {times}); run the same command again to resume")
            }
            Error::Hub { url, why } => write!(f, "{url}: {why}"),
            Error::Refused { file, known_by, expected, found } => {
                write!(
                    f,
                    "{file}: does not match {known_by} (found {found}, expected {expected}); do not use this source"
                )
            }
            Error::Insecure { url, why } => write!(f, "{url}: {why}"),
            Error::DiskFull { path, needed, free } => write!(
                f,
                "{}: not enough disk space: {} needed, {} free; free disk space and run the same command again",
                path.display(),
                size(*needed),
                size(*free)
            ),
            Error::Place { path, why } => write!(f, "{}: {why}; give another directory with --to", path.display()),
            Error::Busy { path } => {
                write!(f, "{}: another fetch is writing this file; wait until it has finished", path.display())
            }
            Error::Machine { what, fix } => write!(f, "{what}; {fix}"),
            Error::Command { command, why } => write!(f, "{command}: {why}"),
            Error::Usage(why) => f.write_str(why),
            Error::Interrupted => f.write_str("interrupted; run the same command again to resume"),
        }
    }
}

impl std::error::Error for Error {}

impl From<rumma::error::Error> for Error {
    fn from(error: rumma::error::Error) -> Error {
        match error {
            rumma::error::Error::Interrupted => Error::Interrupted,
            error => Error::Rumma(error),
        }
    }
}
