//! Development tasks that are not part of the rumma binary: fetching models, vendoring, CI.

pub mod args;
pub mod ci;
pub mod error;
pub mod fetch;
pub mod vendor;
