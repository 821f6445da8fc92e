//! 4-bit layers with f32 activations. Of twelve rows, 24 of the 32 registers hold sums.

use crate::kernels::x86::avx2;

crate::kernels::template::gemm_f32_kernel!(
    "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c",
    rows: 12, then: 4 3 2,
    unpack: 1,
    narrow: avx2::gemm_f32::awq_f32_tile
);
