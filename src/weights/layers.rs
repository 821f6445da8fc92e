//! Matrices as the model uses them: views into the checkpoint, checked once.

use std::borrow::Cow;

use crate::kernels::layout::{Awq4, Dense, Float};

/// A linear layer: `y = x W + bias`.
#[derive(Debug)]
pub struct Linear<'a> {
    /// The name in the checkpoint, without `.weight` or `.qweight`.
    pub name: String,
    pub matrix: Matrix<'a>,
    /// `[outputs]`, or empty.
    pub bias: Vec<f32>,
}

/// The weights of a linear layer.
#[derive(Debug)]
pub enum Matrix<'a> {
    Awq(AwqMatrix<'a>),
    Dense(Dense<'a>),
}

/// A 4-bit matrix; see [`Awq4`] for the fields. Bytes are borrowed from the map unless another nibble order made a
/// rearranged copy necessary.
#[derive(Debug)]
pub struct AwqMatrix<'a> {
    pub inputs: usize,
    pub outputs: usize,
    pub group_size: usize,
    pub qweight: Cow<'a, [u8]>,
    pub qzeros: Option<Cow<'a, [u8]>>,
    pub scales: &'a [u8],
    pub scale_type: Float,
}

impl AwqMatrix<'_> {
    /// What the kernels read.
    pub fn view(&self) -> Awq4<'_> {
        Awq4 {
            inputs: self.inputs,
            outputs: self.outputs,
            group_size: self.group_size,
            qweight: &self.qweight,
            qzeros: self.qzeros.as_deref(),
            scales: self.scales,
            scale_type: self.scale_type,
        }
    }
}

impl Linear<'_> {
    /// What the kernels read, if it is a 4-bit layer.
    pub fn awq(&self) -> Option<Awq4<'_>> {
        match &self.matrix {
            Matrix::Awq(m) => Some(m.view()),
            Matrix::Dense(_) => None,
        }
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        match &self.matrix {
            Matrix::Awq(m) => m.inputs,
            Matrix::Dense(m) => m.inputs,
        }
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        match &self.matrix {
            Matrix::Awq(m) => m.outputs,
            Matrix::Dense(m) => m.outputs,
        }
    }
}

/// The weights of one decoder layer.
#[derive(Debug)]
pub struct Layer<'a> {
    /// `[hidden_size]`
    pub input_norm: Vec<f32>,
    pub q: Linear<'a>,
    pub k: Linear<'a>,
    pub v: Linear<'a>,
    pub o: Linear<'a>,
    /// `[hidden_size]`
    pub post_attention_norm: Vec<f32>,
    pub gate: Linear<'a>,
    pub up: Linear<'a>,
    pub down: Linear<'a>,
}

/// Everything a decoder computes with.
#[derive(Debug)]
pub struct Weights<'a> {
    /// `[vocab_size, hidden_size]`
    pub embedding: Dense<'a>,
    pub layers: Vec<Layer<'a>>,
    /// `[hidden_size]`
    pub final_norm: Vec<f32>,
    /// `[vocab_size, hidden_size]`; the embedding itself where the two are tied.
    pub head: Dense<'a>,
}
