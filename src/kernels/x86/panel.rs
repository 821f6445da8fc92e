//! How a gemm kernel goes through a 4-bit layer: groups of tiles, segment by segment. A segment of a tile is unpacked
//! into a panel, and every pass (up to [`ROWS`] rows of activations) is multiplied with it.

use std::ops::Range;

use super::panel_prefetch::{PanelPrefetcher, next_segment};
use crate::kernels::layout::{ACT_GROUP, Awq4, QuantRows, TILE, runs, split_k};

/// Tiles in a group: 256 to 1024 bytes of a weight row. Memory delivers long runs of lines faster than short ones.
const GROUP_TILES: [usize; 2] = [4, 16];
/// The most bytes of the sums of a group, unless it has the least tiles. They and the next segment stay in the
/// second-level cache.
const GROUP_SUMS: usize = 256 << 10;

/// The most rows of a pass: as many as leave the sums of a strip in registers.
pub const ROWS: usize = 6;

/// `vpmaddwd` multiplies a zero point z with the sum S of a segment's activations as
/// `z * (S mod 2^11) + (z * 2^11) * (S >> 11)`, so that all factors fit 16 bits: z * 2^11 <= 15 * 2048 and |S >> 11| <=
/// 16256 * 128 / 2^11. This is that 11.
pub const ZERO_BITS: i32 = 11;

/// A sum of activations as two 16-bit factors, `[S mod 2^11, S >> 11]`; see [`ZERO_BITS`].
#[inline]
pub fn split_sum(sum: i32) -> i32 {
    sum >> ZERO_BITS << 16 | sum & ((1 << ZERO_BITS) - 1)
}

/// A few rows of activations during one segment. `P` is a plane of them in the kernel's own layout.
pub struct Pass<P> {
    first: usize,
    pub rows: usize,
    /// `[plane]`
    pub planes: Vec<P>,
    /// `[row]`: the negative sum of the segment's activations, as [`split_sum`] of it.
    pub minus_sums: [i32; ROWS],
    /// `[row]`: the scale of the activations.
    pub scales: [f32; ROWS],
}

impl<P: Clone> Pass<P> {
    /// Splits rows into passes of nearly equal size, because a pass of two rows takes longer per row than one of four.
    fn split_rows(x: &QuantRows, rows: Range<usize>, most: usize, empty: &P) -> Vec<Pass<P>> {
        let mut passes = Vec::new();
        let mut first = rows.start;
        while first < rows.end {
            let left = rows.end - first;
            let rows = left.div_ceil(left.div_ceil(most));
            let planes = vec![empty.clone(); x.planes];
            passes.push(Pass { first, rows, planes, minus_sums: [0; ROWS], scales: [0.0; ROWS] });
            first += rows;
        }
        passes
    }

    /// Loads the activations of a segment; `load_plane` is that of [`gemm_with`].
    #[inline(always)]
    fn load(&mut self, x: &QuantRows, segment: &Range<usize>, load_plane: impl Fn(&mut P, usize, &[i8], &[i16])) {
        const SUBS: usize = ACT_GROUP / crate::kernels::layout::ACT_BLOCK;
        let group = segment.start / ACT_GROUP;
        for r in 0..self.rows {
            let row = x.row(self.first + r);
            for (p, plane) in self.planes.iter_mut().enumerate() {
                let at = p * x.groups() + group;
                load_plane(plane, r, &row.codes[at * ACT_GROUP..][..ACT_GROUP], &row.subs[at * SUBS..][..SUBS]);
            }
            self.minus_sums[r] = split_sum(-row.sum(segment.clone()));
            self.scales[r] = row.scales[group];
        }
    }
}

/// The sizes of a kernel's panel.
pub struct PanelShape {
    /// Outputs that are unpacked together; a divisor of [`TILE`]. `store` computes the outputs of a tile that do not
    /// fill them.
    pub outputs: usize,
    /// Outputs of a strip.
    pub strip: usize,
    /// Inputs of a step.
    pub step: usize,
    /// The most rows of a pass, at most [`ROWS`].
    pub rows: usize,
}

