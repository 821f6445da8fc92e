//! Reads the lines of a file of jobs one by one. Memory holds one line, whatever the size of the file.

use std::io::{self, BufRead, Read};

use sha2::{Digest, Sha256};

use crate::error::{Fault, FaultKind};
use crate::openai::REQUEST;

/// The most bytes of a line. A prompt that fills a context of 128 Ki tokens has a few hundred kilobytes.
pub const LONGEST_LINE: usize = 16 << 20;

/// A line that is not blank.
#[derive(Debug, Clone)]
pub struct RawLine {
    /// Its number in the file, counted from 0; blank lines count.
    pub number: u64,
    /// Its bytes without the spaces around it and a byte order mark; the fault of a line of more than [`LONGEST_LINE`].
    pub content: Result<Vec<u8>, Fault>,
    /// The SHA-256 of these bytes; of a line that is too long, of all of its bytes.
    pub sha256: [u8; 32],
}

/// The lines of `input`.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    next: u64,
}

impl<R: BufRead> Lines<R> {
    /// Starts at line 0.
    pub fn new(input: R) -> Lines<R> {
        Lines { input, next: 0 }
    }

    /// The number of lines read so far, blank ones included.
    pub fn lines_read(&self) -> u64 {
        self.next
    }

    /// The next line that is not blank; `None` at the end. A line ends with a line feed or with the input.
    ///
    /// # Errors
    /// Those of reading the input.
    pub fn next_line(&mut self) -> io::Result<Option<RawLine>> {
        loop {
            let mut bytes = Vec::new();
            let limit = LONGEST_LINE as u64 + 1;
            if (&mut self.input).take(limit).read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            let number = self.next;
            self.next += 1;
            if bytes.len() > LONGEST_LINE && bytes.last() != Some(&b'\n') {
                let sha256 = self.skip_rest(&bytes)?;
                let fault = Fault::new(FaultKind::LineTooLong, REQUEST);
                let fault = fault.expected(format!("at most {} MiB", LONGEST_LINE >> 20));
                return Ok(Some(RawLine { number, content: Err(fault), sha256 }));
            }
            let mut text = bytes.as_slice();
            if number == 0 {
                text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
            }
            let text = text.trim_ascii();
            if !text.is_empty() {
                let sha256 = Sha256::digest(text).into();
                return Ok(Some(RawLine { number, content: Ok(text.to_vec()), sha256 }));
            }
        }
    }

    /// Reads the rest of a line that begins with `start`. Returns the SHA-256 of the whole line.
    fn skip_rest(&mut self, start: &[u8]) -> io::Result<[u8; 32]> {
        let mut hash = Sha256::new_with_prefix(start);
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let rest = &buffer[..end.unwrap_or(buffer.len())];
            hash.update(rest);
            let (read, is_last) = (rest.len() + usize::from(end.is_some()), end.is_some() || rest.is_empty());
            self.input.consume(read);
            if is_last {
                return Ok(hash.finalize().into());
            }
        }
    }
}
