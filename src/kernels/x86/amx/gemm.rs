//! 4-bit layers for many rows of integer activations (gemm), with AVX-512's panels as tiles of weights.
//!
//! The product of a code and its sub-scale is at most 127 * 64, so it is 128 * high + low with two 8-bit numbers, as
//! the codes of `int15` are. Tiles then add whole segments, and no sub-scale is left to apply.

use std::arch::x86_64::*;
use std::cell::Cell;
use std::ops::Range;

use super::strip::{Block, BlockSums, multiply_panel};
use super::tiles::{BLOCK_ROWS, TILE_INPUTS, Tiles, no_rows};
use crate::kernels::layout::{ACT_BLOCK, ACT_GROUP, Awq4, QuantRow, QuantRows, TILE};
use crate::kernels::x86::avx512;
use crate::kernels::x86::avx512::gemm::{STRIPS, empty_panel, read_panel, store, unpack};
use crate::kernels::x86::panel::{gemm_by_segments, split_sum};

/// Fewer rows are faster with AVX-512, by number of planes: unpacking takes most of their time, and AVX-512 multiplies
/// each plane on its own.
const MIN_ROWS: [usize; 3] = [0, 16, 8];

/// See [`crate::kernels::scalar::awq_int_gemm`].
///
/// # Safety
/// [`detected`](super::detected) must have returned true.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub unsafe fn awq_int_gemm(w: &Awq4, x: &QuantRows, rows: Range<usize>, columns: Range<usize>, out: &mut [f32]) {
    if rows.len() < MIN_ROWS[x.planes] {
        return avx512::gemm::awq_int_gemm(w, x, rows, columns, out);
    }
    let whole = columns.start..columns.start + columns.len() / TILE * TILE;
    let (out, narrow) = out.split_at_mut(whole.len() * rows.len());
    if !narrow.is_empty() {
        avx512::gemm::awq_int_gemm(w, x, rows.clone(), whole.end..columns.end, narrow);
    }
    if whole.is_empty() {
        return;
    }
    let mut scratch = SCRATCH.take();
    let Scratch { blocks, sums } = &mut scratch;
    fill_blocks(w, x, rows.clone(), blocks);
    let block_count = rows.len().div_ceil(BLOCK_ROWS);
    let (mut panel, mut products) = (empty_panel([_mm512_setzero_si512(); 2]), [[[no_rows(); 2]; 2]; 2]);
    // SAFETY: the caller keeps the contract.
    let tiles = unsafe { Tiles::configure() };
    gemm_by_segments(
        (w, rows.clone(), whole, out),
        (TILE, block_count, [[[_mm512_setzero_ps(); 2]; BLOCK_ROWS]; STRIPS], false),
        (false, sums),
        |_, outputs| [1, outputs / TILE * STRIPS, block_count.div_ceil(2)],
        |segment, is_first, tile, sums, prefetcher| {
            read_panel(w, segment.clone(), tile.start, &mut panel, |packed| unpack(packed));
            let blocks = &blocks[segment.start / w.segment() * block_count..][..block_count];
            multiply_panel(&tiles, &panel, blocks, is_first, sums, &mut products, || prefetcher.before_step());
        },
        |_, first, second, out| {
            let row = |sums: &[BlockSums], r: usize| sums[r / BLOCK_ROWS].each_ref().map(|strip| strip[r % BLOCK_ROWS]);
            for (r, to) in out.chunks_exact_mut(TILE).enumerate() {
                store(&row(first, r), &row(second, r), to);
            }
        },
    );
    SCRATCH.set(scratch);
}

/// The memory of a call.
#[derive(Default)]
struct Scratch {
    blocks: Vec<Block>,
    sums: [Vec<BlockSums>; 2],
}

thread_local! {
    /// That of the last call, for the next one of this thread.
    static SCRATCH: Cell<Scratch> = const { Cell::new(Scratch { blocks: Vec::new(), sums: [Vec::new(), Vec::new()] }) };
}

