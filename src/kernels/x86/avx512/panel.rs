//! Several rows of integer activations, as in the AVX2 kernel, with `vpdpbusd`: four products a lane straight into 32 bits.
//!
//! A tile of 128 outputs is four strips of 32: words j, j + 4, j + 8 and j + 12, one in each lane of a vector. The sum of a
//! block of 16 inputs fits 16 bits, so that `vpdpwssd` with the sub-scale in the low half of each lane multiplies it and
//! adds it to the total in one step.

use std::arch::x86_64::*;
use std::ops::Range;

use super::{to_output_order, zeros_and_scales_of_tile};
use crate::kernels::layout::{ACT_BLOCK, ACT_GROUP, Awq4, QuantRows, TILE, runs, split_k};
use crate::kernels::x86::avx2;
use crate::kernels::x86::panel_prefetch::{PanelPrefetcher, Pass, ROWS, TILES, ZERO_BITS, next_segment};

/// Strips in a tile.
const STRIPS: usize = 4;

/// 16 inputs of a strip, unpacked: `[input / 4][low or high]`, 16 outputs of four inputs each.
type UnpackedBlock = [[__m512i; 2]; ACT_BLOCK / 4];

/// One segment of 128 outputs, unpacked.
struct Panel {
    codes: [[UnpackedBlock; ACT_GROUP / ACT_BLOCK]; STRIPS],
    /// z + 2^16 * (z * 2^11), as [`for_zeros`](crate::kernels::x86::panel_prefetch::for_zeros) wants it
    zeros: [[__m512i; 2]; STRIPS],
    scales: [[__m512; 2]; STRIPS],
}

/// The f32 sums of one row and one half, `[strip][low or high]`.
type RowSums = [[__m512; 2]; STRIPS];

/// See [`crate::kernels::scalar::awq_int_gemm`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn awq_int_gemm(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    let whole = columns.start..columns.start + columns.len() / TILE * TILE;
    let (mut out, narrow) = out.split_at_mut(whole.len() * rows.len());
    if !narrow.is_empty() {
        avx2::panel::awq_int_gemm(w, x, rows.clone(), whole.end..columns.end, narrow);
    }
    if out.is_empty() {
        return;
    }
    let (none, zero) = (_mm512_setzero_si512(), _mm512_setzero_ps());
    let mut panel = Panel {
        codes: [[[[none; 2]; ACT_BLOCK / 4]; ACT_GROUP / ACT_BLOCK]; STRIPS],
        zeros: [[none; 2]; STRIPS],
        scales: [[zero; 2]; STRIPS],
    };
    let mut passes = Pass::all(x, rows.clone(), &GroupPlane::EMPTY);
    let mut sums: [Vec<RowSums>; 2] = [Vec::new(), Vec::new()];
    let mut ahead = PanelPrefetcher::none();
    for group in runs(whole.clone(), TILES * TILE) {
        for (inputs, sums) in split_k(w.inputs).into_iter().zip(&mut sums) {
            sums.clear();
            sums.resize(group.len() / TILE * rows.len(), [[zero; 2]; STRIPS]);
            for segment in w.segments(inputs) {
                let steps = segment.len().div_ceil(ACT_BLOCK) * x.planes;
                ahead.retarget(
                    w,
                    next_segment(w, &segment, &group, &whole),
                    [passes.len(), group.len() / TILE * STRIPS, steps],
                );
                passes
                    .iter_mut()
                    .for_each(|pass| pass.load(x, &segment, |plane, r, row, p, g| plane.fill(r, x, row, p, g)));
                for (tile, sums) in runs(group.clone(), TILE).zip(sums.chunks_exact_mut(rows.len())) {
                    unpack(w, segment.clone(), tile.start, &mut panel);
                    let mut sums = sums;
                    for pass in &passes {
                        let pass_sums;
                        (pass_sums, sums) = sums.split_at_mut(pass.rows);
                        multiply(&panel, pass, &segment, pass_sums, &mut ahead);
                    }
                }
            }
        }
        let to;
        (to, out) = out.split_at_mut(rows.len() * group.len());
        for ((to, first), second) in to.chunks_exact_mut(TILE).zip(&sums[0]).zip(&sums[1]) {
            store(first, second, to);
        }
    }
}

/// Unpacks the codes, zero points and scales of a segment for 128 outputs from `column` on. Inputs past the segment's end
/// are given the codes of its last input; their activations are zero.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, panel: &mut Panel) {
    assert!(segment.len() <= ACT_GROUP);
    let mask = _mm512_set1_epi8(15);
    let (stride, last) = (w.row_bytes(), segment.len() - 1);
    let bytes = w.qweight[segment.start * stride + column / 2..][..last * stride + TILE / 2].as_ptr();
    for (k, i) in (0..segment.len()).step_by(4).enumerate() {
        // SAFETY: `bytes` reaches to 64 bytes of the last row.
        let row = |r: usize| unsafe { _mm512_loadu_si512(bytes.add((i + r).min(last) * stride).cast()) };
        let (a, b, c, d) = (row(0), row(1), row(2), row(3));
        let (ab, cd) = (_mm512_unpacklo_epi8(a, b), _mm512_unpacklo_epi8(c, d));
        let (ab_high, cd_high) = (_mm512_unpackhi_epi8(a, b), _mm512_unpackhi_epi8(c, d));
        let words = [
            _mm512_unpacklo_epi16(ab, cd),
            _mm512_unpackhi_epi16(ab, cd),
            _mm512_unpacklo_epi16(ab_high, cd_high),
            _mm512_unpackhi_epi16(ab_high, cd_high),
        ];
        for j in 0..STRIPS {
            panel.codes[j][k / 4][k % 4] =
                [_mm512_and_si512(words[j], mask), _mm512_and_si512(_mm512_srli_epi16::<4>(words[j]), mask)];
        }
    }
    (panel.zeros, panel.scales) = zeros_and_scales_of_tile(&w.group(segment.start), column);
    for zeros in panel.zeros.as_flattened_mut() {
        *zeros = _mm512_or_si512(*zeros, _mm512_slli_epi32::<{ 16 + ZERO_BITS as u32 }>(*zeros));
    }
}

