//! File operations that several modules share: atomic writes, checks before a file is opened or written, hex digits.

use crate::error::{Error, Fault, FaultKind, Result};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The metadata of the regular file at `path`. Called before opening it, because opening a pipe blocks until it has a
/// writer.
///
/// # Errors
/// [`FaultKind::NotRegularFile`]; [`FaultKind::DanglingLink`] for a link to a missing file; [`Error::Io`].
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

/// Writes the concatenation of `parts` to `path` atomically: to a temporary file in the same directory, which is then
/// renamed. If `path` exists and is not a regular file (such as a pipe), writes to it directly.
///
/// # Errors
/// [`Error::Io`]; then `path` is unchanged and the temporary file is removed.
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
        // Report the first error, not one from the cleanup.
        let _ = fs::remove_file(&part);
    }
    written
}

/// Fails if [`write_atomic`] to `path` would fail, for example because the directory does not exist or is not writable.
/// Called before a long computation whose result will be saved there.
///
/// # Errors
/// [`Error::Io`].
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

/// The path of the temporary file.
fn part_path(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

/// `bytes` as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Parses exactly `2 N` hex digits, such as a SHA-256; `None` for anything else.
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
