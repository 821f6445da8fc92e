//! What AVX-512 can do at best. See [`crate::kernels::probe`].

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::kernels::probe::{self, CHAINS, LINE};
use crate::kernels::x86::gemv_prefetch::prefetch;

/// See [`probe::read_sum`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn read_sum(bytes: &[u8], streams: usize, ahead: usize) -> u64 {
    match streams {
        2 => read_streams::<2>(bytes, ahead),
        4 => read_streams::<4>(bytes, ahead),
        8 => read_streams::<8>(bytes, ahead),
        _ => read_streams::<1>(bytes, ahead),
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn read_streams<const S: usize>(bytes: &[u8], ahead: usize) -> u64 {
    let lines = bytes.as_chunks::<LINE>().0;
    let run = lines.len() / S;
    let mut total = _mm512_setzero_si512();
    for i in 0..run {
        for s in 0..S {
            let line = &lines[s * run + i];
            if ahead > 0 {
                prefetch(line.as_ptr().wrapping_add(ahead));
            }
            // SAFETY: a line is 64 bytes; the load is unaligned.
            total = _mm512_add_epi64(total, unsafe { _mm512_loadu_si512(line.as_ptr().cast()) });
        }
    }
    let sum = _mm512_reduce_add_epi64(total) as u64;
    lines[S * run..].iter().fold(sum, |sum, line| sum.wrapping_add(probe::sum_of_line(line)))
}

/// See [`probe::multiply_int8`]: `vpdpbusd`, 64 multiply-adds a vector.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn multiply_int8(rounds: usize) -> u64 {
    let factor = _mm512_set1_epi16(black_box(0x0503));
    let mut sums = [_mm512_setzero_si512(); CHAINS];
    for _ in 0..rounds {
        for i in 0..CHAINS {
            sums[i] = _mm512_dpbusd_epi32(sums[i], factor, factor);
        }
    }
    black_box(sums);
    (rounds * CHAINS * 64) as u64
}

/// See [`probe::multiply_f32`]: `vfmadd`, 16 multiply-adds a vector.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn multiply_f32(rounds: usize) -> u64 {
    let (factor, one) = (_mm512_set1_ps(black_box(0.5)), _mm512_set1_ps(1.0));
    let mut sums = [_mm512_setzero_ps(); CHAINS];
    for _ in 0..rounds {
        for i in 0..CHAINS {
            sums[i] = _mm512_fmadd_ps(sums[i], factor, one);
        }
    }
    black_box(sums);
    (rounds * CHAINS * 16) as u64
}
