//! `rumma load`: loads a model, checks every tensor and reports the load time. Also the loading steps that the other
//! commands share.

use std::thread;
use std::time::{Duration, Instant};

use argh::{ArgsInfo, FromArgs};

use super::args::{MachineArgs, MachineOptions, ModelSource, OutputArgs, SourceArgs};
use super::console::Console;
use super::interrupt::Interrupt;
use super::parse::{Command, RawArgs};
use super::prompt::{self, PromptSource};
use super::remedy::{self, Context};
use super::saved::TokenizedConversation;
use super::verify::verify_mapped;
use crate::checkpoint::Checkpoint;
use crate::engine::blocks::common_prefix;
use crate::engine::state::{self, State};
use crate::engine::{check_context, check_prompt};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::model::memory::check_memory_to_load;
use crate::model::{MemoryRequest, Model};
use crate::pages;
use crate::report::load::Load;
use crate::requests::{GenerationOptions, settings, tokenizer};
use crate::text::{EncodedPrompt, Prompt, Tokenizer, Transcript};
use crate::threads;

pub const COMMAND: Command = Command {
    name: "load",
    summary: "load a model, check every tensor and report the load time",
    usage: "MODEL [options]",
    about: "Maps a model's files, binds and checks every tensor and makes the model ready to run; then reports its shape, its\n\
            memory and the load time. AutoAWQ gemm weights are memory-mapped, other formats are copied.",
    groups: &[
        SourceArgs::get_args_info,
        LoadArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma load storyteller",
        "rumma load Qwen/Qwen2.5-3B-Instruct-AWQ --json",
        "rumma load ./checkpoint --verify",
        "rumma load --random --like qwen2.5-0.5b",
    ],
    run,
};

/// The options of `rumma load` alone.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Check")]
pub struct LoadArgs {
    /// compare the mapped bytes with SHA256SUMS or the built-in checksums, as `rumma verify` does
    #[argh(switch)]
    verify: bool,
}

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let LoadArgs { verify } = args.get()?;
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve()?;
    let _interrupt = Interrupt::install();
    threads::start_global_pool(machine.model.threads)?;
    let started = Instant::now();
    let checkpoint = open(&source, &console)?.within(machine.context);
    if verify {
        verify_mapped(&checkpoint, source.name()?, &console)?;
    }
    let (model, tokenizer, duration) = load_model_and_tokenizer(&checkpoint, machine, None, started, &console)?;
    let context = machine.context.unwrap_or(model.config.max_position_embeddings);
    check_context(&model, context)?;
    let mut report = Load::new(&checkpoint, &model, context, duration);
    report.warnings.extend(checkpoint.generation.warnings().map(ToString::to_string));
    let other_form = tokenizer::other_form(&checkpoint).filter(|_| tokenizer.is_none());
    report.warnings.extend(other_form.map(|fault| fault.to_string()));
    let vocab_size = model.config.vocab_size;
    report.warnings.extend(tokenizer.iter().flat_map(|t| t.warnings(vocab_size)).map(|fault| fault.to_string()));
    match settings(&checkpoint, tokenizer.as_ref(), &GenerationOptions::default(), 0, context) {
        Ok(settings) => {
            report.warnings.extend(settings.warnings.iter().map(ToString::to_string));
            report.generation = Some(settings.report);
        }
        Err(error) => name_refusal(&mut report.warnings, &error),
    }
    warn(&report, &console);
    console.status(&report.status());
    let answered = console.answer(&report, Load::to_text);
    checkpoint.check_unchanged().and(answered)
}

/// Opens a checkpoint, with a progress bar: demo weights take a while to generate.
pub fn open(source: &ModelSource, console: &Console) -> Result<Checkpoint> {
    let _progress = console.progress("Opening");
    source.open()
}

/// Prints the warnings and the status line of a loaded model that will run.
pub fn announce(report: &Load, console: &Console) {
    warn(report, console);
    console.detail(&report.status());
}

fn warn(report: &Load, console: &Console) {
    for warning in &report.warnings {
        console.status(&format!("Warning: {warning}"));
    }
}

/// With more threads for each core, a run takes many times as long.
const MOST_THREADS_PER_CORE: usize = 4;

/// Warns of far more threads than cores. Before the model is loaded, because that takes long with them too.
fn warn_of_threads(threads: Option<usize>, console: &Console) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if threads.is_some_and(|threads| threads > cores.saturating_mul(MOST_THREADS_PER_CORE)) {
        console.status(&format!(
            "Warning: more than {MOST_THREADS_PER_CORE} threads for each core wait for each other; give a smaller --threads"
        ));
    }
}

/// A loaded model and its prompt, checked as far as possible before anything is run.
pub struct LoadedPrompt {
    pub model: Model,
    pub tokenizer: Option<Tokenizer>,
    /// The prompt: its tokens, and the keys and values of a state file.
    pub prompt: State,
    /// The conversation that the prompt is a rendering of.
    pub conversation: Option<TokenizedConversation>,
    /// For [`announce`], which the caller calls after all other checks: an error should be the only line on stderr.
    pub report: Load,
}

