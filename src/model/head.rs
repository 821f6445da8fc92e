//! The output head: exact logits for the tokens that the sampler can choose, approximate logits for the others.
//!
//! In `f32`, every logit is the exact dot product with the stored row. In the integer arithmetics, an 8-bit copy of the
//! rows ([`QuantizedHead`]) gives every logit within a known error bound, from half the bytes of a 16-bit head. The
//! logits that the sampler needs ([`ExactLogits`]) are then computed exactly, so approximate logits never decide a
//! token. The bound is derived in `docs/numerics.md`.

use std::ops::Range;

use memmap2::MmapMut;
use rayon::prelude::*;
use zerocopy::IntoBytes;

use super::linear::{self, Input, Projection};
use super::{Arithmetic, Model};
use crate::error::{MachineError, MemoryPurpose, Result};
use crate::kernels::Kernels;
use crate::kernels::head::{HeadInput, HeadRow, LogitBounds, PAD, STRIP, WIDEST, error_bound, interleave};
use crate::kernels::layout::{Dense, Float, TILE, Tiles, runs};
use crate::pages;
use crate::threads::Threads;
use crate::weights::{Linear, Matrix};

/// Rows of the head (tokens) for which [`LogitBounds`] are computed together.
const VOCAB_BLOCK: usize = 512;
/// If all logits of the allowed tokens are required and these are less than one in `FEW`, only they are computed.
const FEW: usize = 16;

/// Which logits of a row must be exact.
#[derive(Clone, Copy, Debug)]
pub enum ExactLogits<'r> {
    /// The whole vocabulary.
    All,
    /// The largest logits, and those of some tokens.
    TopK {
        /// How many of the largest logits; 0 counts as 1.
        k: usize,
        /// Token ids whose logits are exact in any case, in any order.
        always: &'r [u32],
    },
    /// The logits near the largest one, and those of some tokens.
    WithinMargin {
        /// The largest distance from the largest logit, at least 0.
        margin: f32,
        /// Token ids whose logits are exact in any case, in any order.
        always: &'r [u32],
    },
}

/// A copy of the output head with 8-bit codes and one scale per row.
pub struct QuantizedHead {
    /// `[strips, padded hidden_size / 2, STRIP, 2]`: pairs of codes of [`STRIP`] interleaved rows. The last strip is
    /// padded with zeros.
    codes: MmapMut,
    /// `[vocab_size]`, like `errors` and `lengths`; see [`HeadRow`].
    scales: Vec<f32>,
    errors: Vec<f32>,
    lengths: Vec<f32>,
}

impl QuantizedHead {
    /// Quantizes a head on the current rayon pool. `None` if `arithmetic` is `f32` or the hidden size exceeds
    /// [`WIDEST`]: all logits are then exact.
    ///
    /// # Errors
    /// [`MachineError::NotEnoughMemory`] if the codes do not fit in the available memory.
    pub fn new(kernels: Kernels, arithmetic: Arithmetic, head: &Matrix) -> Result<Option<QuantizedHead>> {
        let (inputs, outputs) = (head.inputs(), head.outputs());
        let Some((width, len)) = QuantizedHead::size(arithmetic, inputs, outputs) else { return Ok(None) };
        // The rows are built in one form and stored in another.
        let needed = (len + 2 * outputs * size_of::<HeadRow>()) as u64;
        let not_enough_memory = |available, source| MachineError::NotEnoughMemory {
            purpose: MemoryPurpose::QuantizedHead,
            needed,
            available,
            source,
        };
        if let Some(available) = pages::available().filter(|available| available.bytes < needed) {
            return Err(not_enough_memory(Some(available), None).into());
        }
        let mut codes = pages::zeros(len).map_err(|error| not_enough_memory(None, Some(error)))?;
        let mut rows = vec![HeadRow::default(); outputs];
        let strips = codes.par_chunks_exact_mut(STRIP * width).zip(rows.par_chunks_mut(STRIP)).enumerate();
        let scratch = || (vec![0.0; inputs], vec![0; width], Vec::new());
        strips.for_each_init(scratch, |(row_f32, codes, dequantized), (s, (strip, rows))| {
            with_rows(head, s * STRIP..s * STRIP + rows.len(), dequantized, |head, tokens| {
                for (r, (row, token)) in rows.iter_mut().zip(tokens).enumerate() {
                    *row = kernels.head_row(head, token, row_f32, codes);
                    interleave(codes, r, strip);
                }
            });
        });
        let scales = rows.iter().map(|row| row.scale).collect();
        let errors = rows.iter().map(|row| row.error).collect();
        let lengths = rows.iter().map(|row| row.length).collect();
        Ok(Some(QuantizedHead { codes, scales, errors, lengths }))
    }

