//! Finds the manifest of a checkpoint: its own `SHA256SUMS`, a given file, or the built-in pins.

use super::manifest::{FILE_NAME, Manifest};
use super::pins;
use crate::error::{Error, Resource, Result};
use crate::files::stat;
use std::path::Path;

/// The manifest called `name`: a file, which may be a pipe, or the built-in pins of a hub id.
pub fn manifest_named(name: &Path) -> Result<Manifest> {
    let exists = stat(name)?.is_some();
    let pin = name.to_str().filter(|_| !exists).map(pins::pin_of).transpose()?.flatten();
    pin.map_or_else(|| Manifest::read_text(name), |pin| Ok(pin.manifest()))
}

/// The manifest of the checkpoint in `dir`: its `SHA256SUMS`, else the built-in pins of `repo`. `repo` is the hub id
/// given by the user; without one it is taken from the directory names of a hub cache or from the manifest's comments.
///
/// # Errors
/// [`Error::NotFound`] if there is neither; [`FaultKind::ChecksumsDisagree`](crate::error::FaultKind) if `SHA256SUMS`
/// contradicts the pins.
pub fn manifest_for(dir: &Path, repo: Option<&str>) -> Result<Manifest> {
    let path = dir.join(FILE_NAME);
    let listed = if stat(&path)?.is_some() { Some(Manifest::read(&path)?) } else { None };
    let repo = repo
        .map(str::to_string)
        .or_else(|| repo_of_cache_dir(dir))
        .or_else(|| listed.as_ref()?.note("repo").map(str::to_string));
    let pin = repo.as_deref().map(pins::pin_of).transpose()?.flatten();
    match (listed, pin) {
        (Some(listed), Some(pin)) => pin.check(&listed).map(|()| listed),
        (Some(listed), None) => Ok(listed),
        (None, Some(pin)) => Ok(pin.manifest()),
        (None, None) => Err(Error::not_found(Resource::Checksums, path.display())),
    }
}

/// `ORG/NAME` for a directory in a hub cache, `.../models--ORG--NAME/snapshots/COMMIT`.
fn repo_of_cache_dir(dir: &Path) -> Option<String> {
    let snapshots = dir.parent().filter(|p| p.ends_with("snapshots"))?;
    let model = snapshots.parent()?.file_name()?.to_str()?.strip_prefix("models--")?;
    Some(model.replacen("--", "/", 1))
}
