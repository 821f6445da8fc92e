//! The local caches of downloaded models, found as huggingface_hub finds its own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::index::is_plain_name;
use super::json::read_sidecar;
use super::locate::entries;
use super::manifest::{self, Manifest};
use crate::error::{Error, Fault, FaultKind, Resource, Result};
use crate::files::stat;

/// A directory of downloaded checkpoints.
#[derive(Debug, PartialEq)]
pub(super) enum ModelCache {
    /// Hugging Face's cache: `models--OWNER--NAME/refs/main` holds the name of a directory in `snapshots/`.
    Hub(PathBuf),
    /// rumma's own cache: `OWNER/NAME`.
    Plain(PathBuf),
}

/// The files of a hub id in a cache.
pub(super) struct Snapshot {
    pub path: PathBuf,
    /// How it was chosen, if it was not certain.
    pub warning: Option<Fault>,
}

/// `OWNER/NAME` or `OWNER/NAME@REVISION`.
#[derive(Debug, PartialEq)]
pub(super) struct HubId<'a> {
    owner: &'a str,
    name: &'a str,
    /// A branch, a tag, a pull request (`refs/pr/N`) or a commit, perhaps shortened.
    revision: Option<&'a str>,
}

/// The user's caches, in search order.
pub(super) fn caches() -> Vec<ModelCache> {
    caches_of(&|name| std::env::var_os(name), std::env::home_dir())
}

/// The caches for these environment variables and this home directory. The order and the expansion of `~` and `$NAME` are
/// those of `huggingface_hub.constants`; an empty variable counts as not set.
fn caches_of(variable: &dyn Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Vec<ModelCache> {
    let given = |name: &str| {
        let value = variable(name).filter(|value| !value.is_empty())?;
        Some(expand(value, variable, home.as_deref()))
    };
    let cache_homes = [given("XDG_CACHE_HOME"), home.as_ref().map(|home| home.join(".cache"))];
    let hub = [
        given("HF_HUB_CACHE"),
        given("HUGGINGFACE_HUB_CACHE"),
        given("TRANSFORMERS_CACHE"),
        given("HF_HOME").map(|home| home.join("hub")),
    ];
    let default_hubs = cache_homes.iter().flatten().map(|cache| cache.join("huggingface/hub"));
    let own = cache_homes.iter().flatten().map(|cache| ModelCache::Plain(cache.join("rumma/checkpoints")));
    let mut caches = Vec::new();
    for cache in hub.into_iter().flatten().chain(default_hubs).map(ModelCache::Hub).chain(own) {
        if !caches.contains(&cache) {
            caches.push(cache);
        }
    }
    caches
}

/// Replaces a leading `~`, and `$NAME` and `${NAME}` of variables that are set, as Python's `expanduser` and `expandvars`.
fn expand(value: OsString, variable: &dyn Fn(&str) -> Option<OsString>, home: Option<&Path>) -> PathBuf {
    let Some(text) = value.to_str() else { return value.into() };
    let home = home.and_then(Path::to_str);
    let text = match (text.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => format!("{home}{rest}"),
        _ => text.to_string(),
    };
    let mut expanded = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let word = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let (name, end) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((name, _)) => (name, name.len() + 2),
            None => (&after[..word(after)], word(after)),
        };
        match variable(name).and_then(|value| value.into_string().ok()).filter(|_| !name.is_empty()) {
            Some(value) => expanded.push_str(&value),
            None => {
                expanded.push('$');
                expanded.push_str(&after[..end]);
            }
        }
        rest = &after[end..];
    }
    expanded.push_str(rest);
    expanded.into()
}

impl<'a> HubId<'a> {
    /// Parses a well-formed hub id.
    pub fn parse(model: &'a str) -> Option<HubId<'a>> {
        let (id, revision) = match model.split_once('@') {
            Some((id, revision)) => (id, Some(revision)),
            None => (model, None),
        };
        let (owner, name) = id.split_once('/')?;
        let is_part = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphanumeric())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        let is_revision = |revision: &str| {
            revision.len() < 256 && revision.split('/').all(|part| is_plain_name(part) && !part.starts_with('.'))
        };
        let is_id = is_part(owner) && is_part(name) && !name.ends_with(".safetensors");
        (is_id && revision.is_none_or(is_revision)).then_some(HubId { owner, name, revision })
    }
}

