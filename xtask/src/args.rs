//! The command line of `cargo xtask`.

use argh::FromArgs;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Parses the command line. Prints help or a usage error and returns the exit code in `Err` instead.
pub fn parse(words: impl Iterator<Item = OsString>) -> std::result::Result<Args, ExitCode> {
    let words: Vec<String> = words.skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Args::from_args(&["cargo xtask"], &words).map_err(|exit| match exit.status {
        Ok(()) => {
            println!("{}", exit.output);
            ExitCode::SUCCESS
        }
        Err(()) => {
            eprintln!("xtask: {}\n`cargo xtask --help` lists the tasks", exit.output.trim_end());
            ExitCode::from(2)
        }
    })
}

/// Development tasks of rumma.
#[derive(FromArgs)]
pub struct Args {
    #[argh(subcommand)]
    pub task: Task,
}

#[derive(FromArgs)]
#[argh(subcommand)]
pub enum Task {
    FetchModel(FetchModel),
    VerifyModel(VerifyModel),
    RandomCheckpoint(RandomCheckpoint),
    Vendor(Vendor),
    Ci(Ci),
}

/// Download a model from a hub and verify it. Interrupted downloads resume. Reads HF_ENDPOINT, HF_TOKEN (or the token
/// file), HF_HOME, HTTPS_PROXY and NO_PROXY.
#[derive(FromArgs)]
#[argh(subcommand, name = "fetch-model")]
pub struct FetchModel {
    /// the model, ORG/NAME (default Qwen/Qwen2.5-3B-Instruct-AWQ)
    #[argh(positional, default = "String::from(\"Qwen/Qwen2.5-3B-Instruct-AWQ\")")]
    pub repo: String,
    /// branch, tag or commit (default: the commit in xtask/models.toml, else main)
    #[argh(option)]
    pub revision: Option<String>,
    /// fetch only this file; may be given several times
    #[argh(option)]
    pub file: Vec<String>,
    /// write the files to this directory instead of the hub cache
    #[argh(option)]
    pub to: Option<PathBuf>,
    /// number of parallel downloads (default 4)
    #[argh(option, default = "4")]
    pub jobs: usize,
    /// repeat a failed request at most this often in a row (default 5: half a minute, and a minute if the server is silent). Timeouts, broken connections,
    /// status 429 and 5xx are repeated; other failures end the fetch at once
    #[argh(option, default = "5")]
    pub retries: u32,
    /// print what would be fetched and exit
    #[argh(switch)]
    pub dry_run: bool,
}

/// Compare the files of a model with its SHA256SUMS or the built-in pins, as `rumma verify` does.
#[derive(FromArgs)]
#[argh(subcommand, name = "verify-model")]
pub struct VerifyModel {
    /// the model, then options of `rumma verify`
    #[argh(positional, greedy)]
    pub words: Vec<String>,
}

/// Write a checkpoint of random weights with the names, shapes and dtypes of a real one.
#[derive(FromArgs)]
#[argh(subcommand, name = "random-checkpoint")]
pub struct RandomCheckpoint {
    /// a new or empty directory
    #[argh(positional)]
    pub dir: PathBuf,
    /// the model whose shapes are used, such as qwen2.5-3b, qwen3-30b-a3b, llama-3.1-8b or gemma-3-4b; a wrong name lists all
    #[argh(option)]
    pub like: String,
    /// seed of the weights (default 0)
    #[argh(option, default = "0")]
    pub seed: u64,
}

/// Recreate vendor/ from the registry with the filter in Cargo.toml.
#[derive(FromArgs)]
#[argh(subcommand, name = "vendor")]
pub struct Vendor {}

/// Run CI (.ci/run) on a clean clone of the last commit.
#[derive(FromArgs)]
#[argh(subcommand, name = "ci")]
pub struct Ci {}
