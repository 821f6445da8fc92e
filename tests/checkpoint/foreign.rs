//! Formats that rumma names and does not run: `inspect` and the refusal say which format it is.

use rumma::checkpoint::Checkpoint;
use rumma::report::inspect::{InspectOptions, inspect};
use rumma::weights::Inventory;
use rumma::weights::formats::QuantizedLayers;

use crate::files::{Scratch, zeros};

type Spec<'a> = (&'a str, &'a str, usize, &'a [usize]);

/// A layer of 64 inputs and 32 outputs in one module, with this quantization configuration.
fn checkpoint(parts: &[Spec], quantization: &str) -> (Scratch, Checkpoint) {
    let names: Vec<String> = parts.iter().map(|(part, ..)| format!("model.layers.0.mlp.down_proj.{part}")).collect();
    let tensors: Vec<Spec> =
        names.iter().zip(parts).map(|(name, part)| (name.as_str(), part.1, part.2, part.3)).collect();
    let scratch = Scratch::new();
    scratch.write("model.safetensors", zeros(&tensors, ""));
    let config = format!(
        r#"{{"model_type":"qwen2","hidden_size":32,"intermediate_size":64,"num_hidden_layers":1,
            "num_attention_heads":1,"vocab_size":8,{quantization}}}"#
    );
    scratch.write("config.json", config);
    let checkpoint = scratch.open().unwrap();
    (scratch, checkpoint)
}

