//! Streaming detokenization: token ids to text in whole characters, ending before the first stop string.

use std::mem::take;

use serde_json::Value;

use crate::error::{RequestError, Result};
use crate::text::Tokenizer;
use crate::text::stops::StopSearch;

/// Replaces bytes that are not UTF-8.
const REPLACEMENT: char = '\u{FFFD}';

/// Converts a token's vocabulary string to text: the `decoder` of tokenizer.json.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenDecoder {
    /// Every character of a token encodes one byte (GPT-2's table; Qwen, Llama 3).
    ByteLevel,
    /// Tokens are text with `▁` for a space; bytes outside the vocabulary are tokens `<0x00>`..`<0xFF>`
    /// (SentencePiece; Llama 2, Mistral, Gemma).
    SentencePiece(SentencePieceDecoder),
}

/// The steps of a SentencePiece decoder, in the order in which they are applied.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SentencePieceDecoder {
    /// This character is removed from the first token instead of replaced.
    drop_in_first: Option<char>,
    /// Replacements within each token: from, to.
    replace: Vec<(String, String)>,
    /// Whether tokens such as `<0xE2>` are bytes.
    byte_fallback: bool,
    /// A character and the maximum number of times it is stripped from the start of the whole text.
    strip: Option<(char, usize)>,
}

/// The output of one token.
enum Piece {
    /// Bytes of a byte-level token, which may split a character.
    Bytes(Vec<u8>),
    /// One byte-fallback token.
    Fallback(u8),
    /// Whole characters.
    Text(String),
}

impl TokenDecoder {
    /// Parses the `decoder` object of tokenizer.json; the error names the unsupported step.
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
                other => return Err(format!("decoder step {other} in this position")),
            }
        }
        Ok(TokenDecoder::SentencePiece(pieces))
    }

    fn piece(&self, token: &str, first: bool) -> Piece {
        match self {
            TokenDecoder::ByteLevel => {
                // Added tokens may have characters outside the table: such a token is plain text.
                let bytes: Option<Vec<u8>> = token.chars().map(byte_level_byte).collect();
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

    /// The bytes of `token` when it is not the first of a text.
    pub(crate) fn bytes(&self, token: &str) -> Vec<u8> {
        match self.piece(token, false) {
            Piece::Bytes(bytes) => bytes,
            Piece::Fallback(byte) => vec![byte],
            Piece::Text(text) => text.into_bytes(),
        }
    }
}

/// The byte that `c` encodes in byte-level vocabularies (the inverse of GPT-2's `bytes_to_unicode`): printable Latin-1
/// characters encode themselves, and U+0100 and up encode the other 68 bytes in order.
fn byte_level_byte(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF) => Some(code as u8),
        code @ 0x100..=0x120 => Some((code - 0x100) as u8),
        code @ 0x121..=0x142 => Some((code - 0x121 + 0x7F) as u8),
        0x143 => Some(0xAD),
        _ => None,
    }
}

/// The byte of a byte-fallback token such as `<0xE2>`.
fn fallback_byte(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    if digits.len() == 2 { u8::from_str_radix(digits, 16).ok() } else { None }
}

/// An incremental detokenizer.
///
/// The concatenation of what [`push`](Self::push) and [`flush`](Self::flush) return is [`Tokenizer::decode`] of all
/// ids, cut before the first stop string. Special tokens (but those that are [shown](Self::showing)) and ids outside the tokenizer (the padding of a model's
/// vocabulary) add nothing. Every token is decoded once.
#[derive(Debug, Clone)]
pub struct TextStream<'t> {
    tokenizer: &'t Tokenizer,
    /// Bytes of an incomplete character, or of a run of byte-fallback tokens that may continue.
    bytes: Vec<u8>,
    /// Whether no token has been pushed yet.
    first: bool,
    /// Number of characters that may still be stripped from the start of the text.
    strip: usize,
    /// Special tokens that are written out.
    shown: Vec<u32>,
    stops: StopSearch,
}

