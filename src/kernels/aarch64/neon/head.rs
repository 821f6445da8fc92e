//! The screened output head: 8-bit weights widened to 16 bits, multiplied with 15-bit activations into 32-bit sums.

use std::arch::aarch64::*;

use super::prefetch;
use crate::kernels::head::{self, HeadInput, HeadRow, Logits, PAD};

/// Activations that share one reading of a row.
const ROWS: usize = 4;

/// See [`head::logits`].
#[target_feature(enable = "neon")]
pub fn logits(codes: &[i8], rows: &[HeadRow], x: &[&HeadInput], out: Logits) {
    for (x, out) in x.chunks(ROWS).zip(out.chunks_mut(ROWS)) {
        match x {
            [a, b, c, d] => some::<4>(codes, rows, [a, b, c, d], out),
            [a, b, c] => some::<3>(codes, rows, [a, b, c], out),
            [a, b] => some::<2>(codes, rows, [a, b], out),
            [a] => some::<1>(codes, rows, [a], out),
            _ => head::logits(codes, rows, x, out),
        }
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn some<const R: usize>(codes: &[i8], rows: &[HeadRow], x: [&HeadInput; R], out: Logits) {
    let width = x[0].codes.len();
    let x = x.map(|x| (&x.codes[..width], x.step));
    for (n, (codes, row)) in codes.chunks_exact(width).zip(rows).enumerate() {
        // Sixteen sums of every sixteenth product, which is what the widest row (`head::WIDEST`) needs.
        let mut sums = [[vdupq_n_s32(0); 4]; R];
        for (i, w) in codes.as_chunks::<PAD>().0.iter().enumerate() {
            // Four rows ahead: rows lie one behind the other, and the last prefetch past the end does nothing.
            prefetch(w.as_ptr().wrapping_add(4 * width).cast());
            for half in 0..2 {
                // SAFETY: `w` is 32 bytes, of which 16 are read from 0 or 16 on.
                let w = unsafe { vld1q_s8(w.as_ptr().add(16 * half)) };
                let w = [vmovl_s8(vget_low_s8(w)), vmovl_high_s8(w)];
                for r in 0..R {
                    let x = &x[r].0[i * PAD + 16 * half..][..16];
                    // SAFETY: `x` is 16 numbers.
                    let x = unsafe { [vld1q_s16(x.as_ptr()), vld1q_s16(x.as_ptr().add(8))] };
                    for v in 0..2 {
                        sums[r][2 * v] = vmlal_s16(sums[r][2 * v], vget_low_s16(w[v]), vget_low_s16(x[v]));
                        sums[r][2 * v + 1] = vmlal_high_s16(sums[r][2 * v + 1], w[v], x[v]);
                    }
                }
            }
        }
        for r in 0..R {
            let sum: i64 = sums[r].into_iter().map(|sum| vaddlvq_s32(sum)).sum();
            out[r][n] = sum as f32 * (row.scale * x[r].1);
        }
    }
}
