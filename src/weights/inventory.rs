//! One pass over the header of a checkpoint: its quantized layers, the tensors that the model uses, and the faults.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::{BindMode, Binder, head_is_embedding};
use super::formats::{LinearInfo, QuantizedLayers};
use super::groups::grouped;
use super::layers::Weights;
use super::warnings::quantization_warnings;
use crate::checkpoint::families::schema::{self, Schema};
use crate::checkpoint::{Checkpoint, Config};
use crate::error::{Error, Fault, FaultKind, Result};

/// The contents and the faults of a checkpoint.
#[derive(Debug)]
pub struct Inventory {
    /// The quantized layers with a known layout, sorted by name.
    pub quantized: Vec<LinearInfo>,
    /// The formats of the other quantized layers, by the layer's name.
    pub foreign: BTreeMap<String, &'static str>,
    /// The names of the tensors that the model uses.
    pub used: BTreeSet<String>,
    /// Whether the stored output head equals the embedding. Then its parameters and memory count once.
    pub head_is_embedding: bool,
    /// Why the checkpoint cannot be run.
    pub refusal: Option<Error>,
    /// Faults that do not prevent running. Faults that differ only in file and subject are merged.
    pub warnings: Vec<Fault>,
}

/// The bound weights of a model.
pub struct Binding {
    /// The matrices and vectors. They keep the mapped files alive.
    pub weights: Weights,
    /// The contents of the checkpoint, without a `refusal`.
    pub inventory: Inventory,
}

impl Binding {
    /// Binds every tensor that the schema of the checkpoint's configuration lists.
    ///
    /// # Errors
    /// The first fault of a tensor; an architecture or a format that rumma does not run.
    pub fn new(checkpoint: &Checkpoint) -> Result<Binding> {
        let (mut inventory, weights) = pass(checkpoint, BindMode::Load);
        match (inventory.refusal.take(), weights) {
            (None, Some(weights)) => Ok(Binding { weights, inventory }),
            (Some(refusal), _) => Err(refusal),
            (None, None) => Err(unsupported(checkpoint).into()),
        }
    }
}

impl Inventory {
    /// Checks the header of a checkpoint like [`Binding::new`]. The only values read are those of a tied head: a sample,
    /// or all of them if `whole`.
    pub fn of(checkpoint: &Checkpoint, whole: bool) -> Inventory {
        let (mut inventory, weights) = pass(checkpoint, if whole { BindMode::Full } else { BindMode::Quick });
        if weights.is_none() && inventory.refusal.is_none() {
            inventory.refusal = Some(unsupported(checkpoint).into());
        }
        inventory
    }
}

/// The fault of a family that has a schema but no decoder.
fn unsupported(checkpoint: &Checkpoint) -> Fault {
    let found = checkpoint.architecture.clone().unwrap_or_default();
    Fault::new(FaultKind::UnsupportedModel, &checkpoint.path).found(found)
}

/// Binds as far as possible. Weights are `None` if there are faults or there is no decoder for the family.
fn pass(checkpoint: &Checkpoint, mode: BindMode) -> (Inventory, Option<Weights>) {
    let mut quantized = QuantizedLayers::of(checkpoint);
    let head_is_embedding = head_is_embedding(checkpoint, mode);
    let config = checkpoint.config.as_ref();
    let schema = config.and_then(|config| Some((config, Schema::of(checkpoint, config)?)));
    let (mut weights, mut used, mut failed) = (None, BTreeSet::new(), BTreeSet::new());
    let (mut faults, mut bind_warnings, mut error) = (Vec::new(), Vec::new(), None);
    if let Some((config, schema)) = &schema {
        let layers = schema::layer_count(checkpoint);
        // Missing layers are one fault, instead of one for each of their tensors. A model without some of its layers is
        // another model, so layers that the configuration lacks are a fault too.
        faults.extend((layers != config.layers).then(|| layer_count_fault(checkpoint, config, layers)));
        let mut binder = Binder::new(checkpoint, (config, schema), &quantized, head_is_embedding, mode);
        weights = binder.weights(layers);
        faults.append(&mut binder.faults);
        (used, failed, bind_warnings, error) = (binder.used, binder.failed, binder.warnings, binder.error);
    } else {
        let refused = quantized.found.iter().filter_map(|info| info.check_runnable(checkpoint).err());
        faults.extend(refused.map(|fault| *fault));
    }
    // The binder has reported the faults of the modules in `failed`.
    quantized.faults.retain(|name, _| !failed.contains(name));
    let mut warnings = quantization_warnings(checkpoint, &quantized);
    warnings.append(&mut grouped(bind_warnings));
    let mut faults = grouped(faults);
    let refusal = match checkpoint.config() {
        Err(error) => Some(error),
        Ok(_) if faults.is_empty() => error,
        Ok(_) => Some(faults.remove(0).into()),
    };
    warnings.append(&mut faults);
    match &schema {
        Some((_, schema)) => warnings.extend(grouped(unused(checkpoint, schema, &used, &failed))),
        None => warnings.extend(config.map(|config| {
            let fault = Fault::new(FaultKind::UnknownArchitecture, &config.path);
            fault.subject("model_type").found(&config.architecture)
        })),
    }
    let QuantizedLayers { found: quantized, foreign, .. } = quantized;
    (Inventory { quantized, foreign, used, head_is_embedding, refusal, warnings }, weights)
}

/// The fault that the tensors have another number of layers than the configuration.
fn layer_count_fault(checkpoint: &Checkpoint, config: &Config, found: usize) -> Fault {
    let fault = Fault::new(FaultKind::WrongLayerCount, &checkpoint.path);
    fault.found(format!("{found} layers")).expected(config.layers)
}

/// A fault for each tensor that the model does not use, except tensors of modules with a fault.
fn unused(
    checkpoint: &Checkpoint,
    schema: &Schema,
    used: &BTreeSet<String>,
    failed: &BTreeSet<String>,
) -> impl Iterator<Item = Fault> {
    let is_unused = |name: &str| {
        let module = name.rsplit_once('.').map_or(name, |(module, _)| module);
        // Some formats add several components to the name of a module.
        let mut prefixes = name.match_indices('.').map(|(end, _)| &name[..end]);
        !used.contains(name) && !prefixes.any(|module| failed.contains(module)) && !schema.is_unneeded(module)
    };
    let unused = checkpoint.tensors().filter(move |tensor| is_unused(tensor.name));
    unused.map(|tensor| Fault::new(FaultKind::UnusedTensor, tensor.file).subject(tensor.name))
}
