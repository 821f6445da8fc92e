//! Report of `rumma load`.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use super::diagnostics;
use super::generation::GenerationReport;
use super::inspect::{active_parameters, parameters, short_count};
use super::repacked::Repacked;
use super::size;
use crate::checkpoint::Checkpoint;
use crate::model::Model;

/// A loaded model: its dimensions, load time and memory.
#[derive(Debug, Serialize)]
pub struct Load {
    /// The model as given by the user, or the name of the random model.
    pub source: String,
    /// The file or directory of the checkpoint.
    pub path: String,
    /// Model family, such as `qwen2`.
    pub family: String,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Number of decoder layers.
    pub layers: usize,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Number of weights, as in [`Inspection::parameters`](super::inspect::Inspection::parameters).
    pub parameters: u64,
    /// The part of `parameters` that a token passes; absent if that is all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_parameters: Option<u64>,
    /// Number of tensors in the checkpoint's files.
    pub tensors: usize,
    /// Number of these tensors that the model uses. Each of them is checked.
    pub bound: usize,
    /// Precision of activations, such as `int8`.
    pub arithmetic: &'static str,
    /// Instruction set, such as `avx2`.
    pub isa: &'static str,
    /// Number of threads.
    pub threads: usize,
    /// Time to locate, open and load the model.
    pub seconds: f64,
    /// Resident memory of this process, including pages of mapped files; `null` if the system does not report it.
    pub resident_bytes: Option<u64>,
    /// Size of the checkpoint's mapped files.
    pub mapped_bytes: u64,
    /// Layers in formats that the kernels cannot read in the file, so that they were copied into memory.
    pub repacked: Repacked,
    /// Maximum length of a sequence in tokens.
    pub context: usize,
    /// Keys and values of one sequence of `context` tokens.
    pub cache_bytes: usize,
    /// How an answer would be sampled and where it would end, in `rumma load` only; absent if a setting is invalid.
    #[serde(flatten)]
    pub generation: Option<GenerationReport>,
    /// Faults of the checkpoint that do not prevent running, one line each.
    pub warnings: Vec<String>,
}

impl Load {
    /// `duration` is the time to locate, open and load the model; `context` is in tokens.
    pub fn new(checkpoint: &Checkpoint, model: &Model, context: usize, duration: Duration) -> Load {
        let parameters = parameters(checkpoint, &model.inventory);
        Load {
            source: checkpoint.source.clone(),
            path: checkpoint.path.display().to_string(),
            family: model.config.architecture.clone(),
            hidden_size: model.config.hidden_size,
            layers: model.config.layers,
            vocab_size: model.config.vocab_size,
            parameters,
            active_parameters: active_parameters(Some(&model.config), parameters),
            tensors: checkpoint.tensors().count(),
            bound: model.inventory.used.len(),
            arithmetic: model.arithmetic.name(),
            isa: model.kernels.isa().name(),
            threads: model.threads.count(),
            seconds: duration.as_secs_f64(),
            resident_bytes: memory_stats::memory_stats().map(|memory| memory.physical_mem as u64),
            mapped_bytes: checkpoint.mapped_bytes(),
            repacked: Repacked::of(&model.inventory.quantized),
            context,
            cache_bytes: model.kv_cache_shape().bytes_per_token().saturating_mul(context),
            generation: None,
            warnings: diagnostics::warnings(checkpoint, &model.inventory),
        }
    }

    /// A table with one row per property.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let tensors = match self.tensors - self.bound {
            0 => format!("{}, all bound and checked", self.tensors),
            unused => format!("{}, {} bound and checked, {unused} unused", self.tensors, self.bound),
        };
        let parameters = match self.active_parameters {
            None => short_count(self.parameters),
            Some(active) => format!("{}, {} active for each token", short_count(self.parameters), short_count(active)),
        };
        let resident = self.resident_bytes.map_or("unknown".into(), size);
        let rows = [
            ("source", self.source.clone()),
            ("path", self.path.clone()),
            ("family", self.family.clone()),
            ("layers", format!("{}, hidden size {}", self.layers, self.hidden_size)),
            ("vocabulary", self.vocab_size.to_string()),
            ("parameters", parameters),
            ("tensors", tensors),
            ("arithmetic", format!("{} on {}, {} threads", self.arithmetic, self.isa, self.threads)),
            ("time", format!("{:.3} s", self.seconds)),
            ("mapped", size(self.mapped_bytes)),
            ("repacked", self.repacked.to_text()),
            ("resident", resident),
            ("context", format!("{} tokens, which take {}", self.context, size(self.cache_bytes as u64))),
        ];
        let generation = self.generation.iter().flat_map(GenerationReport::rows);
        let is_shown = |(name, _): &(&str, String)| *name != "repacked" || self.repacked.layers > 0;
        for (name, value) in rows.into_iter().filter(is_shown).chain(generation) {
            let _ = writeln!(text, "{name:<11} {value}");
        }
        text
    }

    /// The status line.
    pub fn status(&self) -> String {
        let Load { source, hidden_size, layers, arithmetic, isa, threads, seconds, .. } = self;
        format!(
            "Loaded model: hidden_size={hidden_size} layers={layers} source={source} arithmetic={arithmetic} isa={isa} \
             threads={threads} duration={seconds:.3}s"
        )
    }
}
