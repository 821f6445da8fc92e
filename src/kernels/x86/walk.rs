//! How a one-row kernel goes through a layer: blocks of 16 weight rows in full width, the next block asked for ahead.

use std::arch::x86_64::*;
use std::ops::Range;

use crate::kernels::layout::{Awq4, BLOCK, GROUP, GroupRow, QuantRow, Run, Start};

pub use crate::kernels::aligned::LINE;

/// The bytes of [`BLOCK`] weight rows and a run of columns: row r starts at `r * stride`, and is `width` bytes long.
pub struct Block<'a> {
    /// `[BLOCK, stride]`, up to the last row's `width`.
    pub bytes: &'a [u8],
    pub stride: usize,
    pub width: usize,
}

impl<'a> Block<'a> {
    /// The rows from `start` on, `width` bytes of each from output `column` on. A block that the layer's end cuts short is
    /// copied to `padded` and filled up with zeros; the activations there are zero too.
    pub fn of(w: &Awq4<'a>, start: usize, column: usize, width: usize, padded: &'a mut Vec<u8>) -> Block<'a> {
        let stride = w.row_bytes();
        let row = |r: usize| &w.qweight[(start + r) * stride + column / 2..][..width];
        let rows = BLOCK.min(w.inputs - start);
        if rows == BLOCK {
            let bytes = &w.qweight[start * stride + column / 2..][..(BLOCK - 1) * stride + width];
            return Block { bytes, stride, width };
        }
        padded.clear();
        (0..rows).for_each(|r| padded.extend_from_slice(row(r)));
        padded.resize(BLOCK * width, 0);
        Block { bytes: padded, stride: width, width }
    }

    /// The start of the part of row 0 that step `s` of `step` bytes reads; all rows are then readable by
    /// `r * stride`, `step` bytes each.
    ///
    /// # Panics
    /// Where the step leaves the block.
    #[inline(always)]
    pub fn step(&self, s: usize, step: usize) -> *const u8 {
        assert!((s + 1) * step <= self.width);
        self.bytes[s * step..].as_ptr()
    }
}

/// Bytes that lie between what is multiplied and what is asked for, at least: what memory gives in the time that it takes
/// to answer.
const DISTANCE: usize = 8192;

/// The order in which memory is asked for the weights of a walk, some rows ahead of the products.
///
/// Lines are asked into the second-level cache. A core can miss the first level only a few times at once, and in a machine
/// whose memory is slow to answer that many lines on their way are not enough to keep it busy.
pub struct Route {
    here: Rows,
    next: Option<Rows>,
    /// Rows of the walk.
    count: usize,
    /// Rows between the products and what is asked for, a multiple of [`BLOCK`].
    distance: usize,
}

/// A run of columns of a run of weight rows, as addresses.
struct Rows {
    first: *const u8,
    stride: usize,
    width: usize,
}

impl Rows {
    fn of(w: &Awq4, input: usize, column: usize, width: usize) -> Rows {
        let stride = w.row_bytes();
        Rows { first: w.qweight.as_ptr().wrapping_add(input * stride + column / 2), stride, width }
    }

    /// The lines from row `row` on.
    fn ahead(&self, row: usize) -> Ahead {
        // Whole rows are one long run: no end of a row to look out for.
        let whole = self.width == self.stride;
        let lines = if whole { usize::MAX / LINE } else { self.width.div_ceil(LINE) };
        Ahead::over(self.first.wrapping_add(row * self.stride), self.stride, lines)
    }
}

impl Route {
    /// The route of the rest of a run, `width` bytes of each row, and of what follows it. Narrow rows are asked for at once
    /// as far as the distance reaches; wide ones are read as they come.
    pub fn of(run: &Run, width: usize, next: Option<&Start>) -> Route {
        let rows = |start: &Start, width: usize| Rows::of(&start.w, start.input, start.columns.start, width);
        let here = rows(&run.start(), width);
        let next = next.map(|next| rows(next, next.columns.len() / 2));
        let blocks = DISTANCE.div_ceil((BLOCK * width).max(1));
        if blocks > 1 && !run.asked {
            let mut ahead = here.ahead(0);
            let lines = (blocks * BLOCK).min(run.inputs.len()) * width.div_ceil(LINE);
            (0..lines).for_each(|_| prefetch(ahead.line()));
        }
        Route { here, next, count: run.inputs.len(), distance: blocks * BLOCK }
    }

