//! Decides what the next step computes. A pure function of plain numbers: [`schedule`] knows no model and no tokens.
//!
//! There are no phases. Every sequence has a number of computed and of wanted tokens, and a step computes their
//! difference, cut by the budget of rows. Prompts, single tokens, drafts and recomputation after a preemption are all the
//! same.

use super::request::SequenceId;
use crate::kernels::attention::KV_BLOCK;

/// The most tokens of a short prompt.
pub const SHORT_PROMPT: usize = 128;

/// A sequence that holds blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// In order of arrival.
    pub id: SequenceId,
    /// Tokens whose keys and values are in its blocks.
    pub computed: usize,
    /// Tokens to compute, including the computed ones and the drafts.
    pub wanted: usize,
    /// How many of the wanted tokens are drafts.
    pub drafts: usize,
    /// Blocks that it holds.
    pub blocks: usize,
    /// How many of them no other sequence holds.
    pub exclusive: usize,
    /// Whether its prompt is short: at most [`SHORT_PROMPT`] tokens that could not be reused.
    pub is_short: bool,
}

impl Running {
    /// Tokens to compute without drafts.
    fn rows(&self) -> usize {
        self.wanted - self.drafts - self.computed
    }

    /// Whether it only generates, one token at a time.
    pub fn generates(&self) -> bool {
        self.rows() == 1
    }
}

/// A sequence without blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// In order of arrival.
    pub id: SequenceId,
    /// All its tokens, with those that can be reused.
    pub wanted: usize,
    /// Tokens whose keys and values can be reused.
    pub reusable: usize,
    /// The full blocks of `reusable`, which are shared and need not be allocated.
    pub shared: usize,
    /// How many of the shared blocks no sequence holds, so that they count as available.
    pub shared_cached: usize,
    /// Whether a running sequence is computing more tokens of the same prompt, which can be reused soon.
    pub pending: bool,
}

/// What a step may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Blocks that can be allocated.
    pub available: usize,
    /// Sequences that may run at the same time.
    pub running: usize,
    /// Rows of sequences that have more than one token to compute, besides drafts, if no other sequence has rows.
    pub prompt_rows: usize,
    /// The same, beside sequences that generate.
    pub mixed_prompt_rows: usize,
    /// The rows that short prompts have beside sequences that generate, if these are more.
    pub short_prompt_rows: usize,
}

/// What a step computes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Sequences that lose their blocks and wait again.
    pub preempt: Vec<SequenceId>,
    /// Waiting sequences that start. They are computed by the same step.
    pub admit: Vec<SequenceId>,
    /// The number of tokens to compute, in order of arrival; the sequences that are left out pause.
    pub rows: Vec<(SequenceId, usize)>,
}

/// The number of blocks that hold `tokens` tokens.
pub fn blocks_for(tokens: usize) -> usize {
    tokens.div_ceil(KV_BLOCK)
}

/// A sequence while its rows are decided.
struct Candidate {
    id: SequenceId,
    computed: usize,
    /// Tokens to compute without drafts.
    rows: usize,
    drafts: usize,
    blocks: usize,
    exclusive: usize,
    is_short: bool,
    planned: usize,
}

impl Candidate {
    fn new(s: &Running) -> Candidate {
        let Running { id, computed, drafts, blocks, exclusive, is_short, .. } = *s;
        Candidate { id, computed, rows: s.rows(), drafts, blocks, exclusive, is_short, planned: 0 }
    }

    /// Blocks to allocate for `rows` more tokens.
    fn needed(&self, rows: usize) -> usize {
        blocks_for(self.computed + rows).saturating_sub(self.blocks)
    }

    /// Whether it only generates, one token at a time.
    fn generates(&self) -> bool {
        self.rows == 1
    }

    /// The most rows, at most `limit`, that need no more than `available` blocks.
    fn rows_that_fit(&self, limit: usize, available: usize) -> usize {
        limit.min(((self.blocks + available) * KV_BLOCK).saturating_sub(self.computed))
    }
}

/// Plans a step. Both lists are in order of arrival.
///
/// Sequences that generate come first, so that a long prompt does not stall them. If blocks run out, the sequence that
/// arrived last is preempted; the first one is never preempted by another, so that something always proceeds. No sequence
/// is admitted in a step that preempts.
///
/// The rows left for prompts are divided: half to the prompt that arrived first, the other half to the others, the
/// shortest remaining first, so that neither a long nor a short prompt waits for the other.
///
/// Beside sequences that generate, short prompts get more rows than long ones: a few slow steps are soon over, and what
/// waits for them generates too.
pub fn schedule(running: &[Running], waiting: &[Waiting], limits: &Limits) -> Plan {
    let mut plan = Plan::default();
    let mut candidates: Vec<Candidate> = running.iter().map(Candidate::new).collect();
    let mut available = limits.available;

    plan_generating(&mut candidates, &mut available, &mut plan);
    let mixed = candidates.iter().any(|c| c.planned > 0);
    let mut budget = if mixed { limits.mixed_prompt_rows } else { limits.prompt_rows };
    if plan.preempt.is_empty() {
        admit(&mut candidates, waiting, limits, available, budget, &mut plan);
    }
    plan_prompts(&mut candidates, &mut available, &mut budget, &mut plan);
    if mixed {
        plan_short_prompts(&mut candidates, available, limits.short_prompt_rows);
    }

    candidates.sort_by_key(|c| c.id);
    plan.rows = candidates.iter().filter(|c| c.planned > 0).map(|c| (c.id, c.planned)).collect();
    plan
}

