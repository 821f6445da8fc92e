//! The sizes of an engine, from the options and the memory of the machine.

use super::args::MachineOptions;
use crate::engine::{Engine, EngineOptions, KV_BLOCK, Request};
use crate::error::{RequestError, Result};
use crate::model::memory::available_memory;
use crate::model::{MemoryRequest, Model, SequenceGroup};

/// The fraction of the available memory that is left to other processes and to what is not counted.
const RESERVE: u64 = 8;

/// The blocks that an engine of `parallel` sequences may use beside its other buffers. The engine of a draft model has as
/// many.
///
/// # Errors
/// [`RequestError::KvMemoryTooSmall`] if `--kv-memory` does not hold one block.
pub fn kv_blocks(
    model: &Model,
    draft: Option<&Model>,
    machine: MachineOptions,
    prefill_chunk: usize,
    parallel: usize,
) -> Result<usize> {
    let workspace =
        MemoryRequest { sequences: Vec::new(), rows: prefill_chunk, logits: parallel, samples_full_vocab: true };
    let models = || [Some(model), draft].into_iter().flatten();
    let free = || available_memory().map(|available| available.bytes - available.bytes / RESERVE);
    let workspaces: u64 = models().map(|model| model.memory_needed(&workspace).workspace).sum();
    let bytes = machine.kv_memory.or_else(|| free().map(|free| free.saturating_sub(workspaces))).unwrap_or(u64::MAX);
    let block = models().map(|model| model.kv_cache_shape().bytes_per_block() as u64).sum();
    if let Some(limit) = machine.kv_memory.filter(|limit| *limit < block) {
        return Err(RequestError::KvMemoryTooSmall { tokens: KV_BLOCK, needed: block, limit }.into());
    }
    Ok(usize::try_from(bytes / block).unwrap_or(usize::MAX))
}

/// An engine for one request, whose sequences wait for each other if not all fit in memory.
///
/// # Errors
/// [`MachineError::NotEnoughMemory`](crate::error::MachineError::NotEnoughMemory) if one of its sequences does not fit;
/// that of [`kv_blocks`].
pub fn for_request<'m>(
    model: &'m Model,
    draft: Option<&'m Model>,
    request: &Request,
    prefill_chunk: usize,
    machine: MachineOptions,
) -> Result<Engine<'m>> {
    let one = SequenceGroup { count: 1, tokens: request.longest() };
    model.check_memory(&MemoryRequest { sequences: vec![one], ..request.memory_request(prefill_chunk) })?;
    let options = EngineOptions::for_request(request, prefill_chunk);
    let limit = kv_blocks(model, draft, machine, prefill_chunk, options.parallel)?;
    let least = if machine.kv_memory.is_some() { 0 } else { one.tokens.div_ceil(KV_BLOCK) };
    let options = EngineOptions { kv_blocks: options.kv_blocks.min(limit.max(least)), ..options };
    Ok(new(model, draft, options))
}

/// An engine of a model, with the draft model if there is one.
pub fn new<'m>(model: &'m Model, draft: Option<&'m Model>, options: EngineOptions) -> Engine<'m> {
    let engine = Engine::new(model, options);
    match draft {
        Some(draft) => engine.with_draft_model(draft, options),
        None => engine,
    }
}
