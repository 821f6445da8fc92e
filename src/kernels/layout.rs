//! What the kernels read and write: 4-bit layers as they lie on disk, quantised activations, tiles of results.
//!
//! Everything here is plain data. The constants are part of the arithmetic: changing one changes the bits of every answer.

use std::ops::Range;

/// Inputs that share one float scale of the activations, and the longest run summed in integers before a float sees it.
pub const ACT_GROUP: usize = 128;
/// Inputs inside a [`ACT_GROUP`] that share one integer sub-scale.
pub const ACT_BLOCK: usize = 16;
/// Inputs per entry of [`QuantRows::sums`]: the smallest weight group there is.
pub const SUM_BLOCK: usize = 32;
/// The largest sub-scale. 15 * 127 * 128 * 64 < 2^24, so that every integer sum of `int8` is an exact f32.
pub const SUB_MAX: i32 = 64;
/// Outputs in one tile of a result, a whole cache line of 4-bit weights per input.
pub const TILE: usize = 128;

/// The number format of one tensor's scales or dense weights, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Float {
    F16,
    Bf16,
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

/// A 4-bit layer in AutoAWQ's `gemm` layout: w[i, o] = (q[i, o] - z[i / group_size, o]) * s[i / group_size, o].
///
/// A 32-bit word holds eight neighbouring outputs; output `8c + NIBBLE_ORDER[n]` sits in bits 4n..4n+3.
#[derive(Clone, Copy, Debug)]
pub struct Awq4<'a> {
    pub inputs: usize,
    /// A multiple of 8.
    pub outputs: usize,
    /// Inputs that share a scale and a zero point: 32, 64, 128, or a multiple of 128, or all of `inputs`.
    pub group_size: usize,
    /// `[inputs, outputs / 8]` words.
    pub qweight: &'a [u8],
    /// `[inputs / group_size, outputs / 8]` words; without them every zero point is 8.
    pub qzeros: Option<&'a [u8]>,
    /// `[inputs / group_size, outputs]` numbers.
    pub scales: &'a [u8],
    pub scale_type: Float,
}

/// Nibble n of a word is output `8c + NIBBLE_ORDER[n]` (AutoAWQ `awq/modules/linear/gemm.py`).
pub const NIBBLE_ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];
/// Output `8c + k` sits at bit `NIBBLE_SHIFT[k]` of its word: the inverse of [`NIBBLE_ORDER`].
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

    /// The longest run of inputs that shares a weight scale and an activation scale.
    pub fn segment(&self) -> usize {
        self.group_size.min(ACT_GROUP)
    }

    /// The segments of `inputs`, each inside one weight group and one activation group, in summation order.
    pub fn segments(&self, inputs: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
        let segment = self.segment();
        inputs.clone().step_by(segment).map(move |start| start..(start + segment).min(inputs.end))
    }

    /// The zero points and scales of the group of input `i`.
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

/// What the inputs of one group of a 4-bit layer share.
#[derive(Clone, Copy, Debug)]
pub struct GroupRow<'a> {
    /// `[outputs / 8]` words, or none where every zero point is 8.
    pub zeros: Option<&'a [u8]>,
    /// `[outputs]` numbers.
    pub scales: &'a [u8],
    pub scale_type: Float,
}

/// A part of a 4-bit layer that is on its way to be multiplied with a few rows: a run of outputs, and the inputs of a half of
/// the layer that are still to come.
///
/// Results lie as in [`Tiles`]: tile by tile `[rows, width]`. It can be left at any multiple of [`ACT_BLOCK`] inputs and be taken
/// up again, by another thread as well.
#[derive(Debug)]
pub struct GemvTask<'a> {
    pub w: Awq4<'a>,
    /// From a multiple of [`ACT_BLOCK`] to the end of the half.
    pub inputs: Range<usize>,
    /// From a multiple of [`TILE`]; of several rows, whole tiles.
    pub columns: Range<usize>,
    pub rows: usize,
    /// `[rows * columns]`: the integer sums of a segment that was left in the middle, in the order of the kernel that left it.
    pub sums: &'a mut [i32],
    /// `[rows * columns]`: the sum of the segments that have ended.
    pub out: &'a mut [f32],
    /// Whether none has ended yet: `out` holds nothing, and the first to end sets it.
    pub first_segment: bool,
    /// Whether the first of the weights to come were prefetched.
    pub prefetched: bool,
}

