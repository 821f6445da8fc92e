//! Compares files on disk with a manifest: sizes first, then hashes, several files in parallel.

use super::manifest::{self, ContentHash, FileDigest, Manifest, ManifestEntry, Verdict};
use crate::error::{Error, Fault, FaultKind, Resource, Result};
use crate::files::{FileId, FileStamp};
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
    /// Path relative to the checkpoint directory.
    pub name: String,
    /// How it compares with the manifest.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// How the files of a checkpoint compare with its manifest.
#[derive(Clone, Debug)]
pub struct VerifyReport {
    /// The checkpoint's directory.
    pub dir: PathBuf,
    /// The file of the manifest.
    pub manifest: PathBuf,
    /// Sorted by verdict: wrong sizes, then missing, changed, unreadable, extra and good files.
    pub files: Vec<FileCheck>,
    /// Number of bytes that were hashed.
    pub hashed_bytes: u64,
}

impl VerifyReport {
    /// The files that do not match the manifest.
    pub fn wrong(&self) -> impl Iterator<Item = &FileCheck> {
        self.files.iter().filter(|f| !matches!(f.verdict, Verdict::Good { .. }))
    }

    /// The report itself if all files match.
    ///
    /// # Errors
    /// The fault of the first file that does not match, with the number of other files with the same fault; the error
    /// of the operating system if the file cannot be read.
    pub fn into_result(self) -> Result<VerifyReport> {
        if let Some(FileCheck { name, verdict: Verdict::Unreadable { code: Some(code), .. } }) = self.wrong().next() {
            return Err(Error::io(&self.dir.join(name), "read")(io::Error::from_raw_os_error(*code)));
        }
        let faults = self.wrong().filter_map(|file| Some(file.verdict.fault(&self.dir)?.subject(&file.name)));
        let mut faults = faults.collect::<Vec<_>>().into_iter();
        let Some(first) = faults.next() else { return Ok(self) };
        let more = faults.filter(|fault| fault.kind == first.kind).count();
        Err(first.more(more).into())
    }
}

impl Verdict {
    /// The verdict as the predicate of a sentence whose subject is the file name.
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
            Verdict::ChangedBlob { expected_git_blob, found_git_blob, .. } => {
                format!("has changed: git blob {found_git_blob}, expected {expected_git_blob}")
            }
            Verdict::Unreadable { why, .. } => format!("cannot be read: {why}"),
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
            Verdict::ChangedBlob { expected_git_blob, found_git_blob, .. } => fault(FaultKind::ChecksumMismatch)
                .found(format!("git blob {found_git_blob}"))
                .expected(expected_git_blob),
            Verdict::Unreadable { why, .. } if why == CHANGED => fault(FaultKind::ChangedInUse),
            Verdict::Unreadable { why, .. } => fault(FaultKind::Unreadable).cause(why),
            Verdict::Extra { .. } => fault(FaultKind::UnlistedFile),
        })
    }

    /// Position in a report; smaller comes first.
    fn rank(&self) -> u8 {
        match self {
            Verdict::Truncated { .. } | Verdict::Oversized { .. } => 0,
            Verdict::Missing => 1,
            Verdict::Changed { .. } | Verdict::ChangedBlob { .. } => 2,
            Verdict::Unreadable { .. } => 3,
            Verdict::Extra { .. } => 4,
            Verdict::Good { .. } => 5,
        }
    }
}

/// Compares the files in `dir` with `manifest`, in parallel on rayon's pool. Calls `watch` with the size in bytes of
/// each hashed piece, from any thread; an error from it ends the comparison and is returned.
pub fn verify(dir: &Path, manifest: &Manifest, watch: &(dyn Fn(u64) -> Result<()> + Sync)) -> Result<VerifyReport> {
    let mut entries: Vec<&ManifestEntry> = manifest.entries.iter().collect();
    // Largest first: a large file that starts last would be hashed while other threads are idle.
    entries.sort_by_key(|e| std::cmp::Reverse(size_of(&dir.join(&e.name)).unwrap_or(0)));
    let judged: Vec<(FileCheck, u64)> = entries
        .into_par_iter()
        .with_max_len(1)
        .map(|entry| {
            let (verdict, hashed) = judge(&dir.join(&entry.name), entry, watch)?;
            Ok((FileCheck { name: entry.name.clone(), verdict }, hashed))
        })
        .collect::<Result<_>>()?;
    let hashed_bytes = judged.iter().map(|(_, hashed)| hashed).sum();
    let mut files: Vec<FileCheck> = judged.into_iter().map(|(checked, _)| checked).collect();
    if manifest.complete {
        let listed: HashSet<&str> = manifest.entries.iter().map(|e| e.name.as_str()).collect();
        for name in files_below(dir, &manifest.path)?.into_iter().filter(|n| !listed.contains(n.as_str())) {
            let bytes = size_of(&dir.join(&name)).unwrap_or(0);
            files.push(FileCheck { verdict: Verdict::Extra { bytes }, name });
        }
    }
    sort(&mut files);
    Ok(VerifyReport { dir: dir.to_path_buf(), manifest: manifest.path.clone(), files, hashed_bytes })
}

fn sort(files: &mut [FileCheck]) {
    files.sort_by(|a, b| (a.verdict.rank(), &a.name).cmp(&(b.verdict.rank(), &b.name)));
}

