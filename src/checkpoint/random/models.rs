//! The models of which random versions can be made: their `config.json` and `generation_config.json`, from those of the
//! original models on the hub as of November 2025.

use serde_json::{Value, json};

/// The models, by family and size.
pub(super) const NAMES: &[&str] = &[
    "qwen2.5-0.5b",
    "qwen2.5-1.5b",
    "qwen2.5-3b",
    "qwen2.5-7b",
    "qwen2.5-14b",
    "qwen2.5-32b",
    "qwen2.5-72b",
    "qwen3-0.6b",
    "qwen3-1.7b",
    "qwen3-4b",
    "qwen3-8b",
    "qwen3-14b",
    "qwen3-32b",
    "qwen3-30b-a3b",
    "llama-3.2-1b",
    "llama-3.2-3b",
    "llama-3.1-8b",
    "mistral-7b",
    "phi-4-mini",
    "gemma-3-1b",
    "gemma-3-4b",
    "smollm2-135m",
    "smollm3-3b",
    "granite-3.3-2b",
];

/// Number of inputs that share a scale, except in models whose widths are not multiples of it.
pub(super) const GROUP_SIZE: usize = 128;

/// The files of a model except its tensors.
pub(super) struct KnownModel {
    /// The content of `config.json`.
    pub config: Value,
    /// The content of `generation_config.json`.
    pub generation: Value,
    /// Whether a head that equals the embedding is stored too, as in Qwen's AWQ models.
    pub stores_tied_head: bool,
    /// Number of inputs that share a scale.
    pub group_size: usize,
}

/// The dimensions of a decoder.
struct Dimensions {
    hidden: usize,
    intermediate: usize,
    layers: usize,
    heads: usize,
    kv_heads: usize,
    vocabulary: usize,
    tied: bool,
}

/// `[hidden, intermediate, layers, heads, kv_heads, vocabulary]`
const fn dimensions([hidden, intermediate, layers, heads, kv_heads, vocabulary]: [usize; 6], tied: bool) -> Dimensions {
    Dimensions { hidden, intermediate, layers, heads, kv_heads, vocabulary, tied }
}

/// From `Qwen/Qwen2.5-*-Instruct-AWQ`. The intermediate size of 72b is the padded one of the quantized versions.
const QWEN2: [Dimensions; 7] = [
    dimensions([896, 4864, 24, 14, 2, 151_936], true),
    dimensions([1536, 8960, 28, 12, 2, 151_936], true),
    dimensions([2048, 11008, 36, 16, 2, 151_936], true),
    dimensions([3584, 18944, 28, 28, 4, 152_064], false),
    dimensions([5120, 13824, 48, 40, 8, 152_064], false),
    dimensions([5120, 27648, 64, 40, 8, 152_064], false),
    dimensions([8192, 29696, 80, 64, 8, 152_064], false),
];

impl KnownModel {
    /// The model with this name, one of [`NAMES`].
    pub fn named(name: &str) -> Option<KnownModel> {
        if let Some(n) = NAMES.iter().take(QWEN2.len()).position(|known| *known == name) {
            return Some(qwen2(&QWEN2[n]));
        }
        Some(match name {
            "qwen3-0.6b" => qwen3([1024, 3072, 28, 16, 8, 151_936], true),
            "qwen3-1.7b" => qwen3([2048, 6144, 28, 16, 8, 151_936], true),
            "qwen3-4b" => qwen3([2560, 9728, 36, 32, 8, 151_936], true),
            "qwen3-8b" => qwen3([4096, 12288, 36, 32, 8, 151_936], false),
            "qwen3-14b" => qwen3([5120, 17408, 40, 40, 8, 151_936], false),
            "qwen3-32b" => qwen3([5120, 25600, 64, 64, 8, 151_936], false),
            "qwen3-30b-a3b" => qwen3_moe(),
            "llama-3.2-1b" => llama3([2048, 8192, 16, 32, 8, 128_256], true, 64, 32.0),
            "llama-3.2-3b" => llama3([3072, 8192, 28, 24, 8, 128_256], true, 128, 32.0),
            "llama-3.1-8b" => llama3([4096, 14336, 32, 32, 8, 128_256], false, 128, 8.0),
            "mistral-7b" => mistral(),
            "phi-4-mini" => phi4_mini(),
            "gemma-3-1b" => gemma3([1152, 6912, 26, 4, 1, 262_144], 512, 32768, json!(null)),
            "gemma-3-4b" => {
                let scaling = json!({"factor": 8.0, "rope_type": "linear"});
                gemma3([2560, 10240, 34, 8, 4, 262_208], 1024, 131_072, scaling)
            }
            "smollm2-135m" => smollm2(),
            "smollm3-3b" => smollm3(),
            "granite-3.3-2b" => granite(),
            _ => return None,
        })
    }

