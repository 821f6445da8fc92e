//! AVX2 with FMA and F16C: nearly every x86-64 server and desktop since 2013.

mod attend;
pub mod decode;
pub mod dense;
pub mod head;
pub mod panel;
pub mod panel_f32;
mod probe;
pub mod quantize;

use std::arch::x86_64::*;

use crate::kernels::head::{HeadInput, HeadRow, LogitBounds};
use crate::kernels::layout::{Dense, Float, GroupRow, NIBBLE_SHIFT};
use crate::kernels::{Table, scalar};

/// Whether this CPU has what the functions here need.
pub fn detected() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c")
}

pub static TABLE: Table = Table {
    quantize: quantize::quantize,
    awq_int_gemv: decode::awq_int_gemv,
    max_gemv_rows: decode::ROWS,
    awq_int_gemm: panel::awq_int_gemm,
    awq_f32_tile: panel_f32::awq_f32_tile,
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

#[target_feature(enable = "avx2,fma,f16c")]
fn rms_norm(x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
    scalar::rms_norm(x, weight, eps, out)
}

#[target_feature(enable = "avx2,fma,f16c")]
fn silu_mul(gate: &[f32], up: &[f32], out: &mut [f32]) {
    scalar::silu_mul(gate, up, out)
}

#[target_feature(enable = "avx2,fma,f16c")]
fn rotate(x: &mut [f32], cos: &[f32], sin: &[f32]) {
    scalar::rotate(x, cos, sin)
}

#[target_feature(enable = "avx2,fma,f16c")]
fn head_row(w: &Dense, o: usize, wide: &mut [f32], codes: &mut [i8]) -> HeadRow {
    crate::kernels::head::quantize_row(w, o, wide, codes)
}

#[target_feature(enable = "avx2,fma,f16c")]
fn head_input(x: &[f32]) -> HeadInput {
    crate::kernels::head::quantize_input(x)
}

#[target_feature(enable = "avx2,fma,f16c")]
fn head_bounds(logits: &[f32], errors: &[f32], lengths: &[f32], x: &HeadInput) -> LogitBounds {
    crate::kernels::head::logit_bounds(logits, errors, lengths, x)
}

/// Eight little-endian numbers of a kind from `at` on, exactly.
///
/// # Safety
/// `at .. at + 8 * kind.size()` must lie inside one allocation.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn load8(at: *const u8, kind: Float) -> __m256 {
    // SAFETY: the caller keeps the bytes inside one allocation; all loads are unaligned.
    unsafe {
        match kind {
            Float::F16 => _mm256_cvtph_ps(_mm_loadu_si128(at.cast())),
            Float::Bf16 => {
                let wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(at.cast()));
                _mm256_castsi256_ps(_mm256_slli_epi32::<16>(wide))
            }
            Float::F32 => _mm256_loadu_ps(at.cast()),
        }
    }
}

/// The eight codes of one word, in order of their outputs.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn codes8(word: u32) -> __m256i {
    const SHIFTS: [i32; 8] = {
        let mut shifts = [0; 8];
        let mut k = 0;
        while k < 8 {
            shifts[k] = NIBBLE_SHIFT[k] as i32;
            k += 1;
        }
        shifts
    };
    // SAFETY: SHIFTS is 32 bytes; the load is unaligned.
    let shifts = unsafe { _mm256_loadu_si256(SHIFTS.as_ptr().cast()) };
    _mm256_and_si256(_mm256_srlv_epi32(_mm256_set1_epi32(word as i32), shifts), _mm256_set1_epi32(15))
}

/// The zero points and scales of eight neighbouring outputs of a group, `o` on.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn zeros_and_scales(group: &GroupRow, o: usize) -> (__m256i, __m256) {
    let zeros = match group.zeros {
        Some(row) => codes8(word_at(row, o / 8)),
        None => _mm256_set1_epi32(8),
    };
    let size = group.scale_type.size();
    let scales = &group.scales[o * size..(o + 8) * size];
    // SAFETY: the slice above is exactly the eight numbers that are read.
    (zeros, unsafe { load8(scales.as_ptr(), group.scale_type) })
}

/// The little-endian word `i` of a row.
#[inline]
fn word_at(row: &[u8], i: usize) -> u32 {
    u32::from_le_bytes(row.as_chunks().0[i])
}
