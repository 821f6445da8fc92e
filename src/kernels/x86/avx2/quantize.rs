//! Quantization of activations, a group of 128 inputs at a time.

use std::arch::x86_64::*;

use crate::kernels::layout::{ACT_BLOCK, ACT_GROUP, QuantRowMut, SUB_MAX, SUM_BLOCK};

/// Blocks of a group: as many as a vector has numbers.
const BLOCKS: usize = ACT_GROUP / ACT_BLOCK;

/// See [`crate::kernels::scalar::quantize`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn quantize(x: &[f32], out: QuantRowMut) {
    let [codes, low_codes] = out.codes.map(|codes| codes.as_chunks_mut::<ACT_GROUP>().0);
    let [subs, low_subs] = out.subs.map(|subs| subs.as_chunks_mut::<BLOCKS>().0);
    let sums = out.sums.as_chunks_mut::<{ ACT_GROUP / SUM_BLOCK }>().0;
    let mut padded = [0.0; ACT_GROUP];
    for (g, x) in x.chunks(ACT_GROUP).enumerate() {
        let x = x.as_array().unwrap_or_else(|| {
            padded[..x.len()].copy_from_slice(x);
            &padded
        });
        let block_largest = largest_of_blocks(x);
        let largest = largest(block_largest);
        let low = low_codes.get_mut(g).zip(low_subs.get_mut(g)).map(|(low_codes, low_subs)| {
            (subs[g], *low_subs) = ([128; BLOCKS], [1; BLOCKS]);
            low_codes
        });
        let (codes, sums) = (&mut codes[g], &mut sums[g]);
        out.scales[g] = if !largest.is_finite() || largest < 1e-30 {
            (*codes, *sums) = ([0; ACT_GROUP], [0; ACT_GROUP / SUM_BLOCK]);
            match low {
                Some(low) => *low = [0; ACT_GROUP],
                None => subs[g] = [1; BLOCKS],
            }
            if largest.is_finite() { 0.0 } else { f32::NAN }
        } else {
            match low {
                Some(low) => quantize_int15(x, largest, codes, low, sums),
                None => quantize_int8(x, largest, block_largest, codes, &mut subs[g], sums),
            }
        };
    }
}

/// Quantizes a group for `int8`. `largest` is its largest magnitude, `block_largest` those of its blocks. Returns the
/// scale.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn quantize_int8(
    x: &[f32; ACT_GROUP],
    largest: f32,
    block_largest: __m256,
    codes: &mut [i8; ACT_GROUP],
    subs: &mut [i16; BLOCKS],
    sums: &mut [i32; ACT_GROUP / SUM_BLOCK],
) -> f32 {
    let step = largest / (127 * SUB_MAX) as f32;
    let parts = _mm256_mul_ps(_mm256_div_ps(block_largest, _mm256_set1_ps(largest)), _mm256_set1_ps(SUB_MAX as f32));
    let sub = _mm256_min_epi32(_mm256_cvttps_epi32(_mm256_ceil_ps(parts)), _mm256_set1_epi32(SUB_MAX));
    let sub = _mm256_max_epi32(sub, _mm256_set1_epi32(1));
    let (mut sub_of, mut step_of) = ([0_i32; BLOCKS], [0.0_f32; BLOCKS]);
    // SAFETY: both arrays are eight numbers of four bytes; the stores are unaligned.
    unsafe {
        _mm256_storeu_si256(sub_of.as_mut_ptr().cast(), sub);
        _mm256_storeu_ps(step_of.as_mut_ptr(), _mm256_mul_ps(_mm256_set1_ps(step), _mm256_cvtepi32_ps(sub)));
    }
    *subs = sub_of.map(|sub| sub as i16);
    let mut totals = [_mm256_setzero_si256(); ACT_GROUP / SUM_BLOCK];
    for s in 0..ACT_GROUP / SUM_BLOCK {
        let mut words = [_mm256_setzero_si256(); 2];
        for b in 0..2 {
            let block = 2 * s + b;
            let step = _mm256_set1_ps(step_of[block]);
            let (low, high) =
                (quantize_vector(x, 2 * block, step, 127.0), quantize_vector(x, 2 * block + 1, step, 127.0));
            // [low 0..4, high 0..4, low 4..8, high 4..8]
            words[b] = _mm256_packs_epi32(low, high);
            let products = _mm256_madd_epi16(words[b], _mm256_set1_epi16(subs[block]));
            totals[s] = _mm256_add_epi32(totals[s], products);
        }
        store_bytes(words, &mut codes[s * SUM_BLOCK..][..SUM_BLOCK]);
    }
    store_sums(totals, sums);
    step
}

