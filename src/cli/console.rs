//! Output: results go to stdout, status lines and errors to stderr. Writing never panics.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use super::args::OutputArgs;
use super::progress::Progress;
use crate::error::{Error, Result, escaped};

/// The paths of the standard files of the process, any of which may be redirected to a file.
pub const STANDARD_FILES: [&str; 3] = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];

/// The name of stdout in errors.
const STDOUT: &str = "standard output";

/// Output settings of a subcommand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Console {
    /// Print results as one JSON object.
    pub json: bool,
    /// Print only errors to stderr.
    pub quiet: bool,
}

impl OutputArgs {
    pub fn resolve(self) -> Console {
        Console { json: self.json, quiet: self.quiet }
    }
}

impl Console {
    /// Prints a status line to stderr unless `quiet` is set.
    pub fn status(&self, line: &str) {
        if !self.quiet {
            // A closed stderr is ignored: there is nowhere to report it.
            let _ = writeln!(io::stderr(), "{}", one_line(line));
        }
    }

    /// A progress bar labelled `what`; see [`Progress`] for when it is shown.
    pub fn progress(&self, what: &'static str) -> Progress {
        Progress::new(what, self.quiet)
    }

    /// Prints `report` to stdout, as JSON or as rendered by `to_text`.
    pub fn answer<R: Serialize>(&self, report: &R, to_text: impl FnOnce(&R) -> String) -> Result<()> {
        if !self.json {
            return print(&to_text(report));
        }
        let json = serde_json::to_string(report).map_err(|error| Error::Io {
            path: STDOUT.into(),
            action: "write JSON to",
            source: error.into(),
        })?;
        print(&(json + "\n"))
    }
}

/// Writes `text` to stdout and flushes it.
pub fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::io(Path::new(STDOUT), "write"))
}

/// Whether `error` means that the reader of stdout closed the pipe, which is not a failure (`rumma ... | head`).
pub fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { path, source, .. }
        if path.as_os_str() == STDOUT && source.kind() == ErrorKind::BrokenPipe)
}

/// Prints an error to stderr as one line; control characters in names and quoted texts are escaped.
pub fn print_error(message: &str) {
    let _ = writeln!(io::stderr(), "rumma: {}", one_line(message));
}

/// Escapes `text` and, if it is long, removes its middle: the end holds the remedy.
fn one_line(text: &str) -> String {
    const START: usize = 800;
    const END: usize = 300;
    let line = escaped(text);
    let start = line.char_indices().nth(START).map(|(at, _)| at);
    let end = line.char_indices().nth_back(END).map(|(at, _)| at);
    match (start, end) {
        (Some(start), Some(end)) if start < end => format!("{} ... {}", &line[..start], &line[end..]),
        _ => line,
    }
}
