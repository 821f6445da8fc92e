//! The quantized output head: widens 8-bit weights to 16 bits and multiplies them with 15-bit activations into 32-bit
//! sums.

use std::arch::aarch64::*;

use super::vector::prefetch;
use crate::kernels::head::{HeadInput, I32_SUM_INPUTS, Logits, STRIP, logits_with};
use crate::kernels::template::with_const;

/// Rows of activations that share one reading of a strip.
const INPUTS_PER_PASS: usize = 4;
/// The prefetch distance in bytes.
const DISTANCE: usize = 4 << 10;

/// See [`crate::kernels::head::logits`].
#[target_feature(enable = "neon")]
pub fn logits(codes: &[u8], scales: &[f32], x: &[&HeadInput], out: Logits) {
    let dot = |strip: &[u8], x: &[&HeadInput], out: &mut [[[f32; STRIP]; 1]]| {
        with_const!(x.len(), [4 3 2 else 1], dot_strip(strip, x, out));
    };
    logits_with::<INPUTS_PER_PASS, 1>(dot, (codes, scales, x, out));
}

/// The dot products of a strip with `R` rows of activations.
#[inline]
#[target_feature(enable = "neon")]
fn dot_strip<const R: usize>(strip: &[u8], x: &[&HeadInput], out: &mut [[[f32; STRIP]; 1]]) {
    let x: [_; R] = std::array::from_fn(|r| x[r].codes.as_chunks::<2>().0);
    let mut totals = [[vdupq_n_s64(0); STRIP / 2]; R];
    for (n, pairs) in strip.as_chunks::<{ 2 * STRIP }>().0.chunks(I32_SUM_INPUTS / 2).enumerate() {
        let x = x.map(|x| &x[n * (I32_SUM_INPUTS / 2)..][..pairs.len()]);
        let mut sums = [[vdupq_n_s32(0); STRIP / 4]; R];
        for (i, pair) in pairs.iter().enumerate() {
            // Two pairs of inputs are a cache line. A prefetch past the end does nothing.
            if i % 2 == 0 {
                prefetch(pair.as_ptr().wrapping_add(DISTANCE));
            }
            // SAFETY: `pair` is an array of 32 bytes.
            let pair = unsafe { vld2q_s8(pair.as_ptr().cast()) };
            for (k, w) in [pair.0, pair.1].into_iter().enumerate() {
                let w = [vmovl_s8(vget_low_s8(w)), vmovl_high_s8(w)];
                for r in 0..R {
                    for half in 0..2 {
                        let (low, high) = (2 * half, 2 * half + 1);
                        sums[r][low] = vmlal_n_s16(sums[r][low], vget_low_s16(w[half]), x[r][i][k]);
                        sums[r][high] = vmlal_high_n_s16(sums[r][high], w[half], x[r][i][k]);
                    }
                }
            }
        }
        for (totals, sums) in totals.iter_mut().zip(sums) {
            for (two, sum) in totals.as_chunks_mut::<2>().0.iter_mut().zip(sums) {
                *two = [vaddw_s32(two[0], vget_low_s32(sum)), vaddw_high_s32(two[1], sum)];
            }
        }
    }
    for ([out], totals) in out.iter_mut().zip(totals) {
        for (to, total) in out.as_chunks_mut::<2>().0.iter_mut().zip(totals) {
            // SAFETY: `to` is two numbers. A total is below 2^53, so it is exact as f64, and only the conversion to f32
            // rounds.
            unsafe { vst1_f32(to.as_mut_ptr(), vcvt_f32_f64(vcvtq_f64_s64(total))) };
        }
    }
}
