//! Command-line interface: finds the subcommand, parses its options, runs it and sets the exit code.

mod args;
mod bench;
mod chat;
mod completions;
mod console;
mod constraint;
mod continuations;
mod convert;
mod decode;
mod draft;
mod engine;
mod inspect;
mod interrupt;
mod jobs;
mod load;
mod man;
mod notify;
mod parse;
mod prefill;
mod progress;
mod prompt;
pub mod remedy;
mod remedy_convert;
mod remedy_io;
mod remedy_resource;
mod saved;
mod score;
mod selftest;
mod serve;
mod stdin;
mod values;
mod verify;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::panic;
use std::process::ExitCode;

use parse::{Command, RawArgs};
use remedy::Context;

use crate::checkpoint::map_fault;
use crate::error::{Error, Fault, FaultKind, Result};
use crate::threads;

const VERSION: &str = concat!("rumma ", env!("CARGO_PKG_VERSION"), "\n");

/// Every subcommand, in the order of `rumma --help`.
const COMMANDS: &[Command] = &[
    inspect::COMMAND,
    load::COMMAND,
    prefill::COMMAND,
    decode::COMMAND,
    chat::COMMAND,
    serve::COMMAND,
    score::COMMAND,
    convert::COMMAND,
    bench::COMMAND,
    verify::COMMAND,
    selftest::COMMAND,
    completions::COMMAND,
    man::COMMAND,
];

/// Runs `rumma` with `args` (without the program name). Exit codes: 0 success, 1 a problem with the input or the machine,
/// 2 incorrect usage, 130 interrupted, 143 terminated by SIGTERM or SIGHUP.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    interrupt::exit_on_signals();
    let args: Vec<OsString> = args.collect();
    let again = args.clone();
    // On a thread of its own, because the stack of the main thread may be small (`ulimit -s`), or unable to grow
    // (`ulimit -v`). If no thread can be started, the command may still need none.
    match threads::spawn(threads::STACK, move || exit_code(args)) {
        Ok(thread) => thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic)),
        Err(_) => exit_code(again),
    }
}

/// Runs the command and prints its error.
fn exit_code(args: Vec<OsString>) -> ExitCode {
    interrupt::ignore_sigxfsz();
    report_map_faults();
    let mut context = Context::default();
    match run(args.into_iter(), &mut context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if console::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            if !matches!(error, Error::Reported | Error::Interrupted | Error::Terminated) {
                console::print_error(&remedy::message(&error, &context));
            }
            ExitCode::from(error.exit_code())
        }
    }
}

/// Prints an error in the usual form, with exit code 1, if a mapped file is truncated or cannot be read.
fn report_map_faults() {
    // Removes a progress bar.
    let clear_line = if io::stderr().is_terminal() { "\r\x1b[K" } else { "" };
    let fault = Error::from(Fault::new(FaultKind::LostInUse, ""));
    map_fault::install(format!("{clear_line}rumma: "), remedy::message(&fault, &Context::default()) + "\n");
}

/// Runs the command. Stores in `context` what the remedy of an error depends on.
fn run(args: impl Iterator<Item = OsString>, context: &mut Context) -> Result<()> {
    let args = utf8(args)?;
    let name = args.first().map(String::as_str);
    let command = match name {
        None => return Err(Error::usage(format!("no subcommand given (expected {})", names()))),
        Some("--help" | "-h") => return console::print(&overview()),
        Some("--version" | "-V") => return console::print(VERSION),
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
    if args.version {
        return console::print(VERSION);
    }
    context.messages = args.value("--messages").map(str::to_string);
    context.json_schema = args.value("--json-schema").map(str::to_string);
    context.options = args.options().map(str::to_string).collect();
    (command.run)(&args)
}

fn find(name: &str) -> Result<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name).ok_or_else(|| {
        let problem = format!("unknown subcommand '{name}' (expected {})", names());
        let meant = match name {
            "run" | "generate" | "complete" => "decode",
            "show" | "info" => "inspect",
            "check" => "verify",
            "perplexity" | "logprobs" => "score",
            "quantize" | "export" => "convert",
            _ => name,
        };
        let fix = parse::did_you_mean(meant, COMMANDS.iter().map(|command| command.name));
        Error::Usage { problem, fix }
    })
}

/// `inspect, load, ...`
fn names() -> String {
    COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>().join(", ")
}

/// What rumma is, for the overview and the man page.
const ABOUT: &str = "Inspects, verifies and runs 4-bit language models on a CPU, without a network connection. The\n\
     results are bit-identical on every machine.\n\n\
     MODEL is a checkpoint directory, a .safetensors file, the Hugging Face id of a model in a local\n\
     cache (such as Qwen/Qwen2.5-3B-Instruct-AWQ), or `storyteller`, a small built-in model.";

/// Exit codes and what they mean.
const EXIT_CODES: [(&str, &str); 4] = [
    ("0", "success"),
    ("1", "problem with the input or the machine"),
    ("2", "incorrect usage"),
    ("130", "interrupted (143: terminated)"),
];

const EXAMPLE: &str = "rumma decode storyteller --user \"Tell me a story about a fox.\"";

/// The text of `rumma --help`.
fn overview() -> String {
    let mut text = format!("Usage: rumma SUBCOMMAND MODEL [options]\n\n{ABOUT}\n\nSubcommands:\n");
    for command in COMMANDS {
        parse::entry(&mut text, command.name, command.summary);
    }
    text.push_str("\nOptions:\n");
    parse::entry(&mut text, "-h, --help", "print this help; with a subcommand, its options and examples");
    parse::entry(&mut text, "-V, --version", "print the version");
    text.push_str("\nExit codes:\n");
    for (code, meaning) in EXIT_CODES {
        text.push_str(&format!("  {code:<5}{meaning}\n"));
    }
    text.push_str(&format!("\nExample:\n  {EXAMPLE}\n"));
    text
}

fn utf8(args: impl Iterator<Item = OsString>) -> Result<Vec<String>> {
    args.map(|arg| arg.into_string()).collect::<std::result::Result<_, _>>().map_err(|arg| {
        let problem = format!("argument '{}' is not UTF-8", arg.to_string_lossy());
        Error::usage_with_fix(problem, "give it in UTF-8")
    })
}
