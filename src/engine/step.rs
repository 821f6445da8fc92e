//! One step of the engine: a forward pass over the planned rows, then sampling.

use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::core::{Engine, OnEvent};
use super::costs::StepSize;
use super::request::{Control, Event, Finish, SequenceId, Speculation};
use super::schedule::{Plan, blocks_for};
use super::sequence::{Phase, Sequence};
use crate::error::Result;
use crate::kernels::attention::KV_BLOCK;
use crate::model::SequenceInput;
use crate::model::head::ExactLogits;

/// Rows whose logits are computed at a time for [`Event::PromptLogits`]: those of a whole prompt can take gigabytes.
pub const LOGIT_ROWS: usize = 16;

/// A sequence's part of a forward pass.
struct Part {
    id: SequenceId,
    /// The rows of the pass; never empty.
    rows: Range<usize>,
    /// The position of the first row in the sequence.
    start: usize,
    /// Whether no token had been generated before.
    in_prompt: bool,
    /// Whether it computes all tokens of the sequence.
    completes: bool,
    /// How many of the last rows are sampled: one and one for each draft, if a token is to be generated.
    sampled: usize,
}

/// The logits of the sampled rows of a step.
#[derive(Default)]
struct StepLogits {
    /// `[rows, vocab_size]`
    values: Vec<f32>,
    /// `[rows]`: see [`Model::logits`](crate::model::Model::logits).
    exact: Vec<Option<Vec<u32>>>,
    /// `[rows with log-probabilities, vocab_size]`
    all_exact: Vec<f32>,
    /// `[rows]`: the index in `all_exact`.
    all_exact_rows: Vec<Option<usize>>,
}

impl StepLogits {
    /// The logits of the first of `rows`, `[vocab_size]`; empty if there are no rows.
    fn row(&mut self, rows: Range<usize>, vocab_size: usize) -> &mut [f32] {
        let end = if rows.is_empty() { rows.start } else { rows.start + 1 };
        &mut self.values[rows.start * vocab_size..end * vocab_size]
    }
}

