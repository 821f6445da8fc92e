//! Mistral: a sliding window in every layer, if there is one.

use serde_json::json;

use super::schema::{down, gate_and_up, norms, o, qkv};
use super::{Family, PLAIN};
use crate::checkpoint::config::{Config, POSITIONS};
use crate::checkpoint::fields::FieldReader;
use crate::error::Result;

pub(super) const FAMILY: Family = Family {
    name: "mistral",
    names: &["mistral", "MistralForCausalLM"],
    defaults: || json!({"sliding_window": 4096}),
    reads: &["sliding_window"],
    configure: windows,
    layer: |c, _| [norms(c), qkv(c), o(c, c.qkv_bias), gate_and_up(c), down(c)].concat(),
    ..PLAIN
};

/// A sliding window in every layer, if `sliding_window` has a size.
pub(super) fn windows(fields: &FieldReader, config: &mut Config) -> Result<()> {
    config.set_windows(fields.optional_count("sliding_window", POSITIONS)?, |_| true);
    Ok(())
}
