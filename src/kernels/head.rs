//! The specification of the quantized output head: 8-bit rows that tell, with a certain bound, how far each logit can lie
//! from the exact one.
//!
//! With w = scale * code + e for a row and x = step * code + d for the activations, Cauchy and Schwarz give
//! |w x - scale code . step code| <= |x| |e| + |d| |scale code|, where |scale code| <= |w| + |e|; rounding adds a little of
//! |w| |x|.

use super::aligned::Aligned;
use super::layout::Dense;
use super::math::{Largest, SIDE};
use super::scalar::{LANES, fold, round, widen};

/// Rows that lie side by side. Each lane of a vector is a row of its own, so that no sum has to be folded, and a strip is
/// read as one long run.
pub const STRIP: usize = 16;
/// Codes of a row are padded with zeros to a multiple of this.
pub const PAD: usize = 32;
/// Inputs whose products a lane of 32 bits may sum: 127 * 16256 * 1024 < 2^31.
pub const I32_SUM_INPUTS: usize = 1024;
/// The widest row that [`ROUNDING`] covers.
pub const WIDEST: usize = 16384;
/// The largest code of an activation.
const MAX_CODE: f32 = 16256.0;
/// What rounding in single precision may add, relative to |w| |x|. The exact logit, 32 running sums of at most 512 terms and
/// their fold, is off by 517 * 2^-24 = 3.1e-5 at most; the quantized one and the arithmetic of the bound by a few 2^-24.
const ROUNDING: f32 = 6e-5;
/// The most that a code may be off its activation, in steps: a half for rounding, and 2^-11 because the quotient before it, of
/// up to [`MAX_CODE`], is rounded too.
const MAX_CODE_ERROR: f32 = 0.501;
/// Rows and activations whose largest magnitude is below this are not coded: squares of their numbers would underflow, and a
/// length would come out too short. Above it, what underflows is less than [`ROUNDING`] covers.
const MIN_CODED: f32 = 1e-15;

/// The logits of a run of rows, a slice for each activation.
pub type Logits<'a, 'b> = &'a mut [&'b mut [f32]];

/// One row of the head as 8-bit codes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeadRow {
    /// weight ~= scale * code
    pub scale: f32,
    /// The length of what the codes leave out, at least.
    pub error: f32,
    /// The length of the row, at least.
    pub length: f32,
}

/// One row of activations for the head: x ~= step * code.
#[derive(Debug)]
pub struct HeadInput {
    /// `[inputs]`, padded with zeros to a multiple of [`PAD`].
    pub codes: Aligned<i16>,
    pub step: f32,
    /// The length of x, at least.
    pub length: f32,
    /// The length of what the codes leave out, at least.
    pub error: f32,
}

/// The length of a vector, rounded up.
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

/// A length that numbers of that magnitude and count do not exceed.
#[inline(always)]
fn longest(largest: f32, count: usize) -> f32 {
    largest * (count as f32).sqrt() * 1.001 + f32::MIN_POSITIVE
}

/// The largest magnitude: they are ordered as their bits are, and what is not finite comes last.
#[inline(always)]
fn largest_magnitude(values: &[f32]) -> f32 {
    f32::from_bits(values.iter().map(|v| v.abs().to_bits()).fold(0, u32::max))
}

