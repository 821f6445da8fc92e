//! Finds the quantized linear layers of a checkpoint and infers the layout of each from names, dtypes and shapes.
//!
//! If the header and `config.json` disagree, the header wins, because many tools copy `config.json` unchanged. The
//! configuration decides only if several layouts fit the shapes. The table has the shapes for 4 bits, I inputs, O outputs
//! and G groups of inputs; gemm is also recognized with 2 and 8 bits.
//!
//! | layout | `qweight` | `scales` | `qzeros` |
//! |---|---|---|---|
//! | AutoAWQ gemm | I32 [I, O/8] | [G, O] | I32 [G, O/8] |
//! | AutoAWQ gemv | I32 [O, I/8] | [O, 8 Z] | I32 [O, Z], Z >= G/8 |
//! | AutoAWQ marlin | I32 [I/16, 2 O] | [G, O] | |
//! | AutoAWQ gemv_fast | I16 [O/4, I] | [>= G, O] | F16, as scales |
//! | llm-awq v2 | I16 [O/4, I] | [>= G, O] | `scaled_zeros` F16, as scales |
//! | GPTQ | I32 [I/8, O] | [G, O] | I32 [G, O/8] |
//! | compressed-tensors | `weight_packed` I32 [O, I/8] | `weight_scale` [O, G] | `weight_zero_point` I32 [O/8, G] |
//!
//! A layer with 8 bits per weight has a matrix `weight` [O, I] of that dtype.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use safetensors::Dtype;

use super::nibbles::NibbleOrders;
use super::{foreign, gemv};
use crate::checkpoint::{Checkpoint, Quantization, Tensor};
use crate::error::{Fault, FaultKind};
use crate::kernels::layout::NIBBLE_ORDER;

/// A result whose error is one fault of the checkpoint.
pub type Checked<T> = Result<T, Box<Fault>>;

/// The layout of a quantized layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// AutoAWQ `gemm`: packed along outputs. The layout that the kernels read.
    AwqGemm,
    /// AutoAWQ `gemv`: packed along inputs.
    AwqGemv,
    /// AutoAWQ `gemv_fast`: 16-bit words, four outputs interleaved.
    AwqGemvFast,
    /// AutoAWQ `marlin`: tiles of 16 inputs.
    AwqMarlin,
    /// llm-awq v2: as `gemv_fast`, with `scaled_zeros`.
    LlmAwqV2,
    /// GPTQ: packed along inputs; zero points are stored minus one.
    GptqV1,
    /// GPTQ: packed along inputs; zero points are stored unchanged.
    GptqV2,
    /// GPTQ with the bits of a code in several words.
    GptqPlanar,
    /// GPTQ `marlin`: tiles of 16 inputs, in tensors `B` and `s`.
    GptqMarlin,
    /// compressed-tensors, packed along inputs.
    CompressedTensors,
    /// One 8-bit float per weight.
    Fp8,
    /// One 8-bit integer per weight.
    Int8,
    /// bitsandbytes: one 8-bit integer per weight, scales in `SCB`.
    BitsAndBytesInt8,
}

/// One quantized linear layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearInfo {
    /// Name of the module, such as `model.layers.0.mlp.down_proj`.
    pub name: String,
    /// Layout of its tensors.
    pub format: Format,
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs.
    pub outputs: usize,
    /// Bits per weight.
    pub bits: usize,
    /// Number of inputs that share one scale; `inputs` if there is one group.
    pub group_size: usize,
    /// Whether zero points are stored. Without them, the zero point of every group is the middle code, 8 for 4 bits.
    pub zero_point: bool,
    /// Number format of the scales.
    pub scales: Dtype,
    /// Whether a `g_idx` is stored, if the format has one.
    pub has_g_idx: bool,
    /// Whether a bias `[outputs]` is stored.
    pub bias: bool,
    /// For gemm: nibble n of word c holds output `8 c + order[n]`. [`NIBBLE_ORDER`] unless the metadata has another order.
    pub order: [usize; 8],
}

