//! f32 activations: the exact differences of codes and zero points as a panel of floats, used by every row.

use std::arch::x86_64::*;
use std::ops::Range;

use super::{codes8, word_at, zeros_and_scales};
use crate::kernels::layout::{ACT_GROUP, Awq4, split_k};
use crate::kernels::scalar;

/// Outputs in one panel: two vectors.
const STRIP: usize = 16;
/// Rows that one pass over a panel serves.
const ROWS: usize = 6;

/// The exact differences of a segment, `[inputs]` of a strip each. Every vector of it lies in one cache line.
#[repr(align(64))]
struct Panel([[f32; STRIP]; ACT_GROUP]);

/// See [`scalar::awq_f32_tile`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn awq_f32_tile(w: &Awq4, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
    let width = columns.len();
    let strips = width / STRIP;
    scalar::fill_rest(columns.clone(), strips * STRIP, out, |rest, to| scalar::awq_f32_tile(w, x, rest, to));
    let mut panel = Panel([[0.0; STRIP]; ACT_GROUP]);
    let mut sums = vec![[[0.0_f32; STRIP]; 2]; x.len() / w.inputs];
    for strip in 0..strips {
        let column = columns.start + strip * STRIP;
        sums.fill([[0.0; STRIP]; 2]);
        for (h, inputs) in split_k(w.inputs).into_iter().enumerate() {
            for segment in w.segments(inputs) {
                let scales = unpack(w, segment.clone(), column, &mut panel.0);
                let panel = &panel.0[..segment.len()];
                let rows = x.chunks(ROWS * w.inputs).zip(sums.chunks_mut(ROWS));
                for (x, sums) in rows {
                    match sums.len() {
                        6 => multiply::<6>(panel, scales, x, w.inputs, segment.start, h, sums),
                        5 => multiply::<5>(panel, scales, x, w.inputs, segment.start, h, sums),
                        4 => multiply::<4>(panel, scales, x, w.inputs, segment.start, h, sums),
                        3 => multiply::<3>(panel, scales, x, w.inputs, segment.start, h, sums),
                        2 => multiply::<2>(panel, scales, x, w.inputs, segment.start, h, sums),
                        _ => multiply::<1>(panel, scales, x, w.inputs, segment.start, h, sums),
                    }
                }
            }
        }
        for (to, [first, second]) in out.chunks_exact_mut(width).zip(&sums) {
            for ((y, a), b) in to[strip * STRIP..][..STRIP].iter_mut().zip(first).zip(second) {
                *y = a + b;
            }
        }
    }
}

/// Writes q - z of a segment for 16 outputs; returns their scales.
#[target_feature(enable = "avx2,fma,f16c")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, panel: &mut [[f32; STRIP]; ACT_GROUP]) -> [__m256; 2] {
    let group = w.group(segment.start);
    let of_word = [0, 1].map(|k| zeros_and_scales(&group, column + 8 * k));
    for (to, i) in panel.iter_mut().zip(segment) {
        let row = &w.qweight[i * w.row_bytes()..(i + 1) * w.row_bytes()];
        for (k, to) in to.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let difference = _mm256_sub_epi32(codes8(word_at(row, column / 8 + k)), of_word[k].0);
            // SAFETY: `to` is eight numbers.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), _mm256_cvtepi32_ps(difference)) };
        }
    }
    of_word.map(|(_, scales)| scales)
}

/// Adds a segment of `R` rows, `[R, inputs]`, to their sums of half `h`.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn multiply<const R: usize>(
    panel: &[[f32; STRIP]],
    scales: [__m256; 2],
    x: &[f32],
    inputs: usize,
    start: usize,
    h: usize,
    sums: &mut [[[f32; STRIP]; 2]],
) {
    let x: [&[f32]; R] = std::array::from_fn(|r| &x[r * inputs + start..][..panel.len()]);
    let mut acc = [[_mm256_setzero_ps(); 2]; R];
    for (i, w) in panel.iter().enumerate() {
        // SAFETY: a panel row is 16 numbers, and every row of `x` is as long as the panel.
        unsafe {
            let w = [_mm256_loadu_ps(w.as_ptr()), _mm256_loadu_ps(w.as_ptr().add(8))];
            for r in 0..R {
                let x = _mm256_set1_ps(*x[r].get_unchecked(i));
                for part in 0..2 {
                    acc[r][part] = _mm256_fmadd_ps(w[part], x, acc[r][part]);
                }
            }
        }
    }
    for (acc, sums) in acc.iter().zip(sums) {
        for part in 0..2 {
            let y = &mut sums[h][8 * part..8 * part + 8];
            // SAFETY: `y` is eight numbers.
            unsafe {
                let new = _mm256_fmadd_ps(acc[part], scales[part], _mm256_loadu_ps(y.as_ptr()));
                _mm256_storeu_ps(y.as_mut_ptr(), new);
            }
        }
    }
}
