//! The quantized output head has the same bits on every instruction set, every logit is within its bound, and sampling
//! chooses the same tokens as with exact logits.

use rumma::checkpoint::{Checkpoint, CheckpointSource, RandomModel};
use rumma::engine::sampler::{Sampler, SamplingOptions};
use rumma::kernels::head::{HeadInput, HeadRow, PAD, STRIP, error_bound, interleave, quantize_input};
use rumma::kernels::layout::{Dense, Float};
use rumma::kernels::{Isa, Kernels, math};
use rumma::model::head::ExactLogits;
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};

fn numbers(seed: u64, n: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..n).map(|_| next() * next() * 2.0).collect()
}

/// Numbers in their stored format.
fn stored(values: &[f32], kind: Float) -> Vec<u8> {
    let bytes = |v: &f32| match kind {
        Float::F16 => math::f32_to_f16(*v).to_le_bytes().to_vec(),
        Float::Bf16 => ((v.to_bits() >> 16) as u16).to_le_bytes().to_vec(),
        Float::F32 => v.to_le_bytes().to_vec(),
    };
    values.iter().flat_map(bytes).collect()
}

fn quantize_head(kernels: Kernels, w: &Dense) -> (Vec<u8>, Vec<HeadRow>) {
    let width = w.inputs.next_multiple_of(PAD);
    let (mut codes, mut wide, mut row) = (Vec::new(), vec![0.0; w.inputs], vec![1; width]);
    codes.resize(w.outputs.next_multiple_of(STRIP) * width, 1);
    let rows = (0..w.outputs).map(|o| {
        let head = kernels.head_row(w, o, &mut wide, &mut row);
        interleave(&row, o % STRIP, &mut codes[o / STRIP * STRIP * width..][..STRIP * width]);
        head
    });
    let rows = rows.collect();
    (codes, rows)
}

fn logits(kernels: Kernels, codes: &[u8], rows: &[HeadRow], x: &[HeadInput]) -> Vec<Vec<f32>> {
    let mut out = vec![vec![0.0; rows.len()]; x.len()];
    let mut slices: Vec<&mut [f32]> = out.iter_mut().map(Vec::as_mut_slice).collect();
    let scales: Vec<f32> = rows.iter().map(|row| row.scale).collect();
    kernels.head_logits(codes, &scales, &x.iter().collect::<Vec<_>>(), &mut slices);
    out
}

/// Asserts that the codes and logits of a head are the same on every instruction set, and that every logit is within
/// its bound. `values` are rows of activations.
fn check(w: &Dense, values: &[f32]) {
    let scalar = Kernels::for_isa(Isa::Scalar).unwrap();
    let (codes, rows) = quantize_head(scalar, w);
    let x: Vec<HeadInput> = values.chunks_exact(w.inputs).map(quantize_input).collect();
    let expected = logits(scalar, &codes, &rows, &x);
    for kernels in Kernels::available() {
        assert_eq!(quantize_head(kernels, w), (codes.clone(), rows.clone()), "{:?}", kernels.isa());
        for (x, values) in x.iter().zip(values.chunks_exact(w.inputs)) {
            let same = kernels.head_input(values);
            assert_eq!(same.codes[..], x.codes[..], "{:?}", kernels.isa());
            assert_eq!([same.step, same.length, same.error], [x.step, x.length, x.error], "{:?}", kernels.isa());
        }
        for count in 1..=x.len() {
            assert_eq!(logits(kernels, &codes, &rows, &x[..count]), expected[..count], "{:?}", kernels.isa());
        }
    }
    for ((x, values), logits) in x.iter().zip(values.chunks_exact(w.inputs)).zip(&expected) {
        let mut exact = vec![0.0; w.outputs];
        scalar.dense_tile(w, values, 0..w.outputs, &mut exact);
        for (o, ((l, e), row)) in logits.iter().zip(&exact).zip(&rows).enumerate() {
            let (bound, what) = (error_bound(row.error, row.length, x), (w.kind, w.inputs));
            assert!((l - e).abs() <= bound, "{what:?}, row {o}: {l} for {e}, bound {bound}");
        }
    }
}

