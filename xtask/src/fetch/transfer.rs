//! Downloads one file: into `NAME.part`, which is verified, synced and renamed when complete. Interrupted downloads
//! resume.
//!
//! `NAME.part.etag` holds the ETag of the partial content, which is resumed only if the ETag has not changed.

use super::destination::{FileDigest, make_parent, remove, sync_parent, with_suffix, write_new};
use super::http::{Http, Reply, body_failure};
use super::hub::RemoteFile;
use super::policy::Policy;
use super::retry::{Failure, Retries, refusal};
use crate::error::{Error, Result};
use rumma::error::{Fault, FaultKind};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Number of complete downloads with wrong content after which the file is refused.
const WHOLE_TRIES: u32 = 2;

/// What all transfers of a fetch share.
pub struct TransferContext<'a> {
    pub http: &'a Http,
    pub policy: &'a Policy,
    /// Called with the change of the number of bytes on disk; negative when a partial file is discarded.
    pub moved: &'a (dyn Fn(i64) + Sync),
    /// Called with the reason and the next attempt before a request is repeated, one line.
    pub notify: &'a (dyn Fn(&str) + Sync),
    /// Returns true when the transfer must end.
    pub stopped: &'a (dyn Fn() -> bool + Sync),
}

/// Downloads `file` from `url` to `target`. Replaces `target` only after the content was verified.
pub fn fetch(context: &TransferContext, url: &str, file: &RemoteFile, target: &Path) -> Result<FileDigest> {
    make_parent(target)?;
    let mut part = PartFile::open(target)?;
    (context.moved)(part.len as i64);
    let mut retries = Retries::new(context.policy, &file.name, context.notify, context.stopped);
    let (mut furthest, mut wrong) = (part.len, 0);
    // A server that sends a few bytes per request makes no progress.
    let progress = (file.bytes / 64).clamp(1, 1 << 20);
    loop {
        if part.len == file.bytes {
            let digest = read(&part.path, file, context)?;
            match digest.check(file) {
                Ok(()) => {
                    part.finish(target)?;
                    return Ok(digest);
                }
                Err(refused) => {
                    wrong += 1;
                    part.restart(context)?;
                    if wrong == WHOLE_TRIES {
                        part.discard()?;
                        return Err(refused);
                    }
                    (context.notify)(&format!("{}: the content is wrong; downloading it again", file.name));
                }
            }
        }
        let began = Instant::now();
        let failure = match receive(context, url, file, &mut part) {
            Ok(()) => continue,
            Err(_) if (context.stopped)() => return Err(Error::Interrupted),
            Err(failure) => failure,
        };
        if part.len >= furthest.saturating_add(progress) {
            furthest = part.len;
            retries.reset();
        }
        retries.pause(failure, began)?;
    }
}

/// Reads and hashes a file on disk.
pub fn read(path: &Path, file: &RemoteFile, context: &TransferContext) -> Result<FileDigest> {
    let watch = |_| if (context.stopped)() { Err(io::Error::other("stopped")) } else { Ok(()) };
    FileDigest::read(path, file, &watch).map_err(|e| match (context.stopped)() {
        true => Error::Interrupted,
        false => Error::disk(path, "read")(e),
    })
}

/// Sends one request and appends the response to the partial file. Returns `Ok` when the partial file has the listed
/// size.
fn receive(
    context: &TransferContext,
    url: &str,
    file: &RemoteFile,
    part: &mut PartFile,
) -> std::result::Result<(), Failure> {
    if part.len > file.bytes {
        part.restart(context)?;
    }
    let have = part.len;
    let range = format!("bytes={have}-");
    let mut reply = match &part.etag {
        Some(etag) if have > 0 => context.http.get(url, &[("range", &range), ("if-range", etag)])?,
        _ => context.http.get(url, &[])?,
    };
    let left = match reply.status {
        200 => file.bytes,
        206 if have > 0 && strong_etag(&reply) == part.etag && continues(&reply, have, file.bytes) => file.bytes - have,
        206 | 416 if have > 0 => {
            part.restart(context)?;
            let why = format!("status {} from {} does not match the partial file", reply.status, reply.url);
            return Err(Failure::retry(why));
        }
        status => {
            let retry_after = reply.header("retry-after");
            let longest_wait = context.policy.longest_wait;
            return Err(refusal(status, retry_after, longest_wait, reply.from_hub, &reply.url, &file.name));
        }
    };
    // A response that cannot be the file, such as a login page, must not discard the partial file.
    let unfit = |why: String| {
        let why = format!("{}: {why}; use another endpoint", file.name);
        Err(Failure::Fatal(Error::Hub { url: reply.url.clone(), why }))
    };
    if reply.media_type().eq_ignore_ascii_case("text/html") && !file.name.ends_with(".html") {
        return unfit("the response is a web page, not the file".into());
    }
    let announced = reply.header("content-length").and_then(|v| v.parse::<u64>().ok());
    if let Some(announced) = announced.filter(|announced| *announced != left) {
        return unfit(format!("the response has {announced} bytes, but {left} are left according to the file list"));
    }
    let complete = !reply.has_no_length();
    if reply.status == 200 {
        part.restart(context)?;
        part.remember(strong_etag(&reply))?;
    }
    let mut buffer = vec![0u8; 128 << 10];
    while part.len < file.bytes {
        if (context.stopped)() {
            return Err(Error::Interrupted.into());
        }
        let room = buffer.len().min((file.bytes - part.len).try_into().unwrap_or(usize::MAX));
        match reply.body.read(&mut buffer[..room]) {
            // The end of a chunked body: it is shorter than the file.
            Ok(0) if complete => return unfit(format!("the response ends after {} of {} bytes", part.len, file.bytes)),
            Ok(0) => {
                let why = format!("the connection ended after {} of {} bytes", part.len, file.bytes);
                return Err(Failure::retry(why));
            }
            Ok(n) => part.append(&buffer[..n], context)?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => {
                let what = format!("the connection failed after {} of {} bytes", part.len, file.bytes);
                return Err(body_failure(&reply.url, &what, &e));
            }
        }
    }
    Ok(())
}

