//! 4-bit layers for one row of integer activations (gemv). Every weight is read from memory once.
//!
//! The kernel goes through blocks of 16 weight rows over the full width of the task, 64 outputs at a time. The low and
//! the high nibbles of a row are multiplied with its activation and added to 16-bit sums, which 16 rows cannot overflow
//! (15 * 127 * 16 < 2^15). At the end of a block they are multiplied by its sub-scale and added to 32-bit sums. Those
//! keep the order of the nibbles, which [`to_output_order`] expects, until the segment ends.

use std::arch::aarch64::*;

use super::vector::{LINE, prefetch, zeros_and_scales};
use super::{apply_scales, to_output_order};
use crate::kernels::layout::{ACT_BLOCK, ACT_GROUP, Awq4, GemvTask, GroupRow, NextTask, QuantRow, QuantRows};
use crate::kernels::scalar;

/// Outputs in one step: 32 bytes of a weight row.
const STEP: usize = 64;

/// See [`scalar::awq_int_gemv`].
#[target_feature(enable = "neon")]
pub fn awq_int_gemv(task: &mut GemvTask, x: &QuantRows, inputs: usize, next: Option<&NextTask>) {
    // `max_gemv_rows` is 1: more rows are faster in the gemm, so only tests pass them here.
    if task.rows > 1 {
        return scalar::awq_int_gemv(task, x, inputs, next);
    }
    let wide = task.columns.len() / STEP * STEP;
    let end = task.inputs.end.min(task.inputs.start + inputs);
    if wide < task.columns.len() {
        scalar::awq_int_gemv(&mut task.tail(wide), x, inputs, None);
    }
    let row = x.row(task.first_row);
    match x.planes {
        _ if wide == 0 => {}
        1 => wide_gemv::<1>(task, &row, end, next),
        _ => wide_gemv::<2>(task, &row, end, next),
    }
    task.advance_to(end);
}

/// Multiplies the outputs of a task that fill whole steps up to input `end`, with `P` planes of activations.
#[inline]
#[target_feature(enable = "neon")]
fn wide_gemv<const P: usize>(task: &mut GemvTask, x: &QuantRow, end: usize, next: Option<&NextTask>) {
    let (w, column) = (task.w, task.columns.start);
    let wide = task.columns.len() / STEP * STEP;
    for start in (task.inputs.start..end).step_by(ACT_BLOCK) {
        // Prefetch the next block of the task or, during the last one, the first block of the next task.
        let rows = NextTask { w, input: start + ACT_BLOCK, columns: column..column + wide };
        let ahead = if start + ACT_BLOCK < task.inputs.end { Some(&rows) } else { next };
        let segment = task.segment(start);
        let sums = task.sums.as_chunks_mut::<STEP>().0;
        if start == segment.start {
            sums.fill([0; STEP]);
        }
        multiply_block::<P>(&w, x, start, column, ahead, sums);
        if start + ACT_BLOCK >= segment.end {
            let factors = (x.sum(segment.clone()), x.scales[segment.start / ACT_GROUP]);
            let group = w.group(start);
            if task.first_segment {
                task.out[..wide].fill(0.0);
            }
            for (s, (sums, y)) in sums.iter().zip(task.out.as_chunks_mut::<STEP>().0).enumerate() {
                end_segment(&group, column + s * STEP, factors, sums, y);
            }
        }
        task.advance_to(end.min(start + ACT_BLOCK));
    }
}

/// Adds the products of the 16 weight rows from input `start` on to the sums of the outputs from `column` on.
#[inline]
#[target_feature(enable = "neon")]
fn multiply_block<const P: usize>(
    w: &Awq4,
    x: &QuantRow,
    start: usize,
    column: usize,
    ahead: Option<&NextTask>,
    sums: &mut [[i32; STEP]],
) {
    let plane = x.codes.len() / P;
    let codes: [&[i8]; P] = std::array::from_fn(|p| &x.codes[p * plane + start..][..ACT_BLOCK]);
    let subs: [i16; P] = std::array::from_fn(|p| x.subs[(p * plane + start) / ACT_BLOCK]);
    // Rows past the end of the layer read its last row; the activations there are zero.
    let stride = w.row_bytes();
    let rows: [usize; ACT_BLOCK] = std::array::from_fn(|r| (start + r).min(w.inputs - 1) * stride + column / 2);
    let bytes = sums.len() * STEP / 2;
    assert!(rows[ACT_BLOCK - 1] + bytes <= w.qweight.len());
    for (s, sums) in sums.iter_mut().enumerate() {
        if let Some(ahead) = ahead {
            prefetch_block(ahead, s);
        }
        // SAFETY: `bytes` of the last row are inside `qweight` (asserted above) and no other row is beyond it. Step s
        // reads the 32 bytes from 32 * s on, and there are `bytes / 32` steps.
        unsafe { add_step(w.qweight.as_ptr().add(s * (STEP / 2)), &rows, &codes, &subs, sums) };
    }
}

