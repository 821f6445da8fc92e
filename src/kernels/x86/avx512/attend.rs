//! Attention over blocks of keys and values.

crate::kernels::template::attend_kernel!("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c", vectors: [4, 2 => 4, 3 => 4, 4 => 4, 5 => 2, 6 => 2, 7 => 2, 8 => 2], rows: 8);
