//! Batch jobs: a line of JSON is parsed into a request, and its answers become a line of JSON. `docs/jobs.md` describes
//! both.
//!
//! A line and its result depend on nothing but the line, the model and the settings of the run: no time, no host, no
//! random number. A result can therefore be computed again anywhere, and compared.

mod line;
mod reader;
mod result;
mod results_file;

pub use line::Job;
pub use reader::{LONGEST_LINE, Lines, RawLine};
pub use result::ResultLine;
pub use results_file::{Kept, RESULTS, ResultsFile};

use sha2::{Digest, Sha256};

use crate::files::hex;
use crate::openai::Fingerprint;

/// Identifies the result of a line: the first half of the SHA-256 of the run's fingerprint, the job's id and the line
/// without the spaces around it. The id is part of the line, or the line's number.
pub fn request_id(run: &Fingerprint, job: &Job, line: &RawLine) -> String {
    let mut hash = Sha256::new();
    for part in [run.as_str().as_bytes(), job.id.to_string().as_bytes(), &line.sha256] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..16])
}
