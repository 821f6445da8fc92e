//! 4-bit layers for many rows of integer activations (gemm), as in the AVX2 kernel, but with `vpdpbusd`, which adds
//! four products to a 32-bit sum.
//!
//! A tile of 128 outputs is 4 strips of 32 outputs: words j, j + 4, j + 8 and j + 12, one in each 128-bit lane of a
//! vector. The sum of a block of 16 inputs fits 16 bits, so `vpdpwssd` with the sub-scale in the low half of each
//! 32-bit lane multiplies it and adds it to the total.

use std::arch::x86_64::*;
use std::ops::Range;

use super::vector::zeros_and_scales;
use crate::kernels::layout::{ACT_BLOCK, ACT_GROUP, Awq4, GroupRow, QuantRows, TILE};
use crate::kernels::template::with_const;
use crate::kernels::x86::avx2;
use crate::kernels::x86::panel::{PanelShape, Pass, ROWS, ZERO_BITS, gemm_with, with_sums};
use crate::kernels::x86::panel_prefetch::PanelPrefetcher;

/// Strips in a tile.
pub const STRIPS: usize = 4;

/// Four inputs of a strip: the bytes of 16 outputs and four inputs each. The low nibbles are those outputs, the high
/// nibbles 16 others.
pub type Packed = __m512i;

/// Four inputs of a strip: `[low or high nibbles]`, each as a byte.
pub type Unpacked = [__m512i; 2];

/// 16 inputs of a strip: `[input / 4]`.
pub type WeightBlock<W> = [W; ACT_BLOCK / 4];

/// One segment of a strip, [`Packed`] or [`Unpacked`]. The zero points and scales stand between the codes of two strips, so
/// that lines that are written one after the other do not belong to one set of the cache.
pub struct Strip<W> {
    pub codes: [WeightBlock<W>; ACT_GROUP / ACT_BLOCK],
    /// `[low or high nibbles]`, in the order of the sums: z + 2^16 * (z * 2^11), see [`ZERO_BITS`]
    pub zeros: [__m512i; 2],
    pub scales: [__m512; 2],
}

/// One segment of 128 outputs.
pub type Panel<W> = [Strip<W>; STRIPS];

/// A panel of zeros, where four inputs without codes are `empty`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn empty_panel<W: Copy>(empty: W) -> Panel<W> {
    let (none, zero) = (_mm512_setzero_si512(), _mm512_setzero_ps());
    let strip =
        || Strip { codes: [[empty; ACT_BLOCK / 4]; ACT_GROUP / ACT_BLOCK], zeros: [none; 2], scales: [zero; 2] };
    [strip(), strip(), strip(), strip()]
}

/// The most rows of a pass. Six keep their sums in registers too, but leave too few for addresses.
const PASS_ROWS: usize = 4;

/// The f32 sums of one row of a tile over one split-K part, `[strip][low or high nibbles]`.
pub type RowSums = [[__m512; 2]; STRIPS];

/// See [`crate::kernels::scalar::awq_int_gemm`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn awq_int_gemm(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    let whole = columns.start..columns.start + columns.len() / TILE * TILE;
    let (out, narrow) = out.split_at_mut(whole.len() * rows.len());
    if !narrow.is_empty() {
        avx2::gemm::awq_int_gemm(w, x, rows.clone(), whole.end..columns.end, narrow);
    }
    let (zero, mut panel) = (_mm512_setzero_ps(), empty_panel(_mm512_setzero_si512()));
    gemm_with(
        (w, x, rows, whole, out),
        PanelShape { outputs: TILE, strip: TILE / STRIPS, step: ACT_BLOCK, rows: PASS_ROWS },
        (GroupPlane::EMPTY, [[zero; 2]; STRIPS]),
        |plane, r, codes, subs| plane.load(r, codes, subs),
        |segment, tile, passes, sums, prefetcher| {
            read_panel(w, segment.clone(), tile.start, &mut panel, |packed| packed);
            for (pass, sums) in with_sums(passes, sums) {
                with_const!(pass.rows, [4 3 2 else 1], multiply_rows(&panel, pass, segment, sums, prefetcher));
            }
        },
        |_, first, second, out| {
            for ((to, first), second) in out.chunks_exact_mut(TILE).zip(first).zip(second) {
                store(first, second, to);
            }
        },
    );
}

