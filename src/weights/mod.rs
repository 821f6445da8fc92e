//! From bytes to matrices: which tensors make up a layer, and how their bits are read.

mod bind;
pub mod formats;
mod layers;
mod nibbles;

pub use bind::{bound, is_embedding};
pub use layers::{AwqMatrix, DenseMatrix, Layer, Linear, Matrix, MatrixData, Weights};
