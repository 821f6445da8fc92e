//! The `rumma` command: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    rumma::cli::main(std::env::args_os().skip(1))
}
