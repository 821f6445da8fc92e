//! The configuration and tensors of the built-in checkpoint and of a real one; how `config.json` is parsed.

use rumma::checkpoint::config::Activation;
use rumma::checkpoint::{Checkpoint, CheckpointSource, Config, LayerSettings, RopeScaling};
use rumma::report::inspect::{InspectOptions, inspect};

use crate::files::{Scratch, zeros};

fn open(model: &str) -> Checkpoint {
    Checkpoint::open(&CheckpointSource { model: model.into(), ..CheckpointSource::default() }).expect("opens")
}

/// Settings of layers with 4 bits.
fn settings(group_size: Option<usize>, zero_point: Option<bool>) -> LayerSettings {
    LayerSettings { bits: 4, group_size, zero_point, act_order: false }
}

#[test]
fn the_storyteller_has_the_expected_configuration_and_tensors() {
    let checkpoint = open("storyteller");
    let config = checkpoint.config().expect("is runnable");
    assert_eq!(config.architecture, "qwen2");
    assert_eq!((config.hidden_size, config.intermediate_size, config.layers), (128, 384, 4));
    assert_eq!((config.heads, config.kv_heads, config.head_dim), (4, 2, 32));
    assert_eq!((config.vocab_size, config.max_position_embeddings), (1024, 512));
    assert_eq!((config.rms_norm_eps, config.rope.theta), (1e-6, 10000.0));
    assert_eq!(config.rope.scaling, RopeScaling::None);
    assert!(config.tie_word_embeddings && config.qkv_bias && config.sliding_window().is_none());
    let quantization = config.quantization.as_ref().expect("is quantised");
    assert_eq!((quantization.method.as_str(), quantization.version.as_deref()), ("awq", Some("gemm")));
    assert_eq!(quantization.layers, [settings(Some(128), Some(true))]);

    let generation = &checkpoint.generation;
    assert_eq!(generation.eos_token_ids, [2, 0]);
    assert_eq!((generation.do_sample, generation.temperature, generation.top_p), (Some(true), Some(0.7), Some(0.9)));
    assert_eq!((generation.top_k, generation.repetition_penalty), (Some(40), Some(1.0)));

    assert_eq!(checkpoint.tensors().count(), 106);
    assert_eq!(checkpoint.mapped_bytes(), 685_904);
    let names: Vec<&str> = checkpoint.tensors().map(|tensor| tensor.name).collect();
    assert!(names.is_sorted());
    let down = checkpoint.tensor("model.layers.0.mlp.down_proj.qweight").expect("is there");
    assert_eq!((down.dtype, down.shape), (safetensors::Dtype::I32, &[384, 16][..]));
    assert_eq!(down.data.len(), 384 * 16 * 4);
    assert_eq!(down.data.as_ptr() as usize % 4, 0, "the built-in weights are aligned as a map is");
    assert!(checkpoint.tensor("model.layers.4.mlp.down_proj.qweight").is_none());
    assert_eq!(checkpoint.metadata().map(|(_, key, value)| (key, value)).collect::<Vec<_>>(), [("format", "pt")]);
    let (path, bytes) = checkpoint.read("tokenizer.json").expect("is read").expect("is there");
    assert_eq!((path.to_str(), bytes.len()), (Some("storyteller/tokenizer.json"), 55_423));
    assert!(checkpoint.read("chat_template.jinja").expect("is looked for").is_none());
    assert!(checkpoint.warnings.is_empty());
}

/// A checkpoint of one tensor and these files.
fn with_files(files: &[(&str, &str)]) -> (Scratch, Checkpoint) {
    let scratch = Scratch::new();
    scratch.write("model.safetensors", zeros(&[("a", "F16", 2, &[1])], ""));
    for (name, text) in files {
        scratch.write(name, text);
    }
    let checkpoint = scratch.open().unwrap();
    (scratch, checkpoint)
}

