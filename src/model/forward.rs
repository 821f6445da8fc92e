//! The forward pass. Prompts, single tokens and batches use the same code; they differ only in rows per sequence.

use std::iter::repeat;
use std::sync::atomic::AtomicBool;

use super::attention::{self, AttentionSequence, AttentionShape};
use super::experts::ExpertsWorkspace;
use super::kv_cache::KvCache;
use super::linear::{self, Input, InputShape, Projection};
use super::rope::Rope;
use super::{ExecContext, Model, Observe};
use crate::checkpoint::config::{Activation, LayerRope};
use crate::kernels::Kernels;
use crate::kernels::layout::{TILE, Tiles, runs};
use crate::kernels::scalar::{add, widen};
use crate::weights::{FeedForward, Layer, Mlp};

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
    /// Queries after RoPE, multiplied by the attention scale, `[rows, heads, head_dim]`.
    queries: Vec<f32>,
    /// Cosines and sines of every row's RoPE angles, `[rows, 2, rotary_dim / 2]`: those of the global RoPE and those of the
    /// local one.
    angles: [Vec<f32>; 2],
    /// The results of [`Layer::qkv`].
    qkv: [Tiles; 3],
    /// The results of [`Mlp::gate_up`].
    gate_up: [Tiles; 2],
    experts: ExpertsWorkspace,
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

/// What a sublayer adds to the residual stream: `scale * norm(output)`.
#[derive(Clone, Copy)]
struct Addend<'w> {
    output: &'w Tiles,
    /// Without weights, there is no norm.
    norm: RmsNorm<'w>,
    scale: f32,
}

impl Model {
    /// The context of a computation that cannot be cancelled.
    pub(super) fn exec_context(&self) -> ExecContext<'_> {
        let (kernels, arithmetic) = (self.kernels, self.arithmetic);
        ExecContext { kernels, arithmetic, threads: &self.threads, cancel: None, observe: None }
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

