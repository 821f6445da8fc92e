//! Baichuan: fused query, key and value projections. Described, not run.

use super::{FamilyTensors, Schema, down, fused_qkv, gate_and_up, norms, o};
use crate::checkpoint::{Config, Family};

pub(super) const TENSORS: FamilyTensors =
    FamilyTensors { families: &[Family::Baichuan], marker: "self_attn.W_pack.", schema };

fn schema(c: &Config) -> Schema {
    Schema::decoder(c, |_| [norms(c), fused_qkv(c, "self_attn.W_pack"), o(c, false), gate_and_up(c), down(c)].concat())
}
