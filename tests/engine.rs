//! What a sequence generates does not depend on what else the engine runs: random schedules against each request alone.

use std::collections::BTreeMap;
use std::time::Duration;

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::engine::generate::generate;
use rumma::engine::sampler::SamplingOptions;
use rumma::engine::{
    Completion, Control, Engine, EngineOptions, Event, Finish, KV_BLOCK, Request, SequenceId, Speculation,
};
use rumma::error::{Error, RequestError};
use rumma::grammar::{Constraint, Grammar, Vocabulary};
use rumma::model::{Model, ModelOptions};
use rumma::text::Tokenizer;
use serde_json::json;

fn model() -> Model {
    let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
    Model::load(&Checkpoint::open(&source).unwrap(), &ModelOptions { threads: Some(1), ..ModelOptions::default() })
        .unwrap()
}

/// Numbers below `n` from a linear congruential generator.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % n
    }
}

fn tokens(seed: usize, count: usize) -> Vec<u32> {
    (0..count).map(|i| ((i * 41 + seed * 97 + i * i % 7) % 1024) as u32).collect()
}

/// The end-of-sequence token of the storyteller.
const EOS: u32 = 2;

/// A schema, a text that repeats itself so that drafts are right, and a grammar that can end at any token.
fn grammars(model: &Model) -> Vec<Grammar> {
    let path = std::path::Path::new("fixtures/storyteller/checkpoint/tokenizer.json");
    let tokenizer = Tokenizer::from_bytes(path, &std::fs::read(path).unwrap(), None).unwrap();
    assert_eq!(tokenizer.id_of("<|im_end|>"), Some(EOS));
    let vocabulary = Vocabulary::new(&tokenizer, model.config.vocab_size).unwrap();
    let item = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"enum": ["yes", "no"]}}});
    let constraints = [
        Constraint::JsonSchema(json!({"type": "array", "items": item, "minItems": 2})),
        Constraint::Regex("(the cat sat on the mat and ){1,8}(slept|ran)".into()),
        Constraint::Lark("start: /(?s:.*)/".into()),
    ];
    constraints.iter().map(|constraint| vocabulary.compile(constraint, path, "").unwrap()).collect()
}

/// A request whose prompt begins like those of others, with few or many tokens.
fn random_request(random: &mut Random, grammars: &[Grammar]) -> Request {
    let shared = [0, 10, 64, 65, 128, 150][random.below(6)];
    let mut prompt = tokens(random.below(2), shared);
    let own = 1 + random.below(100);
    prompt.extend(tokens(2 + random.below(4), own));
    if random.below(3) == 0 {
        // Repeats, so that drafts are right.
        let repeated = prompt[..prompt.len().min(20)].to_vec();
        prompt.extend(repeated);
    }
    let sampling = match random.below(3) {
        0 => SamplingOptions::default(),
        1 => SamplingOptions { temperature: 0.8, top_k: 20, ..SamplingOptions::default() },
        _ => SamplingOptions { temperature: 1.2, top_p: 0.9, repetition_penalty: 1.2, ..SamplingOptions::default() },
    };
    let logit_bias = match random.below(3) {
        0 => vec![(10, 3.5), (random.below(1024) as u32, -6.0), (7, 1.0)],
        _ => Vec::new(),
    };
    let grammar = grammars.get(random.below(2 * grammars.len())).cloned();
    Request {
        eos: if grammar.is_some() { vec![EOS] } else { Vec::new() },
        grammar,
        logit_bias,
        count: 1 + random.below(3) / 2,
        max_tokens: random.below(40),
        context: if random.below(4) == 0 { prompt.len() + random.below(20) } else { 400 },
        sampling,
        seed: random.below(3) as u64,
        hash_logits: true,
        speculation: [Speculation::Lookup, Speculation::Model, Speculation::Off][random.below(3)],
        reuse_prefix: random.below(8) != 0,
        ..Request::new(prompt)
    }
}

/// The sequences of a request that runs alone, without drafts.
fn alone(model: &Model, request: &Request) -> Vec<Completion> {
    let request = Request { speculation: Speculation::Off, ..request.clone() };
    let options = EngineOptions::for_request(&request, 512);
    generate(&mut Engine::new(model, options), request, None, |_, _| Control::Continue).unwrap().sequences
}

