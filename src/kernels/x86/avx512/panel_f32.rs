//! f32 activations: the exact differences of codes and zero points as a panel of floats, used by every row.

use std::arch::x86_64::*;
use std::ops::Range;

use super::{codes16, zeros_and_scales};
use crate::kernels::layout::{ACT_GROUP, Awq4, split_k};
use crate::kernels::x86::avx2;

/// Outputs in one panel: two vectors.
const STRIP: usize = 32;
/// Rows that one pass over a panel serves.
const ROWS: usize = 12;

/// See [`crate::kernels::scalar::awq_f32_tile`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn awq_f32_tile(w: &Awq4, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
    let width = columns.len();
    if !width.is_multiple_of(STRIP) {
        return avx2::panel_f32::awq_f32_tile(w, x, columns, out);
    }
    let rows = x.len() / w.inputs;
    let mut panel = [[_mm512_setzero_ps(); 2]; ACT_GROUP];
    let mut sums = [vec![[_mm512_setzero_ps(); 2]; rows], vec![[_mm512_setzero_ps(); 2]; rows]];
    for column in columns.clone().step_by(STRIP) {
        for (inputs, sums) in split_k(w.inputs).into_iter().zip(&mut sums) {
            sums.fill([_mm512_setzero_ps(); 2]);
            for segment in w.segments(inputs) {
                let scales = unpack(w, segment.clone(), column, &mut panel);
                let panel = &panel[..segment.len()];
                for (x, sums) in x.chunks(ROWS * w.inputs).zip(sums.chunks_mut(ROWS)) {
                    multiply(panel, scales, x, w.inputs, segment.start, sums);
                }
            }
        }
        for ((to, first), second) in out.chunks_exact_mut(width).zip(&sums[0]).zip(&sums[1]) {
            let to = to[column - columns.start..][..STRIP].as_chunks_mut::<16>().0;
            for n in 0..2 {
                // SAFETY: `to[n]` is 16 numbers.
                unsafe { _mm512_storeu_ps(to[n].as_mut_ptr(), _mm512_add_ps(first[n], second[n])) };
            }
        }
    }
}

/// Writes q - z of a segment for 32 outputs; returns their scales.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, panel: &mut [[__m512; 2]; ACT_GROUP]) -> [__m512; 2] {
    let mut scales = [_mm512_setzero_ps(); 2];
    for n in 0..2 {
        let o = column + 16 * n;
        let zeros;
        (zeros, scales[n]) = zeros_and_scales(&w.group(segment.start), o);
        for (to, i) in panel.iter_mut().zip(segment.clone()) {
            let row = &w.qweight[i * w.row_bytes()..(i + 1) * w.row_bytes()];
            to[n] = _mm512_cvtepi32_ps(_mm512_sub_epi32(codes16(row, o), zeros));
        }
    }
    scales
}

/// Adds a segment of up to [`ROWS`] rows, `[rows, inputs]`, to their sums.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn multiply(
    panel: &[[__m512; 2]],
    scales: [__m512; 2],
    x: &[f32],
    inputs: usize,
    start: usize,
    sums: &mut [[__m512; 2]],
) {
    if sums.len() == ROWS {
        return multiply_rows::<ROWS>(panel, scales, x, inputs, start, sums);
    }
    for (x, sums) in x.chunks(4 * inputs).zip(sums.chunks_mut(4)) {
        match sums.len() {
            4 => multiply_rows::<4>(panel, scales, x, inputs, start, sums),
            3 => multiply_rows::<3>(panel, scales, x, inputs, start, sums),
            2 => multiply_rows::<2>(panel, scales, x, inputs, start, sums),
            _ => multiply_rows::<1>(panel, scales, x, inputs, start, sums),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn multiply_rows<const R: usize>(
    panel: &[[__m512; 2]],
    scales: [__m512; 2],
    x: &[f32],
    inputs: usize,
    start: usize,
    sums: &mut [[__m512; 2]],
) {
    let mut rows = [std::ptr::null(); R];
    for r in 0..R {
        rows[r] = x[r * inputs + start..][..panel.len()].as_ptr();
    }
    let mut acc = [[_mm512_setzero_ps(); 2]; R];
    for (i, w) in panel.iter().enumerate() {
        for r in 0..R {
            // SAFETY: `rows[r]` points at as many numbers as the panel has rows.
            let x = _mm512_set1_ps(unsafe { rows[r].add(i).read() });
            for n in 0..2 {
                acc[r][n] = _mm512_fmadd_ps(w[n], x, acc[r][n]);
            }
        }
    }
    for r in 0..R {
        for n in 0..2 {
            sums[r][n] = _mm512_fmadd_ps(acc[r][n], scales[n], sums[r][n]);
        }
    }
}
