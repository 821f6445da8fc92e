//! Benchmarks: the limits of this machine, and the prefill and decode rates of a model on it.

pub mod ceilings;
pub mod clock;
pub mod sweep;
pub mod system;

/// The median; NaN if `values` is empty.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}
