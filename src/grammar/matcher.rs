//! Follows a sequence through a grammar.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use llguidance::TokenParser;
use llguidance::api::StopReason;

use super::ending;
use super::reserve::Reserve;
use super::vocabulary::{first_line, started};
use crate::error::{RequestError, Result};

/// A compiled constraint. Clones share it.
#[derive(Clone)]
pub struct Grammar {
    /// At the start of a text.
    start: Arc<TokenParser>,
    /// The bit of masks for the end of the text.
    end: u32,
    can_roll_back: bool,
    /// Whether a text that may end is complete, also if more could follow.
    is_form: bool,
    /// The names of properties that a schema requires.
    names: Arc<HashSet<String>>,
    /// A short text; `None` if none was found.
    shortest: Option<Vec<u8>>,
}

impl fmt::Debug for Grammar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grammar").finish_non_exhaustive()
    }
}

impl Grammar {
    /// `is_form`: see [`Matcher::is_finished`]. `names`: those of required properties.
    ///
    /// # Errors
    /// Why the grammar cannot be followed; an empty text if it has no text.
    pub(super) fn new(
        parser: TokenParser,
        end: u32,
        is_form: bool,
        names: HashSet<String>,
    ) -> std::result::Result<Grammar, String> {
        let start = started(parser);
        let can_roll_back = start.parser.grammar().lexer_spec().can_rollback();
        if let Err(error) = llguidance::Matcher::new(Ok(start.deep_clone())).compute_mask() {
            let cause = error.to_string();
            return Err(if is_dead_end(&cause) { String::new() } else { cause });
        }
        let shortest =
            ending::find(&mut start.deep_clone(), &names).ok().and_then(|found| found.ok()).filter(|_| can_roll_back);
        Ok(Grammar { start: Arc::new(start), end, can_roll_back, is_form, names: Arc::new(names), shortest })
    }

    /// A matcher at the start of a text. It shares no cache with others, so that its limits depend on its own text only.
    pub fn matcher(&self) -> Matcher {
        let inner = llguidance::Matcher::new(Ok(self.start.deep_clone()));
        Matcher { inner, end: self.end, can_roll_back: self.can_roll_back, is_form: self.is_form }
    }

    /// Keeps tokens for the ending of a text; `None` if tokens of its grammar cannot be taken back.
    pub fn reserve(&self) -> Option<Reserve> {
        self.can_roll_back.then(|| Reserve::new(&self.start, self.shortest.clone(), &self.names))
    }
}

/// The place of a sequence in its grammar.
pub struct Matcher {
    inner: llguidance::Matcher,
    end: u32,
    can_roll_back: bool,
    is_form: bool,
}

impl Matcher {
    /// The tokens that can come next, as bits: token i is bit i % 32 of word i / 32. Those of `eos` are among them where
    /// the text may end.
    ///
    /// # Errors
    /// [`RequestError::GrammarTooComplex`].
    pub fn allowed(&mut self, eos: &[u32]) -> Result<Vec<u32>> {
        let mask = match self.inner.compute_mask_or_eos() {
            Ok(mask) => mask,
            Err(error) => {
                let cause = error.to_string();
                return if is_dead_end(&cause) { Ok(vec![0; self.words()]) } else { Err(too_complex(&cause)) };
            }
        };
        let may_end = mask.get(self.end as usize);
        let mut bits: Vec<u32> = mask.into();
        bits.resize(self.words(), 0);
        set(&mut bits, self.end, false);
        for id in eos.iter().filter(|id| **id < self.end) {
            set(&mut bits, *id, may_end);
        }
        Ok(bits)
    }

    /// Takes the next token of the text, which must be allowed and must not end it.
    ///
    /// # Errors
    /// [`RequestError::GrammarTooComplex`].
    pub fn accept(&mut self, id: u32) -> Result<()> {
        self.inner.consume_token(id).map_err(|error| too_complex(&error.to_string()))
    }

    /// Takes back the last `count` tokens. Only if [`can_roll_back`](Self::can_roll_back).
    ///
    /// # Errors
    /// [`RequestError::GrammarTooComplex`].
    pub fn roll_back(&mut self, count: usize) -> Result<()> {
        self.inner.rollback(count).map_err(|error| too_complex(&error.to_string()))
    }

    /// Whether tokens can be taken back.
    pub fn can_roll_back(&self) -> bool {
        self.can_roll_back
    }

    /// Whether the text is complete and nothing can follow.
    pub fn is_complete(&self) -> bool {
        matches!(self.inner.stop_reason(), StopReason::NoExtension | StopReason::EndOfSentence)
    }

    /// Whether the text is complete where no more tokens may follow: JSON and calls that may end are, another text is cut
    /// off.
    pub fn is_finished(&mut self) -> bool {
        self.is_complete() || self.is_form && self.inner.is_accepting().unwrap_or(false)
    }

    /// Words of a mask.
    fn words(&self) -> usize {
        (self.end as usize + 1).div_ceil(32)
    }
}

/// Whether an error says that no token continues the text.
fn is_dead_end(cause: &str) -> bool {
    cause.starts_with(&StopReason::NoExtensionBias.to_string())
}

fn set(bits: &mut [u32], id: u32, value: bool) {
    if let Some(word) = bits.get_mut(id as usize / 32) {
        let bit = 1 << (id % 32);
        *word = if value { *word | bit } else { *word & !bit };
    }
}

fn too_complex(cause: &str) -> crate::error::Error {
    RequestError::GrammarTooComplex { cause: first_line(cause) }.into()
}
