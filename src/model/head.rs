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
}

impl Screen {
    /// The 8-bit copy of a head, or none where it would not serve.
    pub fn new(kernels: Kernels, arithmetic: Arithmetic, head: &Dense) -> Option<Screen> {
        if arithmetic == Arithmetic::F32 || head.inputs > WIDEST {
            return None;
        }
        let width = head.inputs.next_multiple_of(PAD);
        let mut codes = vec![0; head.outputs * width];
        let rows = codes
            .par_chunks_exact_mut(width)
            .enumerate()
            .map_init(|| vec![0.0; head.inputs], |wide, (o, codes)| kernels.head_row(head, o, wide, codes))
            .collect();
        Some(Screen { codes, rows })
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.codes.len() + self.rows.len() * size_of::<HeadRow>()
    }

    /// The logits of every row for several activations, each within [`bound`]: `out` is `[inputs, vocab_size]`.
    fn logits(&self, kernels: Kernels, threads: &Threads, x: &[HeadInput], out: &mut [f32]) {
        let width = x[0].codes.len();
        let vocab = self.rows.len();
        let x: Vec<&HeadInput> = x.iter().collect();
        let mut outs: Vec<_> = out.chunks_exact_mut(vocab).map(|row| row.chunks_mut(ROW_BLOCK)).collect();
        let blocks = self.codes.chunks(ROW_BLOCK * width).zip(self.rows.chunks(ROW_BLOCK));
        let mut tasks: Vec<_> =
            blocks.map(|block| (block, outs.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>())).collect();
        threads.each(&mut tasks, |((codes, rows), outs)| kernels.head_logits(codes, rows, &x, outs));
    }

    /// The tokens whose exact logits `reach` asks for, given their screened ones.
    fn candidates(&self, x: &HeadInput, logits: &[f32], reach: Reach) -> Vec<u32> {
        let (count, distance, also) = match reach {
            Reach::All => return (0..logits.len() as u32).collect(),
            Reach::Largest { count, also } => (count.clamp(1, logits.len()), 0.0, also),
            Reach::Near { distance, also } => (1, distance, also),
        };
        // Penalties may move the tokens of `also`: the threshold must hold by the others alone.
        let mut lows: Vec<f32> = logits.iter().zip(&self.rows).map(|(l, row)| l - bound(row, x)).collect();
        for id in also {
            lows[*id as usize] = f32::NEG_INFINITY;
        }
        let threshold = match count {
            1 => lows.iter().fold(f32::NEG_INFINITY, |m, l| m.max(*l)),
            _ => *lows.select_nth_unstable_by(count - 1, |a, b| b.total_cmp(a)).1,
        } - distance;
        let could = |(l, row): (&f32, &HeadRow)| {
            let high = l + bound(row, x);
            // What is not a number must be computed as well.
            high >= threshold || high.is_nan()
        };
        let near = logits.iter().zip(&self.rows).enumerate().filter(|(_, both)| could(*both)).map(|(id, _)| id as u32);
        let mut ids: Vec<u32> = near.chain(also.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

impl Model<'_> {
    /// The logits of rows of hidden states, `[rows, hidden_size]` to `[rows, vocab_size]`; `reach` says for each row which
    /// must be exact. The others lie within the bound of [`crate::kernels::head`] of the exact ones.
    pub fn logits(&self, hidden: &[f32], reach: &[Reach]) -> Vec<f32> {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let rows = hidden.len() / hidden_size;
        let all = reach.iter().all(|r| matches!(r, Reach::All));
        let Some(screen) = self.screen.as_ref().filter(|_| !all) else {
            return self.exact_logits(hidden);
        };
        let mut logits = vec![0.0; rows * vocab];
        let x: Vec<HeadInput> = hidden.chunks_exact(hidden_size).map(quantize_input).collect();
        self.threads.enter(|| {
            screen.logits(self.kernels, &self.threads, &x, &mut logits);
            let rows = logits.chunks_exact_mut(vocab).zip(hidden.chunks_exact(hidden_size)).zip(x.iter().zip(reach));
            self.threads.each(&mut rows.collect::<Vec<_>>(), |((logits, hidden), (x, reach))| {
                for id in screen.candidates(x, logits, **reach) {
                    let id = id as usize;
                    self.kernels.dense_tile(&self.weights.head, hidden, id..id + 1, &mut logits[id..id + 1]);
                }
            });
        });
        logits
    }

    /// The exact logits of rows of hidden states.
    pub fn exact_logits(&self, hidden: &[f32]) -> Vec<f32> {
        let (hidden_size, vocab) = (self.config.hidden_size, self.config.vocab_size);
        let rows = hidden.len() / hidden_size;
        let input = Input { rows, values: hidden.to_vec(), ..Input::default() };
        let head = Linear { name: "lm_head".into(), matrix: Matrix::Dense(self.weights.head), bias: Vec::new() };
        let mut tiles = Tiles::default();
        self.threads.enter(|| {
            linear::run((self.kernels, self.arithmetic, &self.threads), &input, &mut [(&head, &mut tiles)]);
        });
        let mut logits = vec![0.0; rows * vocab];
        for (r, row) in logits.chunks_exact_mut(vocab).enumerate() {
            tiles.copy_row(r, row);
        }
        logits
    }
}
