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
    next: Arc<Mutex<OnSignal>>,
    /// The signal that came gently; 0 for none.
    came: Arc<AtomicI32>,
}

/// What the next signal does.
enum OnSignal {
    /// It ends the process, after these last words.
    End(Box<dyn FnOnce() + Send>),
    /// It only shows in [`Interrupt::asked`].
    Tell,
}

impl Interrupt {
    /// From here on a signal ends the process at once, with the exit code of its error and without a half-drawn bar, until
    /// [`Interrupt::gently`] is called. Where no handler can be set, signals do what they always do.
    pub fn at_once() -> Interrupt {
        let next = Arc::new(Mutex::new(OnSignal::End(Box::new(|| {}))));
        let interrupt = Interrupt { next, came: Arc::new(AtomicI32::new(0)) };
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
            let interrupt = interrupt.clone();
            // A thread, because a handler may neither draw nor print.
            thread::spawn(move || signals.forever().for_each(|signal| interrupt.heed(signal)));
        }
        interrupt
    }

    /// The next signal ends the process at once, but for `last_words`.
    pub fn with_last_words(&self, last_words: impl FnOnce() + Send + 'static) {
        self.set(OnSignal::End(Box::new(last_words)));
    }

    /// The next signal only shows in [`Interrupt::asked`]; the one after it ends the process.
    pub fn gently(&self) {
        self.set(OnSignal::Tell);
    }

    /// How a command ends that was asked to.
    pub fn asked(&self) -> Option<Error> {
        match self.came.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(error(signal)),
        }
    }

    fn set(&self, next: OnSignal) -> OnSignal {
        std::mem::replace(&mut self.next.lock().unwrap_or_else(PoisonError::into_inner), next)
    }

    fn heed(&self, signal: i32) {
        match self.set(OnSignal::End(Box::new(|| {}))) {
            OnSignal::Tell => self.came.store(signal, Ordering::SeqCst),
            OnSignal::End(last_words) => {
                progress::clear();
                last_words();
                process::exit(error(signal).exit_code().into());
            }
        }
    }
}

fn error(signal: i32) -> Error {
    if signal == SIGTERM { Error::Terminated } else { Error::Interrupted }
}

/// A file that grows beyond `ulimit -f` becomes an error of the write, as on a full disk, and no longer ends the process.
pub fn outlive_file_limits() {
    // Without the handler the process ends where it always did.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}
