//! The data that kernels read and write: 4-bit layers in their stored layout, quantized activations, tiles of results.
//!
//! Everything here is plain data. The constants are part of the arithmetic: changing one changes the bits of every
//! result.

use std::ops::Range;

/// Inputs that share one f32 scale of the activations. No integer sum spans more inputs than this.
pub const ACT_GROUP: usize = 128;
/// Inputs that share one integer sub-scale of the activations; a divisor of [`ACT_GROUP`].
pub const ACT_BLOCK: usize = 16;
/// Inputs per entry of [`QuantRows::sums`]: the smallest weight group that is supported.
pub const SUM_BLOCK: usize = 32;
/// The largest sub-scale. 15 * 127 * 128 * 64 < 2^24, so every integer sum of `int8` is exact as f32.
pub const SUB_MAX: i32 = 64;
/// Outputs in one tile of a result: one cache line of 4-bit weights per input.
pub const TILE: usize = 128;

/// The little-endian number format of the scales or the dense weights of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float {
    /// IEEE 754 half precision, 2 bytes.
    F16,
    /// The upper half of an f32, 2 bytes.
    Bf16,
    /// IEEE 754 single precision, 4 bytes.
    F32,
}

impl Float {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self {
            Float::F16 | Float::Bf16 => 2,
            Float::F32 => 4,
        }
    }
}

/// A 4-bit layer in AutoAWQ's `gemm` layout: `w[i, o] = (q[i, o] - z[i / group_size, o]) * s[i / group_size, o]`.
///
/// A 32-bit word holds eight neighbouring outputs: word c holds output `8c + NIBBLE_ORDER[n]` in bits 4n to 4n + 3.
#[derive(Clone, Copy, Debug)]
pub struct Awq4<'a> {
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs, a multiple of 8.
    pub outputs: usize,
    /// Inputs that share a scale and a zero point: 32, 64, 128, or a multiple of 128, or all of `inputs`.
    pub group_size: usize,
    /// `[inputs, outputs / 8]` words.
    pub qweight: &'a [u8],
    /// `[inputs / group_size, outputs / 8]` words; `None` if every zero point is [`DEFAULT_ZERO`].
    pub qzeros: Option<&'a [u8]>,
    /// `[inputs / group_size, outputs]` numbers.
    pub scales: &'a [u8],
    /// Number format of `scales`.
    pub scale_type: Float,
}

/// Nibble n of word c is output `8c + NIBBLE_ORDER[n]` (AutoAWQ `awq/modules/linear/gemm.py`).
pub const NIBBLE_ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];
/// Output `8c + k` is at bit `NIBBLE_SHIFT[k]` of word c: the inverse of [`NIBBLE_ORDER`].
pub const NIBBLE_SHIFT: [u32; 8] = [0, 16, 4, 20, 8, 24, 12, 28];
/// The zero point of every output of a layer without `qzeros`.
pub const DEFAULT_ZERO: i32 = 8;

/// Word `i` of a row of little-endian 32-bit words.
#[inline(always)]
pub fn word_at(row: &[u8], i: usize) -> u32 {
    u32::from_le_bytes(row.as_chunks().0[i])
}

impl<'a> Awq4<'a> {
    /// Bytes of one row of `qweight` or `qzeros`.
    pub fn row_bytes(&self) -> usize {
        self.outputs / 2
    }

    /// Inputs of a segment: the longest range that shares both a weight scale and an activation scale.
    pub fn segment(&self) -> usize {
        self.group_size.min(ACT_GROUP)
    }

    /// The segments of `inputs`, each inside one weight group and one activation group, in summation order.
    pub fn segments(&self, inputs: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
        let segment = self.segment();
        inputs.clone().step_by(segment).map(move |start| start..(start + segment).min(inputs.end))
    }

    /// The zero points and scales of the weight group of input `i`.
    pub fn group(&self, i: usize) -> GroupRow<'a> {
        let group = i / self.group_size;
        let row = |all: &'a [u8], bytes: usize| &all[group * bytes..(group + 1) * bytes];
        GroupRow {
            zeros: self.qzeros.map(|zeros| row(zeros, self.row_bytes())),
            scales: row(self.scales, self.outputs * self.scale_type.size()),
            scale_type: self.scale_type,
        }
    }
}

