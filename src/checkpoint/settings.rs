//! The settings of `config.json` that rumma does not read: which of them would change the numbers, which do nothing, and
//! which are unknown. None is passed over in silence.

use serde_json::Value;

use super::families::Family;
use super::fields::{FieldReader, shorten};
use super::rope;
use crate::error::{Fault, FaultKind};

/// The settings of other families and of modified models that change what a decoder computes, with the values that change
/// nothing, beside null, `false` and empty ones. A model with any other value is not run, unless its family reads the
/// setting.
const CHANGES_NUMBERS: &[(&str, &[&str])] = &[
    ("alibi", &[]),
    ("attention_chunk_size", &[]),
    ("attention_logit_cap", &[]),
    ("attention_multiplier", &[]),
    ("attention_scale", &[]),
    ("attn_logit_softcapping", &[]),
    ("attn_scale", &[]),
    ("clip_qkv", &[]),
    ("dim_model_base", &[]),
    ("dual_chunk_attention_config", &[]),
    ("embedding_multiplier", &["1"]),
    ("embedding_scale", &["1"]),
    ("final_logit_softcapping", &[]),
    ("first_k_dense_replace", &["0"]),
    ("interleaved_rope", &[]),
    ("is_causal", &["true"]),
    ("is_encoder_decoder", &[]),
    ("kv_lora_rank", &[]),
    ("layernorm_type", &["rms_norm", "rmsnorm"]),
    ("lm_head_multiplier", &["1"]),
    ("logit_scale", &["1"]),
    ("logits_scaling", &["1"]),
    ("logits_soft_cap", &[]),
    ("mup_enabled", &[]),
    ("n_routed_experts", &["0", "1"]),
    ("n_shared_experts", &["0"]),
    ("no_rope_layer_interval", &[]),
    ("no_rope_layers", &[]),
    ("norm_after_attention", &[]),
    ("norm_type", &["rms_norm", "rmsnorm"]),
    ("num_experts", &["0", "1"]),
    ("num_local_experts", &["0", "1"]),
    ("parallel_attn", &[]),
    ("parallel_residual", &[]),
    ("position_embedding_type", &["rope", "rotary"]),
    ("q_lora_rank", &[]),
    ("qk_layernorm", &[]),
    ("qk_norm", &[]),
    ("residual_multiplier", &["1"]),
    ("rope_interleave", &[]),
    ("rope_local_base_freq", &[]),
    ("rope_pct", &["1"]),
    ("rotary_pct", &["1"]),
    ("rotary_percent", &["1"]),
    ("scale_depth", &[]),
    ("scale_emb", &["1"]),
    ("shared_expert_intermediate_size", &["0"]),
    ("sliding_window", &[]),
    ("sliding_window_pattern", &[]),
    ("sparse_attention_config", &[]),
    ("use_bidirectional_attention", &[]),
    ("use_dynamic_ntk", &[]),
    ("use_logn_attn", &[]),
    ("use_mrope", &[]),
    ("use_parallel_residual", &[]),
    ("use_qk_norm", &[]),
    ("use_rope", &["true"]),
    ("use_sliding_window", &[]),
];

/// Other names of settings that rumma reads. A different value beside the setting is not run.
const SYNONYMS: &[(&str, &str)] = &[
    ("activation", "hidden_act"),
    ("activation_function", "hidden_act"),
    ("ffn_hidden_size", "intermediate_size"),
    ("hidden_activation", "hidden_act"),
    ("layer_norm_eps", "rms_norm_eps"),
    ("layer_norm_epsilon", "rms_norm_eps"),
    ("layernorm_epsilon", "rms_norm_eps"),
    ("n_embd", "hidden_size"),
    ("n_head", "num_attention_heads"),
    ("n_layer", "num_hidden_layers"),
    ("norm_eps", "rms_norm_eps"),
    ("norm_epsilon", "rms_norm_eps"),
    ("num_layers", "num_hidden_layers"),
    ("padded_vocab_size", "vocab_size"),
    ("query_pre_attn_scalar", "head_dim"),
    ("rope_base", "rope_theta"),
    ("rotary_base", "rope_theta"),
    ("rotary_dim", "head_dim"),
    ("rotary_emb_base", "rope_theta"),
    ("v_head_dim", "head_dim"),
];

