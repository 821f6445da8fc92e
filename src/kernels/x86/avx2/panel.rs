//! Several rows of integer activations: a segment of weights is unpacked once and multiplied with every row.
//!
//! A tile of 128 outputs is handled in strips of 16: words j and j + 4 of 64 neighbouring outputs, which is how unpacking
//! leaves them in the two lanes of a vector. A strip's panel is `[segment / 4][16][4]` codes. The four are inputs i and
//! i + 1 of one block of 16 and the same two of the next block, so that each 16-bit sum of `vpmaddubsw` belongs to one
//! block: after 32 inputs it holds 16 products (15 * 127 * 16 < 2^15), and one `vpmaddwd` applies both sub-scales.

use std::arch::asm;
use std::arch::x86_64::*;
use std::ops::Range;

use super::zeros_and_scales;
use crate::kernels::layout::{Awq4, BLOCK, GROUP, QuantRows, SUM, TILE, halves, runs};
use crate::kernels::scalar;
use crate::kernels::x86::share::{Pass, ROWS, Shares, TILES, ZERO_BITS, next};

/// Outputs in one strip.
const STRIP: usize = 16;
/// Outputs whose words are unpacked together: four strips.
const QUAD: usize = 4 * STRIP;
/// Inputs in one step: two blocks, and one entry of [`QuantRows::sums`].
const STEP: usize = 2 * BLOCK;
const _: () = assert!(STEP == SUM);

/// 32 inputs of a strip, unpacked: `[input / 4][output][four inputs]`.
type Step = [[u8; 4 * STRIP]; STEP / 4];

/// One segment of a tile, unpacked. Every vector of it lies in one cache line: one that lies in two is stored and loaded in
/// two parts, and this is written and read all the time.
#[repr(align(64))]
struct Panel {
    codes: [[Step; GROUP / STEP]; TILE / STRIP],
    /// `[strip][low or high][lane]`, in the order of the sums: z + 2^16 * (z * 2^11)
    zeros: [[[i32; 8]; 2]; TILE / STRIP],
    scales: [[[f32; 8]; 2]; TILE / STRIP],
}

/// The sums of a row of a tile.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Sums([f32; TILE]);

impl Sums {
    const ZERO: Sums = Sums([0.0; TILE]);
}

/// See [`scalar::awq_int_tiles`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn awq_int_tiles(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    if rows.is_empty() {
        return;
    }
    let mut panel = Panel {
        codes: [[[[0; 4 * STRIP]; STEP / 4]; GROUP / STEP]; TILE / STRIP],
        zeros: [[[0; 8]; 2]; TILE / STRIP],
        scales: [[[0.0; 8]; 2]; TILE / STRIP],
    };
    let mut passes = Pass::all(x, rows.clone(), &Plane::EMPTY);
    let mut sums = [vec![Sums::ZERO; TILES * rows.len()], vec![Sums::ZERO; TILES * rows.len()]];
    let mut ahead = Shares::none();
    let mut rest = out;
    for group in runs(columns.clone(), TILES * TILE) {
        let wide = group.len() / QUAD * QUAD;
        for (h, inputs) in halves(w.inputs).into_iter().enumerate() {
            sums[h].fill(Sums::ZERO);
            for segment in w.segments(inputs) {
                let steps = segment.len().div_ceil(STEP) * x.planes;
                ahead.turn_to(w, next(w, &segment, &group, &columns), [passes.len(), wide / STRIP, steps]);
                passes
                    .iter_mut()
                    .for_each(|pass| pass.take(x, &segment, |plane, r, row, p, g| plane.fill(r, x, row, p, g)));
                for (tile, sums) in
                    runs(group.start..group.start + wide, TILE).zip(sums[h].chunks_exact_mut(rows.len()))
                {
                    let quads = tile.len() / QUAD;
                    unpack(w, segment.clone(), tile.start, quads, &mut panel);
                    let mut sums = sums;
                    for pass in &passes {
                        let some;
                        (some, sums) = sums.split_at_mut(pass.rows);
                        multiply(&panel, 4 * quads, pass, &segment, some, &mut ahead);
                    }
                }
            }
        }
        let [first, second] = &sums;
        for ((tile, first), second) in
            runs(group.clone(), TILE).zip(first.chunks_exact(rows.len())).zip(second.chunks_exact(rows.len()))
        {
            let tile_out;
            (tile_out, rest) = rest.split_at_mut(tile.len() * rows.len());
            for ((to, first), second) in tile_out.chunks_exact_mut(tile.len()).zip(first).zip(second) {
                let (first, second) = (first.0.as_chunks::<QUAD>().0, second.0.as_chunks::<QUAD>().0);
                for (to, (first, second)) in to.as_chunks_mut::<QUAD>().0.iter_mut().zip(first.iter().zip(second)) {
                    store(first, second, to);
                }
            }
            let narrow = tile.start + tile.len() / QUAD * QUAD..tile.end;
            scalar_columns(w, x, rows.clone(), narrow, tile.len(), tile_out);
        }
    }
}

