//! Measures single kernels: `cargo bench` for all, `cargo bench -- avx2 awq` for the rows that contain every word.
//!
//! Each kernel runs on one thread with the shapes of Qwen2.5 0.5B and 3B, on every instruction set of this machine.
//! Repetitions go through [`WEIGHT_BYTES`] of different layers, so the weights come from memory, as in a model. Cycles
//! are the time multiplied by the clock frequency, which a chain of additions measures meanwhile
//! (`rumma::bench::clock`). A row shows the fastest of many repetitions, because other processes can only slow a kernel
//! down.

use std::hint::black_box;
use std::time::Instant;

use rumma::bench::clock;
use rumma::kernels::attention::{KV_BLOCK, KvBlock, KvSlice, SoftmaxStates};
use rumma::kernels::head::{HeadInput, quantize_input};
use rumma::kernels::layout::{ACT_GROUP, Awq4, Dense, Float, GemvTask, QuantRows, TILE, split_k, tile_columns};
use rumma::kernels::{Isa, Kernels, math};
use rumma::model::kv_cache::{KvCache, KvCacheShape, KvType};

/// Bytes of all layers of one shape.
const WEIGHT_BYTES: usize = 256 << 20;
/// Seconds that one measurement repeats for, at least.
const SECONDS: f64 = 0.15;

fn main() {
    let words = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    // `cargo test --benches` runs this without --bench. Then each measurement is one repetition.
    let seconds = if std::env::args().any(|word| word == "--bench") { SECONDS } else { 0.0 };
    let bench = Bench { words, seconds };
    println!(
        "{:<7} {:<19} {:<14} {:>4} {:>13} {:>15} {:>7}",
        "isa", "kernel", "shape", "rows", "microseconds", "mul-adds/cycle", "GB/s"
    );
    for kernels in Kernels::available() {
        bench.ceilings(kernels);
        // The gate, down and key projections of a 0.5B and of a 3B model, and rows that are a power of two apart.
        for (inputs, outputs) in [
            (896, 4864),
            (4864, 896),
            (896, 128),
            (2048, 8192),
            (4096, 4096),
            (2048, 11008),
            (11008, 2048),
            (2048, 256),
        ] {
            bench.awq(kernels, inputs, outputs);
        }
        for hidden in [896, 2048] {
            bench.dense(kernels, hidden);
            bench.head(kernels, hidden);
            bench.single_rows(kernels, hidden);
        }
        for (head_dim, group) in [(64, 7), (128, 8)] {
            bench.attention(kernels, head_dim, group);
        }
    }
}

/// The work of one call of a kernel.
struct Workload {
    multiply_adds: usize,
    bytes: usize,
}

struct Bench {
    words: Vec<String>,
    seconds: f64,
}

impl Bench {
    fn selects(&self, kernels: Kernels, name: &str) -> bool {
        let row = format!("{} {name}", kernels.isa().name());
        self.words.iter().all(|word| row.contains(word.as_str()))
    }

    /// Measures `call`, which gets the number of the repetition, and prints a row.
    fn row(
        &self,
        kernels: Kernels,
        (name, shape, rows): (&str, &str, usize),
        per_call: Workload,
        mut call: impl FnMut(usize),
    ) {
        if !self.selects(kernels, name) {
            return;
        }
        let begun = Instant::now();
        let (mut best, mut hertz, mut n) = (f64::INFINITY, 0.0_f64, 0);
        while n == 0 || begun.elapsed().as_secs_f64() < self.seconds {
            if n % 64 == 0 {
                hertz = hertz.max(clock::hertz());
            }
            let start = Instant::now();
            call(n);
            best = best.min(start.elapsed().as_secs_f64());
            n += 1;
        }
        println!(
            "{:<7} {name:<19} {shape:<14} {rows:>4} {:>13.1} {:>15.2} {:>7.1}",
            kernels.isa().name(),
            best * 1e6,
            per_call.multiply_adds as f64 / best / hertz,
            per_call.bytes as f64 / best / 1e9,
        );
    }

