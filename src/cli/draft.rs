//! The small model of `--draft`.

use std::sync::Arc;

use super::args::{MachineOptions, ModelName};
use super::console::Console;
use crate::checkpoint::{Checkpoint, CheckpointSource};
use crate::error::{Fault, FaultKind, Result};
use crate::model::Model;
use crate::model::memory::check_memory_to_load;
use crate::requests::tokenizer;
use crate::text::Tokenizer;

/// Loads a small model that drafts for `model`, and runs on its threads.
///
/// # Errors
/// Those of loading a model; [`FaultKind::OtherVocabulary`] if its ids stand for other tokens.
pub fn load(
    name: &str,
    machine: MachineOptions,
    model: &Model,
    own_tokenizer: Option<&Tokenizer>,
    console: &Console,
) -> Result<(Checkpoint, Model)> {
    let _progress = console.progress("Loading draft");
    let name = ModelName::Any(name.into()).resolve()?;
    let checkpoint = Checkpoint::open(&CheckpointSource { model: name, ..CheckpointSource::default() })?;
    let config = checkpoint.config()?;
    let file = tokenizer::find(&checkpoint)?;
    let bytes = file.as_ref().map_or(0, |(_, bytes)| bytes.len());
    check_memory_to_load(&checkpoint, machine.model.arithmetic, bytes, None)?;
    let other = |found: String, expected: String| {
        Fault::new(FaultKind::OtherVocabulary, &checkpoint.path).found(found).expected(expected)
    };
    let draft_tokenizer = tokenizer::build(&checkpoint, file)?;
    let common = config.vocab_size.min(model.config.vocab_size);
    match (own_tokenizer, &draft_tokenizer) {
        (Some(own), Some(draft)) => {
            let differs = |id: &u32| own.token_bytes(*id) != draft.token_bytes(*id);
            if let Some(id) = (0..common as u32).find(differs) {
                let text = |tokenizer: &Tokenizer| match tokenizer.token_bytes(id) {
                    Some(bytes) => format!("{:?} for id {id}", String::from_utf8_lossy(&bytes)),
                    None => format!("no token for id {id}"),
                };
                return Err(other(text(draft), text(own)).into());
            }
        }
        _ if config.vocab_size == model.config.vocab_size => {}
        _ => return Err(other(format!("{} tokens", config.vocab_size), model.config.vocab_size.to_string()).into()),
    }
    let mut draft = Model::load(&checkpoint, &machine.model)?;
    draft.threads = Arc::clone(&model.threads);
    Ok((checkpoint, draft))
}
