//! Reads one quantized layer of any format that rumma runs, as the kernels read it.

use std::sync::Arc;

use safetensors::Dtype;

use super::formats::{Checked, Format, LinearInfo};
use super::layers::{AwqMatrix, MatrixData};
use super::repack;
use super::typed::{find, find_floats, find_words};
use crate::checkpoint::{Checkpoint, Quantization, Tensor};
use crate::error::{Fault, FaultKind, MachineError, MemoryPurpose, Result};
use crate::kernels::layout::Float;
use crate::pages;

/// The order of codes or zero points that are packed along outputs without interleaving.
const IN_ORDER: [usize; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
/// 1 in every nibble.
const ONES: u32 = 0x1111_1111;

/// Reads one quantized layer. Its words are mapped if the kernels can read them where they are, else repacked on the
/// current rayon pool.
///
/// # Errors
/// The faults of [`LinearInfo::check_runnable`]; a tensor that is missing or has another dtype or shape than the layer
/// requires; groups that a `g_idx` gives a different number of inputs; [`MachineError::NotEnoughMemory`].
pub fn read_linear(checkpoint: &Checkpoint, info: &LinearInfo) -> Result<AwqMatrix> {
    info.check_runnable(checkpoint)?;
    LinearTensors::of(checkpoint, info, info.zero_point)?.matrix(true)
}

/// The order in which the kernels read the inputs of a layer; `None` if each group is a range of inputs.
///
/// # Errors
/// Those of [`read_linear`].
pub fn input_order(checkpoint: &Checkpoint, info: &LinearInfo) -> Checked<Option<Arc<[u32]>>> {
    info.check_runnable(checkpoint)?;
    LinearTensors::of(checkpoint, info, info.zero_point)?.input_order()
}

/// The tensors of a quantized layer, with the dtypes and shapes that its format and its size require.
pub(super) struct LinearTensors<'a> {
    info: &'a LinearInfo,
    words: Tensor<'a>,
    zeros: Option<Tensor<'a>>,
    scales: Tensor<'a>,
    g_idx: Option<Tensor<'a>>,
    /// The number format of `scales`.
    scale_type: Float,
    /// Whether the configuration says that layers are symmetric.
    is_symmetric: bool,
    /// The names of all tensors of the layer, without the bias.
    pub names: Vec<&'a str>,
}

