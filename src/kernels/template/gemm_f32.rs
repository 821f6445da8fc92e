//! 4-bit layers with f32 activations in vectors: the exact differences q - z of a segment become a panel of f32, and
//! every row of activations is multiplied with that panel.

/// Writes `awq_f32_tile` for one instruction set. A panel has two vectors of outputs.
///
/// - A pass over a panel takes `$most` rows or, of the last rows, `$block` at a time; `$fewer` are all smaller numbers
///   of
///   rows but 1.
/// - Unpacking goes through the weight rows of a segment for `$vectors` vectors at a time. With less work per weight
///   row, a
///   core has more rows in flight, which pays where unpacking is fast and waits for memory.
/// - `$narrow` computes the outputs that do not fill a panel.
macro_rules! gemm_f32_kernel {
    (
        $features:literal,
        rows: $most:literal, then: $block:literal $($fewer:literal)*,
        unpack: $vectors:literal,
        narrow: $narrow:path
    ) => {
        use std::ops::Range;

        use super::vector::{F32s, WIDTH, add, codes, mul_add, splat, store, subtract_to_f32, zero, zeros_and_scales};
        use $crate::kernels::layout::{ACT_GROUP, Awq4, split_k};
        use $crate::kernels::scalar;
        use $crate::kernels::template::with_const;

        /// Outputs of a panel.
        const STRIP: usize = 2 * WIDTH;
        /// q - z: `[input of the segment][vector of outputs]`.
        type Panel = [[F32s; 2]; ACT_GROUP];

        /// See [`scalar::awq_f32_tile`].
        #[target_feature(enable = $features)]
        pub fn awq_f32_tile(w: &Awq4, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
            let width = columns.len();
            let whole = width / STRIP * STRIP;
            scalar::fill_tail(columns.clone(), whole, out, |tail, out| $narrow(w, x, tail, out));
            let rows = x.len() / w.inputs;
            let mut panel: Panel = [[zero(); 2]; ACT_GROUP];
            let mut sums = [vec![[zero(); 2]; rows], vec![[zero(); 2]; rows]];
            for column in (0..whole).step_by(STRIP) {
                for (inputs, sums) in split_k(w.inputs).into_iter().zip(&mut sums) {
                    sums.fill([zero(); 2]);
                    for segment in w.segments(inputs) {
                        let scales = unpack(w, segment.clone(), columns.start + column, &mut panel);
                        for (x, sums) in x.chunks($most * w.inputs).zip(sums.chunks_mut($most)) {
                            multiply(&panel[..segment.len()], scales, x, (w.inputs, segment.start), sums);
                        }
                    }
                }
                for ((out, first), second) in out.chunks_exact_mut(width).zip(&sums[0]).zip(&sums[1]) {
                    for (v, to) in out[column..][..STRIP].as_chunks_mut::<WIDTH>().0.iter_mut().enumerate() {
                        // SAFETY: `to` is `WIDTH` numbers.
                        unsafe { store(to.as_mut_ptr(), add(first[v], second[v])) };
                    }
                }
            }
        }

        /// Writes q - z of a segment for the outputs of a panel, `column` on; returns their scales.
        #[target_feature(enable = $features)]
        fn unpack(w: &Awq4, segment: Range<usize>, column: usize, panel: &mut Panel) -> [F32s; 2] {
            let group = w.group(segment.start);
            let of_vector: [_; 2] = std::array::from_fn(|v| zeros_and_scales(&group, column + WIDTH * v));
            for first in (0..2).step_by($vectors) {
                for (to, i) in panel.iter_mut().zip(segment.clone()) {
                    let row = &w.qweight[i * w.row_bytes()..(i + 1) * w.row_bytes()];
                    for v in first..first + $vectors {
                        to[v] = subtract_to_f32(codes(row, column + WIDTH * v), of_vector[v].0);
                    }
                }
            }
            of_vector.map(|(_, scales)| scales)
        }

        /// Adds a segment of up to `$most` rows, `x` of `[rows, inputs]`, to their sums; the segment begins at input
        /// `start`.
        #[inline]
        #[target_feature(enable = $features)]
        fn multiply(
            panel: &[[F32s; 2]],
            scales: [F32s; 2],
            x: &[f32],
            (inputs, start): (usize, usize),
            sums: &mut [[F32s; 2]],
        ) {
            if sums.len() == $most {
                return multiply_rows::<$most>(panel, scales, x, (inputs, start), sums);
            }
            for (x, sums) in x.chunks($block * inputs).zip(sums.chunks_mut($block)) {
                with_const!(
                    sums.len(),
                    [$block $($fewer)* else 1],
                    multiply_rows(panel, scales, x, (inputs, start), sums)
                );
            }
        }

        /// [`multiply`] for `R` rows, whose sums of a segment fit the registers.
        #[target_feature(enable = $features)]
        fn multiply_rows<const R: usize>(
            panel: &[[F32s; 2]],
            scales: [F32s; 2],
            x: &[f32],
            (inputs, start): (usize, usize),
            sums: &mut [[F32s; 2]],
        ) {
            let mut rows = [std::ptr::null(); R];
            for r in 0..R {
                rows[r] = x[r * inputs + start..][..panel.len()].as_ptr();
            }
            let mut acc: [[F32s; 2]; R] = [[zero(); 2]; R];
            for (i, w) in panel.iter().enumerate() {
                for r in 0..R {
                    // SAFETY: `rows[r]` points at a slice of `panel.len()` numbers, and i is below that.
                    let x = splat(unsafe { *rows[r].add(i) });
                    for v in 0..2 {
                        acc[r][v] = mul_add(w[v], x, acc[r][v]);
                    }
                }
            }
            for r in 0..R {
                for v in 0..2 {
                    sums[r][v] = mul_add(acc[r][v], scales[v], sums[r][v]);
                }
            }
        }
    };
}
pub(in crate::kernels) use gemm_f32_kernel;
