//! Finds a short ending of a text: bytes after which it is complete.
//!
//! The parser of `llguidance` does not tell how far away the end is, so it is searched for. A lexeme is completed in the
//! fewest bytes (breadth first over the states of the lexer). From lexeme to lexeme the search is best first, where what
//! is forced, brackets that close and required properties cost nothing. What is found is an ending, and mostly the shortest.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet, VecDeque};

use llguidance::TokenParser;
use llguidance::derivre::{NextByte, StateID};
use llguidance::earley::ParserRecognizer;
use llguidance::toktrie::{Recognizer, TokTrie};

/// The most places between lexemes that a search looks at.
const MOST_PLACES: usize = 600;
/// The most bytes that a search tries.
const MOST_BYTES: usize = 40_000;
/// The most bytes of all places that a search looks at: each is read from the start of the search.
const MOST_BYTES_READ: usize = 150_000;
/// The most bytes that are tried to complete one lexeme.
const MOST_BYTES_OF_LEXEME: usize = 4_000;
/// How many bytes more than in the shortest one are tried to complete a lexeme.
const MORE_BYTES: usize = 40;
/// The most work of the lexer in a search, in its units of about 100 ns.
const MOST_WORK: usize = 400_000;
/// After so much work the lexer is told that it may go on. It fails for good after 200,000 without.
const RENEWAL: usize = 40_000;
/// What a bracket costs that opens and need not: it must be closed, and more can be required in it.
const OPENED: usize = 32;
/// What a comma costs where a bracket could close: another part follows.
const CONTINUED: usize = 16;

/// The parser cannot go on.
pub(super) struct Failed;

/// No ending was found.
pub(super) struct NotFound {
    /// The bytes that were tried and read.
    pub bytes: usize,
}

/// A place between two lexemes. The greatest is looked at first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    cost: Reverse<usize>,
    /// Of two that cost the same, the later one.
    number: usize,
    /// From the start of the search.
    bytes: Vec<u8>,
    lexemes: usize,
    depth: isize,
    /// Within a lexeme: a place only to end at.
    is_inner: bool,
}

/// A short ending of the text at the place of `parser`, which stays there. Empty if it may end there.
pub(super) fn find(parser: &mut TokenParser, names: &HashSet<String>) -> Result<Result<Vec<u8>, NotFound>, Failed> {
    renew(parser)?;
    let begin = work(parser);
    let mut renewed = begin;
    let mut seen = HashSet::new();
    let mut places = BinaryHeap::from([Place {
        cost: Reverse(0),
        number: 0,
        bytes: Vec::new(),
        lexemes: 0,
        depth: 0,
        is_inner: false,
    }]);
    let (mut number, mut left, mut read) = (0, MOST_BYTES, 0);
    for _ in 0..MOST_PLACES {
        let now = work(parser);
        if now - renewed > RENEWAL {
            renew(parser)?;
            renewed = now;
        }
        let is_bounded = left > 0 && read < MOST_BYTES_READ && now - begin < MOST_WORK;
        let Some(place) = places.pop().filter(|_| is_bounded) else { break };
        read += place.bytes.len();
        if ends(parser, &place.bytes)? {
            return Ok(Ok(place.bytes));
        }
        if place.is_inner {
            continue;
        }
        let steps = parser.parser.with_recognizer(|recognizer| {
            recognizer.trie_started("ending");
            let steps = steps(recognizer, &place.bytes, &mut left);
            recognizer.trie_finished();
            steps
        });
        let is_forced = steps.iter().filter(|step| step.lexemes > 0).count() == 1;
        for step in steps {
            let (cost, depth) = cost_of(&step.bytes, names);
            let cost = if is_forced { 0 } else { cost };
            let (lexemes, depth) = (place.lexemes + step.lexemes, place.depth + depth);
            // Alternatives that have led to the same are looked at once.
            if seen.insert((step.state, depth, lexemes, step.lexemes == 0)) {
                number += 1;
                places.push(Place {
                    cost: Reverse(place.cost.0 + cost),
                    number,
                    bytes: [&place.bytes[..], &step.bytes].concat(),
                    lexemes,
                    depth,
                    is_inner: step.lexemes == 0,
                });
            }
        }
    }
    Ok(Err(NotFound { bytes: read + MOST_BYTES - left }))
}

/// Lets the lexer spend as much again as at a token.
fn renew(parser: &mut TokenParser) -> Result<(), Failed> {
    parser.invalidate_bias_cache();
    parser.compute_mask().map(drop).map_err(|_| Failed)
}

fn work(parser: &TokenParser) -> usize {
    parser.parser.lexer_stats().total_fuel_spent
}

/// Whether the text at the place of `parser`, which stays there, may end after `bytes`.
pub(super) fn ends(parser: &mut TokenParser, bytes: &[u8]) -> Result<bool, Failed> {
    let Some(tokens) = tokens_of(parser.token_env.tok_trie(), bytes) else { return Ok(false) };
    if parser.validate_tokens_raw(&tokens).map_err(|_| Failed)? < tokens.len() {
        return Ok(false);
    }
    for token in &tokens {
        parser.consume_token(*token).map_err(|_| Failed)?;
    }
    let may_end = parser.is_accepting();
    parser.rollback(tokens.len()).map_err(|_| Failed)?;
    Ok(may_end)
}