/// The zero points and scales of one weight group, for all outputs.
#[derive(Clone, Copy, Debug)]
pub struct GroupRow<'a> {
    /// `[outputs / 8]` words; `None` if every zero point is [`DEFAULT_ZERO`].
    pub zeros: Option<&'a [u8]>,
    /// `[outputs]` numbers.
    pub scales: &'a [u8],
    /// Number format of `scales`.
    pub scale_type: Float,
}

/// The unit of work of a gemv: a range of outputs of a 4-bit layer, and the inputs of one split-K part that are not yet
/// multiplied.
///
/// Results are stored as in [`Tiles`]: tile by tile, `[rows, width]`. A task can be paused at any multiple of
/// [`ACT_BLOCK`] inputs and continued later, also by another thread.
#[derive(Debug)]
pub struct GemvTask<'a> {
    /// The layer.
    pub w: Awq4<'a>,
    /// The remaining inputs, from a multiple of [`ACT_BLOCK`] to the end of the split-K part.
    pub inputs: Range<usize>,
    /// The outputs, from a multiple of [`TILE`]; whole tiles if there are several rows.
    pub columns: Range<usize>,
    /// The first of the input rows in the [`QuantRows`].
    pub first_row: usize,
    /// Number of input rows.
    pub rows: usize,
    /// `[rows * columns]`: the integer sums of a segment that is not finished. Their order is the private choice of a
    /// kernel.
    pub sums: &'a mut [i32],
    /// `[rows * columns]`: the f32 sums of the finished segments.
    pub out: &'a mut [f32],
    /// Whether no segment is finished yet. Then the values of `out` are unspecified, and the first segment sets them.
    pub first_segment: bool,
    /// Whether the first of the remaining weights have been prefetched.
    pub prefetched: bool,
}

impl<'a> GemvTask<'a> {
    /// The segment of input `start`, cut at the end of the task.
    pub fn segment(&self, start: usize) -> Range<usize> {
        let segment = self.w.segment();
        let begin = start / segment * segment;
        begin..(begin + segment).min(self.inputs.end)
    }

    /// Bytes of weights that are not yet read.
    pub fn bytes(&self) -> usize {
        self.inputs.len() * self.columns.len() / 2
    }

    /// Keeps the first `columns` outputs, a multiple of [`TILE`], and returns the others as a task of their own.
    pub fn split_off(&mut self, columns: usize) -> GemvTask<'a> {
        let (sums, more_sums) = std::mem::take(&mut self.sums).split_at_mut(self.rows * columns);
        let (out, more_out) = std::mem::take(&mut self.out).split_at_mut(self.rows * columns);
        (self.sums, self.out) = (sums, out);
        let end = std::mem::replace(&mut self.columns.end, self.columns.start + columns);
        let columns = self.columns.end..end;
        GemvTask { columns, sums: more_sums, out: more_out, inputs: self.inputs.clone(), prefetched: false, ..*self }
    }

    /// The outputs after the first `columns` as a task that borrows from this one. Only for tasks of one row.
    pub fn tail(&mut self, columns: usize) -> GemvTask<'_> {
        GemvTask {
            w: self.w,
            inputs: self.inputs.clone(),
            columns: self.columns.start + columns..self.columns.end,
            sums: &mut self.sums[columns..],
            out: &mut self.out[columns..],
            ..*self
        }
    }

    /// The index in `out` and `sums` of row `r` and output `n` of the task.
    #[inline]
    pub fn output_index(&self, r: usize, n: usize) -> usize {
        (n / TILE * self.rows + r) * TILE + n % TILE
    }

    /// Records that all inputs before `end` are multiplied.
    pub fn advance_to(&mut self, end: usize) {
        self.first_segment &= end < self.segment(self.inputs.start).end;
        (self.inputs.start, self.prefetched) = (end, true);
    }

    /// The position of the remaining weights.
    pub fn as_next(&self) -> NextTask<'a> {
        NextTask { w: self.w, input: self.inputs.start, columns: self.columns.clone() }
    }
}

