//! Granite 3: Llama with four multipliers.

use super::schema::{down, gate_and_up, norms, o, qkv};
use super::{Family, PLAIN};
use crate::checkpoint::config::Config;
use crate::checkpoint::fields::FieldReader;
use crate::error::Result;

pub(super) const FAMILY: Family = Family {
    name: "granite",
    names: &["granite", "GraniteForCausalLM"],
    reads: &["embedding_multiplier", "residual_multiplier", "attention_multiplier", "logits_scaling"],
    configure,
    layer: |c, _| [norms(c), qkv(c), o(c, c.qkv_bias), gate_and_up(c), down(c)].concat(),
    ..PLAIN
};

fn configure(fields: &FieldReader, config: &mut Config) -> Result<()> {
    let multiplier = |name| fields.number(name, 1e-6..=1e6).map(|value| value.unwrap_or(1.0) as f32);
    config.embedding_scale = multiplier("embedding_multiplier")?;
    config.residual_scale = multiplier("residual_multiplier")?;
    config.attention_scale = multiplier("attention_multiplier")?;
    config.logit_scale = 1.0 / multiplier("logits_scaling")?;
    Ok(())
}
