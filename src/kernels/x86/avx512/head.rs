//! The screened output head: 32 weights at a time widened to 16 bits, multiplied and added in pairs by `vpdpwssd`.

use std::arch::x86_64::*;

use crate::kernels::head::{self, HeadInput, HeadRow, Logits, PAD};

/// Activations that share one reading of a row.
const ROWS: usize = 4;

/// See [`head::logits`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
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
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn some<const R: usize>(codes: &[i8], rows: &[HeadRow], x: [&HeadInput; R], out: Logits) {
    let width = x[0].codes.len();
    for (n, (codes, row)) in codes.chunks_exact(width).zip(rows).enumerate() {
        let mut sums = [_mm512_setzero_si512(); R];
        for (i, w) in codes.as_chunks::<PAD>().0.iter().enumerate() {
            // Four rows ahead: rows lie one behind the other, and the last prefetch past the end does nothing.
            _mm_prefetch::<_MM_HINT_T0>(w.as_ptr().wrapping_add(4 * width));
            // SAFETY: `w` is the 32 bytes that are read.
            let w = _mm512_cvtepi8_epi16(unsafe { _mm256_loadu_si256(w.as_ptr().cast()) });
            for r in 0..R {
                let x = &x[r].codes[i * PAD..(i + 1) * PAD];
                // SAFETY: `x` is 32 numbers of two bytes.
                sums[r] = _mm512_dpwssd_epi32(sums[r], w, unsafe { _mm512_loadu_si512(x.as_ptr().cast()) });
            }
        }
        for r in 0..R {
            let low = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(sums[r]));
            let high = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64::<1>(sums[r]));
            let sum = _mm512_reduce_add_epi64(_mm512_add_epi64(low, high));
            out[r][n] = sum as f32 * (row.scale * x[r].step);
        }
    }
}
