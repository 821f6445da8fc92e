//! Loops that only read memory or only multiply, for measuring the ceilings of a machine. Reports show rates relative
//! to these.
//!
//! The functions here are those of the scalar table; every instruction set has its own, in vectors.

use std::hint::black_box;

pub use super::aligned::LINE;
/// The numbers of streams that [`read_sum`] supports.
pub const STREAMS: [usize; 4] = [1, 2, 4, 8];
/// Independent chains of multiply-adds: enough to hide the latency of each.
pub const CHAINS: usize = 12;

/// Reads the whole [`LINE`]s of `bytes` and returns the wrapping sum of their little-endian 64-bit words.
///
/// The lines are read as `streams` ranges of equal length side by side (one of [`STREAMS`]; any other number means 1).
/// If `ahead` is not zero, each stream prefetches the line `ahead` bytes further on; the scalar loop has no prefetch
/// instruction.
pub fn read_sum(bytes: &[u8], streams: usize, _ahead: usize) -> u64 {
    let lines = bytes.as_chunks::<LINE>().0;
    let streams = if STREAMS.contains(&streams) { streams } else { 1 };
    let run = lines.len() / streams;
    let streamed = (0..run).flat_map(|i| (0..streams).map(move |s| s * run + i)).map(|i| &lines[i]);
    streamed.chain(&lines[streams * run..]).fold(0, |sum, line| sum.wrapping_add(sum_of_line(line)))
}

/// The wrapping sum of the 64-bit words of one line.
#[inline]
pub fn sum_of_line(line: &[u8; LINE]) -> u64 {
    line.as_chunks::<8>().0.iter().fold(0, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word)))
}

/// Multiplies and adds integers in registers alone, `rounds` times; returns the number of multiply-adds.
///
/// Every product depends on the sum before it, so the compiler cannot drop any.
pub fn multiply_int8(rounds: usize) -> u64 {
    let factor = black_box(5_i32);
    run_chains::<_, CHAINS>((rounds, 1), |i| i as i32, |sum| sum.wrapping_mul(factor).wrapping_add(3))
}

/// The same with fused multiply-adds in single precision.
pub fn multiply_f32(rounds: usize) -> u64 {
    let factor = black_box(0.5_f32);
    run_chains::<_, CHAINS>((rounds, 1), |i| i as f32, |sum| sum.mul_add(factor, 1.0))
}

/// Advances `N` independent chains of multiply-adds `rounds` times: `first(i)` begins chain i and `next` adds to it.
/// Returns the number of multiply-adds; one `next` counts as `lanes`.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // An index keeps the chains in registers.
pub fn run_chains<T: Copy, const N: usize>(
    (rounds, lanes): (usize, usize),
    first: impl Fn(usize) -> T,
    next: impl Fn(T) -> T,
) -> u64 {
    let mut sums: [T; N] = std::array::from_fn(first);
    for _ in 0..rounds {
        for i in 0..N {
            sums[i] = next(sums[i]);
        }
    }
    black_box(sums);
    (rounds * N * lanes) as u64
}
