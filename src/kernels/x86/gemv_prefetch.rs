//! The order in which a gemv kernel reads and prefetches a layer: blocks of weight rows over the full width of the
//! task.

use std::ops::Range;

use super::prefetch::{CacheLines, LINE, STREAMS, prefetch, prefetch_scales};
use crate::kernels::layout::{ACT_GROUP, Awq4, GemvTask, GroupRow, NextTask, QuantRow};

/// A range of columns of consecutive weight rows: row r is the `width` bytes from `r * stride` on.
pub struct WeightBlock<'a> {
    /// `[rows, stride]`, but only `width` bytes of the last row.
    bytes: &'a [u8],
    stride: usize,
    width: usize,
}

impl<'a> WeightBlock<'a> {
    /// `rows` rows from input `start` on, `width` bytes of each from output `column` on. If the layer has fewer rows,
    /// the block is copied to `padded` and filled with zeros; the activations there are zero too.
    pub fn new(
        w: &Awq4<'a>,
        (start, rows): (usize, usize),
        (column, width): (usize, usize),
        padded: &'a mut Vec<u8>,
    ) -> WeightBlock<'a> {
        let stride = w.row_bytes();
        let row = |r: usize| &w.qweight[(start + r) * stride + column / 2..][..width];
        if start + rows <= w.inputs {
            let bytes = &w.qweight[start * stride + column / 2..][..(rows - 1) * stride + width];
            return WeightBlock { bytes, stride, width };
        }
        padded.clear();
        (0..w.inputs - start).for_each(|r| padded.extend_from_slice(row(r)));
        padded.resize(rows * width, 0);
        WeightBlock { bytes: padded, stride: width, width }
    }

    /// Copies the bytes of row `r` from byte `start` on, as many as there are.
    #[inline(always)]
    pub fn copy_row(&self, r: usize, start: usize, to: &mut [u8]) {
        let from = &self.bytes[r * self.stride + start..];
        // The length of a whole copy is known to the compiler.
        if start + to.len() <= self.width {
            to.copy_from_slice(&from[..to.len()]);
        } else {
            let count = self.width - start;
            to[..count].copy_from_slice(&from[..count]);
        }
    }

    /// The address of step `s` in row 0 and the bytes from one row to the next. `step` bytes can be read there in every
    /// row.
    ///
    /// # Panics
    /// If the step is not inside the block.
    #[inline(always)]
    pub fn step(&self, s: usize, step: usize) -> (*const u8, usize) {
        assert!((s + 1) * step <= self.width);
        (self.bytes[s * step..].as_ptr(), self.stride)
    }
}

/// Cache lines that each stream prefetches during a step. All streams together prefetch as much as a step reads: 16
/// rows of half a line.
pub const LINES_PER_STEP: usize = 2;
/// The least bytes of a unit, a few pages for each stream; a unit has at most [`ACT_GROUP`] rows all the same.
const UNIT: usize = 64 << 10;

/// Prefetches the weights of a task one unit of rows ahead of the products.
///
/// While one unit is multiplied, the next one is prefetched as [`STREAMS`] streams. The hardware prefetchers follow
/// each stream and together keep more memory requests in flight than they do for a single stream. The lines go to the
/// second-level cache: a core can have only a few first-level misses in flight, too few to keep memory with a high
/// latency busy.
pub struct GemvPrefetcher {
    here: WeightRows,
    next: Option<WeightRows>,
    inputs: Range<usize>,
    /// Rows of a unit: a power of two up to [`ACT_GROUP`], so that a split-K part starts at a unit.
    unit: usize,
}

/// A range of columns of weight rows, as addresses for prefetching.
struct WeightRows {
    first: *const u8,
    stride: usize,
    width: usize,
}

impl WeightRows {
    fn new(w: &Awq4, input: usize, column: usize, width: usize) -> WeightRows {
        let stride = w.row_bytes();
        WeightRows { first: w.qweight.as_ptr().wrapping_add(input * stride + column / 2), stride, width }
    }

    /// Streams that begin `skip` bytes into the columns, counted row by row, and every `distance` bytes from there.
    fn streams(&self, skip: usize, distance: usize) -> PrefetchStreams {
        if self.width == self.stride {
            return PrefetchStreams { first: CacheLines::new(self.first.wrapping_add(skip), 0, usize::MAX), distance };
        }
        let width = self.width.max(1);
        let mut first = CacheLines::new(self.first, self.stride, width.div_ceil(LINE));
        first.skip(skip / width, skip % width / LINE);
        PrefetchStreams { first, distance: distance.div_ceil(width) * self.stride }
    }
}

