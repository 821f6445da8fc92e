//! 4-bit layers with f32 activations. Of six rows, 12 of the 16 registers hold sums.

crate::kernels::template::gemm_f32_kernel!(
    "avx2,fma,f16c",
    rows: 6, then: 6 5 4 3 2,
    unpack: 2,
    narrow: scalar::awq_f32_tile
);
