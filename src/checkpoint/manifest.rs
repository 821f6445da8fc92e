//! The manifest of a checkpoint: its files with their SHA-256 hashes, in the `SHA256SUMS` format of `sha256sum -c`.
//!
//! Comment lines hold what that format lacks: notes such as `# repo: ORG/NAME`, and sizes as `# bytes N NAME`. With the
//! size, a truncated file is distinguished from a changed one, and is found without hashing.

use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::output::{Output, OutputKind};
use crate::files::{from_hex, hex, open_regular, open_text};
use serde::Serialize;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The name of the manifest in the directory of the files that it lists.
pub const FILE_NAME: &str = "SHA256SUMS";

/// The files of [`Manifest::save`]: their first line that is not a comment has a hash and a name.
pub const MANIFEST_FILE: OutputKind = OutputKind {
    name: "a list of checksums",
    recognize: |head| {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        lines.next().is_some_and(|line| hash_line(line).is_ok())
    },
    private: false,
};

/// The size limit of a manifest, in bytes. A larger file is refused without reading it into memory.
const MAX_BYTES: u64 = 16 << 20;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash that a file is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentHash {
    /// SHA-256 of the content. On the hub: of large files.
    Sha256(Hash),
    /// The git blob id, which is the SHA-1 of `blob LENGTH\0` and the content. On the hub: of small files.
    GitBlob([u8; 20]),
}

impl ContentHash {
    /// The hash as hex digits, which is also the name of the blob in a hub cache.
    pub fn hex(&self) -> String {
        match self {
            ContentHash::Sha256(hash) => hex(hash),
            ContentHash::GitBlob(hash) => hex(hash),
        }
    }
}

/// The size and the hashes of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileDigest {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the content.
    pub sha256: Hash,
    /// The git blob id, if it was asked for.
    pub git_blob: Option<[u8; 20]>,
}

/// One file in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Path relative to the checkpoint directory, with `/`. Never absolute, and without `..`.
    pub name: String,
    /// The hash of the content.
    pub hash: ContentHash,
    /// Size in bytes, if the manifest has it.
    pub bytes: Option<u64>,
}

/// The expected files of a checkpoint.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file that it was read from, for messages.
    pub path: PathBuf,
    /// The comment lines without `# `, except those with sizes.
    pub notes: Vec<String>,
    /// The files in the order of the manifest, without duplicates.
    pub entries: Vec<ManifestEntry>,
    /// Whether the list is complete, so that an unlisted file is an error. Built-in pins list only some files.
    pub complete: bool,
}

/// The result of comparing one file with a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Verdict {
    /// It matches the manifest.
    Good {
        /// Size of the file, in bytes.
        bytes: u64,
        /// Its hash, as hex digits.
        sha256: String,
    },
    /// It is shorter than listed; its content was not read.
    Truncated {
        /// Size in the manifest, in bytes.
        expected_bytes: u64,
        /// Size of the file, in bytes.
        found_bytes: u64,
    },
    /// It is longer than listed; its content was not read.
    Oversized {
        /// Size in the manifest, in bytes.
        expected_bytes: u64,
        /// Size of the file, in bytes.
        found_bytes: u64,
    },
    /// It is listed but does not exist.
    Missing,
    /// Its content differs.
    Changed {
        /// Size of the file, in bytes.
        bytes: u64,
        /// Hash in the manifest, as hex digits.
        expected_sha256: String,
        /// Hash of the file, as hex digits.
        found_sha256: String,
    },
    /// Its content differs from that of the git blob that it is known by.
    #[serde(rename = "changed")]
    ChangedBlob {
        /// Size of the file, in bytes.
        bytes: u64,
        /// Expected git blob id, as hex digits.
        expected_git_blob: String,
        /// Git blob id of the file, as hex digits.
        found_git_blob: String,
    },
    /// It exists but cannot be read.
    Unreadable {
        /// The reason.
        why: String,
        /// The operating system's number of the error, if it is one of those.
        #[serde(skip)]
        code: Option<i32>,
    },
    /// It exists but is not listed.
    Extra {
        /// Size of the file, in bytes.
        bytes: u64,
    },
}

