//! What tells one model's keys and values from another's.

use super::Model;
use crate::weights::Matrix;

/// Samples of a matrix that are looked at, evenly spread over it.
const SAMPLES: usize = 16;
/// Bytes of each sample.
const SAMPLE_LEN: usize = 64;

impl Model {
    /// Shows `update` what keys and values are computed from besides the tokens: the shape and the numbers of the
    /// configuration, every small vector, and some bytes of every matrix but the head. All little-endian.
    pub fn fingerprint(&self, mut update: impl FnMut(&[u8])) {
        let c = &self.config;
        for size in [c.layers, c.hidden_size, c.heads, c.kv_heads, c.head_dim, c.intermediate_size, c.vocab_size] {
            update(&(size as u64).to_le_bytes());
        }
        update(&c.rms_norm_eps.to_le_bytes());
        let mut numbers = |numbers: &[f32]| numbers.iter().for_each(|n| update(&n.to_le_bytes()));
        numbers(self.rope.frequencies());
        for layer in &self.weights.layers {
            numbers(&layer.input_norm);
            numbers(&layer.post_attention_norm);
        }
        self.linears().for_each(|linear| numbers(&linear.bias));
        sample_bytes(&self.weights.embedding.data, &mut update);
        for linear in self.linears() {
            match &linear.matrix {
                Matrix::Awq(m) => {
                    sample_bytes(&m.qweight, &mut update);
                    sample_bytes(m.qzeros.as_deref().unwrap_or_default(), &mut update);
                    sample_bytes(&m.scales, &mut update);
                }
                Matrix::Dense(m) => sample_bytes(&m.data, &mut update),
            }
        }
    }
}

/// The length of a matrix, and some of its bytes.
fn sample_bytes(bytes: &[u8], update: &mut impl FnMut(&[u8])) {
    update(&(bytes.len() as u64).to_le_bytes());
    for sample in 0..SAMPLES {
        let start = bytes.len() / SAMPLES * sample;
        update(&bytes[start..(start + SAMPLE_LEN).min(bytes.len())]);
    }
}
