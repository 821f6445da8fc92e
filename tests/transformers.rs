//! The model against Hugging Face transformers in float32 (`fixtures/*/golden.json`, made by
//! `fixtures/real-model/reference.py`): the storyteller always, the real Qwen2.5-Coder-0.5B where `RUMMA_CHECKPOINT` names
//! its directory.

use std::path::Path;

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::kernels::math;
use rumma::model::head::ExactLogits;
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};
use rumma::text::Tokenizer;
use serde_json::Value;

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as u32).collect()
}

/// ln of the probability of `id`.
fn log_probability(logits: &[f32], id: u32) -> f64 {
    let max = logits.iter().fold(f32::NEG_INFINITY, |m, l| m.max(*l));
    let sum: f64 = logits.iter().map(|l| math::exp_f64(f64::from(l - max))).sum();
    f64::from(logits[id as usize] - max) - sum.ln()
}

/// The lowest index of the largest logit.
fn greedy(logits: &[f32]) -> u32 {
    (0..logits.len()).fold(0, |best, i| if logits[i] > logits[best] { i } else { best }) as u32
}

struct Compared {
    /// The largest difference of a logit among transformers' 20 largest.
    logit: f64,
    /// Mean and largest difference of the log-probabilities of the prompt's tokens.
    mean: f64,
    worst: f64,
    first_token_equal: bool,
    /// Steps of greedy decoding that agree, of all.
    greedy: (usize, usize),
}

fn compare(model: &Model, answer: &Value, steps: usize) -> Compared {
    let prompt = ids(&answer["prompt_ids"]);
    let vocab = model.config.vocab_size;
    let (mut cache, mut workspace) = (model.new_kv_cache(), Workspace::default());
    let hidden = model.forward(&mut [SequenceInput { tokens: &prompt, cache: &mut cache }], &mut workspace).to_vec();
    let mut logits = Vec::new();
    model.logits(&hidden, &vec![ExactLogits::All; prompt.len()], &mut logits);
    let last = &logits[(prompt.len() - 1) * vocab..];
    let mut result = Compared { logit: 0.0, mean: 0.0, worst: 0.0, first_token_equal: false, greedy: (0, 0) };
    for pair in answer["top_logits"].as_array().unwrap() {
        let difference = f64::from(last[pair[0].as_u64().unwrap() as usize]) - pair[1].as_f64().unwrap();
        result.logit = result.logit.max(difference.abs());
    }
    let expected = answer["prompt_logprobs"].as_array().unwrap();
    for (i, truth) in expected.iter().enumerate() {
        let found = log_probability(&logits[i * vocab..(i + 1) * vocab], prompt[i + 1]);
        let difference = (found - truth.as_f64().unwrap()).abs();
        result.mean += difference / expected.len() as f64;
        result.worst = result.worst.max(difference);
    }
    let mut next = greedy(last);
    let expected = ids(&answer["greedy_ids"]);
    result.first_token_equal = next == expected[0];
    let mut agree = true;
    for expected in expected.iter().take(steps) {
        agree &= next == *expected;
        result.greedy.0 += usize::from(agree);
        result.greedy.1 += 1;
        if agree {
            let hidden =
                model.forward(&mut [SequenceInput { tokens: &[next], cache: &mut cache }], &mut workspace).to_vec();
            model.logits(&hidden, &[ExactLogits::TopK { k: 1, always: &[] }], &mut logits);
            next = greedy(&logits);
        }
    }
    result
}

