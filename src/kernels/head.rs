//! The reference for the quantized output head: approximate logits from 8-bit rows, and a proven bound on the distance
//! of each from the exact logit.
//!
//! Let a row be w = scale * a + e and the activations x = step * b + d, with integer codes a and b. By the
//! Cauchy-Schwarz inequality
//!
//! ```text
//! |w . x - (scale * a) . (step * b)| <= |x| |e| + |d| |scale * a|,   where |scale * a| <= |w| + |e|
//! ```
//!
//! and rounding in single precision adds at most [`ROUNDING`] |w| |x|.

use super::aligned::Aligned;
use super::layout::Dense;
use super::math::{MAX_LANES, MaxTracker};
use super::scalar::{LANES, fold, round, widen};

/// Rows that are interleaved. Each vector lane is a row of its own, so no sum has to be folded, and a strip is one long
/// range of memory.
pub const STRIP: usize = 16;
/// The codes of a row are padded with zeros to a multiple of this.
pub const PAD: usize = 32;
/// Inputs whose products fit a 32-bit sum: 127 * 16256 * 1024 < 2^31.
pub const I32_SUM_INPUTS: usize = 1024;
/// The most inputs for which [`ROUNDING`] holds.
pub const WIDEST: usize = 16384;
/// The largest code of an activation.
const MAX_CODE: f32 = 16256.0;
/// The rounding errors of both logits and of the bound, relative to |w| |x|. The error of the exact logit, 32 running
/// sums of at most 512 terms and their fold, is at most 517 * 2^-24 = 3.1e-5; that of the quantized logit and of the
/// bound a few 2^-24.
const ROUNDING: f32 = 6e-5;
/// The largest distance of a code from its activation, in steps: 1/2 for rounding to an integer, and 2^-11 because the
/// quotient of up to [`MAX_CODE`] was rounded before.
const MAX_CODE_ERROR: f32 = 0.501;
/// Rows and activations whose largest magnitude is below this get the scale 0. The squares of their numbers would
/// underflow, and their computed norm would be too small. Above it, the loss by underflow is less than the margin of
/// [`ROUNDING`].
const MIN_CODED: f32 = 1e-15;

/// Logits of consecutive rows, one slice for each row of activations.
pub type Logits<'a, 'b> = &'a mut [&'b mut [f32]];

/// The scale and norms of one row of the head.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeadRow {
    /// weight ~= scale * code
    pub scale: f32,
    /// An upper bound of |e|, the Euclidean norm of weight - scale * code.
    pub error: f32,
    /// An upper bound of |w|, the norm of the row.
    pub length: f32,
}

/// One row of activations, quantized for the head: x ~= step * code.
#[derive(Debug)]
pub struct HeadInput {
    /// `[inputs]`, padded with zeros to a multiple of [`PAD`].
    pub codes: Aligned<i16>,
    /// The scale of the codes.
    pub step: f32,
    /// An upper bound of |x|, the Euclidean norm.
    pub length: f32,
    /// An upper bound of |d|, the norm of x - step * code.
    pub error: f32,
}

/// An upper bound of the norm of a vector; the factor covers the rounding.
#[inline(always)]
fn length(values: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let mut add = |values: &[f32]| {
        for (lane, v) in lanes.iter_mut().zip(values) {
            *lane = v.mul_add(*v, *lane);
        }
    };
    let (body, tail) = values.as_chunks::<LANES>();
    body.iter().for_each(|values| add(values));
    add(tail);
    fold(lanes).sqrt() * 1.001
}

/// An upper bound of the norm of `count` numbers of at most that magnitude.
#[inline(always)]
fn max_norm(largest: f32, count: usize) -> f32 {
    largest * (count as f32).sqrt() * 1.001 + f32::MIN_POSITIVE
}

/// The largest magnitude, infinite or NaN if a number is. The bits of non-negative floats have the order of the floats.
#[inline(always)]
fn largest_magnitude(values: &[f32]) -> f32 {
    f32::from_bits(values.iter().map(|v| v.abs().to_bits()).fold(0, u32::max))
}

