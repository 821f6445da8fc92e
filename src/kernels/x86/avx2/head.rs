//! The quantized output head: widens two inputs of eight rows to 16 bits; `vpmaddwd` multiplies and adds them.
//!
//! A single row of activations reads four neighbouring strips side by side, because four streams keep more memory
//! requests in flight than one, and its codes are broadcast once for all four.

use std::arch::asm;
use std::arch::x86_64::*;

use crate::kernels::head::{HeadInput, I32_SUM_INPUTS, Logits, STRIP, logits_with};
use crate::kernels::x86::prefetch::{LINE, prefetch};

/// Rows of activations that share one reading of a strip.
const INPUTS_PER_PASS: usize = 4;
/// Strips that a single row of activations reads side by side.
const STRIPS_PER_PASS: usize = 4;
/// The prefetch distance in bytes, summed over the strips that are read side by side. It is not a whole number of
/// pages: otherwise the loads and the prefetches would reach a new page at the same time, and neither page walk could
/// hide behind the other.
pub const DISTANCE: usize = 18 << 10;

/// See [`crate::kernels::head::logits`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn logits(codes: &[u8], scales: &[f32], x: &[&HeadInput], out: Logits) {
    let Some(strip) = x.first().map(|x| x.codes.len() * STRIP) else { return };
    let dot = |strips: &[u8], x: &[&HeadInput], out: &mut [[[f32; STRIP]; STRIPS_PER_PASS]]| match (
        x.len(),
        strips.len() > strip,
    ) {
        (1, true) => dot_strips::<1, STRIPS_PER_PASS>(strips, x, out),
        (1, false) => dot_strips::<1, 1>(strips, x, out),
        (2, true) => dot_strips::<2, { STRIPS_PER_PASS / 2 }>(strips, x, out),
        (2, false) => dot_strips::<2, 1>(strips, x, out),
        (3, _) => dot_strips::<3, 1>(strips, x, out),
        _ => dot_strips::<4, 1>(strips, x, out),
    };
    logits_with::<INPUTS_PER_PASS, STRIPS_PER_PASS>(dot, (codes, scales, x, out));
}

/// The dot products of `S` strips with `R` rows of activations.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn dot_strips<const R: usize, const S: usize>(
    strips: &[u8],
    x: &[&HeadInput],
    out: &mut [[[f32; STRIP]; STRIPS_PER_PASS]],
) {
    // A cache line is four inputs of all rows.
    let lines = x[0].codes.len() / 4;
    assert!(strips.len() == S * lines * LINE && x.iter().all(|x| x.codes.len() / 4 == lines));
    let pairs: [*const i32; R] = std::array::from_fn(|r| x[r].codes.as_ptr().cast());
    let (base, strip) = (strips.as_ptr(), lines * LINE);
    // The last lines of a strip prefetch the lines after all `S` strips.
    let last = lines.saturating_sub(DISTANCE / S / LINE);
    let mut totals = [[[_mm256_setzero_pd(); STRIP / 4]; S]; R];
    for start in (0..lines).step_by(I32_SUM_INPUTS / 4) {
        let mut sums = [[[_mm256_setzero_si256(); 2]; S]; R];
        for i in start..lines.min(start + I32_SUM_INPUTS / 4) {
            let ahead = i * LINE + DISTANCE / S + if i < last { 0 } else { (S - 1) * strip };
            // A prefetch past the end does nothing.
            (0..S).for_each(|s| prefetch(base.wrapping_add(ahead + s * strip)));
            for pair in 0..2 {
                let mut w = [[_mm256_setzero_si256(); 2]; S];
                for s in 0..S {
                    for half in 0..2 {
                        let at = s * strip + i * LINE + 32 * pair + 16 * half;
                        // SAFETY: `strips` has `S * lines` lines of 64 bytes (asserted above), and these are 16 bytes
                        // of line i of strip s.
                        w[s][half] = _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(base.add(at).cast()) });
                    }
                }
                for r in 0..R {
                    // SAFETY: every row of activations has `4 * lines` codes of two bytes (asserted above), `2 * lines`
                    // pairs.
                    let codes = _mm256_set1_epi32(unsafe { pairs[r].add(2 * i + pair).read_unaligned() });
                    for s in 0..S {
                        for half in 0..2 {
                            let products = _mm256_madd_epi16(w[s][half], codes);
                            sums[r][s][half] = _mm256_add_epi32(sums[r][s][half], products);
                        }
                    }
                }
                for sum in sums.as_flattened_mut().as_flattened_mut() {
                    // Without this the compiler adds the products of both pairs to each other first, and keeps sums in
                    // memory. SAFETY: the text is a comment, so no instruction is executed; the sum is declared as read
                    // and written.
                    unsafe { asm!("/* {0} */", inout(ymm_reg) * sum, options(nomem, nostack, preserves_flags)) };
                }
            }
        }
        for (totals, sums) in totals.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
            for half in 0..2 {
                let (low, high) = (_mm256_castsi256_si128(sums[half]), _mm256_extracti128_si256::<1>(sums[half]));
                totals[2 * half] = _mm256_add_pd(totals[2 * half], _mm256_cvtepi32_pd(low));
                totals[2 * half + 1] = _mm256_add_pd(totals[2 * half + 1], _mm256_cvtepi32_pd(high));
            }
        }
    }
    for (out, totals) in out.iter_mut().zip(totals) {
        for (out, totals) in out.iter_mut().zip(totals) {
            for (to, total) in out.as_chunks_mut::<4>().0.iter_mut().zip(totals) {
                // SAFETY: `to` is four numbers; the store is unaligned. The totals are exact, so only this conversion
                // rounds.
                unsafe { _mm_storeu_ps(to.as_mut_ptr(), _mm256_cvtpd_ps(total)) };
            }
        }
    }
}
