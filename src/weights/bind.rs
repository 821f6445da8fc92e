//! Binds the tensors that a [`Schema`] lists to [`Weights`], and checks the dtype and shape of each.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::formats::{Checked, LinearInfo, QuantizedLayers};
use super::layers::{AwqMatrix, DenseMatrix, Experts, FeedForward, Layer, Linear, Matrix, MatrixData, Mlp, Weights};
use super::read::LinearTensors;
use super::typed::find_floats;
use crate::checkpoint::config::Config;
use crate::checkpoint::families::schema::{Entry, Names, Role, Schema, Shape};
use crate::checkpoint::{Checkpoint, Quantization, Tensor};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::kernels::layout::Float;
use crate::kernels::scalar::float_at;

/// How much of a checkpoint is read. Names, dtypes and shapes are read in every mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindMode {
    /// Also a sample of 4 KiB blocks of a tied head, to compare it with the embedding.
    Quick,
    /// Also a whole tied head.
    Full,
    /// Also a whole tied head, and everything that is copied: norms, biases, and layers that are repacked.
    Load,
}

/// Whether the stored output head equals the embedding. `false` if either is missing or `tie_word_embeddings` is false.
/// [`BindMode::Quick`] compares a sample.
pub(super) fn head_is_embedding(checkpoint: &Checkpoint, mode: BindMode) -> bool {
    const SAMPLE: usize = 4096;
    let tied = checkpoint.config.as_ref().is_none_or(|config| config.tie_word_embeddings);
    let names = Names::of(checkpoint);
    let stored = checkpoint.tensor(&names.head_weight());
    let (true, Some(head), Some(embedding)) = (tied, stored, checkpoint.tensor(&names.embedding_weight())) else {
        return false;
    };
    let (piece, step) = match mode {
        BindMode::Quick => (SAMPLE, (head.data.len() / 64).next_multiple_of(SAMPLE).max(SAMPLE)),
        BindMode::Full | BindMode::Load => (1 << 20, 1 << 20),
    };
    let end = |start: usize| head.data.len().min(start + piece);
    let starts: Vec<usize> = (0..head.data.len()).step_by(step).collect();
    (head.dtype, head.shape) == (embedding.dtype, embedding.shape)
        && starts.into_par_iter().all(|start| head.data[start..end(start)] == embedding.data[start..end(start)])
}

/// Binds the tensors of one checkpoint. A fault does not stop it, so that one pass finds all faults.
pub(super) struct Binder<'a> {
    checkpoint: &'a Checkpoint,
    config: &'a Config,
    schema: &'a Schema,
    quantized: &'a QuantizedLayers,
    head_is_embedding: bool,
    mode: BindMode,
    /// Whether any layer stores zero points.
    any_zeros: bool,
    /// The names of the tensors that the model uses.
    pub used: BTreeSet<String>,
    /// The names of the modules that cannot be bound.
    pub failed: BTreeSet<String>,
    /// One fault for each module in `failed`.
    pub faults: Vec<Fault>,
    /// Faults of modules that are bound all the same.
    pub warnings: Vec<Fault>,
    /// The reason why binding stopped, if it is no fault of a module.
    pub error: Option<Error>,
}

/// One bound module.
enum Bound {
    Linear(Linear),
    Matrix(DenseMatrix),
    /// Empty unless the mode is [`BindMode::Load`].
    Vector(Vec<f32>),
    /// An output head that is the embedding.
    Tied,
}