    /// A model of the Qwen2.5 family with this width and, if there are several, the number of layers.
    pub fn with_hidden_size(hidden: usize, layers: Option<usize>) -> KnownModel {
        let known = QWEN2.iter().filter(|known| known.hidden == hidden);
        match known.clone().find(|known| Some(known.layers) == layers).or(known.into_iter().next()) {
            Some(known) => qwen2(known),
            None => qwen2(&in_proportion(hidden)),
        }
    }

    /// Sets the number of layers; returns whether it was another.
    pub fn set_layers(&mut self, layers: usize) -> bool {
        let layers = Value::from(layers);
        self.config["num_hidden_layers"] != layers && {
            self.config["num_hidden_layers"] = layers;
            true
        }
    }
}

/// Dimensions for any width, in proportions similar to those of Qwen2.5.
fn in_proportion(hidden: usize) -> Dimensions {
    let heads = hidden / if hidden < 1024 { 64 } else { 128 };
    Dimensions {
        hidden,
        intermediate: hidden * 11 / 2 / GROUP_SIZE * GROUP_SIZE,
        layers: 4,
        heads,
        kv_heads: [8, 2].into_iter().find(|n| heads.is_multiple_of(*n) && heads >= 4 * n).unwrap_or(1),
        // With Qwen's vocabulary, the head of a small model would be much larger than its layers.
        vocabulary: if hidden < 896 { 4096 } else { 151_936 },
        tied: true,
    }
}

/// A model with the settings that all families have, and those in `family`.
fn model(family: Value, dimensions: &Dimensions, group_size: usize, generation: Value) -> KnownModel {
    let mut config = json!({
        "hidden_size": dimensions.hidden,
        "intermediate_size": dimensions.intermediate,
        "num_hidden_layers": dimensions.layers,
        "num_attention_heads": dimensions.heads,
        "num_key_value_heads": dimensions.kv_heads,
        "vocab_size": dimensions.vocabulary,
        "tie_word_embeddings": dimensions.tied,
        "torch_dtype": "float16",
        "quantization_config": {
            "bits": 4,
            "group_size": group_size,
            "modules_to_not_convert": null,
            "quant_method": "awq",
            "version": "gemm",
            "zero_point": true
        }
    });
    for (name, value) in family.as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    KnownModel { config, generation, stores_tied_head: false, group_size }
}

fn qwen2(dimensions: &Dimensions) -> KnownModel {
    // The ids of `<|endoftext|>` and `<|im_end|>`.
    let (end_of_text, end_of_turn) = if dimensions.vocabulary > 151_645 { (151_643, 151_645) } else { (0, 2) };
    let family = json!({
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "hidden_act": "silu",
        "max_position_embeddings": 32768,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1000000.0,
        "sliding_window": null,
        "use_sliding_window": false,
        "bos_token_id": end_of_text,
        "eos_token_id": end_of_turn
    });
    let generation = json!({
        "bos_token_id": end_of_text,
        "pad_token_id": end_of_text,
        "eos_token_id": [end_of_turn, end_of_text],
        "do_sample": true,
        "repetition_penalty": 1.05,
        "temperature": 0.7,
        "top_p": 0.8,
        "top_k": 20
    });
    KnownModel { stores_tied_head: dimensions.tied, ..model(family, dimensions, GROUP_SIZE, generation) }
}

/// From `Qwen/Qwen3-*`.
fn qwen3(numbers: [usize; 6], tied: bool) -> KnownModel {
    let family = json!({
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "head_dim": 128,
        "hidden_act": "silu",
        "attention_bias": false,
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "max_position_embeddings": 40960,
        "max_window_layers": numbers[2],
        "rms_norm_eps": 1e-6,
        "rope_scaling": null,
        "rope_theta": 1000000,
        "sliding_window": null,
        "use_sliding_window": false,
        "use_cache": true,
        "bos_token_id": 151_643,
        "eos_token_id": 151_645
    });
    let generation = json!({
        "bos_token_id": 151_643,
        "pad_token_id": 151_643,
        "eos_token_id": [151_645, 151_643],
        "do_sample": true,
        "temperature": 0.6,
        "top_k": 20,
        "top_p": 0.95
    });
    model(family, &dimensions(numbers, tied), GROUP_SIZE, generation)
}

