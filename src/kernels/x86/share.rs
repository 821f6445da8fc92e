//! How a panel kernel goes through a layer: groups of tiles, segment by segment, the next one asked for meanwhile.

use std::ops::Range;

use super::walk::{LINE, prefetch};
use crate::kernels::layout::Awq4;

/// Tiles that are walked side by side: 256 bytes of a weight row, which memory gives faster than single cache lines.
pub const TILES: usize = 4;

/// Rows dealt to passes of up to `ROWS`, of nearly the same size: six and two take longer than four and four.
pub fn deal<const ROWS: usize>(mut rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    std::iter::from_fn(move || {
        let pass = rows.start..rows.start + rows.len().div_ceil(rows.len().div_ceil(ROWS).max(1));
        rows.start = pass.end;
        (!pass.is_empty()).then_some(pass)
    })
}

/// The inputs and columns that come after a segment of a group of columns: the next segment of the group or, after its
/// last, the first segment of the next group. Empty where nothing comes.
pub fn next(
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

/// Weight rows that will be needed, asked for in equal shares between the products: asked for all at once, they would
/// wait for each other, and everything else for them.
pub struct Ahead {
    at: *const u8,
    stride: usize,
    /// Cache lines of each row.
    lines: usize,
    /// Rows still to be asked for.
    rows: usize,
    /// Rows asked for at once.
    share: usize,
}

impl Ahead {
    /// Nothing to ask for.
    pub fn none() -> Ahead {
        Ahead { at: std::ptr::null(), stride: 0, lines: 0, rows: 0, share: 0 }
    }

    /// From now on the weights of `inputs` and `columns` are asked for, in `shares` equal shares.
    pub fn turn_to(&mut self, w: &Awq4, (inputs, columns): (Range<usize>, Range<usize>), shares: usize) {
        *self = Ahead::none();
        if inputs.is_empty() || columns.is_empty() {
            return;
        }
        self.at = w.qweight[inputs.start * w.row_bytes() + columns.start / 2..].as_ptr();
        self.stride = w.row_bytes();
        // Rows need not begin where a cache line does.
        self.lines = (columns.len() / 2 + self.at.addr() % LINE).div_ceil(LINE);
        self.rows = inputs.len();
        self.share = self.rows.div_ceil(shares.max(1));
    }

    /// Asks for the next share.
    #[inline(always)]
    pub fn ask(&mut self) {
        let share = self.share.min(self.rows);
        self.rows -= share;
        for _ in 0..share {
            (0..self.lines).for_each(|line| prefetch(self.at.wrapping_add(line * LINE)));
            self.at = self.at.wrapping_add(self.stride);
        }
    }
}