    /// The padded number of codes in a row and the bytes of all codes; `None` under the conditions of
    /// [`QuantizedHead::new`].
    fn size(arithmetic: Arithmetic, inputs: usize, outputs: usize) -> Option<(usize, usize)> {
        let width = inputs.next_multiple_of(PAD);
        let supported = arithmetic != Arithmetic::F32 && inputs <= WIDEST;
        supported.then(|| (width, outputs.next_multiple_of(STRIP) * width))
    }

    /// Bytes of the copy of a head `[outputs, inputs]`; 0 if [`QuantizedHead::new`] makes none.
    pub fn bytes_for(arithmetic: Arithmetic, inputs: usize, outputs: usize) -> u64 {
        QuantizedHead::size(arithmetic, inputs, outputs)
            .map_or(0, |(_, len)| (len + outputs * size_of::<HeadRow>()) as u64)
    }

    /// The codes of all rows, `[strips, padded hidden_size / 2, STRIP, 2]` bytes.
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// Bytes of the codes, scales and error bounds.
    pub fn bytes(&self) -> usize {
        self.codes.len() + self.scales.len() * size_of::<HeadRow>()
    }

    /// Writes the approximate logits of `x` to `out`, `[x.len()][vocab_size]`; each is within [`error_bound`] of the
    /// exact one. Returns the bounds of each [`VOCAB_BLOCK`] of tokens, `[blocks, x.len()]`.
    fn logits(&self, kernels: Kernels, threads: &Threads, x: &[HeadInput], out: Vec<&mut [f32]>) -> Vec<LogitBounds> {
        let (width, vocab) = (x[0].codes.len(), self.scales.len());
        let inputs: Vec<&HeadInput> = x.iter().collect();
        let mut rows: Vec<_> = out.into_iter().map(|row| row.chunks_mut(VOCAB_BLOCK)).collect();
        let block_count = vocab.div_ceil(VOCAB_BLOCK);
        let mut outs: Vec<&mut [f32]> = Vec::with_capacity(block_count * x.len());
        for _ in 0..block_count {
            outs.extend(rows.iter_mut().filter_map(Iterator::next));
        }
        let mut bounds = vec![LogitBounds::default(); block_count * x.len()];
        let codes = self.codes.chunks(VOCAB_BLOCK * width);
        let blocks = (0..vocab).step_by(VOCAB_BLOCK).map(|start| start..(start + VOCAB_BLOCK).min(vocab));
        let results = outs.chunks_exact_mut(x.len()).zip(bounds.chunks_exact_mut(x.len()));
        let mut blocks: Vec<_> = blocks.zip(codes).zip(results).collect();
        let mut rest = blocks.as_mut_slice();
        let mut tasks = Vec::new();
        while !rest.is_empty() {
            // Long tasks first, because within a task each block is prefetched while the one before is multiplied.
            // Short tasks last, so that all threads end at about the same time.
            let task;
            (task, rest) = rest.split_at_mut(rest.len().div_ceil(2 * threads.count()));
            tasks.push(task);
        }
        threads.for_each(&mut tasks, |task| {
            for ((rows, codes), (outs, bounds)) in task.iter_mut() {
                kernels.head_logits(codes, &self.scales[rows.clone()], &inputs, outs);
                let (errors, lengths) = (&self.errors[rows.clone()], &self.lengths[rows.clone()]);
                for ((bounds, logits), x) in bounds.iter_mut().zip(outs.iter()).zip(&inputs) {
                    *bounds = kernels.head_bounds(logits, errors, lengths, x);
                }
            }
        });
        bounds
    }

