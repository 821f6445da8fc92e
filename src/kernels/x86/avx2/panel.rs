//! Several rows of integer activations: a segment of weights is unpacked once and multiplied with every row.
//!
//! A tile of 128 outputs is handled in strips of 16: words j and j + 4 of 64 neighbouring outputs, which is how unpacking
//! leaves them in the two lanes of a vector. A strip's panel is `[segment / 4][16][4]` codes, so that `vpmaddubsw` against
//! four broadcast activations gives two 16-bit sums per output and `vpmaddwd` adds them and applies a sub-scale.

use std::arch::x86_64::*;
use std::ops::Range;

use super::zeros_and_scales;
use crate::kernels::layout::{Awq4, BLOCK, GROUP, QuantRow, QuantRows, halves};
use crate::kernels::scalar;

/// Outputs in one strip.
const STRIP: usize = 16;
/// Outputs that are unpacked together: four strips.
const QUAD: usize = 4 * STRIP;
/// Rows that one pass over a panel serves: as many as leave all sums in registers.
const ROWS: usize = 3;

/// Four strips of one segment, unpacked.
struct Panel {
    /// `[strip][input / 4][output][input % 4]`
    codes: [[[u8; 4 * STRIP]; GROUP / 4]; 4],
    /// `[strip][low or high][lane]`, in the order of the sums.
    zeros: [[[i32; 8]; 2]; 4],
    scales: [[[f32; 8]; 2]; 4],
}

/// See [`scalar::awq_int_tile`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn awq_int_tile(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    let width = columns.len();
    let quads = width / QUAD;
    let rest = columns.start + quads * QUAD..columns.end;
    if !rest.is_empty() {
        let mut narrow = vec![0.0; rows.len() * rest.len()];
        scalar::awq_int_tile(w, x, rows.clone(), rest.clone(), &mut narrow);
        for (to, from) in out.chunks_exact_mut(width).zip(narrow.chunks_exact(rest.len())) {
            to[quads * QUAD..].copy_from_slice(from);
        }
    }
    let mut panel =
        Panel { codes: [[[0; 4 * STRIP]; GROUP / 4]; 4], zeros: [[[8; 8]; 2]; 4], scales: [[[0.0; 8]; 2]; 4] };
    let mut sums = vec![[[0.0_f32; QUAD]; 2]; rows.len()];
    for quad in 0..quads {
        let column = columns.start + quad * QUAD;
        sums.fill([[0.0; QUAD]; 2]);
        for (h, inputs) in halves(w.inputs).into_iter().enumerate() {
            for segment in w.segments(inputs) {
                unpack(w, segment.clone(), column, &mut panel);
                for (first, sums) in rows.clone().step_by(ROWS).zip(sums.chunks_mut(ROWS)) {
                    multiply(&panel, x, first, &segment, h, sums);
                }
            }
        }
        for (to, sums) in out.chunks_exact_mut(width).zip(&sums) {
            store(sums, &mut to[quad * QUAD..][..QUAD]);
        }
    }
}