#[test]
fn quantized_logits_have_the_scalar_bits_and_are_within_the_bound() {
    for (n, inputs) in [1, 31, 32, 96, 128, 200, 896, 2048, 8192 + 96].into_iter().enumerate() {
        // Six strips and a partial one: some are read side by side, the last ones alone.
        let outputs = 101;
        let mut weights = numbers(n as u64, inputs * outputs);
        weights[..inputs].fill(0.0);
        weights[inputs] = 60000.0;
        weights[2 * inputs..3 * inputs].fill(-0.5);
        let mut values = numbers(100 + n as u64, inputs * 19);
        values[inputs / 2] = 500.0;
        values[inputs..2 * inputs].fill(0.0);
        // The largest sum possible, with row 2.
        values[2 * inputs..3 * inputs].fill(3.0);
        let kind = Float::F16;
        check(&Dense { inputs, outputs, data: &stored(&weights, kind), kind }, &values);
    }
}

/// Rows with one huge number each, at different positions, and numbers of about half a step of the codes.
fn spikes(rows: usize, inputs: usize, huge: f32, codes: f32) -> Vec<f32> {
    let number = |r: usize, i: usize| {
        // There the quantization error is largest. It has one sign in even rows and both signs in odd rows.
        let steps = [0.5, 0.498, 0.502][r % 3] * if r % 2 == 1 && i % 2 == 1 { -1.0 } else { 1.0 };
        if i == r * 7 % inputs { huge } else { huge / codes * steps }
    };
    (0..rows).flat_map(|r| (0..inputs).map(move |i| number(r, i))).collect()
}

const KINDS: [Float; 3] = [Float::F16, Float::Bf16, Float::F32];

#[test]
fn logits_of_rows_with_one_huge_number_are_within_the_bound() {
    let outputs = 20;
    for inputs in [1, 2, 3, 31, 32, 128, 896, 2048] {
        for kind in KINDS {
            // Steps that are powers of two, for which half a step is exact, and others.
            for (weight, activation) in [(127.0, 16256.0), (1.0, 1.0), (0.03, 50.0)] {
                let (rows, plain_rows) = (spikes(outputs, inputs, weight, 127.0), numbers(6, outputs * inputs));
                let (x, plain_x) = (spikes(9, inputs, activation, 16256.0), numbers(5, 3 * inputs));
                for (rows, x) in [(&rows, &x), (&rows, &plain_x), (&plain_rows, &x)] {
                    check(&Dense { inputs, outputs, data: &stored(rows, kind), kind }, x);
                }
            }
        }
    }
}

#[test]
fn logits_of_tiny_rows_are_within_the_bound() {
    let outputs = 20;
    for inputs in [1, 2, 32, 128, 896] {
        for kind in [Float::Bf16, Float::F32] {
            // The squares of the first two sizes are zero in single precision; with the others the squares of the
            // quantization errors lose digits.
            for size in [1e-35, 1e-25, 1e-20, 1e-17] {
                let plain: Vec<f32> = numbers(6, outputs * inputs).iter().map(|v| v * size).collect();
                for rows in [plain, spikes(outputs, inputs, size, 127.0)] {
                    let data = stored(&rows, kind);
                    let x = [numbers(5, 3 * inputs), spikes(3, inputs, 16256.0, 16256.0)].concat();
                    check(&Dense { inputs, outputs, data: &data, kind }, &x);
                }
            }
        }
    }
}

