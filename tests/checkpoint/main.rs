//! Opening and inspecting checkpoints: valid, unusual and damaged files, and the errors for them.

mod binding;
mod facts;
mod files;
mod foreign;
mod formats;
mod hostile;
mod inspect;
mod random;
