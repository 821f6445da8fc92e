//! What the built-in checkpoint and a real one are found to hold.

use rumma::checkpoint::{Checkpoint, Family, Request, RopeScaling};

fn open(model: &str) -> Checkpoint {
    Checkpoint::open(&Request { model: model.into(), ..Request::default() }).expect("opens")
}

#[test]
fn the_storyteller_is_always_there() {
    let checkpoint = open("storyteller");
    let config = checkpoint.config().expect("is runnable");
    assert_eq!(config.family, Family::Qwen2);
    assert_eq!((config.hidden_size, config.intermediate_size, config.layers), (128, 384, 4));
    assert_eq!((config.heads, config.kv_heads, config.head_dim), (4, 2, 32));
    assert_eq!((config.vocab_size, config.max_position_embeddings), (1024, 512));
    assert_eq!((config.rms_norm_eps, config.rope.theta), (1e-6, 10000.0));
    assert_eq!(config.rope.scaling, RopeScaling::None);
    assert!(config.tie_word_embeddings && config.qkv_bias && config.sliding_window.is_none());
    let quantization = config.quantization.as_ref().expect("is quantised");
    assert_eq!((quantization.method.as_str(), quantization.bits, quantization.group_size), ("awq", 4, Some(128)));
    assert_eq!((quantization.version.as_deref(), quantization.zero_point), (Some("gemm"), Some(true)));

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
