//! The bound matrices and vectors of a model. Matrices share ownership of the mapped file that holds their bytes.

use std::ops::{Deref, Range};
use std::sync::Arc;

use memmap2::MmapMut;

use crate::checkpoint::TensorData;
use crate::kernels::layout::{Awq4, DEFAULT_ZERO, Dense, Float};
use crate::kernels::scalar::{float_at, nibble};

/// A linear layer: `y[o] = sum over i of x[i] * w[i, o] + bias[o]`.
#[derive(Debug)]
pub struct Linear {
    /// The name in the checkpoint, without `.weight` or `.qweight`.
    pub name: String,
    /// The weights.
    pub matrix: Matrix,
    /// `[outputs]`; empty if there is no bias.
    pub bias: Vec<f32>,
}

/// The weights of a linear layer.
#[derive(Clone, Debug)]
pub enum Matrix {
    /// 4-bit codes with scales.
    Awq(AwqMatrix),
    /// Floats.
    Dense(DenseMatrix),
}

/// The bytes of a matrix, little-endian. A clone shares them.
#[derive(Clone, Debug)]
pub enum MatrixData {
    /// A range of the mapped file.
    Mapped(TensorData),
    /// A part of a copy in the layout of the kernels.
    Repacked {
        /// The copy.
        memory: Arc<MmapMut>,
        /// The part.
        range: Range<usize>,
    },
}

/// A 4-bit matrix; see [`Awq4`] for the formula.
#[derive(Clone, Debug)]
pub struct AwqMatrix {
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs, a multiple of 8.
    pub outputs: usize,
    /// Inputs that share a scale and a zero point.
    pub group_size: usize,
    /// `[inputs, outputs / 8]` words.
    pub qweight: MatrixData,
    /// `[inputs / group_size, outputs / 8]` words; `None` if the layer is symmetric.
    pub qzeros: Option<MatrixData>,
    /// `[inputs / group_size, outputs]` numbers.
    pub scales: MatrixData,
    /// Number format of `scales`.
    pub scale_type: Float,
    /// Row i of `qweight` is input `input_order[i]` of the layer; `None` if it is input i. Groups are ranges of rows.
    pub input_order: Option<Arc<[u32]>>,
}

/// A matrix of floats; see [`Dense`] for the formula.
#[derive(Clone, Debug)]
pub struct DenseMatrix {
    /// Number of columns.
    pub inputs: usize,
    /// Number of rows.
    pub outputs: usize,
    /// `[outputs, inputs]` numbers.
    pub data: MatrixData,
    /// Number format of `data`.
    pub kind: Float,
}

impl Deref for MatrixData {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            MatrixData::Mapped(data) => data,
            MatrixData::Repacked { memory, range } => &memory[range.clone()],
        }
    }
}

impl AwqMatrix {
    /// Writes the weights of some outputs, `[outputs.len(), inputs]`, each exactly as in the formula of [`Awq4`].
    pub fn dequantize(&self, outputs: Range<usize>, out: &mut [f32]) {
        let (w, inputs) = (self.view(), self.inputs);
        for row in 0..inputs {
            let codes = &w.qweight[row * w.row_bytes()..(row + 1) * w.row_bytes()];
            let group = w.group(row);
            let input = self.input_order.as_ref().map_or(row, |order| order[row] as usize);
            for (o, out) in outputs.clone().zip(out.chunks_exact_mut(inputs)) {
                let zero = group.zeros.map_or(DEFAULT_ZERO, |zeros| nibble(zeros, o));
                out[input] = (nibble(codes, o) - zero) as f32 * float_at(group.scales, group.scale_type, o);
            }
        }
    }

    /// The kernels' view.
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
    /// The kernels' view.
    pub fn view(&self) -> Dense<'_> {
        Dense { inputs: self.inputs, outputs: self.outputs, data: &self.data, kind: self.kind }
    }
}

impl Linear {
    /// The kernels' view of a 4-bit layer; `None` for a dense one.
    pub fn awq(&self) -> Option<Awq4<'_>> {
        match &self.matrix {
            Matrix::Awq(m) => Some(m.view()),
            Matrix::Dense(_) => None,
        }
    }

    /// The order in which the matrix reads its inputs; see [`AwqMatrix::input_order`].
    pub fn input_order(&self) -> Option<&Arc<[u32]>> {
        match &self.matrix {
            Matrix::Awq(m) => m.input_order.as_ref(),
            Matrix::Dense(_) => None,
        }
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.matrix.inputs()
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.matrix.outputs()
    }
}

