//! SmolLM3: Llama with some layers that know no positions.

use serde_json::json;

use super::schema::{down, gate_and_up, norms, o, qkv};
use super::{Family, PLAIN};
use crate::checkpoint::config::{Config, LayerRope, POSITIONS};
use crate::checkpoint::fields::FieldReader;
use crate::error::Result;

pub(super) const FAMILY: Family = Family {
    name: "smollm3",
    names: &["smollm3", "SmolLM3ForCausalLM"],
    defaults: || json!({"num_key_value_heads": 4, "tie_word_embeddings": true}),
    rope_theta: 2_000_000.0,
    reads: &["no_rope_layers", "no_rope_layer_interval", "use_sliding_window", "sliding_window"],
    configure,
    layer: |c, _| [norms(c), qkv(c), o(c, c.qkv_bias), gate_and_up(c), down(c)].concat(),
    ..PLAIN
};

/// The layers without RoPE are those with a 0 in `no_rope_layers`, or each `no_rope_layer_interval`-th. They have the sliding
/// window, if there is one, unless `layer_types` names others.
fn configure(fields: &FieldReader, config: &mut Config) -> Result<()> {
    let interval = fields.count_or("no_rope_layer_interval", 1..=1 << 12, 4)?;
    let layers = config.layers;
    let has_rope: Vec<bool> = match fields.values.get("no_rope_layers").filter(|value| !value.is_null()) {
        None => (0..layers).map(|l| (l + 1) % interval != 0).collect(),
        Some(value) => {
            let flags = value.as_array().into_iter().flatten().map(|flag| flag.as_u64().filter(|flag| *flag <= 1));
            let flags: Option<Vec<bool>> = flags.map(|flag| Some(flag? == 1)).collect();
            flags.filter(|flags| flags.len() >= layers).ok_or_else(|| {
                fields.wrong("no_rope_layers", value, format!("a list of {layers} numbers, each 0 or 1"))
            })?
        }
    };
    for (layer, _) in config.layer_attention.iter_mut().zip(&has_rope).filter(|(_, has_rope)| !**has_rope) {
        layer.rope = LayerRope::None;
    }
    if fields.flag("use_sliding_window")?.unwrap_or(false) {
        let types = config.layer_types(fields)?;
        let size = fields.optional_count("sliding_window", POSITIONS)?;
        config.set_windows(size, |l| types.get(l).map_or(!has_rope[l], |kind| kind == "sliding_attention"));
    }
    Ok(())
}
