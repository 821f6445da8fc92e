//! Sampling: the remaining tokens and their probabilities equal transformers', draws follow them, and random streams
//! are repeatable.
//!
//! `fixtures/text/make_sampling.py` generates `fixtures/text/sampling.json`.

use proptest::prelude::*;
use rumma::engine::sampler::{Rng, Sampler, SamplingOptions, largest_logits, log_softmax_at, most_likely};
use rumma::error::{Error, RequestError};
use serde_json::Value;

/// The logits of a golden case, from the same generator as in make_sampling.py, `[vocab]`.
fn golden_logits(seed: u64, ties: bool, vocab: usize) -> Vec<f32> {
    let mut state = seed as u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if ties { (state >> 28) as f32 - 8.0 } else { ((state >> 22) as f32 - 512.0) / 64.0 }
    };
    std::iter::repeat_with(next).take(vocab).collect()
}

fn sampler(options: SamplingOptions, seed: u64, stream: u64) -> Sampler {
    Sampler::new(&options, seed, stream).unwrap()
}

fn warm() -> SamplingOptions {
    SamplingOptions { temperature: 1.0, ..SamplingOptions::default() }
}

#[test]
fn the_candidates_equal_those_of_transformers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/text/sampling.json");
    let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let ids = |key: &str| serde_json::from_value::<Vec<u32>>(golden[key].clone()).unwrap();
    let (prompt, generated) = (ids("prompt"), ids("generated"));
    let cases = golden["cases"].as_array().unwrap();
    assert!(cases.len() > 300, "only {} cases", cases.len());
    for case in cases {
        let options: SamplingOptions = serde_json::from_value(case["options"].clone()).unwrap();
        let (seed, ties) = (case["seed"].as_u64().unwrap(), case["ties"].as_bool().unwrap());
        let mut logits = golden_logits(seed, ties, golden["vocab"].as_u64().unwrap() as usize);
        let expected: Vec<(u32, f64)> = serde_json::from_value(case["kept"].clone()).unwrap();
        let found = sampler(options, 0, 0).distribution(&mut logits, &prompt, &generated).unwrap();
        let kept: Vec<u32> = found.iter().map(|&(id, _)| id).collect();
        assert_eq!(kept, expected.iter().map(|&(id, _)| id).collect::<Vec<_>>(), "seed {seed}: {options:?}");
        for ((id, found), (_, expected)) in found.into_iter().zip(expected) {
            let far = (found - expected).abs() > 1e-6;
            assert!(!far, "seed {seed}: {options:?}: token {id}: found {found}, expected {expected}");
        }
    }
}

#[test]
fn samples_follow_the_distribution() {
    let options = SamplingOptions { temperature: 0.8, top_k: 12, top_p: 0.95, ..warm() };
    let logits = golden_logits(77, false, 64);
    let expected = sampler(options, 0, 0).distribution(&mut logits.clone(), &[], &[]).unwrap();
    let mut sampler = sampler(options, 42, 3);
    let draws = 40_000;
    let mut counts = [0_u32; 64];
    for _ in 0..draws {
        counts[sampler.sample(&mut logits.clone(), None, &[], &[]).unwrap() as usize] += 1;
    }
    let mut chi_squared = 0.0;
    for &(id, probability) in &expected {
        let mean = probability * f64::from(draws);
        chi_squared += (f64::from(counts[id as usize]) - mean).powi(2) / mean;
    }
    assert_eq!(counts.iter().sum::<u32>(), draws);
    assert_eq!(
        counts.iter().filter(|&&count| count > 0).count(),
        expected.len(),
        "every token of the distribution is drawn, and no other"
    );
    // At most 11 degrees of freedom: one seed in a thousand exceeds 31.
    assert!(chi_squared < 31.0, "chi squared {chi_squared} over {} tokens", expected.len());
}

#[test]
fn random_numbers_are_uniform_and_streams_differ() {
    let mut rng = Rng { seed: 7, stream: 0, counter: 0 };
    let mut tenths = [0_u32; 10];
    for _ in 0..100_000 {
        tenths[(rng.uniform() * 10.0) as usize] += 1;
    }
    assert!(tenths.iter().all(|&count| (9_600..10_400).contains(&count)), "{tenths:?}");
    let first = |seed, stream| Rng { seed, stream, counter: 0 }.uniform();
    let mut firsts: Vec<f64> = (0..50).flat_map(|i| [first(i, 0), first(7, i + 1000)]).collect();
    firsts.sort_by(f64::total_cmp);
    firsts.dedup();
    assert_eq!(firsts.len(), 100);
    // The first 64 bits of Philox4x32-10 for zero counter and key, from Random123's `kat_vectors`.
    assert_eq!(first(0, 0), (0xe169_c58d_6627_e8d5_u64 >> 11) as f64 / 2.0_f64.powi(53));
}

