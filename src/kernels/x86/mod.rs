//! x86-64 kernels.

pub(super) mod avx2;
