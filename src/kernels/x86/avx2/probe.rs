//! The ceilings of AVX2.

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::kernels::probe::{CHAINS, run_chains};

crate::kernels::template::read_sum_kernel!("avx2,fma,f16c");

/// See [`multiply_int8`](crate::kernels::probe::multiply_int8): `vpmaddubsw` and `vpaddw`, 32 multiply-adds a vector.
#[target_feature(enable = "avx2,fma,f16c")]
pub fn multiply_int8(rounds: usize) -> u64 {
    let factor = _mm256_set1_epi16(black_box(0x0503));
    let next = |sum| _mm256_add_epi16(sum, _mm256_maddubs_epi16(sum, factor));
    run_chains::<_, CHAINS>((rounds, 32), |i| _mm256_set1_epi8(i as i8), next)
}

/// See [`multiply_f32`](crate::kernels::probe::multiply_f32): `vfmadd`, 8 multiply-adds a vector.
#[target_feature(enable = "avx2,fma,f16c")]
pub fn multiply_f32(rounds: usize) -> u64 {
    let (factor, one) = (_mm256_set1_ps(black_box(0.5)), _mm256_set1_ps(1.0));
    run_chains::<_, CHAINS>((rounds, 8), |i| _mm256_set1_ps(i as f32), |sum| _mm256_fmadd_ps(sum, factor, one))
}
