//! The engine: computes any number of sequences together. They join and leave between steps, share the keys and values of
//! equal beginnings, and wait while the pool of blocks has no room.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::blocks::{BlockCounts, BlockPool, PrefixMatch, common_prefix};
use super::costs::{LEAST_CHUNK, StepCosts, StepSize};
use super::draft::DraftModel;
use super::request::{Control, Event, Finish, Request, SequenceId};
use super::schedule::{Limits, Plan, Running, SHORT_PROMPT, Waiting, blocks_for, schedule};
use super::sequence::{Phase, Sequence};
use crate::checkpoint::config::Config;
use crate::error::{RequestError, Result};
use crate::kernels::attention::KV_BLOCK;
use crate::model::{Model, Workspace};

/// The default number of prompt tokens in one forward pass: enough rows to make it limited by arithmetic, not by
/// reading the weights.
pub const PREFILL_CHUNK: usize = 512;

/// How much longer a step may take because of prompt rows, by default: the time between two tokens of a sequence stays
/// below twice that without prompts.
pub const PROMPT_SLOWDOWN: f64 = 1.8;

/// The fewest tokens for which a sequence waits until another one has computed them.
const WORTH_WAITING: usize = 16;

/// Waiting sequences beyond the free places that a step looks at: those before them may wait for equal beginnings.
const MOST_PENDING: usize = 64;

/// The size of an engine.
#[derive(Debug, Clone, Copy)]
pub struct EngineOptions {
    /// Blocks of [`KV_BLOCK`] positions in the pool. They are allocated when they are used.
    pub kv_blocks: usize,
    /// The most prompt tokens in one step.
    pub prefill_chunk: usize,
    /// The most sequences that run at the same time; the others wait.
    pub parallel: usize,
    /// How much longer a step may take because of prompt rows beside sequences that generate ([`PROMPT_SLOWDOWN`]).
    /// `None`: any time. Prompts are then computed faster, but the others pause.
    pub prompt_slowdown: Option<f64>,
    /// How long a step may take because of prompt rows, as far as that can be foreseen: a sequence that arrives meanwhile
    /// waits for the end of the step. `None`: any time.
    pub longest_step: Option<Duration>,
}

impl EngineOptions {
    /// Steps of any duration: prompts are computed in the shortest time, and nobody waits for a token meanwhile.
    pub fn for_throughput(kv_blocks: usize, parallel: usize) -> EngineOptions {
        EngineOptions { kv_blocks, prefill_chunk: PREFILL_CHUNK, parallel, prompt_slowdown: None, longest_step: None }
    }
}

/// The state of an engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EngineStats {
    /// The blocks of the pool.
    pub blocks: BlockCounts,
    /// Sequences that take part in steps.
    pub running: usize,
    /// Sequences that wait.
    pub waiting: usize,
    /// Prompt tokens that were computed since the engine was made.
    pub prompt_tokens: usize,
    /// Prompt tokens whose keys and values were reused.
    pub reused_tokens: usize,
    /// Generated tokens.
    pub generated_tokens: usize,
    /// Sequences that lost their blocks and were computed again.
    pub preemptions: usize,
}

/// What receives the events of a step.
pub type OnEvent<'f> = &'f mut dyn FnMut(SequenceId, Event) -> Control;

/// Runs sequences of one model.
///
/// [`Engine::submit`] adds sequences at any time, [`Engine::step`] runs one forward pass over all that have something to
/// compute, [`Engine::cancel`] ends some. What a sequence generates depends only on its own request.
pub struct Engine<'m> {
    pub(super) model: &'m Model,
    pub(super) options: EngineOptions,
    pub(super) pool: BlockPool,
    /// By order of arrival.
    pub(super) sequences: BTreeMap<SequenceId, Sequence>,
    pub(super) workspace: Workspace,
    /// Logits of the current step, `[rows, vocab_size]`.
    pub(super) logits: Vec<f32>,
    pub(super) costs: StepCosts,
    pub(super) stats: EngineStats,
    pub(super) draft_model: Option<Box<DraftModel<'m>>>,
    next_request: u64,
}

/// Where the first tokens of a waiting sequence come from.
enum Source {
    /// Its state file.
    State,
    /// Published blocks.
    Pool(PrefixMatch),
    /// This number of tokens of a running sequence.
    Running(SequenceId, usize),
}

