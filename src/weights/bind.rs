//! From names, dtypes and shapes to [`Weights`]: the only place that knows what the tensors of a family are called.

use std::borrow::Cow;

use rayon::prelude::*;
use safetensors::Dtype;

use super::formats::{self, LinearInfo};
use super::layers::{AwqMatrix, Layer, Linear, Matrix, Weights};
use crate::checkpoint::config::Config;
use crate::checkpoint::{Checkpoint, Tensor};
use crate::error::{Error, Result};
use crate::kernels::layout::{Dense, Float, GROUP, NIBBLE_ORDER, SUM};
use crate::kernels::scalar::float_at;

impl<'a> Weights<'a> {
    /// Binds every tensor of a checkpoint that its configuration calls for.
    ///
    /// # Errors
    /// The first tensor that is missing or has another dtype or shape than expected, by name; or an architecture or a
    /// quantisation that rumma does not run.
    pub fn bind(checkpoint: &'a Checkpoint) -> Result<Weights<'a>> {
        let config = checkpoint.config()?;
        Binder { checkpoint, config }.weights()
    }
}

struct Binder<'a> {
    checkpoint: &'a Checkpoint,
    config: &'a Config,
}

impl<'a> Binder<'a> {
    fn weights(&self) -> Result<Weights<'a>> {
        let c = self.config;
        let embedding = self.dense("model.embed_tokens.weight", c.vocab_size, c.hidden_size)?;
        Ok(Weights {
            embedding,
            layers: (0..c.layers).map(|l| self.layer(l)).collect::<Result<_>>()?,
            final_norm: self.vector("model.norm.weight", c.hidden_size)?,
            head: self.head(embedding)?,
        })
    }

    fn layer(&self, l: usize) -> Result<Layer<'a>> {
        let c = self.config;
        let (q_size, kv_size) = (c.heads * c.head_dim, c.kv_heads * c.head_dim);
        let name = |part: &str| format!("model.layers.{l}.{part}");
        Ok(Layer {
            input_norm: self.vector(&name("input_layernorm.weight"), c.hidden_size)?,
            q: self.linear(&name("self_attn.q_proj"), c.hidden_size, q_size, c.qkv_bias)?,
            k: self.linear(&name("self_attn.k_proj"), c.hidden_size, kv_size, c.qkv_bias)?,
            v: self.linear(&name("self_attn.v_proj"), c.hidden_size, kv_size, c.qkv_bias)?,
            o: self.linear(&name("self_attn.o_proj"), q_size, c.hidden_size, false)?,
            post_attention_norm: self.vector(&name("post_attention_layernorm.weight"), c.hidden_size)?,
            gate: self.linear(&name("mlp.gate_proj"), c.hidden_size, c.intermediate_size, false)?,
            up: self.linear(&name("mlp.up_proj"), c.hidden_size, c.intermediate_size, false)?,
            down: self.linear(&name("mlp.down_proj"), c.intermediate_size, c.hidden_size, false)?,
        })
    }

    /// The output head: its own matrix, or the embedding where the two are tied. A tied head that is stored all the same
    /// must equal the embedding.
    fn head(&self, embedding: Dense<'a>) -> Result<Dense<'a>> {
        const NAME: &str = "lm_head.weight";
        let c = self.config;
        if !c.tie_word_embeddings {
            return self.dense(NAME, c.vocab_size, c.hidden_size);
        }
        let Some(stored) = self.checkpoint.tensor(NAME) else { return Ok(embedding) };
        let head = self.dense(NAME, c.vocab_size, c.hidden_size)?;
        let piece = 1 << 20;
        let same = head.kind == embedding.kind
            && head.data.par_chunks(piece).zip(embedding.data.par_chunks(piece)).all(|(a, b)| a == b);
        if same {
            Ok(embedding)
        } else {
            Err(wrong(
                &stored,
                "other numbers than model.embed_tokens.weight".into(),
                format!("the same, as tie_word_embeddings is true in {}", c.path.display()),
            ))
        }
    }

    fn tensor(&self, name: &str, expected: impl FnOnce() -> String) -> Result<Tensor<'a>> {
        self.checkpoint.tensor(name).ok_or_else(|| Error::MissingTensor {
            path: self.checkpoint.path.clone(),
            tensor: name.into(),
            expected: expected(),
        })
    }

    /// A tensor of f16, bf16 or f32 numbers with exactly this shape.
    fn floats(&self, name: &str, shape: &[usize]) -> Result<(&'a [u8], Float)> {
        let expected = || format!("F16, BF16 or F32 {shape:?}");
        let tensor = self.tensor(name, expected)?;
        match float(tensor.dtype) {
            Some(kind) if tensor.shape == shape => Ok((tensor.data, kind)),
            _ => Err(wrong(&tensor, found(&tensor), expected())),
        }
    }

    fn dense(&self, name: &str, outputs: usize, inputs: usize) -> Result<Dense<'a>> {
        let (data, kind) = self.floats(name, &[outputs, inputs])?;
        Ok(Dense { inputs, outputs, data, kind })
    }

    fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>> {
        let (data, kind) = self.floats(name, &[length])?;
        Ok((0..length).map(|i| float_at(data, kind, i)).collect())
    }

    fn linear(&self, name: &str, inputs: usize, outputs: usize, bias: bool) -> Result<Linear<'a>> {
        let bias_name = format!("{name}.bias");
        let bias = if bias || self.checkpoint.tensor(&bias_name).is_some() {
            self.vector(&bias_name, outputs)?
        } else {
            Vec::new()
        };
        let matrix = match formats::linear(self.checkpoint, name)? {
            Some(info) => Matrix::Awq(self.awq(&info, inputs, outputs)?),
            None if self.checkpoint.tensor(&format!("{name}.weight")).is_some() => {
                Matrix::Dense(self.dense(&format!("{name}.weight"), outputs, inputs)?)
            }
            None => {
                return Err(Error::MissingTensor {
                    path: self.checkpoint.path.clone(),
                    tensor: format!("{name}.qweight"),
                    expected: format!(
                        "I32 [{inputs}, {}] (4-bit), or F16, BF16 or F32 [{outputs}, {inputs}] as {name}.weight",
                        outputs / 8
                    ),
                });
            }
        };
        Ok(Linear { name: name.into(), matrix, bias })
    }

    fn awq(&self, info: &LinearInfo, inputs: usize, outputs: usize) -> Result<AwqMatrix<'a>> {
        let name = &info.name;
        info.check_runnable(self.checkpoint)?;
        let group_size = info.group_size;
        let fits_groups = [SUM, 2 * SUM].contains(&group_size)
            || group_size.is_multiple_of(GROUP) && group_size > 0
            || group_size == inputs;
        if !fits_groups || !inputs.is_multiple_of(group_size) || !outputs.is_multiple_of(8) {
            return Err(Error::Unsupported {
                path: self.checkpoint.path.clone(),
                what: format!("the layer {name} ({inputs} to {outputs}) has groups of {group_size}"),
                fix: "rumma runs groups of 32, 64, 128 (or multiples of it) and one group for all inputs".into(),
            });
        }
        let groups = inputs / group_size;
        let words = |part: &str, rows: usize| -> Result<Cow<'a, [u8]>> {
            let shape = [rows, outputs / 8];
            let expected = || format!("I32 {shape:?}");
            let tensor = self.tensor(&format!("{name}.{part}"), expected)?;
            if tensor.shape != shape || !matches!(tensor.dtype, Dtype::I32 | Dtype::U32) {
                return Err(wrong(&tensor, found(&tensor), expected()));
            }
            Ok(in_standard_order(tensor.data, &info.order))
        };
        let qweight = words("qweight", inputs)?;
        let has_zeros = self.checkpoint.tensor(&format!("{name}.qzeros")).is_some();
        let qzeros = has_zeros.then(|| words("qzeros", groups)).transpose()?;
        let (scales, scale_type) = self.floats(&format!("{name}.scales"), &[groups, outputs])?;
        Ok(AwqMatrix { inputs, outputs, group_size, qweight, qzeros, scales, scale_type })
    }
}

