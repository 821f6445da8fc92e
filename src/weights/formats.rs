//! Which quantised linear layers a checkpoint holds, and in which layout: told from names, dtypes and shapes.
//!
//! The header is believed over `config.json`, which many tools copy along unchanged. Configuration decides only where
//! the shapes leave a choice. With I inputs, O outputs and G groups of inputs, 4 bits
//! (gemm is known with 2 and 8 as well):
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
//! A dense layer has one matrix, `weight` [O, I]; its dtype tells the layers of 8-bit floats and integers.

use std::collections::BTreeSet;
use std::fmt;

use safetensors::Dtype;

use super::nibbles::order;
use crate::checkpoint::{Checkpoint, Quantization, Tensor};
use crate::error::{Error, Result};
use crate::kernels::layout::NIBBLE_ORDER;

/// How the codes of a layer lie in its tensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    AwqGemm,
    AwqGemv,
    AwqGemvFast,
    AwqMarlin,
    LlmAwqV2,
    /// Stores zero points minus one.
    GptqV1,
    GptqV2,
    GptqMarlin,
    CompressedTensors,
    /// 8-bit floats, one for each weight.
    Fp8,
    /// 8-bit integers, one for each weight.
    Int8,
}

/// One quantised linear layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearInfo {
    /// The module's name: `model.layers.0.mlp.down_proj`.
    pub name: String,
    pub format: Format,
    pub inputs: usize,
    pub outputs: usize,
    pub bits: usize,
    /// Inputs that share one scale; all of them where the configuration says -1.
    pub group_size: usize,
    /// Zero points are stored; without them every code is relative to the middle, 8 for 4 bits.
    pub zero_point: bool,
    pub scales: Dtype,
    pub bias: bool,
    /// For gemm: nibble n of word c holds the code of output `8 c + order[n]`; [`NIBBLE_ORDER`] unless the file says otherwise.
    pub order: [usize; 8],
}

impl Format {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Format::AwqGemm => "awq-gemm",
            Format::AwqGemv => "awq-gemv",
            Format::AwqGemvFast => "awq-gemv-fast",
            Format::AwqMarlin => "awq-marlin",
            Format::LlmAwqV2 => "llm-awq-v2",
            Format::GptqV1 => "gptq-v1",
            Format::GptqV2 => "gptq-v2",
            Format::GptqMarlin => "gptq-marlin",
            Format::CompressedTensors => "compressed-tensors",
            Format::Fp8 => "fp8",
            Format::Int8 => "int8",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl LinearInfo {
    /// A layer of 4 bits without zero points or bias; `shape` is inputs, outputs, groups, none of them zero.
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
            bias: false,
            order: NIBBLE_ORDER,
        }
    }

    /// Refuses a layer of a kind that rumma can describe but not run.
    pub fn check_runnable(&self, checkpoint: &Checkpoint) -> Result<()> {
        if self.format == Format::AwqGemm && self.bits == 4 {
            return Ok(());
        }
        let fix = match self.format {
            Format::AwqGemm | Format::AwqGemv | Format::AwqGemvFast | Format::AwqMarlin | Format::LlmAwqV2 => {
                "quantise the original model with AutoAWQ, version \"gemm\", 4 bits"
            }
            Format::GptqV1 | Format::GptqV2 | Format::GptqMarlin => {
                "take the model's AWQ edition, or quantise the original with AutoAWQ, version \"gemm\""
            }
            Format::CompressedTensors | Format::Fp8 | Format::Int8 => {
                "take an AutoAWQ edition of the model, or quantise the original with AutoAWQ, version \"gemm\""
            }
        };
        let what = format!("layer {} is {} with {} bits, which is not run", self.name, self.format, self.bits);
        Err(Error::Unsupported { path: checkpoint.path.clone(), what, fix: fix.into() })
    }
}