impl ModelCache {
    pub fn root(&self) -> &Path {
        match self {
            ModelCache::Hub(root) | ModelCache::Plain(root) => root,
        }
    }

    /// The files of a hub id in this cache, if it has them.
    pub fn find(&self, id: &HubId) -> Result<Option<Snapshot>> {
        let certain = |path| Ok(Some(Snapshot { path, warning: None }));
        match self {
            ModelCache::Plain(root) => {
                let path = root.join(id.owner).join(id.name);
                match is_dir(&path)? && id.revision.is_none_or(|revision| is_commit_of(&path, revision)) {
                    true => certain(path),
                    false => Ok(None),
                }
            }
            ModelCache::Hub(root) => {
                let repository = root.join(format!("models--{}--{}", id.owner, id.name));
                if !is_dir(&repository.join("snapshots"))? {
                    return Ok(None);
                }
                match id.revision {
                    Some(revision) => certain(revision_of(&repository, revision)?),
                    None => main_of(&repository),
                }
            }
        }
    }
}

fn is_dir(path: &Path) -> Result<bool> {
    Ok(stat(path)?.is_some_and(|found| found.is_dir()))
}

/// Whether the checkpoint that `fetch-model` has written to `directory` is of this commit.
fn is_commit_of(directory: &Path, revision: &str) -> bool {
    let manifest = Manifest::read(&directory.join(manifest::FILE_NAME));
    manifest.is_ok_and(|manifest| manifest.note("commit").is_some_and(|commit| is_commit(commit, revision)))
}

/// Whether `revision` is `commit`, or its first digits.
fn is_commit(commit: &str, revision: &str) -> bool {
    let is_hash = revision.len() >= 4 && revision.chars().all(|c| c.is_ascii_hexdigit());
    is_hash && commit.to_ascii_lowercase().starts_with(&revision.to_ascii_lowercase())
}

/// The snapshot that a reference of a repository names; `None` without the reference, or without its snapshot.
fn referenced(repository: &Path, reference: &str) -> Result<Option<PathBuf>> {
    let file = repository.join("refs").join(reference);
    if !stat(&file)?.is_some_and(|found| found.is_file()) {
        return Ok(None);
    }
    let snapshot = repository.join("snapshots").join(commit_in(&file)?);
    Ok(is_dir(&snapshot)?.then_some(snapshot))
}

/// The name of a snapshot that a reference contains.
fn commit_in(file: &Path) -> Result<String> {
    let commit = String::from_utf8_lossy(&read_sidecar(file)?.unwrap_or_default()).trim().to_string();
    match is_plain_name(&commit) {
        true => Ok(commit),
        false => Err(Fault::new(FaultKind::InvalidSnapshotReference, file).found(commit).into()),
    }
}

/// The snapshot of a revision: a branch or a tag, a pull request, a commit.
fn revision_of(repository: &Path, revision: &str) -> Result<PathBuf> {
    // The reference of a pull request is `refs/pr/N`, which lies in the directory `refs`.
    for reference in [revision.to_string(), format!("refs/{revision}")] {
        if let Some(snapshot) = referenced(repository, &reference)? {
            return Ok(snapshot);
        }
    }
    let snapshots = repository.join("snapshots");
    let names: Vec<String> = entries(&snapshots)?.into_iter().filter_map(|name| name.into_string().ok()).collect();
    let matching: Vec<&String> = names.iter().filter(|name| *name == revision || is_commit(name, revision)).collect();
    match matching.iter().find(|name| **name == revision).or(matching.first()) {
        Some(name) if matching.len() == 1 || **name == revision => Ok(snapshots.join(name)),
        _ => {
            let mut known = Vec::new();
            references(&repository.join("refs"), "", &mut known);
            known.extend(names.iter().cloned());
            let known = if matching.is_empty() { known } else { matching.into_iter().cloned().collect() };
            Err(Error::NotFound {
                what: Resource::Revision(revision.into()),
                name: repository.display().to_string(),
                details: format!("there are {}", known.join(", ")),
            })
        }
    }
}

/// The names of the references below a directory, sorted, for messages.
fn references(directory: &Path, prefix: &str, names: &mut Vec<String>) {
    for name in entries(directory).unwrap_or_default().into_iter().filter_map(|name| name.into_string().ok()) {
        let path = directory.join(&name);
        match path.is_dir() && prefix.len() < 256 {
            true => references(&path, &format!("{prefix}{name}/"), names),
            false => names.push(format!("{prefix}{name}")),
        }
    }
}

