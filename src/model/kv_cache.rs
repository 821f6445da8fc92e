//! The KV cache of one sequence, in blocks of [`KV_BLOCK`] positions that are allocated as the sequence grows.

use std::ops::Range;

use half::slice::HalfFloatSliceExt;

use crate::kernels::attention::{KV_BLOCK, KvBlock, KvSlice};

/// The number format of keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvType {
    /// IEEE 754 half precision, rounded to nearest, ties to even.
    F16,
    /// IEEE 754 single precision.
    F32,
}

impl KvType {
    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self {
            KvType::F16 => 2,
            KvType::F32 => 4,
        }
    }
}

/// One block of one layer: keys `[kv_heads, head_dim, KV_BLOCK]` and values `[kv_heads, KV_BLOCK, head_dim]`.
#[derive(Clone, Debug)]
enum LayerBlock {
    F16 { keys: Vec<u16>, values: Vec<u16> },
    F32 { keys: Vec<f32>, values: Vec<f32> },
}

/// The shape of a [`KvCache`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KvCacheShape {
    /// Decoder layers of the model.
    pub layers: usize,
    /// Heads of keys and values in each layer.
    pub kv_heads: usize,
    /// Elements of one head's key or value.
    pub head_dim: usize,
    /// The number format of the elements.
    pub kind: KvType,
}

impl KvCacheShape {
    /// Bytes of the keys and values of one position in all layers.
    pub fn bytes_per_token(self) -> usize {
        2 * self.layers * self.kv_heads * self.head_dim * self.kind.size()
    }

    /// Bytes of the blocks that hold `positions` positions in all layers; `None` if the number overflows.
    pub fn bytes(self, positions: usize) -> Option<usize> {
        round_up_to_blocks(positions)?.checked_mul(self.bytes_per_token())
    }
}

/// `positions` rounded up to whole blocks of [`KV_BLOCK`]; `None` if the number overflows.
pub fn round_up_to_blocks(positions: usize) -> Option<usize> {
    positions.checked_next_multiple_of(KV_BLOCK)
}

/// The keys and values of one sequence in every layer.
#[derive(Clone, Debug)]
pub struct KvCache {
    shape: KvCacheShape,
    /// `[layers, blocks]`
    layers: Vec<Vec<LayerBlock>>,
    /// Positions whose keys and values are complete in every layer. Later slots of the blocks are unspecified.
    len: usize,
}

impl KvCache {
    /// A cache without positions; it allocates no blocks yet.
    pub fn new(shape: KvCacheShape) -> KvCache {
        KvCache { shape, layers: vec![Vec::new(); shape.layers], len: 0 }
    }

    /// The number of positions whose keys and values are complete.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether [`KvCache::len`] is 0.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All blocks as little-endian bytes, `[layers, blocks, keys then values]`. Blocks are written whole.
    pub fn to_bytes(&self) -> Vec<u8> {
        let positions = self.layers.first().map_or(0, |blocks| blocks.len() * KV_BLOCK);
        let mut bytes = Vec::with_capacity(positions * self.shape.bytes_per_token());
        for block in self.layers.iter().flatten() {
            match block {
                LayerBlock::F16 { keys, values } => {
                    bytes.extend(keys.iter().chain(values).flat_map(|half| half.to_le_bytes()));
                }
                LayerBlock::F32 { keys, values } => {
                    bytes.extend(keys.iter().chain(values).flat_map(|float| float.to_le_bytes()));
                }
            }
        }
        bytes
    }

    /// The inverse of [`KvCache::to_bytes`], cut to the first `len` positions. `bytes` must hold whole blocks, and the
    /// same number of them for each layer.
    pub fn from_bytes(shape: KvCacheShape, len: usize, bytes: &[u8]) -> KvCache {
        let size = shape.kv_heads * shape.head_dim * KV_BLOCK;
        let block = |bytes: &[u8]| {
            let (keys, values) = bytes.split_at(size * shape.kind.size());
            match shape.kind {
                KvType::F16 => {
                    let halves = |b: &[u8]| b.as_chunks().0.iter().map(|b| u16::from_le_bytes(*b)).collect();
                    LayerBlock::F16 { keys: halves(keys), values: halves(values) }
                }
                KvType::F32 => {
                    let floats = |b: &[u8]| b.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
                    LayerBlock::F32 { keys: floats(keys), values: floats(values) }
                }
            }
        };
        let layer = |bytes: &[u8]| bytes.chunks_exact(2 * size * shape.kind.size()).map(block).collect();
        let layer_bytes = bytes.len() / shape.layers;
        let layers = (0..shape.layers).map(|l| layer(&bytes[l * layer_bytes..][..layer_bytes])).collect();
        KvCache { shape, layers, len }
    }

