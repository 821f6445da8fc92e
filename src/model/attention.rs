//! Grouped-query attention of a batch of sequences over the blocks of their KV caches (Ainslie et al., "GQA: Training
//! generalized multi-query transformer models from multi-head checkpoints", 2023).

use std::ops::Range;

use super::ExecContext;
use super::kv_cache::KvCache;
use crate::kernels::Kernels;
use crate::kernels::attention::{KV_BLOCK, SoftmaxState, SoftmaxStates};
use crate::kernels::layout::runs;

/// The maximum number of rows of one sequence in one task.
const QUERY_BLOCK: usize = 16;

/// KV blocks of a segment. A sequence is cut into segments from its first position on. Each segment has a softmax of its
/// own, and the segments are merged in order, so that several threads can compute them. The cuts decide the bits of the
/// result: they depend on positions alone.
const SEGMENT_BLOCKS: usize = 16;
/// Positions of a segment.
const SEGMENT: usize = SEGMENT_BLOCKS * KV_BLOCK;

/// Blocks of at most this number of rows are divided into tasks by segment: single tokens and drafts, which have few tasks
/// otherwise. The states of all segments are then kept until they are merged, which prompts would need much memory for.
const MAX_SPLIT_ROWS: usize = 8;

/// Tasks for each thread that the segments of such blocks are divided into. More of them share the work more evenly, but
/// the first keys and values of a task are not prefetched.
const TASKS_PER_THREAD: usize = 4;

/// The number of heads of an attention layer, and their size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionShape {
    /// Query heads, a multiple of `kv_heads`.
    pub heads: usize,
    /// Heads of keys and values; `heads / kv_heads` consecutive query heads share each.
    pub kv_heads: usize,
    /// Elements of one head's query, key or value.
    pub head_dim: usize,
    /// A row attends to this number of positions at most, its own included; `None`: to all positions up to its own.
    pub window: Option<usize>,
}

/// The first position that the row at `position` attends to.
fn window_start(position: usize, window: Option<usize>) -> usize {
    window.map_or(0, |window| (position + 1).saturating_sub(window))
}

impl AttentionShape {
    /// The number of query heads that share one KV head.
    pub fn group(self) -> usize {
        self.heads / self.kv_heads
    }

    /// Elements of one row of queries or of results: `heads * head_dim`.
    pub fn width(self) -> usize {
        self.heads * self.head_dim
    }
}

/// One sequence of a batch: its rows, and its keys and values.
pub struct AttentionSequence<'a> {
    /// The rows of the batch that belong to it.
    pub rows: Range<usize>,
    /// The position of its first row in the sequence.
    pub position: usize,
    /// Keys and values of all positions up to the last row's.
    pub cache: &'a KvCache,
}

impl AttentionSequence<'_> {
    /// Its rows in blocks of [`QUERY_BLOCK`].
    fn row_blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        runs(self.rows.clone(), QUERY_BLOCK)
    }

    /// The position of row `row` of the batch in the sequence.
    fn position_of(&self, row: usize) -> usize {
        self.position + row - self.rows.start
    }
}

/// A block of rows of one sequence and some of its segments, for one KV head.
struct Task<'a> {
    sequence: &'a AttentionSequence<'a>,
    kv_head: usize,
    rows: Range<usize>,
    segments: Range<usize>,
    /// The state after each segment alone, or after all of them; `[rows, heads / kv_heads]`: one for each row and each query
    /// head that shares `kv_head`.
    states: Vec<SoftmaxStates>,
}

/// The tasks of a block of rows.
#[derive(Clone, Copy)]
struct RowBlock {
    first_task: usize,
    tasks_per_kv_head: usize,
    first_row: usize,
}

/// The result of [`attend`]: the softmax states of all tasks, from which [`AttentionOutput::copy_row`] gathers a row.
pub struct AttentionOutput<'a> {
    kernels: Kernels,
    shape: AttentionShape,
    /// `[row blocks, kv_heads, tasks_per_kv_head]`
    tasks: Vec<Task<'a>>,
    /// `[rows]`
    row_blocks: Vec<RowBlock>,
}

impl AttentionOutput<'_> {
    /// Writes the result of a row to `out`, `[heads, head_dim]`.
    pub fn copy_row(&self, row: usize, out: &mut [f32]) {
        let (group, head_dim) = (self.shape.group(), self.shape.head_dim);
        let RowBlock { first_task, tasks_per_kv_head, first_row } = self.row_blocks[row];
        let queries = (row - first_row) * group..(row - first_row + 1) * group;
        let tasks = self.tasks[first_task..].chunks(tasks_per_kv_head);
        let mut merged = SoftmaxStates::empty(group, head_dim);
        for (out, tasks) in out.chunks_exact_mut(group * head_dim).zip(tasks) {
            // The first segment with positions of the row is copied: a window can begin in a later segment than that of
            // an earlier row.
            let mut states = tasks.iter().flat_map(|task| &task.states).skip_while(|s| s.sum[queries.start] == 0.0);
            if let Some(states) = states.next() {
                merged.max.copy_from_slice(&states.max[queries.clone()]);
                merged.sum.copy_from_slice(&states.sum[queries.clone()]);
                merged.acc.copy_from_slice(&states.acc[queries.start * head_dim..queries.end * head_dim]);
            }
            for states in states {
                self.kernels.merge_states(&mut merged, 0, states, queries.clone());
            }
            for (n, to) in out.chunks_exact_mut(head_dim).enumerate() {
                let SoftmaxState { sum, acc, .. } = merged.get(n);
                to.iter_mut().zip(acc).for_each(|(to, a)| *to = a / sum);
            }
        }
    }
}

