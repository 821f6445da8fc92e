//! Report of `rumma inspect`. Only [`InspectOptions::stats`] makes it read all weights.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use serde::{Serialize, Serializer};

use super::diagnostics;
use super::generation::GenerationReport;
use super::memory::MemoryEstimate;
use super::size;
use super::stats::{self, Stats, is_float};
use super::table::{Column, natural, write_table};
use crate::checkpoint::families::{Family, schema::Names};
use crate::checkpoint::{Checkpoint, Config, Tensor};
use crate::error::{Error, RequestError, Result};
use crate::model::{self, ModelOptions};
use crate::weights::formats::{Format, LinearInfo};
use crate::weights::{Inventory, input_order};

/// Options of `rumma inspect`.
#[derive(Debug, Clone)]
pub struct InspectOptions {
    /// Context of the memory estimate, in tokens. Default: the model's maximum, but at most 4096.
    pub context: Option<usize>,
    /// List every tensor in the text. JSON always contains them.
    pub tensors: bool,
    /// Read all weights and compute [`Stats`].
    pub stats: bool,
    /// Arithmetic and instruction set of the memory estimate and of `runnable`.
    pub run: ModelOptions,
    /// Converts the reason why a checkpoint cannot be run to text.
    pub message: fn(&Error) -> String,
}

impl Default for InspectOptions {
    fn default() -> InspectOptions {
        let message = ToString::to_string;
        InspectOptions { context: None, tensors: false, stats: false, run: ModelOptions::default(), message }
    }
}

/// The contents of a checkpoint.
#[derive(Debug, Serialize)]
pub struct Inspection {
    /// The model as given by the user, or the name of the random model.
    pub source: String,
    /// The layout of the quantized layers, such as `awq-gemm`. Several are joined by `+`, the most frequent first. `dense`
    /// if there are none.
    pub format: String,
    /// The model family, inferred from the tensors' names if there is no configuration; `unknown` if that fails.
    pub family: String,
    /// Whether it can be loaded and run with these options, judged without reading the weights and apart from memory. If
    /// not, a warning has the reason.
    pub runnable: bool,
    /// Number of weights: inputs times outputs of quantized layers, elements of dense tensors. A tied head counts once.
    /// `None` if a quantized layer has a format that is only named, because its tensors hold packed weights.
    pub parameters: Option<u64>,
    /// The part of `parameters` that a token passes; absent if that is all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_parameters: Option<u64>,
    /// Bits of `memory.weights_bytes` per parameter, including scales and zero points; `None` if `parameters` is.
    pub bits_per_weight: Option<f64>,
    /// Dimensions in `config.json`; `None` if there is none or it is invalid.
    pub config: Option<ModelShape>,
    /// All tensors, sorted by name; numbers in names by value.
    pub tensors: Vec<TensorRow>,
    /// The quantized layers, in the same order.
    pub linears: Vec<LinearRow>,
    /// Memory needed to run the model.
    pub memory: MemoryEstimate,
    /// How answers are sampled and when they end, if the checkpoint's settings are valid; filled by whoever knows the options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<GenerationReport>,
    /// Statistics of the weights, with [`InspectOptions::stats`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<Stats>,
    /// Faults of the checkpoint, one line each.
    pub warnings: Vec<String>,
    #[serde(skip)]
    list_tensors: bool,
}

/// The dimensions of a model in `config.json`.
#[derive(Debug, Serialize)]
pub struct ModelShape {
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width of the feed-forward layers.
    pub intermediate_size: usize,
    /// Number of decoder layers.
    pub layers: usize,
    /// Number of query heads.
    pub heads: usize,
    /// Number of key and value heads.
    pub kv_heads: usize,
    /// Width of a head.
    pub head_dim: usize,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Maximum context in tokens, with the RoPE scaling.
    pub max_position_embeddings: usize,
    /// The type of RoPE scaling; `default` for none.
    pub rope_type: String,
    /// Whether the output head is the embedding matrix.
    pub tie_word_embeddings: bool,
    /// Number of experts in a layer; absent if there are none, as the next two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experts: Option<usize>,
    /// Number of experts that a token passes in a layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experts_per_token: Option<usize>,
    /// Width of an expert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moe_intermediate_size: Option<usize>,
}

/// One stored tensor.
#[derive(Debug, Serialize)]
pub struct TensorRow {
    /// Its name in the header.
    pub name: String,
    /// Its number format in the notation of safetensors, such as `F16`.
    pub dtype: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its stored size.
    pub bytes: u64,
}

