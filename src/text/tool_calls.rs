//! Tool calls in an answer: the form in which each family of models writes them, and a parser for text that arrives in
//! pieces.

use serde::Serialize;
use serde_json::Value;

/// How a family of models writes tool calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToolFormat {
    /// Stands before calls; empty if an answer that begins with an object is a call. It can be a special token.
    pub begin: &'static str,
    /// Stands after calls; empty if nothing does. It can be a special token.
    pub end: &'static str,
    /// Stands between `begin` and the JSON, and between the JSON and `end`.
    pub space: &'static str,
    /// Whether all calls stand in one list. Otherwise each call is an object with its own `begin` and `end`.
    pub is_list: bool,
    /// The key of the arguments beside `name`.
    pub arguments: &'static str,
}

/// Qwen2.5, Qwen3, SmolLM3 (the form of Hermes).
const HERMES: ToolFormat =
    ToolFormat { begin: "<tool_call>", end: "</tool_call>", space: "\n", is_list: false, arguments: "arguments" };
/// Mistral.
const MISTRAL: ToolFormat =
    ToolFormat { begin: "[TOOL_CALLS]", end: "", space: "", is_list: true, arguments: "arguments" };
/// Phi-4-mini.
const PHI: ToolFormat =
    ToolFormat { begin: "<|tool_call|>", end: "<|/tool_call|>", space: "", is_list: true, arguments: "arguments" };
/// Granite 3.
const GRANITE: ToolFormat = ToolFormat { end: "", ..PHI };
/// Llama 3.
const LLAMA: ToolFormat = ToolFormat { begin: "", end: "", space: "", is_list: false, arguments: "parameters" };

/// Llama 3 can write this before a call.
const PYTHON_TAG: &str = "<|python_tag|>";

impl ToolFormat {
    /// The format that a chat template asks for, or that a tokenizer has tokens for. `None` if neither tells.
    pub fn detect(template: &str, has_token: impl Fn(&str) -> bool) -> Option<ToolFormat> {
        let known = |text: &str| template.contains(text) || has_token(text);
        if template.contains("<function=") {
            // The form of Qwen3-Coder, which is not JSON.
            None
        } else if known(MISTRAL.begin) {
            Some(MISTRAL)
        } else if known(PHI.begin) {
            Some(if known(PHI.end) { PHI } else { GRANITE })
        } else if known(HERMES.begin) {
            Some(HERMES)
        } else {
            let asks = template.contains("\"parameters\": ") || template.contains("\\\"parameters\\\": ");
            (known(PYTHON_TAG) || asks).then_some(LLAMA)
        }
    }

    /// The texts that have to be seen in an answer, also where they are special tokens.
    pub fn markers(self) -> impl Iterator<Item = &'static str> {
        let tag = if self.begin.is_empty() { PYTHON_TAG } else { "" };
        [self.begin, self.end, tag].into_iter().filter(|marker| !marker.is_empty())
    }
}

/// A tool call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolCall {
    /// The function.
    pub name: String,
    /// Its arguments: a JSON object.
    pub arguments: String,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text that is not part of a call.
    Content(String),
    /// A whole call.
    Call(ToolCall),
}

/// Takes an answer apart, piece by piece. What looks like a call but is none, such as one of a function that is not
/// known, is content and stays as it is. White space beside calls is left out.
#[derive(Debug, Clone)]
pub struct ToolCallParser {
    format: ToolFormat,
    /// The functions that can be called.
    names: Vec<String>,
    state: State,
    /// Text that is held back.
    held: String,
    /// Calls so far.
    calls: usize,
}

#[derive(Debug, Clone)]
enum State {
    /// Outside of calls.
    Content,
    /// In a call. `held` is its text, with `begin`.
    Call(ValueScan),
    /// After the JSON of a call, where `end` can follow.
    End,
    /// Text that is no call, to its end.
    Plain,
}

impl ToolCallParser {
    /// A parser at the beginning of an answer. `names` are the functions that can be called.
    pub fn new(format: ToolFormat, names: Vec<String>) -> ToolCallParser {
        ToolCallParser { format, names, state: State::Content, held: String::new(), calls: 0 }
    }

    /// Takes the next text of the answer. Returns what is complete.
    pub fn push(&mut self, text: &str) -> Vec<Piece> {
        self.held.push_str(text);
        let mut pieces = Vec::new();
        while self.step(&mut pieces) {}
        pieces
    }

    /// Returns what is held back, at the end of the answer.
    pub fn finish(&mut self) -> Vec<Piece> {
        let rest = std::mem::take(&mut self.held);
        let dropped = matches!(self.state, State::End) || self.calls > 0 && rest.trim().is_empty();
        self.state = State::Plain;
        if dropped || rest.is_empty() { Vec::new() } else { vec![Piece::Content(rest)] }
    }