    fn ceilings(&self, kernels: Kernels) {
        type Probe = fn(Kernels, usize) -> u64;
        let rounds = if kernels.isa() == Isa::Scalar { 1000 } else { 20_000 };
        for (name, probe) in
            [("multiply_int8", Kernels::multiply_int8 as Probe), ("multiply_f32", Kernels::multiply_f32)]
        {
            let multiply_adds = probe(kernels, rounds) as usize;
            self.row(kernels, (name, "registers", 0), Workload { multiply_adds, bytes: 0 }, |_| {
                black_box(probe(kernels, rounds));
            });
        }
        if self.selects(kernels, "read_sum") {
            let bytes = numbers(WEIGHT_BYTES);
            for streams in [1, 4] {
                let shape = format!("{streams} streams");
                let per_call = Workload { multiply_adds: 0, bytes: bytes.len() };
                self.row(kernels, ("read_sum", &shape, 0), per_call, |_| {
                    black_box(kernels.read_sum(&bytes, streams, 2048));
                });
            }
        }
    }

    fn awq(&self, kernels: Kernels, inputs: usize, outputs: usize) {
        const NAMES: [(&str, &str, usize); 2] =
            [("awq_int_gemv int8", "awq_int_gemm int8", 1), ("awq_int_gemv int15", "awq_int_gemm int15", 2)];
        const F32: &str = "awq_f32_tile";
        if !NAMES.iter().flat_map(|(gemv, gemm, _)| [*gemv, *gemm]).chain([F32]).any(|name| self.selects(kernels, name))
        {
            return;
        }
        let layers = Layers::new(inputs, outputs);
        let shape = format!("{inputs} x {outputs}");
        // Tiles of outputs in a call; the scalar kernels are too slow for more than one.
        let tiles = if kernels.isa() == Isa::Scalar { 1 } else { outputs / TILE };
        let columns = tiles * TILE;
        let tile_shape = format!("{inputs} x {columns}");
        let per_call = |rows: usize, outputs_done: usize| Workload {
            multiply_adds: rows * inputs * outputs_done,
            bytes: layers.layer_bytes / outputs * outputs_done,
        };
        let x = values(128 * inputs);
        let mut out = vec![0.0; 128 * outputs];
        let mut sums = vec![0; kernels.max_gemv_rows() * outputs];
        for (gemv, gemm, planes) in NAMES {
            // Tasks of several rows must be whole tiles; every shape here is.
            for rows in 1..=kernels.max_gemv_rows() {
                let few = quantized(kernels, &x[..rows * inputs], rows, planes);
                self.row(kernels, (gemv, &shape, rows), per_call(rows, outputs), |n| {
                    for inputs in split_k(inputs) {
                        let (w, columns) = (layers.get(n), 0..outputs);
                        let (sums, out) = (&mut sums[..rows * outputs], &mut out[..rows * outputs]);
                        let mut task = GemvTask {
                            w,
                            inputs,
                            columns,
                            first_row: 0,
                            rows,
                            sums,
                            out,
                            first_segment: true,
                            prefetched: false,
                        };
                        kernels.awq_int_gemv(&mut task, &few, w.inputs, None);
                    }
                    black_box(&out);
                });
            }
            for rows in [2, 4, 8, 16, 128] {
                let many = quantized(kernels, &x[..rows * inputs], rows, planes);
                self.row(kernels, (gemm, &tile_shape, rows), per_call(rows, columns), |n| {
                    kernels.awq_int_gemm(&layers.get(n), &many, 0..rows, 0..columns, &mut out[..rows * columns]);
                    black_box(&out);
                });
            }
        }
        for rows in [1, 8, 128] {
            self.row(kernels, (F32, &tile_shape, rows), per_call(rows, columns), |n| {
                for t in 0..tiles {
                    let (x, out) = (&x[..rows * inputs], &mut out[..rows * TILE]);
                    kernels.awq_f32_tile(&layers.get(n), x, tile_columns(t, outputs), out);
                }
                black_box(&out);
            });
        }
    }

