//! Grouped-query attention of a batch of sequences over their blocks.

use std::ops::Range;

use super::ExecContext;
use super::kv_cache::KvCache;
use crate::kernels::attention::SoftmaxState;

/// Rows of one sequence that one task attends for.
const QUERY_BLOCK: usize = 16;

/// The heads of an attention layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttentionShape {
    /// Query heads, a multiple of `kv_heads`.
    pub heads: usize,
    /// Heads of keys and values; each serves `heads / kv_heads` neighbouring query heads.
    pub kv_heads: usize,
    /// Numbers of one head's query, key or value.
    pub head_dim: usize,
}

impl AttentionShape {
    /// Query heads that share one KV head.
    pub fn group(self) -> usize {
        self.heads / self.kv_heads
    }

    /// Numbers of one row of queries or of results.
    pub fn width(self) -> usize {
        self.heads * self.head_dim
    }
}

/// One sequence of a batch: the rows it owns, and its keys and values.
pub struct AttentionSequence<'a> {
    /// Its rows in the batch.
    pub rows: Range<usize>,
    /// The position of its first row; the cache holds all positions up to its last row.
    pub position: usize,
    pub cache: &'a KvCache,
}

struct Task<'a> {
    sequence: &'a AttentionSequence<'a>,
    kv_head: usize,
    rows: Range<usize>,
    /// Queries of these rows and of the heads that share `kv_head`, `[rows, heads / kv_heads]`.
    states: Vec<SoftmaxState>,
}

/// What attention gives, as the tasks left it.
pub struct AttentionOutput<'a> {
    /// For each block of rows one of each KV head.
    tasks: Vec<Task<'a>>,
    /// For each row the first task of its block.
    first: Vec<usize>,
}

impl AttentionOutput<'_> {
    /// Writes the result of a row, `[heads, head_dim]`.
    pub fn copy_row(&self, row: usize, out: &mut [f32]) {
        let first = &self.tasks[self.first[row]];
        let group = first.states.len() / first.rows.len();
        let start = (row - first.rows.start) * group;
        let heads = self.tasks[self.first[row]..].iter().flat_map(|task| &task.states[start..start + group]);
        let head_dim = first.states[0].acc.len();
        for (to, state) in out.chunks_exact_mut(head_dim).zip(heads) {
            for (to, a) in to.iter_mut().zip(&state.acc) {
                *to = a / state.sum;
            }
        }
    }
}

/// Computes the attention of every row of a batch in one layer, each row over all positions up to its own. `queries` is
/// `[rows, heads, head_dim]`, scaled by 1 / sqrt(head_dim). The caches must already hold the keys and values of these rows.
pub fn attend<'a>(
    exec: ExecContext,
    layer: usize,
    shape: AttentionShape,
    sequences: &'a [AttentionSequence],
    queries: &[f32],
) -> AttentionOutput<'a> {
    let group = shape.group();
    let mut output = AttentionOutput { tasks: Vec::new(), first: Vec::new() };
    for sequence in sequences {
        for start in sequence.rows.clone().step_by(QUERY_BLOCK) {
            let rows = start..(start + QUERY_BLOCK).min(sequence.rows.end);
            output.first.extend(rows.clone().map(|_| output.tasks.len()));
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
        let before = sequence.position + task.rows.start - sequence.rows.start;
        let kv_lens: Vec<usize> = (0..task.states.len()).map(|n| before + n / group + 1).collect();
        let blocks: Vec<_> = sequence.cache.blocks(layer, task.kv_head).collect();
        exec.kernels.attend(&q, &blocks, &kv_lens, &mut task.states);
    });
    output
}
