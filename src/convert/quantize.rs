//! Round-to-nearest quantization in groups, of dense weights that are scaled as a recipe says.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Layer, fault};
use crate::checkpoint::{Checkpoint, Tensor};
use crate::error::{Fault, FaultKind, Result};
use crate::kernels::layout::{Awq4, Float, NIBBLE_ORDER};
use crate::kernels::math::{f16_to_f32, f32_to_f16};
use crate::kernels::scalar::widen;
use crate::weights::float_of;

/// A layer that was quantized, in the layout of the kernels.
pub struct Codes {
    inputs: usize,
    outputs: usize,
    group_size: usize,
    words: Vec<u8>,
    zeros: Vec<u8>,
    scales: Vec<u8>,
}

impl Codes {
    /// The kernels' view.
    pub fn view(&self) -> Awq4<'_> {
        Awq4 {
            inputs: self.inputs,
            outputs: self.outputs,
            group_size: self.group_size,
            qweight: &self.words,
            qzeros: Some(&self.zeros),
            scales: &self.scales,
            scale_type: Float::F16,
        }
    }
}

/// The largest code.
const MAX_CODE: f32 = 15.0;

/// How the layers of a model are quantized.
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    /// Inputs that share a scale.
    pub group_size: usize,
    /// The layers that are quantized, by name.
    pub layers: BTreeMap<String, LayerRecipe>,
    /// Tensors whose content changes, because the scales of a layer's inputs are divided out of what comes before it. Dtype
    /// and shape are those of the source.
    pub changed: BTreeMap<String, Vec<u8>>,
    /// Number of layers that are only rounded to the nearest codes.
    pub nearest: usize,
}

/// How one layer is quantized. Without scales it is rounded to the nearest codes.
#[derive(Clone, Debug, Default)]
pub struct LayerRecipe {
    /// The weights of each input are multiplied by this before they are quantized; empty for 1.
    pub input_scales: Vec<f32>,
    /// The weights of each output are divided by this; empty for 1.
    pub output_scales: Vec<f32>,
    /// For each output and each group, an index into [`SHRINKS`]; empty for the first one.
    pub shrinks: Vec<u8>,
}

/// The factors of a group's range that are tried. A smaller range makes the steps finer and cuts off the largest weights.
pub const SHRINKS: [f32; 11] = [1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5];

/// The scale and the zero point of a group.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// f16, rounded up to the smallest positive number.
    pub scale: u16,
    pub zero: f32,
}

impl Group {
    /// The group whose codes 0 to 15 span the weights and 0, or `shrink` times that range.
    pub fn of(weights: &[f32], shrink: f32) -> Group {
        let (low, high) = weights.iter().fold((0.0_f32, 0.0_f32), |(low, high), w| (low.min(*w), high.max(*w)));
        let scale = f32_to_f16((high - low) * shrink / MAX_CODE).max(1);
        // The codes are decided with the scale as it is stored.
        let zero = round(-low * shrink / f16_to_f32(scale)).clamp(0.0, MAX_CODE);
        Group { scale, zero }
    }

    fn is_finite(self) -> bool {
        f16_to_f32(self.scale).is_finite()
    }

    /// Calls `each` with the index, the code and the dequantized value of every weight.
    pub fn quantize(self, weights: &[f32], mut each: impl FnMut(usize, f32, f32)) {
        let scale = f16_to_f32(self.scale);
        for (i, weight) in weights.iter().enumerate() {
            let code = (round(weight / scale) + self.zero).clamp(0.0, MAX_CODE);
            each(i, code, (code - self.zero) * scale);
        }
    }
}

/// The nearest integer of a number below 2^22, ties to even; without the call of a function that rounding is without SSE4.1.
fn round(x: f32) -> f32 {
    const SHIFT: f32 = 12_582_912.0;
    (x + SHIFT) - SHIFT
}

/// The dense weights of a layer, and their number format.
pub fn dense_weights<'c>(checkpoint: &'c Checkpoint, module: &str) -> Result<(Tensor<'c>, Float)> {
    let name = format!("{module}.weight");
    let Some(tensor) = checkpoint.tensor(&name) else {
        return Err(fault(checkpoint, FaultKind::MissingTensor, &name).into());
    };
    match float_of(tensor.dtype) {
        Some(float) if tensor.shape.len() == 2 => Ok((tensor, float)),
        _ => {
            let found = format!("{} {:?}", tensor.dtype, tensor.shape);
            Err(fault(checkpoint, FaultKind::WrongTensor, &name).found(found).expected("a matrix of floats").into())
        }
    }
}

impl LayerRecipe {
    /// Reads row `output` of a layer's weights, scaled, into `row`.
    pub fn read_row(&self, data: &[u8], float: Float, output: usize, row: &mut [f32]) {
        let bytes = row.len() * float.size();
        widen(&data[output * bytes..(output + 1) * bytes], float, row);
        if !self.input_scales.is_empty() {
            row.iter_mut().zip(&self.input_scales).for_each(|(weight, scale)| *weight *= scale);
        }
        if let Some(scale) = self.output_scales.get(output) {
            row.iter_mut().for_each(|weight| *weight /= scale);
        }
    }