/// One quantized layer.
#[derive(Debug, Serialize)]
pub struct LinearRow {
    /// Name of the module, such as `model.layers.0.mlp.down_proj`.
    pub name: String,
    /// Layout of its tensors.
    #[serde(serialize_with = "format_name")]
    pub format: Format,
    /// Number of inputs.
    #[serde(rename = "in")]
    pub inputs: usize,
    /// Number of outputs.
    #[serde(rename = "out")]
    pub outputs: usize,
    /// Bits per weight.
    pub bits: usize,
    /// Number of inputs that share one scale.
    pub group_size: usize,
    /// Whether zero points are stored.
    pub zero_point: bool,
    /// Whether the groups are not ranges of inputs, but what `g_idx` says; `None` if a `g_idx` is stored and cannot be read.
    pub act_order: Option<bool>,
    /// Whether a bias is stored.
    pub bias: bool,
}

/// Describes a checkpoint.
///
/// # Errors
/// None. Faults of the checkpoint are in `warnings`.
pub fn inspect(checkpoint: &Checkpoint, options: &InspectOptions) -> Result<Inspection> {
    let inventory = Inventory::of(checkpoint, options.stats);
    let layers = &inventory.quantized;
    let counted_once = inventory.head_is_embedding.then(|| Names::of(checkpoint).head_weight());
    let counted_once = counted_once.as_deref();
    let weights_bytes =
        checkpoint.tensors().filter(|t| Some(t.name) != counted_once).map(|t| t.data.len() as u64).sum::<u64>();
    let format = format(checkpoint, layers, &inventory.foreign);
    let is_described = inventory.foreign.is_empty() && !format.ends_with(UNKNOWN);
    let parameters = is_described.then(|| parameters(checkpoint, &inventory));
    let is_run = is_described && layers.iter().all(|info| info.check_runnable(checkpoint).is_ok());
    let described = is_described.then_some(&layers[..]);
    let memory = MemoryEstimate::of(checkpoint, described, is_run, weights_bytes, options);
    let isa = model::kernels(options.run.isa).err();
    let mut warnings = diagnostics::warnings(checkpoint, &inventory);
    warnings.extend(checkpoint.generation.warnings().map(ToString::to_string));
    let too_long = too_long(checkpoint, options);
    let refusals = inventory.refusal.iter().chain(&isa).chain(&too_long);
    warnings.extend(refusals.map(|error| format!("cannot be run: {}", (options.message)(error))));
    let stats = options.stats.then(|| stats::read(checkpoint, layers));
    warnings.extend(stats.iter().flat_map(|stats| stats.warnings(&checkpoint.path)).map(|fault| fault.to_string()));
    let mut tensors: Vec<TensorRow> = checkpoint.tensors().map(|tensor| TensorRow::of(&tensor)).collect();
    tensors.sort_by(|a, b| natural(&a.name, &b.name));
    let mut linears: Vec<LinearRow> = layers.iter().map(|info| LinearRow::of(checkpoint, info)).collect();
    linears.sort_by(|a, b| natural(&a.name, &b.name));
    Ok(Inspection {
        source: checkpoint.source.clone(),
        format,
        family: match &checkpoint.architecture {
            Some(name) => name.clone(),
            None => Family::from_tensors(checkpoint).map_or("unknown", |family| family.name).into(),
        },
        runnable: inventory.refusal.is_none() && isa.is_none() && too_long.is_none(),
        parameters,
        active_parameters: parameters.and_then(|all| active_parameters(checkpoint.config.as_ref(), all)),
        bits_per_weight: parameters.map(|all| if all == 0 { 0.0 } else { weights_bytes as f64 * 8.0 / all as f64 }),
        config: checkpoint.config.as_ref().map(ModelShape::of),
        tensors,
        linears,
        memory,
        generation: None,
        stats,
        warnings,
        list_tensors: options.tensors,
    })
}

/// The error of a run whose context is longer than the model's maximum.
fn too_long(checkpoint: &Checkpoint, options: &InspectOptions) -> Option<Error> {
    let maximum = checkpoint.config.as_ref()?.max_position_embeddings;
    let context = options.context.filter(|context| *context > maximum)?;
    Some(RequestError::ContextTooLong { context, maximum }.into())
}

fn format_name<S: Serializer>(format: &Format, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(format.name())
}

impl ModelShape {
    fn of(config: &Config) -> ModelShape {
        let experts = config.experts.as_ref();
        ModelShape {
            experts: experts.map(|experts| experts.count),
            experts_per_token: experts.map(|experts| experts.per_token),
            moe_intermediate_size: experts.map(|experts| experts.intermediate_size),
            hidden_size: config.hidden_size,
            intermediate_size: config.intermediate_size,
            layers: config.layers,
            heads: config.heads,
            kv_heads: config.kv_heads,
            head_dim: config.head_dim,
            vocab_size: config.vocab_size,
            max_position_embeddings: config.max_position_embeddings,
            rope_type: config.rope.scaling.name().into(),
            tie_word_embeddings: config.tie_word_embeddings,
        }
    }
}

