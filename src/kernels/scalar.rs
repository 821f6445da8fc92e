//! The reference kernels. Every other kernel must return the same bits.
//!
//! They are written for reading, not for speed. A sum of floats has one of three forms: fused multiply-adds in index
//! order, [`LANES`] such sums folded by [`fold`], or the sum of two split-K parts. Integer sums are exact in any order.

use std::ops::Range;

use super::layout::*;
use super::math;

/// Running sums of a dot product: lane l sums the elements l, l + 32, l + 64, and so on.
pub const LANES: usize = 32;

/// The sum of the lanes: adds the upper half to the lower half until one lane is left.
#[inline(always)]
pub fn fold(lanes: [f32; LANES]) -> f32 {
    fold_by(lanes, |a, b| a + b)
}

/// Combines the lower half of the lanes with the upper half until one lane is left. The halves are arrays of their own,
/// because they become vectors then.
#[inline(always)]
pub fn fold_by(lanes: [f32; LANES], combine: impl Fn(f32, f32) -> f32) -> f32 {
    let (mut a, mut b, mut c, mut d) = ([0.0; LANES / 2], [0.0; LANES / 4], [0.0; LANES / 8], [0.0; LANES / 16]);
    (0..a.len()).for_each(|l| a[l] = combine(lanes[l], lanes[l + LANES / 2]));
    (0..b.len()).for_each(|l| b[l] = combine(a[l], a[l + LANES / 4]));
    (0..c.len()).for_each(|l| c[l] = combine(b[l], b[l + LANES / 8]));
    (0..d.len()).for_each(|l| d[l] = combine(c[l], c[l + LANES / 16]));
    combine(d[0], d[1])
}

/// Number `i` of an array of little-endian numbers, exactly.
#[inline(always)]
pub fn float_at(bytes: &[u8], kind: Float, i: usize) -> f32 {
    match kind {
        Float::F16 => math::f16_to_f32(u16::from_le_bytes([bytes[2 * i], bytes[2 * i + 1]])),
        Float::Bf16 => math::bf16_to_f32(u16::from_le_bytes([bytes[2 * i], bytes[2 * i + 1]])),
        Float::F32 => f32::from_le_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]]),
    }
}

/// Converts little-endian numbers to f32, exactly.
#[inline(always)]
pub fn widen(bytes: &[u8], kind: Float, out: &mut [f32]) {
    let halves = out.iter_mut().zip(bytes.as_chunks().0);
    match kind {
        Float::F16 => halves.for_each(|(to, from)| *to = math::f16_to_f32(u16::from_le_bytes(*from))),
        Float::Bf16 => halves.for_each(|(to, from)| *to = math::bf16_to_f32(u16::from_le_bytes(*from))),
        Float::F32 => {
            out.iter_mut().zip(bytes.as_chunks().0).for_each(|(to, from)| *to = f32::from_le_bytes(*from));
        }
    }
}

/// The 4-bit code of output `o` in a row of words.
#[inline(always)]
pub fn nibble(row: &[u8], o: usize) -> i32 {
    let shift = NIBBLE_SHIFT[o % 8] as usize;
    i32::from(row[o / 8 * 4 + shift / 8] >> (shift % 8) & 15)
}

/// The code of input `i` and output `o`.
#[inline(always)]
fn code(w: &Awq4, i: usize, o: usize) -> i32 {
    nibble(&w.qweight[i * w.row_bytes()..(i + 1) * w.row_bytes()], o)
}

/// The zero point and the scale of output `o` in a group.
#[inline(always)]
fn zero_and_scale(group: &GroupRow, o: usize) -> (i32, f32) {
    (group.zeros.map_or(DEFAULT_ZERO, |row| nibble(row, o)), float_at(group.scales, group.scale_type, o))
}

/// The integer nearest to x, ties to even, for |x| < 2^22. Adding 1.5 * 2^23 rounds x and leaves the integer in the
/// lowest bits.
#[inline(always)]
pub fn round(x: f32) -> i32 {
    const MAGIC: f32 = 12_582_912.0;
    (x + MAGIC).to_bits() as i32 - MAGIC.to_bits() as i32
}