impl<'m> Engine<'m> {
    /// An engine without sequences. Sizes of 0 count as 1.
    pub fn new(model: &'m Model, options: EngineOptions) -> Engine<'m> {
        Engine {
            model,
            options,
            pool: BlockPool::new(options.kv_blocks.max(1)),
            sequences: BTreeMap::new(),
            workspace: Workspace::default(),
            logits: Vec::new(),
            costs: costs_of(model),
            stats: EngineStats::default(),
            draft_model: None,
            next_request: 0,
        }
    }

    /// Adds the sequences of a request and returns its number. They start when there is room for them.
    ///
    /// # Errors
    /// [`RequestError::EmptyPrompt`]; [`RequestError::TokenIdOutOfRange`]; [`RequestError::PromptTooLong`];
    /// [`RequestError::KvMemoryTooSmall`] if a sequence could never fit in the pool; [`RequestError::InvalidSampling`].
    pub fn submit(&mut self, mut request: Request) -> Result<u64> {
        let maximum = self.model.config.max_position_embeddings;
        request.context = request.context.min(maximum);
        check_prompt(&request.prompt, &self.model.config, request.context)?;
        let vocab_size = self.model.config.vocab_size;
        if let Some((id, _)) = request.logit_bias.iter().find(|(id, _)| *id as usize >= vocab_size) {
            return Err(RequestError::TokenIdOutOfRange { id: *id, vocab_size }.into());
        }
        let longest = request.longest();
        if blocks_for(longest) > self.pool.capacity() {
            let bytes =
                |blocks: usize| (blocks as u64).saturating_mul(self.model.kv_cache_shape().bytes_per_block() as u64);
            return Err(RequestError::KvMemoryTooSmall {
                tokens: longest,
                needed: bytes(blocks_for(longest)),
                limit: bytes(self.pool.capacity()),
            }
            .into());
        }
        let number = self.next_request;
        let count = request.count.max(1);
        // The request outlives the blocks of the state in the pool.
        let state = request.state.take();
        let request = Arc::new(request);
        let mut sequences = (0..count)
            .map(|index| Sequence::new(self.model, SequenceId { request: number, index }, &request))
            .collect::<Result<Vec<_>>>()?;
        sequences[0].state = state;
        self.sequences.extend(sequences.into_iter().map(|sequence| (sequence.id, sequence)));
        self.next_request += 1;
        Ok(number)
    }

    /// Drafts the tokens of sequences with [`Speculation::Model`](super::Speculation::Model) with a small model. Its ids must
    /// mean the same tokens. It should run on the same [`Threads`](crate::threads::Threads).
    pub fn with_draft_model(self, model: &'m Model, options: EngineOptions) -> Engine<'m> {
        Engine { draft_model: Some(Box::new(DraftModel::new(model, options))), ..self }
    }

    /// Uses the buffers of another engine, which saves allocating them.
    pub fn with_workspace(self, workspace: Workspace) -> Engine<'m> {
        Engine { workspace, ..self }
    }

    /// The buffers, for [`Engine::with_workspace`].
    pub fn into_workspace(self) -> Workspace {
        self.workspace
    }

    /// Whether no sequence is left.
    pub fn is_idle(&self) -> bool {
        self.sequences.is_empty()
    }

    /// The state of the engine.
    pub fn stats(&self) -> EngineStats {
        let running = self.sequences.values().filter(|s| s.phase == Phase::Running).count();
        EngineStats { blocks: self.pool.counts(), running, waiting: self.sequences.len() - running, ..self.stats }
    }

    /// Runs steps until no sequence is left. If another thread sets `cancel`, all sequences end.
    pub fn run(
        &mut self,
        cancel: Option<&AtomicBool>,
        on_event: &mut (dyn FnMut(SequenceId, Event) -> Control + Send),
    ) {
        let model = self.model;
        // The whole run is on a thread of the pool: entering the pool for every step takes longer than sampling.
        model.threads.install(|| while self.step(cancel, on_event) {});
    }

    /// Computes the next rows of all sequences that have any, in one forward pass, and reports what happened. Returns
    /// whether sequences are left.
    ///
    /// If another thread sets `cancel`, the pass stops early and all sequences end with [`Finish::Interrupted`].
    pub fn step(&mut self, cancel: Option<&AtomicBool>, on_event: OnEvent) -> bool {
        if cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
            self.end_all(on_event);
            return false;
        }
        self.propose_drafts();
        let plan = self.plan();
        self.apply(&plan);
        self.compute(&plan, cancel, on_event);
        !self.is_idle()
    }

