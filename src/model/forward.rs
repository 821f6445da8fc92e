//! The decoder, once for prompts, single tokens and batches of both.

use std::iter::repeat;

use super::attention::{self, AttentionSequence};
use super::kv_cache::KvCache;
use super::linear::{self, Input};
use super::{Arithmetic, Model};
use crate::kernels::Kernels;
use crate::kernels::layout::{TILE, Tiles, runs};
use crate::kernels::scalar::{add, widen};
use crate::threads::Threads;
use crate::weights::Layer;

/// What one sequence brings to a forward pass: its next tokens, and its keys and values so far.
pub struct SequenceInput<'s> {
    pub tokens: &'s [u32],
    pub cache: &'s mut KvCache,
}

/// Buffers that a forward pass fills, kept from one to the next.
#[derive(Default)]
pub struct Workspace {
    /// The residual stream, `[rows, hidden_size]`; what is in `out` is still to be added.
    residual: Vec<f32>,
    input: Input,
    /// What the last layer of a feed-forward block reads. It is wider: one buffer for both would be cleared again and again.
    inner: Input,
    /// Rotated and scaled queries, `[rows, heads, head_dim]`.
    queries: Vec<f32>,
    /// cos and sin of every row's position, `[rows, 2, head_dim / 2]`.
    angles: Vec<f32>,
    q: Tiles,
    k: Tiles,
    v: Tiles,
    gate: Tiles,
    up: Tiles,
    out: Tiles,
    scratch: linear::Scratch,
}

impl Model {
    fn exec_context(&self) -> (Kernels, Arithmetic, &Threads) {
        (self.kernels, self.arithmetic, &self.threads)
    }

