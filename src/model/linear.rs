//! Linear layers over threads: who computes which part of which result.
//!
//! One row of integer activations is bound by memory, so each thread reads long runs of whole weight rows: the work is cut
//! along the inputs first (always into [`halves`]) and along the outputs only where threads meet. Several rows are bound
//! by arithmetic, so the work is cut into tiles of outputs times blocks of rows. No cut changes a bit of the result.

use std::ops::Range;

use super::Arithmetic;
use crate::kernels::Kernels;
use crate::kernels::layout::{QuantRows, ROW_BLOCK, TILE, Tiles, halves, runs};
use crate::threads::Threads;
use crate::weights::{Linear, Matrix};

/// Runs of tiles to a thread: long ones, because each begins with weights that nothing asked for ahead.
const BLOCKS_PER_THREAD: usize = 2;

/// What linear layers read: rows of numbers, and the same rows quantised where the arithmetic asks for it.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub rows: usize,
    /// `[rows, inputs]`
    pub values: Vec<f32>,
    pub quantized: QuantRows,
}

impl Input {
    /// Makes room for a row of `inputs` numbers for each of `rows` and lets `fill` write it, then quantises it where need
    /// be. `fill` gets the number of the row, what `rows` has for it, and the row.
    pub fn fill<T: Send>(
        &mut self,
        (kernels, arithmetic, threads): (Kernels, Arithmetic, &Threads),
        inputs: usize,
        rows: impl ExactSizeIterator<Item = T>,
        fill: impl Fn(usize, &mut T, &mut [f32]) + Sync,
    ) {
        self.rows = rows.len();
        self.values.resize(self.rows * inputs, 0.0);
        let values = rows.zip(self.values.chunks_exact_mut(inputs)).enumerate();
        match arithmetic.planes() {
            None => threads.each(&mut values.collect::<Vec<_>>(), |(r, (from, row))| fill(*r, from, row)),
            Some(planes) => {
                self.quantized.reset(self.rows, inputs, planes);
                let mut tasks: Vec<_> = values.zip(self.quantized.rows_mut().map(Some)).collect();
                threads.each(&mut tasks, |((r, (from, row)), quantized)| {
                    fill(*r, from, row);
                    if let Some(quantized) = quantized.take() {
                        kernels.quantize(row, quantized);
                    }
                });
            }
        }
    }
}

/// Computes several layers that read the same input, all at once: `(layer, result)` each.
pub fn run(with: (Kernels, Arithmetic, &Threads), input: &Input, layers: &mut [(&Linear, &mut Tiles)]) {
    let (kernels, arithmetic, threads) = with;
    for (linear, out) in layers.iter_mut() {
        out.reset(input.rows, linear.outputs());
    }
    let integers = arithmetic.planes().is_some();
    if integers && input.rows == 1 && layers.iter().all(|(l, _)| matches!(l.matrix, Matrix::Awq(_))) {
        one_row(kernels, threads, input, layers);
    } else {
        many_rows(kernels, threads, integers, input, layers);
    }
}

/// A half of the inputs of a layer times a run of its outputs.
struct Piece<'a> {
    linear: &'a Linear<'a>,
    inputs: Range<usize>,
    columns: Range<usize>,
    out: &'a mut [f32],
}

fn one_row(kernels: Kernels, threads: &Threads, input: &Input, layers: &mut [(&Linear, &mut Tiles)]) {
    let total: usize = layers.iter().map(|(l, _)| l.inputs() * l.outputs()).sum();
    let mut seconds = vec![0.0_f32; layers.iter().map(|(l, _)| l.outputs()).sum()];
    let mut rest = seconds.as_mut_slice();
    let mut tasks: Vec<Vec<Piece>> = Vec::with_capacity(threads.count());
    let mut cutter = Cutter { total, parts: threads.count(), done: 0 };
    for (linear, first) in layers.iter_mut() {
        let second;
        (second, rest) = rest.split_at_mut(linear.outputs());
        for (inputs, out) in halves(linear.inputs()).into_iter().zip([first.data.as_mut_slice(), second]) {
            cutter.cut(linear, inputs, out, &mut tasks);
        }
    }
    let row = input.quantized.row(0);
    threads.each(&mut tasks, |pieces| {
        for p in pieces {
            if let Matrix::Awq(m) = &p.linear.matrix {
                kernels.awq_int_half(&m.view(), &row, p.inputs.clone(), p.columns.clone(), p.out);
            }
        }
    });
    let mut seconds = seconds.as_slice();
    for (linear, out) in layers {
        let (second, rest) = seconds.split_at(linear.outputs());
        seconds = rest;
        for (y, s) in out.data.iter_mut().zip(second) {
            *y += s;
        }
        for (y, b) in out.data.iter_mut().zip(&linear.bias) {
            *y += b;
        }
    }
}

