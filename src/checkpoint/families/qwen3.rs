//! Qwen3: a norm for query heads and one for key heads, and the windows of Qwen2.

use serde_json::json;

use super::qwen2::{WINDOW_SETTINGS, windows};
use super::schema::{down, gate_and_up, head_norms, norms, o, qkv};
use super::{Family, PLAIN};

pub(super) const FAMILY: Family = Family {
    name: "qwen3",
    names: &["qwen3", "Qwen3ForCausalLM"],
    marker: Some("self_attn.q_norm."),
    defaults: || json!({"head_dim": 128}),
    reads: WINDOW_SETTINGS,
    configure: windows,
    layer: |c, _| [norms(c), qkv(c), head_norms(c), o(c, c.qkv_bias), gate_and_up(c), down(c)].concat(),
    ..PLAIN
};