    /// Ends the sequences of a request with [`Finish::Interrupted`] and frees their blocks. A request that has ended is
    /// ignored.
    pub fn cancel(&mut self, request: u64, on_event: OnEvent) {
        let ids: Vec<SequenceId> = self.sequences.keys().filter(|id| id.request == request).copied().collect();
        ids.into_iter().for_each(|id| self.finish(id, Finish::Interrupted, on_event));
    }

    /// Ends all sequences with [`Finish::Interrupted`].
    pub fn end_all(&mut self, on_event: OnEvent) {
        let ids: Vec<SequenceId> = self.sequences.keys().copied().collect();
        ids.into_iter().for_each(|id| self.finish(id, Finish::Interrupted, on_event));
    }

    /// Ends a sequence. Its keys and values stay in the pool for reuse.
    fn finish(&mut self, id: SequenceId, finish: Finish, on_event: OnEvent) {
        if let Some(sequence) = self.sequences.remove(&id) {
            self.end(sequence, finish, on_event);
        }
    }

    /// [`Engine::finish`] of a sequence that has been taken out.
    pub(super) fn end(&mut self, mut sequence: Sequence, finish: Finish, on_event: OnEvent) {
        sequence.drop_drafts();
        self.release_ended(&mut sequence);
        on_event(sequence.id, Event::Finished(sequence.complete(finish)));
    }

    /// Releases the blocks of a sequence that has been taken out. One of those that wait for its prompt then computes it
    /// for the others.
    pub(super) fn release_ended(&mut self, sequence: &mut Sequence) {
        self.release(sequence);
        let id = sequence.id;
        let mut rest = self.sequences.range_mut(id..).take_while(|(other, _)| other.request == id.request);
        if let Some((_, follower)) = rest.find(|(_, other)| other.phase == Phase::Following) {
            follower.phase = Phase::Waiting;
        }
    }

    /// Releases the blocks of a sequence. Its partial last block is published, to be reused too.
    fn release(&mut self, s: &mut Sequence) {
        let computed = s.cache.len();
        let last = computed / KV_BLOCK;
        if let (true, Some(block), Some(id)) = (s.request.reuse_prefix, s.cache.block(last), s.blocks.get(last)) {
            let parent = last.checked_sub(1).map(|last| s.blocks[last]);
            self.pool.publish(*id, parent, &s.tokens[last * KV_BLOCK..computed], block);
        }
        self.pool.release(&s.blocks);
        s.blocks.clear();
        s.published = 0;
    }

    /// Describes all sequences to [`schedule`].
    fn plan(&self) -> Plan {
        let running: Vec<Running> =
            self.sequences.values().filter(|s| s.phase == Phase::Running).map(|s| self.running(s)).collect();
        let slots = self.options.parallel.max(1).saturating_sub(running.len());
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut admissible = 0;
        let all_waiting = self.sequences.values().filter(|s| s.phase == Phase::Waiting);
        for sequence in all_waiting.take(slots + MOST_PENDING) {
            if admissible >= slots {
                break;
            }
            let view = self.waiting(sequence, &waiting);
            admissible += usize::from(!view.pending);
            waiting.push(view);
        }
        let (generating, prompts): (Vec<&Running>, Vec<&Running>) = running.iter().partition(|r| r.generates());
        let generating =
            generating.iter().fold(StepSize::default(), |size, r| size.with_rows(1 + r.drafts, r.computed));
        // The longest of several prompts, whose rows cost most.
        let reusable = waiting.iter().map(|w| w.reusable);
        let position = prompts.iter().map(|r| r.computed).chain(reusable).max().unwrap_or(0);
        let chunk = self.options.prefill_chunk.max(1);
        let within = |longest: Duration| self.costs.rows_within(longest.as_secs_f64(), position, chunk);
        let prompt_rows = self.options.longest_step.map_or(chunk, within);
        let beside = |slowdown| self.costs.rows_beside(generating, slowdown, position, prompt_rows);
        let mixed = self.options.prompt_slowdown.map(beside);
        let limits = Limits {
            available: self.pool.available(),
            running: self.options.parallel.max(1),
            prompt_rows,
            mixed_prompt_rows: mixed.unwrap_or(prompt_rows),
            short_prompt_rows: prompt_rows.min(LEAST_CHUNK),
        };
        schedule(&running, &waiting, &limits)
    }

