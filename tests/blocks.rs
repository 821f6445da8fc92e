//! The pool of KV blocks: sharing, eviction, and its counts.

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::engine::blocks::{BlockCounts, BlockId, BlockPool, PrefixMatch};
use rumma::model::kv_cache::{KvCache, KvCacheShape, KvType, SharedBlock};
use rumma::model::{Model, ModelOptions};

fn block() -> SharedBlock {
    let shape = KvCacheShape { layers: 1, kv_heads: 1, head_dim: 2, kind: KvType::F16 };
    let mut cache = KvCache::new(shape);
    cache.reserve(1);
    cache.block(0).unwrap()
}

/// Publishes blocks of `tokens` as a sequence that computes all of them does, and returns their ids.
fn compute(pool: &mut BlockPool, tokens: &[u32]) -> Vec<BlockId> {
    let found = pool.find(tokens, tokens.len());
    found.full.iter().for_each(|id| pool.retain(*id));
    let mut ids = found.full;
    for chunk in tokens.chunks(64).skip(ids.len()) {
        let id = pool.allocate().expect("there is a block");
        pool.publish(id, ids.last().copied(), chunk, block());
        ids.push(id);
    }
    ids
}

fn tokens(first: u32, count: usize) -> Vec<u32> {
    (0..count as u32).map(|i| if i == 0 { first } else { i }).collect()
}

#[test]
fn the_longest_beginning_is_found_to_the_token() {
    let mut pool = BlockPool::new(10);
    let ids = compute(&mut pool, &tokens(1, 150));
    pool.release(&ids);
    let find = |tokens: &[u32], limit| pool.find(tokens, limit);
    let [a, b, c] = ids[..] else { panic!("three blocks") };
    assert_eq!(find(&tokens(1, 200), 200), PrefixMatch { full: vec![a, b], partial: Some((c, 22)) });
    assert_eq!(find(&tokens(1, 200), 100), PrefixMatch { full: vec![a], partial: Some((b, 36)) });
    assert_eq!(find(&tokens(1, 200), 128), PrefixMatch { full: vec![a, b], partial: None });
    assert_eq!(find(&tokens(2, 200), 200), PrefixMatch::default());
    let mut other = tokens(1, 150);
    other[70] = 900;
    assert_eq!(find(&other, 150), PrefixMatch { full: vec![a], partial: Some((b, 6)) });
    assert_eq!(find(&other, 150).tokens(), 70);
}

#[test]
fn equal_tokens_after_another_beginning_are_not_found() {
    let mut pool = BlockPool::new(10);
    let mut other = tokens(1, 128);
    other[0] = 7;
    let ids = compute(&mut pool, &tokens(1, 128));
    // The second block has the same tokens as that of `ids`, but not the same keys and values.
    assert_eq!(pool.find(&other, 128), PrefixMatch::default());
    let others = compute(&mut pool, &other);
    assert!(others.iter().all(|id| !ids.contains(id)));
}

#[test]
fn the_blocks_released_first_are_evicted_first_from_the_tail() {
    let mut pool = BlockPool::new(6);
    let old = compute(&mut pool, &tokens(1, 192));
    let new = compute(&mut pool, &tokens(2, 192));
    pool.release(&old);
    pool.release(&new);
    assert_eq!(pool.counts(), BlockCounts { free: 0, cached: 6, referenced: 0 });
    let taken: Vec<BlockId> = (0..4).map(|_| pool.allocate().unwrap()).collect();
    assert_eq!(taken[..3], [old[2], old[1], old[0]]);
    assert_eq!(taken[3], new[2]);
    assert_eq!(pool.find(&tokens(2, 192), 192).full, new[..2]);
    assert_eq!(pool.find(&tokens(1, 192), 192).tokens(), 0);
    assert_eq!(pool.counts(), BlockCounts { free: 0, cached: 2, referenced: 4 });
}

#[test]
fn a_block_in_use_is_never_evicted() {
    let mut pool = BlockPool::new(3);
    let ids = compute(&mut pool, &tokens(1, 192));
    assert_eq!(pool.allocate(), None);
    // Another sequence holds the first block.
    pool.retain(ids[0]);
    pool.release(&ids);
    assert_eq!(pool.available(), 2);
    assert_eq!([pool.allocate(), pool.allocate(), pool.allocate()], [Some(ids[2]), Some(ids[1]), None]);
    assert_eq!(pool.find(&tokens(1, 64), 64).full, ids[..1]);
}

#[test]
fn a_continuation_replaces_the_partial_block_that_it_continues() {
    let mut pool = BlockPool::new(4);
    let short = compute(&mut pool, &tokens(1, 30));
    pool.release(&short);
    let longer = compute(&mut pool, &tokens(1, 40));
    pool.release(&longer);
    assert_eq!(pool.counts(), BlockCounts { free: 3, cached: 1, referenced: 0 });
    // A beginning of what is there is not kept a second time.
    let shorter = compute(&mut pool, &tokens(1, 20));
    pool.release(&shorter);
    assert_eq!(pool.counts(), BlockCounts { free: 3, cached: 1, referenced: 0 });
}

#[test]
fn a_block_of_a_pool_has_the_size_that_the_model_says() {
    let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
    let model = Model::load(&Checkpoint::open(&source).unwrap(), &ModelOptions::default()).unwrap();
    let shape = model.kv_cache_shape();
    assert_eq!(shape.bytes(64), Some(shape.bytes_per_block()));
    assert_eq!(shape.bytes_per_block(), 64 * shape.bytes_per_token());
}