/// Quantizes row `o` of a dense head to 8-bit `codes`, padded with zeros. `wide`, `[inputs]`, is scratch memory. A row
/// with an infinity or a NaN gets an infinite bound, so its logit is always computed exactly.
#[inline(always)]
pub fn quantize_row(w: &Dense, o: usize, wide: &mut [f32], codes: &mut [i8]) -> HeadRow {
    widen(w.row(o), w.kind, wide);
    let largest = largest_magnitude(wide);
    codes.fill(0);
    if !largest.is_finite() {
        return HeadRow { scale: 0.0, error: f32::INFINITY, length: f32::INFINITY };
    }
    if largest < MIN_CODED {
        let length = max_norm(largest, wide.len());
        return HeadRow { scale: 0.0, error: length, length };
    }
    let length_of_row = length(wide);
    let scale = largest / 127.0;
    for (code, v) in codes.iter_mut().zip(wide.iter_mut()) {
        let rounded = round((*v / scale).clamp(-127.0, 127.0));
        *code = rounded as i8;
        *v = (-rounded as f32).mul_add(scale, *v);
    }
    HeadRow { scale, error: length(wide), length: length_of_row }
}

/// Quantizes activations to 15-bit codes with one step.
#[inline(always)]
pub fn quantize_input(x: &[f32]) -> HeadInput {
    let largest = largest_magnitude(x);
    let length_of_x = length(x);
    let mut codes = Aligned::new(x.len().next_multiple_of(PAD));
    if !length_of_x.is_finite() {
        return HeadInput { codes, step: 0.0, length: f32::INFINITY, error: f32::INFINITY };
    }
    if largest < MIN_CODED {
        let length = max_norm(largest, x.len());
        return HeadInput { codes, step: 0.0, length, error: length };
    }
    let step = largest / MAX_CODE;
    for (code, v) in codes.iter_mut().zip(x) {
        *code = round((v / step).clamp(-MAX_CODE, MAX_CODE)) as i16;
    }
    HeadInput { codes, step, length: length_of_x, error: step * MAX_CODE_ERROR * (x.len() as f32).sqrt() }
}

/// Writes the codes of row `r` of a strip, `[padded inputs]`, to `strip`, `[padded inputs / 2, STRIP, 2]`. The strip is
/// bytes because it lies in mapped memory.
#[inline(always)]
pub fn interleave(row: &[i8], r: usize, strip: &mut [u8]) {
    for (pair, codes) in strip.as_chunks_mut::<{ 2 * STRIP }>().0.iter_mut().zip(row.as_chunks::<2>().0) {
        pair[2 * r..2 * r + 2].copy_from_slice(&codes.map(i8::cast_unsigned));
    }
}

/// The quantized logits of consecutive rows for several rows of activations `x`: `codes` is
/// `[strips, padded inputs / 2, STRIP, 2]`, where unused rows of the last strip may have any codes; `scales` is
/// `[rows]`, `out` is `[activations, rows]`.
///
/// `logit = (sum of code * code) as f32 * (scale * step)`; the sum is exact.
#[inline(always)]
pub fn logits(codes: &[u8], scales: &[f32], x: &[&HeadInput], out: Logits) {
    let dot = |strip: &[u8], x: &[&HeadInput], sums: &mut [[[f32; STRIP]; 1]]| {
        for (x, [sums]) in x.iter().zip(sums) {
            let mut exact = [0_i64; STRIP];
            for (w, x) in strip.as_chunks::<{ 2 * STRIP }>().0.iter().zip(x.codes.as_chunks::<2>().0) {
                for (sum, w) in exact.iter_mut().zip(w.as_chunks::<2>().0) {
                    let w = w.map(|code| i64::from(code.cast_signed()));
                    *sum += w[0] * i64::from(x[0]) + w[1] * i64::from(x[1]);
                }
            }
            *sums = exact.map(|sum| sum as f32);
        }
    };
    logits_with::<1, 1>(dot, (codes, scales, x, out));
}

