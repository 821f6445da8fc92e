//! How far a run of jobs is: a bar on a terminal, else a line now and then.

use std::io::{self, IsTerminal};
use std::time::Instant;

use crate::cli::console::Console;
use crate::cli::progress::{LINE_INTERVAL, Progress};

/// Counts and shows what is done.
pub struct JobProgress<'c> {
    console: &'c Console,
    bar: Option<Progress>,
    started: Instant,
    shown: Instant,
    pub counts: Counts,
}

/// What is done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Jobs to answer, if that is known.
    pub total: Option<u64>,
    /// Jobs with a result, those of earlier runs included.
    pub done: u64,
    /// Those of earlier runs.
    pub skipped: u64,
    /// Those whose result is an error.
    pub errors: u64,
    /// Prompt tokens of the answered jobs.
    pub prompt_tokens: u64,
    /// Generated tokens.
    pub tokens: u64,
}

impl<'c> JobProgress<'c> {
    pub fn new(console: &'c Console, total: Option<u64>) -> JobProgress<'c> {
        let counts = Counts { total, ..Counts::default() };
        let now = Instant::now();
        JobProgress { console, bar: Some(console.progress("Jobs")), started: now, shown: now, counts }
    }

    /// Shows the counts, if that is due.
    pub fn show(&mut self) {
        let Some(bar) = &self.bar else { return };
        bar.update(self.counts.done, self.counts.total.unwrap_or(0));
        bar.set_tokens(self.counts.tokens);
        if self.shown.elapsed() >= LINE_INTERVAL && !io::stderr().is_terminal() {
            self.shown = Instant::now();
            let left = self.seconds_left().map(|seconds| format!(" left={seconds:.0}s")).unwrap_or_default();
            self.console.status(&format!("Jobs: {}{left}", self.line()));
        }
    }

    /// The time that the remaining jobs take if they are like those of this run.
    fn seconds_left(&self) -> Option<f64> {
        let done = self.counts.done - self.counts.skipped;
        let left = self.counts.total?.checked_sub(self.counts.done)?;
        (done > 0).then(|| self.started.elapsed().as_secs_f64() / done as f64 * left as f64)
    }

    /// Removes the bar and prints the last line.
    pub fn finish(&mut self, how: &str) {
        self.bar = None;
        self.console.status(&format!("Jobs {how}: {}", self.line()));
    }

    fn line(&self) -> String {
        let Counts { total, done, skipped, errors, prompt_tokens, tokens } = self.counts;
        let seconds = self.started.elapsed().as_secs_f64();
        let of = total.map(|total| format!("/{total}")).unwrap_or_default();
        let rate = tokens as f64 / seconds.max(1e-9);
        format!(
            "done={done}{of} skipped={skipped} errors={errors} prompt_tokens={prompt_tokens} tokens={tokens} \
             duration={seconds:.3}s tokens_per_second={rate:.1}"
        )
    }
}