impl TensorRow {
    fn of(tensor: &Tensor) -> TensorRow {
        TensorRow {
            name: tensor.name.into(),
            dtype: tensor.dtype.to_string(),
            shape: tensor.shape.to_vec(),
            bytes: tensor.data.len() as u64,
        }
    }
}

impl LinearRow {
    fn of(checkpoint: &Checkpoint, info: &LinearInfo) -> LinearRow {
        let is_ordered = || Some(input_order(checkpoint, info).ok()?.is_some());
        LinearRow {
            act_order: if info.has_g_idx { is_ordered() } else { Some(false) },
            name: info.name.clone(),
            format: info.format,
            inputs: info.inputs,
            outputs: info.outputs,
            bits: info.bits,
            group_size: info.group_size,
            zero_point: info.zero_point,
            bias: info.bias,
        }
    }
}

/// The layout of quantized layers that is not known.
const UNKNOWN: &str = "unknown";

/// The layouts of all layers, the most frequent first, then [`UNKNOWN`] if a quantized layer has an unknown layout.
fn format(checkpoint: &Checkpoint, layers: &[LinearInfo], foreign: &BTreeMap<String, &'static str>) -> String {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for format in layers.iter().map(|layer| layer.format.name()).chain(foreign.values().copied()) {
        *counts.entry(format).or_default() += 1;
    }
    let mut formats: Vec<(&str, usize)> = counts.into_iter().collect();
    formats.sort_by_key(|(format, count)| (Reverse(*count), *format));
    let mut names: Vec<&str> = formats.into_iter().map(|(format, _)| format).collect();
    let is_quantized = |tensor: &Tensor, part: &str| match part {
        "qweight" | "weight_packed" => true,
        "weight" => !is_float(tensor.dtype) && tensor.shape.len() == 2,
        _ => false,
    };
    let is_unknown = |tensor: &Tensor| {
        tensor.name.rsplit_once('.').is_some_and(|(module, part)| {
            let is_known = layers.binary_search_by(|info| info.name.as_str().cmp(module)).is_ok();
            is_quantized(tensor, part) && !is_known && !foreign.contains_key(module)
        })
    };
    if checkpoint.tensors().any(|tensor| is_unknown(&tensor)) {
        names.push(UNKNOWN);
    }
    if names.is_empty() { "dense".into() } else { names.join("+") }
}

/// Last components of the names of a quantized layer's tensors, without the bias. Their elements do not count as parameters.
const QUANTIZED_PARTS: [&str; 15] = [
    "weight",
    "weight_scale_inv",
    "input_scale",
    "SCB",
    "qweight",
    "qzeros",
    "scaled_zeros",
    "scales",
    "g_idx",
    "weight_packed",
    "weight_scale",
    "weight_zero_point",
    "weight_shape",
    "weight_g_idx",
    "B",
];

/// Counts the elements of dense tensors and the inputs times outputs of quantized layers.
pub(super) fn parameters(checkpoint: &Checkpoint, inventory: &Inventory) -> u64 {
    let layers = &inventory.quantized;
    let counted_once = inventory.head_is_embedding.then(|| Names::of(checkpoint).head_weight());
    let counted_once = counted_once.as_deref();
    let quantized: HashSet<&str> = layers.iter().map(|info| info.name.as_str()).collect();
    let is_part = |name: &str| {
        name.rsplit_once('.').is_some_and(|(base, part)| {
            quantized.contains(base) && (QUANTIZED_PARTS.contains(&part) || part == "s" || part == "workspace")
        })
    };
    let dense = checkpoint.tensors().filter(|tensor| !is_part(tensor.name) && Some(tensor.name) != counted_once);
    let dense: u64 = dense.map(|tensor| tensor.shape.iter().product::<usize>() as u64).sum();
    // No sum overflows, because every element in the header takes bits in the file.
    dense + layers.iter().map(|info| info.inputs as u64 * info.outputs as u64).sum::<u64>()
}

/// The parameters that a token passes, of all `parameters`; `None` if that is all of them.
pub(super) fn active_parameters(config: Option<&Config>, parameters: u64) -> Option<u64> {
    let inactive = config?.inactive_parameters();
    (inactive > 0).then(|| parameters.saturating_sub(inactive))
}