/// The configuration of a small model with additional `fields`.
fn config(model_type: &str, fields: &str) -> Config {
    let text = format!(
        r#"{{"model_type":"{model_type}","hidden_size":256,"intermediate_size":512,"num_hidden_layers":2,
            "num_attention_heads":8,"vocab_size":1000{fields}}}"#
    );
    let (_scratch, checkpoint) = with_files(&[("config.json", &text)]);
    assert_eq!(checkpoint.warnings, []);
    checkpoint.config.expect("is a configuration")
}

#[test]
fn missing_configuration_fields_have_defaults() {
    let config = config("qwen2", "");
    assert_eq!((config.kv_heads, config.head_dim), (8, 32));
    assert_eq!((config.rope.theta, config.rope.scaling), (10000.0, RopeScaling::None));
    assert!(!config.tie_word_embeddings && config.quantization.is_none());
}

#[test]
fn rope_settings_are_read_from_old_and_new_fields() {
    let old = config("qwen2", r#","rope_theta":1e6,"rope_scaling":{"type":"linear","factor":4}"#);
    let new = config("qwen2", r#","rope_parameters":{"rope_theta":1e6,"rope_type":"linear","factor":4.0}"#);
    assert_eq!((old.rope.theta, &old.rope.scaling), (1e6, &RopeScaling::Linear { factor: 4.0 }));
    assert_eq!(old.rope, new.rope);
    let plain = config("qwen2", r#","rope_parameters":{"rope_theta":5e5,"rope_type":"default"}"#);
    assert_eq!((plain.rope.theta, plain.rope.scaling), (5e5, RopeScaling::None));
    let yarn = r#","max_position_embeddings":4096,"rope_scaling":{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":32768}"#;
    assert!(matches!(
        config("qwen2", yarn).rope.scaling,
        RopeScaling::Yarn { factor: 4.0, original_max_position_embeddings: 32768, beta_fast: 32.0, beta_slow: 1.0, .. }
    ));
    let llama3 = r#","rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":8192}"#;
    assert!(matches!(config("llama", llama3).rope.scaling, RopeScaling::Llama3 { high_freq_factor: 4.0, .. }));
    let phi = r#","max_position_embeddings":131072,"original_max_position_embeddings":4096,"head_dim":4,
        "rope_scaling":{"type":"longrope","short_factor":[1,1.5],"long_factor":[2,30]}"#;
    let [short_factor, long_factor] = [vec![1.0, 1.5], vec![2.0, 30.0]];
    let (factor, original_max_position_embeddings, attention_factor) = (32.0, 4096, None);
    let expected =
        RopeScaling::LongRope { short_factor, long_factor, factor, original_max_position_embeddings, attention_factor };
    assert_eq!(config("phi3", phi).rope.scaling, expected);
    let layered = r#","rope_parameters":{"full_attention":{"rope_type":"default","rope_theta":1e6}}"#;
    assert_eq!(config("qwen2", layered).rope.scaling, RopeScaling::Other("per layer type".into()));
}

/// The fault of a configuration that cannot be parsed.
fn config_fault(fields: &str) -> String {
    let text = format!(
        r#"{{"model_type":"qwen2","hidden_size":256,"intermediate_size":512,"num_hidden_layers":2,
            "num_attention_heads":8,"vocab_size":1000{fields}}}"#
    );
    let (_scratch, checkpoint) = with_files(&[("config.json", &text)]);
    let Err(error) = checkpoint.config() else { panic!("{fields} must be refused") };
    error.to_string()
}

#[test]
fn a_rope_scaling_beside_rope_parameters_wins() {
    let both =
        r#","rope_parameters":{"rope_theta":1e6,"rope_type":"default"},"rope_scaling":{"type":"linear","factor":4}"#;
    let rope = config("qwen2", both).rope;
    assert_eq!((rope.theta, rope.scaling), (1e6, RopeScaling::Linear { factor: 4.0 }));
    let own = r#","rope_theta":1e4,"rope_parameters":{"rope_theta":1e4,"rope_type":"linear","factor":2},
        "rope_scaling":{"rope_type":"default","rope_theta":5e5}"#;
    let rope = config("qwen2", own).rope;
    assert_eq!((rope.theta, rope.scaling), (5e5, RopeScaling::None));
    let empty = config("qwen2", r#","rope_theta":1e6,"rope_scaling":{},"rope_parameters":null"#).rope;
    assert_eq!((empty.theta, empty.scaling), (1e6, RopeScaling::None));
    let unknown =
        r#","rope_parameters":{"rope_theta":1e6,"rope_type":"default"},"rope_scaling":{"type":"ntk","factor":4}"#;
    let line = config_fault(unknown);
    assert!(line.contains("rope_scaling: setting not supported (found \"ntk\""), "{line}");
}

#[test]
fn rope_settings_that_disagree_are_refused() {
    for (fields, part) in [
        (
            r#","rope_theta":1e6,"rope_parameters":{"rope_theta":1e4}"#,
            "rope_theta: invalid value (found 1000000, expected 10000",
        ),
        (
            r#","partial_rotary_factor":0.5,"rope_parameters":{"partial_rotary_factor":1.0}"#,
            "partial_rotary_factor: invalid",
        ),
        (r#","rope_scaling":{"factor":4}"#, "rope_scaling.rope_type: invalid value (found nothing"),
        (r#","rope_scaling":{"rope_type":"default","factor":4}"#, "rope_scaling.rope_type: invalid value"),
        (r#","rope_scaling":{"rope_type":"linear","type":"yarn","factor":4}"#, "rope_scaling.type: invalid value"),
        (r#","partial_rotary_factor":0.5"#, "partial_rotary_factor: setting not supported"),
    ] {
        let line = config_fault(fields);
        assert!(line.contains(part), "{part:?} is not in {line}");
    }
}

#[test]
fn a_sliding_window_that_no_layer_needs_is_full_attention() {
    let window = |fields: &str| config("qwen2", &format!(r#","use_sliding_window":true,"sliding_window":64{fields}"#));
    assert_eq!(window(r#","max_window_layers":1"#).sliding_window(), Some(64));
    for full in [
        r#","max_window_layers":2"#,
        "",
        r#","max_window_layers":0,"max_position_embeddings":64"#,
        r#","max_window_layers":0,"layer_types":["full_attention","full_attention"]"#,
    ] {
        let config = window(full);
        assert_eq!(config.sliding_window(), None, "{full}");
    }
    let default = config("qwen2", r#","use_sliding_window":true,"max_window_layers":0"#);
    assert_eq!(default.sliding_window(), Some(4096), "the default of transformers");
    let unused = config("qwen2", r#","use_sliding_window":false,"sliding_window":0,"max_window_layers":0"#);
    assert_eq!(unused.sliding_window(), None, "the value of a window that is not used does not matter");
    for (fields, part) in [
        (r#","layer_types":["full_attention","sliding_attention"]"#, "layer_types: setting not supported"),
        (r#","layer_types":["full_attention","linear_attention"]"#, "layer_types: setting not supported"),
        (r#","layer_types":["full_attention"]"#, "layer_types: invalid value (found 1 layers, expected 2)"),
    ] {
        let line = config_fault(fields);
        assert!(line.contains(part), "{part:?} is not in {line}");
    }
}

#[test]
fn settings_that_would_change_the_numbers_are_refused() {
    for (field, value) in [
        ("attn_logit_softcapping", "50.0"),
        ("logit_scale", "0.5"),
        ("embedding_multiplier", "12"),
        ("num_experts", "8"),
        ("use_qk_norm", "true"),
        ("is_causal", "false"),
        ("dual_chunk_attention_config", r#"{"chunk_size":8}"#),
        ("rotary_pct", "0.25"),
        ("norm_eps", "1e-5"),
        ("rotary_emb_base", "500000"),
        ("hidden_activation", "\"gelu\""),
        ("hidden_act", "\"gelu\""),
        ("query_pre_attn_scalar", "256"),
        ("architectures", "[\"Qwen2ForSequenceClassification\"]"),
    ] {
        let line = config_fault(&format!(",\"{field}\":{value}"));
        let named =
            ["setting", "model"].iter().any(|what| line.contains(&format!("{field}: {what} not supported (found ")));
        assert!(named, "{line}");
    }
    let same = r#","logit_scale":1.0,"num_experts":null,"use_qk_norm":false,"rotary_pct":1,"norm_eps":1e-6,"is_causal":true,
        "rotary_emb_base":10000,"hidden_activation":"silu","query_pre_attn_scalar":32,"attn_logit_softcapping":null"#;
    assert!(config("qwen2", same).rope.theta == 10000.0, "these values change nothing");
    assert_eq!(config("qwen2", r#","hidden_act":"swish""#).activation, Activation::Silu);
}

#[test]
fn unknown_settings_are_named_in_one_warning() {
    let text = r#"{"model_type":"qwen2","hidden_size":256,"intermediate_size":512,"num_hidden_layers":2,"vocab_size":9,
        "num_attention_heads":8,"spiral_attention":3,"torch_dtype":"float16","_name":"x","flux":null,"mode":"odd"}"#;
    let (_scratch, checkpoint) = with_files(&[("config.json", text)]);
    let [warning] = &checkpoint.warnings[..] else { panic!("{:?}", checkpoint.warnings) };
    assert!(warning.to_string().ends_with("settings that are not used: spiral_attention 3, mode \"odd\""), "{warning}");
}

#[test]
fn sliding_windows_apply_if_the_family_uses_them() {
    let window = r#","sliding_window":4096"#;
    assert_eq!(config("qwen2", window).sliding_window(), None);
    assert_eq!(config("mistral", window).sliding_window(), Some(4096));
    let used = config("qwen2", r#","sliding_window":4096,"use_sliding_window":true,"max_window_layers":1"#);
    let windows: Vec<_> = used.layer_attention.iter().map(|layer| layer.window).collect();
    assert_eq!(windows, [None, Some(4096)]);
}

/// Settings of published models, without those that say nothing about the decoder.
#[test]
fn published_models_of_every_family_are_run_without_warnings() {
    let factors = |factor: f64| vec![factor; 48];
    let longrope = serde_json::json!({"type": "longrope", "short_factor": factors(1.0), "long_factor": factors(1.5)});
    let llama3 = r#"{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,
        "original_max_position_embeddings":8192,"rope_type":"llama3"}"#;
    let shape = |hidden, inner, layers, heads, kv_heads, vocab| {
        format!(
            r#""hidden_size":{hidden},"intermediate_size":{inner},"num_hidden_layers":{layers},"num_attention_heads":{heads},
            "num_key_value_heads":{kv_heads},"vocab_size":{vocab},"torch_dtype":"bfloat16","use_cache":true"#
        )
    };
    let models = [
        ("gemma-3-4b-it", r#""architectures":["Gemma3ForConditionalGeneration"],"model_type":"gemma3","boi_token_index":255999,
            "eos_token_id":[1,106],"mm_tokens_per_image":256,"vision_config":{"hidden_size":1152},"text_config":{"hidden_size":2560,
            "intermediate_size":10240,"model_type":"gemma3_text","num_hidden_layers":34,"sliding_window":1024,
            "rope_scaling":{"factor":8.0,"rope_type":"linear"}}"#.to_string()),
        ("llama-3.2-1b", format!(r#""architectures":["LlamaForCausalLM"],"model_type":"llama","attention_bias":false,
            "eos_token_id":[128001,128008,128009],"head_dim":64,"hidden_act":"silu","max_position_embeddings":131072,"mlp_bias":false,
            "pretraining_tp":1,"rope_scaling":{llama3},"rope_theta":500000.0,{}"#, shape(2048, 8192, 16, 32, 8, 128256))),
        ("smollm2", format!(r#""architectures":["LlamaForCausalLM"],"model_type":"llama","is_llama_config":true,
            "rope_interleaved":false,"rope_theta":100000,"transformers.js_config":{{"dtype":"q4"}},{}"#,
            shape(576, 1536, 30, 9, 3, 49152))),
        ("mistral-7b-v0.1", format!(r#""architectures":["MistralForCausalLM"],"model_type":"mistral","sliding_window":4096,
            "max_position_embeddings":32768,"rope_theta":10000.0,{}"#, shape(4096, 14336, 32, 32, 8, 32000))),
        ("phi-4-mini", format!(r#""architectures":["Phi3ForCausalLM"],"model_type":"phi3","full_attn_mod":1,"interpolate_factor":1,
            "lm_head_bias":false,"partial_rotary_factor":0.75,"max_position_embeddings":131072,"sliding_window":262144,
            "original_max_position_embeddings":4096,"rope_scaling":{longrope},"embd_pdrop":0.0,"resid_pdrop":0.0,{}"#,
            shape(3072, 8192, 32, 24, 8, 200064))),
        ("granite-3.1-2b", format!(r#""architectures":["GraniteForCausalLM"],"model_type":"granite","attention_multiplier":0.015625,
            "embedding_multiplier":12.0,"logits_scaling":8.0,"residual_multiplier":0.22,"rope_theta":5000000.0,{}"#,
            shape(2048, 8192, 40, 32, 8, 49155))),
        ("smollm3", format!(r#""architectures":["SmolLM3ForCausalLM"],"model_type":"smollm3","no_rope_layer_interval":4,
            "no_rope_layers":[1,1,1,0],"layer_types":["full_attention","full_attention","full_attention","full_attention"],
            "sliding_window":null,"use_sliding_window":false,"rope_theta":5000000.0,{}"#, shape(2048, 11008, 4, 16, 4, 128256))),
        ("qwen3-0.6b", format!(r#""architectures":["Qwen3ForCausalLM"],"model_type":"qwen3","head_dim":128,"max_window_layers":28,
            "sliding_window":null,"use_sliding_window":false,"rope_scaling":null,"rope_theta":1000000,{}"#,
            shape(1024, 3072, 28, 16, 8, 151936))),
    ];
    for (name, fields) in &models {
        let (_scratch, checkpoint) = with_files(&[("config.json", &format!("{{{fields}}}"))]);
        assert_eq!(checkpoint.warnings, [], "{name}");
        let config = checkpoint.config().unwrap_or_else(|error| panic!("{name}: {error}"));
        if *name == "gemma-3-4b-it" {
            assert_eq!((config.heads, config.kv_heads, config.head_dim, config.vocab_size), (8, 4, 256, 262208));
            assert_eq!((config.rope.theta, &config.rope.scaling), (1e6, &RopeScaling::Linear { factor: 8.0 }));
            assert_eq!(config.local_rope.as_ref().map(|rope| rope.theta), Some(10000.0));
            assert_eq!((config.max_position_embeddings, &config.eos_token_ids[..]), (131072, &[1, 106][..]));
            let windows: Vec<_> = config.layer_attention.iter().map(|layer| layer.window).collect();
            assert_eq!(windows[..7], [Some(1024), Some(1024), Some(1024), Some(1024), Some(1024), None, Some(1024)]);
        }
    }
}

/// A small Gemma 3 with additional `fields`, and its warnings.
fn gemma3(fields: &str) -> (rumma::error::Result<Config>, Vec<String>) {
    let text = format!(
        r#"{{"model_type":"gemma3_text","hidden_size":256,"intermediate_size":512,"num_hidden_layers":7,
            "vocab_size":1000,"sliding_window":512,{fields}}}"#
    );
    let (_scratch, checkpoint) = with_files(&[("config.json", &text)]);
    let warnings = checkpoint.warnings.iter().map(ToString::to_string).collect();
    (checkpoint.config().cloned(), warnings)
}

/// Which layers of [`gemma3`] attend to all positions.
fn full_layers(config: &Config) -> Vec<usize> {
    (0..config.layers).filter(|l| config.layer_attention[*l].window.is_none()).collect()
}

#[test]
fn the_pattern_of_sliding_windows_is_the_one_that_transformers_reads() {
    let ignored = |name: &str| format!("settings that are not used: {name}");
    for (fields, full, warning) in [
        (r#""head_dim":64"#, vec![5], None),
        (r#""sliding_window_pattern":2"#, vec![1, 3, 5], None),
        (r#""_sliding_window_pattern":2"#, vec![5], Some(ignored("_sliding_window_pattern 2"))),
        (r#""_sliding_window_pattern":6"#, vec![5], None),
        (
            r#""_sliding_window_pattern":6,"sliding_window_pattern":2"#,
            vec![1, 3, 5],
            Some(ignored("_sliding_window_pattern 6")),
        ),
        (r#""_sliding_window_pattern":2,"sliding_window_pattern":2"#, vec![1, 3, 5], None),
        (
            r#""_sliding_window_pattern":2,"layer_types":["full_attention","sliding_attention","sliding_attention",
                "sliding_attention","sliding_attention","sliding_attention","sliding_attention"]"#,
            vec![0],
            None,
        ),
    ] {
        let (config, warnings) = gemma3(fields);
        assert_eq!(full_layers(&config.unwrap()), full, "{fields}");
        assert_eq!(warnings.len(), usize::from(warning.is_some()), "{fields}: {warnings:?}");
        assert!(warning.is_none_or(|warning| warnings[0].contains(&warning)), "{fields}: {warnings:?}");
    }
}

#[test]
fn gemma_3_merges_rope_scaling_and_rope_parameters_as_transformers_does_and_names_what_is_not_used() {
    let linear = RopeScaling::Linear { factor: 8.0 };
    let types =
        r#""full_attention":{"rope_type":"default","rope_theta":500000.0},"sliding_attention":{"rope_theta":20000.0}"#;
    let added = r#""rope_scaling":{"rope_type":"linear","factor":8.0}"#;
    for (fields, theta, local, scaling, warning) in [
        (format!(r#""rope_parameters":{{{types}}}"#), 5e5, 2e4, RopeScaling::None, ""),
        (r#""rope_theta":300000.0,"rope_local_base_freq":7000.0"#.into(), 3e5, 7e3, RopeScaling::None, ""),
        (
            format!(r#"{added},"rope_parameters":{{{types}}}"#),
            5e5,
            2e4,
            linear.clone(),
            r#"rope_parameters.full_attention.rope_type (replaced by rope_scaling) "default""#,
        ),
        (r#""rope_parameters":{"a":1}"#.into(), 1e6, 1e4, RopeScaling::None, "rope_parameters.a 1"),
        (format!(r#"{added},"rope_parameters":{{"a":1}}"#), 1e6, 1e4, linear, "rope_parameters.a 1"),
        (
            r#""rope_parameters":{"full_attention":{"zz":3},"other":{"rope_theta":5.0}}"#.into(),
            1e6,
            1e4,
            RopeScaling::None,
            r#"rope_parameters.full_attention.zz 3, rope_parameters.other {"rope_theta":5.0}"#,
        ),
        (
            r#""rope_parameters":{"rope_type":"linear","factor":8.0}"#.into(),
            1e6,
            1e4,
            RopeScaling::None,
            r#"rope_parameters.rope_type "linear", rope_parameters.factor 8.0"#,
        ),
    ] {
        let (config, warnings) = gemma3(&fields);
        let config = config.unwrap_or_else(|error| panic!("{fields}: {error}"));
        let found_local = config.local_rope.map(|rope| rope.theta);
        assert_eq!((config.rope.theta, found_local, config.rope.scaling), (theta, Some(local), scaling), "{fields}");
        assert_eq!(warnings.len(), usize::from(!warning.is_empty()), "{fields}: {warnings:?}");
        assert!(
            warnings.iter().all(|line| line.ends_with(&format!("settings that are not used: {warning}"))),
            "{warnings:?}"
        );
    }
    for fields in [
        r#""rope_parameters":{"sliding_attention":{"rope_type":"unknown"}}"#,
        r#""rope_parameters":{"sliding_attention":{"partial_rotary_factor":0.5}}"#,
        r#""partial_rotary_factor":0.5"#,
    ] {
        assert!(gemma3(fields).0.is_err(), "{fields}");
    }
}

#[test]
fn quantization_is_read_from_any_of_three_files() {
    let base = r#"{"model_type":"qwen2","hidden_size":256,"intermediate_size":512,"num_hidden_layers":2,
        "num_attention_heads":8,"vocab_size":1000}"#;
    let of = |name: &str, text: &str| {
        let (_scratch, checkpoint) = with_files(&[("config.json", base), (name, text)]);
        checkpoint.config.unwrap().quantization.unwrap()
    };
    let llm_awq = of("quant_config.json", r#"{"zero_point":true,"q_group_size":64,"w_bit":4,"version":"GEMM"}"#);
    assert_eq!((llm_awq.method.as_str(), llm_awq.version.as_deref()), ("awq", Some("gemm")));
    assert_eq!(llm_awq.layers, [settings(Some(64), Some(true))]);
    let gptq = of("quantize_config.json", r#"{"bits":4,"group_size":-1,"desc_act":true,"sym":true}"#);
    let ordered = LayerSettings { act_order: true, ..settings(None, Some(false)) };
    assert_eq!((gptq.method.as_str(), gptq.layers), ("gptq", vec![ordered]));
    let compressed = config(
        "qwen2",
        r#","quantization_config":{"quant_method":"compressed-tensors","format":"pack-quantized","ignore":["lm_head"],
            "config_groups":{"group_0":{"targets":["Linear"],"weights":{"num_bits":4,"group_size":128,"symmetric":false}}}}"#,
    );
    let compressed = compressed.quantization.unwrap();
    assert_eq!(compressed.layers, [settings(Some(128), Some(true))]);
    assert_eq!(compressed.modules_to_not_convert, ["lm_head"]);
}

#[test]
fn eos_tokens_default_to_those_of_config_json() {
    let base = r#"{"model_type":"qwen2","hidden_size":256,"intermediate_size":512,"num_hidden_layers":2,
        "num_attention_heads":8,"vocab_size":1000,"eos_token_id":7}"#;
    let (_scratch, checkpoint) = with_files(&[("config.json", base), ("generation_config.json", r#"{"top_k":5}"#)]);
    assert_eq!((&checkpoint.generation.eos_token_ids[..], checkpoint.generation.top_k), (&[7][..], Some(5)));
}

#[test]
fn a_given_tokenizer_takes_precedence_over_the_checkpoints_own() {
    let scratch = Scratch::new();
    scratch.write("one/tokenizer.json", "given");
    scratch.write("one/tokenizer_config.json", "its own");
    scratch.write("two/other.json", "by name");
    let read = |tokenizer: &str, name: &str| {
        let source =
            CheckpointSource { model: "storyteller".into(), config: None, tokenizer: Some(scratch.0.join(tokenizer)) };
        let bytes = Checkpoint::open(&source).unwrap().read(name).unwrap().unwrap().1;
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(read("one", "tokenizer.json"), "given");
    assert_eq!(read("one/tokenizer.json", "tokenizer_config.json"), "its own");
    assert_eq!(read("two/other.json", "tokenizer.json"), "by name");
    assert!(read("two/other.json", "tokenizer_config.json").contains("chat_template"), "the checkpoint's own");
}

#[test]
fn a_real_checkpoint_matches_its_configuration() {
    let Some(directory) = std::env::var_os("RUMMA_CHECKPOINT") else {
        println!("skipped: RUMMA_CHECKPOINT names no checkpoint directory");
        return;
    };
    let checkpoint = open(directory.to_str().expect("is UTF-8"));
    let config = checkpoint.config().expect("is runnable");
    let inspection = inspect(&checkpoint, &InspectOptions { stats: true, ..InspectOptions::default() }).unwrap();
    assert_eq!(inspection.warnings, [""; 0]);
    assert_eq!(inspection.linears.len(), 7 * config.layers);
    assert!((4.0..16.0).contains(&inspection.bits_per_weight.expect("it is known")));
    let stats = inspection.stats.unwrap();
    assert!(stats.linears.iter().all(|layer| layer.scale_median > 0.0 && layer.zero_points.is_some()));
}
