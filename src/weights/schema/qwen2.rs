//! Qwen2 and Qwen2.5: biases on query, key and value.

use super::{FamilyTensors, Schema, down, gate_and_up, norms, o, qkv};
use crate::checkpoint::{Config, Family};

pub(super) const TENSORS: FamilyTensors =
    FamilyTensors { families: &[Family::Qwen2], marker: "self_attn.q_proj.bias", schema };

fn schema(c: &Config) -> Schema {
    Schema::decoder(c, |_| [norms(c), qkv(c), o(c, false), gate_and_up(c), down(c)].concat())
}
