//! The steps of the gemm: tiles multiply a strip of weights while vectors add the products of the step before.
//!
//! Both take about as long, and they run side by side only if their instructions come by turns. This is why a step is
//! assembly.

use std::arch::asm;
use std::arch::x86_64::*;
use std::mem::swap;

use super::tiles::{BLOCK_ROWS, Products, TileRows, Tiles};
use crate::kernels::x86::avx512::gemm::{Panel, STRIPS, Unpacked, WeightBlock};

/// Tiles of a block of activations during a segment.
const BLOCK_TILES: usize = 2;

/// A block of activations during one segment. Rows that do not exist are zero.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Block {
    pub tiles: [TileRows; BLOCK_TILES],
    /// Of each row: the negative sum of the segment's activations, as
    /// [`split_sum`](crate::kernels::x86::panel::split_sum) of it.
    pub minus_sums: [i32; BLOCK_ROWS],
    /// Of each row: the scale of the activations.
    pub scales: [f32; BLOCK_ROWS],
}

impl Block {
    /// A block without rows.
    // SAFETY: integer vectors, integers and floats of zeros are valid values.
    pub const EMPTY: Block = unsafe { std::mem::zeroed() };
}

/// The f32 sums of a block of rows of a tile over one split-K part, `[strip][row][low or high nibbles]`.
pub type BlockSums = [[[__m512; 2]; BLOCK_ROWS]; STRIPS];

/// The offsets in the assembly are those of these sizes.
const _: () = assert!(size_of::<Block>() == 2112 && size_of::<BlockSums>() == 4096);

/// Products that are not added yet: those of some blocks with a strip. `first` is the index of the first block.
#[derive(Clone, Copy)]
struct Pending {
    first: usize,
    blocks: usize,
    strip: usize,
}

/// Adds the products of a segment to the sums of all blocks, or sets the sums if it `is_first`. `products` is memory for two steps; `before_step` is called
/// before each.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn multiply_panel(
    tiles: &Tiles,
    panel: &Panel<Unpacked>,
    blocks: &[Block],
    is_first: bool,
    sums: &mut [BlockSums],
    [to, from]: &mut [[Products; 2]; 2],
    mut before_step: impl FnMut(),
) {
    assert!(blocks.len() == sums.len());
    let (mut to, mut from) = (to, from);
    let mut pending: Option<Pending> = None;
    for first in (0..blocks.len()).step_by(2) {
        let now = &blocks[first..blocks.len().min(first + 2)];
        for strip in 0..STRIPS {
            before_step();
            match pending {
                Some(before) if before.blocks == now.len() => {
                    let (blocks, sums) = (&blocks[before.first..], &mut sums[before.first..]);
                    step(tiles, panel, (now, strip), to, (blocks, before), from, (is_first, sums));
                }
                _ => {
                    if let Some(before) = pending {
                        add(panel, blocks, before, from, (is_first, sums));
                    }
                    let second = now.get(1).map_or(&[][..], |block| &block.tiles);
                    tiles.multiply([&now[0].tiles, second], panel[strip].codes.as_flattened(), to);
                }
            }
            pending = Some(Pending { first, blocks: now.len(), strip });
            swap(&mut to, &mut from);
        }
    }
    if let Some(before) = pending {
        add(panel, blocks, before, from, (is_first, sums));
    }
}

/// Adds the products of a step to the sums, or sets them.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add(
    panel: &Panel<Unpacked>,
    blocks: &[Block],
    pending: Pending,
    products: &[Products; 2],
    (is_first, sums): (bool, &mut [BlockSums]),
) {
    let Pending { first, blocks: count, strip } = pending;
    let blocks = blocks[first..first + count].iter().zip(&mut sums[first..]);
    for ((block, sums), products) in blocks.zip(products) {
        for r in 0..BLOCK_ROWS {
            let minus_sum = _mm512_set1_epi32(block.minus_sums[r]);
            for n in 0..2 {
                let (high, low) = (products[n][r], products[n][BLOCK_ROWS + r]);
                let total = _mm512_add_epi32(_mm512_slli_epi32::<7>(high), low);
                let total = _mm512_add_epi32(total, _mm512_madd_epi16(panel[strip].zeros[n], minus_sum));
                let factor = _mm512_mul_ps(panel[strip].scales[n], _mm512_set1_ps(block.scales[r]));
                let sum = &mut sums[strip][r][n];
                let before = if is_first { _mm512_setzero_ps() } else { *sum };
                *sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), factor, before);
            }
        }
    }
}