/// Makes rows of activations ready for tiles: `[segment][block]`.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn fill_blocks(w: &Awq4, x: &QuantRows, rows: Range<usize>, blocks: &mut Vec<Block>) {
    let block_count = rows.len().div_ceil(BLOCK_ROWS);
    let needed = w.inputs.div_ceil(w.segment()) * block_count;
    if blocks.len() < needed {
        blocks.resize(needed, Block::EMPTY);
    }
    let segments = (0..w.inputs).step_by(w.segment()).map(|start| start..w.inputs.min(start + w.segment()));
    for (inputs, blocks) in segments.zip(blocks.chunks_exact_mut(block_count)) {
        for (block, first) in blocks.iter_mut().zip(rows.clone().step_by(BLOCK_ROWS)) {
            fill_block(x, first..rows.end.min(first + BLOCK_ROWS), inputs.clone(), block);
        }
    }
}

/// Writes a segment of up to [`BLOCK_ROWS`] rows. What a block has beyond them is zero.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn fill_block(x: &QuantRows, rows: Range<usize>, inputs: Range<usize>, block: &mut Block) {
    for at in 0..BLOCK_ROWS {
        let row = Some(rows.start + at).filter(|row| rows.contains(row)).map(|row| x.row(row));
        (block.minus_sums[at], block.scales[at]) = match &row {
            Some(row) => (split_sum(-row.sum(inputs.clone())), row.scales[inputs.start / ACT_GROUP]),
            None => (0, 0.0),
        };
        for (n, tile) in block.tiles.iter_mut().enumerate() {
            let start = inputs.start + n * TILE_INPUTS;
            [tile[at], tile[BLOCK_ROWS + at]] = match &row {
                Some(row) if start < inputs.end => planes(row, start..inputs.end.min(start + TILE_INPUTS)),
                _ => [_mm512_setzero_si512(); 2],
            };
        }
    }
}

/// The activations of up to [`TILE_INPUTS`] inputs of a group as two planes: 128 * high + low. Inputs beyond are zero.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn planes(x: &QuantRow, inputs: Range<usize>) -> [__m512i; 2] {
    let mask = u64::MAX >> (TILE_INPUTS - inputs.len());
    let load = |codes: &[i8]| {
        let codes = &codes[inputs.clone()];
        // SAFETY: the mask leaves only the codes of the slice; no other memory is accessed.
        unsafe { _mm512_maskz_loadu_epi8(mask, codes.as_ptr()) }
    };
    let (codes, low) = x.codes.split_at(x.codes.len() / x.planes);
    if !low.is_empty() {
        return [load(codes), load(low)];
    }
    const SUBS: usize = ACT_GROUP / ACT_BLOCK;
    let subs = &x.subs[inputs.start / ACT_GROUP * SUBS..][..SUBS];
    // SAFETY: the slice is eight numbers of two bytes; the load is unaligned.
    let subs = unsafe { _mm512_zextsi128_si512(_mm_loadu_si128(subs.as_ptr().cast())) };
    // A vector of 32 numbers has two sub-scales.
    let first = (inputs.start % ACT_GROUP / ACT_BLOCK) as i16;
    let second_half = _mm512_inserti64x4::<1>(_mm512_setzero_si512(), _mm256_set1_epi16(1));
    let block = _mm512_add_epi16(second_half, _mm512_set1_epi16(first));
    let codes = load(codes);
    let mut planes = [[_mm256_setzero_si256(); 2]; 2];
    for half in 0..2 {
        let codes = if half == 0 { _mm512_castsi512_si256(codes) } else { _mm512_extracti64x4_epi64::<1>(codes) };
        let sub = _mm512_permutexvar_epi16(_mm512_add_epi16(block, _mm512_set1_epi16(2 * half as i16)), subs);
        let product = _mm512_mullo_epi16(_mm512_cvtepi8_epi16(codes), sub);
        let high = _mm512_srai_epi16::<7>(_mm512_add_epi16(product, _mm512_set1_epi16(64)));
        let low = _mm512_sub_epi16(product, _mm512_slli_epi16::<7>(high));
        planes[0][half] = _mm512_cvtepi16_epi8(high);
        planes[1][half] = _mm512_cvtepi16_epi8(low);
    }
    let join = |[a, b]: [__m256i; 2]| _mm512_inserti64x4::<1>(_mm512_castsi256_si512(a), b);
    [join(planes[0]), join(planes[1])]
}
