//! `storyteller`: a small trained model that is part of the program, so that there is always one to run.

use super::shard::{Bytes, Shard};
use crate::error::Result;
use std::path::PathBuf;

/// The MODEL name of the built-in checkpoint; `./storyteller` is a directory of that name.
pub const STORYTELLER: &str = "storyteller";

/// Bytes that begin on a cache line, as those of a mapped file do.
#[repr(align(64))]
struct Aligned<T: ?Sized>(T);

static WEIGHTS: &Aligned<[u8]> = &Aligned(*include_bytes!("../../fixtures/storyteller/checkpoint/model.safetensors"));

/// The other files of the checkpoint, by name.
pub(super) static FILES: &[(&str, &[u8])] = &[
    ("config.json", include_bytes!("../../fixtures/storyteller/checkpoint/config.json")),
    ("generation_config.json", include_bytes!("../../fixtures/storyteller/checkpoint/generation_config.json")),
    ("tokenizer.json", include_bytes!("../../fixtures/storyteller/checkpoint/tokenizer.json")),
    ("tokenizer_config.json", include_bytes!("../../fixtures/storyteller/checkpoint/tokenizer_config.json")),
];

/// The weights.
pub(super) fn shard() -> Result<Shard> {
    Shard::new(PathBuf::from(STORYTELLER).join("model.safetensors"), Bytes::Static(&WEIGHTS.0))
}
