//! Statistics of the weights: zero points and scales of quantized layers, ranges of dense tensors.

use std::fmt::Write;
use std::path::Path;

use half::{bf16, f16};
use rayon::prelude::*;
use safetensors::Dtype;
use serde::Serialize;

use super::table::Column::{Left, Right};
use super::table::{natural, write_table};
use crate::checkpoint::{Checkpoint, Tensor};
use crate::error::{Fault, FaultKind};
use crate::weights::formats::LinearInfo;

/// A scale is an outlier if its absolute value is at least this many times the median.
const OUTLIER_RATIO: f32 = 8.0;

/// Statistics of all weights of a checkpoint.
#[derive(Debug, Serialize)]
pub struct Stats {
    /// Quantized layers, sorted by name; numbers in names by value.
    pub linears: Vec<LinearStats>,
    /// Dense tensors, biases and norms included, in the same order.
    pub dense: Vec<DenseStats>,
}

/// The scales and zero points of one quantized layer.
#[derive(Debug, Serialize)]
pub struct LinearStats {
    /// Name of the layer.
    pub name: String,
    /// Number of occurrences of each zero point 0 to 15; `None` if the layer is not 4-bit or does not store them as codes.
    pub zero_points: Option<[u64; 16]>,
    /// Range of the scales.
    pub scales: ValueRange,
    /// Median of the absolute values of the finite scales.
    pub scale_median: f32,
    /// Number of scales whose absolute value is at least 8 times the median.
    pub scale_outliers: u64,
}

/// One dense tensor of floats.
#[derive(Debug, Serialize)]
pub struct DenseStats {
    /// Name of the tensor.
    pub name: String,
    /// Range of its values.
    #[serde(flatten)]
    pub range: ValueRange,
}

/// The range of the finite values, and the number of values that are not finite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ValueRange {
    /// Smallest finite value; 0 if there is none.
    pub min: f32,
    /// Largest finite value; 0 if there is none.
    pub max: f32,
    /// Number of NaN values.
    pub nan: u64,
    /// Number of infinite values.
    pub infinite: u64,
}

/// Last components of the names of scales, in all layouts.
const SCALES: [&str; 3] = ["scales", "weight_scale", "s"];
/// Last components of the names of zero points that are stored as codes.
const ZERO_POINTS: [&str; 2] = ["qzeros", "weight_zero_point"];

/// Computes the statistics. Reads every scale, zero point and dense float of a checkpoint.
pub(super) fn read(checkpoint: &Checkpoint, layers: &[LinearInfo]) -> Stats {
    let is_scale = |name: &str| {
        let base = SCALES.iter().find_map(|part| name.strip_suffix(part)?.strip_suffix('.'));
        base.is_some_and(|base| layers.binary_search_by(|info| info.name.as_str().cmp(base)).is_ok())
    };
    let dense: Vec<Tensor> =
        checkpoint.tensors().filter(|tensor| is_float(tensor.dtype) && !is_scale(tensor.name)).collect();
    let read = |tensor: Tensor| DenseStats { name: tensor.name.into(), range: ValueRange::of_tensor(tensor) };
    let mut stats = Stats {
        linears: layers.par_iter().map(|info| LinearStats::read(checkpoint, info)).collect(),
        dense: dense.into_par_iter().map(read).collect(),
    };
    stats.linears.sort_by(|a, b| natural(&a.name, &b.name));
    stats.dense.sort_by(|a, b| natural(&a.name, &b.name));
    stats
}

impl LinearStats {
    fn read(checkpoint: &Checkpoint, info: &LinearInfo) -> LinearStats {
        let part = |names: &[&str]| names.iter().find_map(|part| checkpoint.tensor(&format!("{}.{part}", info.name)));
        let scales = part(&SCALES)
            .filter(|tensor| is_float(tensor.dtype))
            .map(|tensor| floats(tensor.dtype, tensor.data))
            .unwrap_or_default();
        let mut sizes: Vec<f32> = scales.iter().filter(|value| value.is_finite()).map(|value| value.abs()).collect();
        let scale_median = match sizes.len() {
            0 => 0.0,
            n => *sizes.select_nth_unstable_by(n / 2, f32::total_cmp).1,
        };
        let zeros = part(&ZERO_POINTS).filter(|tensor| tensor.dtype == Dtype::I32 && info.bits == 4);
        let is_outlier = |size: &&f32| **size > 0.0 && **size >= OUTLIER_RATIO * scale_median;
        LinearStats {
            name: info.name.clone(),
            zero_points: zeros.map(|tensor| nibbles(tensor.data)),
            scales: ValueRange::of(&scales).zero_if_empty(),
            scale_median,
            scale_outliers: sizes.iter().filter(is_outlier).count() as u64,
        }
    }
}

/// Whether [`floats`] can read this dtype.
pub(super) fn is_float(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F16 | Dtype::BF16 | Dtype::F32)
}

