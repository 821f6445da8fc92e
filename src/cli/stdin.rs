//! Data on standard input that no option reads: `cat report.txt | rumma decode MODEL --user "Summarise this:"` is an
//! error, because the answer would not be about the report.
//!
//! Only data that was meant for rumma counts, as far as that can be told:
//!
//! - a pipe in which data waits at one of three times: at the start (plus [`PATIENCE`], because the writer may start later
//!   than rumma), before the prompt is run, and at the end. In the last case the error follows the answer;
//! - a file that is not empty and that nothing has been read from. In a loop `while read line; do ... done < list`, the
//!   shell has read the first line before rumma starts.
//!
//! A terminal, a socket, `/dev/null`, a closed stdin, and a pipe that is empty or closed never count. Nothing waits
//! for the end of the data, and nothing is read: in `generate | while read line; do rumma ...; done`, which is an error as
//! well, the loop gets all of its lines.

use std::fs::File;
use std::io::{self, Seek};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileTypeExt;
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::parse::RawArgs;
use crate::error::{Error, Result};

/// How long after the start data in a pipe is waited for.
const PATIENCE: Duration = Duration::from_millis(100);
/// Time between two looks into a pipe.
const INTERVAL: Duration = Duration::from_millis(2);

/// The options that read standard input if their value is `-`. No other option takes `-` for a file.
pub const READERS: [&str; 8] = [
    "--user-file",
    "--prompt-file",
    "--messages",
    "--jobs",
    "--text-file",
    "--continuations",
    "--json-schema",
    "--grammar",
];
/// The names of standard input that any option that reads a file may have as its value.
const DEVICES: [&str; 3] = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/// Looks for data on standard input.
pub struct UnreadStdin {
    /// Whether an option reads standard input.
    is_read: bool,
    /// The options of the subcommand that could read it.
    readers: Vec<&'static str>,
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
        let readers = READERS.into_iter().filter(|option| args.has_option(option)).collect();
        UnreadStdin { is_read: is_read || args.has_value(&DEVICES), readers, started: Instant::now() }
    }

    /// # Errors
    /// [`Error::Usage`] if data waits that no option reads.
    pub fn check(&self) -> Result<()> {
        match self.look() {
            Data::Waiting => {
                let problem = "standard input has data that no option reads";
                let readers = self.readers.join(" - or ");
                let fix = format!("give {readers} - to read it, or redirect it from /dev/null");
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
        return pipe_data(file.as_fd());
    }
    let is_untouched = metadata.is_file() && metadata.len() > 0 && file.stream_position()? == 0;
    Ok(if is_untouched { Data::Waiting } else { Data::None })
}

/// Looks into the pipe without reading from it: another process may be meant to read the data.
fn pipe_data(pipe: BorrowedFd) -> io::Result<Data> {
    let mut pipe = [PollFd::new(pipe, PollFlags::POLLIN)];
    poll(&mut pipe, PollTimeout::ZERO)?;
    let events = pipe[0].revents().unwrap_or(PollFlags::empty());
    Ok(match (events.contains(PollFlags::POLLIN), events.is_empty()) {
        (true, _) => Data::Waiting,
        (false, true) => Data::Possible,
        // All writers have closed it.
        (false, false) => Data::None,
    })
}
