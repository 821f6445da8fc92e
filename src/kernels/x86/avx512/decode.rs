//! One row of integer activations, as in the AVX2 kernel but 128 outputs, one cache line of a weight row, at a time.

use std::arch::x86_64::*;
use std::ops::Range;

use super::to_output_order;
use crate::kernels::layout::{Awq4, BLOCK, GROUP, QuantRow};
use crate::kernels::x86::avx2::{self, zeros_and_scales};

/// Outputs in one step: 64 bytes of a weight row.
const STEP: usize = 128;
/// Weight rows in one block, two 16-bit sums deep.
const ROWS: usize = 2 * BLOCK;

/// See [`crate::kernels::scalar::awq_int_half`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn awq_int_half(w: &Awq4, x: &QuantRow, inputs: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    let (wide, narrow) = out.split_at_mut(columns.len() / STEP * STEP);
    if !narrow.is_empty() {
        avx2::decode::awq_int_half(w, x, inputs.clone(), columns.start + wide.len()..columns.end, narrow);
    }
    if wide.is_empty() {
        return;
    }
    match x.planes {
        1 => wide_half::<1>(w, x, inputs, columns.start, wide),
        _ => wide_half::<2>(w, x, inputs, columns.start, wide),
    }
}

/// A half for outputs from `column` on, a multiple of [`STEP`] of them, with `P` planes of activations.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn wide_half<const P: usize>(w: &Awq4, x: &QuantRow, inputs: Range<usize>, column: usize, out: &mut [f32]) {
    let out = out.as_chunks_mut::<STEP>().0;
    let mut sums = vec![[0_i32; STEP]; out.len()];
    out.fill([0.0; STEP]);
    for segment in w.segments(inputs) {
        for start in segment.clone().step_by(ROWS) {
            add_rows::<P>(w, x, start, column, &mut sums);
        }
        let activations = (x.sum(segment.clone()), x.scales[segment.start / GROUP]);
        for (s, (sums, y)) in sums.iter_mut().zip(out.iter_mut()).enumerate() {
            finish(w, segment.start, column + s * STEP, activations, sums, y);
        }
    }
}

/// Adds the products of rows `start .. start + 32` to the sums of the outputs from `column` on.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_rows<const P: usize>(w: &Awq4, x: &QuantRow, start: usize, column: usize, sums: &mut [[i32; STEP]]) {
    let plane = x.codes.len() / P;
    let mut pairs = [[0_i32; ROWS / 2]; P];
    let mut subs = [0_i32; P];
    for p in 0..P {
        let codes = &x.codes[p * plane + start..][..ROWS];
        for (pair, codes) in pairs[p].iter_mut().zip(codes.as_chunks::<2>().0) {
            let both = i32::from(u16::from_le_bytes([codes[0] as u8, codes[1] as u8]));
            *pair = both << 16 | both;
        }
        let blocks = &x.subs[(p * plane + start) / BLOCK..][..2];
        subs[p] = i32::from(blocks[1]) << 16 | i32::from(blocks[0]);
    }
    // Rows past the end of the layer are read from its last row: their codes are zero.
    let stride = w.row_bytes();
    let row = |r: usize| (start + r).min(w.inputs - 1) * stride + column / 2;
    let rows: [usize; ROWS] = std::array::from_fn(row);
    let bytes = sums.len() * STEP / 2;
    assert!(rows[ROWS - 1] + bytes <= w.qweight.len());
    let next = (start + ROWS) * stride + column / 2;
    for (s, sums) in sums.iter_mut().enumerate() {
        prefetch(w, next, stride, bytes, s);
        // SAFETY: the last row is the furthest one, and `bytes` of it were checked above; a step reads 64 of them.
        unsafe { add_step::<P>(w.qweight.as_ptr().add(s * (STEP / 2)), &rows, &pairs, &subs, sums) };
    }
}

/// Asks for the 32 cache lines of the next block of rows that belong to step `s`, in the order in which they lie.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn prefetch(w: &Awq4, next: usize, stride: usize, bytes: usize, s: usize) {
    const LINE: usize = 64;
    let lines = bytes / LINE;
    let (mut row, mut line) = (s * ROWS / lines, s * ROWS % lines);
    for _ in 0..ROWS {
        let at = w.qweight.as_ptr().wrapping_add(next + row * stride + line * LINE);
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
        line += 1;
        if line == lines {
            (row, line) = (row + 1, 0);
        }
    }
}

