//! The tokenizer of a checkpoint: tokenizer.json, or the files of which it can be made.

use std::path::{Path, PathBuf};

use crate::checkpoint::Checkpoint;
use crate::error::{Fault, FaultKind, Result};
use crate::text::Tokenizer;
use crate::text::vocabulary::VocabularyFiles;

/// The path and the bytes of a file.
type File = (PathBuf, Vec<u8>);

/// Forms of tokenizers that rumma does not read, by the names of their files.
const OTHER_FORMS: [(&str, &str); 8] = [
    ("tokenizer.model", "a SentencePiece model"),
    ("spiece.model", "a SentencePiece model"),
    ("sentencepiece.bpe.model", "a SentencePiece model"),
    ("qwen.tiktoken", "a tiktoken vocabulary"),
    ("tiktoken.model", "a tiktoken vocabulary"),
    ("tekken.json", "a Tekken vocabulary"),
    ("vocab.txt", "a WordPiece vocabulary"),
    ("vocab.json", "a vocabulary without merges.txt"),
];

/// The tokenizer.json of a checkpoint, or one made of `vocab.json` and `merges.txt`; `None` if it has neither.
///
/// # Errors
/// Those of [`VocabularyFiles::tokenizer_json`] and of reading the files.
pub fn find(checkpoint: &Checkpoint) -> Result<Option<File>> {
    if let Some(file) = checkpoint.read("tokenizer.json")? {
        return Ok(Some(file));
    }
    let (Some(vocabulary), Some(merges)) = (checkpoint.read("vocab.json")?, checkpoint.read("merges.txt")?) else {
        return Ok(None);
    };
    let added_tokens = checkpoint.read("added_tokens.json")?;
    let tokenizer_config = checkpoint.read("tokenizer_config.json")?;
    let family = checkpoint.architecture.clone();
    let files = VocabularyFiles {
        vocabulary: borrow(&vocabulary),
        merges: borrow(&merges),
        added_tokens: added_tokens.as_ref().map(borrow),
        tokenizer_config: tokenizer_config.as_ref().map(borrow),
        family: family.as_deref(),
    };
    let json = files.tokenizer_json()?;
    Ok(Some((vocabulary.0, json)))
}

/// Builds the tokenizer from `file`, the result of [`find`], and the checkpoint's tokenizer_config.json.
///
/// # Errors
/// Those of [`Tokenizer::from_bytes`] and of reading the checkpoint's file.
pub fn build(checkpoint: &Checkpoint, file: Option<File>) -> Result<Option<Tokenizer>> {
    let Some((path, bytes)) = file else { return Ok(None) };
    let config = checkpoint.read("tokenizer_config.json")?;
    Tokenizer::from_bytes(&path, &bytes, config.as_ref().map(borrow)).map(Some)
}

/// The fault of a checkpoint that has its tokenizer in a form that rumma does not read.
pub fn other_form(checkpoint: &Checkpoint) -> Option<Fault> {
    let exists = |name: &str| checkpoint.read(name).is_ok_and(|file| file.is_some());
    let (name, form) = OTHER_FORMS.into_iter().find(|(name, _)| exists(name))?;
    Some(Fault::new(FaultKind::OtherTokenizer, checkpoint.sidecar(name)).found(form).expected("a tokenizer.json"))
}

/// What is wrong with the tokenizer of a checkpoint, without building it.
pub fn faults(checkpoint: &Checkpoint) -> Vec<Fault> {
    let vocab_size = checkpoint.config.as_ref().map(|config| config.vocab_size);
    let checked = checkpoint.read("tokenizer_config.json").and_then(|config| match find(checkpoint)? {
        Some((path, bytes)) => Tokenizer::check(&path, &bytes, config.as_ref().map(borrow), vocab_size),
        None => Ok(other_form(checkpoint).into_iter().collect()),
    });
    checked.unwrap_or_else(|error| error.fault().cloned().into_iter().collect())
}

fn borrow(file: &File) -> (&Path, &[u8]) {
    (&file.0, &file.1)
}