/// Quantizes a group for `int15`. `largest` is its largest magnitude. Returns the scale.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn quantize_int15(
    x: &[f32; ACT_GROUP],
    largest: f32,
    high_codes: &mut [i8; ACT_GROUP],
    low_codes: &mut [i8; ACT_GROUP],
    sums: &mut [i32; ACT_GROUP / SUM_BLOCK],
) -> f32 {
    let step = largest / (127 * 128) as f32;
    let mut totals = [_mm256_setzero_si256(); ACT_GROUP / SUM_BLOCK];
    for s in 0..ACT_GROUP / SUM_BLOCK {
        let (mut high, mut low) = ([_mm256_setzero_si256(); 4], [_mm256_setzero_si256(); 4]);
        for v in 0..4 {
            let code = quantize_vector(x, 4 * s + v, _mm256_set1_ps(step), 16256.0);
            high[v] = _mm256_srai_epi32::<7>(_mm256_add_epi32(code, _mm256_set1_epi32(64)));
            low[v] = _mm256_sub_epi32(code, _mm256_slli_epi32::<7>(high[v]));
            totals[s] = _mm256_add_epi32(totals[s], code);
        }
        let words =
            |codes: [__m256i; 4]| [_mm256_packs_epi32(codes[0], codes[1]), _mm256_packs_epi32(codes[2], codes[3])];
        store_bytes(words(high), &mut high_codes[s * SUM_BLOCK..][..SUM_BLOCK]);
        store_bytes(words(low), &mut low_codes[s * SUM_BLOCK..][..SUM_BLOCK]);
    }
    store_sums(totals, sums);
    step
}

/// The codes of vector `v` of a group: x / step, clamped to -`most`..=`most` and rounded to the nearest integer, ties
/// to even.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn quantize_vector(x: &[f32; ACT_GROUP], v: usize, step: __m256, most: f32) -> __m256i {
    let x = &x[8 * v..][..8];
    // SAFETY: `x` is eight numbers; the load is unaligned.
    let x = unsafe { _mm256_loadu_ps(x.as_ptr()) };
    let x = _mm256_max_ps(_mm256_div_ps(x, step), _mm256_set1_ps(-most));
    _mm256_cvtps_epi32(_mm256_min_ps(x, _mm256_set1_ps(most)))
}

/// The largest magnitude of each block, infinite or NaN if one of its numbers is: the bits of non-negative floats have
/// the order of the floats, with infinity and then NaN on top.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn largest_of_blocks(x: &[f32; ACT_GROUP]) -> __m256 {
    let magnitude = _mm256_set1_epi32(i32::MAX);
    let mut m = [_mm256_setzero_si256(); BLOCKS];
    for b in 0..BLOCKS {
        let x = &x[b * ACT_BLOCK..][..ACT_BLOCK];
        // SAFETY: `x` is 16 numbers, two vectors; the loads are unaligned.
        let (low, high) = unsafe {
            let from: *const __m256i = x.as_ptr().cast();
            (_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1)))
        };
        m[b] = _mm256_max_epi32(_mm256_and_si256(low, magnitude), _mm256_and_si256(high, magnitude));
    }
    let max_of_pairs = |a, b| _mm256_max_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let max_of_quads = |a, b| _mm256_max_epi32(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    let (first, last) =
        [0, 4].map(|b| max_of_quads(max_of_pairs(m[b], m[b + 1]), max_of_pairs(m[b + 2], m[b + 3]))).into();
    let lanes = (_mm256_permute2x128_si256::<0x20>(first, last), _mm256_permute2x128_si256::<0x31>(first, last));
    _mm256_castsi256_ps(_mm256_max_epi32(lanes.0, lanes.1))
}

/// The largest of eight magnitudes.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn largest(x: __m256) -> f32 {
    let x = _mm256_castps_si256(x);
    let x = _mm_max_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256::<1>(x));
    let x = _mm_max_epi32(x, _mm_shuffle_epi32::<0b01_00_11_10>(x));
    let x = _mm_max_epi32(x, _mm_shuffle_epi32::<0b10_11_00_01>(x));
    f32::from_bits(_mm_cvtsi128_si32(x) as u32)
}

/// Writes 32 codes. Vectors 0 to 3 of codes were packed in pairs by `vpackssdw`, which interleaves their halves.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn store_bytes(words: [__m256i; 2], to: &mut [i8]) {
    let to = &mut to[..SUM_BLOCK];
    // Four codes in each 32-bit lane: the first halves of vectors 0 to 3, then their second halves.
    let fours = _mm256_packs_epi16(words[0], words[1]);
    let in_order = _mm256_permutevar8x32_epi32(fours, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    // SAFETY: `to` is 32 bytes; the store is unaligned.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), in_order) };
}

/// Writes the sum of the lanes of each of four vectors.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn store_sums(totals: [__m256i; ACT_GROUP / SUM_BLOCK], to: &mut [i32; ACT_GROUP / SUM_BLOCK]) {
    let sum_of_pairs = |a, b| _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let (first, last) = (sum_of_pairs(totals[0], totals[1]), sum_of_pairs(totals[2], totals[3]));
    let sums_of_lanes = _mm256_add_epi32(_mm256_unpacklo_epi64(first, last), _mm256_unpackhi_epi64(first, last));
    let sums = _mm_add_epi32(_mm256_castsi256_si128(sums_of_lanes), _mm256_extracti128_si256::<1>(sums_of_lanes));
    // SAFETY: `to` is four numbers of four bytes; the store is unaligned.
    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), sums) };
}