impl Manifest {
    /// Parses the text of a manifest; `path` is used in errors only.
    ///
    /// # Errors
    /// [`FaultKind::InvalidChecksums`] with the line: not of the form `HASH  NAME`, a name twice, absolute or with `..`.
    pub fn parse(path: &Path, text: &str) -> Result<Manifest> {
        let mut manifest =
            Manifest { path: path.to_path_buf(), notes: Vec::new(), entries: Vec::new(), complete: true };
        let mut sizes = Vec::new();
        let mut seen = HashSet::new();
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(comment) = line.strip_prefix('#') {
                match size_comment(comment) {
                    Some(size) => sizes.push(size),
                    None => manifest.notes.push(comment.trim().to_string()),
                }
                continue;
            }
            if line.trim().is_empty() {
                continue;
            }
            let invalid = |cause: String| {
                Fault::new(FaultKind::InvalidChecksums, path).subject(format!("line {number}")).cause(cause)
            };
            let entry = hash_line(line).map_err(|why| invalid(why).found(format!("{:?}", shortened(line))))?;
            if !seen.insert(entry.name.clone()) {
                return Err(invalid(format!("{:?} is listed twice", entry.name)).into());
            }
            manifest.entries.push(entry);
        }
        for (bytes, name) in sizes {
            if let Some(entry) = manifest.entries.iter_mut().find(|e| e.name == name) {
                entry.bytes = Some(bytes);
            }
        }
        if manifest.entries.is_empty() {
            return Err(Fault::new(FaultKind::InvalidChecksums, path)
                .found("no file")
                .expected("lines of the form HASH  NAME, as sha256sum writes them")
                .into());
        }
        Ok(manifest)
    }

    /// Reads a manifest file.
    pub fn read(path: &Path) -> Result<Manifest> {
        Manifest::from_file(path, open_regular(path)?)
    }

    /// Like [`Manifest::read`], but also accepts the pipe of a shell's `<(command)`.
    pub(super) fn read_text(path: &Path) -> Result<Manifest> {
        Manifest::from_file(path, open_text(path)?)
    }

    fn from_file(path: &Path, file: File) -> Result<Manifest> {
        let mut text = String::new();
        file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(Error::io(path, "read"))?;
        if text.len() as u64 > MAX_BYTES {
            let limit = format!("at most {} MiB", MAX_BYTES >> 20);
            return Err(Fault::new(FaultKind::TooLarge, path).expected(limit).into());
        }
        Manifest::parse(path, &text)
    }

    /// The value of the comment line `# KEY: VALUE`.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.notes.iter().find_map(|n| Some(n.strip_prefix(key)?.strip_prefix(':')?.trim()))
    }

    /// Whether the manifest makes a statement about the file `name`: it is listed, or the list is complete.
    pub fn covers(&self, name: &str) -> bool {
        self.complete || self.entries.iter().any(|e| e.name == name)
    }

    /// The entry of the file `name`.
    pub fn entry(&self, name: &str) -> Option<&ManifestEntry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Compares a file, given by its name and digest, with the manifest. The digest has the git blob id if
    /// [`ManifestEntry::is_git_blob`].
    pub fn check(&self, name: &str, digest: &FileDigest) -> Verdict {
        self.entry(name).map_or(Verdict::Extra { bytes: digest.bytes }, |entry| entry.check(digest))
    }

    /// The manifest as text: the notes, then for each file its size as a comment and the line with its hash. The git
    /// blob ids of a hub cache are comments, because the format has no other hash than SHA-256.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for note in &self.notes {
            let _ = writeln!(text, "# {note}");
        }
        for entry in &self.entries {
            let name = escape(&entry.name);
            if let Some(bytes) = entry.bytes {
                let _ = writeln!(text, "# bytes {bytes} {name}");
            }
            let mark = match entry.hash {
                ContentHash::GitBlob(_) => "# git blob ",
                ContentHash::Sha256(_) if name == entry.name => "",
                ContentHash::Sha256(_) => "\\",
            };
            let _ = writeln!(text, "{mark}{}  {name}", entry.hash.hex());
        }
        text
    }

    /// Writes the manifest to `path`.
    ///
    /// # Errors
    /// Those of [`Output`].
    pub fn save(&self, path: &Path) -> Result<()> {
        Output::new(path, MANIFEST_FILE)?.write(&[self.render().as_bytes()])
    }
}

impl ManifestEntry {
    /// Whether the file is known by its git blob id.
    pub fn is_git_blob(&self) -> bool {
        matches!(self.hash, ContentHash::GitBlob(_))
    }

    /// Compares the file with the entry.
    pub fn check(&self, digest: &FileDigest) -> Verdict {
        let FileDigest { bytes, sha256, git_blob } = *digest;
        if let Some(wrong) = self.check_size(bytes) {
            return wrong;
        }
        match self.hash {
            ContentHash::Sha256(expected) if expected != sha256 => {
                Verdict::Changed { bytes, expected_sha256: hex(&expected), found_sha256: hex(&sha256) }
            }
            ContentHash::GitBlob(expected) if git_blob != Some(expected) => Verdict::ChangedBlob {
                bytes,
                expected_git_blob: hex(&expected),
                found_git_blob: git_blob.map_or(String::new(), |hash| hex(&hash)),
            },
            ContentHash::Sha256(_) | ContentHash::GitBlob(_) => Verdict::Good { bytes, sha256: hex(&sha256) },
        }
    }

