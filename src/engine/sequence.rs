//! A sequence of the engine: its tokens, its blocks, and what is known about its answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::blocks::BlockId;
use super::request::{
    BAN, Completion, Finish, PrefillStats, Request, SequenceId, Speculation, SpeculationStats, Timing, TokenLogprobs,
};
use super::sampler::{Rng, Sampler};
use super::speculate::Lookup;
use super::state::State;
use crate::error::{RequestError, Result};
use crate::files::hex;
use crate::grammar::{Grammar, Matcher, Reserve};
use crate::model::Model;
use crate::model::head::is_allowed;
use crate::model::kv_cache::KvCache;

/// What a sequence does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It waits for blocks and holds none.
    Waiting,
    /// It waits for the first sequence of its request to compute the prompt.
    Following,
    /// It holds blocks and takes part in steps.
    Running,
}

/// One mutable timeline.
pub(super) struct Sequence {
    pub(super) id: SequenceId,
    pub(super) request: Arc<Request>,
    pub(super) phase: Phase,
    /// Prompt, answer, and at the end `drafts` draft tokens.
    pub(super) tokens: Vec<u32>,
    pub(super) drafts: usize,
    /// The drafts of the current step, while its rows are sampled.
    pub(super) verifying: Vec<u32>,
    /// Whether the drafts are those of the draft model.
    pub(super) drafts_of_model: bool,
    /// The keys and values of the first `cache.len()` tokens.
    pub(super) cache: KvCache,
    /// The blocks of `cache` in the pool.
    pub(super) blocks: Vec<BlockId>,
    /// How many of the blocks are published.
    pub(super) published: usize,
    /// The keys and values of a state file, until the sequence is admitted.
    pub(super) state: Option<KvCache>,
    /// The next position of [`Event::PromptLogits`](super::Event::PromptLogits).
    pub(super) next_logits: usize,
    pub(super) lookup: Option<Lookup>,
    pub(super) speculation: SpeculationStats,
    pub(super) prefill: PrefillStats,
    /// With a grammar: the place after the last token, without drafts.
    matcher: Option<Matcher>,
    /// With a grammar: keeps tokens for its ending.
    reserve: Option<Reserve>,
    /// The tokens that the grammar allows in each row that is sampled in this step, as bits; or why that is not known.
    masks: Result<Vec<Vec<u32>>>,
    sampler: Sampler,
    hash: Option<Sha256>,
    logprobs: Vec<TokenLogprobs>,
    decode: Timing,
    steps: usize,
}

impl Sequence {
    /// A sequence that waits. `index`: see [`SequenceId::index`].
    ///
    /// # Errors
    /// Those of [`Sampler::resume`].
    pub(super) fn new(model: &Model, id: SequenceId, request: &Arc<Request>) -> Result<Sequence> {
        let stream = request.stream.wrapping_add(id.index as u64);
        let rng = Rng { seed: request.seed, stream, counter: request.first_draw };
        Ok(Sequence {
            id,
            phase: if id.index == 0 { Phase::Waiting } else { Phase::Following },
            tokens: request.prompt.clone(),
            drafts: 0,
            verifying: Vec::new(),
            drafts_of_model: false,
            cache: model.new_kv_cache(),
            blocks: Vec::new(),
            published: 0,
            state: None,
            next_logits: request.prompt_logits_from.map_or(usize::MAX, |from| from.max(1)),
            lookup: (request.speculation != Speculation::Off).then(Lookup::default),
            speculation: SpeculationStats::default(),
            prefill: PrefillStats::default(),
            matcher: request.grammar.as_ref().map(Grammar::matcher),
            reserve: request.grammar.as_ref().and_then(Grammar::reserve),
            masks: Ok(Vec::new()),
            sampler: Sampler::resume(&request.sampling, rng)?,
            hash: request.hash_logits.then(Sha256::new),
            logprobs: Vec::new(),
            decode: Timing::default(),
            steps: 0,
            request: Arc::clone(request),
        })
    }

    /// The number of tokens without drafts.
    pub(super) fn len(&self) -> usize {
        self.tokens.len() - self.drafts
    }

