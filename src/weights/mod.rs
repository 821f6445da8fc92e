//! Binds tensors to the layers of a model, infers quantized layouts, and reports faults.

mod bind;
mod foreign;
pub mod formats;
mod gemv;
mod groups;
mod inventory;
mod layers;
mod nibbles;
mod read;
mod repack;
mod runnable;
mod typed;
mod warnings;

pub use inventory::{Binding, Inventory};
pub use layers::{AwqMatrix, DenseMatrix, Experts, FeedForward, Layer, Linear, Matrix, MatrixData, Mlp, Weights};
pub use read::{input_order, read_linear};
pub use typed::float_of;
pub use warnings::quantization_warnings;
