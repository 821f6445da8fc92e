//! The reference for attention over blocks of keys and values, and the code that all instruction sets share.
//!
//! Keys are stored transposed, `[head_dim, KV_BLOCK]`, so the lanes of a vector are positions. A score is then a
//! sequence of fused multiply-adds over head_dim, and an output element a sequence over positions: the same bits for
//! every vector width.

use std::mem;
use std::ops::Range;

use super::aligned::{Aligned, LINE};
use super::math;
use super::scalar::{LANES, fold, fold_by};

/// Positions in one block of the KV cache.
pub const KV_BLOCK: usize = 64;

/// The keys or values of a block.
#[derive(Clone, Copy, Debug)]
pub enum KvSlice<'a> {
    /// Bits of half-precision numbers.
    F16(&'a [u16]),
    /// Single-precision numbers.
    F32(&'a [f32]),
}

impl KvSlice<'_> {
    /// Number `i`, exactly.
    #[inline(always)]
    pub fn get(&self, i: usize) -> f32 {
        match self {
            KvSlice::F16(halves) => math::f16_to_f32(halves[i]),
            KvSlice::F32(numbers) => numbers[i],
        }
    }

    /// The address of the numbers in `range`, all of which can be read from there.
    ///
    /// # Panics
    /// If `range` is not inside the slice.
    #[inline(always)]
    pub fn as_ptr(&self, range: Range<usize>) -> *const u8 {
        match self {
            KvSlice::F16(halves) => halves[range].as_ptr().cast(),
            KvSlice::F32(numbers) => numbers[range].as_ptr().cast(),
        }
    }
}

/// The keys and values of one KV head in one block.
#[derive(Clone, Copy, Debug)]
pub struct KvBlock<'a> {
    /// `[head_dim, KV_BLOCK]`
    pub keys: KvSlice<'a>,
    /// `[KV_BLOCK, head_dim]`
    pub values: KvSlice<'a>,
}

/// Blocks of one KV head, in order of position.
pub type KvBlocks<'p, 'k> = &'p [KvBlock<'k>];

/// The states of the online softmax of some queries after some blocks. The attention output of query n is `acc[n] /
/// sum[n]`.
#[derive(Clone, Debug)]
pub struct SoftmaxStates {
    /// `[queries]`: the largest score so far.
    pub max: Vec<f32>,
    /// `[queries]`: the sum of exp(score - max).
    pub sum: Vec<f32>,
    /// `[queries, head_dim]`: the sum of exp(score - max) * value.
    pub acc: Vec<f32>,
}

impl SoftmaxStates {
    /// The states before the first block.
    pub fn empty(queries: usize, head_dim: usize) -> SoftmaxStates {
        let (max, sum) = (vec![f32::NEG_INFINITY; queries], vec![0.0; queries]);
        SoftmaxStates { max, sum, acc: vec![0.0; queries * head_dim] }
    }

    /// Makes this the states of `queries` queries before the first block.
    pub fn reset(&mut self, queries: usize, head_dim: usize) {
        for (numbers, len, start) in [
            (&mut self.max, queries, f32::NEG_INFINITY),
            (&mut self.sum, queries, 0.0),
            (&mut self.acc, queries * head_dim, 0.0),
        ] {
            numbers.clear();
            numbers.resize(len, start);
        }
    }

    /// The state of query `n`.
    #[inline(always)]
    pub fn get(&self, n: usize) -> SoftmaxState<'_> {
        let head_dim = self.acc.len() / self.max.len();
        SoftmaxState { max: self.max[n], sum: self.sum[n], acc: &self.acc[n * head_dim..(n + 1) * head_dim] }
    }

    /// Merges the state of later positions into that of query `n` (Milakov and Gimelshein, "Online normalizer
    /// calculation for softmax").
    #[inline(always)]
    pub fn merge(&mut self, n: usize, later: SoftmaxState) {
        let top = self.max[n].max(later.max);
        let (old, new) = (math::exp(self.max[n] - top), math::exp(later.max - top));
        self.rescale(n, top, old, new, later);
    }

    /// The rest of [`SoftmaxStates::merge`]: `old` and `new` are the exponentials of the two maxima minus `top`.
    #[inline(always)]
    fn rescale(&mut self, n: usize, top: f32, old: f32, new: f32, later: SoftmaxState) {
        self.max[n] = top;
        self.sum[n] = later.sum.mul_add(new, self.sum[n] * old);
        let head_dim = later.acc.len();
        for (a, b) in self.acc[n * head_dim..(n + 1) * head_dim].iter_mut().zip(later.acc) {
            *a = b.mul_add(new, *a * old);
        }
    }
}

