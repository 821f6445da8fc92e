//! The ceiling of tiles.

use super::tiles::{TILE_INPUTS, Tiles};

/// See [`multiply_int8`](crate::kernels::probe::multiply_int8): `tdpbssd`, 16 x 16 x 64 multiply-adds a tile.
///
/// # Safety
/// [`detected`](super::detected) must have returned true.
pub unsafe fn multiply_int8(rounds: usize) -> u64 {
    // SAFETY: the caller keeps the contract.
    unsafe { Tiles::configure() }.spin(rounds);
    (rounds * 4 * 16 * 16 * TILE_INPUTS) as u64
}
