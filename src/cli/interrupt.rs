//! Ctrl-C and SIGTERM: end a generation in good order the first time, the process the second.
//!
//! SIGHUP is left alone: a handler would undo what `nohup` does.

use std::process;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use super::progress;
use crate::error::Error;

/// Whether the process was asked to end, and what that does.
#[derive(Clone)]
pub struct Interrupt {
    action: Arc<Mutex<SignalAction>>,
    /// The signal that was deferred; 0 for none.
    deferred_signal: Arc<AtomicI32>,
}

/// What the next signal does.
enum SignalAction {
    /// It ends the process, after this callback.
    Exit(Box<dyn FnOnce() + Send>),
    /// It only shows in [`Interrupt::deferred_error`].
    Defer,
}

impl Interrupt {
    /// From here on a signal ends the process at once, with the exit code of its error and without a half-drawn bar, until
    /// [`Interrupt::defer`] is called. Where no handler can be set, signals do what they always do.
    pub fn install() -> Interrupt {
        let action = Arc::new(Mutex::new(SignalAction::Exit(Box::new(|| {}))));
        let interrupt = Interrupt { action, deferred_signal: Arc::new(AtomicI32::new(0)) };
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
            let interrupt = interrupt.clone();
            // A thread, because a handler may neither draw nor print.
            thread::spawn(move || signals.forever().for_each(|signal| interrupt.handle(signal)));
        }
        interrupt
    }

    /// The next signal ends the process at once, but for `on_exit`.
    pub fn on_exit(&self, on_exit: impl FnOnce() + Send + 'static) {
        self.set(SignalAction::Exit(Box::new(on_exit)));
    }

    /// The next signal only shows in [`Interrupt::deferred_error`]; the one after it ends the process.
    pub fn defer(&self) {
        self.set(SignalAction::Defer);
    }

    /// How a command ends that was asked to.
    pub fn deferred_error(&self) -> Option<Error> {
        match self.deferred_signal.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(signal_error(signal)),
        }
    }

    fn set(&self, action: SignalAction) -> SignalAction {
        std::mem::replace(&mut self.action.lock().unwrap_or_else(PoisonError::into_inner), action)
    }

    fn handle(&self, signal: i32) {
        match self.set(SignalAction::Exit(Box::new(|| {}))) {
            SignalAction::Defer => self.deferred_signal.store(signal, Ordering::SeqCst),
            SignalAction::Exit(on_exit) => {
                progress::clear();
                on_exit();
                process::exit(signal_error(signal).exit_code().into());
            }
        }
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
