//! The line editor of the chat, and the mode of the terminal that it changes.
//!
//! The history of entered texts is kept in memory only: they may be private.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Context, Editor, ExternalPrinter, Helper};

use super::commands::COMMANDS;
use super::input::{Entry, is_complete, message, stdin_path};
use super::settings::NAMES;
use crate::error::{Error, Fault, FaultKind, Result};

const PROMPT: &str = "> ";
/// Texts in the history.
const HISTORY: usize = 1000;

/// The mode of the terminal before the line editor changed it, while it waits for a text.
static MODE: Mutex<Option<Termios>> = Mutex::new(None);

/// A line editor with the completion of commands.
pub struct Terminal {
    editor: Editor<ChatHelper, MemHistory>,
    /// Never prints. While it exists, the editor waits for signals too, and sees at once that the window has another size.
    /// Without it, it sees that only if the signal interrupts this very thread.
    _printer: Option<Box<dyn ExternalPrinter>>,
}

impl Terminal {
    /// # Errors
    /// [`Error::Io`] if the terminal cannot be used.
    pub fn new() -> Result<Terminal> {
        let config = Config::builder().max_history_size(HISTORY).map_err(read_error)?.auto_add_history(true).build();
        let history = MemHistory::with_config(&config);
        let mut editor = Editor::with_history(config, history).map_err(read_error)?;
        editor.set_helper(Some(ChatHelper));
        let printer: Option<Box<dyn ExternalPrinter>> = match editor.create_external_printer() {
            Ok(printer) => Some(Box::new(printer)),
            Err(_) => None,
        };
        Ok(Terminal { editor, _printer: printer })
    }

    /// Waits for a text.
    ///
    /// # Errors
    /// [`FaultKind::NotUtf8`], after which reading can go on; [`Error::Io`].
    pub fn next(&mut self) -> Result<Entry> {
        set_mode(tcgetattr(io::stdin()).ok());
        let read = self.editor.readline(PROMPT);
        set_mode(None);
        match read {
            Ok(text) => Ok(Entry::Text(message(&text))),
            Err(ReadlineError::Eof) => Ok(Entry::End),
            Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => Ok(Entry::Cleared),
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                Err(Fault::new(FaultKind::NotUtf8, stdin_path()).into())
            }
            Err(error) => Err(read_error(error)),
        }
    }
}

/// Puts the terminal into the mode that it had before the line editor. For a process that ends while it waits.
pub fn restore_mode() {
    const END_BRACKETED_PASTE: &[u8] = b"\x1b[?2004l\r\n";
    if let Some(mode) = MODE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // There is nothing else to do if it fails.
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, &mode);
        let _ = io::stderr().write_all(END_BRACKETED_PASTE);
    }
}

fn set_mode(mode: Option<Termios>) {
    *MODE.lock().unwrap_or_else(PoisonError::into_inner) = mode;
}

fn read_error(error: ReadlineError) -> Error {
    let error = match error {
        ReadlineError::Io(error) => error,
        ReadlineError::Errno(error) => error.into(),
        other => io::Error::other(other),
    };
    Error::io(stdin_path(), "read")(error)
}

/// Completes commands, their files and settings, and decides where a text ends.
struct ChatHelper;

impl Helper for ChatHelper {}
impl Highlighter for ChatHelper {}

impl Hinter for ChatHelper {
    type Hint = String;
}

impl Validator for ChatHelper {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        Ok(match is_complete(context.input()) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Completer for ChatHelper {
    type Candidate = String;

    fn complete(&self, line: &str, position: usize, _: &Context) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(completions(&line[..position]))
    }
}

/// What the end of `line` can be completed to, and where it begins.
fn completions(line: &str) -> (usize, Vec<String>) {
    let Some((command, rest)) = line.split_once(' ') else {
        let known =
            COMMANDS.iter().map(|command| command.name).filter(|name| !line.is_empty() && name.starts_with(line));
        return (0, known.map(|name| format!("{name} ")).collect());
    };
    let start = line.len() - rest.trim_start().len();
    match command {
        "/save" | "/load" => files(&line[start..], start),
        "/set" => {
            let start = line.rfind(' ').map_or(0, |at| at + 1);
            let known = NAMES.iter().filter(|name| name.starts_with(&line[start..]));
            (start, known.map(|name| format!("{name}=")).collect())
        }
        _ => (line.len(), Vec::new()),
    }
}

/// The files whose path begins with `path`, which begins at `start`.
fn files(path: &str, start: usize) -> (usize, Vec<String>) {
    let (directory, prefix) = path.rfind('/').map_or(("", path), |at| path.split_at(at + 1));
    let entries = fs::read_dir(super::expand_home(if directory.is_empty() { "." } else { directory }));
    let name = |entry: io::Result<fs::DirEntry>| {
        let entry = entry.ok()?;
        let name = entry.file_name().into_string().ok()?;
        let is_hidden = name.starts_with('.') && !prefix.starts_with('.');
        let end = if Path::new(&entry.path()).is_dir() { "/" } else { "" };
        (name.starts_with(prefix) && !is_hidden && !name.contains(crate::error::is_control)).then(|| name + end)
    };
    let mut names: Vec<String> = entries.into_iter().flatten().filter_map(name).collect();
    names.sort();
    (start + directory.len(), names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_settings_and_files_are_completed() {
        assert_eq!(completions("/s"), (0, vec!["/system ".into(), "/save ".into(), "/set ".into(), "/stats ".into()]));
        assert_eq!(completions("/set seed=1 top"), (12, vec!["top_k=".into(), "top_p=".into()]));
        assert_eq!(completions("/load Cargo.t"), (6, vec!["Cargo.toml".to_string()]));
        assert_eq!(completions("/save  src/cli/ch"), (15, vec!["chat.rs".to_string(), "chat/".into()]));
        for text in ["", "hello ", "hello /s", "/undo "] {
            assert_eq!(completions(text).1, [""; 0], "{text:?}");
        }
    }
}
