//! `rumma prefill`: runs a prompt and reports the speed and the most likely next tokens.

use std::time::Instant;

use argh::ArgsInfo;

use super::args::{MachineArgs, MachineOptions, ModelSource, OutputArgs, PromptArgs, SaveArgs, SourceArgs};
use super::console::Console;
use super::engine;
use super::interrupt::Interrupt;
use super::load::{LoadedPrompt, announce, load_with_prompt, open};
use super::parse::{Command, RawArgs};
use super::progress::Progress;
use super::saved::{state_output, write_state};
use super::stdin::UnreadStdin;
use crate::checkpoint::manifest::hash_bytes;
use crate::engine::generate::generate;
use crate::engine::sampler::{largest_logits, log_softmax_at, most_likely};
use crate::engine::state::State;
use crate::engine::{Completion, Control, Event, LOGIT_ROWS, PrefillStats, Request};
use crate::error::{Error, Result};
use crate::files;
use crate::model::{MemoryRequest, SequenceGroup};
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

    stdin.check()?;

    let started = Instant::now();
    let checkpoint = open(&source, &console)?.within(machine.context);
    let output = save_state.map(|file| state_output(file.as_ref(), prompt_files, &checkpoint)).transpose()?;
    let memory = |tokens: usize| memory_request(tokens, chunk, output.is_some(), console.json);
    let run = memory(prompt.expected_tokens().unwrap_or(chunk));
    let loaded_prompt = load_with_prompt(&checkpoint, &prompt, machine, &run, source.seed, started, &console)?;
    let LoadedPrompt { model, tokenizer, prompt, conversation, report: loaded } = loaded_prompt;
    model.check_memory(&memory(prompt.tokens.len()))?;
    let request = Request {
        context: loaded.context,
        prompt_logits_from: Some(if console.json { 1 } else { prompt.tokens.len() }),
        keep_state: output.is_some(),
        ..Request::new(prompt.tokens)
    };
    let mut engine = engine::for_request(&model, None, &request, chunk, machine)?;

    stdin.check_patiently()?;

    interrupt.defer();
    announce(&loaded, &console);
    let mut scorer = PromptScorer::new(&console, &interrupt, request.prompt.clone());
    let cancel = Some(interrupt.cancel_flag());
    let generation = generate(&mut engine, request, cancel, |_, event| scorer.on_event(event))?;
    let Some(Completion { prefill, state, .. }) = generation.sequences.into_iter().next() else { return Ok(()) };
    if scorer.last_logits.is_empty() {
        console.status(&scorer.interrupted());
        return Err(interrupt.error().unwrap_or(Error::Interrupted));
    }
    let finished = scorer.finish(tokenizer.as_ref(), prefill);
    let unchanged = checkpoint.check_unchanged().and_then(|()| stdin.check());
    let report = match finished {
        Ok(finished) => finished,
        // A file that was changed is the cause of numbers that are not finite.
        Err(error) => return Err(unchanged.err().unwrap_or(error)),
    };
    let conversation = conversation.map(|conversation| conversation.to_saved());
    let state = state.map(|state| State { conversation, ..state });
    write_state(output.filter(|_| unchanged.is_ok()), &model, state)?;
    console.status(&status(1, prefill));
    let answered = console.answer(&report, Prefill::to_text);
    unchanged?;
    answered?;
    interrupt.error().map_or(Ok(()), Err)
}

/// The memory of a prompt of `tokens` tokens.
fn memory_request(tokens: usize, chunk: usize, saves: bool, scores: bool) -> MemoryRequest {
    MemoryRequest {
        // A state file is written from a copy of the cache.
        sequences: vec![SequenceGroup { count: 1 + usize::from(saves), tokens }],
        rows: chunk.min(tokens),
        logits: if scores { LOGIT_ROWS } else { 1 },
        samples_full_vocab: false,
    }
}

/// The callback of a prefill: collects the report.
struct PromptScorer<'a> {
    interrupt: &'a Interrupt,
    prompt_ids: Vec<u32>,
    /// The log-probability of each prompt token from the second on, as far as computed. Only with `--json`, because
    /// they take as long as the prompt itself.
    logprobs: Vec<f32>,
    /// The logits after the last token, `[vocab_size]`; empty until they are computed.
    last_logits: Vec<f32>,
    progress: Progress,
    done: usize,
    started: Instant,
}

impl<'a> PromptScorer<'a> {
    fn new(console: &'a Console, interrupt: &'a Interrupt, prompt_ids: Vec<u32>) -> PromptScorer<'a> {
        PromptScorer {
            interrupt,
            prompt_ids,
            logprobs: Vec::new(),
            last_logits: Vec::new(),
            progress: console.progress("Prefill"),
            done: 0,
            started: Instant::now(),
        }
    }

    fn on_event(&mut self, event: &Event) -> Control {
        match *event {
            Event::Prefill { done, total } => {
                self.done = done;
                self.progress.update(done as u64, total as u64);
            }
            Event::PromptLogits { position, logits } => match self.prompt_ids.get(position) {
                Some(id) => self.logprobs.push(log_softmax_at(logits, *id)),
                None => self.last_logits = logits.to_vec(),
            },
            _ => {}
        }
        self.interrupt.control()
    }

    /// The status line of an interrupted prefill.
    fn interrupted(&self) -> String {
        interrupted(self.done, self.prompt_ids.len(), self.started.elapsed())
    }

    /// The report.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a logit or log-probability is not finite.
    fn finish(self, tokenizer: Option<&Tokenizer>, prefill: PrefillStats) -> Result<Prefill> {
        let PromptScorer { prompt_ids, logprobs, last_logits: logits, progress, .. } = self;
        drop(progress);
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
        Ok(Prefill {
            top_tokens: top_logits.iter().filter_map(|(id, _)| text(*id)).collect(),
            prompt_ids,
            top_logits,
            prompt_logprobs: logprobs,
            seconds: prefill.time.as_secs_f64(),
            logits_sha256: files::hex(&hash_bytes(&bytes)),
        })
    }
}