impl<'a> GemvTask<'a> {
    /// The segment that input `start` lies in, up to where the task ends.
    pub fn segment(&self, start: usize) -> Range<usize> {
        let segment = self.w.segment();
        let begin = start / segment * segment;
        begin..(begin + segment).min(self.inputs.end)
    }

    /// Bytes of weights still to be read.
    pub fn bytes(&self) -> usize {
        self.inputs.len() * self.columns.len() / 2
    }

    /// Cuts off the outputs from the first `columns` on, a multiple of [`TILE`].
    pub fn split_off(&mut self, columns: usize) -> GemvTask<'a> {
        let (sums, more_sums) = std::mem::take(&mut self.sums).split_at_mut(self.rows * columns);
        let (out, more_out) = std::mem::take(&mut self.out).split_at_mut(self.rows * columns);
        (self.sums, self.out) = (sums, out);
        let end = std::mem::replace(&mut self.columns.end, self.columns.start + columns);
        let columns = self.columns.end..end;
        GemvTask { columns, sums: more_sums, out: more_out, inputs: self.inputs.clone(), prefetched: false, ..*self }
    }

    /// Of a task of one row, the outputs from the first `columns` on, to be taken as far as this task is.
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

    /// Where the result of row `r` and of output `n` of the task lies.
    #[inline]
    pub fn output_index(&self, r: usize, n: usize) -> usize {
        (n / TILE * self.rows + r) * TILE + n % TILE
    }

    /// Notes that all inputs up to `end` are taken.
    pub fn advance_to(&mut self, end: usize) {
        self.first_segment &= end < self.segment(self.inputs.start).end;
        (self.inputs.start, self.prefetched) = (end, true);
    }

    /// Where its weights begin.
    pub fn as_next(&self) -> NextTask<'a> {
        NextTask { w: self.w, input: self.inputs.start, columns: self.columns.clone() }
    }
}

/// Where a thread reads on after a [`GemvTask`]. A kernel prefetches the first of these weights while it multiplies the
/// last of its own, so that memory is never left without work.
#[derive(Clone, Debug)]
pub struct NextTask<'a> {
    pub w: Awq4<'a>,
    pub input: usize,
    pub columns: Range<usize>,
}

/// A dense layer, `[outputs, inputs]` numbers: `y[o] = sum_i w[o, i] * x[i]`.
#[derive(Clone, Copy, Debug)]
pub struct Dense<'a> {
    pub inputs: usize,
    pub outputs: usize,
    pub data: &'a [u8],
    pub kind: Float,
}

impl<'a> Dense<'a> {
    /// The bytes of row `o`.
    pub fn row(&self, o: usize) -> &'a [u8] {
        let bytes = self.inputs * self.kind.size();
        &self.data[o * bytes..(o + 1) * bytes]
    }
}

/// The two halves of a layer's inputs, each summed on its own and then added.
///
/// Two threads can so read two long runs of rows each. The cut depends on nothing but the number of inputs.
pub fn split_k(inputs: usize) -> [Range<usize>; 2] {
    let cut = (inputs.div_ceil(ACT_GROUP).div_ceil(2) * ACT_GROUP).min(inputs);
    [0..cut, cut..inputs]
}

/// Rows of activations as integers: `x[i] ~= scale[i / 128] * sum_p sub[p][i / 16] * code[p][i]` over `planes`.
///
/// `int8` has one plane whose sub-scales lie in 1..=64. `int15` has two: sub-scale 128 for the high plane, 1 for the low.
/// Inputs are padded with zero codes to a multiple of [`ACT_GROUP`].
#[derive(Clone, Debug, Default)]
pub struct QuantRows {
    pub rows: usize,
    pub inputs: usize,
    pub planes: usize,
    /// `[rows, planes, groups * 128]`
    pub codes: Vec<i8>,
    /// `[rows, planes, groups * 8]`
    pub subs: Vec<i16>,
    /// `[rows, groups]`
    pub scales: Vec<f32>,
    /// `[rows, groups * 4]`: the integer sum of every 32 inputs, sub-scales applied.
    pub sums: Vec<i32>,
}

