//! How long a step takes by its number of rows, as measured while the engine runs, and by the positions that they attend to.
//! It decides only how work is divided into steps, never a result.
//!
//! Other programs make all steps slower for a while. So the speed of the machine, which follows quickly, is kept apart from
//! the relative cost of rows, which follows slowly: a row count that was only measured in a slow minute would otherwise seem
//! expensive for as long as it is avoided.

/// Upper ends of the ranges of rows that are measured together.
const BUCKETS: [usize; 19] = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512, usize::MAX];
/// The weight of a new measurement in the speed of the machine.
const SPEED_WEIGHT: f64 = 0.2;
/// The smallest weight of a new measurement in the relative cost of rows.
const COST_WEIGHT: f64 = 0.02;
/// The weight of the cost that is expected of a bucket before its first measurement, as a number of measurements. Without it,
/// all buckets that are first measured while the machine becomes slow would seem expensive.
const PRIOR_STEPS: f64 = 4.0;
/// The largest factor by which one measurement counts as slower or faster than expected.
const MOST_SURPRISE: f64 = 1.5;
/// The time of a further row relative to that of a step with a single row, before anything is measured: on the machines
/// in `docs/performance.md`, eight rows take about twice as long as one.
const RELATIVE_ROW: f64 = 0.15;
/// Rows of a prompt that a step beside other sequences has at least, so that a prompt is never starved. With one other row,
/// they take less than twice as long on the machines in `docs/performance.md`, also at position 4000.
const LEAST_PROMPT_ROWS: usize = 2;

/// Rows of a prompt below which a step costs much more for each of them, because the weights are read and unpacked for few.
pub(super) const LEAST_CHUNK: usize = 64;

/// The time of a multiply-add of attention, relative to that of a multiply-add of the layers in a step with a single row. Measured on Zen 4 with
/// the 0.5B: 0.5 for the rows of a prompt, 0.9 for single rows.
const ATTENTION_MULTIPLY_ADD: f64 = 0.6;

/// The size of a step, which decides how long it takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepSize {
    /// Tokens that are computed.
    pub rows: usize,
    /// The positions that the rows attend to, summed over the rows.
    pub attended_positions: usize,
}

impl StepSize {
    /// The size with `rows` more rows, each of which attends to `positions` positions.
    pub fn with_rows(self, rows: usize, positions: usize) -> StepSize {
        StepSize { rows: self.rows + rows, attended_positions: self.attended_positions + rows * positions }
    }
}

/// The duration of steps.
#[derive(Debug, Clone, Default)]
pub struct StepCosts {
    /// The time in which a row attends to one position, relative to that of a step with a single row without attention.
    position_cost: f64,
    /// Seconds that a step takes whose relative cost is 1; `None` before the first measurement.
    seconds: Option<f64>,
    /// `[BUCKETS]`: what was measured.
    costs: [Cost; BUCKETS.len()],
}

/// The cost of the steps of one bucket.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    /// The number of steps.
    steps: u32,
    /// Their mean number of rows.
    rows: f64,
    /// The natural logarithm of their duration without attention, relative to that of a step with a single row.
    relative: f64,
}

impl StepCosts {
    /// The costs before the first measurement. A row has `row_multiply_adds` in the layers and the head, and
    /// `position_multiply_adds` in the attention of all layers for each position that it attends to.
    pub fn new(row_multiply_adds: u64, position_multiply_adds: u64) -> StepCosts {
        let position_cost = ATTENTION_MULTIPLY_ADD * position_multiply_adds as f64 / row_multiply_adds.max(1) as f64;
        StepCosts { position_cost, ..StepCosts::default() }
    }

    /// Adds a measured step.
    pub fn record(&mut self, size: StepSize, seconds: f64) {
        if seconds <= 0.0 {
            return;
        }
        let (rows, expected_of_rows, expected) = (size.rows, self.row_cost(size.rows), self.cost(size));
        let speed = self.seconds.unwrap_or(seconds / expected);
        let surprise = (seconds / (speed * expected)).ln().clamp(-MOST_SURPRISE.ln(), MOST_SURPRISE.ln());
        self.seconds = Some(speed * (SPEED_WEIGHT * surprise).exp());
        let cost = &mut self.costs[bucket(rows)];
        cost.steps = cost.steps.saturating_add(1);
        let weight = |measurements: f64| (1.0 / measurements).max(COST_WEIGHT);
        let relative = if cost.steps == 1 { expected_of_rows.ln() } else { cost.relative };
        cost.rows += weight(f64::from(cost.steps)) * (rows as f64 - cost.rows);
        cost.relative = relative + weight(PRIOR_STEPS + f64::from(cost.steps)) * surprise;
    }

    /// Whether a step has been measured.
    pub fn is_measured(&self) -> bool {
        self.seconds.is_some()
    }

    /// The expected duration of a step, in units of which only ratios matter until a step has been measured.
    pub fn estimate(&self, size: StepSize) -> f64 {
        self.seconds.unwrap_or(1.0) * self.cost(size)
    }

    /// The expected duration of a step, relative to that of one with a single row without attention.
    fn cost(&self, size: StepSize) -> f64 {
        self.row_cost(size.rows) + self.position_cost * size.attended_positions as f64
    }