/// Unpacks the codes, zero points and scales of a segment for 64 outputs from `column` on. Inputs past the segment's end
/// are given the codes of its last input; their activations are zero.
#[target_feature(enable = "avx2,fma,f16c")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, panel: &mut Panel) {
    let mask = _mm256_set1_epi8(15);
    for (k, i) in segment.clone().step_by(4).enumerate() {
        let mut rows = [_mm256_setzero_si256(); 4];
        for r in 0..4 {
            let start = (i + r).min(w.inputs - 1) * w.row_bytes() + column / 2;
            let bytes = &w.qweight[start..start + QUAD / 2];
            // The same columns a segment further down: rows lie too far apart for the hardware to foresee them.
            _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(GROUP * w.row_bytes()).cast());
            // SAFETY: the slice is the 32 bytes that are read.
            rows[r] = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
        }
        let [a, b, c, d] = rows;
        let (ab, cd) = (_mm256_unpacklo_epi8(a, b), _mm256_unpacklo_epi8(c, d));
        let (ab_high, cd_high) = (_mm256_unpackhi_epi8(a, b), _mm256_unpackhi_epi8(c, d));
        let words = [
            _mm256_unpacklo_epi16(ab, cd),
            _mm256_unpackhi_epi16(ab, cd),
            _mm256_unpacklo_epi16(ab_high, cd_high),
            _mm256_unpackhi_epi16(ab_high, cd_high),
        ];
        for (strip, word) in panel.codes.iter_mut().zip(words) {
            let to: *mut __m256i = strip[k].as_mut_ptr().cast();
            // SAFETY: a panel entry is 64 bytes, two vectors.
            unsafe {
                _mm256_storeu_si256(to, _mm256_and_si256(word, mask));
                _mm256_storeu_si256(to.add(1), _mm256_and_si256(_mm256_srli_epi16::<4>(word), mask));
            }
        }
    }
    for j in 0..QUAD / STRIP {
        let (zeros, scales) = zeros_and_scales(w, segment.start, column + 8 * j);
        let (more_zeros, more_scales) = zeros_and_scales(w, segment.start, column + 8 * (j + 4));
        let zeros = from_output_order(zeros, more_zeros);
        let scales = from_output_order(_mm256_castps_si256(scales), _mm256_castps_si256(more_scales));
        for part in 0..2 {
            // SAFETY: both arrays are eight numbers.
            unsafe {
                _mm256_storeu_si256(panel.zeros[j][part].as_mut_ptr().cast(), zeros[part]);
                _mm256_storeu_si256(panel.scales[j][part].as_mut_ptr().cast(), scales[part]);
            }
        }
    }
}

/// Two vectors of 32-bit sums as unpacking leaves them, `[0 4 1 5]` and `[2 6 3 7]` of word j in the low lane and of
/// word j + 4 in the high lane, as the eight outputs of word j and those of word j + 4.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn to_output_order(low: __m256i, high: __m256i) -> [__m256i; 2] {
    let (even, odd) = (_mm256_unpacklo_epi32(low, high), _mm256_unpackhi_epi32(low, high));
    let (first, second) = (_mm256_unpacklo_epi32(even, odd), _mm256_unpackhi_epi32(even, odd));
    [_mm256_permute2x128_si256::<0x20>(first, second), _mm256_permute2x128_si256::<0x31>(first, second)]
}

/// The inverse of [`to_output_order`]: the outputs of word j and of word j + 4 as `[0 4 1 5]` and `[2 6 3 7]` of both.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn from_output_order(first: __m256i, second: __m256i) -> [__m256i; 2] {
    let (low, high) =
        (_mm256_permute2x128_si256::<0x20>(first, second), _mm256_permute2x128_si256::<0x31>(first, second));
    // Lanes of outputs 0 1 2 3 and 4 5 6 7: pairs 0 4 1 5 and 2 6 3 7.
    [_mm256_unpacklo_epi32(low, high), _mm256_unpackhi_epi32(low, high)]
}

