//! The tensors of a model: names, roles and shapes, computed from its configuration.
//!
//! Tensor names occur only in this file and in those of the families, which build their layers from the functions below.
//! Binding, `inspect` and the warnings use the same [`Schema`].

use crate::checkpoint::{Checkpoint, Config};

/// What may stand before the names of a decoder's tensors. Multimodal models have it within another model.
const PREFIXES: [&str; 5] = ["model.language_model.", "language_model.model.", "model.text_model.", "model.", ""];
/// What stands before the names of all other models' tensors.
const USUAL_PREFIX: &str = "model.";

/// The tensors of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The names of the modules outside the layers.
    pub names: Names,
    /// Embedding, final norm and head, with full names.
    pub global: Vec<Entry>,
    /// The modules of each layer. Their names omit what stands up to `layers.N.`.
    pub layers: Vec<Vec<Entry>>,
    /// Modules of a layer that old tools save and no model uses. Their names omit what stands up to `layers.N.`.
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
    AttentionNorm,
    /// RMS norm of what attention adds to the residual stream.
    AttentionOutputNorm,
    /// RMS norm before the feed-forward layer.
    MlpNorm,
    /// RMS norm of what the feed-forward layer adds to the residual stream.
    MlpOutputNorm,
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
    /// Scores of the experts for a token.
    Router,
    /// Gate projection of an expert. Each layer has one for each expert, in the order of the experts.
    ExpertGate,
    /// Up projection of an expert.
    ExpertUp,
    /// Down projection of an expert.
    ExpertDown,
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

/// Splits a tensor's name into the index of its layer and the rest; `None` outside the layers of a decoder.
pub(super) fn split_layer(name: &str) -> Option<(usize, &str)> {
    let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)?.strip_prefix("layers."))?;
    let (number, rest) = rest.split_once('.')?;
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

/// Whether a module or tensor is a part of an expert.
pub fn is_expert(name: &str) -> bool {
    split_layer(name).is_some_and(|(_, rest)| rest.starts_with("mlp.experts."))
}

/// The names of the modules outside the layers, which depend on what the decoder is a part of.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// What stands before the names of the decoder's tensors, such as `model.`.
    pub prefix: &'static str,
    /// The module of the token embedding.
    pub embedding: String,
    /// The module of the output head.
    pub head: String,
}

impl Names {
    /// The names in a checkpoint.
    pub fn of(checkpoint: &Checkpoint) -> Names {
        let is_used = |prefix: &&&str| {
            checkpoint.tensors().any(|t| t.name.strip_prefix(**prefix).is_some_and(|rest| rest.starts_with("layers.")))
        };
        Names::with_prefix(PREFIXES.iter().find(is_used).copied().unwrap_or(USUAL_PREFIX))
    }

    /// The names in the checkpoints of most models.
    pub fn usual() -> Names {
        Names::with_prefix(USUAL_PREFIX)
    }

    fn with_prefix(prefix: &'static str) -> Names {
        // `language_model.model.` is the decoder of a whole language model, which has the head.
        let outer = prefix.strip_suffix("model.").filter(|outer| outer.ends_with("model.")).unwrap_or_default();
        Names { prefix, embedding: format!("{prefix}embed_tokens"), head: format!("{outer}lm_head") }
    }

    /// The tensor of the token embedding.
    pub fn embedding_weight(&self) -> String {
        format!("{}.weight", self.embedding)
    }

    /// The tensor of the output head. A tied head is missing or equal to the embedding.
    pub fn head_weight(&self) -> String {
        format!("{}.weight", self.head)
    }
}

impl Schema {
    /// The schema of a checkpoint; `None` if its family is unknown.
    pub fn of(checkpoint: &Checkpoint, config: &Config) -> Option<Schema> {
        // With more modules than tensors, some are missing in any case, and the first of them are named.
        let most_modules = 4 * checkpoint.tensors().count() + (1 << 16);
        Schema::new(Names::of(checkpoint), config, most_modules)
    }

    /// The schema of a configuration; `None` if its family is unknown. Layers after the first `most_modules` modules have
    /// none.
    pub fn new(names: Names, config: &Config, most_modules: usize) -> Option<Schema> {
        let family = config.family?;
        let (rows, columns) = (config.vocab_size, config.hidden_size);
        let mut modules = 0;
        let layer = |l| {
            let entries = if modules > most_modules { Vec::new() } else { (family.layer)(config, l) };
            modules += entries.len();
            entries
        };
        let matrix = |role, name: &str| Entry { role, name: name.into(), shape: Shape::Matrix { rows, columns } };
        Some(Schema {
            global: vec![
                matrix(Role::Embedding, &names.embedding),
                vector(Role::FinalNorm, &format!("{}norm", names.prefix), columns),
                matrix(Role::Head, &names.head),
            ],
            layers: (0..config.layers).map(layer).collect(),
            unneeded: &["self_attn.rotary_emb", "mlp.act"],
            names,
        })
    }

