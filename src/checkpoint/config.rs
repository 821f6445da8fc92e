//! Parses `config.json`. Every number is checked for its range here.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::families::{self, Family};
use super::fields::FieldReader;
use super::json::JsonObject;
use super::quantization::Quantization;
pub use super::rope::{RopeConfig, RopeScaling};
use super::settings;
use crate::error::{Error, Fault, FaultKind, Result};

/// What the feed-forward layers apply to the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activation {
    /// x * sigmoid(x).
    Silu,
    /// The approximation of GELU with tanh.
    GeluTanh,
    /// An unknown function, by name.
    Other(String),
}

impl Activation {
    /// The function with this name in transformers, which has several names for the same.
    pub(super) fn from_name(name: &str) -> Activation {
        match name {
            "silu" | "swish" => Activation::Silu,
            "gelu_pytorch_tanh" | "gelu_new" => Activation::GeluTanh,
            other => Activation::Other(other.into()),
        }
    }
}

/// Which positions the attention of a layer reads, and how they are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerAttention {
    /// Each position attends to the last `window` positions, itself included; `None`: to all up to itself.
    pub window: Option<usize>,
    /// The rotary position embedding.
    pub rope: LayerRope,
}

/// The rotary position embedding of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerRope {
    /// [`Config::rope`].
    Global,
    /// [`Config::local_rope`].
    Local,
    /// None: queries and keys do not depend on the position.
    None,
}

/// The feed-forward layers of which each token passes only some parts, the experts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpertsConfig {
    /// Number of experts in a layer.
    pub count: usize,
    /// Number of experts that a token passes in a layer, at most `count`.
    pub per_token: usize,
    /// Width of an expert.
    pub intermediate_size: usize,
    /// Whether the weights of a token's experts are divided by their sum.
    pub normalize_weights: bool,
    /// Which layers have experts, `[layers]`. The others have one dense feed-forward layer.
    pub layers: Vec<bool>,
}

/// The dimensions and options of a decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file this was read from, for messages.
    pub path: PathBuf,
    /// The name of the architecture.
    pub architecture: String,
    /// Its family; `None` if it is unknown.
    pub family: Option<&'static Family>,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width of the feed-forward layers.
    pub intermediate_size: usize,
    /// Number of decoder layers.
    pub layers: usize,
    /// Number of query heads.
    pub heads: usize,
    /// Number of key and value heads; divides `heads`.
    pub kv_heads: usize,
    /// Width of a head; even. `heads * head_dim` may differ from `hidden_size`.
    pub head_dim: usize,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Maximum length of a sequence, in tokens: `max_position_embeddings` of the file, or what the RoPE scaling covers.
    /// [`Checkpoint::within`](super::Checkpoint::within) lowers it where a shorter context is computed in another way.
    pub max_position_embeddings: usize,
    /// The longest context that can be asked for, in tokens; not lowered for a RoPE scaling.
    pub longest_context: usize,
    /// Added to the mean square in RMS normalization.
    pub rms_norm_eps: f32,
    /// Rotary position embedding.
    pub rope: RopeConfig,
    /// Whether the output head is the embedding matrix.
    pub tie_word_embeddings: bool,
    /// The rotary position embedding of the layers that have their own; `None` if no layer does.
    pub local_rope: Option<RopeConfig>,
    /// The attention of each layer.
    pub layer_attention: Vec<LayerAttention>,
    /// Added to the weights of all norms: 1 if they are stored as differences from 1.
    pub norm_offset: f32,
    /// Embeddings are multiplied by it.
    pub embedding_scale: f32,
    /// What attention and feed-forward layers add to the residual stream is multiplied by it.
    pub residual_scale: f32,
    /// Queries are multiplied by it: 1 / sqrt(head_dim) in most models.
    pub attention_scale: f32,
    /// Logits are multiplied by it.
    pub logit_scale: f32,
    /// Whether the query, key and value projections must have a bias. A stored bias is used in any case.
    pub qkv_bias: bool,
    /// Whether the feed-forward layers must have biases. A stored bias is used in any case.
    pub mlp_bias: bool,
    /// The activation function of the feed-forward layers.
    pub activation: Activation,
    /// The experts; `None` if every feed-forward layer is dense.
    pub experts: Option<ExpertsConfig>,
    /// How the linear layers are quantized, if `config.json` or a separate file says so.
    pub quantization: Option<Quantization>,
    /// End-of-sequence tokens in `config.json`. Generation uses [`GenerationConfig::eos_token_ids`].
    pub eos_token_ids: Vec<u32>,
    /// An invalid `eos_token_id`. It matters only if no other file names one.
    pub(super) eos_fault: Option<Fault>,
    /// The first setting of a family that rumma runs that would change the numbers, and that rumma does not follow.
    unsupported_setting: Option<Fault>,
    /// Settings of a family that rumma runs that rumma does not know.
    pub(super) unknown_settings: Option<Fault>,
}