    fn running(&self, s: &Sequence) -> Running {
        Running {
            id: s.id,
            computed: s.cache.len(),
            wanted: s.tokens.len(),
            drafts: s.drafts,
            blocks: s.blocks.len(),
            exclusive: s.blocks.iter().filter(|id| self.pool.is_exclusive(**id)).count(),
            is_short: s.len().saturating_sub(s.prefill.reused) <= SHORT_PROMPT,
        }
    }

    /// `before` are the waiting sequences that arrived earlier; they are admitted first.
    fn waiting(&self, s: &Sequence, before: &[Waiting]) -> Waiting {
        let limit = s.reuse_limit();
        let (source, reusable) = self.source(s);
        let shared: &[_] = match &source {
            Source::Pool(found) => &found.full,
            Source::Running(id, tokens) => self.sequences.get(id).map_or(&[][..], |s| &s.blocks[..tokens / KV_BLOCK]),
            Source::State => &[],
        };
        // More of the same tokens are about to be computed.
        let is_ahead = |other: &Sequence| {
            let common = common_prefix(&s.tokens[..limit], &other.tokens[..other.len()]);
            other.request.reuse_prefix && other.cache.len() < common && common >= reusable + WORTH_WAITING
        };
        let running = self.sequences.values().filter(|s| s.phase == Phase::Running);
        let earlier = before.iter().filter(|w| !w.pending).filter_map(|w| self.sequences.get(&w.id));
        let pending = s.request.reuse_prefix && running.chain(earlier).any(is_ahead);
        let shared_cached = shared.iter().filter(|id| self.pool.is_cached(**id)).count();
        Waiting { id: s.id, wanted: s.len(), reusable, shared: shared.len(), shared_cached, pending }
    }

    /// The source of the longest beginning of a waiting sequence, and its tokens.
    fn source(&self, s: &Sequence) -> (Source, usize) {
        let limit = s.reuse_limit();
        let state = s.state.as_ref().map_or(0, |state| state.len().min(limit));
        if !s.request.reuse_prefix {
            return (Source::State, state);
        }
        let found = self.pool.find(&s.tokens, limit);
        let of_running =
            |other: &Sequence| common_prefix(&s.tokens[..limit], &other.tokens[..other.cache.len().min(other.len())]);
        let others = self.sequences.values().filter(|s| s.phase == Phase::Running && s.request.reuse_prefix);
        let best = others.map(|other| (of_running(other), other.id)).max_by_key(|(tokens, _)| *tokens);
        let (running, id) = best.unwrap_or((0, s.id));
        let pool = found.tokens();
        if state > 0 && state >= running.max(pool) {
            (Source::State, state)
        } else if running > pool {
            (Source::Running(id, running), running)
        } else {
            (Source::Pool(found), pool)
        }
    }

    /// Preempts and admits the sequences of a plan.
    fn apply(&mut self, plan: &Plan) {
        for id in &plan.preempt {
            if let Some(mut sequence) = self.sequences.remove(id) {
                sequence.drop_drafts();
                self.release(&mut sequence);
                sequence.cache = self.model.new_kv_cache();
                sequence.phase = Phase::Waiting;
                self.stats.preemptions += 1;
                self.sequences.insert(*id, sequence);
            }
        }
        for id in &plan.admit {
            if let Some(mut sequence) = self.sequences.remove(id) {
                self.admit(&mut sequence);
                self.sequences.insert(*id, sequence);
            }
        }
    }

