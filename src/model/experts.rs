//! Mixture of experts: each token passes the few experts with the highest scores of its layer. The rows of a pass are
//! gathered by expert, so that the weights of each expert are read once, and those of the others not at all.
//!
//! The choice, the weights and the order of the sum of a row depend on the row alone, not on the rest of the batch.

use std::cmp::Ordering;
use std::ops::Range;

use super::forward::MlpBuffers;
use super::linear::{self, Input, Projection};
use super::{Arithmetic, ExecContext, Model};
use crate::checkpoint::config::ExpertsConfig;
use crate::kernels::layout::{TILE, TILE_ROWS, Tiles, runs, tile_columns};
use crate::kernels::math::exp;
use crate::weights::{Experts, Linear, Mlp};

/// Scratch buffers of a layer with experts. The next layer reuses their memory.
#[derive(Default)]
pub struct ExpertsWorkspace {
    /// The scores of all experts, `[rows, experts]`.
    scores: Tiles,
    /// The experts of each row, `[rows, experts per token]`, by index in each row.
    choices: Vec<Choice>,
    /// The rows of the input in the order of their experts: one for each choice.
    gathered: Input,
    /// The results of the experts, in the order of `gathered`.
    outputs: Tiles,
}

/// An expert that a row passes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Choice {
    expert: usize,
    /// The factor of its result.
    weight: f32,
    /// The row of [`ExpertsWorkspace::gathered`].
    gathered: usize,
}

/// The rows in one task of those that go row by row.
const TASK_ROWS: usize = 8;

impl Model {
    /// The sum of the experts of each row, times their weights. `input` is the normed residual stream.
    pub(super) fn experts(
        &self,
        exec: ExecContext,
        mixture: &Experts,
        input: &Input,
        workspace: &mut ExpertsWorkspace,
        mut buffers: MlpBuffers,
        out: &mut Tiles,
    ) {
        let ExpertsWorkspace { scores, choices, gathered, outputs } = workspace;
        let Some(config) = self.config.experts.as_ref().filter(|_| input.rows > 0) else {
            return out.reset(0, self.config.hidden_size);
        };
        let router = Projection::new(&mixture.router, input.rows, scores);
        linear::run(exec.with_arithmetic(Arithmetic::F32), input, &mut [router], buffers.scratch());
        choices.resize(input.rows * config.per_token, Choice::default());
        let mut tasks: Vec<_> = choices.chunks_mut(TASK_ROWS * config.per_token).enumerate().collect();
        exec.threads.for_each(&mut tasks, |(n, choices)| {
            let mut row = vec![0.0; config.count];
            for (r, choices) in choices.chunks_exact_mut(config.per_token).enumerate() {
                scores.copy_row(*n * TASK_ROWS + r, &mut row);
                choose(config, &row, choices);
            }
        });
        let rows = assign_rows(choices, config.count);
        let chosen = mixture.experts.iter().zip(&rows).filter(|(_, rows)| !rows.is_empty());
        let mlps: Vec<(&Mlp, usize)> = chosen.map(|(expert, rows)| (expert, rows.len())).collect();
        let reads_values = |linear: &Linear| linear.awq().is_none() || linear.input_order().is_some();
        let with_values =
            exec.arithmetic.planes().is_none() || mlps.iter().flat_map(|(mlp, _)| &mlp.gate_up).any(reads_values);
        gather(exec, input, (choices, config.per_token), with_values, gathered);
        self.gated(exec, &mlps, gathered, buffers, outputs);
        add_experts(exec, (choices, config.per_token), outputs, self.config.hidden_size, out);
    }
}

/// Writes the experts with the highest scores to `choices`, by index, and their weights: the softmax of all scores, or of the
/// chosen ones. Of experts with the same score, those with the lower index are chosen.
fn choose(config: &ExpertsConfig, scores: &[f32], choices: &mut [Choice]) {
    // A score that is NaN is the highest, so that the result is NaN and the run ends with an error.
    let key = |n: usize| if scores[n].is_nan() { f32::NAN } else { scores[n] + 0.0 };
    let by_score = |a: &usize, b: &usize| -> Ordering { key(*b).total_cmp(&key(*a)).then(a.cmp(b)) };
    let mut order: Vec<usize> = (0..scores.len()).collect();
    if choices.len() < order.len() {
        order.select_nth_unstable_by(choices.len(), by_score);
    }
    let chosen = &mut order[..choices.len()];
    chosen.sort_unstable();
    let max = chosen.iter().map(|n| key(*n)).fold(f32::NEG_INFINITY, |a, b| if b > a || b.is_nan() { b } else { a });
    let weight = |n: usize| exp(scores[n] - max);
    let sum: f32 = match config.normalize_weights {
        true => chosen.iter().map(|n| weight(*n)).sum(),
        false => (0..scores.len()).map(weight).sum(),
    };
    for (choice, expert) in choices.iter_mut().zip(chosen) {
        *choice = Choice { expert: *expert, weight: weight(*expert) / sum, gathered: 0 };
    }
}

