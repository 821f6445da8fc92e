//! `rumma prefill`: runs a prompt and reports the speed and the most likely next tokens.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use argh::ArgsInfo;

use super::args::{MachineArgs, MachineOptions, ModelSource, OutputArgs, PromptArgs, SaveArgs, SourceArgs};
use super::console::{Console, STANDARD_FILES};
use super::interrupt::Interrupt;
use super::load::{LoadedPrompt, announce, load_with_prompt, open};
use super::parse::{Command, RawArgs};
use super::progress::Progress;
use super::stdin::UnreadStdin;
use crate::checkpoint::manifest::hash_bytes;
use crate::engine::generate::{Control, PrefillOptions, Timing, prefill};
use crate::engine::sampler::{largest_logits, log_softmax_at, most_likely};
use crate::engine::state;
use crate::error::{Error, Result};
use crate::files;
use crate::files::output::Output;
use crate::model::{MemoryRequest, Model, SequenceGroup, Workspace};
use crate::report::prefill::{Prefill, interrupted, status};
use crate::text::Tokenizer;
use crate::threads;

pub const COMMAND: Command = Command {
    name: "prefill",
    summary: "run a prompt and report the speed and the most likely next tokens",
    usage: "MODEL --prompt TEXT [options]",
    about: "Runs a prompt through the model and reports the time and the most likely next tokens. With --json it also reports\n\
            the log-probability of each prompt token, which takes about as long as the prompt itself.",
    groups: &[
        SourceArgs::get_args_info,
        PromptArgs::get_args_info,
        SaveArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma prefill storyteller --prompt \"Once upon a time there was a\"",
        "rumma prefill storyteller --prompt-file story.txt --json",
        "rumma prefill storyteller --prompt \"Once upon a time\" --save-state story.state",
        "rumma prefill storyteller --prompt-file story.txt --chunk 64",
        "rumma prefill --random --like qwen2.5-0.5b --prompt-tokens 512",
    ],
    run,
};

/// Number of reported logits.
const TOP_LOGITS: usize = 20;
/// Rows whose logits are computed at a time: those of a whole prompt can take gigabytes.
const LOGIT_ROWS: usize = 16;

/// The options, checked as far as possible before a file is opened.
struct PrefillArgs {
    source: ModelSource,
    prompt: PromptArgs,
    /// Prompt tokens per forward pass.
    chunk: usize,
    machine: MachineOptions,
    console: Console,
    save_state: Option<String>,
}

impl PrefillArgs {
    fn from_args(args: &RawArgs) -> Result<PrefillArgs> {
        let source = args.get::<SourceArgs>()?.resolve()?;
        let prompt = args.get::<PromptArgs>()?;
        let chunk = prompt.chunk();
        let machine = args.get::<MachineArgs>()?.resolve()?;
        let console = args.get::<OutputArgs>()?.resolve()?;
        let SaveArgs { save_state } = args.get()?;
        Ok(PrefillArgs { source, prompt, chunk, machine, console, save_state })
    }
}

fn run(args: &RawArgs) -> Result<()> {
    let PrefillArgs { source, prompt, chunk, machine, console, save_state } = PrefillArgs::from_args(args)?;
    let stdin = UnreadStdin::new(args);
    // Before the prompt is read: that can block on a terminal, where Ctrl-C must work.
    let interrupt = Interrupt::install();
    let prompt_files = prompt.files();
    threads::start_global_pool(machine.model.threads)?;
    let prompt = prompt.resolve(source.is_random())?;
    let mut output = save_state.map(|file| Output::new(file.as_ref(), state::STATE_FILE)).transpose()?;

    stdin.check()?;

    let started = Instant::now();
    let checkpoint = open(&source, &console)?.within(machine.context);
    if let Some(output) = &mut output {
        output.keep(STANDARD_FILES.map(PathBuf::from).into_iter().chain(prompt_files).chain(checkpoint.files()))?;
    }
    let request = |tokens: usize| MemoryRequest {
        // A state file is written from a copy of the cache.
        sequences: vec![SequenceGroup { count: 1 + usize::from(output.is_some()), tokens }],
        rows: chunk.min(tokens),
        logits: if console.json { LOGIT_ROWS } else { 1 },
        samples_full_vocab: false,
    };
    let run = request(prompt.expected_tokens().unwrap_or(chunk));
    let loaded_prompt = load_with_prompt(&checkpoint, &prompt, machine, &run, source.seed, started, &console)?;
    let LoadedPrompt { model, tokenizer, mut sequence, report: loaded } = loaded_prompt;
    let prompt_ids = sequence.tokens().to_vec();
    model.check_memory(&request(prompt_ids.len()))?;

    stdin.check_patiently()?;

    interrupt.defer();
    announce(&loaded, &console);
    let mut scorer = PromptScorer::new(&console, &interrupt, prompt_ids);
    let options = PrefillOptions { chunk, cancel: Some(interrupt.cancel_flag()) };
    let on_chunk = |done, hidden: &[f32]| scorer.on_chunk(&model, done, hidden);
    let last_hidden = prefill(&model, &mut sequence, options, &mut Workspace::default(), on_chunk);
    let Some(last_hidden) = last_hidden else {
        console.status(&scorer.interrupted());
        return Err(interrupt.error().unwrap_or(Error::Interrupted));
    };
    let finished = scorer.finish(&model, &last_hidden, tokenizer.as_ref());
    let unchanged = checkpoint.check_unchanged().and_then(|()| stdin.check());
    let (report, timing) = match finished {
        Ok(finished) => finished,
        // A file that was changed is the cause of numbers that are not finite.
        Err(error) => return Err(unchanged.err().unwrap_or(error)),
    };
    if let Some(output) = output.filter(|_| unchanged.is_ok()) {
        state::save(&output, &model, &sequence)?;
    }
    console.status(&status(1, timing));
    let answered = console.answer(&report, Prefill::to_text);
    unchanged?;
    answered?;
    interrupt.error().map_or(Ok(()), Err)
}

