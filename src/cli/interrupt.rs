//! Ctrl-C (SIGINT), SIGTERM and SIGHUP. The exit code is 130 after Ctrl-C and 143 after SIGTERM. SIGHUP, which a terminal sends
//! when it is closed, has the effect of SIGTERM, unless it is ignored (`nohup`).
//!
//! The effect of the first signal depends on the phase:
//!
//! - Before [`Interrupt::install`] (the first milliseconds, and commands that run nothing): the process exits at once.
//! - Before [`Interrupt::defer`] (opening, loading, reading the prompt): the process exits at once, without output.
//! - Prefill: the forward pass stops within a fraction of a layer. `rumma prefill` prints the status line
//!   `Prefill interrupted` and writes no state file and no report. `rumma decode` prints its status line with
//!   `ended_by=interrupt` and, with `--json`, an object without generated tokens.
//! - Decode: generation stops after the current token. The text so far, the status line and, with `--json`, the object
//!   are printed, and the state is saved if `--save-state` is given.
//! - Score: the forward pass stops as in prefill, and so does waiting for lines. The status line `Score interrupted` is
//!   printed, and no report. What has been printed about earlier lines stays.
//! - Chat: Ctrl-C ends the answer, as in decode, and the chat goes on; SIGTERM ends the chat as well. While the chat waits
//!   for a message, SIGTERM ends the process at once; so does Ctrl-C, but in a terminal it clears the line.
//!
//! The second signal ends the process at once, except for Ctrl-C during a chat in a terminal. Temporary files of
//! unfinished writes are removed.
//!
//! A thread receives the signals. After [`Interrupt::defer`] it records the first one and sets
//! [`Interrupt::cancel_flag`], which the forward pass of prefill reads; the callbacks of prefill and decode return
//! [`Interrupt::control`]. The main thread then prints the results and returns [`Interrupt::error`].
//!
//! If a mapped file is lost, the thread that receives signals removes the temporary files before the process ends
//! (`checkpoint/map_fault.rs`).

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, LazyLock};
use std::{fs, process};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use super::{chat, progress};
use crate::checkpoint::map_fault;
use crate::engine::Control;
use crate::error::Error;
use crate::files::output;
use crate::threads;

/// Whether a signal ends the process at once, without removing anything: until [`Interrupt::install`] has installed the
/// handler.
static EARLY: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(true)));

/// Called first in the program: from now on a signal ends it with the exit code of its error.
pub fn exit_on_signals() {
    for signal in signals() {
        // If this fails, the signal keeps its default action.
        let _ =
            flag::register_conditional_shutdown(signal, signal_error(signal).exit_code().into(), Arc::clone(&EARLY));
    }
}

/// The signals that are handled. SIGHUP only if `/proc` tells that it is not ignored.
fn signals() -> Vec<i32> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let is_handled = ignored.is_some_and(|mask| mask >> (SIGHUP - 1) & 1 == 0);
    [SIGINT, SIGTERM].into_iter().chain(is_handled.then_some(SIGHUP)).collect()
}

/// Bytes of stack of the thread that receives the signals.
const STACK: usize = 128 << 10;

/// The signal state of the process; clones share it.
#[derive(Clone)]
pub struct Interrupt {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Whether the first signal is only recorded, because a run checks for it.
    deferred: AtomicBool,
    /// Whether Ctrl-C never ends the process.
    survives_ctrl_c: AtomicBool,
    /// The recorded signal; 0 for none.
    signal: AtomicI32,
    /// Whether a signal is recorded, for [`Interrupt::cancel_flag`].
    cancel: AtomicBool,
}

impl Interrupt {
    /// Installs the handler. Until [`Interrupt::defer`] is called, a signal clears the progress bar and ends the
    /// process with the exit code of its error. If no handler can be installed, that of [`exit_on_signals`] remains.
    pub fn install() -> Interrupt {
        let interrupt = Interrupt { state: Arc::default() };
        let (send, receive) = channel::<Signals>();
        let handler = interrupt.clone();
        // On a thread, because a signal handler must not lock the progress bar. The thread is started first: a handler
        // without it would swallow the signals.
        let thread = threads::spawn(STACK, move || {
            receive.into_iter().for_each(|mut signals| signals.forever().for_each(|signal| handler.handle(signal)));
        });
        if let (Ok(_), Ok(signals)) = (thread, Signals::new(signals()))
            && send.send(signals).is_ok()
        {
            EARLY.store(false, Ordering::SeqCst);
            map_fault::end_by_signal(SIGTERM);
        }
        interrupt
    }

    /// From now on the first signal is only recorded. The caller must check for it with [`Interrupt::control`],
    /// [`Interrupt::cancel_flag`] or [`Interrupt::error`].
    pub fn defer(&self) {
        self.state.deferred.store(true, Ordering::SeqCst);
    }

    /// From now on Ctrl-C does not end the process: a terminal in which the user can end it in another way.
    pub fn survive_ctrl_c(&self) {
        self.state.survives_ctrl_c.store(true, Ordering::SeqCst);
    }

    /// [`defer`](Self::defer), until [`end_answer`](Self::end_answer). Forgets the recorded signal.
    pub fn begin_answer(&self) {
        self.state.cancel.store(false, Ordering::SeqCst);
        self.state.signal.store(0, Ordering::SeqCst);
        self.defer();
    }

    /// From now on a signal ends the process. Returns the error of the recorded signal, if there is one.
    pub fn end_answer(&self) -> Option<Error> {
        self.state.deferred.store(false, Ordering::SeqCst);
        self.error()
    }

    /// [`Control::EndAll`] if a signal is recorded, else [`Control::Continue`].
    pub fn control(&self) -> Control {
        if self.error().is_some() { Control::EndAll } else { Control::Continue }
    }

    /// Becomes true when a signal is recorded. For [`Model::forward_unless`](crate::model::Model::forward_unless).
    pub fn cancel_flag(&self) -> &AtomicBool {
        &self.state.cancel
    }

    /// The error of the recorded signal, if there is one.
    pub fn error(&self) -> Option<Error> {
        match self.state.signal.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(signal_error(signal)),
        }
    }

    /// Records the first signal after [`Interrupt::defer`]; ends the process on every other one, but see
    /// [`Interrupt::survive_ctrl_c`].
    fn handle(&self, signal: i32) {
        if map_fault::is_ending() {
            chat::terminal::restore_mode();
            output::abandon();
            process::exit(1);
        }
        let recorded = self.state.deferred.load(Ordering::SeqCst)
            && self.state.signal.compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if !recorded && signal == SIGINT && self.state.survives_ctrl_c.load(Ordering::SeqCst) {
            return;
        }
        if !recorded {
            progress::clear();
            chat::terminal::restore_mode();
            output::abandon();
            process::exit(signal_error(signal).exit_code().into());
        }
        self.state.cancel.store(true, Ordering::SeqCst);
    }
}

fn signal_error(signal: i32) -> Error {
    if signal == SIGINT { Error::Interrupted } else { Error::Terminated }
}

/// Ignores SIGXFSZ: a write beyond `ulimit -f` then fails like on a full disk, instead of ending the process.
pub fn ignore_sigxfsz() {
    // If this fails, SIGXFSZ keeps its default action.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}
