//! From bytes to matrices: which tensors make up a layer, and how their bits are read.

pub mod formats;