    /// The generated tokens, without drafts.
    pub(super) fn generated(&self) -> &[u32] {
        &self.tokens[self.request.prompt.len()..self.len()]
    }

    /// Whether a token can be generated.
    pub(super) fn has_room(&self) -> bool {
        self.finish_before().is_none()
    }

    /// Whether no token has been generated yet.
    pub(super) fn in_prompt(&self) -> bool {
        self.len() == self.request.prompt.len()
    }

    /// The most tokens whose keys and values may be reused: at least one row must be computed, and those whose logits
    /// are reported.
    pub(super) fn reuse_limit(&self) -> usize {
        (self.len() - 1).min(self.next_logits - 1)
    }

    /// Why no token can be generated; `None` if one can.
    pub(super) fn finish_before(&self) -> Option<Finish> {
        match self.request.max_tokens {
            0 => Some(Finish::TokenLimit),
            _ => (self.len() >= self.request.context).then_some(Finish::ContextEnd),
        }
    }

    /// What a small model computes to draft the next tokens, at most `room`.
    pub(super) fn draft_request(&self, room: usize) -> Request {
        Request {
            max_tokens: room,
            sampling: self.request.sampling,
            seed: self.request.seed,
            stream: self.sampler.rng().stream,
            first_draw: self.sampler.rng().counter,
            eos: self.request.eos.clone(),
            ..Request::new(self.tokens.clone())
        }
    }

    /// Appends drafts and returns their number.
    pub(super) fn append_drafts(&mut self, drafts: Vec<u32>, of_model: bool) -> usize {
        self.drafts = drafts.len();
        self.drafts_of_model = of_model;
        self.tokens.extend(drafts);
        self.drafts
    }

    /// Takes the drafts out of the tokens, to compare them with what is sampled.
    pub(super) fn begin_sampling(&mut self) {
        self.verifying = self.tokens.split_off(self.len());
        self.drafts = 0;
    }

    /// Whether a grammar constrains the sequence.
    pub(super) fn has_grammar(&self) -> bool {
        self.matcher.is_some()
    }

    /// The tokens that the grammar allows in the `index`-th row that is sampled, as bits; `None` for all.
    pub(super) fn mask(&self, index: usize) -> Option<&[u32]> {
        self.masks.as_ref().ok()?.get(index).map(Vec::as_slice)
    }

    /// Computes which tokens the grammar allows next, and after each draft. Drafts from the first one on that it forbids
    /// are removed.
    pub(super) fn compute_masks(&mut self) {
        let drafts = self.tokens.split_off(self.len());
        self.drafts = 0;
        let Some(matcher) = &mut self.matcher else { return };
        let mut masks = Vec::with_capacity(drafts.len() + 1);
        let mut follow = || -> Result<usize> {
            masks.push(matcher.allowed(&self.request.eos)?);
            let usable = if matcher.can_roll_back() { &drafts[..] } else { &[] };
            let mut valid = 0;
            for id in usable {
                if !is_allowed(&masks[valid], *id) || self.request.eos.contains(id) {
                    break;
                }
                matcher.accept(*id)?;
                valid += 1;
                if matcher.is_complete() {
                    break;
                }
                masks.push(matcher.allowed(&self.request.eos)?);
            }
            matcher.roll_back(valid)?;
            Ok(valid)
        };
        match follow() {
            Ok(valid) => {
                self.drafts = valid;
                self.tokens.extend(&drafts[..valid]);
                self.masks = Ok(masks);
            }
            Err(error) => self.masks = Err(error),
        }
    }

    /// Removes the drafts.
    pub(super) fn drop_drafts(&mut self) {
        self.tokens.truncate(self.len());
        self.drafts = 0;
    }

    /// Adds the duration of a step that this sequence was part of.
    pub(super) fn add_time(&mut self, time: Duration, in_prompt: bool) {
        if in_prompt {
            self.prefill.time += time;
        } else {
            self.decode.time += time;
            self.steps += 1;
        }
    }

