//! Directories that rumma writes as a whole.
//!
//! The files are written to a temporary directory beside the destination, `.NAME.PID-RANDOM.part`. Renaming it is the last
//! act, so a reader finds the whole directory or none, whenever the process is killed. Only a killed process leaves the
//! temporary directory, which can be deleted.

use super::output::{sync_parent, temporaries, temporary_path};
use crate::error::{Error, Fault, FaultKind, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
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
    /// [`FaultKind::DirectoryNotEmpty`]; [`Error::Io`], for example if `path` is a file, or its parent does not exist.
    pub fn new(path: &Path, replace: bool) -> Result<OutputDirectory> {
        let target = match fs::canonicalize(path) {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.file_name().is_some() => path.to_path_buf(),
            Err(error) => return Err(Error::io(path, "open")(error)),
        };
        if target.exists() {
            // An error for a file.
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

    /// Renames the directory to its path.
    ///
    /// # Errors
    /// [`Error::Io`], for example if another process has written files there. The previous directory is unchanged then.
    pub fn publish(mut self) -> Result<()> {
        let publish = || {
            // Some file systems refuse to flush a directory.
            let _ = File::open(&self.temporary).and_then(|directory| directory.sync_all());
            let mut temporaries = temporaries();
            if self.replace && self.target.exists() {
                let previous = temporary_path(&self.target);
                fs::rename(&self.target, &previous)?;
                if let Err(error) = fs::rename(&self.temporary, &self.target) {
                    fs::rename(&previous, &self.target)?;
                    return Err(error);
                }
                // The new directory is in place. What is left of the previous one has the name of a temporary one.
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
