//! Llama and Mistral: separate projections. Described, not run.

use super::{FamilyTensors, Schema, down, gate_and_up, norms, o, qkv};
use crate::checkpoint::{Config, Family};

pub(super) const TENSORS: FamilyTensors =
    FamilyTensors { families: &[Family::Llama, Family::Mistral], marker: "self_attn.q_proj.", schema };

fn schema(c: &Config) -> Schema {
    Schema::decoder(c, |_| [norms(c), qkv(c), o(c, c.qkv_bias), gate_and_up(c), down(c)].concat())
}