/// Gives each choice a gathered row: by expert, then by row. Returns the gathered rows of each expert.
fn assign_rows(choices: &mut [Choice], experts: usize) -> Vec<Range<usize>> {
    let mut rows = vec![0..0; experts];
    choices.iter().for_each(|choice| rows[choice.expert].end += 1);
    let mut start = 0;
    for rows in &mut rows {
        let count = rows.len();
        *rows = start..start;
        start += count;
    }
    for choice in choices {
        choice.gathered = rows[choice.expert].end;
        rows[choice.expert].end += 1;
    }
    rows
}

/// Copies the rows of `input` to their places in `out`: codes, and with `with_values` the f32 values.
fn gather(
    exec: ExecContext,
    input: &Input,
    (choices, per_token): (&[Choice], usize),
    with_values: bool,
    out: &mut Input,
) {
    let mut sources = vec![0; choices.len()];
    choices.iter().enumerate().for_each(|(n, choice)| sources[choice.gathered] = n / per_token.max(1));
    out.gather(exec, input, &sources, with_values);
}

/// The results of the experts of each row, times their weights, added in the order of the experts.
fn add_experts(
    exec: ExecContext,
    (choices, per_token): (&[Choice], usize),
    outputs: &Tiles,
    width: usize,
    out: &mut Tiles,
) {
    let rows = choices.len() / per_token.max(1);
    out.reset(rows, width);
    let mut tasks = Vec::new();
    let mut rest = out.data.as_mut_slice();
    for rows in runs(0..rows, TILE_ROWS) {
        for t in 0..width.div_ceil(TILE) {
            let tile;
            (tile, rest) = rest.split_at_mut(rows.len() * tile_columns(t, width).len());
            tasks.push((rows.clone(), t, tile));
        }
    }
    exec.threads.for_each(&mut tasks, |(rows, t, tile)| {
        let mut sum = [0.0; TILE];
        let choices = choices[rows.start * per_token..].chunks_exact(per_token);
        for (to, choices) in tile.chunks_exact_mut(tile_columns(*t, width).len()).zip(choices) {
            to.fill(0.0);
            for choice in choices {
                let output = outputs.tile_row(*t, choice.gathered, &mut sum);
                to.iter_mut().zip(output).for_each(|(to, y)| *to += choice.weight * y);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(scores: &[f32], per_token: usize, normalize_weights: bool) -> Vec<(usize, f32)> {
        let (count, layers) = (scores.len(), Vec::new());
        let config = ExpertsConfig { count, per_token, intermediate_size: 1, normalize_weights, layers };
        let mut choices = vec![Choice::default(); per_token];
        choose(&config, scores, &mut choices);
        choices.into_iter().map(|choice| (choice.expert, choice.weight)).collect()
    }

    #[test]
    fn of_experts_with_equal_scores_the_first_ones_are_chosen() {
        let experts = |scores: &[f32], n| chosen(scores, n, true).into_iter().map(|(n, _)| n).collect::<Vec<_>>();
        assert_eq!(experts(&[1.0, 3.0, 2.0, 3.0, 3.0], 2), [1, 3]);
        assert_eq!(experts(&[1.0, 3.0, 2.0, 3.0, 3.0], 4), [1, 2, 3, 4]);
        assert_eq!(experts(&[-0.0, 0.0, -0.0, 0.0], 2), [0, 1]);
        assert_eq!(experts(&[0.0, -0.0, 1.0], 2), [0, 2]);
        assert_eq!(experts(&[2.0, f32::from_bits(2.0_f32.to_bits() + 1), 2.0], 1), [1]);
        assert_eq!(experts(&[f32::NEG_INFINITY; 4], 3), [0, 1, 2]);
    }

    #[test]
    fn weights_are_the_softmax_of_all_scores_or_of_the_chosen_ones() {
        let scores = [0.5, -1.0, 2.0, 1.0];
        let of = |scores: &[f64]| scores.iter().map(|score| score.exp()).sum::<f64>();
        for (normalize, sum) in [(false, of(&[0.5, -1.0, 2.0, 1.0])), (true, of(&[2.0, 1.0]))] {
            let found = chosen(&scores, 2, normalize);
            assert_eq!((found[0].0, found[1].0), (2, 3));
            for (n, weight) in found {
                assert!((f64::from(weight) - f64::from(scores[n]).exp() / sum).abs() < 1e-6, "{n}: {weight}");
            }
        }
    }

    #[test]
    fn a_score_that_is_not_a_number_makes_the_weights_not_a_number() {
        for at in 0..4 {
            for nan in [f32::NAN, -f32::NAN] {
                let mut scores = [1.0, 2.0, 3.0, 4.0];
                scores[at] = nan;
                assert!(chosen(&scores, 2, true).iter().all(|(_, weight)| weight.is_nan()), "{at}");
            }
        }
    }

    #[test]
    fn gathered_rows_are_in_the_order_of_the_experts_then_of_the_rows() {
        let mut choices: Vec<Choice> =
            [1, 3, 0, 3, 1, 4].into_iter().map(|expert| Choice { expert, ..Choice::default() }).collect();
        let rows = assign_rows(&mut choices, 6);
        assert_eq!(rows, [0..1, 1..3, 3..3, 3..5, 5..6, 6..6]);
        assert_eq!(choices.iter().map(|choice| choice.gathered).collect::<Vec<_>>(), [1, 3, 0, 4, 2, 5]);
    }
}
