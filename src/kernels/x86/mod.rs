//! x86-64 kernels.
//!
//! Loops over registers count with an index, so that the arrays they fill stay in registers.
#![allow(clippy::needless_range_loop)]

pub(super) mod amx;
pub(super) mod avx2;
pub(super) mod avx512;
mod gemv_prefetch;
mod panel;
mod panel_prefetch;
mod prefetch;
