//! Batch jobs: a line of JSON is parsed into a request, and its answers become a line of JSON. `docs/jobs.md` describes
//! both.
//!
//! A line and its result depend on nothing but the line, the model and the settings of the run: no time, no host, no
//! random number. A result can therefore be computed again anywhere, and compared.

mod body;
mod fields;
mod line;
mod reader;
mod result;
mod results_file;

pub use body::{Body, Settings};
pub use fields::REQUEST;
pub use line::{Endpoint, Job};
pub use reader::{LONGEST_LINE, Lines, RawLine};
pub use result::{Answer, ErrorReport, Outcome, ResultLine};
pub use results_file::{Kept, RESULTS, ResultsFile};

use sha2::{Digest, Sha256};

use crate::files::hex;

/// What a run does with every line alike: the model, its arithmetic and context, and the defaults of the settings. Two
/// runs of the same fingerprint give the same result for the same line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a run that is described by `bytes`.
    pub fn of(bytes: &[u8]) -> Fingerprint {
        const DIGITS: usize = 16;
        let mut text = hex(&Sha256::digest(bytes));
        text.truncate(DIGITS);
        Fingerprint(format!("fp_{text}"))
    }

    /// `fp_` and 16 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Identifies the result of a line: the first half of the SHA-256 of the fingerprint, the job's id and the line
    /// without the spaces around it. The id is part of the line, or the line's number.
    pub fn request_id(&self, job: &Job, line: &RawLine) -> String {
        let mut hash = Sha256::new();
        for part in [self.0.as_bytes(), job.id.to_string().as_bytes(), &line.sha256] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hex(&hash.finalize()[..16])
    }
}