/// Checks the engine after a step.
fn check_blocks(engine: &Engine, blocks: usize) {
    let counts = engine.stats().blocks;
    assert_eq!(counts.free + counts.cached + counts.referenced, blocks, "{counts:?}");
    if engine.is_idle() {
        assert_eq!(counts.referenced, 0, "{counts:?}");
    }
}

/// Runs requests that arrive at random times in a pool of `blocks` blocks, some of which are cancelled.
fn run_schedule(model: &Model, grammars: &[Grammar], seed: u64, blocks: usize, parallel: usize) {
    let mut random = Random(seed);
    let mut engine = Engine::new(
        model,
        EngineOptions {
            kv_blocks: blocks,
            prefill_chunk: [1, 7, 64, 512][random.below(4)],
            parallel,
            prompt_slowdown: if random.below(2) == 0 { Some(1.7) } else { None },
            longest_step: if random.below(2) == 0 { Some(Duration::ZERO) } else { None },
        },
    );
    if seed % 2 == 1 {
        // The model itself is the best and the most expensive draft model.
        engine = engine.with_draft_model(model, options(blocks));
    }
    let mut requests: BTreeMap<u64, Request> = BTreeMap::new();
    let mut results: BTreeMap<SequenceId, Completion> = BTreeMap::new();
    let mut cancelled = Vec::new();
    let mut to_submit = 12;
    while to_submit > 0 || !engine.is_idle() {
        if to_submit > 0 && random.below(3) == 0 {
            to_submit -= 1;
            let request = random_request(&mut random, grammars);
            match engine.submit(request.clone()) {
                Ok(number) => drop(requests.insert(number, request)),
                Err(Error::Request(RequestError::KvMemoryTooSmall { .. })) => {}
                Err(error) => panic!("{error}"),
            }
        }
        let mut on_event = |id, event: Event| {
            match event {
                Event::Finished(completion) => {
                    assert!(results.insert(id, completion).is_none(), "{id:?} finishes once");
                }
                Event::Failed(error) => panic!("{error}"),
                _ => {}
            }
            Control::Continue
        };
        if random.below(25) == 0 && !requests.is_empty() {
            let number = random.below(requests.len()) as u64;
            engine.cancel(number, &mut on_event);
            cancelled.push(number);
        }
        engine.step(None, &mut on_event);
        check_blocks(&engine, blocks);
    }
    for (number, request) in &requests {
        for (index, expected) in alone(model, request).into_iter().enumerate() {
            let found = &results[&SequenceId { request: *number, index }];
            if found.finish == Finish::Interrupted && cancelled.contains(number) {
                assert_eq!(found.ids, expected.ids[..found.ids.len()], "seed {seed}: {request:?}");
                continue;
            }
            assert_eq!(found.ids, expected.ids, "seed {seed}, sequence {number}.{index}: {request:?}");
            assert_eq!(found.finish, expected.finish, "seed {seed}");
            assert_eq!(
                found.logits_sha256, expected.logits_sha256,
                "seed {seed}, sequence {number}.{index}: {request:?}"
            );
        }
    }
}

#[test]
fn a_sequence_of_a_random_schedule_is_the_same_as_alone() {
    let model = model();
    let grammars = grammars(&model);
    for seed in 0..24 {
        // From a pool that holds one long sequence to one in which everything stays cached.
        let blocks = [5, 6, 8, 12, 40, 200][seed as usize % 6];
        run_schedule(&model, &grammars, seed, blocks, [1, 2, 4, 16][seed as usize / 6]);
    }
}

/// Runs requests together, in order of arrival, and returns their sequences.
fn together(engine: &mut Engine, requests: &[Request]) -> Vec<Completion> {
    let first = requests.iter().map(|request| engine.submit(request.clone()).unwrap()).min().unwrap();
    let mut results: Vec<Option<Completion>> = vec![None; requests.len()];
    engine.run(None, &mut |id, event| {
        if let Event::Finished(completion) = event {
            results[(id.request - first) as usize] = Some(completion);
        }
        Control::Continue
    });
    results.into_iter().map(Option::unwrap).collect()
}

fn options(blocks: usize) -> EngineOptions {
    EngineOptions { kv_blocks: blocks, prefill_chunk: 512, parallel: 16, prompt_slowdown: None, longest_step: None }
}

