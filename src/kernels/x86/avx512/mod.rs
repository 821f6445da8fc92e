//! AVX-512 (F, BW, VL, VNNI): Intel servers since Ice Lake, AMD since Zen 4.
//!
//! Layers that are not a multiple of 128 outputs wide end in the AVX2 kernels.

mod attend;
mod dense;
mod head;
mod panel;
mod panel_f32;
mod probe;

use std::arch::x86_64::*;

use crate::kernels::head::{HeadInput, HeadRow, LogitBounds};
use crate::kernels::layout::{Dense, Float, GroupRow};
use crate::kernels::x86::avx2;
use crate::kernels::{Table, scalar};

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
    awq_int_gemv: avx2::decode::awq_int_gemv,
    // Four are as fast in panels of this instruction set.
    max_gemv_rows: 3,
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

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn rms_norm(x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
    scalar::rms_norm(x, weight, eps, out)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn silu_mul(gate: &[f32], up: &[f32], out: &mut [f32]) {
    scalar::silu_mul(gate, up, out)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn rotate(x: &mut [f32], cos: &[f32], sin: &[f32]) {
    scalar::rotate(x, cos, sin)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn head_row(w: &Dense, o: usize, wide: &mut [f32], codes: &mut [i8]) -> HeadRow {
    crate::kernels::head::quantize_row(w, o, wide, codes)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn head_input(x: &[f32]) -> HeadInput {
    crate::kernels::head::quantize_input(x)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn head_bounds(logits: &[f32], errors: &[f32], lengths: &[f32], x: &HeadInput) -> LogitBounds {
    crate::kernels::head::logit_bounds(logits, errors, lengths, x)
}

/// Sixteen little-endian numbers of a kind from `at` on, exactly.
///
/// # Safety
/// `at .. at + 16 * kind.size()` must lie inside one allocation.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
unsafe fn load16(at: *const u8, kind: Float) -> __m512 {
    // SAFETY: the caller keeps the bytes inside one allocation; all loads are unaligned.
    unsafe {
        match kind {
            Float::F16 => _mm512_cvtph_ps(_mm256_loadu_si256(at.cast())),
            Float::Bf16 => {
                let wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(at.cast()));
                _mm512_castsi512_ps(_mm512_slli_epi32::<16>(wide))
            }
            Float::F32 => _mm512_loadu_ps(at.cast()),
        }
    }
}

/// The codes of 16 neighbouring outputs, `o` on, in a row of words.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn codes16(row: &[u8], o: usize) -> __m512i {
    let words = &row[o / 2..o / 2 + 8];
    // SAFETY: the slice is the eight bytes that are read.
    let words = unsafe { _mm_loadl_epi64(words.as_ptr().cast()) };
    let first = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    let words = _mm512_permutexvar_epi32(first, _mm512_castsi128_si512(words));
    // NIBBLE_SHIFT, twice.
    let shifts = _mm512_setr_epi32(0, 16, 4, 20, 8, 24, 12, 28, 0, 16, 4, 20, 8, 24, 12, 28);
    _mm512_and_si512(_mm512_srlv_epi32(words, shifts), _mm512_set1_epi32(15))
}

/// The zero points and scales of 16 neighbouring outputs of a group, `o` on.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn zeros_and_scales(group: &GroupRow, o: usize) -> (__m512i, __m512) {
    let zeros = match group.zeros {
        Some(row) => codes16(row, o),
        None => _mm512_set1_epi32(8),
    };
    let size = group.scale_type.size();
    let scales = &group.scales[o * size..(o + 16) * size];
    // SAFETY: the slice above is exactly the 16 numbers that are read.
    (zeros, unsafe { load16(scales.as_ptr(), group.scale_type) })
}

/// What unpacking leaves in two vectors, as vectors of 16 neighbouring outputs.
///
/// `low` holds outputs 0 4 1 5 and `high` outputs 2 6 3 7 of words j, j + 4, j + 8 and j + 12, a lane each. The result's
/// lanes are in the same order of words, two of them in each vector: `[j, j + 4]` and `[j + 8, j + 12]`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn to_output_order(low: __m512i, high: __m512i) -> [__m512i; 2] {
    let first = _mm512_setr_epi32(0, 2, 16, 18, 1, 3, 17, 19, 4, 6, 20, 22, 5, 7, 21, 23);
    let second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
    [_mm512_permutex2var_epi32(low, first, high), _mm512_permutex2var_epi32(low, second, high)]
}

/// The inverse of [`to_output_order`]: two vectors of outputs as `[low, high]`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn from_output_order(first: __m512i, second: __m512i) -> [__m512i; 2] {
    let low = _mm512_setr_epi32(0, 4, 1, 5, 8, 12, 9, 13, 16, 20, 17, 21, 24, 28, 25, 29);
    let high = _mm512_add_epi32(low, _mm512_set1_epi32(2));
    [_mm512_permutex2var_epi32(first, low, second), _mm512_permutex2var_epi32(first, high, second)]
}

/// The zero points and scales of a tile of 128 outputs, `o` on, as unpacking orders them: `[strip][low or high]`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn zeros_and_scales_of_tile(group: &GroupRow, o: usize) -> ([[__m512i; 2]; 4], [[__m512; 2]; 4]) {
    let (mut zeros, mut scales) = ([_mm512_setzero_si512(); 8], [_mm512_setzero_si512(); 8]);
    for n in 0..8 {
        let (z, s) = zeros_and_scales(group, o + 16 * n);
        (zeros[n], scales[n]) = (z, _mm512_castps_si512(s));
    }
    let (mut z, mut s) = ([[_mm512_setzero_si512(); 2]; 4], [[_mm512_setzero_ps(); 2]; 4]);
    for j in 0..4 {
        // A vector holds two words: word j is half j % 2 of vector j / 2, word j + 4 of the second vector after it.
        let half = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
        let half = _mm512_add_epi32(half, _mm512_set1_epi32(j as i32 % 2 * 8));
        let pair = |all: &[__m512i; 8], n: usize| _mm512_permutex2var_epi32(all[n], half, all[n + 2]);
        z[j] = from_output_order(pair(&zeros, j / 2), pair(&zeros, j / 2 + 4));
        let [low, high] = from_output_order(pair(&scales, j / 2), pair(&scales, j / 2 + 4));
        s[j] = [_mm512_castsi512_ps(low), _mm512_castsi512_ps(high)];
    }
    (z, s)
}
