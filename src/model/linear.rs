//! Linear layers over threads: who computes which part of which result.
//!
//! A few rows of integer activations are bound by memory, so each thread reads long runs of whole weight rows: the work is
//! cut along the inputs first (always into [`split_k`]) and along the outputs only where threads meet. More rows are bound
//! by arithmetic, so the work is cut into tiles of outputs times blocks of rows. No cut changes a bit of the result.

use std::collections::VecDeque;
use std::ops::Range;

use super::ExecContext;
use crate::kernels::Kernels;
use crate::kernels::aligned::Aligned;
use crate::kernels::layout::{
    ACT_BLOCK, ACT_GROUP, Awq4, GemvTask, QuantRowMut, QuantRows, TILE, TILE_ROWS, Tiles, runs, split_k,
};
use crate::kernels::scalar::add;
use crate::threads::{StealQueue, Threads};
use crate::weights::{Linear, Matrix};

/// A task is an equal share of the tiles that are left, for each thread so many: long runs first, because each begins with
/// weights that nothing prefetched ahead, and short ones in the end, so that all threads end together.
const TASKS_PER_THREAD: usize = 2;
/// The fewest tiles of a task.
const MIN_TASK_TILES: usize = 2;

/// What linear layers read: rows of numbers, and the same rows quantised where the arithmetic asks for it.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub rows: usize,
    /// `[rows, inputs]`
    pub values: Vec<f32>,
    pub quantized: QuantRows,
}

/// The shape of an [`Input`], and the parts in which it is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputShape {
    pub rows: usize,
    /// Numbers of a row.
    pub inputs: usize,
    /// Numbers of one part: `inputs`, or a smaller multiple of [`ACT_GROUP`] (the last part of a row may be shorter).
    pub part_len: usize,
}

impl InputShape {
    /// A shape whose parts are whole rows.
    pub fn whole_rows(rows: usize, inputs: usize) -> InputShape {
        InputShape { rows, inputs, part_len: inputs }
    }
}

/// A linear layer and where its result goes.
pub struct Projection<'p> {
    pub linear: &'p Linear,
    /// Resized to `[rows, outputs]` of the pass.
    pub out: &'p mut Tiles,
}

/// A part of a row that is to be filled.
pub struct RowPart<'a, T> {
    pub row: usize,
    pub inputs: Range<usize>,
    /// What there is for it.
    pub from: T,
    /// `[inputs]`
    pub out: &'a mut [f32],
    quantized: Option<QuantRowMut<'a>>,
}

/// The most rows that one task fills: neighbours, whose parts of a tile lie together.
const MAX_TASK_ROWS: usize = 8;

impl Input {
    /// Resizes the input to `shape` and calls `fill` to write the numbers, one part at a time; then quantizes them if the
    /// arithmetic uses integers. `from` has one item for each part, row by row. `fill` gets one part or several neighbouring
    /// whole rows at a time, and runs on several threads.
    pub fn fill<T: Send>(
        &mut self,
        exec: ExecContext,
        shape: InputShape,
        from: impl Iterator<Item = T>,
        fill: impl Fn(&mut [RowPart<T>]) + Sync,
    ) {
        let ExecContext { kernels, arithmetic, threads, .. } = exec;
        let InputShape { rows, inputs, part_len } = shape;
        self.rows = rows;
        self.values.resize(rows * inputs, 0.0);
        let mut quantized = arithmetic.planes().map(|planes| {
            self.quantized.reset(rows, inputs, planes);
            self.quantized.parts_mut(part_len.div_ceil(ACT_GROUP))
        });
        let ranges = (0..rows).flat_map(|r| runs(0..inputs, part_len).map(move |inputs| (r, inputs)));
        let outs = self.values.chunks_exact_mut(inputs).flat_map(|row| row.chunks_mut(part_len));
        let mut parts: Vec<_> = (ranges.zip(outs).zip(from))
            .map(|(((row, inputs), out), from)| {
                let quantized = quantized.as_mut().and_then(Iterator::next);
                RowPart { row, inputs, from, out, quantized }
            })
            .collect();
        let together = if part_len == inputs { (rows / (4 * threads.count())).clamp(1, MAX_TASK_ROWS) } else { 1 };
        let mut tasks: Vec<_> = parts.chunks_mut(together).collect();
        threads.for_each(&mut tasks, |parts| {
            fill(parts);
            for part in parts.iter_mut() {
                if let Some(quantized) = part.quantized.take() {
                    kernels.quantize(part.out, quantized);
                }
            }
        });
    }
}

/// Inputs of a row that are worth a task of their own.
const MIN_PART_LEN: usize = 1024;

/// How many inputs of a row a task fills where each can be filled on its own: rows are cut where there are too few for all
/// threads.
pub fn part_len(threads: &Threads, rows: usize, inputs: usize) -> usize {
    let parts = threads.count().div_ceil(rows.max(1));
    inputs.div_ceil(parts).next_multiple_of(TILE).max(MIN_PART_LEN).min(inputs)
}

