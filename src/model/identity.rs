//! What tells one model's keys and values from another's.

use super::Model;
use crate::weights::Matrix;

/// Places of a matrix that are looked at, evenly spread over it.
const PLACES: usize = 16;
/// Bytes of each place.
const PLACE: usize = 64;

impl Model<'_> {
    /// Shows `see` what keys and values are computed from besides the tokens: the shape and the numbers of the
    /// configuration, every small vector, and some bytes of every matrix but the head. All little-endian.
    pub fn identity(&self, mut see: impl FnMut(&[u8])) {
        let c = self.config;
        for size in [c.layers, c.hidden_size, c.heads, c.kv_heads, c.head_dim, c.intermediate_size, c.vocab_size] {
            see(&(size as u64).to_le_bytes());
        }
        see(&c.rms_norm_eps.to_le_bytes());
        let mut numbers = |numbers: &[f32]| numbers.iter().for_each(|n| see(&n.to_le_bytes()));
        numbers(self.rope.frequencies());
        for layer in &self.weights.layers {
            numbers(&layer.input_norm);
            numbers(&layer.post_attention_norm);
        }
        self.linears().for_each(|linear| numbers(&linear.bias));
        places(self.weights.embedding.data, &mut see);
        for linear in self.linears() {
            match &linear.matrix {
                Matrix::Awq(m) => {
                    places(&m.qweight, &mut see);
                    places(m.qzeros.as_deref().unwrap_or_default(), &mut see);
                    places(m.scales, &mut see);
                }
                Matrix::Dense(m) => places(m.data, &mut see),
            }
        }
    }
}

/// The length of a matrix, and some of its bytes.
fn places(bytes: &[u8], see: &mut impl FnMut(&[u8])) {
    see(&(bytes.len() as u64).to_le_bytes());
    for place in 0..PLACES {
        let start = bytes.len() / PLACES * place;
        see(&bytes[start..(start + PLACE).min(bytes.len())]);
    }
}
