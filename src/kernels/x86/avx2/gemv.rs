//! 4-bit layers for a few rows of integer activations (gemv). Every weight is read from memory once, in long ranges.
//!
//! The kernel goes through blocks of 16 weight rows over the full width of the task, 64 outputs at a time. It
//! interleaves the bytes of two rows before it masks out the nibbles, so `vpmaddubsw` multiplies two inputs and adds
//! the products, for 16 outputs at once. The sum of a block fits 16 bits (15 * 127 * 16 < 2^15). `vpmaddwd` then widens
//! it to 32 bits and applies the sub-scale of the block. The 32-bit sums keep the order that the nibbles have until the
//! segment ends.
//!
//! The registers hold two sets of 16-bit sums of 64 outputs: those of two blocks, of two planes of a block, or of two
//! rows of activations. If both sets belong to the same 32-bit sums, they are interleaved and widened together
//! ([`widen_pair`]), otherwise each on its own ([`widen_one`]). Further rows of activations unpack the same weights
//! again, which costs less than to store them unpacked: the weights are in the first-level cache by then.

use std::arch::asm;
use std::arch::x86_64::*;

use super::vector::zeros_and_scales;
use crate::kernels::layout::{ACT_BLOCK, GemvTask, GroupRow, NextTask, QuantRow, QuantRows, TILE};
use crate::kernels::scalar;
use crate::kernels::x86::gemv_prefetch::{
    GemvPrefetcher, LINES_PER_STEP, PrefetchLines, PrefetchStreams, SegmentPosition, WeightBlock,
};
use crate::kernels::x86::prefetch::STREAMS;

/// Outputs in one step: 32 bytes of a weight row.
const STEP: usize = 64;
/// The most rows of a task: with more, panels are faster.
pub const ROWS: usize = 4;
/// The most bytes of two blocks that are multiplied together. With as many bytes being prefetched, and the sums, they
/// fit a second-level cache of 512 KB.
const PAIR_BYTES: usize = 192 << 10;

/// If rows are a multiple of this many bytes apart, their lines share one set of the first-level cache (64 sets of 64
/// bytes), which holds fewer lines than a block has rows. A line, of which each step takes half, would be loaded twice.
/// Two blocks that are multiplied together conflict at half of this distance already.
const CONFLICTING_STRIDE: usize = 4096;

/// A few steps of all rows of a block, copied to addresses that do not share sets of the cache.
struct CopiedSteps {
    /// `[row][step]`, and a line of distance to the next row.
    rows: [[[u8; STEP / 2]; CopiedSteps::STEPS + 2]; 2 * ACT_BLOCK],
}

impl CopiedSteps {
    /// Steps that are copied at once: whole lines.
    const STEPS: usize = 8;
    const EMPTY: CopiedSteps = CopiedSteps { rows: [[[0; STEP / 2]; CopiedSteps::STEPS + 2]; 2 * ACT_BLOCK] };

    /// The address of step `s` in row 0 and the bytes from one row to the next. Copies `rows` rows of the next steps if step
    /// `s` is the first that is not copied yet; the steps are asked for one after the other, from the first on.
    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn step(&mut self, block: &WeightBlock, s: usize, rows: usize) -> (*const u8, usize) {
        let at = s % Self::STEPS;
        if at == 0 {
            for (r, to) in self.rows[..rows].iter_mut().enumerate() {
                block.copy_row(r, s * (STEP / 2), to[..Self::STEPS].as_flattened_mut());
            }
        }
        let stride = size_of_val(&self.rows[0]);
        (self.rows.as_flattened().as_flattened()[at * (STEP / 2)..].as_ptr(), stride)
    }
}