/// Quantizes a row of activations for `int8` (one plane) or `int15` (two planes).
///
/// Let m be the largest magnitude of a group of 128 inputs.
///
/// - `int8`: the scale is m / (127 * 64). A block of 16 inputs with largest magnitude b has the sub-scale ceil(64 b /
///   m), and
///   its codes are x / (scale * sub-scale), rounded.
/// - `int15`: the scale is m / (127 * 128), and x / scale, rounded, is split into 128 * high + low.
///
/// A group with m < 1e-30 has scale 0. A group with an infinity or a NaN has scale NaN, so the result of every layer
/// that reads it is NaN too.
#[inline(always)]
pub fn quantize(x: &[f32], out: QuantRowMut) {
    let ([codes, low_codes], [subs, low_subs]) = (out.codes, out.subs);
    let two_planes = !low_codes.is_empty();
    codes.fill(0);
    low_codes.fill(0);
    subs.fill(if two_planes { 128 } else { 1 });
    low_subs.fill(1);
    out.sums.fill(0);
    for (g, x) in x.chunks(ACT_GROUP).enumerate() {
        // The bits of non-negative floats have the order of the floats, with infinity and then NaN on top.
        let largest = f32::from_bits(x.iter().fold(0, |m, v| m.max(v.abs().to_bits())));
        if !largest.is_finite() || largest < 1e-30 {
            out.scales[g] = if largest.is_finite() { 0.0 } else { f32::NAN };
            continue;
        }
        let sums = &mut out.sums[g * (ACT_GROUP / SUM_BLOCK)..];
        let codes = &mut codes[g * ACT_GROUP..];
        if !two_planes {
            let step = largest / (127 * SUB_MAX) as f32;
            out.scales[g] = step;
            for (b, x) in x.chunks(ACT_BLOCK).enumerate() {
                let largest_here = f32::from_bits(x.iter().fold(0, |m, v| m.max(v.abs().to_bits())));
                let sub = ((largest_here / largest * SUB_MAX as f32).ceil() as i32).clamp(1, SUB_MAX);
                let step = step * sub as f32;
                let mut sum = 0;
                for (code, v) in codes[b * ACT_BLOCK..].iter_mut().zip(x) {
                    let rounded = round((v / step).clamp(-127.0, 127.0));
                    *code = rounded as i8;
                    sum += rounded;
                }
                subs[g * (ACT_GROUP / ACT_BLOCK) + b] = sub as i16;
                sums[b * ACT_BLOCK / SUM_BLOCK] += sum * sub;
            }
        } else {
            let step = largest / (127 * 128) as f32;
            out.scales[g] = step;
            for (i, v) in x.iter().enumerate() {
                let code = round((v / step).clamp(-16256.0, 16256.0));
                let high = (code + 64) >> 7;
                codes[i] = high as i8;
                low_codes[g * ACT_GROUP + i] = (code - (high << 7)) as i8;
                sums[i / SUM_BLOCK] += code;
            }
        }
    }
}

/// One output of a 4-bit layer over one split-K part, integer activations. Each segment is one exact integer sum and
/// one fused multiply-add.
#[inline(always)]
fn awq_int_output(w: &Awq4, x: &QuantRow, inputs: Range<usize>, o: usize) -> f32 {
    let plane = x.codes.len() / x.planes;
    let mut y = 0.0_f32;
    for segment in w.segments(inputs) {
        let mut sum = 0_i32;
        for i in segment.clone() {
            let q = code(w, i, o);
            for p in 0..x.planes {
                let sub = i32::from(x.subs[(p * plane + i) / ACT_BLOCK]);
                sum += q * i32::from(x.codes[p * plane + i]) * sub;
            }
        }
        let (zero, scale) = zero_and_scale(&w.group(segment.start), o);
        sum -= zero * x.sum(segment.clone());
        y = (sum as f32).mul_add(scale * x.scales[segment.start / ACT_GROUP], y);
    }
    y
}