    /// The verdict on a file of this size, if the size alone shows that it differs.
    pub fn check_size(&self, found_bytes: u64) -> Option<Verdict> {
        let expected_bytes = self.bytes?;
        match found_bytes.cmp(&expected_bytes) {
            std::cmp::Ordering::Less => Some(Verdict::Truncated { expected_bytes, found_bytes }),
            std::cmp::Ordering::Greater => Some(Verdict::Oversized { expected_bytes, found_bytes }),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// The manifest at `path` that a new one would replace; `None` if there is none or it is empty.
///
/// # Errors
/// [`FaultKind::FetchedChecksums`] for one that was written when the model was fetched: it describes the files as
/// published, and a manifest of the current files must not replace it. Those of [`Manifest::read`].
pub fn replaceable(path: &Path) -> Result<Option<Manifest>> {
    if !fs::metadata(path).is_ok_and(|found| found.len() > 0) {
        return Ok(None);
    }
    match Manifest::read(path)? {
        fetched if fetched.note("commit").is_some() => Err(Fault::new(FaultKind::FetchedChecksums, path).into()),
        manifest => Ok(Some(manifest)),
    }
}

/// The SHA-256 of bytes in memory, such as a mapped file. Uses the CPU's SHA instructions if available.
pub fn hash_bytes(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Reads `reader` to its end. `git_blob` is the number of bytes that it should have, if the git blob id is to be
/// computed, too. Calls `watch` with the size of each hashed piece; an error from it ends the reading.
pub fn hash_reader(
    mut reader: impl Read,
    git_blob: Option<u64>,
    watch: &dyn Fn(u64) -> io::Result<()>,
) -> io::Result<FileDigest> {
    // Larger pieces would leave the second-level cache between reading and hashing.
    let mut buffer = vec![0u8; 256 << 10];
    let (mut bytes, mut sha256) = (0u64, Sha256::new());
    let mut sha1 = git_blob.map(|bytes| Sha1::new_with_prefix(format!("blob {bytes}\0")));
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => {
                let git_blob = sha1.map(|sha1| sha1.finalize().into());
                return Ok(FileDigest { bytes, sha256: sha256.finalize().into(), git_blob });
            }
            Ok(n) => {
                sha256.update(&buffer[..n]);
                if let Some(sha1) = &mut sha1 {
                    sha1.update(&buffer[..n]);
                }
                bytes += n as u64;
                watch(n as u64)?;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// The name without a leading `./`, or the reason why it is not a path below the directory that it is joined to. Links
/// are not resolved: the files of a hub cache are links that lead out of the directory.
pub fn local_name(name: &str) -> std::result::Result<String, &'static str> {
    let mut parts = Vec::new();
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str().ok_or("not UTF-8")?),
            Component::CurDir => {}
            Component::ParentDir => return Err("leads out of the directory with '..'"),
            Component::RootDir | Component::Prefix(_) => return Err("is absolute"),
        }
    }
    if parts.is_empty() || name.ends_with('/') || name.contains('\0') {
        return Err("names no file");
    }
    Ok(parts.join("/"))
}

/// Parses `HASH  NAME` or `HASH *NAME`; after a leading backslash, the name is escaped.
fn hash_line(line: &str) -> std::result::Result<ManifestEntry, String> {
    let form = "expected 64 hex digits, two spaces (or a space and *) and a name";
    let (escaped, rest) = line.strip_prefix('\\').map_or((false, line), |rest| (true, rest));
    let hash = rest.get(..64).and_then(from_hex).map(ContentHash::Sha256).ok_or(form)?;
    let name = rest.get(64..).and_then(|r| r.strip_prefix("  ").or(r.strip_prefix(" *"))).ok_or(form)?;
    let name = if escaped {
        unescape(name).ok_or("a backslash in the name stands before none of \\, n, r")?
    } else {
        name.into()
    };
    let name = local_name(&name).map_err(|why| format!("the name {why}"))?;
    Ok(ManifestEntry { name, hash, bytes: None })
}

/// Parses ` bytes N NAME`.
fn size_comment(comment: &str) -> Option<(u64, String)> {
    let (bytes, name) = comment.strip_prefix(" bytes ")?.split_once(' ')?;
    Some((bytes.parse().ok()?, unescape(name)?))
}

/// Escapes a file name as `sha256sum` does, so that it has no line breaks.
fn escape(name: &str) -> String {
    name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r")
}

fn unescape(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        name.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            c => c,
        });
    }
    Some(name)
}

/// The first 100 characters of a line, for a message.
fn shortened(line: &str) -> String {
    line.chars().take(100).collect()
}