fn check(model: &str, golden: &Path, steps: usize) {
    let checkpoint =
        Checkpoint::open(&CheckpointSource { model: model.into(), ..CheckpointSource::default() }).unwrap();
    let answers: Value = serde_json::from_slice(&std::fs::read(golden).unwrap()).unwrap();
    for arithmetic in Arithmetic::ALL {
        let options = ModelOptions { arithmetic, isa: None, threads: None };
        let model = Model::load(&checkpoint, &options).unwrap();
        let (mut difference, mut tokens) = (0.0, 0.0);
        for answer in answers.as_array().unwrap() {
            let c = compare(&model, answer, if arithmetic == Arithmetic::F32 { steps } else { 1 });
            let name = format!("{} {}", arithmetic.name(), answer["name"]);
            eprintln!(
                "{name}: logits within {:.5}, log-probabilities within {:.5} (mean {:.5}), greedy {} of {}",
                c.logit, c.worst, c.mean, c.greedy.0, c.greedy.1
            );
            assert!(c.first_token_equal, "{name}: another first token");
            let count = answer["prompt_logprobs"].as_array().unwrap().len() as f64;
            (difference, tokens) = (difference + c.mean * count, tokens + count);
            match arithmetic {
                Arithmetic::F32 => {
                    assert!(c.logit < 0.001 && c.worst < 0.001, "{name}: too far from transformers");
                    assert_eq!(c.greedy.0, c.greedy.1, "{name}: another greedy continuation");
                }
                Arithmetic::Int15 => assert!(c.logit < 0.02 && c.mean < 0.002, "{name}: too far from transformers"),
                Arithmetic::Int8 => assert!(c.mean < 0.1, "{name}: too far from transformers"),
            }
        }
        assert!(difference / tokens < 0.05, "{}: {}", arithmetic.name(), difference / tokens);
    }
}

#[test]
fn storyteller_answers_equal_transformers() {
    check("storyteller", Path::new("fixtures/storyteller/golden.json"), 120);
}

#[test]
fn real_model_answers_equal_transformers() {
    match std::env::var("RUMMA_CHECKPOINT") {
        Ok(directory) => check(&directory, Path::new("fixtures/real-model/golden.json"), 48),
        Err(_) => eprintln!("SKIPPED: RUMMA_CHECKPOINT does not name the checkpoint of fixtures/real-model"),
    }
}

/// The mean over all positions of KL(exact || rough) of the next token.
fn divergence(exact: &[f32], rough: &[f32], vocab: usize) -> f64 {
    let rows = exact.len() / vocab;
    let of_row = |(exact, rough): (&[f32], &[f32])| -> f64 {
        let normaliser = |logits: &[f32]| logits.iter().map(|l| f64::from(*l).exp()).sum::<f64>().ln();
        let (a, b) = (normaliser(exact), normaliser(rough));
        let term = |(e, r): (&f32, &f32)| (f64::from(*e) - a).exp() * ((f64::from(*e) - a) - (f64::from(*r) - b));
        exact.iter().zip(rough).map(term).sum()
    };
    exact.chunks_exact(vocab).zip(rough.chunks_exact(vocab)).map(of_row).sum::<f64>() / rows as f64
}

#[test]
fn the_integer_arithmetics_stay_close_to_f32() {
    let Ok(directory) = std::env::var("RUMMA_CHECKPOINT") else {
        return eprintln!("SKIPPED: RUMMA_CHECKPOINT does not name the checkpoint of fixtures/real-model");
    };
    let checkpoint = Checkpoint::open(&CheckpointSource { model: directory, ..CheckpointSource::default() }).unwrap();
    let (path, json) = checkpoint.read("tokenizer.json").unwrap().unwrap();
    let tokenizer = Tokenizer::from_bytes(&path, &json, None).unwrap();
    // Code and prose: half of each.
    let code = tokenizer.encode(include_str!("../fixtures/storyteller/stories.py")).unwrap();
    let prose = tokenizer.encode(include_str!("../LICENSE")).unwrap();
    let texts = [&code[..512], &prose[..512]];
    let run = |arithmetic: Arithmetic| -> Vec<Vec<f32>> {
        let model = Model::load(&checkpoint, &ModelOptions { arithmetic, isa: None, threads: None }).unwrap();
        let of_text = |tokens: &&[u32]| {
            let (mut cache, mut workspace) = (model.new_kv_cache(), Workspace::default());
            let hidden = model.forward(&mut [SequenceInput { tokens, cache: &mut cache }], &mut workspace).to_vec();
            model.exact_logits(&hidden)
        };
        texts.iter().map(of_text).collect()
    };
    let vocab = checkpoint.config().unwrap().vocab_size;
    let exact = run(Arithmetic::F32);
    for (arithmetic, bound) in [(Arithmetic::Int8, 0.001), (Arithmetic::Int15, 0.00001)] {
        let rough = run(arithmetic);
        let mean = exact.iter().zip(&rough).map(|(e, r)| divergence(e, r, vocab)).sum::<f64>() / 2.0;
        eprintln!("{}: mean KL from f32 over 1024 tokens {mean:.7}", arithmetic.name());
        assert!(mean <= bound, "{}: {mean}", arithmetic.name());
    }
}
