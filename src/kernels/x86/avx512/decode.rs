//! One row of integer activations, as in the AVX2 kernel but 128 outputs, one cache line of a weight row, at a time.
//!
//! The bytes of four rows are interleaved, so that `vpdpbusd` multiplies four inputs of an output and adds them in 32 bits.

use std::arch::x86_64::*;

use super::{to_output_order, unpack_four, zeros_and_scales};
use crate::kernels::layout::{BLOCK, GroupRow, QuantRow, Run, Start};
use crate::kernels::x86::avx2;
use crate::kernels::x86::walk::{Ahead, Block, Place, Route};

/// Outputs in one step: 64 bytes of a weight row.
const STEP: usize = 128;

/// See [`crate::kernels::scalar::awq_int_run`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
pub fn awq_int_run(run: &mut Run, x: &QuantRow, inputs: usize, next: Option<&Start>) {
    let wide = run.columns.len() / STEP * STEP;
    let end = run.inputs.end.min(run.inputs.start + inputs);
    if wide < run.columns.len() {
        avx2::decode::awq_int_run(&mut run.beyond(wide), x, inputs, None);
    }
    match x.planes {
        _ if wide == 0 => {}
        1 => wide_run::<1>(run, x, end, next),
        _ => wide_run::<2>(run, x, end, next),
    }
    (run.inputs.start, run.asked) = (end, true);
}

/// Takes all outputs of a run that fill steps to input `end`, with `P` planes of activations.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn wide_run<const P: usize>(run: &mut Run, x: &QuantRow, end: usize, next: Option<&Start>) {
    let (w, column, first) = (run.w, run.columns.start, run.inputs.start);
    let width = run.columns.len() / STEP * STEP / 2;
    let route = Route::of(run, width, next);
    let mut padded = Vec::new();
    for start in (first..end).step_by(BLOCK) {
        let block = Block::of(&w, start, column, width, &mut padded);
        let place = Place::of(&w, run.segment(start), start, column);
        let (sums, out) = (run.sums.as_chunks_mut::<STEP>().0, run.out.as_chunks_mut::<STEP>().0);
        add_rows::<P>(&block, x, (start, place), route.ahead(start - first), sums, out);
    }
}

/// Adds the products of a block of rows, `start` on, to all sums, and ends the segment where `place` says so.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn add_rows<const P: usize>(
    block: &Block,
    x: &QuantRow,
    (start, place): (usize, Place),
    mut ahead: Ahead,
    sums: &mut [[i32; STEP]],
    out: &mut [[f32; STEP]],
) {
    let plane = x.codes.len() / P;
    let (mut fours, mut subs) = ([[0_i32; BLOCK / 4]; P], [0_i32; P]);
    for p in 0..P {
        let codes = &x.codes[p * plane + start..][..BLOCK];
        for (four, codes) in fours[p].iter_mut().zip(codes.as_chunks::<4>().0) {
            *four = i32::from_le_bytes(codes.map(|c| c as u8));
        }
        subs[p] = i32::from(x.subs[(p * plane + start) / BLOCK]);
    }
    let ending = place.ending(x);
    for (s, (sums, y)) in sums.iter_mut().zip(out).enumerate() {
        place.ask_scales::<STEP>(s);
        // SAFETY: `step` answers for 64 bytes of each of the 16 rows.
        let acc = unsafe { add_step(block.step(s, STEP / 2), block.stride, &fours, &mut ahead) };
        let to: *mut __m512i = sums.as_mut_ptr().cast();
        let mut totals = [_mm512_setzero_si512(); 8];
        for n in 0..8 {
            if !place.begins {
                // SAFETY: `sums` holds eight vectors.
                totals[n] = unsafe { _mm512_loadu_si512(to.add(n)) };
            }
            for p in 0..P {
                // A block's sum fits 16 bits, the low half of its lane: the high half is multiplied by zero.
                totals[n] = _mm512_dpwssd_epi32(totals[n], acc[p][n / 2][n % 2], _mm512_set1_epi32(subs[p]));
            }
        }
        match ending {
            Some(activations) => finish(&place.group, place.column + s * STEP, activations, totals, y),
            None => {
                for n in 0..8 {
                    // SAFETY: `sums` holds eight vectors.
                    unsafe { _mm512_storeu_si512(to.add(n), totals[n]) };
                }
            }
        }
    }
}

/// The sums of 16 rows of 128 outputs, `[plane][word of a lane][nibble]`, asking for a line ahead with each row.
///
/// # Safety
/// For every r < 16, the 64 bytes from `base + r * stride` on must lie inside one allocation.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
unsafe fn add_step<const P: usize>(
    base: *const u8,
    stride: usize,
    fours: &[[i32; BLOCK / 4]; P],
    ahead: &mut Ahead,
) -> [[[__m512i; 2]; 4]; P] {
    let mask = _mm512_set1_epi8(15);
    let mut acc = [[[_mm512_setzero_si512(); 2]; 4]; P];
    let mut add_four = |four: usize| {
        ahead.ask::<4>();
        // SAFETY: the caller vouches for every row.
        let row = |r: usize| unsafe { _mm512_loadu_si512(base.add((4 * four + r) * stride).cast()) };
        let words = unpack_four([row(0), row(1), row(2), row(3)]);
        for j in 0..4 {
            let low = _mm512_and_si512(words[j], mask);
            let high = _mm512_and_si512(_mm512_srli_epi16::<4>(words[j]), mask);
            for p in 0..P {
                let x = _mm512_set1_epi32(fours[p][four]);
                acc[p][j][0] = _mm512_dpbusd_epi32(acc[p][j][0], low, x);
                acc[p][j][1] = _mm512_dpbusd_epi32(acc[p][j][1], high, x);
            }
        }
    };
    // Spelled out, because the compiler keeps the sums in memory where it leaves this a loop.
    add_four(0);
    add_four(1);
    add_four(2);
    add_four(3);
    acc
}

/// Ends a segment for 128 outputs: takes off the zero points and applies the scales.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c")]
fn finish(group: &GroupRow, o: usize, (sum, scale): (i32, f32), totals: [__m512i; 8], y: &mut [f32; STEP]) {
    let (sum, scale) = (_mm512_set1_epi32(sum), _mm512_set1_ps(scale));
    for pair in 0..2 {
        // Words of eight outputs: [j, j + 4] and [j + 8, j + 12] of an even j, then of the next one.
        let even = to_output_order(totals[4 * pair], totals[4 * pair + 1]);
        let odd = to_output_order(totals[4 * pair + 2], totals[4 * pair + 3]);
        for half in 0..2 {
            let first = _mm512_shuffle_i64x2::<0x44>(even[half], odd[half]);
            let last = _mm512_shuffle_i64x2::<0xee>(even[half], odd[half]);
            for (word, total) in [(2 * pair + 8 * half, first), (2 * pair + 8 * half + 4, last)] {
                let (zeros, scales) = zeros_and_scales(group, o + 8 * word);
                let total = _mm512_cvtepi32_ps(_mm512_sub_epi32(total, _mm512_mullo_epi32(zeros, sum)));
                let y = &mut y[8 * word..8 * word + 16];
                // SAFETY: `y` is 16 numbers.
                unsafe {
                    let new = _mm512_fmadd_ps(total, _mm512_mul_ps(scales, scale), _mm512_loadu_ps(y.as_ptr()));
                    _mm512_storeu_ps(y.as_mut_ptr(), new);
                }
            }
        }
    }
}
