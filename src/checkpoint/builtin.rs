//! `storyteller`: a small trained model embedded in the binary, so that one is always available.

use super::shard::{Bytes, Shard};
use crate::error::Result;
use std::path::PathBuf;

/// The MODEL name of the embedded checkpoint. A directory of the same name is given as `./storyteller`.
pub const STORYTELLER: &str = "storyteller";

/// Aligns bytes to a cache line, as in a mapped file.
#[repr(align(64))]
struct Aligned<T: ?Sized>(T);

static WEIGHTS: &Aligned<[u8]> = &Aligned(*include_bytes!("../../fixtures/storyteller/checkpoint/model.safetensors"));

/// The other files of the checkpoint, as (name, content).
pub(super) static FILES: &[(&str, &[u8])] = &[
    ("config.json", include_bytes!("../../fixtures/storyteller/checkpoint/config.json")),
    ("generation_config.json", include_bytes!("../../fixtures/storyteller/checkpoint/generation_config.json")),
    ("tokenizer.json", include_bytes!("../../fixtures/storyteller/checkpoint/tokenizer.json")),
    ("tokenizer_config.json", include_bytes!("../../fixtures/storyteller/checkpoint/tokenizer_config.json")),
];

/// The embedded weights.
pub(super) fn shard() -> Result<Shard> {
    Shard::new(PathBuf::from(STORYTELLER).join("model.safetensors"), Bytes::Static(&WEIGHTS.0))
}
