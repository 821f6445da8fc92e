//! The specification of attention over one page of keys and values, and how pages are put together.
//!
//! Keys lie transposed, `[head_dim, PAGE]`, so that the lanes of a vector are positions: a score is a plain run of fused
//! multiply-adds over head_dim, and a value sum a plain run over positions, in any vector width the same bits.

use std::ops::Range;

use super::aligned::Aligned;
use super::math;
use super::scalar::{LANES, fold};

/// Positions in one page.
pub const PAGE: usize = 64;

/// Numbers of a page.
#[derive(Clone, Copy, Debug)]
pub enum Numbers<'a> {
    /// Half precision.
    F16(&'a [u16]),
    F32(&'a [f32]),
}

impl Numbers<'_> {
    /// Number `i`.
    #[inline(always)]
    pub fn get(&self, i: usize) -> f32 {
        match self {
            Numbers::F16(halves) => math::f16_to_f32(halves[i]),
            Numbers::F32(numbers) => numbers[i],
        }
    }

    /// Where a run of them lies, every byte of which can be read.
    #[inline(always)]
    pub fn at(&self, run: Range<usize>) -> *const u8 {
        match self {
            Numbers::F16(halves) => halves[run].as_ptr().cast(),
            Numbers::F32(numbers) => numbers[run].as_ptr().cast(),
        }
    }
}

/// One KV head's keys and values in one page.
#[derive(Clone, Copy, Debug)]
pub struct KvPage<'a> {
    /// `[head_dim, PAGE]`
    pub keys: Numbers<'a>,
    /// `[PAGE, head_dim]`
    pub values: Numbers<'a>,
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
                    *score = q.mul_add(page.keys.get(d * PAGE + p), *score);
                }
            }
            let (max, sum) = soften(&mut scores, seen);
            acc.fill(0.0);
            for (p, weight) in scores[..seen].iter().enumerate() {
                for (d, a) in acc.iter_mut().enumerate() {
                    *a = weight.mul_add(page.values.get(p * head_dim + d), *a);
                }
            }
            out.merge(max, sum, &acc);
        }
    }
}

/// A few rows times a matrix: `out[r, j] += sum over k of rows[r, k] * matrix[k, j]` for the `k` given, in order. Both halves of
/// attention are of this kind.
pub struct Product<'a> {
    /// `[rows, stride]`
    pub rows: &'a [f32],
    pub stride: usize,
    pub k: Range<usize>,
    /// `[at least k.end, width]`
    pub matrix: Numbers<'a>,
    pub width: usize,
    /// What memory is to be asked for meanwhile: a matrix of the same shape.
    pub next: Option<Numbers<'a>>,
}

impl Product<'_> {
    /// Adds the product to the columns of `out`, `[rows, width]`, from `start` on, by the specification.
    #[inline(always)]
    pub fn add_from(&self, start: usize, out: &mut [f32]) {
        for (row, out) in self.rows.chunks(self.stride).zip(out.chunks_exact_mut(self.width)) {
            for (j, to) in out.iter_mut().enumerate().skip(start) {
                for k in self.k.clone() {
                    *to = row[k].mul_add(self.matrix.get(k * self.width + j), *to);
                }
            }
        }
    }
}