#[test]
fn a_prompt_with_several_continuations_is_computed_once() {
    let model = model();
    let request = Request { count: 8, max_tokens: 5, ..Request::new(tokens(1, 200)) };
    let mut engine = Engine::new(&model, options(64));
    engine.submit(request).unwrap();
    engine.run(None, &mut |_, _| Control::Continue);
    let stats = engine.stats();
    assert_eq!((stats.prompt_tokens, stats.generated_tokens), (200, 40));
}

#[test]
fn equal_beginnings_of_requests_are_computed_once() {
    let model = model();
    let requests: Vec<Request> = (0..6)
        .map(|i| Request { max_tokens: 3, ..Request::new([tokens(1, 150), tokens(10 + i, 20)].concat()) })
        .collect();
    let mut engine = Engine::new(&model, options(64));
    let completions = together(&mut engine, &requests);
    assert_eq!(completions[0].prefill.tokens, 170);
    for completion in &completions[1..] {
        assert_eq!((completion.prefill.tokens, completion.prefill.reused), (20, 150));
    }
    assert_eq!(engine.stats().prompt_tokens, 170 + 5 * 20);
}

#[test]
fn a_prompt_that_extends_an_answer_computes_only_its_new_tokens() {
    let model = model();
    let mut engine = Engine::new(&model, options(64));
    let first = Request { max_tokens: 30, ..Request::new(tokens(1, 100)) };
    let answer = together(&mut engine, &[first]).remove(0).ids;
    let second = Request { max_tokens: 2, ..Request::new([tokens(1, 100), answer, tokens(3, 7)].concat()) };
    let completion = together(&mut engine, &[second]).remove(0);
    // The last token of the answer was sampled, but not computed.
    assert_eq!((completion.prefill.tokens, completion.prefill.reused), (8, 129));
}

#[test]
fn a_cached_prompt_still_computes_one_row() {
    let model = model();
    for length in [1, KV_BLOCK, KV_BLOCK + 1, 2 * KV_BLOCK] {
        let mut engine = Engine::new(&model, options(64));
        let request = Request { max_tokens: 1, hash_logits: true, ..Request::new(tokens(1, length)) };
        let first = together(&mut engine, std::slice::from_ref(&request)).remove(0);
        let again = together(&mut engine, &[request]).remove(0);
        assert_eq!((again.prefill.tokens, again.prefill.reused), (1, length - 1), "{length} tokens");
        assert_eq!(again.logits_sha256, first.logits_sha256);
    }
}

#[test]
fn sequences_are_preempted_if_blocks_run_out_and_give_the_same_answers() {
    let model = model();
    let requests: Vec<Request> =
        (0..4).map(|i| Request { max_tokens: 150, hash_logits: true, ..Request::new(tokens(i, 60)) }).collect();
    let mut engine = Engine::new(&model, options(6));
    let completions = together(&mut engine, &requests);
    assert!(engine.stats().preemptions > 0);
    for (completion, request) in completions.iter().zip(&requests) {
        assert_eq!(completion.logits_sha256, alone(&model, request)[0].logits_sha256);
    }
}

#[test]
fn a_sequence_that_can_never_fit_is_refused_with_the_figures() {
    let model = model();
    let mut engine = Engine::new(&model, options(3));
    let error = engine.submit(Request { max_tokens: 100, ..Request::new(tokens(1, 93)) }).unwrap_err();
    let block = model.kv_cache_shape().bytes_per_block() as u64;
    assert!(
        matches!(error, Error::Request(RequestError::KvMemoryTooSmall { tokens: 193, needed, limit })
            if needed == 4 * block && limit == 3 * block),
        "{error:?}"
    );
    engine.submit(Request { max_tokens: 99, ..Request::new(tokens(1, 93)) }).unwrap();
    engine.run(None, &mut |_, _| Control::Continue);
    assert_eq!(engine.stats().generated_tokens, 99);
}

#[test]
fn a_cancelled_request_frees_its_blocks_at_once() {
    let model = model();
    let mut engine = Engine::new(&model, EngineOptions { prefill_chunk: 128, ..options(64) });
    let mut finishes = Vec::new();
    for steps in [0, 1, 3] {
        let number = engine.submit(Request { count: 2, max_tokens: 50, ..Request::new(tokens(1, 300)) }).unwrap();
        for _ in 0..steps {
            engine.step(None, &mut |_, _| Control::Continue);
        }
        engine.cancel(number, &mut |id, event| {
            if let Event::Finished(completion) = event {
                finishes.push((id.index, completion.finish));
            }
            Control::Continue
        });
        assert!(engine.is_idle());
        assert_eq!(engine.stats().blocks.referenced, 0);
    }
    assert_eq!(finishes, [(0, Finish::Interrupted), (1, Finish::Interrupted)].repeat(3));
}