#[test]
fn rows_and_activations_that_are_not_finite_have_an_infinite_bound() {
    let data = stored(&[1.0, f32::NAN, 1.0, 2.0, f32::INFINITY, 0.0], Float::F16);
    let w = Dense { inputs: 2, outputs: 3, data: &data, kind: Float::F16 };
    for kernels in Kernels::available() {
        let (_, rows) = quantize_head(kernels, &w);
        let is_bounded =
            |row: &HeadRow, x: [f32; 2]| error_bound(row.error, row.length, &quantize_input(&x)).is_finite();
        let bounded: Vec<bool> = rows.iter().map(|row| is_bounded(row, [1.0, 1.0])).collect();
        assert_eq!(bounded, [false, true, false]);
        assert!(!is_bounded(&rows[1], [f32::NAN, 1.0]));
    }
}

#[test]
fn logit_bounds_have_the_scalar_bits_and_ignore_logits_that_are_not_finite() {
    let scalar = Kernels::for_isa(Isa::Scalar).unwrap();
    let x = quantize_input(&numbers(7, 96));
    for rows in [1, 31, 32, 100, 512] {
        let plain =
            [numbers(1, rows), numbers(2, rows), numbers(3, rows)].map(|values| values.into_iter().map(f32::abs));
        let [logits, errors, lengths] = plain.map(|values| values.collect::<Vec<_>>());
        let mut cases = vec![(logits.clone(), errors.clone())];
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let (mut logits, mut errors) = (logits.clone(), errors.clone());
            logits[rows / 2] = odd;
            cases.push((logits.clone(), errors.clone()));
            errors[rows / 2] = f32::INFINITY;
            cases.push((logits, errors));
        }
        for (n, (logits, errors)) in cases.iter().enumerate() {
            let bounds = scalar.head_bounds(logits, errors, &lengths, &x);
            for kernels in Kernels::available() {
                assert_eq!(kernels.head_bounds(logits, errors, &lengths, &x), bounds, "{rows} {n} {:?}", kernels.isa());
            }
            assert!(bounds.lower.is_finite() || bounds.lower == f32::NEG_INFINITY, "{rows} {n}");
            assert!(!bounds.upper.is_nan(), "{rows} {n}");
            let least = |o: usize| logits[o] - error_bound(errors[o], lengths[o], &x);
            let most = |o: usize| logits[o] + error_bound(errors[o], lengths[o], &x);
            if n == 0 {
                assert_eq!(bounds.lower, (0..rows).map(least).fold(f32::NEG_INFINITY, f32::max));
                assert_eq!(bounds.upper, (0..rows).map(most).fold(f32::NEG_INFINITY, f32::max));
            }
        }
    }
}

fn storyteller() -> Checkpoint {
    Checkpoint::open(&CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() }).unwrap()
}

/// The model, and the hidden states of `tokens`.
fn run(checkpoint: &Checkpoint, tokens: &[u32]) -> (Model, Vec<f32>) {
    let options = ModelOptions { arithmetic: Arithmetic::Int8, isa: None, threads: Some(2) };
    let model = Model::load(checkpoint, &options).unwrap();
    let (mut cache, mut workspace) = (model.new_kv_cache(), Workspace::default());
    let hidden = model.forward(&mut [SequenceInput { tokens, cache: &mut cache }], &mut workspace).to_vec();
    (model, hidden)
}

/// A model with eight blocks of rows in its output head; the storyteller has two.
fn many_block_model() -> Checkpoint {
    let model = RandomModel { hidden_size: Some(256), layers: Some(1), seed: 5, ..RandomModel::default() };
    Checkpoint::random(&model, None, None).unwrap()
}