// Far above all existing models, and small enough that products of a few of them do not overflow 64 bits.
const WIDTH: RangeInclusive<u64> = 1..=1 << 20;
const LAYERS: RangeInclusive<u64> = 1..=1 << 12;
const HEADS: RangeInclusive<u64> = 1..=1 << 14;
const VOCABULARY: RangeInclusive<u64> = 1..=1 << 24;
pub(super) const POSITIONS: RangeInclusive<u64> = 1..=1 << 31;

impl Config {
    /// Interprets a `config.json`. `quantization` comes from a separate file and is used if `config.json` has none.
    pub(super) fn parse(object: &JsonObject, quantization: Option<Quantization>) -> Result<Config> {
        let (architecture, family) = families::named_by(object).ok_or_else(|| {
            let expected = "the name of an architecture (qwen2, llama, ...)".into();
            FieldReader::of(object).wrong("model_type", "nothing", expected)
        })?;
        let object = &families::settings_of(object, family);
        let fields = FieldReader::of(object);
        let hidden_size = fields.count("hidden_size", WIDTH)?;
        let [heads, kv_heads, head_dim] = parse_heads(&fields, hidden_size)?;
        let max_position_embeddings = fields.count_or("max_position_embeddings", POSITIONS, 32768)?;
        let layers = fields.count("num_hidden_layers", LAYERS)?;
        let theta = family.map_or(10000.0, Family::rope_theta);
        let (rope, max_position_embeddings) = RopeConfig::parse(&fields, theta, head_dim, max_position_embeddings)?;
        let rms_norm_eps = fields.number("rms_norm_eps", 0.0..=1.0)?.unwrap_or(1e-6);
        let hidden_act = fields.text("hidden_act")?.unwrap_or("silu");
        let read = |name: &str| match name {
            "hidden_act" => Some(hidden_act.into()),
            "rms_norm_eps" => Some(rms_norm_eps.into()),
            "rope_theta" => Some(rope.theta.into()),
            "head_dim" => Some(head_dim.into()),
            name => object.fields.get(name).cloned(),
        };
        let runs = family.filter(|family| family.runs);
        let unsupported_setting = runs.and_then(|family| settings::unsupported(&fields, family, read));
        let eos_token_ids = fields.token_ids("eos_token_id");
        let mut config = Config {
            path: object.path.clone(),
            architecture,
            family,
            hidden_size,
            intermediate_size: fields.count("intermediate_size", 1..=1 << 22)?,
            layers,
            heads,
            kv_heads,
            head_dim,
            vocab_size: fields.count("vocab_size", VOCABULARY)?,
            max_position_embeddings,
            longest_context: max_position_embeddings,
            rms_norm_eps: rms_norm_eps as f32,
            rope,
            tie_word_embeddings: fields.flag("tie_word_embeddings")?.unwrap_or(false),
            local_rope: None,
            layer_attention: vec![LayerAttention { window: None, rope: LayerRope::Global }; layers],
            norm_offset: 0.0,
            experts: None,
            embedding_scale: 1.0,
            residual_scale: 1.0,
            attention_scale: 1.0 / (head_dim as f32).sqrt(),
            logit_scale: 1.0,
            qkv_bias: match fields.flag("attention_bias")? {
                Some(bias) => bias,
                None => fields.flag("qkv_bias")?.unwrap_or(false),
            },
            mlp_bias: fields.flag("mlp_bias")?.unwrap_or(false),
            activation: Activation::from_name(hidden_act),
            quantization: Quantization::of(&fields)?.or(quantization),
            eos_fault: eos_token_ids.as_ref().err().and_then(Error::fault).cloned(),
            eos_token_ids: eos_token_ids.unwrap_or_default(),
            unsupported_setting,
            unknown_settings: runs.and_then(|family| settings::unknown(&fields, family)),
        };
        if let Some(family) = family {
            family.configure(&fields, &mut config)?;
        }
        let layer_types = config.check_layer_types(&fields)?.filter(|_| runs.is_some());
        config.unsupported_setting = layer_types.or(config.unsupported_setting);
        // A window that is not shorter than every sequence makes no difference.
        let context = config.max_position_embeddings;
        config.layer_attention.iter_mut().for_each(|layer| layer.window = layer.window.filter(|size| *size < context));
        Ok(config)
    }

    /// Weights of the experts that a token does not pass, in all layers.
    pub fn inactive_parameters(&self) -> u64 {
        self.experts.as_ref().map_or(0, |experts| {
            let layers = experts.layers.iter().filter(|has_experts| **has_experts).count() as u64;
            let expert = (3 * self.hidden_size * experts.intermediate_size) as u64;
            layers.saturating_mul((experts.count - experts.per_token) as u64).saturating_mul(expert)
        })
    }

    /// The shortest sliding window; `None` if no layer has one that is shorter than the maximum context.
    pub fn sliding_window(&self) -> Option<usize> {
        self.layer_attention.iter().filter_map(|layer| layer.window).min()
    }

