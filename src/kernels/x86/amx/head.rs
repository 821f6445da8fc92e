//! The quantized output head: the two halves of 15-bit activations as tiles.

use std::arch::x86_64::*;

use super::tiles::{BLOCK_ROWS, TILE_INPUTS, TileRows, Tiles, no_rows};
use crate::kernels::head::{HeadInput, Logits, STRIP, WIDEST};
use crate::kernels::x86::avx512;
use crate::kernels::x86::prefetch::{LINE, prefetch};

/// Lines of a strip that are a tile of weights.
const TILE_LINES: usize = TILE_INPUTS / 4;
/// A single row of activations is faster with AVX-512.
const MIN_ROWS: usize = 2;

/// See [`crate::kernels::head::logits`].
///
/// A sum of up to [`WIDEST`] products of two 8-bit codes fits 32 bits.
///
/// # Safety
/// [`detected`](super::detected) must have returned true.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub unsafe fn logits(codes: &[u8], scales: &[f32], x: &[&HeadInput], out: Logits) {
    if x.len() < MIN_ROWS {
        return avx512::head::logits(codes, scales, x, out);
    }
    let lines = x[0].codes.len() / 4;
    assert!(4 * lines <= WIDEST);
    let per_block = lines.div_ceil(TILE_LINES);
    let planes = planes(x);
    // SAFETY: the caller keeps the contract.
    let tiles = unsafe { Tiles::configure() };
    // Two steps of weights: one is put in order while the other is multiplied.
    let mut weights = [[[_mm512_setzero_si512(); 2]; TILE_LINES]; 2];
    let mut products = [[no_rows(); 2]; 2];
    for (pair, (strips, scales)) in codes.chunks(2 * lines * LINE).zip(scales.chunks(2 * STRIP)).enumerate() {
        for ((x, out), planes) in
            x.chunks(2 * BLOCK_ROWS).zip(out.chunks_mut(2 * BLOCK_ROWS)).zip(planes.chunks(2 * per_block))
        {
            let (first, second) = planes.split_at(per_block);
            tiles.zero();
            to_tile_order(strips, lines, 0, &mut weights[0]);
            for (step, tile) in first.iter().enumerate() {
                to_tile_order(strips, lines, step + 1, &mut weights[(step + 1) % 2]);
                tiles.add([tile, second.get(step).unwrap_or(tile)], &weights[step % 2]);
            }
            tiles.store(&mut products);
            for ((x, out), products) in x.chunks(BLOCK_ROWS).zip(out.chunks_mut(BLOCK_ROWS)).zip(&products) {
                for (r, (x, out)) in x.iter().zip(out).enumerate() {
                    let outs = out[2 * STRIP * pair..].chunks_mut(STRIP).zip(scales.chunks(STRIP));
                    for ((out, scales), products) in outs.zip(products) {
                        store(products[r], products[BLOCK_ROWS + r], scales, x.step, out);
                    }
                }
            }
        }
    }
}

/// The codes of activations as tiles, `[block][tile]`: the high halves of a block, then the low ones, padded with zeros.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn planes(x: &[&HeadInput]) -> Vec<TileRows> {
    let mut tiles = Vec::new();
    for x in x.chunks(BLOCK_ROWS) {
        for start in (0..x[0].codes.len()).step_by(TILE_INPUTS) {
            let mut tile = no_rows();
            for (r, x) in x.iter().enumerate() {
                let mut halves = [[_mm256_setzero_si256(); 2]; 2];
                for (n, codes) in x.codes[start..].chunks_exact(32).take(2).enumerate() {
                    // SAFETY: `codes` is 32 numbers of two bytes; the load is unaligned.
                    let codes = unsafe { _mm512_loadu_si512(codes.as_ptr().cast()) };
                    let high = _mm512_srai_epi16::<7>(_mm512_add_epi16(codes, _mm512_set1_epi16(64)));
                    let low = _mm512_sub_epi16(codes, _mm512_slli_epi16::<7>(high));
                    (halves[0][n], halves[1][n]) = (_mm512_cvtepi16_epi8(high), _mm512_cvtepi16_epi8(low));
                }
                let join = |[a, b]: [__m256i; 2]| _mm512_inserti64x4::<1>(_mm512_castsi256_si512(a), b);
                (tile[r], tile[BLOCK_ROWS + r]) = (join(halves[0]), join(halves[1]));
            }
            tiles.push(tile);
        }
    }
    tiles
}

/// Writes step `step` of one or two strips of `lines` lines, `[input / 2][row][input % 2]`, as blocks of weights,
/// `[input / 4][strip][row][input % 4]`. Where a strip ends before the step does, old weights remain; the activations there
/// are zero.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn to_tile_order(strips: &[u8], lines: usize, step: usize, weights: &mut [[__m512i; 2]; TILE_LINES]) {
    let lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    // Pair r of the first half, then pair r of the second half.
    let order = _mm512_or_si512(lane, _mm512_slli_epi32::<16>(_mm512_add_epi32(lane, _mm512_set1_epi32(16))));
    // The next pair of strips, and not a whole number of pages ahead.
    let ahead = (2 * lines + TILE_LINES) * LINE;
    for (n, strip) in strips.chunks_exact(lines * LINE).enumerate() {
        let strip = strip.as_chunks::<LINE>().0.get(step * TILE_LINES..).unwrap_or_default();
        for (line, weights) in strip.iter().zip(weights.iter_mut()) {
            // A prefetch past the end does nothing.
            prefetch(line.as_ptr().wrapping_add(ahead));
            // SAFETY: `line` is 64 bytes; the load is unaligned.
            let line = unsafe { _mm512_loadu_si512(line.as_ptr().cast()) };
            weights[n] = _mm512_permutexvar_epi16(order, line);
        }
    }
}

/// Writes the logits of a row of activations: `(128 * high + low) as f32 * (scale * step)`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn store(high: __m512i, low: __m512i, scales: &[f32], step: f32, out: &mut [f32]) {
    let sum = |high, low| {
        // Exact until it is rounded to f32.
        let sum = _mm512_fmadd_pd(_mm512_cvtepi32_pd(high), _mm512_set1_pd(128.0), _mm512_cvtepi32_pd(low));
        _mm256_castps_pd(_mm512_cvtpd_ps(sum))
    };
    let (first, last) = (
        sum(_mm512_castsi512_si256(high), _mm512_castsi512_si256(low)),
        sum(_mm512_extracti64x4_epi64::<1>(high), _mm512_extracti64x4_epi64::<1>(low)),
    );
    let sums = _mm512_castpd_ps(_mm512_insertf64x4::<1>(_mm512_castpd256_pd512(first), last));
    let rows = out.len().min(scales.len()).min(STRIP);
    let mask = u16::MAX >> (STRIP - rows);
    // SAFETY: the mask leaves the rows that both slices have; no other memory is accessed.
    unsafe {
        let factor = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, scales.as_ptr()), _mm512_set1_ps(step));
        _mm512_mask_storeu_ps(out.as_mut_ptr(), mask, _mm512_mul_ps(sums, factor));
    }
}
