//! Every kernel of every instruction set of this machine returns the bits of the scalar kernel.

mod common;

use std::ops::Range;

use common::Random;
use rumma::kernels::attention::{KV_BLOCK, KvBlock, KvSlice, SoftmaxStates};
use rumma::kernels::layout::*;
use rumma::kernels::scalar::awq_int_tile;
use rumma::kernels::{Isa, Kernels, math};

/// The kind of activations of a test.
#[derive(Clone, Copy, Debug)]
enum Values {
    Plain,
    Outliers,
    Zeros,
    Huge,
    Tiny,
    NotFinite,
    /// Every code is the largest possible.
    Highest,
    /// Every code is the smallest possible.
    Lowest,
    /// Every code is the largest, except a few that are the smallest.
    Mixed,
}

const KINDS: [Values; 9] = [
    Values::Plain,
    Values::Outliers,
    Values::Zeros,
    Values::Huge,
    Values::Tiny,
    Values::NotFinite,
    Values::Highest,
    Values::Lowest,
    Values::Mixed,
];

fn values(random: &mut Random, n: usize, kind: Values) -> Vec<f32> {
    (0..n)
        .map(|i| match kind {
            Values::Plain => random.unit(),
            Values::Outliers if random.below(50) == 0 => random.unit() * 1000.0,
            Values::Outliers => random.unit() * 0.01,
            Values::Zeros => 0.0,
            Values::Huge => random.unit() * 1e30,
            Values::Tiny => random.unit() * 1e-28,
            Values::NotFinite if i == n / 2 => f32::INFINITY,
            Values::NotFinite => random.unit(),
            Values::Mixed if i % 50 == 25 => -3.0,
            Values::Highest | Values::Mixed => 3.0,
            Values::Lowest => -3.0,
        })
        .collect()
}

/// The 4-bit codes of a layer: all the same, or random.
#[derive(Clone, Copy, Debug)]
enum Codes {
    All(u8),
    Random,
}

impl Codes {
    fn bytes(self, random: &mut Random, count: usize) -> Vec<u8> {
        (0..count).map(|_| if let Codes::All(code) = self { 0x11 * code } else { random.bits() as u8 }).collect()
    }
}

/// The weights of a layer, its zero points (`None`: all are 8), and the magnitude of its scales.
type Content = (Codes, Option<Codes>, f32);
const PLAIN: Content = (Codes::Random, Some(Codes::Random), 1.0);
/// With activations of one sign, the first has the largest sums after the zero points are subtracted, and the first two
/// the largest before.
const CONTENTS: [Content; 8] = [
    (Codes::All(15), Some(Codes::All(0)), 1.0),
    (Codes::All(15), Some(Codes::All(15)), 1.0),
    (Codes::Random, Some(Codes::All(15)), 1.0),
    (Codes::Random, Some(Codes::All(0)), 1.0),
    (Codes::Random, None, 1.0),
    PLAIN,
    (Codes::Random, Some(Codes::Random), 1e-7),
    (Codes::Random, Some(Codes::Random), 60000.0),
];

/// The contents and activations that a layer of shape `n` is tested with: every kind of activations, each with one of
/// the contents, in other pairs for the next shape; and the pairs with the largest sums.
fn trials(n: usize) -> impl Iterator<Item = (Content, Values)> {
    let large = [Values::Highest, Values::Lowest].into_iter().flat_map(|kind| [0, 1].map(|c| (CONTENTS[c], kind)));
    (0..KINDS.len()).map(move |k| (CONTENTS[(n + k) % CONTENTS.len()], KINDS[k])).chain(large)
}

/// A 4-bit layer at an odd address.
struct Layer {
    inputs: usize,
    outputs: usize,
    group_size: usize,
    bytes: Vec<u8>,
    zeros: Option<Vec<u8>>,
    scales: Vec<u8>,
    scale_type: Float,
    shift: usize,
}

