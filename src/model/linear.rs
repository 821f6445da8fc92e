//! Linear layers: splits them into tasks and runs the tasks on the thread pool.
//!
//! A few rows of integer activations take the gemv path. It is limited by memory, so each thread reads long ranges of
//! whole weight rows: the work is split along the inputs first (always as [`split_k`]), and along the outputs only
//! where the shares of two threads meet. More rows take the gemm path. It is limited by arithmetic, so the work is
//! split into tiles of outputs and blocks of rows. How the work is split does not change the bits of the result.

use std::collections::VecDeque;
use std::iter::repeat;
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

/// A gemm task gets 1 / (threads * `TASKS_PER_THREAD`) of the tiles that remain (guided self-scheduling). Long tasks
/// come first, because the first weights of a task are not prefetched; short ones come last, so that all threads end at
/// about the same time.
const TASKS_PER_THREAD: usize = 2;
/// The minimum number of tiles of a gemm task.
const MIN_TASK_TILES: usize = 2;

/// The activations that linear layers read, as f32 and, in the integer arithmetics, quantized.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// One for each token of the pass.
    pub rows: usize,
    /// `[rows, inputs]`
    pub values: Vec<f32>,
    /// The codes of `values`; unspecified if the last [`Input::fill`] was in
    /// [`Arithmetic::F32`](super::Arithmetic::F32).
    pub quantized: QuantRows,
}

/// The shape of an [`Input`], and of the parts in which [`Input::fill`] computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputShape {
    /// One for each token of the pass.
    pub rows: usize,
    /// Elements of a row.
    pub inputs: usize,
    /// Elements of one part: `inputs`, or a smaller multiple of [`ACT_GROUP`] (the last part of a row may be shorter).
    pub part_len: usize,
}

impl InputShape {
    /// A shape whose parts are whole rows.
    pub fn whole_rows(rows: usize, inputs: usize) -> InputShape {
        InputShape { rows, inputs, part_len: inputs }
    }
}

/// A result, and the linear layers that it consists of.
pub struct Projection<'p> {
    /// The layers, all with the same number of outputs, and how many rows of the input each reads: the first ones, the next
    /// ones, and so on.
    pub layers: Vec<(&'p Linear, usize)>,
    /// [`run`] resizes it to `[rows, outputs]`.
    pub out: &'p mut Tiles,
}

impl<'p> Projection<'p> {
    /// One layer that reads all `rows` of the input.
    pub fn new(linear: &'p Linear, rows: usize, out: &'p mut Tiles) -> Projection<'p> {
        Projection { layers: vec![(linear, rows)], out }
    }
}

/// A linear layer, the rows of the input that it reads, and its result.
struct Job<'j> {
    linear: &'j Linear,
    rows: Range<usize>,
    /// `[rows, outputs]`, in the order of [`Tiles`].
    out: &'j mut [f32],
    /// The second split-K part; empty if no layer of the projection takes the gemv path.
    split_k_partial: &'j mut [f32],
}

/// A part of a row that [`Input::fill`] computes.
pub struct RowPart<'a, T> {
    /// The index of the row.
    pub row: usize,
    /// The range of the row that this part covers.
    pub inputs: Range<usize>,
    /// The item of the `from` argument of [`Input::fill`] for this part.
    pub from: T,
    /// `[inputs.len()]`: the elements to write; they hold old values.
    pub out: &'a mut [f32],
    quantized: Option<QuantRowMut<'a>>,
}

/// The maximum number of rows in one task of [`Input::fill`]. The rows are consecutive: their parts of a tile are
/// adjacent in memory.
const MAX_TASK_ROWS: usize = 8;

