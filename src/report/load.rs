//! A model that was loaded: what it is, and what it cost.

use std::fmt::Write;
use std::time::Duration;

use serde::Serialize;

use super::diagnostics;
use super::size;
use crate::checkpoint::Checkpoint;
use crate::model::Model;

/// What `rumma load` found.
#[derive(Debug, Serialize)]
pub struct Load {
    /// What the user named, or how the demo model is called.
    pub source: String,
    /// The file or directory behind it.
    pub path: String,
    pub family: String,
    pub hidden_size: usize,
    pub layers: usize,
    pub vocab_size: usize,
    /// Tensors in the checkpoint's files.
    pub tensors: usize,
    /// Those of them that the model uses, each of which was checked.
    pub bound: usize,
    pub arithmetic: &'static str,
    pub isa: &'static str,
    pub threads: usize,
    /// From the start of the search to a model that is ready to run.
    pub seconds: f64,
    /// Memory of this process that is in RAM, pages of mapped files among it; `null` where the system does not say.
    pub resident_bytes: Option<u64>,
    /// The checkpoint's files, which are mapped and not copied.
    pub mapped_bytes: u64,
    /// The most tokens of a sequence.
    pub context: usize,
    /// Keys and values of one sequence of `context` tokens, which grow with it.
    pub cache_bytes: usize,
    /// Warnings that do not stop anything.
    pub warnings: Vec<String>,
}

impl Load {
    pub fn new(checkpoint: &Checkpoint, model: &Model, context: usize, duration: Duration) -> Load {
        Load {
            source: checkpoint.source.clone(),
            path: checkpoint.path.display().to_string(),
            family: model.config.family.to_string(),
            hidden_size: model.config.hidden_size,
            layers: model.config.layers,
            vocab_size: model.config.vocab_size,
            tensors: checkpoint.tensors().count(),
            bound: model.inventory.used.len(),
            arithmetic: model.arithmetic.name(),
            isa: model.kernels.isa().name(),
            threads: model.threads.count(),
            seconds: duration.as_secs_f64(),
            resident_bytes: memory_stats::memory_stats().map(|memory| memory.physical_mem as u64),
            mapped_bytes: checkpoint.mapped_bytes(),
            context,
            cache_bytes: model.kv_cache_shape().bytes_per_token().saturating_mul(context),
            warnings: diagnostics::warnings(checkpoint, &model.inventory),
        }
    }

    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let tensors = match self.tensors - self.bound {
            0 => format!("{}, all bound and checked", self.tensors),
            unused => format!("{}, {} bound and checked, {unused} unused", self.tensors, self.bound),
        };
        let resident = self.resident_bytes.map_or("not known".into(), size);
        let rows = [
            ("source", self.source.clone()),
            ("path", self.path.clone()),
            ("family", self.family.clone()),
            ("layers", format!("{} of width {}", self.layers, self.hidden_size)),
            ("vocabulary", self.vocab_size.to_string()),
            ("tensors", tensors),
            ("arithmetic", format!("{} on {}, {} threads", self.arithmetic, self.isa, self.threads)),
            ("time", format!("{:.3} s", self.seconds)),
            ("mapped", size(self.mapped_bytes)),
            ("resident", resident),
            ("context", format!("{} tokens, which take {}", self.context, size(self.cache_bytes as u64))),
        ];
        for (name, value) in rows {
            let _ = writeln!(text, "{name:<11} {value}");
        }
        text
    }

    pub fn status(&self) -> String {
        let Load { source, hidden_size, layers, arithmetic, isa, threads, seconds, .. } = self;
        format!(
            "Loaded model: hidden_size={hidden_size} layers={layers} source={source} arithmetic={arithmetic} isa={isa} \
             threads={threads} duration={seconds:.3}s"
        )
    }
}
