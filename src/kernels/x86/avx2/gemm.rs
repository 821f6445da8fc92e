//! 4-bit layers for many rows of integer activations (gemm). A segment of weights is unpacked once and multiplied with
//! every row.
//!
//! A tile of 128 outputs is 8 strips of 16 outputs: words j and j + 4 of 64 neighbouring outputs, as unpacking leaves
//! them in the two lanes of a vector. The panel of a strip is `[segment / 4][16][4]` codes. The four codes are inputs i
//! and i + 1 of one block of 16 and the same two of the next block, so each 16-bit sum of `vpmaddubsw` belongs to one
//! block. After 32 inputs it holds 16 products (15 * 127 * 16 < 2^15), and one `vpmaddwd` applies both sub-scales.

use std::arch::asm;
use std::arch::x86_64::*;
use std::ops::Range;

use super::vector::zeros_and_scales;
use crate::kernels::layout::{ACT_BLOCK, ACT_GROUP, Awq4, QuantRows, SUM_BLOCK, TILE};
use crate::kernels::scalar;
use crate::kernels::template::with_const;
use crate::kernels::x86::panel::{PanelShape, Pass, ROWS, ZERO_BITS, gemm_with, with_sums};
use crate::kernels::x86::panel_prefetch::PanelPrefetcher;

/// Outputs in one strip.
const STRIP: usize = 16;
/// Outputs whose words are unpacked together: four strips.
const QUAD: usize = 4 * STRIP;
/// Inputs in one step: two blocks, and one entry of [`QuantRows::sums`].
const STEP: usize = 2 * ACT_BLOCK;
const _: () = assert!(STEP == SUM_BLOCK);

/// 32 inputs of a strip, unpacked: `[input / 4][output][four inputs]`.
type UnpackedStep = [[u8; 4 * STRIP]; STEP / 4];

/// One segment of a tile, unpacked. It is aligned so that no vector crosses a cache line, because a vector that does is
/// stored and loaded in two parts.
#[repr(align(64))]
struct Panel {
    codes: [[UnpackedStep; ACT_GROUP / STEP]; TILE / STRIP],
    /// `[strip][low or high nibbles][lane]`, in the order of the sums: z + 2^16 * (z * 2^11), see [`ZERO_BITS`]
    zeros: [[[i32; 8]; 2]; TILE / STRIP],
    scales: [[[f32; 8]; 2]; TILE / STRIP],
}

/// The f32 sums of one row of a tile over one split-K part, in the order of the panel.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct RowSums([f32; TILE]);

impl RowSums {
    const ZERO: RowSums = RowSums([0.0; TILE]);
}

/// See [`scalar::awq_int_gemm`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn awq_int_gemm(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    let mut panel = Panel {
        codes: [[[[0; 4 * STRIP]; STEP / 4]; ACT_GROUP / STEP]; TILE / STRIP],
        zeros: [[[0; 8]; 2]; TILE / STRIP],
        scales: [[[0.0; 8]; 2]; TILE / STRIP],
    };
    gemm_with(
        (w, x, rows.clone(), columns, out),
        PanelShape { outputs: QUAD, strip: STRIP, step: STEP, rows: ROWS },
        (GroupPlane::EMPTY, RowSums::ZERO),
        |plane, r, codes, subs| plane.load(r, codes, subs),
        |segment, columns, passes, sums, prefetcher| {
            let quads = columns.len() / QUAD;
            unpack(w, segment.clone(), columns.start, quads, &mut panel);
            for (pass, sums) in with_sums(passes, sums) {
                with_const!(
                    pass.rows,
                    [6 5 4 3 2 else 1],
                    multiply_rows(&panel, 4 * quads, pass, segment, sums, prefetcher)
                );
            }
        },
        |tile, first, second, out| {
            for ((to, first), second) in out.chunks_exact_mut(tile.len()).zip(first).zip(second) {
                let (first, second) = (first.0.as_chunks::<QUAD>().0, second.0.as_chunks::<QUAD>().0);
                for (to, (first, second)) in to.as_chunks_mut::<QUAD>().0.iter_mut().zip(first.iter().zip(second)) {
                    store(first, second, to);
                }
            }
            let whole = tile.len() / QUAD * QUAD;
            scalar::fill_tail(tile, whole, out, |tail, to| scalar::awq_int_tile(w, x, rows.clone(), tail, to));
        },
    );
}

