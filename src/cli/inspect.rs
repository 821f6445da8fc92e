//! `rumma inspect`: describes a checkpoint.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use argh::{ArgsInfo, FromArgs};

use super::args::{MachineArgs, ModelSource, OutputArgs, SourceArgs};
use super::console::STANDARD_FILES;
use super::interrupt::Interrupt;
use super::load::{name_refusal, open};
use super::parse::{Command, RawArgs};
use super::remedy::{self, Context};
use crate::checkpoint::{Checkpoint, CheckpointSource};
use crate::error::{Error, Result};
use crate::files::output::Output;
use crate::report::diff::{self, Diff};
use crate::report::inspect::{InspectOptions, Inspection, inspect};
use crate::report::page::HTML_FILE;
use crate::requests::{GenerationOptions, settings, tokenizer};
use crate::threads;

pub const COMMAND: Command = Command {
    name: "inspect",
    summary: "describe a checkpoint: format, layers, sizes, memory requirement, problems",
    usage: "MODEL [options]",
    about: "Prints the format, family, shapes, bits per weight and memory requirement of a checkpoint, and warns of problems in\n\
            it. Reads only headers and configuration (except with --stats), so it takes milliseconds, and also works on a\n\
            single .safetensors file without a config.json. Formats that rumma cannot run are named, too.\n\n\
            The memory requirement is for one sequence of --context tokens (default: the maximum of the model,\n\
            at most 4096), and is compared with the memory that is available now. --threads sets the number of threads of\n\
            --stats and --diff.\n\n\
            --html writes a page with pictures: the layers as a map, bits per weight, memory over the context. It is one file\n\
            that needs no network; --stats adds the values of the weights.\n\n\
            --diff compares MODEL with a second checkpoint: configuration, tokenizer, templates, and every byte of the\n\
            tensors. The exit code is 0 also if they differ; with --json, \"same\" is the result.",
    groups: &[
        SourceArgs::get_args_info,
        InspectArgs::get_args_info,
        MachineArgs::get_args_info,
        OutputArgs::get_args_info,
    ],
    examples: &[
        "rumma inspect storyteller",
        "rumma inspect model.safetensors --tensors | head",
        "rumma inspect Qwen/Qwen2.5-3B-Instruct-AWQ --context 32768 --json",
        "rumma inspect ./checkpoint --stats",
        "rumma inspect ./checkpoint --html model.html",
        "rumma inspect ./checkpoint --diff ./quantized-again",
        "rumma inspect --random --like qwen2.5-72b",
    ],
    run,
};

/// How much to read and print.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Detail")]
pub struct InspectArgs {
    /// list every tensor (always listed with --json)
    #[argh(switch)]
    tensors: bool,
    /// read all weights and print statistics: zero points, scales, ranges, NaN and infinite values
    #[argh(switch)]
    stats: bool,
    /// also write a page with pictures to FILE, as HTML; replaces only such a page
    #[argh(option, arg_name = "FILE")]
    html: Option<PathBuf>,
    /// print what differs between MODEL and the checkpoint B, which is given in the same way as MODEL. With --tensors, list
    /// everything that differs, not only the first of each kind
    #[argh(option, arg_name = "B")]
    diff: Option<String>,
}

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let InspectArgs { tensors, stats, html, diff } = args.get()?;
    if let Some(other) = diff {
        return run_diff(args, &source, other, stats, tensors);
    }
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve()?;
    let message = |error: &Error| remedy::message(error, &Context { command: "inspect", ..Context::default() });
    let options = InspectOptions { context: machine.context, tensors, stats, run: machine.model, message };
    let _interrupt = Interrupt::install();
    let mut page = html.as_deref().map(|path| Output::new(path, HTML_FILE)).transpose()?;
    threads::start_global_pool(machine.model.threads)?;
    let mut checkpoint = if stats { open(&source, &console)? } else { source.open_headers()? };
    if machine.context.is_some() {
        checkpoint = checkpoint.within(machine.context);
    }
    if let Some(page) = &mut page {
        page.keep(STANDARD_FILES.map(PathBuf::from).into_iter().chain(checkpoint.files()))?;
    }
    let progress = console.progress("Reading");
    let mut inspection = inspect(&checkpoint, &options)?;
    inspection.warnings.extend(tokenizer::faults(&checkpoint).iter().map(ToString::to_string));
    match settings(&checkpoint, None, &GenerationOptions::default(), 0, usize::MAX) {
        Ok(settings) => inspection.generation = Some(settings.report),
        Err(error) => name_refusal(&mut inspection.warnings, &error),
    }
    drop(progress);
    let unchanged = checkpoint.check_unchanged();
    if let Some(page) = page.filter(|_| unchanged.is_ok()) {
        page.write_with(|file| file.write_all(inspection.html()?.as_bytes()))?;
    }
    let answered = console.answer(&inspection, Inspection::to_text);
    unchanged.and(answered)
}

/// `rumma inspect MODEL --diff OTHER`.
fn run_diff(args: &RawArgs, source: &ModelSource, other: String, stats: bool, list_all: bool) -> Result<()> {
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let without_effect = ["--config", "--tokenizer", "--isa", "--arithmetic", "--context", "--html"];
    let given = without_effect.into_iter().find(|option| args.value(option).is_some()).or(stats.then_some("--stats"));
    if let Some(option) = given {
        let problem = format!("{option} and --diff cannot be used together");
        return Err(Error::usage_with_fix(problem, "omit one of them"));
    }
    let console = args.get::<OutputArgs>()?.resolve()?;
    let _interrupt = Interrupt::install();
    threads::start_global_pool(machine.model.threads)?;
    let left = open(source, &console)?;
    let right = Checkpoint::open(&CheckpointSource { model: other, ..CheckpointSource::default() })?;
    let progress = console.progress("Comparing");
    let done = AtomicU64::new(0);
    let diff = diff::diff(&left, &right, list_all, &|bytes, total| {
        progress.update(done.fetch_add(bytes, Ordering::Relaxed) + bytes, total);
        Ok(())
    })?;
    drop(progress);
    let answered = console.answer(&diff, Diff::to_text);
    left.check_unchanged().and(right.check_unchanged()).and(answered)
}