/// Adds a segment of up to [`ROWS`] rows, `first` on, to their sums of half `h`, strip by strip.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn multiply(
    panel: &Panel,
    x: &QuantRows,
    first: usize,
    segment: &Range<usize>,
    h: usize,
    sums: &mut [[[f32; QUAD]; 2]],
) {
    match sums.len() {
        3 => multiply_rows::<3>(panel, x, first, segment, h, sums),
        2 => multiply_rows::<2>(panel, x, first, segment, h, sums),
        _ => multiply_rows::<1>(panel, x, first, segment, h, sums),
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
fn multiply_rows<const R: usize>(
    panel: &Panel,
    x: &QuantRows,
    first: usize,
    segment: &Range<usize>,
    h: usize,
    sums: &mut [[[f32; QUAD]; 2]],
) {
    let blocks = segment.len().div_ceil(BLOCK);
    let mut rows = [x.row(first); R];
    let mut factors = [(0, 0.0); R];
    for r in 0..R {
        rows[r] = x.row(first + r);
        factors[r] = (rows[r].sum(segment.clone()), rows[r].scales[segment.start / GROUP]);
    }
    for strip in 0..QUAD / STRIP {
        let mut totals = [[_mm256_setzero_si256(); 2]; R];
        for p in 0..x.planes {
            add_plane(&panel.codes[strip], &rows, p, segment.start, blocks, &mut totals);
        }
        for r in 0..R {
            let (sum, scale) = (_mm256_set1_epi32(factors[r].0), _mm256_set1_ps(factors[r].1));
            for part in 0..2 {
                let y = &mut sums[r][h][STRIP * strip + 8 * part..][..8];
                // SAFETY: zeros, scales and `y` are eight numbers each.
                unsafe {
                    let zeros = _mm256_loadu_si256(panel.zeros[strip][part].as_ptr().cast());
                    let scales = _mm256_loadu_ps(panel.scales[strip][part].as_ptr());
                    let total = _mm256_sub_epi32(totals[r][part], _mm256_mullo_epi32(zeros, sum));
                    let factor = _mm256_mul_ps(scales, scale);
                    let new = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), factor, _mm256_loadu_ps(y.as_ptr()));
                    _mm256_storeu_ps(y.as_mut_ptr(), new);
                }
            }
        }
    }
}

/// Adds one plane of activations times a strip to the totals, sub-scales applied.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn add_plane<const R: usize>(
    codes: &[[u8; 4 * STRIP]; GROUP / 4],
    rows: &[QuantRow; R],
    p: usize,
    start: usize,
    blocks: usize,
    totals: &mut [[__m256i; 2]; R],
) {
    let at = p * (rows[0].codes.len() / rows[0].planes) + start;
    let mut x = [std::ptr::null(); R];
    let mut subs = [std::ptr::null(); R];
    for r in 0..R {
        x[r] = rows[r].codes[at..at + blocks * BLOCK].as_ptr();
        subs[r] = rows[r].subs[at / BLOCK..at / BLOCK + blocks].as_ptr();
    }
    for (b, codes) in codes.as_chunks::<{ BLOCK / 4 }>().0[..blocks].iter().enumerate() {
        let mut acc = [[_mm256_setzero_si256(); 2]; R];
        for k in 0..BLOCK / 4 {
            let from: *const __m256i = codes[k].as_ptr().cast();
            // SAFETY: a panel entry is 64 bytes, two vectors.
            let w = unsafe { [_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))] };
            for r in 0..R {
                // SAFETY: `x[r]` points at blocks * BLOCK codes, and b * BLOCK + 4 k + 4 is at most that.
                let four = unsafe { x[r].add(b * BLOCK + 4 * k).cast::<i32>().read_unaligned() };
                let four = _mm256_set1_epi32(four);
                for part in 0..2 {
                    acc[r][part] = _mm256_add_epi16(acc[r][part], _mm256_maddubs_epi16(w[part], four));
                }
            }
        }
        for r in 0..R {
            // SAFETY: `subs[r]` points at `blocks` sub-scales.
            let sub = _mm256_set1_epi16(unsafe { subs[r].add(b).read() });
            for part in 0..2 {
                totals[r][part] = _mm256_add_epi32(totals[r][part], _mm256_madd_epi16(acc[r][part], sub));
            }
        }
    }
}

/// Adds the two halves of 64 outputs and writes them in order.
#[target_feature(enable = "avx2,fma,f16c")]
fn store(sums: &[[f32; QUAD]; 2], out: &mut [f32]) {
    let part = |k: usize| {
        let at = |h: usize| &sums[h][8 * k..8 * k + 8];
        // SAFETY: both slices are eight numbers.
        unsafe { _mm256_castps_si256(_mm256_add_ps(_mm256_loadu_ps(at(0).as_ptr()), _mm256_loadu_ps(at(1).as_ptr()))) }
    };
    for j in 0..4 {
        for (word, y) in [j, j + 4].into_iter().zip(to_output_order(part(2 * j), part(2 * j + 1))) {
            let to = &mut out[8 * word..8 * word + 8];
            // SAFETY: `to` is eight numbers.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), _mm256_castsi256_ps(y)) };
        }
    }
}
