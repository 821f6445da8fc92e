//! Parses `config.json`. Every number is checked for its range here.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use serde_json::Value;

use super::fields::FieldReader;
use super::json::JsonObject;
use super::quantization::Quantization;
pub use super::rope::{RopeConfig, RopeScaling};
use super::settings;
use crate::error::{Error, Fault, FaultKind, Result, one_line};

/// The architecture family, from `model_type` (or `architectures` if that is missing).
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the variants are names of model families")]
pub enum Family {
    Qwen2,
    Qwen3,
    Llama,
    Mistral,
    Phi3,
    Baichuan,
    /// Any other family, by its name in `config.json`.
    Other(String),
}

impl Family {
    fn from_name(name: &str) -> Family {
        match name {
            "qwen2" | "Qwen2ForCausalLM" => Family::Qwen2,
            "qwen3" | "Qwen3ForCausalLM" => Family::Qwen3,
            "llama" | "LlamaForCausalLM" => Family::Llama,
            "mistral" | "MistralForCausalLM" => Family::Mistral,
            "phi3" | "Phi3ForCausalLM" => Family::Phi3,
            "baichuan" | "BaichuanForCausalLM" | "BaiChuanForCausalLM" => Family::Baichuan,
            other => Family::Other(one_line(other)),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Family::Qwen2 => "qwen2",
            Family::Qwen3 => "qwen3",
            Family::Llama => "llama",
            Family::Mistral => "mistral",
            Family::Phi3 => "phi3",
            Family::Baichuan => "baichuan",
            Family::Other(name) => name,
        })
    }
}

/// The dimensions and options of a decoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file this was read from, for messages.
    pub path: PathBuf,
    /// The architecture.
    pub family: Family,
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
    /// Number of positions that a layer with a sliding window attends to; `None` if no layer has one, or if it is not
    /// shorter than the maximum context.
    pub sliding_window: Option<usize>,
    /// The first layer with a sliding window; layers below it attend to all positions.
    pub max_window_layers: usize,
    /// Whether the query, key and value projections must have a bias. A stored bias is used in any case.
    pub qkv_bias: bool,
    /// Whether the feed-forward layers must have biases. A stored bias is used in any case.
    pub mlp_bias: bool,
    /// The activation function of the feed-forward layers, such as `silu`.
    pub hidden_act: String,
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

/// The family that a configuration names, supported or not; `None` if it names none.
pub(super) fn family(object: &JsonObject) -> Option<Family> {
    let named = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_string);
    let name = named(object.fields.get("model_type"))
        .or_else(|| named(object.fields.get("architectures").and_then(|list| list.get(0))))?;
    Some(Family::from_name(&name))
}

impl Config {
    /// Interprets a `config.json`. `quantization` comes from a separate file and is used if `config.json` has none.
    pub(super) fn parse(object: &JsonObject, quantization: Option<Quantization>) -> Result<Config> {
        let fields = FieldReader::of(object);
        let family = family(object).ok_or_else(|| {
            fields.wrong("model_type", "nothing", "the name of an architecture (qwen2, llama, ...)".into())
        })?;
        if object.fields.contains_key("text_config") && !object.fields.contains_key("hidden_size") {
            return Err(Fault::new(FaultKind::UnsupportedModel, &object.path)
                .subject("text_config")
                .found(format!("the multimodal model {family}"))
                .expected("a text model")
                .into());
        }
        let hidden_size = fields.count("hidden_size", WIDTH)?;
        let [heads, kv_heads, head_dim] = parse_heads(&fields, hidden_size)?;
        let max_position_embeddings = fields.count_or("max_position_embeddings", POSITIONS, 32768)?;
        let layers = fields.count("num_hidden_layers", LAYERS)?;
        let Windows { size: sliding_window, first: max_window_layers, unsupported } =
            Windows::parse(&fields, &family, layers)?;
        let (rope, max_position_embeddings) = RopeConfig::parse(&fields, head_dim, max_position_embeddings)?;
        let rms_norm_eps = fields.number("rms_norm_eps", 0.0..=1.0)?.unwrap_or(1e-6);
        let hidden_act = fields.text("hidden_act")?.unwrap_or("silu");
        let is_run = family == Family::Qwen2;
        let read = |name: &str| match name {
            "hidden_act" => Some(hidden_act.into()),
            "rms_norm_eps" => Some(rms_norm_eps.into()),
            "rope_theta" => Some(rope.theta.into()),
            "head_dim" => Some(head_dim.into()),
            name => object.fields.get(name).cloned(),
        };
        let eos_token_ids = eos_token_ids(&fields);
        let eos_fault = eos_token_ids.as_ref().err().and_then(Error::fault).cloned();
        let unsupported_setting = unsupported.or_else(|| settings::unsupported(&fields, read)).filter(|_| is_run);
        Ok(Config {
            path: object.path.clone(),
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
            sliding_window: sliding_window.filter(|window| *window < max_position_embeddings),
            max_window_layers,
            qkv_bias: match fields.flag("attention_bias")? {
                Some(bias) => bias,
                None => fields.flag("qkv_bias")?.unwrap_or(family == Family::Qwen2),
            },
            mlp_bias: fields.flag("mlp_bias")?.unwrap_or(false),
            hidden_act: hidden_act.to_string(),
            quantization: Quantization::of(&fields)?.or(quantization),
            eos_token_ids: eos_token_ids.unwrap_or_default(),
            eos_fault,
            unsupported_setting,
            unknown_settings: if is_run { settings::unknown(&fields) } else { None },
            family,
        })
    }

