//! The events that `generate` reports to its callback, their order, and the effect of every `Control` that it returns.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::engine::generate::{Generation, generate};
use rumma::engine::sampler::SamplingOptions;
use rumma::engine::{Control, Engine, EngineOptions, Event, Finish, PrefillStats, Request};
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};

const PROMPT_LEN: usize = 50;
const CHUNK: usize = 20;
/// SHA-256 of zero bytes.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn storyteller() -> Checkpoint {
    Checkpoint::open(&CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() }).unwrap()
}

fn prompt() -> Vec<u32> {
    (0..PROMPT_LEN as u32).map(|i| (i * 41 + 3) % 1024).collect()
}

/// The events of this test, without the sequences of those that only the first one has.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Seen {
    Prefill { done: usize },
    Prefilled(PrefillStats),
    Token { sequence: usize, id: u32 },
}

/// Sampling at temperature 1, so that the sequences of a batch differ.
fn request(batch: usize, max_tokens: usize) -> Request {
    Request {
        count: batch,
        max_tokens,
        context: 400,
        sampling: SamplingOptions { temperature: 1.0, ..SamplingOptions::default() },
        seed: 5,
        hash_logits: true,
        ..Request::new(prompt())
    }
}

/// Runs `request` and returns its result and its events. `control` gets the index of each event and the event.
fn run_cancellable(
    request: &Request,
    cancel: Option<&AtomicBool>,
    mut control: impl FnMut(usize, Seen) -> Control + Send,
) -> (Generation, Vec<Seen>) {
    let checkpoint = storyteller();
    let model = Model::load(&checkpoint, &ModelOptions::default()).unwrap();
    let options = EngineOptions::for_request(request, CHUNK);
    let mut events = Vec::new();
    let generation = generate(&mut Engine::new(&model, options), request.clone(), cancel, |sequence, event| {
        let seen = match *event {
            Event::Prefill { done, total } => {
                assert_eq!((sequence, total), (0, PROMPT_LEN));
                Seen::Prefill { done }
            }
            Event::Prefilled(stats) => Seen::Prefilled(PrefillStats { time: Duration::ZERO, ..stats }),
            Event::Token { id, .. } => Seen::Token { sequence, id },
            _ => return Control::Continue,
        };
        events.push(seen);
        control(events.len() - 1, seen)
    });
    (generation.unwrap(), events)
}

fn run(request: &Request, control: impl FnMut(usize, Seen) -> Control + Send) -> (Generation, Vec<Seen>) {
    run_cancellable(request, None, control)
}

fn run_to_end(request: &Request) -> (Generation, Vec<Seen>) {
    run(request, |_, _| Control::Continue)
}

/// The expected events of prefill: one for each chunk, then `Prefilled`.
fn prefill_events(generation: &Generation) -> Vec<Seen> {
    let chunks = [20, 40, 50].map(|done| Seen::Prefill { done });
    chunks.into_iter().chain([Seen::Prefilled(prefilled(generation))]).collect()
}

/// What the event says: the sampling of the first token comes after it, and is part of the result.
fn prefilled(generation: &Generation) -> PrefillStats {
    PrefillStats { time: Duration::ZERO, ..generation.prefill }
}

/// The expected events of decode: in every step one for each sequence that is long enough, in order.
fn token_events(generation: &Generation) -> Vec<Seen> {
    let steps = generation.sequences.iter().map(|s| s.ids.len()).max().unwrap_or(0);
    let event = |step: usize| {
        let sequences = generation.sequences.iter().enumerate();
        sequences.filter_map(move |(sequence, s)| s.ids.get(step).map(|id| Seen::Token { sequence, id: *id }))
    };
    (0..steps).flat_map(event).collect()
}

fn finishes(generation: &Generation) -> Vec<Finish> {
    generation.sequences.iter().map(|s| s.finish).collect()
}

