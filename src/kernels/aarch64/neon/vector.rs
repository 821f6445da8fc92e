//! NEON vectors: what the kernels of `kernels::template` are written in. A vector here is a pair of registers, because
//! one 32-bit word holds the codes of eight outputs and one load of 16 bytes holds eight f16.

use std::arch::aarch64::*;
use std::arch::asm;

pub use crate::kernels::aligned::LINE;
use crate::kernels::attention;
use crate::kernels::layout::{DEFAULT_ZERO, Float, GroupRow, NIBBLE_SHIFT, word_at};
use crate::kernels::scalar::{LANES, fold};

/// Numbers of a vector.
pub const WIDTH: usize = 8;
/// A vector of f32.
pub type F32s = [float32x4_t; 2];
/// A vector of i32, as many as [`F32s`] has numbers.
pub type I32s = [int32x4_t; 2];
/// A vector of u64.
pub type U64s = uint64x2_t;

/// Prefetches the cache line at `at`, which may be any address, into the first-level cache.
#[inline]
pub fn prefetch(at: *const u8) {
    // SAFETY: a prefetch changes nothing that a program can see, and does not fault.
    unsafe { asm!("prfm pldl1keep, [{}]", in(reg) at.addr(), options(nomem, nostack, preserves_flags)) }
}

/// The same: [`prefetch`] reaches the first-level cache already.
pub use prefetch as prefetch_near;

/// Zeros.
#[inline]
#[target_feature(enable = "neon")]
pub fn zero() -> F32s {
    [vdupq_n_f32(0.0); 2]
}

/// `x` in every lane.
#[inline]
#[target_feature(enable = "neon")]
pub fn splat(x: f32) -> F32s {
    [vdupq_n_f32(x); 2]
}

/// a + b.
#[inline]
#[target_feature(enable = "neon")]
pub fn add(a: F32s, b: F32s) -> F32s {
    [vaddq_f32(a[0], b[0]), vaddq_f32(a[1], b[1])]
}

/// a * b + c, rounded once.
#[inline]
#[target_feature(enable = "neon")]
pub fn mul_add(a: F32s, b: F32s, c: F32s) -> F32s {
    [vfmaq_f32(c[0], a[0], b[0]), vfmaq_f32(c[1], a[1], b[1])]
}

/// The [`WIDTH`] numbers from `at` on.
///
/// # Safety
/// `at` must be valid for reads of [`WIDTH`] numbers.
#[inline]
#[target_feature(enable = "neon")]
pub unsafe fn load(at: *const f32) -> F32s {
    // SAFETY: the caller keeps the contract; a load needs no more alignment than its numbers.
    unsafe { [vld1q_f32(at), vld1q_f32(at.add(4))] }
}

/// Writes the [`WIDTH`] numbers from `at` on.
///
/// # Safety
/// `at` must be valid for writes of [`WIDTH`] numbers.
#[inline]
#[target_feature(enable = "neon")]
pub unsafe fn store(at: *mut f32, numbers: F32s) {
    // SAFETY: the caller keeps the contract; a store needs no more alignment than its numbers.
    unsafe {
        vst1q_f32(at, numbers[0]);
        vst1q_f32(at.add(4), numbers[1]);
    }
}

/// [`WIDTH`] little-endian numbers of a kind from `at` on, exactly.
///
/// # Safety
/// `at` must be valid for reads of `WIDTH * kind.size()` bytes; it need not be aligned.
#[inline]
#[target_feature(enable = "neon")]
pub unsafe fn load_as(at: *const u8, kind: Float) -> F32s {
    // SAFETY: the caller keeps the contract. Eight numbers are 16 bytes, or 32 where they are f32; loads of bytes need
    // no alignment.
    let (bytes, more) =
        unsafe { (vld1q_u8(at), if kind == Float::F32 { vld1q_u8(at.add(16)) } else { vdupq_n_u8(0) }) };
    match kind {
        Float::F16 => {
            let halves = vreinterpretq_f16_u8(bytes);
            [vcvt_f32_f16(vget_low_f16(halves)), vcvt_high_f32_f16(halves)]
        }
        Float::Bf16 => {
            let halves = vreinterpretq_u16_u8(bytes);
            let wide = [vshll_n_u16::<16>(vget_low_u16(halves)), vshll_high_n_u16::<16>(halves)];
            wide.map(|bits| vreinterpretq_f32_u32(bits))
        }
        Float::F32 => [vreinterpretq_f32_u8(bytes), vreinterpretq_f32_u8(more)],
    }
}

