//! Packs the codes, zero points and scales of a layer into the tensors of a format.

use std::borrow::Cow;

use rayon::prelude::*;
use safetensors::Dtype;

use super::plan::LayerWeights;
use super::{Layer, Target};
use crate::kernels::layout::{Awq4, DEFAULT_ZERO, NIBBLE_SHIFT, word_at};

/// One tensor of a quantized layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    AwqWords,
    AwqZeros,
    AwqScales,
    Packed,
    Scale,
    Shape,
    ZeroPoint,
    GroupIndex,
}

impl Part {
    /// The last part of the tensor's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Part::AwqWords => "qweight",
            Part::AwqZeros => "qzeros",
            Part::AwqScales => "scales",
            Part::Packed => "weight_packed",
            Part::Scale => "weight_scale",
            Part::Shape => "weight_shape",
            Part::ZeroPoint => "weight_zero_point",
            Part::GroupIndex => "weight_g_idx",
        }
    }
}

/// The tensors of a layer, with dtype and shape.
pub fn parts(target: Target, layer: &Layer, symmetric: bool) -> Vec<(Part, Dtype, Vec<usize>)> {
    let &Layer { inputs, outputs, group_size, scales, .. } = layer;
    let groups = inputs / group_size;
    match target {
        Target::Awq => vec![
            (Part::AwqWords, Dtype::I32, vec![inputs, outputs / 8]),
            (Part::AwqZeros, Dtype::I32, vec![groups, outputs / 8]),
            (Part::AwqScales, scales, vec![groups, outputs]),
        ],
        Target::CompressedTensors => {
            let mut parts = vec![
                (Part::Packed, Dtype::I32, vec![outputs, inputs.div_ceil(8)]),
                (Part::Scale, scales, vec![outputs, groups]),
                (Part::Shape, Dtype::I64, vec![2]),
            ];
            if !symmetric {
                parts.push((Part::ZeroPoint, Dtype::I32, vec![outputs / 8, groups]));
            }
            if layer.reordered {
                parts.push((Part::GroupIndex, Dtype::I32, vec![inputs]));
            }
            parts
        }
    }
}

/// The bytes of one tensor of a layer.
pub fn pack(part: Part, weights: &LayerWeights) -> Cow<'_, [u8]> {
    let view = weights.view();
    let Awq4 { inputs, outputs, group_size, .. } = view;
    let groups = inputs / group_size;
    match part {
        Part::AwqWords => Cow::Borrowed(view.qweight),
        Part::AwqZeros => zeros(&view),
        Part::AwqScales => Cow::Borrowed(view.scales),
        Part::Packed => {
            let row_of_input = weights.input_order().map(inverse);
            let row = |input: usize| row_of_input.as_ref().map_or(input, |rows| rows[input] as usize);
            Cow::Owned(along_inputs(view.qweight, inputs, outputs, &row))
        }
        Part::Scale => Cow::Owned(transposed(view.scales, groups, outputs, view.scale_type.size())),
        Part::Shape => Cow::Owned([outputs, inputs].iter().flat_map(|n| (*n as i64).to_le_bytes()).collect()),
        Part::ZeroPoint => Cow::Owned(along_outputs(&zeros(&view), groups, outputs)),
        Part::GroupIndex => {
            let order = weights.input_order().unwrap_or_default();
            Cow::Owned(inverse(order).iter().flat_map(|row| (row / group_size as u32).to_le_bytes()).collect())
        }
    }
}

/// The zero points, `[groups, outputs / 8]` words in the order of the kernels.
pub fn zeros<'a>(view: &Awq4<'a>) -> Cow<'a, [u8]> {
    match view.qzeros {
        Some(zeros) => Cow::Borrowed(zeros),
        None => {
            let bytes = view.inputs / view.group_size * view.outputs / 2;
            Cow::Owned(vec![(DEFAULT_ZERO as u8) * 0x11; bytes])
        }
    }
}

/// The inverse of a permutation.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; order.len()];
    for (row, input) in (0..).zip(order) {
        inverse[*input as usize] = row;
    }
    inverse
}

/// Words of a cache line: as many are read from a row at a time.
const LINE: usize = 16;

/// From `[inputs, outputs / 8]` words in the order of the kernels to `[outputs, inputs / 8]`, where nibble n of word c is input
/// `8c + n`. `row` is the row of an input. Missing inputs of the last word are 0.
fn along_inputs(words: &[u8], inputs: usize, outputs: usize, row: &(dyn Fn(usize) -> usize + Sync)) -> Vec<u8> {
    let (row_bytes, columns) = (outputs / 2, inputs.div_ceil(8));
    let mut packed = vec![0; outputs * columns * 4];
    packed.par_chunks_mut(8 * LINE * columns * 4).enumerate().for_each(|(chunk, rows)| {
        for column in 0..columns {
            let here = 8 * column..(8 * column + 8).min(inputs);
            for (block, rows) in rows.chunks_exact_mut(8 * columns * 4).enumerate() {
                let mut turned = [0_u32; 8];
                for (n, input) in here.clone().enumerate() {
                    let word = word_at(&words[row(input) * row_bytes..], chunk * LINE + block);
                    for (turned, shift) in turned.iter_mut().zip(NIBBLE_SHIFT) {
                        *turned |= (word >> shift & 15) << (4 * n);
                    }
                }
                for (row, word) in rows.chunks_exact_mut(columns * 4).zip(turned) {
                    row[4 * column..4 * column + 4].copy_from_slice(&word.to_le_bytes());
                }
            }
        }
    });
    packed
}

/// From `[groups, outputs / 8]` words in the order of the kernels to `[outputs / 8, groups]`, where nibble n of a word is output
/// `8c + n`.
fn along_outputs(words: &[u8], groups: usize, outputs: usize) -> Vec<u8> {
    let row_bytes = outputs / 2;
    let mut packed = Vec::with_capacity(words.len());
    for block in 0..outputs / 8 {
        for group in 0..groups {
            let word = word_at(&words[group * row_bytes..(group + 1) * row_bytes], block);
            let plain =
                NIBBLE_SHIFT.iter().zip(0..).fold(0, |plain, (shift, n)| plain | (word >> shift & 15) << (4 * n));
            packed.extend(u32::to_le_bytes(plain));
        }
    }
    packed
}

/// The transpose of a matrix of elements of `size` bytes.
fn transposed(bytes: &[u8], rows: usize, columns: usize, size: usize) -> Vec<u8> {
    let mut turned = Vec::with_capacity(bytes.len());
    for column in 0..columns {
        for row in 0..rows {
            let start = (row * columns + column) * size;
            turned.extend_from_slice(&bytes[start..start + size]);
        }
    }
    turned
}