    /// Samples the next token from its logits `[vocab_size]` and appends it. There must be no drafts. `exact` are the ids
    /// of the allowed tokens whose logits are exact, or `None` if all tokens are; `all_exact` are the exact logits, if
    /// log-probabilities are wanted.
    ///
    /// # Errors
    /// Those of [`Sampler::sample`]; [`RequestError::NoTokenAllowed`]; [`RequestError::GrammarTooComplex`].
    pub(super) fn sample(
        &mut self,
        logits: &mut [f32],
        exact: Option<&[u32]>,
        all_exact: Option<&[f32]>,
    ) -> Result<u32> {
        if let Some(hash) = &mut self.hash {
            for chunk in logits.chunks(4096) {
                hash.update(chunk.iter().flat_map(|l| l.to_le_bytes()).collect::<Vec<u8>>());
            }
        }
        let start = Instant::now();
        std::mem::replace(&mut self.masks, Ok(Vec::new()))?;
        let (prompt, generated) = self.tokens.split_at(self.request.prompt.len());
        for (id, bias) in &self.request.logit_bias {
            if let Some(logit) = logits.get_mut(*id as usize) {
                *logit = if *bias <= BAN { f32::NEG_INFINITY } else { *logit + bias };
            }
        }
        self.request.suppressed.mask(logits, prompt, generated);
        let restricts =
            self.matcher.is_some() || !self.request.logit_bias.is_empty() || !self.request.suppressed.is_empty();
        if restricts && !any_possible(logits, exact) {
            return Err(RequestError::NoTokenAllowed.into());
        }
        let mut id = self.sampler.sample(logits, exact, prompt, generated)?;
        if let Some(reserve) = self.reserve.as_mut().filter(|_| !self.request.eos.contains(&id)) {
            let request = &self.request;
            let room = request.longest().saturating_sub(self.tokens.len() + 1);
            id = reserve.choose(generated, id, room, &request.eos, |id| request.may_sample(id, generated));
        }
        if let Some(matcher) = self.matcher.as_mut().filter(|_| !self.request.eos.contains(&id)) {
            matcher.accept(id)?;
        }
        if generated.is_empty() {
            self.prefill.time += start.elapsed();
        } else {
            self.decode.time += start.elapsed();
            self.decode.tokens += 1;
        }
        self.tokens.push(id);
        if let (Some(top), Some(logits)) = (self.request.logprobs, all_exact) {
            self.logprobs.push(TokenLogprobs::new(logits, id, top));
        }
        Ok(id)
    }

    /// The last reported log-probabilities.
    pub(super) fn last_logprobs(&self) -> Option<&TokenLogprobs> {
        self.logprobs.last()
    }

    /// Why the sequence ends after its last token `id`; `None` if it goes on.
    pub(super) fn finish_after(&mut self, id: u32) -> Option<Finish> {
        let limit = if self.generated().len() >= self.request.max_tokens {
            Some(Finish::TokenLimit)
        } else {
            (self.len() >= self.request.context).then_some(Finish::ContextEnd)
        };
        let ends = |matcher: &mut Matcher| matcher.is_complete() || limit.is_some() && matcher.is_finished();
        if self.request.eos.contains(&id) {
            Some(Finish::Eos(id))
        } else if self.matcher.as_mut().is_some_and(ends) {
            Some(Finish::GrammarEnd)
        } else {
            limit
        }
    }

    /// The result of a sequence whose blocks are still in its cache.
    pub(super) fn complete(self, finish: Finish) -> Completion {
        let ids = self.generated().to_vec();
        let state = self.request.keep_state.then(|| State {
            tokens: self.tokens.clone(),
            cache: self.cache.clone(),
            conversation: None,
        });
        Completion {
            ids,
            finish,
            logits_sha256: self.hash.map(|hash| hex(&hash.finalize())),
            logprobs: self.logprobs,
            prefill: self.prefill,
            decode: self.decode,
            steps: self.steps,
            speculation: self.speculation,
            state,
        }
    }
}

/// Whether a token can be sampled. NaN counts, because it is an error of its own.
fn any_possible(logits: &[f32], exact: Option<&[u32]>) -> bool {
    let is_possible = |logit: &f32| *logit != f32::NEG_INFINITY;
    match exact {
        Some(ids) => ids.iter().filter_map(|id| logits.get(*id as usize)).any(is_possible),
        None => logits.iter().any(is_possible),
    }
}
