//! NEON, which every aarch64 CPU has, and the dot-product instructions of Armv8.2 where the CPU has them.
//!
//! Functions whose loops have independent lanes are the scalar ones: on aarch64 the compiler uses NEON and fused
//! multiply-adds without being told.

mod attend;
mod dense;
mod gemm;
mod gemm_f32;
mod gemv;
mod head;
mod probe;
mod vector;

use std::arch::aarch64::*;
use std::arch::is_aarch64_feature_detected;

use crate::kernels::head::{logit_bounds, quantize_input, quantize_row};
use crate::kernels::{Table, scalar};

/// The functions for this CPU, or `None` if it lacks NEON.
pub fn table() -> Option<&'static Table> {
    let table = if is_aarch64_feature_detected!("dotprod") { &DOTPROD } else { &BASELINE };
    is_aarch64_feature_detected!("neon").then_some(table)
}

static BASELINE: Table = Table {
    quantize: scalar::quantize,
    awq_int_gemv: gemv::awq_int_gemv,
    max_gemv_rows: 1,
    awq_int_gemm: gemm::awq_int_gemm,
    awq_f32_tile: gemm_f32::awq_f32_tile,
    dense_tile: dense::dense_tile,
    rms_norm: scalar::rms_norm,
    silu_mul: scalar::silu_mul,
    gelu_tanh_mul: scalar::gelu_tanh_mul,
    rotate: scalar::rotate,
    attend: attend::attend,
    merge_states: attend::merge_states,
    head_row: quantize_row,
    head_input: quantize_input,
    head_logits: head::logits,
    head_bounds: logit_bounds,
    read_sum: probe::read_sum,
    multiply_int8: probe::multiply_int8,
    multiply_f32: probe::multiply_f32,
};

/// `sdot` sums over neighbouring inputs, which are in different weight rows. Interleaving them pays if many rows of
/// activations share the unpacked weights; for one row it costs as much as it saves, so gemv stays as it is.
static DOTPROD: Table =
    Table { awq_int_gemm: gemm::awq_int_gemm_dotprod, multiply_int8: probe::multiply_int8_dotprod, ..BASELINE };

/// Puts the sums of a word in output order: `low` are outputs 0 4 1 5, from the low nibbles, and `high` outputs 2 6 3
/// 7.
#[inline]
#[target_feature(enable = "neon")]
fn to_output_order(low: int32x4_t, high: int32x4_t) -> [int32x4_t; 2] {
    [vuzp1q_s32(low, high), vuzp2q_s32(low, high)]
}

/// Ends a segment for four outputs: subtracts the zero points, applies the scales and adds to `y`. `sum` and `scale`
/// are those of the activations.
#[inline]
#[target_feature(enable = "neon")]
fn apply_scales(
    total: int32x4_t,
    (sum, scale): (i32, f32),
    zeros: int32x4_t,
    scales: float32x4_t,
    y: float32x4_t,
) -> float32x4_t {
    let total = vcvtq_f32_s32(vmlsq_n_s32(total, zeros, sum));
    vfmaq_f32(y, total, vmulq_n_f32(scales, scale))
}
