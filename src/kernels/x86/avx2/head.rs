//! The screened output head: 16 weights at a time widened to 16 bits, multiplied and added in pairs by `vpmaddwd`.

use std::arch::x86_64::*;

use crate::kernels::head::{HeadInput, HeadRow, Logits, PAD};
use crate::kernels::x86::walk::{LINE, ask_in_order, prefetch};

/// Activations that share one reading of a row.
const ROWS: usize = 4;
/// Rows that stay near while one few activations after the other take them.
const NEAR: usize = 32;
/// Rows between those that are multiplied and those that are asked for.
const AHEAD: usize = 8;
/// Bytes between what is multiplied and what is asked for, where there is one activation.
const DISTANCE: usize = 16 << 10;
/// Products that a lane of 32 bits may sum, a pair at a time: 127 * 16256 * 2 * (8192 / 16) < 2^31.
const RUN: usize = 8192;

/// See [`crate::kernels::head::logits`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn logits(codes: &[i8], rows: &[HeadRow], x: &[&HeadInput], out: Logits) {
    let Some(width) = x.first().map(|x| x.codes.len()) else { return };
    if let ([x], [out]) = (x, &mut *out) {
        return one(codes, rows, x, out);
    }
    for (n, (codes, rows)) in codes.chunks(NEAR * width).zip(rows.chunks(NEAR)).enumerate() {
        for (x, out) in x.chunks(ROWS).zip(out.chunks_mut(ROWS)) {
            match x {
                [a, b, c, d] => some::<4, 2>(codes, rows, [a, b, c, d], out, n * NEAR),
                [a, b, c] => some::<3, 2>(codes, rows, [a, b, c], out, n * NEAR),
                [a, b] => some::<2, 2>(codes, rows, [a, b], out, n * NEAR),
                [a, ..] => some::<1, 2>(codes, rows, [a], out, n * NEAR),
                [] => {}
            }
        }
    }
}

/// One activation: row after row, so that memory is read as one long run.
#[target_feature(enable = "avx2,fma,f16c")]
fn one(codes: &[i8], rows: &[HeadRow], x: &HeadInput, out: &mut [f32]) {
    for ((codes, row), y) in codes.chunks_exact(x.codes.len()).zip(rows).zip(out) {
        let mut sum = 0;
        for (codes, x) in codes.chunks(RUN).zip(x.codes.chunks(RUN)) {
            sum += dot(codes, x);
        }
        *y = sum as f32 * (row.scale * x.step);
    }
}

/// The dot product of up to [`RUN`] codes, a multiple of [`PAD`].
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn dot(w: &[i8], x: &[i16]) -> i64 {
    let mut sums = [_mm256_setzero_si256(); 4];
    let mut add = |n: usize, w: &[i8; PAD / 2], x: &[i16; PAD / 2]| {
        // SAFETY: `w` is a vector of 16 bytes, `x` one of 32.
        unsafe {
            let w = _mm256_cvtepi8_epi16(_mm_loadu_si128(w.as_ptr().cast()));
            let x = _mm256_loadu_si256(x.as_ptr().cast());
            sums[n] = _mm256_add_epi32(sums[n], _mm256_madd_epi16(w, x));
        }
    };
    let (lines, rest) = w.as_chunks::<LINE>();
    let (x, rest_of_x) = x.as_chunks::<LINE>();
    for (w, x) in lines.iter().zip(x) {
        prefetch(w.as_ptr().cast::<u8>().wrapping_add(DISTANCE));
        let (w, x) = (w.as_chunks().0, x.as_chunks().0);
        for n in 0..4 {
            add(n, &w[n], &x[n]);
        }
    }
    for (w, x) in rest.as_chunks().0.iter().zip(rest_of_x.as_chunks().0) {
        add(0, w, x);
    }
    let sum = _mm256_add_epi32(_mm256_add_epi32(sums[0], sums[1]), _mm256_add_epi32(sums[2], sums[3]));
    let low = _mm256_cvtepi32_epi64(_mm256_castsi256_si128(sum));
    let sum = _mm256_add_epi64(low, _mm256_cvtepi32_epi64(_mm256_extracti128_si256::<1>(sum)));
    let sum = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
    _mm_cvtsi128_si64(_mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum)))
}

