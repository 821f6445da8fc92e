//! aarch64 kernels.
//!
//! Loops over registers count with an index, so that the arrays they fill stay in registers.
#![allow(clippy::needless_range_loop)]

pub(super) mod neon;
