//! Entry point of the `rumma` binary.

#[allow(unsafe_code)]
mod alloc;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: alloc::Allocator = alloc::Allocator;

fn main() -> ExitCode {
    alloc::prepare_for_limits();
    rumma::cli::main(std::env::args_os().skip(1))
}
