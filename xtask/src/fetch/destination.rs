//! The paths of fetched files: in the layout of the hub cache, or in one directory.
//!
//! In a cache, `models--ORG--NAME/blobs/HASH` has the content, `snapshots/COMMIT/NAME` is a link to it, and
//! `refs/REVISION` holds the commit.

use super::hub::{Listing, RemoteFile};
use crate::error::{Error, Result};
use rumma::checkpoint::manifest::{self, ContentHash, Hash, hash_reader};
use rumma::error::{Fault, FaultKind};
use rumma::files::hex;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Where the files of one model at one commit are written.
pub enum Destination {
    Cache { root: PathBuf, commit: String },
    Dir(PathBuf),
}

impl Destination {
    /// The destination of `repo` at `commit`: the directory `to`, else the hub cache in `cache`.
    pub fn new(cache: &Path, to: Option<&Path>, repo: &str, commit: &str) -> Destination {
        match to {
            Some(dir) => Destination::Dir(dir.to_path_buf()),
            None => Destination::Cache {
                root: cache.join(format!("models--{}", repo.replace('/', "--"))),
                commit: commit.to_string(),
            },
        }
    }

    /// The directory of the model.
    pub fn dir(&self) -> PathBuf {
        match self {
            Destination::Cache { root, commit } => root.join("snapshots").join(commit),
            Destination::Dir(dir) => dir.clone(),
        }
    }

    /// The path of a file's content.
    pub fn content_path(&self, file: &RemoteFile) -> PathBuf {
        match self {
            Destination::Cache { root, .. } => root.join("blobs").join(file.hash.hex()),
            Destination::Dir(dir) => dir.join(&file.name),
        }
    }

    /// Fails if a file cannot be written: its place is a directory or another thing that is not a file, or a directory
    /// of its name is a link, which could lead out of the model's directory.
    pub fn check_places(&self, files: &[RemoteFile]) -> Result<()> {
        let dir = self.dir();
        let not_a_file = |path: &Path| Error::Rumma(Fault::new(FaultKind::NotRegularFile, path).into());
        for file in files {
            let parents = file.name.match_indices('/').map(|(at, _)| dir.join(&file.name[..at]));
            for parent in parents {
                if fs::symlink_metadata(&parent).is_ok_and(|meta| meta.is_symlink()) {
                    return Err(Error::Place { path: parent, why: "is a link, which may lead elsewhere" });
                }
            }
            for path in [dir.join(&file.name), self.content_path(file)] {
                if fs::metadata(&path).is_ok_and(|meta| !meta.is_file()) {
                    return Err(not_a_file(&path));
                }
            }
        }
        Ok(())
    }

    /// In a cache, creates the link from the file name to its content.
    pub fn publish(&self, file: &RemoteFile) -> Result<()> {
        let Destination::Cache { .. } = self else {
            return Ok(());
        };
        let path = self.dir().join(&file.name);
        let up = "../".repeat(2 + file.name.matches('/').count());
        let target = PathBuf::from(format!("{up}blobs/{}", file.hash.hex()));
        if fs::read_link(&path).is_ok_and(|found| found == target) {
            return Ok(());
        }
        make_parent(&path)?;
        // Replaced by a rename, so that the link always exists.
        let part = with_suffix(&path, ".part");
        let _ = fs::remove_file(&part);
        symlink(&target, &part).map_err(Error::disk(&part, "make a link"))?;
        fs::rename(&part, &path).map_err(Error::disk(&path, "make a link"))?;
        sync_parent(&path)
    }

    /// In a cache, records the commit of a branch or tag.
    pub fn note_revision(&self, listing: &Listing) -> Result<()> {
        match self {
            Destination::Cache { root, .. } if listing.revision != listing.commit => {
                let path = root.join("refs").join(&listing.revision);
                make_parent(&path)?;
                let part = with_suffix(&path, ".part");
                write_new(&part, &listing.commit).map_err(Error::disk(&part, "write"))?;
                fs::rename(&part, &path).map_err(Error::disk(&path, "write"))
            }
            _ => Ok(()),
        }
    }