/// See [`scalar::awq_int_gemv`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn awq_int_gemv(task: &mut GemvTask, x: &QuantRows, inputs: usize, next: Option<&NextTask>) {
    let wide = task.columns.len() / STEP * STEP;
    let end = task.inputs.end.min(task.inputs.start + inputs);
    if task.rows > ROWS {
        return scalar::awq_int_gemv(task, x, inputs, next);
    }
    if wide < task.columns.len() {
        scalar::awq_int_gemv(&mut task.tail(wide), x, inputs, None);
    }
    match (task.rows, x.planes) {
        _ if wide == 0 => {}
        (1, 1) => wide_gemv::<1, 1>(task, x, end, next),
        (2, 1) => wide_gemv::<2, 1>(task, x, end, next),
        (3, 1) => wide_gemv::<3, 1>(task, x, end, next),
        (_, 1) => wide_gemv::<4, 1>(task, x, end, next),
        (1, _) => wide_gemv::<1, 2>(task, x, end, next),
        (2, _) => wide_gemv::<2, 2>(task, x, end, next),
        (3, _) => wide_gemv::<3, 2>(task, x, end, next),
        (_, _) => wide_gemv::<4, 2>(task, x, end, next),
    }
    task.advance_to(end);
}

/// Multiplies the outputs of a task that fill whole steps up to input `end`: `R` rows of activations with `P` planes.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn wide_gemv<const R: usize, const P: usize>(task: &mut GemvTask, x: &QuantRows, end: usize, next: Option<&NextTask>) {
    let (w, column, first) = (task.w, task.columns.start, task.inputs.start);
    let width = task.columns.len() / STEP * STEP / 2;
    // One row with one plane leaves registers for a second block.
    let pairs = R * P == 1 && 2 * ACT_BLOCK * width <= PAIR_BYTES;
    let prefetcher = GemvPrefetcher::new(task, (if pairs { 2 * ACT_BLOCK } else { ACT_BLOCK }, width), next);
    let x: [QuantRow; R] = std::array::from_fn(|r| x.row(task.first_row + r));
    let mut padded = Vec::new();
    let conflicting = if pairs { CONFLICTING_STRIDE / 2 } else { CONFLICTING_STRIDE };
    let mut copied = if w.row_bytes().is_multiple_of(conflicting) { Some(CopiedSteps::EMPTY) } else { None };
    let mut start = first;
    while start < end {
        let pair = pairs && start.is_multiple_of(2 * ACT_BLOCK) && end - start > ACT_BLOCK;
        let rows = if pair { 2 * ACT_BLOCK } else { ACT_BLOCK };
        let block = WeightBlock::new(&w, (start, rows), (column, width), &mut padded);
        let position = SegmentPosition::new(task, start, rows);
        let (sums, out) = (task.sums.as_chunks_mut::<STEP>().0, task.out.as_chunks_mut::<STEP>().0);
        let ahead = prefetcher.streams_at(start);
        if pair {
            multiply_blocks::<R, 1, 2>((&block, copied.as_mut()), &x, (start, position), ahead, sums, out);
        } else {
            multiply_blocks::<R, P, 1>((&block, copied.as_mut()), &x, (start, position), ahead, sums, out);
        }
        start += rows;
        task.advance_to(end.min(start));
    }
}

/// One plane of a block of activations.
#[derive(Clone, Copy)]
struct BlockPlane {
    /// `[pair of inputs]`: the codes of both as bytes, repeated to fill 32 bits.
    pairs: [i32; ACT_BLOCK / 2],
    sub: i32,
}

impl BlockPlane {
    const ZERO: BlockPlane = BlockPlane { pairs: [0; ACT_BLOCK / 2], sub: 0 };

    /// Plane `p` of the block that begins at input `start`.
    #[inline(always)]
    fn new(x: &QuantRow, p: usize, start: usize) -> BlockPlane {
        let at = x.codes.len() / x.planes * p + start;
        let codes = x.codes[at..][..ACT_BLOCK].as_chunks::<2>().0;
        let mut pairs = [0; ACT_BLOCK / 2];
        for (pair, codes) in pairs.iter_mut().zip(codes) {
            let codes = i32::from(u16::from_le_bytes([codes[0] as u8, codes[1] as u8]));
            *pair = codes << 16 | codes;
        }
        BlockPlane { pairs, sub: i32::from(x.subs[at / ACT_BLOCK]) }
    }
}

