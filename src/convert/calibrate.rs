//! Finds the scales of AWQ with the activations of the model itself, and measures perplexities.
//!
//! The model runs over the calibration text once, with its original weights. When a layer's inputs are computed, the layers
//! that read them are searched, so that the activations of only a part of a layer are kept.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

use super::fault;
use super::quantize::{LayerRecipe, Recipe, dense_weights, unfit};
use super::scales::{Activations, DenseWeights, Search};
use crate::checkpoint::families::schema::{Entry, Role, Schema, Shape};
use crate::checkpoint::{Checkpoint, Config};
use crate::engine::score::{Passage, TokenScore, Total, run, windows};
use crate::engine::{Engine, EngineOptions, PREFILL_CHUNK, Request};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::kernels::layout::Float;
use crate::kernels::math::f32_to_f16;
use crate::kernels::scalar::float_at;
use crate::model::kv_cache::KvCache;
use crate::model::{MemoryRequest, Model, SequenceGroup, SequenceInput, Workspace};
use crate::weights::Linear;
use crate::weights::float_of;
use crate::weights::formats::QuantizedLayers;

/// The numbers of inputs that may share a scale.
pub const GROUP_SIZES: [usize; 3] = [32, 64, 128];
/// Tokens of a calibration sequence.
const SEQUENCE: usize = 512;
/// The most calibration sequences. More change little: AWQ needs the mean size of each activation.
const SEQUENCES: usize = 16;
/// The most tokens of a text that are used to calibrate.
pub const MOST_CALIBRATION_TOKENS: usize = SEQUENCE * SEQUENCES;
/// The most tokens of a window of a perplexity.
const WINDOW: usize = 2048;

/// Called with the number of finished steps and of all steps. An error ends the work.
pub type Progress<'p> = &'p (dyn Fn(usize, usize) + Sync);

/// A model, its weights and the text that its scales are found with.
pub struct Calibration<'a> {
    /// Loaded from `checkpoint`, in f32.
    pub model: &'a Model,
    /// The dense weights.
    pub checkpoint: &'a Checkpoint,
    /// The tokens of the text, at least one.
    pub ids: &'a [u32],
}

/// Layers that read the same inputs.
struct Readers {
    names: Vec<String>,
    before: Before,
}

/// What computes the inputs of layers, and can be divided by their scales.
enum Before {
    /// A norm: its tensor.
    Norm(String),
    /// Outputs `first..` of a linear layer. Blocks of `width` of them are used by `heads` consecutive blocks of inputs each.
    Outputs { module: String, first: usize, heads: usize, width: usize },
    /// Something that other layers read too.
    Other,
}

impl Recipe {
    /// Rounds every linear layer of a model to the nearest codes.
    ///
    /// # Errors
    /// [`FaultKind::AlreadyQuantized`]; [`FaultKind::UnsupportedShape`]; those of [`Checkpoint::config`].
    pub fn nearest(checkpoint: &Checkpoint, group_size: usize) -> Result<Recipe> {
        let config = checkpoint.config()?;
        let quantized = QuantizedLayers::of(checkpoint);
        let first = quantized.found.first().map(|info| info.name.clone());
        if let Some(name) = first.or_else(|| quantized.foreign.into_keys().next()) {
            return Err(fault(checkpoint, FaultKind::AlreadyQuantized, &name).into());
        }
        let schema = schema(checkpoint, config)?;
        let mut recipe = Recipe { group_size, ..Recipe::default() };
        let mut layers = Vec::new();
        for (l, entries) in schema.layers.iter().enumerate() {
            let linears = entries.iter().filter_map(linear);
            layers.extend(linears.map(|(entry, inputs)| (schema.layer_module(l, &entry.name), inputs)));
        }
        check_groups(checkpoint, &layers, group_size)?;
        for (name, _) in layers {
            dense_weights(checkpoint, &name)?;
            recipe.layers.insert(name, LayerRecipe::default());
        }
        recipe.nearest = recipe.layers.len();
        Ok(recipe)
    }

    /// Checks all weights that are to be quantized, before a model runs with them.
    ///
    /// # Errors
    /// [`FaultKind::NotFiniteValues`]; [`FaultKind::ScaleOverflow`].
    pub fn check_weights(&self, checkpoint: &Checkpoint) -> Result<()> {
        for name in self.layers.keys() {
            if let Some(fault) = unfit(checkpoint, name, self.group_size)? {
                return Err(fault.into());
            }
        }
        Ok(())
    }
}