/// The ETag of the response, unless it is weak (equal weak tags do not imply equal bytes).
fn strong_etag(reply: &Reply) -> Option<String> {
    reply.header("etag").filter(|tag| !tag.starts_with("W/")).map(str::to_string)
}

/// Whether a partial response starts at the end of the partial file and ends at the end of the file.
fn continues(reply: &Reply, have: u64, bytes: u64) -> bool {
    let parse = |range: &str| -> Option<(u64, u64, Option<u64>)> {
        let (range, total) = range.strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let total = if total == "*" { None } else { Some(total.parse().ok()?) };
        Some((first.parse().ok()?, last.parse().ok()?, total))
    };
    let Some((first, last, total)) = reply.header("content-range").and_then(parse) else {
        return false;
    };
    first == have && last.checked_add(1) == Some(bytes) && total.is_none_or(|total| total == bytes)
}

/// A partial file, locked against other processes while it is open.
struct PartFile {
    path: PathBuf,
    file: File,
    len: u64,
    /// The ETag of the content; `None` if it cannot be resumed.
    etag: Option<String>,
}

impl PartFile {
    fn open(target: &Path) -> Result<PartFile> {
        let path = with_suffix(target, ".part");
        loop {
            if fs::symlink_metadata(&path).is_ok_and(|meta| !meta.is_file()) {
                return Err(Error::Rumma(Fault::new(FaultKind::NotRegularFile, &path).into()));
            }
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let mut file = file.map_err(Error::disk(&path, "open"))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(Error::Busy { path }),
                // The file system has no locks: parallel fetches are not detected.
                Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(e)) => return Err(Error::disk(&path, "lock")(e)),
            }
            let meta = file.metadata().map_err(Error::disk(&path, "read"))?;
            // The process that held the lock may have finished and renamed this file since it was opened. Then open
            // again.
            if fs::metadata(&path).is_ok_and(|now| (now.dev(), now.ino()) == (meta.dev(), meta.ino())) {
                file.seek(SeekFrom::End(0)).map_err(Error::disk(&path, "read"))?;
                let etag = fs::read_to_string(with_suffix(&path, ".etag")).ok().filter(|tag| !tag.is_empty());
                return Ok(PartFile { path, file, len: meta.len(), etag });
            }
        }
    }

    fn append(&mut self, bytes: &[u8], context: &TransferContext) -> Result<()> {
        self.file.write_all(bytes).map_err(Error::disk(&self.path, "write"))?;
        self.len += bytes.len() as u64;
        (context.moved)(bytes.len() as i64);
        Ok(())
    }

    /// Truncates the file.
    fn restart(&mut self, context: &TransferContext) -> Result<()> {
        (context.moved)(-(self.len as i64));
        self.len = 0;
        self.remember(None)?;
        let empty = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        empty.map(|_| ()).map_err(Error::disk(&self.path, "truncate"))
    }

    /// Records the ETag of the content; must be called before the content is written.
    fn remember(&mut self, etag: Option<String>) -> Result<()> {
        let note = with_suffix(&self.path, ".etag");
        let done = match &etag {
            Some(etag) => write_new(&note, etag),
            None => remove(&note),
        };
        self.etag = etag;
        done.map_err(Error::disk(&note, "write"))
    }

    /// Syncs the file and renames it to `target`.
    fn finish(mut self, target: &Path) -> Result<()> {
        self.file.sync_all().map_err(Error::disk(&self.path, "write"))?;
        self.remember(None)?;
        fs::rename(&self.path, target).map_err(Error::disk(target, "rename"))?;
        sync_parent(target)
    }

    /// Removes the file.
    fn discard(mut self) -> Result<()> {
        self.remember(None)?;
        fs::remove_file(&self.path).map_err(Error::disk(&self.path, "remove"))
    }
}