/// Every quantised layer, by name, and one line for each warning: layers that fit no layout, and facts of the
/// configuration that the tensors contradict.
pub fn linears(checkpoint: &Checkpoint) -> (Vec<LinearInfo>, Vec<String>) {
    let mut names = BTreeSet::new();
    for tensor in checkpoint.tensors() {
        match tensor.name.rsplit_once('.') {
            Some((base, "qweight" | "weight_packed" | "B")) => drop(names.insert(base)),
            Some((base, "weight")) if eight_bits(tensor.dtype).is_some() => drop(names.insert(base)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    let mut groups = WarningGroups::default();
    for name in names {
        match layout(checkpoint, name) {
            Ok(Some(mut info)) => {
                match order(checkpoint, &info) {
                    Ok(order) => info.order = order,
                    Err(error) => groups.add(name, &error),
                }
                found.push(info);
            }
            Ok(None) => {}
            Err(error) => groups.add(name, &error),
        }
    }
    let mut warnings = groups.into_warnings();
    if let Some(quantization) = checkpoint.config.as_ref().and_then(|config| config.quantization.as_ref()) {
        disagreements(quantization, &found, &mut warnings);
    } else if found.iter().any(|info| info.format == Format::GptqV1) {
        warnings.push("GPTQ layers without a configuration: zero points are taken to be stored minus one (v1)".into());
    }
    (found, warnings)
}

/// Errors of layers, of which those that differ in names and numbers alone are one kind: how many, and the first.
#[derive(Default)]
struct WarningGroups(Vec<(String, usize, String, String)>);

impl WarningGroups {
    fn add(&mut self, layer: &str, error: &Error) {
        let error = error.to_string();
        let kind: String = error.replace(layer, "").chars().filter(|c| !c.is_ascii_digit()).collect();
        match self.0.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, number, ..)) => *number += 1,
            None => self.0.push((kind, 1, layer.into(), error)),
        }
    }

    fn into_warnings(self) -> Vec<String> {
        let line = |(_, number, layer, error)| match number {
            1 => error,
            _ => format!("{number} layers, first {layer}: {error}"),
        };
        self.0.into_iter().map(line).collect()
    }
}

/// The quantised layer of that name; `None` where there is none (a dense layer has one tensor, `.weight`).
///
/// # Errors
///
/// Its tensors are incomplete or fit no known layout.
pub fn linear(checkpoint: &Checkpoint, name: &str) -> Result<Option<LinearInfo>> {
    let Some(mut info) = layout(checkpoint, name)? else { return Ok(None) };
    info.order = order(checkpoint, &info)?;
    Ok(Some(info))
}

/// [`linear`] without the order of nibbles.
fn layout(checkpoint: &Checkpoint, name: &str) -> Result<Option<LinearInfo>> {
    let part = |suffix: &str| checkpoint.tensor(&format!("{name}.{suffix}"));
    let needed = |suffix: &str, of: Tensor| {
        part(suffix).ok_or_else(|| Error::MissingTensor {
            path: of.file.to_path_buf(),
            tensor: format!("{name}.{suffix}"),
            expected: format!("beside {}", of.name),
        })
    };
    let mut info = if let Some(packed) = part("weight_packed") {
        compressed_tensors(
            name,
            packed,
            needed("weight_scale", packed)?,
            needed("weight_shape", packed)?,
            part("weight_zero_point"),
        )?
    } else if let (Some(words), Some(scales)) = (part("B"), part("s")) {
        let (&[rows, columns], &[groups, outputs]) = (words.shape, scales.shape) else {
            return Err(unknown_layout(words, scales, None));
        };
        if rows == 0 || outputs == 0 || groups == 0 || columns != 2 * outputs {
            return Err(unknown_layout(words, scales, None));
        }
        LinearInfo::new(name, Format::GptqMarlin, [16 * rows, outputs, groups], scales.dtype)
    } else if let Some(words) = part("qweight") {
        let scales = needed("scales", words)?;
        let zeros = part("qzeros").or_else(|| part("scaled_zeros"));
        let quantization = checkpoint.config.as_ref().and_then(|config| config.quantization.as_ref());
        packed_words(name, words, scales, zeros, part("g_idx"), quantization)?
    } else if let Some((weight, format)) = part("weight").and_then(|w| Some((w, eight_bits(w.dtype)?))) {
        let &[outputs, inputs] = weight.shape else { return Ok(None) };
        if outputs == 0 || inputs == 0 {
            return Ok(None);
        }
        let scales = ["weight_scale", "weight_scale_inv", "SCB"].into_iter().find_map(part);
        // A scale for each tensor or output, or for each square of a grid.
        let groups = scales.and_then(|scales| scales.shape.get(1)).copied().unwrap_or(1).max(1);
        let scales = scales.map_or(weight.dtype, |scales| scales.dtype);
        LinearInfo { bits: 8, ..LinearInfo::new(name, format, [inputs, outputs, groups], scales) }
    } else {
        return Ok(None);
    };
    if let Some(bias) = part("bias") {
        if bias.shape != [info.outputs] {
            return Err(Error::Tensor {
                path: bias.file.to_path_buf(),
                tensor: bias.name.into(),
                found: format!("{} {:?}", bias.dtype, bias.shape),
                expected: format!("[{}], one for each output of {name}", info.outputs),
            });
        }
        info.bias = true;
    }
    Ok(Some(info))
}

/// What a matrix of this dtype is, if each weight has 8 bits.
fn eight_bits(dtype: Dtype) -> Option<Format> {
    match dtype {
        Dtype::F8_E4M3 | Dtype::F8_E5M2 => Some(Format::Fp8),
        Dtype::I8 => Some(Format::Int8),
        _ => None,
    }
}

