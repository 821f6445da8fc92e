//! What NEON can do at best. See [`probe`].

use std::arch::aarch64::*;
use std::hint::black_box;

use super::panel::sdot;
use super::prefetch;
use crate::kernels::probe::{self, LINE};

/// Sums that run side by side in the multiply loops: the largest cores start four multiply-adds a cycle and take four
/// cycles for each; more than this do not fit the registers.
const CHAINS: usize = 24;

/// See [`probe::read_sum`].
#[target_feature(enable = "neon")]
pub fn read_sum(bytes: &[u8], streams: usize, ahead: usize) -> u64 {
    match streams {
        2 => read_streams::<2>(bytes, ahead),
        4 => read_streams::<4>(bytes, ahead),
        8 => read_streams::<8>(bytes, ahead),
        _ => read_streams::<1>(bytes, ahead),
    }
}

#[target_feature(enable = "neon")]
fn read_streams<const S: usize>(bytes: &[u8], ahead: usize) -> u64 {
    let lines = bytes.as_chunks::<LINE>().0;
    let run = lines.len() / S;
    let mut sums = [vdupq_n_u64(0); 4];
    for i in 0..run {
        for s in 0..S {
            let line = &lines[s * run + i];
            if ahead > 0 {
                prefetch(line.as_ptr().wrapping_add(ahead));
            }
            for (quarter, sum) in line.as_chunks::<16>().0.iter().zip(&mut sums) {
                // SAFETY: `quarter` is 16 bytes; loads of bytes need no alignment.
                *sum = vaddq_u64(*sum, vreinterpretq_u64_u8(unsafe { vld1q_u8(quarter.as_ptr()) }));
            }
        }
    }
    let sum = vaddvq_u64(vaddq_u64(vaddq_u64(sums[0], sums[1]), vaddq_u64(sums[2], sums[3])));
    lines[S * run..].iter().fold(sum, |sum, line| sum.wrapping_add(probe::sum_of_line(line)))
}

/// See [`probe::multiply_int8`]: `smlal`, 8 multiply-adds a vector.
#[target_feature(enable = "neon")]
pub fn multiply_int8(rounds: usize) -> u64 {
    let factor = vdup_n_s8(black_box(3));
    let mut sums: [int16x8_t; CHAINS] = std::array::from_fn(|i| vdupq_n_s16(i as i16));
    for _ in 0..rounds {
        for i in 0..CHAINS {
            sums[i] = vmlal_s8(sums[i], vget_low_s8(vreinterpretq_s8_s16(sums[i])), factor);
        }
    }
    black_box(sums);
    (rounds * CHAINS * 8) as u64
}

/// See [`probe::multiply_int8`]: `sdot`, 16 multiply-adds a vector.
#[target_feature(enable = "neon,dotprod")]
pub fn multiply_int8_dotprod(rounds: usize) -> u64 {
    let factor = vdupq_n_s8(black_box(3));
    let mut sums: [int32x4_t; CHAINS] = std::array::from_fn(|i| vdupq_n_s32(i as i32));
    for _ in 0..rounds {
        for i in 0..CHAINS {
            sums[i] = sdot::<0>(sums[i], factor, factor);
        }
    }
    black_box(sums);
    (rounds * CHAINS * 16) as u64
}

/// See [`probe::multiply_f32`]: `fmla`, 4 multiply-adds a vector.
#[target_feature(enable = "neon")]
pub fn multiply_f32(rounds: usize) -> u64 {
    // `fmla` overwrites what it adds to, so the sum is added to itself times nothing.
    let factor = vdupq_n_f32(black_box(0.0));
    let mut sums: [float32x4_t; CHAINS] = std::array::from_fn(|i| vdupq_n_f32(i as f32));
    for _ in 0..rounds {
        for i in 0..CHAINS {
            sums[i] = vfmaq_f32(sums[i], sums[i], factor);
        }
    }
    black_box(sums);
    (rounds * CHAINS * 4) as u64
}
