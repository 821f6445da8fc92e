//! The plan of a step: which sequences start, pause or are preempted, and how many rows each gets. No model is needed.

use rumma::engine::SequenceId;
use rumma::engine::schedule::{Limits, Plan, Running, SHORT_PROMPT, Waiting, blocks_for, schedule};

fn id(request: u64) -> SequenceId {
    SequenceId { request, index: 0 }
}

/// A running sequence with blocks of its own for its computed tokens.
fn running(request: u64, computed: usize, wanted: usize) -> Running {
    let blocks = blocks_for(computed);
    Running {
        id: id(request),
        computed,
        wanted,
        drafts: 0,
        blocks,
        exclusive: blocks,
        is_short: wanted <= SHORT_PROMPT,
    }
}

fn waiting(request: u64, wanted: usize) -> Waiting {
    Waiting { id: id(request), wanted, reusable: 0, shared: 0, shared_cached: 0, pending: false }
}

fn limits(available: usize) -> Limits {
    Limits { available, running: 8, prompt_rows: 100, mixed_prompt_rows: 10, short_prompt_rows: 10 }
}

fn rows(plan: &Plan) -> Vec<(u64, usize)> {
    plan.rows.iter().map(|(id, rows)| (id.request, *rows)).collect()
}

#[test]
fn a_prompt_is_computed_in_chunks() {
    let plan = schedule(&[], &[waiting(0, 250)], &limits(9));
    assert_eq!((plan.admit.clone(), rows(&plan)), (vec![id(0)], vec![(0, 100)]));
    let plan = schedule(&[running(0, 200, 250)], &[], &limits(9));
    assert_eq!(rows(&plan), [(0, 50)]);
}

#[test]
fn sequences_that_generate_are_not_stalled_by_a_long_prompt() {
    let plan = schedule(&[running(0, 30, 31), running(1, 0, 4000), running(2, 70, 71)], &[], &limits(100));
    assert_eq!(rows(&plan), [(0, 1), (1, 10), (2, 1)]);
}

#[test]
fn short_prompts_are_read_in_few_steps_beside_sequences_that_generate_and_long_ones_get_no_more() {
    let limits = Limits { short_prompt_rows: 64, ..limits(100) };
    let plan = schedule(&[running(0, 30, 31), running(1, 0, 4000)], &[waiting(2, 20)], &limits);
    assert_eq!(rows(&plan), [(0, 1), (1, 5), (2, 20)]);
    let plan = schedule(&[running(0, 30, 31), running(1, 0, 80)], &[waiting(2, 70)], &limits);
    assert_eq!(rows(&plan), [(0, 1), (1, 5), (2, 59)]);
    // What is left of a long prompt is not a short one.
    let plan = schedule(&[running(0, 30, 31), running(1, 3960, 4000)], &[], &limits);
    assert_eq!(rows(&plan), [(0, 1), (1, 10)]);
    // They take no more blocks than there are.
    let plan = schedule(&[running(0, 30, 31), running(1, 0, 80)], &[], &Limits { available: 0, ..limits });
    assert_eq!(rows(&plan), [(0, 1)]);
}

#[test]
fn a_short_prompt_does_not_wait_for_a_long_one_nor_the_long_one_for_many_short_ones() {
    let plan = schedule(&[running(0, 100, 4000), running(1, 0, 20)], &[], &limits(100));
    assert_eq!(rows(&plan), [(0, 80), (1, 20)]);
    let short: Vec<Running> = (1..8).map(|request| running(request, 0, 40)).collect();
    let plan = schedule(&[&[running(0, 100, 4000)][..], &short].concat(), &[], &limits(100));
    assert_eq!(rows(&plan), [(0, 50), (1, 40), (2, 10)]);
}

#[test]
fn waiting_sequences_start_in_order_of_arrival_and_none_overtakes_for_want_of_blocks() {
    let plan = schedule(&[], &[waiting(0, 64), waiting(1, 300), waiting(2, 64)], &limits(4));
    assert_eq!(plan.admit, [id(0)]);
    let few = Limits { running: 2, ..limits(100) };
    let plan = schedule(&[running(0, 10, 11)], &[waiting(1, 5), waiting(2, 5)], &few);
    assert_eq!(plan.admit, [id(1)]);
}

#[test]
fn a_sequence_whose_beginning_is_being_computed_waits_and_others_start() {
    let pending = Waiting { pending: true, ..waiting(1, 64) };
    let plan = schedule(&[running(0, 0, 64)], &[pending, waiting(2, 64)], &limits(9));
    assert_eq!(plan.admit, [id(2)]);
}