    /// The exact output head in half precision, a tile of rows in a call.
    fn dense(&self, kernels: Kernels, inputs: usize) {
        let outputs = 16 * TILE;
        let data: Vec<u8> = values(inputs * outputs).iter().flat_map(|w| math::f32_to_f16(*w).to_le_bytes()).collect();
        let w = Dense { inputs, outputs, data: &data, kind: Float::F16 };
        for rows in [1, 8] {
            let x = values(rows * inputs);
            let mut out = vec![0.0; rows * TILE];
            let shape = format!("{inputs} x {TILE}");
            let per_call = Workload { multiply_adds: rows * inputs * TILE, bytes: 2 * inputs * TILE };
            self.row(kernels, ("dense_tile f16", &shape, rows), per_call, |n| {
                kernels.dense_tile(&w, &x, tile_columns(n % (outputs / TILE), outputs), &mut out);
                black_box(&out);
            });
        }
    }

    /// The quantized output head: 512 rows of 8-bit codes in a call.
    fn head(&self, kernels: Kernels, inputs: usize) {
        const NAME: &str = "head_logits";
        const ROWS: usize = 512;
        if !self.selects(kernels, NAME) {
            return;
        }
        let blocks = WEIGHT_BYTES / (ROWS * inputs);
        let codes: Vec<u8> =
            numbers(blocks * ROWS * inputs).into_iter().map(|code| (code as i8).max(-127).cast_unsigned()).collect();
        for rows in [1, 2, 8, 16] {
            let x: Vec<HeadInput> = values(rows * inputs).chunks_exact(inputs).map(quantize_input).collect();
            let x: Vec<&HeadInput> = x.iter().collect();
            let mut out = vec![0.0; rows * ROWS];
            let per_call = Workload { multiply_adds: rows * inputs * ROWS, bytes: inputs * ROWS };
            self.row(kernels, (NAME, &format!("{inputs} x {ROWS}"), rows), per_call, |n| {
                let block = &codes[n % blocks * ROWS * inputs..][..ROWS * inputs];
                let mut outs: Vec<&mut [f32]> = out.chunks_exact_mut(ROWS).collect();
                kernels.head_logits(block, &[0.01; ROWS], &x, &mut outs);
                black_box(&mut outs);
            });
        }
    }

    /// The kernels for single rows; each number counts as one multiply-add.
    fn single_rows(&self, kernels: Kernels, hidden: usize) {
        let (x, weight) = (values(hidden), values(hidden));
        let mut out = vec![0.0; hidden];
        let shape = hidden.to_string();
        let per_call = || Workload { multiply_adds: hidden, bytes: 8 * hidden };
        self.row(kernels, ("rms_norm", &shape, 1), per_call(), |_| {
            kernels.rms_norm(&x, &weight, 1e-6, &mut out);
            black_box(&out);
        });
        self.row(kernels, ("silu_mul", &shape, 1), per_call(), |_| {
            kernels.silu_mul(&x, &weight, &mut out);
            black_box(&out);
        });
        let (cos, sin) = weight.split_at(hidden / 2);
        self.row(kernels, ("rotate", &shape, 1), per_call(), |_| {
            out.copy_from_slice(&x);
            kernels.rotate(&mut out, cos, sin);
            black_box(&out);
        });
        for (name, planes) in [("quantize int8", 1), ("quantize int15", 2)] {
            let mut rows = quantized(kernels, &x, 1, planes);
            self.row(kernels, (name, &shape, 1), per_call(), |_| {
                rows.rows_mut().for_each(|row| kernels.quantize(&x, row));
                black_box(&rows);
            });
        }
    }

