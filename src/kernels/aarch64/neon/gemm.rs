//! 4-bit layers for many rows of integer activations (gemm). A segment of weights is unpacked once and multiplied with
//! every row.
//!
//! A tile of 128 outputs is computed 64 outputs at a time, word by word. The panel of a word is `[segment / 4][8][4]`
//! codes, so four neighbouring inputs of an output fill 32 bits. `sdot` multiplies and adds these four. Without it,
//! 16-bit products are summed over a block of 16 inputs, which cannot overflow (15 * 127 * 16 < 2^15), and then added
//! pairwise, twice. In both cases the sum of a block is multiplied by its sub-scale. The outputs of a word have the
//! order that [`to_output_order`] expects.

use std::arch::aarch64::*;
use std::arch::asm;
use std::ops::Range;

use super::vector::zeros_and_scales;
use super::{apply_scales, to_output_order};
use crate::kernels::layout::{ACT_BLOCK, ACT_GROUP, Awq4, QuantRow, QuantRows, TILE, runs, split_k};
use crate::kernels::scalar;

/// Outputs that are unpacked together: eight words.
const UNPACKED: usize = 64;
const WORDS: usize = UNPACKED / 8;
/// Rows of activations of one pass over a panel: as many as leave all sums in registers.
const ROWS: usize = 4;

/// The codes of one word: `[input / 4][low or high nibbles][4 outputs][input % 4]`.
type Codes = [[[u8; 16]; 2]; ACT_GROUP / 4];
/// The integer sums of one word for [`ROWS`] rows, from its low and high nibbles.
type Totals = [[int32x4_t; 2]; ROWS];

/// One segment of 64 outputs, unpacked.
struct Panel {
    codes: [Codes; WORDS],
    /// `[word][half of it]`, in output order
    zeros: [[int32x4_t; 2]; WORDS],
    scales: [[float32x4_t; 2]; WORDS],
}

/// See [`scalar::awq_int_gemm`].
#[target_feature(enable = "neon")]
pub fn awq_int_gemm(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, mut out: &mut [f32]) {
    for columns in runs(columns, TILE) {
        let (to, rest) = out.split_at_mut(rows.len() * columns.len());
        tile(w, x, rows.clone(), columns, to, |codes, rows, segment| dot_baseline(codes, rows, segment));
        out = rest;
    }
}

/// See [`scalar::awq_int_gemm`].
#[target_feature(enable = "neon,dotprod")]
pub fn awq_int_gemm_dotprod(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, mut out: &mut [f32]) {
    for columns in runs(columns, TILE) {
        let (to, rest) = out.split_at_mut(rows.len() * columns.len());
        tile(w, x, rows.clone(), columns, to, |codes, rows, segment| dot_sdot(codes, rows, segment));
        out = rest;
    }
}

/// A tile. `dot` computes the integer sums of a word over a segment.
#[target_feature(enable = "neon")]
fn tile(
    w: &Awq4,
    x: &QuantRows,
    rows: Range<usize>,
    columns: Range<usize>,
    out: &mut [f32],
    dot: impl Fn(&Codes, &[QuantRow; ROWS], Range<usize>) -> Totals,
) {
    let width = columns.len();
    let steps = width / UNPACKED;
    scalar::fill_tail(columns.clone(), steps * UNPACKED, out, |tail, to| {
        scalar::awq_int_tile(w, x, rows.clone(), tail, to)
    });
    let mut panel = Panel {
        codes: [[[[0; 16]; 2]; ACT_GROUP / 4]; WORDS],
        zeros: [[vdupq_n_s32(8); 2]; WORDS],
        scales: [[vdupq_n_f32(0.0); 2]; WORDS],
    };
    let mut sums = vec![[[0.0_f32; UNPACKED]; 2]; rows.len()];
    for step in 0..steps {
        let column = columns.start + step * UNPACKED;
        sums.fill([[0.0; UNPACKED]; 2]);
        for (h, inputs) in split_k(w.inputs).into_iter().enumerate() {
            for segment in w.segments(inputs) {
                unpack(w, segment.clone(), column, &mut panel);
                for (first, sums) in rows.clone().step_by(ROWS).zip(sums.chunks_mut(ROWS)) {
                    // If fewer rows are left, the last one is computed several times and stored once.
                    let block: [QuantRow; ROWS] = std::array::from_fn(|r| x.row(first + r.min(sums.len() - 1)));
                    let factors = block.map(|row| (row.sum(segment.clone()), row.scales[segment.start / ACT_GROUP]));
                    for word in 0..WORDS {
                        let totals = dot(&panel.codes[word], &block, segment.clone());
                        end_segment(&panel, word, &totals, &factors, h, sums);
                    }
                }
            }
        }
        for (to, [first, second]) in out.chunks_exact_mut(width).zip(&sums) {
            for ((y, a), b) in to[step * UNPACKED..][..UNPACKED].iter_mut().zip(first).zip(second) {
                *y = a + b;
            }
        }
    }
}

