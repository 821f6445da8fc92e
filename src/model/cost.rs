//! What a token costs: the bytes of the matrices that are read for it, and the multiplications.

use super::Model;
use super::head::Screen;
use crate::weights::{Linear, Matrix};

/// What the matrices of a model cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Bytes of all layers, scales and zero points included: read once for all the tokens that are run together.
    pub layer_bytes: u64,
    /// Bytes of the output head in the form that greedy decoding reads, once for all the rows whose logits are asked for.
    pub head_bytes: u64,
    /// Multiply-adds of all layers for one token.
    pub layer_multiply_adds: u64,
    /// Multiply-adds of the output head for the logits of one token.
    pub head_multiply_adds: u64,
}

impl Model<'_> {
    /// What the matrices cost; attention, norms and single vectors are left out.
    pub fn cost(&self) -> Cost {
        let head = &self.weights.head;
        Cost {
            layer_bytes: self.linears().map(|l| bytes(l) as u64).sum(),
            head_bytes: self.screen.as_ref().map_or(head.data.len(), Screen::bytes) as u64,
            layer_multiply_adds: self.linears().map(|l| (l.inputs() * l.outputs()) as u64).sum(),
            head_multiply_adds: (head.inputs * head.outputs) as u64,
        }
    }

    /// The mapped weights of every layer, where they lie: the bytes that decoding reads for each token.
    pub fn layer_bytes(&self) -> impl Iterator<Item = &[u8]> {
        self.linears().map(|l| match &l.matrix {
            Matrix::Awq(m) => &*m.qweight,
            Matrix::Dense(m) => m.data,
        })
    }

    pub(super) fn linears(&self) -> impl Iterator<Item = &Linear<'_>> {
        self.weights.layers.iter().flat_map(|l| [&l.q, &l.k, &l.v, &l.o, &l.gate, &l.up, &l.down])
    }
}

fn bytes(linear: &Linear) -> usize {
    match &linear.matrix {
        Matrix::Awq(m) => m.qweight.len() + m.qzeros.as_ref().map_or(0, |z| z.len()) + m.scales.len(),
        Matrix::Dense(m) => m.data.len(),
    }
}
