//! Recognizes the layouts of quantized layers from names, dtypes and shapes.

use rumma::checkpoint::Checkpoint;
use rumma::error::Result;
use rumma::kernels::layout::NIBBLE_ORDER;
use rumma::weights::formats::{Format, LinearInfo, QuantizedLayers};
use rumma::weights::quantization_warnings;
use safetensors::Dtype;

use crate::files::{Scratch, refusal, zeros};

type Spec<'a> = (&'a str, &'a str, usize, &'a [usize]);

/// A checkpoint of these tensors. Unless `quantization` is empty, it has a configuration with this
/// `quantization_config`.
fn checkpoint(tensors: &[Spec], metadata: &str, quantization: &str) -> (Scratch, Checkpoint) {
    let scratch = Scratch::new();
    scratch.write("model.safetensors", zeros(tensors, metadata));
    if !quantization.is_empty() {
        scratch.write(
            "config.json",
            format!(
                r#"{{"model_type":"qwen2","hidden_size":256,"intermediate_size":512,"num_hidden_layers":1,
                    "num_attention_heads":4,"vocab_size":1000,"quantization_config":{quantization}}}"#
            ),
        );
    }
    let checkpoint = scratch.open().unwrap();
    (scratch, checkpoint)
}

/// The quantized layers and the warnings about them.
fn linears(checkpoint: &Checkpoint) -> (Vec<LinearInfo>, Vec<String>) {
    let layers = QuantizedLayers::of(checkpoint);
    let warnings = quantization_warnings(checkpoint, &layers).iter().map(ToString::to_string).collect();
    (layers.found, warnings)
}

fn linear(checkpoint: &Checkpoint, name: &str) -> Result<Option<LinearInfo>> {
    Ok(QuantizedLayers::of(checkpoint).get(name)?.cloned())
}

/// The only layer of a checkpoint without warnings.
fn only(tensors: &[Spec], quantization: &str) -> LinearInfo {
    let (_scratch, checkpoint) = checkpoint(tensors, "", quantization);
    let (mut found, warnings) = linears(&checkpoint);
    assert_eq!(warnings, [""; 0]);
    assert_eq!(found.len(), 1);
    found.pop().unwrap()
}

fn shape(info: &LinearInfo) -> (usize, usize, usize, usize) {
    (info.inputs, info.outputs, info.bits, info.group_size)
}

#[test]
fn the_storyteller_has_28_gemm_layers() {
    let checkpoint =
        Checkpoint::open(&rumma::checkpoint::CheckpointSource { model: "storyteller".into(), ..Default::default() });
    let (found, warnings) = linears(&checkpoint.unwrap());
    assert_eq!(warnings, [""; 0]);
    assert_eq!(found.len(), 28);
    assert!(found.iter().all(|info| info.format == Format::AwqGemm && info.order == NIBBLE_ORDER && info.zero_point));
    assert_eq!(found[0].name, "model.layers.0.mlp.down_proj");
    assert_eq!(shape(&found[0]), (384, 128, 4, 128));
    assert_eq!((found[4].name.as_str(), found[4].bias), ("model.layers.0.self_attn.o_proj", false));
    assert_eq!((found[5].name.as_str(), found[5].bias), ("model.layers.0.self_attn.q_proj", true));
}

#[test]
fn gemm_is_recognized_by_its_shapes_without_a_configuration() {
    let info = only(
        &[
            ("l.qweight", "I32", 4, &[256, 12]),
            ("l.qzeros", "I32", 4, &[8, 12]),
            ("l.scales", "BF16", 2, &[8, 96]),
            ("l.bias", "F16", 2, &[96]),
        ],
        "",
    );
    assert_eq!((info.format, shape(&info)), (Format::AwqGemm, (256, 96, 4, 32)));
    assert!(info.bias && info.zero_point);
    assert_eq!(info.scales, Dtype::BF16);
}

