//! Whether this machine computes what every other one does.

use std::fmt::Write;

use serde::Serialize;

/// What `rumma selftest` found.
#[derive(Debug, Serialize)]
pub struct Selftest {
    /// Whether every hash is the recorded one.
    pub pass: bool,
    /// The processor's architecture, `x86_64` or `aarch64`.
    pub architecture: &'static str,
    pub threads: usize,
    pub results: Vec<Hashed>,
}

/// One arithmetic on one instruction set.
#[derive(Debug, Serialize)]
pub struct Hashed {
    pub arithmetic: &'static str,
    pub isa: &'static str,
    pub pass: bool,
    /// SHA-256 over the little-endian f32 logits of every generated position, in order.
    pub found: String,
    pub recorded: &'static str,
    pub seconds: f64,
}

impl Selftest {
    /// A line for each hash, and the verdict.
    pub fn to_text(&self) -> String {
        let mut text = String::from("arithmetic  instructions  logits sha256     as recorded\n");
        for Hashed { arithmetic, isa, pass, found, .. } in &self.results {
            let start = found.get(..16).unwrap_or(found);
            let _ = writeln!(text, "{arithmetic:<11} {isa:<13} {start}  {}", if *pass { "yes" } else { "NO" });
        }
        let verdict = if self.pass { "yes" } else { "NO" };
        let _ = writeln!(text, "\nDoes this machine compute what the others compute? {verdict}");
        text
    }
}
