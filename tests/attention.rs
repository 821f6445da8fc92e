//! Attention over caches of several segments: the bits do not depend on how the work is cut.

mod common;

use common::{Random, storyteller_copy};
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::kernels::{Isa, Kernels};
use rumma::model::attention::{AttentionSequence, AttentionShape, attend};
use rumma::model::kv_cache::{KvCache, KvCacheShape, KvType};
use rumma::model::{Arithmetic, ExecContext, Model, ModelOptions, SequenceInput, Workspace};
use rumma::threads::Threads;

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

/// A cache of `len` random positions of one layer with two KV heads, and its keys and values, `[len, kv_heads, head_dim]`.
fn random_cache(len: usize, head_dim: usize) -> (KvCache, Vec<f32>, Vec<f32>) {
    let mut cache = KvCache::new(KvCacheShape { layers: 1, kv_heads: 2, head_dim, kind: KvType::F32 });
    let mut random = Random(3);
    let mut numbers = || (0..len * 2 * head_dim).map(|_| random.unit()).collect::<Vec<f32>>();
    let (keys, values) = (numbers(), numbers());
    for mut writer in cache.block_writers(0, len) {
        for position in writer.positions.clone() {
            let range = position * 2 * head_dim..(position + 1) * 2 * head_dim;
            writer.write(position, &keys[range.clone()], &values[range]);
        }
    }
    (cache, keys, values)
}

#[test]
fn sliding_windows_give_the_same_bits_in_any_chunks_and_the_attention_over_the_last_positions() {
    const HEAD_DIM: usize = 8;
    const FIRST: usize = 900;
    let (cache, keys, values) = random_cache(LEN, HEAD_DIM);
    let mut random = Random(4);
    let width = 4 * HEAD_DIM;
    let queries: Vec<f32> = (0..(LEN - FIRST) * width).map(|_| random.unit()).collect();
    let threads = Threads::new(Some(2)).unwrap();
    for window in [1, 63, 64, 65, 500, 1024, 1500, LEN] {
        let shape = AttentionShape { heads: 4, kv_heads: 2, head_dim: HEAD_DIM, window: Some(window) };
        let rows_in_chunks = |chunk: usize| -> Vec<f32> {
            let exec = ExecContext {
                kernels: Kernels::best(),
                arithmetic: Arithmetic::F32,
                threads: &threads,
                cancel: None,
                observe: None,
            };
            let mut out = vec![0.0; queries.len()];
            for start in (FIRST..LEN).step_by(chunk) {
                let rows = chunk.min(LEN - start);
                let sequences = [AttentionSequence { rows: 0..rows, position: start, cache: &cache }];
                let result = attend(exec, 0, shape, &sequences, &queries[(start - FIRST) * width..]);
                for row in 0..rows {
                    result.copy_row(row, &mut out[(start - FIRST + row) * width..][..width]);
                }
            }
            out
        };
        let out = rows_in_chunks(LEN);
        for chunk in [1, 7, 16, 100] {
            assert!(rows_in_chunks(chunk) == out, "window {window} in chunks of {chunk}");
        }
        for row in [0, 1, 123, 124, 125, 600, LEN - FIRST - 1] {
            let position = FIRST + row;
            for head in 0..4 {
                let query = &queries[row * width + head * HEAD_DIM..][..HEAD_DIM];
                let of = |numbers: &[f32], p: usize| -> Vec<f64> {
                    numbers[(p * 2 + head / 2) * HEAD_DIM..][..HEAD_DIM].iter().map(|n| f64::from(*n)).collect()
                };
                let mut sum = 0.0;
                let mut expected = vec![0.0; HEAD_DIM];
                for p in (position + 1).saturating_sub(window)..=position {
                    let score: f64 = of(&keys, p).iter().zip(query).map(|(k, q)| k * f64::from(*q)).sum();
                    sum += score.exp();
                    expected.iter_mut().zip(of(&values, p)).for_each(|(e, v)| *e += score.exp() * v);
                }
                let found = &out[row * width + head * HEAD_DIM..][..HEAD_DIM];
                let differs = |(f, e): (&f32, &f64)| (f64::from(*f) - e / sum).abs() > 1e-5;
                assert!(!found.iter().zip(&expected).any(differs), "window {window}, position {position}");
            }
        }
    }
}