/// The 4-bit codes of [`WIDTH`] neighbouring outputs, `o` on, in a row of words.
#[inline]
#[target_feature(enable = "neon")]
pub fn codes(row: &[u8], o: usize) -> I32s {
    const RIGHT: [i32; 8] = {
        let mut shifts = [0; 8];
        let mut k = 0;
        while k < 8 {
            shifts[k] = -(NIBBLE_SHIFT[k] as i32);
            k += 1;
        }
        shifts
    };
    // SAFETY: RIGHT is eight numbers.
    let right = unsafe { [vld1q_s32(RIGHT.as_ptr()), vld1q_s32(RIGHT.as_ptr().add(4))] };
    let word = vdupq_n_u32(word_at(row, o / 8));
    right.map(|right| vreinterpretq_s32_u32(vandq_u32(vshlq_u32(word, right), vdupq_n_u32(15))))
}

/// a - b as f32. Exact: codes and zero points lie in 0..16.
#[inline]
#[target_feature(enable = "neon")]
pub fn subtract_to_f32(a: I32s, b: I32s) -> F32s {
    [vcvtq_f32_s32(vsubq_s32(a[0], b[0])), vcvtq_f32_s32(vsubq_s32(a[1], b[1]))]
}

/// The zero points and scales of [`WIDTH`] neighbouring outputs of a group, `o` on.
#[inline]
#[target_feature(enable = "neon")]
pub fn zeros_and_scales(group: &GroupRow, o: usize) -> (I32s, F32s) {
    let zeros = match group.zeros {
        Some(row) => codes(row, o),
        None => [vdupq_n_s32(DEFAULT_ZERO); 2],
    };
    let size = group.scale_type.size();
    let scales = &group.scales[o * size..(o + WIDTH) * size];
    // SAFETY: the slice is the `WIDTH` numbers that are read.
    (zeros, unsafe { load_as(scales.as_ptr(), group.scale_type) })
}

/// Zeros.
#[inline]
#[target_feature(enable = "neon")]
pub fn zero_u64() -> U64s {
    vdupq_n_u64(0)
}

/// The bytes from `at` on, as many as a vector has.
///
/// # Safety
/// `at` must be valid for reads of `size_of::<U64s>()` bytes; it need not be aligned.
#[inline]
#[target_feature(enable = "neon")]
pub unsafe fn load_u64(at: *const u8) -> U64s {
    // SAFETY: the caller keeps the contract; loads of bytes need no alignment.
    unsafe { vreinterpretq_u64_u8(vld1q_u8(at)) }
}

/// a + b, wrapping.
#[inline]
#[target_feature(enable = "neon")]
pub fn add_u64(a: U64s, b: U64s) -> U64s {
    vaddq_u64(a, b)
}

/// The wrapping sum of the lanes.
#[inline]
#[target_feature(enable = "neon")]
pub fn sum_u64(a: U64s) -> u64 {
    vaddvq_u64(a)
}

/// The sum of lanes.
#[inline]
#[target_feature(enable = "neon")]
pub fn fold_sum(lanes: &[f32; LANES]) -> f32 {
    fold(*lanes)
}

/// The maximum of lanes.
#[inline]
#[target_feature(enable = "neon")]
pub fn fold_max(lanes: &[f32; LANES]) -> f32 {
    attention::fold_max(lanes)
}
