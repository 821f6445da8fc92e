//! The output head: exact where it counts, quantized elsewhere.
//!
//! In `f32`, every logit is the exact dot product with the stored row. In the integer arithmetics an 8-bit copy of the rows,
//! half the bytes, gives every logit within a known bound; those that could be chosen are then computed exactly. So the
//! winner of greedy decoding, and whatever sampling can reach, is decided by exact logits alone.

use memmap2::MmapMut;
use rayon::prelude::*;

use super::linear::{self, Input, Projection};
use super::{Arithmetic, Model};
use crate::error::{MachineError, MemoryPurpose, Result};
use crate::kernels::Kernels;
use crate::kernels::head::{HeadInput, HeadRow, LogitBounds, PAD, STRIP, WIDEST, error_bound, interleave};
use crate::kernels::layout::{Dense, Tiles};
use crate::pages;
use crate::threads::Threads;
use crate::weights::{Linear, Matrix};

/// Rows of the head that one task takes.
const VOCAB_BLOCK: usize = 512;

/// Which logits of a row must be exact.
#[derive(Clone, Copy, Debug)]
pub enum ExactLogits<'r> {
    /// All of them.
    All,
    /// The `k` largest, and those of the tokens `always`.
    TopK { k: usize, always: &'r [u32] },
    /// Those at most `margin` below the largest, and those of the tokens `always`.
    WithinMargin { margin: f32, always: &'r [u32] },
}

/// The head's rows as 8-bit codes.
pub struct QuantizedHead {
    /// `[vocab_size / STRIP, padded hidden_size / 2, STRIP, 2]`; the last strip is filled up with zeros.
    codes: MmapMut,
    /// `[vocab_size]` each, as in [`HeadRow`].
    scales: Vec<f32>,
    errors: Vec<f32>,
    lengths: Vec<f32>,
}

impl QuantizedHead {
    /// The 8-bit copy of a head, or none where it would not serve.
    ///
    /// # Errors
    /// [`MachineError::NotEnoughMemory`] where memory does not suffice.
    pub fn new(kernels: Kernels, arithmetic: Arithmetic, head: &Dense) -> Result<Option<QuantizedHead>> {
        let Some((width, len)) = QuantizedHead::size(arithmetic, head.inputs, head.outputs) else { return Ok(None) };
        let lack = |available, source| MachineError::NotEnoughMemory {
            purpose: MemoryPurpose::QuantizedHead,
            needed: len as u64,
            available,
            source,
        };
        if let Some(available) = pages::available().filter(|available| *available < len as u64) {
            return Err(lack(Some(available), None).into());
        }
        let mut codes = pages::zeros(len).map_err(|error| lack(None, Some(error)))?;
        let mut rows = vec![HeadRow::default(); head.outputs];
        let strips = codes.par_chunks_exact_mut(STRIP * width).zip(rows.par_chunks_mut(STRIP)).enumerate();
        let scratch = || (vec![0.0; head.inputs], vec![0; width]);
        strips.for_each_init(scratch, |(wide, codes), (s, (strip, rows))| {
            for (r, row) in rows.iter_mut().enumerate() {
                *row = kernels.head_row(head, s * STRIP + r, wide, codes);
                interleave(codes, r, strip);
            }
        });
        let scales = rows.iter().map(|row| row.scale).collect();
        let errors = rows.iter().map(|row| row.error).collect();
        let lengths = rows.iter().map(|row| row.length).collect();
        Ok(Some(QuantizedHead { codes, scales, errors, lengths }))
    }

    /// The padded width of a row of codes and the bytes of all, or none where a copy would not serve.
    fn size(arithmetic: Arithmetic, inputs: usize, outputs: usize) -> Option<(usize, usize)> {
        let width = inputs.next_multiple_of(PAD);
        let serves = arithmetic != Arithmetic::F32 && inputs <= WIDEST;
        serves.then(|| (width, outputs.next_multiple_of(STRIP) * width))
    }

    /// Bytes that the copy of a head takes; 0 where there is none.
    pub fn bytes_for(arithmetic: Arithmetic, inputs: usize, outputs: usize) -> u64 {
        QuantizedHead::size(arithmetic, inputs, outputs)
            .map_or(0, |(_, len)| (len + outputs * size_of::<HeadRow>()) as u64)
    }

    /// The codes of all rows.
    pub fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.codes.len() + self.scales.len() * size_of::<HeadRow>()
    }

    /// The logits of every row for several activations, each within [`error_bound`]: `out` is `[inputs, vocab_size]`. Returns the
    /// bounds of each block, `[blocks, inputs]`.
    fn logits(&self, kernels: Kernels, threads: &Threads, x: &[HeadInput], out: &mut [f32]) -> Vec<LogitBounds> {
        let (width, vocab) = (x[0].codes.len(), self.scales.len());
        let inputs: Vec<&HeadInput> = x.iter().collect();
        let mut rows: Vec<_> = out.chunks_exact_mut(vocab).map(|row| row.chunks_mut(VOCAB_BLOCK)).collect();
        let count = vocab.div_ceil(VOCAB_BLOCK);
        let mut outs: Vec<&mut [f32]> = Vec::with_capacity(count * x.len());
        for _ in 0..count {
            outs.extend(rows.iter_mut().filter_map(Iterator::next));
        }
        let mut bounds = vec![LogitBounds::default(); count * x.len()];
        let codes = self.codes.chunks(VOCAB_BLOCK * width);
        let blocks = (0..vocab).step_by(VOCAB_BLOCK).map(|start| start..(start + VOCAB_BLOCK).min(vocab));
        let results = outs.chunks_exact_mut(x.len()).zip(bounds.chunks_exact_mut(x.len()));
        let mut blocks: Vec<_> = blocks.zip(codes).zip(results).collect();
        let mut rest = blocks.as_mut_slice();
        let mut tasks = Vec::new();
        while !rest.is_empty() {
            // Long runs, because the next block is prefetched while one is multiplied; short ones in the end, so that
            // all threads end together.
            let run;
            (run, rest) = rest.split_at_mut(rest.len().div_ceil(2 * threads.count()));
            tasks.push(run);
        }
        threads.for_each(&mut tasks, |run| {
            for ((rows, codes), (outs, bounds)) in run.iter_mut() {
                kernels.head_logits(codes, &self.scales[rows.clone()], &inputs, outs);
                let (errors, lengths) = (&self.errors[rows.clone()], &self.lengths[rows.clone()]);
                for ((bounds, logits), x) in bounds.iter_mut().zip(outs.iter()).zip(&inputs) {
                    *bounds = kernels.head_bounds(logits, errors, lengths, x);
                }
            }
        });
        bounds
    }

    /// The tokens whose exact logits `required` asks for, by id, given the quantized ones and the bounds of each block.
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
        // Few blocks can matter: in each that does, some logit reaches what the k-th best block surely exceeds. Penalties
        // may move the tokens of `always`, so their blocks promise nothing.
        let (mut lower, upper): (Vec<f32>, Vec<f32>) = bounds.map(|bounds| (bounds.lower, bounds.upper)).unzip();
        for id in always {
            lower[*id as usize / VOCAB_BLOCK] = f32::NEG_INFINITY;
        }
        let least = nth_largest(&mut lower, k) - margin;
        let near: Vec<usize> = (0..upper.len())
            .filter(|block| upper[*block] >= least)
            .flat_map(|block| block * VOCAB_BLOCK..((block + 1) * VOCAB_BLOCK).min(logits.len()))
            .collect();

        let error_bound = |id: usize| error_bound(self.errors[id], self.lengths[id], x);
        let mut lows: Vec<f32> = near.iter().map(|id| logits[*id] - error_bound(*id)).collect();
        for id in always {
            if let Ok(at) = near.binary_search(&(*id as usize)) {
                lows[at] = f32::NEG_INFINITY;
            }
        }
        let threshold = nth_largest(&mut lows, k) - margin;
        let could = |id: &usize| {
            let high = logits[*id] + error_bound(*id);
            // What is not a number must be computed as well.
            high >= threshold || high.is_nan()
        };
        let mut ids: Vec<u32> =
            near.into_iter().filter(could).map(|id| id as u32).chain(always.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The `n`-th largest of some bounds, what is not a number counted as the smallest; -inf where there are fewer.
fn nth_largest(bounds: &mut [f32], n: usize) -> f32 {
    let down = |a: &f32, b: &f32| b.total_cmp(a);
    for bound in bounds.iter_mut().filter(|bound| bound.is_nan()) {
        *bound = f32::NEG_INFINITY;
    }
    match n {
        1 => bounds.iter().fold(f32::NEG_INFINITY, |most, bound| most.max(*bound)),
        n if n <= bounds.len() => *bounds.select_nth_unstable_by(n - 1, down).1,
        _ => f32::NEG_INFINITY,
    }
}

impl Model {
    /// The logits of rows of hidden states, `[rows, hidden_size]` to `[rows, vocab_size]`; `required` says for each row which
    /// must be exact. The others lie within the bound of [`crate::kernels::head`] of the exact ones. What was in `logits` is
    /// forgotten; its memory is kept.
    ///
    /// Returns the tokens of each row whose logits are exact, by id, where not all are: no other is required.
    pub fn logits(&self, hidden: &[f32], required: &[ExactLogits], logits: &mut Vec<f32>) -> Vec<Option<Vec<u32>>> {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let rows = hidden.len() / hidden_size;
        let all = required.iter().all(|r| matches!(r, ExactLogits::All));
        let mut exact = vec![None; rows];
        let Some(quantized_head) = self.quantized_head.as_ref().filter(|_| !all) else {
            *logits = self.exact_logits(hidden);
            return exact;
        };
        logits.resize(rows * vocab, 0.0);
        let x: Vec<HeadInput> = hidden.chunks_exact(hidden_size).map(|x| self.kernels.head_input(x)).collect();
        let head = self.weights.head.view();
        self.threads.install(|| {
            let bounds = quantized_head.logits(self.kernels, &self.threads, &x, logits);
            let per_row =
                logits.chunks_exact_mut(vocab).zip(hidden.chunks_exact(hidden_size)).zip(x.iter().zip(required));
            let mut tasks: Vec<_> = per_row.zip(&mut exact).enumerate().collect();
            self.threads.for_each(&mut tasks, |(row, (((logits, hidden), (x, required)), exact))| {
                let bounds = bounds.iter().skip(*row).step_by(rows).copied();
                let ids = quantized_head.candidates(x, logits, bounds, **required);
                for id in &ids {
                    let id = *id as usize;
                    self.kernels.dense_tile(&head, hidden, id..id + 1, &mut logits[id..id + 1]);
                }
                **exact = (!matches!(required, ExactLogits::All)).then_some(ids);
            });
        });
        exact
    }

    /// The exact logits of rows of hidden states.
    pub fn exact_logits(&self, hidden: &[f32]) -> Vec<f32> {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let rows = hidden.len() / hidden_size;
        let input = Input { rows, values: hidden.to_vec(), ..Input::default() };
        let head =
            Linear { name: "lm_head".into(), matrix: Matrix::Dense(self.weights.head.clone()), bias: Vec::new() };
        let mut tiles = Tiles::default();
        self.threads.install(|| {
            let layers = &mut [Projection { linear: &head, out: &mut tiles }];
            linear::run(self.exec_context(), &input, layers, &mut linear::Scratch::default());
        });
        let mut logits = vec![0.0; rows * vocab];
        for (r, row) in logits.chunks_exact_mut(vocab).enumerate() {
            tiles.copy_row(r, row);
        }
        logits
    }
}