/// Settings that rumma reads, and settings that change no result of a decoder that is not trained: types of the stored
/// numbers (those of the tensors count), dropout, initialization, names of classes and ids of tokens.
const KNOWN: &[&str] = &[
    "architectures",
    "attention_bias",
    "attention_dropout",
    "attn_implementation",
    "attn_pdrop",
    "auto_map",
    "begin_suppress_tokens",
    "bos_token_id",
    "cache_implementation",
    "chunk_size_feed_forward",
    "classifier_dropout",
    "compression_config",
    "decoder_start_token_id",
    "dtype",
    "embd_pdrop",
    "eos_token_id",
    "full_attn_mod",
    "gradient_checkpointing",
    "head_dim",
    "hidden_act",
    "hidden_dropout",
    "hidden_size",
    "id2label",
    "initializer_range",
    "intermediate_size",
    "interpolate_factor",
    "is_llama_config",
    "label2id",
    "layer_types",
    "max_position_embeddings",
    "max_window_layers",
    "mlp_bias",
    "model_max_length",
    "model_type",
    "num_attention_heads",
    "num_hidden_layers",
    "num_key_value_heads",
    "original_max_position_embeddings",
    "pad_token_id",
    "partial_rotary_factor",
    "pretraining_tp",
    "problem_type",
    "qkv_bias",
    "quantization",
    "quantization_config",
    "resid_pdrop",
    "rms_norm_eps",
    "rope_parameters",
    "rope_scaling",
    "rope_theta",
    "router_aux_loss_coef",
    "seq_length",
    "task_specific_params",
    "text_config",
    "tf_legacy_loss",
    "tie_encoder_decoder",
    "tie_word_embeddings",
    "tokenizer_class",
    "torch_dtype",
    "torchscript",
    "transformers_version",
    "unk_token_id",
    "use_cache",
    "vocab_size",
];

/// Settings that a multimodal model has outside of its `text_config`, and that hold for its text model too.
pub(super) const OF_WHOLE_MODEL: &[&str] =
    &["architectures", "compression_config", "eos_token_id", "quantization_config", "tie_word_embeddings"];

/// The first setting that would change the numbers and that the family does not read. `read` is the value that is used for a
/// setting with another name; `None` if it is not a number or a text.
pub(super) fn unsupported(
    fields: &FieldReader,
    family: &Family,
    read: impl Fn(&str) -> Option<Value>,
) -> Option<Fault> {
    let fault = |name: &str, value: &Value| {
        Fault::new(FaultKind::UnsupportedSetting, &fields.object.path).subject(name).found(shorten(value.to_string()))
    };
    // A model without an output head for tokens: an embedder, a classifier, a reward model.
    let architectures = fields.values.get("architectures").and_then(Value::as_array);
    let names: Vec<&str> = architectures.into_iter().flatten().filter_map(Value::as_str).collect();
    let has_head = |name: &&str| ["CausalLM", "LMHead", "ConditionalGeneration"].iter().any(|part| name.contains(part));
    if !names.is_empty() && !names.iter().any(has_head) {
        let fault = Fault::new(FaultKind::UnsupportedModel, &fields.object.path).subject("architectures");
        return Some(fault.found(shorten(names.join(", "))).expected("a model for text generation (...ForCausalLM)"));
    }
    let settings = || fields.values.iter().filter(|(name, _)| !family.reads(name));
    let changed = settings().find_map(|(name, value)| {
        let (_, neutral) = CHANGES_NUMBERS.iter().find(|(known, _)| known == name)?;
        // `false` sets nothing, unless the setting is on without it.
        if is_empty(value) && !(value == false && neutral.contains(&"true")) {
            return None;
        }
        let is_neutral = |text: &&str| match value {
            Value::String(value) => value == text,
            Value::Number(number) => text.parse().ok() == number.as_f64(),
            Value::Bool(value) => *text == if *value { "true" } else { "false" },
            _ => false,
        };
        (!neutral.iter().any(is_neutral)).then(|| fault(name, value).expected("no such setting"))
    });
    changed.or_else(|| {
        settings().filter(|(_, value)| !is_empty(value)).find_map(|(name, value)| {
            let (_, standard) = SYNONYMS.iter().find(|(other, _)| other == name)?;
            let read = read(standard)?;
            let is_same = match (value.as_f64(), read.as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-7 * b.abs(),
                _ => *value == read,
            };
            (!is_same).then(|| fault(name, value).expected(format!("{read}, as {standard}")))
        })
    })
}

/// A warning that names every setting that neither rumma nor the family knows, with its value.
pub(super) fn unknown(fields: &FieldReader, family: &Family) -> Option<Fault> {
    let is_unknown = |name: &str, value: &Value| {
        let known = KNOWN.contains(&name)
            || family.reads(name)
            || CHANGES_NUMBERS.iter().any(|(known, _)| *known == name)
            || SYNONYMS.iter().any(|(known, _)| *known == name);
        let harmless =
            ["_", "output_", "return_", "transformers.js", "unsloth_"].iter().any(|prefix| name.starts_with(prefix));
        !known && !harmless && !is_empty(value)
    };
    let outer = fields.values.iter().filter(|(name, value)| is_unknown(name, value));
    let outer = outer.map(|(name, value)| (name.clone(), value));
    // A family that reads `rope_parameters` itself has sections in it.
    let rope = rope::unread(fields, family.reads("rope_parameters"));
    let rope = rope.into_iter().filter(|(_, value)| !is_empty(value));
    let describe = |(name, value): (String, &Value)| format!("{name} {}", shorten(value.to_string()));
    let unknown: Vec<String> = outer.chain(rope).map(describe).chain(family.ignored(fields)).collect();
    let fault = Fault::new(FaultKind::IgnoredSettings, &fields.object.path).cause(unknown.join(", "));
    (!unknown.is_empty()).then_some(fault)
}

/// Whether a value sets nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}
