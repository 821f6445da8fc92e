//! Phi-3 and Phi-4-mini: fused query, key and value projections, fused gate and up projections, and heads of which only a
//! part is rotated.

use super::mistral::windows;
use super::schema::{down, fused_gate_up, fused_qkv, norms, o};
use super::{Family, PLAIN};

pub(super) const FAMILY: Family = Family {
    name: "phi3",
    names: &["phi3", "Phi3ForCausalLM"],
    reads: &["partial_rotary_factor", "sliding_window"],
    configure: windows,
    marker: Some("self_attn.qkv_proj."),
    layer: |c, _| {
        let qkv = fused_qkv(c, "self_attn.qkv_proj");
        [norms(c), qkv, o(c, false), fused_gate_up(c, "mlp.gate_up_proj"), down(c)].concat()
    },
    ..PLAIN
};
