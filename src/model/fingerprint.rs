//! Identifies the model that computed keys and values, so that a saved KV cache is not used with another model.

use super::Model;
use crate::checkpoint::config::{Activation, LayerRope};
use crate::weights::{Layer, Linear, Matrix};

/// Samples of each matrix, evenly spaced.
const SAMPLES: usize = 16;
/// Samples of each matrix of an expert. There are many, and each sample reads a page that may not be in memory.
const EXPERT_SAMPLES: usize = 1;
/// Bytes of each sample.
const SAMPLE_LEN: usize = 64;

impl Model {
    /// Calls `update` with the bytes that identify this model; the caller hashes them. They cover everything that keys
    /// and values depend on besides the tokens and the arithmetic: the sizes, the norm epsilon, the RoPE
    /// frequencies and attention factor, all norm weights and biases, and samples of every matrix. The output head and the final norm are
    /// left out. All numbers are little-endian. Settings in which the families differ are left out where they are those of
    /// Qwen2, as in the fingerprints of state files that are older than they.
    pub fn fingerprint(&self, mut update: impl FnMut(&[u8])) {
        let c = &self.config;
        for size in [c.layers, c.hidden_size, c.heads, c.kv_heads, c.head_dim, c.intermediate_size, c.vocab_size] {
            update(&(size as u64).to_le_bytes());
        }
        update(&c.rms_norm_eps.to_le_bytes());
        let mut update_floats = |floats: &[f32]| floats.iter().for_each(|n| update(&n.to_le_bytes()));
        update_floats(self.rope.frequencies());
        // Left out if it is 1, as in the fingerprints of state files that are older than it.
        update_floats(&[self.rope.attention_factor()][usize::from(self.rope.attention_factor() == 1.0)..]);
        for layer in &self.weights.layers {
            // Without the norms that other families have, the bytes are those of older state files.
            let norms = [&layer.attention_norm, &layer.attention_output_norm, &layer.mlp_norm, &layer.mlp_output_norm];
            norms.into_iter().chain([&layer.q_norm, &layer.k_norm]).for_each(|norm| update_floats(norm));
        }
        self.linears().for_each(|linear| update_floats(&linear.bias));
        update_floats(self.local_rope.as_ref().map_or(&[], |rope| rope.frequencies()));
        let plain_attention = 1.0 / (c.head_dim as f32).sqrt();
        let scales = [(c.embedding_scale, 1.0), (c.residual_scale, 1.0), (c.attention_scale, plain_attention)];
        scales.into_iter().filter(|(scale, plain)| scale != plain).for_each(|(scale, _)| update_floats(&[scale]));
        for (l, layer) in c.layer_attention.iter().enumerate() {
            layer.window.into_iter().for_each(|window| update(format!("window {window} {l}").as_bytes()));
            if layer.rope != LayerRope::Global {
                update(format!("{:?} {l}", layer.rope).as_bytes());
            }
        }
        if c.activation != Activation::Silu {
            update(format!("{:?}", c.activation).as_bytes());
        }
        if let Some(experts) = &c.experts {
            update(format!("experts {} {}", experts.per_token, experts.normalize_weights).as_bytes());
        }
        sample_bytes(&self.weights.embedding.data, SAMPLES, &mut update);
        let mut sample = |linear: &Linear, samples| match &linear.matrix {
            Matrix::Awq(m) => {
                sample_bytes(&m.qweight, samples, &mut update);
                sample_bytes(m.qzeros.as_deref().unwrap_or_default(), samples, &mut update);
                sample_bytes(&m.scales, samples, &mut update);
                // Nothing for a layer without one, as in older state files.
                m.input_order.iter().flat_map(|order| order.iter()).for_each(|i| update(&i.to_le_bytes()));
            }
            Matrix::Dense(m) => sample_bytes(&m.data, samples, &mut update),
        };
        let layers = || self.weights.layers.iter();
        layers().flat_map(Layer::shared_linears).for_each(|linear| sample(linear, SAMPLES));
        layers().flat_map(|l| l.mlp.expert_linears()).for_each(|linear| sample(linear, EXPERT_SAMPLES));
    }
}

/// Calls `update` with the length of a matrix in bytes (u64), then with its samples.
fn sample_bytes(bytes: &[u8], samples: usize, update: &mut impl FnMut(&[u8])) {
    update(&(bytes.len() as u64).to_le_bytes());
    for sample in 0..samples {
        let start = bytes.len() / samples * sample;
        update(&bytes[start..(start + SAMPLE_LEN).min(bytes.len())]);
    }
}
