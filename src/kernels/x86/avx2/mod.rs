//! AVX2 with FMA and F16C: nearly every x86-64 server and desktop since 2013.

mod attend;
pub mod dense;
pub mod gemm;
pub mod gemm_f32;
pub mod gemv;
pub mod head;
mod probe;
pub mod quantize;
pub mod vector;

use crate::kernels::Table;
use crate::kernels::template::compiled_scalar_kernels;

/// Whether this CPU has the features that the functions here are compiled for.
pub fn detected() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c")
}

pub static TABLE: Table = Table {
    quantize: quantize::quantize,
    awq_int_gemv: gemv::awq_int_gemv,
    max_gemv_rows: gemv::ROWS,
    awq_int_gemm: gemm::awq_int_gemm,
    awq_f32_tile: gemm_f32::awq_f32_tile,
    dense_tile: dense::dense_tile,
    rms_norm,
    silu_mul,
    gelu_tanh_mul,
    rotate,
    attend: attend::attend,
    merge_states: attend::merge_states,
    head_row,
    head_input,
    head_logits: head::logits,
    head_bounds,
    read_sum: probe::read_sum,
    multiply_int8: probe::multiply_int8,
    multiply_f32: probe::multiply_f32,
};

compiled_scalar_kernels!("avx2,fma,f16c");
