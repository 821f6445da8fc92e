//! Attention over pages. A page is widened to f32 once and serves every query that comes with it.

use std::arch::x86_64::*;

use super::load8;
use crate::kernels::attention::{PAGE, Pages, Partial, attend_by};
use crate::kernels::layout::Float;
use crate::kernels::x86::walk::{LINE, prefetch};

/// See [`crate::kernels::attention::attend`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn attend(queries: &[f32], pages: Pages, seen: &[usize], out: &mut [Partial]) {
    let score = |queries: &[f32], keys: &[f32], scores: &mut [[f32; PAGE]]| {
        let head_dim = queries.len() / scores.len();
        for (q, to) in queries.chunks_exact(head_dim).zip(scores) {
            scores_of(q, keys, to);
        }
    };
    attend_by(
        |halves, next, to| widen(halves, next, to),
        score,
        |weights, values, to| weighted_sum(weights, values, to),
        (queries, pages, seen, out),
    );
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn widen(halves: &[u16], next: &[u16], out: &mut [f32]) {
    let mut ahead = next.chunks(LINE / 2);
    for (line, to) in halves.chunks(LINE / 2).zip(out.chunks_mut(LINE / 2)) {
        if let Some(ahead) = ahead.next() {
            prefetch(ahead.as_ptr().cast());
        }
        for (from, to) in line.as_chunks::<8>().0.iter().zip(to.as_chunks_mut::<8>().0) {
            // SAFETY: both are eight numbers.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), load8(from.as_ptr().cast(), Float::F16)) };
        }
    }
}

/// The scores of all positions of a page: `keys` is `[head_dim, PAGE]`.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn scores_of(q: &[f32], keys: &[f32], scores: &mut [f32; PAGE]) {
    let mut acc = [_mm256_setzero_ps(); PAGE / 8];
    for (q, keys) in q.iter().zip(keys.as_chunks::<PAGE>().0) {
        let q = _mm256_set1_ps(*q);
        for (v, acc) in acc.iter_mut().enumerate() {
            // SAFETY: `keys` is 64 numbers.
            *acc = _mm256_fmadd_ps(q, unsafe { _mm256_loadu_ps(keys.as_ptr().add(8 * v)) }, *acc);
        }
    }
    for (to, from) in scores.as_chunks_mut::<8>().0.iter_mut().zip(acc) {
        // SAFETY: `to` is eight numbers.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), from) };
    }
}

/// `out[d] = sum over p of weights[p] * values[p, d]`, p in order: `values` is `[PAGE, head_dim]`.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn weighted_sum(weights: &[f32], values: &[f32], out: &mut [f32]) {
    const WIDE: usize = 64;
    let head_dim = out.len();
    let wide = head_dim / WIDE * WIDE;
    for d in (0..wide).step_by(WIDE) {
        let mut acc = [_mm256_setzero_ps(); WIDE / 8];
        for (p, weight) in weights.iter().enumerate() {
            let values = &values[p * head_dim + d..][..WIDE];
            let weight = _mm256_set1_ps(*weight);
            for (v, acc) in acc.iter_mut().enumerate() {
                // SAFETY: `values` is 64 numbers.
                *acc = _mm256_fmadd_ps(weight, unsafe { _mm256_loadu_ps(values.as_ptr().add(8 * v)) }, *acc);
            }
        }
        for (to, from) in out[d..d + WIDE].as_chunks_mut::<8>().0.iter_mut().zip(acc) {
            // SAFETY: `to` is eight numbers.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), from) };
        }
    }
    out[wide..].fill(0.0);
    for (p, weight) in weights.iter().enumerate() {
        for (a, value) in out[wide..].iter_mut().zip(&values[p * head_dim + wide..(p + 1) * head_dim]) {
            *a = weight.mul_add(*value, *a);
        }
    }
}
