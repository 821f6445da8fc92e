//! 4-bit layers with f32 activations. Of six rows, 24 of the 32 registers hold sums.

crate::kernels::template::gemm_f32_kernel!(
    "neon",
    rows: 6, then: 6 5 4 3 2,
    unpack: 2,
    narrow: scalar::awq_f32_tile
);
