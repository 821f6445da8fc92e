//! A forward pass over a ragged batch gives every sequence the bits that it gets alone.

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::kernels::{Isa, Kernels};
use rumma::model::head::ExactLogits;
use rumma::model::kv_cache::KvCache;
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};

/// What one sequence brings to a pass.
#[derive(Clone, Copy, Debug)]
struct Input {
    /// Positions in its cache before the pass.
    cached: usize,
    /// Tokens that it runs in the pass.
    tokens: usize,
}

const fn input(cached: usize, tokens: usize) -> Input {
    Input { cached, tokens }
}

/// The KV cache has blocks of 64 positions, and a layer computes blocks of 128 rows.
const BATCHES: [&[Input]; 4] = [
    // Decode alone, few enough rows for the gemv of some instruction sets: inside a block, and the last slot of a block.
    &[input(5, 1), input(63, 1)],
    // The same with a new block.
    &[input(64, 1), input(1, 1), input(127, 1)],
    // Prefill beside decode: across a block boundary, from an empty cache, and decode at and around a boundary.
    &[input(60, 10), input(0, 5), input(63, 1), input(17, 3), input(64, 1), input(0, 1), input(40, 1)],
    // More rows than one block of a layer, whose boundary lies inside the second sequence.
    &[input(30, 1), input(0, 129), input(10, 1), input(70, 2)],
];

/// The tokens of sequence `n`, the cached ones first.
fn tokens(n: usize, input: Input) -> Vec<u32> {
    (0..input.cached + input.tokens).map(|i| ((i * 29 + n * 211 + 7) % 1024) as u32).collect()
}

/// The results of one sequence, as bits.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    hidden: Vec<u32>,
    /// All logits, exact.
    logits: Vec<u32>,
    /// The logits of the quantized head where these rows may use it, and which of them are exact.
    top_logits: Vec<u32>,
    exact: Vec<Option<Vec<u32>>>,
    kv_len: usize,
    kv_bytes: Vec<u8>,
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Which logits of a row must be exact: another rule for every row of a sequence.
fn required_logits(row: usize) -> ExactLogits<'static> {
    match row % 3 {
        0 => ExactLogits::TopK { k: 1, always: &[] },
        1 => ExactLogits::WithinMargin { margin: 2.0, always: &[3, 700] },
        _ => ExactLogits::TopK { k: 20, always: &[1023] },
    }
}

/// Runs the inputs together, each from its prefix in `caches`, and returns the outcome of each.
fn run(model: &Model, workspace: &mut Workspace, batch: &[(usize, Input)], caches: &[KvCache]) -> Vec<Outcome> {
    let mut caches: Vec<KvCache> = batch.iter().map(|(n, _)| caches[*n].clone()).collect();
    let sequences: Vec<Vec<u32>> = batch.iter().map(|(n, input)| tokens(*n, *input)).collect();
    let mut inputs: Vec<SequenceInput> = (sequences.iter().zip(batch).zip(&mut caches))
        .map(|((tokens, (_, input)), cache)| SequenceInput { tokens: &tokens[input.cached..], cache })
        .collect();
    let hidden = model.forward(&mut inputs, workspace).to_vec();
    let all = model.exact_logits(&hidden);
    let required: Vec<_> = batch.iter().flat_map(|(_, input)| (0..input.tokens).map(required_logits)).collect();
    let mut top = Vec::new();
    let exact = model.logits(&hidden, &required, &mut top);

    let (hidden_size, vocab_size) = (model.config.hidden_size, model.config.vocab_size);
    let mut end = 0;
    let outcome = |((_, input), cache): (&(usize, Input), KvCache)| {
        let rows = end..end + input.tokens;
        end = rows.end;
        let of_rows = |numbers: &[f32], width: usize| bits(&numbers[rows.start * width..rows.end * width]);
        Outcome {
            hidden: of_rows(&hidden, hidden_size),
            logits: of_rows(&all, vocab_size),
            top_logits: of_rows(&top, vocab_size),
            exact: exact[rows.clone()].to_vec(),
            kv_len: cache.len(),
            kv_bytes: cache.to_bytes(),
        }
    };
    batch.iter().zip(caches).map(outcome).collect()
}

/// The cache of every input before the pass.
fn prefixes(model: &Model, workspace: &mut Workspace, batch: &[Input]) -> Vec<KvCache> {
    let prefix = |(n, input): (usize, &Input)| {
        let mut cache = model.new_kv_cache();
        if input.cached > 0 {
            let tokens = &tokens(n, *input)[..input.cached];
            model.forward(&mut [SequenceInput { tokens, cache: &mut cache }], workspace);
        }
        cache
    };
    batch.iter().enumerate().map(prefix).collect()
}

#[test]
fn every_sequence_of_a_ragged_batch_gets_the_bits_that_it_gets_alone() {
    let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
    let checkpoint = Checkpoint::open(&source).unwrap();
    for arithmetic in Arithmetic::ALL {
        // The outcomes of the first machine, which every other must repeat.
        let mut first: Vec<Option<Vec<Outcome>>> = vec![None; BATCHES.len()];
        for kernels in Kernels::available() {
            for threads in [1, 3] {
                let options = ModelOptions { arithmetic, isa: Some(kernels.isa()), threads: Some(threads) };
                let model = Model::load(&checkpoint, &options).unwrap();
                let mut workspace = Workspace::default();
                for (batch, first) in BATCHES.iter().zip(&mut first) {
                    let caches = prefixes(&model, &mut workspace, batch);
                    let mut numbered: Vec<_> = batch.iter().copied().enumerate().collect();
                    let alone: Vec<Outcome> =
                        numbered.iter().flat_map(|one| run(&model, &mut workspace, &[*one], &caches)).collect();
                    let what = format!("{}, {}, {threads} threads", arithmetic.name(), kernels.isa().name());
                    compare(&run(&model, &mut workspace, &numbered, &caches), &alone, &numbered, &what);
                    compare(first.get_or_insert_with(|| alone.clone()), &alone, &numbered, &what);
                    // The scalar kernels are slow.
                    if kernels.isa() != Isa::Scalar {
                        numbered.reverse();
                        let mut reversed = run(&model, &mut workspace, &numbered, &caches);
                        reversed.reverse();
                        numbered.reverse();
                        compare(&reversed, &alone, &numbered, &format!("{what}, in reverse order"));
                    }
                }
            }
        }
    }
}

/// Compares field by field, because the outcomes are too long to print.
fn compare(found: &[Outcome], expected: &[Outcome], batch: &[(usize, Input)], what: &str) {
    assert_eq!(found.len(), expected.len());
    for ((found, expected), (_, input)) in found.iter().zip(expected).zip(batch) {
        assert_eq!(found.kv_len, input.cached + input.tokens, "{what}: {input:?}");
        let equal = [
            ("hidden states", found.hidden == expected.hidden),
            ("logits", found.logits == expected.logits),
            ("logits of the quantized head", found.top_logits == expected.top_logits),
            ("tokens with exact logits", found.exact == expected.exact),
            ("keys and values", found.kv_bytes == expected.kv_bytes),
        ];
        for (field, equal) in equal {
            assert!(equal, "{what}: other {field} for {input:?} in {batch:?}");
        }
    }
}