#[test]
fn one_group_for_all_inputs_has_that_group_size() {
    let tensors: [Spec; 2] = [("l.qweight", "I32", 4, &[384, 8]), ("l.scales", "F16", 2, &[1, 64])];
    let info = only(&tensors, r#"{"quant_method":"awq","bits":4,"group_size":-1,"version":"gemm","zero_point":false}"#);
    assert_eq!((info.format, shape(&info)), (Format::AwqGemm, (384, 64, 4, 384)));
    assert!(!info.zero_point);
}

#[test]
fn the_bits_of_gptq_follow_from_g_idx() {
    let tensors: [Spec; 4] = [
        ("l.qweight", "I32", 4, &[64, 96]),
        ("l.qzeros", "I32", 4, &[2, 24]),
        ("l.scales", "F16", 2, &[2, 96]),
        ("l.g_idx", "I32", 4, &[256]),
    ];
    let v2 = r#"{"quant_method":"gptq","bits":8,"group_size":128,"desc_act":false,"checkpoint_format":"gptq_v2"}"#;
    let info = only(&tensors, v2);
    assert_eq!((info.format, shape(&info)), (Format::GptqV2, (256, 96, 8, 128)));
    let (_scratch, lone) = checkpoint(&tensors, "", "");
    let (found, warnings) = linears(&lone);
    assert_eq!((found[0].format, shape(&found[0])), (Format::GptqV1, (256, 96, 8, 128)));
    assert!(warnings[0].contains("v1"), "which GPTQ it is cannot be told, and is said: {warnings:?}");
}

#[test]
fn gemv_is_recognized_by_its_padded_zero_points() {
    let tensors: [Spec; 3] =
        [("l.qweight", "I32", 4, &[96, 32]), ("l.qzeros", "I32", 4, &[96, 1]), ("l.scales", "F16", 2, &[96, 8])];
    let info = only(&tensors, r#"{"quant_method":"awq","bits":4,"group_size":128,"version":"gemv","zero_point":true}"#);
    assert_eq!((info.format, shape(&info)), (Format::AwqGemv, (256, 96, 4, 128)));
}

#[test]
fn the_group_size_of_gemv_follows_from_its_padding() {
    // Inputs, groups that have scales, words of zero points in a row, and the group size.
    let cases = [
        (128, 4, 4, 32),
        (128, 2, 2, 64),
        (128, 1, 1, 128),
        (192, 6, 4, 32),
        (192, 3, 2, 64),
        (192, 1, 1, 192),
        (1024, 8, 1, 128),
        (1024, 4, 1, 256),
        (1024, 2, 1, 512),
        (1024, 1, 1, 1024),
        (1024, 16, 2, 64),
        (1024, 32, 4, 32),
        (4096, 32, 4, 128),
        (4096, 64, 8, 64),
        (4096, 128, 16, 32),
        (1152, 9, 2, 128),
        // Widths that AutoAWQ does not write.
        (256, 2, 3, 128),
        (256, 8, 3, 32),
    ];
    for (inputs, groups, words, expected) in cases {
        let scales = [16, 8 * words];
        let tensors: [Spec; 3] = [
            ("l.qweight", "I32", 4, &[16, inputs / 8]),
            ("l.qzeros", "I32", 4, &[16, words]),
            ("l.scales", "F16", 2, &scales),
        ];
        let mut file = zeros(&tensors, "");
        let start = file.len() - 16 * 8 * words * 2;
        for row in file[start..].chunks_exact_mut(8 * words * 2) {
            row[..2 * groups].fill(0x35);
        }
        // A scale that happens to be 0.
        file[start + 2 * groups - 2..start + 2 * groups].fill(0);
        let sizes = |configured: usize| {
            let scratch = Scratch::new();
            scratch.write("model.safetensors", file.clone());
            let config = format!(
                r#"{{"model_type":"qwen2","hidden_size":256,"intermediate_size":512,"num_hidden_layers":1,
                    "num_attention_heads":4,"vocab_size":1000,"quantization_config":
                    {{"quant_method":"awq","bits":4,"group_size":{configured},"version":"gemv"}}}}"#
            );
            if configured > 0 {
                scratch.write("config.json", config);
            }
            let (found, warnings) = linears(&scratch.open().unwrap());
            (found[0].format, shape(&found[0]), warnings)
        };
        let right = (Format::AwqGemv, (inputs, 16, 4, expected));
        for configured in [0, 32, 64, 128, 256] {
            let (format, layer, warnings) = sizes(configured);
            assert_eq!((format, layer), right, "{inputs} inputs, {words} words, group_size {configured}");
            let agrees = configured == 0 || configured.min(inputs) == expected;
            assert_eq!(warnings.is_empty(), agrees, "{inputs} inputs, {words} words: {warnings:?}");
        }
    }
}

