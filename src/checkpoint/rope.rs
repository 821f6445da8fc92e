//! Parses the settings of rotary position embeddings in `config.json`.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::config::POSITIONS;
use super::fields::FieldReader;
use crate::error::Result;

/// Rotary position embedding.
#[derive(Debug, Clone, PartialEq)]
pub struct RopeConfig {
    /// The base of the frequencies.
    pub theta: f64,
    /// How the frequencies are scaled for long contexts.
    pub scaling: RopeScaling,
    /// The fraction of each head that is rotated, from its first element on; 1 for nearly all models.
    pub partial_rotary_factor: f64,
}

/// How rotary frequencies are scaled for contexts longer than in training. Names and defaults are those of
/// `transformers.modeling_rope_utils`.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "names and meaning are those of transformers")]
pub enum RopeScaling {
    None,
    Linear {
        factor: f64,
    },
    /// Equals no scaling up to `max_position_embeddings`. Longer sequences are refused, because their frequencies would
    /// change with every token.
    Dynamic {
        factor: f64,
    },
    Yarn {
        factor: f64,
        original_max_position_embeddings: usize,
        beta_fast: f64,
        beta_slow: f64,
        /// If `None`: computed from `mscale` and `mscale_all_dim` if both are given, else `0.1 * ln(factor) + 1`.
        attention_factor: Option<f64>,
        mscale: Option<f64>,
        mscale_all_dim: Option<f64>,
        truncate: bool,
    },
    Llama3 {
        factor: f64,
        low_freq_factor: f64,
        high_freq_factor: f64,
        original_max_position_embeddings: usize,
    },
    LongRope {
        /// One factor per frequency, for contexts up to `original_max_position_embeddings`.
        short_factor: Vec<f64>,
        /// The same for longer contexts.
        long_factor: Vec<f64>,
        /// `factor`, or else the ratio of `max_position_embeddings` and `original_max_position_embeddings`.
        factor: f64,
        original_max_position_embeddings: usize,
        /// If `None`: `sqrt(1 + ln(factor) / ln(original_max_position_embeddings))`.
        attention_factor: Option<f64>,
    },
    /// An unknown scaling, by name.
    Other(String),
}

/// The range of all factors: wide enough for every model, and small enough that no angle overflows.
const FACTORS: RangeInclusive<f64> = 1e-6..=1e6;

/// The settings that a type of scaling reads. Those of [`EVERY_TYPE`] may stand beside them.
const SETTINGS: &[(&str, &[&str])] = &[
    ("linear", &["factor"]),
    ("dynamic", &["factor"]),
    (
        "yarn",
        &["factor", "attention_factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim", "truncate", "finetuned"],
    ),
    ("llama3", &["factor", "low_freq_factor", "high_freq_factor"]),
    ("longrope", &["factor", "attention_factor", "short_factor", "long_factor"]),
    ("su", &["factor", "attention_factor", "short_factor", "long_factor"]),
];

/// Settings that every type of scaling reads, and `mrope_section`, which is for positions in images.
const EVERY_TYPE: &[&str] =
    &["rope_type", "type", "rope_theta", "partial_rotary_factor", "original_max_position_embeddings", "mrope_section"];

/// The layer types that have settings of their own in `rope_parameters`. A `rope_scaling` is for the first.
pub(super) const LAYER_TYPES: [&str; 2] = ["full_attention", "sliding_attention"];

/// The `rope_scaling` and the `rope_parameters` of a configuration, if they contain anything.
fn sections<'a>(fields: &FieldReader<'a>) -> Result<[Option<FieldReader<'a>>; 2]> {
    let sections = [fields.section("rope_scaling")?, fields.section("rope_parameters")?];
    Ok(sections.map(|section| section.filter(|section| !section.values.is_empty())))
}

/// The settings of the sections in use that their type of scaling does not read. If `per_layer_type`, `rope_parameters` has a
/// section for each of [`LAYER_TYPES`], see [`RopeConfig::of_layer_type`].
pub(super) fn unread<'a>(fields: &FieldReader<'a>, per_layer_type: bool) -> Vec<(String, &'a Value)> {
    let Ok([added, parameters]) = sections(fields) else { return Vec::new() };
    if !per_layer_type {
        return added.or(parameters).map_or(Vec::new(), |section| unread_of(&section, type_of(&section)));
    }
    let full = parameters.as_ref().and_then(|parameters| parameters.section(LAYER_TYPES[0]).ok().flatten());
    let full_type = added.as_ref().and_then(type_of).or(full.as_ref().and_then(type_of));
    let mut unread = added.as_ref().map_or(Vec::new(), |added| unread_of(added, full_type));
    let Some(parameters) = parameters else { return unread };
    for (key, value) in parameters.values {
        match parameters.section(key) {
            Ok(Some(section)) if key == LAYER_TYPES[0] => {
                let replaced = |(key, value): &(&String, &Value)| {
                    added.as_ref().and_then(|added| added.values.get(*key)).is_some_and(|other| other != *value)
                };
                let name = |key: &str| format!("{} (replaced by rope_scaling)", section.full_name(key));
                unread.extend(unread_of(&section, full_type));
                unread.extend(section.values.iter().filter(replaced).map(|(key, value)| (name(key), value)));
            }
            Ok(Some(section)) if key == LAYER_TYPES[1] => unread.extend(unread_of(&section, type_of(&section))),
            _ => unread.push((parameters.full_name(key), value)),
        }
    }
    unread
}

