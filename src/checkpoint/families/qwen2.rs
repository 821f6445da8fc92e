//! Qwen2 and Qwen2.5: biases on query, key and value, and sliding windows from some layer on.

use super::schema::{down, gate_and_up, norms, o, qkv};
use super::{Family, PLAIN};
use crate::checkpoint::config::{Config, POSITIONS};
use crate::checkpoint::fields::FieldReader;
use crate::error::Result;

pub(super) const FAMILY: Family = Family {
    name: "qwen2",
    names: &["qwen2", "Qwen2ForCausalLM"],
    marker: Some("self_attn.q_proj.bias"),
    reads: WINDOW_SETTINGS,
    configure: |fields, config| {
        config.qkv_bias = fields.flag("attention_bias")?.or(fields.flag("qkv_bias")?).unwrap_or(true);
        windows(fields, config)
    },
    layer: |c, _| [norms(c), qkv(c), o(c, false), gate_and_up(c), down(c)].concat(),
    ..PLAIN
};

/// The settings that [`windows`] reads.
pub(super) const WINDOW_SETTINGS: &[&str] = &["use_sliding_window", "sliding_window", "max_window_layers"];

/// Sliding windows of the layers that `layer_types` names, or from layer `max_window_layers` on, if `use_sliding_window` is
/// true.
pub(super) fn windows(fields: &FieldReader, config: &mut Config) -> Result<()> {
    let first = fields.count_or("max_window_layers", 0..=1 << 12, 28)?;
    if fields.flag("use_sliding_window")?.unwrap_or(false) {
        let default = if fields.values.contains_key("sliding_window") { None } else { Some(4096) };
        let size = fields.optional_count("sliding_window", POSITIONS)?.or(default);
        let types = config.layer_types(fields)?;
        config.set_windows(size, |l| types.get(l).map_or(l >= first, |kind| kind == "sliding_attention"));
    }
    Ok(())
}
