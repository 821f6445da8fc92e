//! What AVX2 can do at best. See [`probe`].

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::kernels::probe::{self, CHAINS, LINE};
use crate::kernels::x86::gemv_prefetch::prefetch;

/// See [`probe::read_sum`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn read_sum(bytes: &[u8], streams: usize, ahead: usize) -> u64 {
    match streams {
        2 => read_streams::<2>(bytes, ahead),
        4 => read_streams::<4>(bytes, ahead),
        8 => read_streams::<8>(bytes, ahead),
        _ => read_streams::<1>(bytes, ahead),
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
fn read_streams<const S: usize>(bytes: &[u8], ahead: usize) -> u64 {
    let lines = bytes.as_chunks::<LINE>().0;
    let run = lines.len() / S;
    let mut sums = [_mm256_setzero_si256(); 2];
    for i in 0..run {
        for s in 0..S {
            let line = &lines[s * run + i];
            if ahead > 0 {
                prefetch(line.as_ptr().wrapping_add(ahead));
            }
            for (half, sum) in line.as_chunks::<32>().0.iter().zip(&mut sums) {
                // SAFETY: `half` is 32 bytes; the load is unaligned.
                *sum = _mm256_add_epi64(*sum, unsafe { _mm256_loadu_si256(half.as_ptr().cast()) });
            }
        }
    }
    let mut words = [0_u64; 4];
    // SAFETY: `words` is 32 bytes; the store is unaligned.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), _mm256_add_epi64(sums[0], sums[1])) };
    let sum = words.into_iter().fold(0, u64::wrapping_add);
    lines[S * run..].iter().fold(sum, |sum, line| sum.wrapping_add(probe::sum_of_line(line)))
}

/// See [`probe::multiply_int8`]: `vpmaddubsw` and `vpaddw`, 32 multiply-adds a vector.
#[target_feature(enable = "avx2,fma,f16c")]
pub fn multiply_int8(rounds: usize) -> u64 {
    let factor = _mm256_set1_epi16(black_box(0x0503));
    let mut sums: [__m256i; CHAINS] = std::array::from_fn(|i| _mm256_set1_epi8(i as i8));
    for _ in 0..rounds {
        for i in 0..CHAINS {
            sums[i] = _mm256_add_epi16(sums[i], _mm256_maddubs_epi16(sums[i], factor));
        }
    }
    black_box(sums);
    (rounds * CHAINS * 32) as u64
}

/// See [`probe::multiply_f32`]: `vfmadd`, 8 multiply-adds a vector.
#[target_feature(enable = "avx2,fma,f16c")]
pub fn multiply_f32(rounds: usize) -> u64 {
    let (factor, one) = (_mm256_set1_ps(black_box(0.5)), _mm256_set1_ps(1.0));
    let mut sums: [__m256; CHAINS] = std::array::from_fn(|i| _mm256_set1_ps(i as f32));
    for _ in 0..rounds {
        for i in 0..CHAINS {
            sums[i] = _mm256_fmadd_ps(sums[i], factor, one);
        }
    }
    black_box(sums);
    (rounds * CHAINS * 8) as u64
}
