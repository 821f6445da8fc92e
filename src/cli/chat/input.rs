//! Reads what the user enters: with a line editor in a terminal, line by line elsewhere.
//!
//! A text has several lines if a line ends with a backslash, which is removed; inside a block of Markdown code (```),
//! whose lines are kept; and between two `"""`, which are removed.

use std::io::{BufRead, Read, StdinLock};
use std::path::Path;

use super::terminal::Terminal;
use crate::error::{Error, Fault, FaultKind, Result};

/// Three quotes begin and end a message of several lines.
const QUOTES: &str = "\"\"\"";
/// A line that begins with it begins or ends a block of code.
const FENCE: &str = "```";

/// What was read.
pub enum Entry {
    Text(String),
    /// Ctrl-C: what was entered is dropped.
    Cleared,
    End,
}

/// The source of the user's texts.
pub enum InputReader {
    Terminal(Box<Terminal>),
    Lines(StdinLock<'static>),
}

impl InputReader {
    /// Waits for the next text.
    ///
    /// # Errors
    /// [`FaultKind::NotUtf8`], after which reading can go on; [`Error::Io`]; [`FaultKind::TooLarge`].
    pub fn next(&mut self) -> Result<Entry> {
        match self {
            InputReader::Terminal(terminal) => terminal.next(),
            InputReader::Lines(lines) => next_text(lines),
        }
    }
}

/// The name of standard input in errors.
pub fn stdin_path() -> &'static Path {
    Path::new("standard input")
}

/// Reads lines until they are a complete text, or end.
fn next_text(lines: &mut impl BufRead) -> Result<Entry> {
    const MAX_BYTES: u64 = 64 << 20;
    let mut bytes = Vec::new();
    loop {
        let read = lines.take(MAX_BYTES + 1 - bytes.len() as u64).read_until(b'\n', &mut bytes);
        let at_end = read.map_err(Error::io(stdin_path(), "read"))? == 0;
        if at_end && bytes.is_empty() {
            return Ok(Entry::End);
        }
        if bytes.len() as u64 > MAX_BYTES {
            let fault = Fault::new(FaultKind::TooLarge, stdin_path());
            return Err(fault.expected(format!("at most {} MiB", MAX_BYTES >> 20)).into());
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            Fault::new(FaultKind::NotUtf8, stdin_path()).subject(format!("byte {} of a line", error.valid_up_to()))
        })?;
        let text = text.replace("\r\n", "\n");
        let text = text.strip_suffix('\n').unwrap_or(&text);
        if at_end || is_complete(text) {
            return Ok(Entry::Text(message(text)));
        }
    }
}

/// Whether a text does not go on in the next line.
pub fn is_complete(text: &str) -> bool {
    if let Some(quoted) = text.trim_start().strip_prefix(QUOTES) {
        return quoted.trim_end().ends_with(QUOTES);
    }
    !ends_in_fence(text) && !is_continued(text)
}

/// What a complete text says: without the marks that join its lines, and without empty lines at its end.
pub fn message(text: &str) -> String {
    let text = text.trim_end_matches(['\n', '\r']);
    if let Some(quoted) = text.trim().strip_prefix(QUOTES).and_then(|text| text.strip_suffix(QUOTES)) {
        let quoted = quoted.strip_prefix('\n').unwrap_or(quoted);
        return quoted.strip_suffix('\n').unwrap_or(quoted).into();
    }
    let mut out = String::with_capacity(text.len());
    let mut in_fence = false;
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        in_fence ^= is_fence(line);
        let is_last = lines.peek().is_none();
        let joined = !in_fence && !is_last && is_continued(line);
        out.push_str(if joined { &line[..line.len() - 1] } else { line });
        if !is_last {
            out.push('\n');
        }
    }
    out
}

/// Whether a line ends with a backslash that is not itself escaped.
fn is_continued(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn is_fence(line: &str) -> bool {
    line.trim_start().starts_with(FENCE)
}

fn ends_in_fence(text: &str) -> bool {
    text.lines().filter(|line| is_fence(line)).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(mut input: &[u8]) -> Vec<String> {
        let mut texts = Vec::new();
        while let Entry::Text(text) = next_text(&mut input).unwrap() {
            texts.push(text);
        }
        texts
    }

    #[test]
    fn a_line_is_a_text_and_several_lines_are_one_where_they_are_joined() {
        assert_eq!(texts(b"one\n\ntwo\r\nthree"), ["one", "", "two", "three"]);
        assert_eq!(texts(b"one \\\ntwo\\\\\nthree\n"), ["one \ntwo\\\\", "three"]);
        assert_eq!(texts(b"see:\n```sh\nls \\\n  -l\n```\nnext\n"), ["see:", "```sh\nls \\\n  -l\n```", "next"]);
        assert_eq!(texts(b"\"\"\"\na\\\n\n``` b\n\"\"\"\nnext\n"), ["a\\\n\n``` b", "next"]);
        assert_eq!(texts(b"\"\"\"one line\"\"\"\n"), ["one line"]);
        // The end of the input ends a text that is not complete.
        assert_eq!(texts(b"```\ncode"), ["```\ncode"]);
        assert_eq!(texts(b"\"\"\"\nopen"), ["\"\"\"\nopen"]);
    }

    #[test]
    fn a_line_that_is_not_utf8_is_refused_and_the_next_one_read() {
        let mut input: &[u8] = b"a\xff\nb\n";
        assert!(next_text(&mut input).is_err());
        assert!(matches!(next_text(&mut input), Ok(Entry::Text(text)) if text == "b"));
    }
}