/// Adds a segment to the sums of the rows of a pass.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn multiply(
    panel: &Panel,
    pass: &Pass<GroupPlane>,
    segment: &Range<usize>,
    sums: &mut [RowSums],
    ahead: &mut PanelPrefetcher,
) {
    match pass.rows {
        6 => multiply_rows::<6>(panel, pass, segment, sums, ahead),
        5 => multiply_rows::<5>(panel, pass, segment, sums, ahead),
        4 => multiply_rows::<4>(panel, pass, segment, sums, ahead),
        3 => multiply_rows::<3>(panel, pass, segment, sums, ahead),
        2 => multiply_rows::<2>(panel, pass, segment, sums, ahead),
        _ => multiply_rows::<1>(panel, pass, segment, sums, ahead),
    }
}

/// One plane of a group of a few rows of activations.
#[derive(Clone, Copy)]
struct GroupPlane {
    /// `[row][input / 16][input / 4]`: four codes
    codes: [[[i32; ACT_BLOCK / 4]; ACT_GROUP / ACT_BLOCK]; ROWS],
    /// `[row][input / 16]`
    subs: [[i32; ACT_GROUP / ACT_BLOCK]; ROWS],
}

impl GroupPlane {
    const EMPTY: GroupPlane = GroupPlane {
        codes: [[[0; ACT_BLOCK / 4]; ACT_GROUP / ACT_BLOCK]; ROWS],
        subs: [[0; ACT_GROUP / ACT_BLOCK]; ROWS],
    };

    /// Takes group `g` of plane `p` of row `row` as row `r`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    fn fill(&mut self, r: usize, x: &QuantRows, row: usize, p: usize, g: usize) {
        let at = (row * x.planes + p) * x.groups() + g;
        let codes: *const __m512i = x.codes[at * ACT_GROUP..][..ACT_GROUP].as_ptr().cast();
        let subs = &x.subs[at * (ACT_GROUP / ACT_BLOCK)..][..ACT_GROUP / ACT_BLOCK];
        let to: *mut __m512i = self.codes[r].as_mut_ptr().cast();
        // SAFETY: the codes are 128 bytes on both sides, the sub-scales 8 numbers of two and of four bytes.
        unsafe {
            _mm512_storeu_si512(to, _mm512_loadu_si512(codes));
            _mm512_storeu_si512(to.add(1), _mm512_loadu_si512(codes.add(1)));
            let subs = _mm256_cvtepi16_epi32(_mm_loadu_si128(subs.as_ptr().cast()));
            _mm256_storeu_si256(self.subs[r].as_mut_ptr().cast(), subs);
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn multiply_rows<const R: usize>(
    panel: &Panel,
    pass: &Pass<GroupPlane>,
    segment: &Range<usize>,
    sums: &mut [RowSums],
    ahead: &mut PanelPrefetcher,
) {
    let blocks = segment.len().div_ceil(ACT_BLOCK);
    let before = segment.start % ACT_GROUP / ACT_BLOCK;
    for strip in 0..STRIPS {
        ahead.before_strip();
        let mut totals = [[_mm512_setzero_si512(); 2]; R];
        for r in 0..R {
            let minus_sum = _mm512_set1_epi32(pass.minus_sums[r]);
            for n in 0..2 {
                totals[r][n] = _mm512_madd_epi16(panel.zeros[strip][n], minus_sum);
            }
        }
        for plane in &pass.planes {
            for (b, codes) in panel.codes[strip][..blocks].iter().enumerate() {
                ahead.before_step();
                add_block(codes, plane, before + b, &mut totals);
            }
        }
        for r in 0..R {
            let scale = _mm512_set1_ps(pass.scales[r]);
            for n in 0..2 {
                let factor = _mm512_mul_ps(panel.scales[strip][n], scale);
                sums[r][strip][n] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(totals[r][n]), factor, sums[r][strip][n]);
            }
        }
    }
}

/// Adds 16 inputs of a strip times their activations to the totals, sub-scales applied.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_block<const R: usize>(codes: &UnpackedBlock, plane: &GroupPlane, b: usize, totals: &mut [[__m512i; 2]; R]) {
    assert!(b < ACT_GROUP / ACT_BLOCK);
    let mut acc = [[_mm512_setzero_si512(); 2]; R];
    for k in 0..ACT_BLOCK / 4 {
        for r in 0..R {
            let four = _mm512_set1_epi32(plane.codes[r][b][k]);
            for n in 0..2 {
                acc[r][n] = _mm512_dpbusd_epi32(acc[r][n], codes[k][n], four);
            }
        }
    }
    for r in 0..R {
        let sub = _mm512_set1_epi32(plane.subs[r][b]);
        for n in 0..2 {
            totals[r][n] = _mm512_dpwssd_epi32(totals[r][n], acc[r][n], sub);
        }
    }
}

/// Adds the two halves of a row of 128 outputs and writes them in order.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn store(first: &RowSums, second: &RowSums, out: &mut [f32]) {
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