impl Format {
    /// The name in reports, such as `awq-gemm`.
    pub fn name(self) -> &'static str {
        match self {
            Format::AwqGemm => "awq-gemm",
            Format::AwqGemv => "awq-gemv",
            Format::AwqGemvFast => "awq-gemv-fast",
            Format::AwqMarlin => "awq-marlin",
            Format::LlmAwqV2 => "llm-awq-v2",
            Format::GptqV1 => "gptq-v1",
            Format::GptqV2 => "gptq-v2",
            Format::GptqPlanar => "gptq-planar",
            Format::GptqMarlin => "gptq-marlin",
            Format::CompressedTensors => "compressed-tensors",
            Format::Fp8 => "fp8",
            Format::Int8 => "int8",
            Format::BitsAndBytesInt8 => "bitsandbytes-int8",
        }
    }

    /// The part of a layer that has the group of each input; `None` if the format has none.
    pub(super) fn g_idx(self) -> Option<&'static str> {
        match self {
            Format::GptqV1 | Format::GptqV2 => Some("g_idx"),
            Format::CompressedTensors => Some("weight_g_idx"),
            _ => None,
        }
    }

    /// Whether a quantization configuration specifies this layout.
    pub(super) fn is_named_by(self, quantization: &Quantization) -> bool {
        match quantization.method.as_str() {
            "" => ["awq", "gptq", "compressed-tensors"].iter().any(|method| self.is_layout_of(method, quantization)),
            method => self.is_layout_of(method, quantization),
        }
    }

    /// Whether the settings of a quantization method specify this layout.
    fn is_layout_of(self, method: &str, quantization: &Quantization) -> bool {
        let version = quantization.version.as_deref();
        let checkpoint_format = quantization.checkpoint_format.as_deref();
        match (method, self) {
            ("awq", Format::AwqGemm) => matches!(version, None | Some("gemm" | "exllama")),
            ("awq", Format::AwqGemv) => version == Some("gemv"),
            ("awq", Format::AwqGemvFast) => version == Some("gemv_fast"),
            ("awq", Format::AwqMarlin) => version == Some("marlin"),
            ("awq", Format::LlmAwqV2) => version.is_none_or(|version| version == "llm-awq"),
            // GPTQModel writes AWQ layers with quant_method gptq.
            ("gptq", Format::AwqGemm) => checkpoint_format == Some("gemm"),
            ("gptq", Format::GptqV1) => matches!(checkpoint_format, None | Some("gptq")),
            ("gptq", Format::GptqV2) => checkpoint_format == Some("gptq_v2"),
            ("gptq", Format::GptqPlanar) => checkpoint_format == Some("gptq_p"),
            ("gptq", Format::GptqMarlin) => checkpoint_format == Some("marlin"),
            ("compressed-tensors", Format::CompressedTensors | Format::Fp8 | Format::Int8) => true,
            ("fp8" | "fbgemm_fp8" | "modelopt", Format::Fp8) => true,
            ("bitsandbytes", Format::BitsAndBytesInt8) => true,
            // AutoRound exports several layouts.
            ("auto-round" | "intel/auto-round", _) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl LinearInfo {
    /// A 4-bit layer without zero points and bias. `shape` is `[inputs, outputs, groups]`, none of them zero.
    fn new(name: &str, format: Format, shape: [usize; 3], scales: Dtype) -> LinearInfo {
        let [inputs, outputs, groups] = shape;
        LinearInfo {
            name: name.into(),
            format,
            inputs,
            outputs,
            bits: 4,
            group_size: inputs.div_ceil(groups),
            zero_point: false,
            scales,
            has_g_idx: false,
            bias: false,
            order: NIBBLE_ORDER,
        }
    }

    /// Format and bits, for messages.
    pub(super) fn describe(&self) -> String {
        format!("{} with {} bits", self.format, self.bits)
    }
}

/// The quantized layers of a checkpoint.
#[derive(Debug, Default)]
pub struct QuantizedLayers {
    /// The layers with a known layout, sorted by name.
    pub found: Vec<LinearInfo>,
    /// Faults by the layer's name: its tensors fit no layout, or its nibble order is invalid. A layer with an invalid nibble
    /// order is in `found` too.
    pub faults: BTreeMap<String, Fault>,
    /// The formats of layers that rumma names without knowing their layout, by the layer's name. Each has a fault.
    pub foreign: BTreeMap<String, &'static str>,
}

impl QuantizedLayers {
    /// Finds the quantized layers of a checkpoint. Reads the header, the values of `weight_shape` and some scales of gemv, no
    /// other values.
    pub fn of(checkpoint: &Checkpoint) -> QuantizedLayers {
        let mut names = BTreeSet::new();
        for tensor in checkpoint.tensors() {
            match tensor.name.rsplit_once('.') {
                Some((base, "qweight" | "weight_packed" | "B")) => drop(names.insert(base)),
                Some((base, "weight")) if eight_bits(tensor.dtype).is_some() => drop(names.insert(base)),
                _ => {}
            }
        }
        let orders = NibbleOrders::read(checkpoint);
        let mut layers = QuantizedLayers { foreign: foreign::layers(checkpoint), ..QuantizedLayers::default() };
        for (name, format) in &layers.foreign {
            let fault = Fault::new(FaultKind::UnsupportedLayer, &checkpoint.path).subject(name).found(format);
            layers.faults.insert(name.clone(), fault);
        }
        for name in names.into_iter().filter(|name| !layers.foreign.contains_key(*name)).collect::<Vec<_>>() {
            match layout(checkpoint, name) {
                Ok(Some(mut info)) => {
                    if info.format == Format::AwqGemm {
                        match orders.of(name) {
                            Ok(order) => info.order = order,
                            Err(fault) => drop(layers.faults.insert(name.into(), *fault)),
                        }
                    }
                    layers.found.push(info);
                }
                Ok(None) => {}
                Err(fault) => drop(layers.faults.insert(name.into(), *fault)),
            }
        }
        layers
    }

    /// The memory that reading all layers takes, in bytes.
    pub fn repacked_bytes(&self) -> u64 {
        self.found.iter().map(LinearInfo::repacked_bytes).sum()
    }

    /// Whether a layer with this name is quantized, in whatever format.
    pub fn has(&self, name: &str) -> bool {
        !matches!(self.get(name), Ok(None))
    }

    /// The layer with this name; `None` if it is not quantized.
    ///
    /// # Errors
    /// The layer's entry in `faults`.
    pub fn get(&self, name: &str) -> Checked<Option<&LinearInfo>> {
        match self.faults.get(name) {
            Some(fault) => Err(Box::new(fault.clone())),
            None => Ok(self.found.binary_search_by(|info| info.name.as_str().cmp(name)).ok().map(|i| &self.found[i])),
        }
    }
}

/// The layer with this name, with [`NIBBLE_ORDER`]; `None` if it is not quantized.
fn layout(checkpoint: &Checkpoint, name: &str) -> Checked<Option<LinearInfo>> {
    let part = |suffix: &str| checkpoint.tensor(&format!("{name}.{suffix}"));
    let required = |suffix: &str, main: Tensor| {
        part(suffix).ok_or_else(|| {
            let fault = Fault::new(FaultKind::MissingTensor, main.file).subject(format!("{name}.{suffix}"));
            Box::new(fault.expected(format!("next to {}", last_part(main.name))))
        })
    };
    let mut info = if let Some(packed) = part("weight_packed") {
        let (scales, shape) = (required("weight_scale", packed)?, required("weight_shape", packed)?);
        compressed_tensors(name, packed, scales, shape, part("weight_zero_point"))?
    } else if let (Some(words), Some(scales)) = (part("B"), part("s")) {
        gptq_marlin(name, words, scales)?
    } else if let Some(words) = part("qweight") {
        let scales = required("scales", words)?;
        let zeros = part("qzeros").or_else(|| part("scaled_zeros"));
        let quantization = checkpoint.quantization();
        packed_words(&PackedLayer { name, words, scales, zeros, g_idx: part("g_idx"), quantization })?
    } else if let Some((weight, format)) = part("weight").and_then(|w| Some((w, eight_bits(w.dtype)?))) {
        let scales = ["weight_scale", "weight_scale_inv", "SCB"].into_iter().find_map(part);
        let is_bitsandbytes = format == Format::Int8 && part("SCB").is_some();
        let format = if is_bitsandbytes { Format::BitsAndBytesInt8 } else { format };
        match eight_bit(name, weight, format, scales) {
            Some(info) => info,
            None => return Ok(None),
        }
    } else {
        return Ok(None);
    };
    info.has_g_idx = info.format.g_idx().and_then(part).is_some();
    if let Some(bias) = part("bias") {
        if bias.shape != [info.outputs] {
            let fault = Fault::new(FaultKind::WrongTensor, bias.file).subject(bias.name);
            let found = format!("{} {:?}", bias.dtype, bias.shape);
            return Err(Box::new(fault.found(found).expected(format!("[{}], one for each output", info.outputs))));
        }
        info.bias = true;
    }
    Ok(Some(info))
}

/// The format of a `weight` with this dtype, if it has 8 bits per weight.
fn eight_bits(dtype: Dtype) -> Option<Format> {
    match dtype {
        Dtype::F8_E4M3 | Dtype::F8_E5M2 => Some(Format::Fp8),
        Dtype::I8 => Some(Format::Int8),
        _ => None,
    }
}

/// A layer with 8 bits per weight; `None` if `weight` is not a matrix.
fn eight_bit(name: &str, weight: Tensor, format: Format, scales: Option<Tensor>) -> Option<LinearInfo> {
    let &[outputs, inputs] = weight.shape else { return None };
    if outputs == 0 || inputs == 0 {
        return None;
    }
    // There is one scale per tensor, per output or per block of a grid.
    let groups = scales.and_then(|scales| scales.shape.get(1)).copied().unwrap_or(1).max(1);
    let scales = scales.map_or(weight.dtype, |scales| scales.dtype);
    Some(LinearInfo { bits: 8, ..LinearInfo::new(name, format, [inputs, outputs, groups], scales) })
}

fn gptq_marlin(name: &str, words: Tensor, scales: Tensor) -> Checked<LinearInfo> {
    match (words.shape, scales.shape) {
        (&[rows, columns], &[groups, outputs])
            if rows > 0 && outputs > 0 && groups > 0 && outputs.checked_mul(2) == Some(columns) =>
        {
            Ok(LinearInfo::new(name, Format::GptqMarlin, [16 * rows, outputs, groups], scales.dtype))
        }
        _ => Err(unknown_layout(words, scales, None)),
    }
}

/// The tensors of a layer that has `qweight` and `scales`, and the quantization configuration.
struct PackedLayer<'a> {
    name: &'a str,
    words: Tensor<'a>,
    scales: Tensor<'a>,
    zeros: Option<Tensor<'a>>,
    g_idx: Option<Tensor<'a>>,
    quantization: Option<&'a Quantization>,
}

/// Infers a layer that has `qweight` and `scales`. If several layouts fit the shapes, the configured one wins, else the
/// first.
fn packed_words(layer: &PackedLayer) -> Checked<LinearInfo> {
    let PackedLayer { words, scales, zeros, quantization, .. } = *layer;
    let unknown = || unknown_layout(words, scales, zeros);
    let (&[rows, columns], &[groups, width]) = (words.shape, scales.shape) else { return Err(unknown()) };
    let is_float = |dtype| matches!(dtype, Dtype::F16 | Dtype::BF16 | Dtype::F32);
    if rows == 0 || columns == 0 || groups == 0 || width == 0 || !is_float(scales.dtype) {
        return Err(unknown());
    }
    let shapes = ([rows, columns], [groups, width]);
    let mut candidates: Vec<LinearInfo> = match words.dtype {
        Dtype::I32 => [layer.gemm(shapes), layer.gemv(shapes), layer.gptq(shapes), layer.marlin(shapes)]
            .into_iter()
            .flatten()
            .collect(),
        Dtype::I16 => layer.gemv_fast(shapes).into_iter().collect(),
        _ => Vec::new(),
    };
    let configured = candidates.iter().position(|info| quantization.is_some_and(|q| info.format.is_named_by(q)));
    if candidates.is_empty() {
        return Err(unknown());
    }
    let mut info = candidates.swap_remove(configured.unwrap_or(0));
    info.zero_point = zeros.is_some();
    Ok(info)
}

/// The shapes of `qweight` and `scales`; no dimension is zero.
type PackedShapes = ([usize; 2], [usize; 2]);

impl PackedLayer<'_> {
    fn info(&self, format: Format, shape: [usize; 3]) -> LinearInfo {
        LinearInfo::new(self.name, format, shape, self.scales.dtype)
    }

    /// Whether there are no zero points, or they have this dtype and shape.
    fn zeros_are(&self, dtype: Dtype, shape: [usize; 2]) -> bool {
        self.zeros.is_none_or(|zeros| zeros.dtype == dtype && zeros.shape == shape)
    }

    /// The first configured group size that fits.
    fn configured_group_size(&self, fits: impl Fn(&usize) -> bool) -> Option<usize> {
        self.quantization?.layers.iter().filter_map(|layer| layer.group_size).find(fits)
    }

    /// The group size if the shapes give only an upper bound of the number of groups: the configured one if it fits, else
    /// 128, 64 or 32, else one group.
    fn group_size_within(&self, inputs: usize, max_groups: usize) -> usize {
        let fits = |group: &usize| inputs.is_multiple_of(*group) && inputs / group <= max_groups;
        self.configured_group_size(fits).or_else(|| [128, 64, 32].into_iter().find(fits)).unwrap_or(inputs)
    }

    fn gemm(&self, ([rows, columns], [groups, width]): PackedShapes) -> Option<LinearInfo> {
        let bits = [4, 8, 2].into_iter().find(|bits| width * bits == 32 * columns)?;
        // No tool writes one scale per weight, which small gemv layers would look like.
        let fits = groups < rows && rows.is_multiple_of(groups) && self.zeros_are(Dtype::I32, [groups, columns]);
        fits.then(|| LinearInfo { bits, ..self.info(Format::AwqGemm, [rows, width, groups]) })
    }

    fn gemv(&self, ([rows, columns], [groups, width]): PackedShapes) -> Option<LinearInfo> {
        let fits = groups == rows && width.is_multiple_of(8) && self.zeros_are(Dtype::I32, [rows, width / 8]);
        let inputs = 8 * columns;
        fits.then(|| {
            let configured = |fits: &dyn Fn(&usize) -> bool| self.configured_group_size(fits);
            let size = gemv::group_size(self.scales, inputs, configured);
            self.info(Format::AwqGemv, [inputs, rows, inputs / size])
        })
    }

    /// GPTQ packs along inputs. The bits follow from the length of `g_idx` (one entry per input), else from the width of the
    /// zero points.
    fn gptq(&self, ([rows, outputs], [groups, width]): PackedShapes) -> Option<LinearInfo> {
        let (zeros, quantization) = (self.zeros, self.quantization);
        let bits = match (self.g_idx.map(|g_idx| g_idx.shape), zeros.map(|zeros| zeros.shape)) {
            (Some(&[inputs]), _) if inputs > 0 => (32 * rows) / inputs,
            (_, Some(&[_, words])) => (32 * words).div_ceil(outputs),
            _ => quantization.and_then(|quantization| quantization.layers.first()).map_or(4, |layer| layer.bits),
        };
        let zeros_fit = zeros.is_none_or(|zeros| zeros.shape == [groups, (outputs * bits).div_ceil(32)]);
        if width != outputs || !(2..=8).contains(&bits) || !zeros_fit {
            return None;
        }
        let format = match quantization.and_then(|quantization| quantization.checkpoint_format.as_deref()) {
            Some("gptq_v2") => Format::GptqV2,
            Some("gptq_p") => Format::GptqPlanar,
            _ => Format::GptqV1,
        };
        let inputs = 32 * rows / bits;
        let mut info = self.info(format, [inputs, outputs, groups]);
        info.bits = bits;
        // The last group may be shorter, so several group sizes can give as many groups.
        let configured = self.configured_group_size(|group| inputs.div_ceil(*group) == groups);
        info.group_size = configured.unwrap_or(info.group_size);
        Some(info)
    }

    fn marlin(&self, ([rows, columns], [groups, width]): PackedShapes) -> Option<LinearInfo> {
        let fits = columns == 2 * width && self.zeros.is_none_or(|zeros| zeros.shape.first() == Some(&groups));
        fits.then(|| self.info(Format::AwqMarlin, [16 * rows, width, groups]))
    }

    fn gemv_fast(&self, ([rows, inputs], [groups, width]): PackedShapes) -> Option<LinearInfo> {
        let is_llm_awq = self.zeros.is_some_and(|zeros| zeros.name.ends_with(".scaled_zeros"));
        let format = if is_llm_awq { Format::LlmAwqV2 } else { Format::AwqGemvFast };
        let fits = width == 4 * rows && self.zeros_are(self.scales.dtype, [groups, width]);
        fits.then(|| self.info(format, [inputs, width, inputs / self.group_size_within(inputs, groups)]))
    }
}