/// Checks that groups of this size fit the inputs of all layers.
///
/// # Errors
/// [`FaultKind::GroupsDoNotFit`] with the sizes that fit all layers, or without any for a layer that none fits.
fn check_groups(checkpoint: &Checkpoint, layers: &[(String, usize)], group_size: usize) -> Result<()> {
    let Some(first) = layers.iter().find(|(_, inputs)| !inputs.is_multiple_of(group_size)) else { return Ok(()) };
    let fits = |size: &usize| layers.iter().all(|(_, inputs)| inputs.is_multiple_of(*size));
    let sizes: Vec<String> = GROUP_SIZES.into_iter().filter(fits).map(|size| size.to_string()).collect();
    // Every size is a multiple of the smallest.
    let none = layers.iter().find(|(_, inputs)| !inputs.is_multiple_of(GROUP_SIZES[0]));
    let (name, inputs) = none.unwrap_or(first);
    let fault = fault(checkpoint, FaultKind::GroupsDoNotFit, name);
    let fault = fault.found(format!("groups of {group_size} for {inputs} inputs"));
    Err(if sizes.is_empty() { fault } else { fault.expected(format!("groups of {}", sizes.join(" or "))) }.into())
}

/// The entry of a linear layer that is quantized, and its number of inputs.
fn linear(entry: &Entry) -> Option<(&Entry, usize)> {
    match entry.shape {
        Shape::Linear { inputs, .. } if entry.role != Role::Router => Some((entry, inputs)),
        _ => None,
    }
}

fn schema(checkpoint: &Checkpoint, config: &Config) -> Result<Schema> {
    let unsupported = || Fault::new(FaultKind::UnsupportedModel, &checkpoint.path);
    Ok(Schema::of(checkpoint, config).ok_or_else(unsupported)?)
}

/// The layers of a model by the inputs that they read.
fn readers(config: &Config, schema: &Schema) -> Vec<Readers> {
    let mut all = Vec::new();
    for (l, entries) in schema.layers.iter().enumerate() {
        let named = |roles: &[Role]| -> Vec<String> {
            let entries = entries.iter().filter(|entry| roles.contains(&entry.role));
            entries.map(|entry| schema.layer_module(l, &entry.name)).collect()
        };
        let norm = |role| match named(&[role]).pop() {
            Some(name) => Before::Norm(format!("{name}.weight")),
            None => Before::Other,
        };
        let (q_width, kv_width) = (config.heads * config.head_dim, config.kv_heads * config.head_dim);
        let outputs = |[alone, fused]: [Role; 2], first: usize, heads: usize, width: usize| {
            let alone = named(&[alone]).pop().map(|module| (module, 0));
            match alone.or_else(|| Some((named(&[fused]).pop()?, first))) {
                Some((module, first)) => Before::Outputs { module, first, heads, width },
                None => Before::Other,
            }
        };
        let values = outputs([Role::V, Role::Qkv], q_width + kv_width, config.heads / config.kv_heads, config.head_dim);
        let inner = outputs([Role::Up, Role::GateUp], config.intermediate_size, 1, config.head_dim);
        all.push(Readers { names: named(&[Role::Q, Role::K, Role::V, Role::Qkv]), before: norm(Role::AttentionNorm) });
        all.push(Readers { names: named(&[Role::O]), before: values });
        all.push(Readers { names: named(&[Role::Gate, Role::Up, Role::GateUp]), before: norm(Role::MlpNorm) });
        all.push(Readers { names: named(&[Role::Down]), before: inner });
    }
    // A layer with experts has no others in its feed-forward part.
    all.retain(|readers| !readers.names.is_empty());
    all
}

/// Whether the ranges of a layer's groups are searched. The errors of queries and keys are multiplied with each other, so
/// that the loss of their outputs alone does not tell what a smaller range costs.
fn is_clipped(schema: &Schema, name: &str) -> bool {
    let entries = || schema.layers.iter().enumerate().flat_map(|(l, entries)| entries.iter().map(move |e| (l, e)));
    let role = entries().find(|(l, entry)| schema.layer_module(*l, &entry.name) == name).map(|(_, entry)| entry.role);
    !matches!(role, Some(Role::Q | Role::K | Role::Qkv))
}

