//! Qwen3-MoE: Qwen3 with a mixture of experts in place of the feed-forward part of most layers.

use serde_json::{Value, json};

use super::qwen2::windows;
use super::schema::{experts, head_norms, norms, o, qkv};
use super::{Family, PLAIN};
use crate::checkpoint::config::{Config, ExpertsConfig};
use crate::checkpoint::fields::FieldReader;
use crate::error::Result;

pub(super) const FAMILY: Family = Family {
    name: "qwen3_moe",
    names: &["qwen3_moe", "Qwen3MoeForCausalLM"],
    marker: Some("mlp.experts."),
    defaults: || json!({"intermediate_size": 6144, "num_key_value_heads": 4}),
    reads: &[
        "use_sliding_window",
        "sliding_window",
        "max_window_layers",
        "num_experts",
        "num_local_experts",
        "num_experts_per_tok",
        "moe_intermediate_size",
        "norm_topk_prob",
        "decoder_sparse_step",
        "mlp_only_layers",
    ],
    configure,
    layer: |c, l| [norms(c), qkv(c), head_norms(c), o(c, c.qkv_bias), experts(c, l)].concat(),
    ..PLAIN
};

/// Every `decoder_sparse_step`-th layer has experts, unless it is in `mlp_only_layers`.
fn configure(fields: &FieldReader, config: &mut Config) -> Result<()> {
    windows(fields, config)?;
    // transformers has two names for it.
    let count = match fields.optional_count("num_local_experts", 0..=1 << 14)? {
        Some(count) => count,
        None => fields.count_or("num_experts", 0..=1 << 14, 128)?,
    };
    if count == 0 {
        return Ok(());
    }
    let per_token = fields.count_or("num_experts_per_tok", 1..=1 << 14, 8)?;
    if per_token > count {
        return Err(fields.wrong("num_experts_per_tok", per_token, format!("at most the {count} experts")));
    }
    let step = fields.count_or("decoder_sparse_step", 1..=1 << 12, 1)?;
    let dense = match fields.values.get("mlp_only_layers").filter(|value| !value.is_null()) {
        None => Vec::new(),
        Some(value) => {
            let layers: Option<Vec<u64>> = value.as_array().and_then(|list| list.iter().map(Value::as_u64).collect());
            layers.ok_or_else(|| fields.wrong("mlp_only_layers", value, "a list of layers".into()))?
        }
    };
    config.experts = Some(ExpertsConfig {
        count,
        per_token,
        intermediate_size: fields.count_or("moe_intermediate_size", 1..=1 << 22, 768)?,
        normalize_weights: fields.flag("norm_topk_prob")?.unwrap_or(false),
        layers: (0..config.layers).map(|l| !dense.contains(&(l as u64)) && (l + 1) % step == 0).collect(),
    });
    Ok(())
}