/// Fills the last columns of a tile, too few for a vector, by the specification.
fn scalar_columns(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, width: usize, out: &mut [f32]) {
    if columns.is_empty() {
        return;
    }
    let mut narrow = vec![0.0; rows.len() * columns.len()];
    scalar::awq_int_tile(w, x, rows, columns.clone(), &mut narrow);
    for (to, from) in out.chunks_exact_mut(width).zip(narrow.chunks_exact(columns.len())) {
        to[width - columns.len()..].copy_from_slice(from);
    }
}

/// Unpacks the codes, zero points and scales of a segment for `quads` times 64 outputs from `column` on. Inputs past the
/// segment's end are given the codes of its last input; their activations are zero.
#[target_feature(enable = "avx2,fma,f16c")]
fn unpack(w: &Awq4, segment: Range<usize>, column: usize, quads: usize, panel: &mut Panel) {
    assert!(quads <= TILE / QUAD && segment.len() <= GROUP);
    let mask = _mm256_set1_epi8(15);
    let (stride, last, width) = (w.row_bytes(), segment.len() - 1, quads * (QUAD / 2));
    let bytes = w.qweight[segment.start * stride + column / 2..][..last * stride + width].as_ptr();
    for (step, start) in (0..segment.len()).step_by(STEP).enumerate() {
        for pair in 0..BLOCK / 2 {
            let input = start + 2 * pair;
            let rows = [input, input + 1, input + BLOCK, input + BLOCK + 1].map(|i| i.min(last) * stride);
            for quad in 0..quads {
                // SAFETY: `bytes` reaches to `width` bytes of the last row, and 32 of those belong to each quad.
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
                    // SAFETY: a panel entry is 64 bytes, two vectors.
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
            // SAFETY: both arrays are eight numbers.
            unsafe {
                _mm256_storeu_si256(panel.zeros[strip][part].as_mut_ptr().cast(), pairs);
                _mm256_storeu_si256(panel.scales[strip][part].as_mut_ptr().cast(), scales[part]);
            }
        }
    }
}

/// Two vectors of 32-bit sums as unpacking orders them, `[0 4 1 5]` and `[2 6 3 7]` of word j in the low lane and
/// of word j + 4 in the high lane, as the eight outputs of word j and those of word j + 4.
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

/// Adds a segment to the sums of the rows of a pass, strip by strip.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn multiply(
    panel: &Panel,
    strips: usize,
    pass: &Pass<Plane>,
    segment: &Range<usize>,
    sums: &mut [Sums],
    ahead: &mut Shares,
) {
    match pass.rows {
        6 => multiply_rows::<6>(panel, strips, pass, segment, sums, ahead),
        5 => multiply_rows::<5>(panel, strips, pass, segment, sums, ahead),
        4 => multiply_rows::<4>(panel, strips, pass, segment, sums, ahead),
        3 => multiply_rows::<3>(panel, strips, pass, segment, sums, ahead),
        2 => multiply_rows::<2>(panel, strips, pass, segment, sums, ahead),
        _ => multiply_rows::<1>(panel, strips, pass, segment, sums, ahead),
    }
}

/// One plane of a group of a few rows of activations.
#[derive(Clone, Copy)]
struct Plane {
    /// `[row][input / 32][input / 4]`: four codes, of two blocks as in a panel
    codes: [[[i32; STEP / 4]; GROUP / STEP]; ROWS],
    /// `[row][input / 32]`: the sub-scales of two blocks
    subs: [[i32; GROUP / STEP]; ROWS],
}

impl Plane {
    const EMPTY: Plane = Plane { codes: [[[0; STEP / 4]; GROUP / STEP]; ROWS], subs: [[0; GROUP / STEP]; ROWS] };