/// [`attend`] by vectors: every instruction set walks pages and queries like this, and differs in one loop: `add(product, out)`
/// adds the [`Product`] of up to four rows.
#[inline(always)]
pub fn attend_by(
    add: impl Fn(&Product, &mut [f32]),
    (queries, pages, seen, out): (&[f32], Pages, &[usize], &mut [Partial]),
) {
    const TOGETHER: usize = 4;
    let head_dim = queries.len() / seen.len().max(1);
    let mut sums = Aligned::new(TOGETHER * head_dim);
    for (p, page) in pages.iter().enumerate() {
        let mut next = pages.get(p + 1);
        let some = queries.chunks(TOGETHER * head_dim).zip(seen.chunks(TOGETHER)).zip(out.chunks_mut(TOGETHER));
        for ((queries, seen), out) in some {
            let seen_here = |n: usize| seen_of_page(seen[n], p);
            let most = (0..seen.len()).map(seen_here).max().unwrap_or(0);
            if most == 0 {
                continue;
            }
            // The first queries ask for the next page.
            let next = next.take();
            let mut scores = [[0.0; PAGE]; TOGETHER];
            let scores = &mut scores[..seen.len()];
            let (stride, k) = (head_dim, 0..head_dim);
            let next_keys = next.map(|next| next.keys);
            let product = Product { rows: queries, stride, k, matrix: page.keys, width: PAGE, next: next_keys };
            add(&product, scores.as_flattened_mut());
            let mut softened = [(0.0, 0.0); TOGETHER];
            for (n, scores) in scores.iter_mut().enumerate().filter(|(n, _)| seen_here(*n) > 0) {
                softened[n] = soften(scores, seen_here(n));
            }

            let sums = &mut sums[..seen.len() * head_dim];
            sums.fill(0.0);
            // Positions that all of them see are added for all at once.
            let common = (0..seen.len()).map(seen_here).min().unwrap_or(0);
            let (matrix, width, next) = (page.values, head_dim, next.map(|next| next.values));
            let rows = scores.as_flattened();
            add(&Product { rows, stride: PAGE, k: 0..common, matrix, width, next }, sums);
            for (n, sums) in sums.chunks_exact_mut(head_dim).enumerate() {
                if seen_here(n) > common {
                    let (rows, k) = (&scores[n][..], common..seen_here(n));
                    add(&Product { rows, stride: PAGE, k, matrix, width, next: None }, sums);
                }
                if seen_here(n) > 0 {
                    let (max, sum) = softened[n];
                    out[n].merge(max, sum, sums);
                }
            }
        }
    }
}

/// Writes `add` of an instruction set, as [`attend_by`] wants it, from the one loop that needs its vectors:
/// `add_columns::<HALF, R, V>(product, at, out)` adds the product of `R` rows and `V` vectors of columns from `at` on.
/// `$lanes` are the columns of a vector, `$one` to `$four` the vectors that one to four rows are given at a time: as
/// many as leave the sums in registers.
///
/// A macro, because a generic function cannot be compiled for the instruction set of its argument.
#[allow(unused_macros)] // Where the scalar kernels are the only ones.
macro_rules! add_in_vectors {
    ($features:literal, $lanes:literal, [$one:literal, $two:literal, $three:literal, $four:literal]) => {
        /// Adds the product of up to four rows.
        #[inline]
        #[target_feature(enable = $features)]
        fn add(p: &Product, out: &mut [f32]) {
            match p.matrix {
                Numbers::F16(_) => add_rows::<true>(p, out),
                Numbers::F32(_) => add_rows::<false>(p, out),
            }
        }

        /// The same of a matrix of halves or of numbers of single precision.
        #[inline]
        #[target_feature(enable = $features)]
        fn add_rows<const HALF: bool>(p: &Product, out: &mut [f32]) {
            match out.len() / p.width {
                4 => add_by::<HALF, 4, $four>(p, out),
                3 => add_by::<HALF, 3, $three>(p, out),
                2 => add_by::<HALF, 2, $two>(p, out),
                _ => add_by::<HALF, 1, $one>(p, out),
            }
        }

        /// Adds the product of `R` rows: `V` vectors of columns at a time, then single ones, then numbers.
        #[target_feature(enable = $features)]
        fn add_by<const HALF: bool, const R: usize, const V: usize>(p: &Product, out: &mut [f32]) {
            let mut at = 0;
            while at + $lanes * V <= p.width {
                add_columns::<HALF, R, V>(p, at, out);
                at += $lanes * V;
            }
            while at + $lanes <= p.width {
                add_columns::<HALF, R, 1>(p, at, out);
                at += $lanes;
            }
            if at < p.width {
                p.add_from(at, out);
            }
        }
    };
}
#[allow(unused_imports)] // The same.
pub(super) use add_in_vectors;

/// Positions of page `p` of a run, of whose positions the first `seen` are seen.
#[inline(always)]
pub fn seen_of_page(seen: usize, p: usize) -> usize {
    seen.saturating_sub(p * PAGE).min(PAGE)
}
