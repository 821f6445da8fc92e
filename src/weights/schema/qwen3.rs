//! Qwen3: a norm for query heads and one for key heads. Described, not run.

use super::{Entry, FamilyTensors, Role, Schema, down, gate_and_up, norms, o, qkv, vector};
use crate::checkpoint::{Config, Family};

pub(super) const TENSORS: FamilyTensors =
    FamilyTensors { families: &[Family::Qwen3], marker: "self_attn.q_norm.", schema };

fn schema(c: &Config) -> Schema {
    Schema::decoder(c, |_| [norms(c), qkv(c), head_norms(c), o(c, c.qkv_bias), gate_and_up(c), down(c)].concat())
}

fn head_norms(c: &Config) -> Vec<Entry> {
    vec![vector(Role::QNorm, "self_attn.q_norm", c.head_dim), vector(Role::KNorm, "self_attn.k_norm", c.head_dim)]
}
