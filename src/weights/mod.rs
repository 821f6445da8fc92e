//! From bytes to matrices: which tensors make up a layer, and how their bits are read.

mod bind;
pub mod formats;
mod layers;

pub use layers::{AwqMatrix, Layer, Linear, Matrix, Weights};