/// One of [`SoftmaxStates`].
#[derive(Clone, Copy, Debug)]
pub struct SoftmaxState<'a> {
    /// The largest score.
    pub max: f32,
    /// The sum of exp(score - max).
    pub sum: f32,
    /// `[head_dim]`: the sum of exp(score - max) * value.
    pub acc: &'a [f32],
}

/// Merges the states `range` of `later`, which are those of later positions, into the states `first..` of `states`. A query
/// without later positions, whose state is still [empty](SoftmaxStates::empty), is left as it is.
#[inline(always)]
pub fn merge_states(states: &mut SoftmaxStates, first: usize, later: &SoftmaxStates, range: Range<usize>) {
    for (n, later_n) in (first..).zip(range) {
        // A state with positions has a sum of at least 1, or NaN.
        if later.sum[later_n] != 0.0 {
            states.merge(n, later.get(later_n));
        }
    }
}

/// How to combine lanes to one number, in the order of [`fold_by`].
#[derive(Clone, Copy)]
pub struct Folds<M, S> {
    /// Their maximum.
    pub max: M,
    /// Their sum.
    pub sum: S,
}

/// The reference for [`Folds::max`].
#[inline(always)]
pub fn fold_max(lanes: &[f32; LANES]) -> f32 {
    fold_by(*lanes, |a, b| if b > a { b } else { a })
}

/// Replaces the scores of the positions `kv_range` of a block (at least one) by exp(score - largest score), and the others
/// by zero. Returns the largest score and the sum of the new values.
#[inline(always)]
pub fn block_softmax<M: Fn(&[f32; LANES]) -> f32, S: Fn(&[f32; LANES]) -> f32>(
    scores: &mut [f32; KV_BLOCK],
    kv_range: &Range<usize>,
    folds: Folds<M, S>,
) -> (f32, f32) {
    if *kv_range != (0..KV_BLOCK) {
        scores[..kv_range.start].fill(f32::NEG_INFINITY);
        scores[kv_range.end..].fill(f32::NEG_INFINITY);
    }
    let mut tops = [f32::NEG_INFINITY; LANES];
    for half in scores.as_chunks::<LANES>().0 {
        for (top, score) in tops.iter_mut().zip(half) {
            *top = if *score > *top { *score } else { *top };
        }
    }
    let top = (folds.max)(&tops);
    let mut sums = [0.0_f32; LANES];
    for half in scores.as_chunks_mut::<LANES>().0 {
        for (sum, score) in sums.iter_mut().zip(half) {
            *score = math::exp(*score - top);
            *sum += *score;
        }
    }
    (top, (folds.sum)(&sums))
}

/// Attention of `queries` (`[queries, head_dim]`, already scaled) over consecutive blocks. Merges each block into `out`,
/// `[queries]`, in order. Query n attends to the positions `kv_ranges[n]` of the blocks.
#[inline(always)]
pub fn attend(queries: &[f32], blocks: KvBlocks, kv_ranges: &[Range<usize>], out: &mut SoftmaxStates) {
    let head_dim = queries.len() / kv_ranges.len().max(1);
    let mut acc = vec![0.0_f32; head_dim];
    for (p, block) in blocks.iter().enumerate() {
        for (n, (q, kv_range)) in queries.chunks_exact(head_dim).zip(kv_ranges).enumerate() {
            let kv_range = block_range(kv_range, p);
            if kv_range.is_empty() {
                continue;
            }
            let mut scores = [0.0_f32; KV_BLOCK];
            for (d, q) in q.iter().enumerate() {
                for p in kv_range.clone() {
                    scores[p] = q.mul_add(block.keys.get(d * KV_BLOCK + p), scores[p]);
                }
            }
            let folds = Folds { max: fold_max, sum: |sums: &[f32; LANES]| fold(*sums) };
            let (max, sum) = block_softmax(&mut scores, &kv_range, folds);
            acc.fill(0.0);
            for p in kv_range {
                for (d, a) in acc.iter_mut().enumerate() {
                    *a = scores[p].mul_add(block.values.get(p * head_dim + d), *a);
                }
            }
            out.merge(n, SoftmaxState { max, sum, acc: &acc });
        }
    }
}

