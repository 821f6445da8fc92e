//! The hash of the logits depends only on the model, the prompt and the arithmetic.

use rumma::checkpoint::{Checkpoint, CheckpointSource, RandomModel};
use rumma::engine::generate::generate;
use rumma::engine::{Control, Engine, EngineOptions, Request};
use rumma::kernels::Kernels;
use rumma::model::{Arithmetic, Model, ModelOptions};

/// The hash of the logits of each sequence of a batch that generates `tokens` tokens.
fn hashes(model: &Model, prompt: &[u32], tokens: usize, batch: usize, chunk: usize) -> Vec<String> {
    let request = Request { count: batch, max_tokens: tokens, hash_logits: true, ..Request::new(prompt.to_vec()) };
    let options = EngineOptions::for_request(&request, chunk);
    let generation = generate(&mut Engine::new(model, options), request, None, |_, _| Control::Continue).unwrap();
    generation.sequences.into_iter().map(|s| s.logits_sha256.unwrap()).collect()
}

/// Checks that all runs have the same hash: 1 to 4 threads, every instruction set, and each pair of batch and prefill
/// chunk in `batches_and_chunks`.
fn check(
    checkpoint: &Checkpoint,
    arithmetics: &[Arithmetic],
    prompt: &[u32],
    tokens: usize,
    include_scalar: bool,
    batches_and_chunks: &[(usize, usize)],
) {
    for &arithmetic in arithmetics {
        let mut first: Option<String> = None;
        let mut compare = |found: Vec<String>, case: String| {
            let first = first.get_or_insert_with(|| found[0].clone());
            assert!(found.iter().all(|hash| hash == first), "{} {case}: another hash", arithmetic.name());
        };
        for kernels in Kernels::available().filter(|k| include_scalar || k.isa().name() != "scalar") {
            for threads in [1, 2, 3, 4] {
                let options = ModelOptions { arithmetic, isa: Some(kernels.isa()), threads: Some(threads) };
                let model = Model::load(checkpoint, &options).unwrap();
                for &(batch, chunk) in batches_and_chunks {
                    let found = hashes(&model, prompt, tokens, batch, chunk);
                    let isa = kernels.isa().name();
                    compare(found, format!("{isa}, {threads} threads, batch {batch}, chunks of {chunk}"));
                }
            }
        }
    }
}

fn open(model: &str) -> Checkpoint {
    Checkpoint::open(&CheckpointSource { model: model.into(), ..CheckpointSource::default() }).unwrap()
}

#[test]
fn storyteller_logits_do_not_depend_on_isa_threads_batch_or_chunk() {
    let prompt: Vec<u32> = (0..90).map(|i| (i * 41 + 3) % 1024).collect();
    // A batch runs the prompt once, so not every pair of batch and chunk is needed.
    let batches_and_chunks = [(1, 1), (1, 7), (1, 64), (1, usize::MAX), (2, 1), (3, 7), (4, 64), (5, usize::MAX)];
    check(&open("storyteller"), &Arithmetic::ALL, &prompt, 20, true, &batches_and_chunks);
}

/// The storyteller's layers are too small to be split for idle threads. The layers of this model are large enough, and
/// are also split in the middle of a segment.
#[test]
fn logits_do_not_depend_on_work_stealing() {
    let model = RandomModel { hidden_size: Some(512), layers: Some(1), seed: 3, ..RandomModel::default() };
    let checkpoint = Checkpoint::random(&model, None, None).unwrap();
    let prompt = [3, 1411, 702, 3999, 18];
    // Only the integer arithmetics have work stealing.
    let integers = [Arithmetic::Int8, Arithmetic::Int15];
    check(&checkpoint, &integers, &prompt, 8, false, &[(1, 1), (2, 2), (3, 3), (4, usize::MAX)]);
    // The scalar kernels are slow.
    check(&checkpoint, &integers, &prompt[..2], 2, true, &[(1, 1)]);
}

#[test]
fn real_model_logits_do_not_depend_on_isa_threads_batch_or_chunk() {
    match std::env::var("RUMMA_CHECKPOINT") {
        Ok(directory) => {
            let checkpoint = open(&directory);
            let prompt: Vec<u32> = (0..70).map(|i| 1000 + i * 13).collect();
            let batches_and_chunks = [(1, 1), (2, 7), (5, 64), (1, usize::MAX)];
            check(&checkpoint, &Arithmetic::ALL, &prompt, 4, false, &batches_and_chunks);
            // The scalar kernels are slow.
            check(&checkpoint, &Arithmetic::ALL, &prompt[..9], 2, true, &batches_and_chunks);
        }
        Err(_) => eprintln!("SKIPPED: RUMMA_CHECKPOINT does not name the checkpoint of fixtures/real-model"),
    }
}