fn type_of<'a>(section: &FieldReader<'a>) -> Option<&'a str> {
    ["rope_type", "type"].iter().find_map(|key| section.values.get(*key)?.as_str())
}

/// The settings of a section that the type of scaling `name` does not read.
fn unread_of<'a>(section: &FieldReader<'a>, name: Option<&str>) -> Vec<(String, &'a Value)> {
    let settings = SETTINGS.iter().find(|(known, _)| Some(*known) == name).map_or(&[][..], |(_, settings)| settings);
    let is_read = |key: &str| settings.contains(&key) || EVERY_TYPE.contains(&key);
    // Without a type, objects are settings of one layer type each, which are not run.
    let is_unread = |(key, value): &(&String, &Value)| !is_read(key) && (name.is_some() || !value.is_object());
    section.values.iter().filter(is_unread).map(|(key, value)| (section.full_name(key), value)).collect()
}

impl RopeConfig {
    /// The number of elements of a head that are rotated; the others stay.
    pub fn rotary_dim(&self, head_dim: usize) -> usize {
        rotary_dim(head_dim, self.partial_rotary_factor)
    }

    /// Reads `rope_theta` and `rope_scaling`, or the `rope_parameters` of transformers 5, which contain both. If both are
    /// there, `rope_scaling` was added by a user and wins. Other settings that disagree are an error. Also returns the
    /// longest context that the scaling covers, in tokens. `theta` is the base if there is none.
    pub(super) fn parse(
        fields: &FieldReader,
        theta: f64,
        head_dim: usize,
        max_positions: usize,
    ) -> Result<(RopeConfig, usize)> {
        let [added, parameters] = sections(fields)?;
        let setting = |name: &'static str, range: RangeInclusive<f64>| -> Result<Option<f64>> {
            let of = |section: &Option<FieldReader>| match section {
                Some(section) => section.number(name, range.clone()),
                None => Ok(None),
            };
            let outer = fields.number(name, range.clone())?;
            match (of(&added)?, of(&parameters)?, outer) {
                (None, Some(inner), Some(outer)) if inner != outer => {
                    Err(fields.wrong(name, outer, format!("{inner}, as in rope_parameters")))
                }
                (added, inner, outer) => Ok(added.or(inner).or(outer)),
            }
        };
        let theta = setting("rope_theta", 1.0..=1e12)?.unwrap_or(theta);
        let partial_rotary_factor = setting("partial_rotary_factor", 0.0..=1.0)?.unwrap_or(1.0);
        let scaling = match added.or(parameters) {
            Some(section) => {
                RopeScaling::parse(fields, &section, rotary_dim(head_dim, partial_rotary_factor), max_positions)?
            }
            None => RopeScaling::None,
        };
        let context = scaling.context(max_positions);
        Ok((RopeConfig { theta, scaling, partial_rotary_factor }, context))
    }

    /// The settings of one of [`LAYER_TYPES`]: its section of `rope_parameters`. As in transformers, those of `rope_scaling`
    /// replace those of the first type. `theta` is the base if there is none.
    pub(super) fn of_layer_type(
        fields: &FieldReader,
        kind: &str,
        theta: f64,
        head_dim: usize,
        max_positions: usize,
    ) -> Result<RopeConfig> {
        let [added, parameters] = sections(fields)?;
        let added = added.filter(|_| kind == LAYER_TYPES[0]);
        let section = parameters.map(|parameters| parameters.section(kind)).transpose()?.flatten();
        let mut values = section.as_ref().map_or_else(Map::new, |section| section.values.clone());
        values.extend(added.iter().flat_map(|added| added.values.clone()));
        let section = section.or(added);
        let section =
            section.as_ref().map_or_else(|| fields.with_values(&values), |section| section.with_values(&values));
        let theta = section.number("rope_theta", 1.0..=1e12)?.unwrap_or(theta);
        let partial_rotary_factor = match section.number("partial_rotary_factor", 0.0..=1.0)? {
            Some(factor) => factor,
            None => fields.number("partial_rotary_factor", 0.0..=1.0)?.unwrap_or(1.0),
        };
        let rotary_dim = rotary_dim(head_dim, partial_rotary_factor);
        let scaling = RopeScaling::parse(fields, &section, rotary_dim, max_positions)?;
        Ok(RopeConfig { theta, scaling, partial_rotary_factor })
    }
}

