//! The quantization settings of `config.json`, `quant_config.json` or `quantize_config.json`.

use std::path::PathBuf;

use serde_json::Value;

use super::fields::FieldReader;
use super::json::JsonObject;
use crate::error::Result;

/// How the configuration describes the quantization of the linear layers. If the tensors disagree with it, the tensors
/// win.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantization {
    /// The file this was read from.
    pub path: PathBuf,
    /// `awq`, `gptq`, `compressed-tensors`, ...; empty if the section has none and nothing else tells.
    pub method: String,
    /// The settings of the layers. If there are several, each layer has one of them; which one is decided by its tensors.
    pub layers: Vec<LayerSettings>,
    /// AutoAWQ's layout in lower case: `gemm`, `gemv`, `gemv_fast`, `marlin`.
    pub version: Option<String>,
    /// GPTQ's `checkpoint_format`: `gptq`, `gptq_v2`, `marlin`.
    pub checkpoint_format: Option<String>,
    /// Parts of the names of modules that are not quantized.
    pub modules_to_not_convert: Vec<String>,
}

/// The settings of a quantized layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerSettings {
    /// Bits per weight.
    pub bits: usize,
    /// Number of inputs that share one scale; `None` for one scale per output (`-1`) or if not given.
    pub group_size: Option<usize>,
    /// Whether groups have a zero point.
    pub zero_point: Option<bool>,
    /// Whether groups are not ranges of inputs, so that a `g_idx` must tell them: `desc_act` of GPTQ, `actorder` of
    /// compressed-tensors.
    pub act_order: bool,
}

/// Whether rumma reads bits, groups and zero points of a method.
fn has_numbers(method: &str) -> bool {
    matches!(method, "" | "awq" | "gptq" | "compressed-tensors" | "auto-round" | "intel/auto-round")
}

impl Quantization {
    /// Whether the settings of the layers are those of the file.
    pub fn is_described(&self) -> bool {
        has_numbers(&self.method)
    }

    /// Whether some or all layers have no zero points of their own.
    pub fn has_symmetric_layers(&self) -> bool {
        self.layers.iter().any(|layer| layer.zero_point == Some(false))
    }

    /// The section that describes the quantization. MLX calls it `quantization`, old versions of compressed-tensors
    /// `compression_config`.
    pub(super) fn of(fields: &FieldReader) -> Result<Option<Quantization>> {
        for name in ["quantization_config", "compression_config", "quantization"] {
            if let Some(section) = fields.section(name)?.filter(|section| !section.values.is_empty()) {
                // MLX writes both sections, without a method.
                let is_mlx = fields.values.contains_key("quantization");
                return Quantization::parse(&section, is_mlx).map(Some);
            }
        }
        Ok(None)
    }

    /// Reads a `quantization_config` section, a `quant_config.json` or a `quantize_config.json`.
    fn parse(fields: &FieldReader, is_mlx: bool) -> Result<Quantization> {
        let is_llm_awq = fields.values.contains_key("w_bit");
        let method = match fields.text("quant_method")? {
            Some(method) => method.to_lowercase(),
            None if is_llm_awq => "awq".into(),
            None if fields.values.contains_key("desc_act") => "gptq".into(),
            None if fields.values.contains_key("load_in_4bit") => "bitsandbytes".into(),
            None if ["bits", "group_size"].iter().all(|name| fields.values.contains_key(*name)) => {
                if is_mlx {
                    "mlx".into()
                } else {
                    String::new()
                }
            }
            None => return Err(fields.wrong("quant_method", "nothing", "awq, gptq, compressed-tensors, ...".into())),
        };
        if !has_numbers(&method) {
            // Other tools use the same names for other things, such as 4.25 bits; their formats are not run.
            return Ok(Quantization::named(fields, method));
        }
        let groups = fields.section("config_groups")?;
        let layers = match &groups {
            Some(groups) => LayerSettings::of_groups(groups)?,
            None => LayerSettings::of_fields(fields, is_llm_awq)?,
        };
        let dense = if groups.is_some() { "ignore" } else { "modules_to_not_convert" };
        Ok(Quantization {
            path: fields.object.path.clone(),
            method,
            layers,
            version: fields.text("version")?.map(str::to_lowercase),
            checkpoint_format: fields.text("checkpoint_format")?.map(str::to_lowercase),
            modules_to_not_convert: fields.texts(dense)?,
        })
    }