impl Input {
    /// Resizes the input to `shape`, calls `fill` to write its elements, and quantizes them if the arithmetic uses
    /// integers. `from` has one item for each part, row by row. Each call of `fill` gets one part or several
    /// consecutive whole rows; the calls run in parallel.
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
        let parts_per_task =
            if part_len == inputs { (rows / (4 * threads.count())).clamp(1, MAX_TASK_ROWS) } else { 1 };
        let mut tasks: Vec<_> = parts.chunks_mut(parts_per_task).collect();
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

impl Input {
    /// Makes copies of the rows `sources` of `from`: their codes if the arithmetic uses integers, and their f32 values if it
    /// does not or `with_values` is set. Otherwise, the values are unspecified.
    pub fn gather(&mut self, exec: ExecContext, from: &Input, sources: &[usize], with_values: bool) {
        let (rows, inputs) = (sources.len(), from.values.len() / from.rows.max(1));
        self.rows = rows;
        if with_values {
            self.values.resize(rows * inputs, 0.0);
            let mut tasks: Vec<_> =
                self.values.chunks_mut((MAX_TASK_ROWS * inputs).max(1)).zip(sources.chunks(MAX_TASK_ROWS)).collect();
            exec.threads.for_each(&mut tasks, |(out, sources)| {
                for (out, source) in out.chunks_exact_mut(inputs).zip(*sources) {
                    out.copy_from_slice(&from.values[source * inputs..(source + 1) * inputs]);
                }
            });
        }
        let Some(planes) = exec.arithmetic.planes() else { return };
        self.quantized.reset(rows, inputs, planes);
        let mut rows: Vec<_> = self.quantized.rows_mut().zip(sources).collect();
        let mut tasks: Vec<_> = rows.chunks_mut(MAX_TASK_ROWS).collect();
        exec.threads.for_each(&mut tasks, |rows| {
            rows.iter_mut().for_each(|(row, source)| row.copy_from(&from.quantized.row(**source)));
        });
    }
}

/// The minimum number of inputs of a part that is shorter than its row.
const MIN_PART_LEN: usize = 1024;

/// The [`InputShape::part_len`] for inputs whose elements are independent of each other: rows are split if there are
/// fewer rows than threads.
pub fn part_len(threads: &Threads, rows: usize, inputs: usize) -> usize {
    let parts = threads.count().div_ceil(rows.max(1));
    inputs.div_ceil(parts).next_multiple_of(TILE).max(MIN_PART_LEN).min(inputs)
}

/// Computes `y = W x + bias` for several layers. Every layer must have as many inputs as `input`. Neighbouring layers that
/// read their inputs in the same order share a parallel region.
pub fn run(exec: ExecContext, input: &Input, projections: &mut [Projection], scratch: &mut Scratch) {
    // Experts read only some of the rows.
    if let Some(observe) = exec.observe.filter(|_| projections.iter().all(|projection| projection.layers.len() == 1)) {
        let linears = projections.iter().flat_map(|projection| projection.layers.first()).map(|(linear, _)| *linear);
        observe(&linears.collect::<Vec<_>>(), &input.values);
    }
    let mut jobs = Vec::new();
    for Projection { layers, out } in projections {
        let outputs = layers.first().map_or(0, |(linear, _)| linear.outputs());
        out.reset_layers(layers.iter().map(|(_, rows)| *rows), outputs);
        if layers.iter().any(|(linear, rows)| is_gemv(exec, linear, *rows)) {
            out.add_split_k();
        }
        let (mut rest, mut rest_partial) = (out.data.as_mut_slice(), out.split_k_partial.as_mut_slice());
        let mut start = 0;
        for (linear, rows) in layers.iter() {
            let (out, split_k_partial);
            (out, rest) = rest.split_at_mut(rows * outputs);
            (split_k_partial, rest_partial) = rest_partial.split_at_mut((rows * outputs).min(rest_partial.len()));
            jobs.push(Job { linear, rows: start..start + rows, out, split_k_partial });
            start += rows;
        }
    }
    for jobs in jobs.chunk_by_mut(|a, b| a.linear.input_order() == b.linear.input_order()) {
        let Some(order) = jobs.first().and_then(|job| job.linear.input_order()) else {
            multiply(exec, input, jobs, &mut scratch.sums);
            continue;
        };
        let first = jobs.iter().map(|job| job.rows.start).min().unwrap_or(0);
        let end = jobs.iter().map(|job| job.rows.end).max().unwrap_or(0);
        permute(exec, input, first..end, order, &mut scratch.permuted);
        jobs.iter_mut().for_each(|job| job.rows = job.rows.start - first..job.rows.end - first);
        multiply(exec, &scratch.permuted, jobs, &mut scratch.sums);
    }
}

/// Writes element `order[i]` of some rows of `input` to element i of the rows of `out`.
fn permute(exec: ExecContext, input: &Input, rows: Range<usize>, order: &[u32], out: &mut Input) {
    let (count, inputs) = (rows.len(), order.len());
    let shape = InputShape { rows: count, inputs, part_len: part_len(exec.threads, count, inputs) };
    out.fill(exec, shape, repeat(()), |parts| {
        for part in parts {
            let row = rows.start + part.row;
            let row = &input.values[row * inputs..(row + 1) * inputs];
            part.out.iter_mut().zip(&order[part.inputs.clone()]).for_each(|(out, i)| *out = row[*i as usize]);
        }
    });
}

/// Whether a layer takes the gemv path for this number of rows.
fn is_gemv(exec: ExecContext, linear: &Linear, rows: usize) -> bool {
    let small_batch = (1..=exec.kernels.max_gemv_rows()).contains(&rows);
    // With several rows, a gemv task consists of whole tiles.
    let supported = |w: Awq4| rows == 1 || w.outputs.is_multiple_of(TILE);
    exec.arithmetic.planes().is_some() && small_batch && linear.awq().is_some_and(supported)
}

/// [`run`] for layers that read their inputs in the order of `input`: one parallel region for each path.
fn multiply(exec: ExecContext, input: &Input, jobs: &mut [Job], sums: &mut Aligned<i32>) {
    let (mut small, mut large): (Vec<&mut Job>, Vec<&mut Job>) =
        jobs.iter_mut().partition(|job| is_gemv(exec, job.linear, job.rows.len()));
    if !small.is_empty() {
        gemv(exec, input, &mut small, sums);
    }
    if !large.is_empty() {
        gemm(exec, input, &mut large);
    }
}

/// Scratch memory, reused by the next call of [`run`].
#[derive(Default)]
pub struct Scratch {
    /// The integer sums of both split-K parts of all layers and rows of a gemv: [`GemvTask::sums`].
    sums: Aligned<i32>,
    /// The input in the order of the layers that have an order of their own.
    permuted: Input,
}

/// [`run`] for a few rows of integer activations and 4-bit layers: tasks with work stealing.
fn gemv(exec: ExecContext, input: &Input, jobs: &mut [&mut Job], sums: &mut Aligned<i32>) {
    let ExecContext { kernels, threads, .. } = exec;
    let needed = 2 * jobs.iter().map(|job| job.out.len()).sum::<usize>();
    if sums.len() < needed {
        sums.reset(needed);
    }
    let mut sums = &mut sums[..];
    let weights = jobs.iter().map(|job| job.linear.inputs() * job.linear.outputs());
    let (total, parts) = (weights.sum(), threads.count());
    let mut partitioner = Partitioner { total, parts, done: 0, queues: Vec::with_capacity(parts) };
    for Job { linear, rows, out, split_k_partial } in jobs.iter_mut().map(|job| &mut **job) {
        let Some(w) = linear.awq() else { continue };
        for (inputs, out) in split_k(w.inputs).into_iter().zip([&mut **out, &mut **split_k_partial]) {
            let task_sums;
            (task_sums, sums) = sums.split_at_mut(out.len());
            if inputs.is_empty() {
                out.fill(0.0);
            } else {
                partitioner.push(GemvTask {
                    w,
                    inputs,
                    columns: 0..w.outputs,
                    first_row: rows.start,
                    rows: rows.len(),
                    sums: task_sums,
                    out,
                    first_segment: true,
                    prefetched: false,
                });
            }
        }
    }
    let x = &input.quantized;
    threads.for_each_stealing(partitioner.queues, |queue, steal_queue| run_queue(kernels, x, queue, steal_queue));
    for Job { linear, rows, out, split_k_partial } in
        jobs.iter_mut().filter(|job| !job.linear.bias.is_empty()).map(|job| &mut **job)
    {
        add(out, split_k_partial);
        for (tile, bias) in out.chunks_mut(rows.len() * TILE).zip(linear.bias.chunks(TILE)) {
            tile.chunks_exact_mut(bias.len()).for_each(|row| add(row, bias));
        }
        split_k_partial.fill(ADDITIVE_IDENTITY);
    }
}

/// The second split-K part of a result that is complete. Adding it changes no bit, not even the sign of a zero.
const ADDITIVE_IDENTITY: f32 = -0.0;

/// The tasks of one thread, in the order in which it runs them.
type TaskQueue<'a> = VecDeque<GemvTask<'a>>;

/// Distributes tasks over `parts` queues with about the same number of weights.
struct Partitioner<'a> {
    /// Weights of all tasks.
    total: usize,
    parts: usize,
    /// Weights of the tasks that are already in `queues`.
    done: usize,
    queues: Vec<TaskQueue<'a>>,
}

