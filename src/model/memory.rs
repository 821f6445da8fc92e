//! Estimates the memory that a run needs besides the mapped weights. A run that would not fit fails before it starts.

use super::head::QuantizedHead;
use super::kv_cache::KvCacheShape;
use super::{Arithmetic, Model};
use crate::checkpoint::Checkpoint;
use crate::checkpoint::config::Config;
use crate::error::{MachineError, MemoryPurpose, Result};
use crate::pages;
pub use crate::pages::available as available_memory;
use crate::weights::Linear;
use crate::weights::formats::QuantizedLayers;

/// The size of a run at its peak memory use.
#[derive(Clone, Debug)]
pub struct MemoryRequest {
    /// The sequences whose KV caches exist at the same time.
    pub sequences: Vec<SequenceGroup>,
    /// The maximum number of tokens in one forward pass.
    pub rows: usize,
    /// The maximum number of rows of logits that exist at the same time.
    pub logits: usize,
    /// Whether the sampler can draw any token of the vocabulary, which needs a weight for each.
    pub samples_full_vocab: bool,
}

/// `count` sequences of `tokens` tokens each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceGroup {
    /// Sequences in the group.
    pub count: usize,
    /// Positions of each sequence, prompt and answer together.
    pub tokens: usize,
}

/// Bytes for the overhead of the allocator and for small buffers that are not counted.
const ALLOCATOR_SLACK: u64 = 8 << 20;

impl KvCacheShape {
    /// The shape of the KV caches of a model.
    pub fn new(config: &Config, arithmetic: Arithmetic) -> KvCacheShape {
        KvCacheShape {
            layers: config.layers,
            kv_heads: config.kv_heads,
            head_dim: config.head_dim,
            kind: arithmetic.kv_type(),
        }
    }
}

/// Bytes of a [`Workspace`](super::Workspace) and of the attention results of a forward pass of `rows` tokens.
pub fn workspace_bytes(config: &Config, rows: usize) -> u64 {
    let Config { hidden_size: hidden, intermediate_size: inner, head_dim, .. } = *config;
    let (width, kv) = (config.heads * head_dim, config.kv_heads * head_dim);
    let input = hidden.max(width);
    // In the order of the fields of `Workspace`, then the softmax states of attention.
    let floats =
        hidden + input + inner + width + head_dim + width + 2 * kv + 2 * inner + hidden + width + 10 * config.heads;
    // At most two planes of codes, and their scales and sums.
    let codes = 3 * (input + inner);
    let experts = config.experts.as_ref().map_or(0, |experts| {
        // The fields of `ExpertsWorkspace`, and those of `Workspace` that have a row for each choice. The results of a
        // gemv have two parts.
        let inner = experts.intermediate_size;
        let choice = 4 * (hidden + inner + 4 * inner + 2 * hidden) + 3 * (hidden + inner) + 64;
        experts.per_token * choice + 4 * experts.count
    });
    (rows as u64).saturating_mul((4 * floats + codes + experts) as u64)
}

/// Estimate of the peak memory in bytes while a tokenizer is built from a `tokenizer.json` of `file` bytes. The factor
/// is rounded up from a measurement (see `docs/performance.md`, Memory and loading).
pub fn tokenizer_bytes(file: usize) -> u64 {
    8 * file as u64
}

/// Checks that the layers that are repacked, the 8-bit head, and a tokenizer built from a file of `tokenizer` bytes, fit in
/// the available memory. `run` is what follows, about which the error says what it takes without an 8-bit head.
///
/// # Errors
/// [`MachineError::NotEnoughMemory`] if they do not; those of [`Checkpoint::config`].
pub fn check_memory_to_load(
    checkpoint: &Checkpoint,
    arithmetic: Arithmetic,
    tokenizer: usize,
    run: Option<&MemoryRequest>,
) -> Result<()> {
    let config = checkpoint.config()?;
    let repacked = QuantizedLayers::of(checkpoint).repacked_bytes();
    let quantized_head = QuantizedHead::bytes_for(arithmetic, config.hidden_size, config.vocab_size);
    let tokenizer = tokenizer_bytes(tokenizer);
    check_available(repacked.saturating_add(quantized_head).saturating_add(tokenizer), || {
        let run_without = run.map_or(0, |run| estimate(config, Arithmetic::F32, false, run).total());
        MemoryPurpose::Load { repacked, quantized_head, tokenizer, run_without }
    })
}

