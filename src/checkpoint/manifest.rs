//! Which files a checkpoint consists of, by SHA-256: `SHA256SUMS` as `sha256sum -c` reads it.
//!
//! Comment lines carry what that format has no place for: `# repo: ORG/NAME` and the like, and `# bytes N NAME`, so
//! that a truncated file is told from a changed one and needs no hashing to be found.

use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::{from_hex, hex, regular_file, write_atomic};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The manifest's name beside the files that it lists.
pub const FILE_NAME: &str = "SHA256SUMS";

/// No manifest is larger: a longer file is something else, and is not read into memory.
const MAX_BYTES: u64 = 16 << 20;

/// A SHA-256.
pub type Hash = [u8; 32];

/// One listed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Path below the checkpoint directory, with `/`; never absolute, never through `..`.
    pub name: String,
    pub sha256: Hash,
    /// Size in bytes, where the manifest knows it.
    pub bytes: Option<u64>,
}

/// What a checkpoint's files should be.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Where it was read, for messages.
    pub path: PathBuf,
    /// The comment lines without their `# `, but for those that carry sizes.
    pub notes: Vec<String>,
    /// The files, in the manifest's order; no name twice.
    pub entries: Vec<ManifestEntry>,
    /// Whether a file that is not listed is one too many. Pins list only what is known.
    pub complete: bool,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Verdict {
    /// It is what the manifest says.
    Good { bytes: u64, sha256: String },
    /// It ends too early; its content was not read.
    Truncated { expected_bytes: u64, found_bytes: u64 },
    /// It is longer than it should be; its content was not read.
    Oversized { expected_bytes: u64, found_bytes: u64 },
    /// It is listed but not there.
    Missing,
    /// Its content differs.
    Changed { bytes: u64, expected_sha256: String, found_sha256: String },
    /// It is there but cannot be read.
    Unreadable { why: String },
    /// It is there but not listed.
    Extra { bytes: u64 },
}

impl Manifest {
    /// Reads the text of a manifest; `path` is for messages.
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
        regular_file(path)?;
        Manifest::read_any(path)
    }

    /// [`Manifest::read`], of a pipe as well.
    pub(super) fn read_any(path: &Path) -> Result<Manifest> {
        let file = File::open(path).map_err(Error::io(path, "open"))?;
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

    /// Whether a file of that name can be judged: it is listed, or being unlisted is wrong.
    pub fn covers(&self, name: &str) -> bool {
        self.complete || self.entries.iter().any(|e| e.name == name)
    }

    /// Judges a file by its size and hash, wherever its bytes were read: from disk, or in the map that will be used.
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

    /// The manifest as text: comments first, then for each file its size as a comment and its line.
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

    /// Writes the manifest to `path` so that a half-written one is never seen there.
    pub fn save(&self, path: &Path) -> Result<()> {
        write_atomic(path, &[self.render().as_bytes()])
    }
}

impl ManifestEntry {
    /// What a file of this size is, if its size alone shows that it is wrong.
    pub fn check_size(&self, found_bytes: u64) -> Option<Verdict> {
        let expected_bytes = self.bytes?;
        match found_bytes.cmp(&expected_bytes) {
            std::cmp::Ordering::Less => Some(Verdict::Truncated { expected_bytes, found_bytes }),
            std::cmp::Ordering::Greater => Some(Verdict::Oversized { expected_bytes, found_bytes }),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// Fails where `path` holds the sums that a model was fetched with: they say what the files should be, and sums of the
/// files as they are must not take their place unasked.
pub fn check_replaceable(path: &Path) -> Result<()> {
    if path.exists() && Manifest::read(path).is_ok_and(|found| found.note("commit").is_some()) {
        return Err(Fault::new(FaultKind::FetchedChecksums, path).into());
    }
    Ok(())
}

/// The SHA-256 of bytes in memory, such as a mapped file. Uses the CPU's SHA instructions where it has them.
pub fn hash_bytes(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Reads `reader` to its end through a small buffer: its length and SHA-256. `watch` is told the size of every piece
/// that was hashed; its error ends the reading.
pub fn hash_reader(mut reader: impl Read, watch: &dyn Fn(u64) -> io::Result<()>) -> io::Result<(u64, Hash)> {
    // Larger than this the pieces fall out of the second-level cache between reading and hashing.
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

/// The name without a leading `./`, if it stays below the directory that it is joined to. Only the name is looked at:
/// in a hub cache the files are symlinks that lead out of the directory, and rightly so.
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

/// Reads `HASH  NAME` or `HASH *NAME`, or with a leading backslash the same with an escaped name.
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

/// Reads ` bytes N NAME`.
fn size_comment(comment: &str) -> Option<(u64, String)> {
    let (bytes, name) = comment.strip_prefix(" bytes ")?.split_once(' ')?;
    Some((bytes.parse().ok()?, unescape(name)?))
}

/// A file name on one line, the way `sha256sum` writes it.
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

/// A line of a file for a message: not more of it than fits one.
fn shortened(line: &str) -> String {
    line.chars().take(100).collect()
}
