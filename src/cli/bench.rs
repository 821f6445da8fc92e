//! `rumma bench`: prefill and decode speed of a model, compared with the limits of the machine.

use std::path::PathBuf;
use std::time::Instant;

use argh::{ArgsInfo, FromArgs};

use super::args::{MachineArgs, OutputArgs, SourceArgs, parse_unsigned};
use super::console::{STANDARD_FILES, print};
use super::interrupt::Interrupt;
use super::load::announce;
use super::parse::{Command, RawArgs};
use crate::bench::sweep::{self, SweepPlan};
use crate::engine::PREFILL_CHUNK;
use crate::error::{Error, Result};
use crate::files::output::Output;
use crate::model::memory::check_memory_to_load;
use crate::model::{MemoryRequest, Model, SequenceGroup};
use crate::report::bench::{Baseline, Bench, HTML_FILE};
use crate::report::load::Load;
use crate::threads;

pub const COMMAND: Command = Command {
    name: "bench",
    summary: "measure prefill and decode speed against the limits of this machine",
    usage: "MODEL [options]",
    about: "Measures the speed of prefill over prompt lengths, and of decode over batch sizes, context lengths and numbers of\n\
            threads. Each rate is compared with two limits of this machine, which are also measured: the bandwidth of\n\
            reading the mapped weights, and the multiply-adds per second. Prompts are random tokens; no tokenizer is needed.\n\n\
            Batch sizes are measured at the shortest context, contexts at the smallest batch size, and other numbers of\n\
            threads with the longest prompt and with the smallest batch size at the shortest context.",
    groups: &[
        SourceArgs::get_args_info,
        BenchArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma bench Qwen/Qwen2.5-3B-Instruct-AWQ",
        "rumma bench storyteller --json > before.json",
        "rumma bench storyteller --baseline before.json --html bench.html",
        "rumma bench --random --like qwen2.5-0.5b --batches 1,8 --contexts 128,8192 --thread-counts 1,2",
    ],
    run,
};

