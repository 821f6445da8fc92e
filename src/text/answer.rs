//! The text of an answer while it grows, token by token.

use super::TextStream;

/// What has been generated so far, as text: words, or the token ids with spaces between them if there is no tokenizer.
pub struct AnswerText<'t> {
    stream: Option<TextStream<'t>>,
    text: String,
}

impl<'t> AnswerText<'t> {
    /// An empty answer. `stream` turns its tokens into text and knows the stop strings.
    pub fn new(stream: Option<TextStream<'t>>) -> AnswerText<'t> {
        AnswerText { stream, text: String::new() }
    }

    /// Appends the next token. Returns the text that is now certain, often empty.
    pub fn push(&mut self, id: u32) -> String {
        let piece = match &mut self.stream {
            Some(stream) => stream.push(id),
            None if self.text.is_empty() => id.to_string(),
            None => format!(" {id}"),
        };
        self.text.push_str(&piece);
        piece
    }

    /// Returns the text that was held back: call it once, after the last token.
    pub fn flush(&mut self) -> String {
        let piece = self.stream.as_mut().map(TextStream::flush).unwrap_or_default();
        self.text.push_str(&piece);
        piece
    }

    /// Whether a stop string has ended the answer. It is not part of the text.
    pub fn has_stopped(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.stopped().is_some())
    }

    /// All pieces that [`push`](Self::push) and [`flush`](Self::flush) returned.
    pub fn text(&self) -> &str {
        &self.text
    }
}