impl<'a> Partitioner<'a> {
    /// Appends a task to the queue that is being filled, and splits it by outputs if it continues in the next queues.
    fn push(&mut self, task: GemvTask<'a>) {
        let inputs = task.inputs.len();
        let mut rest = Some(task);
        while let Some(mut task) = rest.take() {
            let part = (self.done * self.parts / self.total.max(1)).min(self.parts - 1);
            if self.queues.len() <= part {
                self.queues.push(TaskQueue::new());
            }
            // The whole tiles that still fit in this part, at least one.
            let capacity = ((part + 1) * self.total / self.parts).saturating_sub(self.done);
            let tiles = (capacity as f64 / (inputs * TILE) as f64).round().max(1.0) as usize;
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

/// Bytes of weights that a thread multiplies between two checks for idle threads, rounded up to whole pairs of blocks.
const STEAL_CHECK_BYTES: usize = 16 << 10;
/// The minimum bytes of weights in a queue that is split for an idle thread.
const MIN_STEAL_BYTES: usize = 32 << 10;

/// Runs all tasks of a queue, except those that are donated to idle threads.
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

/// Splits off about half of the remaining bytes of a queue: its last task, or columns of it. Whole tasks are preferred,
/// because long reads are fast. Returns `None` if too little remains.
fn split_queue<'a>(queue: &mut TaskQueue<'a>) -> Option<TaskQueue<'a>> {
    let remaining: usize = queue.iter().map(GemvTask::bytes).sum();
    let last = queue.back_mut()?;
    let (bytes, columns) = (last.bytes(), last.columns.len());
    if remaining < MIN_STEAL_BYTES {
        return None;
    }
    if queue.len() > 1 && bytes <= remaining / 2 + remaining / 8 {
        return Some(queue.pop_back().into_iter().collect());
    }
    let kept = columns - (columns as f64 * (remaining / 2) as f64 / bytes as f64) as usize;
    let kept = kept.next_multiple_of(TILE);
    let last = queue.back_mut()?;
    (kept < columns).then(|| [last.split_off(kept)].into())
}

/// The unit of work of a gemm: consecutive tiles of a layer's outputs for a block of rows.
struct GemmTask<'a> {
    linear: &'a Linear,
    columns: Range<usize>,
    rows: Range<usize>,
    /// Tile by tile, `[rows, columns of the tile]`.
    out: &'a mut [f32],
}

/// [`run`] for many rows, `f32` and dense layers.
fn gemm(exec: ExecContext, input: &Input, jobs: &mut [&mut Job]) {
    let tiles = |job: &Job| job.linear.outputs().div_ceil(TILE) * job.rows.len().div_ceil(TILE_ROWS);
    let mut remaining: usize = jobs.iter().map(|job| tiles(job)).sum();
    let mut tasks = Vec::new();
    for Job { linear, rows, out, split_k_partial } in jobs.iter_mut().map(|job| &mut **job) {
        split_k_partial.fill(ADDITIVE_IDENTITY);
        let mut rest = &mut **out;
        for rows in runs(rows.clone(), TILE_ROWS) {
            let mut start = 0;
            while start < linear.outputs() {
                let tiles = (remaining / (exec.threads.count() * TASKS_PER_THREAD)).max(MIN_TASK_TILES);
                let columns = start..(start + tiles * TILE).min(linear.outputs());
                (start, remaining) = (columns.end, remaining - columns.len().div_ceil(TILE));
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

/// Computes one task of [`gemm`], including the bias.
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

/// Calls `work` with the columns and the result of every tile of a task.
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
