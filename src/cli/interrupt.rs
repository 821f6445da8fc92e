//! Ctrl-C and SIGTERM: the first one ends a run in good order, the second one ends the process.
//!
//! A signal is only recorded while a run checks for it: then the run ends, and the main thread prints what there is and
//! returns [`Interrupt::error`]. At all other times, and for the second signal, the process ends at once.
//!
//! SIGHUP is left alone: a handler would undo what `nohup` does.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use super::progress;
use crate::engine::generate::Control;
use crate::error::Error;

/// The signals that this process was sent.
#[derive(Clone)]
pub struct Interrupt {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Whether a run checks for signals.
    deferred: AtomicBool,
    /// The signal that was recorded; 0 for none.
    signal: AtomicI32,
    /// Set with `signal`, for [`Interrupt::cancel_flag`].
    cancel: AtomicBool,
}

impl Interrupt {
    /// Handles signals from here on: until [`Interrupt::defer`] is called, a signal ends the process at once, with the exit
    /// code of its error and without a half-drawn bar. If no handler can be set, signals do what they do by default.
    pub fn install() -> Interrupt {
        let interrupt = Interrupt { state: Arc::default() };
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
            let interrupt = interrupt.clone();
            // A thread, because a handler must not take the lock of the progress bar.
            thread::spawn(move || signals.forever().for_each(|signal| interrupt.handle(signal)));
        }
        interrupt
    }

    /// From here on the first signal is only recorded. The caller must check for it: by [`Interrupt::control`],
    /// [`Interrupt::cancel_flag`] or [`Interrupt::error`].
    pub fn defer(&self) {
        self.state.deferred.store(true, Ordering::SeqCst);
    }

    /// What a generation is to do next.
    pub fn control(&self) -> Control {
        if self.error().is_some() { Control::EndAll } else { Control::Continue }
    }

    /// True from the recorded signal on: for [`Model::forward_unless`](crate::model::Model::forward_unless).
    pub fn cancel_flag(&self) -> &AtomicBool {
        &self.state.cancel
    }

    /// The error of the recorded signal, if there was one.
    pub fn error(&self) -> Option<Error> {
        match self.state.signal.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(signal_error(signal)),
        }
    }

    /// Records the first signal of a run that checks for it; ends the process otherwise.
    fn handle(&self, signal: i32) {
        let recorded = self.state.deferred.load(Ordering::SeqCst)
            && self.state.signal.compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if !recorded {
            progress::clear();
            process::exit(signal_error(signal).exit_code().into());
        }
        self.state.cancel.store(true, Ordering::SeqCst);
    }
}

fn signal_error(signal: i32) -> Error {
    if signal == SIGTERM { Error::Terminated } else { Error::Interrupted }
}

/// A file that grows beyond `ulimit -f` becomes an error of the write, as on a full disk, and no longer ends the process.
pub fn ignore_sigxfsz() {
    // Without the handler the process ends where it always did.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}
