//! Measuring: what this machine could do at best, and what a model does on it.

pub mod ceilings;
pub mod clock;
pub mod sweep;
pub mod system;

/// The middle of some numbers, the mean of the two middle ones where their count is even; NaN where there are none.
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