    /// The ids, in ascending order, of the tokens whose logits must be computed exactly to satisfy `required`. `x` is
    /// the quantized hidden state, `logits` its approximate logits, `[vocab_size]`, `bounds` the bounds of each block.
    fn candidates(
        &self,
        x: &HeadInput,
        logits: &[f32],
        bounds: impl Iterator<Item = LogitBounds>,
        required: ExactLogits,
    ) -> Vec<u32> {
        let (k, margin, always) = match required {
            ExactLogits::All => return (0..logits.len() as u32).collect(),
            ExactLogits::TopK { k, always } => (k.clamp(1, logits.len()), 0.0, always),
            ExactLogits::WithinMargin { margin, always } => (1, margin, always),
        };
        // A block is skipped if its upper bound is more than `margin` below the k-th largest lower bound of all blocks.
        // Penalties change the logits of `always`, so their blocks have no lower bound.
        let (mut lower, upper): (Vec<f32>, Vec<f32>) = bounds.map(|bounds| (bounds.lower, bounds.upper)).unzip();
        for id in always {
            lower[*id as usize / VOCAB_BLOCK] = f32::NEG_INFINITY;
        }
        let threshold = nth_largest(&mut lower, k) - margin;
        let blocks: Vec<usize> = (0..upper.len()).filter(|block| upper[*block] >= threshold).collect();
        // The tokens of a block, each with its logit and the bound of the logit's error.
        let bounded = |block: usize| {
            let tokens = block * VOCAB_BLOCK..((block + 1) * VOCAB_BLOCK).min(logits.len());
            let norms = self.errors[tokens.clone()].iter().zip(&self.lengths[tokens.clone()]);
            let bounds = norms.map(|(error, length)| error_bound(*error, *length, x));
            tokens.clone().zip(logits[tokens].iter().copied().zip(bounds))
        };

        // The same test for each token of the remaining blocks.
        let mut lower: Vec<f32> = Vec::with_capacity(blocks.len() * VOCAB_BLOCK);
        blocks.iter().for_each(|block| lower.extend(bounded(*block).map(|(_, (logit, bound))| logit - bound)));
        for id in always {
            if let Ok(index) = blocks.binary_search(&(*id as usize / VOCAB_BLOCK))
                && let Some(lower) = lower.get_mut(index * VOCAB_BLOCK + *id as usize % VOCAB_BLOCK)
            {
                *lower = f32::NEG_INFINITY;
            }
        }
        let threshold = nth_largest(&mut lower, k) - margin;
        let is_candidate = |(_, (logit, bound)): &(usize, (f32, f32))| {
            let upper = logit + bound;
            // NaN bounds nothing, so the exact logit is needed.
            upper >= threshold || upper.is_nan()
        };
        let remaining = blocks.iter().flat_map(|block| bounded(*block)).filter(is_candidate);
        let mut ids: Vec<u32> = remaining.map(|(id, _)| id as u32).chain(always.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// [`candidates`](Self::candidates) among the tokens of the bits `allowed`.
    fn candidates_among(
        &self,
        x: &HeadInput,
        logits: &[f32],
        bounds: impl Iterator<Item = LogitBounds>,
        required: ExactLogits,
        allowed: &[u32],
    ) -> Vec<u32> {
        let (k, margin, always) = match required {
            ExactLogits::All => return ids_of(allowed, logits.len()),
            ExactLogits::TopK { k, always } => (k.clamp(1, logits.len()), 0.0, always),
            ExactLogits::WithinMargin { margin, always } => (1, margin, always),
        };
        let mut always: Vec<u32> = always.iter().copied().filter(|id| is_allowed(allowed, *id)).collect();
        always.sort_unstable();
        always.dedup();
        // The blocks in descending order of their upper bounds, until no further one can reach the k-th largest lower
        // bound. The lower bound of a block can be that of a token that is not allowed, so it is not used.
        let upper = |bounds: LogitBounds| if bounds.upper.is_nan() { f32::INFINITY } else { bounds.upper };
        let mut blocks: Vec<(usize, f32)> = bounds.map(upper).enumerate().collect();
        blocks.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut largest: Vec<f32> = Vec::new();
        let mut remaining: Vec<(u32, f32)> = Vec::new();
        let threshold = |largest: &[f32]| largest.get(k - 1).map_or(f32::NEG_INFINITY, |bound| bound - margin);
        for (block, upper) in blocks {
            if upper < threshold(&largest) {
                break;
            }
            for id in block_ids(allowed, block).take_while(|id| (*id as usize) < logits.len()) {
                let error = error_bound(self.errors[id as usize], self.lengths[id as usize], x);
                let (lower, upper) = (logits[id as usize] - error, logits[id as usize] + error);
                remaining.push((id, upper));
                // Penalties change the logits of `always`, so these have no lower bound.
                let counts = !lower.is_nan() && largest.get(k - 1).is_none_or(|least| lower > *least);
                if counts && always.binary_search(&id).is_err() {
                    largest.insert(largest.partition_point(|bound| *bound >= lower), lower);
                    largest.truncate(k);
                }
            }
        }
        let threshold = threshold(&largest);
        // NaN bounds nothing, so the exact logit is needed.
        let is_candidate = |(_, upper): &(u32, f32)| *upper >= threshold || upper.is_nan();
        let mut ids: Vec<u32> = remaining.into_iter().filter(is_candidate).map(|(id, _)| id).chain(always).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The ids of the bits of one [`VOCAB_BLOCK`], in ascending order.
fn block_ids(bits: &[u32], block: usize) -> impl Iterator<Item = u32> {
    const WORDS: usize = VOCAB_BLOCK / 32;
    let start = (block * WORDS).min(bits.len());
    let words = &bits[start..(start + WORDS).min(bits.len())];
    words.iter().enumerate().flat_map(move |(index, word)| {
        let first = ((start + index) * 32) as u32;
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
            (bit < 32).then_some(first + bit)
        })
    })
}

/// The ids below `vocab_size` of the bits, in ascending order.
fn ids_of(bits: &[u32], vocab_size: usize) -> Vec<u32> {
    let ids = (0..vocab_size.div_ceil(VOCAB_BLOCK)).flat_map(|block| block_ids(bits, block));
    ids.take_while(|id| (*id as usize) < vocab_size).collect()
}

fn count_bits(bits: &[u32]) -> usize {
    bits.iter().map(|word| word.count_ones() as usize).sum()
}

/// Whether token `id` is among those of a mask: token i is bit i % 32 of word i / 32.
pub fn is_allowed(mask: &[u32], id: u32) -> bool {
    mask.get(id as usize / 32).is_some_and(|word| word >> (id % 32) & 1 == 1)
}

/// The `n`-th largest of `bounds`, where NaN counts as -inf; -inf if there are fewer than `n`. Reorders `bounds`.
fn nth_largest(bounds: &mut [f32], n: usize) -> f32 {
    let descending = |a: &f32, b: &f32| b.total_cmp(a);
    for bound in bounds.iter_mut().filter(|bound| bound.is_nan()) {
        *bound = f32::NEG_INFINITY;
    }
    match n {
        1 => bounds.iter().fold(f32::NEG_INFINITY, |max, bound| max.max(*bound)),
        n if n <= bounds.len() => *bounds.select_nth_unstable_by(n - 1, descending).1,
        _ => f32::NEG_INFINITY,
    }
}

impl Model {
    /// [`Model::logits_among`] all tokens.
    pub fn logits(&self, hidden: &[f32], required: &[ExactLogits], logits: &mut Vec<f32>) -> Vec<Option<Vec<u32>>> {
        self.logits_among(hidden, required, &vec![None; required.len()], logits)
    }

    /// Computes the logits `[rows, vocab_size]` of the hidden states `[rows, hidden_size]`. `required`, `[rows]`,
    /// selects the logits that must be exact; the others are within [`error_bound`] of the exact ones. `logits` is
    /// overwritten and its memory reused.
    ///
    /// `allowed`, `[rows]`, are the tokens that `required` selects from, as bits: token i is bit i % 32 of word i / 32.
    /// `None` for all.
    ///
    /// Returns for each row the ids of the allowed tokens whose logits are exact, in ascending order, or `None` if all
    /// tokens are.
    pub fn logits_among(
        &self,
        hidden: &[f32],
        required: &[ExactLogits],
        allowed: &[Option<&[u32]>],
        logits: &mut Vec<f32>,
    ) -> Vec<Option<Vec<u32>>> {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let rows = hidden.len() / hidden_size;
        let quantized_head = self.quantized_head.as_ref();
        // What a row computes depends on the row only, so that its logits are the same in any batch.
        let needs_all = |row: usize| {
            let is_large = allowed[row].is_none_or(|bits| count_bits(bits) * FEW >= vocab);
            quantized_head.is_none() || matches!(required[row], ExactLogits::All) && is_large
        };
        let (all, some): (Vec<usize>, Vec<usize>) = (0..rows).partition(|row| needs_all(*row));
        // The rows of `some` find theirs below. A list of all allowed tokens costs as much as finding them.
        let ids = |row: usize| allowed[row].filter(|_| needs_all(row)).map(|bits| ids_of(bits, vocab));
        let mut exact: Vec<Option<Vec<u32>>> = (0..rows).map(ids).collect();
        let gather =
            |rows: &[usize]| rows.iter().flat_map(|r| &hidden[r * hidden_size..][..hidden_size]).copied().collect();
        let Some(quantized_head) = quantized_head.filter(|_| !some.is_empty()) else {
            *logits = self.exact_logits(hidden);
            return exact;
        };
        logits.resize(rows * vocab, 0.0);
        if !all.is_empty() {
            let gathered: Vec<f32> = gather(&all);
            for (row, values) in all.iter().zip(self.exact_logits(&gathered).chunks_exact(vocab)) {
                logits[row * vocab..][..vocab].copy_from_slice(values);
            }
        }
        let hidden: Vec<f32> = gather(&some);
        let x: Vec<HeadInput> = hidden.chunks_exact(hidden_size).map(|x| self.kernels.head_input(x)).collect();
        let is_some = |row: &usize| some.binary_search(row).is_ok();
        let head = &self.weights.head;
        self.threads.install(|| {
            let out = logits.chunks_exact_mut(vocab).enumerate().filter(|(row, _)| is_some(row));
            let bounds = quantized_head.logits(self.kernels, &self.threads, &x, out.map(|(_, row)| row).collect());
            let outs = logits.chunks_exact_mut(vocab).zip(&mut exact).enumerate().filter(|(row, _)| is_some(row));
            let mut tasks: Vec<_> = outs.zip(hidden.chunks_exact(hidden_size).zip(&x)).enumerate().collect();
            self.threads.for_each(&mut tasks, |(index, ((row, (logits, exact)), (hidden, x)))| {
                let bounds = bounds.iter().skip(*index).step_by(some.len()).copied();
                let ids = match allowed[*row] {
                    Some(allowed) => quantized_head.candidates_among(x, logits, bounds, required[*row], allowed),
                    None => quantized_head.candidates(x, logits, bounds, required[*row]),
                };
                let mut dequantized = Vec::new();
                for id in ids.iter().map(|id| *id as usize) {
                    let logit = &mut logits[id..id + 1];
                    with_rows(head, id..id + 1, &mut dequantized, |head, token| {
                        self.kernels.dense_tile(head, hidden, token, logit);
                    });
                }
                **exact = Some(ids);
            });
        });
        exact
    }

    /// The exact logits `[rows, vocab_size]` of the hidden states `[rows, hidden_size]`.
    pub fn exact_logits(&self, hidden: &[f32]) -> Vec<f32> {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let (rows, head) = (hidden.len() / hidden_size, &self.weights.head);
        let mut logits = vec![0.0; rows * vocab];
        if let Matrix::Awq(_) = head {
            self.dequantized_logits(hidden, &mut logits);
            return logits;
        }
        let input = Input { rows, values: hidden.to_vec(), ..Input::default() };
        let head = Linear { name: "lm_head".into(), matrix: head.clone(), bias: Vec::new() };
        let mut tiles = Tiles::default();
        self.threads.install(|| {
            let layers = &mut [Projection::new(&head, rows, &mut tiles)];
            linear::run(self.exec_context(), &input, layers, &mut linear::Scratch::default());
        });
        for (r, row) in logits.chunks_exact_mut(vocab).enumerate() {
            tiles.copy_row(r, row);
        }
        logits
    }

    /// [`Model::exact_logits`] of a 4-bit head, into `logits`.
    fn dequantized_logits(&self, hidden: &[f32], logits: &mut [f32]) {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let mut tiles: Vec<_> = runs(0..vocab, TILE).map(|tokens| (tokens, Vec::new())).collect();
        self.threads.install(|| {
            self.threads.for_each(&mut tiles, |(tokens, tile)| {
                tile.resize(hidden.len() / hidden_size * tokens.len(), 0.0);
                with_rows(&self.weights.head, tokens.clone(), &mut Vec::new(), |head, tokens| {
                    self.kernels.dense_tile(head, hidden, tokens, tile);
                });
            });
        });
        for (tokens, tile) in &tiles {
            for (row, tile) in logits.chunks_exact_mut(vocab).zip(tile.chunks_exact(tokens.len())) {
                row[tokens.clone()].copy_from_slice(tile);
            }
        }
    }
}

/// Calls `work` with a dense matrix and the rows of it that are those of `tokens` in the output head. 4-bit rows are
/// dequantized to f32, with `dequantized` as memory.
fn with_rows(head: &Matrix, tokens: Range<usize>, dequantized: &mut Vec<f32>, work: impl FnOnce(&Dense, Range<usize>)) {
    match head {
        Matrix::Dense(head) => work(&head.view(), tokens),
        Matrix::Awq(head) => {
            let (inputs, outputs) = (head.inputs, tokens.len());
            dequantized.resize(inputs * outputs, 0.0);
            head.dequantize(tokens, dequantized);
            work(&Dense { inputs, outputs, data: dequantized.as_bytes(), kind: Float::F32 }, 0..outputs);
        }
    }
}
