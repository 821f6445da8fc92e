//! The quantization settings of `config.json`, `quant_config.json` or `quantize_config.json`.

use std::path::PathBuf;

use super::fields::FieldReader;
use super::json::JsonObject;
use crate::error::Result;

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

/// Whether rumma reads bits, groups and zero points of a method.
fn has_numbers(method: &str) -> bool {
    matches!(method, "awq" | "gptq" | "compressed-tensors" | "auto-round" | "intel/auto-round")
}

impl Quantization {
    /// Whether bits, group size and zero point are those of the file.
    pub fn is_described(&self) -> bool {
        has_numbers(&self.method)
    }

    /// The section that describes the quantization. MLX calls it `quantization`, old versions of compressed-tensors
    /// `compression_config`.
    pub(super) fn of(fields: &FieldReader) -> Result<Option<Quantization>> {
        for name in ["quantization_config", "compression_config", "quantization"] {
            if let Some(section) = fields.section(name)?.filter(|section| !section.values.is_empty()) {
                return Quantization::parse(&section).map(Some);
            }
        }
        Ok(None)
    }

    /// Reads a `quantization_config` section, a `quant_config.json` or a `quantize_config.json`.
    fn parse(fields: &FieldReader) -> Result<Quantization> {
        let is_llm_awq = fields.values.contains_key("w_bit");
        let method = match fields.text("quant_method")? {
            Some(method) => method.to_lowercase(),
            None if is_llm_awq => "awq".into(),
            None if fields.values.contains_key("desc_act") => "gptq".into(),
            None if fields.values.contains_key("load_in_4bit") => "bitsandbytes".into(),
            // MLX writes the two numbers without a method.
            None if ["bits", "group_size"].iter().all(|name| fields.values.contains_key(*name)) => "mlx".into(),
            None => return Err(fields.wrong("quant_method", "nothing", "awq, gptq, compressed-tensors, ...".into())),
        };
        if !has_numbers(&method) {
            // Other tools use the same names for other things, such as 4.25 bits; their formats are not run.
            return Ok(Quantization::named(fields, method));
        }
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

    /// A method of which only the name is known.
    fn named(fields: &FieldReader, method: String) -> Quantization {
        Quantization {
            path: fields.object.path.clone(),
            method,
            bits: 4,
            group_size: None,
            version: None,
            checkpoint_format: None,
            zero_point: None,
            modules_to_not_convert: Vec::new(),
        }
    }

    /// Reads a `quant_config.json` or `quantize_config.json`.
    pub(super) fn parse_file(object: &JsonObject) -> Result<Quantization> {
        Quantization::parse(&FieldReader::of(object))
    }
}
