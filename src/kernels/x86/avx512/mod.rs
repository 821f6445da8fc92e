//! AVX-512 (F, BW, VL, VNNI): Intel servers since Ice Lake, AMD since Zen 4.
//!
//! Outputs that do not fill a vector or a tile go to the AVX2 kernels.

mod attend;
mod dense;
pub mod gemm;
mod gemm_f32;
pub mod head;
mod probe;
mod vector;

use crate::kernels::Table;
use crate::kernels::template::compiled_scalar_kernels;
use crate::kernels::x86::avx2;

/// Whether this CPU has the features that the functions here are compiled for.
pub fn detected() -> bool {
    super::avx2::detected()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vnni")
}

pub static TABLE: Table = Table {
    quantize: avx2::quantize::quantize,
    // Memory is the limit here, so wider vectors gain nothing, and a step would have to wait for twice as many rows.
    awq_int_gemv: avx2::gemv::awq_int_gemv,
    // With four rows, the gemm of this instruction set is as fast.
    max_gemv_rows: 3,
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

compiled_scalar_kernels!("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c");