/// Prefetches the eight cache lines of the next 16 rows that correspond to step `s`, in memory order.
#[inline]
#[target_feature(enable = "neon")]
fn prefetch_block(next: &NextTask, s: usize) {
    let stride = next.w.row_bytes();
    let start = next.input * stride + next.columns.start / 2;
    let lines = (next.columns.len() / 2).div_ceil(LINE).max(1);
    let first = s * ACT_BLOCK * (STEP / 2) / LINE;
    let (mut row, mut line) = (first / lines, first % lines);
    for _ in 0..ACT_BLOCK * (STEP / 2) / LINE {
        prefetch(next.w.qweight.as_ptr().wrapping_add(start + row * stride + line * LINE));
        line += 1;
        if line == lines {
            (row, line) = (row + 1, 0);
        }
    }
}

/// Adds the products of 16 weight rows to the sums of 64 outputs.
///
/// # Safety
/// For every `r` of `rows`, `base + r` must be valid for reads of 32 bytes.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn add_step<const P: usize>(
    base: *const u8,
    rows: &[usize; ACT_BLOCK],
    codes: &[&[i8]; P],
    subs: &[i16; P],
    sums: &mut [i32; STEP],
) {
    let mask = vdupq_n_u8(15);
    // [plane][16 bytes of the row][low or high nibbles][first or last eight of them]
    let mut acc = [[[[vdupq_n_s16(0); 2]; 2]; 2]; P];
    for r in 0..ACT_BLOCK {
        for half in 0..2 {
            // SAFETY: the caller guarantees 32 bytes of every row; this reads one half of them.
            let bytes = unsafe { vld1q_u8(base.add(rows[r] + 16 * half)) };
            let nibbles = [vandq_u8(bytes, mask), vshrq_n_u8::<4>(bytes)].map(|n| vreinterpretq_s8_u8(n));
            for p in 0..P {
                let x = vdupq_n_s8(codes[p][r]);
                for n in 0..2 {
                    let [first, last] = &mut acc[p][half][n];
                    *first = vmlal_s8(*first, vget_low_s8(nibbles[n]), vget_low_s8(x));
                    *last = vmlal_high_s8(*last, nibbles[n], x);
                }
            }
        }
    }
    for half in 0..2 {
        for n in 0..2 {
            for pair in 0..2 {
                // Word 4 * half + 2 * pair and the next one; each has four sums of low nibbles, then four of high
                // nibbles.
                let at = 32 * half + 16 * pair + 4 * n;
                // SAFETY: `at` is at most 52, and the last sum that is accessed is at + 8 + 3 = 63 of 64.
                unsafe {
                    let to = sums.as_mut_ptr().add(at);
                    let (mut word, mut next) = (vld1q_s32(to), vld1q_s32(to.add(8)));
                    for p in 0..P {
                        let block = acc[p][half][n][pair];
                        word = vmlal_n_s16(word, vget_low_s16(block), subs[p]);
                        next = vmlal_high_n_s16(next, block, subs[p]);
                    }
                    vst1q_s32(to, word);
                    vst1q_s32(to.add(8), next);
                }
            }
        }
    }
}

/// Ends a segment for 64 outputs: subtracts the zero points, applies the scales and adds to `y`. `factors` are the
/// integer sum and the scale of the activations.
#[inline]
#[target_feature(enable = "neon")]
fn end_segment(group: &GroupRow, o: usize, factors: (i32, f32), sums: &[i32; STEP], y: &mut [f32; STEP]) {
    let words = sums.as_chunks::<8>().0.iter().zip(y.as_chunks_mut::<8>().0);
    for (word, (sums, y)) in words.enumerate() {
        let (zeros, scales) = zeros_and_scales(group, o + 8 * word);
        // SAFETY: `sums` is eight numbers.
        let (low, high) = unsafe { (vld1q_s32(sums.as_ptr()), vld1q_s32(sums.as_ptr().add(4))) };
        for (part, total) in to_output_order(low, high).into_iter().enumerate() {
            // SAFETY: `y` is eight numbers, `part` 0 or 1.
            unsafe {
                let y = y.as_mut_ptr().add(4 * part);
                vst1q_f32(y, apply_scales(total, factors, zeros[part], scales[part], vld1q_f32(y)));
            }
        }
    }
}
