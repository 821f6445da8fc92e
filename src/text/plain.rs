//! Keeps the content of messages plain: the text of a special token in it, such as `<|im_end|>`, does not become the
//! token.
//!
//! Before a chat template is rendered, a private character (the cut) is inserted into every text of a special token in
//! the conversation, behind its first character. The template's own special tokens have no cut. The tokenizer looks for
//! special tokens while the cuts are there, so none is found across a cut, and removes them before it splits the text.
//! A conversation without such texts is not changed, and its ids are those of transformers.
//!
//! A special token could also form where a content meets other text, such as `<|im_` at the end of one message and
//! `end|>` at the start of the next. So a beginning of a special token at the end of a text is cut too, and so is the
//! rest of one at the start of a text, which a template could complete. A plain word is not cut at its borders:
//! templates that write `<|` + role + `|>` mean the token.

use std::collections::HashSet;

use tokenizers::{Model, OffsetType, PreTokenizer};

use super::Tokenizer;
use super::conversation::TemplateInput;
use crate::error::{Fault, FaultKind, Result};

impl Tokenizer {
    /// Like [`encode`](Tokenizer::encode), but without the character `cut`, across which no special token is recognised: the
    /// text before and after it is joined and encoded as text.
    pub(crate) fn encode_with_cuts(&self, text: &str, cut: char) -> Result<Vec<u32>> {
        let encode = || -> tokenizers::Result<Vec<u32>> {
            let added = self.inner.get_added_vocabulary();
            let mut pieces = added.extract_and_normalize(self.inner.get_normalizer(), text);
            pieces.split(|_, mut piece| {
                if piece.get().contains(cut) {
                    piece.filter(|c| c != cut);
                }
                Ok([piece])
            })?;
            if let Some(pre_tokenizer) = self.inner.get_pre_tokenizer() {
                pre_tokenizer.pre_tokenize(&mut pieces)?;
            }
            pieces.tokenize(|piece| self.inner.get_model().tokenize(piece.get()))?;
            Ok(pieces.into_encoding(None, 0, OffsetType::None)?.get_ids().to_vec())
        };
        encode().map_err(|error| Fault::new(FaultKind::CannotEncode, self.path()).cause(error).into())
    }

    /// The text of `id`, if it is a special token.
    pub(crate) fn special_token(&self, id: u32) -> Option<String> {
        let token = self.inner.get_added_vocabulary().get_added_tokens_decoder().get(&id)?;
        self.inner.get_added_vocabulary().is_special_token(&token.content).then(|| token.content.clone())
    }

    /// The texts of all special tokens, sorted.
    pub(crate) fn special_texts(&self) -> Vec<&str> {
        let added = self.inner.get_added_vocabulary();
        let texts = added.get_vocab().keys().map(String::as_str).filter(|text| added.is_special_token(text));
        let mut texts: Vec<&str> = texts.collect();
        texts.sort_unstable();
        texts
    }

    /// Whether `text` contains the text of a special token.
    pub(crate) fn contains_special(&self, text: &str) -> bool {
        self.special_texts().iter().any(|special| text.contains(special))
    }
}

/// The characters of Unicode's private use areas that do not occur in a conversation or its template.
pub(super) struct PrivateChars {
    used: HashSet<char>,
    candidates: Box<dyn Iterator<Item = char>>,
}

impl PrivateChars {
    pub(super) fn new<'s>(texts: impl IntoIterator<Item = &'s str>) -> PrivateChars {
        let used = texts.into_iter().flat_map(str::chars).filter(|c| is_private(*c)).collect();
        PrivateChars { used, candidates: Box::new(('\u{E000}'..='\u{F8FF}').chain('\u{F0000}'..='\u{FFFFD}')) }
    }
}

impl Iterator for PrivateChars {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let used = &self.used;
        self.candidates.find(|c| !used.contains(c))
    }
}

pub(super) fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}')
}

/// Cuts the texts of the special tokens `special` in every string of `input`. Returns whether there was one.
pub(super) fn cut_special_texts(input: &mut TemplateInput, special: &[&str], cut: char) -> bool {
    let mut any = false;
    input.for_each_string(&mut |text| {
        if let Some(changed) = cut_text(text, special, cut) {
            *text = changed;
            any = true;
        }
    });
    any
}

/// `text` with its cuts; `None` if there are none.
fn cut_text(text: &str, special: &[&str], cut: char) -> Option<String> {
    let mut cuts = Vec::new();
    let is_word = text.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c));
    let body = text.trim();
    let start = text.len() - text.trim_start().len();
    if !is_word && special.iter().any(|token| completes(body, token)) {
        cuts.push(start);
    }
    let end = start + body.len();
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        let found = |token: &&str| {
            let unfinished = !is_word && at < end && token.len() > end - at && token.starts_with(&text[at..end]);
            token.starts_with(c) && (unfinished || text[at..].starts_with(token))
        };
        if special.iter().any(found) {
            cuts.push(next);
        }
    }
    cuts.dedup();
    let mut out = String::with_capacity(text.len() + cuts.len() * cut.len_utf8());
    let mut done = 0;
    for at in &cuts {
        out.push_str(&text[done..*at]);
        out.push(cut);
        done = *at;
    }
    out.push_str(&text[done..]);
    (!cuts.is_empty()).then_some(out)
}

/// Whether text that ends in a beginning of `token` could be completed to it by `text`: it starts with the end of the
/// token, or it is a part of it.
fn completes(text: &str, token: &str) -> bool {
    let mut ends = token.char_indices().skip(1).map(|(at, _)| &token[at..]);
    ends.any(|end| text.starts_with(end) || (!text.is_empty() && end.starts_with(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPECIAL: [&str; 4] = ["<|im_end|>", "<|im_end|><|x|>", "end|>z", "=="];

    fn cut(text: &str) -> String {
        cut_text(text, &SPECIAL, '^').unwrap_or_else(|| text.into())
    }

    #[test]
    fn every_text_of_a_special_token_is_cut_even_where_they_overlap() {
        assert_eq!(cut("a <|im_end|> b"), "a <^|im_end|> b");
        assert_eq!(cut("<|im_end|>z."), "<^|im_e^nd|>z.");
        assert_eq!(cut("<|im_end|><|x|>!"), "<^|im_end|><|x|>!");
        assert_eq!(cut("b===b"), "b=^=^=b");
        for plain in ["", "plain", "a < b", "<|im_start|>", "1 <| 2 |> 3"] {
            assert_eq!(cut(plain), plain);
        }
    }

    #[test]
    fn the_borders_of_a_text_are_cut_where_a_special_token_could_form() {
        assert_eq!(cut("x <|im_ \n"), "x <^|im_ \n");
        assert_eq!(cut("x <"), "x <^");
        assert_eq!(cut("  |> quoted"), "  ^|> quoted");
        assert_eq!(cut("m_end|>"), "^m_e^nd|>");
        // A role, which a template may write between `<|` and `|>`.
        assert_eq!(cut("end"), "end");
    }
}
