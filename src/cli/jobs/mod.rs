//! `rumma decode --jobs`: answers every line of a file, or lines of standard input as they come.

mod input;
mod progress;
mod runner;

use std::path::{Path, PathBuf};
use std::time::Instant;

use argh::{ArgsInfo, FromArgs};

use super::args::{AnswerArgs, MachineArgs, MachineOptions, OutputArgs, PromptArgs, SamplingArgs, SourceArgs};
use super::console::Console;
use super::draft;
use super::engine::{self, kv_blocks};
use super::interrupt::Interrupt;
use super::load::{announce, load_for_requests, open};
use super::parse::RawArgs;
use super::stdin::UnreadStdin;
use crate::checkpoint::Checkpoint;
use crate::engine::{EngineOptions, PROMPT_SLOWDOWN};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::jobs::{self, Kept, ResultsFile};
use crate::model::Model;
use crate::openai::Fingerprint;
use crate::report::load::Load;
use crate::requests::{Defaults, GenerationOptions, Preparer};
use crate::text::Tokenizer;
use crate::threads;
use input::{Input, Scan};
use progress::JobProgress;
use runner::{Runner, Sink};

/// Batch jobs.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Batch jobs (instead of a prompt; the options of the answer are the defaults of the lines)")]
pub struct JobArgs {
    /// answer every line of FILE, which is a JSON object with a prompt, messages or prompt_ids, or a line of OpenAI's Batch
    /// API; - reads lines from standard input and answers them as they come
    #[argh(option, arg_name = "FILE")]
    pub jobs: Option<String>,
    /// with --jobs: append the results to FILE, and skip the jobs that have a result there (default: print them)
    #[argh(option, arg_name = "FILE")]
    pub out: Option<PathBuf>,
    /// with --jobs: answer up to N sequences at the same time (default 16)
    #[argh(option, arg_name = "N", from_str_fn(super::args::parse_unsigned))]
    pub parallel: Option<usize>,
    /// with --jobs: answer only the lines whose number, counted from 0, is I modulo N
    #[argh(option, arg_name = "I/N")]
    pub shard: Option<String>,
    /// with --out: remove what FILE holds and start again
    #[argh(switch)]
    pub force: bool,
}

/// Sequences that are answered at the same time by default.
const PARALLEL: usize = 16;

/// Options that select one prompt, or the form of one answer.
const OF_ONE_PROMPT: [&str; 11] = [
    "--prompt",
    "--prompt-file",
    "--user",
    "--user-file",
    "--messages",
    "--prompt-ids",
    "--prompt-tokens",
    "--state",
    "--save-state",
    "--batch",
    "--logprobs",
];

/// What the options say.
pub struct JobOptions {
    /// A file; `-` for standard input.
    input: String,
    out: Option<PathBuf>,
    parallel: usize,
    shard: Shard,
    force: bool,
}

/// The lines with a number that is `index` modulo `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    fn has(self, number: u64) -> bool {
        number % self.count == self.index
    }

    /// Parses `I/N`.
    fn parse(text: &str) -> Result<Shard> {
        let parsed = text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parsed {
            Some((index, count)) if index < count => Ok(Shard { index, count }),
            _ => {
                let problem = format!("--shard: invalid value '{text}' (expected I/N with I from 0 to N - 1)");
                Err(Error::usage_with_fix(problem, "give 0/4, 1/4, 2/4 and 3/4 to four runs"))
            }
        }
    }
}

impl JobArgs {
    /// The options; `None` without `--jobs`.
    ///
    /// # Errors
    /// [`Error::Usage`] for options that make no sense beside `--jobs`, or without it.
    pub fn resolve(self, args: &RawArgs) -> Result<Option<JobOptions>> {
        let Some(input) = self.jobs else {
            let given = ["--out", "--parallel", "--shard"].into_iter().find(|option| args.value(option).is_some());
            return match given.or(self.force.then_some("--force")) {
                Some(option) => Err(Error::usage_with_fix(format!("{option} needs --jobs"), "add --jobs FILE")),
                None => Ok(None),
            };
        };
        let misplaced = args.options().find(|option| OF_ONE_PROMPT.contains(option));
        let continues = args.get::<PromptArgs>()?.continue_last.then_some("--continue-last");
        let scores = args.get::<AnswerArgs>()?.prompt_logprobs.then_some("--prompt-logprobs");
        let json = args.get::<OutputArgs>()?.json.then_some("--json");
        if let Some(option) = misplaced.or(continues).or(scores).or(json) {
            let problem = format!("{option} cannot be used with --jobs");
            let fix = match option {
                "--json" => "omit it, because every result is a JSON object already",
                "--batch" => "write \"n\" into the lines, or give --parallel N",
                "--logprobs" => "write \"logprobs\" into the lines",
                "--prompt-logprobs" => "omit it, or use `rumma score`",
                "--continue-last" => "write \"continue_final_message\": true into the lines",
                _ => "write the prompt into the lines",
            };
            return Err(Error::usage_with_fix(problem, fix));
        }
        if self.force && self.out.is_none() {
            return Err(Error::usage_with_fix("--force needs --out", "omit it, or add --out FILE"));
        }
        let shard = self.shard.as_deref().map_or(Ok(Shard { index: 0, count: 1 }), Shard::parse)?;
        let parallel = self.parallel.unwrap_or(PARALLEL);
        Ok(Some(JobOptions { input, out: self.out, parallel, shard, force: self.force }))
    }
}