/// How the files that `new` lists, which have sizes and SHA-256 sums, compare with `old`.
pub fn compare(dir: &Path, old: &Manifest, new: &Manifest) -> VerifyReport {
    let mut files = Vec::with_capacity(new.entries.len());
    for ManifestEntry { name, hash, bytes } in &new.entries {
        if let (ContentHash::Sha256(sha256), Some(bytes)) = (*hash, *bytes) {
            let digest = FileDigest { bytes, sha256, git_blob: None };
            files.push(FileCheck { name: name.clone(), verdict: old.check(name, &digest) });
        }
    }
    let gone = old.entries.iter().filter(|entry| new.entry(&entry.name).is_none());
    files.extend(gone.map(|entry| FileCheck { name: entry.name.clone(), verdict: Verdict::Missing }));
    sort(&mut files);
    let hashed_bytes = new.entries.iter().filter_map(|entry| entry.bytes).sum();
    VerifyReport { dir: dir.to_path_buf(), manifest: old.path.clone(), files, hashed_bytes }
}

/// The number of bytes that [`verify`] will hash: the listed files whose size is right.
pub fn bytes_to_hash(dir: &Path, manifest: &Manifest) -> u64 {
    let sizes = manifest.entries.iter().map(|e| (e, size_of(&dir.join(&e.name)).unwrap_or(0)));
    sizes.filter(|(e, bytes)| e.check_size(*bytes).is_none()).map(|(_, bytes)| bytes).sum()
}

/// A manifest for `path` of the current files in `dir`, with `notes` as comments. Hidden files and the manifest itself
/// are not included, as in [`verify`].
pub fn manifest_of(
    dir: &Path,
    path: &Path,
    notes: Vec<String>,
    watch: &(dyn Fn(u64) -> Result<()> + Sync),
) -> Result<Manifest> {
    let hash = |name: &String| {
        let path = dir.join(name);
        let FileDigest { bytes, sha256, .. } = hash_file(&path, false, watch)?.map_err(|error| match error {
            ReadError::Changed => Fault::new(FaultKind::ChangedInUse, &path).into(),
            ReadError::Io(error) => Error::io(&path, "read")(error),
        })?;
        Ok(ManifestEntry { name: name.clone(), hash: ContentHash::Sha256(sha256), bytes: Some(bytes) })
    };
    let entries: Vec<ManifestEntry> =
        files_below(dir, path)?.par_iter().with_max_len(1).map(hash).collect::<Result<_>>()?;
    if entries.is_empty() {
        return Err(Error::not_found(Resource::Files, dir.display()));
    }
    Ok(Manifest { path: path.to_path_buf(), notes, entries, complete: true })
}

/// The paths of all files below `dir`, relative to it and sorted. Includes links to files; excludes hidden files, the
/// `SHA256SUMS` of `dir` itself and the manifest `listed_in`, by whatever name.
pub fn files_below(dir: &Path, listed_in: &Path) -> Result<Vec<String>> {
    let id = |path: &Path| fs::metadata(path).ok().map(|found| FileId::of(&found));
    let listed_in = id(listed_in);
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
            // Links to directories are not followed: they may form a cycle.
            if item.file_type().map_err(Error::io(&path, "list"))?.is_dir() {
                open.push(full + "/");
            } else if !item.path().is_dir() && (listed_in.is_none() || id(&item.path()) != listed_in) {
                names.push(full);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// The verdict on one listed file, and the number of bytes that were hashed.
fn judge(path: &Path, entry: &ManifestEntry, watch: &(dyn Fn(u64) -> Result<()> + Sync)) -> Result<(Verdict, u64)> {
    match size_of(path) {
        Ok(bytes) => {
            if let Some(wrong) = entry.check_size(bytes) {
                return Ok((wrong, 0));
            }
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok((Verdict::Missing, 0)),
        Err(e) => return Ok((unreadable(&e), 0)),
    }
    Ok(match hash_file(path, entry.is_git_blob(), watch)? {
        Ok(digest) => (entry.check(&digest), digest.bytes),
        Err(ReadError::Changed) => (Verdict::Unreadable { why: CHANGED.into(), code: None }, 0),
        Err(ReadError::Io(e)) => (unreadable(&e), 0),
    })
}

/// The size of a regular file; follows links. Any other kind is an error, because opening a pipe may block forever.
fn size_of(path: &Path) -> io::Result<u64> {
    let meta = fs::metadata(path)?;
    if meta.is_file() { Ok(meta.len()) } else { Err(io::Error::other("not a regular file")) }
}

/// Why a file has no hash.
enum ReadError {
    /// It was changed, replaced or deleted meanwhile.
    Changed,
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> ReadError {
        ReadError::Io(error)
    }
}

/// The verdict on a file that the system cannot read.
fn unreadable(error: &io::Error) -> Verdict {
    Verdict::Unreadable { why: error.to_string(), code: error.raw_os_error() }
}

/// The reason in the verdict on a file that changed while it was read.
const CHANGED: &str = "changed while it was read";

/// Hashes a file, which must not change meanwhile. The outer error comes from `watch`, the inner one from the file.
fn hash_file(
    path: &Path,
    git_blob: bool,
    watch: &(dyn Fn(u64) -> Result<()> + Sync),
) -> Result<std::result::Result<FileDigest, ReadError>> {
    let stopped = Cell::new(None);
    let watch = |n| {
        watch(n).map_err(|e| {
            stopped.set(Some(e));
            io::Error::other("stopped")
        })
    };
    let hash = || -> std::result::Result<FileDigest, ReadError> {
        size_of(path)?;
        let file = File::open(path)?;
        let stamp = FileStamp::of(&file)?;
        let digest = manifest::hash_reader(&file, git_blob.then_some(stamp.bytes), &watch)?;
        match FileStamp::of(&file)? == stamp && stamp.is_at(path) {
            true => Ok(digest),
            false => Err(ReadError::Changed),
        }
    };
    let hashed = hash();
    match stopped.into_inner() {
        Some(error) => Err(error),
        None => Ok(hashed),
    }
}
