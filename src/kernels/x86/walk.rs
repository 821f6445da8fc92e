//! How the kernel of a few rows goes through a layer: blocks of weight rows in full width, the next ones asked for ahead.

use std::arch::x86_64::*;
use std::ops::Range;

use crate::kernels::layout::{Awq4, GROUP, GroupRow, QuantRow, Run, Start};

pub use crate::kernels::aligned::LINE;

/// The bytes of some weight rows and a run of columns: row r starts at `r * stride`, and is `width` bytes long.
pub struct Block<'a> {
    /// `[rows, stride]`, up to the last row's `width`.
    bytes: &'a [u8],
    stride: usize,
    width: usize,
}

impl<'a> Block<'a> {
    /// `rows` rows from `start` on, `width` bytes of each from output `column` on. A block that the layer's end cuts short is
    /// copied to `padded` and filled up with zeros; the activations there are zero too.
    pub fn of(
        w: &Awq4<'a>,
        (start, rows): (usize, usize),
        (column, width): (usize, usize),
        padded: &'a mut Vec<u8>,
    ) -> Block<'a> {
        let stride = w.row_bytes();
        let row = |r: usize| &w.qweight[(start + r) * stride + column / 2..][..width];
        if start + rows <= w.inputs {
            let bytes = &w.qweight[start * stride + column / 2..][..(rows - 1) * stride + width];
            return Block { bytes, stride, width };
        }
        padded.clear();
        (0..w.inputs - start).for_each(|r| padded.extend_from_slice(row(r)));
        padded.resize(rows * width, 0);
        Block { bytes: padded, stride: width, width }
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

/// Long runs of memory that are asked for side by side.
pub const STREAMS: usize = 4;
/// Lines that each stream asks for during a step: with 16 rows of half a line, as many as a step uses.
pub const BESIDE: usize = 2;
/// Bytes of a unit, at least, where [`GROUP`] rows have so many: a few pages for each stream.
const UNIT: usize = 64 << 10;

/// The order in which memory is asked for the weights of a walk, a unit of rows ahead of the products.
///
/// While the blocks of one unit are multiplied, the next unit is asked for as [`STREAMS`] runs side by side. The prefetchers
/// of the machine follow each of them; behind a single run they fall back, and every line waits for memory in full.
/// Lines are asked into the second-level cache. A core can miss the first level only a few times at once, and in a machine
/// whose memory is slow to answer that many lines on their way are not enough to keep it busy.
pub struct Route {
    here: Rows,
    next: Option<Rows>,
    inputs: Range<usize>,
    /// Rows of a unit, a power of two up to [`GROUP`]: halves of layers begin at a unit.
    unit: usize,
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

    /// Streams that begin `skip` bytes into the columns, counted row after row, and every `apart` bytes from there.
    fn streams(&self, skip: usize, apart: usize) -> Streams {
        if self.width == self.stride {
            return Streams { first: Lines::over(self.first.wrapping_add(skip), 0, usize::MAX), apart };
        }
        let width = self.width.max(1);
        let mut first = Lines::over(self.first, self.stride, width.div_ceil(LINE));
        first.skip(skip / width, skip % width / LINE);
        Streams { first, apart: apart.div_ceil(width) * self.stride }
    }
}

impl Route {
    /// The route of the rest of a run that takes up to `rows` rows at once, `width` bytes of each, and of what follows it. Of a
    /// first unit that nobody asked for, half is asked for at once, which takes no longer than waiting for it would; the other
    /// half is read as it comes.
    pub fn of(run: &Run, (rows, width): (usize, usize), next: Option<&Start>) -> Route {
        let from = |start: &Start, width: usize| Rows::of(&start.w, start.input, start.columns.start, width);
        let here = from(&run.start(), width);
        let next = next.map(|next| from(next, next.columns.len() / 2));
        let unit = UNIT.div_ceil(width.max(1)).next_power_of_two().clamp(rows, GROUP);
        if !run.asked {
            let lines = width.div_ceil(LINE);
            let mut ahead = Lines::over(here.first, here.stride, lines);
            (0..run.inputs.len().min(unit / 2) * lines).for_each(|_| prefetch(ahead.next()));
        }
        Route { here, next, inputs: run.inputs.clone(), unit }
    }

