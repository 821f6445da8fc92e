//! stdout holds the answer, stderr the status lines; a write to either never panics.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use super::args::OutputArgs;
use super::progress::Progress;
use crate::error::{Error, Result, escaped};

/// The name of stdout in errors.
const STDOUT: &str = "standard output";

/// Where a subcommand speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Console {
    /// The answer is one JSON object.
    pub json: bool,
    /// Nothing but errors on stderr.
    pub quiet: bool,
}

impl OutputArgs {
    pub fn resolve(self) -> Console {
        Console { json: self.json, quiet: self.quiet }
    }
}

impl Console {
    /// A line on stderr about what happened.
    pub fn status(&self, line: &str) {
        if !self.quiet {
            // Nobody is there to hear that stderr is closed.
            let _ = writeln!(io::stderr(), "{}", one_line(line));
        }
    }

    /// A bar for work of `what`, which shows itself only where it is of use.
    pub fn progress(&self, what: &'static str) -> Progress {
        Progress::new(what, self.quiet)
    }

    /// The whole answer, as JSON or as `to_text` renders it.
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

/// Part of the answer, on its way at once.
pub fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::io(Path::new(STDOUT), "write"))
}

/// Whether `error` says that the reader of stdout has gone, which is its right.
pub fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { path, source, .. }
        if path.as_os_str() == STDOUT && source.kind() == ErrorKind::BrokenPipe)
}

/// The last line of a process that failed: one line, whatever names and texts from files went into it.
pub fn print_error(message: &str) {
    let _ = writeln!(io::stderr(), "rumma: {}", one_line(message));
}

/// `text` escaped, and without its middle where it is longer than anybody reads: the end says what to do.
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
