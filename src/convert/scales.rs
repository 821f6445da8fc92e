//! The search of AWQ: scales of a layer's inputs, and ranges of its groups, that lose least on real activations.
//!
//! Lin et al., "AWQ: Activation-aware weight quantization for LLM compression and acceleration" (2023). The inputs with large
//! activations get finer steps: their weights are multiplied by a scale before they are rounded, and what comes before the
//! layer is divided by it. All sums are in a fixed order, and every function is one of `kernels`, so the result is the same on
//! every machine and with any number of threads.

use rayon::prelude::*;

use super::quantize::{Group, LayerRecipe, SHRINKS};
use crate::kernels::Kernels;
use crate::kernels::layout::{Dense, Float, TILE};
use crate::kernels::math::pow;

/// Steps of the exponent of the mean activation.
const GRID: usize = 20;

/// What is known of the inputs of some layers.
#[derive(Clone, Debug)]
pub struct Activations {
    /// Number of inputs.
    pub inputs: usize,
    /// The mean absolute value of each input.
    pub mean: Vec<f64>,
    /// Some rows, `[rows, inputs]`, on which losses are measured.
    pub sample: Vec<f32>,
    /// For each group, the sums of the products of its inputs, `[groups, group_size, group_size]`.
    pub products: Vec<f32>,
}

/// Rows of the loss.
const SAMPLE_ROWS: usize = 512;
/// Rows of the products.
const PRODUCT_ROWS: usize = 2048;

/// `count` of `rows` rows, evenly spaced; all if there are fewer.
fn spaced(rows: usize, count: usize) -> impl Iterator<Item = usize> + Clone {
    let count = count.min(rows);
    (0..count).map(move |n| n * rows / count)
}

impl Activations {
    /// Of `values`, `[rows, inputs]`.
    pub fn of(values: &[f32], inputs: usize, group_size: usize) -> Activations {
        let rows = values.len() / inputs;
        let row = |r: usize| &values[r * inputs..(r + 1) * inputs];
        let columns: Vec<usize> = (0..inputs).step_by(group_size).collect();
        let mean = columns.par_iter().flat_map_iter(|start| {
            let mut sums = vec![0.0; group_size];
            for r in 0..rows {
                sums.iter_mut().zip(&row(r)[*start..]).for_each(|(sum, x)| *sum += f64::from(x.abs()));
            }
            sums.into_iter().map(move |sum| sum / rows as f64)
        });
        let products = columns.par_iter().flat_map_iter(|start| {
            let mut products = vec![0.0_f32; group_size * group_size];
            for r in spaced(rows, PRODUCT_ROWS) {
                let x = &row(r)[*start..*start + group_size];
                for (products, factor) in products.chunks_exact_mut(group_size).zip(x) {
                    products.iter_mut().zip(x).for_each(|(product, x)| *product += factor * x);
                }
            }
            products
        });
        Activations {
            inputs,
            mean: mean.collect(),
            products: products.collect(),
            sample: spaced(rows, SAMPLE_ROWS).flat_map(row).copied().collect(),
        }
    }
}

/// The dense weights of a layer, `[outputs, inputs]`.
#[derive(Clone, Copy)]
pub struct DenseWeights<'a> {
    pub outputs: usize,
    pub data: &'a [u8],
    pub float: Float,
}

/// The layers that read the same inputs.
pub struct Search<'a> {
    pub kernels: Kernels,
    pub group_size: usize,
    pub layers: &'a [DenseWeights<'a>],
    pub activations: &'a Activations,
    /// For each input, the index of its scale. Inputs with the same index have the same scale.
    pub shared: &'a (dyn Fn(usize) -> usize + Sync),
}