/// Reads the codes, zero points and scales of a segment for 128 outputs from `column` on. A last block that is not
/// full repeats the codes of the last input; the activations there are zero.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn read_panel<W: Copy>(
    w: &Awq4,
    segment: Range<usize>,
    column: usize,
    panel: &mut Panel<W>,
    convert: impl Fn(Packed) -> W,
) {
    assert!((1..=ACT_GROUP).contains(&segment.len()));
    let (stride, last) = (w.row_bytes(), segment.len() - 1);
    let bytes = w.qweight[segment.start * stride + column / 2..][..last * stride + TILE / 2].as_ptr();
    let (whole, rest) = (segment.len() / 4, segment.len() % 4);
    let [a, b, c, d] = panel.each_mut().map(|strip| strip.codes.as_flattened_mut());
    let mut codes = a.iter_mut().zip(b).zip(c.iter_mut().zip(d));
    let mut store = |words: [Packed; STRIPS]| {
        if let Some(((a, b), (c, d))) = codes.next() {
            (*a, *b, *c, *d) = words.map(&convert).into();
        }
    };
    for k in 0..whole {
        // SAFETY: rows up to `4 * whole - 1 <= last` of the slice; each has 64 bytes in it.
        store(unsafe { interleave([0, 1, 2, 3].map(|r| bytes.add((4 * k + r) * stride))) });
    }
    if rest > 0 {
        // SAFETY: no row beyond `last` is read.
        store(unsafe { interleave([0, 1, 2, 3].map(|r| bytes.add((4 * whole + r).min(last) * stride))) });
    }
    let (zeros, scales) = zeros_and_scales_of_tile(&w.group(segment.start), column);
    for (strip, (zeros, scales)) in panel.iter_mut().zip(zeros.into_iter().zip(scales)) {
        strip.zeros = zeros.map(|z| _mm512_or_si512(z, _mm512_slli_epi32::<{ 16 + ZERO_BITS as u32 }>(z)));
        strip.scales = scales;
    }
}

/// Puts the bytes of four inputs of 128 outputs beside each other: `[strip]`.
///
/// # Safety
/// 64 bytes must be readable at each address.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
unsafe fn interleave(rows: [*const u8; 4]) -> [Packed; STRIPS] {
    // SAFETY: the caller keeps the contract; the loads are unaligned.
    let [a, b, c, d] = rows.map(|row| unsafe { _mm512_loadu_si512(row.cast()) });
    let (ab, cd) = (_mm512_unpacklo_epi8(a, b), _mm512_unpacklo_epi8(c, d));
    let (ab_high, cd_high) = (_mm512_unpackhi_epi8(a, b), _mm512_unpackhi_epi8(c, d));
    [
        _mm512_unpacklo_epi16(ab, cd),
        _mm512_unpackhi_epi16(ab, cd),
        _mm512_unpacklo_epi16(ab_high, cd_high),
        _mm512_unpackhi_epi16(ab_high, cd_high),
    ]
}

/// The low and the high nibbles.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn unpack(packed: Packed) -> Unpacked {
    let mask = _mm512_set1_epi8(15);
    [_mm512_and_si512(packed, mask), _mm512_and_si512(_mm512_srli_epi16::<4>(packed), mask)]
}

/// One plane of one group of the activations of a pass.
#[derive(Clone, Copy)]
struct GroupPlane {
    /// `[row][input / 16][input / 4]`: four codes as bytes
    codes: [[[i32; ACT_BLOCK / 4]; ACT_GROUP / ACT_BLOCK]; ROWS],
    /// `[row][input / 16]`: the sub-scale
    subs: [[i32; ACT_GROUP / ACT_BLOCK]; ROWS],
}

impl GroupPlane {
    const EMPTY: GroupPlane = GroupPlane {
        codes: [[[0; ACT_BLOCK / 4]; ACT_GROUP / ACT_BLOCK]; ROWS],
        subs: [[0; ACT_GROUP / ACT_BLOCK]; ROWS],
    };

    /// Loads a group of activations, 128 codes and 8 sub-scales, as row `r`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
    fn load(&mut self, r: usize, codes: &[i8], subs: &[i16]) {
        assert!(codes.len() == ACT_GROUP && subs.len() == ACT_GROUP / ACT_BLOCK);
        let codes: *const __m512i = codes.as_ptr().cast();
        let to: *mut __m512i = self.codes[r].as_mut_ptr().cast();
        // SAFETY: the codes are 128 bytes on both sides, the sub-scales eight numbers, of two bytes in `subs` and of
        // four in `self` (asserted above); nothing needs alignment.
        unsafe {
            _mm512_storeu_si512(to, _mm512_loadu_si512(codes));
            _mm512_storeu_si512(to.add(1), _mm512_loadu_si512(codes.add(1)));
            let subs = _mm256_cvtepi16_epi32(_mm_loadu_si128(subs.as_ptr().cast()));
            _mm256_storeu_si256(self.subs[r].as_mut_ptr().cast(), subs);
        }
    }
}

