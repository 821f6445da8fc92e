//! The files beside the weights: which are carried over, the checksums, and whether an earlier conversion may be replaced.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, io};

use super::{Options, Stage, Target, Watch};
use crate::checkpoint::Checkpoint;
use crate::checkpoint::manifest::{self, ContentHash, Manifest, ManifestEntry};
use crate::checkpoint::verify::{files_below, manifest_of};
use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::FileId;
use crate::files::directory::OutputDirectory;

/// The key of the note in SHA256SUMS that says that the directory is a conversion.
const NOTE: &str = "converted-to";

/// Files that are carried over, by the beginning of their names.
const CARRIED: [&str; 12] = [
    "tokenizer",
    "vocab",
    "merges",
    "special_tokens",
    "added_tokens",
    "chat_template",
    "generation_config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "README",
    "LICENSE",
    "NOTICE",
];
/// Files that are carried over, by the ending of their names.
const CARRIED_ENDINGS: [&str; 3] = [".model", ".tiktoken", "tekken.json"];

/// Files that take no part: they are written anew, or describe the quantization of the source.
const WRITTEN: [&str; 5] =
    ["config.json", "quant_config.json", "quantize_config.json", "model.safetensors.index.json", manifest::FILE_NAME];

/// What was carried over.
pub struct Copied {
    pub names: Vec<String>,
    pub left_out: Vec<String>,
}

/// Copies the files of the tokenizer and the texts.
///
/// # Errors
/// [`Error::Io`]; a file that is too large.
pub fn copy(checkpoint: &Checkpoint, directory: &OutputDirectory) -> Result<Copied> {
    let is_carried = |name: &str| {
        let is_weights = name.ends_with(".safetensors") || name.ends_with(".gguf");
        let by_name = CARRIED.iter().any(|start| name.starts_with(start));
        !is_weights && (by_name || CARRIED_ENDINGS.iter().any(|end| name.ends_with(end)))
    };
    // A tokenizer that was given in place of the checkpoint's own may have a file that the checkpoint lacks.
    let mut names = BTreeSet::from(["tokenizer.json".to_string()]);
    names.extend(checkpoint.sidecar_names()?);
    let mut copied = Copied { names: Vec::new(), left_out: Vec::new() };
    for name in names {
        if !is_carried(&name) {
            let is_known = name.starts_with('.') || name.ends_with(".safetensors") || WRITTEN.contains(&name.as_str());
            copied.left_out.extend((!is_known).then_some(name));
        } else if let Some((_, content)) = checkpoint.read(&name)? {
            directory.write(&name, &content)?;
            copied.names.push(name);
        }
    }
    Ok(copied)
}

/// Writes SHA256SUMS of all files, and of `config.json`, which does not have its name yet.
///
/// # Errors
/// [`Error::Io`].
pub fn write_checksums(directory: &OutputDirectory, target: Target, config: &[u8], watch: Watch) -> Result<()> {
    let path = directory.temporary();
    let names = files_below(path, path)?;
    let total = names.iter().filter_map(|name| fs::metadata(path.join(name)).ok()).map(|found| found.len()).sum();
    let done = AtomicU64::new(0);
    let hashed = |bytes| {
        watch(Stage::Hash, done.fetch_add(bytes, Ordering::Relaxed) + bytes, total);
        Ok(())
    };
    let mut manifest = manifest_of(path, path, vec![format!("{NOTE}: {}", target.name())], &hashed)?;
    manifest.entries.push(ManifestEntry {
        name: "config.json".into(),
        hash: ContentHash::Sha256(manifest::hash_bytes(config)),
        bytes: Some(config.len() as u64),
    });
    manifest.entries.sort_by(|a, b| a.name.cmp(&b.name));
    directory.write(manifest::FILE_NAME, manifest.render().as_bytes())
}

/// Checks that what is in the way of the new checkpoint, if anything, is an earlier conversion and nothing else.
///
/// # Errors
/// [`FaultKind::NotAConversion`]; [`FaultKind::OutputInUse`].
pub fn check_replaceable(checkpoint: &Checkpoint, options: &Options) -> Result<()> {
    let out = &options.out;
    let Ok(found) = fs::metadata(out) else { return Ok(()) };
    let is_empty = fs::read_dir(out).is_ok_and(|mut files| files.next().is_none());
    if !options.force || is_empty || !found.is_dir() {
        return Ok(());
    }
    let id = FileId::of(&found);
    let directories = checkpoint.files().into_iter().filter_map(|file| fs::metadata(file.parent()?).ok());
    if directories.map(|directory| FileId::of(&directory)).any(|directory| directory == id) {
        return Err(Fault::new(FaultKind::OutputInUse, out).into());
    }
    let not_ours = |found: String| Fault::new(FaultKind::NotAConversion, out).found(found);
    let manifest = Manifest::read(&out.join(manifest::FILE_NAME)).ok();
    let Some(manifest) = manifest.filter(|manifest| manifest.note(NOTE).is_some()) else {
        return Err(not_ours("no SHA256SUMS of a conversion".into()).into());
    };
    match all_names(out)?.into_iter().find(|name| name != manifest::FILE_NAME && manifest.entry(name).is_none()) {
        Some(name) => Err(not_ours(name).into()),
        None => Ok(()),
    }
}

/// Checks that the new checkpoint is not made inside the directory of the source. That of a file may hold anything.
///
/// # Errors
/// [`FaultKind::OutputInsideSource`].
pub fn check_outside(checkpoint: &Checkpoint, options: &Options) -> Result<()> {
    let Ok(source) = fs::canonicalize(&checkpoint.source) else { return Ok(()) };
    let parent = options.out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::canonicalize(parent) {
        Ok(parent) if source.is_dir() && parent.starts_with(source) => {
            Err(Fault::new(FaultKind::OutputInsideSource, &options.out).into())
        }
        _ => Ok(()),
    }
}

/// The names of everything in a directory.
fn all_names(directory: &Path) -> Result<Vec<String>> {
    let entries: io::Result<Vec<fs::DirEntry>> = fs::read_dir(directory).and_then(Iterator::collect);
    let names = entries.map_err(Error::io(directory, "list"))?.into_iter().map(|entry| entry.file_name());
    Ok(names.map(|name| name.to_string_lossy().into_owned()).collect())
}
