//! Dense layers: dot products of 32 running sums, eight vectors each.

use std::arch::aarch64::*;
use std::ops::Range;

use super::{load8, prefetch};
use crate::kernels::layout::{Dense, Float};
use crate::kernels::scalar::{self, LANES};

/// Rows of activations that share one reading of a weight row: 24 of the 32 registers hold sums.
const ROWS: usize = 3;

/// See [`scalar::dense_tile`].
#[target_feature(enable = "neon")]
pub fn dense_tile(w: &Dense, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
    let width = columns.len();
    let mut wide = vec![0.0_f32; w.inputs.next_multiple_of(LANES)];
    let mut padded = Vec::new();
    let x: Vec<&[f32]> = if w.inputs.is_multiple_of(LANES) {
        x.chunks_exact(w.inputs).collect()
    } else {
        padded.resize(x.len() / w.inputs * wide.len(), 0.0);
        for (to, from) in padded.chunks_exact_mut(wide.len()).zip(x.chunks_exact(w.inputs)) {
            to[..w.inputs].copy_from_slice(from);
        }
        padded.chunks_exact(wide.len()).collect()
    };
    for (n, o) in columns.enumerate() {
        let row = w.row(o);
        prefetch_after(row);
        widen(row, w.kind, &mut wide[..w.inputs]);
        for (block, x) in x.chunks(ROWS).enumerate() {
            let sums = match x {
                [a, b, c] => dot([a, b, c], &wide),
                [a, b] => extend(dot([a, b], &wide)),
                [a] => extend(dot([a], &wide)),
                _ => continue,
            };
            for (r, sum) in sums.iter().enumerate().take(x.len()) {
                out[(block * ROWS + r) * width + n] = *sum;
            }
        }
    }
}

fn extend<const N: usize>(sums: [f32; N]) -> [f32; ROWS] {
    std::array::from_fn(|r| if r < N { sums[r] } else { 0.0 })
}

/// Prefetches the row after the next one, which lies right behind.
#[inline]
fn prefetch_after(row: &[u8]) {
    for line in (0..row.len()).step_by(64) {
        prefetch(row.as_ptr().wrapping_add(2 * row.len() + line));
    }
}

/// A row of weights as f32.
#[inline]
#[target_feature(enable = "neon")]
fn widen(row: &[u8], kind: Float, out: &mut [f32]) {
    let (body, tail) = out.as_chunks_mut::<8>();
    for (to, from) in body.iter_mut().zip(row.chunks_exact(8 * kind.size())) {
        // SAFETY: `from` is eight numbers of that kind and `to` is eight numbers.
        unsafe {
            let [first, second] = load8(from.as_ptr(), kind);
            vst1q_f32(to.as_mut_ptr(), first);
            vst1q_f32(to.as_mut_ptr().add(4), second);
        }
    }
    let done = body.len() * 8;
    for (i, to) in tail.iter_mut().enumerate() {
        *to = scalar::float_at(row, kind, done + i);
    }
}

/// The dot products of `R` rows with one, all of the same length, a multiple of [`LANES`].
#[inline]
#[target_feature(enable = "neon")]
fn dot<const R: usize>(x: [&[f32]; R], w: &[f32]) -> [f32; R] {
    let mut acc = [[vdupq_n_f32(0.0); LANES / 4]; R];
    for (i, w) in w.as_chunks::<LANES>().0.iter().enumerate() {
        let x: [&[f32]; R] = std::array::from_fn(|r| &x[r][i * LANES..][..LANES]);
        for v in 0..LANES / 4 {
            // SAFETY: `w` and each of `x` are 32 numbers.
            unsafe {
                let w = vld1q_f32(w.as_ptr().add(4 * v));
                for r in 0..R {
                    acc[r][v] = vfmaq_f32(acc[r][v], w, vld1q_f32(x[r].as_ptr().add(4 * v)));
                }
            }
        }
    }
    acc.map(|acc| {
        let mut lanes = [0.0; LANES];
        for (to, from) in lanes.as_chunks_mut::<4>().0.iter_mut().zip(acc) {
            // SAFETY: `to` is four numbers.
            unsafe { vst1q_f32(to.as_mut_ptr(), from) };
        }
        scalar::fold(lanes)
    })
}
