//! Report of `rumma bench`: rates and ceilings.

mod baseline;
mod chart;
mod html;
mod text;

use std::time::Duration;

use serde::Serialize;

pub use baseline::Baseline;
pub use html::HTML_FILE;

use crate::bench::ceilings::Ceilings;
use crate::bench::median;
use crate::bench::sweep::{BenchCase, CaseKind, SweepResult, TimingSample};
use crate::bench::system::{self, ProcessMemory};
use crate::checkpoint::Checkpoint;
use crate::engine::PREFILL_CHUNK;
use crate::model::{Arithmetic, Cost, Model};

/// How the numbers are measured; part of the JSON and HTML reports.
const METHOD: [&str; 7] = [
    "Rates are medians over the repetitions. Each repetition measures every case once, and every second one goes through \
     them in reverse order, so that other load on the machine affects all cases alike.",
    "The time of a prefill includes sampling of the first token. Decoding is greedy, starts from prefilled sequences of \
     random tokens, and is measured from the second token on.",
    "The read ceiling is the highest rate of several access patterns that only read the mapped layers and output head (of \
     large models the first 512 MB): one to eight streams per thread, with prefetch distances of 0 to 16384 bytes. The \
     multiply ceilings are measured with loops over registers.",
    "Multiply-adds are those of the layers and the output head, without attention. For the comparison with the multiply \
     ceiling, those that take two 8-bit products count twice: in int15 all of them, in int8 those of the query, key and \
     value projections and of the output head.",
    "Of the experts of a model, a token reads and multiplies those that it passes. A batch is assumed to read as many of them \
     as tokens that choose each with the same probability do.",
    "Outside kernels is the fraction of the time of all threads in which they run no task of a parallel region: waiting for \
     work or for each other (for example while one thread normalizes and quantizes the input row of a layer) and, between \
     regions, sampling, bookkeeping and adding biases.",
    "The clock frequency is measured with a chain of dependent additions, next to the other measurements; cycles are those \
     of one core.",
];

/// The report.
#[derive(Debug, Serialize)]
pub struct Bench {
    /// CPU and ceilings.
    pub machine: Machine,
    /// Dimensions of the model, and the cost of a token.
    pub model: ModelFacts,
    /// Time to locate and load the model.
    pub load_seconds: f64,
    /// Length in tokens of the prompt of `first_token_seconds`.
    pub first_token_prompt: usize,
    /// Time to locate and load the model and to generate the first token, without warm-up.
    pub first_token_seconds: f64,
    /// `null` if the system does not report it.
    pub memory: Option<MemoryUse>,
    /// Number of measurements of each case.
    pub repetitions: usize,
    /// One for every number of threads, the model's own first.
    pub ceilings: Vec<Ceiling>,
    /// One result per case.
    pub results: Vec<CaseResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// The run that `results` are compared with.
    pub baseline: Option<baseline::Comparison>,
    /// How the numbers are measured, one paragraph each.
    pub method: &'static [&'static str],
}

/// The machine.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// Instruction set, such as `avx2`.
    pub isa: &'static str,
    /// Name of the CPU; `null` if the system does not report it.
    pub cpu: Option<String>,
    /// With the model's number of threads.
    #[serde(flatten)]
    pub ceiling: Ceiling,
}

/// The ceilings of the machine for a number of threads: medians, in 10^9 per second.
#[derive(Debug, Clone, Serialize)]
pub struct Ceiling {
    /// Number of threads.
    pub threads: usize,
    /// Rate of reading weights, median, with the fastest pattern.
    pub read_gb_per_s: f64,
    /// Lowest sample of that rate.
    pub read_gb_per_s_min: f64,
    /// Highest sample of that rate.
    pub read_gb_per_s_max: f64,
    /// Sequential streams per thread of the fastest pattern.
    pub read_streams: usize,
    /// Prefetch distance of the fastest pattern; 0 is no prefetch.
    pub read_ahead_bytes: usize,
    /// Rate of 8-bit integer multiply-adds.
    pub int8_gmultiply_adds_per_s: f64,
    /// Rate of f32 multiply-adds.
    pub f32_gmultiply_adds_per_s: f64,
    /// Clock frequency of one core.
    pub clock_ghz: f64,
}

/// The model and the cost of a token.
#[derive(Debug, Serialize)]
pub struct ModelFacts {
    /// The model as given by the user, or the name of the random model.
    pub source: String,
    /// Precision of activations, such as `int8`.
    pub arithmetic: &'static str,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Number of decoder layers.
    pub layers: usize,
    /// Bytes of weights that decoding one token reads.
    pub weight_bytes_per_token: u64,
    /// Multiply-adds of the layers and the output head for one token, without attention.
    pub multiply_adds_per_token: u64,
    /// Bytes of keys and values of one token in all layers.
    pub kv_bytes_per_token: u64,
}

