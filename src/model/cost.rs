//! The cost of a forward pass: bytes of the matrices that it reads, and multiply-adds per token.

use super::head::QuantizedHead;
use super::{Arithmetic, Model};
use crate::kernels::layout::TILE_ROWS;
use crate::weights::{Layer, Linear};

/// Bytes and multiply-adds of a model's matrices. Attention, norms and biases are not counted. Of the experts of a layer, a
/// token costs as many as it passes.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Bytes of the layers that one token reads, including scales and zero points.
    pub layer_bytes: u64,
    /// The part of `layer_bytes` that all tokens of a pass share; the rest are experts.
    shared_bytes: u64,
    /// Bytes of all experts.
    expert_bytes: u64,
    /// The fraction of the experts of a layer that a token passes; 1 if there are none.
    active_experts: f64,
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
    /// Bytes of the layers that a forward pass of `tokens` tokens reads. Of the experts, those are expected of which tokens
    /// choose all with the same probability.
    pub fn pass_bytes(&self, tokens: usize) -> f64 {
        let reads = |tokens: f64| (tokens / TILE_ROWS as f64).ceil();
        let chosen = 1.0 - (1.0 - self.active_experts).powf(tokens as f64);
        let tokens_of_chosen = tokens as f64 * self.active_experts / chosen.max(f64::MIN_POSITIVE);
        self.shared_bytes as f64 * reads(tokens as f64) + self.expert_bytes as f64 * chosen * reads(tokens_of_chosen)
    }
}

/// What a token costs in a part of the layers.
fn sum<'l>(linears: impl Iterator<Item = &'l Linear>, of: impl Fn(&Linear) -> u64) -> u64 {
    linears.map(of).sum()
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
        let (count, per_token) = self.config.experts.as_ref().map_or((1, 1), |e| (e.count as u64, e.per_token as u64));
        // All experts of a layer have the same shape, but not always the same layout.
        let active = |of_all: u64| (u128::from(of_all) * u128::from(per_token) / u128::from(count)) as u64;
        let layers = || self.weights.layers.iter();
        let shared = || layers().flat_map(Layer::shared_linears);
        let experts = || layers().flat_map(|layer| layer.mlp.expert_linears());
        let shared_bytes = sum(shared(), |l| l.matrix.bytes() as u64);
        let expert_bytes = sum(experts(), |l| l.matrix.bytes() as u64);
        let shared_products = layers().map(|layer| {
            let qkv = layer.qkv.len();
            sum(layer.shared_linears().take(qkv), qkv_products) + sum(layer.shared_linears().skip(qkv), other_products)
        });
        let head_multiply_adds = (head.inputs() * head.outputs()) as u64;
        Cost {
            layer_bytes: shared_bytes + active(expert_bytes),
            shared_bytes,
            expert_bytes,
            active_experts: per_token as f64 / count as f64,
            head_bytes: self.quantized_head.as_ref().map_or(head.bytes(), QuantizedHead::bytes) as u64,
            layer_multiply_adds: sum(shared(), multiply_adds) + active(sum(experts(), multiply_adds)),
            head_multiply_adds,
            layer_products: shared_products.sum::<u64>() + active(sum(experts(), other_products)),
            head_products: head_multiply_adds * if self.quantized_head.is_some() { 2 } else { 1 },
        }
    }

    /// The memory that greedy decoding reads, in order: the 4-bit codes or the dense weights of every layer (without scales
    /// and zero points, which are small; with all experts), then the output head.
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