#[test]
fn compressed_tensors_are_recognized_by_weight_shape() {
    let scratch = Scratch::new();
    let mut file = zeros(
        &[
            ("l.weight_shape", "I64", 8, &[2]),
            ("l.weight_packed", "I32", 4, &[96, 32]),
            ("l.weight_scale", "BF16", 2, &[96, 2]),
            ("l.weight_zero_point", "I32", 4, &[12, 2]),
        ],
        "",
    );
    let data = file.len() - (16 + 96 * 32 * 4 + 96 * 2 * 2 + 12 * 2 * 4);
    file[data] = 96;
    file[data + 9] = 1;
    scratch.write("model.safetensors", file);
    let (found, warnings) = linears(&scratch.open().unwrap());
    assert_eq!(warnings, [""; 0]);
    assert_eq!((found[0].format, shape(&found[0])), (Format::CompressedTensors, (256, 96, 4, 128)));
    assert!(found[0].zero_point);
}

#[test]
fn marlin_and_gemv_fast_are_recognized() {
    let marlin: [Spec; 2] = [("l.qweight", "I32", 4, &[16, 192]), ("l.scales", "F16", 2, &[2, 96])];
    let info = only(&marlin, r#"{"quant_method":"awq","bits":4,"group_size":128,"version":"marlin"}"#);
    assert_eq!((info.format, shape(&info)), (Format::AwqMarlin, (256, 96, 4, 128)));
    let fast: [Spec; 3] =
        [("l.qweight", "I16", 2, &[24, 256]), ("l.qzeros", "F16", 2, &[8, 96]), ("l.scales", "F16", 2, &[8, 96])];
    let info = only(&fast, r#"{"quant_method":"awq","bits":4,"group_size":128,"version":"gemv_fast"}"#);
    assert_eq!((info.format, shape(&info)), (Format::AwqGemvFast, (256, 96, 4, 128)));
}

#[test]
fn eight_bit_layers_are_recognized() {
    let gemm: [Spec; 3] =
        [("l.qweight", "I32", 4, &[256, 24]), ("l.qzeros", "I32", 4, &[2, 24]), ("l.scales", "F16", 2, &[2, 96])];
    let info = only(&gemm, r#"{"quant_method":"awq","bits":8,"group_size":128,"version":"gemm","zero_point":true}"#);
    assert_eq!((info.format, shape(&info)), (Format::AwqGemm, (256, 96, 8, 128)));
    let fp8: [Spec; 2] = [("l.weight", "F8_E4M3", 1, &[96, 256]), ("l.weight_scale_inv", "F32", 4, &[1, 2])];
    let info = only(&fp8, r#"{"quant_method":"fp8","weight_block_size":[128,128]}"#);
    assert_eq!((info.format, shape(&info)), (Format::Fp8, (256, 96, 8, 128)));
    let int8: [Spec; 2] = [("l.weight", "I8", 1, &[96, 256]), ("l.SCB", "F32", 4, &[96])];
    let info = only(&int8, r#"{"quant_method":"bitsandbytes","load_in_8bit":true}"#);
    assert_eq!((info.format, shape(&info)), (Format::BitsAndBytesInt8, (256, 96, 8, 256)));
    assert_eq!(info.scales, Dtype::F32);
}

#[test]
fn a_defect_in_many_layers_is_one_warning() {
    let layer = |n: usize| [(format!("{n}.qweight"), [256, 12]), (format!("{n}.scales"), [2, 96])];
    let names: Vec<_> = (0..3).flat_map(layer).collect();
    let tensors: Vec<Spec> =
        names
            .iter()
            .map(|(name, shape)| {
                if name.ends_with("scales") { (&**name, "F16", 2, &shape[..]) } else { (&**name, "I32", 4, &shape[..]) }
            })
            .collect();
    let (_scratch, broken) = checkpoint(&tensors, r#"{"pack_order":"junk"}"#, "");
    let (found, warnings) = linears(&broken);
    assert_eq!((found.len(), warnings.len()), (3, 1), "the layout is known all the same: {warnings:?}");
    assert!(
        warnings[0].contains("__metadata__ pack_order: invalid value (found junk, expected each of the numbers"),
        "{warnings:?}"
    );
    let odd: Vec<Spec> = tensors.iter().map(|(name, _, _, shape)| (*name, "F32", 4, *shape)).collect();
    let (_scratch, broken) = checkpoint(&odd, "", "");
    let (found, warnings) = linears(&broken);
    assert_eq!((found.len(), warnings.len()), (0, 1), "{warnings:?}");
    assert!(warnings[0].contains(": 0.qweight and 2 more: unknown layout"), "{warnings:?}");
    assert!(warnings[0].contains("(found qweight F32 [256, 12], scales F32 [2, 96], expected"), "{warnings:?}");
    let mut two_shapes = odd;
    two_shapes[0].3 = &[256, 13];
    let (_scratch, broken) = checkpoint(&two_shapes, "", "");
    assert_eq!(linears(&broken).1.len(), 2, "layers of other shapes are told apart");
}

#[test]
fn an_unsupported_layout_is_refused() {
    let line = |words: &[usize], scales: &[usize], quantization: &str| {
        let tensors: [Spec; 2] = [("l.qweight", "I32", 4, words), ("l.scales", "F16", 2, scales)];
        let (_scratch, checkpoint) = checkpoint(&tensors, "", quantization);
        let info = linear(&checkpoint, "l").unwrap().unwrap();
        refusal(info.check_runnable(&checkpoint).map_err(Into::into))
    };
    let marlin = line(&[16, 192], &[2, 96], r#"{"quant_method":"awq","bits":4,"group_size":128,"version":"marlin"}"#);
    assert!(marlin.ends_with(": l: format not supported (found awq-marlin with 4 bits)"), "{marlin}");
    let eight = line(&[64, 96], &[2, 96], r#"{"quant_method":"gptq","bits":8,"group_size":128}"#);
    assert!(eight.ends_with(": l: format not supported (found gptq-v1 with 8 bits)"), "{eight}");
    let small = line(&[32, 96], &[16, 96], r#"{"quant_method":"gptq","bits":4,"group_size":16}"#);
    assert!(small.ends_with("l: shape not supported (found groups of 16, 256 inputs, expected groups of 32, 64, a multiple of 128, or all inputs)"), "{small}");
    let odd = line(&[32, 92], &[2, 92], r#"{"quant_method":"gptq","bits":4,"group_size":128}"#);
    assert!(odd.ends_with(": l: shape not supported (found 92 outputs, expected a multiple of 8)"), "{odd}");
}

#[test]
fn if_tensors_and_configuration_disagree_the_tensors_win_with_a_warning() {
    let tensors: [Spec; 3] =
        [("l.qweight", "I32", 4, &[256, 12]), ("l.qzeros", "I32", 4, &[4, 12]), ("l.scales", "F16", 2, &[4, 96])];
    let lying = r#"{"quant_method":"awq","bits":4,"group_size":128,"version":"gemv","zero_point":false}"#;
    let (_scratch, checkpoint) = checkpoint(&tensors, "", lying);
    let (found, warnings) = linears(&checkpoint);
    assert_eq!((found[0].format, shape(&found[0])), (Format::AwqGemm, (256, 96, 4, 64)));
    assert_eq!(
        warnings.len(),
        2,
        "layout and group size; zero points despite zero_point false are common: {warnings:?}"
    );
    assert!(
        warnings[0].ends_with(
            "config.json: l: tensors differ from these quantization settings and are used instead (found awq-gemm, expected awq gemv)"
        ),
        "{warnings:?}"
    );
    assert!(warnings[1].ends_with("(found group_size 64, expected group_size 128)"), "{warnings:?}");
}

#[test]
fn quantized_layers_in_modules_to_not_convert_are_reported() {
    let tensors: [Spec; 4] = [
        ("a.gate_proj.qweight", "I32", 4, &[256, 12]),
        ("a.gate_proj.scales", "F16", 2, &[4, 96]),
        ("lm_head.qweight", "I32", 4, &[256, 12]),
        ("lm_head.scales", "F16", 2, &[4, 96]),
    ];
    let config = r#"{"quant_method":"awq","bits":4,"group_size":64,"modules_to_not_convert":["lm_head","gate"]}"#;
    let (_scratch, checkpoint) = checkpoint(&tensors, "", config);
    let (_, warnings) = linears(&checkpoint);
    assert_eq!(warnings.len(), 1, "gate is no name of gate_proj: {warnings:?}");
    assert!(
        warnings[0].contains(": lm_head: tensors differ from")
            && warnings[0].ends_with("(found 4 bits, expected lm_head not quantized)")
    );
}

#[test]
fn shapes_of_no_known_layout_are_listed_in_the_error() {
    let tensors: [Spec; 2] = [("l.qweight", "I32", 4, &[100, 12]), ("l.scales", "F16", 2, &[3, 96])];
    let (_scratch, checkpoint) = checkpoint(&tensors, "", "");
    let line = refusal(linear(&checkpoint, "l"));
    assert!(
        line.contains(
            "l.qweight: unknown layout of a quantized layer (found qweight I32 [100, 12], scales F16 [3, 96], expected"
        ),
        "{line}"
    );
    let (found, warnings) = linears(&checkpoint);
    assert!(found.is_empty() && warnings == [line]);
}

#[test]
fn missing_scales_and_a_bias_of_the_wrong_length_are_errors() {
    let (_scratch, lone) = checkpoint(&[("l.qweight", "I32", 4, &[256, 12])], "", "");
    assert!(refusal(linear(&lone, "l")).contains("l.scales: missing tensor (expected next to qweight)"));
    let tensors: [Spec; 3] =
        [("l.qweight", "I32", 4, &[256, 12]), ("l.scales", "F16", 2, &[2, 96]), ("l.bias", "F16", 2, &[95])];
    let (_scratch, biased) = checkpoint(&tensors, "", "");
    assert!(
        refusal(linear(&biased, "l"))
            .contains("l.bias: wrong dtype or shape (found F16 [95], expected [96], one for each output)")
    );
}

#[test]
fn scales_without_qweight_are_not_a_layer() {
    let (_scratch, checkpoint) = checkpoint(&[("mlp.act.scales", "F16", 2, &[512])], "", "");
    assert_eq!(linears(&checkpoint), (vec![], vec![]));
}

#[test]
fn the_nibble_order_in_the_metadata_is_used() {
    let tensors: [Spec; 4] = [
        ("a.qweight", "I32", 4, &[256, 12]),
        ("a.scales", "F16", 2, &[2, 96]),
        ("b.qweight", "I32", 4, &[256, 12]),
        ("b.scales", "F16", 2, &[2, 96]),
    ];
    let orders = |metadata: &str| -> Vec<[usize; 8]> {
        let (_scratch, checkpoint) = checkpoint(&tensors, metadata, "");
        linears(&checkpoint).0.into_iter().map(|info| info.order).collect()
    };
    let plain = [0, 1, 2, 3, 4, 5, 6, 7];
    assert_eq!(orders(r#"{"format":"pt"}"#), [NIBBLE_ORDER; 2]);
    assert_eq!(orders(r#"{"nibble_map":"[0,1,2,3,4,5,6,7]"}"#), [plain; 2]);
    assert_eq!(orders(r#"{"pack_order":"0, 1, 2, 3, 4, 5, 6, 7"}"#), [plain; 2]);
    assert_eq!(orders(r#"{"b.nibble_map":"0 1 2 3 4 5 6 7"}"#), [NIBBLE_ORDER, plain]);
    assert_eq!(orders(r#"{"nibble_map":"{\"b\":[0,1,2,3,4,5,6,7]}"}"#), [NIBBLE_ORDER, plain]);
    let (_scratch, broken) = checkpoint(&tensors, r#"{"pack_order":"0,2,4,6,1,3,5,5"}"#, "");
    let line = refusal(linear(&broken, "a"));
    assert!(
        line.contains(
            "__metadata__ pack_order: invalid value (found 0,2,4,6,1,3,5,5, expected each of the numbers 0 to 7"
        ),
        "{line}"
    );
}
