//! Attention over blocks: a block's keys and its values are each a matrix that the queries, or their weights, are multiplied with.

use std::arch::x86_64::*;

use super::load8;
use crate::kernels::attention::{KvBlocks, KvSlice, Product, SoftmaxState, add_in_vectors, attend_with};
use crate::kernels::layout::Float;
use crate::kernels::x86::gemv_prefetch::{LINE, prefetch};

/// See [`crate::kernels::attention::attend`].
#[target_feature(enable = "avx2,fma,f16c")]
pub fn attend(queries: &[f32], blocks: KvBlocks, kv_lens: &[usize], out: &mut [SoftmaxState]) {
    attend_with(|product, to| add(product, to), (queries, blocks, kv_lens, out));
}

add_in_vectors!("avx2,fma,f16c", 8, [8, 4, 2, 2]);

/// Adds the product of `R` rows and of `V` vectors of columns from `at` on.
#[inline]
#[target_feature(enable = "avx2,fma,f16c")]
fn add_columns<const HALF: bool, const R: usize, const V: usize>(p: &Product, at: usize, out: &mut [f32]) {
    let (kind, size) = if HALF { (Float::F16, 2) } else { (Float::F32, 4) };
    assert!(matches!(p.matrix, KvSlice::F16(_)) == HALF && at + 8 * V <= p.width && out.len() == R * p.width);
    let matrix = p.matrix.at(p.k.start * p.width..p.k.end * p.width);
    // Columns that begin a cache line prefetch it.
    let next = p.next.filter(|_| (at * size).is_multiple_of(LINE)).map_or(std::ptr::null(), |next| next.at(0..0));
    let mut rows = [std::ptr::null(); R];
    let mut sums = [[_mm256_setzero_ps(); V]; R];
    for r in 0..R {
        rows[r] = p.rows[r * p.stride..][p.k.clone()].as_ptr();
        for v in 0..V {
            // SAFETY: a row of `out` holds `V` vectors from `at` on.
            sums[r][v] = unsafe { _mm256_loadu_ps(out.as_ptr().add(r * p.width + at + 8 * v)) };
        }
    }
    for k in 0..p.k.len() {
        let from = (k * p.width + at) * size;
        if !next.is_null() {
            (0..(8 * V * size).div_ceil(LINE)).for_each(|line| prefetch(next.wrapping_add(from + line * LINE)));
        }
        for v in 0..V {
            // SAFETY: row k of the matrix holds `V` vectors from `at` on.
            let column = unsafe { load8(matrix.add(from + 8 * v * size), kind) };
            for r in 0..R {
                // SAFETY: `rows[r]` points at as many numbers as there are k.
                let x = _mm256_set1_ps(unsafe { *rows[r].add(k) });
                sums[r][v] = _mm256_fmadd_ps(x, column, sums[r][v]);
            }
        }
    }
    for r in 0..R {
        for v in 0..V {
            // SAFETY: as above.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr().add(r * p.width + at + 8 * v), sums[r][v]) };
        }
    }
}
