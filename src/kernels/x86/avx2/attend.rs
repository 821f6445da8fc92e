//! Attention over blocks of keys and values.

crate::kernels::template::attend_kernel!("avx2,fma,f16c", vectors: [8, 2 => 4, 3 => 2, 4 => 2], rows: 4);
