//! What it takes to run a model: bytes of memory beside its weights, known before anything is run.

use super::head::QuantizedHead;
use super::kv_cache::KvCacheShape;
use super::{Arithmetic, Model};
use crate::checkpoint::config::Config;
use crate::error::{MachineError, MemoryPurpose, Result};
use crate::pages;

/// What is to be run, when it takes the most memory.
#[derive(Clone, Debug)]
pub struct MemoryRequest {
    /// The sequences whose keys and values are held at the same time.
    pub sequences: Vec<SequenceGroup>,
    /// The most tokens that go through the layers together.
    pub rows: usize,
    /// The most tokens whose logits are there together.
    pub logits: usize,
    /// Every token of the vocabulary may be drawn.
    pub draws_among_all: bool,
}

/// `count` sequences of `tokens` tokens each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceGroup {
    pub count: usize,
    pub tokens: usize,
}

/// What the allocator keeps for itself, and what is too small to be counted.
const ALLOCATOR_SLACK: u64 = 8 << 20;

impl KvCacheShape {
    /// The shape of the keys and values of a model.
    pub fn of(config: &Config, arithmetic: Arithmetic) -> KvCacheShape {
        KvCacheShape {
            layers: config.layers,
            kv_heads: config.kv_heads,
            head_dim: config.head_dim,
            kind: arithmetic.kv_type(),
        }
    }
}

/// Bytes of [`super::Workspace`] and of what attention gives, for a pass over so many tokens.
pub fn workspace_bytes(config: &Config, rows: usize) -> u64 {
    let Config { hidden_size: hidden, intermediate_size: inner, head_dim, .. } = *config;
    let (width, kv) = (config.heads * head_dim, config.kv_heads * head_dim);
    let input = hidden.max(width);
    // In the order of the fields, then attention's results.
    let floats =
        hidden + input + inner + width + head_dim + width + 2 * kv + 2 * inner + hidden + width + 10 * config.heads;
    // At most two planes of codes, and their scales.
    let codes = 3 * (input + inner);
    (rows as u64).saturating_mul((4 * floats + codes) as u64)
}

/// Bytes that a tokenizer takes at most while it is made from a file of so many: Qwen2.5's takes 51 MB, from 7.
pub fn tokenizer_bytes(file: usize) -> u64 {
    8 * file as u64
}

/// Whether the memory that there is suffices for the 8-bit head and for a tokenizer of `tokenizer` bytes on disk.
///
/// # Errors
/// [`MachineError::NotEnoughMemory`] where it does not.
pub fn check_memory_to_load(config: &Config, arithmetic: Arithmetic, tokenizer: usize) -> Result<()> {
    let head = QuantizedHead::bytes_for(arithmetic, config.hidden_size, config.vocab_size);
    let needed = head + tokenizer_bytes(tokenizer);
    match pages::available() {
        Some(available) if needed > available => {
            let (purpose, available) = (MemoryPurpose::HeadAndTokenizer, Some(available));
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

impl Model {
    /// The memory that a run takes at most. `u64::MAX` bytes stand for more than any machine has.
    pub fn memory_needed(&self, request: &MemoryRequest) -> MemoryEstimate {
        let shape = self.kv_cache_shape();
        let keys_and_values = request.sequences.iter().map(|group| {
            shape.bytes(group.tokens).map_or(u64::MAX, |bytes| (bytes as u64).saturating_mul(group.count as u64))
        });
        // For each number of a row: the logit, in a buffer that doubled as it grew, and how often the token occurred;
        // without a quantized head a copy of it; where all tokens can be drawn the weight of each.
        let logit =
            12 + if self.quantized_head.is_none() { 8 } else { 0 } + if request.draws_among_all { 24 } else { 0 };
        let logits = (request.logits as u64).saturating_mul((self.config.vocab_size * logit) as u64);
        MemoryEstimate {
            kv_cache: keys_and_values.fold(0, u64::saturating_add),
            workspace: workspace_bytes(&self.config, request.rows)
                .saturating_add(logits)
                .saturating_add(ALLOCATOR_SLACK),
        }
    }

    /// Whether the memory that there is suffices.
    ///
    /// # Errors
    /// [`MachineError::NotEnoughMemory`] where it does not: an allocation that fails halfway would end the process.
    pub fn check_memory(&self, request: &MemoryRequest) -> Result<()> {
        let Some(available) = pages::available() else { return Ok(()) };
        let estimate = self.memory_needed(request);
        let needed = estimate.total();
        if needed <= available {
            return Ok(());
        }
        let MemoryEstimate { kv_cache, workspace } = estimate;
        let purpose = MemoryPurpose::Run { kv_cache, workspace };
        Err(MachineError::NotEnoughMemory { purpose, needed, available: Some(available), source: None }.into())
    }
}