    /// A method of which only the name is known.
    fn named(fields: &FieldReader, method: String) -> Quantization {
        Quantization {
            path: fields.object.path.clone(),
            method,
            layers: vec![LayerSettings::default()],
            version: None,
            checkpoint_format: None,
            modules_to_not_convert: Vec::new(),
        }
    }

    /// Reads a `quant_config.json` or `quantize_config.json`.
    pub(super) fn parse_file(object: &JsonObject) -> Result<Quantization> {
        Quantization::parse(&FieldReader::of(object), false)
    }
}

impl Default for LayerSettings {
    fn default() -> LayerSettings {
        LayerSettings { bits: 4, group_size: None, zero_point: None, act_order: false }
    }
}

impl LayerSettings {
    /// The `config_groups` of compressed-tensors.
    fn of_groups(groups: &FieldReader) -> Result<Vec<LayerSettings>> {
        let mut layers = Vec::new();
        for name in groups.values.keys() {
            let Some(group) = groups.section(name)? else { continue };
            let Some(weights) = group.section("weights")? else { continue };
            layers.push(LayerSettings {
                bits: weights.count_or("num_bits", 1..=64, 4)?,
                group_size: weights.group_size("group_size")?,
                zero_point: weights.flag("symmetric")?.map(|symmetric| !symmetric),
                act_order: is_ordered_by_activation(&weights)?,
            });
        }
        if layers.is_empty() {
            layers.push(LayerSettings::default());
        }
        Ok(layers)
    }

    /// The settings of AutoAWQ, llm-awq or GPTQ, then those that GPTQModel's `dynamic` has for some layers. Its names of
    /// layers that are not quantized begin with `-:`.
    fn of_fields(fields: &FieldReader, is_llm_awq: bool) -> Result<Vec<LayerSettings>> {
        let (bits, group_size) = if is_llm_awq { ("w_bit", "q_group_size") } else { ("bits", "group_size") };
        let zero_point = |fields: &FieldReader| match fields.flag("zero_point")? {
            Some(zero_point) => Ok(Some(zero_point)),
            None => fields.flag("sym").map(|symmetric| symmetric.map(|symmetric| !symmetric)),
        };
        // With static groups, the inputs are quantized in another order, but the groups are ranges.
        let has_static_groups = fields.flag("static_groups")?.unwrap_or(false);
        let act_order =
            |fields: &FieldReader| fields.flag("desc_act").map(|order| order.map(|order| order && !has_static_groups));
        let general = LayerSettings {
            bits: fields.count_or(bits, 1..=64, 4)?,
            group_size: fields.group_size(group_size)?,
            zero_point: zero_point(fields)?,
            act_order: act_order(fields)?.unwrap_or(false),
        };
        let mut layers = vec![general];
        let has_dynamic = fields.values.get("dynamic").is_some_and(Value::is_object);
        if let Some(dynamic) = has_dynamic.then(|| fields.section("dynamic")).transpose()?.flatten() {
            for name in dynamic.values.keys().filter(|name| !name.starts_with("-:")) {
                let Some(layer) = dynamic.section(name)? else { continue };
                layers.push(LayerSettings {
                    bits: layer.count_or(bits, 1..=64, general.bits)?,
                    group_size: match layer.values.contains_key(group_size) {
                        true => layer.group_size(group_size)?,
                        false => general.group_size,
                    },
                    zero_point: zero_point(&layer)?.or(general.zero_point),
                    act_order: act_order(&layer)?.unwrap_or(general.act_order),
                });
            }
        }
        Ok(layers)
    }
}

/// Whether `actorder` of compressed-tensors orders the groups. Its names are those of versions before 0.20, which does not
/// read `group`, `dynamic` and `true` any more; `weight` and `static` leave groups that are ranges.
fn is_ordered_by_activation(weights: &FieldReader) -> Result<bool> {
    let found = match weights.values.get("actorder") {
        None | Some(Value::Null) => return Ok(false),
        Some(Value::Bool(order)) => return Ok(*order),
        Some(Value::String(name)) => match name.to_lowercase().as_str() {
            "group" | "dynamic" => return Ok(true),
            "weight" | "static" => return Ok(false),
            _ => name.clone(),
        },
        Some(value) => value.to_string(),
    };
    Err(weights.wrong("actorder", found, "group, weight, dynamic or static".into()))
}