/// Computes the causal attention of every row of a batch in one layer: each row attends to all positions up to its own.
/// `queries` is `[rows, heads, head_dim]`, multiplied by 1 / sqrt(head_dim). The caches must already hold the keys and
/// values of these rows. If `exec` is cancelled, the result is incomplete.
pub fn attend<'a>(
    exec: ExecContext,
    layer: usize,
    shape: AttentionShape,
    sequences: &'a [AttentionSequence],
    queries: &[f32],
) -> AttentionOutput<'a> {
    let mut output = AttentionOutput { kernels: exec.kernels, shape, tasks: Vec::new(), row_blocks: Vec::new() };
    let row_blocks = || sequences.iter().flat_map(|s| s.row_blocks().map(move |rows| (s, rows)));
    let segments_of = |sequence: &AttentionSequence, rows: &Range<usize>| {
        let position = sequence.position_of(rows.start);
        window_start(position, shape.window) / SEGMENT..(position + rows.len()).div_ceil(SEGMENT)
    };
    let split = row_blocks().filter(|(_, rows)| rows.len() <= MAX_SPLIT_ROWS);
    let split: usize = split.map(|(sequence, rows)| segments_of(sequence, &rows).len()).sum();
    let per_task = (split * shape.kv_heads / (TASKS_PER_THREAD * exec.threads.count())).max(1);
    for (sequence, rows) in row_blocks() {
        let segments = segments_of(sequence, &rows);
        let is_split = rows.len() <= MAX_SPLIT_ROWS;
        let per_task = if is_split { per_task } else { segments.len() };
        let tasks_per_kv_head = segments.len().div_ceil(per_task);
        let block = RowBlock { first_task: output.tasks.len(), tasks_per_kv_head, first_row: rows.start };
        output.row_blocks.extend(rows.clone().map(|_| block));
        for kv_head in 0..shape.kv_heads {
            for segments in runs(segments.clone(), per_task) {
                let empty = || SoftmaxStates::empty(rows.len() * shape.group(), shape.head_dim);
                let states = (0..if is_split { segments.len() } else { 1 }).map(|_| empty()).collect();
                output.tasks.push(Task { sequence, kv_head, rows: rows.clone(), segments, states });
            }
        }
    }
    exec.threads.for_each(&mut output.tasks, |task| {
        if !exec.is_cancelled() {
            task.run(exec, layer, shape, queries);
        }
    });
    output
}

impl Task<'_> {
    fn run(&mut self, exec: ExecContext, layer: usize, shape: AttentionShape, queries: &[f32]) {
        let window = shape.window;
        let (group, head_dim) = (shape.group(), shape.head_dim);
        let count = self.rows.len() * group;
        let mut q = Vec::with_capacity(count * head_dim);
        for r in self.rows.clone() {
            let first = (r * shape.heads + self.kv_head * group) * head_dim;
            q.extend_from_slice(&queries[first..first + group * head_dim]);
        }
        let first_position = self.sequence.position_of(self.rows.start);
        let mut later = SoftmaxStates::empty(0, head_dim);
        for (n, segment) in self.segments.clone().enumerate() {
            let first_block = (segment * SEGMENT_BLOCKS).max(window_start(first_position, window) / KV_BLOCK);
            let end = (segment + 1) * SEGMENT_BLOCKS;
            let within = |position: usize| position.min(end * KV_BLOCK).saturating_sub(first_block * KV_BLOCK);
            let kv_range = |n: usize| {
                let position = first_position + n / group;
                within(window_start(position, window))..within(position + 1)
            };
            let kv_ranges: Vec<Range<usize>> = (0..count).map(kv_range).collect();
            // The first block of the next segment is not attended to, but prefetched.
            let blocks = first_block..end + usize::from(segment + 1 < self.segments.end);
            let blocks: Vec<_> = self.sequence.cache.some_blocks(layer, self.kv_head, blocks).collect();
            if let Some(states) = self.states.get_mut(n) {
                exec.kernels.attend(&q, &blocks, &kv_ranges, states);
            } else {
                later.reset(count, head_dim);
                exec.kernels.attend(&q, &blocks, &kv_ranges, &mut later);
                exec.kernels.merge_states(&mut self.states[0], 0, &later, 0..count);
            }
        }
    }
}
