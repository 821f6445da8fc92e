//! NEON, which every aarch64 CPU has, and the dot-product instructions of Armv8.2 on the CPUs that have them too.
//!
//! Functions that only go through numbers one by one are the scalar ones: on aarch64 the compiler has fused
//! multiply-adds and vectors at hand without being asked.

mod attend;
mod decode;
mod dense;
mod head;
mod panel;
mod panel_f32;
mod probe;

use std::arch::aarch64::*;
use std::arch::{asm, is_aarch64_feature_detected};

use crate::kernels::head::{logit_bounds, quantize_input, quantize_row};
use crate::kernels::layout::{Float, GroupRow, NIBBLE_SHIFT};
use crate::kernels::{Table, scalar};

/// The functions for this CPU, or none where it lacks NEON.
pub fn table() -> Option<&'static Table> {
    let table = if is_aarch64_feature_detected!("dotprod") { &DOTPROD } else { &BASELINE };
    is_aarch64_feature_detected!("neon").then_some(table)
}

static BASELINE: Table = Table {
    quantize: scalar::quantize,
    awq_int_gemv: decode::awq_int_gemv,
    max_gemv_rows: 1,
    awq_int_gemm: panel::awq_int_gemm,
    awq_f32_tile: panel_f32::awq_f32_tile,
    dense_tile: dense::dense_tile,
    rms_norm: scalar::rms_norm,
    silu_mul: scalar::silu_mul,
    rotate: scalar::rotate,
    attend: attend::attend,
    head_row: quantize_row,
    head_input: quantize_input,
    head_logits: head::logits,
    head_bounds: logit_bounds,
    read_sum: probe::read_sum,
    multiply_int8: probe::multiply_int8,
    multiply_f32: probe::multiply_f32,
};

/// Dot products take sums over neighbouring inputs, which lie in different rows. To bring them together pays where many
/// rows of activations share the unpacked weights; for one row it costs what it saves.
static DOTPROD: Table =
    Table { awq_int_gemm: panel::awq_int_gemm_dotprod, multiply_int8: probe::multiply_int8_dotprod, ..BASELINE };

/// Eight little-endian numbers of a kind from `at` on, exactly.
///
/// # Safety
/// `at .. at + 8 * kind.size()` must lie inside one allocation.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn load8(at: *const u8, kind: Float) -> [float32x4_t; 2] {
    // SAFETY: the caller keeps the bytes inside one allocation; loads of bytes need no alignment.
    let (bytes, more) =
        unsafe { (vld1q_u8(at), if kind == Float::F32 { vld1q_u8(at.add(16)) } else { vdupq_n_u8(0) }) };
    match kind {
        Float::F16 => {
            let halves = vreinterpretq_f16_u8(bytes);
            [vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves)]
        }
        Float::Bf16 => {
            let halves = vreinterpretq_u16_u8(bytes);
            let wide = [vshll_n_u16::<16>(vget_low_u16(halves)), vshll_high_n_u16::<16>(halves)];
            wide.map(|bits| vreinterpretq_f32_u32(bits))
        }
        Float::F32 => [vreinterpretq_f32_u8(bytes), vreinterpretq_f32_u8(more)],
    }
}

/// The eight codes of one word, in order of their outputs.
#[inline]
#[target_feature(enable = "neon")]
fn codes8(word: u32) -> [int32x4_t; 2] {
    const RIGHT: [i32; 8] = {
        let mut shifts = [0; 8];
        let mut k = 0;
        while k < 8 {
            shifts[k] = -(NIBBLE_SHIFT[k] as i32);
            k += 1;
        }
        shifts
    };
    // SAFETY: RIGHT is eight numbers.
    let right = unsafe { [vld1q_s32(RIGHT.as_ptr()), vld1q_s32(RIGHT.as_ptr().add(4))] };
    right.map(|right| vreinterpretq_s32_u32(vandq_u32(vshlq_u32(vdupq_n_u32(word), right), vdupq_n_u32(15))))
}

/// The zero points and scales of eight neighbouring outputs of a group, `o` on.
#[inline]
#[target_feature(enable = "neon")]
fn zeros_and_scales(group: &GroupRow, o: usize) -> ([int32x4_t; 2], [float32x4_t; 2]) {
    let zeros = match group.zeros {
        Some(row) => codes8(word_at(row, o / 8)),
        None => [vdupq_n_s32(8); 2],
    };
    let size = group.scale_type.size();
    let scales = &group.scales[o * size..(o + 8) * size];
    // SAFETY: the slice above is exactly the eight numbers that are read.
    (zeros, unsafe { load8(scales.as_ptr(), group.scale_type) })
}

/// The little-endian word `i` of a row.
#[inline]
fn word_at(row: &[u8], i: usize) -> u32 {
    u32::from_le_bytes([row[4 * i], row[4 * i + 1], row[4 * i + 2], row[4 * i + 3]])
}

/// Sums of one word's outputs as the nibbles lie, `[0 4 1 5]` from the low ones and `[2 6 3 7]` from the high ones,
/// in order.
#[inline]
#[target_feature(enable = "neon")]
fn to_output_order(low: int32x4_t, high: int32x4_t) -> [int32x4_t; 2] {
    [vuzp1q_s32(low, high), vuzp2q_s32(low, high)]
}

/// Ends a segment for four outputs: takes off the zero points (`sum` is that of the activations), applies the scales
/// (`scale` is the activations'), adds what was there.
#[inline]
#[target_feature(enable = "neon")]
fn finish(
    total: int32x4_t,
    (sum, scale): (i32, f32),
    zeros: int32x4_t,
    scales: float32x4_t,
    y: float32x4_t,
) -> float32x4_t {
    let total = vcvtq_f32_s32(vmlsq_n_s32(total, zeros, sum));
    vfmaq_f32(y, total, vmulq_n_f32(scales, scale))
}

/// Prefetches the cache line at `at`, which may be any address.
#[inline]
fn prefetch(at: *const u8) {
    // SAFETY: a prefetch changes nothing that a program can see, and does not fault.
    unsafe { asm!("prfm pldl1keep, [{}]", in(reg) at.addr(), options(nomem, nostack, preserves_flags)) }
}
