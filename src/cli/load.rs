//! `rumma load`: a model from its files to readiness, and what that took.

use std::time::Instant;

use argh::{ArgsInfo, FromArgs};

use super::args::{MachineArgs, MachineOptions, ModelSource, OutputArgs, SourceArgs};
use super::console::Console;
use super::interrupt::Interrupt;
use super::parse::{Command, RawArgs};
use super::prompt::{self, PromptSource};
use super::verify::verify_mapped;
use crate::checkpoint::Checkpoint;
use crate::engine::sequence::Sequence;
use crate::engine::state;
use crate::error::Result;
use crate::model::Model;
use crate::model::memory::check_memory_to_load;
use crate::report::load::Load;
use crate::text::Tokenizer;

pub const COMMAND: Command = Command {
    name: "load",
    summary: "maps a model, binds and checks every tensor, and says what that took",
    usage: "MODEL [options]",
    about: "Maps a model's files, binds and checks every tensor and makes it ready to run; then says what it is and what\n\
            that took. The 4-bit weights stay where they are in the files: they are mapped, not copied.",
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

/// What to do beside loading.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Check")]
pub struct LoadArgs {
    /// compare the very bytes that are mapped with SHA256SUMS or the built-in sums, as `rumma verify` does
    #[argh(switch)]
    verify: bool,
}

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let LoadArgs { verify } = args.get()?;
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve();
    let _interrupt = Interrupt::install();
    let started = Instant::now();
    let checkpoint = open(&source, &console)?;
    if verify {
        verify_mapped(&checkpoint, source.name()?, &console)?;
    }
    let progress = console.progress("Loading");
    let model = Model::load(&checkpoint, &machine.model)?;
    drop(progress);
    let context = machine.context.unwrap_or(model.config.max_position_embeddings);
    // Whether the model has so many positions is for a sequence to say.
    Sequence::new(&model, &[0], context)?;
    let report = Load::new(&checkpoint, &model, context, started.elapsed());
    announce(&report, &console);
    console.answer(&report, Load::to_text)
}

/// Opens a checkpoint. Files open in a moment; demo weights take a while to make.
pub fn open(source: &ModelSource, console: &Console) -> Result<Checkpoint> {
    let _progress = console.progress("Opening");
    source.open()
}

/// The status lines of a model that was loaded.
pub fn announce(report: &Load, console: &Console) {
    for warning in &report.warnings {
        console.status(&format!("Warning: {warning}"));
    }
    console.status(&report.status());
}

/// A model and the prompt it is to read, checked as far as possible before anything is run.
pub struct LoadedPrompt {
    pub model: Model,
    pub tokenizer: Option<Tokenizer>,
    /// The prompt. At least one token is uncomputed: all of them, or the last one of a state.
    pub sequence: Sequence,
    /// To be given to [`announce`] after all other checks: an error should be the only line on stderr.
    pub report: Load,
}

/// Loads what is needed to run `prompt`. The tokenizer takes as long to load as the weights, so both are loaded at the same
/// time. `started` is when the command began to open the checkpoint.
pub fn load_with_prompt(
    checkpoint: &Checkpoint,
    prompt: &PromptSource,
    machine: MachineOptions,
    seed: u64,
    started: Instant,
    console: &Console,
) -> Result<LoadedPrompt> {
    let progress = console.progress("Loading");
    let file = checkpoint.read("tokenizer.json")?;
    let bytes = file.as_ref().map_or(0, |(_, bytes)| bytes.len());
    check_memory_to_load(checkpoint.config()?, machine.model.arithmetic, bytes)?;
    let load = || Model::load(checkpoint, &machine.model).map(|model| (model, started.elapsed()));
    let (loaded, tokenizer) = rayon::join(load, || prompt::tokenizer(checkpoint, file));
    drop(progress);
    let ((model, duration), tokenizer) = (loaded?, tokenizer?);
    let ids = prompt::token_ids(prompt, checkpoint, tokenizer.as_ref(), model.config.vocab_size, seed)?;
    let context = machine.context.unwrap_or(model.config.max_position_embeddings);
    let sequence = match prompt {
        PromptSource::State(file) => state::load(file, &model, context)?,
        _ => Sequence::new(&model, &ids, context)?,
    };
    let report = Load::new(checkpoint, &model, context, duration);
    Ok(LoadedPrompt { model, tokenizer, sequence, report })
}
