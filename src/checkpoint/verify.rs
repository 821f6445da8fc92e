//! Files on disk against a manifest: sizes first, then hashes, many files at once.

use super::manifest::{self, Hash, Manifest, ManifestEntry, Verdict};
use crate::error::{Error, Fault, FaultKind, Result, Wanted};
use rayon::prelude::*;
use serde::Serialize;
use std::cell::Cell;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// One file of a [`VerifyReport`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileCheck {
    pub name: String,
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// How the files of a checkpoint compare with its manifest.
#[derive(Clone, Debug)]
pub struct VerifyReport {
    /// The checkpoint's directory.
    pub dir: PathBuf,
    /// Where the manifest was read.
    pub manifest: PathBuf,
    /// What is wrong comes first: sizes, then missing, changed, unreadable and extra files; then what is right.
    pub files: Vec<FileCheck>,
    /// How many bytes were read and hashed.
    pub hashed_bytes: u64,
}

impl VerifyReport {
    /// The files that are not as they should be.
    pub fn wrong(&self) -> impl Iterator<Item = &FileCheck> {
        self.files.iter().filter(|f| !matches!(f.verdict, Verdict::Good { .. }))
    }

    /// The fault of the first file that is wrong, if any is.
    pub fn into_result(self) -> Result<VerifyReport> {
        let first = self.wrong().find_map(|file| Some(file.verdict.fault(&self.dir)?.subject(&file.name)));
        match first {
            None => Ok(self),
            Some(fault) => Err(fault.more(self.wrong().count() - 1).into()),
        }
    }
}

impl Verdict {
    /// The verdict as the end of a sentence that begins with the file's name.
    pub fn describe(&self) -> String {
        match self {
            Verdict::Good { .. } => "is good".into(),
            Verdict::Truncated { expected_bytes, found_bytes } => {
                format!("is truncated: {found_bytes} of {expected_bytes} bytes")
            }
            Verdict::Oversized { expected_bytes, found_bytes } => {
                format!("is too long: {found_bytes} bytes, expected {expected_bytes}")
            }
            Verdict::Missing => "is missing".into(),
            Verdict::Changed { expected_sha256, found_sha256, .. } => {
                format!("has changed: sha256 {found_sha256}, expected {expected_sha256}")
            }
            Verdict::Unreadable { why } => format!("cannot be read: {why}"),
            Verdict::Extra { .. } => "is not in the manifest".into(),
        }
    }

    /// The verdict on `file` as a fault; `None` for a good file.
    pub fn fault(&self, file: &Path) -> Option<Fault> {
        let fault = |kind| Fault::new(kind, file);
        let bytes = |kind, found: u64, expected: u64| {
            fault(kind).found(format!("{found} bytes")).expected(format!("{expected} bytes"))
        };
        Some(match self {
            Verdict::Good { .. } => return None,
            Verdict::Truncated { expected_bytes, found_bytes } => {
                bytes(FaultKind::Truncated, *found_bytes, *expected_bytes)
            }
            Verdict::Oversized { expected_bytes, found_bytes } => {
                bytes(FaultKind::TooLong, *found_bytes, *expected_bytes)
            }
            Verdict::Missing => fault(FaultKind::MissingFile),
            Verdict::Changed { expected_sha256, found_sha256, .. } => {
                fault(FaultKind::ChecksumMismatch).found(format!("sha256 {found_sha256}")).expected(expected_sha256)
            }
            Verdict::Unreadable { why } => fault(FaultKind::Unreadable).cause(why),
            Verdict::Extra { .. } => fault(FaultKind::UnlistedFile),
        })
    }

    /// Where the verdict stands in a report.
    fn rank(&self) -> u8 {
        match self {
            Verdict::Truncated { .. } | Verdict::Oversized { .. } => 0,
            Verdict::Missing => 1,
            Verdict::Changed { .. } => 2,
            Verdict::Unreadable { .. } => 3,
            Verdict::Extra { .. } => 4,
            Verdict::Good { .. } => 5,
        }
    }
}

/// Compares the files in `dir` with `manifest`, reading several at once on rayon's pool. `watch` is told of every piece
/// that was hashed, in bytes, from any thread; its error ends the work and is returned.
pub fn verify(dir: &Path, manifest: &Manifest, watch: &(dyn Fn(u64) -> Result<()> + Sync)) -> Result<VerifyReport> {
    let mut entries: Vec<&ManifestEntry> = manifest.entries.iter().collect();
    // The largest first: a large file started last would be hashed alone.
    entries.sort_by_key(|e| std::cmp::Reverse(size_of(&dir.join(&e.name)).unwrap_or(0)));
    let judged: Vec<(FileCheck, u64)> = entries
        .into_par_iter()
        .with_max_len(1)
        .map(|entry| {
            let (verdict, hashed) = judge(&dir.join(&entry.name), entry, manifest, watch)?;
            Ok((FileCheck { name: entry.name.clone(), verdict }, hashed))
        })
        .collect::<Result<_>>()?;
    let hashed_bytes = judged.iter().map(|(_, hashed)| hashed).sum();
    let mut files: Vec<FileCheck> = judged.into_iter().map(|(checked, _)| checked).collect();
    if manifest.complete {
        let listed: HashSet<&str> = manifest.entries.iter().map(|e| e.name.as_str()).collect();
        for name in files_below(dir)?.into_iter().filter(|n| !listed.contains(n.as_str())) {
            let path = dir.join(&name);
            if path != manifest.path {
                files.push(FileCheck { verdict: Verdict::Extra { bytes: size_of(&path).unwrap_or(0) }, name });
            }
        }
    }
    files.sort_by(|a, b| (a.verdict.rank(), &a.name).cmp(&(b.verdict.rank(), &b.name)));
    Ok(VerifyReport { dir: dir.to_path_buf(), manifest: manifest.path.clone(), files, hashed_bytes })
}