    /// Gives a sliding window to the layers for which `has_window` holds.
    pub(super) fn set_windows(&mut self, size: Option<usize>, has_window: impl Fn(usize) -> bool) {
        for (l, layer) in self.layer_attention.iter_mut().enumerate() {
            layer.window = size.filter(|_| has_window(l));
        }
    }

    /// The kind of attention of each layer, if `layer_types` says it; else nothing.
    pub(super) fn layer_types(&self, fields: &FieldReader) -> Result<Vec<String>> {
        let types = fields.texts("layer_types")?;
        if !types.is_empty() && types.len() != self.layers {
            return Err(fields.wrong("layer_types", format!("{} layers", types.len()), self.layers.to_string()));
        }
        Ok(types)
    }

    /// The fault of a layer whose attention is not of the kind that `layer_types` says.
    fn check_layer_types(&self, fields: &FieldReader) -> Result<Option<Fault>> {
        let types = self.layer_types(fields)?;
        let differs = |(kind, layer): &(&String, &LayerAttention)| {
            kind.as_str() != if layer.window.is_some() { "sliding_attention" } else { "full_attention" }
        };
        Ok(types.iter().zip(&self.layer_attention).find(differs).map(|(kind, _)| {
            let fault = Fault::new(FaultKind::UnsupportedSetting, &self.path).subject("layer_types");
            fault.found(kind).expected("full_attention, or sliding_attention with a sliding_window in use")
        }))
    }

    /// Fails if rumma can describe the model but not run it. The error names the field.
    pub(super) fn check_runnable(&self) -> Result<()> {
        let refuse = |kind, field: &str, found: String, expected: &str| {
            Err(Fault::new(kind, &self.path).subject(field).found(found).expected(expected).into())
        };
        let Some(family) = self.family.filter(|family| family.runs) else {
            let expected = Family::runnable().join(", ");
            return refuse(FaultKind::UnsupportedModel, "model_type", self.architecture.clone(), &expected);
        };
        let refuse = |field, found, expected| refuse(FaultKind::UnsupportedSetting, field, found, expected);
        if let Some(fault) = &self.unsupported_setting {
            return Err(fault.clone().into());
        }
        if let Activation::Other(name) = &self.activation {
            return refuse("hidden_act", format!("{name:?}"), "\"silu\" or \"gelu_pytorch_tanh\"");
        }
        for rope in [Some(&self.rope), self.local_rope.as_ref()].into_iter().flatten() {
            let factor = || rope.partial_rotary_factor.to_string();
            if rope.partial_rotary_factor != 1.0 && !family.reads("partial_rotary_factor") {
                return refuse("partial_rotary_factor", factor(), "1");
            }
            if let RopeScaling::Other(name) = &rope.scaling {
                let expected = "\"linear\", \"dynamic\", \"yarn\", \"llama3\", \"longrope\" or none";
                return refuse("rope_scaling", format!("{name:?}"), expected);
            }
            let rotated = rope.rotary_dim(self.head_dim);
            if rotated == 0 || !rotated.is_multiple_of(2) {
                return refuse(
                    "partial_rotary_factor",
                    factor(),
                    "a part of the head that is an even number of elements",
                );
            }
        }
        Ok(())
    }

    /// See [`Checkpoint::within`](super::Checkpoint::within).
    pub(super) fn limit_context(&mut self, asked: Option<usize>) {
        if let RopeScaling::LongRope { original_max_position_embeddings: original, .. } = self.rope.scaling
            && asked.is_none_or(|context| context <= original)
        {
            self.max_position_embeddings = self.max_position_embeddings.min(original);
        }
    }
}

/// Reads the number of query heads, the number of key and value heads, and the width of a head.
fn parse_heads(fields: &FieldReader, hidden_size: usize) -> Result<[usize; 3]> {
    let heads = fields.count("num_attention_heads", HEADS)?;
    let kv_heads = fields.count_or("num_key_value_heads", HEADS, heads)?;
    if heads % kv_heads != 0 {
        return Err(fields.wrong("num_key_value_heads", kv_heads, format!("a divisor of the {heads} query heads")));
    }
    let head_dim = match fields.optional_count("head_dim", WIDTH)? {
        Some(given) => given,
        None if hidden_size.is_multiple_of(heads) => hidden_size / heads,
        None => {
            let expected = format!("a divisor of hidden_size {hidden_size}, or a head_dim");
            return Err(fields.wrong("num_attention_heads", heads, expected));
        }
    };
    if head_dim % 2 != 0 {
        return Err(fields.wrong("head_dim", head_dim, "an even number, for rotary embedding turns pairs".into()));
    }
    if heads * head_dim > 1 << 24 {
        return Err(fields.wrong("head_dim", head_dim, format!("at most 2^24 over all {heads} heads")));
    }
    Ok([heads, kv_heads, head_dim])
}
