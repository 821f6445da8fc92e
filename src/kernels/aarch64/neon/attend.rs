//! Attention over pages. A page is widened to f32 once and serves every query that comes with it.

use std::arch::aarch64::*;

use super::load8;
use crate::kernels::attention::{PAGE, Pages, Partial, attend_by};
use crate::kernels::layout::Float;

/// See [`crate::kernels::attention::attend`].
#[target_feature(enable = "neon")]
pub fn attend(queries: &[f32], pages: Pages, seen: &[usize], out: &mut [Partial]) {
    let score = |queries: &[f32], keys: &[f32], scores: &mut [[f32; PAGE]]| {
        let head_dim = queries.len() / scores.len();
        for (q, to) in queries.chunks_exact(head_dim).zip(scores) {
            scores_of(q, keys, to);
        }
    };
    attend_by(
        |halves, _, to| widen(halves, to),
        score,
        |weights, values, to| weighted_sum(weights, values, to),
        (queries, pages, seen, out),
    );
}

#[inline]
#[target_feature(enable = "neon")]
fn widen(halves: &[u16], out: &mut [f32]) {
    for (from, to) in halves.as_chunks::<8>().0.iter().zip(out.as_chunks_mut::<8>().0) {
        // SAFETY: both are eight numbers.
        unsafe {
            let [first, second] = load8(from.as_ptr().cast(), Float::F16);
            vst1q_f32(to.as_mut_ptr(), first);
            vst1q_f32(to.as_mut_ptr().add(4), second);
        }
    }
}

/// The scores of all positions of a page: `keys` is `[head_dim, PAGE]`.
#[inline]
#[target_feature(enable = "neon")]
fn scores_of(q: &[f32], keys: &[f32], scores: &mut [f32; PAGE]) {
    let mut acc = [vdupq_n_f32(0.0); PAGE / 4];
    for (q, keys) in q.iter().zip(keys.as_chunks::<PAGE>().0) {
        add_scaled(*q, keys, &mut acc);
    }
    store(&acc, scores);
}

/// `out[d] = sum over p of weights[p] * values[p, d]`, p in order: `values` is `[PAGE, head_dim]`.
#[inline]
#[target_feature(enable = "neon")]
fn weighted_sum(weights: &[f32], values: &[f32], out: &mut [f32]) {
    const WIDE: usize = 64;
    let head_dim = out.len();
    let (body, tail) = out.as_chunks_mut::<WIDE>();
    for (n, to) in body.iter_mut().enumerate() {
        let mut acc = [vdupq_n_f32(0.0); WIDE / 4];
        for (weight, values) in weights.iter().zip(values.chunks_exact(head_dim)) {
            add_scaled(*weight, &values.as_chunks::<WIDE>().0[n], &mut acc);
        }
        store(&acc, to);
    }
    let wide = head_dim - tail.len();
    tail.fill(0.0);
    for (weight, values) in weights.iter().zip(values.chunks_exact(head_dim)) {
        for (a, value) in tail.iter_mut().zip(&values[wide..]) {
            *a = weight.mul_add(*value, *a);
        }
    }
}

/// `acc += a * x`, fused.
#[inline]
#[target_feature(enable = "neon")]
fn add_scaled(a: f32, x: &[f32; 64], acc: &mut [float32x4_t; 16]) {
    let a = vdupq_n_f32(a);
    for v in 0..16 {
        // SAFETY: `x` is 64 numbers.
        acc[v] = vfmaq_f32(acc[v], a, unsafe { vld1q_f32(x.as_ptr().add(4 * v)) });
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn store(acc: &[float32x4_t; 16], out: &mut [f32; 64]) {
    for (to, from) in out.as_chunks_mut::<4>().0.iter_mut().zip(acc) {
        // SAFETY: `to` is four numbers.
        unsafe { vst1q_f32(to.as_mut_ptr(), *from) };
    }
}