/// Row `o` of a dense head as 8-bit codes, `codes` padded with zeros. A row with a number that is not finite gets an
/// infinite bound, so that it is always computed exactly.
#[inline(always)]
pub fn quantize_row(w: &Dense, o: usize, wide: &mut [f32], codes: &mut [i8]) -> HeadRow {
    widen(w.row(o), w.kind, wide);
    let largest = largest_magnitude(wide);
    codes.fill(0);
    if !largest.is_finite() {
        return HeadRow { scale: 0.0, error: f32::INFINITY, length: f32::INFINITY };
    }
    if largest < MIN_CODED {
        let length = longest(largest, wide.len());
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

/// Activations as 15-bit codes with one step.
#[inline(always)]
pub fn quantize_input(x: &[f32]) -> HeadInput {
    let largest = largest_magnitude(x);
    let length_of_x = length(x);
    let mut codes = Aligned::new(x.len().next_multiple_of(PAD));
    if !length_of_x.is_finite() {
        return HeadInput { codes, step: 0.0, length: f32::INFINITY, error: f32::INFINITY };
    }
    if largest < MIN_CODED {
        let length = longest(largest, x.len());
        return HeadInput { codes, step: 0.0, length, error: length };
    }
    let step = largest / MAX_CODE;
    for (code, v) in codes.iter_mut().zip(x) {
        *code = round((v / step).clamp(-MAX_CODE, MAX_CODE)) as i16;
    }
    HeadInput { codes, step, length: length_of_x, error: step * MAX_CODE_ERROR * (x.len() as f32).sqrt() }
}

/// Writes row `r` of a strip, `[padded inputs]`, to its place in `strip`, `[padded inputs / 2, STRIP, 2]`,
/// as bytes: memory that comes from the operating system is made of bytes.
#[inline(always)]
pub fn interleave(row: &[i8], r: usize, strip: &mut [u8]) {
    for (pair, codes) in strip.as_chunks_mut::<{ 2 * STRIP }>().0.iter_mut().zip(row.as_chunks::<2>().0) {
        pair[2 * r..2 * r + 2].copy_from_slice(&codes.map(i8::cast_unsigned));
    }
}

/// The logits of a run of rows for several activations: `codes` is `[strips, padded inputs / 2, STRIP, 2]` and the last strip
/// filled up with any codes, `scales` is `[rows]`, `out` is `[activations, rows]`.
///
/// `logit = (sum of code * code) as f32 * (scale * step)`; the sum is exact.
#[inline(always)]
pub fn logits(codes: &[u8], scales: &[f32], x: &[&HeadInput], out: Logits) {
    let sums = |strip: &[u8], x: &[&HeadInput], sums: &mut [[[f32; STRIP]; 1]]| {
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
    logits_with::<1, 1>(sums, (codes, scales, x, out));
}

/// [`logits`] by vectors: every instruction set walks strips like this, and differs in `sums(strips, x, sums)`, which gets up
/// to `INPUTS_PER_PASS` activations and neighbouring strips, `STRIPS_PER_PASS` for a single one, fewer for more and, in the end, single ones,
/// and sets a sum for each row.
#[inline(always)]
pub fn logits_with<const INPUTS_PER_PASS: usize, const STRIPS_PER_PASS: usize>(
    sums: impl Fn(&[u8], &[&HeadInput], &mut [[[f32; STRIP]; STRIPS_PER_PASS]]),
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
                let (part, behind) = rest.split_at(strip_count * strip);
                sums(part, x, &mut exact[..x.len()]);
                let rows = first..(first + strip_count * STRIP).min(scales.len());
                for ((x, out), sums) in x.iter().zip(out.iter_mut()).zip(&exact) {
                    let sums = sums.as_flattened().iter().zip(&scales[rows.clone()]);
                    for (y, (sum, scale)) in out[rows.clone()].iter_mut().zip(sums) {
                        *y = sum * (scale * x.step);
                    }
                }
                (first, rest) = (first + strip_count * STRIP, behind);
            }
        }
    }
}

/// How far the logit of a row of that error and length can lie from the exact one.
#[inline(always)]
pub fn error_bound(error: f32, length: f32, x: &HeadInput) -> f32 {
    error * x.length + (length + error) * x.error + length * (ROUNDING * x.length)
}

/// What one of some logits surely reaches, and what none of them can exceed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LogitBounds {
    pub lower: f32,
    pub upper: f32,
}

/// The bounds of the logits of a run of rows, given the errors and lengths of the rows.
#[inline(always)]
pub fn logit_bounds(logits: &[f32], errors: &[f32], lengths: &[f32], x: &HeadInput) -> LogitBounds {
    let (mut low, mut high) = (Largest::NONE, Largest::NONE);
    let mut update = |logits: &[f32], errors: &[f32], lengths: &[f32]| {
        let (mut lows, mut highs) = ([f32::NEG_INFINITY; SIDE], [f32::NEG_INFINITY; SIDE]);
        let rows = logits.iter().zip(errors.iter().zip(lengths));
        for ((low, high), (logit, (error, length))) in lows.iter_mut().zip(&mut highs).zip(rows) {
            let bound = error_bound(*error, *length, x);
            (*low, *high) = (logit - bound, logit + bound);
        }
        low.update(&lows);
        high.update(&highs);
    };
    let (logits, last) = logits.as_chunks::<SIDE>();
    let (errors, last_errors) = errors.as_chunks::<SIDE>();
    let (lengths, last_lengths) = lengths.as_chunks::<SIDE>();
    for ((logits, errors), lengths) in logits.iter().zip(errors).zip(lengths) {
        update(logits, errors, lengths);
    }
    update(last, last_errors, last_lengths);
    let (lower, upper) = (low.number(), high.number());
    // What is not finite promises nothing; what is not a number must be computed.
    LogitBounds {
        lower: if lower.is_finite() { lower } else { f32::NEG_INFINITY },
        upper: if upper.is_nan() { f32::INFINITY } else { upper },
    }
}
