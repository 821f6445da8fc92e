//! `rumma inspect`: what is in a checkpoint.

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
    summary: "says what is in a checkpoint: format, layers, sizes, memory needed, oddities",
    usage: "MODEL [options]",
    about: "Says what is in a checkpoint: format, family, shapes, bits per weight, memory needed, and whatever is odd in it.\n\
            Works from the file's header, so it takes no time, also on a lone .safetensors file without a config.json.\n\
            Beside what rumma can run it names the formats that it cannot. Memory is told for one sequence of\n\
            --context tokens (unless given, what the model was made for, but at most 4096). --threads read for --stats.",
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

/// How closely to look.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Detail")]
pub struct InspectArgs {
    /// list every tensor (--json always does)
    #[argh(switch)]
    tensors: bool,
    /// read the weights too: zero points, scales, ranges, numbers that are not finite
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