/// Adds 32 rows of 128 outputs to their sums.
///
/// # Safety
/// For every `r` of `rows`, the 64 bytes from `base + r` on must lie inside one allocation.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
unsafe fn add_step<const P: usize>(
    base: *const u8,
    rows: &[usize; ROWS],
    pairs: &[[i32; ROWS / 2]; P],
    subs: &[i32; P],
    sums: &mut [i32; STEP],
) {
    let mask = _mm512_set1_epi8(15);
    // [block][plane][half][nibble]
    let mut acc = [[[[_mm512_setzero_si512(); 2]; 2]; P]; 2];
    for b in 0..2 {
        for pair in b * BLOCK / 2..(b + 1) * BLOCK / 2 {
            let (even, odd) = (rows[2 * pair], rows[2 * pair + 1]);
            // SAFETY: the caller vouches for every row.
            let (even, odd) =
                unsafe { (_mm512_loadu_si512(base.add(even).cast()), _mm512_loadu_si512(base.add(odd).cast())) };
            let halves = [_mm512_unpacklo_epi8(even, odd), _mm512_unpackhi_epi8(even, odd)];
            for h in 0..2 {
                let low = _mm512_and_si512(halves[h], mask);
                let high = _mm512_and_si512(_mm512_srli_epi16::<4>(halves[h]), mask);
                for p in 0..P {
                    let x = _mm512_set1_epi32(pairs[p][pair]);
                    acc[b][p][h][0] = _mm512_add_epi16(acc[b][p][h][0], _mm512_maddubs_epi16(low, x));
                    acc[b][p][h][1] = _mm512_add_epi16(acc[b][p][h][1], _mm512_maddubs_epi16(high, x));
                }
            }
        }
    }
    let to: *mut __m512i = sums.as_mut_ptr().cast();
    for h in 0..2 {
        for n in 0..2 {
            // SAFETY: `sums` holds eight vectors; the largest index is 4 + 2 + 1.
            unsafe {
                let to = to.add(4 * h + n);
                let (mut low, mut high) = (_mm512_loadu_si512(to), _mm512_loadu_si512(to.add(2)));
                for p in 0..P {
                    let (a, b) = (acc[0][p][h][n], acc[1][p][h][n]);
                    let subs = _mm512_set1_epi32(subs[p]);
                    low = _mm512_dpwssd_epi32(low, _mm512_unpacklo_epi16(a, b), subs);
                    high = _mm512_dpwssd_epi32(high, _mm512_unpackhi_epi16(a, b), subs);
                }
                _mm512_storeu_si512(to, low);
                _mm512_storeu_si512(to.add(2), high);
            }
        }
    }
}

/// Ends a segment for 128 outputs: takes off the zero points, applies the scales, and clears the sums.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn finish(w: &Awq4, i: usize, o: usize, (sum, scale): (i32, f32), sums: &mut [i32; STEP], y: &mut [f32; STEP]) {
    let (sum, scale) = (_mm256_set1_epi32(sum), _mm256_set1_ps(scale));
    let from: *mut __m512i = sums.as_mut_ptr().cast();
    for j in 0..4 {
        // SAFETY: `sums` holds eight vectors.
        let (low, high) = unsafe { (_mm512_loadu_si512(from.add(2 * j)), _mm512_loadu_si512(from.add(2 * j + 1))) };
        for (pair, totals) in to_output_order(low, high).into_iter().enumerate() {
            for k in 0..2 {
                let word = j + 8 * pair + 4 * k;
                let (zeros, scales) = zeros_and_scales(w, i, o + 8 * word);
                let total =
                    if k == 0 { _mm512_castsi512_si256(totals) } else { _mm512_extracti64x4_epi64::<1>(totals) };
                let total = _mm256_cvtepi32_ps(_mm256_sub_epi32(total, _mm256_mullo_epi32(zeros, sum)));
                let y = &mut y[8 * word..8 * word + 8];
                // SAFETY: `y` is eight numbers.
                unsafe {
                    let new = _mm256_fmadd_ps(total, _mm256_mul_ps(scales, scale), _mm256_loadu_ps(y.as_ptr()));
                    _mm256_storeu_ps(y.as_mut_ptr(), new);
                }
            }
        }
    }
    *sums = [0; STEP];
}
