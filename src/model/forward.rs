//! The forward pass. Prompts, single tokens and batches use the same code; they differ only in rows per sequence.

use std::iter::repeat;
use std::sync::atomic::AtomicBool;

use super::attention::{self, AttentionSequence, AttentionShape};
use super::kv_cache::KvCache;
use super::linear::{self, Input, InputShape, Projection};
use super::{ExecContext, Model};
use crate::kernels::layout::{TILE, Tiles, runs};
use crate::kernels::scalar::{add, widen};
use crate::weights::Layer;

/// The input of a forward pass for one sequence.
pub struct SequenceInput<'s> {
    /// The ids of the tokens to run; each becomes one row of the pass.
    pub tokens: &'s [u32],
    /// The keys and values of all earlier tokens. The pass appends those of `tokens`.
    pub cache: &'s mut KvCache,
}

/// Scratch buffers of a forward pass. The next pass reuses their memory.
#[derive(Default)]
pub struct Workspace {
    /// The residual stream, `[rows, hidden_size]`. `sublayer_output` is not added yet.
    residual: Vec<f32>,
    /// The result of the last sublayer (attention or MLP), `[rows, hidden_size]`. [`add_then_norm`] adds it to
    /// `residual` when it computes the input of the next sublayer, which saves a pass over memory.
    sublayer_output: Tiles,
    /// The normed input of a sublayer, `[rows, hidden_size]`, then the input of attention's output projection, `[rows,
    /// heads * head_dim]`. After the last layer, the normed hidden states.
    input: Input,
    /// The input of the down projection, `[rows, intermediate_size]`. Sharing one buffer with `input`, which is
    /// narrower, would resize it twice per layer, and growing fills it with zeros.
    inner: Input,
    /// Queries after RoPE, multiplied by 1 / sqrt(head_dim), `[rows, heads, head_dim]`.
    queries: Vec<f32>,
    /// Cosines and sines of every row's RoPE angles, `[rows, 2, head_dim / 2]`.
    angles: Vec<f32>,
    q: Tiles,
    k: Tiles,
    v: Tiles,
    gate: Tiles,
    up: Tiles,
    scratch: linear::Scratch,
}

impl Workspace {
    /// The hidden states of the last pass after the final norm, `[rows, hidden_size]`.
    pub fn hidden(&self) -> &[f32] {
        &self.input.values
    }
}

/// The weight `[width]` and the epsilon of an RMS norm.
#[derive(Clone, Copy)]
struct RmsNorm<'w> {
    weight: &'w [f32],
    eps: f32,
}