/// The position of the weights that a thread reads after a [`GemvTask`]. A kernel prefetches the first of them while it
/// multiplies the last ones of its task, so that memory is always busy.
#[derive(Clone, Debug)]
pub struct NextTask<'a> {
    /// The layer.
    pub w: Awq4<'a>,
    /// The first input that is read.
    pub input: usize,
    /// The outputs that are read.
    pub columns: Range<usize>,
}

/// A dense layer: `y[o] = sum over i of w[o, i] * x[i]`.
#[derive(Clone, Copy, Debug)]
pub struct Dense<'a> {
    /// Number of inputs: the columns of the matrix.
    pub inputs: usize,
    /// Number of outputs: the rows of the matrix.
    pub outputs: usize,
    /// `[outputs, inputs]` numbers.
    pub data: &'a [u8],
    /// Number format of `data`.
    pub kind: Float,
}

impl<'a> Dense<'a> {
    /// The bytes of row `o`.
    pub fn row(&self, o: usize) -> &'a [u8] {
        let bytes = self.inputs * self.kind.size();
        &self.data[o * bytes..(o + 1) * bytes]
    }
}

/// The two split-K parts of the inputs of a layer. Each is summed on its own, and the two sums are added.
///
/// Two threads can then read two long ranges of weight rows. The parts depend only on the number of inputs, so the
/// result does not depend on the number of threads.
pub fn split_k(inputs: usize) -> [Range<usize>; 2] {
    let cut = (inputs.div_ceil(ACT_GROUP).div_ceil(2) * ACT_GROUP).min(inputs);
    [0..cut, cut..inputs]
}

/// Quantized activations: `x[i] ~= scales[i / 128] * sum over planes p of subs[p][i / 16] * codes[p][i]`.
///
/// `int8` has one plane with sub-scales in 1..=64. `int15` has two: the high plane with sub-scale 128 and the low plane
/// with sub-scale 1. Inputs are padded with zero codes to a multiple of [`ACT_GROUP`].
#[derive(Clone, Debug, Default)]
pub struct QuantRows {
    /// Number of rows.
    pub rows: usize,
    /// Length of a row, without padding.
    pub inputs: usize,
    /// Number of planes: 1 (`int8`) or 2 (`int15`).
    pub planes: usize,
    /// `[rows, planes, groups * 128]`
    pub codes: Vec<i8>,
    /// `[rows, planes, groups * 8]`
    pub subs: Vec<i16>,
    /// `[rows, groups]`
    pub scales: Vec<f32>,
    /// `[rows, groups * 4]`: the sum of `subs * codes` over every 32 inputs and all planes.
    pub sums: Vec<i32>,
}

/// One row of [`QuantRows`].
#[derive(Clone, Copy, Debug)]
pub struct QuantRow<'a> {
    /// Number of planes.
    pub planes: usize,
    /// `[planes, groups * 128]`
    pub codes: &'a [i8],
    /// Sub-scales, `[planes, groups * 8]`.
    pub subs: &'a [i16],
    /// `[groups]`
    pub scales: &'a [f32],
    /// `[groups * 4]`
    pub sums: &'a [i32],
}