#[test]
fn a_sequence_depends_on_its_seed_and_stream_alone() {
    let text = |sampler: &mut Sampler, steps: u64| -> Vec<u32> {
        (0..steps).map(|step| sampler.sample(&mut golden_logits(step, false, 500), None, &[], &[]).unwrap()).collect()
    };
    let alone = text(&mut sampler(warm(), 9, 1), 40);
    let mut batch: Vec<Sampler> = (0..3).map(|stream| sampler(warm(), 9, stream)).collect();
    let together: Vec<Vec<u32>> = batch.iter_mut().map(|sampler| text(sampler, 40)).collect();
    assert_eq!(together[1], alone);
    assert!(together[0] != alone && together[2] != alone);
    // Save after 40 steps and resume.
    let saved = serde_json::to_string(&batch[1].rng()).unwrap();
    let mut resumed = Sampler::resume(&warm(), serde_json::from_str(&saved).unwrap()).unwrap();
    assert_eq!(text(&mut resumed, 10), text(&mut batch[1], 10));
}

#[test]
fn greedy_picks_the_lowest_id_of_ties_and_uses_no_random_number() {
    let mut greedy = sampler(SamplingOptions::default(), 1, 0);
    assert_eq!(greedy.sample(&mut [1.0, 3.0, 3.0, 2.0], None, &[], &[]).unwrap(), 1);
    assert_eq!(greedy.rng().counter, 0);
    let options = SamplingOptions { repetition_penalty: 2.0, ..SamplingOptions::default() };
    assert_eq!(sampler(options, 1, 0).sample(&mut [1.0, 3.0, 3.0, 2.0], None, &[1], &[]).unwrap(), 2);
    let mut warm = sampler(warm(), 1, 0);
    warm.sample(&mut [1.0, 3.0], None, &[], &[]).unwrap();
    assert_eq!(warm.rng().counter, 1);
}

#[test]
fn penalties_count_each_token_as_documented() {
    let options = SamplingOptions { presence_penalty: 1.0, frequency_penalty: 0.5, ..SamplingOptions::default() };
    let mut logits = [0.0_f32; 6];
    // Prompt tokens are not penalized; ids beyond the vocabulary are ignored.
    sampler(options, 0, 0).sample(&mut logits, None, &[1, 1], &[2, 3, 3, 3, 99]).unwrap();
    assert_eq!(logits, [0.0, 0.0, -1.5, -2.5, 0.0, 0.0]);
    let options = SamplingOptions { repetition_penalty: 2.0, ..SamplingOptions::default() };
    let mut logits = [4.0, -4.0, 4.0, -4.0, f32::NEG_INFINITY];
    sampler(options, 0, 0).sample(&mut logits, None, &[0, 0, 1, 99], &[0, 4]).unwrap();
    assert_eq!(logits, [2.0, -8.0, 4.0, -4.0, f32::NEG_INFINITY]);
}

#[test]
fn a_tiny_temperature_is_greedy_and_masked_tokens_are_never_sampled() {
    for temperature in [1e-3, 1e-30, 1e-44] {
        let mut cold = sampler(SamplingOptions { temperature, ..warm() }, 5, 0);
        assert_eq!(cold.sample(&mut [1.0, 2.0, 3.0, 2.5], None, &[], &[]).unwrap(), 2);
    }
    let mut sampler = sampler(warm(), 5, 0);
    for _ in 0..200 {
        let id = sampler.sample(&mut [f32::NEG_INFINITY, 0.0, f32::NEG_INFINITY, 0.0], None, &[], &[]).unwrap();
        assert!(id == 1 || id == 3);
    }
}

