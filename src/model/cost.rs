//! What a token costs: the bytes of the matrices that are read for it, and the multiplications.

use super::head::QuantizedHead;
use super::{Arithmetic, Model};
use crate::kernels::layout::TILE_ROWS;
use crate::weights::{Linear, Matrix};

/// What the matrices of a model cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Bytes of all layers, scales and zero points included; see [`Cost::layer_reads`].
    pub layer_bytes: u64,
    /// Bytes of the output head in the form that greedy decoding reads, once for all the rows whose logits are asked for.
    pub head_bytes: u64,
    /// Multiply-adds of all layers for one token.
    pub layer_multiply_adds: u64,
    /// Multiply-adds of the output head for the logits of one token.
    pub head_multiply_adds: u64,
    /// The same counted as products of 8-bit numbers, of which an activation of 15 bits takes two; in `f32` as they are.
    pub layer_products: u64,
    pub head_products: u64,
}

impl Cost {
    /// How often a pass over that many tokens reads every layer.
    pub fn layer_reads(tokens: usize) -> usize {
        tokens.div_ceil(TILE_ROWS)
    }
}

impl Model {
    /// What the matrices cost; attention, norms and single vectors are left out.
    pub fn cost(&self) -> Cost {
        let head = &self.weights.head;
        let multiply_adds = |l: &Linear| (l.inputs() * l.outputs()) as u64;
        let products = |arithmetic: Arithmetic| {
            let planes = arithmetic.planes().unwrap_or(1);
            move |l: &Linear| multiply_adds(l) * if l.awq().is_some() { planes as u64 } else { 1 }
        };
        let first = products(self.arithmetic.of_attention_input());
        let others = products(self.arithmetic);
        let layers = self.weights.layers.iter();
        let head_multiply_adds = (head.inputs * head.outputs) as u64;
        Cost {
            layer_bytes: self.linears().map(|l| bytes(l) as u64).sum(),
            head_bytes: self.quantized_head.as_ref().map_or(head.data.len(), QuantizedHead::bytes) as u64,
            layer_multiply_adds: self.linears().map(multiply_adds).sum(),
            head_multiply_adds,
            layer_products: layers
                .map(|l| {
                    let first: u64 = [&l.q, &l.k, &l.v].map(&first).iter().sum();
                    first + [&l.o, &l.gate, &l.up, &l.down].map(&others).iter().sum::<u64>()
                })
                .sum(),
            head_products: head_multiply_adds * if self.quantized_head.is_some() { 2 } else { 1 },
        }
    }

    /// The matrices where they lie, as greedy decoding reads them for each token: of every layer the codes or numbers, whose
    /// scales and zero points are few beside them, then the output head.
    pub fn matrix_bytes(&self) -> impl Iterator<Item = &[u8]> {
        let head = self.quantized_head.as_ref().map_or(&*self.weights.head.data, QuantizedHead::codes);
        let layers = self.linears().map(|l| match &l.matrix {
            Matrix::Awq(m) => &*m.qweight,
            Matrix::Dense(m) => &m.data,
        });
        layers.chain([head])
    }

    pub(super) fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.weights.layers.iter().flat_map(|l| [&l.q, &l.k, &l.v, &l.o, &l.gate, &l.up, &l.down])
    }
}

fn bytes(linear: &Linear) -> usize {
    match &linear.matrix {
        Matrix::Awq(m) => m.qweight.len() + m.qzeros.as_ref().map_or(0, |z| z.len()) + m.scales.len(),
        Matrix::Dense(m) => m.data.len(),
    }
}