impl Layer {
    fn new(random: &mut Random, (inputs, outputs, group_size): (usize, usize, usize), content: Content) -> Layer {
        let (weights, zeros, size) = content;
        let groups = inputs / group_size;
        let shift = random.below(4);
        let scale_type = [Float::F16, Float::Bf16, Float::F32][random.below(3)];
        let bytes = weights.bytes(random, shift + inputs * outputs / 2);
        let zeros = zeros.map(|zeros| zeros.bytes(random, groups * outputs / 2));
        let numbers: Vec<f32> = (0..groups * outputs).map(|_| random.unit() * size).collect();
        let scales = stored(&numbers, scale_type);
        Layer { inputs, outputs, group_size, bytes, zeros, scales, scale_type, shift }
    }

    fn view(&self) -> Awq4<'_> {
        Awq4 {
            inputs: self.inputs,
            outputs: self.outputs,
            group_size: self.group_size,
            qweight: &self.bytes[self.shift..],
            qzeros: self.zeros.as_deref(),
            scales: &self.scales,
            scale_type: self.scale_type,
        }
    }
}

/// Numbers in their stored format.
fn stored(numbers: &[f32], kind: Float) -> Vec<u8> {
    let bytes = |v: &f32| match kind {
        Float::F16 => math::f32_to_f16(*v).to_le_bytes().to_vec(),
        Float::Bf16 => ((v.to_bits() >> 16) as u16).to_le_bytes().to_vec(),
        Float::F32 => v.to_le_bytes().to_vec(),
    };
    numbers.iter().flat_map(bytes).collect()
}

/// (inputs, outputs, group_size): whole and partial segments, tiles and steps in every combination.
const SHAPES: [(usize, usize, usize); 21] = [
    (128, 64, 128),
    (128, 8, 32),
    (32, 128, 32),
    (64, 72, 64),
    (256, 136, 128),
    (384, 200, 128),
    (896, 128, 128),
    (320, 384, 64),
    (640, 264, 64),
    (160, 104, 32),
    (1024, 320, 1024),
    (256, 192, 256),
    (100, 128, 100),
    (40, 64, 40),
    (200, 96, 200),
    (7, 80, 7),
    (1408, 448, 128),
    (384, 1160, 128),
    (32, 12416, 32),
    // Rows a multiple of 4,096 bytes apart share a set of the first-level cache, and of 2,048 bytes two.
    (200, 8192, 200),
    (96, 4096, 32),
];

fn scalar() -> Kernels {
    Kernels::for_isa(Isa::Scalar).unwrap()
}

fn others() -> Vec<Kernels> {
    let lacking: Vec<_> = Isa::ALL.into_iter().filter(|isa| Kernels::for_isa(*isa).is_none()).map(Isa::name).collect();
    eprintln!("this machine lacks: {}", if lacking.is_empty() { "nothing".into() } else { lacking.join(", ") });
    Kernels::available().filter(|k| k.isa() != Isa::Scalar).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    // The payload of a NaN is not part of the arithmetic.
    values.iter().map(|v| if v.is_nan() { f32::NAN.to_bits() } else { v.to_bits() }).collect()
}

fn quantized(kernels: Kernels, x: &[f32], rows: usize, planes: usize) -> QuantRows {
    let mut q = QuantRows::default();
    q.reset(rows, x.len() / rows, planes);
    for (x, row) in x.chunks_exact(x.len() / rows).zip(q.rows_mut()) {
        kernels.quantize(x, row);
    }
    q
}

#[test]
fn quantized_activations_have_the_scalar_bits() {
    for kernels in others() {
        let mut random = Random(1);
        for inputs in [1, 7, 16, 31, 32, 100, 127, 128, 129, 896, 2048 + 17] {
            for (planes, kind) in [1, 2].into_iter().flat_map(|p| KINDS.map(|k| (p, k))) {
                let x = values(&mut random, 2 * inputs, kind);
                let (a, b) = (quantized(scalar(), &x, 2, planes), quantized(kernels, &x, 2, planes));
                assert_eq!(a.codes, b.codes, "{inputs} {planes} {kind:?}");
                assert_eq!((&a.subs, &a.sums), (&b.subs, &b.sums), "{inputs} {planes} {kind:?}");
                assert_eq!(bits(&a.scales), bits(&b.scales), "{inputs} {planes} {kind:?}");
            }
        }
    }
}

