//! Prints an answer while the engine generates it.

use crate::cli::console::{Console, print};
use crate::cli::interrupt::Interrupt;
use crate::cli::progress::Progress;
use crate::engine::{Completion, Control, Event};
use crate::error::{Error, Result};
use crate::text::AnswerText;

/// The callback of the engine for one sequence.
pub struct TurnPrinter<'a> {
    console: &'a Console,
    interrupt: &'a Interrupt,
    text: AnswerText<'a>,
    /// The progress bar, until the prompt is computed.
    progress: Option<Progress>,
    completion: Option<Completion>,
    failure: Option<Error>,
    write_error: Option<Error>,
}

impl<'a> TurnPrinter<'a> {
    pub fn new(console: &'a Console, interrupt: &'a Interrupt, text: AnswerText<'a>) -> TurnPrinter<'a> {
        let progress = Some(console.progress("Prefill"));
        TurnPrinter { console, interrupt, text, progress, completion: None, failure: None, write_error: None }
    }

    pub fn on_event(&mut self, event: Event) -> Control {
        match event {
            Event::Prefill { done, total } => {
                if let Some(progress) = &self.progress {
                    progress.update(done as u64, total as u64);
                }
            }
            Event::Prefilled(_) => self.progress = None,
            Event::Token { id, .. } => {
                let piece = self.text.push(id);
                if !piece.is_empty() {
                    self.print(&piece);
                }
                if self.write_error.is_none() && self.text.has_stopped() && self.interrupt.error().is_none() {
                    return Control::EndSequence;
                }
            }
            Event::Finished(completion) => self.completion = Some(completion),
            Event::Failed(error) => self.failure = Some(error),
            Event::PromptLogits { .. } => {}
        }
        if self.write_error.is_some() { Control::EndAll } else { self.interrupt.control() }
    }

    /// Prints the rest of the text and a line feed. Returns the answer and its text; `None` if it was interrupted before
    /// its first token. The outer error is that of a failed write, the inner one that of the engine.
    pub fn finish(mut self) -> Result<Result<Option<(Completion, String)>>> {
        self.progress = None;
        let completion = self.completion.take().filter(|completion| !completion.ids.is_empty());
        // After an error too, so that it has a line of its own.
        if completion.is_some() || !self.text.text().is_empty() {
            let rest = self.text.flush() + "\n";
            self.print(&rest);
        }
        match (self.write_error, self.failure) {
            (Some(error), _) => Err(error),
            (None, Some(error)) => Ok(Err(error)),
            (None, None) => Ok(Ok(completion.map(|completion| (completion, self.text.text().to_string())))),
        }
    }

    /// Prints a piece of the text, unless the output is a JSON object at the end.
    fn print(&mut self, piece: &str) {
        if !self.console.json && self.write_error.is_none() {
            self.write_error = print(piece).err();
        }
    }
}
