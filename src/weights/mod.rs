//! From bytes to matrices: which tensors make up a model, how their bits are read, and what is wrong with them.

mod bind;
pub mod formats;
mod groups;
mod inventory;
mod layers;
mod nibbles;
pub mod schema;
mod warnings;

pub use inventory::{Binding, Inventory};
pub use layers::{AwqMatrix, DenseMatrix, Layer, Linear, Matrix, MatrixData, Weights};
pub use warnings::quantization_warnings;
