//! Tile registers: their configuration, and products of blocks of activations with blocks of weights.
//!
//! `tdpbssd` multiplies a tile of activations, 16 rows of 64 codes, with a tile of weights, 64 inputs of 16 outputs as
//! `[input / 4][output][input % 4]`, and adds the products to a tile of 16 x 16 sums of 32 bits.

use std::arch::asm;
use std::arch::x86_64::*;
use std::marker::PhantomData;

/// Inputs of a tile.
pub const TILE_INPUTS: usize = 64;
/// Rows of activations of a tile: its first half are their high planes, its second half their low planes.
pub const BLOCK_ROWS: usize = 8;

/// A tile in memory.
pub type TileRows = [__m512i; 2 * BLOCK_ROWS];
/// The products of a block of activations with two blocks of weights.
pub type Products = [TileRows; 2];

/// A tile of zeros.
#[inline(always)]
pub fn no_rows() -> TileRows {
    // SAFETY: an integer vector of zeros is a valid value.
    unsafe { std::mem::zeroed() }
}

/// The operand of `ldtilecfg`.
#[repr(C, align(64))]
struct Configuration {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

/// The tile registers of this thread, configured while this value lives: 16 rows of 64 bytes each.
pub struct Tiles(PhantomData<*mut ()>);

impl Tiles {
    /// Configures the tiles. Only one value may live.
    ///
    /// # Safety
    /// [`detected`](super::detected) must have returned true.
    pub unsafe fn configure() -> Tiles {
        let mut configuration =
            Configuration { palette: 1, start_row: 0, reserved: [0; 14], row_bytes: [0; 16], rows: [0; 16] };
        configuration.row_bytes[..8].fill(64);
        configuration.rows[..8].fill(16);
        // SAFETY: the caller keeps the contract; the operand is a valid configuration of 64 bytes.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &configuration, options(nostack, preserves_flags, readonly)) };
        Tiles(PhantomData)
    }

    /// The products of one or two blocks of activations with two blocks of weights: `products[block][n]` for
    /// `weights[_][n]`. `x` is `[block][tile]`; each tile belongs to the next [`TILE_INPUTS`] inputs. `weights` is
    /// `[input / 4]`.
    pub fn multiply(&self, [x, y]: [&[TileRows]; 2], weights: &[[__m512i; 2]], products: &mut [Products; 2]) {
        assert!(!x.is_empty() && [0, x.len()].contains(&y.len()));
        // Without a second block, the first is multiplied twice.
        let y = if y.is_empty() { x } else { y };
        self.zero();
        for ((x, y), weights) in x.iter().zip(y).zip(weights.as_chunks().0) {
            self.add([x, y], weights);
        }
        self.store(products);
    }

    /// Sets the sums to zero: registers 0 to 3, which no other code changes until [`Tiles::store`].
    #[inline(always)]
    pub fn zero(&self) {
        // SAFETY: `self` proves that the registers are configured on this thread; no memory is used.
        unsafe {
            asm!("tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3", options(nostack, preserves_flags),);
        }
    }

    /// Adds the products of two tiles of activations with two tiles of weights, `[input / 4][n]`, to the sums.
    #[inline(always)]
    pub fn add(&self, [x, y]: [&TileRows; 2], weights: &[[__m512i; 2]; TILE_INPUTS / 4]) {
        // SAFETY: `self` proves that the registers are configured on this thread. 1024 bytes of each tile of
        // activations are read and 2048 of the weights, which is all of them.
        unsafe {
            asm!(
                "tileloadd tmm6, [{w} + {two_lines}*1]",
                "tileloadd tmm4, [{x} + {line}*1]",
                "tdpbssd tmm0, tmm4, tmm6",
                "tileloadd tmm7, [{w} + {two_lines}*1 + 64]",
                "tdpbssd tmm1, tmm4, tmm7",
                "tileloadd tmm5, [{y} + {line}*1]",
                "tdpbssd tmm2, tmm5, tmm6",
                "tdpbssd tmm3, tmm5, tmm7",
                x = in(reg) x.as_ptr(),
                y = in(reg) y.as_ptr(),
                w = in(reg) weights.as_ptr(),
                line = in(reg) 64_usize,
                two_lines = in(reg) 128_usize,
                options(nostack, preserves_flags),
            );
        }
    }

    /// Writes the sums.
    #[inline(always)]
    pub fn store(&self, products: &mut [Products; 2]) {
        // SAFETY: `self` proves that the registers are configured on this thread. Four tiles are written, which is all
        // of the products.
        unsafe {
            asm!(
                "tilestored [{to} + {line}*1], tmm0",
                "tilestored [{to} + {line}*1 + 1024], tmm1",
                "tilestored [{to} + {line}*1 + 2048], tmm2",
                "tilestored [{to} + {line}*1 + 3072], tmm3",
                to = in(reg) products.as_mut_ptr(),
                line = in(reg) 64_usize,
                options(nostack, preserves_flags),
            );
        }
    }

    /// Multiplies tiles in registers, `4 * rounds` times.
    pub fn spin(&self, rounds: usize) {
        if rounds == 0 {
            return;
        }
        // SAFETY: `self` proves that the registers are configured on this thread; no memory is used.
        unsafe {
            asm!(
                "tilezero tmm0",
                "tilezero tmm1",
                "tilezero tmm2",
                "tilezero tmm3",
                "tilezero tmm4",
                "tilezero tmm5",
                "tilezero tmm6",
                "tilezero tmm7",
                "2:",
                "tdpbssd tmm0, tmm4, tmm6",
                "tdpbssd tmm1, tmm4, tmm7",
                "tdpbssd tmm2, tmm5, tmm6",
                "tdpbssd tmm3, tmm5, tmm7",
                "dec {rounds}",
                "jnz 2b",
                rounds = inout(reg) rounds => _,
                options(nomem, nostack),
            );
        }
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        // SAFETY: a `Tiles` exists only where the CPU has tiles. Released tiles need not be saved.
        unsafe { asm!("tilerelease", options(nomem, nostack, preserves_flags)) };
    }
}
