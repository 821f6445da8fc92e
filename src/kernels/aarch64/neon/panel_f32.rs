//! f32 activations: the exact differences of codes and zero points as a panel of floats, used by every row.

use std::arch::aarch64::*;
use std::ops::Range;

use super::{codes8, word_at, zeros_and_scales};
use crate::kernels::layout::{ACT_GROUP, Awq4, split_k};
use crate::kernels::scalar;

/// Outputs in one panel: four vectors.
const STRIP: usize = 16;
/// Rows that one pass over a panel serves: 24 of the 32 registers hold sums.
const ROWS: usize = 6;

/// See [`scalar::awq_f32_tile`].
#[target_feature(enable = "neon")]
pub fn awq_f32_tile(w: &Awq4, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
    let width = columns.len();
    let strips = width / STRIP;
    scalar::fill_rest(columns.clone(), strips * STRIP, out, |rest, to| scalar::awq_f32_tile(w, x, rest, to));
    let mut panel = [[0.0_f32; STRIP]; ACT_GROUP];
    let mut sums = vec![[[0.0_f32; STRIP]; 2]; x.len() / w.inputs];
    for strip in 0..strips {
        let column = columns.start + strip * STRIP;
        sums.fill([[0.0; STRIP]; 2]);
        for (h, inputs) in split_k(w.inputs).into_iter().enumerate() {
            for segment in w.segments(inputs) {
                let scales = unpack(w, segment.clone(), column, &mut panel);
                let panel = &panel[..segment.len()];
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
#[target_feature(enable = "neon")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, panel: &mut [[f32; STRIP]; ACT_GROUP]) -> [float32x4_t; 4] {
    let group = w.group(segment.start);
    let [(zeros, first), (more, second)] = [0, 8].map(|k| zeros_and_scales(&group, column + k));
    for (to, i) in panel.iter_mut().zip(segment) {
        let row = &w.qweight[i * w.row_bytes()..(i + 1) * w.row_bytes()];
        for (k, (to, zeros)) in to.as_chunks_mut::<8>().0.iter_mut().zip([zeros, more]).enumerate() {
            let codes = codes8(word_at(row, column / 8 + k));
            // SAFETY: `to` is eight numbers.
            unsafe {
                vst1q_f32(to.as_mut_ptr(), vcvtq_f32_s32(vsubq_s32(codes[0], zeros[0])));
                vst1q_f32(to.as_mut_ptr().add(4), vcvtq_f32_s32(vsubq_s32(codes[1], zeros[1])));
            }
        }
    }
    [first[0], first[1], second[0], second[1]]
}

/// Adds a segment of `R` rows, `[R, inputs]`, to their sums of half `h`.
#[inline]
#[target_feature(enable = "neon")]
fn multiply<const R: usize>(
    panel: &[[f32; STRIP]],
    scales: [float32x4_t; 4],
    x: &[f32],
    inputs: usize,
    start: usize,
    h: usize,
    sums: &mut [[[f32; STRIP]; 2]],
) {
    let x: [&[f32]; R] = std::array::from_fn(|r| &x[r * inputs + start..][..panel.len()]);
    let mut acc = [[vdupq_n_f32(0.0); 4]; R];
    for (i, w) in panel.iter().enumerate() {
        // SAFETY: a panel row is 16 numbers, and every row of `x` is as long as the panel.
        unsafe {
            let w: [float32x4_t; 4] = std::array::from_fn(|v| vld1q_f32(w.as_ptr().add(4 * v)));
            for r in 0..R {
                let x = vdupq_n_f32(*x[r].get_unchecked(i));
                for v in 0..4 {
                    acc[r][v] = vfmaq_f32(acc[r][v], w[v], x);
                }
            }
        }
    }
    for (acc, sums) in acc.iter().zip(sums) {
        for v in 0..4 {
            let y = &mut sums[h][4 * v..][..4];
            // SAFETY: `y` is four numbers.
            unsafe { vst1q_f32(y.as_mut_ptr(), vfmaq_f32(vld1q_f32(y.as_ptr()), acc[v], scales[v])) };
        }
    }
}