/// One output of a 4-bit layer over one split-K part, f32 activations. A code minus its zero point is exact in f32; the
/// scale is applied once per segment.
#[inline(always)]
fn awq_f32_output(w: &Awq4, x: &[f32], inputs: Range<usize>, o: usize) -> f32 {
    let mut y = 0.0_f32;
    for segment in w.segments(inputs) {
        let (zero, scale) = zero_and_scale(&w.group(segment.start), o);
        let mut sum = 0.0_f32;
        for i in segment.clone() {
            sum = ((code(w, i, o) - zero) as f32).mul_add(x[i], sum);
        }
        y = sum.mul_add(scale, y);
    }
    y
}

/// Multiplies the next `inputs` inputs of a task, a multiple of [`ACT_BLOCK`], or all that remain, with the task's rows
/// of integer activations `x`. `next` is only a hint what to prefetch.
///
/// At the end of the task, `out` is the sum of this split-K part that [`awq_int_tile`] adds.
#[inline(always)]
pub fn awq_int_gemv(task: &mut GemvTask, x: &QuantRows, inputs: usize, _next: Option<&NextTask>) {
    let now = task.inputs.start..task.inputs.end.min(task.inputs.start + inputs);
    for start in now.clone().step_by(ACT_BLOCK) {
        let segment = task.segment(start);
        let block = start..(start + ACT_BLOCK).min(segment.end);
        for r in 0..task.rows {
            let x = x.row(task.first_row + r);
            let plane = x.codes.len() / x.planes;
            for (n, o) in task.columns.clone().enumerate() {
                let at = task.output_index(r, n);
                let mut sum = if start == segment.start { 0 } else { task.sums[at] };
                for i in block.clone() {
                    for p in 0..x.planes {
                        let sub = i32::from(x.subs[(p * plane + i) / ACT_BLOCK]);
                        sum += code(&task.w, i, o) * i32::from(x.codes[p * plane + i]) * sub;
                    }
                }
                task.sums[at] = sum;
                if block.end == segment.end {
                    let (zero, scale) = zero_and_scale(&task.w.group(start), o);
                    sum -= zero * x.sum(segment.clone());
                    let before = if task.first_segment { 0.0 } else { task.out[at] };
                    task.out[at] = (sum as f32).mul_add(scale * x.scales[start / ACT_GROUP], before);
                }
            }
        }
        task.advance_to(block.end);
    }
}

/// A tile of a 4-bit layer for several rows of integer activations: `out` is `[rows, columns]`, both split-K parts
/// added.
#[inline(always)]
pub fn awq_int_tile(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    let [first, second] = split_k(w.inputs);
    for (r, out) in rows.zip(out.chunks_exact_mut(columns.len())) {
        for (o, y) in columns.clone().zip(out) {
            let row = x.row(r);
            *y = awq_int_output(w, &row, first.clone(), o) + awq_int_output(w, &row, second.clone(), o);
        }
    }
}

/// Tiles of a 4-bit layer for several rows of integer activations: one [`awq_int_tile`] after the other in `out`.
/// `columns` start at a multiple of [`TILE`] and end at one or at the last output.
#[inline(always)]
pub fn awq_int_gemm(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, mut out: &mut [f32]) {
    for tile in runs(columns, TILE) {
        let (to, rest) = out.split_at_mut(rows.len() * tile.len());
        awq_int_tile(w, x, rows.clone(), tile, to);
        out = rest;
    }
}

/// A tile of a 4-bit layer for several rows of f32 activations: `x` is `[rows, inputs]`, `out` is `[rows, columns]`.
#[inline(always)]
pub fn awq_f32_tile(w: &Awq4, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
    let [first, second] = split_k(w.inputs);
    for (x, out) in x.chunks_exact(w.inputs).zip(out.chunks_exact_mut(columns.len())) {
        for (o, y) in columns.clone().zip(out) {
            *y = awq_f32_output(w, x, first.clone(), o) + awq_f32_output(w, x, second.clone(), o);
        }
    }
}

