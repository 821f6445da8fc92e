//! The keys and values of one sequence, in blocks that are added as it grows.

use std::ops::Range;

use half::slice::HalfFloatSliceExt;

use crate::kernels::attention::{KV_BLOCK, KvBlock, KvSlice};

/// The number format of keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvType {
    F16,
    F32,
}

impl KvType {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self {
            KvType::F16 => 2,
            KvType::F32 => 4,
        }
    }
}

/// One block of one layer: for each KV head `[head_dim, KV_BLOCK]` keys and `[KV_BLOCK, head_dim]` values.
#[derive(Clone, Debug)]
enum LayerBlock {
    F16 { keys: Vec<u16>, values: Vec<u16> },
    F32 { keys: Vec<f32>, values: Vec<f32> },
}

/// The shape of a [`KvCache`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KvCacheShape {
    pub layers: usize,
    pub kv_heads: usize,
    pub head_dim: usize,
    pub kind: KvType,
}

impl KvCacheShape {
    /// Bytes that one position takes over all layers.
    pub fn bytes_per_token(self) -> usize {
        2 * self.layers * self.kv_heads * self.head_dim * self.kind.size()
    }

    /// Bytes of the blocks that so many positions take, or none where no memory could hold them.
    pub fn bytes(self, positions: usize) -> Option<usize> {
        whole_blocks(positions)?.checked_mul(self.bytes_per_token())
    }
}

/// The positions that there are in the blocks of so many.
pub fn whole_blocks(positions: usize) -> Option<usize> {
    positions.checked_next_multiple_of(KV_BLOCK)
}

/// The keys and values of one sequence in every layer.
#[derive(Clone, Debug)]
pub struct KvCache {
    shape: KvCacheShape,
    /// `[layers]` lists of blocks.
    layers: Vec<Vec<LayerBlock>>,
    /// Positions that every layer holds.
    len: usize,
}

impl KvCache {
    /// A cache with no position in it.
    pub fn new(shape: KvCacheShape) -> KvCache {
        KvCache { shape, layers: vec![Vec::new(); shape.layers], len: 0 }
    }

    /// The number of positions.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no position.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All blocks as little-endian bytes, layer by layer, the keys of a block before its values.
    pub fn to_bytes(&self) -> Vec<u8> {
        let positions = self.layers.first().map_or(0, |blocks| blocks.len() * KV_BLOCK);
        let mut bytes = Vec::with_capacity(positions * self.shape.bytes_per_token());
        for block in self.layers.iter().flatten() {
            match block {
                LayerBlock::F16 { keys, values } => {
                    bytes.extend(keys.iter().chain(values).flat_map(|half| half.to_le_bytes()));
                }
                LayerBlock::F32 { keys, values } => {
                    bytes.extend(keys.iter().chain(values).flat_map(|number| number.to_le_bytes()));
                }
            }
        }
        bytes
    }

    /// The cache that [`KvCache::to_bytes`] wrote, of which the first `len` positions count. `bytes` must be whole blocks, as
    /// many for each layer.
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
                    let numbers = |b: &[u8]| b.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
                    LayerBlock::F32 { keys: numbers(keys), values: numbers(values) }
                }
            }
        };
        let of_layer = |bytes: &[u8]| bytes.chunks_exact(2 * size * shape.kind.size()).map(block).collect();
        let layer_bytes = bytes.len() / shape.layers;
        let layers = (0..shape.layers).map(|layer| of_layer(&bytes[layer * layer_bytes..][..layer_bytes])).collect();
        KvCache { shape, layers, len }
    }

    /// Counts `rows` positions as present, once every layer has had them by [`KvCache::block_writers`].
    pub fn advance(&mut self, rows: usize) {
        self.len += rows;
    }

    /// Blocks of a layer to be written by [`BlockWriter::write`]: all positions from [`KvCache::len`] on to `end`, in order.
    pub fn block_writers(&mut self, layer: usize, end: usize) -> impl Iterator<Item = BlockWriter<'_>> {
        let KvCacheShape { kv_heads, head_dim, kind, .. } = self.shape;
        let size = kv_heads * head_dim * KV_BLOCK;
        let blocks = &mut self.layers[layer];
        blocks.resize_with(end.div_ceil(KV_BLOCK).max(blocks.len()), || match kind {
            KvType::F16 => LayerBlock::F16 { keys: vec![0; size], values: vec![0; size] },
            KvType::F32 => LayerBlock::F32 { keys: vec![0.0; size], values: vec![0.0; size] },
        });
        let len = self.len;
        blocks.iter_mut().enumerate().skip(len / KV_BLOCK).map(move |(p, block)| {
            let positions = (p * KV_BLOCK).max(len)..((p + 1) * KV_BLOCK).min(end);
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

/// The positions of one block that are being written.
pub struct BlockWriter<'a> {
    block: &'a mut LayerBlock,
    head_dim: usize,
    pub positions: Range<usize>,
}

impl BlockWriter<'_> {
    /// Writes the key and the value of one position, `[kv_heads, head_dim]` each.
    pub fn write(&mut self, position: usize, key: &[f32], value: &[f32]) {
        let head_dim = self.head_dim;
        let slot = position % KV_BLOCK;
        // Key element j = head * head_dim + d lies at [head][d][slot], that is at j * KV_BLOCK + slot.
        let value_at = |head: usize| (head * KV_BLOCK + slot) * head_dim;
        match self.block {
            LayerBlock::F16 { keys, values } => {
                let mut halves = vec![half::f16::ZERO; key.len()];
                halves.convert_from_f32_slice(key);
                for (j, h) in halves.iter().enumerate() {
                    keys[j * KV_BLOCK + slot] = h.to_bits();
                }
                halves.convert_from_f32_slice(value);
                for (head, from) in halves.chunks_exact(head_dim).enumerate() {
                    for (to, h) in values[value_at(head)..].iter_mut().zip(from) {
                        *to = h.to_bits();
                    }
                }
            }
            LayerBlock::F32 { keys, values } => {
                for (j, k) in key.iter().enumerate() {
                    keys[j * KV_BLOCK + slot] = *k;
                }
                for (head, from) in value.chunks_exact(head_dim).enumerate() {
                    values[value_at(head)..][..head_dim].copy_from_slice(from);
                }
            }
        }
    }
}