/// Loads the model and the tokenizer, if there is one. The tokenizer takes as long to load as the weights, so both are
/// loaded in parallel. The returned load time of the model is counted from `started`.
///
/// # Errors
/// Those of [`check_memory_to_load`], [`Model::load`], [`tokenizer::find`] and [`tokenizer::build`].
pub fn load_model_and_tokenizer(
    checkpoint: &Checkpoint,
    machine: MachineOptions,
    run: Option<&MemoryRequest>,
    started: Instant,
    console: &Console,
) -> Result<(Model, Option<Tokenizer>, Duration)> {
    warn_of_threads(machine.model.threads, console);
    let progress = console.progress("Loading");
    let file = tokenizer::find(checkpoint)?;
    let bytes = file.as_ref().map_or(0, |(_, bytes)| bytes.len());
    check_memory_to_load(checkpoint, machine.model.arithmetic, bytes, run)?;
    let load = || Model::load(checkpoint, &machine.model).map(|model| (model, started.elapsed()));
    let build = || tokenizer::build(checkpoint, file);
    let (loaded, tokenizer) = match pages::process_headroom() {
        None => rayon::join(load, build),
        // One after the other: the room that the model's threads were checked to have must not be taken meanwhile.
        Some(_) => (load(), build()),
    };
    drop(progress);
    let ((model, duration), tokenizer) = (loaded?, tokenizer?);
    Ok((model, tokenizer, duration))
}

/// Loads the model and the tokenizer for requests that come later, and checks the context. `started`: see
/// [`load_model_and_tokenizer`].
///
/// # Errors
/// Those of [`load_model_and_tokenizer`] and [`check_context`].
pub fn load_for_requests(
    checkpoint: &Checkpoint,
    machine: MachineOptions,
    started: Instant,
    console: &Console,
) -> Result<(Model, Option<Tokenizer>, Load)> {
    let (model, tokenizer, duration) = load_model_and_tokenizer(checkpoint, machine, None, started, console)?;
    let context = machine.context.unwrap_or(model.config.max_position_embeddings);
    check_context(&model, context)?;
    let mut report = Load::new(checkpoint, &model, context, duration);
    let of_tokenizer = tokenizer.iter().flat_map(|tokenizer| tokenizer.warnings(model.config.vocab_size));
    report.warnings.extend(of_tokenizer.map(|fault| fault.to_string()));
    Ok((model, tokenizer, report))
}

/// Loads the model and the tokenizer and encodes `prompt`. `run` is what will follow, as far as it is known before the
/// prompt is. The reported load time is counted from `started`.
///
/// # Errors
/// Those of [`load_model_and_tokenizer`], [`prompt::tokens`], [`state::load`], [`check_context`] and [`check_prompt`].
pub fn load_with_prompt(
    checkpoint: &Checkpoint,
    prompt: &PromptSource,
    machine: MachineOptions,
    run: &MemoryRequest,
    seed: u64,
    started: Instant,
    console: &Console,
) -> Result<LoadedPrompt> {
    let (model, tokenizer, duration) = load_model_and_tokenizer(checkpoint, machine, Some(run), started, console)?;
    if let Some(fault) = tokenizer::other_form(checkpoint).filter(|_| prompt.needs_tokenizer() && tokenizer.is_none()) {
        return Err(fault.into());
    }
    let encode =
        |prompt: &PromptSource| prompt::tokens(prompt, checkpoint, tokenizer.as_ref(), &model.config, machine, seed);
    let (state, conversation, unused) = tokenize(&model, tokenizer.as_ref(), prompt, encode)?;
    let context = machine.context.unwrap_or(model.config.max_position_embeddings);
    check_context(&model, context)?;
    check_prompt(&state.tokens, &model.config, context)?;
    let mut report = Load::new(checkpoint, &model, context, duration);
    let of_tokenizer = tokenizer.iter().flat_map(|tokenizer| tokenizer.warnings(model.config.vocab_size));
    report.warnings.extend(unused.into_iter().chain(of_tokenizer).map(|fault| fault.to_string()));
    Ok(LoadedPrompt { model, tokenizer, prompt: state, conversation, report })
}

/// The tokens of a prompt, with the keys and values of a state file; its conversation, if it is one; and warnings about what
/// the chat template does not use. A state file may be followed by a message, which is appended to its conversation.
fn tokenize(
    model: &Model,
    tokenizer: Option<&Tokenizer>,
    prompt: &PromptSource,
    encode: impl Fn(&PromptSource) -> Result<EncodedPrompt>,
) -> Result<(State, Option<TokenizedConversation>, Vec<Fault>)> {
    let mut state = State { tokens: Vec::new(), cache: model.new_kv_cache(), conversation: None };
    let mut transcript = Transcript::default();
    let mut extended = None;
    if let PromptSource::State { file, message } = prompt {
        state = state::load(file, model)?;
        let saved = TokenizedConversation::of_state(file, &state)?;
        let Some(message) = message else { return Ok((state, saved, Vec::new())) };
        let saved = saved.ok_or_else(|| Fault::new(FaultKind::NoConversation, file))?;
        let mut conversation = saved.conversation;
        conversation.push("user", message);
        transcript = saved.transcript;
        extended = Some(PromptSource::Prompt(Prompt::Chat(Box::new(conversation))));
    }
    let prompt = extended.as_ref().unwrap_or(prompt);
    let EncodedPrompt { ids, warnings } = encode(prompt)?;
    let (PromptSource::Prompt(Prompt::Chat(conversation)), Some(tokenizer)) = (prompt, tokenizer) else {
        return Ok((State { tokens: ids, ..state }, None, warnings));
    };
    let transcript = transcript.next_prompt(tokenizer, ids);
    state.cache.truncate(common_prefix(&state.tokens, transcript.tokens()));
    state.tokens = transcript.tokens().to_vec();
    let conversation = TokenizedConversation { conversation: (**conversation).clone(), transcript };
    Ok((state, Some(conversation), warnings))
}

/// Replaces the warning that is `error`, if it is there, by one that says what `rumma decode` would do.
pub fn name_refusal(warnings: &mut Vec<String>, error: &Error) {
    let same = error.to_string();
    warnings.retain(|warning| *warning != same);
    let context = Context { command: "decode", ..Context::default() };
    warnings.push(format!("decode would be refused: {}", remedy::message(error, &context)));
}
