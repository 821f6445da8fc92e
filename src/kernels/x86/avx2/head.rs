//! The screened output head: two inputs of eight rows at a time widened to 16 bits, multiplied and added by `vpmaddwd`.

use std::arch::x86_64::*;

use crate::kernels::head::{HeadInput, Logits, RUN, STRIP, logits_by};
use crate::kernels::x86::walk::{LINE, prefetch};

/// Activations that share one reading of a strip.
const TOGETHER: usize = 4;
/// Bytes between what is multiplied and what is asked for. Not whole pages: both would leave their pages at the same time,
/// and neither way of finding the next one could hide behind the other.
pub const DISTANCE: usize = 18 << 10;

/// See [`crate::kernels::head::logits`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn logits(codes: &[u8], scales: &[f32], x: &[&HeadInput], out: Logits) {
    let sums = |strip: &[u8], x: &[&HeadInput], out: &mut [[f32; STRIP]]| match x {
        [a] => some(strip, [a], out),
        [a, b] => some(strip, [a, b], out),
        [a, b, c] => some(strip, [a, b, c], out),
        [a, b, c, d, ..] => some(strip, [a, b, c, d], out),
        [] => {}
    };
    logits_by::<TOGETHER>(sums, (codes, scales, x, out));
}

/// The sums of a strip for `R` activations.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn some<const R: usize>(strip: &[u8], x: [&HeadInput; R], out: &mut [[f32; STRIP]]) {
    let x = x.map(|x| x.codes.as_chunks::<4>().0);
    let mut totals = [[_mm256_setzero_pd(); STRIP / 4]; R];
    // A cache line is four inputs of all rows.
    for (n, lines) in strip.as_chunks::<LINE>().0.chunks(RUN / 4).enumerate() {
        let x = x.map(|x| &x[n * (RUN / 4)..][..lines.len()]);
        let mut sums = [[_mm256_setzero_si256(); 2]; R];
        for (i, line) in lines.iter().enumerate() {
            // A prefetch past the end does nothing.
            prefetch(line.as_ptr().wrapping_add(DISTANCE));
            for pair in 0..2 {
                let mut w = [_mm256_setzero_si256(); 2];
                for half in 0..2 {
                    let at = &line[32 * pair + 16 * half..][..16];
                    // SAFETY: the slice is the 16 bytes that are read.
                    w[half] = _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(at.as_ptr().cast()) });
                }
                for r in 0..R {
                    let both = _mm256_set1_epi32(both(&x[r][i], pair));
                    for half in 0..2 {
                        sums[r][half] = _mm256_add_epi32(sums[r][half], _mm256_madd_epi16(w[half], both));
                    }
                }
            }
        }
        for (totals, sums) in totals.iter_mut().zip(sums) {
            for half in 0..2 {
                let (low, high) = (_mm256_castsi256_si128(sums[half]), _mm256_extracti128_si256::<1>(sums[half]));
                totals[2 * half] = _mm256_add_pd(totals[2 * half], _mm256_cvtepi32_pd(low));
                totals[2 * half + 1] = _mm256_add_pd(totals[2 * half + 1], _mm256_cvtepi32_pd(high));
            }
        }
    }
    for (out, totals) in out.iter_mut().zip(totals) {
        for (to, total) in out.as_chunks_mut::<4>().0.iter_mut().zip(totals) {
            // SAFETY: `to` is four numbers. The totals are exact, so that this rounds once.
            unsafe { _mm_storeu_ps(to.as_mut_ptr(), _mm256_cvtpd_ps(total)) };
        }
    }
}

/// Pair `pair` of four codes in one number, the first in its low half.
#[inline(always)]
pub fn both(codes: &[i16; 4], pair: usize) -> i32 {
    i32::from(codes[2 * pair + 1]) << 16 | i32::from(codes[2 * pair] as u16)
}
