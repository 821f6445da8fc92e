//! Parses `config.json` and `generation_config.json`. Every number is checked for its range here.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use serde_json::Value;

use super::fields::FieldReader;
use super::json::JsonObject;
use crate::error::{Fault, FaultKind, Result, one_line};

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
    /// Maximum context length, in tokens.
    pub max_position_embeddings: usize,
    /// Added to the mean square in RMS normalization.
    pub rms_norm_eps: f32,
    /// Rotary position embedding.
    pub rope: RopeConfig,
    /// Whether the output head is the embedding matrix.
    pub tie_word_embeddings: bool,
    /// Number of positions that a layer with a sliding window attends to; `None` if no layer has one.
    pub sliding_window: Option<usize>,
    /// The first layer with a sliding window; layers below it attend to all positions.
    pub max_window_layers: usize,
    /// Whether the query, key and value projections have a bias.
    pub qkv_bias: bool,
    /// The activation function of the feed-forward layers, such as `silu`.
    pub hidden_act: String,
    /// How the linear layers are quantized, if `config.json` or a separate file says so.
    pub quantization: Option<Quantization>,
    /// End-of-sequence tokens in `config.json`. Generation uses [`GenerationConfig::eos_token_ids`].
    pub eos_token_ids: Vec<u32>,
}

/// Rotary position embedding.
#[derive(Debug, Clone, PartialEq)]
pub struct RopeConfig {
    /// The base of the frequencies.
    pub theta: f64,
    /// How the frequencies are scaled for long contexts.
    pub scaling: RopeScaling,
    /// The fraction of each head that is rotated; 1 for nearly all models.
    pub partial_rotary_factor: f64,
}

/// How rotary frequencies are scaled for contexts longer than in training. Names and defaults are those of
/// `transformers.modeling_rope_utils`.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "names and meaning are those of transformers")]
pub enum RopeScaling {
    None,
    Linear {
        factor: f64,
    },
    Dynamic {
        factor: f64,
    },
    Yarn {
        factor: f64,
        original_max_position_embeddings: usize,
        beta_fast: f64,
        beta_slow: f64,
        /// If `None`: computed from `mscale` and `mscale_all_dim` if both are given, else `0.1 * ln(factor) + 1`.
        attention_factor: Option<f64>,
        mscale: Option<f64>,
        mscale_all_dim: Option<f64>,
        truncate: bool,
    },
    Llama3 {
        factor: f64,
        low_freq_factor: f64,
        high_freq_factor: f64,
        original_max_position_embeddings: usize,
    },
    /// An unknown scaling, by name.
    Other(String),
}

/// How the configuration describes the quantization of the linear layers. If the tensors disagree with it, the tensors
/// win.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantization {
    /// The file this was read from.
    pub path: PathBuf,
    /// `awq`, `gptq`, `compressed-tensors`, ...
    pub method: String,
    /// Bits per weight.
    pub bits: usize,
    /// Number of inputs that share one scale; `None` for one scale per output (`-1`) or if not given.
    pub group_size: Option<usize>,
    /// AutoAWQ's layout in lower case: `gemm`, `gemv`, `gemv_fast`, `marlin`.
    pub version: Option<String>,
    /// GPTQ's `checkpoint_format`: `gptq`, `gptq_v2`, `marlin`.
    pub checkpoint_format: Option<String>,
    /// Whether groups have a zero point.
    pub zero_point: Option<bool>,
    /// Parts of the names of modules that are not quantized.
    pub modules_to_not_convert: Vec<String>,
}

/// The sampling defaults of a checkpoint; a field is `None` if it is not given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GenerationConfig {
    /// Tokens that end generation; those of `config.json` if `generation_config.json` has none.
    pub eos_token_ids: Vec<u32>,
    /// Whether to sample instead of decoding greedily.
    pub do_sample: Option<bool>,
    /// Divides the logits before sampling.
    pub temperature: Option<f64>,
    /// Number of most likely tokens to sample from.
    pub top_k: Option<usize>,
    /// Cumulative probability of the tokens to sample from.
    pub top_p: Option<f64>,
    /// Minimum probability relative to the most likely token.
    pub min_p: Option<f64>,
    /// Penalty for tokens that occurred before; 1 has no effect.
    pub repetition_penalty: Option<f64>,
    /// Maximum number of tokens to generate.
    pub max_new_tokens: Option<usize>,
    /// Maximum length of prompt and generated tokens together.
    pub max_length: Option<usize>,
}

/// The valid range of temperatures, in files and on the command line.
pub const TEMPERATURE: RangeInclusive<f64> = 0.0..=100.0;
/// The valid range of repetition penalties, in files and on the command line.
pub const REPETITION_PENALTY: RangeInclusive<f64> = 1e-6..=100.0;