    /// What to ask for during the rows that begin at input `start`.
    pub fn ahead(&self, start: usize) -> Streams {
        let (begun, width) = (start % self.unit, self.here.width);
        let (skip, apart) = (begun / STREAMS * width, self.unit / STREAMS * width);
        let unit = start - begun + self.unit;
        match &self.next {
            _ if unit < self.inputs.end => self.here.streams((unit - self.inputs.start) * width + skip, apart),
            Some(next) => next.streams(skip, apart),
            // Nothing is left to ask for, and lines that are at hand cost little.
            None => Streams { first: Lines::over(self.here.first, 0, 1), apart: 0 },
        }
    }
}

/// Cache lines that will be needed, asked for as [`STREAMS`] runs side by side.
pub struct Streams {
    first: Lines,
    /// Bytes from a line of one stream to the same one of the next: a number of whole rows, or any where rows are whole.
    apart: usize,
}

/// What each of [`STREAMS`] streams asks for during a step of 16 rows, to be asked for one by one between the products: many lines at once
/// would wait for each other, and everything else for them.
#[derive(Clone, Copy)]
pub struct Ahead {
    /// Two lines of the first stream.
    pub lines: [*const u8; BESIDE],
    /// Bytes from one stream to the next.
    pub apart: usize,
}

impl Streams {
    /// The lines of the next step.
    #[inline(always)]
    pub fn next(&mut self) -> Ahead {
        Ahead { lines: [self.first.next(), self.first.next()], apart: self.apart }
    }
}

/// The cache lines of some columns of a run of rows, in the order in which they lie.
pub struct Lines {
    at: *const u8,
    line: usize,
    /// Lines of a row.
    lines: usize,
    /// Bytes from the end of a row's lines to the next row.
    gap: usize,
}

impl Lines {
    /// `lines` lines of each row from `at` on, where a row begins every `stride` bytes.
    pub fn over(at: *const u8, stride: usize, lines: usize) -> Lines {
        Lines { at, line: 0, lines, gap: stride.wrapping_sub(lines.wrapping_mul(LINE)) }
    }

    /// Leaves out `rows` rows and `lines` lines, fewer than a row has, from the beginning of a row on.
    fn skip(&mut self, rows: usize, lines: usize) {
        let stride = self.gap.wrapping_add(self.lines * LINE);
        self.at = self.at.wrapping_add(rows * stride + lines * LINE);
        self.line = lines;
    }

    /// The next line.
    #[inline(always)]
    pub fn next(&mut self) -> *const u8 {
        if self.line == self.lines {
            (self.at, self.line) = (self.at.wrapping_add(self.gap), 0);
        }
        let line = self.at;
        (self.at, self.line) = (self.at.wrapping_add(LINE), self.line + 1);
        line
    }
}

/// Where in its segment some rows lie.
pub struct Place<'a> {
    pub group: GroupRow<'a>,
    /// The first output of the walk.
    pub column: usize,
    /// Whether they are the segment's first: no sums lie there yet.
    pub begins: bool,
    /// Whether the segment is the first one to end: its sums are set, not added.
    pub fresh: bool,
    segment: Range<usize>,
    rows: usize,
    /// Rows of the segment behind these.
    behind: usize,
}

impl<'a> Place<'a> {
    /// The place of `rows` rows from `start` on, the next ones that the run takes.
    pub fn of(run: &Run<'a>, start: usize, rows: usize) -> Place<'a> {
        let segment = run.segment(start);
        let behind = segment.end.saturating_sub(start + rows);
        let (group, column, begins) = (run.w.group(start), run.columns.start, start == segment.start);
        Place { group, column, begins, fresh: run.fresh, segment, rows, behind }
    }

    /// The sum and the scale of the segment's activations, if these are its last rows.
    pub fn ending(&self, x: &QuantRow) -> Option<(i32, f32)> {
        (self.behind == 0).then(|| (x.sum(self.segment.clone()), x.scales[self.segment.start / GROUP]))
    }

    /// Asks for the scales and zero points of step `s` of `N` outputs, if as many rows again end the segment.
    #[inline(always)]
    pub fn ask_scales<const N: usize>(&self, s: usize) {
        if self.behind == 0 || self.behind > self.rows {
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