#[test]
fn events_are_the_prefill_chunks_then_the_tokens_by_step_and_sequence() {
    for batch in [1, 3] {
        let (generation, events) = run_to_end(&request(batch, 6));
        let (prefill, tokens) = events.split_at(4);
        assert_eq!(prefill, prefill_events(&generation), "batch {batch}");
        assert_eq!(tokens, token_events(&generation), "batch {batch}");
        assert_eq!(generation.prompt, prompt());
        assert_eq!(finishes(&generation), vec![Finish::TokenLimit; batch]);
        assert!(generation.sequences.iter().all(|s| s.ids.len() == 6));
        // The first token of each sequence is part of prefill.
        assert_eq!((generation.prefill.tokens, generation.decode.tokens, generation.steps), (50, 5 * batch, 5));
    }
}

#[test]
fn a_sequence_ended_by_the_callback_gets_no_more_events_and_the_others_are_unchanged() {
    for batch in [1, 3] {
        let (whole, _) = run_to_end(&request(batch, 6));
        let last = batch - 1;
        let mut count = 0;
        let (stopped, events) = run(&request(batch, 6), |_, event| match event {
            Seen::Token { sequence, .. } if sequence == last => {
                count += 1;
                if count == 2 { Control::EndSequence } else { Control::Continue }
            }
            _ => Control::Continue,
        });
        assert_eq!(events[4..], token_events(&stopped));
        assert_eq!(stopped.sequences[last].finish, Finish::StopString);
        assert_eq!(stopped.sequences[last].ids, whole.sequences[last].ids[..2]);
        for (stopped, whole) in stopped.sequences.iter().zip(&whole.sequences).take(last) {
            assert_eq!((&stopped.ids, stopped.finish), (&whole.ids, Finish::TokenLimit));
            assert_eq!(stopped.logits_sha256, whole.logits_sha256);
        }
    }
}

#[test]
fn an_end_of_sequence_token_is_reported_and_ends_its_sequence() {
    let (whole, _) = run_to_end(&request(3, 6));
    let eos = whole.sequences[1].ids[2];
    let (generation, events) = run_to_end(&Request { eos: vec![eos], ..request(3, 6) });
    assert_eq!(events[4..], token_events(&generation));
    for (sequence, whole) in generation.sequences.iter().zip(&whole.sequences) {
        let end = whole.ids.iter().position(|id| *id == eos);
        let expected = end.map_or(Finish::TokenLimit, |_| Finish::Eos(eos));
        assert_eq!((&sequence.ids[..], sequence.finish), (&whole.ids[..end.map_or(6, |end| end + 1)], expected));
    }
}

#[test]
fn a_generation_that_may_not_add_a_token_only_runs_prefill() {
    for (max_tokens, context, finish) in [(0, 400, Finish::TokenLimit), (6, PROMPT_LEN, Finish::ContextEnd)] {
        let (generation, events) = run_to_end(&Request { context, ..request(3, max_tokens) });
        assert_eq!(events, prefill_events(&generation));
        assert_eq!((finishes(&generation), generation.steps), (vec![finish; 3], 0));
    }
    let (generation, events) = run_to_end(&Request { context: PROMPT_LEN + 2, ..request(1, 6) });
    assert_eq!(events[4..], token_events(&generation));
    assert_eq!((finishes(&generation), generation.sequences[0].ids.len()), (vec![Finish::ContextEnd], 2));
}

#[test]
fn ending_all_during_prefill_gives_empty_interrupted_sequences() {
    for batch in [1, 3] {
        for chunks in [1, 3] {
            let control = |n, _| if n + 1 == chunks { Control::EndAll } else { Control::Continue };
            let (generation, events) = run(&request(batch, 6), control);
            assert_eq!(events, prefill_events(&generation)[..chunks]);
            assert_eq!(finishes(&generation), vec![Finish::Interrupted; batch]);
            assert!(generation.sequences.iter().all(|s| s.ids.is_empty()));
            assert!(generation.sequences.iter().all(|s| s.logits_sha256.as_deref() == Some(EMPTY_SHA256)));
            assert_eq!(generation.prefill.tokens, [20, 40, 50][chunks - 1]);
            assert_eq!((generation.prompt, generation.steps), (prompt(), 0));
        }
        let control = |_, event| if matches!(event, Seen::Prefilled(_)) { Control::EndAll } else { Control::Continue };
        let (generation, events) = run(&request(batch, 6), control);
        assert_eq!(events, prefill_events(&generation));
        assert_eq!(finishes(&generation), vec![Finish::Interrupted; batch]);
    }
}

