//! A progress bar on stderr for work that takes longer than a second.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// The bar appears after this time.
const DELAY: Duration = Duration::from_secs(1);
/// Interval between redraws.
const TICK: Duration = Duration::from_millis(100);

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
}

impl Progress {
    pub fn new(what: &'static str, quiet: bool) -> Progress {
        let counters = Arc::new(Counters::default());
        let draw_thread = (!quiet && io::stderr().is_terminal()).then(|| {
            let (sender, end) = channel();
            let counters = Arc::clone(&counters);
            (sender, thread::spawn(move || draw(what, &counters, &end)))
        });
        Progress { counters, draw_thread }
    }

    /// Sets the number of finished units and of all units.
    pub fn update(&self, done: u64, total: u64) {
        self.counters.done.store(done, Ordering::Relaxed);
        self.counters.total.store(total, Ordering::Relaxed);
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

fn draw(what: &'static str, counters: &Counters, end: &Receiver<()>) {
    let started = Instant::now();
    if end.recv_timeout(DELAY) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    *current_bar() = Some(ProgressBar::new_spinner().with_elapsed(started.elapsed()).with_message(what));
    let mut counted = false;
    while end.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        let current = current_bar();
        let Some(bar) = current.as_ref() else { return };
        let (done, total) = (counters.done.load(Ordering::Relaxed), counters.total.load(Ordering::Relaxed));
        if total > 0 {
            bar.set_length(total);
            bar.set_position(done);
        }
        // The remaining time can be estimated only after the first unit.
        if done > 0 && !counted {
            counted = true;
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {percent:>3}% {elapsed}, {eta} left") {
                bar.set_style(style.progress_chars("=> "));
            }
        }
        bar.tick();
    }
    clear();
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
