//! The context of a computation, which every layer of a forward pass receives.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Arithmetic;
use crate::kernels::Kernels;
use crate::threads::Threads;
use crate::weights::Linear;

/// The kernels, the number format, the threads and the cancel flag of a computation.
#[derive(Clone, Copy)]
pub struct ExecContext<'m> {
    /// The kernels of the instruction set in use.
    pub kernels: Kernels,
    /// The number format of the activations that the next layers read.
    pub arithmetic: Arithmetic,
    /// The pool that runs the parallel regions.
    pub threads: &'m Threads,
    /// Another thread sets it to stop the computation early; the results are then incomplete and must not be used.
    /// `None`: the computation cannot be cancelled.
    pub cancel: Option<&'m AtomicBool>,
    /// Receives the inputs of linear layers, except those of experts.
    pub observe: Option<Observe<'m>>,
}

/// Called with linear layers that read the same input, and the input, `[rows, inputs]`.
pub type Observe<'m> = &'m (dyn Fn(&[&Linear], &[f32]) + Sync);

impl<'m> ExecContext<'m> {
    /// The same context with another number format.
    pub fn with_arithmetic(self, arithmetic: Arithmetic) -> ExecContext<'m> {
        ExecContext { arithmetic, ..self }
    }

    /// Whether the computation should stop early. Once true, it stays true for the whole computation.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }
}
