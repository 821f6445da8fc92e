//! File operations and text forms of bytes that several modules share: atomic writing, checks before a file is opened
//! or written, hex digits.

use crate::error::{Error, Fault, FaultKind, Result};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What is known of the file at `path` before it is opened: opening a pipe would wait for a writer.
///
/// # Errors
/// [`FaultKind::NotRegularFile`]; [`FaultKind::DanglingLink`]; [`Error::Io`].
pub fn regular_file(path: &Path) -> Result<fs::Metadata> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(found),
        Ok(_) => Err(Fault::new(FaultKind::NotRegularFile, path).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
            Err(Fault::new(FaultKind::DanglingLink, path).into())
        }
        Err(error) => Err(Error::io(path, "open")(error)),
    }
}

/// Writes `parts` one after the other, so that a half-written file is never seen at `path`: beside it first, then
/// renamed. What is no regular file, such as a pipe, is written as it is.
///
/// # Errors
/// [`Error::Io`]; what was at `path` before is still there, and nothing beside it.
pub fn write_atomic(path: &Path, parts: &[&[u8]]) -> Result<()> {
    let write = |to: &Path| {
        let mut file = File::create(to).map_err(Error::io(path, "create"))?;
        parts.iter().try_for_each(|bytes| file.write_all(bytes)).map_err(Error::io(path, "write"))?;
        Ok(file)
    };
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return write(path).map(drop);
    }
    let part = part_path(path);
    let written = write(&part)
        .and_then(|file| file.sync_all().and_then(|()| fs::rename(&part, path)).map_err(Error::io(path, "write")));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    written
}

/// Fails at once where [`write_atomic`] would fail after all the work: no such directory, no right to write there.
pub fn check_writable(path: &Path) -> Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(Error::io(path, "write")(io::ErrorKind::IsADirectory.into())),
        Ok(found) if !found.is_file() => Ok(()),
        _ => {
            let part = part_path(path);
            File::create(&part).and_then(|_| fs::remove_file(&part)).map_err(Error::io(path, "create"))
        }
    }
}

/// Where a file lies until it is whole.
fn part_path(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The `N` bytes that `2 N` hex digits spell, such as a SHA-256.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(bytes)
}
