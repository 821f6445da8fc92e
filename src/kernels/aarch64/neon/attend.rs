//! Attention over blocks of keys and values.

crate::kernels::template::attend_kernel!("neon", vectors: [8, 2 => 4, 3 => 2, 4 => 2], rows: 4);
