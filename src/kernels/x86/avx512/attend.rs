//! Attention over pages. A page is widened to f32 once and serves every query that comes with it.

use std::arch::x86_64::*;

use super::load16;
use crate::kernels::attention::{PAGE, Pages, Partial, attend_by};
use crate::kernels::layout::Float;
use crate::kernels::x86::walk::{LINE, prefetch};

/// Vectors in a page of scores.
const VECTORS: usize = PAGE / 16;

/// See [`crate::kernels::attention::attend`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn attend(queries: &[f32], pages: Pages, seen: &[usize], out: &mut [Partial]) {
    let score = |queries: &[f32], keys: &[f32], scores: &mut [[f32; PAGE]]| match scores.len() {
        4 => scores_of::<4>(queries, keys, scores),
        3 => scores_of::<3>(queries, keys, scores),
        2 => scores_of::<2>(queries, keys, scores),
        _ => scores_of::<1>(queries, keys, scores),
    };
    attend_by(
        |halves, next, to| widen(halves, next, to),
        score,
        |weights, values, to| weighted_sum(weights, values, to),
        (queries, pages, seen, out),
    );
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn widen(halves: &[u16], next: &[u16], out: &mut [f32]) {
    let mut ahead = next.chunks(LINE / 2);
    for (line, to) in halves.chunks(LINE / 2).zip(out.chunks_mut(LINE / 2)) {
        if let Some(ahead) = ahead.next() {
            prefetch(ahead.as_ptr().cast());
        }
        for (from, to) in line.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
            // SAFETY: both are 16 numbers.
            unsafe { _mm512_storeu_ps(to.as_mut_ptr(), load16(from.as_ptr().cast(), Float::F16)) };
        }
    }
}

/// The scores of `Q` queries for all positions of a page: `keys` is `[head_dim, PAGE]`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn scores_of<const Q: usize>(queries: &[f32], keys: &[f32], scores: &mut [[f32; PAGE]]) {
    let head_dim = queries.len() / Q;
    let mut acc = [[_mm512_setzero_ps(); VECTORS]; Q];
    for (d, keys) in keys.as_chunks::<PAGE>().0[..head_dim].iter().enumerate() {
        for v in 0..VECTORS {
            // SAFETY: `keys` is 64 numbers.
            let key = unsafe { _mm512_loadu_ps(keys.as_ptr().add(16 * v)) };
            for n in 0..Q {
                acc[n][v] = _mm512_fmadd_ps(_mm512_set1_ps(queries[n * head_dim + d]), key, acc[n][v]);
            }
        }
    }
    for (scores, acc) in scores.iter_mut().zip(acc) {
        for v in 0..VECTORS {
            // SAFETY: a row of scores is 64 numbers.
            unsafe { _mm512_storeu_ps(scores.as_mut_ptr().add(16 * v), acc[v]) };
        }
    }
}

/// `out[d] = sum over p of weights[p] * values[p, d]`, p in order: `values` is `[PAGE, head_dim]`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn weighted_sum(weights: &[f32], values: &[f32], out: &mut [f32]) {
    const WIDE: usize = 64;
    let head_dim = out.len();
    let wide = head_dim / WIDE * WIDE;
    for d in (0..wide).step_by(WIDE) {
        let mut acc = [_mm512_setzero_ps(); WIDE / 16];
        for (p, weight) in weights.iter().enumerate() {
            let values = &values[p * head_dim + d..][..WIDE];
            let weight = _mm512_set1_ps(*weight);
            for v in 0..WIDE / 16 {
                // SAFETY: `values` is 64 numbers.
                acc[v] = _mm512_fmadd_ps(weight, unsafe { _mm512_loadu_ps(values.as_ptr().add(16 * v)) }, acc[v]);
            }
        }
        for (to, from) in out[d..d + WIDE].as_chunks_mut::<16>().0.iter_mut().zip(acc) {
            // SAFETY: `to` is 16 numbers.
            unsafe { _mm512_storeu_ps(to.as_mut_ptr(), from) };
        }
    }
    out[wide..].fill(0.0);
    for (p, weight) in weights.iter().enumerate() {
        for (a, value) in out[wide..].iter_mut().zip(&values[p * head_dim + wide..(p + 1) * head_dim]) {
            *a = weight.mul_add(*value, *a);
        }
    }
}
