//! What a machine can do at best: loops that only read, or only multiply. The ceilings beside which rates are shown.
//!
//! The functions here are those of the scalar table; every instruction set has its own, in its own vectors.

use std::hint::black_box;

pub use super::aligned::LINE;
/// The numbers of streams that [`read_sum`] has loops for.
pub const STREAMS: [usize; 4] = [1, 2, 4, 8];
/// Sums that run side by side in the multiply loops: enough to hide the latency of a multiply-add.
pub const CHAINS: usize = 12;

/// Reads the whole [`LINE`]s of `bytes` and returns the wrapping sum of their little-endian 64-bit words.
///
/// The lines are cut into `streams` runs of equal length (one of [`STREAMS`]; any other number is taken as one), which
/// are walked side by side, each with a software prefetch `ahead` bytes in front of it where that is not zero. The scalar
/// loop has no prefetch to give.
pub fn read_sum(bytes: &[u8], streams: usize, _ahead: usize) -> u64 {
    let lines = bytes.as_chunks::<LINE>().0;
    let streams = if STREAMS.contains(&streams) { streams } else { 1 };
    let run = lines.len() / streams;
    let walked = (0..run).flat_map(|i| (0..streams).map(move |s| s * run + i)).map(|i| &lines[i]);
    walked.chain(&lines[streams * run..]).fold(0, |sum, line| sum.wrapping_add(sum_of_line(line)))
}

/// The wrapping sum of the words of one line.
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

/// Advances `N` independent chains of multiply-adds `rounds` times: `first(i)` begins chain i and `next` adds to it. Returns the
/// number of multiply-adds; one `next` counts as `lanes`.
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
