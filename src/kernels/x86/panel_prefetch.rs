//! How a panel kernel goes through a layer: groups of tiles, segment by segment, the next one prefetched meanwhile.

use std::ops::Range;

use super::gemv_prefetch::{CacheLines, LINE, prefetch, prefetch_scales};
use crate::kernels::layout::{ACT_GROUP, Awq4, QuantRows};

/// Tiles that are walked side by side: 256 bytes of a weight row, which memory gives faster than single cache lines.
pub const TILES: usize = 4;

/// Rows of activations that one pass over a panel serves: as many as leave their sums in registers.
pub const ROWS: usize = 6;

/// A zero point z multiplies the sum of a segment's activations in one `vpmaddwd`: z times its lowest bits, this many, and
/// z * 2^11 (at most 30720) times the rest (at most 16256 * 128 / 2^11).
pub const ZERO_BITS: i32 = 11;

/// A sum of activations as the zero points in a panel multiply it.
#[inline]
pub fn for_zeros(sum: i32) -> i32 {
    sum >> ZERO_BITS << 16 | sum & ((1 << ZERO_BITS) - 1)
}

/// A few rows of activations, ready to be multiplied with a panel. A plane of them is laid out as the kernel likes it.
pub struct Pass<P> {
    first: usize,
    pub rows: usize,
    pub planes: Vec<P>,
    /// `[row]`: the negative sum of a segment's activations, as the zero points of a panel multiply it.
    pub minus_sums: [i32; ROWS],
    /// `[row]`
    pub scales: [f32; ROWS],
}

impl<P: Clone> Pass<P> {
    /// Rows dealt to passes of nearly the same size: six and two take longer than four and four.
    pub fn all(x: &QuantRows, rows: Range<usize>, empty: &P) -> Vec<Pass<P>> {
        let mut passes = Vec::new();
        let mut first = rows.start;
        while first < rows.end {
            let left = rows.end - first;
            let rows = left.div_ceil(left.div_ceil(ROWS));
            let planes = vec![empty.clone(); x.planes];
            passes.push(Pass { first, rows, planes, minus_sums: [0; ROWS], scales: [0.0; ROWS] });
            first += rows;
        }
        passes
    }

    /// Takes the activations of a segment. `fill` lays out a plane: it gets the row of the pass, the row of `x`, the plane and
    /// the group.
    #[inline(always)]
    pub fn load(&mut self, x: &QuantRows, segment: &Range<usize>, fill: impl Fn(&mut P, usize, usize, usize, usize)) {
        let group = segment.start / ACT_GROUP;
        for r in 0..self.rows {
            for (p, plane) in self.planes.iter_mut().enumerate() {
                fill(plane, r, self.first + r, p, group);
            }
            let row = x.row(self.first + r);
            self.minus_sums[r] = for_zeros(-row.sum(segment.clone()));
            self.scales[r] = row.scales[group];
        }
    }
}

/// The inputs and columns that come after a segment of a group of columns: the next segment of the group or, after its
/// last, the first segment of the next group. Empty where nothing comes.
pub fn next_segment(
    w: &Awq4,
    segment: &Range<usize>,
    group: &Range<usize>,
    columns: &Range<usize>,
) -> (Range<usize>, Range<usize>) {
    let from = |start: usize| start..(start + w.segment()).min(w.inputs);
    if segment.end < w.inputs {
        (from(segment.end), group.clone())
    } else {
        (from(0), group.end..(group.end + group.len()).min(columns.end))
    }
}

/// Weights that will be needed, prefetched in equal shares between the products: prefetched all at once, they would wait for
/// each other, and everything else for them.
pub struct PanelPrefetcher {
    lines: CacheLines,
    /// Lines still to be prefetched.
    left: usize,
    /// Lines prefetched at once.
    lines_per_call: usize,
    /// Whether that is before every step of a strip, not only before every strip.
    by_step: bool,
}

impl PanelPrefetcher {
    /// Nothing to prefetch.
    pub fn none() -> PanelPrefetcher {
        PanelPrefetcher { lines: CacheLines::over(std::ptr::null(), 0, 0), left: 0, lines_per_call: 0, by_step: false }
    }

    /// From now on the weights of `inputs` and `columns` are prefetched, while `passes` go through as many strips of so many
    /// steps each; their scales and zero points, which are few, now.
    pub fn retarget(
        &mut self,
        w: &Awq4,
        (inputs, columns): (Range<usize>, Range<usize>),
        [passes, strips, steps]: [usize; 3],
    ) {
        *self = PanelPrefetcher::none();
        if inputs.is_empty() || columns.is_empty() {
            return;
        }
        let at = w.qweight[inputs.start * w.row_bytes() + columns.start / 2..].as_ptr();
        // Rows need not begin where a cache line does.
        let lines = (columns.len() / 2 + at.addr() % LINE).div_ceil(LINE);
        self.lines = CacheLines::over(at, w.row_bytes(), lines);
        self.left = inputs.len() * lines;
        // With one pass there is little time between two strips; with more, prefetching takes less of it if done seldom.
        self.by_step = passes == 1;
        let calls = passes * strips * if self.by_step { steps } else { 1 };
        self.lines_per_call = self.left.div_ceil(calls.max(1));
        prefetch_scales(&w.group(inputs.start), columns);
    }

    /// To be called before a strip.
    #[inline(always)]
    pub fn before_strip(&mut self) {
        if !self.by_step {
            self.prefetch_next();
        }
    }

    /// To be called before a step of a strip.
    #[inline(always)]
    pub fn before_step(&mut self) {
        if self.by_step {
            self.prefetch_next();
        }
    }

    #[inline(always)]
    fn prefetch_next(&mut self) {
        let count = self.lines_per_call.min(self.left);
        self.left -= count;
        (0..count).for_each(|_| prefetch(self.lines.next()));
    }
}