    /// Fails if the disk has less than `bytes` bytes of free space.
    pub fn check_free_space(&self, bytes: u64) -> Result<()> {
        let dir = match self {
            Destination::Cache { root, .. } => root,
            Destination::Dir(dir) => dir,
        };
        fs::create_dir_all(dir).map_err(Error::disk(dir, "create"))?;
        let free = fs2::available_space(dir).map_err(Error::disk(dir, "ask for free space"))?;
        if free < bytes {
            return Err(Error::DiskFull { path: dir.clone(), needed: bytes, free });
        }
        Ok(())
    }
}

/// Size and hashes of a file on disk.
pub struct FileDigest {
    pub bytes: u64,
    pub sha256: Hash,
    /// The git blob id, if the listing has one.
    git: Option<[u8; 20]>,
}

impl FileDigest {
    /// Reads a file and computes the hashes that `file` is listed with. An error from `watch` ends the reading.
    pub fn read(path: &Path, file: &RemoteFile, watch: &dyn Fn(u64) -> io::Result<()>) -> io::Result<FileDigest> {
        let is_git_blob = matches!(file.hash, ContentHash::GitBlob(_));
        let digest = hash_reader(File::open(path)?, is_git_blob.then_some(file.bytes), watch)?;
        let manifest::FileDigest { bytes, sha256, git_blob: git } = digest;
        Ok(FileDigest { bytes, sha256, git })
    }

    /// Fails unless the content is the listed one and, if the file is pinned, the pinned one.
    ///
    /// # Errors
    /// [`Error::Refused`] with both hashes.
    pub fn check(&self, file: &RemoteFile) -> Result<()> {
        let refused = |known_by, expected: String, found: String| {
            Err(Error::Refused { file: file.name.clone(), known_by, expected, found })
        };
        let sha256 = |hash: &Hash| format!("sha256 {}", hex(hash));
        if self.bytes != file.bytes {
            return refused("the hub's list", format!("{} bytes", file.bytes), format!("{} bytes", self.bytes));
        }
        if let Some(pinned) = file.pinned.filter(|pinned| *pinned != self.sha256) {
            return refused("xtask/models.toml", sha256(&pinned), sha256(&self.sha256));
        }
        match (file.hash, self.git) {
            (ContentHash::Sha256(listed), _) if listed != self.sha256 => {
                refused("the hub's list", sha256(&listed), sha256(&self.sha256))
            }
            (ContentHash::GitBlob(listed), Some(git)) if listed != git => {
                refused("the hub's list", format!("git blob {}", hex(&listed)), format!("git blob {}", hex(&git)))
            }
            _ => Ok(()),
        }
    }
}

/// `path` with `suffix` appended to the file name.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Writes a small file. Whatever is at `path`, such as a link, is replaced and not followed.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    remove(path)?;
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// Removes a file, if it exists.
pub fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
}

/// Creates the parent directories of `path`.
pub fn make_parent(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), |dir| fs::create_dir_all(dir).map_err(Error::disk(dir, "create")))
}

/// Syncs the directory of `path`, so that a rename survives a power failure.
pub fn sync_parent(path: &Path) -> Result<()> {
    let Some(dir) = path.parent() else {
        return Ok(());
    };
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(Error::disk(dir, "sync"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_git_blob_id_is_the_one_that_git_computes() {
        // `printf 'hello\n' | git hash-object --stdin`
        let listed = [
            0xce, 0x01, 0x36, 0x25, 0x03, 0x0b, 0xa8, 0xdb, 0xa9, 0x06, 0xf7, 0x56, 0x96, 0x7f, 0x9e, 0x9c, 0xa3, 0x94,
            0x46, 0x4a,
        ];
        let file = RemoteFile { name: "hello".into(), bytes: 6, hash: ContentHash::GitBlob(listed), pinned: None };
        let path = std::env::temp_dir().join(format!("rumma-blob-{}", std::process::id()));
        for (content, right) in [("hello\n", true), ("Hello\n", false), ("hello", false)] {
            fs::write(&path, content).unwrap();
            assert_eq!(FileDigest::read(&path, &file, &|_| Ok(())).unwrap().check(&file).is_ok(), right, "{content:?}");
        }
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn too_little_free_space_is_an_error() {
        let destination = Destination::Dir(std::env::temp_dir());
        assert!(matches!(destination.check_free_space(u64::MAX), Err(Error::DiskFull { .. })));
        assert!(destination.check_free_space(0).is_ok());
    }
}