impl Model {
    /// The context of a computation that cannot be cancelled.
    pub(super) fn exec_context(&self) -> ExecContext<'_> {
        ExecContext { kernels: self.kernels, arithmetic: self.arithmetic, threads: &self.threads, cancel: None }
    }

    /// Runs the tokens of every sequence through all layers and appends their keys and values to the caches. Returns
    /// the hidden states after the final norm, `[rows, hidden_size]`, in the order of the batch.
    ///
    /// The result of a row depends only on its own sequence. It does not depend on the rest of the batch, nor on how
    /// the sequence was split into passes.
    ///
    /// Every token id must be below the vocabulary size.
    pub fn forward<'w>(&self, batch: &mut [SequenceInput], workspace: &'w mut Workspace) -> &'w [f32] {
        self.threads.install(|| self.run_layers(self.exec_context(), batch, workspace));
        workspace.hidden()
    }

    /// [`Model::forward`], but cancellable: if another thread sets `cancel` before the last layer ends, the pass stops
    /// within a fraction of a layer and returns `None`. The lengths of the caches are then unchanged, so the pass can
    /// be repeated.
    pub fn forward_unless<'w>(
        &self,
        cancel: &AtomicBool,
        batch: &mut [SequenceInput],
        workspace: &'w mut Workspace,
    ) -> Option<&'w [f32]> {
        let exec = ExecContext { cancel: Some(cancel), ..self.exec_context() };
        let completed = self.threads.install(|| self.run_layers(exec, batch, workspace));
        completed.then_some(workspace.hidden())
    }

    /// Runs all layers and leaves the normed hidden states in `workspace.input`. Returns whether the pass completed
    /// (`false`: it was cancelled).
    fn run_layers(&self, exec: ExecContext, batch: &mut [SequenceInput], workspace: &mut Workspace) -> bool {
        let c = &self.config;
        self.embed(batch, &mut workspace.residual);
        self.compute_angles(batch, &mut workspace.angles);
        for (l, layer) in self.weights.layers.iter().enumerate() {
            self.attention(exec, l, batch, workspace);
            self.mlp(exec, layer, workspace);
            if exec.is_cancelled() {
                return false;
            }
        }
        for sequence in batch.iter_mut() {
            sequence.cache.advance(sequence.tokens.len());
        }
        let norm = RmsNorm { weight: &self.weights.final_norm, eps: c.rms_norm_eps };
        let Workspace { residual, sublayer_output, input, .. } = workspace;
        add_then_norm(exec, residual, Some(sublayer_output), norm, input);
        true
    }

    /// Writes the cosines and sines of every row's RoPE angles, `[rows, 2, head_dim / 2]`.
    fn compute_angles(&self, batch: &[SequenceInput], angles: &mut Vec<f32>) {
        let half = self.config.head_dim / 2;
        angles.clear();
        for position in batch.iter().flat_map(|s| s.cache.len()..s.cache.len() + s.tokens.len()) {
            let start = angles.len();
            angles.resize(start + 2 * half, 0.0);
            let (cos, sin) = angles[start..].split_at_mut(half);
            self.rope.angles(position, cos, sin);
        }
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

    /// The attention sublayer of layer `l`: residual addition, norm, q, k, v projections, RoPE, attention and output
    /// projection. The result is in `workspace.sublayer_output`.
    fn attention(&self, exec: ExecContext, l: usize, batch: &mut [SequenceInput], workspace: &mut Workspace) {
        let (c, layer) = (&self.config, &self.weights.layers[l]);
        let exec_qkv = exec.with_arithmetic(self.arithmetic.for_qkv_input());
        // Before the first layer, there is nothing to add to the embeddings.
        let previous = (l > 0).then_some(&workspace.sublayer_output);
        let norm = RmsNorm { weight: &layer.input_norm, eps: c.rms_norm_eps };
        add_then_norm(exec_qkv, &mut workspace.residual, previous, norm, &mut workspace.input);
        let projections = &mut [
            Projection { linear: &layer.q, out: &mut workspace.q },
            Projection { linear: &layer.k, out: &mut workspace.k },
            Projection { linear: &layer.v, out: &mut workspace.v },
        ];
        linear::run(exec_qkv, &workspace.input, projections, &mut workspace.scratch);
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
        let shape = AttentionShape { heads: c.heads, kv_heads: c.kv_heads, head_dim: c.head_dim, window: None };
        let output = attention::attend(exec, l, shape, &sequences, &workspace.queries);
        let input_shape = InputShape::whole_rows(workspace.input.rows, shape.width());
        workspace.input.fill(exec, input_shape, repeat(()), |parts| {
            parts.iter_mut().for_each(|part| output.copy_row(part.row, part.out));
        });
        let projections = &mut [Projection { linear: &layer.o, out: &mut workspace.sublayer_output }];
        linear::run(exec, &workspace.input, projections, &mut workspace.scratch);
    }

    /// Applies RoPE to queries and keys. Writes the queries, multiplied by 1 / sqrt(head_dim), to `workspace.queries`,
    /// and the keys and values to the caches. Each task writes one KV block.
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

    /// The MLP sublayer, SwiGLU: `down(silu(gate(x)) * up(x))` of the normed residual stream `x` (Shazeer, "GLU
    /// variants improve transformer", 2020). The result is in `workspace.sublayer_output`.
    fn mlp(&self, exec: ExecContext, layer: &Layer, workspace: &mut Workspace) {
        let c = &self.config;
        let norm = RmsNorm { weight: &layer.post_attention_norm, eps: c.rms_norm_eps };
        let Workspace { residual, sublayer_output, input, inner, gate, up, scratch, .. } = workspace;
        add_then_norm(exec, residual, Some(sublayer_output), norm, input);
        let projections =
            &mut [Projection { linear: &layer.gate, out: gate }, Projection { linear: &layer.up, out: up }];
        linear::run(exec, input, projections, scratch);
        let (rows, inputs) = (input.rows, c.intermediate_size);
        let shape = InputShape { rows, inputs, part_len: linear::part_len(exec.threads, rows, inputs) };
        inner.fill(exec, shape, repeat(()), |parts| {
            let (mut gate_row, mut up_row) = ([0.0; TILE], [0.0; TILE]);
            // Tile by tile, because the rows of a tile are adjacent in memory, and short reads are slow.
            let inputs = parts.first().map_or(0..0, |part| part.inputs.clone());
            for columns in runs(inputs, TILE) {
                let t = columns.start / TILE;
                for part in parts.iter_mut() {
                    let out = &mut part.out[columns.start - part.inputs.start..][..columns.len()];
                    let gate = gate.tile_row(t, part.row, &mut gate_row);
                    let up = up.tile_row(t, part.row, &mut up_row);
                    exec.kernels.silu_mul(gate, up, out);
                }
            }
        });
        linear::run(exec, inner, &mut [Projection { linear: &layer.down, out: sublayer_output }], scratch);
    }
}

/// Adds `sublayer_output`, if given, to `residual`, `[rows, width]`, then writes the RMS norm of every row to `input`.
fn add_then_norm(
    exec: ExecContext,
    residual: &mut [f32],
    sublayer_output: Option<&Tiles>,
    norm: RmsNorm,
    input: &mut Input,
) {
    let RmsNorm { weight, eps } = norm;
    let width = weight.len();
    let shape = InputShape::whole_rows(residual.len() / width, width);
    input.fill(exec, shape, residual.chunks_exact_mut(width), |parts| {
        if let Some(added) = sublayer_output {
            let mut sum = [0.0; TILE];
            for (t, columns) in runs(0..width, TILE).enumerate() {
                for part in parts.iter_mut() {
                    add(&mut part.from[columns.clone()], added.tile_row(t, part.row, &mut sum));
                }
            }
        }
        for part in parts.iter_mut() {
            exec.kernels.rms_norm(part.from, weight, eps, part.out);
        }
    });
}
