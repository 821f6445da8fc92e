//! The screened output head: 16 weights at a time widened to 16 bits, multiplied and added in pairs by `vpmaddwd`.

use std::arch::x86_64::*;

use crate::kernels::head::{self, HeadInput, HeadRow, Logits, PAD};

/// Activations that share one reading of a row.
const ROWS: usize = 4;

/// See [`head::logits`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn logits(codes: &[i8], rows: &[HeadRow], x: &[&HeadInput], out: Logits) {
    for (x, out) in x.chunks(ROWS).zip(out.chunks_mut(ROWS)) {
        match x {
            [a, b, c, d] => some::<4>(codes, rows, [a, b, c, d], out),
            [a, b, c] => some::<3>(codes, rows, [a, b, c], out),
            [a, b] => some::<2>(codes, rows, [a, b], out),
            [a] => some::<1>(codes, rows, [a], out),
            _ => head::logits(codes, rows, x, out),
        }
    }
}

#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn some<const R: usize>(codes: &[i8], rows: &[HeadRow], x: [&HeadInput; R], out: Logits) {
    let width = x[0].codes.len();
    let mut inputs = [std::ptr::null(); R];
    for r in 0..R {
        inputs[r] = x[r].codes[..width].as_ptr();
    }
    for (n, (codes, row)) in codes.chunks_exact(width).zip(rows).enumerate() {
        let mut sums = [[_mm256_setzero_si256(); 2]; R];
        for (i, w) in codes.as_chunks::<PAD>().0.iter().enumerate() {
            // Four rows ahead: rows lie one behind the other, and the last prefetch past the end does nothing.
            _mm_prefetch::<_MM_HINT_T0>(w.as_ptr().wrapping_add(4 * width));
            for half in 0..2 {
                // SAFETY: `w` is 32 bytes, of which 16 are read from 0 or 16 on.
                let w = unsafe { _mm256_cvtepi8_epi16(_mm_loadu_si128(w.as_ptr().add(16 * half).cast())) };
                for r in 0..R {
                    // SAFETY: `inputs[r]` points at `width` numbers, and i * PAD + 32 is at most that.
                    let x = unsafe { _mm256_loadu_si256(inputs[r].add(i * PAD + 16 * half).cast()) };
                    sums[r][half] = _mm256_add_epi32(sums[r][half], _mm256_madd_epi16(w, x));
                }
            }
        }
        for r in 0..R {
            let sum = total(_mm256_add_epi64(wide_total(sums[r][0]), wide_total(sums[r][1])));
            out[r][n] = sum as f32 * (row.scale * x[r].step);
        }
    }
}

/// Eight 32-bit sums as four of 64 bits.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn wide_total(sums: __m256i) -> __m256i {
    let low = _mm256_cvtepi32_epi64(_mm256_castsi256_si128(sums));
    _mm256_add_epi64(low, _mm256_cvtepi32_epi64(_mm256_extracti128_si256::<1>(sums)))
}

/// The sum of four 64-bit numbers.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn total(sums: __m256i) -> i64 {
    let two = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
    _mm_cvtsi128_si64(two) + _mm_extract_epi64::<1>(two)
}