/// The words as they are where nibble n holds output [`NIBBLE_ORDER`]`[n]`, or a rearranged copy where it holds `order[n]`.
fn in_standard_order<'a>(words: &'a [u8], order: &[usize; 8]) -> Cow<'a, [u8]> {
    if *order == NIBBLE_ORDER {
        return Cow::Borrowed(words);
    }
    let rearrange = |word: [u8; 4]| {
        let word = u32::from_le_bytes(word);
        let mut standard = 0;
        for (n, output) in NIBBLE_ORDER.into_iter().enumerate() {
            let from = order.iter().position(|o| *o == output).unwrap_or(n);
            standard |= (word >> (4 * from) & 15) << (4 * n);
        }
        u32::to_le_bytes(standard)
    };
    Cow::Owned(words.as_chunks::<4>().0.par_iter().flat_map_iter(|word| rearrange(*word)).collect())
}

fn float(dtype: Dtype) -> Option<Float> {
    match dtype {
        Dtype::F16 => Some(Float::F16),
        Dtype::BF16 => Some(Float::Bf16),
        Dtype::F32 => Some(Float::F32),
        _ => None,
    }
}

fn found(tensor: &Tensor) -> String {
    format!("{:?} {:?}", tensor.dtype, tensor.shape)
}

fn wrong(tensor: &Tensor, found: String, expected: String) -> Error {
    Error::Tensor { path: tensor.file.to_path_buf(), tensor: tensor.name.into(), found, expected }
}
