//! Attention over one page. The page is widened to f32 once and serves every query that comes with it.

use std::arch::x86_64::*;

use super::load8;
use crate::kernels::attention::{KvPage, PAGE, Partial};
use crate::kernels::layout::Float;
use crate::kernels::math;
use crate::kernels::scalar::{LANES, fold};

/// See [`crate::kernels::attention::attend`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn attend(queries: &[f32], page: &KvPage, valid: &[usize], out: &mut [Partial]) {
    let head_dim = queries.len() / valid.len().max(1);
    let mut wide = Vec::new();
    let (keys, values): (&[f32], &[f32]) = match page {
        KvPage::F32 { keys, values } => (keys, values),
        KvPage::F16 { keys, values } => {
            wide.resize(2 * head_dim * PAGE, 0.0);
            widen(keys, &mut wide[..head_dim * PAGE]);
            widen(values, &mut wide[head_dim * PAGE..]);
            wide.split_at(head_dim * PAGE)
        }
    };
    let mut acc = vec![0.0_f32; head_dim];
    for ((q, &valid), out) in queries.chunks_exact(head_dim).zip(valid).zip(out) {
        if valid == 0 {
            continue;
        }
        let mut scores = scores(q, keys);
        let max = scores[..valid].iter().fold(f32::NEG_INFINITY, |m, s| m.max(*s));
        for score in &mut scores {
            *score = math::exp(*score - max);
        }
        scores[valid..].fill(0.0);
        let mut lanes = [0.0_f32; LANES];
        for half in scores.as_chunks::<LANES>().0 {
            for (lane, score) in lanes.iter_mut().zip(half) {
                *lane += score;
            }
        }
        weighted_sum(&scores[..valid], values, &mut acc);
        out.merge(max, fold(lanes), &acc);
    }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn widen(halves: &[u16], out: &mut [f32]) {
    for (from, to) in halves.as_chunks::<8>().0.iter().zip(out.as_chunks_mut::<8>().0) {
        // SAFETY: both are eight numbers.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), load8(from.as_ptr().cast(), Float::F16)) };
    }
}

/// The scores of all positions of a page: `keys` is `[head_dim, PAGE]`.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn scores(q: &[f32], keys: &[f32]) -> [f32; PAGE] {
    let mut acc = [_mm256_setzero_ps(); PAGE / 8];
    for (q, keys) in q.iter().zip(keys.as_chunks::<PAGE>().0) {
        let q = _mm256_set1_ps(*q);
        for (v, acc) in acc.iter_mut().enumerate() {
            // SAFETY: `keys` is 64 numbers.
            *acc = _mm256_fmadd_ps(q, unsafe { _mm256_loadu_ps(keys.as_ptr().add(8 * v)) }, *acc);
        }
    }
    let mut scores = [0.0; PAGE];
    for (to, from) in scores.as_chunks_mut::<8>().0.iter_mut().zip(acc) {
        // SAFETY: `to` is eight numbers.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), from) };
    }
    scores
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