impl Engine<'_> {
    /// Appends draft tokens to the sequences that generate.
    pub(super) fn propose_drafts(&mut self) {
        let is_ready = |s: &&mut Sequence| {
            s.phase == Phase::Running && !s.in_prompt() && s.drafts == 0 && s.cache.len() + 1 == s.len()
        };
        let mut ready: Vec<&mut Sequence> = self.sequences.values_mut().filter(is_ready).collect();
        let mut size = ready.iter().fold(StepSize::default(), |size, s| size.with_rows(1, s.len()));
        // The last token of a sequence is not computed, so drafts beyond the one before it are of no use.
        let room = |s: &Sequence| s.request.longest().saturating_sub(s.len() + 1);
        for s in &mut ready {
            let (most, position) = (room(s), s.len());
            let Some(lookup) = &mut s.lookup else { continue };
            let drafts = lookup.propose(&s.tokens, most, size, &self.costs);
            size = size.with_rows(s.append_drafts(drafts, false), position);
        }
        let Some(draft_model) = &mut self.draft_model else { return };
        ready.retain(|s| s.request.speculation == Speculation::Model && s.drafts == 0 && room(s) > 0);
        let requests = ready.iter().map(|s| s.draft_request(room(s))).collect();
        let vocab = self.model.config.vocab_size;
        for (s, mut drafts) in ready.iter_mut().zip(draft_model.propose(requests, size, &self.costs)) {
            // The small model may have more ids, which stand for no token.
            let valid = drafts.iter().take_while(|id| (**id as usize) < vocab).count();
            drafts.truncate(valid);
            s.append_drafts(drafts, true);
        }
    }

    /// Computes the rows of a plan. A pass that is cancelled changes nothing, except that drafts are dropped.
    pub(super) fn compute(&mut self, plan: &Plan, cancel: Option<&AtomicBool>, on_event: OnEvent) {
        let started = Instant::now();
        self.compute_masks(plan);
        let mut sequences = Vec::new();
        let mut parts: Vec<Part> = Vec::new();
        let mut row = 0;
        for (id, planned) in &plan.rows {
            let Some(mut s) = self.sequences.remove(id) else { continue };
            let start = s.cache.len();
            let rows = (*planned).min(s.tokens.len() - start);
            // What was planned fits, unless blocks that a sequence was to reuse have been evicted meanwhile.
            if rows == 0 || !self.allocate(&mut s, start + rows) {
                s.drop_drafts();
                self.sequences.insert(*id, s);
                continue;
            }
            let unused = (s.tokens.len() - start - rows).min(s.drafts);
            s.tokens.truncate(s.tokens.len() - unused);
            s.drafts -= unused;
            let completes = start + rows >= s.len();
            let sampled = if completes && s.has_room() { 1 + s.drafts } else { 0 };
            parts.push(Part { id: *id, rows: row..row + rows, start, in_prompt: s.in_prompt(), completes, sampled });
            sequences.push(s);
            row += rows;
        }
        let completed = row > 0 && self.forward(&mut sequences, &parts, cancel);
        let time = started.elapsed();
        for mut s in sequences {
            if !completed {
                s.drop_drafts();
            }
            self.sequences.insert(s.id, s);
        }
        if completed {
            self.sample_parts(&parts, time, on_event);
        }
    }

    /// Computes the masks of the sequences with a grammar from which a plan samples.
    fn compute_masks(&mut self, plan: &Plan) {
        let is_sampled = |s: &&mut Sequence| {
            let planned = || plan.rows.iter().find(|(id, _)| *id == s.id).map_or(0, |(_, rows)| *rows);
            s.has_grammar() && s.has_room() && s.cache.len() + planned() >= s.len()
        };
        let mut sampled: Vec<&mut Sequence> = self.sequences.values_mut().filter(is_sampled).collect();
        self.model.threads.for_each(&mut sampled, |s| s.compute_masks());
    }

    /// Runs the forward pass. The hidden states are then in the workspace. False if it was cancelled.
    fn forward(&mut self, sequences: &mut [Sequence], parts: &[Part], cancel: Option<&AtomicBool>) -> bool {
        let mut batch: Vec<SequenceInput> = Vec::with_capacity(parts.len());
        for (Sequence { tokens, cache, .. }, part) in sequences.iter_mut().zip(parts) {
            let range = part.start..part.start + part.rows.len();
            batch.push(SequenceInput { tokens: &tokens[range], cache });
        }
        match cancel {
            Some(cancel) => self.model.forward_unless(cancel, &mut batch, &mut self.workspace).is_some(),
            None => {
                self.model.forward(&mut batch, &mut self.workspace);
                true
            }
        }
    }

    /// Samples and reports what a pass, which took `time`, computed.
    fn sample_parts(&mut self, parts: &[Part], time: Duration, on_event: OnEvent) {
        let started = Instant::now();
        let mut logits = self.compute_logits(parts);
        let time = time + started.elapsed();
        let middle = |part: &Part| part.start + part.rows.len() / 2;
        let size = parts.iter().fold(StepSize::default(), |size, part| size.with_rows(part.rows.len(), middle(part)));
        self.costs.record(size, time.as_secs_f64());
        let mut firsts = self.sample_first(parts, &mut logits);
        let vocab = self.model.config.vocab_size;
        let mut end_all = false;
        let mut row = 0;
        for (part, first) in parts.iter().zip(&mut firsts) {
            let rows = row..row + part.sampled;
            row = rows.end;
            let Some(mut s) = self.sequences.remove(&part.id) else { continue };
            s.add_time(time, part.in_prompt);
            let mut followers = Vec::new();
            if part.in_prompt {
                self.publish(&mut s);
                let control = self.report_prompt(&mut s, part, on_event);
                end_all |= control == Control::EndAll;
                if control != Control::EndAll && part.completes {
                    followers = self.fork(&s);
                }
            }
            if !part.completes || end_all && part.in_prompt {
                self.sequences.insert(part.id, s);
                continue;
            }
            // Sampling changes the logits, which the followers need too.
            let original = if followers.is_empty() { Vec::new() } else { logits.row(rows.clone(), vocab).to_vec() };
            end_all |= self.accept(s, first.take(), rows.clone(), &mut logits, on_event) == Control::EndAll;
            for follower in followers {
                logits.row(rows.clone(), vocab).copy_from_slice(&original);
                end_all |= self.accept(follower, None, rows.clone(), &mut logits, on_event) == Control::EndAll;
            }
        }
        self.logits = logits.values;
        if end_all {
            self.end_all(on_event);
        }
    }

    /// Samples the first row of every sequence that generates. In parallel: beside a pass of few rows, hashing the logits
    /// of each takes long. `None` for the parts of prompts, whose events come first.
    fn sample_first(&mut self, parts: &[Part], logits: &mut StepLogits) -> Vec<Option<Result<u32>>> {
        let vocab = self.model.config.vocab_size;
        let StepLogits { values, exact, all_exact, all_exact_rows } = logits;
        let mut rows: Vec<Option<&mut [f32]>> = values.chunks_exact_mut(vocab).map(Some).collect();
        let mut firsts: Vec<Option<Result<u32>>> = parts.iter().map(|_| None).collect();
        let mut tasks = Vec::new();
        let mut sequences = self.sequences.values_mut();
        let mut row = 0;
        for (part, first) in parts.iter().zip(&mut firsts) {
            // Parts are in order of arrival, as the sequences are.
            let Some(s) = sequences.find(|s| s.id == part.id) else { continue };
            s.begin_sampling();
            if let Some(values) =
                rows.get_mut(row).and_then(Option::take).filter(|_| part.sampled > 0 && !part.in_prompt)
            {
                let all_exact = all_exact_rows[row].map(|row| &all_exact[row * vocab..(row + 1) * vocab]);
                tasks.push((s, values, exact[row].as_deref(), all_exact, first));
            }
            row += part.sampled;
        }
        self.model.threads.for_each(&mut tasks, |(s, values, exact, all_exact, first)| {
            **first = Some(s.sample(values, *exact, *all_exact));
        });
        firsts
    }

    /// The logits of all sampled rows.
    fn compute_logits(&mut self, parts: &[Part]) -> StepLogits {
        let hidden_size = self.model.config.hidden_size;
        let hidden = self.workspace.hidden();
        let mut logits = StepLogits { values: std::mem::take(&mut self.logits), ..StepLogits::default() };
        let (mut sampled, mut with_logprobs) = (Vec::new(), Vec::new());
        let (mut required, mut allowed): (Vec<ExactLogits>, Vec<Option<&[u32]>>) = (Vec::new(), Vec::new());
        let mut biased = vec![Vec::new(); parts.iter().map(|part| part.sampled).sum()];
        let mut biased = biased.iter_mut();
        for part in parts {
            let Some(s) = self.sequences.get(&part.id) else { continue };
            let rows = part.rows.end - part.sampled..part.rows.end;
            for (index, (row, biased)) in rows.zip(&mut biased).enumerate() {
                let state = &hidden[row * hidden_size..(row + 1) * hidden_size];
                sampled.extend_from_slice(state);
                let seen = &s.tokens[..part.start + row - part.rows.start + 1];
                required.push(s.request.required_logits(seen, biased));
                allowed.push(s.mask(index));
                let logprobs = s.request.logprobs.is_some();
                logits.all_exact_rows.push(logprobs.then_some(with_logprobs.len() / hidden_size));
                with_logprobs.extend_from_slice(if logprobs { state } else { &[] });
            }
        }
        if !required.is_empty() {
            logits.exact = self.model.logits_among(&sampled, &required, &allowed, &mut logits.values);
        }
        if !with_logprobs.is_empty() {
            logits.all_exact = self.model.exact_logits(&with_logprobs);
        }
        logits
    }

    /// Reports the events of a computed part of a prompt.
    fn report_prompt(&mut self, s: &mut Sequence, part: &Part, on_event: OnEvent) -> Control {
        let (prompt, rows) = (s.request.prompt.len(), part.rows.len());
        s.prefill.tokens += rows;
        self.stats.prompt_tokens += rows;
        let (done, total) =
            (s.cache.len() - s.prefill.reused.min(part.start), prompt - s.prefill.reused.min(part.start));
        let mut control = on_event(s.id, Event::Prefill { done, total });
        let (hidden_size, vocab) = (self.model.config.hidden_size, self.model.config.vocab_size);
        // Row r of the part predicts the token at `part.start + r + 1`.
        let mut row = s.next_logits.max(part.start + 1) - part.start - 1;
        while row < rows && control != Control::EndAll {
            // The row of the next token is alone: its time is that of the prompt.
            let is_last = part.start + row + 1 == prompt;
            let end = if is_last { row + 1 } else { (row + LOGIT_ROWS).min(rows).min(prompt - part.start - 1) };
            let states = part.rows.start + row..part.rows.start + end;
            let started = Instant::now();
            let hidden = &self.workspace.hidden()[states.start * hidden_size..states.end * hidden_size];
            let logits = self.model.exact_logits(hidden);
            s.prefill.time += if is_last { started.elapsed() } else { Duration::ZERO };
            for (logits, r) in logits.chunks_exact(vocab).zip(row..) {
                if control != Control::EndAll {
                    s.next_logits = part.start + r + 2;
                    control = on_event(s.id, Event::PromptLogits { position: part.start + r + 1, logits });
                }
            }
            row = end;
        }
        if control != Control::EndAll && part.completes {
            control = on_event(s.id, Event::Prefilled(s.prefill));
        }
        control
    }

    /// Takes the sequences that wait for the prompt that `s` has just computed, with its keys and values. Those for which
    /// there is no room stay, and compute the prompt themselves later.
    fn fork(&mut self, s: &Sequence) -> Vec<Sequence> {
        let is_follower = |other: &&Sequence| other.id.request == s.id.request && other.phase == Phase::Following;
        let ids: Vec<SequenceId> = self.sequences.values().filter(is_follower).map(|other| other.id).collect();
        let mut running = 1 + self.sequences.values().filter(|s| s.phase == Phase::Running).count();
        let mut followers = Vec::new();
        for id in ids {
            let Some(mut follower) = self.sequences.remove(&id) else { continue };
            let full = s.cache.len() / KV_BLOCK;
            let has_room = self.pool.available() >= blocks_for(s.cache.len()) - full;
            follower.phase = Phase::Waiting;
            if running < self.options.parallel.max(1) && has_room {
                running += 1;
                s.blocks[..full].iter().for_each(|id| self.pool.retain(*id));
                follower.blocks = s.blocks[..full].to_vec();
                // The partial last block is copied when one of its holders writes it.
                self.allocate(&mut follower, s.cache.len());
                follower.cache = s.cache.clone();
                follower.published = s.published;
                follower.phase = Phase::Running;
                follower.prefill = super::PrefillStats { tokens: 0, reused: s.len(), ..s.prefill };
                followers.push(follower);
            } else {
                self.sequences.insert(id, follower);
            }
        }
        followers
    }

    /// Samples the next tokens of a sequence from the logits of `rows` and reports them: one token, and one more for each
    /// draft that the token before confirms. `first` is the first one if it has been sampled.
    fn accept(
        &mut self,
        mut s: Sequence,
        mut first: Option<Result<u32>>,
        rows: Range<usize>,
        logits: &mut StepLogits,
        on_event: OnEvent,
    ) -> Control {
        let vocab = self.model.config.vocab_size;
        let mut finish = if first.is_some() { None } else { s.finish_before() };
        let mut control = Control::Continue;
        let mut failure = None;
        let mut accepted = 0;
        for row in rows {
            if finish.is_some() {
                break;
            }
            let values = &mut logits.values[row * vocab..(row + 1) * vocab];
            let all_exact = logits.all_exact_rows[row].map(|row| &logits.all_exact[row * vocab..(row + 1) * vocab]);
            let sampled = first.take().unwrap_or_else(|| s.sample(values, logits.exact[row].as_deref(), all_exact));
            let id = match sampled {
                Ok(id) => id,
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            };
            self.stats.generated_tokens += 1;
            finish = s.finish_after(id);
            control = on_event(s.id, Event::Token { id, logprobs: s.last_logprobs() });
            match control {
                Control::Continue => {}
                Control::EndSequence => finish = Some(Finish::StopString),
                Control::EndAll => finish = Some(Finish::Interrupted),
            }
            if s.verifying.get(accepted) != Some(&id) {
                break;
            }
            accepted += 1;
        }
        self.settle(&mut s, accepted);
        match (failure, finish) {
            (Some(error), _) => {
                self.release_ended(&mut s);
                on_event(s.id, Event::Failed(error))
            }
            (None, Some(finish)) => {
                self.end(s, finish, on_event);
                control
            }
            (None, None) => {
                self.sequences.insert(s.id, s);
                control
            }
        }
    }

    /// Counts the drafts of a step and cuts off the keys and values of those that were not accepted.
    fn settle(&mut self, s: &mut Sequence, accepted: usize) {
        let drafts = std::mem::take(&mut s.verifying).len();
        s.speculation.drafted += drafts;
        s.speculation.accepted += accepted;
        if let (true, Some(draft_model)) = (s.drafts_of_model && drafts > 0, &mut self.draft_model) {
            draft_model.learn(drafts, accepted);
        }
        s.cache.truncate(s.len() - usize::from(!s.in_prompt()));
        let unused = s.blocks.split_off(blocks_for(s.cache.len()).min(s.blocks.len()));
        self.pool.release(&unused);
        self.publish(s);
    }
}