/// A range of groups of one row of [`QuantRows`], to be written.
#[derive(Debug)]
pub struct QuantRowMut<'a> {
    /// The codes of each plane, `[groups * 128]`. The second is empty if there is one plane.
    pub codes: [&'a mut [i8]; 2],
    /// The sub-scales of each plane, `[groups * 8]`. The second is empty if there is one plane.
    pub subs: [&'a mut [i16]; 2],
    /// `[groups]`
    pub scales: &'a mut [f32],
    /// `[groups * 4]`
    pub sums: &'a mut [i32],
}

impl QuantRows {
    /// Sets the shape and leaves the values unspecified. Reuses memory.
    pub fn reset(&mut self, rows: usize, inputs: usize, planes: usize) {
        let groups = inputs.div_ceil(ACT_GROUP);
        (self.rows, self.inputs, self.planes) = (rows, inputs, planes);
        self.codes.resize(rows * planes * groups * ACT_GROUP, 0);
        self.subs.resize(rows * planes * groups * (ACT_GROUP / ACT_BLOCK), 0);
        self.scales.resize(rows * groups, 0.0);
        self.sums.resize(rows * groups * (ACT_GROUP / SUM_BLOCK), 0);
    }

    /// Activation groups of a row.
    pub fn groups(&self) -> usize {
        self.inputs.div_ceil(ACT_GROUP)
    }

    /// Row `r`.
    pub fn row(&self, r: usize) -> QuantRow<'_> {
        let (groups, planes) = (self.groups(), self.planes);
        let part = |per: usize| r * groups * per..(r + 1) * groups * per;
        QuantRow {
            planes,
            codes: &self.codes[part(planes * ACT_GROUP)],
            subs: &self.subs[part(planes * (ACT_GROUP / ACT_BLOCK))],
            scales: &self.scales[part(1)],
            sums: &self.sums[part(ACT_GROUP / SUM_BLOCK)],
        }
    }

    /// All rows, each as one mutable part.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = QuantRowMut<'_>> {
        self.parts_mut(self.groups())
    }

    /// The mutable parts of every row, row by row: `groups` groups each, fewer in the last part of a row.
    pub fn parts_mut(&mut self, groups: usize) -> impl Iterator<Item = QuantRowMut<'_>> {
        const SUBS: usize = ACT_GROUP / ACT_BLOCK;
        let (all, planes, groups) = (self.groups().max(1), self.planes.max(1), groups.max(1));
        let codes = self.codes.chunks_exact_mut(all * planes * ACT_GROUP);
        let subs = self.subs.chunks_exact_mut(all * planes * SUBS);
        let scales = self.scales.chunks_exact_mut(all);
        let sums = self.sums.chunks_exact_mut(all * (ACT_GROUP / SUM_BLOCK));
        codes.zip(subs).zip(scales.zip(sums)).flat_map(move |((codes, subs), (scales, sums))| {
            let (codes, low_codes) = codes.split_at_mut(all * ACT_GROUP);
            let (subs, low_subs) = subs.split_at_mut(all * SUBS);
            let mut low = low_codes.chunks_mut(groups * ACT_GROUP).zip(low_subs.chunks_mut(groups * SUBS));
            let high = codes.chunks_mut(groups * ACT_GROUP).zip(subs.chunks_mut(groups * SUBS));
            let floats = scales.chunks_mut(groups).zip(sums.chunks_mut(groups * (ACT_GROUP / SUM_BLOCK)));
            high.zip(floats).map(move |((codes, subs), (scales, sums))| {
                let (low_codes, low_subs) = low.next().unwrap_or_default();
                QuantRowMut { codes: [codes, low_codes], subs: [subs, low_subs], scales, sums }
            })
        })
    }
}

impl QuantRowMut<'_> {
    /// Copies a whole row to this one, which is whole too and has as many inputs and planes.
    pub fn copy_from(&mut self, row: &QuantRow) {
        let (codes, low_codes) = row.codes.split_at(self.codes[0].len());
        let (subs, low_subs) = row.subs.split_at(self.subs[0].len());
        self.codes[0].copy_from_slice(codes);
        self.codes[1].copy_from_slice(low_codes);
        self.subs[0].copy_from_slice(subs);
        self.subs[1].copy_from_slice(low_subs);
        self.scales.copy_from_slice(row.scales);
        self.sums.copy_from_slice(row.sums);
    }
}

impl QuantRow<'_> {
    /// The sum of `subs * codes` over `inputs`, whose ends are multiples of [`SUM_BLOCK`] or the end of the row.
    pub fn sum(&self, inputs: Range<usize>) -> i32 {
        self.sums[inputs.start / SUM_BLOCK..inputs.end.div_ceil(SUM_BLOCK)].iter().sum()
    }
}

/// A range in parts of `length`; the last one may be shorter.
pub fn runs(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    range.clone().step_by(length).map(move |start| start..(start + length).min(range.end))
}

/// The columns of tile `t` of a layer with `outputs` outputs.
pub fn tile_columns(t: usize, outputs: usize) -> Range<usize> {
    t * TILE..((t + 1) * TILE).min(outputs)
}

/// Rows in one block of [`Tiles`]: few enough that a tile of them stays in the second-level cache.
pub const TILE_ROWS: usize = 128;