#[test]
fn quantized_activations_are_within_half_a_step_of_the_values() {
    let mut random = Random(2);
    for planes in [1, 2] {
        let x = values(&mut random, 300, Values::Outliers);
        let q = quantized(scalar(), &x, 1, planes);
        let row = q.row(0);
        for (i, x) in x.iter().enumerate() {
            let of = |p: usize| i32::from(row.codes[p * 384 + i]) * i32::from(row.subs[(p * 384 + i) / ACT_BLOCK]);
            let code: i32 = (0..planes).map(of).sum();
            let step = if planes == 2 { 1 } else { row.subs[i / ACT_BLOCK] };
            let error = (code as f32 * row.scales[i / ACT_GROUP] - x).abs();
            assert!(error <= 0.5001 * f32::from(step) * row.scales[i / ACT_GROUP], "{i}: {x}, error {error}");
        }
        for (s, sum) in row.sums.iter().enumerate() {
            let range = s * SUM_BLOCK..((s + 1) * SUM_BLOCK).min(384);
            let of = |i: usize| (0..planes).map(move |p| p * 384 + i);
            let expected: i32 =
                range.flat_map(of).map(|j| i32::from(row.codes[j]) * i32::from(row.subs[j / ACT_BLOCK])).sum();
            assert_eq!(*sum, expected, "{planes} planes, sum {s}");
        }
    }
}

/// The gemv of one split-K part of a layer for some columns, `stride` inputs at a time. Half-way, the outputs after the
/// first tile are split off and finished as a task of their own.
fn gemv(
    kernels: Kernels,
    layer: &Layer,
    x: &QuantRows,
    [inputs, columns]: [Range<usize>; 2],
    stride: usize,
) -> Vec<f32> {
    // The kernel must overwrite the NaNs. A part without inputs writes nothing, so its sum must be zero before.
    let mut out = vec![if inputs.is_empty() { 0.0 } else { f32::NAN }; x.rows * columns.len()];
    let mut sums = vec![7; x.rows * columns.len()];
    let half_way = inputs.start + inputs.len() / 2;
    let mut task = GemvTask {
        w: layer.view(),
        inputs,
        columns: columns.clone(),
        first_row: 0,
        rows: x.rows,
        sums: &mut sums,
        out: &mut out,
        first_segment: true,
        prefetched: false,
    };
    let next = task.as_next();
    while task.inputs.start < half_way {
        kernels.awq_int_gemv(&mut task, x, stride, Some(&next));
    }
    let mut rest = (columns.len() > TILE).then(|| task.split_off(TILE));
    for task in [Some(&mut task), rest.as_mut()].into_iter().flatten() {
        while !task.inputs.is_empty() {
            kernels.awq_int_gemv(task, x, stride, None);
        }
    }
    out
}

/// Some rows and columns of a result `all`, `[rows, outputs]`, tile by tile.
fn in_tiles(all: &[f32], outputs: usize, rows: Range<usize>, columns: Range<usize>) -> Vec<f32> {
    let part = |r: usize, tile: &Range<usize>| &all[r * outputs..][tile.clone()];
    runs(columns, TILE).flat_map(|tile| rows.clone().flat_map(move |r| part(r, &tile))).copied().collect()
}