/// The addend of a sum, as assembly: the sum at an offset, or zero for the first segment.
#[rustfmt::skip]
macro_rules! addend {
    (add, $($offset:literal),+) => { concat!("[{sums}", $(" + ", $offset,)+ "]") };
    (set, $($offset:literal),+) => { "{zero}" };
}

/// [`add`] for one row, as assembly: to `add` to the sums or to `set` them. The other arguments are the offsets of the row's
/// products, of its scalars in [`Block`] and of its sums.
#[rustfmt::skip]
macro_rules! add_row {
    ($kind:ident, $products:literal, $scalars:literal, $sums:literal) => {
        concat!(
            "vpbroadcastd {minus_sum}, dword ptr [{before} + ", $scalars, "]\n",
            "vbroadcastss {scale}, dword ptr [{before} + ", $scalars, " + 32]\n",
            "vpslld {a}, [{from} + ", $products, "], 7\n",
            "vpmaddwd {b}, {minus_sum}, {zeros_low}\n",
            "vpaddd {a}, {a}, [{from} + ", $products, " + 512]\n",
            "vpaddd {a}, {a}, {b}\n",
            "vcvtdq2ps {a}, {a}\n",
            "vmulps {b}, {factors_low}, {scale}\n",
            "vfmadd213ps {a}, {b}, ", addend!($kind, $sums), "\n",
            "vmovaps [{sums} + ", $sums, "], {a}\n",
            "vpslld {c}, [{from} + ", $products, " + 1024], 7\n",
            "vpmaddwd {d}, {minus_sum}, {zeros_high}\n",
            "vpaddd {c}, {c}, [{from} + ", $products, " + 1536]\n",
            "vpaddd {c}, {c}, {d}\n",
            "vcvtdq2ps {c}, {c}\n",
            "vmulps {d}, {factors_high}, {scale}\n",
            "vfmadd213ps {c}, {d}, ", addend!($kind, $sums, 64), "\n",
            "vmovaps [{sums} + ", $sums, " + 64], {c}",
        )
    };
}