impl<'a> Binder<'a> {
    pub fn new(
        checkpoint: &'a Checkpoint,
        (config, schema): (&'a Config, &'a Schema),
        quantized: &'a QuantizedLayers,
        head_is_embedding: bool,
        mode: BindMode,
    ) -> Binder<'a> {
        let any_zeros = quantized.found.iter().any(|info| info.zero_point);
        Binder {
            checkpoint,
            config,
            schema,
            quantized,
            head_is_embedding,
            mode,
            any_zeros,
            used: BTreeSet::new(),
            failed: BTreeSet::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
            error: None,
        }
    }

    /// Binds the embedding, the final norm, the head and the first `layers` layers. `None` if there are faults, or if the
    /// decoder lacks a module of the family.
    pub fn weights(&mut self, layers: usize) -> Option<Weights> {
        let schema = self.schema;
        let mut global = BoundModules(schema.global.iter().map(|e| (e.role, self.entry(e, e.name.clone()))).collect());
        let layers: Vec<Option<Layer>> =
            schema.layers.iter().take(layers).enumerate().map(|(l, entries)| self.layer(l, entries)).collect();
        let embedding = global.matrix(Role::Embedding)?;
        let head = match global.take(Role::Head)? {
            Bound::Tied => Matrix::Dense(embedding.clone()),
            Bound::Matrix(head) => Matrix::Dense(head),
            Bound::Linear(head) => head.matrix,
            _ => return None,
        };
        let mut final_norm = global.vector(Role::FinalNorm)?;
        final_norm.iter_mut().for_each(|weight| *weight *= self.config.logit_scale);
        Some(Weights { embedding, layers: layers.into_iter().collect::<Option<_>>()?, final_norm, head })
    }

    fn layer(&mut self, l: usize, entries: &[Entry]) -> Option<Layer> {
        let schema = self.schema;
        let entry = |e: &Entry| (e.role, self.entry(e, schema.layer_module(l, &e.name)));
        let mut bound = BoundModules(entries.iter().map(entry).collect());
        Some(Layer {
            attention_norm: bound.vector(Role::AttentionNorm)?,
            qkv: bound.linears(Role::Qkv, &[Role::Q, Role::K, Role::V])?,
            q_norm: bound.optional_vector(Role::QNorm)?,
            k_norm: bound.optional_vector(Role::KNorm)?,
            o: bound.linear(Role::O)?,
            attention_output_norm: bound.optional_vector(Role::AttentionOutputNorm)?,
            mlp_norm: bound.vector(Role::MlpNorm)?,
            mlp: bound.feed_forward()?,
            mlp_output_norm: bound.optional_vector(Role::MlpOutputNorm)?,
        })
    }

    /// Binds one module. On failure, records the fault and returns `None`.
    fn entry(&mut self, entry: &Entry, module: String) -> Option<Bound> {
        let tied_to_head = entry.role == Role::Embedding && self.embedding_is_in_head();
        let module = if tied_to_head { self.schema.names.head.clone() } else { module };
        let bound = match entry.shape {
            Shape::Linear { inputs, outputs, bias } => self.linear(&module, inputs, outputs, bias).map(Bound::Linear),
            Shape::Matrix { rows, columns } if entry.role == Role::Head => self.head(&module, rows, columns),
            Shape::Matrix { rows, columns } => {
                self.float_matrix(&module, rows, columns).map(Bound::Matrix).map_err(Error::from)
            }
            Shape::Vector { length } => self.norm(&module, length).map(Bound::Vector).map_err(Error::from),
        };
        match bound {
            Ok(bound) => return Some(bound),
            Err(Error::Fault(fault)) => self.faults.push(*fault),
            Err(error) => drop(self.error.get_or_insert(error)),
        }
        self.failed.insert(module);
        None
    }

    /// Binds the output head. If it is tied, the head is the embedding, and a stored head must equal it.
    fn head(&mut self, module: &str, rows: usize, columns: usize) -> Result<Bound> {
        let [embedding, head] = [self.schema.names.embedding_weight(), self.schema.names.head_weight()];
        let is_stored = self.checkpoint.tensor(&head).is_some() || self.quantized.has(module);
        if !self.config.tie_word_embeddings {
            let quantized = self.quantized;
            return match quantized.get(module)? {
                Some(info) => {
                    let matrix = Matrix::Awq(self.awq(info, columns, rows)?);
                    Ok(Bound::Linear(Linear { name: module.into(), matrix, bias: Vec::new() }))
                }
                None => Ok(Bound::Matrix(self.dense(module, rows, columns)?)),
            };
        }
        if is_stored {
            self.float_matrix(module, rows, columns)?;
            if !self.head_is_embedding && self.checkpoint.tensor(&embedding).is_some() {
                let fault = self.fault(FaultKind::UntiedHead, &head);
                return Err(fault.expected("the same, as tie_word_embeddings is true").into());
            }
        }
        Ok(Bound::Tied)
    }

    /// Whether the matrix of a tied model is stored under the name of the head alone (AutoAWQ 0.2.7 writes such files).
    fn embedding_is_in_head(&self) -> bool {
        let names = &self.schema.names;
        let is_stored = |name: &str| self.checkpoint.tensor(name).is_some();
        self.config.tie_word_embeddings && !is_stored(&names.embedding_weight()) && is_stored(&names.head_weight())
    }

    /// The matrix of the embedding, or of a head that must be equal to it, which must not be quantized.
    fn float_matrix(&mut self, module: &str, rows: usize, columns: usize) -> Checked<DenseMatrix> {
        match self.quantized.get(module)? {
            Some(info) => {
                let fault = Fault::new(FaultKind::QuantizedHead, &self.checkpoint.path).subject(module);
                Err(Box::new(fault.found(info.describe()).expected("F16, BF16 or F32")))
            }
            None => self.dense(module, rows, columns),
        }
    }

    /// A fault of the tensor or layer `subject`, in the file of the tensor, or in the checkpoint if it does not exist.
    fn fault(&self, kind: FaultKind, subject: &str) -> Fault {
        let tensor = self.checkpoint.tensor(subject);
        Fault::new(kind, tensor.map_or(self.checkpoint.path.as_path(), |tensor| tensor.file)).subject(subject)
    }

    /// A tensor of numbers, which is recorded as used.
    fn floats(&mut self, name: &str, shape: &[usize]) -> Checked<(Tensor<'a>, Float)> {
        let found = find_floats(self.checkpoint, name, shape)?;
        self.used.insert(name.into());
        Ok(found)
    }

    fn dense(&mut self, module: &str, outputs: usize, inputs: usize) -> Checked<DenseMatrix> {
        let (tensor, kind) = self.floats(&format!("{module}.weight"), &[outputs, inputs])?;
        Ok(DenseMatrix { inputs, outputs, data: MatrixData::Mapped(tensor.share()), kind })
    }

    fn vector(&mut self, name: &str, length: usize) -> Checked<Vec<f32>> {
        let (tensor, kind) = self.floats(name, &[length])?;
        let numbers = if self.mode == BindMode::Load { length } else { 0 };
        Ok((0..numbers).map(|i| float_at(tensor.data, kind, i)).collect())
    }

    /// The weights of a norm, to which the offset of the family is added.
    fn norm(&mut self, module: &str, length: usize) -> Checked<Vec<f32>> {
        let mut weights = self.vector(&format!("{module}.weight"), length)?;
        if self.config.norm_offset != 0.0 {
            weights.iter_mut().for_each(|weight| *weight += self.config.norm_offset);
        }
        Ok(weights)
    }

    fn linear(&mut self, name: &str, inputs: usize, outputs: usize, bias: bool) -> Result<Linear> {
        let quantized = self.quantized;
        let matrix = match quantized.get(name)? {
            Some(info) => Matrix::Awq(self.awq(info, inputs, outputs)?),
            None if self.checkpoint.tensor(&format!("{name}.weight")).is_some() => {
                Matrix::Dense(self.dense(name, outputs, inputs)?)
            }
            None => {
                let fault = self.fault(FaultKind::MissingTensor, &format!("{name}.qweight"));
                let expected = format!(
                    "I32 [{inputs}, {}] (4-bit), or F16, BF16 or F32 [{outputs}, {inputs}] as .weight",
                    outputs / 8
                );
                return Err(fault.expected(expected).into());
            }
        };
        let bias_name = format!("{name}.bias");
        let bias = if bias || self.checkpoint.tensor(&bias_name).is_some() {
            self.vector(&bias_name, outputs)?
        } else {
            Vec::new()
        };
        Ok(Linear { name: name.into(), matrix, bias })
    }

    fn awq(&mut self, info: &LinearInfo, inputs: usize, outputs: usize) -> Result<AwqMatrix> {
        if (info.inputs, info.outputs) != (inputs, outputs) {
            let fault = self.fault(FaultKind::WrongLayerShape, &info.name).expected(format!("{inputs} -> {outputs}"));
            return Err(fault.found(format!("{} -> {}", info.inputs, info.outputs)).into());
        }
        info.check_runnable(self.checkpoint)?;
        let symmetric = self.config.quantization.as_ref().is_some_and(Quantization::has_symmetric_layers);
        // If other layers have zero points, this layer is not symmetric either: its zero points are missing.
        let tensors = LinearTensors::of(self.checkpoint, info, self.any_zeros && !symmetric)?;
        if self.mode != BindMode::Quick {
            self.warnings.extend(tensors.zero_point_fault());
        }
        let matrix = tensors.matrix(self.mode == BindMode::Load)?;
        self.used.extend(tensors.names.into_iter().map(Into::into));
        Ok(matrix)
    }
}

