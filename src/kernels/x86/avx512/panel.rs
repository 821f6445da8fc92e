//! Several rows of integer activations, as in the AVX2 kernel, with `vpdpbusd`: four products a lane straight into 32 bits.
//!
//! A tile of 128 outputs is four strips of 32: words j, j + 4, j + 8 and j + 12, one in each lane of a vector. The sum of a
//! block of 16 inputs fits 16 bits, so that `vpdpwssd` with the sub-scale in the low half of each lane multiplies it and
//! adds it to the total in one step.

use std::arch::x86_64::*;
use std::ops::Range;

use super::{to_output_order, zeros_and_scales_of_tile};
use crate::kernels::layout::{Awq4, BLOCK, GROUP, QuantRow, QuantRows, TILE, halves};
use crate::kernels::x86::avx2;

/// Strips in a tile.
const STRIPS: usize = 4;
/// Rows that one pass over a panel serves: as many as leave all sums in registers.
const ROWS: usize = 4;

/// One segment of 128 outputs, unpacked.
struct Panel {
    /// `[strip][input / 4][low or high]`, 16 outputs of four inputs each
    codes: [[[__m512i; 2]; GROUP / 4]; STRIPS],
    zeros: [[__m512i; 2]; STRIPS],
    scales: [[__m512; 2]; STRIPS],
}

/// The f32 sums of one row and one half, `[strip][low or high]`.
type Sums = [[__m512; 2]; STRIPS];

/// See [`crate::kernels::scalar::awq_int_tile`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn awq_int_tile(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    if columns.len() < TILE {
        return avx2::panel::awq_int_tile(w, x, rows, columns, out);
    }
    let (none, zero) = (_mm512_setzero_si512(), _mm512_setzero_ps());
    let mut panel =
        Panel { codes: [[[none; 2]; GROUP / 4]; STRIPS], zeros: [[none; 2]; STRIPS], scales: [[zero; 2]; STRIPS] };
    let mut sums: [Vec<Sums>; 2] = [vec![[[zero; 2]; STRIPS]; rows.len()], vec![[[zero; 2]; STRIPS]; rows.len()]];
    for (inputs, sums) in halves(w.inputs).into_iter().zip(&mut sums) {
        for segment in w.segments(inputs) {
            unpack(w, segment.clone(), columns.start, &mut panel);
            for (first, sums) in rows.clone().step_by(ROWS).zip(sums.chunks_mut(ROWS)) {
                multiply(&panel, x, first, &segment, sums);
            }
        }
    }
    for ((to, first), second) in out.chunks_exact_mut(TILE).zip(&sums[0]).zip(&sums[1]) {
        store(first, second, to);
    }
}

/// Unpacks the codes, zero points and scales of a segment for 128 outputs from `column` on. Inputs past the segment's end
/// are given the codes of its last input; their activations are zero.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, panel: &mut Panel) {
    let mask = _mm512_set1_epi8(15);
    for (k, i) in segment.clone().step_by(4).enumerate() {
        let mut rows = [_mm512_setzero_si512(); 4];
        for r in 0..4 {
            let start = (i + r).min(w.inputs - 1) * w.row_bytes() + column / 2;
            let bytes = &w.qweight[start..start + TILE / 2];
            // The same columns a segment further down: rows lie too far apart for the hardware to foresee them.
            _mm_prefetch::<_MM_HINT_T0>(bytes.as_ptr().wrapping_add(GROUP * w.row_bytes()).cast());
            // SAFETY: the slice is the 64 bytes that are read.
            rows[r] = unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) };
        }
        let [a, b, c, d] = rows;
        let (ab, cd) = (_mm512_unpacklo_epi8(a, b), _mm512_unpacklo_epi8(c, d));
        let (ab_high, cd_high) = (_mm512_unpackhi_epi8(a, b), _mm512_unpackhi_epi8(c, d));
        let words = [
            _mm512_unpacklo_epi16(ab, cd),
            _mm512_unpackhi_epi16(ab, cd),
            _mm512_unpacklo_epi16(ab_high, cd_high),
            _mm512_unpackhi_epi16(ab_high, cd_high),
        ];
        for j in 0..STRIPS {
            panel.codes[j][k][0] = _mm512_and_si512(words[j], mask);
            panel.codes[j][k][1] = _mm512_and_si512(_mm512_srli_epi16::<4>(words[j]), mask);
        }
    }
    (panel.zeros, panel.scales) = zeros_and_scales_of_tile(w, segment.start, column);
}

