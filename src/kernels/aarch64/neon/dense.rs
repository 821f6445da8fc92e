//! Dense layers. Of three rows, 24 of the 32 registers hold sums.

crate::kernels::template::dense_kernel!("neon", rows: 3 2);
