//! The cost of a forward pass: bytes of the matrices that it reads, and multiply-adds per token.

use super::head::QuantizedHead;
use super::{Arithmetic, Model};
use crate::kernels::layout::TILE_ROWS;
use crate::weights::{Layer, Linear};

/// Bytes and multiply-adds of a model's matrices. Attention, norms and biases are not counted.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Bytes of all layers, including scales and zero points. A pass reads them [`Cost::layer_reads`] times.
    pub layer_bytes: u64,
    /// Bytes of the output head as greedy decoding reads it (the [`QuantizedHead`], if there is one), once per call of
    /// [`Model::logits`].
    pub head_bytes: u64,
    /// Multiply-adds of all layers for one token.
    pub layer_multiply_adds: u64,
    /// Multiply-adds of the output head for the logits of one token.
    pub head_multiply_adds: u64,
    /// Products of 8-bit numbers in all layers for one token. A multiply-add with a 15-bit activation counts as two;
    /// one in f32 counts as one.
    pub layer_products: u64,
    /// Products of the output head for the logits of one token, counted like `layer_products`.
    pub head_products: u64,
}

impl Cost {
    /// How many times a forward pass of `tokens` tokens reads every layer.
    pub fn layer_reads(tokens: usize) -> usize {
        tokens.div_ceil(TILE_ROWS)
    }
}

impl Model {
    /// The cost of this model's matrices in its arithmetic.
    pub fn cost(&self) -> Cost {
        let head = &self.weights.head;
        let multiply_adds = |l: &Linear| (l.inputs() * l.outputs()) as u64;
        let products = |arithmetic: Arithmetic| {
            let planes = arithmetic.planes().unwrap_or(1);
            move |l: &Linear| multiply_adds(l) * if l.awq().is_some() { planes as u64 } else { 1 }
        };
        let qkv_products = products(self.arithmetic.for_qkv_input());
        let other_products = products(self.arithmetic);
        let layers = self.weights.layers.iter();
        let head_multiply_adds = (head.inputs() * head.outputs()) as u64;
        Cost {
            layer_bytes: self.linears().map(|l| l.matrix.bytes() as u64).sum(),
            head_bytes: self.quantized_head.as_ref().map_or(head.bytes(), QuantizedHead::bytes) as u64,
            layer_multiply_adds: self.linears().map(multiply_adds).sum(),
            head_multiply_adds,
            layer_products: layers
                .map(|l| {
                    let qkv: u64 = l.qkv.iter().map(&qkv_products).sum();
                    qkv + [&l.o].into_iter().chain(l.mlp.linears()).map(&other_products).sum::<u64>()
                })
                .sum(),
            head_products: head_multiply_adds * if self.quantized_head.is_some() { 2 } else { 1 },
        }
    }

    /// The memory that greedy decoding reads for each token, in order: the 4-bit codes or the dense weights of every
    /// layer (without scales and zero points, which are small), then the output head.
    pub fn matrix_bytes(&self) -> impl Iterator<Item = &[u8]> {
        let head = self.quantized_head.as_ref().map_or(self.weights.head.codes(), QuantizedHead::codes);
        let layers = self.linears().map(|l| l.matrix.codes());
        layers.chain([head])
    }

    /// Every linear layer, in the order of the forward pass.
    pub(super) fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.weights.layers.iter().flat_map(Layer::linears)
    }
}
