//! Finds the manifest of a checkpoint: its own `SHA256SUMS`, a given file, the names of blobs in a hub cache, or the
//! built-in pins.

use super::manifest::{ContentHash, FILE_NAME, Manifest, ManifestEntry};
use super::pins::{self, Pin};
use super::verify::files_below;
use crate::error::{Error, Resource, Result};
use crate::files::{from_hex, stat};
use std::fs;
use std::path::{Path, PathBuf};

/// The manifest called `name`: a file, which may be a pipe, or the built-in pins of a hub id.
pub fn manifest_named(name: &Path) -> Result<Manifest> {
    let exists = stat(name)?.is_some();
    let pin = name.to_str().filter(|_| !exists).map(pins::pin_of).transpose()?.flatten();
    pin.map_or_else(|| Manifest::read_text(name), |pin| Ok(pin.manifest()))
}

/// The manifest of the checkpoint in `dir`: its `SHA256SUMS`, else the names of the blobs that its files are links to,
/// else the built-in pins of `repo`. `repo` is the hub id given by the user; without one it is taken from the directory
/// names of a hub cache or from the manifest's comments.
///
/// # Errors
/// [`Error::NotFound`] if there is none; [`FaultKind::ChecksumsDisagree`](crate::error::FaultKind) if `SHA256SUMS` or the
/// name of a blob contradicts the pins.
pub fn manifest_for(dir: &Path, repo: Option<&str>) -> Result<Manifest> {
    let path = dir.join(FILE_NAME);
    let repo = repo.map(|repo| repo.split_once('@').map_or(repo, |(repo, _)| repo));
    let listed = if stat(&path)?.is_some() { Some(Manifest::read(&path)?) } else { None };
    let repo = repo
        .map(str::to_string)
        .or_else(|| repo_of_cache_dir(dir))
        .or_else(|| listed.as_ref()?.note("repo").map(str::to_string));
    let pin = repo.as_deref().map(pins::pin_of).transpose()?.flatten();
    let blobs = if listed.is_none() { blobs_of(dir)? } else { None };
    match (listed, blobs, pin) {
        (Some(listed), _, Some(pin)) => pin.check(&listed).map(|()| listed),
        (Some(listed), _, None) => Ok(listed),
        (None, Some(blobs), Some(pin)) => pin.check(&blobs).map(|()| with_pins(blobs, pin)),
        (None, Some(blobs), None) => Ok(blobs),
        (None, None, Some(pin)) => Ok(pin.manifest()),
        (None, None, None) => Err(Error::not_found(Resource::Checksums, path.display())),
    }
}

/// A manifest from the links in a snapshot of a hub cache, `NAME -> ../../blobs/HASH`: the hub names a blob by the
/// SHA-256 of a large file, or by the git blob id of a small one. `None` if no file is such a link.
fn blobs_of(dir: &Path) -> Result<Option<Manifest>> {
    let path = PathBuf::from(format!("the blob names in {}", dir.display()));
    let entry = |name: String| {
        let blob = fs::read_link(dir.join(&name)).ok()?;
        let hash =
            blob.file_name()?.to_str().filter(|_| blob.parent().is_some_and(|parent| parent.ends_with("blobs")))?;
        let sha256 = from_hex(hash).map(ContentHash::Sha256);
        let hash = sha256.or_else(|| from_hex(hash).map(ContentHash::GitBlob))?;
        Some(ManifestEntry { name, hash, bytes: None })
    };
    let entries: Vec<ManifestEntry> = files_below(dir, &path)?.into_iter().filter_map(entry).collect();
    Ok((!entries.is_empty()).then_some(Manifest { path, notes: Vec::new(), entries, complete: true }))
}

/// `blobs` with the entries of `pin`, which also have sizes.
fn with_pins(mut blobs: Manifest, pin: Pin) -> Manifest {
    blobs.entries.retain(|entry| pin.files.iter().all(|known| known.name != entry.name));
    blobs.entries.extend(pin.files);
    blobs
}

/// `ORG/NAME` for a directory in a hub cache, `.../models--ORG--NAME/snapshots/COMMIT`.
fn repo_of_cache_dir(dir: &Path) -> Option<String> {
    let snapshots = dir.parent().filter(|p| p.ends_with("snapshots"))?;
    let model = snapshots.parent()?.file_name()?.to_str()?.strip_prefix("models--")?;
    Some(model.replacen("--", "/", 1))
}
