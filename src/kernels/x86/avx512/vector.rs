//! AVX-512 vectors: what the kernels of `kernels::template` are written in.

use std::arch::x86_64::*;

use crate::kernels::layout::{DEFAULT_ZERO, Float, GroupRow, NIBBLE_SHIFT};
use crate::kernels::scalar::LANES;
use crate::kernels::x86::avx2::vector as avx2;
pub use crate::kernels::x86::prefetch::{LINE, prefetch, prefetch_near};

/// Numbers of a vector.
pub const WIDTH: usize = 16;
/// A vector of f32.
pub type F32s = __m512;
/// A vector of i32, as many as [`F32s`] has numbers.
pub type I32s = __m512i;
/// A vector of u64.
pub type U64s = __m512i;

/// Zeros.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn zero() -> F32s {
    _mm512_setzero_ps()
}

/// `x` in every lane.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn splat(x: f32) -> F32s {
    _mm512_set1_ps(x)
}

/// a + b.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn add(a: F32s, b: F32s) -> F32s {
    _mm512_add_ps(a, b)
}

/// a * b + c, rounded once.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn mul_add(a: F32s, b: F32s, c: F32s) -> F32s {
    _mm512_fmadd_ps(a, b, c)
}

/// The [`WIDTH`] numbers from `at` on.
///
/// # Safety
/// `at` must be valid for reads of [`WIDTH`] numbers; it need not be aligned.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub unsafe fn load(at: *const f32) -> F32s {
    // SAFETY: the caller keeps the contract; the load is unaligned.
    unsafe { _mm512_loadu_ps(at) }
}

/// Writes the [`WIDTH`] numbers from `at` on.
///
/// # Safety
/// `at` must be valid for writes of [`WIDTH`] numbers; it need not be aligned.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub unsafe fn store(at: *mut f32, numbers: F32s) {
    // SAFETY: the caller keeps the contract; the store is unaligned.
    unsafe { _mm512_storeu_ps(at, numbers) }
}

/// [`WIDTH`] little-endian numbers of a kind from `at` on, exactly.
///
/// # Safety
/// `at` must be valid for reads of `WIDTH * kind.size()` bytes; it need not be aligned.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub unsafe fn load_as(at: *const u8, kind: Float) -> F32s {
    // SAFETY: the caller keeps the contract; every load is unaligned and reads `WIDTH` numbers of the kind.
    unsafe {
        match kind {
            // With the current rounding mode, which changes nothing here, the conversion can read from memory itself.
            Float::F16 => _mm512_cvt_roundph_ps::<_MM_FROUND_CUR_DIRECTION>(_mm256_loadu_si256(at.cast())),
            Float::Bf16 => {
                let wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(at.cast()));
                _mm512_castsi512_ps(_mm512_slli_epi32::<16>(wide))
            }
            Float::F32 => _mm512_loadu_ps(at.cast()),
        }
    }
}

/// The 4-bit codes of [`WIDTH`] neighbouring outputs, `o` on, in a row of words.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn codes(row: &[u8], o: usize) -> I32s {
    let words = &row[o / 2..o / 2 + 8];
    // SAFETY: the slice is the eight bytes that are read.
    let words = unsafe { _mm_loadl_epi64(words.as_ptr().cast()) };
    let word_of_lane = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    let words = _mm512_permutexvar_epi32(word_of_lane, _mm512_castsi128_si512(words));
    // SAFETY: `NIBBLE_SHIFT` is eight numbers of 32 bits; the load is unaligned.
    let shifts = _mm512_broadcast_i64x4(unsafe { _mm256_loadu_si256(NIBBLE_SHIFT.as_ptr().cast()) });
    _mm512_and_si512(_mm512_srlv_epi32(words, shifts), _mm512_set1_epi32(15))
}

/// a - b as f32. Exact: codes and zero points lie in 0..16.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn subtract_to_f32(a: I32s, b: I32s) -> F32s {
    _mm512_cvtepi32_ps(_mm512_sub_epi32(a, b))
}

/// The zero points and scales of [`WIDTH`] neighbouring outputs of a group, `o` on.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn zeros_and_scales(group: &GroupRow, o: usize) -> (I32s, F32s) {
    let zeros = match group.zeros {
        Some(row) => codes(row, o),
        None => _mm512_set1_epi32(DEFAULT_ZERO),
    };
    let size = group.scale_type.size();
    let scales = &group.scales[o * size..(o + WIDTH) * size];
    // SAFETY: the slice is the `WIDTH` numbers that are read.
    (zeros, unsafe { load_as(scales.as_ptr(), group.scale_type) })
}

/// Zeros.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn zero_u64() -> U64s {
    _mm512_setzero_si512()
}

/// The bytes from `at` on, as many as a vector has.
///
/// # Safety
/// `at` must be valid for reads of `size_of::<U64s>()` bytes; it need not be aligned.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub unsafe fn load_u64(at: *const u8) -> U64s {
    // SAFETY: the caller keeps the contract; the load is unaligned.
    unsafe { _mm512_loadu_si512(at.cast()) }
}

/// a + b, wrapping.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn add_u64(a: U64s, b: U64s) -> U64s {
    _mm512_add_epi64(a, b)
}

/// The wrapping sum of the lanes.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn sum_u64(a: U64s) -> u64 {
    _mm512_reduce_add_epi64(a).cast_unsigned()
}

/// The sum of lanes, in the order of [`fold`](crate::kernels::scalar::fold).
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn fold_sum(lanes: &[f32; LANES]) -> f32 {
    // SAFETY: the array holds two vectors.
    let (low, high) = unsafe { (load(lanes.as_ptr()), load(lanes.as_ptr().add(WIDTH))) };
    let sums = _mm512_castps_pd(_mm512_add_ps(low, high));
    let (low, high) = (_mm512_castpd512_pd256(sums), _mm512_extractf64x4_pd::<1>(sums));
    avx2::fold_sum_of_8(_mm256_add_ps(_mm256_castpd_ps(low), _mm256_castpd_ps(high)))
}

/// The maximum of lanes, in the order of [`fold_max`](crate::kernels::attention::fold_max).
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn fold_max(lanes: &[f32; LANES]) -> f32 {
    // SAFETY: the array holds two vectors.
    let (low, high) = unsafe { (load(lanes.as_ptr()), load(lanes.as_ptr().add(WIDTH))) };
    let tops = _mm512_castps_pd(_mm512_max_ps(high, low));
    let (low, high) = (_mm512_castpd512_pd256(tops), _mm512_extractf64x4_pd::<1>(tops));
    avx2::fold_max_of_8(_mm256_max_ps(_mm256_castpd_ps(high), _mm256_castpd_ps(low)))
}