/// Computes `y = W x + bias` for several layers that read the same input, all at once. The inputs of every layer must be
/// those of `input`.
pub fn run(exec: ExecContext, input: &Input, layers: &mut [Projection], scratch: &mut Scratch) {
    let integers = exec.arithmetic.planes().is_some();
    let small_batch = (1..=exec.kernels.max_gemv_rows()).contains(&input.rows);
    // Of several rows, tasks are made of whole tiles.
    let fits = |w: Awq4| input.rows == 1 || w.outputs.is_multiple_of(TILE);
    if integers && small_batch && layers.iter().all(|layer| layer.linear.awq().is_some_and(fits)) {
        gemv(exec, input, layers, scratch);
    } else {
        gemm(exec, input, layers);
    }
}

/// Memory that layers of few rows work in, kept from one to the next.
#[derive(Default)]
pub struct Scratch {
    /// The integer sums of both halves of all layers and rows.
    sums: Aligned<i32>,
}

fn gemv(exec: ExecContext, input: &Input, layers: &mut [Projection], scratch: &mut Scratch) {
    let ExecContext { kernels, threads, .. } = exec;
    let rows = input.rows;
    let sums = 2 * rows * layers.iter().map(|layer| layer.linear.outputs()).sum::<usize>();
    if scratch.sums.len() < sums {
        scratch.sums.reset(sums);
    }
    let mut sums = &mut scratch.sums[..];
    let weights = layers.iter().filter_map(|layer| layer.linear.awq()).map(|w| w.inputs * w.outputs);
    let (total, parts) = (weights.sum(), threads.count());
    let mut partitioner = Partitioner { total, parts, done: 0, queues: Vec::with_capacity(parts) };
    for Projection { linear, out } in layers.iter_mut() {
        let Some(w) = linear.awq() else { continue };
        out.reset_split_k(rows, w.outputs);
        for (inputs, out) in split_k(w.inputs).into_iter().zip([&mut out.data, &mut out.split_k_partial]) {
            let own;
            (own, sums) = sums.split_at_mut(rows * w.outputs);
            if inputs.is_empty() {
                out.fill(0.0);
            } else {
                partitioner.push(GemvTask {
                    w,
                    inputs,
                    columns: 0..w.outputs,
                    rows,
                    sums: own,
                    out,
                    first_segment: true,
                    prefetched: false,
                });
            }
        }
    }
    let x = &input.quantized;
    threads.for_each_stealing(partitioner.queues, |queue, steal_queue| run_queue(kernels, x, queue, steal_queue));
    for Projection { linear, out } in layers.iter_mut().filter(|layer| !layer.linear.bias.is_empty()) {
        add(&mut out.data, &out.split_k_partial);
        for (tile, bias) in out.data.chunks_mut(rows * TILE).zip(linear.bias.chunks(TILE)) {
            tile.chunks_exact_mut(bias.len()).for_each(|row| add(row, bias));
        }
        out.split_k_partial.clear();
    }
}

/// Tasks of layers that one thread takes one after the other.
type TaskQueue<'a> = VecDeque<GemvTask<'a>>;

/// Cuts a sequence of halves into `parts` queues of about the same number of weights.
struct Partitioner<'a> {
    total: usize,
    parts: usize,
    done: usize,
    queues: Vec<TaskQueue<'a>>,
}

impl<'a> Partitioner<'a> {
    /// Deals one half to the queue that is being filled and to the next ones.
    fn push(&mut self, task: GemvTask<'a>) {
        let inputs = task.inputs.len();
        let mut rest = Some(task);
        while let Some(mut task) = rest.take() {
            let part = (self.done * self.parts / self.total.max(1)).min(self.parts - 1);
            if self.queues.len() <= part {
                self.queues.push(TaskQueue::new());
            }
            // Outputs that still fit this part, in whole tiles, at least one.
            let room = ((part + 1) * self.total / self.parts).saturating_sub(self.done);
            let tiles = (room as f64 / (inputs * TILE) as f64).round().max(1.0) as usize;
            if tiles * TILE < task.columns.len() {
                rest = Some(task.split_off(tiles * TILE));
            }
            self.done += inputs * task.columns.len();
            if let Some(queue) = self.queues.last_mut() {
                queue.push_back(task);
            }
        }
    }
}

/// Bytes of weights between two looks at whether another thread waits for work, in whole pairs of blocks.
const STEAL_CHECK_BYTES: usize = 16 << 10;
/// Bytes of weights that are worth being shared.
const MIN_STEAL_BYTES: usize = 32 << 10;