#[test]
fn the_last_arrival_is_preempted_if_blocks_run_out_in_a_step() {
    // Each needs another block, and there is one.
    let full = [running(0, 64, 65), running(1, 64, 65), running(2, 64, 65)];
    let plan = schedule(&full, &[], &limits(1));
    assert_eq!((plan.preempt.clone(), rows(&plan)), (vec![id(2)], vec![(0, 1), (1, 1)]));
    // Blocks that others hold too are not won by preempting their sequence.
    let shared = [full[0], full[1], Running { exclusive: 0, ..full[2] }];
    let plan = schedule(&shared, &[], &limits(0));
    assert_eq!((plan.preempt.clone(), rows(&plan)), (vec![id(2), id(1)], vec![(0, 1)]));
}

#[test]
fn no_sequence_is_admitted_in_a_step_that_preempts() {
    let plan = schedule(&[running(0, 64, 65), running(1, 130, 131)], &[waiting(2, 10)], &limits(0));
    assert_eq!((plan.preempt.len(), plan.admit.len()), (1, 0));
}

#[test]
fn a_fully_cached_prompt_gets_one_row() {
    let cached = Waiting { reusable: 127, shared: 1, shared_cached: 1, ..waiting(0, 128) };
    let plan = schedule(&[], &[cached], &limits(2));
    assert_eq!((plan.admit.clone(), rows(&plan)), (vec![id(0)], vec![(0, 1)]));
}

#[test]
fn drafts_are_dropped_before_a_sequence_is_preempted() {
    let drafting = Running { drafts: 8, ..running(0, 60, 69) };
    let plan = schedule(&[drafting, running(1, 20, 21)], &[], &limits(0));
    assert_eq!((plan.preempt.len(), rows(&plan)), (0, vec![(0, 4), (1, 1)]));
}

/// A sequence of the simulation below.
#[derive(Clone, Debug)]
struct Simulated {
    id: SequenceId,
    computed: usize,
    tokens: usize,
    end: usize,
    blocks: usize,
    runs: bool,
}

/// Runs sequences of random lengths with [`schedule`] alone and checks every plan.
fn simulate(seed: u64, capacity: usize) {
    let mut state = seed;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((state >> 33) as usize) % n
    };
    let mut sequences: Vec<Simulated> = Vec::new();
    let mut arrivals = 40;
    for step in 0.. {
        assert!(step < 20_000, "seed {seed}: no progress with {sequences:?}");
        if arrivals > 0 && below(3) == 0 {
            arrivals -= 1;
            let end = 1 + below((capacity * 64).min(700));
            let tokens = 1 + below(end);
            sequences.push(Simulated { id: id(40 - arrivals), computed: 0, tokens, end, blocks: 0, runs: false });
        }
        if sequences.is_empty() && arrivals == 0 {
            return;
        }
        let used: usize = sequences.iter().map(|s| s.blocks).sum();
        let views = |runs: bool| sequences.iter().filter(move |s| s.runs == runs);
        let run: Vec<Running> = views(true)
            .map(|s| Running { exclusive: s.blocks, blocks: s.blocks, ..running(s.id.request, s.computed, s.tokens) })
            .collect();
        let wait: Vec<Waiting> = views(false).map(|s| waiting(s.id.request, s.tokens)).collect();
        let plan = schedule(&run, &wait, &Limits { available: capacity - used, ..limits(0) });
        assert!(!plan.rows.is_empty() || sequences.is_empty() || !plan.preempt.is_empty(), "seed {seed}: idle");
        assert!(plan.preempt.is_empty() || plan.admit.is_empty());
        let oldest = run.first().map(|r| r.id);
        assert!(run.len() < 2 || oldest.is_none_or(|oldest| !plan.preempt.contains(&oldest)), "the oldest goes on");
        for s in &mut sequences {
            if plan.preempt.contains(&s.id) {
                (s.computed, s.blocks, s.runs) = (0, 0, false);
            }
            s.runs |= plan.admit.contains(&s.id);
        }
        let mut prompt_rows = 0;
        for (id, rows) in &plan.rows {
            let s = sequences.iter_mut().find(|s| s.id == *id).unwrap();
            assert!(s.runs && *rows > 0 && s.computed + rows <= s.tokens);
            prompt_rows += if s.tokens - s.computed > 1 { *rows } else { 0 };
            s.computed += rows;
            s.blocks = blocks_for(s.computed);
            s.tokens += usize::from(s.computed == s.tokens && s.tokens < s.end);
        }
        assert!(prompt_rows <= 100);
        sequences.retain(|s| s.computed < s.end);
        assert!(sequences.iter().map(|s| s.blocks).sum::<usize>() <= capacity, "seed {seed}: too many blocks");
    }
}

#[test]
fn every_schedule_ends_and_never_uses_more_blocks_than_there_are() {
    for seed in 0..200 {
        simulate(seed, [1, 2, 5, 12, 100][seed as usize % 5]);
    }
}
