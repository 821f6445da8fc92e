//! The KV cache of one sequence: a list of blocks of [`KV_BLOCK`] positions over all layers. Sequences share blocks by
//! reference count; a block that others hold is copied before it is written.

use std::ops::Range;
use std::sync::Arc;

use half::slice::HalfFloatSliceExt;

use super::kv_memory::BlockMemory;
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

    /// Bytes of a block in all layers.
    pub fn bytes_per_block(self) -> usize {
        KV_BLOCK * self.bytes_per_token()
    }

    /// Bytes of the blocks that hold `positions` positions in all layers; `None` if the number overflows.
    pub fn bytes(self, positions: usize) -> Option<usize> {
        round_up_to_blocks(positions)?.checked_mul(self.bytes_per_token())
    }

    /// Elements of the keys (or of the values) of one layer in a block.
    fn layer_half(self) -> usize {
        self.kv_heads * self.head_dim * KV_BLOCK
    }
}

/// `positions` rounded up to whole blocks of [`KV_BLOCK`]; `None` if the number overflows.
pub fn round_up_to_blocks(positions: usize) -> Option<usize> {
    positions.checked_next_multiple_of(KV_BLOCK)
}

/// A block that caches share: for each layer, keys `[kv_heads, head_dim, KV_BLOCK]`, then values `[kv_heads, KV_BLOCK,
/// head_dim]`.
#[derive(Clone, Debug)]
pub struct SharedBlock(Arc<BlockMemory>);

/// The keys and values of one sequence in every layer. A clone shares all blocks with the original.
#[derive(Clone, Debug)]
pub struct KvCache {
    shape: KvCacheShape,
    blocks: Vec<Arc<BlockMemory>>,
    /// Positions whose keys and values are complete in every layer. Later slots of the blocks are unspecified.
    len: usize,
}

impl KvCache {
    /// A cache without positions; it allocates no blocks yet.
    pub fn new(shape: KvCacheShape) -> KvCache {
        KvCache { shape, blocks: Vec::new(), len: 0 }
    }

    /// The number of positions whose keys and values are complete.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether [`KvCache::len`] is 0.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The shape that the cache was made with.
    pub fn shape(&self) -> KvCacheShape {
        self.shape
    }

