//! Token ids to printable text, piece by piece: never half a character, nothing past a stop string.

use std::mem::take;

use serde_json::Value;

use crate::error::{RequestError, Result};
use crate::text::Tokenizer;

/// What stands for a byte or a run of bytes that is not UTF-8.
const REPLACEMENT: char = '\u{FFFD}';

/// How a token's spelling in the vocabulary becomes text: the `decoder` of tokenizer.json.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenDecoder {
    /// Every character of a token stands for one byte (GPT-2's table; Qwen, Llama 3).
    ByteLevel,
    /// Tokens are text in which `▁` stands for a space; bytes outside the vocabulary are tokens `<0x00>`..`<0xFF>`
    /// (SentencePiece; Llama 2, Mistral, Gemma).
    SentencePiece(SentencePieceDecoder),
}

/// The steps of a SentencePiece decoder, in the order in which they apply.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SentencePieceDecoder {
    /// In the first token this character is dropped instead of replaced.
    drop_in_first: Option<char>,
    /// Replacements inside each token.
    replace: Vec<(String, String)>,
    /// Tokens `<0xE2>` are bytes.
    byte_fallback: bool,
    /// At most so many of this character are stripped from the start of the whole text.
    strip: Option<(char, usize)>,
}

/// What one token adds to the text.
enum Piece {
    /// Bytes of a byte-level token, perhaps the middle of a character.
    Bytes(Vec<u8>),
    /// One byte-fallback token.
    Fallback(u8),
    /// Whole characters.
    Text(String),
}

impl TokenDecoder {
    /// Reads the `decoder` object of tokenizer.json; the error names the step that is not known.
    pub(crate) fn from_json(decoder: &Value) -> std::result::Result<TokenDecoder, String> {
        let steps: Vec<&Value> = match decoder.get("decoders").and_then(Value::as_array) {
            Some(list) if decoder["type"] == "Sequence" => list.iter().collect(),
            _ => vec![decoder],
        };
        let name = |step: &Value| step.get("type").and_then(Value::as_str).unwrap_or("without a type").to_string();
        if steps.first().is_some_and(|step| name(step) == "ByteLevel") {
            return match steps[1..].iter().find(|step| name(step) != "Fuse") {
                None => Ok(TokenDecoder::ByteLevel),
                Some(step) => Err(format!("decoder step {} after ByteLevel", name(step))),
            };
        }
        let mut pieces = SentencePieceDecoder::default();
        let mut fused = false;
        for step in steps {
            match name(step).as_str() {
                "Replace" if !fused && !pieces.byte_fallback => {
                    let pattern = step["pattern"]["String"].as_str().filter(|pattern| !pattern.is_empty());
                    let (Some(pattern), Some(content)) = (pattern, step["content"].as_str()) else {
                        return Err("decoder step Replace with a pattern that is not a plain string".into());
                    };
                    pieces.replace.push((pattern.into(), content.into()));
                }
                "Metaspace" if pieces == SentencePieceDecoder::default() => {
                    let mark = step["replacement"].as_str().unwrap_or("▁");
                    let mut marks = mark.chars();
                    let (Some(mark_char), None) = (marks.next(), marks.next()) else {
                        return Err("decoder step Metaspace whose replacement is not one character".into());
                    };
                    if step["prepend_scheme"] != "never" && step["add_prefix_space"] != Value::Bool(false) {
                        pieces.drop_in_first = Some(mark_char);
                    }
                    pieces.replace.push((mark.into(), " ".into()));
                }
                "ByteFallback" if !fused => pieces.byte_fallback = true,
                "Fuse" => fused = true,
                "Strip" if fused && pieces.strip.is_none() && step["stop"] == 0 => {
                    let content = step["content"].as_str().and_then(|content| content.chars().next());
                    let (Some(content), Some(start)) = (content, step["start"].as_u64()) else {
                        return Err("decoder step Strip without content or start".into());
                    };
                    pieces.strip = Some((content, start as usize));
                }
                other => return Err(format!("decoder step {other} (at this place)")),
            }
        }
        Ok(TokenDecoder::SentencePiece(pieces))
    }

    fn piece(&self, token: &str, first: bool) -> Piece {
        match self {
            TokenDecoder::ByteLevel => {
                // Added tokens may hold characters outside the table: such a token is its own text.
                let bytes: Option<Vec<u8>> = token.chars().map(byte_of).collect();
                Piece::Bytes(bytes.unwrap_or_else(|| token.as_bytes().to_vec()))
            }
            TokenDecoder::SentencePiece(pieces) => {
                let mut text = token.to_string();
                if let Some(mark) = pieces.drop_in_first.filter(|_| first) {
                    text.retain(|c| c != mark);
                }
                for (from, to) in &pieces.replace {
                    text = text.replace(from.as_str(), to);
                }
                match fallback_byte(&text) {
                    Some(byte) if pieces.byte_fallback => Piece::Fallback(byte),
                    _ => Piece::Text(text),
                }
            }
        }
    }

    /// The bytes that `token` stands for inside a text.
    pub(crate) fn bytes(&self, token: &str) -> Vec<u8> {
        match self.piece(token, false) {
            Piece::Bytes(bytes) => bytes,
            Piece::Fallback(byte) => vec![byte],
            Piece::Text(text) => text.into_bytes(),
        }
    }
}

/// The byte that `c` stands for in byte-level vocabularies: printable Latin-1 characters stand for themselves, the other
/// 68 bytes, in order, are U+0100 and up (GPT-2's `bytes_to_unicode`).
fn byte_of(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF) => Some(code as u8),
        code @ 0x100..=0x120 => Some((code - 0x100) as u8),
        code @ 0x121..=0x142 => Some((code - 0x121 + 0x7F) as u8),
        0x143 => Some(0xAD),
        _ => None,
    }
}

