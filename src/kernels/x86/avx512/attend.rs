//! Attention over blocks of keys and values.

crate::kernels::template::attend_kernel!("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c", vectors: [4, 4, 4, 4]);
