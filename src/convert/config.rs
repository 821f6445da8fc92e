//! `config.json` of the new checkpoint: that of the source, with another description of the quantization.

use serde_json::{Map, Value, json};

use super::{Plan, Target};
use crate::checkpoint::Checkpoint;
use crate::error::{Error, Resource, Result};

/// The names of sections that describe a quantization.
const SECTIONS: [&str; 3] = ["quantization_config", "compression_config", "quantization"];

/// The file. All other values and their order are those of the source.
///
/// # Errors
/// [`Error::NotFound`] if the source has no `config.json`.
pub fn render(checkpoint: &Checkpoint, plan: &Plan) -> Result<String> {
    let Some(fields) = checkpoint.config_fields() else {
        return Err(Error::not_found(Resource::Config, &checkpoint.source));
    };
    let mut fields = fields.clone();
    let section = quantization(plan);
    if let Some(Value::Object(text)) = fields.get_mut("text_config") {
        SECTIONS.iter().for_each(|name| drop(text.shift_remove(*name)));
    }
    SECTIONS[1..].iter().for_each(|name| drop(fields.shift_remove(*name)));
    // A section that is there keeps its place.
    fields.insert(SECTIONS[0].into(), section);
    Ok(format!("{:#}\n", Value::Object(fields)))
}

fn quantization(plan: &Plan) -> Value {
    match plan.target {
        Target::Awq => awq(plan),
        Target::CompressedTensors => compressed_tensors(plan),
    }
}

/// As AutoAWQ writes it.
fn awq(plan: &Plan) -> Value {
    let size = plan.group_sizes().into_keys().next().flatten();
    let inputs = plan.layers.first().map(|layer| layer.inputs);
    let same_inputs = plan.layers.iter().all(|layer| Some(layer.inputs) == inputs);
    // -1 is one group of all inputs.
    let group_size = size.or(inputs.filter(|_| same_inputs)).map_or(json!(-1), |size| json!(size));
    // Loaders leave the output head dense by themselves.
    let dense: Vec<&String> = plan.dense.iter().filter(|name| !name.ends_with("lm_head")).collect();
    json!({
        "bits": 4,
        "group_size": group_size,
        "modules_to_not_convert": if dense.is_empty() { Value::Null } else { json!(dense) },
        "quant_method": "awq",
        "version": "gemm",
        "zero_point": true,
    })
}

/// As llm-compressor writes it.
fn compressed_tensors(plan: &Plan) -> Value {
    let sizes = plan.group_sizes();
    let several = sizes.len() > 1;
    let groups = sizes.into_iter().enumerate().map(|(number, (size, names))| {
        // Where layers differ, each group names its own.
        let mut reordered = plan.layers.iter().filter(|layer| layer.reordered);
        let is_reordered = reordered.any(|layer| names.binary_search(&layer.name.as_str()).is_ok());
        let targets = if several { json!(names) } else { json!(["Linear"]) };
        let group = json!({
            "format": "pack-quantized",
            "input_activations": null,
            "output_activations": null,
            "targets": targets,
            "weights": {
                "actorder": if is_reordered { json!("group") } else { Value::Null },
                "block_structure": null,
                "dynamic": false,
                "group_size": size,
                "num_bits": 4,
                "observer": "minmax",
                "observer_kwargs": {},
                "strategy": if size.is_some() { "group" } else { "channel" },
                "symmetric": plan.symmetric,
                "type": "int",
            },
        });
        (format!("group_{number}"), group)
    });
    let groups: Map<String, Value> = groups.collect();
    let mut ignore = plan.dense.clone();
    // A tied head has no tensor of its own.
    if !ignore.iter().chain(plan.layers.iter().map(|layer| &layer.name)).any(|name| name.ends_with("lm_head")) {
        ignore.push("lm_head".into());
    }
    json!({
        "config_groups": groups,
        "format": "pack-quantized",
        "global_compression_ratio": null,
        "ignore": ignore,
        "kv_cache_scheme": null,
        "quant_method": "compressed-tensors",
        "quantization_status": "compressed",
        "version": "0.10.2",
    })
}
