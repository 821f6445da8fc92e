//! Attention over caches of several segments: the bits do not depend on how the work is cut.

mod common;

use common::storyteller_copy;
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::kernels::Isa;
use rumma::model::kv_cache::KvCache;
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};

/// More than two segments of 1024 positions.
const LEN: usize = 2200;

fn model(name: &str, arithmetic: Arithmetic, isa: Option<Isa>, threads: usize) -> Model {
    let dir = storyteller_copy(&format!("attention {name}"));
    let path = dir.join("config.json");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, config.replace("\"max_position_embeddings\": 512", "\"max_position_embeddings\": 4096"))
        .unwrap();
    let source = CheckpointSource { model: dir.to_str().unwrap().into(), ..CheckpointSource::default() };
    let options = ModelOptions { arithmetic, isa, threads: Some(threads) };
    Model::load(&Checkpoint::open(&source).unwrap(), &options).unwrap()
}

fn ids(len: usize, salt: usize) -> Vec<u32> {
    (0..len).map(|i| ((i * i * 31 + i * 7 + i / 5 + salt) % 1000 + 20) as u32).collect()
}

/// The hidden states of all tokens after `cache`, which are run in chunks of the given lengths, the last one repeated.
fn run(model: &Model, cache: &mut KvCache, tokens: &[u32], chunks: &[usize]) -> Vec<u32> {
    let (mut workspace, mut bits, mut rest) = (Workspace::default(), Vec::new(), tokens);
    for chunk in chunks.iter().chain(std::iter::repeat(&chunks[chunks.len() - 1])) {
        let (now, later) = rest.split_at(rest.len().min(*chunk));
        let hidden = model.forward(&mut [SequenceInput { tokens: now, cache }], &mut workspace);
        bits.extend(hidden.iter().map(|number| number.to_bits()));
        rest = later;
        if rest.is_empty() {
            return bits;
        }
    }
    bits
}

#[test]
fn long_caches_give_the_same_bits_in_any_chunks_and_with_any_threads() {
    for arithmetic in [Arithmetic::Int8, Arithmetic::F32] {
        let tokens = ids(LEN, 0);
        let one = model("one", arithmetic, None, 1);
        let mut expected_cache = one.new_kv_cache();
        let expected = run(&one, &mut expected_cache, &tokens, &[512]);
        for (threads, chunks) in
            [(1, &[LEN][..]), (3, &[1000, 30, 1, 9, 8]), (8, &[2040, 17, 16, 1]), (2, &[2047, 1, 100])]
        {
            let other = model("other", arithmetic, None, threads);
            let mut cache = other.new_kv_cache();
            let found = run(&other, &mut cache, &tokens, chunks);
            assert!(found == expected, "{} in chunks {chunks:?} on {threads} threads", arithmetic.name());
            assert!(cache.to_bytes() == expected_cache.to_bytes(), "other keys and values");
        }
    }
}

#[test]
fn single_rows_over_long_caches_have_the_scalar_bits() {
    let fast = model("fast", Arithmetic::Int8, None, 2);
    let mut cache = fast.new_kv_cache();
    run(&fast, &mut cache, &ids(LEN, 0), &[512]);
    let scalar = model("scalar", Arithmetic::Int8, Some(Isa::Scalar), 2);
    let next = ids(3, 5);
    let expected = run(&scalar, &mut cache.clone(), &next, &[1]);
    assert!(run(&fast, &mut cache.clone(), &next, &[1]) == expected);
    assert!(run(&scalar, &mut cache, &next, &[3]) == expected);
}

#[test]
fn a_batch_of_long_and_short_caches_gives_each_its_own_bits() {
    let model = model("batch", Arithmetic::Int8, None, 3);
    let lens = [LEN, 1023, 1024, 5, 2048];
    let mut caches: Vec<KvCache> = lens.iter().map(|_| model.new_kv_cache()).collect();
    for (n, (len, cache)) in lens.iter().zip(&mut caches).enumerate() {
        run(&model, cache, &ids(*len, n), &[512]);
    }
    let next = ids(20, 9);
    // Rows per sequence: on both sides of the number that is split into tasks by segment.
    let rows = [1, 20, 8, 9, 2];
    let alone: Vec<u32> =
        caches.iter().zip(rows).flat_map(|(c, n)| run(&model, &mut c.clone(), &next[..n], &[n])).collect();
    let mut batch: Vec<SequenceInput> =
        caches.iter_mut().zip(rows).map(|(cache, n)| SequenceInput { tokens: &next[..n], cache }).collect();
    let mut workspace = Workspace::default();
    let together: Vec<u32> = model.forward(&mut batch, &mut workspace).iter().map(|number| number.to_bits()).collect();
    assert!(together == alone);
}