/// The fewest tokens of a text; `None` if there are none. A special token is written as the parser does.
pub(super) fn tokens_of(trie: &TokTrie, bytes: &[u8]) -> Option<Vec<u32>> {
    // For each place, from the last: the number of tokens to the end, the first one, and where it ends.
    let mut best: Vec<Option<(usize, u32, usize)>> = vec![None; bytes.len() + 1];
    best[bytes.len()] = Some((0, 0, bytes.len()));
    for start in (0..bytes.len()).rev() {
        let mut found: Option<(usize, u32, usize)> = None;
        let mut offer = |token, end: usize| {
            if let Some((count, ..)) = best[end].filter(|(count, ..)| found.is_none_or(|found| *count < found.0)) {
                found = Some((count + 1, token, end));
            }
        };
        if bytes[start] == TokTrie::SPECIAL_TOKEN_MARKER {
            if let Some((token, length)) = special_token(&bytes[start..]) {
                offer(token, start + length);
            }
        } else {
            let mut node = trie.root();
            for (end, byte) in bytes.iter().enumerate().skip(start) {
                let Some(next) = trie.child_at_byte(node, *byte) else { break };
                node = next;
                if let Some(token) = node.token_id() {
                    offer(token, end + 1);
                }
            }
        }
        best[start] = found;
    }
    let mut tokens = Vec::new();
    let mut place = 0;
    while place < bytes.len() {
        let (_, token, end) = best[place]?;
        tokens.push(token);
        place = end;
    }
    Some(tokens)
}

/// The id and the length of `\xff[ID]`.
fn special_token(bytes: &[u8]) -> Option<(u32, usize)> {
    let digits = bytes.get(1..)?.strip_prefix(b"[")?;
    let length = digits.iter().position(|byte| *byte == b']')?;
    let id = std::str::from_utf8(&digits[..length]).ok()?.parse().ok()?;
    Some((id, length + 3))
}

/// Bytes that complete a lexeme, or can be the last ones of the text.
struct Step {
    bytes: Vec<u8>,
    state: StateID,
    lexemes: usize,
}

/// What can follow after `bytes`: in the fewest bytes to each place.
fn steps(recognizer: &mut ParserRecognizer, bytes: &[u8], left: &mut usize) -> Vec<Step> {
    if !bytes.iter().all(|byte| recognizer.try_push_byte(*byte)) {
        return Vec::new();
    }
    let lexemes = |recognizer: &mut ParserRecognizer| {
        let stats = recognizer.stats_mut();
        stats.rows + stats.cached_rows
    };
    let mut steps: Vec<Step> = Vec::new();
    let mut has_end = false;
    let mut states = HashSet::from([recognizer.lexer_state()]);
    let mut ends = HashSet::new();
    let mut queue = VecDeque::from([Vec::new()]);
    let least = left.saturating_sub(MOST_BYTES_OF_LEXEME);
    while let Some(start) = queue.pop_front().filter(|_| *left > least) {
        let start: Vec<u8> = start;
        let shortest = steps.iter().map(|step| step.bytes.len()).min();
        if shortest.is_some_and(|shortest| start.len() > shortest + MORE_BYTES) {
            break;
        }
        start.iter().for_each(|byte| {
            recognizer.try_push_byte(*byte);
        });
        let state = recognizer.lexer_state();
        let forced = match recognizer.lexer_mut().next_byte(state) {
            NextByte::ForcedByte(byte) => Some(byte),
            _ => None,
        };
        if !has_end && !start.is_empty() && !recognizer.lexer_mut().try_lexeme_end(state).is_error() {
            has_end = true;
            steps.push(Step { bytes: start.clone(), state, lexemes: 0 });
        }
        let mut is_dead = true;
        // White space and what is not ASCII only where nothing else can follow.
        let usual = forced.map_or(b'!'..=b'~', |byte| byte..=byte);
        let others = if forced.is_some() { &[][..] } else { &[0..=b' ', 0x7f..=0xff] };
        for range in std::iter::once(usual).chain(others.iter().cloned()) {
            if !is_dead {
                break;
            }
            for byte in range {
                *left = left.saturating_sub(1);
                let before = lexemes(recognizer);
                if !recognizer.try_push_byte(byte) {
                    continue;
                }
                is_dead = false;
                let (state, lexemes) = (recognizer.lexer_state(), lexemes(recognizer) - before);
                recognizer.pop_bytes(1);
                let bytes = [&start[..], &[byte]].concat();
                if lexemes > 0 {
                    if ends.insert((state, lexemes)) {
                        steps.push(Step { bytes, state, lexemes });
                    }
                } else if states.insert(state) {
                    queue.push_back(bytes);
                }
            }
        }
        recognizer.pop_bytes(start.len());
    }
    steps
}

/// What bytes cost where others could follow, and how much deeper in brackets they lead.
fn cost_of(bytes: &[u8], names: &HashSet<String>) -> (usize, isize) {
    let count = |brackets: &[u8]| match bytes {
        [b'"', ..] => 0,
        _ => bytes.iter().filter(|byte| brackets.contains(byte)).count(),
    };
    let (opened, closed) = (count(b"{["), count(b"}]"));
    let is_required = || serde_json::from_slice(bytes).is_ok_and(|name: String| names.contains(&name));
    let cost = match closed > 0 || is_required() {
        true => 0,
        false => 1 + bytes.len() / 2 + opened * OPENED + usize::from(bytes.ends_with(b",")) * CONTINUED,
    };
    (cost, opened as isize - closed as isize)
}