/// Computes the columns of a tile after the first `whole`, which are too few for a kernel's vectors. `out` is
/// `[rows, columns]`; `tile(columns, out)` computes those columns into an `out` of their own.
#[inline(always)]
pub fn fill_tail(columns: Range<usize>, whole: usize, out: &mut [f32], tile: impl Fn(Range<usize>, &mut [f32])) {
    let (width, tail) = (columns.len(), columns.start + whole..columns.end);
    if tail.is_empty() {
        return;
    }
    let mut narrow = vec![0.0; out.len() / width * tail.len()];
    tile(tail.clone(), &mut narrow);
    for (to, from) in out.chunks_exact_mut(width).zip(narrow.chunks_exact(tail.len())) {
        to[whole..].copy_from_slice(from);
    }
}

/// A tile of a dense layer: `x` is `[rows, inputs]`, `out` is `[rows, columns]`. A dot product has [`LANES`] lanes; the
/// inputs are padded with zeros to a multiple of that.
#[inline(always)]
pub fn dense_tile(w: &Dense, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
    for (x, out) in x.chunks_exact(w.inputs).zip(out.chunks_exact_mut(columns.len())) {
        for (o, y) in columns.clone().zip(out) {
            let row = w.row(o);
            let mut lanes = [0.0_f32; LANES];
            for start in (0..w.inputs).step_by(LANES) {
                for (l, lane) in lanes.iter_mut().enumerate() {
                    let i = start + l;
                    let (a, b) = if i < w.inputs { (float_at(row, w.kind, i), x[i]) } else { (0.0, 0.0) };
                    *lane = a.mul_add(b, *lane);
                }
            }
            *y = fold(lanes);
        }
    }
}

/// `out[i] = x[i] / sqrt(mean(x^2) + eps) * weight[i]` (Zhang and Sennrich, "Root Mean Square Layer Normalization").
#[inline(always)]
pub fn rms_norm(x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
    let mut lanes = [0.0_f32; LANES];
    let (body, tail) = x.as_chunks::<LANES>();
    for chunk in body {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane = v.mul_add(*v, *lane);
        }
    }
    for (lane, v) in lanes.iter_mut().zip(tail) {
        *lane = v.mul_add(*v, *lane);
    }
    let inverse = 1.0 / (fold(lanes) / x.len() as f32 + eps).sqrt();
    for ((y, v), w) in out.iter_mut().zip(x).zip(weight) {
        *y = v * inverse * w;
    }
}

/// `out[i] = silu(gate[i]) * up[i]`.
#[inline(always)]
pub fn silu_mul(gate: &[f32], up: &[f32], out: &mut [f32]) {
    for ((y, g), u) in out.iter_mut().zip(gate).zip(up) {
        *y = math::silu(*g) * u;
    }
}

/// `out[i] = gelu_tanh(gate[i]) * up[i]`.
#[inline(always)]
pub fn gelu_tanh_mul(gate: &[f32], up: &[f32], out: &mut [f32]) {
    for ((y, g), u) in out.iter_mut().zip(gate).zip(up) {
        *y = math::gelu_tanh(*g) * u;
    }
}

/// `x[i] += y[i]`.
#[inline(always)]
pub fn add(x: &mut [f32], y: &[f32]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x += y;
    }
}

/// Rotary position embedding of one head `x`, `[head_dim]`: rotates the pair (x[i], x[i + head_dim / 2]) by the angle
/// with cosine `cos[i]` and sine `sin[i]` (Su et al., "RoFormer"; the pairing of halves is that of GPT-NeoX).
#[inline(always)]
pub fn rotate(x: &mut [f32], cos: &[f32], sin: &[f32]) {
    let (low, high) = x.split_at_mut(cos.len());
    for (((a, b), c), s) in low.iter_mut().zip(high).zip(cos).zip(sin) {
        (*a, *b) = (a.mul_add(*c, -(*b * s)), b.mul_add(*c, *a * s));
    }
}
