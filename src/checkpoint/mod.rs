//! What lies on disk.

pub mod manifest;
pub mod pins;
pub mod verify;
