//! A KV cache is written to bytes and read back without a change.

use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::kernels::attention::{KV_BLOCK, KvBlock, KvSlice};
use rumma::model::kv_cache::{KvCache, KvCacheShape, KvType};
use rumma::model::{Arithmetic, Model, ModelOptions, SequenceInput, Workspace};

/// The bits of a block: its keys, then its values.
fn block_bits(block: KvBlock) -> [Vec<u32>; 2] {
    [block.keys, block.values].map(|slice| match slice {
        KvSlice::F16(halves) => halves.iter().map(|half| u32::from(*half)).collect(),
        KvSlice::F32(numbers) => numbers.iter().map(|number| number.to_bits()).collect(),
    })
}

/// Asserts that two caches have the same length, bytes and blocks.
#[track_caller]
fn assert_equal(found: &KvCache, expected: &KvCache, shape: KvCacheShape) {
    assert_eq!(found.len(), expected.len());
    assert!(found.to_bytes() == expected.to_bytes(), "other bytes");
    for layer in 0..shape.layers {
        for head in 0..shape.kv_heads {
            let [found, expected]: [Vec<_>; 2] =
                [found, expected].map(|cache| cache.blocks(layer, head).map(block_bits).collect());
            assert_eq!(found.len(), expected.len(), "layer {layer}, head {head}");
            assert!(found == expected, "layer {layer}, head {head}: other keys or values");
        }
    }
}

/// The key or value element `i` of a position: every position, layer, head and element has another one, and both formats
/// hold it exactly.
fn element(layer: usize, position: usize, i: usize) -> f32 {
    ((layer * 512 + position * 3 + i * 7) % 2048) as f32 - 1024.0
}

/// Writes the positions from `cache.len()` to `end` of every layer.
fn write(cache: &mut KvCache, shape: KvCacheShape, end: usize) {
    let width = shape.kv_heads * shape.head_dim;
    for layer in 0..shape.layers {
        for mut writer in cache.block_writers(layer, end) {
            for position in writer.positions.clone() {
                let [key, value]: [Vec<f32>; 2] =
                    [0, width].map(|first| (first..first + width).map(|i| element(layer, position, i)).collect());
                writer.write(position, &key, &value);
            }
        }
    }
    cache.advance(end - cache.len());
}

const SHAPES: [(usize, usize, usize); 3] = [(1, 1, 8), (3, 2, 16), (2, 5, 64)];
/// Positions: no block, a partial one, a full one, and a partial one after full ones.
const LENGTHS: [usize; 6] = [0, 1, 63, KV_BLOCK, 65, 150];

#[test]
fn bytes_there_and_back_give_an_equal_cache() {
    for kind in [KvType::F16, KvType::F32] {
        for (layers, kv_heads, head_dim) in SHAPES {
            let shape = KvCacheShape { layers, kv_heads, head_dim, kind };
            for len in LENGTHS {
                let mut cache = KvCache::new(shape);
                write(&mut cache, shape, len);
                let bytes = cache.to_bytes();
                assert_eq!(Some(bytes.len()), shape.bytes(len), "{shape:?}, {len} positions");
                assert_equal(&KvCache::from_bytes(shape, len, &bytes), &cache, shape);
            }
        }
    }
}

#[test]
fn a_restored_cache_has_every_element_where_attention_reads_it() {
    for kind in [KvType::F16, KvType::F32] {
        for (layers, kv_heads, head_dim) in SHAPES {
            let shape = KvCacheShape { layers, kv_heads, head_dim, kind };
            let mut cache = KvCache::new(shape);
            write(&mut cache, shape, 150);
            let restored = KvCache::from_bytes(shape, 150, &cache.to_bytes());
            for (layer, head) in (0..layers).flat_map(|layer| (0..kv_heads).map(move |head| (layer, head))) {
                let blocks: Vec<_> = restored.blocks(layer, head).collect();
                for (position, d) in (0..150).flat_map(|position| (0..head_dim).map(move |d| (position, d))) {
                    let (block, slot) = (&blocks[position / KV_BLOCK], position % KV_BLOCK);
                    let i = head * head_dim + d;
                    let key = element(layer, position, i);
                    let value = element(layer, position, kv_heads * head_dim + i);
                    let found = (block.keys.get(d * KV_BLOCK + slot), block.values.get(slot * head_dim + d));
                    assert_eq!(found, (key, value), "{shape:?}: layer {layer}, head {head}, {position}, {d}");
                }
            }
        }
    }
}

