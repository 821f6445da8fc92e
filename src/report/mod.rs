//! Reports of the subcommands: plain data, serialized as JSON by serde or rendered as text by `to_text`.

pub mod bench;
pub mod chat;
pub mod convert;
pub mod decode;
mod diagnostics;
pub mod diff;
pub mod generation;
pub mod inspect;
pub mod load;
pub mod memory;
pub mod page;
pub mod prefill;
pub mod repacked;
pub mod score;
pub mod selftest;
pub mod stats;
mod table;
pub mod verify;

/// `bytes` with a decimal unit and one digit after the point, such as `458.4 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}
