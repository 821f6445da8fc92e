//! Draft tokens from a smaller model with the same vocabulary, which is run by an engine of its own: each draft is a short
//! request, and reuses the keys and values of the one before.
//!
//! The small model samples with the random numbers of the positions that it drafts, so that it tends to pick the same tokens
//! as the model that verifies them, also where both sample at random.

use super::core::{Engine, EngineOptions};
use super::costs::{StepCosts, StepSize};
use super::request::{Control, Event, Request};
use super::speculate::Outcomes;
use crate::model::Model;

/// The most draft tokens of a sequence in one step.
const LONGEST: usize = 8;
/// The length of the first drafts, before any cost is measured.
const FIRST: usize = 3;
/// Steps without drafts after which a draft is tried again.
const RETRY: usize = 64;

/// A small model that drafts for the sequences of an engine.
pub(super) struct DraftModel<'m> {
    engine: Engine<'m>,
    /// Drafts that were verified.
    outcomes: Outcomes,
    /// Steps since the last draft.
    idle: usize,
}

impl<'m> DraftModel<'m> {
    pub(super) fn new(model: &'m Model, options: EngineOptions) -> DraftModel<'m> {
        DraftModel { engine: Engine::new(model, options), outcomes: Outcomes::new(0.7, 8.0), idle: 0 }
    }

    /// The drafts that follow each of `requests`, whose `max_tokens` is the most that can be used. `size` is that of the
    /// step without them, `costs` what it costs.
    pub(super) fn propose(&mut self, requests: Vec<Request>, size: StepSize, costs: &StepCosts) -> Vec<Vec<u32>> {
        let mut drafts = vec![Vec::new(); requests.len()];
        let count = self.length(requests.len(), size, costs);
        self.idle = if count == 0 { self.idle + 1 } else { 0 };
        if count == 0 {
            return drafts;
        }
        let mut index_of = Vec::new();
        for (index, mut request) in requests.into_iter().enumerate() {
            request.max_tokens = request.max_tokens.min(count);
            // A sequence that does not fit the small model is not drafted for.
            if request.max_tokens > 0
                && let Ok(number) = self.engine.submit(request)
            {
                index_of.push((number, index));
            }
        }
        let mut on_event = |id: super::SequenceId, event: Event| {
            if let Event::Finished(completion) = event
                && let Some((_, index)) = index_of.iter().find(|(number, _)| *number == id.request)
            {
                drafts[*index] = completion.ids;
            }
            Control::Continue
        };
        while self.engine.step(None, &mut on_event) {}
        drafts
    }

    /// Records how many of `drafted` tokens were right.
    pub(super) fn learn(&mut self, drafted: usize, accepted: usize) {
        (0..accepted).for_each(|_| self.outcomes.add(true));
        if accepted < drafted {
            self.outcomes.add(false);
        }
    }

    /// The length of drafts with the largest expected number of tokens per time for `sequences` of the rows of a
    /// step.
    fn length(&self, sequences: usize, size: StepSize, costs: &StepCosts) -> usize {
        let own = &self.engine.costs;
        if sequences == 0 || !own.is_measured() || !costs.is_measured() {
            return if sequences == 0 { 0 } else { FIRST };
        }
        let probability = self.outcomes.probability();
        let (rows, position) = (size.rows as f64, size.attended_positions / size.rows.max(1));
        let own_step = own.estimate(StepSize::default().with_rows(sequences, position));
        let (mut best, mut best_rate) = (0, rows / costs.estimate(size));
        let (mut tokens, mut power) = (rows, 1.0);
        for count in 1..=LONGEST {
            power *= probability;
            tokens += sequences as f64 * power;
            let time = costs.estimate(size.with_rows(sequences * count, position)) + count as f64 * own_step;
            if tokens / time > best_rate {
                (best, best_rate) = (count, tokens / time);
            }
        }
        if best == 0 && self.idle >= RETRY { 1 } else { best }
    }
}
