//! `cargo xtask`: parse, run, exit code.

use rumma::checkpoint::random::RandomModel;
use std::ffi::OsString;
use std::process::ExitCode;
use xtask::args::{RandomCheckpoint, Task, VerifyModel};

fn main() -> ExitCode {
    let args = match xtask::args::parse(std::env::args_os()) {
        Ok(args) => args,
        Err(code) => return code,
    };
    let done = match args.task {
        Task::FetchModel(args) => xtask::fetch::command::run(args),
        Task::VerifyModel(VerifyModel { words }) => {
            return rumma::cli::main(std::iter::once("verify".into()).chain(words.into_iter().map(OsString::from)));
        }
        Task::RandomCheckpoint(RandomCheckpoint { dir, like, seed }) => {
            let model = RandomModel { like: Some(like), seed, ..RandomModel::default() };
            model.write_to(&dir).map_err(Into::into)
        }
        Task::Vendor(_) => xtask::vendor::vendor(),
        Task::Ci(_) => xtask::ci::ci(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