/// Adds the products of a segment to the sums of the `R` rows of a pass, strip by strip.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn multiply_rows<const R: usize>(
    panel: &Panel<Packed>,
    pass: &Pass<GroupPlane>,
    segment: &Range<usize>,
    sums: &mut [RowSums],
    prefetcher: &mut PanelPrefetcher,
) {
    let blocks = segment.len().div_ceil(ACT_BLOCK);
    let before = segment.start % ACT_GROUP / ACT_BLOCK;
    for (n, strip) in panel.iter().enumerate() {
        prefetcher.before_strip();
        let mut totals = [[_mm512_setzero_si512(); 2]; R];
        for r in 0..R {
            let minus_sum = _mm512_set1_epi32(pass.minus_sums[r]);
            for half in 0..2 {
                totals[r][half] = _mm512_madd_epi16(strip.zeros[half], minus_sum);
            }
        }
        for plane in &pass.planes {
            for (b, codes) in strip.codes[..blocks].iter().enumerate() {
                prefetcher.before_step();
                add_block(codes, plane, before + b, &mut totals);
            }
        }
        for r in 0..R {
            let scale = _mm512_set1_ps(pass.scales[r]);
            for half in 0..2 {
                let (factor, sum) = (_mm512_mul_ps(strip.scales[half], scale), &mut sums[r][n][half]);
                *sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(totals[r][half]), factor, *sum);
            }
        }
    }
}

/// Adds the products of 16 inputs of a strip to the totals, sub-scales applied.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_block<const R: usize>(
    codes: &WeightBlock<Packed>,
    plane: &GroupPlane,
    b: usize,
    totals: &mut [[__m512i; 2]; R],
) {
    assert!(b < ACT_GROUP / ACT_BLOCK);
    let mut acc = [[_mm512_setzero_si512(); 2]; R];
    for k in 0..ACT_BLOCK / 4 {
        let codes = unpack(codes[k]);
        for r in 0..R {
            let x = _mm512_set1_epi32(plane.codes[r][b][k]);
            for n in 0..2 {
                acc[r][n] = _mm512_dpbusd_epi32(acc[r][n], codes[n], x);
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

/// Adds the sums of the two split-K parts of a row of 128 outputs and writes them in output order.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn store(first: &RowSums, second: &RowSums, out: &mut [f32]) {
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
                // SAFETY: `to` is eight numbers; the store is unaligned.
                unsafe { _mm256_storeu_ps(to.as_mut_ptr(), _mm256_castsi256_ps(eight)) };
            }
        }
    }
}

/// Puts sums in output order. `low` has outputs 0 4 1 5 and `high` outputs 2 6 3 7 of words j, j + 4, j + 8 and j + 12,
/// one in each 128-bit lane. The result is the outputs of words `[j, j + 4]` and of words `[j + 8, j + 12]`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn to_output_order(low: __m512i, high: __m512i) -> [__m512i; 2] {
    let first = _mm512_setr_epi32(0, 2, 16, 18, 1, 3, 17, 19, 4, 6, 20, 22, 5, 7, 21, 23);
    let second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
    [_mm512_permutex2var_epi32(low, first, high), _mm512_permutex2var_epi32(low, second, high)]
}

/// The inverse of [`to_output_order`]: `[low, high]` from two vectors of outputs.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn from_output_order(first: __m512i, second: __m512i) -> [__m512i; 2] {
    let low = _mm512_setr_epi32(0, 4, 1, 5, 8, 12, 9, 13, 16, 20, 17, 21, 24, 28, 25, 29);
    let high = _mm512_add_epi32(low, _mm512_set1_epi32(2));
    [_mm512_permutex2var_epi32(first, low, second), _mm512_permutex2var_epi32(first, high, second)]
}

/// The zero points and scales of a tile of 128 outputs, `o` on, in the order of the sums:
/// `[strip][low or high nibbles]`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn zeros_and_scales_of_tile(group: &GroupRow, o: usize) -> ([[__m512i; 2]; 4], [[__m512; 2]; 4]) {
    let (mut zeros, mut scales) = ([_mm512_setzero_si512(); 8], [_mm512_setzero_si512(); 8]);
    for n in 0..8 {
        let (z, s) = zeros_and_scales(group, o + 16 * n);
        (zeros[n], scales[n]) = (z, _mm512_castps_si512(s));
    }
    let (mut z, mut s) = ([[_mm512_setzero_si512(); 2]; 4], [[_mm512_setzero_ps(); 2]; 4]);
    for j in 0..4 {
        // A vector holds two words: word j is half j % 2 of vector j / 2, and word j + 4 the same half two vectors
        // further on.
        let half = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
        let half = _mm512_add_epi32(half, _mm512_set1_epi32(j as i32 % 2 * 8));
        let pair = |all: &[__m512i; 8], n: usize| _mm512_permutex2var_epi32(all[n], half, all[n + 2]);
        z[j] = from_output_order(pair(&zeros, j / 2), pair(&zeros, j / 2 + 4));
        let [low, high] = from_output_order(pair(&scales, j / 2), pair(&scales, j / 2 + 4));
        s[j] = [_mm512_castsi512_ps(low), _mm512_castsi512_ps(high)];
    }
    (z, s)
}