    /// The full name of module `name` in layer `layer`.
    pub fn layer_module(&self, layer: usize, name: &str) -> String {
        format!("{}layers.{layer}.{name}", self.names.prefix)
    }

    /// Whether a module (full name) is in `unneeded`.
    pub fn is_unneeded(&self, module: &str) -> bool {
        split_layer(module).is_some_and(|(_, rest)| self.unneeded.contains(&rest))
    }
}

pub(super) fn linear(role: Role, name: &str, [inputs, outputs]: [usize; 2], bias: bool) -> Entry {
    Entry { role, name: name.into(), shape: Shape::Linear { inputs, outputs, bias } }
}

pub(super) fn vector(role: Role, name: &str, length: usize) -> Entry {
    Entry { role, name: name.into(), shape: Shape::Vector { length } }
}

/// The total width of the query heads, and that of the key heads.
fn attention_widths(c: &Config) -> (usize, usize) {
    (c.heads * c.head_dim, c.kv_heads * c.head_dim)
}

/// The norms before attention and before the feed-forward layer.
pub(super) fn norms(c: &Config) -> Vec<Entry> {
    vec![
        vector(Role::AttentionNorm, "input_layernorm", c.hidden_size),
        vector(Role::MlpNorm, "post_attention_layernorm", c.hidden_size),
    ]
}

/// Separate query, key and value projections.
pub(super) fn qkv(c: &Config) -> Vec<Entry> {
    let (q, kv) = attention_widths(c);
    vec![
        linear(Role::Q, "self_attn.q_proj", [c.hidden_size, q], c.qkv_bias),
        linear(Role::K, "self_attn.k_proj", [c.hidden_size, kv], c.qkv_bias),
        linear(Role::V, "self_attn.v_proj", [c.hidden_size, kv], c.qkv_bias),
    ]
}

/// One matrix for query, key and value.
pub(super) fn fused_qkv(c: &Config, name: &str) -> Vec<Entry> {
    let (q, kv) = attention_widths(c);
    vec![linear(Role::Qkv, name, [c.hidden_size, q + 2 * kv], c.qkv_bias)]
}

/// The norms of each query head and of each key head.
pub(super) fn head_norms(c: &Config) -> Vec<Entry> {
    vec![vector(Role::QNorm, "self_attn.q_norm", c.head_dim), vector(Role::KNorm, "self_attn.k_norm", c.head_dim)]
}

/// The output projection of attention.
pub(super) fn o(c: &Config, bias: bool) -> Vec<Entry> {
    vec![linear(Role::O, "self_attn.o_proj", [attention_widths(c).0, c.hidden_size], bias)]
}

/// Separate gate and up projections.
pub(super) fn gate_and_up(c: &Config) -> Vec<Entry> {
    vec![
        linear(Role::Gate, "mlp.gate_proj", [c.hidden_size, c.intermediate_size], c.mlp_bias),
        linear(Role::Up, "mlp.up_proj", [c.hidden_size, c.intermediate_size], c.mlp_bias),
    ]
}

/// One matrix for gate and up.
pub(super) fn fused_gate_up(c: &Config, name: &str) -> Vec<Entry> {
    vec![linear(Role::GateUp, name, [c.hidden_size, 2 * c.intermediate_size], c.mlp_bias)]
}

/// The down projection.
pub(super) fn down(c: &Config) -> Vec<Entry> {
    vec![linear(Role::Down, "mlp.down_proj", [c.intermediate_size, c.hidden_size], c.mlp_bias)]
}

/// The feed-forward part of layer `l`: a router and experts, or gate, up and down projections if the layer is dense.
pub(super) fn experts(c: &Config, l: usize) -> Vec<Entry> {
    let Some(experts) = c.experts.as_ref().filter(|experts| experts.layers.get(l) == Some(&true)) else {
        return [gate_and_up(c), down(c)].concat();
    };
    let (hidden, inner) = (c.hidden_size, experts.intermediate_size);
    let mut entries = vec![linear(Role::Router, "mlp.gate", [hidden, experts.count], false)];
    for n in 0..experts.count {
        let expert = |role, name: &str, shape| linear(role, &format!("mlp.experts.{n}.{name}"), shape, false);
        entries.push(expert(Role::ExpertGate, "gate_proj", [hidden, inner]));
        entries.push(expert(Role::ExpertUp, "up_proj", [hidden, inner]));
        entries.push(expert(Role::ExpertDown, "down_proj", [inner, hidden]));
    }
    entries
}
