//! `rumma decode`: generates text from a prompt and streams it to stdout.

use std::time::Instant;

use argh::ArgsInfo;

use super::args::{
    AnswerArgs, MachineArgs, MachineOptions, ModelSource, OutputArgs, PromptArgs, SamplingArgs, SourceArgs, StateArgs,
};
use super::console::{Console, print};
use super::constraint::{ConstraintArgs, ConstraintSource};
use super::interrupt::Interrupt;
use super::jobs::{self, JobArgs};
use super::load::{LoadedPrompt, announce, load_with_prompt, open};
use super::parse::{Command, RawArgs};
use super::progress::Progress;
use super::prompt::PromptSource;
use super::saved::{check_memory_to_save, state_after, state_output, write_state};
use super::stdin::UnreadStdin;
use super::{draft, engine};
use crate::checkpoint::Checkpoint;
use crate::engine::defaults::TokenLimit;
use crate::engine::generate::{Generation, generate};
use crate::engine::sampler::log_softmax_at;
use crate::engine::{Control, Event, Finish, Request, Speculation};
use crate::error::{Error, Result};
use crate::model::{MemoryRequest, SequenceGroup};
use crate::report::decode::{self, Decode, PromptToken, Scores};
use crate::report::generation::GenerationReport;
use crate::report::prefill;
use crate::requests::{GenerationOptions, settings};
use crate::text::{AnswerText, TextStream, Tokenizer};
use crate::threads;

pub const COMMAND: Command = Command {
    name: "decode",
    summary: "generate text and stream it to stdout",
    usage: "MODEL --user TEXT [options]",
    about: "Generates text and streams it to stdout, until the model ends it, a --stop text occurs, or --tokens or the context\n\
            is reached. The same command gives the same text on every machine; another --seed gives another text.",
    groups: &[
        SourceArgs::get_args_info,
        PromptArgs::get_args_info,
        StateArgs::get_args_info,
        JobArgs::get_args_info,
        AnswerArgs::get_args_info,
        SamplingArgs::get_args_info,
        ConstraintArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma decode storyteller --user \"Tell me a story about a fox.\"",
        "rumma decode storyteller --prompt \"Once upon a time\" --temperature 0 --tokens 40",
        "printf 'Once upon a time' | rumma decode storyteller --prompt-file - --batch 3 --seed 7",
        "rumma decode storyteller --prompt-file story.txt --chunk 64 --json",
        "rumma decode Qwen/Qwen2.5-3B-Instruct-AWQ --system \"Be brief.\" --user \"Why is the sky blue?\" --json",
        "rumma decode storyteller --user \"Tell me a story.\" --save-state story.state",
        "rumma decode storyteller --state story.state --user \"And then?\"",
        "rumma decode storyteller --user \"Who is in the story?\" --regex \"(Tom|Mia) and (a|the) [a-z]{3,6}\\\\.\"",
        "rumma decode Qwen/Qwen2.5-3B-Instruct-AWQ --user \"A person as JSON.\" --json-schema person.json",
        "rumma decode storyteller --jobs in.jsonl --out out.jsonl --parallel 8",
        "rumma decode --random --like qwen2.5-0.5b --decode-tokens 100",
    ],
    run,
};

/// The options, checked as far as possible before a file is opened.
struct DecodeOptions {
    source: ModelSource,
    prompt: PromptArgs,
    state: Option<String>,
    save_state: Option<String>,
    /// Prompt tokens per forward pass.
    chunk: usize,
    batch: usize,
    generation: GenerationOptions,
    speculation: Speculation,
    draft: Option<String>,
    /// The number of most likely tokens to report beside each generated token.
    logprobs: Option<usize>,
    prompt_logprobs: bool,
    constraint: Option<ConstraintSource>,
    machine: MachineOptions,
    console: Console,
}