impl Inspection {
    /// The summary as text, with every tensor if [`InspectOptions::tensors`] is set.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text).unwrap_or_default();
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "{}", self.source)?;
        writeln!(out, "  format      {}", self.format)?;
        writeln!(out, "  family      {}", self.family)?;
        if let Some(shape) = &self.config {
            let ModelShape { hidden_size, intermediate_size, layers, heads, kv_heads, head_dim, vocab_size, .. } =
                shape;
            writeln!(out, "  layers      {layers}, hidden {hidden_size}, intermediate {intermediate_size}")?;
            writeln!(out, "  attention   {heads} heads of {head_dim}, {kv_heads} for keys and values")?;
            if let (Some(count), Some(per_token)) = (shape.experts, shape.experts_per_token) {
                let width = shape.moe_intermediate_size.unwrap_or_default();
                writeln!(out, "  experts     {count} in a layer, {per_token} for each token, intermediate {width}")?;
            }
            let tied = if shape.tie_word_embeddings { ", tied" } else { "" };
            writeln!(out, "  vocabulary  {vocab_size}{tied}")?;
            let scaling = match shape.rope_type.as_str() {
                "default" => String::new(),
                name => format!(", RoPE scaling {name}"),
            };
            writeln!(out, "  context     {}{scaling}", shape.max_position_embeddings)?;
        }
        match (self.parameters, self.bits_per_weight) {
            (Some(all), Some(bits)) => {
                writeln!(out, "  parameters  {} ({all}), {bits:.2} bits each", short_count(all))?
            }
            _ => writeln!(out, "  parameters  unknown: the layout of quantized layers is not known")?,
        }
        if let Some(active) = self.active_parameters {
            writeln!(out, "    active    {} ({active}) for each token", short_count(active))?;
        }
        writeln!(out, "  tensors     {} in {}", self.tensors.len(), size(self.memory.file_bytes))?;
        let mut dtypes: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
        for tensor in &self.tensors {
            let (number, bytes) = dtypes.entry(&tensor.dtype).or_default();
            *number += 1;
            *bytes += tensor.bytes;
        }
        for (dtype, (number, bytes)) in dtypes {
            writeln!(out, "    {dtype:<9} {number:>5} {:>10}", size(bytes))?;
        }
        self.write_linears(out)?;
        self.memory.write(out)?;
        if let Some(stats) = &self.stats {
            stats.write(out)?;
        }
        if self.list_tensors {
            writeln!(out, "  every tensor")?;
            let cells =
                |t: &TensorRow| vec![t.name.clone(), t.dtype.clone(), format!("{:?}", t.shape), t.bytes.to_string()];
            let rows: Vec<Vec<String>> = self.tensors.iter().map(cells).collect();
            let columns = [Column::Left("name"), Column::Left("dtype"), Column::Left("shape"), Column::Right("bytes")];
            write_table(out, "    ", &columns, &rows)?;
        }
        for warning in &self.warnings {
            writeln!(out, "  warning: {warning}")?;
        }
        Ok(())
    }

    /// One line for each kind of quantized layer: number of layers, last component of the name, shape.
    fn write_linears(&self, out: &mut String) -> std::fmt::Result {
        let mut kinds: Vec<(&str, &LinearRow, usize)> = Vec::new();
        for row in &self.linears {
            let module = row.name.rsplit('.').next().unwrap_or(&row.name);
            let same = |(name, kind, _): &&mut (&str, &LinearRow, usize)| {
                let sizes = |row: &LinearRow| (row.inputs, row.outputs, row.bits, row.group_size);
                let facts = |row: &LinearRow| (sizes(row), row.bias, row.zero_point, row.act_order, row.format);
                *name == module && facts(kind) == facts(row)
            };
            match kinds.iter_mut().find(same) {
                Some((_, _, number)) => *number += 1,
                None => kinds.push((module, row, 1)),
            }
        }
        if !kinds.is_empty() {
            writeln!(out, "  quantized layers")?;
        }
        for (module, row, number) in kinds {
            let LinearRow { inputs, outputs, bits, group_size, .. } = row;
            let bias = if row.bias { ", bias" } else { "" };
            let zeros = if row.zero_point { "" } else { ", no zero points" };
            let order = match row.act_order {
                Some(false) => "",
                Some(true) => ", act-order",
                None => ", g_idx",
            };
            let facts = format!("{bits} bits in groups of {group_size}{bias}{zeros}{order}");
            writeln!(out, "    {number:>4} x {module:<12} {inputs:>6} -> {outputs:<6} {facts}")?;
        }
        Ok(())
    }
}

/// A number of parameters with a unit, such as `3.09 B` or `494.0 M`.
pub(super) fn short_count(parameters: u64) -> String {
    let n = parameters as f64;
    match parameters {
        0..1_000_000 => format!("{:.0} K", n / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} M", n / 1e6),
        _ => format!("{:.2} B", n / 1e9),
    }
}