/// Adds a segment of up to [`ROWS`] rows, `first` on, to their sums.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn multiply(panel: &Panel, x: &QuantRows, first: usize, segment: &Range<usize>, sums: &mut [Sums]) {
    match sums.len() {
        4 => multiply_rows::<4>(panel, x, first, segment, sums),
        3 => multiply_rows::<3>(panel, x, first, segment, sums),
        2 => multiply_rows::<2>(panel, x, first, segment, sums),
        _ => multiply_rows::<1>(panel, x, first, segment, sums),
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn multiply_rows<const R: usize>(
    panel: &Panel,
    x: &QuantRows,
    first: usize,
    segment: &Range<usize>,
    sums: &mut [Sums],
) {
    let blocks = segment.len().div_ceil(BLOCK);
    let mut rows = [x.row(first); R];
    let mut factors = [(0, 0.0); R];
    for r in 0..R {
        rows[r] = x.row(first + r);
        factors[r] = (rows[r].sum(segment.clone()), rows[r].scales[segment.start / GROUP]);
    }
    for j in 0..STRIPS {
        let mut totals = [[_mm512_setzero_si512(); 2]; R];
        for p in 0..x.planes {
            add_plane(&panel.codes[j], &rows, p, segment.start, blocks, &mut totals);
        }
        for r in 0..R {
            let (sum, scale) = (_mm512_set1_epi32(factors[r].0), _mm512_set1_ps(factors[r].1));
            for n in 0..2 {
                let total = _mm512_sub_epi32(totals[r][n], _mm512_mullo_epi32(panel.zeros[j][n], sum));
                let factor = _mm512_mul_ps(panel.scales[j][n], scale);
                sums[r][j][n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), factor, sums[r][j][n]);
            }
        }
    }
}

/// Adds one plane of activations times a strip to the totals, sub-scales applied.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_plane<const R: usize>(
    codes: &[[__m512i; 2]; GROUP / 4],
    rows: &[QuantRow; R],
    p: usize,
    start: usize,
    blocks: usize,
    totals: &mut [[__m512i; 2]; R],
) {
    let at = p * (rows[0].codes.len() / rows[0].planes) + start;
    let mut x = [std::ptr::null(); R];
    let mut subs = [std::ptr::null(); R];
    for r in 0..R {
        x[r] = rows[r].codes[at..at + blocks * BLOCK].as_ptr();
        subs[r] = rows[r].subs[at / BLOCK..at / BLOCK + blocks].as_ptr();
    }
    for (b, codes) in codes.as_chunks::<{ BLOCK / 4 }>().0[..blocks].iter().enumerate() {
        let mut acc = [[_mm512_setzero_si512(); 2]; R];
        for k in 0..BLOCK / 4 {
            for r in 0..R {
                // SAFETY: `x[r]` points at blocks * BLOCK codes, and b * BLOCK + 4 k + 4 is at most that.
                let four = unsafe { x[r].add(b * BLOCK + 4 * k).cast::<i32>().read_unaligned() };
                let four = _mm512_set1_epi32(four);
                for n in 0..2 {
                    acc[r][n] = _mm512_dpbusd_epi32(acc[r][n], codes[k][n], four);
                }
            }
        }
        for r in 0..R {
            // SAFETY: `subs[r]` points at `blocks` sub-scales.
            let sub = _mm512_set1_epi32(i32::from(unsafe { subs[r].add(b).read() }));
            for n in 0..2 {
                totals[r][n] = _mm512_dpwssd_epi32(totals[r][n], acc[r][n], sub);
            }
        }
    }
}

/// Adds the two halves of a row of 128 outputs and writes them in order.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn store(first: &Sums, second: &Sums, out: &mut [f32]) {
    for j in 0..STRIPS {
        let mut sums = [_mm512_setzero_si512(); 2];
        for n in 0..2 {
            sums[n] = _mm512_castps_si512(_mm512_add_ps(first[j][n], second[j][n]));
        }
        for (pair, sum) in to_output_order(sums[0], sums[1]).into_iter().enumerate() {
            for k in 0..2 {
                let word = j + 8 * pair + 4 * k;
                let eight = if k == 0 { _mm512_castsi512_si256(sum) } else { _mm512_extracti64x4_epi64::<1>(sum) };
                let to = &mut out[8 * word..8 * word + 8];
                // SAFETY: `to` is eight numbers.
                unsafe { _mm256_storeu_ps(to.as_mut_ptr(), _mm256_castsi256_ps(eight)) };
            }
        }
    }
}
