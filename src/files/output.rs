//! Files that rumma writes: states, reports and lists of checksums.
//!
//! A file is written under a temporary name in the directory of its destination, flushed to the disk and renamed. A
//! reader finds the old file or the new one, never a part, however many processes write it and whenever they are
//! killed. The temporary name is `.NAME.PID-RANDOM.part`; only a killed process leaves such a file, which can be deleted.
//!
//! An existing file is replaced only if it is of the same kind (or empty) and the run does not use it. Its permissions
//! and, where the system lets it, its owner are kept. A symbolic link stays, and the file that it leads to is replaced.

use super::{FileId, open_regular_with};
use crate::error::{Error, Fault, FaultKind, Result};
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::mem;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A kind of file that rumma writes.
#[derive(Clone, Copy, Debug)]
pub struct OutputKind {
    /// Its name in errors, with an article.
    pub name: &'static str,
    /// Whether an existing file with these first bytes (up to [`HEAD`]) is of this kind.
    pub recognize: fn(&[u8]) -> bool,
    /// Whether only the owner may read a new file. Else the umask decides.
    pub private: bool,
}

/// Number of bytes by which an existing file is recognized.
pub const HEAD: usize = 64 << 10;

/// A file to be written at the end of a run, checked at its start.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    kind: OutputKind,
    in_use: Vec<FileId>,
}

impl Output {
    /// Checks that `path` can be written: it does not exist or may be replaced, and its directory is writable.
    ///
    /// # Errors
    /// [`FaultKind::NotRegularFile`]; [`FaultKind::DanglingOutput`]; [`FaultKind::OutputOfAnotherKind`]; [`Error::Io`],
    /// for example for a directory that does not exist.
    pub fn new(path: &Path, kind: OutputKind) -> Result<Output> {
        let output = Output { path: path.to_path_buf(), kind, in_use: Vec::new() };
        let (target, _) = output.target()?;
        Temporary::create(&target, 0o600).map_err(Error::io(path, "create"))?;
        Ok(output)
    }

    /// Adds files that the run uses, which must not be replaced. Those that do not exist are ignored.
    ///
    /// # Errors
    /// [`FaultKind::OutputInUse`] if one of them is the file to be written, by whatever name.
    pub fn keep<P: AsRef<Path>>(&mut self, used: impl IntoIterator<Item = P>) -> Result<()> {
        let ids = used.into_iter().filter_map(|path| fs::metadata(path).ok()).map(|found| FileId::of(&found));
        self.in_use.extend(ids);
        self.target().map(drop)
    }

    /// The path, as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the concatenation of `parts`.
    ///
    /// # Errors
    /// Those of [`Output::new`] and [`Output::keep`], because the destination may have changed. The previous file is
    /// unchanged then.
    pub fn write(&self, parts: &[&[u8]]) -> Result<()> {
        self.write_with(|file| parts.iter().try_for_each(|bytes| file.write_all(bytes)))
    }

    /// Writes what `content` writes.
    ///
    /// # Errors
    /// Those of [`Output::write`].
    pub fn write_with(&self, content: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
        let (target, replaced) = self.target()?;
        let mode = if self.kind.private || replaced.is_some() { 0o600 } else { 0o666 };
        let mut temporary = Temporary::create(&target, mode).map_err(Error::io(&self.path, "create"))?;
        let write = || {
            content(&mut temporary.file)?;
            if let Some(replaced) = replaced {
                // Only root can give a file away.
                let _ = fchown(&temporary.file, Some(replaced.uid()), Some(replaced.gid()));
                temporary.file.set_permissions(replaced.permissions())?;
            }
            temporary.file.sync_all()?;
            temporary.rename(&target)
        };
        write().map_err(Error::io(&self.path, "write"))
    }

