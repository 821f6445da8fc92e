//! Dense layers in vectors: each dot product has [`LANES`] running sums, which are whole vectors.

use crate::kernels::scalar::LANES;

/// Rows of `inputs` numbers, each padded with zeros to a multiple of [`LANES`].
pub fn pad_rows(x: &[f32], inputs: usize) -> Vec<f32> {
    let padded_inputs = inputs.next_multiple_of(LANES);
    let mut padded = vec![0.0; x.len() / inputs * padded_inputs];
    for (to, from) in padded.chunks_exact_mut(padded_inputs).zip(x.chunks_exact(inputs)) {
        to[..inputs].copy_from_slice(from);
    }
    padded
}

/// Writes `dense_tile` for one instruction set. `$most` rows of activations share one reading of a weight row; `$fewer`
/// are all smaller numbers of rows but 1, which the last rows have.
macro_rules! dense_kernel {
    ($features:literal, rows: $most:literal $($fewer:literal)*) => {
        use std::ops::Range;

        use super::vector::{F32s, LINE, WIDTH, load, load_as, mul_add, prefetch_near, store, zero};
        use $crate::kernels::layout::{Dense, Float};
        use $crate::kernels::scalar::{self, LANES};
        use $crate::kernels::template::{pad_rows, with_const};

        /// See [`scalar::dense_tile`].
        #[target_feature(enable = $features)]
        pub fn dense_tile(w: &Dense, x: &[f32], columns: Range<usize>, out: &mut [f32]) {
            let (width, padded_inputs) = (columns.len(), w.inputs.next_multiple_of(LANES));
            let mut weights = vec![0.0_f32; padded_inputs];
            let padded;
            let x = if padded_inputs == w.inputs {
                x
            } else {
                padded = pad_rows(x, w.inputs);
                &padded[..]
            };
            for (n, o) in columns.enumerate() {
                let row = w.row(o);
                // The row after the next one, which lies directly behind it. A prefetch past the end does nothing.
                for offset in (0..row.len()).step_by(LINE) {
                    prefetch_near(row.as_ptr().wrapping_add(2 * row.len() + offset));
                }
                widen(row, w.kind, &mut weights[..w.inputs]);
                for (block, x) in x.chunks($most * padded_inputs).enumerate() {
                    let out = &mut out[block * $most * width..];
                    let set = |r: usize, sum: f32| out[r * width + n] = sum;
                    with_const!(x.len() / padded_inputs, [$most $($fewer)* else 1], dot(x, &weights, set));
                }
            }
        }

        /// A row of weights as f32.
        #[inline]
        #[target_feature(enable = $features)]
        fn widen(row: &[u8], kind: Float, out: &mut [f32]) {
            let (body, tail) = out.as_chunks_mut::<WIDTH>();
            for (to, from) in body.iter_mut().zip(row.chunks_exact(WIDTH * kind.size())) {
                // SAFETY: `from` is `WIDTH` numbers of that kind and `to` is `WIDTH` numbers.
                unsafe { store(to.as_mut_ptr(), load_as(from.as_ptr(), kind)) };
            }
            let done = body.len() * WIDTH;
            for (i, to) in tail.iter_mut().enumerate() {
                *to = scalar::float_at(row, kind, done + i);
            }
        }

        /// The dot products of the `R` rows of `x` with `w`, whose length is a multiple of [`LANES`]; `set(r, sum)`
        /// gets that of row r.
        #[inline]
        #[target_feature(enable = $features)]
        fn dot<const R: usize>(x: &[f32], w: &[f32], mut set: impl FnMut(usize, f32)) {
            assert_eq!(x.len(), R * w.len());
            let mut acc: [[F32s; LANES / WIDTH]; R] = [[zero(); LANES / WIDTH]; R];
            for (i, part) in w.as_chunks::<LANES>().0.iter().enumerate() {
                for v in 0..LANES / WIDTH {
                    // SAFETY: `part` is `LANES` numbers, a whole number of vectors, and v counts those.
                    let part = unsafe { load(part.as_ptr().add(WIDTH * v)) };
                    for r in 0..R {
                        // SAFETY: `x` has `R` rows as long as `w` (asserted above), and chunk i of `w` has `LANES`
                        // numbers.
                        let x = unsafe { load(x.as_ptr().add(r * w.len() + i * LANES + WIDTH * v)) };
                        acc[r][v] = mul_add(part, x, acc[r][v]);
                    }
                }
            }
            for r in 0..R {
                let mut lanes = [0.0; LANES];
                for (to, from) in lanes.as_chunks_mut::<WIDTH>().0.iter_mut().zip(acc[r]) {
                    // SAFETY: `to` is `WIDTH` numbers.
                    unsafe { store(to.as_mut_ptr(), from) };
                }
                set(r, scalar::fold(lanes));
            }
        }
    };
}
pub(in crate::kernels) use dense_kernel;
