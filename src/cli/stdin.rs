//! Data on standard input that no option reads: `cat report.txt | rumma decode MODEL --user "Summarise this:"` is an
//! error, because the answer would not be about the report.
//!
//! Only data that was meant for rumma counts, as far as that can be told:
//!
//! - a pipe in which data waits, at the latest [`PATIENCE`] after the start;
//! - a file that is not empty and that nothing has been read from. In a loop `while read line; do ... done < list`, the
//!   shell has read the first line before rumma starts.
//!
//! A terminal, a socket, `/dev/null`, a closed stdin, and a pipe that is empty or closed never count, and nothing waits
//! for the end of the data. On systems other than Linux, pipes are not examined: it needs a read that does not block.

use std::fs::File;
use std::io::{self, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::thread;
use std::time::{Duration, Instant};

use super::parse::RawArgs;
use crate::error::{Error, Result};

/// How long after the start data in a pipe is expected: the program that writes it may start later than rumma.
const PATIENCE: Duration = Duration::from_millis(100);
/// Time between two looks into a pipe.
const INTERVAL: Duration = Duration::from_millis(2);

/// The options that read standard input if their value is `-`.
const READERS: [&str; 3] = ["--prompt-file", "--user-file", "--messages"];
/// The names of standard input that any option that reads a file may have as its value.
const DEVICES: [&str; 3] = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/// Looks for data on standard input.
pub struct UnreadStdin {
    /// Whether an option reads standard input.
    is_read: bool,
    started: Instant,
}

/// What is known about data on standard input.
enum Data {
    None,
    Waiting,
    /// A pipe that is open for writing and empty.
    Possible,
}

impl UnreadStdin {
    /// Call it at the start.
    pub fn new(args: &RawArgs) -> UnreadStdin {
        let is_read = READERS.iter().any(|option| args.value(option) == Some("-"));
        UnreadStdin { is_read: is_read || args.has_value(&DEVICES), started: Instant::now() }
    }

    /// # Errors
    /// [`Error::Usage`] if data waits that no option reads.
    pub fn check(&self) -> Result<()> {
        match self.look() {
            Data::Waiting => {
                let problem = "standard input has data that no option reads";
                let fix =
                    "give --user-file -, --prompt-file - or --messages - to read it, or redirect it from /dev/null";
                Err(Error::usage_with_fix(problem, fix))
            }
            Data::None | Data::Possible => Ok(()),
        }
    }

    /// Like [`check`](Self::check), but gives the writer of a pipe some time since the start. Call it as late as
    /// possible.
    ///
    /// # Errors
    /// Those of [`check`](Self::check).
    pub fn check_patiently(&self) -> Result<()> {
        while self.started.elapsed() < PATIENCE && matches!(self.look(), Data::Possible) {
            thread::sleep(INTERVAL);
        }
        self.check()
    }

    fn look(&self) -> Data {
        if self.is_read { Data::None } else { stdin_data().unwrap_or(Data::None) }
    }
}

fn stdin_data() -> io::Result<Data> {
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let metadata = file.metadata()?;
    if metadata.file_type().is_fifo() {
        return pipe_data();
    }
    let is_untouched = metadata.is_file() && metadata.len() > 0 && file.stream_position()? == 0;
    Ok(if is_untouched { Data::Waiting } else { Data::None })
}

/// Reads one byte of the pipe, without waiting. That byte is lost, but only if the run ends with an error.
#[cfg(target_os = "linux")]
fn pipe_data() -> io::Result<Data> {
    use std::fs::OpenOptions;
    use std::io::Read;
    use std::os::unix::fs::OpenOptionsExt;

    /// The same value on x86-64 and aarch64.
    const O_NONBLOCK: i32 = 0o4000;
    // Opened again, because the flag would affect all processes that share an opened file.
    let mut pipe = OpenOptions::new().read(true).custom_flags(O_NONBLOCK).open("/proc/self/fd/0")?;
    match pipe.read(&mut [0]) {
        Ok(0) => Ok(Data::None),
        Ok(_) => Ok(Data::Waiting),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Data::Possible),
        Err(error) => Err(error),
    }
}

#[cfg(not(target_os = "linux"))]
fn pipe_data() -> io::Result<Data> {
    Ok(Data::None)
}