/// Unpacks the codes, zero points and scales of a segment for 64 outputs from `column` on. Inputs past the end of the
/// layer repeat the codes of its last input, and the rest of the panel keeps its old codes; the activations there are
/// zero.
#[target_feature(enable = "neon")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, panel: &mut Panel) {
    let mask = vdupq_n_u8(15);
    for (k, i) in segment.clone().step_by(4).enumerate() {
        let rows: [&[u8]; 4] = std::array::from_fn(|r| {
            let start = (i + r).min(w.inputs - 1) * w.row_bytes() + column / 2;
            &w.qweight[start..start + UNPACKED / 2]
        });
        for half in 0..2 {
            // SAFETY: a row is a slice of 32 bytes, and `half` is 0 or 1.
            let [a, b, c, d] = rows.map(|row| unsafe { vld1q_u8(row.as_ptr().add(16 * half)) });
            let (ab, cd) = (vreinterpretq_u16_u8(vzip1q_u8(a, b)), vreinterpretq_u16_u8(vzip1q_u8(c, d)));
            let (ab_high, cd_high) = (vreinterpretq_u16_u8(vzip2q_u8(a, b)), vreinterpretq_u16_u8(vzip2q_u8(c, d)));
            let words =
                [vzip1q_u16(ab, cd), vzip2q_u16(ab, cd), vzip1q_u16(ab_high, cd_high), vzip2q_u16(ab_high, cd_high)];
            for (j, word) in words.into_iter().enumerate() {
                let word = vreinterpretq_u8_u16(word);
                let [low, high] = &mut panel.codes[4 * half + j][k];
                // SAFETY: `low` and `high` are 16 bytes each.
                unsafe {
                    vst1q_u8(low.as_mut_ptr(), vandq_u8(word, mask));
                    vst1q_u8(high.as_mut_ptr(), vshrq_n_u8::<4>(word));
                }
            }
        }
    }
    let group = w.group(segment.start);
    for word in 0..WORDS {
        (panel.zeros[word], panel.scales[word]) = zeros_and_scales(&group, column + 8 * word);
    }
}

/// Ends a segment for one word: adds its totals to the sums of split-K part `h`, for as many rows as `sums` has.
/// `factors` are the integer sum and the scale of the activations of each row.
#[inline]
#[target_feature(enable = "neon")]
fn end_segment(
    panel: &Panel,
    word: usize,
    totals: &Totals,
    factors: &[(i32, f32); ROWS],
    h: usize,
    sums: &mut [[[f32; UNPACKED]; 2]],
) {
    let (zeros, scales) = (panel.zeros[word], panel.scales[word]);
    for (([low, high], factors), sums) in totals.iter().zip(factors).zip(sums) {
        for (part, total) in to_output_order(*low, *high).into_iter().enumerate() {
            let y = &mut sums[h][8 * word + 4 * part..][..4];
            // SAFETY: `y` is four numbers.
            unsafe {
                let new = apply_scales(total, *factors, zeros[part], scales[part], vld1q_f32(y.as_ptr()));
                vst1q_f32(y.as_mut_ptr(), new);
            }
        }
    }
}

/// Plane `p` of the activations of a segment: the codes of its blocks, and their sub-scales.
#[inline]
fn blocks<'a>(row: &QuantRow<'a>, p: usize, segment: &Range<usize>) -> (&'a [[i8; ACT_BLOCK]], &'a [i16]) {
    let plane = row.codes.len() / row.planes;
    let at = p * plane + segment.start..p * plane + segment.end.next_multiple_of(ACT_BLOCK);
    (row.codes[at.clone()].as_chunks().0, &row.subs[at.start / ACT_BLOCK..at.end / ACT_BLOCK])
}