/// Plans one row, and the drafts that fit, for every sequence that generates.
fn plan_generating(candidates: &mut Vec<Candidate>, available: &mut usize, plan: &mut Plan) {
    let mut i = 0;
    while i < candidates.len() {
        if !candidates[i].generates() {
            i += 1;
            continue;
        }
        while candidates[i].needed(1) > *available && candidates.len() > i + 1 {
            preempt_last(candidates, available, plan);
        }
        if candidates[i].needed(1) > *available {
            // It is the last one. The sequences before it go on.
            preempt_last(candidates, available, plan);
            return;
        }
        let c = &mut candidates[i];
        c.planned = c.rows_that_fit(1 + c.drafts, *available);
        *available -= c.needed(c.planned);
        i += 1;
    }
}

fn preempt_last(candidates: &mut Vec<Candidate>, available: &mut usize, plan: &mut Plan) {
    if let Some(last) = candidates.pop() {
        *available += last.exclusive;
        plan.preempt.push(last.id);
    }
}

/// Admits waiting sequences in order of arrival while their tokens fit in the blocks that are left.
fn admit(
    candidates: &mut Vec<Candidate>,
    waiting: &[Waiting],
    limits: &Limits,
    available: usize,
    budget: usize,
    plan: &mut Plan,
) {
    // Blocks that the running sequences will need: for the rest of their prompts, and for the next tokens of each.
    let promised: usize = candidates.iter().map(|c| c.needed(c.rows.max(c.planned)) - c.needed(c.planned)).sum();
    let mut left = available.saturating_sub(promised);
    // Each admitted sequence computes a row at once.
    let mut rows = budget;
    for w in waiting {
        if candidates.len() >= limits.running || rows == 0 {
            return;
        }
        if w.pending {
            continue;
        }
        let headroom = candidates.len();
        let needed = blocks_for(w.wanted) - w.shared + w.shared_cached;
        if needed + headroom > left {
            return;
        }
        left -= needed;
        rows -= 1;
        plan.admit.push(w.id);
        candidates.push(Candidate {
            id: w.id,
            computed: w.reusable,
            rows: w.wanted - w.reusable,
            drafts: 0,
            blocks: w.shared,
            exclusive: 0,
            is_short: w.wanted - w.reusable <= SHORT_PROMPT,
            planned: 0,
        });
    }
}

/// Divides the budget over the sequences with more than one token to compute, and those that were just admitted.
fn plan_prompts(candidates: &mut Vec<Candidate>, available: &mut usize, budget: &mut usize, plan: &mut Plan) {
    let mut order: Vec<usize> = (0..candidates.len()).filter(|i| candidates[*i].planned == 0).collect();
    order.sort_by_key(|i| candidates[*i].id);
    let Some((&first, _)) = order.split_first() else { return };
    let reserved = if order.len() > 1 { budget.div_ceil(2) } else { *budget };
    let others = *budget - reserved.min(candidates[first].rows).min(*budget);
    order[1..].sort_by_key(|i| (candidates[*i].rows, candidates[*i].id));

    let mut spent = 0;
    let mut shares = vec![0; order.len()];
    for (share, i) in shares.iter_mut().zip(&order).skip(1) {
        *share = candidates[*i].rows.min(others - spent);
        spent += *share;
    }
    shares[0] = candidates[first].rows.min(*budget - spent);
    for (share, i) in shares.into_iter().zip(order) {
        let c = &mut candidates[i];
        c.planned = c.rows_that_fit(share, *available);
        *available -= c.needed(c.planned);
        *budget -= c.planned;
    }
    // If blocks are short, the last arrival gives up its own, so that the others go on.
    let stuck = candidates.iter().all(|c| c.planned == 0);
    if stuck && plan.admit.is_empty() && candidates.len() > 1 {
        candidates.sort_by_key(|c| c.id);
        preempt_last(candidates, available, plan);
        plan_prompts(candidates, available, budget, plan);
    }
}

/// Gives short prompts further rows, so that they have `rows` of the step together, the shortest first.
fn plan_short_prompts(candidates: &mut [Candidate], mut available: usize, rows: usize) {
    let mut short: Vec<&mut Candidate> = candidates.iter_mut().filter(|c| c.is_short && !c.generates()).collect();
    let mut left = rows.saturating_sub(short.iter().map(|c| c.planned).sum());
    short.sort_by_key(|c| (c.rows, c.id));
    for c in short {
        let before = c.planned;
        available += c.needed(before);
        c.planned = c.rows_that_fit(c.rows.min(before + left), available);
        available -= c.needed(c.planned);
        left -= c.planned - before;
    }
}