// Far above all existing models, and small enough that products of a few of them do not overflow 64 bits.
const WIDTH: RangeInclusive<u64> = 1..=1 << 20;
const LAYERS: RangeInclusive<u64> = 1..=1 << 12;
const HEADS: RangeInclusive<u64> = 1..=1 << 14;
const VOCABULARY: RangeInclusive<u64> = 1..=1 << 24;
const POSITIONS: RangeInclusive<u64> = 1..=1 << 31;

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
        let windows_in_use = match family {
            Family::Qwen2 | Family::Qwen3 => fields.flag("use_sliding_window")?.unwrap_or(false),
            _ => true,
        };
        let sliding_window = fields.optional_count("sliding_window", POSITIONS)?.filter(|_| windows_in_use);
        let max_window_layers = match family {
            Family::Qwen2 | Family::Qwen3 => fields.count_or("max_window_layers", 0..=1 << 12, 28)?,
            _ => 0,
        };
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
            rms_norm_eps: fields.number("rms_norm_eps", 0.0..=1.0)?.unwrap_or(1e-6) as f32,
            rope: RopeConfig::parse(&fields, max_position_embeddings)?,
            tie_word_embeddings: fields.flag("tie_word_embeddings")?.unwrap_or(false),
            sliding_window,
            max_window_layers,
            qkv_bias: match family {
                Family::Qwen2 => true,
                _ => fields.flag("attention_bias")?.unwrap_or(false),
            },
            hidden_act: fields.text("hidden_act")?.unwrap_or("silu").to_string(),
            quantization: match fields.section("quantization_config")? {
                Some(section) => Some(Quantization::parse(&section)?),
                None => quantization,
            },
            eos_token_ids: fields.token_ids("eos_token_id")?,
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
        if self.hidden_act != "silu" {
            return refuse("hidden_act", format!("{:?}", self.hidden_act), "\"silu\"");
        }
        if self.rope.partial_rotary_factor != 1.0 {
            return refuse("partial_rotary_factor", self.rope.partial_rotary_factor.to_string(), "1");
        }
        if !matches!(self.rope.scaling, RopeScaling::None | RopeScaling::Linear { .. }) {
            return refuse("rope_scaling", format!("{:?}", self.rope.scaling.name()), "\"linear\" or none");
        }
        if let Some(window) = self.sliding_window {
            return refuse("sliding_window", window.to_string(), "full attention");
        }
        Ok(())
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

impl RopeConfig {
    /// Reads `rope_theta` and `rope_scaling`, or the `rope_parameters` of transformers 5, which contain both.
    fn parse(fields: &FieldReader, max_position_embeddings: usize) -> Result<RopeConfig> {
        let (section, theta) = match fields.section("rope_parameters")? {
            Some(section) => {
                let theta = section.number("rope_theta", 1.0..=1e12)?;
                (Some(section), theta)
            }
            None => (fields.section("rope_scaling")?, None),
        };
        let theta = match theta {
            Some(theta) => theta,
            None => fields.number("rope_theta", 1.0..=1e12)?.unwrap_or(10000.0),
        };
        let partial = match &section {
            Some(section) => section.number("partial_rotary_factor", 0.0..=1.0)?,
            None => None,
        };
        let partial_rotary_factor = match partial {
            Some(factor) => factor,
            None => fields.number("partial_rotary_factor", 0.0..=1.0)?.unwrap_or(1.0),
        };
        let scaling = match section {
            Some(section) => RopeScaling::parse(&section, max_position_embeddings)?,
            None => RopeScaling::None,
        };
        Ok(RopeConfig { theta, scaling, partial_rotary_factor })
    }
}

impl RopeScaling {
    /// The value of `rope_type`.
    fn name(&self) -> &str {
        match self {
            RopeScaling::None => "default",
            RopeScaling::Linear { .. } => "linear",
            RopeScaling::Dynamic { .. } => "dynamic",
            RopeScaling::Yarn { .. } => "yarn",
            RopeScaling::Llama3 { .. } => "llama3",
            RopeScaling::Other(name) => name,
        }
    }

    fn parse(section: &FieldReader, max_position_embeddings: usize) -> Result<RopeScaling> {
        const FACTORS: RangeInclusive<f64> = 1e-6..=1e6;
        let name = match section.text("rope_type")? {
            Some(name) => Some(name),
            None => section.text("type")?,
        };
        let original = || section.count_or("original_max_position_embeddings", POSITIONS, max_position_embeddings);
        Ok(match name {
            None if section.values.values().any(Value::is_object) => RopeScaling::Other("per layer type".into()),
            None | Some("default") => RopeScaling::None,
            Some("linear") => RopeScaling::Linear { factor: section.required_number("factor", FACTORS)? },
            Some("dynamic") => RopeScaling::Dynamic { factor: section.required_number("factor", FACTORS)? },
            Some("yarn") => RopeScaling::Yarn {
                factor: section.required_number("factor", FACTORS)?,
                original_max_position_embeddings: original()?,
                beta_fast: section.number("beta_fast", FACTORS)?.unwrap_or(32.0),
                beta_slow: section.number("beta_slow", FACTORS)?.unwrap_or(1.0),
                attention_factor: section.number("attention_factor", FACTORS)?,
                mscale: section.number("mscale", 0.0..=1e6)?,
                mscale_all_dim: section.number("mscale_all_dim", 0.0..=1e6)?,
                truncate: section.flag("truncate")?.unwrap_or(true),
            },
            Some("llama3") => RopeScaling::Llama3 {
                factor: section.required_number("factor", FACTORS)?,
                low_freq_factor: section.required_number("low_freq_factor", FACTORS)?,
                high_freq_factor: section.required_number("high_freq_factor", FACTORS)?,
                original_max_position_embeddings: original()?,
            },
            Some(other) => RopeScaling::Other(other.to_string()),
        })
    }
}