/// A layer of `qweight` and `scales`: every layout that the shapes allow, and of several the one that is configured.
fn packed_words(
    name: &str,
    words: Tensor,
    scales: Tensor,
    zeros: Option<Tensor>,
    g_idx: Option<Tensor>,
    quantization: Option<&Quantization>,
) -> Result<LinearInfo> {
    let unknown = || unknown_layout(words, scales, zeros);
    let (&[rows, columns], &[groups, width]) = (words.shape, scales.shape) else { return Err(unknown()) };
    let is_float = |dtype| matches!(dtype, Dtype::F16 | Dtype::BF16 | Dtype::F32);
    if rows == 0 || columns == 0 || groups == 0 || width == 0 || !is_float(scales.dtype) {
        return Err(unknown());
    }
    let zeros_are = |dtype, shape: [usize; 2]| zeros.is_none_or(|zeros| zeros.dtype == dtype && zeros.shape == shape);
    let configured_group = quantization.and_then(|quantization| quantization.group_size);
    let mut candidates = Vec::new();
    if words.dtype == Dtype::I32 {
        let gemm_bits = [4, 8, 2].into_iter().find(|bits| width * bits == 32 * columns);
        if let Some(bits) = gemm_bits
            && rows % groups == 0
            && zeros_are(Dtype::I32, [groups, columns])
        {
            let info = LinearInfo::new(name, Format::AwqGemm, [rows, width, groups], scales.dtype);
            candidates.push(LinearInfo { bits, ..info });
        }
        if groups == rows && width % 8 == 0 && zeros_are(Dtype::I32, [rows, width / 8]) {
            // Scales are padded to a multiple of eight groups or more, so their width bounds the groups only.
            let inputs = 8 * columns;
            let fits = |group: &usize| inputs % group == 0 && inputs / group <= width;
            let group =
                configured_group.filter(fits).or_else(|| [128, 64, 32].into_iter().find(fits)).unwrap_or(inputs);
            candidates.push(LinearInfo::new(name, Format::AwqGemv, [inputs, rows, inputs / group], scales.dtype));
        }
        if width == columns {
            candidates.extend(gptq(name, [rows, columns, groups], scales.dtype, zeros, g_idx, quantization));
        }
        if columns == 2 * width && zeros.is_none_or(|zeros| zeros.shape.first() == Some(&groups)) {
            candidates.push(LinearInfo::new(name, Format::AwqMarlin, [16 * rows, width, groups], scales.dtype));
        }
    }
    if words.dtype == Dtype::I16 && width == 4 * rows && zeros_are(scales.dtype, [groups, width]) {
        let inputs = columns;
        let fits = |group: &usize| inputs % group == 0 && inputs / group <= groups;
        let group = configured_group.filter(fits).or_else(|| [128, 64, 32].into_iter().find(fits)).unwrap_or(inputs);
        let is_llm_awq = zeros.is_some_and(|zeros| zeros.name.ends_with(".scaled_zeros"));
        let format = if is_llm_awq { Format::LlmAwqV2 } else { Format::AwqGemvFast };
        candidates.push(LinearInfo::new(name, format, [inputs, width, inputs / group], scales.dtype));
    }
    let configured = candidates.iter().position(|info| quantization.is_some_and(|q| names_format(q, info.format)));
    if candidates.is_empty() {
        return Err(unknown());
    }
    let mut info = candidates.swap_remove(configured.unwrap_or(0));
    info.zero_point = zeros.is_some();
    Ok(info)
}

/// GPTQ packs along inputs: bits follow from `g_idx` (one per input), or else from the zero points' width.
fn gptq(
    name: &str,
    [rows, outputs, groups]: [usize; 3],
    scales: Dtype,
    zeros: Option<Tensor>,
    g_idx: Option<Tensor>,
    quantization: Option<&Quantization>,
) -> Option<LinearInfo> {
    let bits = match (g_idx.map(|g_idx| g_idx.shape), zeros.map(|zeros| zeros.shape)) {
        (Some(&[inputs]), _) if inputs > 0 => (32 * rows) / inputs,
        (_, Some(&[_, words])) => (32 * words).div_ceil(outputs),
        _ => quantization.map_or(4, |quantization| quantization.bits),
    };
    if !(2..=8).contains(&bits) || zeros.is_some_and(|zeros| zeros.shape != [groups, (outputs * bits).div_ceil(32)]) {
        return None;
    }
    let is_v2 = quantization.is_some_and(|q| q.checkpoint_format.as_deref() == Some("gptq_v2"));
    let format = if is_v2 { Format::GptqV2 } else { Format::GptqV1 };
    let inputs = 32 * rows / bits;
    let mut info = LinearInfo::new(name, format, [inputs, outputs, groups], scales);
    info.bits = bits;
    // The last group may be shorter, so several group sizes can give as many groups.
    let configured = quantization.and_then(|q| q.group_size).filter(|group| inputs.div_ceil(*group) == groups);
    info.group_size = configured.unwrap_or(info.group_size);
    Some(info)
}

