//! `cargo xtask`: parse, run, exit code.

use std::process::ExitCode;
use xtask::args::{Args, Task};

fn main() -> ExitCode {
    let args: Args = argh::from_env();
    let done = match args.task {
        Task::FetchModel(args) => xtask::fetch::command::run(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
