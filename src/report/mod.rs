//! What the subcommands found, as plain data with units; JSON by serde, and a rendering for people.

pub mod bench;
pub mod decode;
mod diagnostics;
pub mod inspect;
pub mod load;
pub mod prefill;
pub mod selftest;
pub mod stats;
pub mod verify;

/// `bytes` with a unit that keeps the number short: `458.4 MB`.
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