/// A matrix product: `out[r, j] += sum over k of rows[r, k] * matrix[k, j]`, in order of k. Scores are such a product
/// of the queries and the keys, outputs one of the softmax weights and the values.
pub struct Product<'a> {
    /// `[rows, stride]`
    pub rows: &'a [f32],
    /// Distance between two of the `rows`, in numbers.
    pub stride: usize,
    /// The range that is summed over.
    pub k: Range<usize>,
    /// `[at least k.end, width]`
    pub matrix: KvSlice<'a>,
    /// Number of columns of the result.
    pub width: usize,
    /// What to prefetch meanwhile.
    pub ahead: Ahead,
}

/// Cache lines to prefetch, from four streams side by side. One stream alone keeps too few requests to memory in flight.
#[derive(Clone, Copy)]
pub struct Ahead {
    streams: [*const u8; 4],
    /// The first of the lines of each stream, and the end of them.
    lines: [usize; 2],
}

impl Ahead {
    /// No lines.
    pub const NONE: Ahead = Ahead { streams: [std::ptr::null(); 4], lines: [0, 0] };

    /// The halves of the keys and of the values of a block.
    #[inline(always)]
    fn of(block: &KvBlock) -> Ahead {
        let (len, size) = match block.keys {
            KvSlice::F16(halves) => (halves.len(), 2),
            KvSlice::F32(numbers) => (numbers.len(), 4),
        };
        let [keys, values] = [block.keys, block.values].map(|slice| [slice.as_ptr(0..len), slice.as_ptr(len / 2..len)]);
        Ahead { streams: [keys[0], keys[1], values[0], values[1]], lines: [0, len * size / 2 / LINE] }
    }

    /// Part `n` of `count` of these lines.
    #[inline(always)]
    pub fn part(self, n: usize, count: usize) -> Ahead {
        let [start, end] = self.lines;
        let at = |n: usize| start + (end - start) * n / count;
        Ahead { lines: [at(n), at(n + 1)], ..self }
    }

    /// The number of lines of each stream.
    #[inline(always)]
    pub fn line_count(&self) -> usize {
        self.lines[1] - self.lines[0]
    }

    /// Prefetches the next `count` lines of each stream, or those that are left, with `prefetch`.
    #[inline(always)]
    pub fn advance(&mut self, count: usize, prefetch: impl Fn(*const u8)) {
        let [line, end] = self.lines;
        for line in line..(line + count).min(end) {
            self.streams.iter().for_each(|stream| prefetch(stream.wrapping_add(line * LINE)));
        }
        self.lines[0] = (line + count).min(end);
    }
}

impl Product<'_> {
    /// Adds the product to the columns `start..width` of `out`, `[rows, width]`, in scalar code.
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