    /// Adds `rows` positions to [`KvCache::len`]. Their keys and values must have been written in every layer
    /// ([`KvCache::block_writers`]).
    pub fn advance(&mut self, rows: usize) {
        self.len += rows;
    }

    /// Writers for the positions [`KvCache::len`]`..end` of a layer, one for each block, in order of position.
    /// Allocates the blocks that are missing.
    pub fn block_writers(&mut self, layer: usize, end: usize) -> impl Iterator<Item = BlockWriter<'_>> {
        let KvCacheShape { kv_heads, head_dim, kind, .. } = self.shape;
        let size = kv_heads * head_dim * KV_BLOCK;
        let blocks = &mut self.layers[layer];
        blocks.resize_with(end.div_ceil(KV_BLOCK).max(blocks.len()), || match kind {
            KvType::F16 => LayerBlock::F16 { keys: vec![0; size], values: vec![0; size] },
            KvType::F32 => LayerBlock::F32 { keys: vec![0.0; size], values: vec![0.0; size] },
        });
        let len = self.len;
        blocks.iter_mut().enumerate().skip(len / KV_BLOCK).map(move |(b, block)| {
            let positions = (b * KV_BLOCK).max(len)..((b + 1) * KV_BLOCK).min(end);
            BlockWriter { block, head_dim, positions }
        })
    }

    /// The blocks of one layer and KV head, in order of position.
    pub fn blocks(&self, layer: usize, kv_head: usize) -> impl Iterator<Item = KvBlock<'_>> {
        let size = self.shape.head_dim * KV_BLOCK;
        let range = kv_head * size..(kv_head + 1) * size;
        self.layers[layer].iter().map(move |block| {
            let (keys, values) = match block {
                LayerBlock::F16 { keys, values } => {
                    (KvSlice::F16(&keys[range.clone()]), KvSlice::F16(&values[range.clone()]))
                }
                LayerBlock::F32 { keys, values } => {
                    (KvSlice::F32(&keys[range.clone()]), KvSlice::F32(&values[range.clone()]))
                }
            };
            KvBlock { keys, values }
        })
    }
}

/// Writes the new positions of one block of one layer.
pub struct BlockWriter<'a> {
    block: &'a mut LayerBlock,
    head_dim: usize,
    /// The positions to write, counted from the start of the sequence.
    pub positions: Range<usize>,
}

impl BlockWriter<'_> {
    /// Writes the key and the value of a position in [`BlockWriter::positions`], `[kv_heads, head_dim]` each.
    pub fn write(&mut self, position: usize, key: &[f32], value: &[f32]) {
        let head_dim = self.head_dim;
        let slot = position % KV_BLOCK;
        // Key element j = head * head_dim + d is at [head][d][slot], index j * KV_BLOCK + slot.
        let value_start = |head: usize| (head * KV_BLOCK + slot) * head_dim;
        match self.block {
            LayerBlock::F16 { keys, values } => {
                let mut halves = vec![half::f16::ZERO; key.len()];
                halves.convert_from_f32_slice(key);
                for (j, h) in halves.iter().enumerate() {
                    keys[j * KV_BLOCK + slot] = h.to_bits();
                }
                halves.convert_from_f32_slice(value);
                for (head, from) in halves.chunks_exact(head_dim).enumerate() {
                    for (to, h) in values[value_start(head)..].iter_mut().zip(from) {
                        *to = h.to_bits();
                    }
                }
            }
            LayerBlock::F32 { keys, values } => {
                for (j, k) in key.iter().enumerate() {
                    keys[j * KV_BLOCK + slot] = *k;
                }
                for (head, from) in value.chunks_exact(head_dim).enumerate() {
                    values[value_start(head)..][..head_dim].copy_from_slice(from);
                }
            }
        }
    }
}
