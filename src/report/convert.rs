//! Report of `rumma convert`.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use super::size;
use crate::convert::{MOST_CALIBRATION_TOKENS, Summary, Target};
use crate::error::escaped;

/// A text of fewer tokens is too short to calibrate with, or to compare perplexities.
const FEW_TOKENS: usize = 512;

/// A conversion that is complete.
#[derive(Debug, Serialize)]
pub struct Converted {
    /// The source, as the user named it.
    pub model: String,
    /// The directory of the new checkpoint.
    pub out: String,
    /// Its format, as in `quant_method`.
    pub format: &'static str,
    /// Number of quantized layers. Each was read back, and its weights are equal bit for bit.
    pub quantized_layers: usize,
    /// Parameters of these layers.
    pub quantized_parameters: u64,
    /// Number of the other tensors. Each was read back and is equal.
    pub other_tensors: usize,
    /// The files of weights.
    pub shards: Vec<Shard>,
    /// Bytes of the files of weights.
    pub bytes: u64,
    /// The other files that were carried over.
    pub files: Vec<String>,
    /// Files of the source that were left out.
    pub left_out: Vec<String>,
    /// How the layers were quantized; `None` if they were quantized already.
    pub quantization: Option<QuantizationReport>,
    /// Wall-clock time.
    pub seconds: f64,
}

/// A file of weights.
#[derive(Debug, Serialize)]
pub struct Shard {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// How layers were quantized.
#[derive(Debug, Serialize)]
pub struct QuantizationReport {
    /// `rtn` or `awq`.
    pub method: &'static str,
    /// Inputs that share a scale.
    pub group_size: usize,
    /// Number of layers that are only rounded to the nearest codes: all with `rtn`, those of experts with `awq`.
    pub rounded_to_nearest: usize,
    /// Tokens of the calibration text; `None` without one. At most [`MOST_CALIBRATION_TOKENS`] of them are used.
    pub calibration_tokens: Option<usize>,
    /// Of the original and of the quantized model, both in f32; `None` without a text.
    pub perplexity: Option<Perplexities>,
}

/// The perplexity of a text before and after a quantization.
#[derive(Debug, Serialize)]
pub struct Perplexities {
    /// Tokens of the text, or of its beginning.
    pub tokens: usize,
    /// By the original model.
    pub before: Option<f64>,
    /// By the quantized model.
    pub after: Option<f64>,
}

impl Converted {
    /// The report of what was written to `out`.
    pub fn new(model: String, out: String, target: Target, summary: Summary, duration: Duration) -> Converted {
        Converted {
            model,
            out,
            format: target.name(),
            quantized_layers: summary.layers,
            quantized_parameters: summary.quantized_parameters,
            other_tensors: summary.other_tensors,
            bytes: summary.shards.iter().map(|(_, bytes)| bytes).sum(),
            shards: summary.shards.into_iter().map(|(name, bytes)| Shard { name, bytes }).collect(),
            files: summary.files,
            left_out: summary.left_out,
            quantization: None,
            seconds: duration.as_secs_f64(),
        }
    }

    /// A few lines about what was written.
    pub fn to_text(&self) -> String {
        let shards = match self.shards.len() {
            1 => "1 file".into(),
            count => format!("{count} files"),
        };
        let mut lines = vec![
            ("format", self.format.to_string()),
            ("weights", format!("{} in {shards}", size(self.bytes))),
            ("quantized layers", format!("{}, read back: equal", self.quantized_layers)),
            ("other tensors", format!("{}, read back: equal", self.other_tensors)),
            ("carried over", self.files.join(", ")),
        ];
        if !self.left_out.is_empty() {
            lines.push(("left out", self.left_out.join(", ")));
        }
        if let Some(report) = &self.quantization {
            let QuantizationReport { method, group_size, rounded_to_nearest, calibration_tokens, perplexity } = report;
            lines.push(("quantization", format!("{method}, groups of {group_size}")));
            if *method != "rtn" && *rounded_to_nearest > 0 {
                lines.push(("rounded", format!("{rounded_to_nearest} layers of experts to the nearest codes")));
            }
            lines.extend(calibration_tokens.map(|tokens| {
                let used = tokens.min(MOST_CALIBRATION_TOKENS);
                let of = if used < tokens { format!(" of {tokens}") } else { String::new() };
                ("calibration", format!("{used}{of} tokens"))
            }));
            if let Some(Perplexities { tokens, before, after }) = perplexity {
                let number = |value: &Option<f64>| value.map_or("-".into(), |value| format!("{value:.4}"));
                let (before, after) = (number(before), number(after));
                lines.push(("perplexity", format!("{before} before, {after} after ({tokens} tokens)")));
            }
        }
        let mut text = format!("Wrote {}\n", escaped(&self.out));
        for (name, value) in lines {
            // Writing to a string never fails.
            let _ = writeln!(text, "  {name:<16}  {}", escaped(&value));
        }
        text
    }

    /// What is said of texts that are too short.
    pub fn warnings(&self) -> Vec<String> {
        let Some(report) = &self.quantization else { return Vec::new() };
        let warn = |what: &str, tokens: Option<usize>| {
            let tokens = tokens.filter(|tokens| *tokens < FEW_TOKENS)?;
            let number = if tokens == 1 { "1 token".into() } else { format!("{tokens} tokens") };
            Some(format!("{what} of {number} says little; give a text of at least {FEW_TOKENS} tokens"))
        };
        let perplexity = report.perplexity.as_ref().map(|perplexity| perplexity.tokens);
        let warnings = [warn("a calibration", report.calibration_tokens), warn("the perplexity", perplexity)];
        warnings.into_iter().flatten().collect()
    }

    /// The status line.
    pub fn status(&self) -> String {
        format!(
            "Convert complete: layers={} tensors={} files={} bytes={} duration={:.3}s",
            self.quantized_layers,
            self.other_tensors,
            self.shards.len(),
            self.bytes,
            self.seconds
        )
    }
}