impl GemvPrefetcher {
    /// The prefetcher of a task that multiplies up to `rows` rows at once, `width` bytes of each, and of the task after
    /// it.
    ///
    /// If the first unit has not been prefetched, half of it is prefetched here at once, which takes no longer than
    /// waiting for the loads would. The other half is loaded without prefetching.
    pub fn new(task: &GemvTask, (rows, width): (usize, usize), next: Option<&NextTask>) -> GemvPrefetcher {
        let from = |start: &NextTask, width: usize| WeightRows::new(&start.w, start.input, start.columns.start, width);
        let here = from(&task.as_next(), width);
        let next = next.map(|next| from(next, next.columns.len() / 2));
        let unit = UNIT.div_ceil(width.max(1)).next_power_of_two().clamp(rows, ACT_GROUP);
        if !task.prefetched {
            let lines = width.div_ceil(LINE);
            let mut ahead = CacheLines::new(here.first, here.stride, lines);
            (0..task.inputs.len().min(unit / 2) * lines).for_each(|_| prefetch(ahead.next()));
        }
        GemvPrefetcher { here, next, inputs: task.inputs.clone(), unit }
    }

    /// What to prefetch during the rows that begin at input `start`.
    pub fn streams_at(&self, start: usize) -> PrefetchStreams {
        let (begun, width) = (start % self.unit, self.here.width);
        let (skip, distance) = (begun / STREAMS * width, self.unit / STREAMS * width);
        let unit = start - begun + self.unit;
        match &self.next {
            _ if unit < self.inputs.end => self.here.streams((unit - self.inputs.start) * width + skip, distance),
            Some(next) => next.streams(skip, distance),
            // Nothing is left to prefetch. Prefetching a line that is in the cache costs little.
            None => PrefetchStreams { first: CacheLines::new(self.here.first, 0, 1), distance: 0 },
        }
    }
}

/// The cache lines of [`STREAMS`] streams.
pub struct PrefetchStreams {
    first: CacheLines,
    /// Bytes from a line of one stream to the corresponding line of the next: a number of whole rows, or any number if
    /// the task has the full width of the layer.
    distance: usize,
}

/// The lines to prefetch during a step of 16 rows. They are prefetched one by one between the products: many lines at
/// once would wait for each other, and every load of the kernel would wait behind them.
#[derive(Clone, Copy)]
pub struct PrefetchLines {
    /// The lines of the first stream.
    pub lines: [*const u8; LINES_PER_STEP],
    /// Bytes from one stream to the next.
    pub distance: usize,
}

impl PrefetchStreams {
    /// The lines of the next step.
    #[inline(always)]
    pub fn next(&mut self) -> PrefetchLines {
        PrefetchLines { lines: [self.first.next(), self.first.next()], distance: self.distance }
    }
}

/// The position of a few weight rows in their segment.
pub struct SegmentPosition<'a> {
    pub group: GroupRow<'a>,
    /// The first output of the task.
    pub column: usize,
    /// Whether they are the first rows of the segment, so the integer sums are set, not added to.
    pub begins: bool,
    /// Whether no segment of the task has ended before, so the f32 sums are set, not added to.
    pub first_segment: bool,
    segment: Range<usize>,
    rows: usize,
    /// Rows of the segment after these.
    rows_after: usize,
}

impl<'a> SegmentPosition<'a> {
    /// The position of the next `rows` rows of the task, from input `start` on.
    pub fn new(task: &GemvTask<'a>, start: usize, rows: usize) -> SegmentPosition<'a> {
        let segment = task.segment(start);
        let rows_after = segment.end.saturating_sub(start + rows);
        let (group, column, begins) = (task.w.group(start), task.columns.start, start == segment.start);
        SegmentPosition { group, column, begins, first_segment: task.first_segment, segment, rows, rows_after }
    }

    /// If these are the last rows of the segment: the sum and the scale of its activations.
    pub fn ending(&self, x: &QuantRow) -> Option<(i32, f32)> {
        (self.rows_after == 0).then(|| (x.sum(self.segment.clone()), x.scales[self.segment.start / ACT_GROUP]))
    }

    /// Prefetches the scales and zero points of step `s`, `N` outputs, if the next rows are the last ones of the
    /// segment.
    #[inline(always)]
    pub fn prefetch_scales<const N: usize>(&self, s: usize) {
        if self.rows_after == 0 || self.rows_after > self.rows {
            return;
        }
        let o = self.column + s * N;
        prefetch_scales(&self.group, o..o + N);
    }
}
