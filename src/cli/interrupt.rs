//! Ctrl-C: ends a generation in good order the first time, the process the second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// The exit code of a process that the user interrupted.
pub const EXIT: u8 = 130;

/// Whether the user pressed Ctrl-C, and what that does.
pub struct Interrupt {
    pressed: Arc<AtomicBool>,
    /// Ends the process at the next Ctrl-C.
    deadly: Arc<AtomicBool>,
}

impl Interrupt {
    /// From here on Ctrl-C ends the process at once with [`EXIT`], until [`Interrupt::gently`] is called. A second handler
    /// on top of the first is harmless, and where none can be set Ctrl-C does what it always does.
    pub fn at_once() -> Interrupt {
        let interrupt =
            Interrupt { pressed: Arc::new(AtomicBool::new(false)), deadly: Arc::new(AtomicBool::new(true)) };
        // In this order: the first press must not meet the `deadly` that it sets itself.
        let _ = flag::register_conditional_shutdown(SIGINT, EXIT.into(), Arc::clone(&interrupt.deadly));
        let _ = flag::register(SIGINT, Arc::clone(&interrupt.pressed));
        let _ = flag::register(SIGINT, Arc::clone(&interrupt.deadly));
        interrupt
    }

    /// The next Ctrl-C only shows in [`Interrupt::pressed`]; the one after it ends the process.
    pub fn gently(&self) {
        self.deadly.store(false, Ordering::SeqCst);
    }

    pub fn pressed(&self) -> bool {
        self.pressed.load(Ordering::SeqCst)
    }
}