/// One row of [`QuantRows`].
#[derive(Clone, Copy, Debug)]
pub struct QuantRow<'a> {
    pub planes: usize,
    pub codes: &'a [i8],
    pub subs: &'a [i16],
    pub scales: &'a [f32],
    pub sums: &'a [i32],
}

/// A run of groups of one row of [`QuantRows`], to be written.
#[derive(Debug)]
pub struct QuantRowMut<'a> {
    /// The codes of each plane; of one plane, the second is empty.
    pub codes: [&'a mut [i8]; 2],
    pub subs: [&'a mut [i16]; 2],
    pub scales: &'a mut [f32],
    pub sums: &'a mut [i32],
}

impl QuantRows {
    /// Makes room for `rows` rows of `inputs` numbers. What was there is forgotten; memory is kept.
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

    /// All rows, each to be written on its own.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = QuantRowMut<'_>> {
        self.parts_mut(self.groups())
    }

    /// Runs of `groups` groups of every row, row by row, each to be written on its own.
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

impl QuantRow<'_> {
    /// The integer sum over `inputs`, whose ends lie on multiples of [`SUM_BLOCK`] (or at the padded end).
    pub fn sum(&self, inputs: Range<usize>) -> i32 {
        self.sums[inputs.start / SUM_BLOCK..inputs.end.div_ceil(SUM_BLOCK)].iter().sum()
    }
}

/// A range in runs of `length`, the last one shorter where it does not divide.
pub fn runs(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    range.clone().step_by(length).map(move |start| start..(start + length).min(range.end))
}

/// The columns of tile `t` of a layer with `outputs` outputs.
pub fn tile_columns(t: usize, outputs: usize) -> Range<usize> {
    t * TILE..((t + 1) * TILE).min(outputs)
}

/// Rows of a [`Tiles`] that lie together: few enough to keep a tile of them in the second-level cache.
pub const TILE_ROWS: usize = 128;

/// A result in blocks of [`TILE_ROWS`] rows, and in those in tiles: tile t holds `[rows of the block, width]` numbers, all
/// one behind the other. One row is simply contiguous.
///
/// A tile belongs to one thread while it is computed, and one row of a tile is one activation group of the next layer.
#[derive(Clone, Debug, Default)]
pub struct Tiles {
    pub rows: usize,
    pub outputs: usize,
    pub data: Vec<f32>,
    /// As `data`: of a few rows, what the second half of the inputs gives, still to be added; empty where nothing is. Whoever
    /// reads a row adds it: that costs nothing, where a thread that goes through it for that keeps the others waiting.
    pub split_k_partial: Vec<f32>,
}

impl Tiles {
    /// Makes room for `rows` rows of `outputs` numbers. What was there is forgotten; memory is kept.
    pub fn reset(&mut self, rows: usize, outputs: usize) {
        (self.rows, self.outputs) = (rows, outputs);
        self.data.resize(rows * outputs, 0.0);
        self.split_k_partial.clear();
    }

    /// Makes room for the two halves of a few rows, one block of them. What was there is forgotten; memory is kept.
    pub fn reset_split_k(&mut self, rows: usize, outputs: usize) {
        self.reset(rows, outputs);
        self.split_k_partial.resize(rows * outputs, 0.0);
    }

    /// Row `r` of tile `t`; `sum` is room for it.
    pub fn tile_row<'t>(&'t self, t: usize, r: usize, sum: &'t mut [f32; TILE]) -> &'t [f32] {
        let columns = tile_columns(t, self.outputs);
        let block = r / TILE_ROWS * TILE_ROWS;
        let rows = TILE_ROWS.min(self.rows - block);
        let start = block * self.outputs + columns.start * rows + (r - block) * columns.len();
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

    /// Row `r` in order, copied to `out` of `outputs` numbers.
    pub fn copy_row(&self, r: usize, out: &mut [f32]) {
        let mut sum = [0.0; TILE];
        for (t, to) in out.chunks_mut(TILE).enumerate() {
            to.copy_from_slice(self.tile_row(t, r, &mut sum));
        }
    }
}