/// The bound modules of a layer, or those outside the layers. `None` for a module with a fault.
struct BoundModules(Vec<(Role, Option<Bound>)>);

impl BoundModules {
    fn take(&mut self, role: Role) -> Option<Bound> {
        self.0.iter_mut().find(|(other, _)| *other == role)?.1.take()
    }

    fn linear(&mut self, role: Role) -> Option<Linear> {
        if let Bound::Linear(linear) = self.take(role)? { Some(linear) } else { None }
    }

    /// The fused module if the schema lists it, else those of `roles`.
    fn linears(&mut self, fused: Role, roles: &[Role]) -> Option<Vec<Linear>> {
        let roles = if self.has(fused) { &[fused] } else { roles };
        roles.iter().map(|role| self.linear(*role)).collect()
    }

    /// The modules of a role that there are several of.
    fn all(&mut self, role: Role) -> Option<Vec<Linear>> {
        let bound = self.0.iter_mut().filter(|(other, _)| *other == role);
        bound.map(|(_, bound)| if let Bound::Linear(linear) = bound.take()? { Some(linear) } else { None }).collect()
    }

    fn feed_forward(&mut self) -> Option<FeedForward> {
        if !self.has(Role::Router) {
            let gate_up = self.linears(Role::GateUp, &[Role::Gate, Role::Up])?;
            return Some(FeedForward::Dense(Mlp { gate_up, down: self.linear(Role::Down)? }));
        }
        let [gates, ups, downs] = [Role::ExpertGate, Role::ExpertUp, Role::ExpertDown].map(|role| self.all(role));
        let experts = gates?.into_iter().zip(ups?).zip(downs?);
        let experts = experts.map(|((gate, up), down)| Mlp { gate_up: vec![gate, up], down }).collect();
        Some(FeedForward::Experts(Experts { router: self.linear(Role::Router)?, experts }))
    }

    fn has(&self, role: Role) -> bool {
        self.0.iter().any(|(other, _)| *other == role)
    }

    /// Empty if the schema does not list it.
    fn optional_vector(&mut self, role: Role) -> Option<Vec<f32>> {
        if self.has(role) { self.vector(role) } else { Some(Vec::new()) }
    }

    fn matrix(&mut self, role: Role) -> Option<DenseMatrix> {
        if let Bound::Matrix(matrix) = self.take(role)? { Some(matrix) } else { None }
    }

    fn vector(&mut self, role: Role) -> Option<Vec<f32>> {
        if let Bound::Vector(vector) = self.take(role)? { Some(vector) } else { None }
    }
}