/// Takes all tasks of a queue to their ends, but for those that are given to threads which have nothing left to do.
fn run_queue<'a>(kernels: Kernels, x: &QuantRows, mut queue: TaskQueue<'a>, steal_queue: &StealQueue<TaskQueue<'a>>) {
    loop {
        let next = queue.get(1).map(GemvTask::as_next);
        let Some(task) = queue.front_mut() else { return };
        let inputs = (2 * STEAL_CHECK_BYTES / task.columns.len().max(1)).next_multiple_of(2 * ACT_BLOCK);
        kernels.awq_int_gemv(task, x, inputs, next.as_ref());
        if task.inputs.is_empty() {
            queue.pop_front();
            if let Some(next) = queue.front_mut() {
                next.prefetched = true;
            }
        }
        if steal_queue.has_idle_worker()
            && let Some(part) = split_queue(&mut queue)
        {
            steal_queue.donate(part);
        }
    }
}

/// About half of what is left of a queue, if that is worth it: its last task, or columns of it. Tasks stay long: a thread reads
/// whole rows where it can.
fn split_queue<'a>(queue: &mut TaskQueue<'a>) -> Option<TaskQueue<'a>> {
    let left: usize = queue.iter().map(GemvTask::bytes).sum();
    let last = queue.back_mut()?;
    let (bytes, columns) = (last.bytes(), last.columns.len());
    if left < MIN_STEAL_BYTES {
        return None;
    }
    if queue.len() > 1 && bytes <= left / 2 + left / 8 {
        return Some(queue.pop_back().into_iter().collect());
    }
    let kept = columns - (columns as f64 * (left / 2) as f64 / bytes as f64) as usize;
    let kept = kept.next_multiple_of(TILE);
    let last = queue.back_mut()?;
    (kept < columns).then(|| [last.split_off(kept)].into())
}

/// A run of tiles of a layer's outputs for a block of rows.
struct GemmTask<'a> {
    linear: &'a Linear,
    columns: Range<usize>,
    rows: Range<usize>,
    /// Tile by tile `[rows, columns]`.
    out: &'a mut [f32],
}

fn gemm(exec: ExecContext, input: &Input, layers: &mut [Projection]) {
    for Projection { linear, out } in layers.iter_mut() {
        out.reset(input.rows, linear.outputs());
    }
    let tiles: usize = layers.iter().map(|layer| layer.linear.outputs().div_ceil(TILE)).sum();
    let mut left = tiles * input.rows.div_ceil(TILE_ROWS);
    let mut tasks = Vec::new();
    for Projection { linear, out } in layers.iter_mut() {
        let mut rest = out.data.as_mut_slice();
        for rows in runs(0..input.rows, TILE_ROWS) {
            let mut start = 0;
            while start < linear.outputs() {
                let tiles = (left / (exec.threads.count() * TASKS_PER_THREAD)).max(MIN_TASK_TILES);
                let columns = start..(start + tiles * TILE).min(linear.outputs());
                (start, left) = (columns.end, left - columns.len().div_ceil(TILE));
                let out;
                (out, rest) = rest.split_at_mut(rows.len() * columns.len());
                tasks.push(GemmTask { linear, columns, rows: rows.clone(), out });
            }
        }
    }
    exec.threads.for_each(&mut tasks, |task| {
        if !exec.is_cancelled() {
            compute_tiles(exec, input, task);
        }
    });
}

/// Computes one task of [`gemm`], its bias included.
fn compute_tiles(exec: ExecContext, input: &Input, task: &mut GemmTask) {
    let kernels = exec.kernels;
    let (linear, rows) = (task.linear, task.rows.clone());
    let values = |inputs: usize| &input.values[rows.start * inputs..rows.end * inputs];
    match &linear.matrix {
        Matrix::Awq(m) if exec.arithmetic.planes().is_some() => {
            kernels.awq_int_gemm(&m.view(), &input.quantized, rows.clone(), task.columns.clone(), task.out);
        }
        Matrix::Awq(m) => {
            let w = m.view();
            for_each_tile(task, |columns, out| kernels.awq_f32_tile(&w, values(w.inputs), columns, out));
        }
        Matrix::Dense(m) => {
            let w = m.view();
            for_each_tile(task, |columns, out| kernels.dense_tile(&w, values(w.inputs), columns, out));
        }
    }
    if !linear.bias.is_empty() {
        for_each_tile(task, |columns, out| {
            for row in out.chunks_exact_mut(columns.len()) {
                add(row, &linear.bias[columns.clone()]);
            }
        });
    }
}

/// Calls `work` for every tile of a task and its part of the result.
fn for_each_tile(task: &mut GemmTask, work: impl Fn(Range<usize>, &mut [f32])) {
    let mut rest = &mut *task.out;
    for columns in runs(task.columns.clone(), TILE) {
        let out;
        (out, rest) = rest.split_at_mut(task.rows.len() * columns.len());
        work(columns, out);
    }
}

#[cfg(test)]
mod tests;
