//! Checkpoints as they lie on disk, sound and not: what is found in them, what is refused, and in which words.

mod facts;
mod files;
mod formats;
mod hostile;
mod inspect;
mod random;
