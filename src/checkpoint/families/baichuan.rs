//! Baichuan: fused query, key and value projections. Described, not run.

use super::schema::{down, fused_qkv, gate_and_up, norms, o};
use super::{Family, PLAIN};

pub(super) const FAMILY: Family = Family {
    name: "baichuan",
    names: &["baichuan", "BaichuanForCausalLM", "BaiChuanForCausalLM"],
    marker: Some("self_attn.W_pack."),
    layer: |c, _| [norms(c), fused_qkv(c, "self_attn.W_pack"), o(c, false), gate_and_up(c), down(c)].concat(),
    runs: false,
    ..PLAIN
};