/// Checks that `needed` bytes are available. Succeeds if the system does not report its available memory.
///
/// # Errors
/// [`MachineError::NotEnoughMemory`] if they are not.
fn check_available(needed: u64, purpose: impl FnOnce() -> MemoryPurpose) -> Result<()> {
    match pages::available() {
        Some(available) if needed > available.bytes => {
            let (purpose, available) = (purpose(), Some(available));
            Err(MachineError::NotEnoughMemory { purpose, needed, available, source: None }.into())
        }
        _ => Ok(()),
    }
}

/// Bytes of memory that a run takes at most, beside the loaded model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryEstimate {
    /// Keys and values of all sequences.
    pub kv_cache: u64,
    /// Activations, logits and what the allocator keeps.
    pub workspace: u64,
}

impl MemoryEstimate {
    /// All of it.
    pub fn total(self) -> u64 {
        self.kv_cache.saturating_add(self.workspace)
    }
}

/// [`Model::memory_needed`] of a model that need not be loaded.
fn estimate(
    config: &Config,
    arithmetic: Arithmetic,
    has_quantized_head: bool,
    request: &MemoryRequest,
) -> MemoryEstimate {
    let shape = KvCacheShape::new(config, arithmetic);
    let keys_and_values = request.sequences.iter().map(|group| {
        shape.bytes(group.tokens).map_or(u64::MAX, |bytes| (bytes as u64).saturating_mul(group.count as u64))
    });
    // For each token of a row: the logit, in a buffer that may have grown to twice its size (8), and the sampler's
    // count (4); without a quantized head, `Tiles` of logits (8); if any token can be drawn, its id and weight in a
    // buffer that may have grown (24).
    let bytes_per_logit = 12 + if has_quantized_head { 0 } else { 8 } + if request.samples_full_vocab { 24 } else { 0 };
    let logits = (request.logits as u64).saturating_mul((config.vocab_size * bytes_per_logit) as u64);
    MemoryEstimate {
        kv_cache: keys_and_values.fold(0, u64::saturating_add),
        workspace: workspace_bytes(config, request.rows).saturating_add(logits).saturating_add(ALLOCATOR_SLACK),
    }
}

impl Model {
    /// The most memory that a run takes beside the loaded model; saturates at `u64::MAX` bytes.
    pub fn memory_needed(&self, request: &MemoryRequest) -> MemoryEstimate {
        let mut estimate = estimate(&self.config, self.arithmetic, self.quantized_head.is_some(), request);
        // A copy of the inputs of layers that read them in another order: f32, and up to two planes of codes.
        let permuted = self.linears().filter(|linear| linear.input_order().is_some()).map(Linear::inputs).max();
        let permuted = (request.rows as u64).saturating_mul(7 * permuted.unwrap_or(0) as u64);
        estimate.workspace = estimate.workspace.saturating_add(permuted);
        estimate
    }

    /// Checks that a run fits in the available memory. Without this check, an allocation could fail during the run.
    /// Succeeds if the system does not report its available memory.
    ///
    /// # Errors
    /// [`MachineError::NotEnoughMemory`] if the run does not fit.
    pub fn check_memory(&self, request: &MemoryRequest) -> Result<()> {
        let estimate = self.memory_needed(request);
        let MemoryEstimate { kv_cache, workspace } = estimate;
        check_available(estimate.total(), || MemoryPurpose::Run { kv_cache, workspace })
    }
}