#[test]
fn a_long_prompt_does_not_stall_a_sequence_that_generates() {
    let model = model();
    let slow = EngineOptions { prompt_slowdown: Some(1.7), ..options(64) };
    let mut engine = Engine::new(&model, slow);
    engine.submit(Request { max_tokens: 500, ..Request::new(tokens(1, 5)) }).unwrap();
    engine.step(None, &mut |_, _| Control::Continue);
    engine.submit(Request { max_tokens: 1, ..Request::new(tokens(2, 400)) }).unwrap();
    // Every step until the long prompt is computed gives the first sequence a token.
    let (mut prefilled, mut steps) = (false, 0);
    while !prefilled {
        let mut tokens = 0;
        engine.step(None, &mut |id, event| {
            match event {
                Event::Token { .. } if id.request == 0 => tokens += 1,
                Event::Prefilled(_) => prefilled = true,
                _ => {}
            }
            Control::Continue
        });
        steps += 1;
        assert_eq!(tokens, 1);
    }
    assert!(steps > 1, "the prompt is computed in pieces");
}

/// The tokens of requests that run one after the other with a kind of drafts, and how many drafts were right.
fn with_drafts(model: &Model, requests: &[Request], speculation: Speculation) -> (Vec<Completion>, usize, usize) {
    let mut engine = Engine::new(model, options(64)).with_draft_model(model, options(64));
    let run = |request: &Request| together(&mut engine, &[Request { speculation, ..request.clone() }]).remove(0);
    let completions: Vec<Completion> = requests.iter().map(run).collect();
    let sum = |part: fn(&Completion) -> usize| completions.iter().map(part).sum();
    let (drafted, accepted) = (sum(|c| c.speculation.drafted), sum(|c| c.speculation.accepted));
    (completions, drafted, accepted)
}

#[test]
fn drafts_change_no_answer_in_any_sampling_mode() {
    let model = model();
    let sampled =
        SamplingOptions { temperature: 0.7, top_p: 0.95, presence_penalty: 0.5, ..SamplingOptions::default() };
    let repeated = [tokens(1, 40), tokens(1, 40), tokens(1, 20)].concat();
    let requests: Vec<Request> = [SamplingOptions::default(), sampled]
        .into_iter()
        .map(|sampling| Request {
            max_tokens: 120,
            sampling,
            seed: 4,
            hash_logits: true,
            ..Request::new(repeated.clone())
        })
        .collect();
    for speculation in [Speculation::Lookup, Speculation::Model] {
        let (completions, drafted, accepted) = with_drafts(&model, &requests, speculation);
        assert!(accepted <= drafted);
        for (completion, request) in completions.iter().zip(&requests) {
            let expected = alone(&model, request).remove(0);
            assert_eq!((&completion.ids, &completion.logits_sha256), (&expected.ids, &expected.logits_sha256));
            // Each step gives a token and the accepted drafts.
            assert_eq!(completion.steps + completion.speculation.accepted, 119);
        }
    }
}

/// A draft is a request that goes on where a sequence is: after its tokens, and with its next random number. How many tokens
/// an engine drafts depends on measured times, so this asks for the drafts themselves.
#[test]
fn the_drafts_of_the_model_itself_are_right_also_if_it_samples() {
    let model = model();
    let sampling = SamplingOptions { temperature: 1.0, ..SamplingOptions::default() };
    let prompt = tokens(1, 30);
    let request = Request { max_tokens: 100, sampling, seed: 3, stream: 2, ..Request::new(prompt.clone()) };
    let ids = alone(&model, &request).remove(0).ids;
    let mut engine = Engine::new(&model, options(64));
    for generated in [1, 2, 40, 92] {
        let so_far = [&prompt[..], &ids[..generated]].concat();
        let first_draw = generated as u64;
        let draft = Request { prompt: so_far, max_tokens: 8, first_draw, ..request.clone() };
        assert_eq!(together(&mut engine, &[draft]).remove(0).ids, ids[generated..generated + 8], "after {generated}");
    }
}