fn compressed_tensors(
    name: &str,
    packed: Tensor,
    scales: Tensor,
    shape: Tensor,
    zeros: Option<Tensor>,
) -> Result<LinearInfo> {
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

fn unknown_layout(words: Tensor, scales: Tensor, zeros: Option<Tensor>) -> Error {
    let part = |tensor: Tensor| {
        let suffix = tensor.name.rsplit('.').next().unwrap_or(tensor.name);
        format!("{suffix} {} {:?}", tensor.dtype, tensor.shape)
    };
    let found: Vec<String> = [Some(words), Some(scales), zeros].into_iter().flatten().map(part).collect();
    Error::Tensor {
        path: words.file.to_path_buf(),
        tensor: words.name.into(),
        found: found.join(", "),
        expected: "the shapes of an AWQ, GPTQ or compressed-tensors layer".into(),
    }
}

/// Whether the configuration calls for this layout.
fn names_format(quantization: &Quantization, format: Format) -> bool {
    let version = quantization.version.as_deref();
    let checkpoint_format = quantization.checkpoint_format.as_deref();
    match (quantization.method.as_str(), format) {
        ("awq", Format::AwqGemm) => matches!(version, None | Some("gemm" | "exllama")),
        ("awq", Format::AwqGemv) => version == Some("gemv"),
        ("awq", Format::AwqGemvFast) => version == Some("gemv_fast"),
        ("awq", Format::AwqMarlin) => version == Some("marlin"),
        ("awq", Format::LlmAwqV2) => version.is_none_or(|version| version == "llm-awq"),
        // GPTQModel writes AWQ layers under its own name for the layout.
        ("gptq", Format::AwqGemm) => checkpoint_format == Some("gemm"),
        ("gptq", Format::GptqV1) => matches!(checkpoint_format, None | Some("gptq")),
        ("gptq", Format::GptqV2) => checkpoint_format == Some("gptq_v2"),
        ("gptq", Format::GptqMarlin) => checkpoint_format == Some("marlin"),
        ("compressed-tensors", Format::CompressedTensors | Format::Fp8 | Format::Int8) => true,
        ("fp8" | "fbgemm_fp8" | "modelopt", Format::Fp8) => true,
        ("bitsandbytes", Format::Int8) => true,
        // AutoRound exports in the layout of others.
        ("auto-round" | "intel/auto-round", _) => true,
        _ => false,
    }
}

/// One line for each fact of the configuration that layers contradict, with how many and the first.
fn disagreements(quantization: &Quantization, found: &[LinearInfo], warnings: &mut Vec<String>) {
    let file = quantization.path.display();
    let mut note = |says: String, contradicts: &dyn Fn(&LinearInfo) -> Option<String>| {
        let mut contradicting = found.iter().filter_map(|info| Some((&info.name, contradicts(info)?)));
        if let Some((first, truth)) = contradicting.next() {
            let layers = 1 + contradicting.count();
            warnings.push(format!("{file} says {says}, but the tensors of {layers} layers say {truth} ({first})"));
        }
    };
    let layout = [Some(quantization.method.as_str()), quantization.version.as_deref()];
    note(layout.into_iter().flatten().collect::<Vec<_>>().join(" "), &|info| {
        (!names_format(quantization, info.format)).then(|| info.format.to_string())
    });
    // The configurations of 8-bit floats and integers have neither bits nor groups.
    let is_packed = |info: &LinearInfo| !matches!(info.format, Format::Fp8 | Format::Int8);
    note(format!("{} bits", quantization.bits), &|info| {
        (is_packed(info) && info.bits != quantization.bits).then(|| format!("{} bits", info.bits))
    });
    let group = quantization.group_size;
    note(group.map_or("one group".into(), |size| format!("group_size {size}")), &|info| {
        let expected = group.unwrap_or(info.inputs).min(info.inputs);
        (is_packed(info) && info.group_size != expected).then(|| format!("{}", info.group_size))
    });
    if quantization.zero_point == Some(true) {
        note("zero_point true".into(), &|info| (!info.zero_point).then(|| "there are none".into()));
    }
    // Tools differ in what they match with these; whole steps of a name they all mean.
    for module in &quantization.modules_to_not_convert {
        note(format!("{module} is not quantised"), &|info| {
            let named = format!(".{}.", info.name).contains(&format!(".{module}."));
            named.then(|| format!("{} bits", info.bits))
        });
    }
    if found.is_empty() {
        warnings.push(format!("{file} says {}, but no tensor belongs to a quantised layer", quantization.method));
    }
}
