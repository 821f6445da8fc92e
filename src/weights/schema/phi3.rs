//! Phi-3: fused query, key and value projections, fused gate and up projections. Described, not run.

use super::{FamilyTensors, Role, Schema, down, fused_qkv, linear, norms, o};
use crate::checkpoint::{Config, Family};

pub(super) const TENSORS: FamilyTensors =
    FamilyTensors { families: &[Family::Phi3], marker: "self_attn.qkv_proj.", schema };

fn schema(c: &Config) -> Schema {
    let gate_up = || vec![linear(Role::GateUp, "mlp.gate_up_proj", [c.hidden_size, 2 * c.intermediate_size], false)];
    Schema::decoder(c, |_| [norms(c), fused_qkv(c, "self_attn.qkv_proj"), o(c, false), gate_up(), down(c)].concat())
}
