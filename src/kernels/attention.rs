//! The specification of attention over one page of keys and values, and how pages are put together.
//!
//! Keys lie transposed, `[head_dim, PAGE]`, so that the lanes of a vector are positions: a score is a plain run of fused
//! multiply-adds over head_dim, and a value sum a plain run over positions, in any vector width the same bits.

use super::aligned::Aligned;
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

/// One KV head's pages in order of position.
pub type Pages<'p, 'k> = &'p [KvPage<'k>];

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

/// The softmax of one page's scores, of which the first `seen` count (at least one): leaves exp(score - largest), and
/// zeros behind. Returns the largest and the sum.
#[inline(always)]
pub fn soften(scores: &mut [f32; PAGE], seen: usize) -> (f32, f32) {
    scores[seen..].fill(f32::NEG_INFINITY);
    let mut tops = [f32::NEG_INFINITY; LANES];
    for half in scores.as_chunks::<LANES>().0 {
        for (top, score) in tops.iter_mut().zip(half) {
            *top = if *score > *top { *score } else { *top };
        }
    }
    let mut n = LANES / 2;
    while n > 0 {
        for l in 0..n {
            tops[l] = if tops[l + n] > tops[l] { tops[l + n] } else { tops[l] };
        }
        n /= 2;
    }
    let mut sums = [0.0_f32; LANES];
    for half in scores.as_chunks_mut::<LANES>().0 {
        for (sum, score) in sums.iter_mut().zip(half) {
            *score = math::exp(*score - tops[0]);
            *sum += *score;
        }
    }
    (tops[0], fold(sums))
}

/// Attends `seen.len()` queries (`[queries, head_dim]`, already scaled by 1 / sqrt(head_dim)) to a run of pages and merges
/// each page's result into `out`, in order. Query n sees the first `seen[n]` positions of the run.
#[inline(always)]
pub fn attend(queries: &[f32], pages: Pages, seen: &[usize], out: &mut [Partial]) {
    let head_dim = queries.len() / seen.len().max(1);
    let mut acc = vec![0.0_f32; head_dim];
    for (p, page) in pages.iter().enumerate() {
        for ((q, seen), out) in queries.chunks_exact(head_dim).zip(seen).zip(&mut *out) {
            let seen = seen_of_page(*seen, p);
            if seen == 0 {
                continue;
            }
            let mut scores = [0.0_f32; PAGE];
            for (d, q) in q.iter().enumerate() {
                for (p, score) in scores[..seen].iter_mut().enumerate() {
                    *score = q.mul_add(key(page, d * PAGE + p), *score);
                }
            }
            let (max, sum) = soften(&mut scores, seen);
            acc.fill(0.0);
            for (p, weight) in scores[..seen].iter().enumerate() {
                for (d, a) in acc.iter_mut().enumerate() {
                    *a = weight.mul_add(value(page, p * head_dim + d), *a);
                }
            }
            out.merge(max, sum, &acc);
        }
    }
}

/// Positions of page `p` of a run, of whose positions the first `seen` are seen.
#[inline(always)]
pub fn seen_of_page(seen: usize, p: usize) -> usize {
    seen.saturating_sub(p * PAGE).min(PAGE)
}

/// [`attend`] by vectors: every instruction set walks pages and queries like this, and differs in three loops.
///
/// `widen(halves, next, out)` makes f32 of a page's keys or values while it asks for those of the next page (none: empty).
/// `score(queries, keys, scores)` gets up to four queries; `add_values(weights, values, out)` one row of weights.
#[inline(always)]
pub fn attend_by(
    widen: impl Fn(&[u16], &[u16], &mut [f32]),
    score: impl Fn(&[f32], &[f32], &mut [[f32; PAGE]]),
    add_values: impl Fn(&[f32], &[f32], &mut [f32]),
    (queries, pages, seen, out): (&[f32], Pages, &[usize], &mut [Partial]),
) {
    const TOGETHER: usize = 4;
    let head_dim = queries.len() / seen.len().max(1);
    let halves = pages.iter().any(|page| matches!(page, KvPage::F16 { .. }));
    let mut wide = Aligned::new(if halves { 2 * head_dim * PAGE } else { 0 });
    let mut acc = vec![0.0_f32; head_dim];
    for (p, page) in pages.iter().enumerate() {
        if seen.iter().all(|seen| seen_of_page(*seen, p) == 0) {
            continue;
        }
        let (keys, values): (&[f32], &[f32]) = match page {
            KvPage::F32 { keys, values } => (keys, values),
            KvPage::F16 { keys, values } => {
                let next = match pages.get(p + 1) {
                    Some(KvPage::F16 { keys, values }) => (*keys, *values),
                    _ => (&[][..], &[][..]),
                };
                let (wide_keys, wide_values) = wide.split_at_mut(head_dim * PAGE);
                widen(keys, next.0, wide_keys);
                widen(values, next.1, wide_values);
                (wide_keys, wide_values)
            }
        };
        let some = queries.chunks(TOGETHER * head_dim).zip(seen.chunks(TOGETHER)).zip(out.chunks_mut(TOGETHER));
        for ((queries, seen), out) in some {
            let mut scores = [[0.0; PAGE]; TOGETHER];
            let scores = &mut scores[..seen.len()];
            score(queries, keys, scores);
            for ((scores, seen), out) in scores.iter_mut().zip(seen).zip(out) {
                let seen = seen_of_page(*seen, p);
                if seen > 0 {
                    let (max, sum) = soften(scores, seen);
                    add_values(&scores[..seen], values, &mut acc);
                    out.merge(max, sum, &acc);
                }
            }
        }
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