/// The number of elements of a head that are rotated; the others stay.
fn rotary_dim(head_dim: usize, partial_rotary_factor: f64) -> usize {
    (head_dim as f64 * partial_rotary_factor) as usize
}

impl RopeScaling {
    /// The value of `rope_type`.
    pub fn name(&self) -> &str {
        match self {
            RopeScaling::None => "default",
            RopeScaling::Linear { .. } => "linear",
            RopeScaling::Dynamic { .. } => "dynamic",
            RopeScaling::Yarn { .. } => "yarn",
            RopeScaling::Llama3 { .. } => "llama3",
            RopeScaling::LongRope { .. } => "longrope",
            RopeScaling::Other(name) => name,
        }
    }

    /// The longest context that a scaling covers, in tokens, given the `max_position_embeddings` of the file.
    ///
    /// `yarn` covers `factor` times the original context, whatever the file says: Qwen2.5 keeps its 32768 for 131072
    /// tokens, DeepSeek writes the product. `linear` covers `factor` times `max_position_embeddings`, which is not to be
    /// changed for it (documentation of transformers). The others are written together with the context they are for.
    fn context(&self, max_positions: usize) -> usize {
        let (factor, original) = match self {
            RopeScaling::Yarn { factor, original_max_position_embeddings: original, .. } => (*factor, *original),
            RopeScaling::Linear { factor } => (factor.max(1.0), max_positions),
            _ => (1.0, max_positions),
        };
        let context = (factor * original as f64).round() as u64;
        context.clamp(*POSITIONS.start(), *POSITIONS.end()) as usize
    }

    fn parse(
        fields: &FieldReader,
        section: &FieldReader,
        rotary_dim: usize,
        max_positions: usize,
    ) -> Result<RopeScaling> {
        let name = match (section.text("rope_type")?, section.text("type")?) {
            (Some(name), Some(other)) if name != other => {
                return Err(section.wrong("type", format!("{other:?}"), format!("{name:?}, as rope_type")));
            }
            (name, old) => name.or(old),
        };
        // Without its type, a scaling would be lost.
        let is_scaled = || section.number("factor", FACTORS).map(|factor| factor.is_some_and(|factor| factor != 1.0));
        if name.is_none_or(|name| name == "default") && is_scaled()? {
            let found = name.map_or("nothing".into(), |name| format!("{name:?}"));
            return Err(section.wrong("rope_type", found, "the type of scaling that factor belongs to".into()));
        }
        // As in transformers, a value outside of the section wins (Phi-3 has it there).
        let original = || match fields.optional_count("original_max_position_embeddings", POSITIONS)? {
            Some(original) => Ok(original),
            None => section.count_or("original_max_position_embeddings", POSITIONS, max_positions),
        };
        Ok(match name {
            None if section.values.values().any(Value::is_object) => RopeScaling::Other("per layer type".into()),
            None | Some("default") => RopeScaling::None,
            Some("linear") => RopeScaling::Linear { factor: section.required_number("factor", FACTORS)? },
            Some("dynamic") => RopeScaling::Dynamic { factor: section.required_number("factor", FACTORS)? },
            Some("yarn") => RopeScaling::Yarn {
                factor: section.required_number("factor", FACTORS)?,
                original_max_position_embeddings: original()?,
                beta_fast: section.number("beta_fast", FACTORS)?.unwrap_or(32.0),
                beta_slow: section.number("beta_slow", FACTORS)?.unwrap_or(1.0),
                attention_factor: section.number("attention_factor", FACTORS)?,
                mscale: section.number("mscale", 0.0..=1e6)?,
                mscale_all_dim: section.number("mscale_all_dim", 0.0..=1e6)?,
                truncate: section.flag("truncate")?.unwrap_or(true),
            },
            Some("llama3") => {
                let low_freq_factor = section.required_number("low_freq_factor", FACTORS)?;
                let high_freq_factor = section.required_number("high_freq_factor", FACTORS)?;
                // Frequencies between the two are interpolated, so they divide by the difference.
                if high_freq_factor <= low_freq_factor {
                    let expected = format!("more than low_freq_factor, which is {low_freq_factor}");
                    return Err(section.wrong("high_freq_factor", high_freq_factor, expected));
                }
                RopeScaling::Llama3 {
                    factor: section.required_number("factor", FACTORS)?,
                    low_freq_factor,
                    high_freq_factor,
                    original_max_position_embeddings: original()?,
                }
            }
            // The first files of Phi-3 call it `su`.
            Some("longrope" | "su") => RopeScaling::LongRope {
                short_factor: section.required_numbers("short_factor", FACTORS, rotary_dim / 2)?,
                long_factor: section.required_numbers("long_factor", FACTORS, rotary_dim / 2)?,
                factor: section.number("factor", FACTORS)?.unwrap_or(max_positions as f64 / original()? as f64),
                original_max_position_embeddings: original()?,
                attention_factor: section.number("attention_factor", FACTORS)?,
            },
            Some(other) => RopeScaling::Other(other.to_string()),
        })
    }
}
