//! Grouped-query attention of a batch of sequences over their pages.

use std::ops::Range;

use super::cache::Cache;
use crate::kernels::Kernels;
use crate::kernels::attention::Partial;
use crate::threads::Threads;

/// Rows of one sequence that one task attends for.
const ROW_BLOCK: usize = 16;

/// One sequence of a batch: which rows it owns and what it has seen.
pub struct Sequence<'a> {
    /// Its rows in the batch.
    pub rows: Range<usize>,
    /// The position of its first row; the cache holds all positions up to its last row.
    pub position: usize,
    pub cache: &'a Cache,
}

struct Task<'a> {
    sequence: &'a Sequence<'a>,
    kv_head: usize,
    rows: Range<usize>,
    /// Queries of these rows and of the heads that share `kv_head`, `[rows, heads / kv_heads]`.
    partials: Vec<Partial>,
}

/// Attends every row of a batch in one layer, each to all positions up to its own.
///
/// `queries` is `[rows, heads, head_dim]`, scaled by 1 / sqrt(head_dim); so is the result, which `store` gets head by head
/// as `(row, head, values)`.
pub fn attend(
    (kernels, threads): (Kernels, &Threads),
    sequences: &[Sequence],
    (layer, heads, kv_heads, head_dim): (usize, usize, usize, usize),
    queries: &[f32],
    mut store: impl FnMut(usize, usize, &[f32]),
) {
    let group = heads / kv_heads;
    let mut tasks = Vec::new();
    for sequence in sequences {
        for start in sequence.rows.clone().step_by(ROW_BLOCK) {
            let rows = start..(start + ROW_BLOCK).min(sequence.rows.end);
            for kv_head in 0..kv_heads {
                let partials = vec![Partial::empty(head_dim); rows.len() * group];
                tasks.push(Task { sequence, kv_head, rows: rows.clone(), partials });
            }
        }
    }
    threads.each(&mut tasks, |task| {
        let mut q = Vec::with_capacity(task.partials.len() * head_dim);
        for r in task.rows.clone() {
            let first = (r * heads + task.kv_head * group) * head_dim;
            q.extend_from_slice(&queries[first..first + group * head_dim]);
        }
        let sequence = task.sequence;
        let before = sequence.position + task.rows.start - sequence.rows.start;
        let seen: Vec<usize> = (0..task.partials.len()).map(|n| before + n / group + 1).collect();
        let pages: Vec<_> = sequence.cache.pages(layer, task.kv_head).collect();
        kernels.attend(&q, &pages, &seen, &mut task.partials);
        for partial in &mut task.partials {
            let sum = partial.sum;
            partial.acc.iter_mut().for_each(|a| *a /= sum);
        }
    });
    for task in &tasks {
        for (n, partial) in task.partials.iter().enumerate() {
            store(task.rows.start + n / group, task.kv_head * group + n % group, &partial.acc);
        }
    }
}
