//! Tasks around rumma that the finished binary never needs: bringing models in, vendoring, CI.

pub mod args;
pub mod ci;
pub mod error;
pub mod fetch;
pub mod vendor;
