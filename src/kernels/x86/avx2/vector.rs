//! AVX2 vectors: what the kernels of `kernels::template` are written in.

use std::arch::x86_64::*;

use crate::kernels::layout::{DEFAULT_ZERO, Float, GroupRow, NIBBLE_SHIFT, word_at};
use crate::kernels::scalar::LANES;
pub use crate::kernels::x86::prefetch::{LINE, prefetch, prefetch_near};

/// Numbers of a vector.
pub const WIDTH: usize = 8;
/// A vector of f32.
pub type F32s = __m256;
/// A vector of i32, as many as [`F32s`] has numbers.
pub type I32s = __m256i;
/// A vector of u64.
pub type U64s = __m256i;

/// Zeros.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn zero() -> F32s {
    _mm256_setzero_ps()
}

/// `x` in every lane.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn splat(x: f32) -> F32s {
    _mm256_set1_ps(x)
}

/// a + b.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn add(a: F32s, b: F32s) -> F32s {
    _mm256_add_ps(a, b)
}

/// a * b + c, rounded once.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn mul_add(a: F32s, b: F32s, c: F32s) -> F32s {
    _mm256_fmadd_ps(a, b, c)
}

/// The [`WIDTH`] numbers from `at` on.
///
/// # Safety
/// `at` must be valid for reads of [`WIDTH`] numbers; it need not be aligned.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub unsafe fn load(at: *const f32) -> F32s {
    // SAFETY: the caller keeps the contract; the load is unaligned.
    unsafe { _mm256_loadu_ps(at) }
}

/// Writes the [`WIDTH`] numbers from `at` on.
///
/// # Safety
/// `at` must be valid for writes of [`WIDTH`] numbers; it need not be aligned.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub unsafe fn store(at: *mut f32, numbers: F32s) {
    // SAFETY: the caller keeps the contract; the store is unaligned.
    unsafe { _mm256_storeu_ps(at, numbers) }
}

/// [`WIDTH`] little-endian numbers of a kind from `at` on, exactly.
///
/// # Safety
/// `at` must be valid for reads of `WIDTH * kind.size()` bytes; it need not be aligned.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub unsafe fn load_as(at: *const u8, kind: Float) -> F32s {
    // SAFETY: the caller keeps the contract; every load is unaligned and reads `WIDTH` numbers of the kind.
    unsafe {
        match kind {
            Float::F16 => _mm256_cvtph_ps(_mm_loadu_si128(at.cast())),
            Float::Bf16 => {
                let wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(at.cast()));
                _mm256_castsi256_ps(_mm256_slli_epi32::<16>(wide))
            }
            Float::F32 => _mm256_loadu_ps(at.cast()),
        }
    }
}

/// The 4-bit codes of [`WIDTH`] neighbouring outputs, `o` on, in a row of words.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn codes(row: &[u8], o: usize) -> I32s {
    // SAFETY: `NIBBLE_SHIFT` is eight numbers of 32 bits; the load is unaligned.
    let shifts = unsafe { _mm256_loadu_si256(NIBBLE_SHIFT.as_ptr().cast()) };
    let word = _mm256_set1_epi32(word_at(row, o / 8).cast_signed());
    _mm256_and_si256(_mm256_srlv_epi32(word, shifts), _mm256_set1_epi32(15))
}

/// a - b as f32. Exact: codes and zero points lie in 0..16.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn subtract_to_f32(a: I32s, b: I32s) -> F32s {
    _mm256_cvtepi32_ps(_mm256_sub_epi32(a, b))
}

/// The zero points and scales of [`WIDTH`] neighbouring outputs of a group, `o` on.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn zeros_and_scales(group: &GroupRow, o: usize) -> (I32s, F32s) {
    let zeros = match group.zeros {
        Some(row) => codes(row, o),
        None => _mm256_set1_epi32(DEFAULT_ZERO),
    };
    let size = group.scale_type.size();
    let scales = &group.scales[o * size..(o + WIDTH) * size];
    // SAFETY: the slice is the `WIDTH` numbers that are read.
    (zeros, unsafe { load_as(scales.as_ptr(), group.scale_type) })
}

/// Zeros.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn zero_u64() -> U64s {
    _mm256_setzero_si256()
}

/// The bytes from `at` on, as many as a vector has.
///
/// # Safety
/// `at` must be valid for reads of `size_of::<U64s>()` bytes; it need not be aligned.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub unsafe fn load_u64(at: *const u8) -> U64s {
    // SAFETY: the caller keeps the contract; the load is unaligned.
    unsafe { _mm256_loadu_si256(at.cast()) }
}

/// a + b, wrapping.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn add_u64(a: U64s, b: U64s) -> U64s {
    _mm256_add_epi64(a, b)
}

/// The wrapping sum of the lanes.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn sum_u64(a: U64s) -> u64 {
    let mut lanes = [0_u64; 4];
    // SAFETY: `lanes` is 32 bytes; the store is unaligned.
    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), a) };
    lanes.into_iter().fold(0, u64::wrapping_add)
}

/// The sum of lanes, in the order of [`fold`](crate::kernels::scalar::fold).
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn fold_sum(lanes: &[f32; LANES]) -> f32 {
    let at = lanes.as_ptr();
    // SAFETY: the array holds four vectors.
    let [a, b, c, d] = unsafe { [load(at), load(at.add(WIDTH)), load(at.add(2 * WIDTH)), load(at.add(3 * WIDTH))] };
    fold_sum_of_8(add(add(a, c), add(b, d)))
}

/// The last steps of [`fold_sum`].
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn fold_sum_of_8(lanes: F32s) -> f32 {
    let four = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps::<1>(lanes));
    let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
}

/// The maximum of lanes, in the order of [`fold_max`](crate::kernels::attention::fold_max). `max(b, a)` is b if b > a, else
/// a.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn fold_max(lanes: &[f32; LANES]) -> f32 {
    let at = lanes.as_ptr();
    // SAFETY: the array holds four vectors.
    let [a, b, c, d] = unsafe { [load(at), load(at.add(WIDTH)), load(at.add(2 * WIDTH)), load(at.add(3 * WIDTH))] };
    fold_max_of_8(_mm256_max_ps(_mm256_max_ps(d, b), _mm256_max_ps(c, a)))
}

/// The last steps of [`fold_max`].
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
pub fn fold_max_of_8(lanes: F32s) -> f32 {
    let four = _mm_max_ps(_mm256_extractf128_ps::<1>(lanes), _mm256_castps256_ps128(lanes));
    let two = _mm_max_ps(_mm_movehl_ps(four, four), four);
    _mm_cvtss_f32(_mm_max_ss(_mm_movehdup_ps(two), two))
}