#[test]
fn gemv_has_the_scalar_bits() {
    for kernels in others() {
        let mut random = Random(3);
        for (n, shape) in SHAPES.into_iter().enumerate() {
            let (inputs, outputs, _) = shape;
            // Several rows need whole tiles.
            let (most, part) = if outputs % TILE == 0 { (5, TILE) } else { (1, 8) };
            let mut parts = vec![0..outputs, outputs / 2 / part * part..outputs, 0..outputs.min(part)];
            parts.dedup();
            for (content, kind) in trials(n) {
                let layer = Layer::new(&mut random, shape, content);
                let x = values(&mut random, most * inputs, kind);
                for (planes, half) in [1, 2].into_iter().flat_map(|p| split_k(inputs).map(|half| (p, half))) {
                    let what = (kernels.isa(), shape, content, kind, planes, &half);
                    let of = |kernels, rows: Range<usize>, columns: Range<usize>, stride| {
                        let x = &x[rows.start * inputs..rows.end * inputs];
                        let q = quantized(scalar(), x, rows.len(), planes);
                        gemv(kernels, &layer, &q, [half.clone(), columns], stride)
                    };
                    let all: Vec<f32> = (0..most).flat_map(|r| of(scalar(), r..r + 1, 0..outputs, inputs)).collect();
                    for (rows, columns) in (1..=most).flat_map(|rows| parts.iter().map(move |part| (rows, part))) {
                        let expected = in_tiles(&all, outputs, 0..rows, columns.clone());
                        for stride in [ACT_BLOCK * (1 + n % 5), inputs.next_multiple_of(ACT_BLOCK)] {
                            let found = of(kernels, 0..rows, columns.clone(), stride);
                            assert_eq!(bits(&expected), bits(&found), "{what:?} {rows} rows {columns:?} by {stride}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn gemm_has_the_scalar_bits_for_integer_and_f32_activations() {
    // Numbers of rows that the kernels split into passes in every way they have.
    let some_rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12].map(|rows| 1..1 + rows);
    const ROWS: usize = 13;
    for kernels in others() {
        let mut random = Random(4);
        for (n, shape) in SHAPES.into_iter().enumerate() {
            let (inputs, outputs, _) = shape;
            for (content, kind) in trials(n) {
                let layer = Layer::new(&mut random, shape, content);
                let w = layer.view();
                let x = values(&mut random, ROWS * inputs, kind);
                let what = (kernels.isa(), shape, content, kind);
                let mut all = vec![1.0; ROWS * outputs];
                scalar().awq_f32_tile(&w, &x, 0..outputs, &mut all);
                for rows in &some_rows {
                    for columns in runs(0..outputs, TILE) {
                        let mut found = vec![2.0; rows.len() * columns.len()];
                        kernels.awq_f32_tile(
                            &w,
                            &x[rows.start * inputs..rows.end * inputs],
                            columns.clone(),
                            &mut found,
                        );
                        let expected = in_tiles(&all, outputs, rows.clone(), columns.clone());
                        assert_eq!(bits(&expected), bits(&found), "f32 {what:?} {rows:?} {columns:?}");
                    }
                }
                for planes in [1, 2] {
                    let q = quantized(scalar(), &x, ROWS, planes);
                    let mut all = vec![1.0; ROWS * outputs];
                    awq_int_tile(&w, &q, 0..ROWS, 0..outputs, &mut all);
                    for rows in &some_rows {
                        for columns in [0..outputs, 0..outputs.min(TILE), outputs.min(TILE)..outputs] {
                            let mut found = vec![2.0; rows.len() * columns.len()];
                            kernels.awq_int_gemm(&w, &q, rows.clone(), columns.clone(), &mut found);
                            let expected = in_tiles(&all, outputs, rows.clone(), columns.clone());
                            assert_eq!(bits(&expected), bits(&found), "{planes} planes {what:?} {rows:?} {columns:?}");
                        }
                    }
                }
            }
        }
    }
}

/// Instruction sets may multiply so many rows by other means: whole blocks of rows, pairs of them, and a last row.
#[test]
fn gemm_of_many_rows_has_the_scalar_bits() {
    let some_rows = [16, 23, 32, 33, 40].map(|rows| 1..1 + rows);
    const ROWS: usize = 41;
    for kernels in others() {
        let mut random = Random(10);
        for shape in [(896, 128, 128), (320, 264, 64), (160, 136, 32), (100, 128, 100), (40, 192, 40), (512, 256, 512)]
        {
            let (inputs, outputs, _) = shape;
            for (content, kind) in trials(inputs) {
                let layer = Layer::new(&mut random, shape, content);
                let x = values(&mut random, ROWS * inputs, kind);
                for planes in [1, 2] {
                    let q = quantized(scalar(), &x, ROWS, planes);
                    let mut all = vec![1.0; ROWS * outputs];
                    awq_int_tile(&layer.view(), &q, 0..ROWS, 0..outputs, &mut all);
                    for rows in &some_rows {
                        let mut found = vec![2.0; rows.len() * outputs];
                        kernels.awq_int_gemm(&layer.view(), &q, rows.clone(), 0..outputs, &mut found);
                        let expected = in_tiles(&all, outputs, rows.clone(), 0..outputs);
                        let what = (kernels.isa(), shape, content, kind);
                        assert_eq!(bits(&expected), bits(&found), "{planes} planes {what:?} {rows:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn gemv_and_gemm_have_the_same_bits() {
    let mut random = Random(5);
    for shape in SHAPES {
        let (inputs, outputs, _) = shape;
        let layer = Layer::new(&mut random, shape, PLAIN);
        let rows = if outputs % TILE == 0 { 3 } else { 1 };
        let x = values(&mut random, rows * inputs, Values::Outliers);
        for kernels in Kernels::available() {
            let q = quantized(kernels, &x, rows, 1);
            let mut tiles = vec![0.0; rows * outputs];
            kernels.awq_int_gemm(&layer.view(), &q, 0..rows, 0..outputs, &mut tiles);
            let [first, second] =
                split_k(inputs).map(|half| gemv(kernels, &layer, &q, [half, 0..outputs], 2 * ACT_BLOCK));
            let sum: Vec<f32> = first.iter().zip(&second).map(|(a, b)| a + b).collect();
            assert_eq!(bits(&sum), bits(&tiles));
        }
    }
}

#[test]
fn integer_arithmetic_is_close_to_f32() {
    let mut random = Random(6);
    let layer = Layer::new(&mut random, (1024, 256, 128), PLAIN);
    let x = values(&mut random, 1024, Values::Outliers);
    let mut exact = vec![0.0; 256];
    for t in 0..2 {
        let columns = tile_columns(t, 256);
        scalar().awq_f32_tile(&layer.view(), &x, columns.clone(), &mut exact[columns]);
    }
    let size = exact.iter().map(|v| v * v).sum::<f32>().sqrt();
    for (planes, bound) in [(1, 0.01), (2, 1e-4)] {
        let q = quantized(scalar(), &x, 1, planes);
        let mut rough = vec![0.0; 256];
        scalar().awq_int_gemm(&layer.view(), &q, 0..1, 0..128, &mut rough[..128]);
        scalar().awq_int_gemm(&layer.view(), &q, 0..1, 128..256, &mut rough[128..]);
        let error = exact.iter().zip(&rough).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt();
        assert!(error < bound * size, "{planes} planes: {error} of {size}");
    }
}

#[test]
fn dense_layers_have_the_scalar_bits() {
    for kernels in others() {
        let mut random = Random(7);
        for inputs in [1, 8, 31, 32, 33, 64, 100, 128, 896, 1000] {
            for kind in [Float::F16, Float::Bf16, Float::F32] {
                let outputs = 1 + random.below(130);
                let rows = 1 + random.below(8);
                let numbers = values(&mut random, inputs * outputs, Values::Plain);
                let data = stored(&numbers, kind);
                let w = Dense { inputs, outputs, data: &data, kind };
                let x = values(&mut random, rows * inputs, Values::Outliers);
                let columns = random.below(outputs)..outputs;
                let (mut a, mut b) = (vec![1.0; rows * columns.len()], vec![2.0; rows * columns.len()]);
                scalar().dense_tile(&w, &x, columns.clone(), &mut a);
                kernels.dense_tile(&w, &x, columns, &mut b);
                assert_eq!(bits(&a), bits(&b), "{inputs} {kind:?}");
            }
        }
    }
}

#[test]
fn rms_norm_silu_gelu_and_rotation_have_the_scalar_bits() {
    for kernels in others() {
        let mut random = Random(8);
        for n in [2, 30, 32, 64, 100, 128, 896, 2050] {
            for kind in KINDS {
                let (x, y) = (values(&mut random, n, kind), values(&mut random, n, Values::Plain));
                let x: Vec<f32> = x.iter().map(|v| v * 30.0).collect();
                let (mut a, mut b) = (vec![0.0; n], vec![0.0; n]);
                scalar().rms_norm(&x, &y, 1e-6, &mut a);
                kernels.rms_norm(&x, &y, 1e-6, &mut b);
                assert_eq!(bits(&a), bits(&b), "norm {n} {kind:?}");
                scalar().silu_mul(&x, &y, &mut a);
                kernels.silu_mul(&x, &y, &mut b);
                assert_eq!(bits(&a), bits(&b), "silu {n} {kind:?}");
                scalar().gelu_tanh_mul(&x, &y, &mut a);
                kernels.gelu_tanh_mul(&x, &y, &mut b);
                assert_eq!(bits(&a), bits(&b), "gelu {n} {kind:?}");
                let (mut a, mut b) = (x.clone(), x.clone());
                scalar().rotate(&mut a, &y[..n / 2], &y[n / 2..n / 2 * 2]);
                kernels.rotate(&mut b, &y[..n / 2], &y[n / 2..n / 2 * 2]);
                assert_eq!(bits(&a), bits(&b), "rotate {n} {kind:?}");
            }
        }
    }
}

#[test]
fn attention_has_the_scalar_bits() {
    const QUERIES: usize = 9;
    const KV_BLOCKS: usize = 3;
    for kernels in others() {
        let mut random = Random(9);
        for head_dim in [2, 32, 64, 72, 80, 96, 128, 256] {
            let halves = |random: &mut Random| -> Vec<u16> {
                values(random, head_dim * KV_BLOCK, Values::Plain).into_iter().map(math::f32_to_f16).collect()
            };
            let halves = [(); KV_BLOCKS].map(|_| [halves(&mut random), halves(&mut random)]);
            let floats = halves.each_ref().map(|block| {
                block.each_ref().map(|halves| halves.iter().map(|h| math::f16_to_f32(*h)).collect::<Vec<f32>>())
            });
            let blocks = [
                halves.each_ref().map(|[k, v]| KvBlock { keys: KvSlice::F16(k), values: KvSlice::F16(v) }),
                floats.each_ref().map(|[k, v]| KvBlock { keys: KvSlice::F32(k), values: KvSlice::F32(v) }),
            ];
            let queries: Vec<f32> = (0..QUERIES * head_dim).map(|_| random.unit() * 3.0).collect();
            // All positions; random lengths; random lengths where the first four queries end in the first block; and windows
            // that begin anywhere, some of which have no position in common.
            let any = (0..QUERIES).map(|_| 0..random.below(KV_BLOCKS * KV_BLOCK + 1)).collect();
            let more = (0..QUERIES).map(|n| 0..random.below((1 + n / 4) * KV_BLOCK + 1)).collect();
            let windows = (0..QUERIES).map(|n| {
                let start = random.below(KV_BLOCKS * KV_BLOCK);
                start..(start + 1 + random.below(40 * (n + 1))).min(KV_BLOCKS * KV_BLOCK)
            });
            let windows = windows.collect();
            for kv_ranges in [vec![0..KV_BLOCKS * KV_BLOCK; QUERIES], any, more, windows] {
                let mut results = Vec::new();
                // The result must not depend on how many blocks a call has.
                for calls in [&[1, 1, 1][..], &[2, 1], &[1, 2], &[3]] {
                    for (k, blocks) in [scalar(), kernels].into_iter().flat_map(|k| blocks.iter().map(move |p| (k, p)))
                    {
                        let mut out = SoftmaxStates::empty(QUERIES, head_dim);
                        let mut first = 0;
                        for count in calls {
                            let left = |position: usize| position.saturating_sub(first * KV_BLOCK);
                            let left: Vec<_> =
                                kv_ranges.iter().map(|range| left(range.start)..left(range.end)).collect();
                            k.attend(&queries, &blocks[first..first + count], &left, &mut out);
                            first += count;
                        }
                        // Merged with themselves and with states without positions.
                        let (mut merged, empty) = (out.clone(), SoftmaxStates::empty(QUERIES, head_dim));
                        k.merge_states(&mut merged, 2, &out, 0..QUERIES - 2);
                        let before = merged.clone();
                        k.merge_states(&mut merged, 0, &empty, 0..QUERIES);
                        assert!(bits(&merged.acc) == bits(&before.acc) && bits(&merged.sum) == bits(&before.sum));
                        let all = [&out, &merged].into_iter().flat_map(|s| s.acc.iter().chain(&s.max).chain(&s.sum));
                        results.push(bits(&all.copied().collect::<Vec<_>>()));
                    }
                }
                assert!(results.iter().all(|r| *r == results[0]), "{:?} {head_dim} {kv_ranges:?}", kernels.isa());
            }
        }
    }
}