/// The calibration sequences of a text: parts of it, evenly spaced, which may overlap.
fn sequences(ids: &[u32], longest: usize) -> Vec<&[u32]> {
    let length = SEQUENCE.min(longest).min(ids.len()).max(1);
    let count = ids.len().div_ceil(length).clamp(1, SEQUENCES);
    let distance = (ids.len() - length) as f64 / count.max(2).saturating_sub(1) as f64;
    (0..count).map(|n| (n as f64 * distance) as usize).map(|at| &ids[at..at + length]).collect()
}

/// Finds the scales and ranges of every layer.
///
/// # Errors
/// Those of [`Recipe::nearest`]; [`Error::NotFinite`] if an activation is not;
/// [`MachineError::NotEnoughMemory`](crate::error::MachineError::NotEnoughMemory).
pub fn calibrate(calibration: &Calibration, group_size: usize, progress: Progress) -> Result<Recipe> {
    let Calibration { model, checkpoint, ids } = *calibration;
    let mut recipe = Recipe::nearest(checkpoint, group_size)?;
    let schema = schema(checkpoint, &model.config)?;
    let readers = readers(&model.config, &schema);
    let by_name: BTreeMap<&str, usize> =
        readers.iter().enumerate().flat_map(|(n, r)| r.names.iter().map(move |name| (name.as_str(), n))).collect();
    // The experts: too few tokens pass each of them.
    recipe.nearest = recipe.layers.keys().filter(|name| !by_name.contains_key(name.as_str())).count();
    let state = Mutex::new((recipe, Ok(()), 0));
    let observe = |linears: &[&Linear], values: &[f32]| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (recipe, result, done) = &mut *state;
        let found = linears.first().and_then(|linear| by_name.get(linear.name.as_str()));
        let (Some(found), true) = (found, result.is_ok()) else { return };
        let search = LayerSearch { model, checkpoint, schema: &schema, readers: &readers[*found] };
        *result = search.run(values, recipe);
        *done += 1;
        progress(*done, readers.len());
    };
    let sequences = sequences(ids, model.config.max_position_embeddings);
    let tokens = sequences.iter().map(|tokens| tokens.len()).max().unwrap_or(0);
    let group = SequenceGroup { count: sequences.len(), tokens };
    let rows = sequences.len() * tokens;
    model.check_memory(&MemoryRequest { sequences: vec![group], rows, logits: 0, samples_full_vocab: false })?;
    let mut caches: Vec<KvCache> = Vec::new();
    caches.resize_with(sequences.len(), || model.new_kv_cache());
    let inputs = sequences.iter().zip(&mut caches).map(|(tokens, cache)| SequenceInput { tokens, cache });
    let mut batch: Vec<SequenceInput> = inputs.collect();
    model.forward_observed(&observe, &mut batch, &mut Workspace::default());
    drop(batch);
    let (recipe, result, _) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    result.map(|()| recipe)
}

/// The search of the layers that read the same inputs.
struct LayerSearch<'a> {
    model: &'a Model,
    checkpoint: &'a Checkpoint,
    schema: &'a Schema,
    readers: &'a Readers,
}