#[test]
fn every_token_that_can_be_sampled_has_its_exact_logit() {
    for checkpoint in [storyteller(), many_block_model()] {
        let tokens: Vec<u32> = (0..200).map(|i| (i * 37 + 5) % 1024).collect();
        let (model, hidden) = run(&checkpoint, &tokens);
        let vocab = model.config.vocab_size;
        let (mut exact, mut approximate) = (Vec::new(), Vec::new());
        model.logits(&hidden, &vec![ExactLogits::All; tokens.len()], &mut exact);
        let best = |row: usize| {
            let row = &exact[row * vocab..][..vocab];
            (0..vocab).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap() as u32
        };
        // Two arbitrary ids, and the best ids of some rows: in those rows, the margin counts from the best of the
        // others.
        let mut always = vec![3, 700];
        always.extend((0..tokens.len()).step_by(4).map(best));
        let cases = [
            ExactLogits::TopK { k: 1, always: &[] },
            ExactLogits::TopK { k: 1, always: &always },
            ExactLogits::TopK { k: 20, always: &always },
            ExactLogits::WithinMargin { margin: 2.0, always: &[] },
            ExactLogits::WithinMargin { margin: 2.0, always: &always },
            ExactLogits::WithinMargin { margin: 0.1, always: &always },
            ExactLogits::All,
        ];
        for required in cases {
            model.logits(&hidden, &vec![required; tokens.len()], &mut approximate);
            for (approximate, exact) in approximate.chunks_exact(vocab).zip(exact.chunks_exact(vocab)) {
                let always = match required {
                    ExactLogits::All => &[],
                    ExactLogits::TopK { always, .. } | ExactLogits::WithinMargin { always, .. } => always,
                };
                let is_exact = |id: usize| approximate[id].to_bits() == exact[id].to_bits();
                assert!(always.iter().all(|id| is_exact(*id as usize)), "{required:?}");
                // Penalties may change the logits of `always`, so those ids do not count among the others.
                let mut others: Vec<usize> = (0..vocab).filter(|id| !always.contains(&(*id as u32))).collect();
                others.sort_by(|a, b| exact[*b].total_cmp(&exact[*a]));
                let most = exact[others[0]];
                let required_count = match required {
                    ExactLogits::All => others.len(),
                    ExactLogits::WithinMargin { margin, .. } => {
                        others.partition_point(|id| exact[*id] >= most - margin)
                    }
                    ExactLogits::TopK { k, .. } => k,
                };
                let (must, rest) = others.split_at(required_count);
                assert!(must.iter().all(|id| is_exact(*id)), "{required:?}");
                // No other logit may appear larger than the least of them.
                let least = exact[must[must.len() - 1]];
                assert!(rest.iter().all(|id| approximate[*id] <= least), "{required:?}");
            }
        }
    }
}

#[test]
fn sampling_from_the_exact_logits_equals_sampling_from_all() {
    let plain = SamplingOptions { temperature: 0.8, ..SamplingOptions::default() };
    let all = [
        SamplingOptions::default(),
        SamplingOptions { repetition_penalty: 1.3, ..SamplingOptions::default() },
        SamplingOptions { top_k: 20, top_p: 0.9, ..plain },
        SamplingOptions { top_k: 20, presence_penalty: 2.0, frequency_penalty: 0.5, ..plain },
        SamplingOptions { min_p: 0.05, ..plain },
        SamplingOptions { min_p: 0.05, repetition_penalty: 1.3, ..plain },
        SamplingOptions { min_p: 0.3, presence_penalty: -2.0, frequency_penalty: 0.5, ..plain },
        SamplingOptions { top_p: 0.9, ..plain },
    ];
    for checkpoint in [storyteller(), many_block_model()] {
        let tokens: Vec<u32> = (0..300).map(|i| (i * 29 + 3) % 1024).collect();
        let (model, hidden) = run(&checkpoint, &tokens);
        let (prompt, generated) = tokens.split_at(150);
        let mut logits = Vec::new();
        for options in all {
            let exact = model.logits(&hidden, &vec![options.required_logits(&tokens); tokens.len()], &mut logits);
            let [mut one, mut other] = [(); 2].map(|_| Sampler::new(&options, 7, 0).unwrap());
            for (row, ids) in logits.chunks_exact(model.config.vocab_size).zip(&exact) {
                assert_eq!(ids.is_none(), matches!(options.required_logits(&[]), ExactLogits::All), "{options:?}");
                let among_all = one.sample(&mut row.to_vec(), None, prompt, generated).unwrap();
                let among_exact = other.sample(&mut row.to_vec(), ids.as_deref(), prompt, generated).unwrap();
                assert_eq!(among_all, among_exact, "{options:?}");
            }
        }
    }
}