/// Memory of this process.
#[derive(Debug, Serialize)]
pub struct MemoryUse {
    /// Before the first token.
    pub loaded: ProcessMemory,
    /// The peak.
    pub most: ProcessMemory,
}

/// One rate, and its fractions of the ceilings.
#[derive(Debug, Serialize)]
pub struct CaseResult {
    /// `prefill` or `decode`.
    pub kind: &'static str,
    /// Number of sequences.
    pub batch: usize,
    /// Tokens in each sequence before the measurement.
    pub context: usize,
    /// Tokens per repetition, of all sequences.
    pub tokens: usize,
    /// Number of threads.
    pub threads: usize,
    /// Median duration of a repetition.
    pub seconds: f64,
    /// Rate of all sequences together: `tokens` divided by `seconds`.
    pub tokens_per_second: f64,
    /// Rate of the slowest repetition.
    pub tokens_per_second_min: f64,
    /// Rate of the fastest repetition.
    pub tokens_per_second_max: f64,
    /// Bytes of weights read, in 10^9 per second.
    pub weight_gb_per_s: f64,
    /// Bytes of weights, keys and values read, in 10^9 per second.
    pub memory_gb_per_s: f64,
    /// `memory_gb_per_s` divided by the read ceiling.
    pub memory_fraction: f64,
    /// Multiply-adds in 10^9 per second.
    pub gmultiply_adds_per_s: f64,
    /// Multiply-adds per cycle of one core.
    pub multiply_adds_per_cycle: f64,
    /// Products per second (see [`Cost::layer_products`]) divided by the multiply ceiling.
    pub multiply_fraction: f64,
    /// The larger of `multiply_fraction` and `weight_gb_per_s` divided by the read ceiling.
    pub fraction_of_ceiling: f64,
    /// Fraction of the time of all threads outside tasks of parallel regions.
    pub outside_kernels: f64,
    /// The part of `outside_kernels` between parallel regions; the rest is waiting within them.
    pub between_regions: f64,
    /// The ceiling that the case is closest to: `memory` or `multiply`.
    pub ceiling: &'static str,
    /// Rate of the same case in the baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_tokens_per_second: Option<f64>,
    /// `tokens_per_second` divided by the baseline's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_ratio: Option<f64>,
    /// Whether the ranges from minimum to maximum do not overlap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_differs: Option<bool>,
}

impl Bench {
    /// Computes rates and their fractions of the ceilings. With `in_memory` (random weights), the weights count as mapped.
    pub fn new(
        checkpoint: &Checkpoint,
        model: &Model,
        loaded: Duration,
        in_memory: bool,
        measured: &SweepResult,
    ) -> Bench {
        let cost = model.cost();
        let kv_bytes_per_token = model.kv_cache_shape().bytes_per_token() as u64;
        let ceilings: Vec<Ceiling> = measured.ceilings.iter().map(Ceiling::new).collect();
        let case_result = |case: &BenchCase| {
            let ceiling = ceilings.iter().find(|ceiling| ceiling.threads == case.threads).unwrap_or(&ceilings[0]);
            CaseResult::new(case, ceiling, model.arithmetic, &cost, kv_bytes_per_token)
        };
        let (first_token_prompt, first_prefill) = measured.first_prefill;
        let weights = if in_memory { checkpoint.mapped_bytes() } else { 0 };
        Bench {
            machine: Machine { isa: model.kernels.isa().name(), cpu: system::cpu_name(), ceiling: ceilings[0].clone() },
            model: ModelFacts {
                source: checkpoint.source.clone(),
                arithmetic: model.arithmetic.name(),
                hidden_size: model.config.hidden_size,
                layers: model.config.layers,
                weight_bytes_per_token: cost.layer_bytes + cost.head_bytes,
                multiply_adds_per_token: cost.layer_multiply_adds + cost.head_multiply_adds,
                kv_bytes_per_token,
            },
            load_seconds: loaded.as_secs_f64(),
            first_token_prompt,
            first_token_seconds: loaded.as_secs_f64() + first_prefill,
            memory: measured.memory.map(|both| {
                let [loaded, most] = both.map(|memory| memory.with_weights_mapped(weights));
                MemoryUse { loaded, most }
            }),
            repetitions: measured.cases.first().map_or(0, |case| case.samples.len()),
            results: measured.cases.iter().map(case_result).collect(),
            ceilings,
            baseline: None,
            method: &METHOD,
        }
    }

    /// The status line.
    pub fn status(&self) -> String {
        let Machine { isa, ceiling: Ceiling { threads, read_gb_per_s, .. }, .. } = &self.machine;
        format!(
            "Bench finished: results={} repetitions={} isa={isa} threads={threads} read_gb_per_s={read_gb_per_s:.1}",
            self.results.len(),
            self.repetitions
        )
    }
}

