//! Llama 2 and 3, SmolLM2, and models of others with the same decoder.

use super::schema::{down, gate_and_up, norms, o, qkv};
use super::{Family, PLAIN};

pub(super) const FAMILY: Family = Family {
    name: "llama",
    names: &["llama", "LlamaForCausalLM"],
    marker: Some("self_attn.q_proj."),
    layer: |c, _| [norms(c), qkv(c), o(c, c.qkv_bias), gate_and_up(c), down(c)].concat(),
    ..PLAIN
};
