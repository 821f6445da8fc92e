//! Stop strings: finds the first one in a text that arrives in pieces, and holds back what may be the start of one.

use std::collections::VecDeque;

/// A stop string.
#[derive(Debug, Clone)]
struct Stop {
    text: String,
    chars: Vec<char>,
    /// Whether the string contains the text of a special token. It is then compared with the text in which special
    /// tokens are written out; other stop strings are compared with the printed text, which leaves them out.
    sees_special: bool,
}

/// Searches a text for stop strings, character by character, so that the result does not depend on token boundaries.
#[derive(Debug, Clone, Default)]
pub(super) struct StopSearch {
    stops: Vec<Stop>,
    /// The characters that may be the start of a stop string, and whether they are printed: those of a special token
    /// are not.
    held: VecDeque<(char, bool)>,
    stopped: Option<String>,
}

impl StopSearch {
    /// A search for `stops`, which are not empty. `contains_special` tells whether a text contains that of a special
    /// token.
    pub(super) fn new(stops: &[String], contains_special: impl Fn(&str) -> bool) -> StopSearch {
        let stop = |text: &String| Stop {
            chars: text.chars().collect(),
            sees_special: contains_special(text),
            text: text.clone(),
        };
        StopSearch { stops: stops.iter().map(stop).collect(), ..StopSearch::default() }
    }

    /// Whether a stop string contains the text of a special token, so that special tokens are to be pushed too.
    pub(super) fn sees_special(&self) -> bool {
        self.stops.iter().any(|stop| stop.sees_special)
    }

    /// The stop string that was found.
    pub(super) fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// Appends text, `printed` or that of a special token. Returns the text that can be printed now.
    pub(super) fn push(&mut self, text: &str, printed: bool) -> String {
        if self.stops.is_empty() {
            return if printed { text.into() } else { String::new() };
        }
        for c in text.chars() {
            self.held.push_back((c, printed));
            let found = self.stops.iter().filter_map(|stop| Some((self.start_of_match(stop)?, stop)));
            if let Some((start, stop)) = found.max_by_key(|(_, stop)| stop.text.len()) {
                self.stopped = Some(stop.text.clone());
                self.held.truncate(start);
                return self.flush();
            }
        }
        let kept = self.stops.iter().map(|stop| self.kept(stop)).max().unwrap_or(0);
        printed_text(self.held.drain(..self.held.len() - kept))
    }

    /// Returns the text that is held back.
    pub(super) fn flush(&mut self) -> String {
        printed_text(self.held.drain(..))
    }

    /// The held characters that `stop` is compared with, from the last to the first, each with its index.
    fn seen_backwards(&self, stop: &Stop) -> impl Iterator<Item = (usize, char)> {
        let held = self.held.iter().enumerate().rev();
        held.filter(|(_, (_, printed))| *printed || stop.sees_special).map(|(index, (c, _))| (index, *c))
    }

    /// The index of the held character at which `stop` starts, if the held text ends with it.
    fn start_of_match(&self, stop: &Stop) -> Option<usize> {
        let mut seen = self.seen_backwards(stop);
        let mut start = None;
        for expected in stop.chars.iter().rev() {
            start = Some(seen.next().filter(|(_, c)| c == expected)?.0);
        }
        start
    }

    /// Number of held characters, counted from the last, from the earliest possible start of `stop` on.
    fn kept(&self, stop: &Stop) -> usize {
        let seen: Vec<(usize, char)> = self.seen_backwards(stop).take(stop.chars.len()).collect();
        let is_start = |n: &usize| seen[..*n].iter().rev().zip(&stop.chars).all(|((_, c), expected)| c == expected);
        let longest = (1..=seen.len()).rev().find(is_start);
        longest.map_or(0, |n| self.held.len() - seen[n - 1].0)
    }
}

/// The printed ones of `chars`.
fn printed_text(chars: impl Iterator<Item = (char, bool)>) -> String {
    chars.filter(|(_, printed)| *printed).map(|(c, _)| c).collect()
}