    /// [`Model::forward`], which calls `observe` with the inputs of the linear layers before these are computed.
    pub fn forward_observed<'w>(
        &self,
        observe: Observe,
        batch: &mut [SequenceInput],
        workspace: &'w mut Workspace,
    ) -> &'w [f32] {
        let exec = ExecContext { observe: Some(observe), ..self.exec_context() };
        self.threads.install(|| self.run_layers(exec, batch, workspace));
        workspace.hidden()
    }

    /// Runs all layers and leaves the normed hidden states in `workspace.input`. Returns whether the pass completed
    /// (`false`: it was cancelled).
    fn run_layers(&self, exec: ExecContext, batch: &mut [SequenceInput], workspace: &mut Workspace) -> bool {
        self.embed(batch, &mut workspace.residual);
        self.compute_angles(batch, &mut workspace.angles);
        for (l, layer) in self.weights.layers.iter().enumerate() {
            self.attention(exec, l, batch, workspace);
            self.feed_forward(exec, layer, workspace);
            if exec.is_cancelled() {
                return false;
            }
        }
        for sequence in batch.iter_mut() {
            sequence.cache.advance(sequence.tokens.len());
        }
        let Workspace { residual, sublayer_output, input, .. } = workspace;
        let last = self.weights.layers.last().map(|layer| self.addend(sublayer_output, &layer.mlp_output_norm));
        add_then_norm(exec, residual, last, self.norm(&self.weights.final_norm), input);
        true
    }

    fn norm<'w>(&self, weight: &'w [f32]) -> RmsNorm<'w> {
        RmsNorm { weight, eps: self.config.rms_norm_eps }
    }

    /// What a sublayer with this output norm, which may be empty, adds to the residual stream.
    fn addend<'w>(&self, output: &'w Tiles, norm: &'w [f32]) -> Addend<'w> {
        Addend { output, norm: self.norm(norm), scale: self.config.residual_scale }
    }

    /// Writes the cosines and sines of every row's RoPE angles, `[rows, 2, rotary_dim / 2]`, for each RoPE.
    fn compute_angles(&self, batch: &[SequenceInput], angles: &mut [Vec<f32>; 2]) {
        for (rope, angles) in [Some(&self.rope), self.local_rope.as_ref()].into_iter().flatten().zip(angles) {
            let half = rope.frequencies().len();
            angles.clear();
            for position in batch.iter().flat_map(|s| s.cache.len()..s.cache.len() + s.tokens.len()) {
                let start = angles.len();
                angles.resize(start + 2 * half, 0.0);
                let (cos, sin) = angles[start..].split_at_mut(half);
                rope.angles(position, cos, sin);
            }
        }
    }

    /// The angles that [`Model::compute_angles`] wrote for a layer, and how many pairs of a head are rotated.
    fn angles_of<'a>(&self, l: usize, [global, local]: &'a [Vec<f32>; 2]) -> (&'a [f32], usize) {
        let pairs = |rope: &Rope| rope.frequencies().len();
        match self.config.layer_attention[l].rope {
            LayerRope::Global => (global, pairs(&self.rope)),
            LayerRope::Local => (local, self.local_rope.as_ref().map_or(0, pairs)),
            LayerRope::None => (&[], 0),
        }
    }

    /// Writes the scaled embeddings of all tokens, `[rows, hidden_size]`.
    fn embed(&self, batch: &[SequenceInput], residual: &mut Vec<f32>) {
        let embedding = self.weights.embedding.view();
        let tokens = batch.iter().flat_map(|s| s.tokens);
        residual.resize(tokens.clone().count() * embedding.inputs, 0.0);
        for (token, to) in tokens.zip(residual.chunks_exact_mut(embedding.inputs)) {
            widen(embedding.row(*token as usize), embedding.kind, to);
            if self.config.embedding_scale != 1.0 {
                to.iter_mut().for_each(|x| *x *= self.config.embedding_scale);
            }
        }
    }

    /// The attention sublayer of layer `l`: residual addition, norm, q, k, v projections, RoPE, attention and output
    /// projection. The result is in `workspace.sublayer_output`.
    fn attention(&self, exec: ExecContext, l: usize, batch: &mut [SequenceInput], workspace: &mut Workspace) {
        let (c, layer) = (&self.config, &self.weights.layers[l]);
        let exec_qkv = exec.with_arithmetic(self.arithmetic.for_qkv_input());
        // Before the first layer, there is nothing to add to the embeddings.
        let previous = l.checked_sub(1).map(|l| &self.weights.layers[l].mlp_output_norm);
        let previous = previous.map(|norm| self.addend(&workspace.sublayer_output, norm));
        let norm = self.norm(&layer.attention_norm);
        add_then_norm(exec_qkv, &mut workspace.residual, previous, norm, &mut workspace.input);
        let rows = workspace.input.rows;
        let qkv = layer.qkv.iter().zip(&mut workspace.qkv).map(|(linear, out)| Projection::new(linear, rows, out));
        linear::run(exec_qkv, &workspace.input, &mut qkv.collect::<Vec<_>>(), &mut workspace.scratch);
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
        let window = c.layer_attention[l].window;
        let shape = AttentionShape { heads: c.heads, kv_heads: c.kv_heads, head_dim: c.head_dim, window };
        let output = attention::attend(exec, l, shape, &sequences, &workspace.queries);
        let input_shape = InputShape::whole_rows(workspace.input.rows, shape.width());
        workspace.input.fill(exec, input_shape, repeat(()), |parts| {
            parts.iter_mut().for_each(|part| output.copy_row(part.row, part.out));
        });
        let projection = Projection::new(&layer.o, rows, &mut workspace.sublayer_output);
        linear::run(exec, &workspace.input, &mut [projection], &mut workspace.scratch);
    }

    /// Applies the norms of heads and RoPE to queries and keys. Writes the queries, multiplied by the attention scale, to
    /// `workspace.queries`, and the keys and values to the caches. Each task writes one KV block.
    fn apply_rope_and_store_kv(&self, l: usize, batch: &mut [SequenceInput], workspace: &mut Workspace) {
        let (c, layer) = (&self.config, &self.weights.layers[l]);
        let head_dim = c.head_dim;
        let (width, kv_width) = (c.heads * head_dim, c.kv_heads * head_dim);
        workspace.queries.resize(workspace.input.rows * width, 0.0);
        let (angles, half) = self.angles_of(l, &workspace.angles);
        let [q, k, v] = [0, width, width + kv_width].map(|column| find_column(&workspace.qkv, column));
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
            let mut key = vec![0.0; kv_width];
            let (mut value, mut normed) = (key.clone(), vec![0.0; head_dim]);
            let rows = (*row..).zip(writer.positions.clone()).zip(queries.chunks_exact_mut(width));
            for ((row, position), query) in rows {
                let (cos, sin) = angles[row * 2 * half..(row + 1) * 2 * half].split_at(half);
                q.0.copy_columns(row, q.1, query);
                k.0.copy_columns(row, k.1, &mut key);
                v.0.copy_columns(row, v.1, &mut value);
                let query_heads = query.chunks_exact_mut(head_dim).zip(repeat(&layer.q_norm));
                for (head, norm) in query_heads.chain(key.chunks_exact_mut(head_dim).zip(repeat(&layer.k_norm))) {
                    if !norm.is_empty() {
                        self.kernels.rms_norm(head, norm, c.rms_norm_eps, &mut normed);
                        head.copy_from_slice(&normed);
                    }
                    self.kernels.rotate(&mut head[..2 * half], cos, sin);
                }
                query.iter_mut().for_each(|q| *q *= c.attention_scale);
                writer.write(position, &key, &value);
            }
        });
    }

    /// The feed-forward sublayer. The result is in `workspace.sublayer_output`.
    fn feed_forward(&self, exec: ExecContext, layer: &Layer, workspace: &mut Workspace) {
        let Workspace { residual, sublayer_output, input, inner, gate_up, experts, scratch, .. } = workspace;
        let addend = self.addend(sublayer_output, &layer.attention_output_norm);
        add_then_norm(exec, residual, Some(addend), self.norm(&layer.mlp_norm), input);
        let buffers = MlpBuffers { gate_up, inner, scratch };
        match &layer.mlp {
            FeedForward::Dense(mlp) => self.gated(exec, &[(mlp, input.rows)], input, buffers, sublayer_output),
            FeedForward::Experts(mixture) => self.experts(exec, mixture, input, experts, buffers, sublayer_output),
        }
    }

    /// Gated linear units: `down(activation(gate(x)) * up(x))` of the rows `x` (Shazeer, "GLU variants improve transformer",
    /// 2020). `mlps`: one or several, and how many rows of the input each reads: the first ones, the next ones, and so on.
    pub(super) fn gated(
        &self,
        exec: ExecContext,
        mlps: &[(&Mlp, usize)],
        input: &Input,
        buffers: MlpBuffers,
        out: &mut Tiles,
    ) {
        let MlpBuffers { gate_up, inner, scratch } = buffers;
        let count = mlps.iter().map(|(mlp, _)| mlp.gate_up.len()).min().unwrap_or(0);
        let projections = gate_up.iter_mut().enumerate().take(count);
        let projections = projections.map(|(n, out)| {
            let layers = mlps.iter().map(|(mlp, rows)| (&mlp.gate_up[n], *rows)).collect();
            Projection { layers, out }
        });
        linear::run(exec, input, &mut projections.collect::<Vec<_>>(), scratch);
        let activate = match self.config.activation {
            Activation::GeluTanh => Kernels::gelu_tanh_mul,
            // `Other` is rejected by `Config::check_runnable`.
            Activation::Silu | Activation::Other(_) => Kernels::silu_mul,
        };
        let (rows, inputs) = (input.rows, mlps.first().map_or(0, |(mlp, _)| mlp.down.inputs()));
        let [gate, up] = [0, inputs].map(|column| find_column(gate_up, column));
        let shape = InputShape { rows, inputs, part_len: linear::part_len(exec.threads, rows, inputs) };
        inner.fill(exec, shape, repeat(()), |parts| {
            let (mut gate_row, mut up_row) = ([0.0; TILE], [0.0; TILE]);
            // Tile by tile, because the rows of a tile are adjacent in memory, and short reads are slow.
            let inputs = parts.first().map_or(0..0, |part| part.inputs.clone());
            for columns in runs(inputs, TILE) {
                let at = |start: usize| columns.start + start..columns.end + start;
                for part in parts.iter_mut() {
                    let out = &mut part.out[columns.start - part.inputs.start..][..columns.len()];
                    let gate = gate.0.columns(part.row, at(gate.1), &mut gate_row);
                    let up = up.0.columns(part.row, at(up.1), &mut up_row);
                    activate(exec.kernels, gate, up, out);
                }
            }
        });
        let down = Projection { layers: mlps.iter().map(|(mlp, rows)| (&mlp.down, *rows)).collect(), out };
        linear::run(exec, inner, &mut [down], scratch);
    }
}