impl LayerSearch<'_> {
    /// Adds the result to `recipe`. `values` are the inputs, `[rows, inputs]`.
    fn run(&self, values: &[f32], recipe: &mut Recipe) -> Result<()> {
        if !values.iter().all(|x| x.is_finite()) {
            return Err(Error::NotFinite { what: "the activations of the calibration text" });
        }
        let mut tensors = Vec::new();
        for name in &self.readers.names {
            tensors.push(dense_weights(self.checkpoint, name)?);
        }
        let Some(&[_, inputs]) = tensors.first().map(|(tensor, _)| tensor.shape) else { return Ok(()) };
        let layers: Vec<DenseWeights> = tensors
            .iter()
            .map(|(tensor, float)| DenseWeights { outputs: tensor.shape[0], data: tensor.data, float: *float })
            .collect();
        let activations = Activations::of(values, inputs, recipe.group_size);
        let (heads, width) = match self.readers.before {
            Before::Outputs { heads, width, .. } => (heads, width),
            _ => (1, 1),
        };
        let output_of = |input: usize| input / (heads * width) * width + input % width;
        let search = Search {
            kernels: self.model.kernels,
            group_size: recipe.group_size,
            layers: &layers,
            activations: &activations,
            // The first input of those that read an output.
            shared: &|input| input / (heads * width) * heads * width + input % width,
        };
        let mut scales = match self.readers.before {
            Before::Other => Vec::new(),
            _ => search.input_scales(),
        };
        if !scales.is_empty() {
            self.divide(&mut scales, &output_of, recipe)?;
        }
        for (name, layer) in self.readers.names.iter().zip(&layers) {
            let Some(recipe) = recipe.layers.get_mut(name) else { continue };
            recipe.input_scales.clone_from(&scales);
            if is_clipped(self.schema, name) {
                recipe.shrinks = search.shrinks(layer, recipe);
            }
        }
        tensors.iter().for_each(|(tensor, _)| tensor.release());
        Ok(())
    }

    /// Divides what computes the inputs by their scales, and corrects the scales by what rounding changes.
    fn divide(&self, scales: &mut [f32], output_of: &dyn Fn(usize) -> usize, recipe: &mut Recipe) -> Result<()> {
        let checkpoint = self.checkpoint;
        match &self.readers.before {
            Before::Other => {}
            Before::Norm(name) => {
                let missing = || fault(checkpoint, FaultKind::MissingTensor, name);
                let tensor = checkpoint.tensor(name).ok_or_else(missing)?;
                let float = float_of(tensor.dtype).ok_or_else(missing)?;
                let offset = self.model.config.norm_offset;
                let mut bytes = Vec::with_capacity(tensor.data.len());
                for (i, scale) in scales.iter_mut().enumerate() {
                    let weight = float_at(tensor.data, float, i);
                    let divided = encode((weight + offset) / *scale - offset, float);
                    let stored = float_at(&divided, float, 0);
                    let exact = (weight + offset) / (stored + offset);
                    // A weight of 0 stays 0, whatever the scale.
                    if exact.is_normal() && exact > 0.0 {
                        *scale = exact;
                        bytes.extend(divided);
                    } else {
                        *scale = 1.0;
                        bytes.extend(encode(weight, float));
                    }
                }
                recipe.changed.insert(name.clone(), bytes);
            }
            Before::Outputs { module, first, .. } => {
                let (tensor, _) = dense_weights(checkpoint, module)?;
                let outputs = tensor.shape[0];
                let Some(layer) = recipe.layers.get_mut(module) else { return Ok(()) };
                layer.output_scales.resize(outputs, 1.0);
                for (input, scale) in scales.iter().enumerate() {
                    layer.output_scales[first + output_of(input)] = *scale;
                }
                let bias = format!("{module}.bias");
                if let Some(tensor) = checkpoint.tensor(&bias)
                    && let Some(float) = float_of(tensor.dtype)
                {
                    let divided = layer.output_scales.iter().enumerate();
                    let divided = divided.flat_map(|(i, scale)| encode(float_at(tensor.data, float, i) / scale, float));
                    recipe.changed.insert(bias, divided.collect());
                }
            }
        }
        Ok(())
    }
}

/// A number in a format, rounded to nearest.
fn encode(x: f32, float: Float) -> Vec<u8> {
    match float {
        Float::F16 => f32_to_f16(x).to_le_bytes().to_vec(),
        Float::Bf16 => {
            let bits = x.to_bits();
            let rounded = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
            (rounded as u16).to_le_bytes().to_vec()
        }
        Float::F32 => x.to_le_bytes().to_vec(),
    }
}

/// The perplexity of a text, in windows of at most 2,048 tokens that do not overlap; `None` for a text of one token.
///
/// # Errors
/// [`Error::NotFinite`]; [`Error::Interrupted`] if `cancel` ended it.
pub fn perplexity(model: &Model, ids: &[u32], cancel: Option<&AtomicBool>, progress: Progress) -> Result<Option<f64>> {
    let context = WINDOW.min(model.config.max_position_embeddings).max(1);
    let longest = Request::new(ids[..ids.len().min(context)].to_vec());
    let mut engine = Engine::new(model, EngineOptions::for_request(&longest, PREFILL_CHUNK));
    let mut total = Total::default();
    for window in windows(ids.len(), context, context) {
        let ids_of_window = ids[window.start..window.scored.end].to_vec();
        let passage = Passage { ids: ids_of_window, first: window.scored.start - window.start };
        let results = run(&mut engine, std::slice::from_ref(&passage), cancel, &mut |row| {
            total.add(TokenScore::new(row.logits, passage.ids[row.position])?.logprob);
            progress(total.tokens, ids.len());
            Ok(())
        });
        for result in results {
            result?;
        }
    }
    Ok(total.perplexity())
}