/// [`attend`] with vectors. Every instruction set goes through blocks and queries like this; they differ in
/// `add(product, out)`, which adds a [`Product`] of up to `PASS` rows to `out`, and in `folds`.
#[inline(always)]
pub fn attend_with<const PASS: usize, M: Fn(&[f32; LANES]) -> f32 + Copy, S: Fn(&[f32; LANES]) -> f32 + Copy>(
    add: impl Fn(&Product, &mut [f32]),
    folds: Folds<M, S>,
    (queries, blocks, kv_ranges, out): (&[f32], KvBlocks, &[Range<usize>], &mut SoftmaxStates),
) {
    let head_dim = queries.len() / kv_ranges.len().max(1);
    let mut sums = Aligned::new(PASS * head_dim);
    let mut scores = Aligned::new(PASS * KV_BLOCK);
    for (p, block) in blocks.iter().enumerate() {
        let mut ahead = blocks.get(p + 1).map_or(Ahead::NONE, Ahead::of);
        for first in (0..kv_ranges.len()).step_by(PASS) {
            let count = PASS.min(kv_ranges.len() - first);
            // The positions of each query in this block, and those that all of the queries attend to.
            let mut ranges = [const { 0..0 }; PASS];
            let mut common = 0..KV_BLOCK;
            for (range, kv_range) in ranges.iter_mut().zip(&kv_ranges[first..first + count]) {
                *range = block_range(kv_range, p);
                common = common.start.max(range.start)..common.end.min(range.end);
            }
            if ranges.iter().all(Range::is_empty) {
                continue;
            }
            // Only the first pass over a block prefetches the next one.
            let ahead = mem::replace(&mut ahead, Ahead::NONE);
            let scores = &mut scores[..count * KV_BLOCK];
            scores.fill(0.0);
            let rows = &queries[first * head_dim..(first + count) * head_dim];
            let (matrix, width) = (block.keys, KV_BLOCK);
            add(&Product { rows, stride: head_dim, k: 0..head_dim, matrix, width, ahead: ahead.part(0, 2) }, scores);
            // A query without positions here keeps the statistics of an empty state.
            let mut stats = [(f32::NEG_INFINITY, 0.0); PASS];
            for ((stats, scores), range) in stats.iter_mut().zip(scores.as_chunks_mut::<KV_BLOCK>().0).zip(&ranges) {
                if !range.is_empty() {
                    *stats = block_softmax(scores, range, folds);
                }
            }

            let sums = &mut sums[..count * head_dim];
            sums.fill(0.0);
            let (matrix, width, stride) = (block.values, head_dim, KV_BLOCK);
            let add_alone = |n: usize, k: Range<usize>, sums: &mut [f32]| {
                if !k.is_empty() {
                    let (rows, sums) = (&scores[n * KV_BLOCK..], &mut sums[n * head_dim..(n + 1) * head_dim]);
                    add(&Product { rows: &rows[..KV_BLOCK], stride, k, matrix, width, ahead: Ahead::NONE }, sums);
                }
            };
            // The positions that all queries attend to are added for all of them in one product. For each query, the
            // order is that of the positions.
            for (n, range) in ranges[..count].iter().enumerate() {
                add_alone(n, range.start..range.end.min(common.start), sums);
            }
            if !common.is_empty() {
                let (k, ahead) = (common.clone(), ahead.part(1, 2));
                add(&Product { rows: scores, stride, k, matrix, width, ahead }, sums);
            }
            for (n, range) in ranges[..count].iter().enumerate() {
                add_alone(n, range.start.max(common.start).max(common.end)..range.end, sums);
            }
            merge_pass(out, first, &stats, sums);
        }
    }
}

/// Merges the maximum and sum (`stats`) and the weighted values of a block into the states of the queries `first..`, of
/// which there are at most half of [`LANES`].
#[inline(always)]
fn merge_pass<const PASS: usize>(out: &mut SoftmaxStates, first: usize, stats: &[(f32, f32); PASS], sums: &[f32]) {
    let count = PASS.min(out.max.len() - first);
    let mut tops = [0.0; PASS];
    // All in one array of lanes, so that their exponentials are computed in vectors: the old ones, then the new ones.
    let mut scales = [0.0_f32; LANES];
    let (old, new) = scales.split_at_mut(LANES / 2);
    for (n, (max, _)) in stats.iter().enumerate().take(count) {
        tops[n] = out.max[first + n].max(*max);
        (old[n], new[n]) = (out.max[first + n] - tops[n], max - tops[n]);
    }
    for scale in &mut scales {
        *scale = math::exp(*scale);
    }
    for (n, acc) in sums.chunks_exact(sums.len() / count).enumerate() {
        let (max, sum) = stats[n];
        if sum != 0.0 {
            let (old, new) = (scales[n], scales[LANES / 2 + n]);
            out.rescale(first + n, tops[n], old, new, SoftmaxState { max, sum, acc });
        }
    }
}

/// The positions of `kv_range` that are in block `p`, counted from its first.
#[inline(always)]
pub fn block_range(kv_range: &Range<usize>, p: usize) -> Range<usize> {
    let within = |position: usize| position.saturating_sub(p * KV_BLOCK).min(KV_BLOCK);
    within(kv_range.start)..within(kv_range.end)
}
