//! Attention over one page. The page is widened to f32 once and serves every query that comes with it.

use std::arch::x86_64::*;

use super::load16;
use crate::kernels::attention::{KvPage, PAGE, Partial};
use crate::kernels::layout::Float;
use crate::kernels::math;
use crate::kernels::scalar::{LANES, fold};

/// Vectors in a page of scores.
const VECTORS: usize = PAGE / 16;
/// Queries whose scores are computed together.
const QUERIES: usize = 4;

/// See [`crate::kernels::attention::attend`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
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
    let blocks = queries.chunks(QUERIES * head_dim).zip(valid.chunks(QUERIES)).zip(out.chunks_mut(QUERIES));
    for ((queries, valid), out) in blocks {
        let scores = match valid.len() {
            4 => scores::<4>(queries, keys),
            3 => scores::<3>(queries, keys),
            2 => scores::<2>(queries, keys),
            _ => scores::<1>(queries, keys),
        };
        for ((mut scores, &valid), out) in scores.into_iter().zip(valid).zip(out) {
            if valid == 0 {
                continue;
            }
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
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn widen(halves: &[u16], out: &mut [f32]) {
    for (from, to) in halves.as_chunks::<16>().0.iter().zip(out.as_chunks_mut::<16>().0) {
        // SAFETY: both are 16 numbers.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), load16(from.as_ptr().cast(), Float::F16)) };
    }
}

/// The scores of `Q` queries for all positions of a page: `keys` is `[head_dim, PAGE]`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn scores<const Q: usize>(queries: &[f32], keys: &[f32]) -> [[f32; PAGE]; QUERIES] {
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
    let mut scores = [[0.0; PAGE]; QUERIES];
    for n in 0..Q {
        for v in 0..VECTORS {
            // SAFETY: a row of scores is 64 numbers.
            unsafe { _mm512_storeu_ps(scores[n].as_mut_ptr().add(16 * v), acc[n][v]) };
        }
    }
    scores
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
