//! How a panel kernel goes through a layer: groups of tiles, segment by segment, the next one asked for meanwhile.

use std::ops::Range;

use super::walk::{LINE, prefetch};
use crate::kernels::layout::{Awq4, GROUP, QuantRows};

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
    pub fn take(&mut self, x: &QuantRows, segment: &Range<usize>, fill: impl Fn(&mut P, usize, usize, usize, usize)) {
        let group = segment.start / GROUP;
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

/// Asks for all of `bytes` at once.
fn ask(bytes: &[u8]) {
    (0..bytes.len()).step_by(LINE).for_each(|at| prefetch(bytes.as_ptr().wrapping_add(at)));
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

    /// From now on the weights of `inputs` and `columns` are asked for, in `shares` equal shares; their scales and zero
    /// points, which are few, now.
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
        let group = w.group(inputs.start);
        let size = group.scale_type.size();
        ask(&group.scales[columns.start * size..columns.end * size]);
        if let Some(zeros) = group.zeros {
            ask(&zeros[columns.start / 2..columns.end / 2]);
        }
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
