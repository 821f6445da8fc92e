//! The specification of attention over one page of keys and values, and how pages are put together.
//!
//! Keys lie transposed, `[head_dim, PAGE]`, so that the lanes of a vector are positions: a score is a plain run of fused
//! multiply-adds over head_dim, and a value sum a plain run over positions, in any vector width the same bits.

use super::math;
use super::scalar::{LANES, fold};

/// Positions in one page.
pub const PAGE: usize = 64;

/// One KV head's keys and values in one page.
#[derive(Clone, Copy, Debug)]
pub enum KvPage<'a> {
    /// keys `[head_dim, PAGE]`, values `[PAGE, head_dim]`, half precision.
    F16 { keys: &'a [u16], values: &'a [u16] },
    /// The same in single precision.
    F32 { keys: &'a [f32], values: &'a [f32] },
}

/// The attention of one query over one or more pages, before the division by `sum`.
#[derive(Clone, Debug)]
pub struct Partial {
    /// The largest score seen.
    pub max: f32,
    /// The sum of exp(score - max).
    pub sum: f32,
    /// `[head_dim]`: the sum of exp(score - max) * value.
    pub acc: Vec<f32>,
}

impl Partial {
    /// What attention over no page gives.
    pub fn empty(head_dim: usize) -> Partial {
        Partial { max: f32::NEG_INFINITY, sum: 0.0, acc: vec![0.0; head_dim] }
    }

    /// Forgets every page.
    pub fn clear(&mut self) {
        (self.max, self.sum) = (f32::NEG_INFINITY, 0.0);
        self.acc.fill(0.0);
    }

    /// Adds the next page's sums (Milakov and Gimelshein, "Online normalizer calculation for softmax").
    #[inline(always)]
    pub fn merge(&mut self, max: f32, sum: f32, acc: &[f32]) {
        let top = self.max.max(max);
        let (old, new) = (math::exp(self.max - top), math::exp(max - top));
        self.max = top;
        self.sum = sum.mul_add(new, self.sum * old);
        for (a, b) in self.acc.iter_mut().zip(acc) {
            *a = b.mul_add(new, *a * old);
        }
    }
}

/// Attends `valid.len()` queries (`[queries, head_dim]`, already scaled by 1 / sqrt(head_dim)) to one page and merges the
/// result into `out`. Query n sees the first `valid[n]` positions (1..=PAGE), or skips the page where that is 0.
#[inline(always)]
pub fn attend(queries: &[f32], page: &KvPage, valid: &[usize], out: &mut [Partial]) {
    let head_dim = queries.len() / valid.len().max(1);
    let mut acc = vec![0.0_f32; head_dim];
    for ((q, &valid), out) in queries.chunks_exact(head_dim).zip(valid).zip(out) {
        if valid == 0 {
            continue;
        }
        let mut scores = [0.0_f32; PAGE];
        for (d, q) in q.iter().enumerate() {
            for (p, score) in scores[..valid].iter_mut().enumerate() {
                *score = q.mul_add(key(page, d * PAGE + p), *score);
            }
        }
        let max = scores[..valid].iter().fold(f32::NEG_INFINITY, |m, s| m.max(*s));
        let mut lanes = [0.0_f32; LANES];
        for (p, score) in scores[..valid].iter_mut().enumerate() {
            *score = math::exp(*score - max);
            lanes[p % LANES] += *score;
        }
        acc.fill(0.0);
        for (p, weight) in scores[..valid].iter().enumerate() {
            for (d, a) in acc.iter_mut().enumerate() {
                *a = weight.mul_add(value(page, p * head_dim + d), *a);
            }
        }
        out.merge(max, fold(lanes), &acc);
    }
}

#[inline(always)]
fn key(page: &KvPage, i: usize) -> f32 {
    match page {
        KvPage::F16 { keys, .. } => math::f16_to_f32(keys[i]),
        KvPage::F32 { keys, .. } => keys[i],
    }
}

#[inline(always)]
fn value(page: &KvPage, i: usize) -> f32 {
    match page {
        KvPage::F16 { values, .. } => math::f16_to_f32(values[i]),
        KvPage::F32 { values, .. } => values[i],
    }
}
