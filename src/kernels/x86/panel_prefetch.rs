//! Prefetching for the gemm kernels: while a tile is multiplied, the weights of the next tile and of the next segment are
//! brought near.

use std::ops::Range;

use super::prefetch::{CacheLines, LINE, STREAMS, prefetch, prefetch_near, prefetch_scales};
use crate::kernels::layout::{Awq4, TILE};

/// The inputs and columns that come after a segment of a group of columns: the next segment of the group or, after its
/// last, the first segment of the next group. The columns are empty after the last segment of all.
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

/// Prefetches weights in equal shares between the products of a tile. Many lines prefetched at once would wait for each
/// other, and every load of the kernel would wait behind them.
///
/// The next segment of the group goes into the second-level cache, as [`STREAMS`] streams side by side, which keep more
/// memory requests in flight than one. The next tile goes from there into the first-level cache.
pub struct PanelPrefetcher {
    /// The first of the streams.
    segment: CacheLines,
    /// Bytes from a stream to the next one.
    stream: usize,
    /// Lines that each stream still has to prefetch.
    segment_left: usize,
    /// Lines of each stream.
    segment_share: usize,
    /// Whether to prefetch the segment before every step of a strip, or only before every strip.
    by_step: bool,
    tile: CacheLines,
    /// Lines of the tile that are still to be prefetched.
    tile_left: usize,
    /// Lines of the tile before every step.
    tile_share: usize,
}

impl PanelPrefetcher {
    /// Prefetches nothing.
    pub fn none() -> PanelPrefetcher {
        let none = CacheLines::new(std::ptr::null(), 0, 0);
        PanelPrefetcher {
            segment: none,
            stream: 0,
            segment_left: 0,
            segment_share: 0,
            by_step: false,
            tile: none,
            tile_left: 0,
            tile_share: 0,
        }
    }

    /// Sets the next segment: the weights of `inputs` and `columns`, which are prefetched while `passes` go through
    /// `strips` strips of `steps` steps each. Their scales and zero points, which are few, are prefetched at once.
    pub fn set_segment(
        &mut self,
        w: &Awq4,
        (inputs, columns): &(Range<usize>, Range<usize>),
        [passes, strips, steps]: [usize; 3],
    ) {
        *self = PanelPrefetcher::none();
        if inputs.is_empty() || columns.is_empty() {
            return;
        }
        let at = w.qweight[inputs.start * w.row_bytes() + columns.start / 2..].as_ptr();
        // Rows need not begin at a cache line.
        let lines_per_row = (columns.len() / 2 + at.addr() % LINE).div_ceil(LINE);
        let rows = inputs.len().div_ceil(STREAMS);
        (self.segment, self.stream) = (CacheLines::new(at, w.row_bytes(), lines_per_row), rows * w.row_bytes());
        self.segment_left = rows * lines_per_row;
        // One pass has few strips, so each would have to prefetch many lines at once. With more passes, one call per
        // strip is enough and costs less than one per step.
        self.by_step = passes == 1;
        let calls = passes * strips * if self.by_step { steps } else { 1 };
        self.segment_share = self.segment_left.div_ceil(calls.max(1));
        prefetch_scales(&w.group(inputs.start), columns.clone());
    }

    /// Sets the next tile: the weights of `inputs` and of the first tile of `columns`, which are prefetched during `steps`
    /// steps.
    pub fn set_tile(&mut self, w: &Awq4, inputs: Range<usize>, columns: Range<usize>, steps: usize) {
        self.tile_left = 0;
        if inputs.is_empty() || columns.is_empty() {
            return;
        }
        let at = w.qweight[inputs.start * w.row_bytes() + columns.start / 2..].as_ptr();
        let lines_per_row = (columns.len().min(TILE) / 2 + at.addr() % LINE).div_ceil(LINE);
        self.tile = CacheLines::new(at, w.row_bytes(), lines_per_row);
        self.tile_left = inputs.len() * lines_per_row;
        self.tile_share = self.tile_left.div_ceil(steps.max(1));
    }

    /// To be called before a strip.
    #[inline(always)]
    pub fn before_strip(&mut self) {
        if !self.by_step {
            self.prefetch_segment();
        }
    }

    /// To be called before a step of a strip.
    #[inline(always)]
    pub fn before_step(&mut self) {
        if self.by_step {
            self.prefetch_segment();
        }
        let count = self.tile_share.min(self.tile_left);
        self.tile_left -= count;
        (0..count).for_each(|_| prefetch_near(self.tile.next()));
    }

    #[inline(always)]
    fn prefetch_segment(&mut self) {
        let count = self.segment_share.min(self.segment_left);
        self.segment_left -= count;
        for _ in 0..count {
            let line = self.segment.next();
            (0..STREAMS).for_each(|n| prefetch(line.wrapping_add(n * self.stream)));
        }
    }
}
