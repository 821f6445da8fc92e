//! Output: results go to stdout, status lines and errors to stderr. Writing never panics.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;

use super::args::OutputArgs;
use super::progress::Progress;
use crate::error::{Error, Result, escaped, is_control};

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
    /// Print every status line to stderr, also if it is a terminal.
    pub verbose: bool,
}

impl OutputArgs {
    /// # Errors
    /// [`Error::Usage`] for `--quiet` with `--verbose`.
    pub fn resolve(self) -> Result<Console> {
        let OutputArgs { json, quiet, verbose } = self;
        if quiet && verbose {
            let problem = "--quiet and --verbose cannot be used together";
            return Err(Error::usage_with_fix(problem, "omit one of them"));
        }
        Ok(Console { json, quiet, verbose })
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

    /// Prints a status line that is not the last one of the command. A terminal gets it only with `--verbose`.
    pub fn detail(&self, line: &str) {
        if self.verbose || !io::stderr().is_terminal() {
            self.status(line);
        }
    }

    /// A progress bar labelled `what`; see [`Progress`] for when it is shown.
    pub fn progress(&self, what: &'static str) -> Progress {
        Progress::new(what, self.quiet)
    }

    /// [`progress`](Self::progress) of work that may take minutes: a line now and then where stderr is no terminal.
    pub fn long_progress(&self, what: &'static str) -> Progress {
        Progress::with_lines(what, self.quiet)
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
        print_json(&(json + "\n"))
    }
}

/// Writes JSON to stdout like [`print`]; a terminal gets control characters as escapes of JSON.
pub fn print_json(json: &str) -> Result<()> {
    print(&if io::stdout().is_terminal() { visible_json(json) } else { Cow::Borrowed(json) })
}

/// Writes `text` to stdout and flushes it. A terminal gets it without control characters, because text of a model or a
/// file could be commands to it; a file or a pipe gets it unchanged.
pub fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    let text = if out.is_terminal() { visible(text) } else { Cow::Borrowed(text) };
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::io(Path::new(STDOUT), "write"))
}

/// Writes `text` to stderr: the reply to a command, which is printed with `--quiet` too.
pub fn print_note(text: &str) {
    // A closed stderr is ignored: there is nowhere to report it.
    let _ = io::stderr().write_all(visible(text).as_bytes());
}

/// `text` with [control characters](is_control) other than line feeds and tabs as escapes such as `\u{1b}`.
fn visible(text: &str) -> Cow<'_, str> {
    replace_control(text, |out, c| out.extend(c.escape_default()))
}

/// JSON text with the control characters in its strings as escapes of JSON.
fn visible_json(json: &str) -> Cow<'_, str> {
    replace_control(json, |out, c| {
        let _ = write!(out, "\\u{:04x}", u32::from(c));
    })
}

fn replace_control(text: &str, replace: impl Fn(&mut String, char)) -> Cow<'_, str> {
    let must_go = |c: char| is_control(c) && !matches!(c, '\n' | '\t');
    if !text.contains(must_go) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if must_go(c) { replace(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_control_characters() {
        let text = "a\u{1b}[2J\rb\u{7f}c\u{9b}31m\u{8}\u{202e}d\u{2066}e";
        assert_eq!(visible(text), "a\\u{1b}[2J\\rb\\u{7f}c\\u{9b}31m\\u{8}\\u{202e}d\\u{2066}e");
        for text in ["", "one\n\ttwo\n", "\u{05d0}\u{200f}\u{5d1} \u{1f600}\u{200d}\u{1f5a5} \u{a0}"] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn json_for_a_terminal_is_the_same_json() {
        let value = serde_json::json!({"text": "a\u{1b}\u{7f}\u{9b}\u{202e}\n\u{2069}\u{1f600}"});
        let json = visible_json(&value.to_string()).into_owned();
        assert!(!json.contains(is_control), "{json}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
    }
}