/// Unpacks the codes, zero points and scales of a segment for `quads * 64` outputs from `column` on. A last step that
/// is not full repeats the codes of the last input; the activations there are zero.
#[target_feature(enable = "avx2,fma,f16c")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, quads: usize, panel: &mut Panel) {
    assert!(quads <= TILE / QUAD && segment.len() <= ACT_GROUP);
    let mask = _mm256_set1_epi8(15);
    let (stride, last, width) = (w.row_bytes(), segment.len() - 1, quads * (QUAD / 2));
    let bytes = w.qweight[segment.start * stride + column / 2..][..last * stride + width].as_ptr();
    for (step, start) in (0..segment.len()).step_by(STEP).enumerate() {
        for pair in 0..ACT_BLOCK / 2 {
            let input = start + 2 * pair;
            let at = |i: usize| (input + i).min(last) * stride;
            let rows = [at(0), at(1), at(ACT_BLOCK), at(ACT_BLOCK + 1)];
            for quad in 0..quads {
                // SAFETY: `bytes` points at a slice that ends `width` bytes into row `last` of the segment, and no row
                // in `rows` is beyond that. A quad reads 32 of the `width` = 32 * `quads` bytes.
                let row = |r: usize| unsafe { _mm256_loadu_si256(bytes.add(rows[r] + quad * (QUAD / 2)).cast()) };
                let (a, b, c, d) = (row(0), row(1), row(2), row(3));
                let (ab, cd) = (_mm256_unpacklo_epi8(a, b), _mm256_unpacklo_epi8(c, d));
                let (ab_high, cd_high) = (_mm256_unpackhi_epi8(a, b), _mm256_unpackhi_epi8(c, d));
                let words = [
                    _mm256_unpacklo_epi16(ab, cd),
                    _mm256_unpackhi_epi16(ab, cd),
                    _mm256_unpacklo_epi16(ab_high, cd_high),
                    _mm256_unpackhi_epi16(ab_high, cd_high),
                ];
                for j in 0..4 {
                    let to: *mut __m256i = panel.codes[4 * quad + j][step][pair].as_mut_ptr().cast();
                    // SAFETY: `to` points at 64 bytes, two vectors; the stores are unaligned.
                    unsafe {
                        _mm256_storeu_si256(to, _mm256_and_si256(words[j], mask));
                        _mm256_storeu_si256(to.add(1), _mm256_and_si256(_mm256_srli_epi16::<4>(words[j]), mask));
                    }
                }
            }
        }
    }
    let group = w.group(segment.start);
    for strip in 0..4 * quads {
        let o = column + strip / 4 * QUAD + 8 * (strip % 4);
        let (zeros, scales) = zeros_and_scales(&group, o);
        let (more_zeros, more_scales) = zeros_and_scales(&group, o + QUAD / 2);
        let zeros = from_output_order(zeros, more_zeros);
        let scales = from_output_order(_mm256_castps_si256(scales), _mm256_castps_si256(more_scales));
        for part in 0..2 {
            let pairs = _mm256_or_si256(zeros[part], _mm256_slli_epi32::<{ 16 + ZERO_BITS }>(zeros[part]));
            // SAFETY: both arrays are eight numbers of four bytes; the stores are unaligned.
            unsafe {
                _mm256_storeu_si256(panel.zeros[strip][part].as_mut_ptr().cast(), pairs);
                _mm256_storeu_si256(panel.scales[strip][part].as_mut_ptr().cast(), scales[part]);
            }
        }
    }
}

