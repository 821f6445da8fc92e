//! Which tensors a model has: their names, roles and shapes, computed from its configuration.
//!
//! This is the only place that knows names of tensors. Each family is one file, which states its layers by the helpers
//! below and its own differences. Binding, `inspect` and the warnings all read the same [`Schema`].

mod baichuan;
mod llama;
mod phi3;
mod qwen2;
mod qwen3;

use crate::checkpoint::{Checkpoint, Config, Family};

/// The module of the token embedding, in every family.
const EMBEDDING: &str = "model.embed_tokens";
/// The module of the output head, in every family.
const HEAD: &str = "lm_head";
/// The tensor of the token embedding.
pub const EMBEDDING_WEIGHT: &str = "model.embed_tokens.weight";
/// The tensor of the output head; absent or equal to the embedding where the two are tied.
pub const HEAD_WEIGHT: &str = "lm_head.weight";
/// What precedes the number of a layer.
const LAYERS: &str = "model.layers.";

/// The tensors of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// Embedding, final norm and head, by their full names.
    pub global: Vec<Entry>,
    /// The entries of each layer, named without `model.layers.N.`.
    pub layers: Vec<Vec<Entry>>,
    /// Modules of a layer, named as above, that old tools save and nobody needs.
    pub unneeded: &'static [&'static str],
}

/// One module of a model and the tensors it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub role: Role,
    /// The name of the module: that of its tensors without `.weight`, `.bias`, `.qweight` and the like.
    pub name: String,
    pub shape: Shape,
}

/// What a module is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Embedding,
    FinalNorm,
    Head,
    InputNorm,
    PostAttentionNorm,
    Q,
    K,
    V,
    /// Query, key and value projections in one matrix, in this order.
    Qkv,
    /// Norm of each query head.
    QNorm,
    /// Norm of each key head.
    KNorm,
    O,
    Gate,
    Up,
    /// Gate and up projections in one matrix, in this order.
    GateUp,
    Down,
}

/// Which tensors a module has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A linear layer, quantized or `weight` `[outputs, inputs]`. A `bias` `[outputs]` is used where there is one, and
    /// required if `bias` is set.
    Linear { inputs: usize, outputs: usize, bias: bool },
    /// A dense `weight` `[rows, columns]`.
    Matrix { rows: usize, columns: usize },
    /// A dense `weight` `[length]`.
    Vector { length: usize },
}

/// A family of models whose tensors have the same names.
struct FamilyTensors {
    families: &'static [Family],
    /// A model with a tensor of layer 0 whose name begins so is of this family, unless an earlier one in [`FAMILIES`]
    /// matches.
    marker: &'static str,
    schema: fn(&Config) -> Schema,
}

/// All families, those with special names before those that have only the usual ones.
const FAMILIES: &[FamilyTensors] = &[phi3::TENSORS, baichuan::TENSORS, qwen3::TENSORS, qwen2::TENSORS, llama::TENSORS];

/// The family that the names of the tensors indicate, for a file without a configuration.
pub fn family_of_names(checkpoint: &Checkpoint) -> Option<&'static Family> {
    let names = || checkpoint.tensors().filter_map(|tensor| tensor.name.strip_prefix(LAYERS)?.strip_prefix("0."));
    let is = |family: &&FamilyTensors| names().any(|name| name.starts_with(family.marker));
    FAMILIES.iter().find(is)?.families.first()
}

/// The number of the layer that a tensor belongs to, and the rest of its name.
fn split_layer(name: &str) -> Option<(usize, &str)> {
    let (number, rest) = name.strip_prefix(LAYERS)?.split_once('.')?;
    Some((number.parse::<u32>().ok()? as usize, rest))
}

/// One more than the largest number of a layer in a checkpoint.
pub fn layer_count(checkpoint: &Checkpoint) -> usize {
    checkpoint.tensors().filter_map(|tensor| split_layer(tensor.name)).map(|(layer, _)| layer + 1).max().unwrap_or(0)
}

