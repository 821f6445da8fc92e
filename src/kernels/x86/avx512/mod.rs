//! AVX-512 (F, BW, VL, VNNI): Intel servers since Ice Lake, AMD since Zen 4.
//!
//! Layers that are not a multiple of 128 outputs wide end in the AVX2 kernels.

mod attend;
mod dense;
mod gemm;
mod gemm_f32;
mod head;
mod probe;
mod vector;

use crate::kernels::Table;
use crate::kernels::template::compiled_scalar_kernels;
use crate::kernels::x86::avx2;

/// Whether this CPU has what the functions here need.
pub fn detected() -> bool {
    super::avx2::detected()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vnni")
}

pub static TABLE: Table = Table {
    quantize: avx2::quantize::quantize,
    // Twice as many weights in a step are no gain where memory is the limit, but four rows to wait for instead of two.
    awq_int_gemv: avx2::gemv::awq_int_gemv,
    // Four are as fast in panels of this instruction set.
    max_gemv_rows: 3,
    awq_int_gemm: gemm::awq_int_gemm,
    awq_f32_tile: gemm_f32::awq_f32_tile,
    dense_tile: dense::dense_tile,
    rms_norm,
    silu_mul,
    rotate,
    attend: attend::attend,
    head_row,
    head_input,
    head_logits: head::logits,
    head_bounds,
    read_sum: probe::read_sum,
    multiply_int8: probe::multiply_int8,
    multiply_f32: probe::multiply_f32,
};

compiled_scalar_kernels!("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c");