    /// Fails if rumma can describe the model but not run it. The error names the field.
    pub(super) fn check_runnable(&self) -> Result<()> {
        let refuse = |kind, field: &str, found: String, expected: &str| {
            Err(Fault::new(kind, &self.path).subject(field).found(found).expected(expected).into())
        };
        if self.family != Family::Qwen2 {
            return refuse(FaultKind::UnsupportedModel, "model_type", self.family.to_string(), "qwen2");
        }
        let refuse = |field, found, expected| refuse(FaultKind::UnsupportedSetting, field, found, expected);
        if let Some(fault) = &self.unsupported_setting {
            return Err(fault.clone().into());
        }
        // transformers knows the same function by two names.
        if !matches!(self.hidden_act.as_str(), "silu" | "swish") {
            return refuse("hidden_act", format!("{:?}", self.hidden_act), "\"silu\"");
        }
        if self.rope.partial_rotary_factor != 1.0 {
            return refuse("partial_rotary_factor", self.rope.partial_rotary_factor.to_string(), "1");
        }
        if let RopeScaling::Other(name) = &self.rope.scaling {
            let expected = "\"linear\", \"dynamic\", \"yarn\", \"llama3\", \"longrope\" or none";
            return refuse("rope_scaling", format!("{name:?}"), expected);
        }
        if let Some(window) = self.sliding_window {
            return refuse("sliding_window", window.to_string(), "full attention");
        }
        Ok(())
    }

    /// See [`Checkpoint::within`](super::Checkpoint::within).
    pub(super) fn limit_context(&mut self, asked: Option<usize>) {
        if let Some(window) = self.sliding_window.take_if(|window| asked.is_some_and(|context| context <= *window)) {
            self.max_position_embeddings = self.max_position_embeddings.min(window);
            self.longest_context = self.max_position_embeddings;
        }
        if let RopeScaling::LongRope { original_max_position_embeddings: original, .. } = self.rope.scaling
            && asked.is_none_or(|context| context <= original)
        {
            self.max_position_embeddings = self.max_position_embeddings.min(original);
        }
    }
}

/// The end-of-sequence tokens, which multimodal models have in `text_config`.
fn eos_token_ids(fields: &FieldReader) -> Result<Vec<u32>> {
    let outer = fields.token_ids("eos_token_id")?;
    match fields.section("text_config").ok().flatten() {
        Some(text) if outer.is_empty() => text.token_ids("eos_token_id"),
        _ => Ok(outer),
    }
}

/// The sliding windows of a model.
struct Windows {
    /// `None` if no layer has one.
    size: Option<usize>,
    /// The first layer that has one, without `layer_types`.
    first: usize,
    /// A kind of attention that is neither full nor a sliding window.
    unsupported: Option<Fault>,
}

impl Windows {
    /// Reads `use_sliding_window`, `sliding_window`, `max_window_layers` and `layer_types`, as transformers' Qwen2 and
    /// Mistral do.
    fn parse(fields: &FieldReader, family: &Family, layers: usize) -> Result<Windows> {
        let is_qwen = matches!(family, Family::Qwen2 | Family::Qwen3);
        let in_use = !is_qwen || fields.flag("use_sliding_window")?.unwrap_or(false);
        let first = if is_qwen { fields.count_or("max_window_layers", 0..=1 << 12, 28)? } else { 0 };
        let default = if is_qwen && !fields.values.contains_key("sliding_window") { Some(4096) } else { None };
        let size = if in_use { fields.optional_count("sliding_window", POSITIONS)?.or(default) } else { None };
        let types = fields.texts("layer_types")?;
        if !types.is_empty() && types.len() != layers {
            return Err(fields.wrong("layer_types", format!("{} layers", types.len()), layers.to_string()));
        }
        let is_window = |kind: &String| kind == "sliding_attention";
        let unsupported = types.iter().find(|kind| *kind != "full_attention" && !(is_window(kind) && size.is_some()));
        let has_window = if types.is_empty() { first < layers } else { types.iter().any(is_window) };
        let unsupported = unsupported.map(|kind| {
            let fault = Fault::new(FaultKind::UnsupportedSetting, &fields.object.path).subject("layer_types");
            fault.found(kind).expected("full_attention, or sliding_attention with a sliding_window in use")
        });
        Ok(Windows { size: size.filter(|_| has_window), first, unsupported })
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
