//! How long a step takes by its number of rows, as measured while the engine runs. It decides only how work is divided into
//! steps, never a result.

/// Upper ends of the ranges of rows that are measured together.
const BUCKETS: [usize; 19] = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, usize::MAX];
/// The weight of a new measurement in the mean.
const WEIGHT: f64 = 0.2;
/// The time of a further row relative to that of a step with a single row, before anything is measured: on the machines
/// in `docs/performance.md`, eight rows take about twice as long as one.
const RELATIVE_ROW: f64 = 0.15;

/// The mean duration of steps by number of rows.
#[derive(Debug, Clone, Default)]
pub struct StepCosts {
    /// `[BUCKETS]`: mean rows and seconds.
    means: [Option<(f64, f64)>; BUCKETS.len()],
}

impl StepCosts {
    /// Adds a measured step.
    pub fn record(&mut self, rows: usize, seconds: f64) {
        let mean = &mut self.means[bucket(rows)];
        let (r, s) = mean.unwrap_or((rows as f64, seconds));
        *mean = Some((r + WEIGHT * (rows as f64 - r), s + WEIGHT * (seconds - s)));
    }

    /// Whether a step has been measured.
    pub fn is_measured(&self) -> bool {
        self.means.iter().any(Option::is_some)
    }

    /// The expected duration of a step, in units of which only ratios matter until a step has been measured.
    pub fn estimate(&self, rows: usize) -> f64 {
        let prior = |rows: f64| 1.0 + RELATIVE_ROW * (rows - 1.0);
        let target = bucket(rows);
        let measured = self.means.iter().enumerate().filter_map(|(index, mean)| Some((index, (*mean)?)));
        let nearest = measured.min_by_key(|(index, _)| index.abs_diff(target));
        match nearest {
            Some((_, (at, seconds))) => seconds * prior(rows as f64) / prior(at),
            None => prior(rows as f64),
        }
    }

    /// The most rows that can be added to `rows`, so that the step takes at most `slowdown` times as long; at least 1, at
    /// most `limit`.
    pub fn rows_beside(&self, rows: usize, slowdown: f64, limit: usize) -> usize {
        let longest = slowdown * self.estimate(rows);
        let fits = |added: &usize| self.estimate(rows + added) <= longest;
        let candidates = (1..=limit.min(32)).chain((40..=limit).step_by(8));
        candidates.take_while(fits).last().unwrap_or(1)
    }
}

fn bucket(rows: usize) -> usize {
    BUCKETS.iter().position(|end| rows <= *end).unwrap_or(BUCKETS.len() - 1)
}