    /// Takes group `g` of plane `p` of row `row` as row `r`.
    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn fill(&mut self, r: usize, x: &QuantRows, row: usize, p: usize, g: usize) {
        let at = (row * x.planes + p) * x.groups() + g;
        let codes: *const __m128i = x.codes[at * GROUP..][..GROUP].as_ptr().cast();
        let subs = &x.subs[at * (GROUP / BLOCK)..][..GROUP / BLOCK];
        let to: *mut __m128i = self.codes[r].as_mut_ptr().cast();
        // SAFETY: the codes are 128 bytes on both sides, the sub-scales 16.
        unsafe {
            for s in 0..GROUP / STEP {
                let (a, b) = (_mm_loadu_si128(codes.add(2 * s)), _mm_loadu_si128(codes.add(2 * s + 1)));
                _mm_storeu_si128(to.add(2 * s), _mm_unpacklo_epi16(a, b));
                _mm_storeu_si128(to.add(2 * s + 1), _mm_unpackhi_epi16(a, b));
            }
            _mm_storeu_si128(self.subs[r].as_mut_ptr().cast(), _mm_loadu_si128(subs.as_ptr().cast()));
        }
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
fn multiply_rows<const R: usize>(
    panel: &Panel,
    strips: usize,
    pass: &Pass<Plane>,
    segment: &Range<usize>,
    sums: &mut [Sums],
    ahead: &mut Shares,
) {
    let steps = segment.len().div_ceil(STEP);
    let before = segment.start % GROUP / STEP;
    for strip in 0..strips {
        ahead.before_strip();
        let mut totals = [[_mm256_setzero_si256(); 2]; R];
        for part in 0..2 {
            // SAFETY: the zero points are eight numbers.
            let zeros = unsafe { _mm256_loadu_si256(panel.zeros[strip][part].as_ptr().cast()) };
            for r in 0..R {
                totals[r][part] = _mm256_madd_epi16(zeros, _mm256_set1_epi32(pass.minus_sums[r]));
            }
        }
        for plane in &pass.planes {
            for (s, codes) in panel.codes[strip][..steps].iter().enumerate() {
                ahead.before_step();
                add_step(codes, plane, before + s, &mut totals);
            }
        }
        for part in 0..2 {
            // SAFETY: the scales are eight numbers.
            let scales = unsafe { _mm256_loadu_ps(panel.scales[strip][part].as_ptr()) };
            for r in 0..R {
                let factor = _mm256_mul_ps(scales, _mm256_set1_ps(pass.scales[r]));
                let y = &mut sums[r].0[STRIP * strip + 8 * part..][..8];
                // SAFETY: `y` is eight numbers.
                unsafe {
                    let new = _mm256_fmadd_ps(_mm256_cvtepi32_ps(totals[r][part]), factor, _mm256_loadu_ps(y.as_ptr()));
                    _mm256_storeu_ps(y.as_mut_ptr(), new);
                }
            }
        }
    }
}

/// Adds 32 inputs of a strip times their activations to the totals, sub-scales applied.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn add_step<const R: usize>(codes: &Step, plane: &Plane, s: usize, totals: &mut [[__m256i; 2]; R]) {
    assert!(s < GROUP / STEP);
    let mut x = [std::ptr::null(); R];
    let mut acc = [[_mm256_setzero_si256(); 2]; R];
    let w = weights(&codes[0]);
    for r in 0..R {
        let fours = &plane.codes[r][s];
        x[r] = fours.as_ptr();
        let four = _mm256_set1_epi32(fours[0]);
        acc[r] = [_mm256_maddubs_epi16(w[0], four), _mm256_maddubs_epi16(w[1], four)];
    }
    // Written out because six rows need every register: the compiler would add products to each other first, or load
    // activations ahead, and spill.
    macro_rules! add_fours {
        ($($k:literal)*) => { $(
            let w = weights(&codes[$k]);
            for r in 0..R {
                let [mut low, mut high] = acc[r];
                // SAFETY: AVX2 instructions on registers, and one load of the eight numbers at `x[r]`.
                unsafe {
                    asm!(
                        "vpbroadcastd {x}, dword ptr [{from} + 4 * {k}]",
                        "vpmaddubsw {t}, {w0}, {x}",
                        "vpmaddubsw {x}, {w1}, {x}",
                        "vpaddw {low}, {low}, {t}",
                        "vpaddw {high}, {high}, {x}",
                        from = in(reg) x[r],
                        k = const $k,
                        t = out(ymm_reg) _,
                        x = out(ymm_reg) _,
                        w0 = in(ymm_reg) w[0],
                        w1 = in(ymm_reg) w[1],
                        low = inout(ymm_reg) low,
                        high = inout(ymm_reg) high,
                        options(readonly, nostack, preserves_flags)
                    );
                }
                acc[r] = [low, high];
            }
        )* };
    }
    add_fours!(1 2 3 4 5 6 7);
    for r in 0..R {
        let subs = _mm256_set1_epi32(plane.subs[r][s]);
        for part in 0..2 {
            totals[r][part] = _mm256_add_epi32(totals[r][part], _mm256_madd_epi16(acc[r][part], subs));
        }
    }
}

/// Four inputs of a strip.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn weights(codes: &[u8; 4 * STRIP]) -> [__m256i; 2] {
    let from: *const __m256i = codes.as_ptr().cast();
    // SAFETY: 64 bytes are two vectors.
    unsafe { [_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))] }
}

/// Adds the two halves of 64 outputs and writes them in order.
#[target_feature(enable = "avx2,fma,f16c")]
fn store(first: &[f32; QUAD], second: &[f32; QUAD], out: &mut [f32; QUAD]) {
    let part = |k: usize| {
        let (first, second) = (&first[8 * k..8 * k + 8], &second[8 * k..8 * k + 8]);
        // SAFETY: both slices are eight numbers.
        unsafe { _mm256_castps_si256(_mm256_add_ps(_mm256_loadu_ps(first.as_ptr()), _mm256_loadu_ps(second.as_ptr()))) }
    };
    for j in 0..4 {
        for (word, y) in [j, j + 4].into_iter().zip(to_output_order(part(2 * j), part(2 * j + 1))) {
            let to = &mut out[8 * word..8 * word + 8];
            // SAFETY: `to` is eight numbers.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), _mm256_castsi256_ps(y)) };
        }
    }
}