/// The 16-bit sums of 64 outputs: low nibbles of the interleaved bytes of words 0 and 1 of each lane, their high
/// nibbles, then the same of words 2 and 3. A lane holds four words.
type Sums16 = [__m256i; 4];

/// Adds the products of `B` blocks of weight rows, from input `start` on, to the sums of all outputs. Ends the segment
/// if `position` says that they are its last rows.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn multiply_blocks<const R: usize, const P: usize, const B: usize>(
    (block, mut copied): (&WeightBlock, Option<&mut CopiedSteps>),
    x: &[QuantRow; R],
    (start, position): (usize, SegmentPosition),
    mut ahead: PrefetchStreams,
    sums: &mut [[i32; STEP]],
    out: &mut [[f32; STEP]],
) {
    const { assert!(P * B <= 2) };
    // `[row][plane or block]`
    let planes: [[BlockPlane; 2]; R] = std::array::from_fn(|r| {
        let of = |n: usize| BlockPlane::new(&x[r], n % P, start + n / P * ACT_BLOCK);
        [of(0), if P * B == 2 { of(1) } else { BlockPlane::ZERO }]
    });
    let ending: [_; R] = std::array::from_fn(|r| position.ending(&x[r]));
    // The index of step s of row r in `sums` and `out`, which are tile by tile as in `Tiles`.
    const STEPS: usize = TILE / STEP;
    let index_of = |s: usize, r: usize| if R == 1 { s } else { (s / STEPS * R + r) * STEPS + s % STEPS };
    for s in 0..sums.len() / R {
        position.prefetch_scales::<STEP>(s);
        let rows = match &mut copied {
            Some(copied) => copied.step(block, s, B * ACT_BLOCK),
            None => block.step(s, STEP / 2),
        };
        let lines = ahead.next();
        // Whether both sets of 16-bit sums belong to one row.
        let joined = R == 1 || P == 2;
        for r in (0..R).step_by(if joined { 1 } else { 2 }) {
            // Only the first rows prefetch; the others prefetch a line that is in the cache, which costs little.
            let lines = if r == 0 { lines } else { PrefetchLines { lines: [rows.0; LINES_PER_STEP], distance: 0 } };
            let [first, second] = &planes[r];
            // SAFETY: `WeightBlock::step` returns an address and a stride at which `STEP / 2` = 32 bytes of every row
            // of `block` can be read, and `CopiedSteps::step` those of its copy, which has `2 * ACT_BLOCK` rows. `block` has
            // `B * ACT_BLOCK` rows, so the second block begins `ACT_BLOCK` rows below the first.
            unsafe {
                if joined {
                    let pair = if P == 2 {
                        add_step([first, second], rows, lines)
                    } else {
                        let [a] = add_step([first], rows, lines);
                        let mut b = [_mm256_setzero_si256(); 4];
                        if B == 2 {
                            let below = (rows.0.add(ACT_BLOCK * rows.1), rows.1);
                            [b] = add_step([second], below, ahead.next());
                        }
                        [a, b]
                    };
                    widen_pair(pair, [first, second], position.begins, &mut sums[index_of(s, r)]);
                } else if r + 1 < R {
                    let [a, b] = add_step([first, &planes[r + 1][0]], rows, lines);
                    widen_one(a, first, position.begins, &mut sums[index_of(s, r)]);
                    widen_one(b, &planes[r + 1][0], position.begins, &mut sums[index_of(s, r + 1)]);
                } else {
                    let [a] = add_step([first], rows, lines);
                    widen_one(a, first, position.begins, &mut sums[index_of(s, r)]);
                }
            }
        }
        for r in 0..R {
            if let Some(activations) = ending[r] {
                let y = &mut out[index_of(s, r)];
                if position.first_segment {
                    y.fill(0.0);
                }
                let (o, sums) = (position.column + s * STEP, &sums[index_of(s, r)]);
                if joined {
                    end_segment::<true>(&position.group, o, activations, sums, y);
                } else {
                    end_segment::<false>(&position.group, o, activations, sums, y);
                }
            }
        }
    }
}

