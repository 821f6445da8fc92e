//! Attention over blocks of keys and values.

crate::kernels::template::attend_kernel!("avx2,fma,f16c", vectors: [8, 4, 2, 2]);