    /// The lines to ask for during the block that begins at row `row` of the walk.
    pub fn ahead(&self, row: usize) -> Ahead {
        let row = row + self.distance;
        match &self.next {
            _ if row < self.count => self.here.ahead(row),
            Some(next) => next.ahead(row - self.count),
            None => Ahead::none(),
        }
    }
}

/// Cache lines that will be needed, asked for in the order in which they lie.
///
/// Memory is read fastest in long runs. The rows of a block are such runs; its steps are not.
pub struct Ahead {
    at: *const u8,
    line: usize,
    lines: usize,
    skip: usize,
}

/// Some lines of an [`Ahead`].
pub enum Lines<const N: usize> {
    /// One behind the other.
    InARow(*const u8),
    Apart([*const u8; N]),
    None,
}

impl Ahead {
    /// Nothing to ask for.
    pub fn none() -> Ahead {
        Ahead::over(std::ptr::null(), 0, 0)
    }

    /// `lines` lines of each row from `at` on, where a row begins every `stride` bytes.
    pub fn over(at: *const u8, stride: usize, lines: usize) -> Ahead {
        Ahead { at, line: 0, lines, skip: stride.wrapping_sub(lines.wrapping_mul(LINE)) }
    }

    /// The next `N` lines, to be asked for one by one between the products: many at once would wait for each other, and
    /// everything else for them.
    #[inline(always)]
    pub fn next<const N: usize>(&mut self) -> Lines<N> {
        if self.line + N <= self.lines {
            let first = self.at;
            (self.at, self.line) = (self.at.wrapping_add(N * LINE), self.line + N);
            Lines::InARow(first)
        } else if self.lines > 0 {
            Lines::Apart([(); N].map(|_| self.line()))
        } else {
            Lines::None
        }
    }

    /// The next line.
    #[inline(always)]
    pub fn line(&mut self) -> *const u8 {
        if self.line == self.lines {
            (self.at, self.line) = (self.at.wrapping_add(self.skip), 0);
        }
        let line = self.at;
        (self.at, self.line) = (self.at.wrapping_add(LINE), self.line + 1);
        line
    }
}

/// Where in its segment a block of rows lies.
pub struct Place<'a> {
    pub group: GroupRow<'a>,
    /// The first output of the walk.
    pub column: usize,
    /// Whether the block is the segment's first: no sums lie there yet.
    pub begins: bool,
    /// Whether the segment is the first one to end: its sums are set, not added.
    pub fresh: bool,
    segment: Range<usize>,
    /// Rows of the segment behind this block.
    behind: usize,
}

impl<'a> Place<'a> {
    /// The place of the block from `start` on, the next one that the run takes.
    pub fn of(run: &Run<'a>, start: usize) -> Place<'a> {
        let segment = run.segment(start);
        let behind = segment.end.saturating_sub(start + BLOCK);
        let (group, column, begins) = (run.w.group(start), run.columns.start, start == segment.start);
        Place { group, column, begins, fresh: run.fresh, segment, behind }
    }

    /// The sum and the scale of the segment's activations, if this is its last block.
    pub fn ending(&self, x: &QuantRow) -> Option<(i32, f32)> {
        (self.behind == 0).then(|| (x.sum(self.segment.clone()), x.scales[self.segment.start / GROUP]))
    }

    /// Asks for the scales and zero points of step `s` of `N` outputs, if the next block ends the segment.
    #[inline(always)]
    pub fn ask_scales<const N: usize>(&self, s: usize) {
        if self.behind == 0 || self.behind > BLOCK {
            return;
        }
        let o = self.column + s * N;
        ask_scales(&self.group, o..o + N);
    }
}

/// Asks for the scales and zero points of some outputs of a group.
#[inline(always)]
pub fn ask_scales(group: &GroupRow, outputs: Range<usize>) {
    let size = group.scale_type.size();
    let ask = |row: &[u8], start: usize, bytes: usize| {
        (0..bytes.div_ceil(LINE)).for_each(|n| prefetch(row.as_ptr().wrapping_add(start + n * LINE)));
    };
    ask(group.scales, outputs.start * size, outputs.len() * size);
    if let Some(zeros) = group.zeros {
        ask(zeros, outputs.start / 2, outputs.len() / 2);
    }
}

/// Asks for the cache line at `at`, into the second-level cache.
#[inline(always)]
pub fn prefetch(at: *const u8) {
    // SAFETY: SSE is part of x86-64, and a prefetch of any address, mapped or not, never faults.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) };
}