    fn shrink(&self, index: usize) -> f32 {
        SHRINKS[usize::from(self.shrinks.get(index).copied().unwrap_or(0)).min(SHRINKS.len() - 1)]
    }
}

impl Recipe {
    /// Quantizes one layer.
    ///
    /// # Errors
    /// [`FaultKind::MissingTensor`]; [`FaultKind::WrongTensor`]; [`FaultKind::NotFiniteValues`];
    /// [`FaultKind::ScaleOverflow`].
    pub fn quantize(&self, checkpoint: &Checkpoint, layer: &Layer) -> Result<Codes> {
        let &Layer { inputs, outputs, group_size, .. } = layer;
        let (tensor, float) = dense_weights(checkpoint, &layer.name)?;
        let plain = LayerRecipe::default();
        let recipe = self.layers.get(&layer.name).unwrap_or(&plain);
        let groups = inputs / group_size;
        // [outputs, inputs], [outputs, groups]
        let mut codes = vec![0_u8; outputs * inputs];
        let mut parts = vec![Group { scale: 1, zero: 0.0 }; outputs * groups];
        let is_finite = codes
            .par_chunks_exact_mut(inputs)
            .zip(parts.par_chunks_exact_mut(groups))
            .enumerate()
            .map_init(
                || vec![0.0; inputs],
                |row, (output, (codes, parts))| {
                    recipe.read_row(tensor.data, float, output, row);
                    let rows = row.chunks_exact(group_size).zip(codes.chunks_exact_mut(group_size)).zip(parts);
                    for (number, ((weights, codes), part)) in rows.enumerate() {
                        *part = Group::of(weights, recipe.shrink(output * groups + number));
                        part.quantize(weights, |i, code, _| codes[i] = code as u8);
                    }
                    row.iter().all(|weight| weight.is_finite())
                },
            )
            .all(|is_finite| is_finite);
        if !is_finite || parts.iter().any(|part| !part.is_finite()) {
            let of_weights = unfit(checkpoint, &layer.name, group_size)?;
            // Finite weights may be too large when they are scaled.
            return Err(of_weights.unwrap_or_else(|| fault(checkpoint, FaultKind::ScaleOverflow, tensor.name)).into());
        }
        let zeros: Vec<u8> = parts.iter().map(|part| part.zero as u8).collect();
        let scale = |group: usize| (0..outputs).map(move |output| output * groups + group);
        let scales = (0..groups).flat_map(scale).flat_map(|part| parts[part].scale.to_le_bytes()).collect();
        Ok(Codes {
            inputs,
            outputs,
            group_size,
            words: words(&codes, inputs, outputs),
            zeros: words(&zeros, groups, outputs),
            scales,
        })
    }
}

/// The fault of weights that cannot be quantized: some are not finite, or the scale of a group is not.
///
/// # Errors
/// Those of [`dense_weights`].
pub fn unfit(checkpoint: &Checkpoint, module: &str, group_size: usize) -> Result<Option<Fault>> {
    let (tensor, float) = dense_weights(checkpoint, module)?;
    let &[outputs, inputs] = tensor.shape else { return Ok(None) };
    // For each output, whether all weights are finite, and the largest range of a group.
    let of_row = |row: &mut Vec<f32>, output: usize| {
        LayerRecipe::default().read_row(tensor.data, float, output, row);
        let is_finite = row.iter().all(|weight| weight.is_finite());
        let fits = row.chunks(group_size).all(|weights| Group::of(weights, 1.0).is_finite());
        let largest = row.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
        (!is_finite, if fits { 0.0 } else { largest })
    };
    let rows = (0..outputs).into_par_iter().map_init(|| vec![0.0; inputs], of_row);
    let (not_finite, largest) = rows.reduce(|| (false, 0.0), |a, b| (a.0 | b.0, a.1.max(b.1)));
    tensor.release();
    Ok(match (not_finite, largest > 0.0) {
        (true, _) => Some(fault(checkpoint, FaultKind::NotFiniteValues, tensor.name)),
        (false, true) => {
            let fault = fault(checkpoint, FaultKind::ScaleOverflow, tensor.name);
            Some(fault.found(format!("weights up to {largest:e}")).expected("ranges of groups below 982800"))
        }
        (false, false) => None,
    })
}

/// From `[outputs, rows]` codes to `[rows, outputs / 8]` words in [`NIBBLE_ORDER`].
fn words(codes: &[u8], rows: usize, outputs: usize) -> Vec<u8> {
    // As many rows as a cache line has codes.
    const ROWS: usize = 64;
    let mut words = vec![0; rows * outputs / 2];
    words.par_chunks_mut(ROWS * outputs / 2).enumerate().for_each(|(chunk, words)| {
        for block in 0..outputs / 8 {
            for (row, words) in words.chunks_exact_mut(outputs / 2).enumerate() {
                let code = |output: usize| u32::from(codes[(8 * block + output) * rows + chunk * ROWS + row]);
                let word = (0..8).fold(0, |word, n| word | code(NIBBLE_ORDER[n]) << (4 * n));
                words[4 * block..4 * block + 4].copy_from_slice(&word.to_le_bytes());
            }
        }
    });
    words
}