/// [`awq_int_gemm`](crate::kernels::scalar::awq_int_gemm) by panels. The instruction sets differ in three functions:
///
/// - `load_plane(plane, r, codes, subs)` lays out row r of a pass: one group of one plane of the activations.
/// - `multiply(segment, columns, passes, sums, prefetcher)` unpacks a segment of a part of a tile and adds the products
///   of all
///   passes to `sums`, `[row]`. It calls the prefetcher before every strip and every step.
/// - `store(tile, first, second, out)` adds the sums of the two split-K parts, `[row]` each, and writes them to `out`,
///   `[rows, tile]`.
#[inline(always)]
pub fn gemm_with<P: Clone, S: Clone>(
    (w, x, rows, columns, out): (&Awq4, &QuantRows, Range<usize>, Range<usize>, &mut [f32]),
    shape: PanelShape,
    (empty_plane, zero): (P, S),
    load_plane: impl Fn(&mut P, usize, &[i8], &[i16]),
    mut multiply: impl FnMut(&Range<usize>, Range<usize>, &[Pass<P>], &mut [S], &mut PanelPrefetcher),
    store: impl Fn(Range<usize>, &[S], &[S], &mut [f32]),
) {
    let mut passes = Pass::split_rows(x, rows.clone(), shape.rows, &empty_plane);
    let (pass_count, row_count, mut loaded) = (passes.len(), rows.len(), None);
    gemm_by_segments(
        (w, rows, columns, out),
        (shape.outputs, row_count, zero, true),
        (true, &mut [Vec::new(), Vec::new()]),
        |segment, outputs| [pass_count, outputs / shape.strip, segment.len().div_ceil(shape.step) * x.planes],
        |segment, _, tile, sums, prefetcher| {
            if loaded.replace(segment.start) != Some(segment.start) {
                passes.iter_mut().for_each(|pass| pass.load(x, segment, &load_plane));
            }
            multiply(segment, tile, &passes, sums, prefetcher);
        },
        store,
    );
}

/// The loop of [`gemm_with`] over the segments and tiles of a layer.
///
/// - `outputs`, `count` and `zero`: [`PanelShape::outputs`], the number of sums of a tile, and each without a segment.
/// - `prefetch_tiles`: whether to prefetch each tile into the first-level cache, too.
/// - `are_cleared`, `sums`: whether the sums are zero before the first segment, or have any values, and memory for those of
///   the two split-K parts.
/// - `calls(segment, outputs)`: how often the prefetcher is called during a segment of some outputs: `[passes, strips,
///   steps]`.
/// - `multiply(segment, is_first, columns, sums, prefetcher)` and `store`: as those of [`gemm_with`]. Unless
///   `are_cleared`, the first segment must set the sums.
#[inline(always)]
pub fn gemm_by_segments<S: Clone>(
    (w, rows, columns, mut out): (&Awq4, Range<usize>, Range<usize>, &mut [f32]),
    (outputs, count, zero, prefetch_tiles): (usize, usize, S, bool),
    (are_cleared, sums): (bool, &mut [Vec<S>; 2]),
    calls: impl Fn(&Range<usize>, usize) -> [usize; 3],
    mut multiply: impl FnMut(&Range<usize>, bool, Range<usize>, &mut [S], &mut PanelPrefetcher),
    store: impl Fn(Range<usize>, &[S], &[S], &mut [f32]),
) {
    if rows.is_empty() {
        return;
    }
    let mut prefetcher = PanelPrefetcher::none();
    let [least, most] = GROUP_TILES;
    let tiles = (GROUP_SUMS / (count * size_of::<S>()).max(1)).clamp(least, most);
    for group in runs(columns.clone(), tiles * TILE) {
        let whole = group.len() / outputs * outputs;
        for (inputs, sums) in split_k(w.inputs).into_iter().zip(sums.iter_mut()) {
            let needed = group.len().div_ceil(TILE) * count;
            if are_cleared || inputs.is_empty() {
                sums.clear();
            }
            if sums.len() < needed {
                sums.resize(needed, zero.clone());
            }
            for segment in w.segments(inputs.clone()) {
                let next = next_segment(w, &segment, &group, &columns);
                prefetcher.set_segment(w, &next, calls(&segment, whole));
                let tiles = runs(group.start..group.start + whole, TILE);
                for (tile, sums) in tiles.zip(sums.chunks_exact_mut(count)) {
                    if prefetch_tiles {
                        let steps = calls(&segment, tile.len()).iter().product();
                        let rest = tile.end..group.start + whole;
                        let (inputs, columns) = if rest.is_empty() { next.clone() } else { (segment.clone(), rest) };
                        prefetcher.set_tile(w, inputs, columns, steps);
                    }
                    multiply(&segment, segment.start == inputs.start, tile, sums, &mut prefetcher);
                }
            }
        }
        let [first, second] = sums.each_ref().map(|sums| sums.chunks_exact(count));
        for ((tile, first), second) in runs(group, TILE).zip(first).zip(second) {
            let tile_out;
            (tile_out, out) = out.split_at_mut(tile.len() * rows.len());
            store(tile, first, second, tile_out);
        }
    }
}

/// The passes, each with its part of the sums of all rows.
pub fn with_sums<'p, P, S>(
    passes: &'p [Pass<P>],
    mut sums: &'p mut [S],
) -> impl Iterator<Item = (&'p Pass<P>, &'p mut [S])> {
    passes.iter().map(move |pass| {
        let pass_sums;
        (pass_sums, sums) = std::mem::take(&mut sums).split_at_mut(pass.rows);
        (pass, pass_sums)
    })
}