/// The integer sums of a word over a segment and all planes, sub-scales applied, without dot-product instructions.
#[inline]
#[target_feature(enable = "neon")]
fn dot_baseline(codes: &Codes, rows: &[QuantRow; ROWS], segment: Range<usize>) -> Totals {
    let mut totals = [[vdupq_n_s32(0); 2]; ROWS];
    for (totals, row) in totals.iter_mut().zip(rows) {
        for p in 0..row.planes {
            let (x, subs) = blocks(row, p, &segment);
            for ((codes, x), sub) in codes.as_chunks::<{ ACT_BLOCK / 4 }>().0.iter().zip(x).zip(subs) {
                // SAFETY: `x` is 16 bytes.
                let x = vreinterpretq_s32_s8(unsafe { vld1q_s8(x.as_ptr()) });
                let x = [
                    vdupq_laneq_s32::<0>(x),
                    vdupq_laneq_s32::<1>(x),
                    vdupq_laneq_s32::<2>(x),
                    vdupq_laneq_s32::<3>(x),
                ];
                // 16-bit lanes, four for each output: two outputs in a vector.
                let mut acc = [[vdupq_n_s16(0); 2]; 2];
                for k in 0..ACT_BLOCK / 4 {
                    let x = vreinterpretq_s8_s32(x[k]);
                    for v in 0..2 {
                        // SAFETY: `codes[k][v]` is 16 bytes.
                        let codes = vreinterpretq_s8_u8(unsafe { vld1q_u8(codes[k][v].as_ptr()) });
                        acc[v][0] = vmlal_s8(acc[v][0], vget_low_s8(codes), vget_low_s8(x));
                        acc[v][1] = vmlal_high_s8(acc[v][1], codes, x);
                    }
                }
                let [low, high] = acc.map(|[a, b]| vpaddq_s16(a, b));
                let block = vpaddq_s16(low, high);
                totals[0] = vmlal_n_s16(totals[0], vget_low_s16(block), *sub);
                totals[1] = vmlal_high_n_s16(totals[1], block, *sub);
            }
        }
    }
    totals
}

/// The integer sums of a word over a segment and all planes, sub-scales applied, with dot-product instructions.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn dot_sdot(codes: &Codes, rows: &[QuantRow; ROWS], segment: Range<usize>) -> Totals {
    let mut totals = [[vdupq_n_s32(0); 2]; ROWS];
    for p in 0..rows[0].planes {
        let count = segment.len().div_ceil(ACT_BLOCK);
        let x: [_; ROWS] = std::array::from_fn(|r| &blocks(&rows[r], p, &segment).0[..count]);
        let subs: [_; ROWS] = std::array::from_fn(|r| &blocks(&rows[r], p, &segment).1[..count]);
        for (b, codes) in codes.as_chunks::<{ ACT_BLOCK / 4 }>().0[..count].iter().enumerate() {
            // SAFETY: `x[b]` is an array of 16 bytes.
            let x = x.map(|x| unsafe { vld1q_s8(x[b].as_ptr()) });
            let subs = subs.map(|subs| i32::from(subs[b]));
            let mut acc = [[vdupq_n_s32(0); 2]; ROWS];
            for v in 0..2 {
                // SAFETY: `codes[k][v]` is 16 bytes.
                let w: [int8x16_t; 4] =
                    std::array::from_fn(|k| vreinterpretq_s8_u8(unsafe { vld1q_u8(codes[k][v].as_ptr()) }));
                for r in 0..ROWS {
                    acc[r][v] = sdot::<0>(acc[r][v], w[0], x[r]);
                    acc[r][v] = sdot::<1>(acc[r][v], w[1], x[r]);
                    acc[r][v] = sdot::<2>(acc[r][v], w[2], x[r]);
                    acc[r][v] = sdot::<3>(acc[r][v], w[3], x[r]);
                }
            }
            for r in 0..ROWS {
                for v in 0..2 {
                    totals[r][v] = vmlaq_n_s32(totals[r][v], acc[r][v], subs[r]);
                }
            }
        }
    }
    totals
}

/// `acc[o] + sum over i in 0..4 of w[4 * o + i] * x[4 * LANE + i]`. The standard library's function for this
/// instruction is not stable yet.
#[inline]
#[target_feature(enable = "neon,dotprod")]
pub fn sdot<const LANE: usize>(mut acc: int32x4_t, w: int8x16_t, x: int8x16_t) -> int32x4_t {
    // SAFETY: the instruction reads and writes only these registers, and the CPU has it, because this function requires
    // `dotprod`.
    unsafe {
        asm!(
            "sdot {acc:v}.4s, {w:v}.16b, {x:v}.4b[{lane}]",
            acc = inout(vreg) acc,
            w = in(vreg) w,
            x = in(vreg) x,
            lane = const LANE,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    acc
}
