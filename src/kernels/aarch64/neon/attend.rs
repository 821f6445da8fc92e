//! Attention over blocks of keys and values.

crate::kernels::template::attend_kernel!("neon", vectors: [8, 4, 2, 2]);
