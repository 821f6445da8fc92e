//! One file through a bad line: received into `NAME.part`, resumed, hashed, synced, renamed.
//!
//! `NAME.part.etag` keeps the ETag that the part's bytes came with: a part is continued only with the same one.

use super::destination::{FileDigest, make_parent, sync_parent, with_suffix};
use super::http::{Failure, Http, Reply};
use super::hub::{self, RemoteFile};
use super::policy::Policy;
use crate::error::{Error, Result};
use rumma::error::{Fault, FaultKind};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// A content that is wrong although all of it arrived is fetched anew so many times.
const WHOLE_TRIES: u32 = 3;

/// What fetching a file needs besides the file.
pub struct TransferContext<'a> {
    pub http: &'a Http,
    pub policy: &'a Policy,
    /// Told how far the file has come or fallen back, in bytes.
    pub moved: &'a (dyn Fn(i64) + Sync),
    /// Told in a line why a file waits.
    pub waits: &'a (dyn Fn(&str) + Sync),
    pub stopped: &'a (dyn Fn() -> bool + Sync),
}

/// Fetches `file` from `url` to `target`, which is replaced only by the right content.
pub fn fetch(context: &TransferContext, url: &str, file: &RemoteFile, target: &Path) -> Result<FileDigest> {
    make_parent(target)?;
    let mut part = PartFile::open(target)?;
    (context.moved)(part.len as i64);
    let (mut furthest, mut failures, mut wrong) = (part.len, 0, 0);
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
                }
            }
        }
        let (why, after) = match receive(context, url, file, &mut part) {
            Ok(()) => continue,
            Err(_) if (context.stopped)() => return Err(Error::Interrupted),
            Err(Failure::Fatal(error)) => return Err(error),
            Err(Failure::Unreachable { host, why }) => (format!("cannot reach {host}: {why}"), None),
            Err(Failure::Retry { why, after }) => (why, after),
        };
        if part.len > furthest {
            (furthest, failures) = (part.len, 0);
        }
        failures += 1;
        if failures == context.policy.tries {
            return Err(Error::Network { what: file.name.clone(), why, tries: failures });
        }
        let wait = context.policy.wait(failures, after);
        (context.waits)(&format!("{}: {why}; next try in {:.0} s", file.name, wait.as_secs_f64()));
        sleep(wait, context.stopped)?;
    }
}

/// Reads and hashes what is on disk.
pub fn read(path: &Path, file: &RemoteFile, context: &TransferContext) -> Result<FileDigest> {
    let watch = |_| if (context.stopped)() { Err(io::Error::other("stopped")) } else { Ok(()) };
    FileDigest::read(path, file, &watch).map_err(|e| match (context.stopped)() {
        true => Error::Interrupted,
        false => Error::disk(path, "read")(e),
    })
}

/// One request: appends to the part what it brings. Returns when the part is as long as the file should be.
fn receive(
    context: &TransferContext,
    url: &str,
    file: &RemoteFile,
    part: &mut PartFile,
) -> std::result::Result<(), Failure> {
    let again = |why: String| Failure::Retry { why, after: None };
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
        206 | 416 => {
            part.restart(context)?;
            return Err(again(format!("status {} from {} does not fit what is here", reply.status, reply.url)));
        }
        status => {
            let retry_after = reply.header("retry-after");
            return Err(hub::refusal(status, retry_after, reply.from_hub, &reply.url, &file.name));
        }
    };
    // An answer that cannot be the file, such as a proxy's error page, must not cost what is here.
    if let Some(coding) = reply.header("content-encoding").filter(|c| !c.eq_ignore_ascii_case("identity")) {
        return Err(again(format!("{} sends {coding}, which was not asked for", reply.url)));
    }
    let promised = reply.header("content-length").and_then(|v| v.parse::<u64>().ok());
    if let Some(promised) = promised.filter(|promised| *promised != left) {
        return Err(again(format!("{} offers {promised} bytes, expected {left}", reply.url)));
    }
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
            Ok(0) => return Err(again(format!("the connection ended after {} of {} bytes", part.len, file.bytes))),
            Ok(n) => part.append(&buffer[..n], context)?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => {
                return Err(again(format!("the connection broke after {} of {} bytes: {e}", part.len, file.bytes)));
            }
        }
    }
    Ok(())
}

/// The reply's ETag, unless it is weak: then equal tags would not mean equal bytes.
fn strong_etag(reply: &Reply) -> Option<String> {
    reply.header("etag").filter(|tag| !tag.starts_with("W/")).map(str::to_string)
}

/// Whether a partial answer begins where the part ends and ends where the file should.
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

/// Sleeps in small pieces.
///
/// # Errors
/// [`Error::Interrupted`] as soon as `stopped` says so.
fn sleep(time: Duration, stopped: &dyn Fn() -> bool) -> Result<()> {
    let end = Instant::now() + time;
    loop {
        if stopped() {
            return Err(Error::Interrupted);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(Duration::from_millis(50)));
    }
}

/// What has been received of a file, locked while this process works on it.
struct PartFile {
    path: PathBuf,
    file: File,
    len: u64,
    /// What the bytes came with, where they can be continued.
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
                // A file system without locks: then nobody watches but the user.
                Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(e)) => return Err(Error::disk(&path, "lock")(e)),
            }
            let meta = file.metadata().map_err(Error::disk(&path, "read"))?;
            // Whoever held the lock may have renamed the file since it was opened: that one is finished, not ours.
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

    /// Forgets what is there.
    fn restart(&mut self, context: &TransferContext) -> Result<()> {
        (context.moved)(-(self.len as i64));
        self.len = 0;
        self.remember(None)?;
        let empty = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        empty.map(|_| ()).map_err(Error::disk(&self.path, "truncate"))
    }

    /// Notes what the bytes to come belong to, before the first of them is written.
    fn remember(&mut self, etag: Option<String>) -> Result<()> {
        let note = with_suffix(&self.path, ".etag");
        let done = match &etag {
            Some(etag) => fs::write(&note, etag),
            None => {
                fs::remove_file(&note).or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
            }
        };
        self.etag = etag;
        done.map_err(Error::disk(&note, "write"))
    }

    /// Puts the file in its place.
    fn finish(mut self, target: &Path) -> Result<()> {
        self.file.sync_all().map_err(Error::disk(&self.path, "write"))?;
        self.remember(None)?;
        fs::rename(&self.path, target).map_err(Error::disk(target, "rename"))?;
        sync_parent(target)
    }

    /// Leaves nothing behind.
    fn discard(mut self) -> Result<()> {
        self.remember(None)?;
        fs::remove_file(&self.path).map_err(Error::disk(&self.path, "remove"))
    }
}
