//! A sequence: its tokens, and the KV cache of those that are computed.

use std::sync::atomic::AtomicBool;

use crate::error::{RequestError, Result};
use crate::model::kv_cache::KvCache;
use crate::model::{Model, SequenceInput, Workspace};

/// The tokens of one sequence and their KV cache. A token is computed when the model has run it and its keys and values
/// are in the cache; the computed tokens come first.
#[derive(Clone, Debug)]
pub struct Sequence {
    cache: KvCache,
    /// All tokens: the computed ones, then the uncomputed ones.
    tokens: Vec<u32>,
    /// Maximum number of tokens, prompt and answer together.
    context: usize,
}

impl Sequence {
    /// A sequence with the uncomputed tokens `prompt` and at most `context` tokens.
    ///
    /// # Errors
    /// [`RequestError::ContextTooLong`] if the context exceeds the model's maximum; [`RequestError::EmptyPrompt`];
    /// [`RequestError::TokenIdOutOfRange`]; [`RequestError::PromptTooLong`] if the prompt exceeds the context.
    pub fn new(model: &Model, prompt: &[u32], context: usize) -> Result<Sequence> {
        let config = &model.config;
        let maximum = config.max_position_embeddings;
        if context > maximum {
            return Err(RequestError::ContextTooLong { context, maximum }.into());
        }
        if prompt.is_empty() {
            return Err(RequestError::EmptyPrompt.into());
        }
        if let Some(id) = prompt.iter().find(|id| **id as usize >= config.vocab_size) {
            return Err(RequestError::TokenIdOutOfRange { id: *id, vocab_size: config.vocab_size }.into());
        }
        if prompt.len() > context {
            let maximum = config.longest_context;
            return Err(RequestError::PromptTooLong { tokens: prompt.len(), exact: true, context, maximum }.into());
        }
        Ok(Sequence { cache: model.new_kv_cache(), tokens: prompt.to_vec(), context })
    }

    /// All tokens, computed and uncomputed.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// The keys and values of the computed tokens.
    pub fn cache(&self) -> &KvCache {
        &self.cache
    }

    /// The same tokens with another cache: the first `cache.len()` of them are computed.
    pub(super) fn with_cache(self, cache: KvCache) -> Sequence {
        Sequence { cache, ..self }
    }

    /// Number of uncomputed tokens.
    pub fn uncomputed_len(&self) -> usize {
        self.tokens.len() - self.cache.len()
    }

    /// Whether the context has no room for another token.
    pub fn is_full(&self) -> bool {
        self.tokens.len() >= self.context
    }

    /// Appends an uncomputed token.
    pub fn push(&mut self, token: u32) {
        self.tokens.push(token);
    }

    /// Runs the next `limit` uncomputed tokens, or all if there are fewer. Returns their hidden states, `[rows,
    /// hidden_size]`.
    pub fn run<'w>(&mut self, model: &Model, limit: usize, workspace: &'w mut Workspace) -> &'w [f32] {
        model.forward(&mut [self.next_input(limit)], workspace)
    }

    /// [`Sequence::run`], but cancellable: if another thread sets `cancel` before the end, returns `None` and the
    /// tokens stay uncomputed.
    pub fn run_unless<'w>(
        &mut self,
        cancel: Option<&AtomicBool>,
        model: &Model,
        limit: usize,
        workspace: &'w mut Workspace,
    ) -> Option<&'w [f32]> {
        match cancel {
            None => Some(self.run(model, limit, workspace)),
            Some(cancel) => model.forward_unless(cancel, &mut [self.next_input(limit)], workspace),
        }
    }

    /// The next `limit` uncomputed tokens, or all if there are fewer, and the cache that their keys and values are
    /// appended to.
    fn next_input(&mut self, limit: usize) -> SequenceInput<'_> {
        let from = self.cache.len();
        let to = from.saturating_add(limit).min(self.tokens.len());
        SequenceInput { tokens: &self.tokens[from..to], cache: &mut self.cache }
    }
}

/// Runs the uncomputed tokens of several sequences, one of each, in one forward pass. Returns their hidden states,
/// `[sequences, hidden_size]`.
pub fn decode_step<'w>(sequences: &mut [&mut Sequence], model: &Model, workspace: &'w mut Workspace) -> &'w [f32] {
    let mut batch: Vec<SequenceInput> = sequences
        .iter_mut()
        .map(|s| SequenceInput { tokens: &s.tokens[s.cache.len()..], cache: &mut s.cache })
        .collect();
    model.forward(&mut batch, workspace)
}
