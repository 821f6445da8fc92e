//! The tensors of the new checkpoint: which are copied, which are packed from which layer.

use std::collections::{BTreeMap, BTreeSet};

use safetensors::Dtype;

use super::quantize::Codes;
use super::{Recipe, Target, fault, pack};
use crate::checkpoint::{Checkpoint, Quantization, Tensor};
use crate::error::{Fault, FaultKind, Result};
use crate::kernels::layout::{Awq4, DEFAULT_ZERO};
use crate::weights::formats::{Format, LinearInfo, QuantizedLayers};
use crate::weights::{AwqMatrix, float_of, input_order, read_linear};

/// A quantized layer of the new checkpoint.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The name of the module.
    pub name: String,
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs.
    pub outputs: usize,
    /// Inputs that share a scale.
    pub group_size: usize,
    /// Number format of the scales.
    pub scales: Dtype,
    /// Whether the groups are not ranges of inputs.
    pub reordered: bool,
    /// Where the codes come from.
    pub source: LayerSource,
}

/// The source of a layer.
#[derive(Clone, Debug)]
pub enum LayerSource {
    /// A quantized layer, whose codes, zero points and scales are kept.
    Stored(LinearInfo),
    /// A dense `weight`, which is quantized.
    Dense,
}

/// The codes, zero points and scales of a layer.
pub enum LayerWeights {
    Stored(AwqMatrix),
    Rounded(Codes),
}

impl LayerWeights {
    /// The kernels' view.
    pub fn view(&self) -> Awq4<'_> {
        match self {
            LayerWeights::Stored(matrix) => matrix.view(),
            LayerWeights::Rounded(codes) => codes.view(),
        }
    }

    /// Row i of the codes is input `input_order[i]`; `None` if it is input i.
    pub fn input_order(&self) -> Option<&[u32]> {
        match self {
            LayerWeights::Stored(matrix) => matrix.input_order.as_deref(),
            LayerWeights::Rounded(_) => None,
        }
    }
}

/// A tensor of the new checkpoint.
#[derive(Clone, Debug)]
pub struct PlannedTensor {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub bytes: u64,
    pub content: Content,
}

/// The content of a tensor of the new checkpoint.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// The tensor of the same name in the source, perhaps changed by the recipe.
    Copy,
    /// This part of the layer with this index.
    Part { layer: usize, part: pack::Part },
}

impl PlannedTensor {
    pub fn is_copy(&self) -> bool {
        matches!(self.content, Content::Copy)
    }
}

/// Everything that the new checkpoint will have, with all sizes.
#[derive(Debug)]
pub struct Plan {
    /// The format.
    pub target: Target,
    /// The quantized layers, sorted by name.
    pub layers: Vec<Layer>,
    /// The other linear layers, by name.
    pub dense: Vec<String>,
    /// Whether every zero point is 8.
    pub symmetric: bool,
    /// How dense layers are quantized; without any, empty.
    pub recipe: Recipe,
    pub(super) tensors: Vec<PlannedTensor>,
}

impl Plan {
    /// The plan for a quantized checkpoint.
    ///
    /// # Errors
    /// [`FaultKind::NothingToConvert`]; the faults of layers that rumma does not read; [`FaultKind::NotExpressible`].
    pub fn convert(checkpoint: &Checkpoint, target: Target) -> Result<Plan> {
        let mut quantized = QuantizedLayers::of(checkpoint);
        if let Some((_, fault)) = quantized.faults.pop_first() {
            return Err(fault.into());
        }
        if quantized.found.is_empty() {
            return Err(Fault::new(FaultKind::NothingToConvert, &checkpoint.path).into());
        }
        let mut layers = Vec::with_capacity(quantized.found.len());
        for info in quantized.found {
            let LinearInfo { ref name, inputs, outputs, group_size, scales, .. } = info;
            layers.push(Layer {
                name: name.clone(),
                inputs,
                outputs,
                group_size,
                scales,
                reordered: input_order(checkpoint, &info)?.is_some(),
                source: LayerSource::Stored(info),
            });
        }
        Plan::new(checkpoint, target, layers, Recipe::default())
    }

    /// The plan for quantizing the layers of `recipe`, which are dense.
    ///
    /// # Errors
    /// [`FaultKind::MissingTensor`]; [`FaultKind::UnsupportedShape`]; [`FaultKind::NotExpressible`].
    pub fn quantize(checkpoint: &Checkpoint, target: Target, recipe: Recipe) -> Result<Plan> {
        let group_size = recipe.group_size;
        let mut layers = Vec::with_capacity(recipe.layers.len());
        for name in recipe.layers.keys() {
            let weight = format!("{name}.weight");
            let tensor = checkpoint.tensor(&weight);
            let Some(&[outputs, inputs]) = tensor.as_ref().map(|tensor| tensor.shape) else {
                return Err(fault(checkpoint, FaultKind::MissingTensor, &weight).into());
            };
            layers.push(Layer {
                name: name.clone(),
                inputs,
                outputs,
                group_size,
                scales: Dtype::F16,
                reordered: false,
                source: LayerSource::Dense,
            });
        }
        Plan::new(checkpoint, target, layers, recipe)
    }