/// From `Qwen/Qwen3-30B-A3B`.
fn qwen3_moe() -> KnownModel {
    let mut known = qwen3([2048, 6144, 48, 32, 4, 151_936], false);
    let experts = json!({
        "architectures": ["Qwen3MoeForCausalLM"],
        "model_type": "qwen3_moe",
        "decoder_sparse_step": 1,
        "mlp_only_layers": [],
        "moe_intermediate_size": 768,
        "norm_topk_prob": true,
        "num_experts": 128,
        "num_experts_per_tok": 8,
        "output_router_logits": false,
        "router_aux_loss_coef": 0.001
    });
    for (name, value) in experts.as_object().into_iter().flatten() {
        known.config[name] = value.clone();
    }
    known.config["quantization_config"]["modules_to_not_convert"] = json!(["gate"]);
    known
}

/// From `meta-llama/Llama-3.*-Instruct`.
fn llama3(numbers: [usize; 6], tied: bool, head_dim: usize, rope_factor: f64) -> KnownModel {
    let ends = json!([128_001, 128_008, 128_009]);
    let family = json!({
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "head_dim": head_dim,
        "hidden_act": "silu",
        "attention_bias": false,
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "max_position_embeddings": 131_072,
        "mlp_bias": false,
        "pretraining_tp": 1,
        "rms_norm_eps": 1e-5,
        "rope_scaling": {
            "factor": rope_factor,
            "high_freq_factor": 4.0,
            "low_freq_factor": 1.0,
            "original_max_position_embeddings": 8192,
            "rope_type": "llama3"
        },
        "rope_theta": 500_000.0,
        "use_cache": true,
        "bos_token_id": 128_000,
        "eos_token_id": ends
    });
    let generation = json!({
        "bos_token_id": 128_000, "eos_token_id": ends, "do_sample": true, "temperature": 0.6, "top_p": 0.9
    });
    model(family, &dimensions(numbers, tied), GROUP_SIZE, generation)
}

/// From `mistralai/Mistral-7B-Instruct-v0.3`.
fn mistral() -> KnownModel {
    let family = json!({
        "architectures": ["MistralForCausalLM"],
        "model_type": "mistral",
        "hidden_act": "silu",
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "max_position_embeddings": 32768,
        "rms_norm_eps": 1e-5,
        "rope_theta": 1000000.0,
        "sliding_window": null,
        "use_cache": true,
        "bos_token_id": 1,
        "eos_token_id": 2
    });
    let dimensions = dimensions([4096, 14336, 32, 32, 8, 32768], false);
    model(family, &dimensions, GROUP_SIZE, json!({"bos_token_id": 1, "eos_token_id": 2}))
}

/// The factors of the RoPE frequencies of Phi-4-mini past its original context.
const PHI4_LONG_FACTORS: [f64; 48] = [
    1.0,
    1.118320672,
    1.250641126,
    1.398617824,
    1.564103225,
    1.74916897,
    1.956131817,
    2.187582649,
    2.446418898,
    2.735880826,
    3.059592084,
    3.421605075,
    3.826451687,
    4.279200023,
    4.785517845,
    5.351743533,
    5.984965424,
    6.693110555,
    7.485043894,
    8.370679318,
    9.36110372,
    10.4687158,
    11.70738129,
    13.09260651,
    14.64173252,
    16.37415215,
    18.31155283,
    20.47818807,
    22.90118105,
    25.61086418,
    28.64115884,
    32.03,
    32.1,
    32.13,
    32.23,
    32.6,
    32.61,
    32.64,
    32.66,
    32.7,
    32.71,
    32.93,
    32.97,
    33.28,
    33.49,
    33.5,
    44.16,
    47.77,
];

/// From `microsoft/Phi-4-mini-instruct`.
fn phi4_mini() -> KnownModel {
    let (long_factors, short_factors) = (PHI4_LONG_FACTORS.to_vec(), vec![1.0; PHI4_LONG_FACTORS.len()]);
    let family = json!({
        "architectures": ["Phi3ForCausalLM"],
        "model_type": "phi3",
        "hidden_act": "silu",
        "attention_bias": false,
        "attention_dropout": 0.0,
        "embd_pdrop": 0.0,
        "resid_pdrop": 0.0,
        "initializer_range": 0.02,
        "max_position_embeddings": 131_072,
        "original_max_position_embeddings": 4096,
        "partial_rotary_factor": 0.75,
        "rms_norm_eps": 1e-5,
        "rope_scaling": {"type": "longrope", "long_factor": long_factors, "short_factor": short_factors},
        "rope_theta": 10000.0,
        "sliding_window": 262_144,
        "use_cache": true,
        "bos_token_id": 199_999,
        "eos_token_id": 199_999,
        "pad_token_id": 199_999
    });
    let generation = json!({"bos_token_id": 199_999, "pad_token_id": 199_999, "eos_token_id": [200_020, 199_999]});
    model(family, &dimensions([3072, 8192, 32, 24, 8, 200_064], true), GROUP_SIZE, generation)
}

