//! A lower bound on the number of tokens of a text, so that a text that cannot fit a context is refused before it is
//! split into tokens: that takes hundreds of bytes of memory for each byte of text.
//!
//! Let `longest(b)` be the length in bytes of the longest token that contains byte `b`. A token of `n` bytes covers
//! bytes with `longest(b) >= n` only, so the sum of `1 / longest(b)` over its bytes is at most 1, and the sum over a
//! text is at most its number of tokens.

use serde_json::Value;

/// ASCII white space, as Unicode and Python define it.
const WHITE_SPACE: &str = " \t\n\r\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{1f}";

/// Which bytes of a text are certain to be covered by tokens.
#[derive(Debug, Clone)]
pub(super) struct Countable([bool; 128]);

impl Countable {
    /// `None` if a step of tokenizer.json may remove or shorten text in a way that is not modelled here. Only ASCII
    /// is counted: Unicode normalization keeps it, but for characters that combine with the next one.
    pub(super) fn new(normalizer: &Value, pre_tokenizer: &Value) -> Option<Countable> {
        let mut countable = [true; 128];
        let mut exclude = |text: &str| text.bytes().filter(u8::is_ascii).for_each(|b| countable[b as usize] = false);
        for step in steps(normalizer, "normalizers").into_iter().chain(steps(pre_tokenizer, "pretokenizers")) {
            match (step["type"].as_str()?, step["pattern"]["String"].as_str()) {
                ("NFC" | "NFD" | "NFKC" | "NFKD" | "Prepend" | "ByteLevel" | "Metaspace" | "Digits", _) => {}
                ("Replace", Some(pattern)) => exclude(pattern),
                ("Whitespace" | "WhitespaceSplit", _) => exclude(WHITE_SPACE),
                ("Split" | "Punctuation", _) if step["behavior"] != "Removed" => {}
                _ => return None,
            }
        }
        Some(Countable(countable))
    }

    /// The smallest possible number of tokens of `text`. `tokens` are the bytes of every token; an ASCII character that
    /// is not a token of its own may be dropped or merged with its neighbours, and is not counted. `strips` tells
    /// whether an added token takes the white space beside it.
    pub(super) fn min_tokens(&self, text: &str, tokens: impl Iterator<Item = Vec<u8>>, strips: bool) -> usize {
        let mut longest = [0; 128];
        let mut alone = [false; 128];
        for token in tokens {
            for byte in token.iter().filter(|byte| byte.is_ascii()) {
                longest[*byte as usize] = token.len().max(longest[*byte as usize]);
                alone[*byte as usize] |= token.len() == 1;
            }
        }
        let bytes = text.as_bytes();
        let mut count = [0usize; 128];
        for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| byte.is_ascii()) {
            // An accent that follows may combine with the character.
            count[*byte as usize] += usize::from(bytes.get(at + 1).is_none_or(u8::is_ascii));
        }
        let stripped = |byte: usize| strips && WHITE_SPACE.as_bytes().contains(&(byte as u8));
        let counted = (0..128).filter(|&byte| self.0[byte] && alone[byte] && !stripped(byte));
        counted.map(|byte| count[byte] as f64 / longest[byte] as f64).sum::<f64>().floor() as usize
    }
}

/// The steps of a `Sequence` and of nested ones, or the step itself.
fn steps<'v>(step: &'v Value, list: &str) -> Vec<&'v Value> {
    match step[list].as_array() {
        Some(inner) if step["type"] == "Sequence" => inner.iter().flat_map(|step| steps(step, list)).collect(),
        _ if step.is_null() => Vec::new(),
        _ => vec![step],
    }
}