    fn new(checkpoint: &Checkpoint, target: Target, layers: Vec<Layer>, recipe: Recipe) -> Result<Plan> {
        for layer in &layers {
            check_shape(checkpoint, layer)?;
        }
        check_zero_points(checkpoint, &layers)?;
        let mut plan = Plan { target, layers, dense: Vec::new(), symmetric: false, recipe, tensors: Vec::new() };
        plan.check_expressible(checkpoint)?;
        plan.dense = dense_linears(checkpoint, &plan.layers);
        // AutoAWQ has no symmetric form.
        plan.symmetric = target == Target::CompressedTensors && plan.is_symmetric(checkpoint)?;
        plan.tensors = plan.tensors(checkpoint);
        Ok(plan)
    }

    /// Bytes of all tensors.
    pub fn bytes(&self) -> u64 {
        self.tensors.iter().fold(0, |sum, tensor| sum.saturating_add(tensor.bytes))
    }

    /// The codes, zero points and scales of a layer.
    ///
    /// # Errors
    /// Those of [`read_linear`] and of [`Recipe::quantize`].
    pub fn read(&self, checkpoint: &Checkpoint, layer: &Layer) -> Result<LayerWeights> {
        Ok(match &layer.source {
            LayerSource::Stored(info) => LayerWeights::Stored(read_linear(checkpoint, info)?),
            LayerSource::Dense => LayerWeights::Rounded(self.recipe.quantize(checkpoint, layer)?),
        })
    }

    /// The tensors of the source that belong to a layer.
    pub(super) fn source_tensors<'c>(checkpoint: &'c Checkpoint, layer: &'c Layer) -> impl Iterator<Item = Tensor<'c>> {
        checkpoint.module_tensors(&layer.name).filter(|tensor| layer.replaces(tensor.name))
    }

    fn is_symmetric(&self, checkpoint: &Checkpoint) -> Result<bool> {
        for layer in &self.layers {
            match &layer.source {
                LayerSource::Stored(info) if !info.zero_point => {}
                LayerSource::Stored(_) => {
                    let weights = self.read(checkpoint, layer)?;
                    let is_default = |byte: &u8| *byte == (DEFAULT_ZERO as u8) * 0x11;
                    if !weights.view().qzeros.unwrap_or_default().iter().all(is_default) {
                        return Ok(false);
                    }
                    Plan::source_tensors(checkpoint, layer).for_each(|tensor| tensor.release());
                }
                LayerSource::Dense => return Ok(false),
            }
        }
        Ok(true)
    }

    /// All tensors in the order in which they are written. Those whose size is no multiple of 8 bytes come last, so that
    /// every tensor is aligned.
    fn tensors(&self, checkpoint: &Checkpoint) -> Vec<PlannedTensor> {
        let by_name: BTreeMap<&str, usize> =
            self.layers.iter().enumerate().map(|(index, layer)| (layer.name.as_str(), index)).collect();
        let mut packed = BTreeSet::new();
        let mut tensors = Vec::new();
        for tensor in checkpoint.tensors() {
            let layer = module(tensor.name).and_then(|module| by_name.get(module)).copied();
            match layer.filter(|layer| self.layers[*layer].replaces(tensor.name)) {
                None => tensors.push(PlannedTensor {
                    name: tensor.name.into(),
                    dtype: tensor.dtype,
                    shape: tensor.shape.to_vec(),
                    bytes: tensor.data.len() as u64,
                    content: Content::Copy,
                }),
                Some(index) if packed.insert(index) => {
                    let layer = &self.layers[index];
                    for (part, dtype, shape) in pack::parts(self.target, layer, self.symmetric) {
                        let bits = shape.iter().product::<usize>() * dtype.bitsize();
                        let name = format!("{}.{}", layer.name, part.suffix());
                        let content = Content::Part { layer: index, part };
                        tensors.push(PlannedTensor { name, dtype, shape, bytes: bits as u64 / 8, content });
                    }
                }
                Some(_) => {}
            }
        }
        // The sort is stable.
        tensors.sort_by_key(|tensor| match tensor.bytes % 8 {
            0 => 0,
            _ => usize::MAX - tensor.dtype.bitsize(),
        });
        tensors
    }

