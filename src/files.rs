//! File operations that several modules share: opening and identifying files, hex digits. `output.rs` writes them, and
//! `directory.rs` directories.

pub mod directory;
pub mod output;

use crate::error::{Error, Fault, FaultKind, Result};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// The metadata of `path`; `None` if it does not exist. An error that hides whether it exists is an error.
///
/// # Errors
/// [`FaultKind::DanglingLink`] for a link to a missing file; [`Error::Io`], for example for a directory without permission.
pub fn stat(path: &Path) -> Result<Option<fs::Metadata>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
            Err(Fault::new(FaultKind::DanglingLink, path).into())
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Error::io(path, "open")(error)),
    }
}

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

/// Opens a regular file for reading. Never waits for the writer of a pipe, as [`File::open`] does.
///
/// # Errors
/// Those of [`regular_file`].
pub fn open_regular(path: &Path) -> Result<File> {
    regular_file(path)?;
    open_regular_with(OpenOptions::new().read(true), path)
}

/// Opens `path` with `options`, which read. The path may have changed since it was checked, so the opened file is
/// checked as well.
pub(crate) fn open_regular_with(options: &mut OpenOptions, path: &Path) -> Result<File> {
    // Opening a pipe waits for its other end without this flag. It has no effect on regular files.
    let file = options.custom_flags(libc::O_NONBLOCK).open(path).map_err(Error::io(path, "open"))?;
    let found = file.metadata().map_err(Error::io(path, "open"))?;
    if found.is_file() { Ok(file) } else { Err(Fault::new(FaultKind::NotRegularFile, path).into()) }
}

/// Opens a file of text that the user gave: a regular file, or a descriptor of this process by its path, such as
/// `/dev/stdin` or the `/dev/fd/63` of a shell's `<(command)`. Only a descriptor may be a pipe or a terminal.
///
/// # Errors
/// Those of [`regular_file`].
pub fn open_text(path: &Path) -> Result<File> {
    let is_descriptor = ["/dev/stdin", "/dev/fd", "/proc/self/fd"].iter().any(|place| path.starts_with(place));
    if is_descriptor {
        File::open(path).map_err(Error::io(path, "open"))
    } else if path.is_dir() {
        Err(Error::io(path, "read")(io::ErrorKind::IsADirectory.into()))
    } else {
        open_regular(path)
    }
}

/// Identifies a file whatever its name: the numbers of its device and of its inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The identity of the file with this metadata.
    pub fn of(metadata: &fs::Metadata) -> FileId {
        FileId { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// The size of an open file and the time of its last change, to find out later whether it was changed in place. That
/// the file is renamed, deleted or replaced by another one does not change what is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    id: FileId,
    /// Size of the file.
    pub bytes: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
}

impl FileStamp {
    /// The stamp of `file` now.
    ///
    /// # Errors
    /// The error of the operating system.
    pub fn of(file: &File) -> io::Result<FileStamp> {
        let found = file.metadata()?;
        Ok(FileStamp { id: FileId::of(&found), bytes: found.len(), modified: (found.mtime(), found.mtime_nsec()) })
    }

    /// Whether `path` still leads to the stamped file: it was not deleted or replaced by another file.
    pub fn is_at(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|found| FileId::of(&found) == self.id)
    }

    /// Fails if `file`, which is `path`, was changed since this stamp was taken.
    ///
    /// # Errors
    /// [`FaultKind::ChangedInUse`]; [`Error::Io`].
    pub fn check(&self, file: &File, path: &Path) -> Result<()> {
        let now = FileStamp::of(file).map_err(Error::io(path, "read"))?;
        let changed = Fault::new(FaultKind::ChangedInUse, path);
        if now.bytes != self.bytes {
            let expected = format!("{} bytes", self.bytes);
            return Err(changed.found(format!("{} bytes", now.bytes)).expected(expected).into());
        }
        if now.modified != self.modified {
            return Err(changed.found("another time of modification").into());
        }
        Ok(())
    }
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
