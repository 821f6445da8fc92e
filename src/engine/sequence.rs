//! One timeline: the tokens a sequence has seen, and their keys and values.

use std::sync::atomic::AtomicBool;

use crate::error::{RequestError, Result};
use crate::model::kv_cache::KvCache;
use crate::model::{Model, SequenceInput, Workspace};

/// A sequence that a model is working on.
#[derive(Clone, Debug)]
pub struct Sequence {
    cache: KvCache,
    /// Every token of the sequence: the ones in the cache, then the ones still to be run.
    tokens: Vec<u32>,
    /// The longest the sequence may become, in tokens.
    context: usize,
}

impl Sequence {
    /// A sequence that begins with `prompt`, none of which has been run.
    ///
    /// # Errors
    /// The prompt is empty, has an id outside the vocabulary, or does not fit the context; or the context is longer than
    /// the model's positions.
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
            return Err(RequestError::PromptTooLong { tokens: prompt.len(), context, maximum }.into());
        }
        Ok(Sequence { cache: model.new_kv_cache(), tokens: prompt.to_vec(), context })
    }

    /// Every token of the sequence.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// The keys and values of the tokens that have been run.
    pub fn cache(&self) -> &KvCache {
        &self.cache
    }

    /// The same tokens, of which those in `cache` have been run.
    pub(super) fn with_cache(self, cache: KvCache) -> Sequence {
        Sequence { cache, ..self }
    }

    /// Tokens that have not been run yet.
    pub fn uncomputed_len(&self) -> usize {
        self.tokens.len() - self.cache.len()
    }

    /// Whether there is no room for another token.
    pub fn is_full(&self) -> bool {
        self.tokens.len() >= self.context
    }

    /// Appends a token, to be run next.
    pub fn push(&mut self, token: u32) {
        self.tokens.push(token);
    }

    /// Runs up to `limit` uncomputed tokens. Returns the hidden states of the ones that were run, `[rows, hidden_size]`.
    pub fn run<'w>(&mut self, model: &Model, limit: usize, workspace: &'w mut Workspace) -> &'w [f32] {
        model.forward(&mut [self.next_input(limit)], workspace)
    }

    /// [`Sequence::run`], unless another thread sets `cancel` meanwhile: then it returns none, and the tokens stay uncomputed.
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

    /// Up to `limit` uncomputed tokens, and the cache they are appended to.
    fn next_input(&mut self, limit: usize) -> SequenceInput<'_> {
        let from = self.cache.len();
        let to = from.saturating_add(limit).min(self.tokens.len());
        SequenceInput { tokens: &self.tokens[from..to], cache: &mut self.cache }
    }
}

/// Runs the one uncomputed token of each of several sequences together. Returns their hidden states, `[sequences, hidden_size]`.
pub fn decode_step<'w>(sequences: &mut [&mut Sequence], model: &Model, workspace: &'w mut Workspace) -> &'w [f32] {
    let mut batch: Vec<SequenceInput> = sequences
        .iter_mut()
        .map(|s| SequenceInput { tokens: &s.tokens[s.cache.len()..], cache: &mut s.cache })
        .collect();
    model.forward(&mut batch, workspace)
}