/// Puts sums in output order: from outputs 0 4 1 5 (`low`) and 2 6 3 7 (`high`), of word j in the low lane and of word
/// j + 4 in the high lane, to the eight outputs of word j and the eight of word j + 4.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn to_output_order(low: __m256i, high: __m256i) -> [__m256i; 2] {
    let (even, odd) = (_mm256_unpacklo_epi32(low, high), _mm256_unpackhi_epi32(low, high));
    let (first, second) = (_mm256_unpacklo_epi32(even, odd), _mm256_unpackhi_epi32(even, odd));
    [_mm256_permute2x128_si256::<0x20>(first, second), _mm256_permute2x128_si256::<0x31>(first, second)]
}

/// The inverse of [`to_output_order`]: `[low, high]` from the outputs of word j and of word j + 4.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn from_output_order(first: __m256i, second: __m256i) -> [__m256i; 2] {
    let (low, high) =
        (_mm256_permute2x128_si256::<0x20>(first, second), _mm256_permute2x128_si256::<0x31>(first, second));
    // Interleaves outputs 0 1 2 3 with outputs 4 5 6 7.
    [_mm256_unpacklo_epi32(low, high), _mm256_unpackhi_epi32(low, high)]
}

/// One plane of one group of the activations of a pass.
#[derive(Clone, Copy)]
struct GroupPlane {
    /// `[row][input / 32][input / 4]`: four codes as bytes, of two blocks as in the panel
    codes: [[[i32; STEP / 4]; ACT_GROUP / STEP]; ROWS],
    /// `[row][input / 32]`: the sub-scales of two blocks, 16 bits each
    subs: [[i32; ACT_GROUP / STEP]; ROWS],
}

impl GroupPlane {
    const EMPTY: GroupPlane =
        GroupPlane { codes: [[[0; STEP / 4]; ACT_GROUP / STEP]; ROWS], subs: [[0; ACT_GROUP / STEP]; ROWS] };

    /// Loads a group of activations, 128 codes and 8 sub-scales, as row `r`.
    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn load(&mut self, r: usize, codes: &[i8], subs: &[i16]) {
        assert!(codes.len() == ACT_GROUP && subs.len() == ACT_GROUP / ACT_BLOCK);
        let codes: *const __m128i = codes.as_ptr().cast();
        let to: *mut __m128i = self.codes[r].as_mut_ptr().cast();
        // SAFETY: the codes are 128 bytes on both sides, the sub-scales 16 (asserted above); nothing needs alignment.
        unsafe {
            for s in 0..ACT_GROUP / STEP {
                let (a, b) = (_mm_loadu_si128(codes.add(2 * s)), _mm_loadu_si128(codes.add(2 * s + 1)));
                _mm_storeu_si128(to.add(2 * s), _mm_unpacklo_epi16(a, b));
                _mm_storeu_si128(to.add(2 * s + 1), _mm_unpackhi_epi16(a, b));
            }
            _mm_storeu_si128(self.subs[r].as_mut_ptr().cast(), _mm_loadu_si128(subs.as_ptr().cast()));
        }
    }
}

/// Adds the products of a segment to the sums of the `R` rows of a pass, strip by strip.
#[target_feature(enable = "avx2,fma,f16c")]
fn multiply_rows<const R: usize>(
    panel: &Panel,
    strips: usize,
    pass: &Pass<GroupPlane>,
    segment: &Range<usize>,
    sums: &mut [RowSums],
    prefetcher: &mut PanelPrefetcher,
) {
    let steps = segment.len().div_ceil(STEP);
    let before = segment.start % ACT_GROUP / STEP;
    for strip in 0..strips {
        prefetcher.before_strip();
        let mut totals = [[_mm256_setzero_si256(); 2]; R];
        for part in 0..2 {
            // SAFETY: the zero points are eight numbers of four bytes; the load is unaligned.
            let zeros = unsafe { _mm256_loadu_si256(panel.zeros[strip][part].as_ptr().cast()) };
            for r in 0..R {
                totals[r][part] = _mm256_madd_epi16(zeros, _mm256_set1_epi32(pass.minus_sums[r]));
            }
        }
        for plane in &pass.planes {
            for (s, codes) in panel.codes[strip][..steps].iter().enumerate() {
                prefetcher.before_step();
                add_step(codes, plane, before + s, &mut totals);
            }
        }
        for part in 0..2 {
            // SAFETY: the scales are eight numbers; the load is unaligned.
            let scales = unsafe { _mm256_loadu_ps(panel.scales[strip][part].as_ptr()) };
            for r in 0..R {
                let factor = _mm256_mul_ps(scales, _mm256_set1_ps(pass.scales[r]));
                let y = &mut sums[r].0[STRIP * strip + 8 * part..][..8];
                // SAFETY: `y` is eight numbers; the load and the store are unaligned.
                unsafe {
                    let new = _mm256_fmadd_ps(_mm256_cvtepi32_ps(totals[r][part]), factor, _mm256_loadu_ps(y.as_ptr()));
                    _mm256_storeu_ps(y.as_mut_ptr(), new);
                }
            }
        }
    }
}

