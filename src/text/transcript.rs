//! The ids of a conversation: earlier answers keep the ids that the model generated.
//!
//! A model's answer need not be the ids that its text is encoded as. In the prompt of a later turn, the generated ids take
//! the place of the encoded ones where both are the same text. The model then sees what it wrote, and the keys and values
//! of the answer can be reused.

use std::ops::Range;

use super::Tokenizer;

/// The tokens of a conversation up to the last answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    tokens: Vec<u32>,
    generated: Vec<Range<usize>>,
}

impl Transcript {
    /// The tokens of a prompt or a saved conversation. `generated` are the positions of the answers in it, in order;
    /// those that are not positions of `tokens`, or overlap, are left out.
    pub fn new(tokens: Vec<u32>, generated: impl IntoIterator<Item = Range<usize>>) -> Transcript {
        let mut transcript = Transcript { tokens, generated: Vec::new() };
        for span in generated {
            let after = transcript.generated.last().map_or(0, |last| last.end);
            if after <= span.start && span.start < span.end && span.end <= transcript.tokens.len() {
                transcript.generated.push(span);
            }
        }
        transcript
    }

    /// All tokens.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// The positions of the answers, in order. The end-of-sequence token of an answer is not among them.
    pub fn generated(&self) -> &[Range<usize>] {
        &self.generated
    }

    /// Appends the ids of an answer, without an end-of-sequence token. What continues an answer becomes a part of it.
    pub fn push_answer(&mut self, ids: &[u32]) {
        let start = self.tokens.len();
        self.tokens.extend_from_slice(ids);
        let end = self.tokens.len();
        match self.generated.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ if start < end => self.generated.push(start..end),
            _ => {}
        }
    }

    /// Removes the last answer, and the prompt that it answers from the answer before it on; all tokens if there is none.
    pub fn undo_answer(&mut self) {
        self.generated.pop();
        self.tokens.truncate(self.generated.last().map_or(0, |last| last.end));
    }

    /// The prompt of the next turn: `encoded`, with the ids of an earlier answer where all before it is the same, and its
    /// text is. Special tokens are never the same as text.
    pub fn next_prompt(&self, tokenizer: &Tokenizer, encoded: Vec<u32>) -> Transcript {
        let mut next = Transcript { tokens: encoded, generated: Vec::new() };
        for span in &self.generated {
            let is_same = next.tokens.get(..span.start) == self.tokens.get(..span.start);
            let Some(answer) = self.tokens.get(span.clone()).filter(|_| is_same) else { continue };
            if let Some(count) = same_text(tokenizer, &next.tokens[span.start..], answer) {
                next.tokens.splice(span.start..span.start + count, answer.iter().copied());
                next.generated.push(span.clone());
            }
        }
        next
    }
}

/// The number of tokens at the start of `encoded` that are the text of `answer`; `None` if there is no such number, or if a
/// special token is among them.
fn same_text(tokenizer: &Tokenizer, encoded: &[u32], answer: &[u32]) -> Option<usize> {
    let bytes = |id: &u32| tokenizer.token_bytes(*id).filter(|_| !tokenizer.is_special(*id));
    let text = answer.iter().map(bytes).collect::<Option<Vec<_>>>()?.concat();
    let mut rest = text.as_slice();
    for (count, id) in encoded.iter().enumerate() {
        if rest.is_empty() {
            return Some(count);
        }
        rest = rest.strip_prefix(bytes(id)?.as_slice())?;
    }
    rest.is_empty().then_some(encoded.len())
}
