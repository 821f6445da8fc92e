//! Report of `rumma selftest`.

use std::fmt::Write;

use serde::Serialize;

/// The hashes of all arithmetics and instruction sets.
#[derive(Debug, Serialize)]
pub struct Selftest {
    /// Whether every hash equals the recorded one.
    pub pass: bool,
    /// CPU architecture, such as `x86_64` or `aarch64`.
    pub architecture: &'static str,
    /// Number of threads.
    pub threads: usize,
    /// One result for each arithmetic and instruction set.
    pub results: Vec<Hashed>,
}

/// One arithmetic on one instruction set.
#[derive(Debug, Serialize)]
pub struct Hashed {
    /// Precision of activations, such as `int8`.
    pub arithmetic: &'static str,
    /// Instruction set, such as `avx2`.
    pub isa: &'static str,
    /// Whether `found` equals `recorded`.
    pub pass: bool,
    /// SHA-256 of the little-endian f32 logits of every generated position, in order.
    pub found: String,
    /// The hash recorded with this version of rumma.
    pub recorded: &'static str,
    /// Wall-clock time of the computation.
    pub seconds: f64,
}

impl Selftest {
    /// A table of the hashes, and the overall result.
    pub fn to_text(&self) -> String {
        let mut text = String::from("arithmetic  instructions  logits sha256     result\n");
        for Hashed { arithmetic, isa, pass, found, .. } in &self.results {
            let start = found.get(..16).unwrap_or(found);
            let _ = writeln!(text, "{arithmetic:<11} {isa:<13} {start}  {}", if *pass { "ok" } else { "DIFFERENT" });
        }
        text.push_str(match self.pass {
            true => "\nPassed: the results of this machine are bit-identical to the recorded ones.\n",
            false => "\nFAILED: results of this machine differ from the recorded ones.\n",
        });
        text
    }
}