    /// Checks that the target can express every layer.
    ///
    /// # Errors
    /// [`FaultKind::NotExpressible`] for AutoAWQ, which has a dense head, groups that are ranges, and one group size.
    fn check_expressible(&self, checkpoint: &Checkpoint) -> Result<()> {
        if self.target != Target::Awq {
            return Ok(());
        }
        if let Some(lm_head) = self.layers.iter().find(|layer| layer.name.ends_with("lm_head")) {
            let fault = fault(checkpoint, FaultKind::NotExpressible, &lm_head.name);
            return Err(fault.found("a quantized output head").expected("a dense one in AutoAWQ files").into());
        }
        if let Some(layer) = self.layers.iter().find(|layer| layer.reordered) {
            let fault = fault(checkpoint, FaultKind::NotExpressible, &layer.name);
            let found = "groups that are not ranges of inputs (act-order)";
            return Err(fault.found(found).expected("ranges in AutoAWQ files").into());
        }
        let sizes = self.group_sizes();
        let most = sizes.iter().max_by_key(|(_, names)| names.len()).and_then(|(size, _)| *size);
        if let Some((size, names)) = sizes.iter().find(|(size, _)| **size != most) {
            let describe = |size: Option<usize>| size.map_or("one group".into(), |size| format!("groups of {size}"));
            let fault = fault(checkpoint, FaultKind::NotExpressible, names.first().copied().unwrap_or_default());
            let found = format!("{}, others {}", describe(*size), describe(most));
            return Err(fault
                .more(names.len().saturating_sub(1))
                .found(found)
                .expected("one size in AutoAWQ files")
                .into());
        }
        Ok(())
    }

    /// The names of the layers by group size; `None` for one group of all inputs, unless other layers have groups of that
    /// size.
    pub(super) fn group_sizes(&self) -> BTreeMap<Option<usize>, Vec<&str>> {
        let several = self.layers.iter().filter(|layer| layer.group_size < layer.inputs);
        let sizes: BTreeSet<usize> = several.map(|layer| layer.group_size).collect();
        let mut named: BTreeMap<Option<usize>, Vec<&str>> = BTreeMap::new();
        for layer in &self.layers {
            let size = Some(layer.group_size).filter(|size| sizes.contains(size));
            named.entry(size).or_default().push(&layer.name);
        }
        named
    }
}

impl Layer {
    /// Whether the layer's new tensors take the place of this tensor of its module.
    fn replaces(&self, tensor: &str) -> bool {
        let last = tensor.rsplit('.').next().unwrap_or(tensor);
        match self.source {
            LayerSource::Stored(_) => last != "bias",
            LayerSource::Dense => last == "weight",
        }
    }
}

fn module(tensor: &str) -> Option<&str> {
    tensor.rsplit_once('.').map(|(module, _)| module)
}

/// Checks that the packed form of a layer has whole words and whole groups.
fn check_shape(checkpoint: &Checkpoint, layer: &Layer) -> Result<()> {
    let Layer { name, inputs, outputs, group_size, .. } = layer;
    if *group_size == 0 || !inputs.is_multiple_of(*group_size) || !outputs.is_multiple_of(8) || *outputs == 0 {
        let fault = fault(checkpoint, FaultKind::UnsupportedShape, name);
        let found = format!("{inputs} inputs in groups of {group_size}, {outputs} outputs");
        return Err(fault.found(found).expected("whole groups, and a multiple of 8 outputs").into());
    }
    Ok(())
}

/// Checks that no AutoAWQ or GPTQ layer lacks the zero points that others have, as binding does.
fn check_zero_points(checkpoint: &Checkpoint, layers: &[Layer]) -> Result<()> {
    let is_symmetric = checkpoint.quantization().is_some_and(Quantization::has_symmetric_layers);
    let has_zeros = |layer: &&Layer| match &layer.source {
        LayerSource::Stored(info) => info.zero_point || info.format == Format::CompressedTensors,
        LayerSource::Dense => true,
    };
    match layers.iter().find(|layer| !has_zeros(layer)) {
        Some(layer) if !is_symmetric && layers.iter().any(|layer| has_zeros(&layer)) => {
            let name = format!("{}.qzeros", layer.name);
            Err(fault(checkpoint, FaultKind::MissingTensor, &name).expected("zero points, as other layers have").into())
        }
        _ => Ok(()),
    }
}

/// The names of the linear layers that stay dense: matrices that are neither embeddings nor among `layers`.
fn dense_linears(checkpoint: &Checkpoint, layers: &[Layer]) -> Vec<String> {
    let quantized: BTreeSet<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
    let is_linear = |tensor: &Tensor| {
        let is_float = float_of(tensor.dtype).is_some();
        let last = module(tensor.name).and_then(|module| module.rsplit('.').next()).unwrap_or_default();
        tensor.name.ends_with(".weight") && tensor.shape.len() == 2 && is_float && !last.contains("embed")
    };
    let modules = checkpoint.tensors().filter(is_linear).filter_map(|tensor| module(tensor.name));
    modules.filter(|module| !quantized.contains(module)).map(str::to_string).collect()
}