/// Adds two sets of 16-bit sums to the 32-bit sums of 64 outputs, each set times the sub-scale of its plane. The sets
/// are interleaved, so that `vpmaddwd` multiplies by `[first, second]` and adds both products.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn widen_pair([a, b]: [Sums16; 2], [first, second]: [&BlockPlane; 2], begins: bool, sums: &mut [i32; STEP]) {
    let subs = _mm256_set1_epi32(first.sub | second.sub << 16);
    for n in 0..4 {
        let low = _mm256_madd_epi16(_mm256_unpacklo_epi16(a[n], b[n]), subs);
        let high = _mm256_madd_epi16(_mm256_unpackhi_epi16(a[n], b[n]), subs);
        add_or_set([low, high], begins, &mut sums[16 * n..][..16]);
    }
}

/// Adds 16-bit sums times the sub-scale to the 32-bit sums of 64 outputs. `vpmaddwd` with `[sub, 0]` widens the even
/// lanes and with `[0, sub]` the odd ones, so no lane has to move.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn widen_one(acc: Sums16, plane: &BlockPlane, begins: bool, sums: &mut [i32; STEP]) {
    let (low, high) = (_mm256_set1_epi32(plane.sub), _mm256_set1_epi32(plane.sub << 16));
    for n in 0..4 {
        let products = [_mm256_madd_epi16(acc[n], low), _mm256_madd_epi16(acc[n], high)];
        add_or_set(products, begins, &mut sums[16 * n..][..16]);
    }
}

/// Adds two vectors to 16 sums, or sets them if these are the first rows of a segment (`begins`).
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn add_or_set(products: [__m256i; 2], begins: bool, sums: &mut [i32]) {
    for (product, sums) in products.into_iter().zip(sums.as_chunks_mut::<8>().0) {
        let to: *mut __m256i = sums.as_mut_ptr().cast();
        // SAFETY: `sums` is eight numbers of four bytes; the load and the store are unaligned.
        unsafe {
            _mm256_storeu_si256(to, if begins { product } else { _mm256_add_epi32(product, _mm256_loadu_si256(to)) })
        };
    }
}

