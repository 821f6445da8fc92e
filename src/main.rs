//! Entry point of the `rumma` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    rumma::cli::main(std::env::args_os().skip(1))
}
