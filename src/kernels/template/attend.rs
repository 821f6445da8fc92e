//! Attention in vectors. The keys of a block are a matrix that the queries are multiplied with, and its values a matrix
//! that the softmax weights are multiplied with, so one loop serves both.

/// Writes `attend` for one instruction set. It takes up to `$pass` rows at a time. `$one` and `$vectors` are the vectors of
/// columns that one row and `$rows` rows take per iteration: as many as leave the sums in registers.
macro_rules! attend_kernel {
    ($features:literal, vectors: [$one:literal $(, $rows:literal => $vectors:literal)*], rows: $pass:literal) => {
        use super::vector::{F32s, WIDTH, fold_max, fold_sum, load, load_as, mul_add, prefetch, splat, store, zero};
        use std::ops::Range;
        use $crate::kernels::attention::{self, Ahead, Folds, KvBlocks, KvSlice, Product, SoftmaxStates, attend_with};
        use $crate::kernels::layout::{Float, runs};

        /// Rows of the matrix between two prefetches.
        const CHUNK: usize = 4;

        /// See [`merge_states`](crate::kernels::attention::merge_states).
        #[target_feature(enable = $features)]
        pub fn merge_states(states: &mut SoftmaxStates, first: usize, later: &SoftmaxStates, range: Range<usize>) {
            attention::merge_states(states, first, later, range);
        }

        /// See [`attend`](crate::kernels::attention::attend).
        #[target_feature(enable = $features)]
        pub fn attend(queries: &[f32], blocks: KvBlocks, kv_ranges: &[Range<usize>], out: &mut SoftmaxStates) {
            let folds = Folds { max: |lanes: &_| fold_max(lanes), sum: |lanes: &_| fold_sum(lanes) };
            attend_with::<$pass, _, _>(|product, out| add_product(product, out), folds, (queries, blocks, kv_ranges, out));
        }

        /// Adds a [`Product`] of up to `$pass` rows to `out`, `[rows, width]`.
        #[inline]
        #[target_feature(enable = $features)]
        fn add_product(p: &Product, out: &mut [f32]) {
            match p.matrix {
                KvSlice::F16(_) => add_product_of::<true>(p, out),
                KvSlice::F32(_) => add_product_of::<false>(p, out),
            }
        }

        /// [`add_product`] of a matrix of f16 (`HALF`) or of f32.
        #[inline]
        #[target_feature(enable = $features)]
        fn add_product_of<const HALF: bool>(p: &Product, out: &mut [f32]) {
            match out.len() / p.width {
                $($rows => add_rows::<HALF, $rows, $vectors>(p, out),)*
                _ => add_rows::<HALF, 1, $one>(p, out),
            }
        }

        /// Adds the product of `R` rows: `V` vectors of columns at a time, then single vectors, then single numbers.
        #[target_feature(enable = $features)]
        fn add_rows<const HALF: bool, const R: usize, const V: usize>(p: &Product, out: &mut [f32]) {
            let mut column = 0;
            let steps = p.width / (WIDTH * V);
            for n in 0..steps {
                add_columns::<HALF, R, V>(p, column, p.ahead.part(n, steps), out);
                column += WIDTH * V;
            }
            while column + WIDTH <= p.width {
                add_columns::<HALF, R, 1>(p, column, Ahead::NONE, out);
                column += WIDTH;
            }
            if column < p.width {
                p.add_from(column, out);
            }
        }

        /// Adds the product of `R` rows to `V` vectors of columns, `column` on.
        #[inline]
        #[target_feature(enable = $features)]
        fn add_columns<const HALF: bool, const R: usize, const V: usize>(
            p: &Product,
            column: usize,
            mut ahead: Ahead,
            out: &mut [f32],
        ) {
            let (kind, size) = if HALF { (Float::F16, 2) } else { (Float::F32, 4) };
            assert!(
                matches!(p.matrix, KvSlice::F16(_)) == HALF
                    && column + WIDTH * V <= p.width
                    && out.len() == R * p.width
            );
            let matrix = p.matrix.as_ptr(p.k.start * p.width..p.k.end * p.width);
            let mut rows = [std::ptr::null(); R];
            let mut sums: [[F32s; V]; R] = [[zero(); V]; R];
            for r in 0..R {
                rows[r] = p.rows[r * p.stride..][p.k.clone()].as_ptr();
                for v in 0..V {
                    // SAFETY: `out` has `R` rows of `width` numbers, and the columns up to `column + WIDTH * V` are at
                    // most `width` (both asserted above), so the vector lies inside row r.
                    sums[r][v] = unsafe { load(out.as_ptr().add(r * p.width + column + WIDTH * v)) };
                }
            }
            let stride = p.width * size;
            let lines_per_chunk = (CHUNK * ahead.line_count()).div_ceil(p.k.len().max(1));
            for chunk in runs(0..p.k.len(), CHUNK) {
                ahead.advance(lines_per_chunk, prefetch);
                let mut add_row = |k: usize| {
                    for v in 0..V {
                        // SAFETY: `as_ptr` checked that the matrix has the rows `k.start..k.end` of `width` numbers of
                        // `size` bytes; k counts from `k.start` and is less than `k.len()`, and the columns of the vector
                        // are below `width` (asserted above).
                        let columns = unsafe { load_as(matrix.add(k * stride + (column + WIDTH * v) * size), kind) };
                        for r in 0..R {
                            // SAFETY: `rows[r]` points at a slice of `p.k.len()` numbers.
                            let x = splat(unsafe { *rows[r].add(k) });
                            sums[r][v] = mul_add(x, columns, sums[r][v]);
                        }
                    }
                };
                // Without branches for whole chunks.
                if chunk.len() == CHUNK {
                    (0..CHUNK).for_each(|n| add_row(chunk.start + n));
                } else {
                    chunk.for_each(add_row);
                }
            }
            for r in 0..R {
                for v in 0..V {
                    // SAFETY: the same place in `out` as was loaded above.
                    unsafe { store(out.as_mut_ptr().add(r * p.width + column + WIDTH * v), sums[r][v]) };
                }
            }
        }
    };
}
pub(in crate::kernels) use attend_kernel;