/// Whether a module gives keys or values, in the families that have a matrix for each.
pub fn is_key_or_value(module: &str) -> bool {
    split_layer(module).is_some_and(|(_, rest)| matches!(rest, "self_attn.k_proj" | "self_attn.v_proj"))
}

impl Schema {
    /// The tensors of a model; `None` if its family is unknown.
    pub fn of(config: &Config) -> Option<Schema> {
        let family = FAMILIES.iter().find(|family| family.families.contains(&config.family))?;
        Some((family.schema)(config))
    }

    /// A decoder with the usual embedding, norm and head around the layers that `layer` gives by their number.
    fn decoder(config: &Config, layer: impl Fn(usize) -> Vec<Entry>) -> Schema {
        let (rows, columns) = (config.vocab_size, config.hidden_size);
        Schema {
            global: vec![
                Entry { role: Role::Embedding, name: EMBEDDING.into(), shape: Shape::Matrix { rows, columns } },
                vector(Role::FinalNorm, "model.norm", columns),
                Entry { role: Role::Head, name: HEAD.into(), shape: Shape::Matrix { rows, columns } },
            ],
            layers: (0..config.layers).map(layer).collect(),
            unneeded: &["self_attn.rotary_emb", "mlp.act"],
        }
    }

    /// The full name of a module of layer `layer`.
    pub fn layer_module(layer: usize, name: &str) -> String {
        format!("{LAYERS}{layer}.{name}")
    }

    /// Whether a module is known, but nothing that a model needs.
    pub fn is_unneeded(&self, module: &str) -> bool {
        split_layer(module).is_some_and(|(_, rest)| self.unneeded.contains(&rest))
    }
}

fn linear(role: Role, name: &str, [inputs, outputs]: [usize; 2], bias: bool) -> Entry {
    Entry { role, name: name.into(), shape: Shape::Linear { inputs, outputs, bias } }
}

fn vector(role: Role, name: &str, length: usize) -> Entry {
    Entry { role, name: name.into(), shape: Shape::Vector { length } }
}

/// The widths of all query heads, and of all key heads.
fn attention_widths(c: &Config) -> (usize, usize) {
    (c.heads * c.head_dim, c.kv_heads * c.head_dim)
}

/// The norms in front of attention and feed-forward layer.
fn norms(c: &Config) -> Vec<Entry> {
    vec![
        vector(Role::InputNorm, "input_layernorm", c.hidden_size),
        vector(Role::PostAttentionNorm, "post_attention_layernorm", c.hidden_size),
    ]
}

/// Separate query, key and value projections.
fn qkv(c: &Config) -> Vec<Entry> {
    let (q, kv) = attention_widths(c);
    vec![
        linear(Role::Q, "self_attn.q_proj", [c.hidden_size, q], c.qkv_bias),
        linear(Role::K, "self_attn.k_proj", [c.hidden_size, kv], c.qkv_bias),
        linear(Role::V, "self_attn.v_proj", [c.hidden_size, kv], c.qkv_bias),
    ]
}

/// One matrix for query, key and value.
fn fused_qkv(c: &Config, name: &str) -> Vec<Entry> {
    let (q, kv) = attention_widths(c);
    vec![linear(Role::Qkv, name, [c.hidden_size, q + 2 * kv], c.qkv_bias)]
}

/// The projection behind attention.
fn o(c: &Config, bias: bool) -> Vec<Entry> {
    vec![linear(Role::O, "self_attn.o_proj", [attention_widths(c).0, c.hidden_size], bias)]
}

/// Separate gate and up projections.
fn gate_and_up(c: &Config) -> Vec<Entry> {
    vec![
        linear(Role::Gate, "mlp.gate_proj", [c.hidden_size, c.intermediate_size], false),
        linear(Role::Up, "mlp.up_proj", [c.hidden_size, c.intermediate_size], false),
    ]
}

/// The last projection of the feed-forward layer.
fn down(c: &Config) -> Vec<Entry> {
    vec![linear(Role::Down, "mlp.down_proj", [c.intermediate_size, c.hidden_size], false)]
}
