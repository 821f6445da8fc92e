//! Grouped-query attention of a batch of sequences over the blocks of their KV caches (Ainslie et al., "GQA: Training
//! generalized multi-query transformer models from multi-head checkpoints", 2023).

use std::ops::Range;

use super::ExecContext;
use super::kv_cache::KvCache;
use crate::kernels::attention::SoftmaxState;

/// The maximum number of rows of one sequence in one task.
const QUERY_BLOCK: usize = 16;

/// The number of heads of an attention layer, and their size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionShape {
    /// Query heads, a multiple of `kv_heads`.
    pub heads: usize,
    /// Heads of keys and values; `heads / kv_heads` consecutive query heads share each.
    pub kv_heads: usize,
    /// Elements of one head's query, key or value.
    pub head_dim: usize,
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

/// A block of rows of one sequence, for one KV head.
struct Task<'a> {
    sequence: &'a AttentionSequence<'a>,
    kv_head: usize,
    rows: Range<usize>,
    /// `[rows, heads / kv_heads]`: one for each row and each query head that shares `kv_head`.
    states: Vec<SoftmaxState>,
}

/// The result of [`attend`]: the softmax states of all tasks, from which [`AttentionOutput::copy_row`] gathers a row.
pub struct AttentionOutput<'a> {
    /// `[row blocks, kv_heads]`
    tasks: Vec<Task<'a>>,
    /// `[rows]`: the index in `tasks` of KV head 0 of the row's block.
    first_tasks: Vec<usize>,
}

impl AttentionOutput<'_> {
    /// Writes the result of a row to `out`, `[heads, head_dim]`.
    pub fn copy_row(&self, row: usize, out: &mut [f32]) {
        let tasks = &self.tasks[self.first_tasks[row]..];
        let group = tasks[0].states.len() / tasks[0].rows.len();
        let start = (row - tasks[0].rows.start) * group;
        let head_dim = tasks[0].states[0].acc.len();
        let states = tasks.iter().flat_map(|task| &task.states[start..start + group]);
        for (to, state) in out.chunks_exact_mut(head_dim).zip(states) {
            for (to, a) in to.iter_mut().zip(&state.acc) {
                *to = a / state.sum;
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
    let group = shape.group();
    let mut output = AttentionOutput { tasks: Vec::new(), first_tasks: Vec::new() };
    for sequence in sequences {
        for start in sequence.rows.clone().step_by(QUERY_BLOCK) {
            let rows = start..(start + QUERY_BLOCK).min(sequence.rows.end);
            output.first_tasks.extend(rows.clone().map(|_| output.tasks.len()));
            for kv_head in 0..shape.kv_heads {
                let states = vec![SoftmaxState::empty(shape.head_dim); rows.len() * group];
                output.tasks.push(Task { sequence, kv_head, rows: rows.clone(), states });
            }
        }
    }
    exec.threads.for_each(&mut output.tasks, |task| {
        if exec.is_cancelled() {
            return;
        }
        let mut q = Vec::with_capacity(task.states.len() * shape.head_dim);
        for r in task.rows.clone() {
            let first = (r * shape.heads + task.kv_head * group) * shape.head_dim;
            q.extend_from_slice(&queries[first..first + group * shape.head_dim]);
        }
        let sequence = task.sequence;
        let first_position = sequence.position + task.rows.start - sequence.rows.start;
        let kv_lens: Vec<usize> = (0..task.states.len()).map(|n| first_position + n / group + 1).collect();
        let blocks: Vec<_> = sequence.cache.blocks(layer, task.kv_head).collect();
        exec.kernels.attend(&q, &blocks, &kv_lens, &mut task.states);
    });
    output
}