/// The snapshot of `refs/main`; else the only one, or the newest with a warning. Fetching a commit writes no reference.
///
/// # Errors
/// [`FaultKind::InvalidSnapshotReference`] for a `refs/main` that is not a file with a name.
fn main_of(repository: &Path) -> Result<Option<Snapshot>> {
    if let Some(path) = referenced(repository, "main")? {
        return Ok(Some(Snapshot { path, warning: None }));
    }
    let file = repository.join("refs/main");
    let missing = match stat(&file)? {
        None => None,
        Some(found) if found.is_file() => Some(commit_in(&file)?),
        Some(found) => {
            let kind = if found.is_dir() { "a directory" } else { "a special file" };
            return Err(Fault::new(FaultKind::InvalidSnapshotReference, file).found(kind).into());
        }
    };
    let snapshots = repository.join("snapshots");
    let mut found: Vec<(SystemTime, PathBuf)> = Vec::new();
    for path in entries(&snapshots)?.into_iter().map(|name| snapshots.join(name)) {
        if let Some(directory) = stat(&path)?.filter(fs::Metadata::is_dir) {
            found.push((directory.modified().unwrap_or(SystemTime::UNIX_EPOCH), path));
        }
    }
    let several = found.len() > 1;
    let newest = found.into_iter().max();
    Ok(newest.map(|(_, path)| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let warning = match missing {
            Some(commit) => Some(Fault::new(FaultKind::MissingSnapshot, file).cause(name).found(commit)),
            None => several.then(|| Fault::new(FaultKind::NewestSnapshot, &snapshots).found(name)),
        };
        Snapshot { path, warning }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The roots of the caches for these variables, with the home directory /me.
    fn roots(variables: &[(&str, &str)]) -> Vec<String> {
        let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        let caches = caches_of(&variable, Some("/me".into()));
        caches.iter().map(|cache| cache.root().display().to_string()).collect()
    }

    #[test]
    fn caches_are_found_as_huggingface_hub_finds_them() {
        let defaults = ["/me/.cache/huggingface/hub", "/me/.cache/rumma/checkpoints"];
        assert_eq!(roots(&[]), defaults);
        assert_eq!(roots(&[("HF_HOME", ""), ("HF_HUB_CACHE", ""), ("XDG_CACHE_HOME", "")]), defaults);
        let first = |variables: &[(&str, &str)]| roots(variables).remove(0);
        assert_eq!(first(&[("HF_HUB_CACHE", "/a"), ("HUGGINGFACE_HUB_CACHE", "/b"), ("HF_HOME", "/c")]), "/a");
        assert_eq!(first(&[("HUGGINGFACE_HUB_CACHE", "/b"), ("HF_HOME", "/c")]), "/b");
        assert_eq!(first(&[("HF_HOME", "~/hf")]), "/me/hf/hub");
        assert_eq!(first(&[("HF_HOME", "~")]), "/me/hub");
        assert_eq!(first(&[("HF_HOME", "~other/x")]), "~other/x/hub");
        assert_eq!(first(&[("HF_HOME", "$DATA/hf"), ("DATA", "/data")]), "/data/hf/hub");
        assert_eq!(first(&[("HF_HUB_CACHE", "${DATA}s/$NONE/$"), ("DATA", "/data")]), "/datas/$NONE/$");
        assert_eq!(first(&[("XDG_CACHE_HOME", "/x")]), "/x/huggingface/hub");
        assert!(roots(&[("XDG_CACHE_HOME", "/x")]).contains(&"/x/rumma/checkpoints".to_string()));
    }

    #[test]
    fn only_well_formed_hub_ids_are_parsed() {
        let id = |revision| Some(HubId { owner: "Qwen", name: "Tiny-1.5", revision });
        assert_eq!(HubId::parse("Qwen/Tiny-1.5"), id(None));
        assert_eq!(HubId::parse("Qwen/Tiny-1.5@refs/pr/2"), id(Some("refs/pr/2")));
        for wrong in
            ["Qwen", "a/b/c", "/a/b", "./a", "a/../b", "a/b@", "a/b@..", "a/b@x/../y", "a/b@/x", "a/x.safetensors"]
        {
            assert_eq!(HubId::parse(wrong), None, "{wrong}");
        }
    }
}
