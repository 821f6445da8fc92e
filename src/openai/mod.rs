//! The forms of OpenAI's API: the bodies of requests, and answers and errors. Batch jobs and the server share them.

mod answer;
mod body;
mod chunks;
mod constraints;
mod error;
mod fields;
mod logprobs;

pub use answer::{Answer, Echo, Endpoint, Head, Outcome, Usage, call_key, number, response};
pub use body::{Body, Settings, StreamOptions, TokenizeBody};
pub use chunks::{Chunks, DONE};
pub use constraints::{FieldConstraint, Tools};
pub use error::ErrorReport;
pub(crate) use fields::Fields;
pub use fields::REQUEST;

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
}