    /// Gives a waiting sequence the blocks that it can reuse.
    fn admit(&mut self, s: &mut Sequence) {
        let (source, reused) = self.source(s);
        let mut partial = None;
        match source {
            Source::State => {
                if let Some(mut state) = s.state.take() {
                    state.truncate(reused);
                    s.cache = state;
                }
            }
            Source::Pool(found) => {
                for id in &found.full {
                    self.pool.retain(*id);
                    self.pool.shared(*id).into_iter().for_each(|block| s.cache.push_block(block, KV_BLOCK));
                }
                s.blocks = found.full;
                partial = found.partial.and_then(|(id, tokens)| Some((self.pool.shared(id)?, tokens)));
            }
            Source::Running(id, tokens) => {
                let Some(other) = self.sequences.get(&id) else { return };
                for index in 0..tokens / KV_BLOCK {
                    self.pool.retain(other.blocks[index]);
                    other.cache.block(index).into_iter().for_each(|block| s.cache.push_block(block, KV_BLOCK));
                    s.blocks.push(other.blocks[index]);
                }
                partial = other.cache.block(tokens / KV_BLOCK).map(|block| (block, tokens % KV_BLOCK));
            }
        }
        s.published = s.blocks.len();
        if let Some((block, tokens)) = partial.filter(|(_, tokens)| *tokens > 0) {
            s.cache.push_block(block, tokens);
        }
        // The partial block is a copy, made when it is first written.
        if !self.allocate(s, s.cache.len()) {
            s.cache.truncate(s.blocks.len() * KV_BLOCK);
        }
        s.state = None;
        s.phase = Phase::Running;
        if s.in_prompt() && s.prefill.tokens == 0 {
            s.prefill.reused = s.cache.len();
            self.stats.reused_tokens += s.cache.len();
        }
        self.publish(s);
    }

    /// Gives a sequence the blocks for `tokens` tokens; false if there are too few.
    pub(super) fn allocate(&mut self, s: &mut Sequence, tokens: usize) -> bool {
        while s.blocks.len() < blocks_for(tokens) {
            let Some(id) = self.pool.allocate() else { return false };
            s.blocks.push(id);
        }
        true
    }

    /// Publishes the full blocks that a sequence has computed.
    pub(super) fn publish(&mut self, s: &mut Sequence) {
        while s.request.reuse_prefix && (s.published + 1) * KV_BLOCK <= s.cache.len() {
            let index = s.published;
            let Some(block) = s.cache.block(index) else { return };
            let parent = index.checked_sub(1).map(|index| s.blocks[index]);
            self.pool.publish(s.blocks[index], parent, &s.tokens[index * KV_BLOCK..(index + 1) * KV_BLOCK], block);
            s.published += 1;
        }
    }
}

/// The costs of steps of a model, before any is measured. Layers with a sliding window, which attend to few positions, are
/// not counted.
fn costs_of(model: &Model) -> StepCosts {
    let (config, cost) = (&model.config, model.cost());
    let layers = config.layer_attention.iter().filter(|layer| layer.window.is_none()).count();
    let attention = 2 * layers * config.heads * config.head_dim;
    StepCosts::new(cost.layer_multiply_adds + cost.head_multiply_adds, attention as u64)
}

/// Checks that a model has `context` positions.
///
/// # Errors
/// [`RequestError::ContextTooLong`].
pub fn check_context(model: &Model, context: usize) -> Result<()> {
    let maximum = model.config.max_position_embeddings;
    if context > maximum {
        return Err(RequestError::ContextTooLong { context, maximum }.into());
    }
    Ok(())
}

/// Checks the tokens of a prompt and its length against the context and the model's maximum.
///
/// # Errors
/// [`RequestError::EmptyPrompt`]; [`RequestError::TokenIdOutOfRange`]; [`RequestError::PromptTooLong`].
pub fn check_prompt(prompt: &[u32], config: &Config, context: usize) -> Result<()> {
    let (vocab_size, maximum) = (config.vocab_size, config.longest_context);
    if prompt.is_empty() {
        return Err(RequestError::EmptyPrompt.into());
    }
    if let Some(id) = prompt.iter().find(|id| **id as usize >= vocab_size) {
        return Err(RequestError::TokenIdOutOfRange { id: *id, vocab_size }.into());
    }
    if prompt.len() > context {
        return Err(RequestError::PromptTooLong { tokens: prompt.len(), exact: true, context, maximum }.into());
    }
    Ok(())
}
