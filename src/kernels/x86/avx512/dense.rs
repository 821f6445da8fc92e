//! Dense layers: dot products of 32 running sums, two vectors each.

use std::arch::x86_64::*;
use std::ops::Range;

use super::load16;
use crate::kernels::layout::{Dense, Float};
use crate::kernels::scalar::{self, LANES};
use crate::kernels::x86::avx2;

/// Rows of activations that share one reading of a weight row.
const ROWS: usize = 8;

/// See [`scalar::dense_tile`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn dense_tile(w: &Dense, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
    if !w.inputs.is_multiple_of(LANES) {
        return avx2::dense::dense_tile(w, x, columns, out);
    }
    let width = columns.len();
    let mut wide = vec![0.0_f32; w.inputs];
    for (n, o) in columns.enumerate() {
        let row = w.row(o);
        for line in (0..row.len()).step_by(64) {
            _mm_prefetch::<_MM_HINT_T0>(row.as_ptr().wrapping_add(2 * row.len() + line).cast());
        }
        widen(row, w.kind, &mut wide);
        for (block, x) in x.chunks(ROWS * w.inputs).enumerate() {
            let out = &mut out[block * ROWS * width..];
            if x.len() == ROWS * w.inputs {
                dot::<ROWS>(x, &wide, |r, sum| out[r * width + n] = sum);
            } else {
                for (r, x) in x.chunks_exact(w.inputs).enumerate() {
                    dot::<1>(x, &wide, |_, sum| out[r * width + n] = sum);
                }
            }
        }
    }
}

/// A row of weights as f32; a multiple of [`LANES`] of them.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn widen(row: &[u8], kind: Float, out: &mut [f32]) {
    for (to, from) in out.as_chunks_mut::<16>().0.iter_mut().zip(row.chunks_exact(16 * kind.size())) {
        // SAFETY: `from` is 16 numbers of that kind and `to` is 16 numbers.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), load16(from.as_ptr(), kind)) };
    }
}

/// The dot products of `R` rows, one behind the other in `x`, with `w`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn dot<const R: usize>(x: &[f32], w: &[f32], mut store: impl FnMut(usize, f32)) {
    assert_eq!(x.len(), R * w.len());
    let mut acc = [[_mm512_setzero_ps(); 2]; R];
    for (i, part) in w.as_chunks::<LANES>().0.iter().enumerate() {
        for v in 0..2 {
            // SAFETY: `part` is 32 numbers.
            let part = unsafe { _mm512_loadu_ps(part.as_ptr().add(16 * v)) };
            for r in 0..R {
                // SAFETY: `x` is R rows as long as `w`, and i * LANES + 16 v + 16 is at most that length.
                let x = unsafe { _mm512_loadu_ps(x.as_ptr().add(r * w.len() + i * LANES + 16 * v)) };
                acc[r][v] = _mm512_fmadd_ps(part, x, acc[r][v]);
            }
        }
    }
    for r in 0..R {
        let mut lanes = [0.0; LANES];
        for v in 0..2 {
            // SAFETY: `lanes` is 32 numbers.
            unsafe { _mm512_storeu_ps(lanes.as_mut_ptr().add(16 * v), acc[r][v]) };
        }
        store(r, scalar::fold(lanes));
    }
}
