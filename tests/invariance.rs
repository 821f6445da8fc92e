//! One arithmetic, one answer: the hash of the logits depends on the model, the prompt and the arithmetic alone.

use rumma::checkpoint::{Checkpoint, Request};
use rumma::engine::generate::{self, Next, generate};
use rumma::engine::sampler::SamplingOptions;
use rumma::engine::session::Session;
use rumma::kernels::Kernels;
use rumma::model::{Arithmetic, Model, ModelOptions};

/// The hashes of every sequence of a batch.
fn hashes(model: &Model, prompt: &[u32], tokens: usize, batch: usize, chunk: usize) -> Vec<String> {
    let session = Session::new(model, prompt, model.config.max_position_embeddings).unwrap();
    let request = generate::Request {
        prefill_chunk: chunk,
        max_tokens: tokens,
        batch,
        sampling: SamplingOptions::default(),
        seed: 0,
        eos: &[],
        hash_logits: true,
    };
    let outcome = generate(model, session, &request, |_| Next::Continue).unwrap();
    outcome.sequences.into_iter().map(|s| s.logits_sha256.unwrap()).collect()
}

/// The batches and chunks that `ways` gives, with every number of threads, instruction set and arithmetic.
fn check(model: &str, prompt: &[u32], tokens: usize, with_scalar: bool, ways: &[(usize, usize)]) {
    let checkpoint = Checkpoint::open(&Request { model: model.into(), ..Request::default() }).unwrap();
    for arithmetic in Arithmetic::ALL {
        let mut first: Option<String> = None;
        let mut compare = |found: Vec<String>, what: String| {
            let first = first.get_or_insert_with(|| found[0].clone());
            assert!(found.iter().all(|hash| hash == first), "{} {what}: another hash", arithmetic.name());
        };
        for kernels in Kernels::available().filter(|k| with_scalar || k.isa().name() != "scalar") {
            for threads in [1, 2, 3] {
                let options = ModelOptions { arithmetic, isa: Some(kernels.isa()), threads: Some(threads) };
                let model = Model::load(&checkpoint, &options).unwrap();
                for &(batch, chunk) in ways {
                    let found = hashes(&model, prompt, tokens, batch, chunk);
                    let isa = kernels.isa().name();
                    compare(found, format!("{isa}, {threads} threads, batch {batch}, chunks of {chunk}"));
                }
            }
        }
    }
}

#[test]
fn the_storytellers_logits_are_the_same_however_they_are_computed() {
    let prompt: Vec<u32> = (0..90).map(|i| (i * 41 + 3) % 1024).collect();
    let ways: Vec<(usize, usize)> =
        [1, 2, 5].into_iter().flat_map(|batch| [1, 7, 64, usize::MAX].map(|chunk| (batch, chunk))).collect();
    check("storyteller", &prompt, 20, true, &ways);
}

#[test]
fn the_real_models_logits_are_the_same_however_they_are_computed() {
    match std::env::var("RUMMA_CHECKPOINT") {
        Ok(directory) => {
            let prompt: Vec<u32> = (0..70).map(|i| 1000 + i * 13).collect();
            let ways = [(1, 1), (2, 7), (5, 64), (1, usize::MAX)];
            check(&directory, &prompt, 4, false, &ways);
            // The scalar kernels are slow.
            check(&directory, &prompt[..9], 2, true, &ways);
        }
        Err(_) => eprintln!("SKIPPED: RUMMA_CHECKPOINT does not name the checkpoint of fixtures/real-model"),
    }
}
