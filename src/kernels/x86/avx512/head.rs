//! The quantized output head: widens two inputs of 16 rows to 16 bits; `vpdpwssd` multiplies and adds them.
//!
//! A single row of activations, which is limited by memory, uses the AVX2 kernel.

use std::arch::x86_64::*;

use crate::kernels::head::{HeadInput, I32_SUM_INPUTS, Logits, STRIP, logits_with};
use crate::kernels::template::with_const;
use crate::kernels::x86::avx2;
use crate::kernels::x86::prefetch::{LINE, prefetch};

/// Rows of activations that share one reading of a strip.
const INPUTS_PER_PASS: usize = 8;

/// See [`crate::kernels::head::logits`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn logits(codes: &[u8], scales: &[f32], x: &[&HeadInput], out: Logits) {
    if let [_] = x {
        return avx2::head::logits(codes, scales, x, out);
    }
    let dot = |strip: &[u8], x: &[&HeadInput], out: &mut [[[f32; STRIP]; 1]]| {
        with_const!(x.len(), [8 7 6 5 4 3 2 else 1], dot_strip(strip, x, out));
    };
    logits_with::<INPUTS_PER_PASS, 1>(dot, (codes, scales, x, out));
}

/// The dot products of a strip with `R` rows of activations.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn dot_strip<const R: usize>(strip: &[u8], x: &[&HeadInput], out: &mut [[[f32; STRIP]; 1]]) {
    let x: [_; R] = std::array::from_fn(|r| x[r].codes.as_chunks::<4>().0);
    let mut totals = [[_mm512_setzero_pd(); 2]; R];
    // A cache line is four inputs of all rows.
    for (n, lines) in strip.as_chunks::<LINE>().0.chunks(I32_SUM_INPUTS / 4).enumerate() {
        let x = x.map(|x| &x[n * (I32_SUM_INPUTS / 4)..][..lines.len()]);
        // Two sums for each row, so that consecutive additions do not wait for each other.
        let mut sums = [[_mm512_setzero_si512(); 2]; R];
        for (i, line) in lines.iter().enumerate() {
            // A prefetch past the end does nothing.
            prefetch(line.as_ptr().wrapping_add(avx2::head::DISTANCE));
            for pair in 0..2 {
                let at = &line[32 * pair..][..32];
                // SAFETY: the slice is the 32 bytes that are read; the load is unaligned.
                let w = _mm512_cvtepi8_epi16(unsafe { _mm256_loadu_si256(at.as_ptr().cast()) });
                for r in 0..R {
                    let codes = _mm512_set1_epi32(code_pair(&x[r][i], pair));
                    sums[r][pair] = _mm512_dpwssd_epi32(sums[r][pair], w, codes);
                }
            }
        }
        for (totals, [even, odd]) in totals.iter_mut().zip(sums) {
            let sum = _mm512_add_epi32(even, odd);
            totals[0] = _mm512_add_pd(totals[0], _mm512_cvtepi32_pd(_mm512_castsi512_si256(sum)));
            totals[1] = _mm512_add_pd(totals[1], _mm512_cvtepi32_pd(_mm512_extracti64x4_epi64::<1>(sum)));
        }
    }
    for ([out], totals) in out.iter_mut().zip(totals) {
        for (to, total) in out.as_chunks_mut::<8>().0.iter_mut().zip(totals) {
            // SAFETY: `to` is eight numbers; the store is unaligned. The totals are exact, so only this conversion
            // rounds.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), _mm512_cvtpd_ps(total)) };
        }
    }
}

/// Codes `2 * pair` and `2 * pair + 1` in one number, the first in its low half.
#[inline(always)]
fn code_pair(codes: &[i16; 4], pair: usize) -> i32 {
    i32::from(codes[2 * pair + 1]) << 16 | i32::from(codes[2 * pair] as u16)
}