/// Adds the products of 32 inputs of a strip to the totals, sub-scales applied.
///
/// This is assembly because six rows need every register, and the compiler kept some of them in memory. The 16-bit sums
/// of row r are `ymm{2r}` and `ymm{2r + 1}`, the weights of four inputs `ymm14` and `ymm15`. The totals are read and
/// written only once in 32 inputs, so they stay in memory.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn add_step<const R: usize>(codes: &UnpackedStep, plane: &GroupPlane, s: usize, totals: &mut [[__m256i; 2]; R]) {
    const { assert!(1 <= R && R <= ROWS && ROWS == 6) };
    // The offsets in the assembly below.
    const { assert!(size_of::<UnpackedStep>() == 512 && ACT_GROUP == 128 && STEP == 32) };
    assert!(s < ACT_GROUP / STEP);
    let (x, subs) = (&raw const plane.codes[0][s], &raw const plane.subs[0][s]);
    let (codes, totals) = (codes.as_ptr(), totals.as_mut_ptr());
    // Loads the weights of entry k, four inputs of each output.
    macro_rules! weights {
        ($k:literal) => {
            concat!("vmovdqu ymm14, [{codes} + 64 * ", $k, "]\nvmovdqu ymm15, [{codes} + 64 * ", $k, " + 32]")
        };
    }
    // Sets the sums of row r to the products.
    macro_rules! begin {
        ($r:literal $low:literal $high:literal) => {
            concat!(
                "vpbroadcastd ymm12, dword ptr [{x} + 128 * ",
                $r,
                "]\n",
                concat!("vpmaddubsw ", $low, ", ymm14, ymm12\n"),
                concat!("vpmaddubsw ", $high, ", ymm15, ymm12"),
            )
        };
    }
    // Adds the products to the sums of row r.
    macro_rules! add {
        ($k:literal, $r:literal $low:literal $high:literal) => {
            concat!(
                concat!("vpbroadcastd ymm12, dword ptr [{x} + 128 * ", $r, " + 4 * ", $k, "]\n"),
                "vpmaddubsw ymm13, ymm14, ymm12\n",
                "vpmaddubsw ymm12, ymm15, ymm12\n",
                concat!("vpaddw ", $low, ", ", $low, ", ymm13\n"),
                concat!("vpaddw ", $high, ", ", $high, ", ymm12"),
            )
        };
    }
    // Adds the sums of row r times the sub-scales of their blocks to its totals.
    macro_rules! end {
        ($r:literal $low:literal $high:literal) => {
            concat!(
                concat!("vpbroadcastd ymm12, dword ptr [{subs} + 16 * ", $r, "]\n"),
                concat!("vpmaddwd ", $low, ", ", $low, ", ymm12\n"),
                concat!("vpmaddwd ", $high, ", ", $high, ", ymm12\n"),
                concat!("vpaddd ", $low, ", ", $low, ", [{totals} + 64 * ", $r, "]\n"),
                concat!("vpaddd ", $high, ", ", $high, ", [{totals} + 64 * ", $r, " + 32]\n"),
                concat!("vmovdqa [{totals} + 64 * ", $r, "], ", $low, "\n"),
                concat!("vmovdqa [{totals} + 64 * ", $r, " + 32], ", $high),
            )
        };
    }
    macro_rules! rows {
        ($($r:literal $low:literal $high:literal),*) => {
            // SAFETY: these are AVX2 instructions, which this function is compiled for. They read one `UnpackedStep` of
            // 512 bytes; of rows 0 to R - 1 of the plane, the 8 numbers of step s (a row is 4 * 8 numbers, 128 bytes)
            // and the number of its sub-scales (a row is 4 numbers, 16 bytes), with R <= ROWS and s < 4 asserted above;
            // and they read and write R entries of `totals`, 64 bytes each and aligned to 32 as `__m256i` is. All ymm
            // registers are declared clobbered.
            unsafe {
                asm!(
                    weights!(0), $(begin!($r $low $high),)*
                    weights!(1), $(add!(1, $r $low $high),)*
                    weights!(2), $(add!(2, $r $low $high),)*
                    weights!(3), $(add!(3, $r $low $high),)*
                    weights!(4), $(add!(4, $r $low $high),)*
                    weights!(5), $(add!(5, $r $low $high),)*
                    weights!(6), $(add!(6, $r $low $high),)*
                    weights!(7), $(add!(7, $r $low $high),)*
                    $(end!($r $low $high),)*
                    codes = in(reg) codes,
                    x = in(reg) x,
                    subs = in(reg) subs,
                    totals = in(reg) totals,
                    out("ymm0") _, out("ymm1") _, out("ymm2") _, out("ymm3") _,
                    out("ymm4") _, out("ymm5") _, out("ymm6") _, out("ymm7") _,
                    out("ymm8") _, out("ymm9") _, out("ymm10") _, out("ymm11") _,
                    out("ymm12") _, out("ymm13") _, out("ymm14") _, out("ymm15") _,
                    options(nostack, preserves_flags)
                )
            }
        };
    }
    match R {
        1 => rows!(0 "ymm0" "ymm1"),
        2 => rows!(0 "ymm0" "ymm1", 1 "ymm2" "ymm3"),
        3 => rows!(0 "ymm0" "ymm1", 1 "ymm2" "ymm3", 2 "ymm4" "ymm5"),
        4 => rows!(0 "ymm0" "ymm1", 1 "ymm2" "ymm3", 2 "ymm4" "ymm5", 3 "ymm6" "ymm7"),
        5 => rows!(0 "ymm0" "ymm1", 1 "ymm2" "ymm3", 2 "ymm4" "ymm5", 3 "ymm6" "ymm7", 4 "ymm8" "ymm9"),
        _ => {
            rows!(0 "ymm0" "ymm1", 1 "ymm2" "ymm3", 2 "ymm4" "ymm5", 3 "ymm6" "ymm7", 4 "ymm8" "ymm9", 5 "ymm10" "ymm11")
        }
    }
}

/// Adds the sums of the two split-K parts of 64 outputs and writes them in output order.
#[target_feature(enable = "avx2,fma,f16c")]
fn store(first: &[f32; QUAD], second: &[f32; QUAD], out: &mut [f32; QUAD]) {
    let part = |k: usize| {
        let (first, second) = (&first[8 * k..8 * k + 8], &second[8 * k..8 * k + 8]);
        // SAFETY: both slices are eight numbers; the loads are unaligned.
        unsafe { _mm256_castps_si256(_mm256_add_ps(_mm256_loadu_ps(first.as_ptr()), _mm256_loadu_ps(second.as_ptr()))) }
    };
    for j in 0..4 {
        for (word, y) in [j, j + 4].into_iter().zip(to_output_order(part(2 * j), part(2 * j + 1))) {
            let to = &mut out[8 * word..8 * word + 8];
            // SAFETY: `to` is eight numbers; the store is unaligned.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), _mm256_castsi256_ps(y)) };
        }
    }
}
