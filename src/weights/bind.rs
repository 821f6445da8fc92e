//! From names, dtypes and shapes to [`Weights`]: the only place that knows what the tensors of a family are called.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use safetensors::Dtype;

use super::formats::{self, LinearInfo};
use super::layers::{AwqMatrix, DenseMatrix, Layer, Linear, Matrix, MatrixData, Weights};
use crate::checkpoint::config::Config;
use crate::checkpoint::{Checkpoint, Tensor};
use crate::error::{Error, Result};
use crate::kernels::layout::{ACT_GROUP, Float, NIBBLE_ORDER, SUM_BLOCK};
use crate::kernels::scalar::float_at;

impl Weights {
    /// Binds every tensor of a checkpoint that its configuration calls for.
    ///
    /// # Errors
    /// The first tensor that is missing or has another dtype or shape than expected, by name; or an architecture or a
    /// quantisation that rumma does not run.
    pub fn bind(checkpoint: &Checkpoint) -> Result<Weights> {
        Binder::new(checkpoint, BindMode::Load)?.weights()
    }
}

/// The names of the tensors that [`Weights::bind`] takes, told from the header.
///
/// # Errors
/// What [`Weights::bind`] finds. Of a head that should equal the embedding a few pages are compared, or all of it if
/// `whole`.
pub fn bound(checkpoint: &Checkpoint, whole: bool) -> Result<BTreeSet<String>> {
    let binder = Binder::new(checkpoint, if whole { BindMode::Full } else { BindMode::Quick })?;
    binder.weights()?;
    Ok(binder.bound.into_inner())
}

/// Whether a stored head is the embedding once more, by all of their bytes or by a few pages of them if `quick`.
pub fn is_embedding(head: &Tensor, embedding: &Tensor, quick: bool) -> bool {
    const PAGE: usize = 4096;
    let (piece, step) =
        if quick { (PAGE, (head.data.len() / 64).next_multiple_of(PAGE).max(PAGE)) } else { (1 << 20, 1 << 20) };
    let end = |start: usize| head.data.len().min(start + piece);
    let starts: Vec<usize> = (0..head.data.len()).step_by(step).collect();
    (head.dtype, head.shape) == (embedding.dtype, embedding.shape)
        && starts.into_par_iter().all(|start| head.data[start..end(start)] == embedding.data[start..end(start)])
}

/// How closely a binder looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BindMode {
    /// At names, dtypes and shapes, and at a few pages of a head that should equal the embedding.
    Quick,
    /// The same, and at all of that head.
    Full,
    /// At every number that is not left in its place.
    Load,
}

struct Binder<'a> {
    checkpoint: &'a Checkpoint,
    config: &'a Config,
    mode: BindMode,
    /// Some layer stores zero points.
    any_zeros: bool,
    /// The names of the tensors that were asked for and are there.
    bound: RefCell<BTreeSet<String>>,
}

impl<'a> Binder<'a> {
    fn new(checkpoint: &'a Checkpoint, mode: BindMode) -> Result<Binder<'a>> {
        let config = checkpoint.config()?;
        let any_zeros = checkpoint.tensors().any(|tensor| tensor.name.ends_with(".qzeros"));
        Ok(Binder { checkpoint, config, mode, any_zeros, bound: RefCell::default() })
    }

    fn weights(&self) -> Result<Weights> {
        let c = self.config;
        let embedding = self.dense("model.embed_tokens.weight", c.vocab_size, c.hidden_size)?;
        Ok(Weights {
            layers: (0..c.layers).map(|l| self.layer(l)).collect::<Result<_>>()?,
            final_norm: self.vector("model.norm.weight", c.hidden_size)?,
            head: self.head(&embedding)?,
            embedding,
        })
    }

    fn layer(&self, l: usize) -> Result<Layer> {
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
    fn head(&self, embedding: &DenseMatrix) -> Result<DenseMatrix> {
        const NAME: &str = "lm_head.weight";
        let c = self.config;
        if !c.tie_word_embeddings {
            return self.dense(NAME, c.vocab_size, c.hidden_size);
        }
        let (Some(stored), Some(twin)) = (self.find(NAME), self.find("model.embed_tokens.weight")) else {
            return Ok(embedding.clone());
        };
        self.dense(NAME, c.vocab_size, c.hidden_size)?;
        if is_embedding(&stored, &twin, self.mode == BindMode::Quick) {
            Ok(embedding.clone())
        } else {
            Err(wrong(
                &stored,
                "other numbers than model.embed_tokens.weight".into(),
                format!("the same, as tie_word_embeddings is true in {}", c.path.display()),
            ))
        }
    }

    /// The tensor of that name, if there is one; it counts as bound.
    fn find(&self, name: &str) -> Option<Tensor<'a>> {
        let tensor = self.checkpoint.tensor(name)?;
        self.bound.borrow_mut().insert(name.into());
        Some(tensor)
    }

    fn tensor(&self, name: &str, expected: impl FnOnce() -> String) -> Result<Tensor<'a>> {
        self.find(name).ok_or_else(|| Error::MissingTensor {
            path: self.checkpoint.path.clone(),
            tensor: name.into(),
            expected: expected(),
        })
    }