impl Matrix {
    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        match self {
            Matrix::Awq(m) => m.inputs,
            Matrix::Dense(m) => m.inputs,
        }
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        match self {
            Matrix::Awq(m) => m.outputs,
            Matrix::Dense(m) => m.outputs,
        }
    }

    /// The 4-bit codes or the floats, without scales and zero points.
    pub fn codes(&self) -> &[u8] {
        match self {
            Matrix::Awq(m) => &m.qweight,
            Matrix::Dense(m) => &m.data,
        }
    }

    /// Bytes of the matrix, including scales and zero points.
    pub fn bytes(&self) -> usize {
        match self {
            Matrix::Awq(m) => m.qweight.len() + m.qzeros.as_ref().map_or(0, |z| z.len()) + m.scales.len(),
            Matrix::Dense(m) => m.data.len(),
        }
    }
}

/// The weights of one decoder layer.
#[derive(Debug)]
pub struct Layer {
    /// RMS norm before attention, `[hidden_size]`.
    pub attention_norm: Vec<f32>,
    /// Query, key and value projections, or one whose outputs are those of the three, one after the other: `hidden_size`
    /// -> `heads * head_dim`, `kv_heads * head_dim` and `kv_heads * head_dim`.
    pub qkv: Vec<Linear>,
    /// RMS norm of each query head before RoPE, `[head_dim]`; empty if there is none.
    pub q_norm: Vec<f32>,
    /// RMS norm of each key head before RoPE, `[head_dim]`; empty if there is none.
    pub k_norm: Vec<f32>,
    /// Output projection of attention: `heads * head_dim` -> `hidden_size`.
    pub o: Linear,
    /// RMS norm of the result of `o`, `[hidden_size]`; empty if there is none.
    pub attention_output_norm: Vec<f32>,
    /// RMS norm before the feed-forward layer, `[hidden_size]`.
    pub mlp_norm: Vec<f32>,
    /// Feed-forward layer.
    pub mlp: FeedForward,
    /// RMS norm of the result of `mlp`, `[hidden_size]`; empty if there is none.
    pub mlp_output_norm: Vec<f32>,
}

/// A feed-forward layer.
#[derive(Debug)]
pub enum FeedForward {
    /// One that all tokens pass.
    Dense(Mlp),
    /// One of which each token passes a few.
    Experts(Experts),
}

/// A mixture of experts (Shazeer et al., "Outrageously large neural networks", 2017).
#[derive(Debug)]
pub struct Experts {
    /// The scores of the experts for a token: `hidden_size` -> number of experts.
    pub router: Linear,
    /// All experts. Those that no token passes are not read.
    pub experts: Vec<Mlp>,
}

/// A feed-forward layer, or one expert.
#[derive(Debug)]
pub struct Mlp {
    /// Gate and up projections, or one whose outputs are those of the two, one after the other: `hidden_size` ->
    /// `intermediate_size` each (of an expert: `moe_intermediate_size`).
    pub gate_up: Vec<Linear>,
    /// Down projection: `intermediate_size` -> `hidden_size`.
    pub down: Linear,
}

impl Mlp {
    /// Its linear layers, in the order of computation.
    pub fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.gate_up.iter().chain([&self.down])
    }
}

impl FeedForward {
    /// The linear layers that every token passes, in the order of computation.
    fn shared_linears(&self) -> impl Iterator<Item = &Linear> {
        let (router, mlp) = match self {
            FeedForward::Dense(mlp) => (None, Some(mlp)),
            FeedForward::Experts(Experts { router, .. }) => (Some(router), None),
        };
        router.into_iter().chain(mlp.into_iter().flat_map(Mlp::linears))
    }

    /// The linear layers of all experts.
    pub fn expert_linears(&self) -> impl Iterator<Item = &Linear> {
        let experts: &[Mlp] = match self {
            FeedForward::Dense(_) => &[],
            FeedForward::Experts(Experts { experts, .. }) => experts.as_slice(),
        };
        experts.iter().flat_map(Mlp::linears)
    }
}

impl Layer {
    /// Its linear layers, those of all experts last, in the order of computation.
    pub fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.shared_linears().chain(self.mlp.expert_linears())
    }

    /// Its linear layers that every token passes, in the order of computation.
    pub fn shared_linears(&self) -> impl Iterator<Item = &Linear> {
        self.qkv.iter().chain([&self.o]).chain(self.mlp.shared_linears())
    }
}

/// The weights of a decoder.
#[derive(Debug)]
pub struct Weights {
    /// Token embedding, `[vocab_size, hidden_size]`.
    pub embedding: DenseMatrix,
    /// The decoder layers, in the order of computation.
    pub layers: Vec<Layer>,
    /// RMS norm before the output head, `[hidden_size]`.
    pub final_norm: Vec<f32>,
    /// Output head: `hidden_size` -> `vocab_size`. A tied head shares the bytes of `embedding`.
    pub head: Matrix,
}
