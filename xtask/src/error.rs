//! What can go wrong in a task, each time with what to do about it on the same line.

use rumma::cli::remedy;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub type Result<T> = std::result::Result<T, Error>;

/// One failure. Tokens, proxy passwords and the query strings of signed addresses never get into one.
#[derive(Debug)]
pub enum Error {
    /// The library refused: a bad manifest, a checkpoint that is wrong, something on disk.
    Rumma(rumma::error::Error),
    /// Nothing could be reached at first contact.
    Offline { host: String, why: String },
    /// A transfer failed again and again; what was received is kept.
    Network { what: String, why: String, tries: u32 },
    /// The hub answered, but not with what was asked for.
    Hub { url: String, why: String },
    /// The hub offers or served something else than is known or listed.
    Refused { file: String, known_by: &'static str, expected: String, found: String },
    /// A redirect or an endpoint that would give up encryption.
    Insecure { url: String, why: &'static str },
    /// The disk cannot take what is to come.
    DiskFull { path: PathBuf, why: String },
    /// Another run works on the same file.
    Busy { path: PathBuf },
    /// This machine lacks what a task needs.
    Machine { what: String, fix: String },
    /// A command that a task runs has failed.
    Command { command: String, why: String },
    /// The command line is wrong.
    Usage(String),
    /// Ctrl-C; what was received is kept.
    Interrupted,
}

impl Error {
    /// A failure on disk at `path`; meant for `map_err`.
    pub fn disk<'a>(path: &'a Path, doing: &'static str) -> impl FnOnce(io::Error) -> Error + 'a {
        move |source| Error::Rumma(rumma::error::Error::io(path, doing)(source))
    }

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
                "no network: cannot reach {host} ({why}); fetch on a host that has one and copy the files, \
                 or set HTTPS_PROXY or HF_ENDPOINT"
            ),
            Error::Network { what, why, tries } => {
                write!(f, "{what}: {why}, {tries} times in a row; run the same command again to go on where it ended")
            }
            Error::Hub { url, why } => write!(f, "{url}: {why}"),
            Error::Refused { file, known_by, expected, found } => {
                write!(f, "{file}: refused: found {found}, but {known_by} says {expected}; do not use this source")
            }
            Error::Insecure { url, why } => write!(f, "{url}: {why}"),
            Error::DiskFull { path, why } => {
                write!(f, "{}: {why}; free disk space and run the same command again to go on", path.display())
            }
            Error::Busy { path } => {
                write!(f, "{}: another fetch is writing this file; wait until it has finished", path.display())
            }
            Error::Machine { what, fix } => write!(f, "{what}; {fix}"),
            Error::Command { command, why } => write!(f, "{command}: {why}"),
            Error::Usage(why) => f.write_str(why),
            Error::Interrupted => f.write_str("interrupted; run the same command again to go on where it ended"),
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