impl Ceiling {
    fn new(measured: &Ceilings) -> Ceiling {
        let (pattern, rates) = measured.read();
        let [slowest, fastest] = min_max(rates);
        Ceiling {
            threads: measured.threads,
            read_gb_per_s: median(rates) / 1e9,
            read_gb_per_s_min: slowest / 1e9,
            read_gb_per_s_max: fastest / 1e9,
            read_streams: pattern.streams,
            read_ahead_bytes: pattern.prefetch_distance,
            int8_gmultiply_adds_per_s: median(&measured.int8) / 1e9,
            f32_gmultiply_adds_per_s: median(&measured.f32) / 1e9,
            clock_ghz: median(&measured.clock) / 1e9,
        }
    }

    /// The multiply ceiling of an arithmetic, in 10^9 per second.
    fn multiply(&self, arithmetic: Arithmetic) -> f64 {
        match arithmetic {
            Arithmetic::F32 => self.f32_gmultiply_adds_per_s,
            Arithmetic::Int8 | Arithmetic::Int15 => self.int8_gmultiply_adds_per_s,
        }
    }
}

impl CaseResult {
    fn new(case: &BenchCase, ceiling: &Ceiling, arithmetic: Arithmetic, cost: &Cost, kv_bytes: u64) -> CaseResult {
        let per_sample = |part: fn(&TimingSample) -> f64| case.samples.iter().map(part).collect::<Vec<f64>>();
        let times = per_sample(|sample| sample.seconds);
        let seconds = median(&times);
        let [fastest, slowest] = min_max(&times);
        let tokens = case.tokens as f64;
        // Bytes read of the layers, reads of the head, rows of logits, and reads of the keys and values of one token.
        let (kind, batch, context, layer_bytes, head_reads, rows, kv_reads) = match case.kind {
            CaseKind::Prefill { tokens } => {
                // Every chunk reads the keys and values up to its end.
                let ends: Vec<usize> =
                    (0..tokens).step_by(PREFILL_CHUNK).map(|n| (n + PREFILL_CHUNK).min(tokens)).collect();
                let lengths = (0..tokens).step_by(PREFILL_CHUNK).zip(&ends).map(|(start, end)| end - start);
                let layer_bytes = lengths.map(|tokens| cost.pass_bytes(tokens)).sum::<f64>();
                ("prefill", 1, 0, layer_bytes, 1.0, 1.0, ends.iter().sum::<usize>() as f64)
            }
            CaseKind::Decode { batch, context } => {
                let steps = tokens / batch as f64;
                // The mean number of positions read. The step before the first measured one runs at context + 1.
                let kv_len = context as f64 + 1.0 + (steps + 1.0) / 2.0;
                ("decode", batch, context, steps * cost.pass_bytes(batch), steps, tokens, tokens * kv_len)
            }
        };
        let weight_bytes = layer_bytes + head_reads * cost.head_bytes as f64;
        let multiply_adds = tokens * cost.layer_multiply_adds as f64 + rows * cost.head_multiply_adds as f64;
        let products = tokens * cost.layer_products as f64 + rows * cost.head_products as f64;
        let giga_per_second = |count: f64| count / seconds / 1e9;
        let weight_gb_per_s = giga_per_second(weight_bytes);
        let memory_gb_per_s = giga_per_second(weight_bytes + kv_reads * kv_bytes as f64);
        let gmultiply_adds_per_s = giga_per_second(multiply_adds);
        let weight_fraction = weight_gb_per_s / ceiling.read_gb_per_s;
        let multiply_fraction = giga_per_second(products) / ceiling.multiply(arithmetic);
        CaseResult {
            kind,
            batch,
            context,
            tokens: case.tokens,
            threads: case.threads,
            seconds,
            tokens_per_second: tokens / seconds,
            tokens_per_second_min: tokens / slowest,
            tokens_per_second_max: tokens / fastest,
            weight_gb_per_s,
            memory_gb_per_s,
            memory_fraction: memory_gb_per_s / ceiling.read_gb_per_s,
            gmultiply_adds_per_s,
            multiply_adds_per_cycle: gmultiply_adds_per_s / ceiling.clock_ghz / case.threads as f64,
            multiply_fraction,
            fraction_of_ceiling: weight_fraction.max(multiply_fraction),
            outside_kernels: median(&per_sample(|sample| sample.outside_kernels)),
            between_regions: median(&per_sample(|sample| sample.between_regions)),
            ceiling: if weight_fraction >= multiply_fraction { "memory" } else { "multiply" },
            baseline_tokens_per_second: None,
            baseline_ratio: None,
            baseline_differs: None,
        }
    }

    fn is_decode(&self) -> bool {
        self.kind == "decode"
    }
}

/// The minimum and the maximum.
fn min_max(values: &[f64]) -> [f64; 2] {
    [values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(f64::NEG_INFINITY, f64::max)]
}
