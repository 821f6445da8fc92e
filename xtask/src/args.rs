//! What the user may type after `cargo xtask`.

use argh::FromArgs;
use std::path::PathBuf;

/// Tasks around rumma.
#[derive(FromArgs)]
pub struct Args {
    #[argh(subcommand)]
    pub task: Task,
}

#[derive(FromArgs)]
#[argh(subcommand)]
pub enum Task {
    FetchModel(FetchModel),
}

/// Download a model from a hub, resuming what an earlier run left, and prove it right. Reads HF_ENDPOINT, HF_TOKEN (or
/// the token file), HF_HOME, HTTPS_PROXY and NO_PROXY.
#[derive(FromArgs)]
#[argh(subcommand, name = "fetch-model")]
pub struct FetchModel {
    /// the model, ORG/NAME (default Qwen/Qwen2.5-3B-Instruct-AWQ)
    #[argh(positional, default = "String::from(\"Qwen/Qwen2.5-3B-Instruct-AWQ\")")]
    pub repo: String,
    /// branch, tag or commit (default: the commit in xtask/models.toml, else main)
    #[argh(option)]
    pub revision: Option<String>,
    /// fetch this file only; may be given several times
    #[argh(option)]
    pub file: Vec<String>,
    /// put the files into this directory instead of the hub's cache
    #[argh(option)]
    pub to: Option<PathBuf>,
    /// so many files at once (default 4)
    #[argh(option, default = "4")]
    pub jobs: usize,
    /// print what would be fetched, and fetch nothing
    #[argh(switch)]
    pub dry_run: bool,
}