    /// The number of calls so far.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// Goes on by one state; false if more text is needed.
    fn step(&mut self, pieces: &mut Vec<Piece>) -> bool {
        match &mut self.state {
            State::Plain => {
                self.emit(self.held.len(), pieces);
                false
            }
            State::Content if self.format.begin.is_empty() => self.step_start(),
            State::Content => self.step_content(pieces),
            State::Call(scan) => match scan.run(&self.held) {
                Scanned::Incomplete => false,
                Scanned::NoValue(end) => {
                    self.state = self.after_content();
                    self.emit(end, pieces);
                    true
                }
                Scanned::Value(start, end) => {
                    match self.parse(start, end) {
                        Some(calls) => {
                            self.calls += calls.len();
                            pieces.extend(calls.into_iter().map(Piece::Call));
                            self.held.drain(..end);
                            self.state = State::End;
                        }
                        None => {
                            self.state = self.after_content();
                            self.emit(end, pieces);
                        }
                    }
                    true
                }
            },
            State::End => {
                let (rest, end) = (self.held.trim_start(), self.format.end);
                if !end.is_empty() && rest.len() < end.len() && end.starts_with(rest) {
                    return false;
                }
                if !end.is_empty() && rest.starts_with(end) {
                    let done = self.held.len() - rest.len() + end.len();
                    self.held.drain(..done);
                }
                self.state = State::Content;
                true
            }
        }
    }

    /// The state after text that was no call.
    fn after_content(&self) -> State {
        if self.format.begin.is_empty() { State::Plain } else { State::Content }
    }

    /// Looks for `begin`.
    fn step_content(&mut self, pieces: &mut Vec<Piece>) -> bool {
        let begin = self.format.begin;
        if let Some(start) = self.held.find(begin) {
            let content = self.held[..start].trim_end().len();
            self.emit(content, pieces);
            self.held.drain(..start - content);
            self.state = State::Call(ValueScan::after(begin.len()));
            return true;
        }
        // What may be the start of `begin` is held back, with the white space before it.
        let is_start = |n: &usize| self.held.is_char_boundary(self.held.len() - n) && self.held.ends_with(&begin[..*n]);
        let kept =
            (1..begin.len().min(self.held.len() + 1)).rev().filter(|n| begin.is_char_boundary(*n)).find(is_start);
        let content = self.held[..self.held.len() - kept.unwrap_or(0)].trim_end().len();
        self.emit(content, pieces);
        false
    }

    /// Looks for an object at the beginning of an answer, or after another call.
    fn step_start(&mut self) -> bool {
        let separators: &[char] = if self.calls > 0 { &[' ', '\n', '\r', '\t', ';'] } else { &[' ', '\n', '\r', '\t'] };
        let rest = self.held.trim_start_matches(separators);
        let value = rest.strip_prefix(PYTHON_TAG).unwrap_or(rest);
        if value.trim_start().is_empty() || value.len() == rest.len() && PYTHON_TAG.starts_with(rest) {
            return false;
        }
        let start = self.held.len() - value.len();
        self.state =
            if value.trim_start().starts_with('{') { State::Call(ValueScan::after(start)) } else { State::Plain };
        true
    }

    /// Moves the first `end` bytes of the held text into a piece of content.
    fn emit(&mut self, end: usize, pieces: &mut Vec<Piece>) {
        if end == 0 {
            return;
        }
        let text: String = self.held.drain(..end).collect();
        match pieces.last_mut() {
            Some(Piece::Content(last)) => last.push_str(&text),
            _ => pieces.push(Piece::Content(text)),
        }
    }

    /// The calls in `held[start..end]`, if it is one or several.
    fn parse(&self, start: usize, end: usize) -> Option<Vec<ToolCall>> {
        match serde_json::from_str(self.held.get(start..end)?).ok()? {
            Value::Array(items) if !items.is_empty() => items.iter().map(|item| self.call(item)).collect(),
            value => Some(vec![self.call(&value)?]),
        }
    }

    fn call(&self, value: &Value) -> Option<ToolCall> {
        let name = value.get("name")?.as_str().filter(|name| self.names.iter().any(|known| known == name))?;
        let arguments = match value.get("arguments").or_else(|| value.get("parameters")) {
            None | Some(Value::Null) => "{}".into(),
            Some(arguments @ Value::Object(_)) => arguments.to_string(),
            Some(Value::String(text)) => {
                serde_json::from_str::<Value>(text).ok().filter(Value::is_object)?;
                text.clone()
            }
            Some(_) => return None,
        };
        Some(ToolCall { name: name.into(), arguments })
    }
}

/// Finds the end of a JSON object or list in a text that grows.
#[derive(Debug, Clone)]
struct ValueScan {
    /// Bytes that have been looked at.
    position: usize,
    /// The start of the value.
    start: Option<usize>,
    /// Objects and lists that are open.
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

enum Scanned {
    /// The text ends within the value.
    Incomplete,
    /// The value is in this range of bytes.
    Value(usize, usize),
    /// No object or list begins here; the text up to this byte has been looked at.
    NoValue(usize),
}

impl ValueScan {
    fn after(position: usize) -> ValueScan {
        ValueScan { position, start: None, depth: 0, in_string: false, is_escaped: false }
    }

    fn run(&mut self, text: &str) -> Scanned {
        for byte in text.bytes().skip(self.position) {
            let at = self.position;
            self.position += 1;
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.in_string => self.is_escaped = true,
                b'"' if self.start.is_some() => self.in_string = !self.in_string,
                _ if self.in_string => {}
                b'{' | b'[' => {
                    self.start.get_or_insert(at);
                    self.depth += 1;
                }
                b' ' | b'\n' | b'\r' | b'\t' if self.start.is_none() => {}
                _ if self.start.is_none() => return Scanned::NoValue(at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if let (0, Some(start)) = (self.depth, self.start) {
                        return Scanned::Value(start, self.position);
                    }
                }
                _ => {}
            }
        }
        Scanned::Incomplete
    }
}
