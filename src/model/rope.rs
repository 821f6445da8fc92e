//! Rotary position embeddings (Su et al., "RoFormer", 2021): frequencies, and cosines and sines of a position.

use crate::checkpoint::config::{Config, RopeScaling};
use crate::kernels::math;

/// The RoPE frequencies of a model.
#[derive(Clone, Debug)]
pub struct Rope {
    /// `[head_dim / 2]`: theta^(-2i / head_dim) / linear scaling factor, rounded to f32 as in transformers.
    frequencies: Vec<f32>,
}

impl Rope {
    /// The frequencies for a configuration. Scaling is none or linear:
    /// [`Checkpoint::config`](crate::checkpoint::Checkpoint::config) rejects all other types.
    pub fn new(config: &Config) -> Rope {
        let factor = match &config.rope.scaling {
            RopeScaling::None => 1.0,
            RopeScaling::Linear { factor } => *factor,
            // Rejected by `Config::check_runnable`. Listed, so that a new scaling is not run unscaled by mistake.
            RopeScaling::Dynamic { .. }
            | RopeScaling::Yarn { .. }
            | RopeScaling::Llama3 { .. }
            | RopeScaling::Other(_) => 1.0,
        };
        let exponent = |i: usize| (2 * i) as f64 / config.head_dim as f64;
        let frequency = |i| 1.0 / math::pow(config.rope.theta, exponent(i)) as f32 / factor as f32;
        Rope { frequencies: (0..config.head_dim / 2).map(frequency).collect() }
    }

    /// `[head_dim / 2]`: radians per position.
    pub fn frequencies(&self) -> &[f32] {
        &self.frequencies
    }

    /// Writes the cosines and sines of the angles of a position, `[head_dim / 2]` each.
    pub fn angles(&self, position: usize, cos: &mut [f32], sin: &mut [f32]) {
        for ((f, c), s) in self.frequencies.iter().zip(cos).zip(sin) {
            // The angle is rounded to f32 before its cosine is taken, as transformers does.
            let (sine, cosine) = math::sin_cos(f64::from(position as f32 * f));
            (*c, *s) = (cosine as f32, sine as f32);
        }
    }
}
