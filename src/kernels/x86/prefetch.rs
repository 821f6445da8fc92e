//! Software prefetch: single cache lines, and the order of the lines of some weight rows.

use std::arch::x86_64::*;
use std::ops::Range;

use crate::kernels::layout::GroupRow;

pub use crate::kernels::aligned::LINE;

/// Ranges of memory that are prefetched side by side.
pub const STREAMS: usize = 4;

/// Prefetches the cache line at `at`, which may be any address, into the second-level cache.
#[inline(always)]
pub fn prefetch(at: *const u8) {
    // SAFETY: SSE is part of x86-64, and a prefetch of any address, mapped or not, never faults.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) };
}

/// Prefetches the cache line at `at`, which may be any address, into the first-level cache.
#[inline(always)]
pub fn prefetch_near(at: *const u8) {
    // SAFETY: as in `prefetch`.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) };
}

/// Prefetches the scales and zero points of some outputs of a group.
#[inline(always)]
pub fn prefetch_scales(group: &GroupRow, outputs: Range<usize>) {
    let size = group.scale_type.size();
    let prefetch_bytes = |row: &[u8], start: usize, bytes: usize| {
        (0..bytes.div_ceil(LINE)).for_each(|n| prefetch(row.as_ptr().wrapping_add(start + n * LINE)));
    };
    prefetch_bytes(group.scales, outputs.start * size, outputs.len() * size);
    if let Some(zeros) = group.zeros {
        prefetch_bytes(zeros, outputs.start / 2, outputs.len() / 2);
    }
}

/// The cache lines of a range of columns of consecutive weight rows, row by row. They are addresses for prefetching
/// only and may lie outside the weights.
#[derive(Clone, Copy)]
pub struct CacheLines {
    at: *const u8,
    line: usize,
    lines_per_row: usize,
    /// Bytes from the end of a row's lines to the next row.
    gap: usize,
}

impl CacheLines {
    /// `lines_per_row` lines of each row; the first row begins at `at`, and the next ones every `stride` bytes from
    /// there.
    pub fn new(at: *const u8, stride: usize, lines_per_row: usize) -> CacheLines {
        CacheLines { at, line: 0, lines_per_row, gap: stride.wrapping_sub(lines_per_row.wrapping_mul(LINE)) }
    }

    /// Skips `rows` rows and `lines` lines, fewer than a row has. Only at the beginning of a row.
    pub fn skip(&mut self, rows: usize, lines: usize) {
        let stride = self.gap.wrapping_add(self.lines_per_row * LINE);
        self.at = self.at.wrapping_add(rows * stride + lines * LINE);
        self.line = lines;
    }

    /// The next line.
    #[inline(always)]
    pub fn next(&mut self) -> *const u8 {
        if self.line == self.lines_per_row {
            (self.at, self.line) = (self.at.wrapping_add(self.gap), 0);
        }
        let line = self.at;
        (self.at, self.line) = (self.at.wrapping_add(LINE), self.line + 1);
        line
    }
}