/// Cuts a sequence of halves into `parts` runs of about the same number of weights.
struct Cutter {
    total: usize,
    parts: usize,
    done: usize,
}

impl Cutter {
    /// Deals one half to the part that is being filled and to the next ones.
    fn cut<'a>(
        &mut self,
        linear: &'a Linear<'a>,
        inputs: Range<usize>,
        mut out: &'a mut [f32],
        tasks: &mut Vec<Vec<Piece<'a>>>,
    ) {
        let mut start = 0;
        while start < linear.outputs() && !inputs.is_empty() {
            let part = (self.done * self.parts / self.total.max(1)).min(self.parts - 1);
            if tasks.len() <= part {
                tasks.push(Vec::new());
            }
            // Outputs that still fit this part, in whole tiles, at least one.
            let room = ((part + 1) * self.total / self.parts).saturating_sub(self.done);
            let tiles = (room as f64 / (inputs.len() * TILE) as f64).round().max(1.0) as usize;
            let end = (start + tiles * TILE).min(linear.outputs());
            let piece;
            (piece, out) = out.split_at_mut(end - start);
            self.done += inputs.len() * (end - start);
            if let Some(task) = tasks.last_mut() {
                task.push(Piece { linear, inputs: inputs.clone(), columns: start..end, out: piece });
            }
            start = end;
        }
        out.fill(0.0);
    }
}

/// A run of tiles of a layer's outputs for a block of rows.
struct Block<'a> {
    linear: &'a Linear<'a>,
    columns: Range<usize>,
    rows: Range<usize>,
    /// Tile by tile `[rows, columns]`.
    out: &'a mut [f32],
}

fn many_rows(kernels: Kernels, threads: &Threads, integers: bool, input: &Input, layers: &mut [(&Linear, &mut Tiles)]) {
    let outputs: usize = layers.iter().map(|(l, _)| l.outputs()).sum();
    let columns = (outputs / (threads.count() * BLOCKS_PER_THREAD)).next_multiple_of(TILE);
    let mut blocks = Vec::new();
    for (linear, out) in layers.iter_mut() {
        let mut rest = out.data.as_mut_slice();
        for rows in runs(0..input.rows, ROW_BLOCK) {
            for columns in runs(0..linear.outputs(), columns) {
                let out;
                (out, rest) = rest.split_at_mut(rows.len() * columns.len());
                blocks.push(Block { linear, columns, rows: rows.clone(), out });
            }
        }
    }
    threads.each(&mut blocks, |b| {
        let (linear, rows) = (b.linear, b.rows.clone());
        let values = |inputs: usize| &input.values[rows.start * inputs..rows.end * inputs];
        match &linear.matrix {
            Matrix::Awq(m) if integers => {
                kernels.awq_int_tiles(&m.view(), &input.quantized, rows.clone(), b.columns.clone(), b.out);
            }
            Matrix::Awq(m) => {
                by_tile(b, |columns, out| kernels.awq_f32_tile(&m.view(), values(m.inputs), columns, out))
            }
            Matrix::Dense(m) => by_tile(b, |columns, out| kernels.dense_tile(m, values(m.inputs), columns, out)),
        }
        if !linear.bias.is_empty() {
            by_tile(b, |columns, out| {
                for row in out.chunks_exact_mut(columns.len()) {
                    for (y, bias) in row.iter_mut().zip(&linear.bias[columns.clone()]) {
                        *y += bias;
                    }
                }
            });
        }
    });
}

/// Calls `work` for every tile of a block and its part of the result.
fn by_tile(block: &mut Block, work: impl Fn(Range<usize>, &mut [f32])) {
    let mut rest = &mut *block.out;
    for columns in runs(block.columns.clone(), TILE) {
        let out;
        (out, rest) = rest.split_at_mut(block.rows.len() * columns.len());
        work(columns, out);
    }
}
