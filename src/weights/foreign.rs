//! Names the formats of quantized layers that rumma does not describe further, by the names and dtypes of their tensors.
//!
//! A layer's tensors are the *parts* of its module: for bitsandbytes, `weight` and `weight.absmax`.

use std::collections::BTreeMap;

use safetensors::Dtype;

use crate::checkpoint::{Checkpoint, Tensor};

/// The tensors of one module, by the rest of their names.
type Parts<'a> = BTreeMap<&'a str, Tensor<'a>>;

/// The formats of such layers, by the name of the module.
pub(super) fn layers(checkpoint: &Checkpoint) -> BTreeMap<String, &'static str> {
    let mut modules: BTreeMap<&str, Parts> = BTreeMap::new();
    for tensor in checkpoint.tensors() {
        if let Some((module, part)) = split(tensor.name) {
            modules.entry(module).or_default().insert(part, tensor);
        }
    }
    let quantization = checkpoint.quantization();
    let method = quantization.map(|quantization| quantization.method.as_str());
    let named = |(module, parts): (&str, Parts)| {
        // llama.cpp's names of layers.
        let is_gguf = module.starts_with("blk.") && parts.values().any(|part| part.dtype == Dtype::U8);
        Some((module.to_string(), if is_gguf { "gguf" } else { format(&parts, method)? }))
    };
    modules.into_iter().filter_map(named).collect()
}

/// Splits the name of a tensor into module and part. bitsandbytes and quanto add components after `weight`.
fn split(name: &str) -> Option<(&str, &str)> {
    match name.find(".weight.") {
        Some(end) => Some((&name[..end], &name[end + 1..])),
        None => name.rsplit_once('.'),
    }
}

/// Formats that are known by one or two parts of their modules, whatever their dtypes. A part that ends with `*` stands for
/// all parts that begin so.
const BY_NAME: [(&str, &[&str]); 20] = [
    ("fp-quant", &["forward_hadamard_matrix"]),
    ("bitsandbytes-nf4", &["weight.quant_state.bitsandbytes__nf4"]),
    ("bitsandbytes-fp4", &["weight.quant_state.bitsandbytes__fp4"]),
    ("bitsandbytes-4bit", &["weight.absmax"]),
    ("hqq", &["W_q"]),
    ("quanto", &["weight._*"]),
    ("torchao", &["_weight_qdata"]),
    ("torchao", &["weight:*"]),
    ("exl2", &["q_weight", "q_scale*"]),
    ("exl2", &["q_weight", "q_groups"]),
    ("exl3", &["trellis"]),
    ("aqlm", &["codes", "codebooks"]),
    ("quip", &["Qidxs"]),
    ("vptq", &["indices", "centroids"]),
    ("spqr", &["dense_weights", "row_offsets"]),
    ("marlin-24", &["B_24"]),
    ("compressed-tensors-sparse", &["bitmask", "compressed"]),
    ("squeezellm", &["qweight", "lookup_table"]),
    ("qserve", &["qweight", "s1_scales"]),
    ("gguf", &["qweight_type"]),
];

/// Methods of `config.json` that are named if a layer's weights are integers and nothing else tells.
const METHODS: [&str; 12] =
    ["bitnet", "bitsandbytes", "eetq", "gguf", "higgs", "hqq", "mlx", "modelopt", "quanto", "quark", "sinq", "torchao"];

/// The format of a module; `None` if it is not quantized, or in a format that `formats.rs` knows.
fn format(parts: &Parts, method: Option<&str>) -> Option<&'static str> {
    let has = |part: &str| match part.strip_suffix('*') {
        Some(prefix) => parts.keys().any(|part| part.starts_with(prefix)),
        None => parts.contains_key(part),
    };
    let is = |part: &str, dtypes: &[Dtype]| parts.get(part).is_some_and(|tensor| dtypes.contains(&tensor.dtype));
    if let Some((format, _)) = BY_NAME.iter().find(|(_, needed)| needed.iter().all(|part| has(part))) {
        return Some(format);
    }
    // One exponent for a block of numbers.
    let exponents = [Dtype::U8, Dtype::F8_E8M0];
    let is_blocks = |(part, tensor): (&&str, &Tensor)| {
        let scales = part.strip_suffix("_blocks").map(|base| format!("{base}_scales"));
        tensor.dtype == Dtype::U8 && scales.is_some_and(|scales| is(&scales, &exponents))
    };
    let packed = ["weight", "weight_packed"].into_iter().any(|part| is(part, &[Dtype::U8, Dtype::F4]));
    let has_two_scales = has("weight_scale_2") || has("weight_global_scale") || is("weight_scale", &[Dtype::F8_E4M3]);
    if is("weight", &[Dtype::U32]) && has("scales") {
        return Some(if has("biases") { "mlx" } else { "mlx-fp" });
    } else if packed && has_two_scales {
        return Some("nvfp4");
    } else if parts.iter().any(is_blocks) || packed && is("weight_scale", &exponents) {
        return Some("mxfp4");
    } else if is("weight", &[Dtype::F4]) {
        return Some("fp4");
    } else if is("weight", &[Dtype::I8]) && has("weight_scales") {
        return Some("eetq");
    }
    let integers = [Dtype::U8, Dtype::I16, Dtype::U16, Dtype::I32, Dtype::U32];
    let is_matrix = parts.get("weight").is_some_and(|weight| weight.shape.len() == 2) && is("weight", &integers);
    METHODS.into_iter().find(|known| is_matrix && method == Some(known))
}