/// `R` activations and `N` rows at a time, so that each is loaded once for several products. The first row is number
/// `first` of `out`.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn some<const R: usize, const N: usize>(codes: &[i8], rows: &[HeadRow], x: [&HeadInput; R], out: Logits, first: usize) {
    let width = x[0].codes.len();
    let mut outs = out.iter_mut().map(|out| &mut out[first..first + rows.len()]);
    let mut outs: [&mut [f32]; R] = std::array::from_fn(|_| outs.next().unwrap_or_default());
    let whole = rows.len() / N * N;
    let mut store = |n: usize, sums: [i64; 4]| {
        for r in 0..R {
            outs[r][n] = sums[r] as f32 * (rows[n].scale * x[r].step);
        }
    };
    for (codes, n) in codes.chunks_exact(N * width).zip((0..whole).step_by(N)) {
        let sums = dots::<R, N>(codes, &x);
        for k in 0..N {
            store(n + k, sums[k]);
        }
    }
    for n in whole..rows.len() {
        let [sums] = dots::<R, 1>(&codes[n * width..(n + 1) * width], &x);
        store(n, sums);
    }
}

/// The dot products of `N` rows with `R` activations.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn dots<const R: usize, const N: usize>(codes: &[i8], x: &[&HeadInput; R]) -> [[i64; 4]; N] {
    let width = x[0].codes.len();
    assert!(codes.len() == N * width && width.is_multiple_of(PAD));
    let mut inputs = [std::ptr::null(); R];
    for r in 0..R {
        inputs[r] = x[r].codes[..width].as_ptr();
    }
    let mut totals = [_mm256_setzero_si256(); N];
    for start in (0..width).step_by(RUN) {
        let mut sums = [[_mm256_setzero_si256(); 4]; N];
        for i in (start..(start + RUN).min(width)).step_by(PAD) {
            // N rows are N / 2 lines for every 32 inputs. They lie one behind the other, and a prefetch past the end does nothing.
            ask_in_order(codes.as_ptr().cast::<u8>().wrapping_add(AHEAD * width), i / PAD, N.div_ceil(2));
            for at in [i, i + PAD / 2] {
                let mut w = [_mm256_setzero_si256(); N];
                for n in 0..N {
                    // SAFETY: `codes` is N rows of `width` bytes, and at + 16 is at most `width`, a multiple of 32.
                    w[n] = _mm256_cvtepi8_epi16(unsafe { _mm_loadu_si128(codes.as_ptr().add(n * width + at).cast()) });
                }
                for r in 0..R {
                    // SAFETY: `inputs[r]` points at `width` numbers, and at + 16 is at most that.
                    let x = unsafe { _mm256_loadu_si256(inputs[r].add(at).cast()) };
                    for n in 0..N {
                        sums[n][r] = _mm256_add_epi32(sums[n][r], _mm256_madd_epi16(w[n], x));
                    }
                }
            }
        }
        for n in 0..N {
            totals[n] = _mm256_add_epi64(totals[n], fold(sums[n]));
        }
    }
    let mut sums = [[0; 4]; N];
    for n in 0..N {
        // SAFETY: four numbers of 64 bits are 32 bytes.
        unsafe { _mm256_storeu_si256(sums[n].as_mut_ptr().cast(), totals[n]) };
    }
    sums
}

/// The sums of the 32-bit lanes of four vectors, in 64 bits.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn fold(sums: [__m256i; 4]) -> __m256i {
    let mut wide = [_mm256_setzero_si256(); 4];
    for n in 0..4 {
        let low = _mm256_cvtepi32_epi64(_mm256_castsi256_si128(sums[n]));
        wide[n] = _mm256_add_epi64(low, _mm256_cvtepi32_epi64(_mm256_extracti128_si256::<1>(sums[n])));
    }
    let [a, b, c, d] = wide;
    let ab = _mm256_add_epi64(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    let cd = _mm256_add_epi64(_mm256_unpacklo_epi64(c, d), _mm256_unpackhi_epi64(c, d));
    _mm256_add_epi64(_mm256_permute2x128_si256::<0x20>(ab, cd), _mm256_permute2x128_si256::<0x31>(ab, cd))
}
