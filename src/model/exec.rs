//! What the layers of a forward pass compute with.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Arithmetic;
use crate::kernels::Kernels;
use crate::threads::Threads;

/// The kernels, the number format and the threads of a computation.
#[derive(Clone, Copy)]
pub struct ExecContext<'m> {
    pub kernels: Kernels,
    pub arithmetic: Arithmetic,
    pub threads: &'m Threads,
    /// Another thread sets it to make the computation stop early; what was computed is then incomplete and must not be used.
    /// `None`: the computation always runs to its end.
    pub cancel: Option<&'m AtomicBool>,
}

impl<'m> ExecContext<'m> {
    /// The same context with another number format.
    pub fn with_arithmetic(self, arithmetic: Arithmetic) -> ExecContext<'m> {
        ExecContext { arithmetic, ..self }
    }

    /// Whether the computation is to stop early. Once true, it stays true for the whole computation.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }
}
