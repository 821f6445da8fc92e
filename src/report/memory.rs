//! The memory that a run of a checkpoint needs, and whether this machine has it.

use std::fmt::Write;

use serde::Serialize;

use super::inspect::InspectOptions;
use super::repacked::Repacked;
use super::size;
use crate::checkpoint::Checkpoint;
use crate::checkpoint::families::schema::{Names, is_expert, is_key_or_value};
use crate::engine::PREFILL_CHUNK;
use crate::error::MemoryLimit;
use crate::model::head::QuantizedHead;
use crate::model::kv_cache::round_up_to_blocks;
use crate::model::memory::{available_memory, tokenizer_bytes, workspace_bytes};
use crate::weights::formats::LinearInfo;

/// Memory needed to run the model.
#[derive(Debug, Serialize)]
pub struct MemoryEstimate {
    /// Size of all files of weights.
    pub file_bytes: u64,
    /// Size of all tensors. A head that equals the embedding counts once.
    pub weights_bytes: u64,
    /// The part of the weights that is copied into memory, because the kernels cannot read its format in the file.
    pub repacked: Repacked,
    /// The part of `weights_bytes` that decoding one token reads, with the whole embedding; absent if that is all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_weights_bytes: Option<u64>,
    /// The arithmetic that the following sizes are for.
    pub arithmetic: &'static str,
    /// The 8-bit copy of the output head; `None` if there is no embedding.
    pub head_copy_bytes: Option<u64>,
    /// Keys and values of one token in all layers; `None` if their width is unknown.
    pub kv_bytes_per_token: Option<u64>,
    /// The context that the following sizes are for, in tokens.
    pub context: usize,
    /// Keys and values of one sequence of `context` tokens.
    pub kv_bytes: Option<u64>,
    /// Intermediate results of prefill; `None` without a configuration.
    pub work_bytes: Option<u64>,
    /// Estimated peak while the tokenizer is built; `None` without a tokenizer.
    pub tokenizer_bytes: Option<u64>,
    /// Sum of the weights and the known sizes above, without the program itself; `None` if `kv_bytes` is, or if the format of
    /// a quantized layer is not run.
    pub total_bytes: Option<u64>,
    /// Memory that this process can still use; `None` if the system does not report it.
    pub available_bytes: Option<u64>,
    /// Whether `total_bytes` are available, or, under a limit of this process, `total_bytes` without the mapped weights;
    /// `None` if one of them is unknown.
    pub fits: Option<bool>,
    #[serde(skip)]
    is_run: bool,
}

impl MemoryEstimate {
    /// `layers`: the quantized layers; `None` if the layout of one of them is not known. `is_run`: whether their formats are
    /// run; if not, it is not known what a run would need.
    pub(super) fn of(
        checkpoint: &Checkpoint,
        layers: Option<&[LinearInfo]>,
        is_run: bool,
        weights_bytes: u64,
        options: &InspectOptions,
    ) -> MemoryEstimate {
        let arithmetic = options.run.arithmetic;
        let repacked = Repacked::of(layers.unwrap_or_default());
        let mapped_bytes = weights_bytes.saturating_sub(repacked.bytes);
        let allowed = checkpoint.config.as_ref().map_or(4096, |config| config.max_position_embeddings);
        let context = options.context.unwrap_or(allowed.min(4096));
        let names = Names::of(checkpoint);
        let embedding = || checkpoint.tensor(&names.embedding_weight());
        let head = checkpoint.tensor(&names.head_weight()).or_else(embedding);
        let head_copy_bytes = head.filter(|_| layers.is_some()).and_then(|head| match *head.shape {
            [outputs, inputs] => Some(QuantizedHead::bytes_for(arithmetic, inputs, outputs)),
            _ => None,
        });
        let numbers = kv_numbers_per_token(checkpoint, layers);
        let kv_bytes_per_token = numbers.map(|numbers| numbers.saturating_mul(arithmetic.kv_type().size() as u64));
        let kv_bytes = kv_bytes_per_token.and_then(|bytes| bytes.checked_mul(round_up_to_blocks(context)? as u64));
        let work = |config| workspace_bytes(config, context.min(PREFILL_CHUNK));
        let work_bytes = checkpoint.config.as_ref().map(work);
        let tokenizer = checkpoint.read("tokenizer.json").ok().flatten();
        let tokenizer_bytes = tokenizer.map(|(_, bytes)| tokenizer_bytes(bytes.len()));
        let rest = [head_copy_bytes, work_bytes, tokenizer_bytes].into_iter().flatten().sum::<u64>() + weights_bytes;
        let total_bytes = kv_bytes.filter(|_| is_run).and_then(|bytes| bytes.checked_add(rest));
        let available = available_memory();
        MemoryEstimate {
            file_bytes: checkpoint.mapped_bytes(),
            weights_bytes,
            repacked,
            active_weights_bytes: active_weights_bytes(checkpoint, weights_bytes),
            arithmetic: arithmetic.name(),
            head_copy_bytes,
            kv_bytes_per_token,
            context,
            kv_bytes,
            work_bytes,
            tokenizer_bytes,
            total_bytes,
            available_bytes: available.map(|available| available.bytes),
            is_run,
            fits: total_bytes.zip(available).map(|(total, available)| match available.limit {
                MemoryLimit::Machine | MemoryLimit::ControlGroup => total <= available.bytes,
                // The mapped weights are already counted by the first limit, and do not count in the second one.
                MemoryLimit::AddressSpace | MemoryLimit::DataSize => total - mapped_bytes <= available.bytes,
            }),
        }
    }

