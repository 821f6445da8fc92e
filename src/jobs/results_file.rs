//! The file of results. A run appends whole lines; a run that goes on reads them, discards a partial last line and skips
//! the jobs that have a result.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Fault, FaultKind, Result};
use crate::files::output::{HEAD, Output, OutputKind};
use crate::files::{FileId, from_hex, open_regular_with};
use crate::openai::{ErrorReport, Fingerprint};

/// Files of results.
pub const RESULTS: OutputKind = OutputKind { name: "results of jobs", recognize: is_results, private: false };

/// How often written lines are flushed to the disk.
const SYNC_INTERVAL: Duration = Duration::from_secs(5);
/// The most bytes of a result.
const LONGEST_RESULT: u64 = 1 << 30;

/// What a run that goes on reads of a result.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "id")]
    _id: Value,
    request_id: String,
    system_fingerprint: String,
    error: Option<HeadError>,
}

#[derive(Deserialize)]
struct HeadError {
    r#type: String,
    message: String,
}

/// The results that a file holds.
#[derive(Debug, Default)]
pub struct Kept {
    results: HashMap<[u8; 16], KeptResult>,
    /// The errors, each with its place in the file.
    errors: Vec<([u8; 16], Range<u64>)>,
    /// The places of errors of the machine.
    retried: Vec<Range<u64>>,
}

/// The results of one request id. Several lines have the same one if they are equal.
#[derive(Debug, Default)]
struct KeptResult {
    /// Results in the file.
    found: usize,
    /// Lines of the input.
    wanted: usize,
    /// The message of an error.
    error: Option<String>,
}

impl Kept {
    /// Whether there is no result.
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }

    /// Notes that the input has a line with this request id.
    pub fn want(&mut self, request_id: &str) {
        if let Some(result) = from_hex(request_id).and_then(|id| self.results.get_mut(&id)) {
            result.wanted += 1;
        }
    }

    /// The number of answers that belong to no line of the input, after [`Kept::want`] was called for each.
    pub fn unwanted(&self) -> usize {
        let answers = self.results.values().filter(|result| result.error.is_none());
        answers.map(|result| result.found.saturating_sub(result.wanted)).sum()
    }

    /// Removes the result of a line, if there is one. Returns the message of an error.
    pub fn take(&mut self, request_id: &str) -> Option<Option<String>> {
        let result = self.results.get_mut(&from_hex(request_id)?)?;
        result.found = result.found.checked_sub(1)?;
        Some(result.error.clone())
    }

    /// The places of what does not stay, in order: errors of the machine and, if `input_is_known`, errors of lines that
    /// the input does not have.
    fn dropped(&mut self, input_is_known: bool) -> Vec<Range<u64>> {
        let mut dropped = std::mem::take(&mut self.retried);
        for (id, place) in self.errors.iter().filter(|_| input_is_known) {
            let Some(result) = self.results.get_mut(id) else { continue };
            if result.found > result.wanted {
                result.found -= 1;
                dropped.push(place.clone());
            }
        }
        dropped.sort_by_key(|place| place.start);
        dropped
    }
}

/// An open file of results, which no other process writes.
#[derive(Debug)]
pub struct ResultsFile {
    path: PathBuf,
    file: File,
    /// Bytes of the whole lines.
    len: u64,
    synced: Instant,
    /// Whether the file is new and nothing is to stay of it.
    is_unused: bool,
}

