//! How a model is sampled and when an answer ends: part of the reports of `load` and `decode`.

use serde::Serialize;

use crate::engine::defaults::{SamplingOrigins, TokenLimit};
use crate::engine::sampler::SamplingOptions;
use crate::engine::suppress::SuppressedTokens;

/// The settings of a generation, and where they come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GenerationReport {
    /// The sampling options.
    pub sampling: SamplingReport,
    /// The tokens that are not sampled; absent if there are none.
    #[serde(skip_serializing_if = "SuppressedTokens::is_empty")]
    pub suppressed: SuppressedTokens,
    /// The tokens that end an answer.
    pub eos: EosReport,
    /// The maximum number of tokens to generate. Before there is a prompt, a `max_length` counts from its start.
    pub limit: TokenLimit,
    /// The texts that end an answer.
    pub stop: Vec<String>,
}

/// The sampling options and the origin of each.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SamplingReport {
    /// The options.
    #[serde(flatten)]
    pub options: SamplingOptions,
    /// Their origins.
    pub from: SamplingOrigins,
}

/// The end-of-sequence tokens.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EosReport {
    /// Their ids.
    pub ids: Vec<u32>,
    /// Their texts; `null` for an id that the tokenizer does not have, or without a tokenizer.
    pub texts: Vec<Option<String>>,
    /// The files that name them; `null` if none does.
    pub from: Option<String>,
}

impl GenerationReport {
    /// The rows of a table: name and value.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![("sampling", self.sampling.to_text())];
        if !self.suppressed.is_empty() {
            rows.push(("suppressed", self.suppressed.to_string()));
        }
        rows.extend([("ends at", self.eos.to_text()), ("limit", self.limit_text())]);
        rows
    }

    fn limit_text(&self) -> String {
        let TokenLimit { tokens, from } = self.limit;
        let stops = self.stop.iter().map(|text| format!(", or at {text:?}")).collect::<String>();
        format!("{tokens} tokens ({from}){stops}")
    }
}

impl SamplingReport {
    /// The options that have an effect.
    fn to_text(self) -> String {
        let SamplingReport { options: o, from } = self;
        let off = SamplingOptions::default();
        let mut parts = Vec::new();
        let mut part = |name: &str, value: String, from: &str| parts.push(format!("{name} {value} ({from})"));
        if o.temperature == 0.0 {
            parts.push(format!("greedy ({})", from.temperature));
        } else {
            part("temperature", o.temperature.to_string(), from.temperature);
            if o.top_k != off.top_k {
                part("top_k", o.top_k.to_string(), from.top_k);
            }
            if o.top_p != off.top_p {
                part("top_p", o.top_p.to_string(), from.top_p);
            }
            if o.min_p != off.min_p {
                part("min_p", o.min_p.to_string(), from.min_p);
            }
        }
        let penalties = [
            ("repetition_penalty", o.repetition_penalty, off.repetition_penalty, from.repetition_penalty),
            ("presence_penalty", o.presence_penalty, off.presence_penalty, from.presence_penalty),
            ("frequency_penalty", o.frequency_penalty, off.frequency_penalty, from.frequency_penalty),
        ];
        for (name, value, _, from) in penalties.into_iter().filter(|(_, value, off, _)| value != off) {
            parts.push(format!("{name} {value} ({from})"));
        }
        parts.join(", ")
    }
}

impl EosReport {
    fn to_text(&self) -> String {
        let Some(from) = &self.from else { return "no token".into() };
        let texts = self.texts.iter().map(|text| text.as_deref().unwrap_or("?"));
        let tokens: Vec<String> = self.ids.iter().zip(texts).map(|(id, text)| format!("{id} {text}")).collect();
        format!("{} ({from})", tokens.join(", "))
    }
}
