//! Directories that rumma writes as a whole.
//!
//! The files are written to a temporary directory beside the destination, `.NAME.PID-RANDOM.part`. Renaming it is the last
//! act, so a reader finds the whole directory or none, whenever the process is killed. A directory that is replaced and the
//! new one change places at once (on Linux, where the file system can). Only a killed process leaves the temporary
//! directory, which can be deleted.

use super::output::{sync_parent, temporaries, temporary_path};
use crate::error::{Error, Fault, FaultKind, Result, memory_size};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A directory that is being written. Unless it is published, it is removed when the value is dropped.
#[derive(Debug)]
pub struct OutputDirectory {
    /// The path, as given.
    path: PathBuf,
    /// The path to rename to, without links.
    target: PathBuf,
    /// Where the files are written; empty when it is published.
    temporary: PathBuf,
    replace: bool,
}

impl OutputDirectory {
    /// Makes a temporary directory beside `path`. With `replace`, `path` may be a directory with files, which
    /// [`publish`](Self::publish) removes.
    ///
    /// # Errors
    /// [`FaultKind::NotADirectory`]; [`FaultKind::DanglingOutput`]; [`FaultKind::DirectoryNotEmpty`]; [`Error::Io`], for
    /// example if the parent of `path` does not exist.
    pub fn new(path: &Path, replace: bool) -> Result<OutputDirectory> {
        let target = match fs::canonicalize(path) {
            Ok(target) if !target.is_dir() => return Err(Fault::new(FaultKind::NotADirectory, path).into()),
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
                return Err(Fault::new(FaultKind::DanglingOutput, path).into());
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.file_name().is_some() => path.to_path_buf(),
            Err(error) => return Err(Error::io(path, "open")(error)),
        };
        if target.exists() {
            let is_empty = fs::read_dir(&target).map_err(Error::io(path, "list"))?.next().is_none();
            if !is_empty && !replace {
                return Err(Fault::new(FaultKind::DirectoryNotEmpty, path).into());
            }
        }
        let mut temporaries = temporaries();
        let temporary = temporary_path(&target);
        fs::create_dir(&temporary).map_err(Error::io(path, "create"))?;
        temporaries.push(temporary.clone());
        Ok(OutputDirectory { path: path.to_path_buf(), target, temporary, replace })
    }

    /// Where the files are written.
    pub fn temporary(&self) -> &Path {
        &self.temporary
    }

    /// Checks that the disk has space for `bytes` more bytes.
    ///
    /// # Errors
    /// [`FaultKind::NotEnoughSpace`]. A disk that does not tell has enough.
    pub fn check_space(&self, bytes: u64) -> Result<()> {
        let Ok(disk) = nix::sys::statvfs::statvfs(&self.temporary) else { return Ok(()) };
        // Root may use the reserve as well.
        let is_root = fs::metadata(&self.temporary).is_ok_and(|found| found.uid() == 0);
        let blocks = if is_root { disk.blocks_free() } else { disk.blocks_available() };
        // Their types differ between systems.
        #[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
        let free = (blocks as u64).saturating_mul(disk.fragment_size() as u64);
        if bytes <= free {
            return Ok(());
        }
        let fault = Fault::new(FaultKind::NotEnoughSpace, &self.path).found(memory_size(free));
        Err(fault.expected(memory_size(bytes)).into())
    }

    /// Creates a file in the directory.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn create(&self, name: &str) -> Result<File> {
        // No file is created while the process removes the directory.
        let _temporaries = temporaries();
        let path = self.temporary.join(name);
        OpenOptions::new().write(true).create_new(true).open(&path).map_err(Error::io(&self.path.join(name), "create"))
    }

    /// Creates a file with this content, and flushes it to the disk.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, name: &str, content: &[u8]) -> Result<()> {
        let mut file = self.create(name)?;
        file.write_all(content).and_then(|()| file.sync_all()).map_err(Error::io(&self.path.join(name), "write"))
    }

    /// Renames a file of the directory.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn rename(&self, from: &str, to: &str) -> Result<()> {
        fs::rename(self.temporary.join(from), self.temporary.join(to)).map_err(Error::io(&self.path.join(to), "write"))
    }

    /// Renames the directory to its path. From what is replaced, the file `last` is removed first.
    ///
    /// # Errors
    /// [`Error::Io`], for example if another process has written files there. The previous directory is unchanged then.
    pub fn publish(mut self, last: &str) -> Result<()> {
        let publish = || {
            // Some file systems refuse to flush a directory.
            let _ = File::open(&self.temporary).and_then(|directory| directory.sync_all());
            let mut temporaries = temporaries();
            if self.replace && self.target.exists() {
                let previous = replace(&self.temporary, &self.target)?;
                // The new directory is in place. What is left of the previous one has the name of a temporary one.
                let _ = fs::remove_file(previous.join(last));
                let _ = fs::remove_dir_all(&previous);
            } else {
                fs::rename(&self.temporary, &self.target)?;
            }
            temporaries.retain(|temporary| *temporary != self.temporary);
            Ok(())
        };
        publish().map_err(Error::io(&self.path, "write"))?;
        self.temporary = PathBuf::new();
        sync_parent(&self.target);
        Ok(())
    }
}

/// Puts the directory `new` in the place of `target`. Returns the path that the previous one has now.
fn replace(new: &Path, target: &Path) -> io::Result<PathBuf> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
        if renameat2(AT_FDCWD, new, AT_FDCWD, target, RenameFlags::RENAME_EXCHANGE).is_ok() {
            return Ok(new.to_path_buf());
        }
    }
    // Between the two, nothing has the name of `target`.
    let previous = temporary_path(target);
    fs::rename(target, &previous)?;
    if let Err(error) = fs::rename(new, target) {
        fs::rename(&previous, target)?;
        return Err(error);
    }
    Ok(previous)
}

impl Drop for OutputDirectory {
    fn drop(&mut self) {
        if !self.temporary.as_os_str().is_empty() {
            let mut temporaries = temporaries();
            // The first error is reported, not one of the cleanup.
            let _ = fs::remove_dir_all(&self.temporary);
            temporaries.retain(|temporary| *temporary != self.temporary);
        }
    }
}
