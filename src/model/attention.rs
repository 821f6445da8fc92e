//! Grouped-query attention of a batch of sequences over their blocks.

use std::ops::Range;

use super::kv_cache::KvCache;
use crate::kernels::Kernels;
use crate::kernels::attention::SoftmaxState;
use crate::threads::Threads;

/// Rows of one sequence that one task attends for.
const QUERY_BLOCK: usize = 16;

/// One sequence of a batch: which rows it owns and what it has seen.
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

/// Attends every row of a batch in one layer, each to all positions up to its own. `queries` is `[rows, heads, head_dim]`,
/// scaled by 1 / sqrt(head_dim).
pub fn attend<'a>(
    (kernels, threads): (Kernels, &Threads),
    sequences: &'a [AttentionSequence],
    (layer, heads, kv_heads, head_dim): (usize, usize, usize, usize),
    queries: &[f32],
) -> AttentionOutput<'a> {
    let group = heads / kv_heads;
    let mut output = AttentionOutput { tasks: Vec::new(), first: Vec::new() };
    for sequence in sequences {
        for start in sequence.rows.clone().step_by(QUERY_BLOCK) {
            let rows = start..(start + QUERY_BLOCK).min(sequence.rows.end);
            output.first.extend(rows.clone().map(|_| output.tasks.len()));
            for kv_head in 0..kv_heads {
                let states = vec![SoftmaxState::empty(head_dim); rows.len() * group];
                output.tasks.push(Task { sequence, kv_head, rows: rows.clone(), states });
            }
        }
    }
    threads.for_each(&mut output.tasks, |task| {
        let mut q = Vec::with_capacity(task.states.len() * head_dim);
        for r in task.rows.clone() {
            let first = (r * heads + task.kv_head * group) * head_dim;
            q.extend_from_slice(&queries[first..first + group * head_dim]);
        }
        let sequence = task.sequence;
        let before = sequence.position + task.rows.start - sequence.rows.start;
        let kv_lens: Vec<usize> = (0..task.states.len()).map(|n| before + n / group + 1).collect();
        let blocks: Vec<_> = sequence.cache.blocks(layer, task.kv_head).collect();
        kernels.attend(&q, &blocks, &kv_lens, &mut task.states);
    });
    output
}
