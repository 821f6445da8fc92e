//! The keys and values of one sequence, in pages that are added as it grows.

use half::slice::HalfFloatSliceExt;

use crate::kernels::attention::{KvPage, PAGE};

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

/// One page of one layer: for each KV head `[head_dim, PAGE]` keys and `[PAGE, head_dim]` values.
#[derive(Clone, Debug)]
enum Page {
    F16 { keys: Vec<u16>, values: Vec<u16> },
    F32 { keys: Vec<f32>, values: Vec<f32> },
}

/// The shape of a [`Cache`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheShape {
    pub layers: usize,
    pub kv_heads: usize,
    pub head_dim: usize,
    pub kind: KvType,
}

impl CacheShape {
    /// Bytes that one position takes over all layers.
    pub fn bytes_per_token(self) -> usize {
        2 * self.layers * self.kv_heads * self.head_dim * self.kind.size()
    }
}

/// The keys and values of one sequence in every layer.
#[derive(Clone, Debug)]
pub struct Cache {
    shape: CacheShape,
    /// `[layers]` lists of pages.
    layers: Vec<Vec<Page>>,
    /// Positions that every layer holds.
    len: usize,
}

impl Cache {
    /// A cache with no position in it.
    pub fn new(shape: CacheShape) -> Cache {
        Cache { shape, layers: vec![Vec::new(); shape.layers], len: 0 }
    }

    /// The number of positions.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no position.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Counts `rows` positions as present, once every layer has had them by [`Cache::write`].
    pub fn advance(&mut self, rows: usize) {
        self.len += rows;
    }

    /// Writes the key and the value of one position, `[kv_heads, head_dim]` each, into a layer.
    pub fn write(&mut self, layer: usize, position: usize, key: &[f32], value: &[f32]) {
        let CacheShape { kv_heads, head_dim, kind, .. } = self.shape;
        let pages = &mut self.layers[layer];
        while pages.len() <= position / PAGE {
            let size = kv_heads * head_dim * PAGE;
            pages.push(match kind {
                KvType::F16 => Page::F16 { keys: vec![0; size], values: vec![0; size] },
                KvType::F32 => Page::F32 { keys: vec![0.0; size], values: vec![0.0; size] },
            });
        }
        let slot = position % PAGE;
        // Key element j = head * head_dim + d lies at [head][d][slot], that is at j * PAGE + slot.
        let value_at = |head: usize| (head * PAGE + slot) * head_dim;
        match &mut pages[position / PAGE] {
            Page::F16 { keys, values } => {
                let mut halves = vec![half::f16::ZERO; key.len()];
                halves.convert_from_f32_slice(key);
                for (j, h) in halves.iter().enumerate() {
                    keys[j * PAGE + slot] = h.to_bits();
                }
                halves.convert_from_f32_slice(value);
                for (head, from) in halves.chunks_exact(head_dim).enumerate() {
                    for (to, h) in values[value_at(head)..].iter_mut().zip(from) {
                        *to = h.to_bits();
                    }
                }
            }
            Page::F32 { keys, values } => {
                for (j, k) in key.iter().enumerate() {
                    keys[j * PAGE + slot] = *k;
                }
                for (head, from) in value.chunks_exact(head_dim).enumerate() {
                    values[value_at(head)..][..head_dim].copy_from_slice(from);
                }
            }
        }
    }

    /// The pages of one layer and KV head, in order of position.
    pub fn pages(&self, layer: usize, kv_head: usize) -> impl Iterator<Item = KvPage<'_>> {
        let size = self.shape.head_dim * PAGE;
        let range = kv_head * size..(kv_head + 1) * size;
        self.layers[layer].iter().map(move |page| match page {
            Page::F16 { keys, values } => KvPage::F16 { keys: &keys[range.clone()], values: &values[range.clone()] },
            Page::F32 { keys, values } => KvPage::F32 { keys: &keys[range.clone()], values: &values[range.clone()] },
        })
    }
}