impl ResultsFile {
    /// Opens a file, or creates it. Its content is not changed before [`ResultsFile::start`]. `replace`: what it holds
    /// will be removed, whatever it is.
    ///
    /// # Errors
    /// [`FaultKind::NotRegularFile`]; [`FaultKind::DanglingOutput`]; [`FaultKind::OutputOfAnotherKind`];
    /// [`FaultKind::LockedOutput`]; [`Error::Io`].
    pub fn open(path: &Path, replace: bool) -> Result<ResultsFile> {
        let is_new = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(Error::io(path, "write")(io::ErrorKind::IsADirectory.into())),
            Ok(found) if !found.is_file() => return Err(Fault::new(FaultKind::NotRegularFile, path).into()),
            Ok(_) => false,
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
                return Err(Fault::new(FaultKind::DanglingOutput, path).into());
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(Error::io(path, "open")(error)),
        };
        let file = open_to_append(path)?;
        let mut results = ResultsFile { path: path.into(), file, len: 0, synced: Instant::now(), is_unused: false };
        results.lock()?;
        // Not before the lock: a file of another process stays.
        results.is_unused = is_new;
        if !replace {
            let mut head = Vec::new();
            (&results.file).take(HEAD as u64).read_to_end(&mut head).map_err(Error::io(path, "read"))?;
            if !head.is_empty() && !is_results(&head) {
                return Err(Fault::new(FaultKind::OutputOfAnotherKind, path).expected(RESULTS.name).into());
            }
        }
        Ok(results)
    }

    /// Locks the file until it is closed.
    fn lock(&self) -> Result<()> {
        match self.file.try_lock() {
            Err(TryLockError::WouldBlock) => Err(Fault::new(FaultKind::LockedOutput, &self.path).into()),
            // Some file systems have no locks.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
        }
    }

    /// The path, as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// # Errors
    /// [`FaultKind::OutputInUse`] if one of `used` is this file, by whatever name.
    pub fn check_not_in<P: AsRef<Path>>(&self, used: impl IntoIterator<Item = P>) -> Result<()> {
        let own = FileId::of(&self.file.metadata().map_err(Error::io(&self.path, "open"))?);
        let mut ids = used.into_iter().filter_map(|path| fs::metadata(path).ok()).map(|found| FileId::of(&found));
        match ids.any(|id| id == own) {
            true => Err(Fault::new(FaultKind::OutputInUse, &self.path).into()),
            false => Ok(()),
        }
    }

    /// Reads all whole lines.
    ///
    /// # Errors
    /// [`FaultKind::OtherResults`] for results of a run with another fingerprint; [`FaultKind::InvalidResults`] for a
    /// line that is no result; [`Error::Io`].
    pub fn read(&mut self, fingerprint: &Fingerprint) -> Result<Kept> {
        let io = |error| Error::io(&self.path, "read")(error);
        (&self.file).seek(SeekFrom::Start(0)).map_err(io)?;
        let mut input = BufReader::new(&self.file);
        let (mut kept, mut line, mut number) = (Kept::default(), Vec::new(), 0_u64);
        self.len = 0;
        loop {
            line.clear();
            let read = input.by_ref().take(LONGEST_RESULT).read_until(b'\n', &mut line).map_err(io)? as u64;
            if line.last() != Some(&b'\n') && read < LONGEST_RESULT {
                return Ok(kept);
            }
            number += 1;
            let invalid = || Fault::new(FaultKind::InvalidResults, &self.path).subject(format!("line {number}"));
            let head: Head = serde_json::from_slice(&line).map_err(|_| invalid())?;
            let id = from_hex(&head.request_id).ok_or_else(invalid)?;
            if head.system_fingerprint != fingerprint.as_str() {
                let fault = Fault::new(FaultKind::OtherResults, &self.path).subject(format!("line {number}"));
                return Err(fault.found(&head.system_fingerprint).expected(fingerprint.as_str()).into());
            }
            let place = self.len..self.len + read;
            self.len += read;
            match head.error {
                Some(error) if error.r#type == ErrorReport::SERVER_ERROR => kept.retried.push(place),
                error => {
                    let result = kept.results.entry(id).or_default();
                    result.found += 1;
                    kept.errors.extend(error.is_some().then_some((id, place)));
                    result.error = error.map(|error| error.message);
                }
            }
        }
    }

    /// Discards a partial last line, errors of the machine, whose lines are tried again, and, if `input_is_known`, errors
    /// of lines that the input does not have. Without [`ResultsFile::read`] before, discards everything.
    ///
    /// # Errors
    /// Those of [`Output`]; [`FaultKind::LockedOutput`].
    pub fn start(&mut self, kept: &mut Kept, input_is_known: bool) -> Result<()> {
        self.is_unused = false;
        let dropped = kept.dropped(input_is_known);
        if dropped.is_empty() {
            return self.file.set_len(self.len).map_err(Error::io(&self.path, "write"));
        }
        Output::new(&self.path, RESULTS)?.write_with(|out| self.copy_without(&dropped, out))?;
        self.file = open_to_append(&self.path)?;
        self.lock()?;
        self.len = self.file.metadata().map_err(Error::io(&self.path, "open"))?.len();
        Ok(())
    }

    /// Copies the whole lines that are not in the places `dropped`, which are in order.
    fn copy_without(&self, dropped: &[Range<u64>], out: &mut File) -> io::Result<()> {
        let ends = dropped.iter().map(|place| place.start).chain([self.len]);
        let starts = [0].into_iter().chain(dropped.iter().map(|place| place.end));
        for (start, end) in starts.zip(ends) {
            let mut input = &self.file;
            input.seek(SeekFrom::Start(start))?;
            io::copy(&mut input.take(end - start), out)?;
        }
        Ok(())
    }

    /// Appends a line, which ends with a line feed, and flushes the file to the disk now and then.
    ///
    /// # Errors
    /// [`Error::Io`]. What was written of the line is removed, if that is possible.
    pub fn append(&mut self, line: &str) -> Result<()> {
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            let _ = self.file.set_len(self.len);
            return Err(Error::io(&self.path, "write")(error));
        }
        self.len += line.len() as u64;
        if self.synced.elapsed() >= SYNC_INTERVAL { self.sync() } else { Ok(()) }
    }

    /// Flushes the file to the disk.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn sync(&mut self) -> Result<()> {
        self.synced = Instant::now();
        self.file.sync_data().map_err(Error::io(&self.path, "write"))
    }
}

impl Drop for ResultsFile {
    fn drop(&mut self) {
        if self.is_unused {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn open_to_append(path: &Path) -> Result<File> {
    open_regular_with(OpenOptions::new().read(true).append(true).create(true), path)
}

/// Whether a file that begins with `head` holds results.
fn is_results(head: &[u8]) -> bool {
    match head.iter().position(|byte| *byte == b'\n') {
        Some(end) => serde_json::from_slice::<Head>(&head[..end]).is_ok(),
        None => is_beginning(head).is_some(),
    }
}

/// Checks that `bytes` are the beginning of a result, `{"id":ID,"request_id":"`, or of a part of that.
fn is_beginning(bytes: &[u8]) -> Option<()> {
    let rest = after(bytes, b"{\"id\":")?;
    let rest = match rest.split_first() {
        None => return Some(()),
        Some((b'"', text)) => {
            let mut escaped = false;
            let end = text.iter().position(|byte| {
                let is_end = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                is_end
            });
            match end {
                Some(end) => &text[end + 1..],
                None => return Some(()),
            }
        }
        _ => rest.trim_ascii_start().strip_prefix(b"-").unwrap_or(rest),
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    after(&rest[digits..], b",\"request_id\":\"").map(drop)
}

/// What follows `text` in `bytes`; nothing if `bytes` end within it.
fn after<'b>(bytes: &'b [u8], text: &[u8]) -> Option<&'b [u8]> {
    bytes.strip_prefix(text).or_else(|| text.starts_with(bytes).then_some(&[]))
}
