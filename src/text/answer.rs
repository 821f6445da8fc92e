//! The text of an answer, built token by token.

use super::{Piece, TextStream, ToolCall, ToolCallParser};

/// The text generated so far; without a tokenizer, the token ids separated by spaces.
pub struct AnswerText<'t> {
    stream: Option<TextStream<'t>>,
    /// Takes tool calls out of the text.
    parser: Option<ToolCallParser>,
    text: String,
    calls: Vec<ToolCall>,
}

impl<'t> AnswerText<'t> {
    /// An empty answer. `stream` decodes its tokens and detects stop strings; `None` without a tokenizer.
    pub fn new(stream: Option<TextStream<'t>>) -> AnswerText<'t> {
        AnswerText { stream, parser: None, text: String::new(), calls: Vec::new() }
    }

    /// Takes tool calls out of the text. The stream must [show](TextStream::showing) the markers of the format.
    pub fn with_tools(self, parser: ToolCallParser) -> AnswerText<'t> {
        AnswerText { parser: Some(parser), ..self }
    }

    /// Appends the next token. Returns the text that can be printed now, often empty.
    pub fn push(&mut self, id: u32) -> String {
        let piece = match &mut self.stream {
            Some(stream) => stream.push(id),
            None if self.text.is_empty() => id.to_string(),
            None => format!(" {id}"),
        };
        let pieces = match &mut self.parser {
            Some(parser) => parser.push(&piece),
            None => vec![Piece::Content(piece)],
        };
        self.take(pieces)
    }

    /// Returns the text that was held back. Call it once, after the last token.
    pub fn flush(&mut self) -> String {
        let rest = self.stream.as_mut().map(TextStream::flush).unwrap_or_default();
        let pieces = match &mut self.parser {
            Some(parser) => [parser.push(&rest), parser.finish()].concat(),
            None => vec![Piece::Content(rest)],
        };
        self.take(pieces)
    }

    /// Keeps the parts of an answer. Returns its text.
    fn take(&mut self, pieces: Vec<Piece>) -> String {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Content(content) => text.push_str(&content),
                Piece::Call(call) => self.calls.push(call),
            }
        }
        self.text.push_str(&text);
        text
    }

    /// The tool calls so far, all of them complete.
    pub fn calls(&self) -> &[ToolCall] {
        &self.calls
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
