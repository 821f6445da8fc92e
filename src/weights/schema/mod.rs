//! The tensors of a model: names, roles and shapes, computed from its configuration.
//!
//! Tensor names occur only in this module. Each family is one file, which builds its layers from the helper functions below.
//! Binding, `inspect` and the warnings use the same [`Schema`].

mod baichuan;
mod llama;
mod phi3;
mod qwen2;
mod qwen3;

use crate::checkpoint::{Checkpoint, Config, Family};

/// The module of the token embedding, in every family.
const EMBEDDING: &str = "model.embed_tokens";
/// The module of the output head, in every family.
pub(super) const HEAD: &str = "lm_head";
/// The tensor of the token embedding.
pub const EMBEDDING_WEIGHT: &str = "model.embed_tokens.weight";
/// The tensor of the output head. A tied head is missing or equal to the embedding.
pub const HEAD_WEIGHT: &str = "lm_head.weight";
/// The prefix of a layer's tensors, before its number.
const LAYERS: &str = "model.layers.";

/// The tensors of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// Embedding, final norm and head, with full names.
    pub global: Vec<Entry>,
    /// The modules of each layer. Their names omit `model.layers.N.`.
    pub layers: Vec<Vec<Entry>>,
    /// Modules of a layer that old tools save and no model uses. Their names omit `model.layers.N.`.
    pub unneeded: &'static [&'static str],
}

/// One module of a model and the tensors it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its purpose.
    pub role: Role,
    /// The name of the module: the common prefix of its tensors, without `.weight`, `.bias`, `.qweight` and so on.
    pub name: String,
    /// The kind and the dimensions of its tensors.
    pub shape: Shape,
}

/// The purpose of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Token embedding.
    Embedding,
    /// RMS norm before the output head.
    FinalNorm,
    /// Output head.
    Head,
    /// RMS norm before attention.
    InputNorm,
    /// RMS norm before the feed-forward layer.
    PostAttentionNorm,
    /// Query projection.
    Q,
    /// Key projection.
    K,
    /// Value projection.
    V,
    /// Query, key and value projections in one matrix, in this order.
    Qkv,
    /// Norm of each query head.
    QNorm,
    /// Norm of each key head.
    KNorm,
    /// Output projection of attention.
    O,
    /// Gate projection of the feed-forward layer.
    Gate,
    /// Up projection of the feed-forward layer.
    Up,
    /// Gate and up projections in one matrix, in this order.
    GateUp,
    /// Down projection of the feed-forward layer.
    Down,
}

/// The kind and the dimensions of a module's tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A linear layer: quantized, or a dense `weight` `[outputs, inputs]`. A stored bias `[outputs]` is always used.
    Linear {
        /// Number of inputs.
        inputs: usize,
        /// Number of outputs.
        outputs: usize,
        /// Whether the bias is required.
        bias: bool,
    },
    /// A dense `weight` `[rows, columns]`.
    Matrix {
        /// First dimension.
        rows: usize,
        /// Second dimension.
        columns: usize,
    },
    /// A dense `weight` `[length]`.
    Vector {
        /// Number of elements.
        length: usize,
    },
}

/// Families whose tensors have the same names.
struct FamilyTensors {
    families: &'static [Family],
    /// Prefix of a tensor's name in layer 0 that identifies the family, unless an earlier entry of [`FAMILIES`] matches.
    marker: &'static str,
    schema: fn(&Config) -> Schema,
}

/// All families. A family whose names are a subset of another family's comes after it.
const FAMILIES: &[FamilyTensors] = &[phi3::TENSORS, baichuan::TENSORS, qwen3::TENSORS, qwen2::TENSORS, llama::TENSORS];

/// Infers the family from the names of the tensors, for a checkpoint without a configuration.
pub fn family_of_names(checkpoint: &Checkpoint) -> Option<&'static Family> {
    let names = || checkpoint.tensors().filter_map(|tensor| tensor.name.strip_prefix(LAYERS)?.strip_prefix("0."));
    let matches = |family: &&FamilyTensors| names().any(|name| name.starts_with(family.marker));
    FAMILIES.iter().find(matches)?.families.first()
}

/// Splits a tensor's name into the index of its layer and the rest; `None` outside the layers.
fn split_layer(name: &str) -> Option<(usize, &str)> {
    let (number, rest) = name.strip_prefix(LAYERS)?.split_once('.')?;
    Some((number.parse::<u32>().ok()? as usize, rest))
}

/// The number of layers: one more than the largest layer index in the tensors' names.
pub fn layer_count(checkpoint: &Checkpoint) -> usize {
    checkpoint.tensors().filter_map(|tensor| split_layer(tensor.name)).map(|(layer, _)| layer + 1).max().unwrap_or(0)
}

/// Whether a module is a key or value projection. False for fused matrices.
pub fn is_key_or_value(module: &str) -> bool {
    split_layer(module).is_some_and(|(_, rest)| matches!(rest, "self_attn.k_proj" | "self_attn.v_proj"))
}

impl Schema {
    /// The schema of a model; `None` if its family is unknown.
    pub fn of(config: &Config) -> Option<Schema> {
        let family = FAMILIES.iter().find(|family| family.families.contains(&config.family))?;
        Some((family.schema)(config))
    }

    /// A decoder with the standard names of embedding, final norm and head. `layer` returns the modules of a layer by index.
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

    /// The full name of module `name` in layer `layer`.
    pub fn layer_module(layer: usize, name: &str) -> String {
        format!("{LAYERS}{layer}.{name}")
    }

    /// Whether a module (full name) is in `unneeded`.
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

/// The total width of the query heads, and that of the key heads.
fn attention_widths(c: &Config) -> (usize, usize) {
    (c.heads * c.head_dim, c.kv_heads * c.head_dim)
}

/// The norms before attention and before the feed-forward layer.
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

/// The output projection of attention.
fn o(c: &Config, bias: bool) -> Vec<Entry> {
    vec![linear(Role::O, "self_attn.o_proj", [attention_widths(c).0, c.hidden_size], bias)]
}

/// Separate gate and up projections.
fn gate_and_up(c: &Config) -> Vec<Entry> {
    vec![
        linear(Role::Gate, "mlp.gate_proj", [c.hidden_size, c.intermediate_size], c.mlp_bias),
        linear(Role::Up, "mlp.up_proj", [c.hidden_size, c.intermediate_size], c.mlp_bias),
    ]
}

/// The down projection.
fn down(c: &Config) -> Vec<Entry> {
    vec![linear(Role::Down, "mlp.down_proj", [c.intermediate_size, c.hidden_size], c.mlp_bias)]
}
