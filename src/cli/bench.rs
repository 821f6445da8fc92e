//! `rumma bench`: what a model does on this machine, beside what the machine allows.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use argh::{ArgsInfo, FromArgs};

use super::args::{MachineArgs, OutputArgs, SourceArgs, at_least_one, parse_unsigned};
use super::console::print;
use super::interrupt::Interrupt;
use super::load::announce;
use super::parse::{Command, RawArgs};
use crate::bench::sweep::{self, SweepPlan};
use crate::engine::generate::PREFILL_CHUNK;
use crate::error::{Error, Result};
use crate::model::{MemoryRequest, Model};
use crate::report::bench::{Baseline, Bench};
use crate::report::load::Load;
use crate::threads;

pub const COMMAND: Command = Command {
    name: "bench",
    summary: "measures prefill and decode beside the ceilings of this machine",
    usage: "MODEL [options]",
    about: "Measures how fast a model reads prompts and decodes, over lengths, batches, contexts and numbers of threads, and\n\
            sets each rate beside what this machine allows: the bytes it can read from the mapped weights, and the products\n\
            it can make. Prompts are random tokens, so it needs no tokenizer. Every batch is decoded at the shortest\n\
            context, every context with the smallest batch; other numbers of threads run one case of each kind.",
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

/// What is measured.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Measurements (lists are numbers with commas between)")]
pub struct BenchArgs {
    /// lengths of prompts (default 32,128,512)
    #[argh(option, arg_name = "LIST")]
    prefill_tokens: Option<String>,
    /// tokens that sequences hold when decoding begins (default 128,1024,4096)
    #[argh(option, arg_name = "LIST")]
    contexts: Option<String>,
    /// sequences that are decoded together (default 1,2,4,8)
    #[argh(option, arg_name = "LIST")]
    batches: Option<String>,
    /// numbers of threads beside --threads (default: powers of two below it)
    #[argh(option, arg_name = "LIST")]
    thread_counts: Option<String>,
    /// tokens that each sequence decodes in a repetition (default 16)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    tokens: Option<usize>,
    /// the same as --tokens
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    decode_tokens: Option<usize>,
    /// how often everything is measured (default 3)
    #[argh(option, arg_name = "N", from_str_fn(parse_unsigned))]
    repetitions: Option<usize>,
    /// print comma-separated values on stdout instead of text
    #[argh(switch)]
    csv: bool,
    /// write a page with charts to FILE as well
    #[argh(option, arg_name = "FILE")]
    html: Option<PathBuf>,
    /// set each rate beside the one in FILE, the --json of an earlier run
    #[argh(option, arg_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// More of anything than makes sense to measure.
const MAX_TOKENS: usize = 1 << 20;
/// More sequences, threads or repetitions than any machine this is for can hold.
const MAX_PARALLEL: usize = 1024;

/// What was asked for, before the model has said how long its sequences may be.
struct BenchOptions {
    prefill_tokens: Option<Vec<usize>>,
    contexts: Option<Vec<usize>>,
    batches: Vec<usize>,
    thread_counts: Vec<usize>,
    steps: usize,
    repetitions: usize,
}

impl BenchArgs {
    /// `threads` is the model's own number.
    fn resolve(&self, threads: usize) -> Result<BenchOptions> {
        let tokens = match (self.tokens, self.decode_tokens) {
            (Some(_), Some(_)) => return Err(Error::Usage("--tokens and --decode-tokens are the same option".into())),
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
            steps: at_least_one("--tokens", tokens)?.unwrap_or(16),
            repetitions: at_least_one("--repetitions", self.repetitions)?.unwrap_or(3),
        })
    }
}

impl BenchOptions {
    /// The plan for sequences of at most `positions`: what was asked for, and of the defaults those that fit.
    fn plan(self, positions: usize, seed: u64) -> SweepPlan {
        let longest = positions.saturating_sub(self.steps + 2);
        let default = |list: &[usize]| {
            let fitting: Vec<usize> = list.iter().copied().filter(|n| *n <= longest).collect();
            if fitting.is_empty() { vec![(longest / 2).max(1)] } else { fitting }
        };
        SweepPlan {
            prefill_tokens: self.prefill_tokens.unwrap_or_else(|| default(&[32, 128, 512])),
            contexts: self.contexts.unwrap_or_else(|| default(&[128, 1024, 4096])),
            batches: self.batches,
            thread_counts: self.thread_counts,
            steps: self.steps,
            repetitions: self.repetitions,
            seed,
            positions,
        }
    }
}

/// `1,2,4` as numbers from 1 to `max`, in order, none twice.
fn parse_list(option: &str, value: Option<&str>, max: usize) -> Result<Option<Vec<usize>>> {
    let Some(value) = value else { return Ok(None) };
    let number = |word: &str| match word.trim().parse() {
        Ok(n) if (1..=max).contains(&n) => Ok(n),
        _ => Err(Error::Usage(format!(
            "option '{option}' with value '{value}': found '{word}', expected whole numbers from 1 to {max} as in 1,2,4"
        ))),
    };
    let mut numbers = value.split(',').map(number).collect::<Result<Vec<usize>>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Ok(Some(numbers))
}

/// What a plan takes: a sequence of each context that stays, and those that are decoded.
fn memory_request(plan: &SweepPlan) -> MemoryRequest {
    let least = |list: &[usize]| list.iter().copied().min().unwrap_or(1);
    let batch = plan.batches.iter().copied().max().unwrap_or(1);
    let steps = plan.steps + 2;
    let mut sequences: Vec<_> = plan.contexts.iter().map(|context| (1, *context)).collect();
    let most = [(batch, least(&plan.contexts) + steps), (least(&plan.batches), plan.longest())]
        .into_iter()
        .max_by_key(|(sequences, tokens)| sequences * tokens);
    sequences.extend(most);
    MemoryRequest {
        sequences,
        rows: plan.longest().min(PREFILL_CHUNK).max(batch),
        logits: batch,
        draws_among_all: false,
    }
}

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let bench_args: BenchArgs = args.get()?;
    let (options, context) = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve();
    let bench_options = bench_args.resolve(options.threads.unwrap_or_else(threads::default_count))?;
    if bench_args.csv && console.json {
        return Err(Error::Usage("--csv and --json exclude each other".into()));
    }
    let baseline = bench_args.baseline.as_deref().map(Baseline::read).transpose()?;
    if let Some(path) = &bench_args.html {
        // Found out now and not after minutes of work.
        fs::OpenOptions::new().append(true).create(true).open(path).map_err(Error::io(path, "write"))?;
    }
    let _interrupt = Interrupt::install();

    let started = Instant::now();
    let checkpoint = source.open()?;
    let mut model = Model::load(&checkpoint, &options)?;
    let loaded = started.elapsed();
    let plan = bench_options.plan(context.unwrap_or(model.config.max_position_embeddings), source.seed);
    plan.check(&model)?;
    model.check_memory(&memory_request(&plan))?;
    announce(&Load::new(&checkpoint, &model, plan.longest(), loaded), &console);
    let progress = console.progress("Measuring");
    let measured = sweep::run(&mut model, &plan, |done, total| progress.update(done, total))?;
    drop(progress);

    let mut report = Bench::new(&checkpoint, &model, loaded, source.is_random(), &measured);
    if let Some(baseline) = &baseline {
        report.compare(baseline);
    }
    if let Some(path) = &bench_args.html {
        fs::write(path, report.html()).map_err(Error::io(path, "write"))?;
    }
    console.status(&report.status());
    if bench_args.csv { print(&report.csv()) } else { console.answer(&report, Bench::to_text) }
}
