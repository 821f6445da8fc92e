//! A progress bar on stderr for work that takes longer than a second, or lines where stderr is no terminal.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::threads;

/// The bar appears after this time.
const DELAY: Duration = Duration::from_secs(1);
/// Bytes of stack of the thread that draws.
const STACK: usize = 256 << 10;
/// Interval between redraws.
const TICK: Duration = Duration::from_millis(100);
/// Interval between lines where there is no terminal.
pub const LINE_INTERVAL: Duration = Duration::from_secs(10);

/// The bar takes the width that the rest of the line leaves, so that the line fits a narrow terminal.
const BAR: &str = "{msg} [{wide_bar}] {percent:>3}% {elapsed}, {eta} left";

/// The bar on the terminal. The lock is held while drawing, so that nothing is drawn after [`clear`].
static CURRENT_BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A progress bar. It appears after [`DELAY`], only on a terminal, and disappears when the value is dropped. A separate
/// thread draws it, so that it also moves during long steps and during work without steps to count.
pub struct Progress {
    counters: Arc<Counters>,
    /// The drawing thread ends when the sender is dropped.
    draw_thread: Option<(Sender<()>, JoinHandle<()>)>,
}

/// `done` of `total` units; if `total` is 0, a spinner is drawn instead of a bar.
#[derive(Default)]
struct Counters {
    done: AtomicU64,
    total: AtomicU64,
    /// Generated tokens, whose rate is shown; 0 for none.
    tokens: AtomicU64,
}

/// What a thread shows until the sender of the receiver is dropped.
type Show = fn(&'static str, &Counters, &Receiver<()>);

impl Progress {
    pub fn new(what: &'static str, quiet: bool) -> Progress {
        Progress::shown(what, (!quiet && can_draw()).then_some(draw))
    }

    /// Like [`Progress::new`], but where no bar can be drawn, a line is printed every [`LINE_INTERVAL`].
    pub fn with_lines(what: &'static str, quiet: bool) -> Progress {
        let show = if can_draw() { draw } else { print_lines };
        Progress::shown(what, (!quiet).then_some(show))
    }

    fn shown(what: &'static str, show: Option<Show>) -> Progress {
        let mut progress = Progress { counters: Arc::default(), draw_thread: None };
        if let Some(show) = show {
            let (sender, end) = channel();
            let counters = Arc::clone(&progress.counters);
            // Without a thread there is no bar.
            let thread = threads::spawn(STACK, move || show(what, &counters, &end));
            progress.draw_thread = thread.ok().map(|thread| (sender, thread));
        }
        progress
    }

    /// Sets the number of finished units and of all units.
    pub fn update(&self, done: u64, total: u64) {
        self.counters.done.store(done, Ordering::Relaxed);
        self.counters.total.store(total, Ordering::Relaxed);
    }

    /// Sets the number of generated tokens.
    pub fn set_tokens(&self, tokens: u64) {
        self.counters.tokens.store(tokens, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.draw_thread.take() {
            drop(sender);
            // The thread ends at once. A panic in it affects only the bar.
            let _ = thread.join();
        }
    }
}

/// Whether stderr is a terminal that can move its cursor.
fn can_draw() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_some_and(|term| term != "dumb")
}

fn draw(what: &'static str, counters: &Counters, end: &Receiver<()>) {
    let started = Instant::now();
    if end.recv_timeout(DELAY) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let spinner = ProgressBar::new_spinner().with_elapsed(started.elapsed()).with_message(what);
    // ASCII, for terminals with another encoding.
    spinner.set_style(ProgressStyle::default_spinner().tick_chars("|/-\\ "));
    *current_bar() = Some(spinner);
    let mut counted = false;
    while end.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        let current = current_bar();
        let Some(bar) = current.as_ref() else { return };
        let (done, total) = (counters.done.load(Ordering::Relaxed), counters.total.load(Ordering::Relaxed));
        if total > 0 {
            bar.set_length(total);
            bar.set_position(done);
        }
        let tokens = counters.tokens.load(Ordering::Relaxed);
        if tokens > 0 {
            let rate = tokens as f64 / started.elapsed().as_secs_f64();
            let of = if total > 0 { format!("/{total}") } else { String::new() };
            bar.set_message(format!("{what} {done}{of}, {rate:.0} tokens/s"));
        }
        // The remaining time can be estimated only after the first unit.
        if done > 0 && total > 0 && !counted {
            counted = true;
            if let Ok(style) = ProgressStyle::with_template(BAR) {
                bar.set_style(style.progress_chars("=> "));
            }
        }
        bar.tick();
    }
    clear();
}

fn print_lines(what: &'static str, counters: &Counters, end: &Receiver<()>) {
    let started = Instant::now();
    while end.recv_timeout(LINE_INTERVAL) == Err(RecvTimeoutError::Timeout) {
        let (done, total) = (counters.done.load(Ordering::Relaxed), counters.total.load(Ordering::Relaxed));
        // A closed stderr is ignored: there is nowhere to report it.
        let _ = writeln!(io::stderr(), "{}", line(what, done, total, started.elapsed()));
    }
}

/// `what`, how much of it is done, and the time that the rest takes at the same speed, if that is known.
fn line(what: &str, done: u64, total: u64, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let mut line = format!("{what}:");
    if total > 0 {
        line += &format!(" done={:.1}%", 100.0 * done as f64 / total as f64);
    }
    line += &format!(" duration={seconds:.3}s");
    if (1..total).contains(&done) {
        line += &format!(" left={:.0}s", seconds / done as f64 * (total - done) as f64);
    }
    line
}

/// Removes the bar from the terminal, if there is one.
pub fn clear() {
    if let Some(bar) = current_bar().take() {
        bar.finish_and_clear();
    }
}

fn current_bar() -> MutexGuard<'static, Option<ProgressBar>> {
    CURRENT_BAR.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_done_and_how_long_the_rest_takes() {
        let line = |done, total| line("Calibrating", done, total, Duration::from_secs(30));
        assert_eq!(line(30, 120), "Calibrating: done=25.0% duration=30.000s left=90s");
        assert_eq!(line(120, 120), "Calibrating: done=100.0% duration=30.000s");
        assert_eq!(line(0, 120), "Calibrating: done=0.0% duration=30.000s");
        assert_eq!(line(0, 0), "Calibrating: duration=30.000s");
    }
}