/// The byte of a token `<0xE2>`.
fn fallback_byte(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    if digits.len() == 2 { u8::from_str_radix(digits, 16).ok() } else { None }
}

/// Text that grows token by token.
///
/// The pieces returned by [`push`](Self::push) and [`flush`](Self::flush) put together are
/// [`Tokenizer::decode`] of all ids, cut before the first stop string. Special tokens and ids that the tokenizer does
/// not know (the padding of a model's vocabulary) add nothing. Every token is looked at once.
#[derive(Debug, Clone)]
pub struct TextStream<'t> {
    tokenizer: &'t Tokenizer,
    stops: Vec<String>,
    /// Bytes that are not yet a character, or a run of byte tokens that may go on.
    bytes: Vec<u8>,
    /// No token has come yet.
    first: bool,
    /// So many characters may still be stripped from the start of the text.
    strip: usize,
    /// Text that may be the start of a stop string.
    held: String,
    stopped: Option<String>,
}

impl<'t> TextStream<'t> {
    /// An empty text that will end before the first of `stops`; an empty stop string is refused.
    pub fn new(tokenizer: &'t Tokenizer, stops: &[String]) -> Result<TextStream<'t>> {
        if stops.iter().any(String::is_empty) {
            return Err(RequestError::EmptyStopString.into());
        }
        Ok(TextStream { stops: stops.to_vec(), ..TextStream::endless(tokenizer) })
    }

    /// An empty text without stop strings.
    pub(crate) fn endless(tokenizer: &'t Tokenizer) -> TextStream<'t> {
        let strip = match tokenizer.decoder() {
            TokenDecoder::SentencePiece(SentencePieceDecoder { strip: Some((_, count)), .. }) => *count,
            _ => 0,
        };
        TextStream {
            tokenizer,
            stops: Vec::new(),
            bytes: Vec::new(),
            first: true,
            strip,
            held: String::new(),
            stopped: None,
        }
    }

    /// Takes the next token and returns the text that is now certain, often empty.
    pub fn push(&mut self, id: u32) -> String {
        if self.stopped.is_some() {
            return String::new();
        }
        let Some(token) = self.tokenizer.printable_token(id) else { return String::new() };
        let piece = self.tokenizer.decoder().piece(&token, take(&mut self.first));
        let text = match piece {
            Piece::Bytes(bytes) => {
                self.bytes.extend_from_slice(&bytes);
                take_characters(&mut self.bytes)
            }
            // A run of byte tokens is text only if all of it is UTF-8, so it has to end first.
            Piece::Fallback(byte) => {
                self.bytes.push(byte);
                return String::new();
            }
            Piece::Text(text) => self.end_of_run() + &text,
        };
        self.release(text)
    }

    /// Returns what was held back: call it once, after the last token.
    pub fn flush(&mut self) -> String {
        if self.stopped.is_some() {
            return String::new();
        }
        let rest = match self.tokenizer.decoder() {
            TokenDecoder::ByteLevel => String::from_utf8_lossy(&take(&mut self.bytes)).into_owned(),
            TokenDecoder::SentencePiece(_) => self.end_of_run(),
        };
        let text = self.release(rest);
        text + &take(&mut self.held)
    }

    /// The stop string that ended the text, if one did.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// The text of the byte tokens seen last: their characters, or one replacement character for each.
    fn end_of_run(&mut self) -> String {
        String::from_utf8(take(&mut self.bytes))
            .unwrap_or_else(|error| std::iter::repeat_n(REPLACEMENT, error.as_bytes().len()).collect())
    }

    /// Strips the start of the text, looks for stop strings and holds back what may become one.
    fn release(&mut self, mut text: String) -> String {
        if let TokenDecoder::SentencePiece(SentencePieceDecoder { strip: Some((content, _)), .. }) =
            self.tokenizer.decoder()
        {
            while self.strip > 0 && !text.is_empty() {
                self.strip = if text.starts_with(*content) { self.strip - 1 } else { 0 };
                if text.starts_with(*content) {
                    text.remove(0);
                }
            }
        }
        if self.stops.is_empty() {
            return text;
        }
        // Character by character, so that the cut does not depend on where the tokens end.
        for c in text.chars() {
            self.held.push(c);
            let hit = self.stops.iter().filter(|stop| self.held.ends_with(stop.as_str())).max_by_key(|stop| stop.len());
            if let Some(hit) = hit {
                self.held.truncate(self.held.len() - hit.len());
                self.stopped = Some(hit.clone());
                return take(&mut self.held);
            }
        }
        let certain = self.held.len() - self.stops.iter().map(|stop| overlap(&self.held, stop)).max().unwrap_or(0);
        let kept = self.held.split_off(certain);
        std::mem::replace(&mut self.held, kept)
    }
}

/// The length of the longest end of `text` with which `stop` begins.
fn overlap(text: &str, stop: &str) -> usize {
    let longest = text.len().min(stop.len());
    (1..=longest).rev().find(|&n| text.as_bytes()[text.len() - n..] == stop.as_bytes()[..n]).unwrap_or(0)
}

/// Takes the whole characters from the front of `bytes`, with U+FFFD for what cannot become one, as
/// `String::from_utf8_lossy` would; an unfinished character stays.
fn take_characters(bytes: &mut Vec<u8>) -> String {
    let mut text = String::new();
    let mut done = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        done += chunk.valid().len();
        let unfinished = done + chunk.invalid().len() == bytes.len()
            && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        if !chunk.invalid().is_empty() && !unfinished {
            text.push(REPLACEMENT);
            done += chunk.invalid().len();
        }
    }
    bytes.drain(..done);
    text
}
