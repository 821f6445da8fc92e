//! Rotary position embeddings (Su et al., "RoFormer", 2021): frequencies, and cosines and sines of a position.
//!
//! The frequencies follow `modeling_rope_utils.py` of transformers 5: the same operations in the same order, each
//! rounded to f32 where it has f32 tensors. At position 100,000, a frequency that is off by one rounding turns a pair by
//! 0.006 radians.

use std::f64::consts::PI;

use crate::checkpoint::config::{RopeConfig, RopeScaling};
use crate::kernels::math;

/// The RoPE frequencies of a model.
#[derive(Clone, Debug)]
pub struct Rope {
    /// `[rotary_dim / 2]`: radians per position.
    frequencies: Vec<f32>,
    /// Cosines and sines are multiplied by it.
    attention_factor: f32,
}

impl Rope {
    /// The frequencies for sequences of at most `context` positions, and for all of them the same: `longrope` takes its
    /// long factors if `context` exceeds the original one. The other scalings do not depend on `context`.
    pub fn new(config: &RopeConfig, head_dim: usize, context: usize) -> Rope {
        let rotary_dim = config.rotary_dim(head_dim);
        let pairs = rotary_dim / 2;
        // theta^(2i / rotary_dim)
        let power = |i: usize| {
            let exponent = (2 * i) as f32 / rotary_dim as f32;
            math::pow(f64::from(config.theta as f32), f64::from(exponent)) as f32
        };
        let scaled = |frequency: &dyn Fn(usize) -> f32, attention_factor: f64| Rope {
            frequencies: (0..pairs).map(frequency).collect(),
            attention_factor: attention_factor as f32,
        };
        match &config.scaling {
            // `Other` is rejected by `Config::check_runnable`.
            RopeScaling::None | RopeScaling::Dynamic { .. } | RopeScaling::Other(_) => scaled(&|i| 1.0 / power(i), 1.0),
            RopeScaling::Linear { factor } => scaled(&|i| 1.0 / power(i) / *factor as f32, 1.0),
            RopeScaling::Yarn { factor, attention_factor, mscale, mscale_all_dim, .. } => {
                let ramp = yarn_ramp(config, rotary_dim);
                let frequency = |i| {
                    let extrapolated = 1.0 - ramp(i);
                    let (own, interpolated) = (1.0 / power(i), 1.0 / (*factor as f32 * power(i)));
                    interpolated * (1.0 - extrapolated) + own * extrapolated
                };
                let of_scale = |mscale: f64| if *factor <= 1.0 { 1.0 } else { 0.1 * mscale * math::ln(*factor) + 1.0 };
                let default = match (mscale.filter(|m| *m != 0.0), mscale_all_dim.filter(|m| *m != 0.0)) {
                    (Some(mscale), Some(all)) => of_scale(mscale) / of_scale(all),
                    _ => of_scale(1.0),
                };
                scaled(&frequency, attention_factor.unwrap_or(default))
            }
            RopeScaling::Llama3 { .. } => scaled(&|i| llama3_frequency(1.0 / power(i), &config.scaling), 1.0),
            RopeScaling::LongRope {
                short_factor,
                long_factor,
                factor,
                original_max_position_embeddings: original,
                attention_factor,
            } => {
                let factors = if context > *original { long_factor } else { short_factor };
                let ratio = math::ln(*factor) / math::ln(*original as f64);
                let default = if *factor <= 1.0 { 1.0 } else { (1.0 + ratio).sqrt() };
                let frequency = |i| 1.0 / (factors.get(i).map_or(1.0, |factor| *factor as f32) * power(i));
                scaled(&frequency, attention_factor.unwrap_or(default))
            }
        }
    }

    /// `[rotary_dim / 2]`: radians per position. [`RopeConfig::rotary_dim`] is the head's width in nearly all models.
    pub fn frequencies(&self) -> &[f32] {
        &self.frequencies
    }

    /// The factor of cosines and sines; 1 unless the scaling has one.
    pub fn attention_factor(&self) -> f32 {
        self.attention_factor
    }

    /// Writes the cosines and sines of the angles of a position, `[rotary_dim / 2]` each, times the attention factor.
    pub fn angles(&self, position: usize, cos: &mut [f32], sin: &mut [f32]) {
        for ((f, c), s) in self.frequencies.iter().zip(cos).zip(sin) {
            // The angle is rounded to f32 before its cosine is taken, as transformers does.
            let (sine, cosine) = math::sin_cos(f64::from(position as f32 * f));
            (*c, *s) = (cosine as f32 * self.attention_factor, sine as f32 * self.attention_factor);
        }
    }
}

/// How far the frequency of pair i is interpolated in YaRN, from 0 to 1 (Peng et al., "YaRN: Efficient context window
/// extension of large language models", 2023).
fn yarn_ramp(config: &RopeConfig, rotary_dim: usize) -> impl Fn(usize) -> f32 {
    let (mut low, mut high) = (0.0, 0.0);
    if let RopeScaling::Yarn { original_max_position_embeddings, beta_fast, beta_slow, truncate, .. } = &config.scaling
    {
        // The pair that makes this number of rotations within the original context, not rounded.
        let pair = |rotations: f64| {
            let period = *original_max_position_embeddings as f64 / (rotations * 2.0 * PI);
            rotary_dim as f64 * math::ln(period) / (2.0 * math::ln(config.theta))
        };
        (low, high) = (pair(*beta_fast), pair(*beta_slow));
        if *truncate {
            (low, high) = (low.floor(), high.ceil());
        }
        (low, high) = (low.max(0.0), high.min(rotary_dim as f64 - 1.0));
        if low == high {
            high += 0.001;
        }
    }
    move |i| ((i as f32 - low as f32) / (high - low) as f32).clamp(0.0, 1.0)
}

/// The frequency that the scaling of Llama 3.1 makes of `frequency`.
fn llama3_frequency(frequency: f32, scaling: &RopeScaling) -> f32 {
    let RopeScaling::Llama3 { factor, low_freq_factor: low, high_freq_factor: high, original_max_position_embeddings } =
        scaling
    else {
        return frequency;
    };
    let (factor, original) = (*factor as f32, *original_max_position_embeddings as f64);
    let wavelength = (2.0 * PI) as f32 / frequency;
    if wavelength > (original / low) as f32 {
        return frequency / factor;
    }
    if wavelength < (original / high) as f32 {
        return frequency;
    }
    let smooth = (original as f32 / wavelength - *low as f32) / (high - low) as f32;
    (1.0 - smooth) * frequency / factor + smooth * frequency
}