/// Runs the jobs.
///
/// # Errors
/// [`FaultKind::FailedJobs`] if a result is an error; those of the files and of loading the model; [`Error::Interrupted`].
pub fn run(args: &RawArgs, jobs: JobOptions) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve()?;
    let prompt: PromptArgs = args.get()?;
    let answer: AnswerArgs = args.get()?;
    let sampling = args.get::<SamplingArgs>()?.resolve()?;
    let (chunk, speculation) = (prompt.chunk(), answer.speculation()?);
    let generation = GenerationOptions { sampling, max_tokens: answer.tokens()?, stop: answer.stop };
    let (system, parse_special) = (prompt.system, prompt.parse_special);
    let defaults = Defaults { generation, system, parse_special, seed: source.seed, speculation, hash_logits: true };
    let stdin = UnreadStdin::new(args);
    let interrupt = Interrupt::install();
    threads::start_global_pool(machine.model.threads)?;
    let input = Input::open(&jobs.input)?;
    let results = jobs.out.as_deref().map(|path| ResultsFile::open(path, jobs.force)).transpose()?;
    let started = Instant::now();
    let checkpoint = open(&source, &console)?.within(machine.context);
    if let Some(results) = &results {
        results.check_not_in(checkpoint.files().iter().map(PathBuf::as_path).chain(input.path()))?;
    }
    let (model, tokenizer, report) = load_for_requests(&checkpoint, machine, started, &console)?;
    let mut loaded = Loaded { model, tokenizer, context: report.context, draft: None };
    if let Some(name) = answer.draft {
        loaded.draft = Some(draft::load(&name, machine, &loaded.model, loaded.tokenizer.as_ref(), &console)?);
    }
    stdin.check_patiently()?;
    let batch = Batch { jobs, defaults, console, interrupt, chunk, machine };
    let finished = batch.run(&checkpoint, &loaded, report, input, results);
    [Some(&checkpoint), loaded.draft.as_ref().map(|(draft, _)| draft)]
        .into_iter()
        .flatten()
        .try_for_each(Checkpoint::check_unchanged)?;
    finished?;
    stdin.check()
}

/// A model that is ready to run.
struct Loaded {
    model: Model,
    tokenizer: Option<Tokenizer>,
    context: usize,
    /// The model of `--draft`.
    draft: Option<(Checkpoint, Model)>,
}

/// A run.
struct Batch {
    jobs: JobOptions,
    defaults: Defaults,
    console: Console,
    interrupt: Interrupt,
    chunk: usize,
    machine: MachineOptions,
}

impl Batch {
    fn run(
        self,
        checkpoint: &Checkpoint,
        loaded: &Loaded,
        mut report: Load,
        input: Input,
        results: Option<ResultsFile>,
    ) -> Result<()> {
        let Batch { jobs, defaults, console, interrupt, chunk, machine } = self;
        let source = input.name().to_path_buf();
        let draft = loaded.draft.as_ref().map(|(_, model)| model);
        let kv_blocks = kv_blocks(&loaded.model, draft, machine, chunk, jobs.parallel)?;
        let options = EngineOptions {
            prefill_chunk: chunk,
            prompt_slowdown: if input.path().is_some() { None } else { Some(PROMPT_SLOWDOWN) },
            ..EngineOptions::for_throughput(kv_blocks, jobs.parallel)
        };
        let engine = engine::new(&loaded.model, draft, options);
        let preparer = Preparer::new(checkpoint, &loaded.model, loaded.tokenizer.as_ref(), loaded.context, defaults)?;
        let (sink, mut kept, scan) = match results {
            None => (Sink::Stdout, Kept::default(), input.scan(jobs.shard, |_| {})?),
            Some(file) => resume(file, &preparer.fingerprint, &input, jobs.shard, jobs.force)?,
        };
        let mut lines = input.start(jobs.shard)?;
        interrupt.defer();
        let warnings = checkpoint.generation.ignored.iter().chain(&preparer.warnings);
        report.warnings.extend(warnings.map(ToString::to_string));
        announce(&report, &console);
        let progress = JobProgress::new(&console, scan.map(|scan| scan.jobs));
        let mut runner = Runner::new(&preparer, engine, jobs.parallel, sink, progress, &interrupt);
        let ended = runner.run(&mut lines, &mut kept);
        runner.finish(&source, ended)
    }
}

/// Reads the results of earlier runs, compares them with the input, and removes what does not stay.
fn resume(
    mut file: ResultsFile,
    fingerprint: &Fingerprint,
    input: &Input,
    shard: Shard,
    force: bool,
) -> Result<(Sink, Kept, Option<Scan>)> {
    let mut kept = if force { Kept::default() } else { file.read(fingerprint)? };
    let scan = match kept.is_empty() {
        true => input.scan(shard, |_| {})?,
        false => input.scan(shard, |line| {
            // A result of another shard, such as one of a run with another number of shards, does not belong here.
            if shard.has(line.number) {
                kept.want(&jobs::request_id(fingerprint, &jobs::Job::parse(line), line));
            }
        })?,
    };
    if scan.is_some() && kept.unwanted() > 0 {
        let found = match kept.unwanted() {
            1 => "a result".to_string(),
            count => format!("{count} results"),
        };
        return Err(Fault::new(FaultKind::UnknownResults, file.path()).found(found).into());
    }
    file.start(&mut kept, scan.is_some())?;
    Ok((Sink::File(file), kept, scan))
}

/// The name of standard input in errors.
fn display_path(file: &str) -> &Path {
    if file == "-" { Path::new("standard input") } else { Path::new(file) }
}