/// Converts little-endian f16, bf16 or f32 numbers to f32.
fn floats(dtype: Dtype, data: &[u8]) -> Vec<f32> {
    match dtype {
        Dtype::F16 => data.as_chunks().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
        Dtype::BF16 => data.as_chunks().0.iter().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()).collect(),
        _ => data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
    }
}

/// The number of occurrences of each nibble.
fn nibbles(data: &[u8]) -> [u64; 16] {
    let mut counts = [0; 16];
    for byte in data {
        counts[usize::from(byte & 15)] += 1;
        counts[usize::from(byte >> 4)] += 1;
    }
    counts
}

impl ValueRange {
    const EMPTY: ValueRange = ValueRange { min: f32::INFINITY, max: f32::NEG_INFINITY, nan: 0, infinite: 0 };

    fn of(values: &[f32]) -> ValueRange {
        let mut range = ValueRange::EMPTY;
        for value in values {
            if value.is_finite() {
                range.min = range.min.min(*value);
                range.max = range.max.max(*value);
            } else if value.is_nan() {
                range.nan += 1;
            } else {
                range.infinite += 1;
            }
        }
        range
    }

    /// Reads the tensor in pieces, in parallel, so that only a few pieces are converted to f32 at the same time.
    fn of_tensor(tensor: Tensor) -> ValueRange {
        const PIECE: usize = 1 << 20;
        let pieces = tensor.data.par_chunks(PIECE).map(|data| ValueRange::of(&floats(tensor.dtype, data)));
        pieces.reduce(|| ValueRange::EMPTY, ValueRange::merge).zero_if_empty()
    }

    fn merge(self, other: ValueRange) -> ValueRange {
        ValueRange {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            nan: self.nan + other.nan,
            infinite: self.infinite + other.infinite,
        }
    }

    /// Replaces the bounds by 0 if there is no finite value.
    fn zero_if_empty(self) -> ValueRange {
        if self.min <= self.max { self } else { ValueRange { min: 0.0, max: 0.0, ..self } }
    }

    fn is_finite(&self) -> bool {
        self.nan == 0 && self.infinite == 0
    }
}

impl Stats {
    /// One warning for each quantized layer or dense tensor with NaN or infinite values. `path` is the checkpoint.
    pub(super) fn warnings(&self, path: &Path) -> impl Iterator<Item = Fault> {
        let scales = self.linears.iter().map(|layer| (&layer.name, "scales", layer.scales));
        let dense = self.dense.iter().map(|tensor| (&tensor.name, "values", tensor.range));
        scales.chain(dense).filter(|(.., range)| !range.is_finite()).map(move |(name, what, range)| {
            let fault = Fault::new(FaultKind::NotFiniteValues, path).subject(name);
            fault.found(format!("{} NaN and {} infinite {what}", range.nan, range.infinite))
        })
    }

    pub(super) fn write(&self, out: &mut String) -> std::fmt::Result {
        self.write_linears(out)?;
        if self.dense.is_empty() {
            return Ok(());
        }
        writeln!(out, "  dense tensors")?;
        let cells = |DenseStats { name, range }: &DenseStats| {
            let [min, max] = [range.min, range.max].map(|value| format!("{value:.4}"));
            vec![name.clone(), min, max, range.nan.to_string(), range.infinite.to_string()]
        };
        let rows: Vec<Vec<String>> = self.dense.iter().map(cells).collect();
        write_table(out, "    ", &[Left("name"), Right("min"), Right("max"), Right("NaN"), Right("infinite")], &rows)
    }

    fn write_linears(&self, out: &mut String) -> std::fmt::Result {
        const ZERO_POINTS: [&str; 16] =
            ["z0", "z1", "z2", "z3", "z4", "z5", "z6", "z7", "z8", "z9", "z10", "z11", "z12", "z13", "z14", "z15"];
        if self.linears.is_empty() {
            return Ok(());
        }
        let mut columns = vec![Left("name"), Right("min"), Right("median"), Right("max"), Right("outliers")];
        let has_zero_points = self.linears.iter().any(|layer| layer.zero_points.is_some());
        if has_zero_points {
            writeln!(out, "  scales of quantized layers, and the number of each zero point (z0 to z15)")?;
            columns.extend(ZERO_POINTS.map(Right));
        } else {
            writeln!(out, "  scales of quantized layers")?;
        }
        let cells = |layer: &LinearStats| {
            let scales = [layer.scales.min, layer.scale_median, layer.scales.max].map(|value| format!("{value:.3e}"));
            let zero_points = layer.zero_points.iter().flatten().map(u64::to_string);
            let numbers = scales.into_iter().chain([layer.scale_outliers.to_string()]).chain(zero_points);
            std::iter::once(layer.name.clone()).chain(numbers).collect()
        };
        let rows: Vec<Vec<String>> = self.linears.iter().map(cells).collect();
        write_table(out, "    ", &columns, &rows)
    }
}
