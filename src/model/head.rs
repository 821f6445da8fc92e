//! The output head: exact where it counts, screened elsewhere.
//!
//! In `f32`, every logit is the exact dot product with the stored row. In the integer arithmetics an 8-bit copy of the rows,
//! half the bytes, gives every logit within a known bound; those that could be chosen are then computed exactly. So the
//! winner of greedy decoding, and whatever sampling can reach, is decided by exact logits alone.

use rayon::prelude::*;

use super::linear::{self, Input};
use super::{Arithmetic, Model};
use crate::kernels::Kernels;
use crate::kernels::head::{HeadInput, HeadRow, PAD, WIDEST, bound, quantize_input};
use crate::kernels::layout::{Dense, Tiles};
use crate::threads::Threads;
use crate::weights::{Linear, Matrix};

/// Rows of the head that one task takes.
const ROW_BLOCK: usize = 512;

/// Which logits of a row must be exact.
#[derive(Clone, Copy, Debug)]
pub enum Reach<'r> {
    /// All of them.
    All,
    /// The `count` largest, and those of the tokens `also`.
    Largest { count: usize, also: &'r [u32] },
    /// Those at most `distance` below the largest, and those of the tokens `also`.
    Near { distance: f32, also: &'r [u32] },
}

/// The head's rows as 8-bit codes.
pub struct Screen {
    /// `[vocab_size, padded hidden_size]`
    codes: Vec<i8>,
    /// `[vocab_size]`
    rows: Vec<HeadRow>,
    /// The largest error and length of every [`ROW_BLOCK`] rows.
    blocks: Vec<HeadRow>,
}

impl Screen {
    /// The 8-bit copy of a head, or none where it would not serve.
    pub fn new(kernels: Kernels, arithmetic: Arithmetic, head: &Dense) -> Option<Screen> {
        if arithmetic == Arithmetic::F32 || head.inputs > WIDEST {
            return None;
        }
        let width = head.inputs.next_multiple_of(PAD);
        let mut codes = vec![0; head.outputs * width];
        let rows: Vec<HeadRow> = codes
            .par_chunks_exact_mut(width)
            .enumerate()
            .map_init(|| vec![0.0; head.inputs], |wide, (o, codes)| kernels.head_row(head, o, wide, codes))
            .collect();
        let worst = |a: HeadRow, b: &HeadRow| HeadRow {
            scale: 0.0,
            error: a.error.max(b.error),
            length: a.length.max(b.length),
        };
        let blocks = rows.chunks(ROW_BLOCK).map(|rows| rows.iter().fold(HeadRow::default(), worst)).collect();
        Some(Screen { codes, rows, blocks })
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.codes.len() + (self.rows.len() + self.blocks.len()) * size_of::<HeadRow>()
    }

    /// The logits of every row for several activations, each within [`bound`]: `out` is `[inputs, vocab_size]`. Returns the
    /// largest logit of each block, `[blocks, inputs]`, NaN where one is not a number.
    fn logits(&self, kernels: Kernels, threads: &Threads, x: &[HeadInput], out: &mut [f32]) -> Vec<f32> {
        let (width, vocab) = (x[0].codes.len(), self.rows.len());
        let inputs: Vec<&HeadInput> = x.iter().collect();
        let mut rows: Vec<_> = out.chunks_exact_mut(vocab).map(|row| row.chunks_mut(ROW_BLOCK)).collect();
        let mut outs: Vec<&mut [f32]> = Vec::with_capacity(self.blocks.len() * x.len());
        for _ in &self.blocks {
            outs.extend(rows.iter_mut().filter_map(Iterator::next));
        }
        let mut tops = vec![0.0; self.blocks.len() * x.len()];
        let blocks = self.codes.chunks(ROW_BLOCK * width).zip(self.rows.chunks(ROW_BLOCK));
        let results = outs.chunks_exact_mut(x.len()).zip(tops.chunks_exact_mut(x.len()));
        threads.each(&mut blocks.zip(results).collect::<Vec<_>>(), |((codes, rows), (outs, tops))| {
            kernels.head_logits(codes, rows, &inputs, outs);
            for (top, logits) in tops.iter_mut().zip(outs.iter()) {
                *top = largest(logits);
            }
        });
        tops
    }

    /// The tokens whose exact logits `reach` asks for, by id, given the screened ones and the largest of each block.
    fn candidates(&self, x: &HeadInput, logits: &[f32], tops: impl Iterator<Item = f32>, reach: Reach) -> Vec<u32> {
        let (count, distance, also) = match reach {
            Reach::All => return (0..logits.len() as u32).collect(),
            Reach::Largest { count, also } => (count.clamp(1, logits.len()), 0.0, also),
            Reach::Near { distance, also } => (1, distance, also),
        };
        // Few blocks can matter: in each that does, some logit reaches what the count-th best block surely exceeds. Penalties
        // may move the tokens of `also`, so their blocks promise nothing.
        let mut surely: Vec<f32> = Vec::with_capacity(self.blocks.len());
        let mut possibly: Vec<f32> = Vec::with_capacity(self.blocks.len());
        for (top, block) in tops.zip(&self.blocks) {
            let bound = bound(block, x);
            let sound = top.is_finite() && bound.is_finite();
            surely.push(if sound { top - bound } else { f32::NEG_INFINITY });
            possibly.push(if sound { top + bound } else { f32::INFINITY });
        }
        for id in also {
            surely[*id as usize / ROW_BLOCK] = f32::NEG_INFINITY;
        }
        let least = nth_largest(&mut surely, count) - distance;
        let near: Vec<usize> = (0..possibly.len())
            .filter(|block| possibly[*block] >= least)
            .flat_map(|block| block * ROW_BLOCK..((block + 1) * ROW_BLOCK).min(logits.len()))
            .collect();

        let mut lows: Vec<f32> = near.iter().map(|id| logits[*id] - bound(&self.rows[*id], x)).collect();
        for id in also {
            if let Ok(at) = near.binary_search(&(*id as usize)) {
                lows[at] = f32::NEG_INFINITY;
            }
        }
        let threshold = nth_largest(&mut lows, count) - distance;
        let could = |id: &usize| {
            let high = logits[*id] + bound(&self.rows[*id], x);
            // What is not a number must be computed as well.
            high >= threshold || high.is_nan()
        };
        let mut ids: Vec<u32> =
            near.into_iter().filter(could).map(|id| id as u32).chain(also.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The largest of some logits, NaN where one is not a number: sixteen side by side without a branch.
pub fn largest(logits: &[f32]) -> f32 {
    const SIDE: usize = 16;
    let mut lanes = [(f32::NEG_INFINITY, false); SIDE];
    let mut see = |chunk: &[f32]| {
        for ((most, unsound), logit) in lanes.iter_mut().zip(chunk) {
            *most = if *logit > *most { *logit } else { *most };
            *unsound |= logit.is_nan();
        }
    };
    let (body, tail) = logits.as_chunks::<SIDE>();
    body.iter().for_each(|chunk| see(chunk));
    see(tail);
    let unsound = lanes.iter().any(|lane| lane.1);
    if unsound { f32::NAN } else { lanes.iter().fold(f32::NEG_INFINITY, |most, lane| most.max(lane.0)) }
}

/// The `n`-th largest of some limits, what is not a number counted as the smallest; -inf where there are fewer.
fn nth_largest(limits: &mut [f32], n: usize) -> f32 {
    let down = |a: &f32, b: &f32| b.total_cmp(a);
    for limit in limits.iter_mut().filter(|limit| limit.is_nan()) {
        *limit = f32::NEG_INFINITY;
    }
    match n {
        1 => limits.iter().fold(f32::NEG_INFINITY, |most, limit| most.max(*limit)),
        n if n <= limits.len() => *limits.select_nth_unstable_by(n - 1, down).1,
        _ => f32::NEG_INFINITY,
    }
}

impl Model<'_> {
    /// The logits of rows of hidden states, `[rows, hidden_size]` to `[rows, vocab_size]`; `reach` says for each row which
    /// must be exact. The others lie within the bound of [`crate::kernels::head`] of the exact ones. What was in `logits` is
    /// forgotten; its memory is kept.
    pub fn logits(&self, hidden: &[f32], reach: &[Reach], logits: &mut Vec<f32>) {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let rows = hidden.len() / hidden_size;
        let all = reach.iter().all(|r| matches!(r, Reach::All));
        let Some(screen) = self.screen.as_ref().filter(|_| !all) else {
            *logits = self.exact_logits(hidden);
            return;
        };
        logits.resize(rows * vocab, 0.0);
        let x: Vec<HeadInput> = hidden.chunks_exact(hidden_size).map(quantize_input).collect();
        self.threads.enter(|| {
            let tops = screen.logits(self.kernels, &self.threads, &x, logits);
            let each = logits.chunks_exact_mut(vocab).zip(hidden.chunks_exact(hidden_size)).zip(x.iter().zip(reach));
            self.threads.each(&mut each.enumerate().collect::<Vec<_>>(), |(row, ((logits, hidden), (x, reach)))| {
                let tops = tops.iter().skip(*row).step_by(rows).copied();
                for id in screen.candidates(x, logits, tops, **reach) {
                    let id = id as usize;
                    self.kernels.dense_tile(&self.weights.head, hidden, id..id + 1, &mut logits[id..id + 1]);
                }
            });
        });
    }

    /// The exact logits of rows of hidden states.
    pub fn exact_logits(&self, hidden: &[f32]) -> Vec<f32> {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let rows = hidden.len() / hidden_size;
        let input = Input { rows, values: hidden.to_vec(), ..Input::default() };
        let head = Linear { name: "lm_head".into(), matrix: Matrix::Dense(self.weights.head), bias: Vec::new() };
        let mut tiles = Tiles::default();
        self.threads.enter(|| {
            let with = (self.kernels, self.arithmetic, &self.threads);
            linear::run(with, &input, &mut [(&head, &mut tiles)], &mut linear::Scratch::default());
        });
        let mut logits = vec![0.0; rows * vocab];
        for (r, row) in logits.chunks_exact_mut(vocab).enumerate() {
            tiles.copy_row(r, row);
        }
        logits
    }
}
