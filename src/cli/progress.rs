//! A progress bar on stderr for anything over a second.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Progress of one piece of work. The bar appears after [`PATIENCE`], only on a terminal, and goes with the value.
pub struct Progress {
    what: &'static str,
    started: Instant,
    wanted: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub fn new(what: &'static str, quiet: bool) -> Progress {
        let wanted = !quiet && io::stderr().is_terminal();
        Progress { what, started: Instant::now(), wanted, bar: None }
    }

    /// `done` of `total` units are behind us.
    pub fn update(&mut self, done: u64, total: u64) {
        if !self.wanted {
            return;
        }
        if self.bar.is_none() && self.started.elapsed() >= PATIENCE {
            let bar = ProgressBar::new(total).with_elapsed(self.started.elapsed()).with_message(self.what);
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {percent:>3}% {elapsed}, {eta} left") {
                bar.set_style(style.progress_chars("=> "));
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