/// The callback of a prefill: collects the report.
struct PromptScorer<'a> {
    console: &'a Console,
    interrupt: &'a Interrupt,
    prompt_ids: Vec<u32>,
    /// The log-probability of each prompt token from the second on, as far as computed. Only with `--json`, because
    /// they take as long as the prompt itself.
    logprobs: Vec<f32>,
    progress: Progress,
    /// The time of the forward passes, without `logprobs`.
    timing: Timing,
    started: Instant,
    chunk_started: Instant,
}

impl<'a> PromptScorer<'a> {
    fn new(console: &'a Console, interrupt: &'a Interrupt, prompt_ids: Vec<u32>) -> PromptScorer<'a> {
        let (progress, now) = (console.progress("Prefill"), Instant::now());
        let timing = Timing { tokens: 0, time: Duration::ZERO };
        let logprobs = Vec::new();
        PromptScorer { console, interrupt, prompt_ids, logprobs, progress, timing, started: now, chunk_started: now }
    }

    /// Records a chunk. `done` is the number of tokens run so far, `hidden` the chunk's hidden states, `[rows,
    /// hidden_size]`.
    fn on_chunk(&mut self, model: &Model, done: usize, hidden: &[f32]) -> Control {
        self.timing = Timing { tokens: done, time: self.timing.time + self.chunk_started.elapsed() };
        self.progress.update(done as u64, self.prompt_ids.len() as u64);
        for rows in hidden.chunks(LOGIT_ROWS * model.config.hidden_size).filter(|_| self.console.json) {
            if self.interrupt.control() == Control::EndAll {
                break;
            }
            let following = &self.prompt_ids[self.logprobs.len() + 1..];
            let logits = model.exact_logits(rows);
            let rows = logits.chunks_exact(model.config.vocab_size).zip(following);
            self.logprobs.extend(rows.map(|(row, id)| log_softmax_at(row, *id)));
        }
        self.chunk_started = Instant::now();
        self.interrupt.control()
    }

    /// The status line of an interrupted prefill.
    fn interrupted(self) -> String {
        interrupted(self.timing.tokens, self.prompt_ids.len(), self.started.elapsed())
    }

    /// The report, from the hidden state of the last token, `[hidden_size]`, and the time that the model took.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a logit or log-probability is not finite.
    fn finish(self, model: &Model, last_hidden: &[f32], tokenizer: Option<&Tokenizer>) -> Result<(Prefill, Timing)> {
        let PromptScorer { prompt_ids, logprobs, progress, mut timing, .. } = self;
        drop(progress);
        let start = Instant::now();
        let logits = model.exact_logits(last_hidden);
        timing.time += start.elapsed();
        most_likely(&logits)?;
        if logprobs.iter().any(|logprob| !logprob.is_finite()) {
            return Err(Error::NotFinite { what: "the log-probabilities of the prompt" });
        }
        let top_logits = largest_logits(&logits, TOP_LOGITS);
        let text = |id: u32| {
            let bytes = tokenizer.map(|tokenizer| tokenizer.token_bytes(id).unwrap_or_default());
            bytes.map(|bytes| String::from_utf8_lossy(&bytes).into())
        };
        let bytes: Vec<u8> = logits.iter().flat_map(|logit| logit.to_le_bytes()).collect();
        let report = Prefill {
            top_tokens: top_logits.iter().filter_map(|(id, _)| text(*id)).collect(),
            prompt_ids,
            top_logits,
            prompt_logprobs: logprobs,
            seconds: timing.time.as_secs_f64(),
            logits_sha256: files::hex(&hash_bytes(&bytes)),
        };
        Ok((report, timing))
    }
}
