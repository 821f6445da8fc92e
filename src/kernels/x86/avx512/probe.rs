//! The ceilings of AVX-512.

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::kernels::probe::{CHAINS, run_chains};

crate::kernels::template::read_sum_kernel!("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c");

/// See [`multiply_int8`](crate::kernels::probe::multiply_int8): `vpdpbusd`, 64 multiply-adds a vector.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn multiply_int8(rounds: usize) -> u64 {
    let factor = _mm512_set1_epi16(black_box(0x0503));
    let next = |sum| _mm512_dpbusd_epi32(sum, factor, factor);
    run_chains::<_, CHAINS>((rounds, 64), |_| _mm512_setzero_si512(), next)
}

/// See [`multiply_f32`](crate::kernels::probe::multiply_f32): `vfmadd`, 16 multiply-adds a vector.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn multiply_f32(rounds: usize) -> u64 {
    let (factor, one) = (_mm512_set1_ps(black_box(0.5)), _mm512_set1_ps(1.0));
    run_chains::<_, CHAINS>((rounds, 16), |_| _mm512_setzero_ps(), |sum| _mm512_fmadd_ps(sum, factor, one))
}