impl Quantization {
    /// Reads a `quantization_config` section, a `quant_config.json` or a `quantize_config.json`.
    fn parse(fields: &FieldReader) -> Result<Quantization> {
        let is_llm_awq = fields.values.contains_key("w_bit");
        let method = match fields.text("quant_method")? {
            Some(method) => method.to_lowercase(),
            None if is_llm_awq => "awq".into(),
            None if fields.values.contains_key("desc_act") => "gptq".into(),
            None => return Err(fields.wrong("quant_method", "nothing", "awq, gptq, compressed-tensors, ...".into())),
        };
        let (bits, group_size) = if is_llm_awq { ("w_bit", "q_group_size") } else { ("bits", "group_size") };
        // compressed-tensors describes groups of layers. The first group is used; the tensors in the header decide
        // anyway.
        let groups = fields.section("config_groups")?;
        let group = match &groups {
            Some(groups) => match groups.values.keys().next() {
                Some(first) => groups.section(first)?,
                None => None,
            },
            None => None,
        };
        let weights = match &group {
            Some(group) => group.section("weights")?,
            None => None,
        };
        let (bits, group_size, zero_point) = match &weights {
            Some(weights) => (
                weights.optional_count("num_bits", 1..=64)?,
                weights.group_size("group_size")?,
                weights.flag("symmetric")?.map(|symmetric| !symmetric),
            ),
            None => (
                fields.optional_count(bits, 1..=64)?,
                fields.group_size(group_size)?,
                match fields.flag("zero_point")? {
                    Some(zero_point) => Some(zero_point),
                    None => fields.flag("sym")?.map(|symmetric| !symmetric),
                },
            ),
        };
        let dense = if weights.is_some() { "ignore" } else { "modules_to_not_convert" };
        Ok(Quantization {
            path: fields.object.path.clone(),
            method,
            bits: bits.unwrap_or(4),
            group_size,
            version: fields.text("version")?.map(str::to_lowercase),
            checkpoint_format: fields.text("checkpoint_format")?.map(str::to_lowercase),
            zero_point,
            modules_to_not_convert: fields.texts(dense)?,
        })
    }

    /// Reads a `quant_config.json` or `quantize_config.json`.
    pub(super) fn parse_file(object: &JsonObject) -> Result<Quantization> {
        Quantization::parse(&FieldReader::of(object))
    }
}

impl GenerationConfig {
    /// Reads `generation_config.json`, if it exists. Takes the end-of-sequence tokens of `config` if it names none.
    pub(super) fn parse(object: Option<&JsonObject>, config: Option<&Config>) -> Result<GenerationConfig> {
        let mut parsed = match object {
            None => GenerationConfig::default(),
            Some(object) => {
                let fields = FieldReader::of(object);
                GenerationConfig {
                    eos_token_ids: fields.token_ids("eos_token_id")?,
                    do_sample: fields.flag("do_sample")?,
                    temperature: fields.number("temperature", TEMPERATURE)?,
                    top_k: fields.optional_count("top_k", 0..=1 << 31)?,
                    top_p: fields.number("top_p", 0.0..=1.0)?,
                    min_p: fields.number("min_p", 0.0..=1.0)?,
                    repetition_penalty: fields.number("repetition_penalty", REPETITION_PENALTY)?,
                    max_new_tokens: fields.optional_count("max_new_tokens", 1..=1 << 31)?,
                    max_length: fields.optional_count("max_length", 0..=1 << 31)?,
                }
            }
        };
        if parsed.eos_token_ids.is_empty() {
            parsed.eos_token_ids = config.map(|config| config.eos_token_ids.clone()).unwrap_or_default();
        }
        Ok(parsed)
    }

    /// The maximum number of tokens to generate after a prompt of `prompt` tokens. `None` if there is no limit, or if
    /// the prompt alone exceeds `max_length`.
    pub fn tokens_behind(&self, prompt: usize) -> Option<usize> {
        let left = self.max_length.map(|length| length.saturating_sub(prompt)).filter(|left| *left > 0);
        self.max_new_tokens.or(left)
    }
}
