//! What the user may type, as groups of options, and what a subcommand makes of it.
//!
//! The `*Args` structs hold words as they were typed; each has a `resolve` that checks them against each other and gives
//! the plain value a subcommand works with. Every [`Error::Usage`] of a subcommand arises here, before any work is done.

use argh::{ArgsInfo, FromArgs};

use crate::error::{Error, Result};

/// What is printed.
#[derive(FromArgs, ArgsInfo)]
#[argh(description = "Output")]
pub struct OutputArgs {
    /// print one JSON object on stdout instead of text
    #[argh(switch)]
    pub json: bool,
    /// no status lines and no progress bar on stderr
    #[argh(switch)]
    pub quiet: bool,
}

/// MODEL, given in first place or with `--model`.
pub fn one_model(positional: Option<String>, option: Option<String>) -> Result<String> {
    match (positional, option) {
        (Some(_), Some(_)) => Err(Error::Usage("MODEL and --model are the same; give one of them".into())),
        (None, None) => {
            Err(Error::Usage("which MODEL? a checkpoint directory, a file, a hub id or `storyteller`".into()))
        }
        (model, option) => match model.or(option) {
            Some(model) if !model.is_empty() => Ok(model),
            _ => Err(Error::Usage("MODEL is empty".into())),
        },
    }
}