/// [`logits`] with vectors. Every instruction set goes through strips like this; they differ in `dot(strips, x, sums)`,
/// which sets `sums` to the dot products of the codes, `[activations, strips, STRIP]`. It gets up to `INPUTS_PER_PASS`
/// rows of activations and `STRIPS_PER_PASS / activations` neighbouring strips, or one strip where fewer are left.
#[inline(always)]
pub fn logits_with<const INPUTS_PER_PASS: usize, const STRIPS_PER_PASS: usize>(
    dot: impl Fn(&[u8], &[&HeadInput], &mut [[[f32; STRIP]; STRIPS_PER_PASS]]),
    (codes, scales, x, out): (&[u8], &[f32], &[&HeadInput], Logits),
) {
    let Some(strip) = x.first().map(|x| x.codes.len() * STRIP) else { return };
    let mut exact = [[[0.0; STRIP]; STRIPS_PER_PASS]; INPUTS_PER_PASS];
    for (group, strips) in codes.chunks(STRIPS_PER_PASS * strip).enumerate() {
        for (x, out) in x.chunks(INPUTS_PER_PASS).zip(out.chunks_mut(INPUTS_PER_PASS)) {
            let (mut first, mut rest) = (group * STRIPS_PER_PASS * STRIP, strips);
            let strip_count = (STRIPS_PER_PASS / x.len()).max(1);
            while rest.len() >= strip {
                let strip_count = if rest.len() < strip_count * strip { 1 } else { strip_count };
                let (part, after) = rest.split_at(strip_count * strip);
                dot(part, x, &mut exact[..x.len()]);
                let rows = first..(first + strip_count * STRIP).min(scales.len());
                for ((x, out), sums) in x.iter().zip(out.iter_mut()).zip(&exact) {
                    let sums = sums.as_flattened().iter().zip(&scales[rows.clone()]);
                    for (y, (sum, scale)) in out[rows.clone()].iter_mut().zip(sums) {
                        *y = sum * (scale * x.step);
                    }
                }
                (first, rest) = (first + strip_count * STRIP, after);
            }
        }
    }
}

/// The largest distance of a quantized logit from the exact one, given [`HeadRow::error`] and [`HeadRow::length`].
#[inline(always)]
pub fn error_bound(error: f32, length: f32, x: &HeadInput) -> f32 {
    error * x.length + (length + error) * x.error + length * (ROUNDING * x.length)
}

/// Bounds of the largest exact logit of some rows: it is at least `lower` and at most `upper`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LogitBounds {
    /// Lower bound.
    pub lower: f32,
    /// Upper bound.
    pub upper: f32,
}

/// Includes the lower and upper bounds of up to [`MAX_LANES`] logits in two maxima. Not a closure: one that the compiler does
/// not inline would be compiled without the vectors of the caller.
#[inline(always)]
fn track_bounds([low, high]: &mut [MaxTracker; 2], logits: &[f32], errors: &[f32], lengths: &[f32], x: &HeadInput) {
    let (mut lows, mut highs) = ([f32::NEG_INFINITY; MAX_LANES], [f32::NEG_INFINITY; MAX_LANES]);
    let rows = logits.iter().zip(errors.iter().zip(lengths));
    for ((low, high), (logit, (error, length))) in lows.iter_mut().zip(&mut highs).zip(rows) {
        let bound = error_bound(*error, *length, x);
        (*low, *high) = (logit - bound, logit + bound);
    }
    low.update(&lows);
    high.update(&highs);
}

/// The bounds of the largest exact logit of consecutive rows, given their quantized logits, errors and lengths,
/// `[rows]` each.
#[inline(always)]
pub fn logit_bounds(logits: &[f32], errors: &[f32], lengths: &[f32], x: &HeadInput) -> LogitBounds {
    let mut trackers = [MaxTracker::NONE; 2];
    let (logits, last) = logits.as_chunks::<MAX_LANES>();
    let (errors, last_errors) = errors.as_chunks::<MAX_LANES>();
    let (lengths, last_lengths) = lengths.as_chunks::<MAX_LANES>();
    for ((logits, errors), lengths) in logits.iter().zip(errors).zip(lengths) {
        track_bounds(&mut trackers, logits, errors, lengths, x);
    }
    track_bounds(&mut trackers, last, last_errors, last_lengths, x);
    let [low, high] = trackers;
    let (lower, upper) = (low.max(), high.max());
    // An infinity or a NaN proves no lower bound, and a NaN means that the exact logits must be computed.
    LogitBounds {
        lower: if lower.is_finite() { lower } else { f32::NEG_INFINITY },
        upper: if upper.is_nan() { f32::INFINITY } else { upper },
    }
}