    /// The expected duration, without attention, of a step relative to that of one with a single row: that of the nearest
    /// number of rows which was measured, and from there as before any measurement.
    fn row_cost(&self, rows: usize) -> f64 {
        let prior = |rows: f64| 1.0 + RELATIVE_ROW * (rows - 1.0);
        let target = bucket(rows);
        let measured = self.costs.iter().enumerate().filter(|(_, cost)| cost.steps > 0);
        match measured.min_by_key(|(index, _)| index.abs_diff(target)) {
            Some((_, cost)) => cost.relative.exp() * prior(rows as f64) / prior(cost.rows),
            None => prior(rows as f64),
        }
    }

    /// The most rows at `position` of a step that takes at most `seconds`; at least [`LEAST_CHUNK`], at most `limit`. All of
    /// `limit` before a step has been measured.
    pub fn rows_within(&self, seconds: f64, position: usize, limit: usize) -> usize {
        if !self.is_measured() {
            return limit;
        }
        let candidates = (LEAST_CHUNK..=limit).step_by(LEAST_CHUNK).chain([limit]);
        let fits = |rows: &usize| self.estimate(StepSize::default().with_rows(*rows, position)) <= seconds;
        candidates.filter(fits).last().unwrap_or(LEAST_CHUNK.min(limit))
    }

    /// The most rows at `position` that can be added to a step of `size`, so that the step takes at most `slowdown` times as long; at
    /// least [`LEAST_PROMPT_ROWS`], at most `limit`.
    pub fn rows_beside(&self, size: StepSize, slowdown: f64, position: usize, limit: usize) -> usize {
        let longest = slowdown * self.estimate(size);
        let fits = |added: &usize| self.estimate(size.with_rows(*added, position)) <= longest;
        let candidates = (1..=limit.min(32)).chain((40..=limit).step_by(8));
        candidates.filter(fits).last().unwrap_or(0).max(LEAST_PROMPT_ROWS.min(limit))
    }
}

fn bucket(rows: usize) -> usize {
    BUCKETS.iter().position(|end| rows <= *end).unwrap_or(BUCKETS.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_at_0(rows: usize) -> StepSize {
        StepSize { rows, attended_positions: 0 }
    }

    /// A step of a machine that is `slower` times as slow as usual.
    fn record(costs: &mut StepCosts, rows: usize, slower: f64) {
        costs.record(rows_at_0(rows), 0.01 * slower * (1.0 + 0.1 * (rows as f64 - 1.0)));
    }

    #[test]
    fn a_machine_that_becomes_slow_does_not_shrink_the_rows_of_prompts() {
        let mut costs = StepCosts::default();
        (0..20).for_each(|_| record(&mut costs, 1, 1.0));
        for _ in 0..50 {
            let rows = costs.rows_beside(rows_at_0(1), 1.7, 0, 512);
            record(&mut costs, 1 + rows, 1.0);
        }
        let usual = costs.rows_beside(rows_at_0(1), 1.7, 0, 512);
        assert!((5..=8).contains(&usual), "{usual}");
        for step in 0..300 {
            let rows = costs.rows_beside(rows_at_0(1), 1.7, 0, 512);
            assert!(rows.abs_diff(usual) <= 2, "{rows} rows in step {step} instead of {usual}");
            record(&mut costs, 1 + rows, if step % 40 == 7 { 50.0 } else { 2.5 });
        }
    }

    #[test]
    fn chunks_become_short_on_a_slow_machine_only() {
        let mut costs = StepCosts::default();
        assert_eq!(costs.rows_within(0.3, 0, 512), 512, "nothing is known yet");
        (0..50).for_each(|_| costs.record(rows_at_0(512), 1.2));
        let rows = costs.rows_within(0.3, 0, 512);
        assert!((64..=160).contains(&rows), "{rows}");
        assert_eq!((costs.rows_within(10.0, 0, 512), costs.rows_within(0.001, 0, 512)), (512, 64));
        assert_eq!(costs.rows_within(0.001, 0, 16), 16);
    }

    #[test]
    fn rows_that_cost_as_much_as_single_steps_still_advance_a_prompt() {
        let mut costs = StepCosts::default();
        for rows in [1, 2, 3, 4, 5, 6, 7, 8, 12, 16].repeat(20) {
            costs.record(rows_at_0(rows), 0.01 * rows as f64);
        }
        assert_eq!(costs.rows_beside(rows_at_0(1), 1.7, 0, 512), LEAST_PROMPT_ROWS);
        assert_eq!(costs.rows_beside(rows_at_0(1), 1.7, 0, 2), 2);
        let (one, eight) = (costs.estimate(rows_at_0(1)), costs.estimate(rows_at_0(8)));
        assert!((6.0..=9.0).contains(&(eight / one)), "{}", eight / one);
    }

    #[test]
    fn a_long_prompt_does_not_slow_down_the_answers_beside_it_as_it_grows() {
        // Attention takes as long at position 4000 as a step with a single row at the first.
        let mut costs = StepCosts::new(1000, 1);
        let cost = costs.position_cost;
        let seconds =
            |size: StepSize| 0.01 * (1.0 + 0.1 * (size.rows as f64 - 1.0) + cost * size.attended_positions as f64);
        let alone = StepSize::default().with_rows(1, 50);
        (0..20).for_each(|_| costs.record(alone, seconds(alone)));
        let mut position = 0;
        while position < 4000 {
            let rows = costs.rows_beside(alone, 1.7, position, 512);
            let size = alone.with_rows(rows, position);
            costs.record(size, seconds(size));
            let slowdown = seconds(size) / seconds(alone);
            assert!(rows == LEAST_PROMPT_ROWS || slowdown < 1.8, "{rows} rows at {position}: {slowdown}");
            position += rows;
        }
    }
}
