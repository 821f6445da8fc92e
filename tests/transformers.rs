//! Compares the model with Hugging Face transformers in float32 (`fixtures/*/golden.json`, made by
//! `fixtures/real-model/reference.py`). The storyteller is always compared, the real Qwen2.5-Coder-0.5B only if
//! `RUMMA_CHECKPOINT` is its directory.

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

/// The natural logarithm of the softmax probability of `id`.
fn log_probability(logits: &[f32], id: u32) -> f64 {
    let max = logits.iter().fold(f32::NEG_INFINITY, |m, l| m.max(*l));
    let sum: f64 = logits.iter().map(|l| math::exp_f64(f64::from(l - max))).sum();
    f64::from(logits[id as usize] - max) - sum.ln()
}

/// The id of the largest logit; of equal ones, the lowest.
fn greedy(logits: &[f32]) -> u32 {
    (0..logits.len()).fold(0, |best, i| if logits[i] > logits[best] { i } else { best }) as u32
}

struct Comparison {
    /// The largest difference of a logit, among the 20 largest logits of transformers.
    max_logit: f64,
    /// Mean and largest difference of the log-probabilities of the prompt's tokens.
    mean_logprob: f64,
    max_logprob: f64,
    first_token_equal: bool,
    /// Steps of greedy decoding before the first different token, and steps compared.
    greedy: (usize, usize),
}

fn compare(model: &Model, answer: &Value, steps: usize) -> Comparison {
    let prompt = ids(&answer["prompt_ids"]);
    let vocab = model.config.vocab_size;
    let (mut cache, mut workspace) = (model.new_kv_cache(), Workspace::default());
    let hidden = model.forward(&mut [SequenceInput { tokens: &prompt, cache: &mut cache }], &mut workspace).to_vec();
    let mut logits = Vec::new();
    model.logits(&hidden, &vec![ExactLogits::All; prompt.len()], &mut logits);
    let last = &logits[(prompt.len() - 1) * vocab..];
    let mut result =
        Comparison { max_logit: 0.0, mean_logprob: 0.0, max_logprob: 0.0, first_token_equal: false, greedy: (0, 0) };
    for pair in answer["top_logits"].as_array().unwrap() {
        let difference = f64::from(last[pair[0].as_u64().unwrap() as usize]) - pair[1].as_f64().unwrap();
        result.max_logit = result.max_logit.max(difference.abs());
    }
    let expected = answer["prompt_logprobs"].as_array().unwrap();
    for (i, expected_logprob) in expected.iter().enumerate() {
        let found = log_probability(&logits[i * vocab..(i + 1) * vocab], prompt[i + 1]);
        let difference = (found - expected_logprob.as_f64().unwrap()).abs();
        result.mean_logprob += difference / expected.len() as f64;
        result.max_logprob = result.max_logprob.max(difference);
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
                c.max_logit, c.max_logprob, c.mean_logprob, c.greedy.0, c.greedy.1
            );
            assert!(c.first_token_equal, "{name}: another first token");
            let count = answer["prompt_logprobs"].as_array().unwrap().len() as f64;
            (difference, tokens) = (difference + c.mean_logprob * count, tokens + count);
            match arithmetic {
                Arithmetic::F32 => {
                    assert!(c.max_logit < 0.001 && c.max_logprob < 0.001, "{name}: too far from transformers");
                    assert_eq!(c.greedy.0, c.greedy.1, "{name}: another greedy continuation");
                }
                Arithmetic::Int15 => {
                    assert!(c.max_logit < 0.02 && c.mean_logprob < 0.002, "{name}: too far from transformers")
                }
                Arithmetic::Int8 => assert!(c.mean_logprob < 0.1, "{name}: too far from transformers"),
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

/// The mean over all positions of KL(exact || approximate) of the next token, from logits `[rows, vocab]` each.
fn divergence(exact: &[f32], approximate: &[f32], vocab: usize) -> f64 {
    let rows = exact.len() / vocab;
    let row_divergence = |(exact, approximate): (&[f32], &[f32])| -> f64 {
        let log_sum_exp = |logits: &[f32]| logits.iter().map(|l| f64::from(*l).exp()).sum::<f64>().ln();
        let (a, b) = (log_sum_exp(exact), log_sum_exp(approximate));
        let term = |(e, r): (&f32, &f32)| (f64::from(*e) - a).exp() * ((f64::from(*e) - a) - (f64::from(*r) - b));
        exact.iter().zip(approximate).map(term).sum()
    };
    exact.chunks_exact(vocab).zip(approximate.chunks_exact(vocab)).map(row_divergence).sum::<f64>() / rows as f64
}

#[test]
fn the_integer_arithmetics_stay_close_to_f32() {
    let Ok(directory) = std::env::var("RUMMA_CHECKPOINT") else {
        return eprintln!("SKIPPED: RUMMA_CHECKPOINT does not name the checkpoint of fixtures/real-model");
    };
    let checkpoint = Checkpoint::open(&CheckpointSource { model: directory, ..CheckpointSource::default() }).unwrap();
    let (path, json) = checkpoint.read("tokenizer.json").unwrap().unwrap();
    let tokenizer = Tokenizer::from_bytes(&path, &json, None).unwrap();
    // Half code, half prose.
    let code = tokenizer.encode(include_str!("../fixtures/storyteller/stories.py")).unwrap();
    let prose = tokenizer.encode(include_str!("../LICENSE")).unwrap();
    let texts = [&code[..512], &prose[..512]];
    let run = |arithmetic: Arithmetic| -> Vec<Vec<f32>> {
        let model = Model::load(&checkpoint, &ModelOptions { arithmetic, isa: None, threads: None }).unwrap();
        let text_logits = |tokens: &&[u32]| {
            let (mut cache, mut workspace) = (model.new_kv_cache(), Workspace::default());
            let hidden = model.forward(&mut [SequenceInput { tokens, cache: &mut cache }], &mut workspace).to_vec();
            model.exact_logits(&hidden)
        };
        texts.iter().map(text_logits).collect()
    };
    let vocab = checkpoint.config().unwrap().vocab_size;
    let exact = run(Arithmetic::F32);
    for (arithmetic, bound) in [(Arithmetic::Int8, 0.001), (Arithmetic::Int15, 0.00001)] {
        let approximate = run(arithmetic);
        let mean = exact.iter().zip(&approximate).map(|(e, r)| divergence(e, r, vocab)).sum::<f64>() / 2.0;
        eprintln!("{}: mean KL from f32 over 1024 tokens {mean:.7}", arithmetic.name());
        assert!(mean <= bound, "{}: {mean}", arithmetic.name());
    }
}
