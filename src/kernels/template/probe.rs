//! The read ceiling in vectors.

/// Writes `read_sum` for one instruction set.
macro_rules! read_sum_kernel {
    ($features:literal) => {
        use super::vector::{LINE, U64s, add_u64, load_u64, prefetch, sum_u64, zero_u64};
        use $crate::kernels::probe::sum_of_line;
        use $crate::kernels::template::with_const;

        /// See [`read_sum`](crate::kernels::probe::read_sum).
        #[target_feature(enable = $features)]
        pub fn read_sum(bytes: &[u8], streams: usize, ahead: usize) -> u64 {
            with_const!(streams, [2 4 8 else 1], read_streams(bytes, ahead))
        }

        /// [`read_sum`] of `S` streams.
        #[target_feature(enable = $features)]
        fn read_streams<const S: usize>(bytes: &[u8], ahead: usize) -> u64 {
            const BYTES: usize = size_of::<U64s>();
            let lines = bytes.as_chunks::<LINE>().0;
            let stream = lines.len() / S;
            let mut sums: [U64s; LINE / BYTES] = [zero_u64(); LINE / BYTES];
            for i in 0..stream {
                for s in 0..S {
                    let line = &lines[s * stream + i];
                    if ahead > 0 {
                        prefetch(line.as_ptr().wrapping_add(ahead));
                    }
                    for (part, sum) in line.as_chunks::<BYTES>().0.iter().zip(&mut sums) {
                        // SAFETY: `part` is as many bytes as a vector.
                        *sum = add_u64(*sum, unsafe { load_u64(part.as_ptr()) });
                    }
                }
            }
            let sum = sums.into_iter().fold(0_u64, |total, sum| total.wrapping_add(sum_u64(sum)));
            lines[S * stream..].iter().fold(sum, |sum, line| sum.wrapping_add(sum_of_line(line)))
        }
    };
}
pub(in crate::kernels) use read_sum_kernel;
