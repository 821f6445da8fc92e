//! Prefetching for the gemm kernels: while a segment is multiplied, the weights of the next one are brought near.

use std::ops::Range;

use super::prefetch::{CacheLines, LINE, STREAMS, prefetch, prefetch_scales};
use crate::kernels::layout::Awq4;

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

/// Prefetches the weights of one segment in equal shares between the products of another. Many lines prefetched at once
/// would wait for each other, and every load of the kernel would wait behind them.
///
/// The rows are prefetched as [`STREAMS`] streams side by side, which keep more memory requests in flight than one.
pub struct PanelPrefetcher {
    streams: [CacheLines; STREAMS],
    /// Lines that each stream still has to prefetch.
    left: usize,
    /// Lines of each stream.
    lines_per_call: usize,
    /// Whether to prefetch before every step of a strip, or only before every strip.
    by_step: bool,
}

impl PanelPrefetcher {
    /// Prefetches nothing.
    pub fn none() -> PanelPrefetcher {
        let none = CacheLines::new(std::ptr::null(), 0, 0);
        PanelPrefetcher { streams: [none; STREAMS], left: 0, lines_per_call: 0, by_step: false }
    }

    /// Sets what to prefetch from now on: the weights of `inputs` and `columns`, while `passes` go through `strips`
    /// strips of `steps` steps each. Their scales and zero points, which are few, are prefetched at once.
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
        // Rows need not begin at a cache line.
        let lines_per_row = (columns.len() / 2 + at.addr() % LINE).div_ceil(LINE);
        let rows = inputs.len().div_ceil(STREAMS);
        for (n, stream) in self.streams.iter_mut().enumerate() {
            let first = at.wrapping_add(n * rows * w.row_bytes());
            *stream = CacheLines::new(first, w.row_bytes(), lines_per_row);
        }
        self.left = rows * lines_per_row;
        // One pass has few strips, so each would have to prefetch many lines at once. With more passes, one call per
        // strip is enough and costs less than one per step.
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
        for _ in 0..count {
            self.streams.iter_mut().for_each(|stream| prefetch(stream.next()));
        }
    }
}
