//! The text of an answer, built token by token.

use super::TextStream;

/// The text generated so far; without a tokenizer, the token ids separated by spaces.
pub struct AnswerText<'t> {
    stream: Option<TextStream<'t>>,
    text: String,
}

impl<'t> AnswerText<'t> {
    /// An empty answer. `stream` decodes its tokens and detects stop strings; `None` without a tokenizer.
    pub fn new(stream: Option<TextStream<'t>>) -> AnswerText<'t> {
        AnswerText { stream, text: String::new() }
    }

    /// Appends the next token. Returns the text that can be printed now, often empty.
    pub fn push(&mut self, id: u32) -> String {
        let piece = match &mut self.stream {
            Some(stream) => stream.push(id),
            None if self.text.is_empty() => id.to_string(),
            None => format!(" {id}"),
        };
        self.text.push_str(&piece);
        piece
    }

    /// Returns the text that was held back. Call it once, after the last token.
    pub fn flush(&mut self) -> String {
        let piece = self.stream.as_mut().map(TextStream::flush).unwrap_or_default();
        self.text.push_str(&piece);
        piece
    }

    /// Whether a stop string has ended the answer. The stop string is not part of the text.
    pub fn has_stopped(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.stopped().is_some())
    }

    /// The concatenation of what [`push`](Self::push) and [`flush`](Self::flush) returned.
    pub fn text(&self) -> &str {
        &self.text
    }
}
