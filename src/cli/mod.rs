//! The command line: which subcommand, with which options, and how the process ends.

mod args;
mod bench;
mod console;
mod decode;
mod inspect;
mod interrupt;
mod load;
mod parse;
mod prefill;
mod progress;
mod prompt;
pub mod remedy;
mod selftest;
mod verify;

use std::ffi::OsString;
use std::fmt::Write;
use std::process::ExitCode;

use parse::{Command, RawArgs};
use remedy::Context;

use crate::error::{Error, Result};

/// Every subcommand, in the order of `rumma --help`.
const COMMANDS: &[Command] = &[
    inspect::COMMAND,
    load::COMMAND,
    prefill::COMMAND,
    decode::COMMAND,
    bench::COMMAND,
    verify::COMMAND,
    selftest::COMMAND,
];

/// Runs `rumma` with `args`. The exit code is 0 for done, 1 where the input or the machine is at fault,
/// 2 for wrong usage, 130 for interrupted (143 by SIGTERM).
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    interrupt::ignore_sigxfsz();
    let mut context = Context::default();
    match run(args, &mut context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if console::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            if !matches!(error, Error::Interrupted | Error::Terminated) {
                console::print_error(&remedy::message(&error, &context));
            }
            ExitCode::from(error.exit_code())
        }
    }
}

/// Runs the command and notes in `context` what the remedy of an error depends on.
fn run(args: impl Iterator<Item = OsString>, context: &mut Context) -> Result<()> {
    let args = utf8(args)?;
    let name = args.first().map(String::as_str);
    let command = match name {
        None => return Err(Error::Usage(format!("which subcommand? ({})", names()))),
        Some("--help" | "-h") => return console::print(&overview()),
        Some("--version" | "-V") => return console::print(concat!("rumma ", env!("CARGO_PKG_VERSION"), "\n")),
        Some("help") => match args.get(1) {
            None => return console::print(&overview()),
            Some(name) => return console::print(&parse::help(find(name)?)),
        },
        Some(name) => find(name)?,
    };
    context.command = command.name;
    let args = RawArgs::split(command, &args[1..])?;
    if args.help {
        return console::print(&parse::help(command));
    }
    context.messages = args.value("--messages").map(str::to_string);
    (command.run)(&args)
}

fn find(name: &str) -> Result<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name).ok_or_else(|| {
        let nearest = parse::did_you_mean(name, COMMANDS.iter().map(|command| command.name));
        Error::Usage(format!("unknown subcommand '{name}'{nearest} (expected {})", names()))
    })
}

/// `inspect, load, ...`
fn names() -> String {
    COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>().join(", ")
}

/// The text of `rumma --help`.
fn overview() -> String {
    let mut text = String::from(
        "Usage: rumma SUBCOMMAND MODEL [options]\n\n\
         Examines, verifies and runs 4-bit AWQ language models on an ordinary CPU: offline, and with the\n\
         same answer to the bit on every machine.\n\n\
         MODEL is a checkpoint directory, a .safetensors file, a hub id that lies in a local cache\n\
         (Qwen/Qwen2.5-3B-Instruct-AWQ), or the built-in model `storyteller`.\n\nSubcommands:\n",
    );
    for command in COMMANDS {
        parse::entry(&mut text, command.name, command.summary);
    }
    let _ = write!(
        text,
        "\n`rumma SUBCOMMAND --help` has the options and examples; `rumma --version` says which rumma this is.\n\
         Exit codes: 0 done, 1 the input or the machine is at fault, 2 wrong usage, 130 interrupted.\n\n\
         Example:\n  rumma decode storyteller --user \"Tell me a story about a fox.\"\n"
    );
    text
}

fn utf8(args: impl Iterator<Item = OsString>) -> Result<Vec<String>> {
    args.map(|arg| arg.into_string())
        .collect::<std::result::Result<_, _>>()
        .map_err(|arg| Error::Usage(format!("argument '{}' is not UTF-8", arg.to_string_lossy())))
}
