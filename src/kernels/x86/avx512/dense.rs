//! Dense layers. Of eight rows, 16 of the 32 registers hold sums.

crate::kernels::template::dense_kernel!("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c", rows: 8 7 6 5 4 3 2);