impl<'a> LinearTensors<'a> {
    /// Finds and checks the tensors of a layer that [`LinearInfo::check_runnable`] accepts. Reads no values.
    ///
    /// # Errors
    /// A tensor that is missing or wrong; missing zero points count only if `needs_zeros`.
    pub fn of(checkpoint: &'a Checkpoint, info: &'a LinearInfo, needs_zeros: bool) -> Checked<LinearTensors<'a>> {
        let name = |part: &str| format!("{}.{part}", info.name);
        let (inputs, outputs, groups) = (info.inputs, info.outputs, info.groups());
        let (words, zeros, scales) = match info.format {
            Format::CompressedTensors => ("weight_packed", "weight_zero_point", "weight_scale"),
            _ => ("qweight", "qzeros", "scales"),
        };
        // The scales of gemv are padded to whole words of zero points.
        let width = checkpoint.tensor(&name(scales)).and_then(|scales| scales.shape.get(1)).copied().unwrap_or(groups);
        let padded = width.max(groups).next_multiple_of(8);
        let (words_shape, zeros_shape, scales_shape) = match info.format {
            Format::AwqGemv => ([outputs, inputs.div_ceil(8)], [outputs, padded / 8], [outputs, padded]),
            Format::CompressedTensors => ([outputs, inputs.div_ceil(8)], [outputs / 8, groups], [outputs, groups]),
            Format::GptqV1 | Format::GptqV2 => ([inputs / 8, outputs], [groups, outputs / 8], [groups, outputs]),
            _ => ([inputs, outputs / 8], [groups, outputs / 8], [groups, outputs]),
        };
        let words = find_words(checkpoint, &name(words), &words_shape)?;
        let has_zeros = checkpoint.tensor(&name(zeros)).is_some();
        let zeros =
            (has_zeros || needs_zeros).then(|| find_words(checkpoint, &name(zeros), &zeros_shape)).transpose()?;
        let (scales, scale_type) = find_floats(checkpoint, &name(scales), &scales_shape)?;
        let g_idx = info.format.g_idx().filter(|_| info.has_g_idx);
        let find_g_idx = |part: &str| find(checkpoint, &name(part), &[inputs], |dtype| dtype == Dtype::I32, "I32");
        let g_idx = g_idx.map(find_g_idx).transpose()?;
        let shape = match info.format {
            Format::CompressedTensors => {
                Some(find(checkpoint, &name("weight_shape"), &[2], |dtype| dtype == Dtype::I64, "I64")?)
            }
            _ => None,
        };
        let names = [Some(words), zeros, Some(scales), g_idx, shape].into_iter().flatten().map(|tensor| tensor.name);
        let is_symmetric = checkpoint.quantization().is_some_and(Quantization::has_symmetric_layers);
        Ok(LinearTensors { info, words, zeros, scales, g_idx, scale_type, is_symmetric, names: names.collect() })
    }

    /// The order in which the kernels read the inputs, so that each group is a range: by group, then by index. `None` if the
    /// groups are ranges already.
    ///
    /// # Errors
    /// [`FaultKind::InvalidGroups`] if a group does not exist, or the groups have different numbers of inputs.
    pub fn input_order(&self) -> Checked<Option<Arc<[u32]>>> {
        let (size, Some(g_idx)) = (self.info.group_size, self.g_idx) else { return Ok(None) };
        let groups: Vec<i32> = g_idx.data.as_chunks().0.iter().map(|group| i32::from_le_bytes(*group)).collect();
        // compressed-tensors before 0.20 writes -1 if the groups are ranges.
        let is_unset = self.info.format == Format::CompressedTensors && groups.iter().all(|group| *group == -1);
        if is_unset || groups.iter().enumerate().all(|(i, group)| usize::try_from(*group) == Ok(i / size)) {
            return Ok(None);
        }
        let fault = |found: String, expected: String| {
            let fault = Fault::new(FaultKind::InvalidGroups, g_idx.file).subject(g_idx.name);
            Box::new(fault.found(found).expected(expected))
        };
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.info.groups()];
        for (i, group) in (0_u32..).zip(&groups) {
            match usize::try_from(*group).ok().and_then(|group| members.get_mut(group)) {
                Some(members) => members.push(i),
                None => {
                    return Err(fault(format!("group {group}"), format!("at most {}", self.info.groups() - 1)));
                }
            }
        }
        match members.iter().position(|members| members.len() != size) {
            None => Ok(Some(members.concat().into())),
            Some(group) => {
                let found = format!("{} inputs in group {group}", members[group].len());
                Err(fault(found, format!("{size} in every group")))
            }
        }
    }

    /// A fault if zero points of a GPTQ v1 layer are stored as 15, or unchanged as in v2. Reads the zero points.
    pub fn zero_point_fault(&self) -> Option<Fault> {
        let zeros = self.zeros.filter(|_| self.info.format == Format::GptqV1)?;
        let has_15 = |byte: &u8| byte & 15 == 15 || byte >> 4 == 15;
        let kind = match self.has_unchanged_zeros() {
            true => FaultKind::UnchangedZeroPoints,
            false if zeros.data.iter().any(has_15) => FaultKind::ZeroPointOverflow,
            false => return None,
        };
        Some(Fault::new(kind, zeros.file).subject(zeros.name))
    }

    /// Whether a symmetric layer stores 8, its zero point: GPTQ v1 would store 7 (some versions of GPTQModel write v2 as v1).
    fn has_unchanged_zeros(&self) -> bool {
        self.is_symmetric && self.zeros.is_some_and(|zeros| zeros.data.iter().all(|byte| *byte == 0x88))
    }

    /// The matrix as the kernels read it. If it must be repacked and `read` is false, it has the words of the file, which
    /// cannot be used.
    ///
    /// # Errors
    /// Those of [`LinearTensors::input_order`]; [`MachineError::NotEnoughMemory`].
    pub fn matrix(&self, read: bool) -> Result<AwqMatrix> {
        let info = self.info;
        let mapped = |tensor: Tensor| MatrixData::Mapped(tensor.share());
        let mut matrix = AwqMatrix {
            inputs: info.inputs,
            outputs: info.outputs,
            group_size: info.group_size,
            qweight: mapped(self.words),
            qzeros: self.zeros.map(mapped),
            scales: mapped(self.scales),
            scale_type: self.scale_type,
            input_order: self.input_order()?,
        };
        let [words, zeros, scales] = info.repacked_lengths();
        let total = words + zeros + scales;
        if !read || total == 0 {
            return Ok(matrix);
        }
        let mut memory = pages::zeros(total).map_err(|error| MachineError::NotEnoughMemory {
            purpose: MemoryPurpose::RepackedLayer(info.name.clone()),
            needed: total as u64,
            available: None,
            source: Some(error),
        })?;
        self.repack_words(matrix.input_order.as_deref(), &mut memory[..words]);
        self.repack_zeros(&mut memory[words..words + zeros]);
        self.repack_scales(&mut memory[words + zeros..]);
        self.words.release();
        let memory = Arc::new(memory);
        let part = |range| MatrixData::Repacked { memory: Arc::clone(&memory), range };
        matrix.qweight = part(0..words);
        if zeros > 0 {
            matrix.qzeros = Some(part(words..words + zeros));
        }
        if scales > 0 {
            matrix.scales = part(words + zeros..total);
        }
        Ok(matrix)
    }

    fn repack_words(&self, input_order: Option<&[u32]>, out: &mut [u8]) {
        let (info, words) = (self.info, self.words.data);
        let repack = |out: &mut [u8]| match info.format {
            Format::AwqGemm => repack::other_order(words, &info.order, 0, out),
            Format::GptqV1 | Format::GptqV2 => repack::rows_of_inputs(words, info.outputs, out),
            _ => repack::rows_of_outputs(words, info.inputs.div_ceil(8), info.outputs, out),
        };
        match input_order {
            None => repack(out),
            Some(order) => {
                let mut rows = vec![0; out.len()];
                repack(&mut rows);
                repack::permute_rows(&rows, info.outputs / 2, order, out);
            }
        }
    }

    /// `out` is empty if there are no zero points.
    fn repack_zeros(&self, out: &mut [u8]) {
        let (info, Some(zeros)) = (self.info, self.zeros) else { return };
        match info.format {
            Format::AwqGemv => repack::rows_of_outputs(zeros.data, zeros.shape[1], info.outputs, out),
            Format::CompressedTensors => {
                let mut words = vec![0; zeros.data.len()];
                repack::transpose_elements::<4>(zeros.data, info.groups(), &mut words);
                repack::other_order(&words, &IN_ORDER, 0, out);
            }
            Format::AwqGemm => repack::other_order(zeros.data, &info.order, 0, out),
            Format::GptqV1 if !self.has_unchanged_zeros() => {
                repack::other_order(zeros.data, &IN_ORDER, ONES, out);
            }
            _ => repack::other_order(zeros.data, &IN_ORDER, 0, out),
        }
    }

    /// `out` is empty if the scales are read where they are.
    fn repack_scales(&self, out: &mut [u8]) {
        match (self.scale_type.size(), self.scales.shape) {
            (2, &[_, columns]) => repack::transpose_elements::<2>(self.scales.data, columns, out),
            (_, &[_, columns]) => repack::transpose_elements::<4>(self.scales.data, columns, out),
            _ => {}
        }
    }
}
