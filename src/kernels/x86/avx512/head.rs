//! The screened output head: 32 weights at a time widened to 16 bits, multiplied and added in pairs by `vpdpwssd`.
//!
//! The sums of up to eight activations are folded together. A single one, which is bound by memory, is AVX2's.

use std::arch::x86_64::*;

use crate::kernels::head::{HeadInput, HeadRow, Logits, PAD};
use crate::kernels::x86::avx2;
use crate::kernels::x86::walk::ask_in_order;

/// Sums that are folded together.
const SUMS: usize = 8;

/// See [`crate::kernels::head::logits`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn logits(codes: &[i8], rows: &[HeadRow], x: &[&HeadInput], out: Logits) {
    for (x, out) in x.chunks(SUMS).zip(out.chunks_mut(SUMS)) {
        match x {
            [a, b, c, d, e, f, g, h] => some::<8>(codes, rows, [a, b, c, d, e, f, g, h], out),
            [a, b, c, d, e, f, g] => some::<7>(codes, rows, [a, b, c, d, e, f, g], out),
            [a, b, c, d, e, f] => some::<6>(codes, rows, [a, b, c, d, e, f], out),
            [a, b, c, d, e] => some::<5>(codes, rows, [a, b, c, d, e], out),
            [a, b, c, d] => some::<4>(codes, rows, [a, b, c, d], out),
            [a, b, c] => some::<3>(codes, rows, [a, b, c], out),
            [a, b] => some::<2>(codes, rows, [a, b], out),
            x => avx2::head::logits(codes, rows, x, out),
        }
    }
}

/// `R` activations: two rows at a time, so that activations are loaded half as often.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn some<const R: usize>(codes: &[i8], rows: &[HeadRow], x: [&HeadInput; R], out: Logits) {
    let width = x[0].codes.len();
    let mut pairs = codes.chunks_exact(2 * width);
    let mut store = |n: usize, sums: [i64; SUMS]| {
        for r in 0..R {
            out[r][n] = sums[r] as f32 * (rows[n].scale * x[r].step);
        }
    };
    for (pair, codes) in (&mut pairs).enumerate() {
        let [first, second] = dots::<R, 2>(codes, &x);
        store(2 * pair, first);
        store(2 * pair + 1, second);
    }
    if !pairs.remainder().is_empty() {
        let [last] = dots::<R, 1>(pairs.remainder(), &x);
        store(rows.len() - 1, last);
    }
}

/// The dot products of `N` rows with `R` activations.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn dots<const R: usize, const N: usize>(codes: &[i8], x: &[&HeadInput; R]) -> [[i64; SUMS]; N] {
    let width = x[0].codes.len();
    assert_eq!(codes.len(), N * width);
    let mut inputs = [std::ptr::null(); R];
    for r in 0..R {
        inputs[r] = x[r].codes[..width].as_ptr();
    }
    let mut sums = [[_mm512_setzero_si512(); SUMS]; N];
    for i in 0..width / PAD {
        // A prefetch past the end does nothing.
        ask_in_order(codes.as_ptr().cast::<u8>().wrapping_add(SUMS * width), i, N.div_ceil(2));
        let mut w = [_mm512_setzero_si512(); N];
        for n in 0..N {
            let at = codes.as_ptr().wrapping_add(n * width + i * PAD);
            // SAFETY: `codes` is N rows of `width` bytes, and i * PAD + 32 is at most `width`.
            w[n] = _mm512_cvtepi8_epi16(unsafe { _mm256_loadu_si256(at.cast()) });
        }
        for r in 0..R {
            // SAFETY: `inputs[r]` points at `width` numbers, and i * PAD + 32 is at most that.
            let x = unsafe { _mm512_loadu_si512(inputs[r].add(i * PAD).cast()) };
            for n in 0..N {
                sums[n][r] = _mm512_dpwssd_epi32(sums[n][r], w[n], x);
            }
        }
    }
    sums.map(|sums| fold(sums))
}

/// The sums of the 32-bit lanes of eight vectors, in 64 bits.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn fold(sums: [__m512i; SUMS]) -> [i64; SUMS] {
    let mut wide = [_mm512_setzero_si512(); SUMS];
    for n in 0..SUMS {
        let low = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(sums[n]));
        let high = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64::<1>(sums[n]));
        wide[n] = _mm512_add_epi64(low, high);
    }
    // Pairs of sums side by side, then their lanes added, twice.
    let mut pairs = [_mm512_setzero_si512(); SUMS / 2];
    for n in 0..SUMS / 2 {
        let (a, b) = (wide[2 * n], wide[2 * n + 1]);
        pairs[n] = _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
    }
    let lanes = |a, b| _mm512_add_epi64(_mm512_shuffle_i64x2::<0x88>(a, b), _mm512_shuffle_i64x2::<0xdd>(a, b));
    let all = lanes(lanes(pairs[0], pairs[1]), lanes(pairs[2], pairs[3]));
    let mut totals = [0; SUMS];
    // SAFETY: `totals` is 64 bytes.
    unsafe { _mm512_storeu_si512(totals.as_mut_ptr().cast(), all) };
    totals
}