impl DecodeOptions {
    fn from_args(args: &RawArgs) -> Result<DecodeOptions> {
        let source = args.get::<SourceArgs>()?.resolve()?;
        let prompt = args.get::<PromptArgs>()?;
        let chunk = prompt.chunk();
        let answer: AnswerArgs = args.get()?;
        let (max_tokens, batch, speculation) = (answer.tokens()?, answer.batch(), answer.speculation()?);
        let sampling = args.get::<SamplingArgs>()?.resolve()?;
        let machine = args.get::<MachineArgs>()?.resolve()?;
        let console = args.get::<OutputArgs>()?.resolve()?;
        let StateArgs { state, save_state } = args.get()?;
        if save_state.is_some() && batch > 1 {
            return Err(Error::usage_with_fix("--save-state saves one sequence", "omit --batch"));
        }
        let draft = answer.draft.clone();
        let AnswerArgs { logprobs, prompt_logprobs, .. } = answer;
        check_logprobs(logprobs, prompt_logprobs, state.is_some(), &console)?;
        let constraint = args.get::<ConstraintArgs>()?.resolve()?;
        let generation = GenerationOptions { sampling, max_tokens, stop: answer.stop };
        Ok(DecodeOptions {
            source,
            prompt,
            state,
            save_state,
            chunk,
            batch,
            generation,
            speculation,
            draft,
            logprobs,
            prompt_logprobs,
            constraint,
            machine,
            console,
        })
    }
}

/// Checks the options for log-probabilities against the others.
fn check_logprobs(logprobs: Option<usize>, prompt: bool, has_state: bool, console: &Console) -> Result<()> {
    if prompt && has_state {
        let problem =
            "--prompt-logprobs and --state cannot be used together, because a saved prompt is not computed again";
        return Err(Error::usage_with_fix(problem, "omit --prompt-logprobs, or give the prompt itself"));
    }
    let option = if prompt { "--prompt-logprobs" } else { "--logprobs" };
    if (prompt || logprobs.is_some()) && !console.json {
        return Err(Error::usage_with_fix(format!("{option} needs --json"), "add --json"));
    }
    Ok(())
}

fn run(args: &RawArgs) -> Result<()> {
    match args.get::<JobArgs>()?.resolve(args)? {
        Some(jobs) => {
            ConstraintArgs::refuse_with_jobs(args)?;
            jobs::run(args, jobs)
        }
        None => run_prompt(args),
    }
}