    /// A tensor of f16, bf16 or f32 numbers with exactly this shape.
    fn floats(&self, name: &str, shape: &[usize]) -> Result<(Tensor<'a>, Float)> {
        let expected = || format!("F16, BF16 or F32 {shape:?}");
        let tensor = self.tensor(name, expected)?;
        match float(tensor.dtype) {
            Some(kind) if tensor.shape == shape => Ok((tensor, kind)),
            _ => Err(wrong(&tensor, found(&tensor), expected())),
        }
    }

    fn dense(&self, name: &str, outputs: usize, inputs: usize) -> Result<DenseMatrix> {
        let (tensor, kind) = self.floats(name, &[outputs, inputs])?;
        Ok(DenseMatrix { inputs, outputs, data: MatrixData::Mapped(tensor.share()), kind })
    }

    fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>> {
        let (tensor, kind) = self.floats(name, &[length])?;
        let numbers = if self.mode == BindMode::Load { length } else { 0 };
        Ok((0..numbers).map(|i| float_at(tensor.data, kind, i)).collect())
    }

    fn linear(&self, name: &str, inputs: usize, outputs: usize, bias: bool) -> Result<Linear> {
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

    fn awq(&self, info: &LinearInfo, inputs: usize, outputs: usize) -> Result<AwqMatrix> {
        let name = &info.name;
        info.check_runnable(self.checkpoint)?;
        if !outputs.is_multiple_of(8) {
            return Err(Error::Unsupported {
                path: self.checkpoint.path.clone(),
                what: format!("the layer {name} ({inputs} to {outputs}) has {outputs} outputs"),
                fix: "4-bit layers have a multiple of 8; check config.json".into(),
            });
        }
        let group_size = info.group_size;
        let fits_groups = [SUM_BLOCK, 2 * SUM_BLOCK].contains(&group_size)
            || group_size.is_multiple_of(ACT_GROUP) && group_size > 0
            || group_size == inputs;
        if !fits_groups || !inputs.is_multiple_of(group_size) {
            return Err(Error::Unsupported {
                path: self.checkpoint.path.clone(),
                what: format!("the layer {name} ({inputs} to {outputs}) has groups of {group_size}"),
                fix: "rumma runs groups of 32, 64, 128 (or multiples of it) and one group for all inputs".into(),
            });
        }
        let groups = inputs / group_size;
        let words = |part: &str, rows: usize| -> Result<MatrixData> {
            let shape = [rows, outputs / 8];
            let expected = || format!("I32 {shape:?}");
            let tensor = self.tensor(&format!("{name}.{part}"), expected)?;
            if tensor.shape != shape || !matches!(tensor.dtype, Dtype::I32 | Dtype::U32) {
                return Err(wrong(&tensor, found(&tensor), expected()));
            }
            let order = if self.mode == BindMode::Load { &info.order } else { &NIBBLE_ORDER };
            Ok(in_standard_order(&tensor, order))
        };
        let qweight = words("qweight", inputs)?;
        let has_zeros = self.checkpoint.tensor(&format!("{name}.qzeros")).is_some();
        let symmetric = self.config.quantization.as_ref().is_some_and(|q| q.zero_point == Some(false));
        // A layer without zero points among layers that have them is not symmetric: it has lost them.
        let needs_zeros = has_zeros || self.any_zeros && !symmetric;
        let qzeros = needs_zeros.then(|| words("qzeros", groups)).transpose()?;
        let (scales, scale_type) = self.floats(&format!("{name}.scales"), &[groups, outputs])?;
        let scales = MatrixData::Mapped(scales.share());
        Ok(AwqMatrix { inputs, outputs, group_size, qweight, qzeros, scales, scale_type })
    }
}

/// The words as they are where nibble n holds output [`NIBBLE_ORDER`]`[n]`, or a rearranged copy where it holds `order[n]`.
fn in_standard_order(words: &Tensor, order: &[usize; 8]) -> MatrixData {
    if *order == NIBBLE_ORDER {
        return MatrixData::Mapped(words.share());
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
    let words = words.data.as_chunks::<4>().0.par_iter();
    MatrixData::Rearranged(Arc::new(words.flat_map_iter(|word| rearrange(*word)).collect()))
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
