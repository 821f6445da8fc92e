//! The manifest of a checkpoint: its files with their SHA-256 hashes, in the `SHA256SUMS` format of `sha256sum -c`.
//!
//! Comment lines hold what that format lacks: notes such as `# repo: ORG/NAME`, and sizes as `# bytes N NAME`. With the
//! size, a truncated file is distinguished from a changed one, and is found without hashing.

use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::output::{Output, OutputKind};
use crate::files::{from_hex, hex, open_regular, open_text};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::File;
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

/// One file in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Path relative to the checkpoint directory, with `/`. Never absolute, and without `..`.
    pub name: String,
    /// The hash of the content.
    pub sha256: Hash,
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
    /// It exists but cannot be read.
    Unreadable {
        /// The error of the operating system.
        why: String,
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

    /// Compares a file, given by name, size and hash, with the manifest.
    pub fn check(&self, name: &str, bytes: u64, sha256: &Hash) -> Verdict {
        let Some(entry) = self.entries.iter().find(|e| e.name == name) else {
            return Verdict::Extra { bytes };
        };
        if let Some(wrong) = entry.check_size(bytes) {
            return wrong;
        }
        if entry.sha256 != *sha256 {
            let (expected_sha256, found_sha256) = (hex(&entry.sha256), hex(sha256));
            return Verdict::Changed { bytes, expected_sha256, found_sha256 };
        }
        Verdict::Good { bytes, sha256: hex(sha256) }
    }

    /// The manifest as text: the notes, then for each file its size as a comment and the line with its hash.
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
            let mark = if name == entry.name { "" } else { "\\" };
            let _ = writeln!(text, "{mark}{}  {name}", hex(&entry.sha256));
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

/// Fails if `path` is a manifest that was written when the model was fetched. It describes the files as published; a
/// manifest of the current files must not overwrite it.
pub fn check_replaceable(path: &Path) -> Result<()> {
    if path.exists() && Manifest::read(path).is_ok_and(|found| found.note("commit").is_some()) {
        return Err(Fault::new(FaultKind::FetchedChecksums, path).into());
    }
    Ok(())
}

/// The SHA-256 of bytes in memory, such as a mapped file. Uses the CPU's SHA instructions if available.
pub fn hash_bytes(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Reads `reader` to its end and returns its length in bytes and SHA-256. Calls `watch` with the size of each hashed
/// piece; an error from it ends the reading.
pub fn hash_reader(mut reader: impl Read, watch: &dyn Fn(u64) -> io::Result<()>) -> io::Result<(u64, Hash)> {
    // Larger pieces would leave the second-level cache between reading and hashing.
    let mut buffer = vec![0u8; 256 << 10];
    let (mut total, mut hasher) = (0u64, Sha256::new());
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((total, hasher.finalize().into())),
            Ok(n) => {
                hasher.update(&buffer[..n]);
                total += n as u64;
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
    let sha256 = rest.get(..64).and_then(from_hex).ok_or(form)?;
    let name = rest.get(64..).and_then(|r| r.strip_prefix("  ").or(r.strip_prefix(" *"))).ok_or(form)?;
    let name = if escaped {
        unescape(name).ok_or("a backslash in the name stands before none of \\, n, r")?
    } else {
        name.into()
    };
    let name = local_name(&name).map_err(|why| format!("the name {why}"))?;
    Ok(ManifestEntry { name, sha256, bytes: None })
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