/// The result of a layer: blocks of [`TILE_ROWS`] rows, and in a block one tile after the other, each
/// `[rows of the block, width]`. A single row is contiguous. The rows of another layer begin a block.
///
/// One thread computes a tile, and one row of a tile is one activation group of the next layer.
#[derive(Clone, Debug, Default)]
pub struct Tiles {
    /// Number of rows.
    pub rows: usize,
    /// Length of a row.
    pub outputs: usize,
    /// `rows * outputs` numbers.
    pub data: Vec<f32>,
    /// The sums of the second split-K part after a gemv, in the order of `data`; empty if they are already added. A
    /// reader of a row adds them, which costs it nothing; a separate pass over the result would keep the other threads
    /// waiting.
    pub split_k_partial: Vec<f32>,
    /// The block of each row, `[rows]`, if not every block begins at a multiple of [`TILE_ROWS`]; else empty.
    blocks: Vec<Range<usize>>,
}

impl Tiles {
    /// Sets the shape and leaves the values unspecified. Reuses memory.
    pub fn reset(&mut self, rows: usize, outputs: usize) {
        (self.rows, self.outputs) = (rows, outputs);
        self.data.resize(rows * outputs, 0.0);
        self.split_k_partial.clear();
        self.blocks.clear();
    }

    /// Sets the shape for the results of several layers, each of which has some of the rows. Leaves the values unspecified
    /// and reuses memory. `rows_of_layers`: how many rows each has, one after the other.
    pub fn reset_layers(&mut self, rows_of_layers: impl Iterator<Item = usize> + Clone, outputs: usize) {
        self.reset(rows_of_layers.clone().sum(), outputs);
        if rows_of_layers.clone().nth(1).is_some() {
            let mut start = 0;
            for rows in rows_of_layers {
                let blocks = runs(start..start + rows, TILE_ROWS);
                self.blocks.extend(blocks.flat_map(|block| std::iter::repeat_n(block.clone(), block.len())));
                start += rows;
            }
        }
    }

    /// Makes room for the second split-K part. Leaves its values unspecified.
    pub fn add_split_k(&mut self) {
        self.split_k_partial.resize(self.rows * self.outputs, 0.0);
    }

    /// Row `r` of tile `t`, both split-K parts added. `sum` is scratch memory that the result may borrow.
    pub fn tile_row<'t>(&'t self, t: usize, r: usize, sum: &'t mut [f32; TILE]) -> &'t [f32] {
        let columns = tile_columns(t, self.outputs);
        let first = r / TILE_ROWS * TILE_ROWS;
        let usual = first..(first + TILE_ROWS).min(self.rows);
        let block = self.blocks.get(r).unwrap_or(&usual);
        let start = block.start * self.outputs + columns.start * block.len() + (r - block.start) * columns.len();
        let range = start..start + columns.len();
        let first = &self.data[range.clone()];
        if self.split_k_partial.is_empty() {
            return first;
        }
        let sum = &mut sum[..columns.len()];
        for ((sum, first), second) in sum.iter_mut().zip(first).zip(&self.split_k_partial[range]) {
            *sum = first + second;
        }
        sum
    }

    /// The elements `columns` of row `r`, at most [`TILE`] of them, both split-K parts added. The result may borrow `scratch`.
    pub fn columns<'t>(&'t self, r: usize, columns: Range<usize>, scratch: &'t mut [f32; TILE]) -> &'t [f32] {
        if columns == tile_columns(columns.start / TILE, self.outputs) {
            return self.tile_row(columns.start / TILE, r, scratch);
        }
        let out = &mut scratch[..columns.len()];
        self.copy_columns(r, columns.start, out);
        out
    }

    /// Copies row `r` to `out`, `[outputs]`.
    pub fn copy_row(&self, r: usize, out: &mut [f32]) {
        self.copy_columns(r, 0, out);
    }

    /// Copies the elements of row `r` from column `start` on to `out`.
    pub fn copy_columns(&self, r: usize, start: usize, mut out: &mut [f32]) {
        let (mut sum, mut column) = ([0.0; TILE], start);
        while !out.is_empty() {
            let tile = &self.tile_row(column / TILE, r, &mut sum)[column % TILE..];
            let (to, rest) = out.split_at_mut(tile.len().min(out.len()));
            to.copy_from_slice(&tile[..to.len()]);
            (out, column) = (rest, column + to.len());
        }
    }
}