/// The scratch buffers of [`Model::gated`].
pub(super) struct MlpBuffers<'w> {
    gate_up: &'w mut [Tiles; 2],
    inner: &'w mut Input,
    scratch: &'w mut linear::Scratch,
}

impl MlpBuffers<'_> {
    /// The buffers of [`linear::run`].
    pub(super) fn scratch(&mut self) -> &mut linear::Scratch {
        self.scratch
    }
}

/// Where column `column` of several results, one after the other, is: the result, and the column in it.
fn find_column(results: &[Tiles], mut column: usize) -> (&Tiles, usize) {
    let mut n = 0;
    while column >= results[n].outputs {
        column -= results[n].outputs;
        n += 1;
    }
    (&results[n], column)
}

/// Adds `addend`, if given, to `residual`, `[rows, width]`, then writes the RMS norm of every row to `input`.
fn add_then_norm(exec: ExecContext, residual: &mut [f32], addend: Option<Addend>, norm: RmsNorm, input: &mut Input) {
    let RmsNorm { weight, eps } = norm;
    let width = weight.len();
    let shape = InputShape::whole_rows(residual.len() / width, width);
    input.fill(exec, shape, residual.chunks_exact_mut(width), |parts| {
        match addend {
            None => {}
            Some(Addend { output, norm: RmsNorm { weight: [], .. }, scale: 1.0 }) => {
                let mut sum = [0.0; TILE];
                for (t, columns) in runs(0..width, TILE).enumerate() {
                    for part in parts.iter_mut() {
                        add(&mut part.from[columns.clone()], output.tile_row(t, part.row, &mut sum));
                    }
                }
            }
            Some(addend) => {
                let mut row = vec![0.0; width];
                parts.iter_mut().for_each(|part| addend.add_row(exec.kernels, part.row, part.from, &mut row, part.out));
            }
        }
        for part in parts.iter_mut() {
            exec.kernels.rms_norm(part.from, weight, eps, part.out);
        }
    });
}

impl Addend<'_> {
    /// Adds row `r` to `residual`. `output` and `normed` are scratch memory, `[width]`.
    fn add_row(self, kernels: Kernels, r: usize, residual: &mut [f32], output: &mut [f32], normed: &mut [f32]) {
        self.output.copy_row(r, output);
        let RmsNorm { weight, eps } = self.norm;
        let added = if weight.is_empty() {
            output
        } else {
            kernels.rms_norm(output, weight, eps, normed);
            normed
        };
        residual.iter_mut().zip(added).for_each(|(x, y)| *x += self.scale * *y);
    }
}
