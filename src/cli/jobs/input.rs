//! The lines to answer: a file or standard input, read by a thread of its own, so that a slow producer stalls nothing.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

use super::{Shard, display_path};
use crate::error::{Error, MachineError, Result};
use crate::files::open_text;
use crate::jobs::{Lines, RawLine};
use crate::threads;

/// Lines that are read ahead. Each may take up to [`LONGEST_LINE`](crate::jobs::LONGEST_LINE) bytes.
const READ_AHEAD: usize = 4;
/// Bytes of the buffer of the file.
const BUFFER: usize = 256 << 10;
/// Bytes of stack of the reading thread.
const STACK: usize = 256 << 10;

/// An open file of jobs.
pub struct Input {
    name: PathBuf,
    /// `None` for standard input.
    file: Option<File>,
}

/// What a file of jobs holds.
#[derive(Debug, Clone, Copy)]
pub struct Scan {
    /// Jobs of the shard.
    pub jobs: u64,
}

/// The lines of the shard as they are read. The channel closes at the end.
pub type Receiving = Receiver<Result<RawLine>>;

impl Input {
    /// # Errors
    /// Those of opening the file.
    pub fn open(name: &str) -> Result<Input> {
        let path = display_path(name);
        let file = if name == "-" { None } else { Some(open_text(path)?) };
        Ok(Input { name: path.to_path_buf(), file })
    }

    /// The name in errors.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The path of the file; `None` for standard input.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|_| self.name.as_path())
    }

    /// Reads the file once, and calls `on_line` for every line, those of other shards included. `None` if it is no regular
    /// file, which can be read only once.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn scan(&self, shard: Shard, mut on_line: impl FnMut(&RawLine)) -> Result<Option<Scan>> {
        let io = |error| Error::io(&self.name, "read")(error);
        let Some(mut file) = self.file.as_ref() else { return Ok(None) };
        if !file.metadata().map_err(io)?.is_file() {
            return Ok(None);
        }
        let mut lines = Lines::new(BufReader::with_capacity(BUFFER, file));
        let mut scan = Scan { jobs: 0 };
        while let Some(line) = lines.next_line().map_err(io)? {
            scan.jobs += u64::from(shard.has(line.number));
            on_line(&line);
        }
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        Ok(Some(scan))
    }

    /// Starts the thread that reads the lines of the shard.
    ///
    /// # Errors
    /// [`MachineError::CannotStartThreads`].
    pub fn start(self, shard: Shard) -> Result<Receiving> {
        let (send, receive) = sync_channel(READ_AHEAD);
        let Input { name, file } = self;
        let read = move || {
            let input: Box<dyn Read> = match file {
                Some(file) => Box::new(file),
                None => Box::new(io::stdin()),
            };
            let mut lines = Lines::new(BufReader::with_capacity(BUFFER, input));
            loop {
                let line = match lines.next_line() {
                    Ok(Some(line)) if !shard.has(line.number) => continue,
                    Ok(Some(line)) => Ok(line),
                    Ok(None) => return,
                    Err(error) => Err(Error::io(&name, "read")(error)),
                };
                let is_last = line.is_err();
                // The receiver is gone when the run has ended.
                if send.send(line).is_err() || is_last {
                    return;
                }
            }
        };
        // Not joined: it may wait for standard input for ever.
        match threads::spawn(STACK, read) {
            Ok(_) => Ok(receive),
            Err(error) => Err(MachineError::CannotStartThreads { count: 1, cause: error.to_string() }.into()),
        }
    }
}
