//! The ceilings of NEON.

use std::arch::aarch64::*;
use std::hint::black_box;

use super::gemm::sdot;
use crate::kernels::probe::run_chains;

/// Independent chains of multiply-adds: the largest cores start four a cycle and take four cycles for each. More chains
/// than this do not fit the registers.
const CHAINS: usize = 24;

crate::kernels::template::read_sum_kernel!("neon");

/// See [`multiply_int8`](crate::kernels::probe::multiply_int8): `smlal`, 8 multiply-adds a vector.
#[target_feature(enable = "neon")]
pub fn multiply_int8(rounds: usize) -> u64 {
    let factor = vdup_n_s8(black_box(3));
    let next = |sum| vmlal_s8(sum, vget_low_s8(vreinterpretq_s8_s16(sum)), factor);
    run_chains::<_, CHAINS>((rounds, 8), |i| vdupq_n_s16(i as i16), next)
}

/// See [`multiply_int8`](crate::kernels::probe::multiply_int8): `sdot`, 16 multiply-adds a vector.
#[target_feature(enable = "neon,dotprod")]
pub fn multiply_int8_dotprod(rounds: usize) -> u64 {
    let factor = vdupq_n_s8(black_box(3));
    run_chains::<_, CHAINS>((rounds, 16), |i| vdupq_n_s32(i as i32), |sum| sdot::<0>(sum, factor, factor))
}

/// See [`multiply_f32`](crate::kernels::probe::multiply_f32): `fmla`, 4 multiply-adds a vector.
#[target_feature(enable = "neon")]
pub fn multiply_f32(rounds: usize) -> u64 {
    // `fmla` overwrites what it adds to, so a sum is added to itself times zero.
    let factor = vdupq_n_f32(black_box(0.0));
    run_chains::<_, CHAINS>((rounds, 4), |i| vdupq_n_f32(i as f32), |sum| vfmaq_f32(sum, sum, factor))
}
