//! Matrices as the model uses them: checked once, and owners of a share in the map that their bytes lie in.

use std::ops::Deref;
use std::sync::Arc;

use crate::checkpoint::TensorData;
use crate::kernels::layout::{Awq4, Dense, Float};

/// A linear layer: `y = x W + bias`.
#[derive(Debug)]
pub struct Linear {
    /// The name in the checkpoint, without `.weight` or `.qweight`.
    pub name: String,
    pub matrix: Matrix,
    /// `[outputs]`, or empty.
    pub bias: Vec<f32>,
}

/// The weights of a linear layer.
#[derive(Debug)]
pub enum Matrix {
    Awq(AwqMatrix),
    Dense(DenseMatrix),
}

/// The bytes of a matrix. A clone shares them.
#[derive(Clone, Debug)]
pub enum MatrixData {
    /// Where the file has them.
    Mapped(TensorData),
    /// A copy in the order that kernels read.
    Rearranged(Arc<Vec<u8>>),
}

/// A 4-bit matrix; see [`Awq4`] for the fields. Bytes stay in the map unless another nibble order makes a rearranged copy
/// necessary.
#[derive(Debug)]
pub struct AwqMatrix {
    pub inputs: usize,
    pub outputs: usize,
    pub group_size: usize,
    pub qweight: MatrixData,
    pub qzeros: Option<MatrixData>,
    pub scales: MatrixData,
    pub scale_type: Float,
}

/// A matrix of floats, `[outputs, inputs]`; see [`Dense`].
#[derive(Clone, Debug)]
pub struct DenseMatrix {
    pub inputs: usize,
    pub outputs: usize,
    pub data: MatrixData,
    pub kind: Float,
}

impl Deref for MatrixData {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            MatrixData::Mapped(data) => data,
            MatrixData::Rearranged(bytes) => bytes,
        }
    }
}

impl AwqMatrix {
    /// What the kernels read.
    pub fn view(&self) -> Awq4<'_> {
        Awq4 {
            inputs: self.inputs,
            outputs: self.outputs,
            group_size: self.group_size,
            qweight: &self.qweight,
            qzeros: self.qzeros.as_deref(),
            scales: &self.scales,
            scale_type: self.scale_type,
        }
    }
}

impl DenseMatrix {
    /// What the kernels read.
    pub fn view(&self) -> Dense<'_> {
        Dense { inputs: self.inputs, outputs: self.outputs, data: &self.data, kind: self.kind }
    }
}

impl Linear {
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
pub struct Layer {
    /// `[hidden_size]`
    pub input_norm: Vec<f32>,
    pub q: Linear,
    pub k: Linear,
    pub v: Linear,
    pub o: Linear,
    /// `[hidden_size]`
    pub post_attention_norm: Vec<f32>,
    pub gate: Linear,
    pub up: Linear,
    pub down: Linear,
}

/// Everything a decoder computes with.
#[derive(Debug)]
pub struct Weights {
    /// `[vocab_size, hidden_size]`
    pub embedding: DenseMatrix,
    pub layers: Vec<Layer>,
    /// `[hidden_size]`
    pub final_norm: Vec<f32>,
    /// `[vocab_size, hidden_size]`; the embedding itself where the two are tied.
    pub head: DenseMatrix,
}