#[test]
fn ending_all_at_a_token_ends_every_sequence_in_that_step() {
    for batch in [1, 3] {
        let (whole, _) = run_to_end(&request(batch, 6));
        for step in [0, 3] {
            let first_of_step = 4 + step * batch;
            let control = |n, _| if n == first_of_step { Control::EndAll } else { Control::Continue };
            let (generation, events) = run(&request(batch, 6), control);
            assert_eq!(events[4..], token_events(&generation));
            assert_eq!((finishes(&generation), generation.steps), (vec![Finish::Interrupted; batch], step));
            for (ended, whole) in generation.sequences.iter().zip(&whole.sequences) {
                assert_eq!(ended.ids, whole.ids[..step + 1]);
            }
        }
    }
}

#[test]
fn an_ended_sequence_keeps_its_finish_reason_when_all_are_ended_later() {
    let control = |n, _| match n {
        4 => Control::EndSequence,
        7 => Control::EndAll,
        _ => Control::Continue,
    };
    let (generation, events) = run(&request(3, 6), control);
    assert_eq!(events[4..], token_events(&generation));
    assert_eq!(finishes(&generation), [Finish::StopString, Finish::Interrupted, Finish::Interrupted]);
}

#[test]
fn the_cancel_flag_ends_prefill_in_the_middle_of_a_chunk() {
    let cancel = AtomicBool::new(true);
    let (generation, events) = run_cancellable(&request(3, 6), Some(&cancel), |_, _| Control::Continue);
    assert_eq!((events, generation.prefill.tokens), (Vec::new(), 0));
    assert_eq!((finishes(&generation), generation.prompt), (vec![Finish::Interrupted; 3], prompt()));
    // If the callback sets the flag, the next chunk ends early.
    cancel.store(false, Ordering::SeqCst);
    let (generation, events) = run_cancellable(&request(3, 6), Some(&cancel), |_, _| {
        cancel.store(true, Ordering::SeqCst);
        Control::Continue
    });
    assert_eq!((events, generation.prefill.tokens), (vec![Seen::Prefill { done: 20 }], 20));
    assert_eq!(finishes(&generation), [Finish::Interrupted; 3]);
}

#[test]
fn a_cancelled_pass_leaves_the_cache_as_it_was_and_can_be_repeated() {
    let checkpoint = storyteller();
    for arithmetic in Arithmetic::ALL {
        let model = Model::load(&checkpoint, &ModelOptions { arithmetic, ..ModelOptions::default() }).unwrap();
        let tokens: Vec<u32> = (0..300).map(|i| (i * 29 + 7) % 1024).collect();
        let mut workspace = Workspace::default();
        let mut reference = model.new_kv_cache();
        let mut pass = |cache: &mut _, tokens: &[u32]| {
            model.forward(&mut [SequenceInput { tokens, cache }], &mut workspace).to_vec()
        };
        pass(&mut reference, &tokens[..100]);
        let mut cache = reference.clone();
        let expected = pass(&mut reference, &tokens[100..]);

        let mut other_workspace = Workspace::default();
        let mut cancelled = 0;
        for delay in (0..20).map(|i| Duration::from_micros(400 * i)) {
            let cancel = AtomicBool::new(false);
            let mut attempt = cache.clone();
            let batch = &mut [SequenceInput { tokens: &tokens[100..], cache: &mut attempt }];
            let found = thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(delay);
                    cancel.store(true, Ordering::SeqCst);
                });
                model.forward_unless(&cancel, batch, &mut other_workspace).map(<[f32]>::to_vec)
            });
            match found {
                Some(hidden) => assert_eq!((hidden, attempt.len()), (expected.clone(), 300)),
                None => {
                    cancelled += 1;
                    assert_eq!(attempt.len(), 100);
                    cache = attempt;
                }
            }
        }
        let batch = &mut [SequenceInput { tokens: &tokens[100..], cache: &mut cache }];
        let cancel = AtomicBool::new(true);
        assert!(model.forward_unless(&cancel, batch, &mut other_workspace).is_none());
        assert_eq!(model.forward(batch, &mut other_workspace), expected, "after {cancelled} cancelled passes");
        assert_eq!(cache.to_bytes(), reference.to_bytes());
    }
}
