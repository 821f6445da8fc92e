//! One row of integer activations: every weight is read once, so this runs at the speed of memory.
//!
//! Blocks of 32 weight rows are walked across the full width, 64 outputs at a time. The bytes of two rows are interleaved
//! before the nibbles are masked out, so that `vpmaddubsw` multiplies a pair of inputs and adds it for 16 outputs at once.
//! 16 rows fit a 16-bit sum (15 * 127 * 16 < 2^15). Two such sums, of rows 0..16 and 16..32, are then interleaved and
//! widened by `vpmaddwd`, which applies their two sub-scales. 32-bit sums lie in [`to_output_order`]'s order until a
//! segment ends.

use std::arch::x86_64::*;
use std::ops::Range;

use super::zeros_and_scales;
use crate::kernels::layout::{Awq4, BLOCK, GROUP, QuantRow};
use crate::kernels::scalar;

/// Outputs in one step: 32 bytes of a weight row.
const STEP: usize = 64;
/// Weight rows in one block, two 16-bit sums deep.
const ROWS: usize = 2 * BLOCK;

/// See [`scalar::awq_int_half`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn awq_int_half(w: &Awq4, x: &QuantRow, inputs: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    let steps = columns.len() / STEP;
    let (wide, narrow) = out.split_at_mut(steps * STEP);
    let middle = columns.start + wide.len();
    if !narrow.is_empty() {
        scalar::awq_int_half(w, x, inputs.clone(), middle..columns.end, narrow);
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
#[target_feature(enable = "avx2,fma,f16c")]
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
#[target_feature(enable = "avx2,fma,f16c")]
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
        // SAFETY: the last row is the furthest one, and `bytes` of it were checked above; a step reads 32 of them.
        unsafe {
            let base = w.qweight.as_ptr().add(s * (STEP / 2));
            if P == 1 {
                add_step::<P, 2>(base, &rows, &pairs, &subs, 0, sums);
            } else {
                // Half of the outputs at a time: two planes of all of them would not fit the registers.
                add_step::<P, 1>(base, &rows, &pairs, &subs, 0, sums);
                add_step::<P, 1>(base, &rows, &pairs, &subs, 1, sums);
            }
        }
    }
}

/// Asks for the 16 cache lines of the next block of rows that belong to step `s`, in the order in which they lie.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn prefetch(w: &Awq4, next: usize, stride: usize, bytes: usize, s: usize) {
    const LINE: usize = 64;
    let lines = bytes.div_ceil(LINE);
    let first = s * ROWS * (STEP / 2) / LINE;
    let (mut row, mut line) = (first / lines, first % lines);
    for _ in 0..ROWS * (STEP / 2) / LINE {
        let at = w.qweight.as_ptr().wrapping_add(next + row * stride + line * LINE);
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
        line += 1;
        if line == lines {
            (row, line) = (row + 1, 0);
        }
    }
}

/// Adds 32 rows of 64 outputs to their sums, or of half of them (`H` is 1): the words that interleaving the low
/// (`first` is 0) or the high (1) eight bytes of each lane gives.
///
/// # Safety
/// For every `r` of `rows`, the 32 bytes from `base + r` on must lie inside one allocation.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn add_step<const P: usize, const H: usize>(
    base: *const u8,
    rows: &[usize; ROWS],
    pairs: &[[i32; ROWS / 2]; P],
    subs: &[i32; P],
    first: usize,
    sums: &mut [i32; STEP],
) {
    let mask = _mm256_set1_epi8(15);
    // [block][plane][half][nibble]
    let mut acc = [[[[_mm256_setzero_si256(); 2]; H]; P]; 2];
    for b in 0..2 {
        for pair in b * BLOCK / 2..(b + 1) * BLOCK / 2 {
            let (even, odd) = (rows[2 * pair], rows[2 * pair + 1]);
            // SAFETY: the caller vouches for every row.
            let (even, odd) =
                unsafe { (_mm256_loadu_si256(base.add(even).cast()), _mm256_loadu_si256(base.add(odd).cast())) };
            for h in 0..H {
                let both =
                    if first + h == 0 { _mm256_unpacklo_epi8(even, odd) } else { _mm256_unpackhi_epi8(even, odd) };
                let nibbles = [_mm256_and_si256(both, mask), _mm256_and_si256(_mm256_srli_epi16::<4>(both), mask)];
                for p in 0..P {
                    let x = _mm256_set1_epi32(pairs[p][pair]);
                    for n in 0..2 {
                        acc[b][p][h][n] = _mm256_add_epi16(acc[b][p][h][n], _mm256_maddubs_epi16(nibbles[n], x));
                    }
                }
            }
        }
    }
    let to: *mut __m256i = sums.as_mut_ptr().cast();
    for h in 0..H {
        for n in 0..2 {
            let (mut low, mut high) = (_mm256_setzero_si256(), _mm256_setzero_si256());
            for p in 0..P {
                let (a, b) = (acc[0][p][h][n], acc[1][p][h][n]);
                let subs = _mm256_set1_epi32(subs[p]);
                low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), subs));
                high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), subs));
            }
            // SAFETY: `sums` holds eight vectors; the largest index is 4 + 2 + 1.
            unsafe {
                let to = to.add(4 * (first + h) + n);
                _mm256_storeu_si256(to, _mm256_add_epi32(_mm256_loadu_si256(to), low));
                _mm256_storeu_si256(to.add(2), _mm256_add_epi32(_mm256_loadu_si256(to.add(2)), high));
            }
        }
    }
}

/// Two vectors of 32-bit sums as [`add_step`] leaves them, `[0 4 1 5]` and `[2 6 3 7]` of word j in the low lane and of
/// word j + 4 in the high lane, as the eight outputs of word j and those of word j + 4.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn to_output_order(low: __m256i, high: __m256i) -> [__m256i; 2] {
    let (even, odd) = (_mm256_unpacklo_epi32(low, high), _mm256_unpackhi_epi32(low, high));
    let (first, second) = (_mm256_unpacklo_epi32(even, odd), _mm256_unpackhi_epi32(even, odd));
    [_mm256_permute2x128_si256::<0x20>(first, second), _mm256_permute2x128_si256::<0x31>(first, second)]
}

/// Ends a segment for 64 outputs: takes off the zero points, applies the scales, and clears the sums.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn finish(w: &Awq4, i: usize, o: usize, (sum, scale): (i32, f32), sums: &mut [i32; STEP], y: &mut [f32; STEP]) {
    let (sum, scale) = (_mm256_set1_epi32(sum), _mm256_set1_ps(scale));
    let from: *mut __m256i = sums.as_mut_ptr().cast();
    for j in 0..4 {
        // SAFETY: `sums` holds eight vectors.
        let (low, high) = unsafe { (_mm256_loadu_si256(from.add(2 * j)), _mm256_loadu_si256(from.add(2 * j + 1))) };
        for (word, total) in [j, j + 4].into_iter().zip(to_output_order(low, high)) {
            let (zeros, scales) = zeros_and_scales(w, i, o + 8 * word);
            let total = _mm256_cvtepi32_ps(_mm256_sub_epi32(total, _mm256_mullo_epi32(zeros, sum)));
            let y = &mut y[8 * word..8 * word + 8];
            // SAFETY: `y` is eight numbers.
            unsafe {
                let new = _mm256_fmadd_ps(total, _mm256_mul_ps(scales, scale), _mm256_loadu_ps(y.as_ptr()));
                _mm256_storeu_ps(y.as_mut_ptr(), new);
            }
        }
    }
    *sums = [0; STEP];
}
