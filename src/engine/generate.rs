//! The short form for one prompt: runs an engine until its sequences have ended.

use std::sync::atomic::AtomicBool;

use super::schedule::blocks_for;
use super::{Completion, Control, Engine, EngineOptions, Event, PrefillStats, Request, SequenceId, Timing};
use crate::error::{Error, Result};
use crate::kernels::attention::KV_BLOCK;
use crate::model::head::ExactLogits;
use crate::model::{MemoryRequest, SequenceGroup};

/// The sequences of a request.
#[derive(Clone, Debug)]
pub struct Generation {
    /// The prompt's tokens.
    pub prompt: Vec<u32>,
    /// `[count]`: the continuations.
    pub sequences: Vec<Completion>,
    /// The prompt, which is computed once for all sequences.
    pub prefill: PrefillStats,
    /// The generated tokens of all sequences, without the first of each, and the time of the slowest sequence.
    pub decode: Timing,
    /// The number of forward passes of the longest sequence.
    pub steps: usize,
}

impl EngineOptions {
    /// An engine in which all sequences of a request can run at the same time.
    pub fn for_request(request: &Request, prefill_chunk: usize) -> EngineOptions {
        let count = request.count.max(1);
        // Each sequence holds one block more while it verifies drafts.
        let kv_blocks = count.saturating_mul(blocks_for(request.longest()) + 1);
        EngineOptions { prefill_chunk, ..EngineOptions::for_throughput(kv_blocks, count) }
    }
}

impl Request {
    /// The peak memory of an engine that runs this request alone.
    pub fn memory_request(&self, prefill_chunk: usize) -> MemoryRequest {
        let count = self.count.max(1);
        let longest = self.longest();
        // The sequences share the full blocks of the prompt.
        let shared = if count > 1 { self.prompt.len() / KV_BLOCK * KV_BLOCK } else { 0 };
        MemoryRequest {
            sequences: vec![
                SequenceGroup { count: 1, tokens: shared },
                SequenceGroup { count, tokens: longest - shared },
            ],
            rows: prefill_chunk.max(1).min(self.prompt.len()).max(count),
            logits: count,
            samples_full_vocab: matches!(self.required_logits(&[], &mut Vec::new()), ExactLogits::All),
        }
    }
}

/// Runs a request in an engine that is idle. `on_event` gets the events of its sequences by index; its [`Control`] can end one of them, or all.
///
/// # Errors
/// Those of [`Engine::submit`]; the error of the first sequence that failed, which ends the others.
pub fn generate(
    engine: &mut Engine,
    request: Request,
    cancel: Option<&AtomicBool>,
    mut on_event: impl FnMut(usize, &Event) -> Control + Send,
) -> Result<Generation> {
    let prompt = request.prompt.clone();
    engine.submit(request)?;
    let (mut sequences, mut failure) = (Vec::new(), None::<Error>);
    engine.run(cancel, &mut |id: SequenceId, event| {
        let control = on_event(id.index, &event);
        match event {
            Event::Finished(completion) => sequences.push((id.index, completion)),
            Event::Failed(error) => {
                failure.get_or_insert(error);
                return Control::EndAll;
            }
            _ => {}
        }
        control
    });
    if let Some(error) = failure {
        return Err(error);
    }
    sequences.sort_by_key(|(index, _)| *index);
    let sequences: Vec<Completion> = sequences.into_iter().map(|(_, completion)| completion).collect();
    let prefill = sequences.first().map(|first| first.prefill).unwrap_or_default();
    let decode = Timing {
        tokens: sequences.iter().map(|s| s.decode.tokens).sum(),
        time: sequences.iter().map(|s| s.decode.time).max().unwrap_or_default(),
    };
    let steps = sequences.iter().map(|s| s.steps).max().unwrap_or(0);
    Ok(Generation { prompt, sequences, prefill, decode, steps })
}