/// The 16-bit sums of 16 weight rows with each of `P` planes. Prefetches the lines `ahead` meanwhile.
///
/// This is assembly because the compiler precomputes the addresses of all rows and lines, and for lack of registers
/// stores them. The sums of plane p are `ymm{4p}` to `ymm{4p + 3}`; `ymm9` to `ymm12` are the codes of a pair of rows,
/// in the same order.
///
/// # Safety
/// For every r < 16, `base + r * stride` must be valid for reads of 32 bytes.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn add_step<const P: usize>(
    planes: [&BlockPlane; P],
    (base, stride): (*const u8, usize),
    ahead: PrefetchLines,
) -> [Sums16; P] {
    const { assert!(P <= 2 && ACT_BLOCK == 16 && STREAMS * LINES_PER_STEP == ACT_BLOCK / 2) };
    let mask = _mm256_set1_epi8(15);
    // Loads the next two rows, interleaves them, splits the nibbles, and prefetches `$line`.
    macro_rules! codes {
        ($line:literal) => {
            concat!(
                "vmovdqu ymm10, [{row}]\n",
                "vmovdqu ymm12, [{row} + {stride}]\n",
                "lea {row}, [{row} + 2 * {stride}]\n",
                concat!("prefetcht1 [", $line, "]\n"),
                "vpunpcklbw ymm9, ymm10, ymm12\n",
                "vpunpckhbw ymm11, ymm10, ymm12\n",
                "vpsrlw ymm10, ymm9, 4\n",
                "vpsrlw ymm12, ymm11, 4\n",
                "vpand ymm9, ymm9, ymm8\n",
                "vpand ymm10, ymm10, ymm8\n",
                "vpand ymm11, ymm11, ymm8\n",
                "vpand ymm12, ymm12, ymm8",
            )
        };
    }
    // Sets the sums of a plane to the products with the first pair of inputs at `$x`.
    macro_rules! begin {
        ($x:literal $n0:literal $n1:literal $n2:literal $n3:literal) => {
            concat!(
                concat!("vpbroadcastd ymm13, dword ptr [", $x, "]\n"),
                concat!("vpmaddubsw ", $n0, ", ymm9, ymm13\n"),
                concat!("vpmaddubsw ", $n1, ", ymm10, ymm13\n"),
                concat!("vpmaddubsw ", $n2, ", ymm11, ymm13\n"),
                concat!("vpmaddubsw ", $n3, ", ymm12, ymm13"),
            )
        };
    }
    // Adds the products with pair `$k`.
    macro_rules! add {
        ($k:literal $x:literal $n0:literal $n1:literal $n2:literal $n3:literal) => {
            concat!(
                concat!("vpbroadcastd ymm13, dword ptr [", $x, " + 4 * ", $k, "]\n"),
                concat!("vpmaddubsw ymm14, ymm9, ymm13\nvpaddw ", $n0, ", ", $n0, ", ymm14\n"),
                concat!("vpmaddubsw ymm14, ymm10, ymm13\nvpaddw ", $n1, ", ", $n1, ", ymm14\n"),
                concat!("vpmaddubsw ymm14, ymm11, ymm13\nvpaddw ", $n2, ", ", $n2, ", ymm14\n"),
                concat!("vpmaddubsw ymm14, ymm12, ymm13\nvpaddw ", $n3, ", ", $n3, ", ymm14"),
            )
        };
    }
    macro_rules! all {
        ($($x:literal $n0:literal $n1:literal $n2:literal $n3:literal),*; $($operands:tt)*) => {
            asm!(
                codes!("{line}"), $(begin!($x $n0 $n1 $n2 $n3),)*
                codes!("{other}"), $(add!(1 $x $n0 $n1 $n2 $n3),)*
                codes!("{line} + {distance}"), $(add!(2 $x $n0 $n1 $n2 $n3),)*
                codes!("{other} + {distance}"), $(add!(3 $x $n0 $n1 $n2 $n3),)*
                codes!("{line} + 2 * {distance}"), $(add!(4 $x $n0 $n1 $n2 $n3),)*
                codes!("{other} + 2 * {distance}"), $(add!(5 $x $n0 $n1 $n2 $n3),)*
                codes!("{line} + {distance3}"), $(add!(6 $x $n0 $n1 $n2 $n3),)*
                codes!("{other} + {distance3}"), $(add!(7 $x $n0 $n1 $n2 $n3),)*
                row = inout(reg) base => _,
                stride = in(reg) stride,
                line = in(reg) ahead.lines[0],
                other = in(reg) ahead.lines[1],
                distance = in(reg) ahead.distance,
                distance3 = in(reg) ahead.distance.wrapping_mul(3),
                $($operands)*
                in("ymm8") mask, out("ymm9") _, out("ymm10") _, out("ymm11") _,
                out("ymm12") _, out("ymm13") _, out("ymm14") _,
                options(readonly, nostack, preserves_flags)
            )
        };
    }
    let mut acc = [[_mm256_setzero_si256(); 4]; P];
    let x = planes.map(|plane| plane.pairs.as_ptr());
    // SAFETY: these are AVX2 instructions, which this function is compiled for. They read 32 bytes of each of the 16
    // rows, which the caller guarantees, and the 8 pairs of each plane, which `x` points at. They write only the
    // registers that are declared as outputs. A prefetch of any address, mapped or not, never faults.
    unsafe {
        if let ([first, second], [x0, x1]) = (&mut acc[..], &x[..]) {
            all!("{x0}" "ymm0" "ymm1" "ymm2" "ymm3", "{x1}" "ymm4" "ymm5" "ymm6" "ymm7";
                x0 = in(reg) *x0, x1 = in(reg) *x1,
                out("ymm0") first[0], out("ymm1") first[1], out("ymm2") first[2], out("ymm3") first[3],
                out("ymm4") second[0], out("ymm5") second[1], out("ymm6") second[2], out("ymm7") second[3],);
        } else {
            let first = &mut acc[0];
            all!("{x0}" "ymm0" "ymm1" "ymm2" "ymm3";
                x0 = in(reg) x[0],
                out("ymm0") first[0], out("ymm1") first[1], out("ymm2") first[2], out("ymm3") first[3],);
        }
    }
    acc
}

