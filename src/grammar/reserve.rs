//! Keeps tokens for the ending of a text, so that it is complete when no more tokens may follow.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use llguidance::TokenParser;
use llguidance::panic_utils::catch_unwind;

use super::ending::{Failed, ends, find, tokens_of};

/// An ending is looked for at every token when fewer tokens can follow than this, and than this beside twice the last one.
const NEAR: usize = 64;
/// Elsewhere it is looked for after so many tokens.
const PERIOD: usize = 32;
/// How often the parser may fail before the sequence goes on without it.
const MOST_FAILURES: usize = 4;
/// How many bytes may be tried and read by the searches of a sequence that find nothing, and how many more for each of its
/// tokens. Such a search takes up to 190,000, about 0.4 s in which other sequences wait.
const MOST_BYTES: usize = 800_000;
const MOST_BYTES_PER_TOKEN: usize = 2_000;

/// The place of a sequence in its grammar, and an ending of its text that is known. It has a parser of its own, so that
/// what it does depends only on the tokens of the sequence and how many can follow.
pub struct Reserve {
    /// A parser at the start of a text.
    start: Arc<TokenParser>,
    parser: TokenParser,
    /// How many tokens the parser has taken.
    taken: usize,
    /// An ending of the text that the parser has taken.
    ending: Option<Vec<u8>>,
    /// The tokens of the last ending that was found.
    length: usize,
    /// The names of required properties.
    names: Arc<HashSet<String>>,
    failures: usize,
    /// The bytes that were tried and read by searches that found nothing.
    spent: usize,
}

impl Reserve {
    /// `start` is at the start of a text, which can be `ending`.
    pub(super) fn new(start: &Arc<TokenParser>, ending: Option<Vec<u8>>, names: &Arc<HashSet<String>>) -> Reserve {
        let (start, names) = (Arc::clone(start), Arc::clone(names));
        let parser = start.deep_clone();
        let mut reserve = Reserve { start, parser, taken: 0, ending, length: 0, names, failures: 0, spent: 0 };
        reserve.length = reserve.tokens_of_ending().map_or(0, |tokens| tokens.len());
        reserve
    }

    /// The token that comes after `generated`: `id`, which is allowed and does not end the text, or another one if `room`,
    /// the number of tokens that can follow, is too small for an ending after `id`. Then it is the next token of the known
    /// ending, or one of `eos` if the text may end. `id` if no ending fits anyway, or the token may not be taken.
    pub fn choose(
        &mut self,
        generated: &[u32],
        id: u32,
        room: usize,
        eos: &[u32],
        may_take: impl Fn(u32) -> bool,
    ) -> u32 {
        let is_far = room > NEAR + 2 * self.length;
        let is_spent = self.spent > MOST_BYTES + MOST_BYTES_PER_TOKEN * generated.len();
        if is_spent || self.failures >= MOST_FAILURES || is_far && !generated.len().is_multiple_of(PERIOD) {
            return id;
        }
        let chosen = catch_unwind(AssertUnwindSafe(|| Ok(self.choose_near(generated, id, room, eos, may_take))));
        match chosen {
            Ok(Ok(id)) => id,
            Ok(Err(Failed)) | Err(_) => {
                self.failures += 1;
                (self.parser, self.taken, self.ending) = (self.start.deep_clone(), 0, None);
                id
            }
        }
    }

    fn choose_near(
        &mut self,
        generated: &[u32],
        id: u32,
        room: usize,
        eos: &[u32],
        may_take: impl Fn(u32) -> bool,
    ) -> Result<u32, Failed> {
        for id in generated.get(self.taken..).unwrap_or_default() {
            self.take(*id)?;
            self.ending = None;
        }
        if self.ending.is_none() {
            self.find()?;
        }
        let known = self.tokens_of_ending().filter(|tokens| tokens.len() <= room + 1);
        let other = match known.as_deref() {
            Some([]) => eos.first().copied(),
            Some([first, ..]) => Some(*first),
            None => None,
        };
        let ending = self.ending.clone();
        self.follow(id)?;
        let fits = self.tokens_of_ending().is_some_and(|tokens| tokens.len() <= room);
        let Some(other) = other.filter(|other| !fits && *other != id && may_take(*other)) else { return Ok(id) };
        self.parser.rollback(1).map_err(|_| Failed)?;
        self.taken -= 1;
        self.ending = ending;
        if !eos.contains(&other) {
            self.follow(other)?;
        }
        Ok(other)
    }

    /// Takes a token, and finds an ending after it.
    fn follow(&mut self, id: u32) -> Result<(), Failed> {
        let text = self.parser.token_env.tok_trie().decode_raw(&[id]);
        self.take(id)?;
        let rest = self.ending.take().map(|ending| ending.strip_prefix(&text[..]).unwrap_or(&ending).to_vec());
        if ends(&mut self.parser, &[])? {
            self.ending = Some(Vec::new());
        } else if let Some(rest) = rest
            && ends(&mut self.parser, &rest)?
        {
            self.ending = Some(rest);
        } else {
            self.find()?;
        }
        Ok(())
    }

    fn take(&mut self, id: u32) -> Result<(), Failed> {
        self.taken += 1;
        self.parser.consume_token(id).map(drop).map_err(|_| Failed)
    }

    fn find(&mut self) -> Result<(), Failed> {
        let found = find(&mut self.parser, &self.names)?;
        self.spent += found.as_ref().err().map_or(0, |not_found| not_found.bytes);
        self.ending = found.ok();
        self.length = self.tokens_of_ending().map_or(self.length, |tokens| tokens.len());
        Ok(())
    }

    fn tokens_of_ending(&self) -> Option<Vec<u32>> {
        tokens_of(self.parser.token_env.tok_trie(), self.ending.as_ref()?)
    }
}
