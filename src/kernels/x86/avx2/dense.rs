//! Dense layers. Of three rows, 12 of the 16 registers hold sums.

crate::kernels::template::dense_kernel!("avx2,fma,f16c", rows: 3 2);