#[test]
fn a_restored_cache_can_be_extended_like_the_original() {
    for kind in [KvType::F16, KvType::F32] {
        let shape = KvCacheShape { layers: 3, kv_heads: 2, head_dim: 16, kind };
        for len in LENGTHS {
            let mut cache = KvCache::new(shape);
            write(&mut cache, shape, len);
            let mut restored = KvCache::from_bytes(shape, len, &cache.to_bytes());
            for end in [len + 1, len + 70] {
                write(&mut cache, shape, end);
                write(&mut restored, shape, end);
                assert_equal(&restored, &cache, shape);
            }
        }
    }
}

#[test]
fn the_model_continues_from_a_restored_cache_with_the_same_bits() {
    let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
    let checkpoint = Checkpoint::open(&source).unwrap();
    let tokens: Vec<u32> = (0..220).map(|i| (i * 29 + 7) % 1024).collect();
    for arithmetic in Arithmetic::ALL {
        let model = Model::load(&checkpoint, &ModelOptions { arithmetic, ..ModelOptions::default() }).unwrap();
        let shape = model.kv_cache_shape();
        let mut workspace = Workspace::default();
        let mut run = |cache: &mut KvCache, tokens: &[u32]| {
            let hidden = model.forward(&mut [SequenceInput { tokens, cache }], &mut workspace);
            hidden.iter().map(|number| number.to_bits()).collect::<Vec<u32>>()
        };
        for len in LENGTHS {
            let mut cache = model.new_kv_cache();
            if len > 0 {
                run(&mut cache, &tokens[..len]);
            }
            let mut restored = KvCache::from_bytes(shape, len, &cache.to_bytes());
            assert_equal(&restored, &cache, shape);
            // One token, as in decode, then several, as in prefill, across the end of a block.
            for range in [len..len + 1, len + 1..len + 70] {
                let expected = run(&mut cache, &tokens[range.clone()]);
                let found = run(&mut restored, &tokens[range.clone()]);
                assert!(found == expected, "{}: other hidden states for {range:?}", arithmetic.name());
            }
            assert_equal(&restored, &cache, shape);
        }
    }
}

/// A state file is continued in this way: its last token is run again, to get the logits of the next one.
#[test]
fn running_the_last_token_again_gives_the_same_bits() {
    let source = CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() };
    let checkpoint = Checkpoint::open(&source).unwrap();
    let tokens: Vec<u32> = (0..150).map(|i| (i * 29 + 7) % 1024).collect();
    for arithmetic in Arithmetic::ALL {
        let model = Model::load(&checkpoint, &ModelOptions { arithmetic, ..ModelOptions::default() }).unwrap();
        let shape = model.kv_cache_shape();
        let mut workspace = Workspace::default();
        // The last token is alone in its block, completes a block, or lies inside one.
        for len in [1, 64, 65, 150] {
            let mut cache = model.new_kv_cache();
            let hidden =
                model.forward(&mut [SequenceInput { tokens: &tokens[..len], cache: &mut cache }], &mut workspace);
            let expected = hidden[hidden.len() - model.config.hidden_size..].to_vec();
            let mut restored = KvCache::from_bytes(shape, len - 1, &cache.to_bytes());
            let last = SequenceInput { tokens: &tokens[len - 1..len], cache: &mut restored };
            assert!(model.forward(&mut [last], &mut workspace) == expected, "{}: {len} tokens", arithmetic.name());
            assert_equal(&restored, &cache, shape);
        }
    }
}