#[test]
fn among_allowed_tokens_what_can_be_sampled_is_exact() {
    for checkpoint in [storyteller(), many_block_model()] {
        let tokens: Vec<u32> = (0..60).map(|i| (i * 37 + 5) % 1024).collect();
        let (model, hidden) = run(&checkpoint, &tokens);
        let vocab = model.config.vocab_size;
        let exact = model.exact_logits(&hidden);
        let always: Vec<u32> = vec![3, 700, 5, 3];
        let cases = [
            ExactLogits::TopK { k: 1, always: &[] },
            ExactLogits::TopK { k: 20, always: &always },
            ExactLogits::WithinMargin { margin: 2.0, always: &always },
            ExactLogits::All,
        ];
        // One token in `step` is allowed; with 2000, one or two.
        for (step, required) in [1, 2, 7, 100, 2000].into_iter().flat_map(|step| cases.map(|required| (step, required)))
        {
            let is_allowed = |row: usize, id: usize| (id * 31 + row * 7).is_multiple_of(step) || id == row;
            let masks: Vec<Vec<u32>> = (0..tokens.len())
                .map(|row| {
                    // The bits beyond the vocabulary are no tokens.
                    let mut bits = vec![0; vocab.div_ceil(32) + 1];
                    (0..vocab).filter(|id| is_allowed(row, *id)).for_each(|id| bits[id / 32] |= 1 << (id % 32));
                    bits[vocab / 32] |= u32::MAX << (vocab % 32);
                    bits
                })
                .collect();
            let allowed: Vec<Option<&[u32]>> = masks.iter().map(|bits| Some(bits.as_slice())).collect();
            let mut logits = Vec::new();
            let found = model.logits_among(&hidden, &vec![required; tokens.len()], &allowed, &mut logits);
            for (row, ids) in found.iter().enumerate() {
                let (logits, exact) = (&logits[row * vocab..][..vocab], &exact[row * vocab..][..vocab]);
                let ids = ids.as_ref().unwrap();
                assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{required:?} {step}");
                assert!(ids.iter().all(|id| (*id as usize) < vocab && is_allowed(row, *id as usize)));
                assert!(ids.iter().all(|id| logits[*id as usize].to_bits() == exact[*id as usize].to_bits()));
                let always: &[u32] = match required {
                    ExactLogits::All => &[],
                    ExactLogits::TopK { always, .. } | ExactLogits::WithinMargin { always, .. } => always,
                };
                assert!(always.iter().all(|id| !is_allowed(row, *id as usize) || ids.contains(id)));
                let is_other = |id: &usize| is_allowed(row, *id) && !always.contains(&(*id as u32));
                let mut others: Vec<usize> = (0..vocab).filter(is_other).collect();
                others.sort_by(|a, b| exact[*b].total_cmp(&exact[*a]));
                let count = match required {
                    ExactLogits::All => others.len(),
                    ExactLogits::TopK { k, .. } => k.min(others.len()),
                    ExactLogits::WithinMargin { margin, .. } => {
                        others.partition_point(|id| exact[*id] >= exact[others[0]] - margin)
                    }
                };
                assert!(others[..count].iter().all(|id| ids.contains(&(*id as u32))), "{required:?} {step} {row}");
            }
            // A row is the same in any batch.
            let mut alone = Vec::new();
            let last = tokens.len() - 1;
            let hidden = &hidden[last * model.config.hidden_size..];
            let ids = model.logits_among(hidden, &[required], &allowed[last..], &mut alone);
            assert_eq!((&ids[0], &alone[..]), (&found[last], &logits[last * vocab..]), "{required:?} {step}");
        }
    }
}