/// Answers one prompt.
fn run_prompt(args: &RawArgs) -> Result<()> {
    let options = DecodeOptions::from_args(args)?;
    let DecodeOptions { source, prompt, state, chunk, batch, console, .. } = options;
    let stdin = UnreadStdin::new(args);
    // Before the prompt is read: that can block on a terminal, where Ctrl-C must work.
    let interrupt = Interrupt::install();
    threads::start_global_pool(options.machine.model.threads)?;
    let prompt_files = prompt.files();
    let prompt = prompt.resolve_with_state(state, source.is_random())?;

    stdin.check()?;

    let started = Instant::now();
    let checkpoint = open(&source, &console)?.within(options.machine.context);
    let output = options.save_state.map(|file| state_output(file.as_ref(), prompt_files, &checkpoint)).transpose()?;
    // The settings of the checkpoint are checked before the weights are loaded.
    options.generation.sampling.resolve(&checkpoint.generation)?;
    let run = expected_memory(&prompt, chunk, batch, options.generation.max_tokens, &checkpoint)?;
    let loaded_prompt = load_with_prompt(&checkpoint, &prompt, options.machine, &run, source.seed, started, &console)?;
    let LoadedPrompt { model, tokenizer, prompt, conversation, report: mut loaded } = loaded_prompt;
    let length = prompt.tokens.len();
    let settings = settings(&checkpoint, tokenizer.as_ref(), &options.generation, length, loaded.context)?;
    let request = Request {
        count: batch,
        grammar: ConstraintSource::compile(options.constraint, &model, tokenizer.as_ref())?,
        hash_logits: console.json,
        logprobs: options.logprobs,
        prompt_logits_from: options.prompt_logprobs.then_some(1),
        speculation: options.speculation,
        keep_state: output.is_some(),
        state: (!prompt.cache.is_empty()).then_some(prompt.cache),
        ..settings.request(prompt.tokens, loaded.context, source.seed)
    };
    check_memory_to_save(output.as_ref(), &model, &request, chunk)?;
    let draft = options.draft.as_deref();
    let draft =
        draft.map(|name| draft::load(name, options.machine, &model, tokenizer.as_ref(), &console)).transpose()?;
    let drafts = draft.as_ref().map(|(_, model)| model);
    let mut engine = engine::for_request(&model, drafts, &request, chunk, options.machine)?;
    let texts = answer_texts(tokenizer.as_ref(), &settings.report.stop, batch)?;
    stdin.check_patiently()?;

    interrupt.defer();
    loaded.warnings.extend(checkpoint.generation.ignored.iter().chain(&settings.warnings).map(ToString::to_string));
    announce(&loaded, &console);
    let prompt_logprobs = options.prompt_logprobs.then(|| unscored(&request.prompt));
    let scores = Scores { logprobs: options.logprobs.is_some(), prompt_logprobs };
    let mut printer = AnswerPrinter::new(&console, &interrupt, texts, scores);
    let cancel = Some(interrupt.cancel_flag());
    let mut generation = generate(&mut engine, request, cancel, |sequence, event| printer.on_event(sequence, event));
    let first = generation.as_mut().ok().and_then(|generation| generation.sequences.first_mut());
    let state = first.map(|first| state_after(first, conversation, tokenizer.as_ref(), &settings.report.stop));
    let finished =
        generation.and_then(|generation| printer.finish(generation, settings.report.clone(), tokenizer.is_some()));
    checkpoint.check_unchanged()?;
    draft.iter().try_for_each(|(checkpoint, _)| checkpoint.check_unchanged())?;
    write_state(output, &model, state.transpose()?.flatten())?;
    finished?;
    stdin.check()
}

/// The memory of a run, as far as it is known before the prompt is.
fn expected_memory(
    prompt: &PromptSource,
    chunk: usize,
    batch: usize,
    max_tokens: Option<usize>,
    checkpoint: &Checkpoint,
) -> Result<MemoryRequest> {
    let tokens = prompt.expected_tokens().unwrap_or(chunk);
    let limit = TokenLimit::resolve(max_tokens, &checkpoint.generation, tokens)?;
    Ok(MemoryRequest {
        sequences: vec![SequenceGroup { count: batch, tokens: tokens.saturating_add(limit.tokens) }],
        rows: chunk.min(tokens).max(batch),
        logits: batch,
        samples_full_vocab: true,
    })
}

/// The tokens of a prompt, without log-probabilities.
fn unscored(prompt: &[u32]) -> Vec<PromptToken> {
    prompt.iter().map(|id| PromptToken { id: *id, logprob: None }).collect()
}

/// An empty answer for each sequence.
fn answer_texts<'t>(tokenizer: Option<&'t Tokenizer>, stop: &[String], batch: usize) -> Result<Vec<AnswerText<'t>>> {
    if tokenizer.is_none() && !stop.is_empty() {
        let problem = "--stop needs a tokenizer, and this model has none";
        return Err(Error::usage_with_fix(problem, "give --tokenizer FILE"));
    }
    let text = |_| Ok(AnswerText::new(tokenizer.map(|tokenizer| TextStream::new(tokenizer, stop)).transpose()?));
    (0..batch).map(text).collect()
}

/// The callback of a generation: prints the first sequence as it is generated, and the others at the end.
struct AnswerPrinter<'a> {
    console: &'a Console,
    interrupt: &'a Interrupt,
    texts: Vec<AnswerText<'a>>,
    scores: Scores,
    /// The progress bar, until prefill is complete.
    prefill_progress: Option<Progress>,
    write_error: Option<Error>,
}