impl<'t> TextStream<'t> {
    /// A stream that ends before the first of `stops`. A stop string that contains the text of a special token, such as
    /// `<|im_end|>`, is found where the model generates that token.
    ///
    /// # Errors
    /// [`RequestError::EmptyStopString`].
    pub fn new(tokenizer: &'t Tokenizer, stops: &[String]) -> Result<TextStream<'t>> {
        if stops.iter().any(String::is_empty) {
            return Err(RequestError::EmptyStopString.into());
        }
        let stops = StopSearch::new(stops, |text| tokenizer.contains_special(text));
        Ok(TextStream { stops, ..TextStream::without_stops(tokenizer) })
    }

    /// A stream without stop strings.
    pub(crate) fn without_stops(tokenizer: &'t Tokenizer) -> TextStream<'t> {
        let strip = match tokenizer.decoder() {
            TokenDecoder::SentencePiece(SentencePieceDecoder { strip: Some((_, count)), .. }) => *count,
            _ => 0,
        };
        TextStream { tokenizer, bytes: Vec::new(), first: true, strip, shown: Vec::new(), stops: StopSearch::default() }
    }

    /// Writes out those of `texts` that are special tokens.
    pub fn showing<'m>(self, texts: impl IntoIterator<Item = &'m str>) -> TextStream<'t> {
        let shown = texts.into_iter().filter_map(|text| self.tokenizer.id_of(text)).collect();
        TextStream { shown, ..self }
    }

    /// Continues a text: nothing is left out at the beginning.
    pub fn continuing(self) -> TextStream<'t> {
        TextStream { first: false, strip: 0, ..self }
    }

    /// Takes the next token and returns the text that can be printed now, often empty.
    pub fn push(&mut self, id: u32) -> String {
        if self.stopped().is_some() {
            return String::new();
        }
        let Some(token) = self.tokenizer.printable_token(id) else {
            if let Some(token) = self.tokenizer.special_token(id).filter(|_| self.shown.contains(&id)) {
                let text = self.take_rest() + &token;
                return self.release(text);
            }
            return match self.tokenizer.special_token(id).filter(|_| self.stops.sees_special()) {
                Some(token) => self.stops.push(&token, false),
                None => String::new(),
            };
        };
        let piece = self.tokenizer.decoder().piece(&token, take(&mut self.first));
        let text = match piece {
            Piece::Bytes(bytes) => {
                self.bytes.extend_from_slice(&bytes);
                take_utf8(&mut self.bytes)
            }
            // A run of byte-fallback tokens is decoded as a whole, when it has ended: it is text only if all of it is
            // UTF-8.
            Piece::Fallback(byte) => {
                self.bytes.push(byte);
                return String::new();
            }
            Piece::Text(text) => self.take_byte_run() + &text,
        };
        self.release(text)
    }

    /// Returns the text that was held back. Call it once, after the last token.
    pub fn flush(&mut self) -> String {
        if self.stopped().is_some() {
            return String::new();
        }
        let rest = self.take_rest();
        let text = self.release(rest);
        text + &self.stops.flush()
    }

    /// The stop string that ended the text, if one did.
    pub fn stopped(&self) -> Option<&str> {
        self.stops.stopped()
    }

    /// Decodes the bytes that no token completes.
    fn take_rest(&mut self) -> String {
        match self.tokenizer.decoder() {
            TokenDecoder::ByteLevel => String::from_utf8_lossy(&take(&mut self.bytes)).into_owned(),
            TokenDecoder::SentencePiece(_) => self.take_byte_run(),
        }
    }

    /// Decodes the last run of byte-fallback tokens: as UTF-8, or as one replacement character per byte.
    fn take_byte_run(&mut self) -> String {
        String::from_utf8(take(&mut self.bytes))
            .unwrap_or_else(|error| std::iter::repeat_n(REPLACEMENT, error.as_bytes().len()).collect())
    }

    /// Strips the start of the text, and searches for stop strings.
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
        self.stops.push(&text, true)
    }
}

/// Removes the complete characters from the front of `bytes` and returns them, with U+FFFD for invalid bytes as in
/// `String::from_utf8_lossy`. An incomplete character at the end stays in `bytes`.
fn take_utf8(bytes: &mut Vec<u8>) -> String {
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