#[test]
fn formats_of_other_tools_are_named_by_their_tensors() {
    let method = |name: &str| format!(r#""quantization_config":{{"quant_method":"{name}"}}"#);
    let cases: &[(&str, String, &[Spec])] = &[
        (
            "bitsandbytes-nf4",
            r#""quantization_config":{"quant_method":"bitsandbytes","load_in_4bit":true,"_load_in_4bit":true}"#.into(),
            &[
                ("weight", "U8", 1, &[1024, 1]),
                ("weight.absmax", "U8", 1, &[32]),
                ("weight.quant_map", "F32", 4, &[16]),
                ("weight.quant_state.bitsandbytes__nf4", "U8", 1, &[80]),
            ],
        ),
        (
            "bitsandbytes-fp4",
            method("bitsandbytes"),
            &[("weight", "U8", 1, &[1024, 1]), ("weight.quant_state.bitsandbytes__fp4", "U8", 1, &[80])],
        ),
        ("bitsandbytes-int8", method("bitsandbytes"), &[("weight", "I8", 1, &[32, 64]), ("SCB", "F32", 4, &[32])]),
        (
            "mlx",
            r#""quantization":{"group_size":64,"bits":4},"quantization_config":{"group_size":64,"bits":4}"#.into(),
            &[("weight", "U32", 4, &[32, 8]), ("scales", "F16", 2, &[32, 1]), ("biases", "F16", 2, &[32, 1])],
        ),
        (
            "hqq",
            method("hqq"),
            &[("W_q", "U8", 1, &[32, 32]), ("scale", "F16", 2, &[32, 1]), ("zero", "F16", 2, &[32, 1])],
        ),
        ("quanto", method("quanto"), &[("weight._data", "U8", 1, &[32, 32]), ("weight._scale", "F16", 2, &[32, 1])]),
        (
            "mxfp4",
            method("mxfp4"),
            &[("gate_up_proj_blocks", "U8", 1, &[2, 32, 2, 16]), ("gate_up_proj_scales", "U8", 1, &[2, 32, 2])],
        ),
        ("mxfp4", method("quark"), &[("weight", "U8", 1, &[32, 32]), ("weight_scale", "U8", 1, &[32, 2])]),
        (
            "nvfp4",
            r#""quantization_config":{"quant_method":"modelopt","quant_algo":"NVFP4"}"#.into(),
            &[
                ("weight", "U8", 1, &[32, 32]),
                ("weight_scale", "F8_E4M3", 1, &[32, 4]),
                ("weight_scale_2", "F32", 4, &[]),
            ],
        ),
        (
            "nvfp4",
            r#""quantization_config":{"quant_method":"compressed-tensors","format":"nvfp4-pack-quantized"}"#.into(),
            &[
                ("weight_packed", "U8", 1, &[32, 32]),
                ("weight_scale", "F8_E4M3", 1, &[32, 4]),
                ("weight_global_scale", "F32", 4, &[1]),
            ],
        ),
        (
            "exl2",
            r#""quantization_config":{"quant_method":"exl2","bits":4.25}"#.into(),
            &[("q_weight", "I32", 4, &[8, 32]), ("q_scale", "I32", 4, &[1, 4]), ("q_groups", "I16", 2, &[2])],
        ),
        ("exl3", method("exl3"), &[("trellis", "I16", 2, &[4, 2, 64]), ("suh", "F16", 2, &[64])]),
        ("aqlm", method("aqlm"), &[("codes", "I16", 2, &[32, 8, 1]), ("codebooks", "F16", 2, &[1, 256, 1, 8])]),
        ("torchao", method("torchao"), &[("_weight_qdata", "I32", 4, &[32, 8]), ("_weight_scale", "F32", 4, &[32])]),
        ("awq-marlin", method("awq"), &[("qweight", "I32", 4, &[4, 64]), ("scales", "F16", 2, &[1, 32])]),
        ("fp8", method("fp8"), &[("weight", "F8_E4M3", 1, &[32, 64]), ("weight_scale", "F32", 4, &[])]),
        ("bitnet", method("bitnet"), &[("weight", "U8", 1, &[8, 64]), ("weight_scale", "F32", 4, &[1])]),
        ("gguf", method("gguf"), &[("weight", "U8", 1, &[32, 34])]),
    ];
    for (format, quantization, parts) in cases {
        let (_scratch, checkpoint) = checkpoint(parts, quantization);
        assert!(checkpoint.config.is_some(), "{format}: {:?}", checkpoint.warnings);
        let inspection = inspect(&checkpoint, &InspectOptions::default()).unwrap();
        assert_eq!(inspection.format, *format, "{:?}", inspection.warnings);
        // Packed elements are not parameters, and what a run would need is not known.
        let text = inspection.to_text();
        assert_eq!((inspection.memory.total_bytes, inspection.memory.fits), (None, None), "{format}");
        assert!(
            text.contains("unknown whether it fits this machine: the format of quantized layers is not run"),
            "{text}"
        );
        let is_described = matches!(*format, "awq-marlin" | "fp8" | "bitsandbytes-int8");
        assert_eq!(
            (inspection.parameters.is_some(), inspection.bits_per_weight.is_some()),
            (is_described, is_described)
        );
        assert_eq!(text.contains("parameters  unknown: the layout of quantized layers is not known"), !is_described);
        let module = if *format == "mxfp4" && parts[0].0.ends_with("blocks") { None } else { Some(()) };
        let refusal = QuantizedLayers::of(&checkpoint)
            .get("model.layers.0.mlp.down_proj")
            .and_then(|info| info.map_or(Ok(()), |info| info.check_runnable(&checkpoint)));
        let line = refusal.expect_err("no such format is run").to_string();
        assert!(line.contains("format not supported (found ") && line.contains(format), "{line}");
        let unused = Inventory::of(&checkpoint, false).warnings.iter().any(|w| w.to_string().contains("unused tensor"));
        assert!(module.is_none() || !unused, "{format}: {:?}", inspection.warnings);
    }
}

#[test]
fn tensors_with_the_names_of_llama_cpp_are_gguf() {
    let scratch = Scratch::new();
    let path = scratch.write("model.safetensors", zeros(&[("blk.0.attn_q.weight", "U8", 1, &[32, 34])], ""));
    let inspection = inspect(&crate::files::open(&path).unwrap(), &InspectOptions::default()).unwrap();
    assert_eq!(inspection.format, "gguf");
}

#[test]
fn dense_layers_are_not_taken_for_quantized_ones() {
    let (_scratch, checkpoint) = checkpoint(&[("weight", "F16", 2, &[32, 64])], r#""quantization_config":null"#);
    assert_eq!(inspect(&checkpoint, &InspectOptions::default()).unwrap().format, "dense");
}