impl<'a> AnswerPrinter<'a> {
    fn new(console: &'a Console, interrupt: &'a Interrupt, texts: Vec<AnswerText<'a>>, scores: Scores) -> Self {
        let prefill_progress = Some(console.progress("Prefill"));
        AnswerPrinter { console, interrupt, texts, scores, prefill_progress, write_error: None }
    }

    fn on_event(&mut self, sequence: usize, event: &Event) -> Control {
        match *event {
            Event::Prefill { done, total } => {
                if let Some(progress) = &self.prefill_progress {
                    progress.update(done as u64, total as u64);
                }
                self.interrupt.control()
            }
            Event::Prefilled(timing) => {
                self.prefill_progress = None;
                self.console.detail(&prefill::status(self.texts.len(), timing));
                self.write_error = self.print(&heading(0, self.texts.len())).err();
                // The logits of the first token are computed already, so that token is generated even after a signal.
                Control::Continue
            }
            Event::Token { id, .. } => {
                let piece = self.texts[sequence].push(id);
                if sequence == 0 && !piece.is_empty() && self.write_error.is_none() {
                    self.write_error = self.print(&piece).err();
                }
                if self.write_error.is_some() {
                    Control::EndAll
                } else if self.texts[sequence].has_stopped() && self.interrupt.error().is_none() {
                    Control::EndSequence
                } else {
                    self.interrupt.control()
                }
            }
            Event::PromptLogits { position, logits } => {
                let tokens = self.scores.prompt_logprobs.as_mut();
                if let Some(token) = tokens.and_then(|tokens| tokens.get_mut(position)) {
                    token.logprob = Some(log_softmax_at(logits, token.id));
                }
                Control::Continue
            }
            Event::Finished(_) | Event::Failed(_) => Control::Continue,
        }
    }

    /// Prints the rest of the text, the status line and, with `--json`, the report.
    ///
    /// # Errors
    /// The error of a failed write; that of the recorded signal if it ended a sequence.
    fn finish(mut self, generation: Generation, settings: GenerationReport, has_tokenizer: bool) -> Result<()> {
        if let Some(error) = self.write_error.take() {
            return Err(error);
        }
        // It is `Some` if prefill was interrupted: then no sequence has any text.
        if self.prefill_progress.take().is_none() {
            self.print_rest()?;
        }
        self.console.status(&decode::status(&generation));
        let interrupted = generation.sequences.iter().any(|sequence| sequence.finish == Finish::Interrupted);
        if self.console.json {
            let text = |text: &AnswerText| if has_tokenizer { text.text().to_string() } else { String::new() };
            let texts = self.texts.iter().map(text).collect();
            self.console.answer(&Decode::new(generation, texts, settings, self.scores), |_| String::new())?;
        }
        self.interrupt.error().filter(|_| interrupted).map_or(Ok(()), Err)
    }

    /// Prints the text that the first sequence held back, then the whole texts of the others.
    fn print_rest(&mut self) -> Result<()> {
        for i in 0..self.texts.len() {
            let rest = self.texts[i].flush();
            let batch = self.texts.len();
            self.print(&if i == 0 { rest } else { heading(i, batch) + self.texts[i].text() })?;
            self.print("\n")?;
        }
        Ok(())
    }

    /// Prints a piece of the text, unless the output is a JSON object at the end.
    fn print(&self, piece: &str) -> Result<()> {
        if self.console.json { Ok(()) } else { print(piece) }
    }
}

/// The heading of sequence `i` in a batch; empty for a single sequence.
fn heading(i: usize, batch: usize) -> String {
    match (i, batch) {
        (_, 1) => String::new(),
        (0, _) => format!("=== 1 of {batch}\n"),
        _ => format!("\n=== {} of {batch}\n", i + 1),
    }
}
