//! Rotary frequencies and the cosines and sines of a position.

use crate::checkpoint::config::{Config, RopeScaling};
use crate::error::{Error, Result};
use crate::kernels::math;

/// The frequencies of a model.
#[derive(Clone, Debug)]
pub struct Rope {
    /// `[head_dim / 2]`: theta^(-2i / head_dim), rounded to f32 as transformers has them.
    frequencies: Vec<f32>,
}

impl Rope {
    /// The frequencies that a configuration asks for.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a kind of scaling that rumma does not compute.
    pub fn new(config: &Config) -> Result<Rope> {
        let unsupported = |what: String| Error::Unsupported {
            path: config.path.clone(),
            what,
            fix: "rumma runs unscaled and linearly scaled rotary embeddings of the whole head".into(),
        };
        let factor = match &config.rope.scaling {
            RopeScaling::None => 1.0,
            RopeScaling::Linear { factor } => *factor,
            other => return Err(unsupported(format!("the rotary scaling {other:?} cannot be run"))),
        };
        if config.rope.partial_rotary_factor != 1.0 {
            return Err(unsupported(format!("a partial_rotary_factor of {}", config.rope.partial_rotary_factor)));
        }
        let exponent = |i: usize| (2 * i) as f64 / config.head_dim as f64;
        let frequency = |i| 1.0 / math::pow(config.rope.theta, exponent(i)) as f32 / factor as f32;
        Ok(Rope { frequencies: (0..config.head_dim / 2).map(frequency).collect() })
    }

    /// Writes the cosines and the sines of a position, `[head_dim / 2]` each.
    pub fn angles(&self, position: usize, cos: &mut [f32], sin: &mut [f32]) {
        for ((f, c), s) in self.frequencies.iter().zip(cos).zip(sin) {
            // The angle is rounded to f32 before its cosine is taken, as transformers does.
            let (sine, cosine) = math::sin_cos(f64::from(position as f32 * f));
            (*c, *s) = (cosine as f32, sine as f32);
        }
    }
}