/// From `google/gemma-3-1b-it`, and from the text part of `google/gemma-3-4b-it`.
fn gemma3(numbers: [usize; 6], window: usize, context: usize, rope_scaling: Value) -> KnownModel {
    let family = json!({
        "architectures": ["Gemma3ForCausalLM"],
        "model_type": "gemma3_text",
        "head_dim": 256,
        "hidden_activation": "gelu_pytorch_tanh",
        "attention_bias": false,
        "attention_dropout": 0.0,
        "attn_logit_softcapping": null,
        "final_logit_softcapping": null,
        "initializer_range": 0.02,
        "max_position_embeddings": context,
        "query_pre_attn_scalar": 256,
        "rms_norm_eps": 1e-6,
        "rope_local_base_freq": 10000,
        "rope_scaling": rope_scaling,
        "rope_theta": 1000000,
        "sliding_window": window,
        "sliding_window_pattern": 6,
        "use_cache": true,
        "bos_token_id": 2,
        "eos_token_id": [1, 106],
        "pad_token_id": 0
    });
    let generation = json!({
        "bos_token_id": 2, "pad_token_id": 0, "eos_token_id": [1, 106], "do_sample": true, "top_k": 64, "top_p": 0.95
    });
    model(family, &dimensions(numbers, true), GROUP_SIZE, generation)
}

/// From `HuggingFaceTB/SmolLM2-135M-Instruct`, whose width is a multiple of 64 only.
fn smollm2() -> KnownModel {
    let family = json!({
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "attention_bias": false,
        "attention_dropout": 0.0,
        "initializer_range": 0.041666666666666664,
        "max_position_embeddings": 8192,
        "mlp_bias": false,
        "pretraining_tp": 1,
        "rms_norm_eps": 1e-5,
        "rope_interleaved": false,
        "rope_scaling": null,
        "rope_theta": 100_000,
        "use_cache": true,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 2
    });
    let generation = json!({"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2});
    model(family, &dimensions([576, 1536, 30, 9, 3, 49152], true), 64, generation)
}

/// From `HuggingFaceTB/SmolLM3-3B`.
fn smollm3() -> KnownModel {
    let family = json!({
        "architectures": ["SmolLM3ForCausalLM"],
        "model_type": "smollm3",
        "hidden_act": "silu",
        "attention_bias": false,
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "max_position_embeddings": 65536,
        "mlp_bias": false,
        "no_rope_layer_interval": 4,
        "rms_norm_eps": 1e-6,
        "rope_scaling": null,
        "rope_theta": 5000000.0,
        "sliding_window": null,
        "use_sliding_window": false,
        "use_cache": true,
        "bos_token_id": null,
        "eos_token_id": 128_012,
        "pad_token_id": 128_004
    });
    let generation = json!({
        "eos_token_id": 128_012, "pad_token_id": 128_004, "do_sample": true, "temperature": 0.6, "top_p": 0.95
    });
    model(family, &dimensions([2048, 11008, 36, 16, 4, 128_256], true), GROUP_SIZE, generation)
}

/// From `ibm-granite/granite-3.3-2b-instruct`.
fn granite() -> KnownModel {
    let family = json!({
        "architectures": ["GraniteForCausalLM"],
        "model_type": "granite",
        "hidden_act": "silu",
        "attention_bias": false,
        "attention_dropout": 0.0,
        "attention_multiplier": 0.015625,
        "embedding_multiplier": 12.0,
        "initializer_range": 0.02,
        "logits_scaling": 8.0,
        "max_position_embeddings": 131_072,
        "mlp_bias": false,
        "residual_multiplier": 0.22,
        "rms_norm_eps": 1e-5,
        "rope_scaling": null,
        "rope_theta": 10000000.0,
        "use_cache": true,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "pad_token_id": 0
    });
    let generation = json!({"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0});
    model(family, &dimensions([2048, 8192, 40, 32, 8, 49159], true), GROUP_SIZE, generation)
}