    /// Forgets all positions from `len` on, and frees the blocks that only they used.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        self.blocks.truncate(self.len.div_ceil(KV_BLOCK));
    }

    /// The block that holds the positions `index * KV_BLOCK` on, shared; `None` if there is none.
    pub fn block(&self, index: usize) -> Option<SharedBlock> {
        self.blocks.get(index).cloned().map(SharedBlock)
    }

    /// Appends the first `positions` positions of a block of another cache of the same shape, shared. All blocks before it
    /// must be full.
    pub fn push_block(&mut self, block: SharedBlock, positions: usize) {
        self.blocks.truncate(self.len / KV_BLOCK);
        self.blocks.push(block.0);
        self.len += positions;
    }

    /// Allocates the blocks for `positions` positions, if there are fewer. Their content is unspecified.
    pub fn reserve(&mut self, positions: usize) {
        let count = positions.div_ceil(KV_BLOCK).max(self.blocks.len());
        self.blocks.resize_with(count, || Arc::new(BlockMemory::zeroed(self.shape.bytes_per_block())));
    }

    /// All blocks as little-endian bytes, `[layers, blocks, keys then values]`. Blocks are written whole.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.blocks.len() * self.shape.bytes_per_block());
        let layer_len = 2 * self.shape.layer_half();
        for layer in 0..self.shape.layers {
            let range = layer * layer_len..(layer + 1) * layer_len;
            for block in &self.blocks {
                match self.shape.kind {
                    KvType::F16 => {
                        bytes.extend(block.halves()[range.clone()].iter().flat_map(|half| half.to_le_bytes()))
                    }
                    KvType::F32 => {
                        bytes.extend(block.floats()[range.clone()].iter().flat_map(|float| float.to_le_bytes()))
                    }
                }
            }
        }
        bytes
    }

    /// The inverse of [`KvCache::to_bytes`], cut to the first `len` positions. `bytes` must hold whole blocks, and the
    /// same number of them for each layer.
    pub fn from_bytes(shape: KvCacheShape, len: usize, bytes: &[u8]) -> KvCache {
        let layer_len = 2 * shape.layer_half();
        let count = bytes.len() / shape.bytes_per_block();
        let layer_bytes = layer_len * shape.kind.size();
        let block = |b: usize| {
            let mut block = BlockMemory::zeroed(shape.bytes_per_block());
            for layer in 0..shape.layers {
                let from = &bytes[(layer * count + b) * layer_bytes..][..layer_bytes];
                let range = layer * layer_len..(layer + 1) * layer_len;
                match shape.kind {
                    KvType::F16 => {
                        let from = from.as_chunks().0.iter().map(|bytes| u16::from_le_bytes(*bytes));
                        block.halves_mut()[range].iter_mut().zip(from).for_each(|(to, half)| *to = half);
                    }
                    KvType::F32 => {
                        let from = from.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
                        block.floats_mut()[range].iter_mut().zip(from).for_each(|(to, float)| *to = float);
                    }
                }
            }
            Arc::new(block)
        };
        KvCache { shape, blocks: (0..count.min(len.div_ceil(KV_BLOCK))).map(block).collect(), len }
    }

    /// Adds `rows` positions to [`KvCache::len`]. Their keys and values must have been written in every layer
    /// ([`KvCache::block_writers`]).
    pub fn advance(&mut self, rows: usize) {
        self.len += rows;
    }

    /// Writers for the positions [`KvCache::len`]`..end` of a layer, one for each block, in order of position.
    /// Allocates the blocks that are missing, and copies a block that is shared.
    pub fn block_writers(&mut self, layer: usize, end: usize) -> impl Iterator<Item = BlockWriter<'_>> {
        self.reserve(end);
        let (shape, len) = (self.shape, self.len);
        let half = shape.layer_half();
        self.blocks.iter_mut().enumerate().take(end.div_ceil(KV_BLOCK)).skip(len / KV_BLOCK).map(move |(b, block)| {
            let positions = (b * KV_BLOCK).max(len)..((b + 1) * KV_BLOCK).min(end);
            let start = 2 * layer * half;
            let block = Arc::make_mut(block);
            let layer = match shape.kind {
                KvType::F16 => {
                    let (keys, values) = block.halves_mut()[start..start + 2 * half].split_at_mut(half);
                    LayerBlockMut::F16 { keys, values }
                }
                KvType::F32 => {
                    let (keys, values) = block.floats_mut()[start..start + 2 * half].split_at_mut(half);
                    LayerBlockMut::F32 { keys, values }
                }
            };
            BlockWriter { layer, head_dim: shape.head_dim, positions }
        })
    }

    /// The blocks of one layer and KV head, in order of position.
    pub fn blocks(&self, layer: usize, kv_head: usize) -> impl Iterator<Item = KvBlock<'_>> {
        self.some_blocks(layer, kv_head, 0..self.blocks.len())
    }

    /// Those of [`KvCache::blocks`] that are in `range`; the end of `range` may be beyond the last one.
    pub fn some_blocks(&self, layer: usize, kv_head: usize, range: Range<usize>) -> impl Iterator<Item = KvBlock<'_>> {
        let half = self.shape.layer_half();
        let head_len = self.shape.head_dim * KV_BLOCK;
        let keys = 2 * layer * half + kv_head * head_len;
        let (keys, values) = (keys..keys + head_len, keys + half..keys + half + head_len);
        let range = range.start..range.end.min(self.blocks.len());
        let kind = self.shape.kind;
        self.blocks[range].iter().map(move |block| match kind {
            KvType::F16 => {
                let b = block.halves();
                KvBlock { keys: KvSlice::F16(&b[keys.clone()]), values: KvSlice::F16(&b[values.clone()]) }
            }
            KvType::F32 => {
                let b = block.floats();
                KvBlock { keys: KvSlice::F32(&b[keys.clone()]), values: KvSlice::F32(&b[values.clone()]) }
            }
        })
    }
}

/// One block of one layer: keys `[kv_heads, head_dim, KV_BLOCK]` and values `[kv_heads, KV_BLOCK, head_dim]`.
enum LayerBlockMut<'a> {
    F16 { keys: &'a mut [u16], values: &'a mut [u16] },
    F32 { keys: &'a mut [f32], values: &'a mut [f32] },
}

/// Writes the new positions of one block of one layer.
pub struct BlockWriter<'a> {
    layer: LayerBlockMut<'a>,
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
        match &mut self.layer {
            LayerBlockMut::F16 { keys, values } => {
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
            LayerBlockMut::F32 { keys, values } => {
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
