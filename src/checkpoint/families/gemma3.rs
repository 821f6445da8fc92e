//! Gemma 3: norms before and after each sublayer and of each head, scaled embeddings, GELU, and sliding windows with a RoPE
//! of their own in most layers.

use serde_json::json;

use super::schema::{Entry, Role, down, gate_and_up, head_norms, o, qkv, vector};
use super::{Family, PLAIN};
use crate::checkpoint::config::{Activation, Config, LayerRope, POSITIONS};
use crate::checkpoint::fields::{FieldReader, shorten};
use crate::checkpoint::rope::{LAYER_TYPES, RopeConfig};
use crate::error::Result;

pub(super) const FAMILY: Family = Family {
    name: "gemma3",
    names: &["gemma3_text", "gemma3", "Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"],
    marker: Some("pre_feedforward_layernorm."),
    // The files of Google's multimodal models leave them out.
    defaults: || {
        json!({
            "vocab_size": 262208, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
            "max_position_embeddings": 131072, "tie_word_embeddings": true, "sliding_window": 4096
        })
    },
    rope_theta: 1_000_000.0,
    reads: &[
        "hidden_activation",
        "query_pre_attn_scalar",
        "rope_local_base_freq",
        "sliding_window",
        "sliding_window_pattern",
        "rope_parameters",
    ],
    ignored,
    configure,
    layer: |c, _| [sandwich_norms(c), qkv(c), head_norms(c), o(c, c.qkv_bias), gate_and_up(c), down(c)].concat(),
    ..PLAIN
};

/// Every such layer attends to all positions, unless `config.json` says otherwise.
const PATTERN: usize = 6;

fn sandwich_norms(c: &Config) -> Vec<Entry> {
    vec![
        vector(Role::AttentionNorm, "input_layernorm", c.hidden_size),
        vector(Role::AttentionOutputNorm, "post_attention_layernorm", c.hidden_size),
        vector(Role::MlpNorm, "pre_feedforward_layernorm", c.hidden_size),
        vector(Role::MlpOutputNorm, "post_feedforward_layernorm", c.hidden_size),
    ]
}

fn configure(fields: &FieldReader, config: &mut Config) -> Result<()> {
    config.norm_offset = 1.0;
    config.embedding_scale = (config.hidden_size as f32).sqrt();
    config.attention_scale = 1.0 / (fields.number("query_pre_attn_scalar", 1e-6..=1e6)?.unwrap_or(256.0) as f32).sqrt();
    config.activation = Activation::from_name(fields.text("hidden_activation")?.unwrap_or("gelu_pytorch_tanh"));
    // A scaled context is written down as it is.
    let context = fields.count("max_position_embeddings", POSITIONS)?;
    (config.max_position_embeddings, config.longest_context) = (context, context);

    let types = config.layer_types(fields)?;
    let pattern = fields.count_or("sliding_window_pattern", 1..=1 << 12, PATTERN)?;
    let is_local = |l: usize| types.get(l).map_or(!(l + 1).is_multiple_of(pattern), |kind| kind == "sliding_attention");
    config.set_windows(fields.optional_count("sliding_window", POSITIONS)?, is_local);
    for (l, layer) in config.layer_attention.iter_mut().enumerate() {
        layer.rope = if is_local(l) { LayerRope::Local } else { LayerRope::Global };
    }
    let (head_dim, local_theta) =
        (config.head_dim, fields.number("rope_local_base_freq", 1.0..=1e12)?.unwrap_or(10000.0));
    let theta = fields.number("rope_theta", 1.0..=1e12)?.unwrap_or(FAMILY.rope_theta);
    let [full, sliding] = LAYER_TYPES;
    config.rope = RopeConfig::of_layer_type(fields, full, theta, head_dim, context)?;
    config.local_rope = Some(RopeConfig::of_layer_type(fields, sliding, local_theta, head_dim, context)?);
    Ok(())
}

/// The `_sliding_window_pattern` that transformers writes beside `layer_types`, and does not read.
fn ignored(fields: &FieldReader) -> Option<String> {
    let value = |name: &str| fields.values.get(name).filter(|value| !value.is_null());
    let pattern = value("_sliding_window_pattern")?;
    let is_used = match value("sliding_window_pattern") {
        Some(used) => used == pattern,
        None => *pattern == PATTERN,
    };
    let decides = value("layer_types").is_none() && !is_used;
    decides.then(|| format!("_sliding_window_pattern {}", shorten(pattern.to_string())))
}
