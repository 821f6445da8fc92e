//! The reference for attention over blocks of keys and values, and the code that all instruction sets share.
//!
//! Keys are stored transposed, `[head_dim, KV_BLOCK]`, so the lanes of a vector are positions. A score is then a
//! sequence of fused multiply-adds over head_dim, and an output element a sequence over positions: the same bits for
//! every vector width.

use std::ops::Range;

use super::aligned::Aligned;
use super::math;
use super::scalar::{LANES, fold};

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

/// The state of the online softmax of one query after some blocks. The attention output is `acc / sum`.
#[derive(Clone, Debug)]
pub struct SoftmaxState {
    /// The largest score so far.
    pub max: f32,
    /// The sum of exp(score - max).
    pub sum: f32,
    /// `[head_dim]`: the sum of exp(score - max) * value.
    pub acc: Vec<f32>,
}

impl SoftmaxState {
    /// The state before the first block.
    pub fn empty(head_dim: usize) -> SoftmaxState {
        SoftmaxState { max: f32::NEG_INFINITY, sum: 0.0, acc: vec![0.0; head_dim] }
    }

    /// Merges the maximum, sum and weighted values of the next block (Milakov and Gimelshein, "Online normalizer
    /// calculation for softmax").
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

/// Replaces the first `kv_len` scores of a block (at least one) by exp(score - largest score), and the others by zero.
/// Returns the largest score and the sum of the new values.
#[inline(always)]
pub fn block_softmax(scores: &mut [f32; KV_BLOCK], kv_len: usize) -> (f32, f32) {
    scores[kv_len..].fill(f32::NEG_INFINITY);
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

/// Attention of `queries` (`[queries, head_dim]`, already scaled by 1 / sqrt(head_dim)) over consecutive blocks. Merges
/// each block into `out`, `[queries]`, in order. Query n attends to the first `kv_lens[n]` positions of the blocks.
#[inline(always)]
pub fn attend(queries: &[f32], blocks: KvBlocks, kv_lens: &[usize], out: &mut [SoftmaxState]) {
    let head_dim = queries.len() / kv_lens.len().max(1);
    let mut acc = vec![0.0_f32; head_dim];
    for (p, block) in blocks.iter().enumerate() {
        for ((q, kv_len), out) in queries.chunks_exact(head_dim).zip(kv_lens).zip(&mut *out) {
            let kv_len = block_kv_len(*kv_len, p);
            if kv_len == 0 {
                continue;
            }
            let mut scores = [0.0_f32; KV_BLOCK];
            for (d, q) in q.iter().enumerate() {
                for (p, score) in scores[..kv_len].iter_mut().enumerate() {
                    *score = q.mul_add(block.keys.get(d * KV_BLOCK + p), *score);
                }
            }
            let (max, sum) = block_softmax(&mut scores, kv_len);
            acc.fill(0.0);
            for (p, weight) in scores[..kv_len].iter().enumerate() {
                for (d, a) in acc.iter_mut().enumerate() {
                    *a = weight.mul_add(block.values.get(p * head_dim + d), *a);
                }
            }
            out.merge(max, sum, &acc);
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
    /// A matrix of the same shape to prefetch meanwhile.
    pub next: Option<KvSlice<'a>>,
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
/// `add(product, out)`, which adds a [`Product`] of up to four rows to `out`.
#[inline(always)]
pub fn attend_with(
    add: impl Fn(&Product, &mut [f32]),
    (queries, blocks, kv_lens, out): (&[f32], KvBlocks, &[usize], &mut [SoftmaxState]),
) {
    const QUERIES_PER_PASS: usize = 4;
    let head_dim = queries.len() / kv_lens.len().max(1);
    let mut sums = Aligned::new(QUERIES_PER_PASS * head_dim);
    for (p, block) in blocks.iter().enumerate() {
        let mut next = blocks.get(p + 1);
        let batches = queries
            .chunks(QUERIES_PER_PASS * head_dim)
            .zip(kv_lens.chunks(QUERIES_PER_PASS))
            .zip(out.chunks_mut(QUERIES_PER_PASS));
        for ((queries, kv_lens), out) in batches {
            let kv_len_here = |n: usize| block_kv_len(kv_lens[n], p);
            let most = (0..kv_lens.len()).map(kv_len_here).max().unwrap_or(0);
            if most == 0 {
                continue;
            }
            // Only the first pass over a block prefetches the next one.
            let next = next.take();
            let mut scores = [[0.0; KV_BLOCK]; QUERIES_PER_PASS];
            let scores = &mut scores[..kv_lens.len()];
            let (stride, k) = (head_dim, 0..head_dim);
            let next_keys = next.map(|next| next.keys);
            let product = Product { rows: queries, stride, k, matrix: block.keys, width: KV_BLOCK, next: next_keys };
            add(&product, scores.as_flattened_mut());
            let mut softmax_stats = [(0.0, 0.0); QUERIES_PER_PASS];
            for (n, scores) in scores.iter_mut().enumerate().filter(|(n, _)| kv_len_here(*n) > 0) {
                softmax_stats[n] = block_softmax(scores, kv_len_here(n));
            }

            let sums = &mut sums[..kv_lens.len() * head_dim];
            sums.fill(0.0);
            // The positions that all queries attend to are added for all of them in one product.
            let common = (0..kv_lens.len()).map(kv_len_here).min().unwrap_or(0);
            let (matrix, width, next) = (block.values, head_dim, next.map(|next| next.values));
            let rows = scores.as_flattened();
            add(&Product { rows, stride: KV_BLOCK, k: 0..common, matrix, width, next }, sums);
            for (n, sums) in sums.chunks_exact_mut(head_dim).enumerate() {
                if kv_len_here(n) > common {
                    let (rows, k) = (&scores[n][..], common..kv_len_here(n));
                    add(&Product { rows, stride: KV_BLOCK, k, matrix, width, next: None }, sums);
                }
                if kv_len_here(n) > 0 {
                    let (max, sum) = softmax_stats[n];
                    out[n].merge(max, sum, sums);
                }
            }
        }
    }
}

/// How many of the first `kv_len` positions are in block `p`.
#[inline(always)]
pub fn block_kv_len(kv_len: usize, p: usize) -> usize {
    kv_len.saturating_sub(p * KV_BLOCK).min(KV_BLOCK)
}