/// How many bytes [`verify`] is going to hash: those of the listed files whose size is not wrong already.
pub fn bytes_to_hash(dir: &Path, manifest: &Manifest) -> u64 {
    let sizes = manifest.entries.iter().map(|e| (e, size_of(&dir.join(&e.name)).unwrap_or(0)));
    sizes.filter(|(e, bytes)| e.check_size(*bytes).is_none()).map(|(_, bytes)| bytes).sum()
}

/// A manifest of all files in `dir` as they are now, `notes` as its comments. Hidden files and the manifest itself are
/// left out, as [`verify`] leaves them out.
pub fn manifest_of(dir: &Path, notes: Vec<String>, watch: &(dyn Fn(u64) -> Result<()> + Sync)) -> Result<Manifest> {
    let hash = |name: &String| {
        let path = dir.join(name);
        let (bytes, sha256) = hash_file(&path, watch)?.map_err(Error::io(&path, "read"))?;
        Ok(ManifestEntry { name: name.clone(), sha256, bytes: Some(bytes) })
    };
    let entries: Vec<ManifestEntry> = files_below(dir)?.par_iter().with_max_len(1).map(hash).collect::<Result<_>>()?;
    if entries.is_empty() {
        return Err(Error::not_found(Wanted::Files, dir.display()));
    }
    Ok(Manifest { path: dir.join(manifest::FILE_NAME), notes, entries, complete: true })
}

/// The names of all regular files below `dir`, sorted; symlinks to files count. Hidden ones do not, nor does
/// `SHA256SUMS` at the top.
pub fn files_below(dir: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut open = vec![String::new()];
    while let Some(below) = open.pop() {
        let path = dir.join(&below);
        for item in fs::read_dir(&path).map_err(Error::io(&path, "list"))? {
            let item = item.map_err(Error::io(&path, "list"))?;
            let name = item
                .file_name()
                .into_string()
                .map_err(|name| Fault::new(FaultKind::FileNameNotUtf8, &path).subject(format!("{name:?}")))?;
            if name.starts_with('.') || (below.is_empty() && name == manifest::FILE_NAME) {
                continue;
            }
            let full = format!("{below}{name}");
            // A directory behind a symlink may lead back here: only real ones are entered.
            if item.file_type().map_err(Error::io(&path, "list"))?.is_dir() {
                open.push(full + "/");
            } else if !item.path().is_dir() {
                names.push(full);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// The verdict on one listed file, and how many of its bytes were hashed.
fn judge(
    path: &Path,
    entry: &ManifestEntry,
    manifest: &Manifest,
    watch: &(dyn Fn(u64) -> Result<()> + Sync),
) -> Result<(Verdict, u64)> {
    match size_of(path) {
        Ok(bytes) => {
            if let Some(wrong) = entry.check_size(bytes) {
                return Ok((wrong, 0));
            }
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok((Verdict::Missing, 0)),
        Err(e) => return Ok((Verdict::Unreadable { why: e.to_string() }, 0)),
    }
    Ok(match hash_file(path, watch)? {
        Ok((bytes, sha256)) => (manifest.check(&entry.name, bytes, &sha256), bytes),
        Err(e) => (Verdict::Unreadable { why: e.to_string() }, 0),
    })
}

/// The size of a regular file, symlinks followed. Anything else is an error: opening a pipe might never return.
fn size_of(path: &Path) -> io::Result<u64> {
    let meta = fs::metadata(path)?;
    if meta.is_file() { Ok(meta.len()) } else { Err(io::Error::other("not a regular file")) }
}

/// Hashes a file. The outer error is the watcher's, the inner one the file's.
fn hash_file(path: &Path, watch: &(dyn Fn(u64) -> Result<()> + Sync)) -> Result<io::Result<(u64, Hash)>> {
    let stopped = Cell::new(None);
    let hashed = size_of(path).and_then(|_| File::open(path)).and_then(|file| {
        manifest::hash_reader(file, &|n| {
            watch(n).map_err(|e| {
                stopped.set(Some(e));
                io::Error::other("stopped")
            })
        })
    });
    match stopped.into_inner() {
        Some(error) => Err(error),
        None => Ok(hashed),
    }
}
