//! `rumma inspect`: describes a checkpoint.

use argh::{ArgsInfo, FromArgs};

use super::args::{MachineArgs, OutputArgs, SourceArgs, set_global_threads};
use super::interrupt::Interrupt;
use super::load::open;
use super::parse::{Command, RawArgs};
use super::remedy::{self, Context};
use crate::error::{Error, Result};
use crate::report::inspect::{InspectOptions, Inspection, inspect};

pub const COMMAND: Command = Command {
    name: "inspect",
    summary: "describe a checkpoint: format, layers, sizes, memory requirement, problems",
    usage: "MODEL [options]",
    about: "Prints the format, family, shapes, bits per weight and memory requirement of a checkpoint, and warns of problems in\n\
            it. Reads only headers and configuration (except with --stats), so it takes milliseconds, and also works on a\n\
            single .safetensors file without a config.json. Formats that rumma cannot run are named, too.\n\n\
            The memory requirement is for one sequence of --context tokens (default: max_position_embeddings of the model,\n\
            at most 4096). --threads sets the number of threads of --stats.",
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
}

fn run(args: &RawArgs) -> Result<()> {
    let source = args.get::<SourceArgs>()?.resolve()?;
    let InspectArgs { tensors, stats } = args.get()?;
    let machine = args.get::<MachineArgs>()?.resolve()?;
    let console = args.get::<OutputArgs>()?.resolve();
    let message = |error: &Error| remedy::message(error, &Context { command: "inspect", ..Context::default() });
    let options = InspectOptions { context: machine.context, tensors, stats, run: machine.model, message };
    let _interrupt = Interrupt::install();
    set_global_threads(machine.model.threads)?;
    let checkpoint = if stats { open(&source, &console)? } else { source.open_headers()? };
    let progress = console.progress("Reading");
    let inspection = inspect(&checkpoint, &options)?;
    drop(progress);
    console.answer(&inspection, Inspection::to_text)
}