#[test]
fn non_finite_logits_are_an_error() {
    let nothing = [f32::NEG_INFINITY; 3];
    for logits in [&[1.0, f32::NAN, 2.0][..], &[f32::NAN, 1.0], &[f32::INFINITY, 0.0], &nothing, &[]] {
        let error = most_likely(logits).unwrap_err();
        assert!(matches!(error, Error::NotFinite { .. }), "{error}");
        let options = SamplingOptions { top_k: 2, top_p: 0.9, ..warm() };
        assert!(sampler(options, 0, 0).sample(&mut logits.to_vec(), None, &[], &[]).is_err());
    }
}

#[test]
fn options_outside_their_range_are_refused_by_name() {
    let said = |options: SamplingOptions| Sampler::new(&options, 0, 0).unwrap_err().to_string();
    let refused = |options: SamplingOptions| {
        let error = options.validate().unwrap_err();
        assert!(matches!(error, Error::Request(RequestError::InvalidSampling { .. })), "{options:?}");
        assert_eq!(error.exit_code(), 2);
    };
    let warm = warm();
    assert_eq!(
        said(SamplingOptions { temperature: -1.0, ..warm }),
        "temperature -1 is out of range (expected 0 to 100, 0 for the most likely token)"
    );
    assert!(said(SamplingOptions { top_p: 1.5, ..warm }).starts_with("top_p 1.5 is out of range"));
    assert!(said(SamplingOptions { min_p: f32::NAN, ..warm }).starts_with("min_p NaN is out of range"));
    refused(SamplingOptions { repetition_penalty: 0.0, ..warm });
    refused(SamplingOptions { presence_penalty: f32::INFINITY, ..warm });
    refused(SamplingOptions { frequency_penalty: -1000.0, ..warm });
    refused(SamplingOptions { temperature: f32::NAN, ..warm });
}

#[test]
fn log_probabilities_equal_log_softmax() {
    let logits = golden_logits(3, false, 1000);
    let total: f64 = logits.iter().map(|&logit| f64::from(logit).exp()).sum();
    for id in [0, 1, 500, 999] {
        let truth = f64::from(logits[id as usize]) - total.ln();
        let found = f64::from(log_softmax_at(&logits, id));
        assert!((found - truth).abs() < 1e-6, "token {id}: found {found}, expected {truth}");
    }
    assert_eq!(log_softmax_at(&logits, 1000), f32::NEG_INFINITY);
    assert_eq!(log_softmax_at(&[5.0], 0), 0.0);
}

/// The same filters with a full sort, from transformers' definitions.
fn naive(logits: &[f32], options: &SamplingOptions) -> Vec<u32> {
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]).then(a.cmp(&b)));
    if options.top_k > 0 {
        let edge = logits[order[options.top_k.min(order.len()) - 1]];
        order.retain(|&id| logits[id] >= edge);
    }
    let max = f64::from(logits[order[0]]);
    let weight = |id: usize| (f64::from(logits[id]) - max).exp();
    let total: f64 = order.iter().map(|&id| weight(id)).sum();
    let mut above = 0.0;
    let mut kept = Vec::new();
    for id in order {
        if kept.is_empty() || options.top_p == 1.0 || above < f64::from(options.top_p) * total {
            kept.push(id);
        }
        above += weight(id);
    }
    kept.retain(|&id| weight(id) >= f64::from(options.min_p));
    kept.sort();
    kept.into_iter().map(|id| id as u32).collect()
}

proptest! {
    #[test]
    fn partial_selection_equals_a_full_sort(
        logits in prop::collection::vec(prop_oneof![-20.0_f32..20.0, (0_i8..4).prop_map(f32::from)], 1..900),
        top_k in prop_oneof![Just(0_usize), 1_usize..1000],
        top_p in prop_oneof![Just(1.0_f32), 0.01_f32..0.999],
        min_p in prop_oneof![Just(0.0_f32), 0.001_f32..0.9],
    ) {
        let options = SamplingOptions { top_k, top_p, min_p, ..warm() };
        let found = sampler(options, 0, 0).distribution(&mut logits.clone(), &[], &[]).unwrap();
        let found: Vec<u32> = found.into_iter().map(|(id, _)| id).collect();
        prop_assert_eq!(found, naive(&logits, &options));
    }

    #[test]
    fn largest_logits_are_sorted(logits in prop::collection::vec((0_i8..40).prop_map(f32::from), 0..300), n in 0_usize..50) {
        let mut expected: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
        expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        expected.truncate(n);
        prop_assert_eq!(largest_logits(&logits, n), expected);
    }
}