    pub(super) fn write(&self, out: &mut String) -> std::fmt::Result {
        let total = self.total_bytes.map_or("unknown".into(), size);
        let MemoryEstimate { arithmetic, context, .. } = self;
        writeln!(out, "  memory      {total} at {context} tokens in {arithmetic}, without the program itself")?;
        let per_token = self.kv_bytes_per_token.map(|bytes| format!("{} per token", size(bytes)));
        let repacked = (self.repacked.layers > 0).then(|| format!("with {}", self.repacked.to_text()));
        let active = self.active_weights_bytes.map(|bytes| format!("a token reads {}", size(bytes)));
        let remarks: Vec<String> = active.into_iter().chain(repacked).collect();
        let parts = [
            ("weights", Some(self.weights_bytes), (!remarks.is_empty()).then(|| remarks.join(", "))),
            ("8-bit head", self.head_copy_bytes.filter(|bytes| *bytes > 0), None),
            ("keys and values", self.kv_bytes, per_token),
            ("work", self.work_bytes, None),
            ("tokenizer", self.tokenizer_bytes, Some("about".into())),
        ];
        for (name, bytes, remark) in parts {
            if let Some(bytes) = bytes {
                let remark = remark.map_or(String::new(), |remark| format!("  {remark}"));
                writeln!(out, "    {name:<16} {:>9}{remark}", size(bytes))?;
            }
        }
        writeln!(out, "    {}", self.verdict())
    }

    /// Whether the run fits this machine, as one line.
    fn verdict(&self) -> String {
        if !self.is_run {
            return "unknown whether it fits this machine: the format of quantized layers is not run".into();
        }
        let (Some(total), Some(available)) = (self.total_bytes, self.available_bytes) else {
            let unknown = if self.total_bytes.is_none() { "needed" } else { "available" };
            return format!("unknown whether it fits this machine: the {unknown} memory is not known");
        };
        if self.fits == Some(true) {
            return "fits this machine".into();
        }
        // The weights are mapped: the system can drop them and read them again.
        let mapped_bytes = self.weights_bytes.saturating_sub(self.repacked.bytes);
        let effect = match total - mapped_bytes <= available {
            true => "weights would be read from disk again for every token",
            false => "a run would be refused",
        };
        format!("does not fit this machine: {} available, so {effect}", size(available))
    }
}

/// The bytes of weights that a token reads, of all; `None` if the model has no experts.
fn active_weights_bytes(checkpoint: &Checkpoint, weights_bytes: u64) -> Option<u64> {
    let experts = checkpoint.config.as_ref()?.experts.as_ref()?;
    let bytes: u64 = checkpoint.tensors().filter(|t| is_expert(t.name)).map(|t| t.data.len() as u64).sum();
    Some(weights_bytes - bytes / experts.count as u64 * (experts.count - experts.per_token) as u64)
}

/// Number of elements of the keys and values of one token in all layers; `None` if their width is unknown.
fn kv_numbers_per_token(checkpoint: &Checkpoint, layers: Option<&[LinearInfo]>) -> Option<u64> {
    if let Some(config) = &checkpoint.config {
        return Some((config.layers * config.kv_heads * config.head_dim) as u64 * 2);
    }
    let layers = layers?;
    let quantized = layers.iter().filter(|info| is_key_or_value(&info.name)).map(|info| info.outputs as u64);
    let is_quantized = |name: &str| layers.binary_search_by(|info| info.name.as_str().cmp(name)).is_ok();
    let is_dense = |name: &str| is_key_or_value(name) && !is_quantized(name);
    let dense = checkpoint.tensors().filter(|t| t.name.strip_suffix(".weight").is_some_and(is_dense));
    let outputs: u64 = quantized.chain(dense.filter_map(|tensor| Some(*tensor.shape.first()? as u64))).sum();
    (outputs > 0).then_some(outputs)
}