fn compressed_tensors(
    name: &str,
    packed: Tensor,
    scales: Tensor,
    shape: Tensor,
    zeros: Option<Tensor>,
) -> Checked<LinearInfo> {
    let unknown = || unknown_layout(packed, scales, zeros);
    let (&[rows, columns], &[scale_rows, groups]) = (packed.shape, scales.shape) else { return Err(unknown()) };
    let (Dtype::I32, Dtype::I64, Some((outputs, rest))) = (packed.dtype, shape.dtype, shape.data.split_first_chunk())
    else {
        return Err(unknown());
    };
    let inputs = rest.first_chunk().and_then(|bytes| usize::try_from(i64::from_le_bytes(*bytes)).ok());
    let (Some(inputs), Ok(outputs)) = (inputs, usize::try_from(i64::from_le_bytes(*outputs))) else {
        return Err(unknown());
    };
    let bits = [4, 8, 2, 3, 5, 6, 7].into_iter().find(|bits| inputs.div_ceil(32 / bits) == columns);
    let (Some(bits), true) = (bits, inputs > 0 && groups > 0 && rows > 0 && rows == outputs && scale_rows == outputs)
    else {
        return Err(unknown());
    };
    let mut info = LinearInfo::new(name, Format::CompressedTensors, [inputs, outputs, groups], scales.dtype);
    info.bits = bits;
    info.zero_point = zeros.is_some();
    Ok(info)
}

fn unknown_layout(words: Tensor, scales: Tensor, zeros: Option<Tensor>) -> Box<Fault> {
    let part = |tensor: Tensor| format!("{} {} {:?}", last_part(tensor.name), tensor.dtype, tensor.shape);
    let found: Vec<String> = [Some(words), Some(scales), zeros].into_iter().flatten().map(part).collect();
    let fault = Fault::new(FaultKind::UnknownLayout, words.file).subject(words.name).found(found.join(", "));
    Box::new(fault.expected("the shapes of an AWQ, GPTQ or compressed-tensors layer"))
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