    /// The path to rename to, without links, and the metadata of the file that is there.
    fn target(&self) -> Result<(PathBuf, Option<Metadata>)> {
        let path = &self.path;
        let names_directory =
            path.file_name().is_none_or(|name| !path.as_os_str().as_bytes().ends_with(name.as_bytes()));
        match fs::metadata(path) {
            Ok(found) if found.is_file() => {}
            Ok(found) if !found.is_dir() => return Err(Fault::new(FaultKind::NotRegularFile, path).into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !names_directory => {
                return match path.is_symlink() {
                    true => Err(Fault::new(FaultKind::DanglingOutput, path).into()),
                    false => Ok((path.clone(), None)),
                };
            }
            Err(error) if !names_directory => return Err(Error::io(path, "open")(error)),
            _ => return Err(Error::io(path, "write")(io::ErrorKind::IsADirectory.into())),
        }
        let target = fs::canonicalize(path).map_err(Error::io(path, "open"))?;
        // A file that its user may not write is not replaced either.
        let file = open_regular_with(OpenOptions::new().read(true).write(true), path)?;
        let found = file.metadata().map_err(Error::io(path, "open"))?;
        if self.in_use.contains(&FileId::of(&found)) {
            return Err(Fault::new(FaultKind::OutputInUse, path).into());
        }
        let mut head = Vec::new();
        file.take(HEAD as u64).read_to_end(&mut head).map_err(Error::io(path, "read"))?;
        if !head.is_empty() && !(self.kind.recognize)(&head) {
            return Err(Fault::new(FaultKind::OutputOfAnotherKind, path).expected(self.kind.name).into());
        }
        Ok((target, Some(found)))
    }
}

/// The temporary files and directories that exist. Locked while one is created, renamed or removed.
static TEMPORARIES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

pub(super) fn temporaries() -> MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary files and directories, and blocks every later write for ever: called just before the process exits while
/// another thread may be writing.
pub fn abandon() {
    let temporaries = temporaries();
    for path in temporaries.iter() {
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    mem::forget(temporaries);
}

/// A temporary file, which is removed when the value is dropped.
struct Temporary {
    /// Empty after [`Temporary::rename`].
    path: PathBuf,
    file: File,
}

impl Temporary {
    /// Creates a file beside `target` that did not exist before, with permissions `mode` minus the umask.
    fn create(target: &Path, mode: u32) -> io::Result<Temporary> {
        const ATTEMPTS: usize = 100;
        let mut temporaries = temporaries();
        for _ in 0..ATTEMPTS {
            let path = temporary_path(target);
            // With O_EXCL (`create_new`), an existing file or link is an error.
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(mode).custom_flags(libc::O_NOFOLLOW);
            match options.open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => {
                    temporaries.push(path.clone());
                    return Ok(Temporary { path, file });
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Renames the file to `target` and flushes the directory, so that the new name survives a loss of power.
    fn rename(&mut self, target: &Path) -> io::Result<()> {
        let mut temporaries = temporaries();
        fs::rename(&self.path, target)?;
        let path = mem::take(&mut self.path);
        temporaries.retain(|temporary| *temporary != path);
        sync_parent(target);
        Ok(())
    }
}

/// Flushes the directory that holds `target`, which is in place. A directory that cannot be read cannot be flushed, and
/// some file systems refuse to.
pub(super) fn sync_parent(target: &Path) {
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = File::open(parent).and_then(|directory| directory.sync_all());
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            let mut temporaries = temporaries();
            // The first error is reported, not one of the cleanup.
            let _ = fs::remove_file(&self.path);
            temporaries.retain(|temporary| *temporary != self.path);
        }
    }
}

/// `.NAME.PID-RANDOM.part` beside `target`. A long NAME is cut, because file systems limit names to 255 bytes.
pub(super) fn temporary_path(target: &Path) -> PathBuf {
    const LONGEST: usize = 200;
    let name = target.file_name().unwrap_or_default().as_bytes();
    let random = RandomState::new().hash_one(name);
    let mut temporary = b".".to_vec();
    temporary.extend(&name[..name.len().min(LONGEST)]);
    temporary.extend(format!(".{}-{random:016x}.part", process::id()).bytes());
    target.with_file_name(OsString::from_vec(temporary))
}