/// Ends a segment for 64 outputs: subtracts the zero points, applies the scales and adds to `y`. `sum` and `scale` are
/// those of the activations. `JOINED` says which function widened the sums and so their order.
///
/// Not inlined, because only the last rows of a segment call it, and it would take registers from all others.
#[inline(never)]
#[target_feature(enable = "avx2,fma,f16c")]
fn end_segment<const JOINED: bool>(
    group: &GroupRow,
    o: usize,
    (sum, scale): (i32, f32),
    sums: &[i32; STEP],
    y: &mut [f32; STEP],
) {
    let (sum, scale) = (_mm256_set1_epi32(sum), _mm256_set1_ps(scale));
    for half in 0..2 {
        // SAFETY: `sums` is 64 numbers of four bytes, eight vectors, and 4 * half + n is below eight.
        let total = |n: usize| unsafe { _mm256_loadu_si256(sums.as_ptr().cast::<__m256i>().add(4 * half + n)) };
        let (a, b, c, d) = (total(0), total(1), total(2), total(3));
        // Words 2 * half and 2 * half + 1 in the low lane, and the words four further on in the high lane.
        let words = if JOINED {
            // a, c: outputs 0 4 1 5, outputs 2 6 3 7 of the first word; b, d: of the second.
            [in_order(a, c), in_order(b, d)]
        } else {
            // a: outputs 0 1 of both words; b: outputs 4 5; c: outputs 2 3; d: outputs 6 7.
            [
                (_mm256_unpacklo_epi64(a, c), _mm256_unpacklo_epi64(b, d)),
                (_mm256_unpackhi_epi64(a, c), _mm256_unpackhi_epi64(b, d)),
            ]
        };
        for (word, (first, last)) in words.into_iter().enumerate() {
            let word = 2 * half + word;
            add_word(
                group,
                o + 8 * word,
                (_mm256_permute2x128_si256::<0x20>(first, last), sum, scale),
                &mut y[8 * word..][..8],
            );
            add_word(
                group,
                o + 8 * (word + 4),
                (_mm256_permute2x128_si256::<0x31>(first, last), sum, scale),
                &mut y[8 * (word + 4)..][..8],
            );
        }
    }
}

/// Outputs 0 1 2 3 and 4 5 6 7 of the word in each lane, from outputs 0 4 1 5 and 2 6 3 7.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn in_order(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
    let (a, b) = (_mm256_castsi256_ps(a), _mm256_castsi256_ps(b));
    let (first, last) = (_mm256_shuffle_ps::<0b10_00_10_00>(a, b), _mm256_shuffle_ps::<0b11_01_11_01>(a, b));
    (_mm256_castps_si256(first), _mm256_castps_si256(last))
}

/// Adds the eight totals of the word at output `o` to `y`, zero points subtracted and scales applied.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn add_word(group: &GroupRow, o: usize, (total, sum, scale): (__m256i, __m256i, __m256), y: &mut [f32]) {
    let (zeros, scales) = zeros_and_scales(group, o);
    let total = _mm256_cvtepi32_ps(_mm256_sub_epi32(total, _mm256_mullo_epi32(zeros, sum)));
    let y = &mut y[..8];
    // SAFETY: `y` is eight numbers.
    unsafe {
        let new = _mm256_fmadd_ps(total, _mm256_mul_ps(scales, scale), _mm256_loadu_ps(y.as_ptr()));
        _mm256_storeu_ps(y.as_mut_ptr(), new);
    }
}
