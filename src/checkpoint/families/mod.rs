//! The families of models. Each is one file that states its names, what its decoder does differently, and its tensors.

mod baichuan;
mod gemma3;
mod granite;
mod llama;
mod mistral;
mod phi3;
mod qwen2;
mod qwen3;
mod qwen3_moe;
pub mod schema;
mod smollm3;

use std::fmt;

use serde_json::{Map, Value, json};

use super::config::Config;
use super::fields::FieldReader;
use super::json::JsonObject;
use super::{Checkpoint, settings};
use crate::error::{Result, one_line};
use schema::Entry;

/// Models with the same tensors and the same differences from a plain decoder.
pub struct Family {
    /// The name in messages and reports.
    pub name: &'static str,
    /// Its values of `model_type` and of `architectures`.
    names: &'static [&'static str],
    /// The prefix of a tensor's name in layer 0 that identifies the family, unless an earlier one of [`FAMILIES`] matches.
    marker: Option<&'static str>,
    /// The values of settings that are not in `config.json`, if they differ from those of most families.
    defaults: fn() -> Value,
    /// The base of the RoPE frequencies if `config.json` has none.
    rope_theta: f64,
    /// The settings that `configure` reads. Families without them refuse their models.
    reads: &'static [&'static str],
    /// The settings that this family may have and that are not used, with their values, where they could be missed.
    ignored: fn(&FieldReader) -> Option<String>,
    /// Reads the settings that only this family has into a configuration whose other fields are set.
    configure: fn(&FieldReader, &mut Config) -> Result<()>,
    /// The modules of a layer, by index.
    layer: fn(&Config, usize) -> Vec<Entry>,
    /// Whether its models can be run; the others are only described.
    pub runs: bool,
}

/// All families. A family whose marker also matches another family's models comes after it.
const FAMILIES: &[&Family] = &[
    &phi3::FAMILY,
    &baichuan::FAMILY,
    &gemma3::FAMILY,
    &qwen3_moe::FAMILY,
    &qwen3::FAMILY,
    &qwen2::FAMILY,
    &llama::FAMILY,
    &granite::FAMILY,
    &mistral::FAMILY,
    &smollm3::FAMILY,
];

/// A family without a name, tensors and differences: the defaults of the others.
const PLAIN: Family = Family {
    name: "",
    names: &[],
    marker: None,
    defaults: || json!({}),
    rope_theta: 10000.0,
    reads: &[],
    ignored: |_| None,
    configure: |_, _| Ok(()),
    layer: |_, _| Vec::new(),
    runs: true,
};

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Family {
    fn eq(&self, other: &Family) -> bool {
        self.name == other.name
    }
}

impl Family {
    /// The family of a `model_type` or of a class in `architectures`.
    pub fn from_name(name: &str) -> Option<&'static Family> {
        FAMILIES.iter().find(|family| family.names.contains(&name)).copied()
    }

    /// Infers the family from the names of the tensors, for a checkpoint without a configuration.
    pub fn from_tensors(checkpoint: &Checkpoint) -> Option<&'static Family> {
        let names =
            || checkpoint.tensors().filter_map(|tensor| schema::split_layer(tensor.name)).filter(|(l, _)| *l == 0);
        let matches = |marker: &str| names().any(|(_, name)| name.starts_with(marker));
        FAMILIES.iter().find(|family| family.marker.is_some_and(matches)).copied()
    }

    /// The names of the families whose models can be run.
    pub fn runnable() -> Vec<&'static str> {
        let mut names: Vec<&str> = FAMILIES.iter().filter(|family| family.runs).map(|family| family.name).collect();
        names.sort_unstable();
        names
    }

    /// Reads the settings that only this family has.
    pub(super) fn configure(&self, fields: &FieldReader, config: &mut Config) -> Result<()> {
        (self.configure)(fields, config)
    }

    /// Whether it reads a setting that other families do not know.
    pub(super) fn reads(&self, setting: &str) -> bool {
        self.reads.contains(&setting)
    }

    /// A setting that is not used although it could be missed, with its value.
    pub(super) fn ignored(&self, fields: &FieldReader) -> Option<String> {
        (self.ignored)(fields)
    }

    /// The base of the RoPE frequencies if `config.json` has none.
    pub(super) fn rope_theta(&self) -> f64 {
        self.rope_theta
    }
}

/// The name of the architecture that a configuration describes, and its family, if it is known. `None` if it names none.
pub(super) fn named_by(object: &JsonObject) -> Option<(String, Option<&'static Family>)> {
    let fields = text_config(object).unwrap_or(&object.fields);
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_string);
    let name = text(fields.get("model_type"))
        .or_else(|| text(fields.get("architectures").and_then(|list| list.get(0))))
        .or_else(|| text(object.fields.get("model_type")))?;
    let family = Family::from_name(&name);
    Some((family.map_or_else(|| one_line(&name), |family| family.name.into()), family))
}

/// The settings of the text model within a multimodal one.
pub(super) fn text_config(object: &JsonObject) -> Option<&Map<String, Value>> {
    let is_multimodal = !object.fields.contains_key("hidden_size");
    object.fields.get("text_config").and_then(Value::as_object).filter(|_| is_multimodal)
}

/// The settings of a decoder: those of `text_config` if the model is multimodal, and the defaults of the family for those
/// that are absent.
pub(super) fn settings_of(object: &JsonObject, family: Option<&Family>) -> JsonObject {
    let mut fields = object.fields.clone();
    if let Some(text) = text_config(object) {
        fields.retain(|name, value| settings::OF_WHOLE_MODEL.contains(&name.as_str()) && !value.is_null());
        for (name, value) in text {
            fields.entry(name).or_insert_with(|| value.clone());
        }
    }
    let defaults = family.map_or(Value::Null, |family| (family.defaults)());
    for (name, value) in defaults.as_object().into_iter().flatten() {
        fields.entry(name).or_insert_with(|| value.clone());
    }
    JsonObject { path: object.path.clone(), fields }
}
