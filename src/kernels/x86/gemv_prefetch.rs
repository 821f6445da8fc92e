//! How the kernel of a few rows goes through a layer: blocks of weight rows in full width, the next ones prefetched ahead.

use std::ops::Range;

use super::prefetch::{CacheLines, LINE, prefetch, prefetch_scales};
use crate::kernels::layout::{ACT_GROUP, Awq4, GemvTask, GroupRow, NextTask, QuantRow};

/// The bytes of some weight rows and a run of columns: row r starts at `r * stride`, and is `width` bytes long.
pub struct WeightBlock<'a> {
    /// `[rows, stride]`, up to the last row's `width`.
    bytes: &'a [u8],
    stride: usize,
    width: usize,
}

impl<'a> WeightBlock<'a> {
    /// `rows` rows from `start` on, `width` bytes of each from output `column` on. A block that the layer's end cuts short is
    /// copied to `padded` and filled up with zeros; the activations there are zero too.
    pub fn of(
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

    /// The part of row 0 that step `s` of `step` bytes reads, and the bytes from a row to the next: `step` bytes of every row
    /// can be read there.
    ///
    /// # Panics
    /// Where the step leaves the block.
    #[inline(always)]
    pub fn step(&self, s: usize, step: usize) -> (*const u8, usize) {
        assert!((s + 1) * step <= self.width);
        (self.bytes[s * step..].as_ptr(), self.stride)
    }
}

/// Long runs of memory that are prefetched side by side.
pub const STREAMS: usize = 4;
/// Lines that each stream prefetches during a step: with 16 rows of half a line, as many as a step uses.
pub const LINES_PER_STEP: usize = 2;
/// Bytes of a unit, at least, where [`ACT_GROUP`] rows have so many: a few pages for each stream.
const UNIT: usize = 64 << 10;

/// The order in which the weights of a task are prefetched, a unit of rows ahead of the products.
///
/// While the blocks of one unit are multiplied, the next unit is prefetched as [`STREAMS`] runs side by side. The prefetchers
/// of the machine follow each of them; behind a single run they fall back, and every line waits for memory in full.
/// Lines are prefetched into the second-level cache. A core can miss the first level only a few times at once, and in a machine
/// whose memory is slow to answer that many lines on their way are not enough to keep it busy.
pub struct GemvPrefetcher {
    here: WeightRows,
    next: Option<WeightRows>,
    inputs: Range<usize>,
    /// Rows of a unit, a power of two up to [`ACT_GROUP`]: halves of layers begin at a unit.
    unit: usize,
}

/// A run of columns of a run of weight rows, as addresses.
struct WeightRows {
    first: *const u8,
    stride: usize,
    width: usize,
}

impl WeightRows {
    fn of(w: &Awq4, input: usize, column: usize, width: usize) -> WeightRows {
        let stride = w.row_bytes();
        WeightRows { first: w.qweight.as_ptr().wrapping_add(input * stride + column / 2), stride, width }
    }

    /// Streams that begin `skip` bytes into the columns, counted row after row, and every `apart` bytes from there.
    fn streams(&self, skip: usize, apart: usize) -> PrefetchStreams {
        if self.width == self.stride {
            return PrefetchStreams { first: CacheLines::new(self.first.wrapping_add(skip), 0, usize::MAX), apart };
        }
        let width = self.width.max(1);
        let mut first = CacheLines::new(self.first, self.stride, width.div_ceil(LINE));
        first.skip(skip / width, skip % width / LINE);
        PrefetchStreams { first, apart: apart.div_ceil(width) * self.stride }
    }
}

impl GemvPrefetcher {
    /// The prefetcher of the rest of a task that takes up to `rows` rows at once, `width` bytes of each, and of what follows it. Of a
    /// first unit that nobody prefetched, half is prefetched at once, which takes no longer than waiting for it would; the other
    /// half is read as it comes.
    pub fn of(task: &GemvTask, (rows, width): (usize, usize), next: Option<&NextTask>) -> GemvPrefetcher {
        let from = |start: &NextTask, width: usize| WeightRows::of(&start.w, start.input, start.columns.start, width);
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
        let (skip, apart) = (begun / STREAMS * width, self.unit / STREAMS * width);
        let unit = start - begun + self.unit;
        match &self.next {
            _ if unit < self.inputs.end => self.here.streams((unit - self.inputs.start) * width + skip, apart),
            Some(next) => next.streams(skip, apart),
            // Nothing is left to prefetch, and lines that are at hand cost little.
            None => PrefetchStreams { first: CacheLines::new(self.here.first, 0, 1), apart: 0 },
        }
    }
}

/// Cache lines that will be needed, prefetched as [`STREAMS`] runs side by side.
pub struct PrefetchStreams {
    first: CacheLines,
    /// Bytes from a line of one stream to the same one of the next: a number of whole rows, or any where rows are whole.
    apart: usize,
}

/// What each of [`STREAMS`] streams prefetches during a step of 16 rows, to be prefetched one by one between the products: many lines at once
/// would wait for each other, and everything else for them.
#[derive(Clone, Copy)]
pub struct PrefetchLines {
    /// Two lines of the first stream.
    pub lines: [*const u8; LINES_PER_STEP],
    /// Bytes from one stream to the next.
    pub apart: usize,
}

impl PrefetchStreams {
    /// The lines of the next step.
    #[inline(always)]
    pub fn next(&mut self) -> PrefetchLines {
        PrefetchLines { lines: [self.first.next(), self.first.next()], apart: self.apart }
    }
}

/// Where in its segment some rows lie.
pub struct SegmentPosition<'a> {
    pub group: GroupRow<'a>,
    /// The first output of the task.
    pub column: usize,
    /// Whether they are the segment's first: no sums lie there yet.
    pub begins: bool,
    /// Whether the segment is the first one to end: its sums are set, not added.
    pub first_segment: bool,
    segment: Range<usize>,
    rows: usize,
    /// Rows of the segment behind these.
    rows_after: usize,
}

impl<'a> SegmentPosition<'a> {
    /// The position of `rows` rows from `start` on, the next ones that the task takes.
    pub fn of(task: &GemvTask<'a>, start: usize, rows: usize) -> SegmentPosition<'a> {
        let segment = task.segment(start);
        let rows_after = segment.end.saturating_sub(start + rows);
        let (group, column, begins) = (task.w.group(start), task.columns.start, start == segment.start);
        SegmentPosition { group, column, begins, first_segment: task.first_segment, segment, rows, rows_after }
    }

    /// The sum and the scale of the segment's activations, if these are its last rows.
    pub fn ending(&self, x: &QuantRow) -> Option<(i32, f32)> {
        (self.rows_after == 0).then(|| (x.sum(self.segment.clone()), x.scales[self.segment.start / ACT_GROUP]))
    }

    /// Prefetches the scales and zero points of step `s` of `N` outputs, if as many rows again end the segment.
    #[inline(always)]
    pub fn prefetch_scales<const N: usize>(&self, s: usize) {
        if self.rows_after == 0 || self.rows_after > self.rows {
            return;
        }
        let o = self.column + s * N;
        prefetch_scales(&self.group, o..o + N);
    }
}
