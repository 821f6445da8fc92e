//! The `rumma` command: parse, run, exit code.

fn main() {}