    /// Attention of the query heads of one KV head over 128 blocks; each number of a key or a value counts as one
    /// multiply-add per query head.
    fn attention(&self, kernels: Kernels, head_dim: usize, group: usize) {
        const KV_BLOCKS: usize = 128;
        let size = head_dim * KV_BLOCK;
        let queries = values(group * head_dim);
        let floats = values(KV_BLOCKS * size);
        let halves: Vec<u16> = floats.iter().map(|v| math::f32_to_f16(*v)).collect();
        let block = |numbers| KvBlock { keys: numbers, values: numbers };
        let halves: Vec<_> = halves.chunks_exact(size).map(|numbers| block(KvSlice::F16(numbers))).collect();
        let floats: Vec<_> = floats.chunks_exact(size).map(|numbers| block(KvSlice::F32(numbers))).collect();
        let kv_ranges = vec![0..KV_BLOCKS * KV_BLOCK; group];
        let mut out = SoftmaxStates::empty(group, head_dim);
        let shape = format!("{group} heads of {head_dim}");
        for (name, bytes) in [("attend f16", 2), ("attend f32", 4)] {
            let per_call =
                Workload { multiply_adds: 2 * group * KV_BLOCKS * size, bytes: 2 * KV_BLOCKS * size * bytes };
            self.row(kernels, (name, &shape, group), per_call, |_| {
                kernels.attend(&queries, if bytes == 2 { &halves } else { &floats }, &kv_ranges, &mut out);
                black_box(&out);
            });
        }
        // The cache takes long to fill.
        if !self.selects(kernels, "attend f16 cache") {
            return;
        }
        // One head of a layer after the other in a cache of [`WEIGHT_BYTES`], as in a model. Its numbers are finite.
        let cache_shape = KvCacheShape { layers: 24, kv_heads: 2, head_dim, kind: KvType::F16 };
        let positions = WEIGHT_BYTES / cache_shape.bytes_per_block() * KV_BLOCK;
        let bytes: Vec<u8> = (0..positions * cache_shape.bytes_per_token() / 2)
            .flat_map(|n| (n as u16 & 0x3bff).to_le_bytes())
            .collect();
        let cache = KvCache::from_bytes(cache_shape, positions, &bytes);
        let kv_ranges = vec![0..positions; group];
        let numbers = 2 * positions * head_dim;
        let per_call = Workload { multiply_adds: group * numbers, bytes: 2 * numbers };
        self.row(kernels, ("attend f16 cache", &shape, group), per_call, |n| {
            let blocks: Vec<_> = cache.blocks(n / 2 % cache_shape.layers, n % 2).collect();
            kernels.attend(&queries, &blocks, &kv_ranges, &mut out);
            black_box(&out);
        });
    }
}

/// As many 4-bit layers of one shape as fill [`WEIGHT_BYTES`].
struct Layers {
    inputs: usize,
    outputs: usize,
    count: usize,
    /// Bytes of one layer, scales and zero points included.
    layer_bytes: usize,
    qweight: Vec<u8>,
    qzeros: Vec<u8>,
    scales: Vec<u8>,
}

impl Layers {
    fn new(inputs: usize, outputs: usize) -> Layers {
        let (size, groups) = (inputs * outputs / 2, inputs / ACT_GROUP);
        let count = WEIGHT_BYTES.div_ceil(size);
        Layers {
            inputs,
            outputs,
            count,
            layer_bytes: size + groups * outputs / 2 + groups * outputs * 2,
            qweight: numbers(count * size),
            qzeros: numbers(count * groups * outputs / 2),
            scales: math::f32_to_f16(0.01).to_le_bytes().repeat(count * groups * outputs),
        }
    }

    /// Layer `n`, modulo their number.
    fn get(&self, n: usize) -> Awq4<'_> {
        let n = n % self.count;
        let of_layer = |size: usize| n * size..(n + 1) * size;
        let of_groups = self.inputs / ACT_GROUP * self.outputs;
        Awq4 {
            inputs: self.inputs,
            outputs: self.outputs,
            group_size: ACT_GROUP,
            qweight: &self.qweight[of_layer(self.inputs * self.outputs / 2)],
            qzeros: Some(&self.qzeros[of_layer(of_groups / 2)]),
            scales: &self.scales[of_layer(of_groups * 2)],
            scale_type: Float::F16,
        }
    }
}

fn quantized(kernels: Kernels, x: &[f32], rows: usize, planes: usize) -> QuantRows {
    let inputs = x.len() / rows;
    let mut quantized = QuantRows::default();
    quantized.reset(rows, inputs, planes);
    for (x, row) in x.chunks_exact(inputs).zip(quantized.rows_mut()) {
        kernels.quantize(x, row);
    }
    quantized
}

/// Pseudo-random bytes.
fn numbers(count: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (state >> 32) as u32
    };
    (0..count.div_ceil(4)).flat_map(|_| next().to_le_bytes()).take(count).collect()
}

/// Pseudo-random numbers between -1 and 1.
fn values(count: usize) -> Vec<f32> {
    let bytes = numbers(4 * count);
    bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b) as f32 / (1_u64 << 31) as f32 - 1.0).collect()
}