/// What to measure, and where to write it.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Measurements (a LIST is comma-separated, such as 1,2,4)")]
pub struct BenchArgs {
    /// prompt lengths in tokens (default 32,128,512)
    #[argh(option, arg_name = "LIST")]
    prefill_tokens: Option<String>,
    /// context lengths at the start of decode, in tokens (default 128,1024,4096)
    #[argh(option, arg_name = "LIST")]
    contexts: Option<String>,
    /// numbers of sequences decoded together (default 1,2,4,8)
    #[argh(option, arg_name = "LIST")]
    batches: Option<String>,
    /// numbers of threads in addition to --threads (default: powers of two below it)
    #[argh(option, arg_name = "LIST")]
    thread_counts: Option<String>,
    /// tokens to decode per sequence and repetition (default 16)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    tokens: Option<usize>,
    /// same as --tokens
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    decode_tokens: Option<usize>,
    /// number of measurements of each case (default 3)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    repetitions: Option<usize>,
    /// print comma-separated values to stdout instead of text
    #[argh(switch)]
    csv: bool,
    /// also write an HTML report with charts to FILE; replaces only such a report
    #[argh(option, arg_name = "FILE")]
    html: Option<PathBuf>,
    /// compare each rate with an earlier run, whose --json output is in FILE
    #[argh(option, arg_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// The maximum of a prompt or context length.
const MAX_TOKENS: usize = 1 << 20;
/// The maximum of a batch size or number of threads.
const MAX_PARALLEL: usize = 1024;

/// The options, with defaults that do not depend on the model.
struct BenchOptions {
    prefill_tokens: Option<Vec<usize>>,
    contexts: Option<Vec<usize>>,
    batches: Vec<usize>,
    thread_counts: Vec<usize>,
    steps: usize,
    repetitions: usize,
}

impl BenchArgs {
    /// Checks the options. `threads` is the number of threads that the model runs on.
    fn resolve(&self, threads: usize) -> Result<BenchOptions> {
        let tokens = match (self.tokens, self.decode_tokens) {
            (Some(_), Some(_)) => {
                return Err(Error::usage_with_fix(
                    "--tokens and --decode-tokens are the same option",
                    "give one of them",
                ));
            }
            (tokens, synonym) => tokens.or(synonym),
        };
        let powers = || (0..).map(|n| 1 << n).take_while(|n| *n < threads).collect();
        Ok(BenchOptions {
            prefill_tokens: parse_list("--prefill-tokens", self.prefill_tokens.as_deref(), MAX_TOKENS)?,
            contexts: parse_list("--contexts", self.contexts.as_deref(), MAX_TOKENS)?,
            batches: parse_list("--batches", self.batches.as_deref(), MAX_PARALLEL)?
                .unwrap_or_else(|| vec![1, 2, 4, 8]),
            thread_counts: parse_list("--thread-counts", self.thread_counts.as_deref(), MAX_PARALLEL)?
                .unwrap_or_else(powers),
            steps: tokens.unwrap_or(16),
            repetitions: self.repetitions.unwrap_or(3),
        })
    }
}

impl BenchOptions {
    /// The plan for sequences of at most `positions` tokens. Defaults that exceed it are left out; the second value
    /// names them, as `contexts=1024,4096`.
    fn plan(self, positions: usize, seed: u64) -> (SweepPlan, Vec<String>) {
        let longest = positions.saturating_sub(self.steps + 2);
        let mut skipped = Vec::new();
        let mut default = |name: &str, list: &[usize]| {
            let (fitting, long): (Vec<usize>, Vec<usize>) = list.iter().partition(|n| **n <= longest);
            if !long.is_empty() {
                let long: Vec<String> = long.iter().map(usize::to_string).collect();
                skipped.push(format!("{name}={}", long.join(",")));
            }
            if fitting.is_empty() { vec![(longest / 2).max(1)] } else { fitting }
        };
        let plan = SweepPlan {
            prefill_tokens: self.prefill_tokens.unwrap_or_else(|| default("prefill_tokens", &[32, 128, 512])),
            contexts: self.contexts.unwrap_or_else(|| default("contexts", &[128, 1024, 4096])),
            batches: self.batches,
            thread_counts: self.thread_counts,
            steps: self.steps,
            repetitions: self.repetitions,
            seed,
            positions,
        };
        (plan, skipped)
    }
}

/// Parses a list such as `1,2,4` of numbers from 1 to `max`; sorts it and removes duplicates.
fn parse_list(option: &str, value: Option<&str>, max: usize) -> Result<Option<Vec<usize>>> {
    let Some(value) = value else { return Ok(None) };
    let number = |word: &str| match word.trim().parse() {
        Ok(n) if (1..=max).contains(&n) => Ok(n),
        _ => Err(Error::usage(format!(
            "{option}: invalid list '{value}' (found '{word}', expected whole numbers from 1 to {max}, such as 1,2,4)"
        ))),
    };
    let mut numbers = value.split(',').map(number).collect::<Result<Vec<usize>>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Ok(Some(numbers))
}

/// Memory for a plan: one prefilled sequence per context, and the largest batch of sequences that is decoded.
fn memory_request(plan: &SweepPlan) -> MemoryRequest {
    let smallest = |list: &[usize]| list.iter().copied().min().unwrap_or(1);
    let batch = plan.batches.iter().copied().max().unwrap_or(1);
    let steps = plan.steps + 2;
    let mut sequences: Vec<_> =
        plan.contexts.iter().map(|context| SequenceGroup { count: 1, tokens: *context }).collect();
    let largest_batch = SequenceGroup { count: batch, tokens: smallest(&plan.contexts) + steps };
    let longest = SequenceGroup { count: smallest(&plan.batches), tokens: plan.longest() };
    let most = [largest_batch, longest].into_iter().max_by_key(|group| group.count * group.tokens);
    sequences.extend(most);
    MemoryRequest {
        sequences,
        rows: plan.longest().min(PREFILL_CHUNK).max(batch),
        logits: batch,
        samples_full_vocab: false,
    }
}

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let bench_args: BenchArgs = args.get()?;
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve()?;
    let bench_options = bench_args.resolve(machine.model.threads.unwrap_or_else(threads::default_count))?;
    if bench_args.csv && console.json {
        return Err(Error::usage_with_fix("--csv and --json cannot be used together", "omit one of them"));
    }
    let baseline = bench_args.baseline.as_deref().map(Baseline::read).transpose()?;
    let _interrupt = Interrupt::install();
    // Fails now if the file cannot be written, not after minutes of measuring.
    let mut page = bench_args.html.as_deref().map(|path| Output::new(path, HTML_FILE)).transpose()?;
    threads::start_global_pool(machine.model.threads)?;

    let started = Instant::now();
    let checkpoint = source.open()?.within(machine.context);
    if let Some(page) = &mut page {
        page.keep(STANDARD_FILES.map(PathBuf::from).into_iter().chain(bench_args.baseline).chain(checkpoint.files()))?;
    }
    let config = checkpoint.config()?;
    let positions = machine.context.unwrap_or(config.max_position_embeddings);
    let (plan, skipped) = bench_options.plan(positions, source.seed);
    check_memory_to_load(&checkpoint, machine.model.arithmetic, 0, Some(&memory_request(&plan)))?;
    let mut model = Model::load(&checkpoint, &machine.model)?;
    let loaded = started.elapsed();
    plan.check(&model)?;
    model.check_memory(&memory_request(&plan))?;
    announce(&Load::new(&checkpoint, &model, plan.longest(), loaded), &console);
    if !skipped.is_empty() {
        console.status(&format!("Skipped: {} (a sequence has at most {positions} tokens)", skipped.join(" ")));
    }
    let progress = console.progress("Measuring");
    let measured = sweep::run(&mut model, &plan, |done, total| progress.update(done, total));
    drop(progress);
    let unchanged = checkpoint.check_unchanged();
    // A file that was changed is the cause of numbers that are not finite.
    let measured = match measured {
        Ok(measured) => measured,
        Err(error) => return Err(unchanged.err().unwrap_or(error)),
    };

    let mut report = Bench::new(&checkpoint, &model, loaded, source.is_random(), &measured);
    if let Some(baseline) = &baseline {
        report.compare(baseline);
    }
    if let Some(page) = page.filter(|_| unchanged.is_ok()) {
        page.write(&[report.html().as_bytes()])?;
    }
    console.status(&report.status());
    let answered = if bench_args.csv { print(&report.csv()) } else { console.answer(&report, Bench::to_text) };
    unchanged.and(answered)
}