    /// Runs the next tokens of every sequence through all layers and appends to their caches. Returns the normed hidden
    /// states of all rows, `[rows, hidden_size]`, in the order of the batch.
    ///
    /// A row's result depends on its own sequence alone: not on what else is in the batch, and not on how a sequence was
    /// cut into passes.
    ///
    /// Every token id must be below the vocabulary size.
    pub fn forward<'w>(&self, batch: &mut [SequenceInput], workspace: &'w mut Workspace) -> &'w [f32] {
        self.threads.install(|| self.forward_inside(batch, workspace));
        &workspace.input.values
    }

    fn forward_inside(&self, batch: &mut [SequenceInput], workspace: &mut Workspace) {
        let c = &self.config;
        self.embed(batch, &mut workspace.residual);
        let positions = batch.iter().flat_map(|s| s.cache.len()..s.cache.len() + s.tokens.len());
        workspace.angles.clear();
        for position in positions {
            let half = c.head_dim / 2;
            let start = workspace.angles.len();
            workspace.angles.resize(start + 2 * half, 0.0);
            let (cos, sin) = workspace.angles[start..].split_at_mut(half);
            self.rope.angles(position, cos, sin);
        }
        for (l, layer) in self.weights.layers.iter().enumerate() {
            self.attention(l, layer, batch, workspace);
            self.mlp(layer, workspace);
        }
        for sequence in batch.iter_mut() {
            sequence.cache.advance(sequence.tokens.len());
        }
        let weight = (self.weights.final_norm.as_slice(), c.rms_norm_eps);
        norm(self.exec_context(), &mut workspace.residual, Some(&workspace.out), weight, &mut workspace.input);
    }

    /// Writes the embeddings of all tokens, `[rows, hidden_size]`.
    fn embed(&self, batch: &[SequenceInput], residual: &mut Vec<f32>) {
        let embedding = self.weights.embedding.view();
        let tokens = batch.iter().flat_map(|s| s.tokens);
        residual.resize(tokens.clone().count() * embedding.inputs, 0.0);
        for (token, to) in tokens.zip(residual.chunks_exact_mut(embedding.inputs)) {
            widen(embedding.row(*token as usize), embedding.kind, to);
        }
    }

    fn attention(&self, l: usize, layer: &Layer, batch: &mut [SequenceInput], workspace: &mut Workspace) {
        let c = &self.config;
        let head_dim = c.head_dim;
        let exec = (self.kernels, self.arithmetic.of_attention_input(), &self.threads);
        let added = if l == 0 { None } else { Some(&workspace.out) };
        norm(exec, &mut workspace.residual, added, (&layer.input_norm, c.rms_norm_eps), &mut workspace.input);
        let projections =
            &mut [(&layer.q, &mut workspace.q), (&layer.k, &mut workspace.k), (&layer.v, &mut workspace.v)];
        linear::run(exec, &workspace.input, projections, &mut workspace.scratch);
        self.apply_rope_and_store_kv(l, batch, workspace);

        let mut start = 0;
        let sequences: Vec<AttentionSequence> = batch
            .iter()
            .map(|sequence| {
                let rows = start..start + sequence.tokens.len();
                start = rows.end;
                AttentionSequence { rows, position: sequence.cache.len(), cache: &*sequence.cache }
            })
            .collect();
        let shape = (l, c.heads, c.kv_heads, head_dim);
        let output = attention::attend((self.kernels, &self.threads), &sequences, shape, &workspace.queries);
        let width = c.heads * head_dim;
        workspace.input.fill(self.exec_context(), [workspace.input.rows, width, width], repeat(()), |parts| {
            parts.iter_mut().for_each(|part| output.copy_row(part.row, part.out));
        });
        linear::run(
            self.exec_context(),
            &workspace.input,
            &mut [(&layer.o, &mut workspace.out)],
            &mut workspace.scratch,
        );
    }

    /// Writes rotated and scaled queries to `workspace.queries`, and rotated keys and values to the caches, block by block.
    fn apply_rope_and_store_kv(&self, l: usize, batch: &mut [SequenceInput], workspace: &mut Workspace) {
        let c = &self.config;
        let (head_dim, half) = (c.head_dim, c.head_dim / 2);
        let width = c.heads * head_dim;
        let scale = 1.0 / (head_dim as f32).sqrt();
        workspace.queries.resize(workspace.input.rows * width, 0.0);
        let (angles, q, k, v) = (&workspace.angles, &workspace.q, &workspace.k, &workspace.v);
        let mut rest = workspace.queries.as_mut_slice();
        let mut row = 0;
        let mut tasks = Vec::new();
        for sequence in batch.iter_mut() {
            let end = sequence.cache.len() + sequence.tokens.len();
            for writer in sequence.cache.block_writers(l, end) {
                let (first, rows) = (row, writer.positions.len());
                let queries;
                (queries, rest) = rest.split_at_mut(rows * width);
                tasks.push((first, writer, queries));
                row += rows;
            }
        }
        self.threads.for_each(&mut tasks, |(row, writer, queries)| {
            let mut key = vec![0.0; c.kv_heads * head_dim];
            let mut value = key.clone();
            let rows = (*row..).zip(writer.positions.clone()).zip(queries.chunks_exact_mut(width));
            for ((row, position), query) in rows {
                let (cos, sin) = angles[row * 2 * half..(row + 1) * 2 * half].split_at(half);
                q.copy_row(row, query);
                k.copy_row(row, &mut key);
                v.copy_row(row, &mut value);
                for head in query.chunks_exact_mut(head_dim).chain(key.chunks_exact_mut(head_dim)) {
                    self.kernels.rotate(head, cos, sin);
                }
                query.iter_mut().for_each(|q| *q *= scale);
                writer.write(position, &key, &value);
            }
        });
    }

    fn mlp(&self, layer: &Layer, workspace: &mut Workspace) {
        let c = &self.config;
        let weight = (layer.post_attention_norm.as_slice(), c.rms_norm_eps);
        norm(self.exec_context(), &mut workspace.residual, Some(&workspace.out), weight, &mut workspace.input);
        let rows = workspace.input.rows;
        linear::run(
            self.exec_context(),
            &workspace.input,
            &mut [(&layer.gate, &mut workspace.gate), (&layer.up, &mut workspace.up)],
            &mut workspace.scratch,
        );
        let shape = [rows, c.intermediate_size, linear::part_len(&self.threads, rows, c.intermediate_size)];
        workspace.inner.fill(self.exec_context(), shape, repeat(()), |parts| {
            let (mut gate, mut up) = ([0.0; TILE], [0.0; TILE]);
            // Tile by tile, in which the rows are neighbours: memory is slow where it is read in short pieces.
            let inputs = parts.first().map_or(0..0, |part| part.inputs.clone());
            for columns in runs(inputs, TILE) {
                let t = columns.start / TILE;
                for part in parts.iter_mut() {
                    let out = &mut part.out[columns.start - part.inputs.start..][..columns.len()];
                    let (gate, up) =
                        (workspace.gate.tile_row(t, part.row, &mut gate), workspace.up.tile_row(t, part.row, &mut up));
                    self.kernels.silu_mul(gate, up, out);
                }
            }
        });
        linear::run(
            self.exec_context(),
            &workspace.inner,
            &mut [(&layer.down, &mut workspace.out)],
            &mut workspace.scratch,
        );
    }
}

/// Adds a layer's result to the residual stream, if there is one yet, and norms every row of it into `input`.
fn norm(
    exec: (Kernels, Arithmetic, &Threads),
    residual: &mut [f32],
    added: Option<&Tiles>,
    (weight, eps): (&[f32], f32),
    input: &mut Input,
) {
    let (rows, width) = (residual.len() / weight.len(), weight.len());
    input.fill(exec, [rows, width, width], residual.chunks_exact_mut(width), |parts| {
        if let Some(added) = added {
            let mut sum = [0.0; TILE];
            for (t, columns) in runs(0..width, TILE).enumerate() {
                for part in parts.iter_mut() {
                    add(&mut part.from[columns.clone()], added.tile_row(t, part.row, &mut sum));
                }
            }
        }
        for part in parts.iter_mut() {
            exec.0.rms_norm(part.from, weight, eps, part.out);
        }
    });
}
