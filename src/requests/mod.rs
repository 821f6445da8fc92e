//! From what is asked to requests of the engine: the tokenizer and the chat template of a checkpoint, the settings of a
//! generation, and the bodies of batch jobs and of the server.

mod answer;
mod chat_files;
mod preparer;
mod settings;
pub mod tokenizer;

pub use answer::answer;
pub use chat_files::ChatFiles;
pub use preparer::{Defaults, Prepared, Preparer};
pub use settings::{GenerationOptions, GenerationSettings, settings};