/// One step: [`Tiles::multiply`] of the blocks `now` with the weights of a strip, into `to`, and [`add`] of the products
/// `from`, which are those of as many blocks.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn step(
    _: &Tiles,
    panel: &Panel<Unpacked>,
    (now, strip): (&[Block], usize),
    to: &mut [Products; 2],
    (before, pending): (&[Block], Pending),
    from: &[Products; 2],
    (is_first, sums): (bool, &mut [BlockSums]),
) {
    assert!(now.len() == pending.blocks && before.len() >= now.len() && sums.len() >= now.len());
    let weights: &[WeightBlock<Unpacked>; 8] = &panel[strip].codes;
    let (zeros, factors) = (panel[pending.strip].zeros, panel[pending.strip].scales);
    // In the first block; the pointer reaches all of them.
    let sums = sums.as_flattened_mut()[pending.strip..].as_mut_ptr();
    macro_rules! step {
        ($($text:expr),*) => {
            // SAFETY: the `Tiles` prove that the registers are configured on this thread. The instructions read the
            // blocks `now` and `before`, 2112 bytes each, the weights, 4096 bytes, and the products `from`, and they
            // write the products `to` and the sums of a strip, 1024 bytes in each block of 4096; there are as many
            // blocks of all of these (asserted above).
            unsafe {
                asm!(
                    "vpxord {zero}, {zero}, {zero}",
                    $($text,)*
                    x = in(reg) now.as_ptr(),
                    w = in(reg) weights.as_ptr(),
                    to = in(reg) to.as_mut_ptr(),
                    before = in(reg) before.as_ptr(),
                    from = in(reg) from.as_ptr(),
                    sums = in(reg) sums,
                    line = in(reg) 64_usize,
                    two_lines = in(reg) 128_usize,
                    zeros_low = in(zmm_reg) zeros[0],
                    zeros_high = in(zmm_reg) zeros[1],
                    factors_low = in(zmm_reg) factors[0],
                    factors_high = in(zmm_reg) factors[1],
                    zero = out(zmm_reg) _,
                    minus_sum = out(zmm_reg) _,
                    scale = out(zmm_reg) _,
                    a = out(zmm_reg) _,
                    b = out(zmm_reg) _,
                    c = out(zmm_reg) _,
                    d = out(zmm_reg) _,
                    options(nostack, preserves_flags),
                )
            }
        };
    }
    macro_rules! two_blocks {
        ($kind:ident) => {
            step!(
                "tilezero tmm0",
                "tilezero tmm1",
                "tilezero tmm2",
                "tilezero tmm3",
                "tileloadd tmm6, [{w} + {two_lines}*1 + 0]",
                "tileloadd tmm4, [{x} + {line}*1 + 0]",
                add_row!($kind, 0, 2048, 0),
                "tdpbssd tmm0, tmm4, tmm6",
                add_row!($kind, 64, 2052, 128),
                "tileloadd tmm7, [{w} + {two_lines}*1 + 64]",
                "tdpbssd tmm1, tmm4, tmm7",
                add_row!($kind, 128, 2056, 256),
                "tileloadd tmm5, [{x} + {line}*1 + 2112]",
                add_row!($kind, 192, 2060, 384),
                "tdpbssd tmm2, tmm5, tmm6",
                add_row!($kind, 256, 2064, 512),
                "tdpbssd tmm3, tmm5, tmm7",
                add_row!($kind, 320, 2068, 640),
                "tileloadd tmm6, [{w} + {two_lines}*1 + 2048]",
                "tileloadd tmm4, [{x} + {line}*1 + 1024]",
                add_row!($kind, 384, 2072, 768),
                "tdpbssd tmm0, tmm4, tmm6",
                add_row!($kind, 448, 2076, 896),
                "tileloadd tmm7, [{w} + {two_lines}*1 + 2112]",
                "tdpbssd tmm1, tmm4, tmm7",
                add_row!($kind, 2048, 4160, 4096),
                "tileloadd tmm5, [{x} + {line}*1 + 3136]",
                add_row!($kind, 2112, 4164, 4224),
                "tdpbssd tmm2, tmm5, tmm6",
                add_row!($kind, 2176, 4168, 4352),
                "tdpbssd tmm3, tmm5, tmm7",
                add_row!($kind, 2240, 4172, 4480),
                "tilestored [{to} + {line}*1 + 0], tmm0",
                add_row!($kind, 2304, 4176, 4608),
                "tilestored [{to} + {line}*1 + 1024], tmm1",
                add_row!($kind, 2368, 4180, 4736),
                "tilestored [{to} + {line}*1 + 2048], tmm2",
                add_row!($kind, 2432, 4184, 4864),
                "tilestored [{to} + {line}*1 + 3072], tmm3",
                add_row!($kind, 2496, 4188, 4992)
            )
        };
    }
    macro_rules! one_block {
        ($kind:ident) => {
            step!(
                "tilezero tmm0",
                "tilezero tmm1",
                "tileloadd tmm6, [{w} + {two_lines}*1 + 0]",
                "tileloadd tmm4, [{x} + {line}*1 + 0]",
                add_row!($kind, 0, 2048, 0),
                "tdpbssd tmm0, tmm4, tmm6",
                add_row!($kind, 64, 2052, 128),
                "tileloadd tmm7, [{w} + {two_lines}*1 + 64]",
                "tdpbssd tmm1, tmm4, tmm7",
                add_row!($kind, 128, 2056, 256),
                "tileloadd tmm6, [{w} + {two_lines}*1 + 2048]",
                "tileloadd tmm4, [{x} + {line}*1 + 1024]",
                add_row!($kind, 192, 2060, 384),
                "tdpbssd tmm0, tmm4, tmm6",
                add_row!($kind, 256, 2064, 512),
                "tileloadd tmm7, [{w} + {two_lines}*1 + 2112]",
                "tdpbssd tmm1, tmm4, tmm7",
                add_row!($kind, 320, 2068, 640),
                "tilestored [{to} + {line}*1 + 0], tmm0",
                add_row!($kind, 384, 2072, 768),
                "tilestored [{to} + {line}*1 + 1024], tmm1",
                add_row!($kind, 448, 2076, 896)
            )
        };
    }
    match (now.len(), is_first) {
        (2, true) => two_blocks!(set),
        (2, false) => two_blocks!(add),
        (_, true) => one_block!(set),
        (_, false) => one_block!(add),
    }
}