impl Search<'_> {
    /// The scales of the inputs that lose least, all 1 among them, as [`LayerRecipe::input_scales`].
    pub fn input_scales(&self) -> Vec<f32> {
        let activations = self.share(&self.activations.mean);
        let weights = self.share(&self.mean_weights());
        let mut best = (self.loss(&[]), Vec::new());
        for step in 0..GRID {
            let ratio = step as f64 / GRID as f64;
            let scales = self.candidate(ratio, &activations, &weights);
            let loss = self.loss(&scales);
            if loss < best.0 {
                best = (loss, scales);
            }
        }
        best.1
    }

    /// The scales for an exponent: `activation^ratio / weight^(1 - ratio)`, with a geometric middle of 1.
    fn candidate(&self, ratio: f64, activations: &[f64], weights: &[f64]) -> Vec<f32> {
        const LEAST: f64 = 1e-4;
        let power = |base: f64, exponent: f64| pow(base.max(1e-12), exponent);
        let scale = |(x, w): (&f64, &f64)| (power(*x, ratio) / (power(*w, 1.0 - ratio) + LEAST)).max(LEAST);
        let scales: Vec<f64> = activations.iter().zip(weights).map(scale).collect();
        let (low, high) = scales.iter().fold((f64::MAX, 0.0_f64), |(low, high), s| (low.min(*s), high.max(*s)));
        let middle = (low * high).sqrt();
        scales.iter().map(|scale| (scale / middle) as f32).map(|s| if s.is_normal() { s } else { 1.0 }).collect()
    }

    /// The mean of the inputs that share a scale, for each of them.
    fn share(&self, of_inputs: &[f64]) -> Vec<f64> {
        let mut sums = vec![(0.0, 0); of_inputs.len()];
        for (input, value) in of_inputs.iter().enumerate() {
            let sum = &mut sums[(self.shared)(input)];
            *sum = (sum.0 + value, sum.1 + 1);
        }
        let mean = |input| {
            let (sum, count) = sums[(self.shared)(input)];
            sum / f64::from(count)
        };
        (0..of_inputs.len()).map(mean).collect()
    }

    /// The mean size of the weights of each input, relative to the largest of their group.
    fn mean_weights(&self) -> Vec<f64> {
        let inputs = self.activations.inputs;
        let mut sums = vec![0.0; inputs];
        let mut outputs = 0;
        for layer in self.layers {
            let tiles: Vec<usize> = (0..layer.outputs).step_by(TILE).collect();
            let tile_sums: Vec<Vec<f64>> = tiles
                .par_iter()
                .map(|start| {
                    let (mut row, mut sums) = (vec![0.0; inputs], vec![0.0; inputs]);
                    for output in *start..(start + TILE).min(layer.outputs) {
                        LayerRecipe::default().read_row(layer.data, layer.float, output, &mut row);
                        let groups = row.chunks(self.group_size).zip(sums.chunks_mut(self.group_size));
                        for (weights, sums) in groups {
                            let largest = weights.iter().fold(0.0_f32, |most, w| most.max(w.abs())) + 1e-6;
                            let relative = weights.iter().map(|w| f64::from(w.abs() / largest));
                            sums.iter_mut().zip(relative).for_each(|(sum, w)| *sum += w);
                        }
                    }
                    sums
                })
                .collect();
            for tile in tile_sums {
                sums.iter_mut().zip(tile).for_each(|(sum, w)| *sum += w);
            }
            outputs += layer.outputs;
        }
        sums.iter().map(|sum| sum / outputs as f64).collect()
    }

    /// The sum of the squared errors of all outputs on the sample if the weights are scaled and rounded.
    fn loss(&self, scales: &[f32]) -> f64 {
        let inputs = self.activations.inputs;
        let recipe = LayerRecipe { input_scales: scales.to_vec(), ..LayerRecipe::default() };
        let tiles =
            self.layers.iter().flat_map(|layer| (0..layer.outputs).step_by(TILE).map(move |start| (layer, start)));
        let tiles: Vec<(&DenseWeights, usize)> = tiles.collect();
        let losses: Vec<f64> = tiles
            .par_iter()
            .map(|(layer, start)| {
                let outputs = TILE.min(layer.outputs - start);
                let mut errors = Vec::with_capacity(outputs * inputs * 4);
                let (mut row, mut error) = (vec![0.0; inputs], vec![0.0; inputs]);
                for output in *start..start + outputs {
                    recipe.read_row(layer.data, layer.float, output, &mut row);
                    let groups = row.chunks(self.group_size).zip(error.chunks_mut(self.group_size));
                    for (weights, error) in groups {
                        Group::of(weights, 1.0).quantize(weights, |i, _, value| error[i] = value - weights[i]);
                    }
                    if !scales.is_empty() {
                        error.iter_mut().zip(scales).for_each(|(error, scale)| *error /= scale);
                    }
                    errors.extend(error.iter().flat_map(|error| error.to_le_bytes()));
                }
                let matrix = Dense { inputs, outputs, data: &errors, kind: Float::F32 };
                let rows = self.activations.sample.len() / inputs;
                let mut out = vec![0.0; rows * outputs];
                self.kernels.dense_tile(&matrix, &self.activations.sample, 0..outputs, &mut out);
                out.iter().map(|error| f64::from(*error) * f64::from(*error)).sum()
            })
            .collect();
        losses.iter().sum()
    }

    /// The factors of each group's range that lose least for a layer with this recipe, as [`LayerRecipe::shrinks`].
    pub fn shrinks(&self, layer: &DenseWeights, recipe: &LayerRecipe) -> Vec<u8> {
        let (inputs, size) = (self.activations.inputs, self.group_size);
        let groups = inputs / size;
        let outputs: Vec<usize> = (0..layer.outputs).collect();
        let of_output = |output: &usize| {
            let (mut row, mut error) = (vec![0.0; inputs], vec![0.0; size]);
            recipe.read_row(layer.data, layer.float, *output, &mut row);
            let best = |group: usize| {
                let weights = &row[group * size..(group + 1) * size];
                let products = &self.activations.products[group * size * size..(group + 1) * size * size];
                let mut best = (f64::MAX, 0);
                for (index, shrink) in (0..).zip(SHRINKS) {
                    Group::of(weights, shrink).quantize(weights, |i, _, value| error[i] = value - weights[i]);
                    if !recipe.input_scales.is_empty() {
                        let scales = &recipe.input_scales[group * size..(group + 1) * size];
                        error.iter_mut().zip(scales).for_each(|(error, scale)| *error /= scale);
                    }
                    let loss = quadratic(products, &error);
                    if loss < best.0 {
                        best = (loss, index);
                    }
                }
                best.1
            };
            (0..groups).map(best).collect::<Vec<u8>>()
        };
        outputs.par_iter().flat_map_iter(of_output).collect()
    }
}

/// `x^T A x` for a matrix `[n, n]`.
fn quadratic(matrix: &[f32], x: &[f32]) -> f64 {
    const LANES: usize = 16;
    let mut sum = 0.0;
    for (row, factor) in matrix.chunks_exact(x.len()).zip(x) {
        let mut lanes = [0.0_f32; LANES];
        for (row, x) in row.chunks(LANES).zip(x.chunks(LANES)) {
            for (lane, (a, x)) in lanes.iter_mut().zip(row.iter().zip(x)) {
                *lane += a * x;
            }
        }
        sum += f64::from(lanes.iter().sum::<f32>() * factor);
    }
    sum
}
