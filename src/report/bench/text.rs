//! A bench run as text and as comma-separated values.

use std::fmt::Write;

use super::{Bench, CaseResult};
use crate::report::size;

impl Bench {
    /// Facts about model and machine, and a table of the rates.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in self.facts() {
            let _ = writeln!(text, "{name:<10} {value}");
        }
        let versus = if self.baseline.is_some() { "   of baseline" } else { "" };
        let _ = writeln!(
            text,
            "\n{:<8} {:>7} {:>5} {:>7} {:>6} {:>9} {:>18} {:>7} {:>7} {:>9} {:>7} {:>7}{versus}",
            "",
            "threads",
            "batch",
            "context",
            "tokens",
            "tokens/s",
            "(min - max)",
            "GB/s",
            "of read",
            "mul/cycle",
            "of peak",
            "outside"
        );
        for result in &self.results {
            let spread = format!("({} - {})", short(result.tokens_per_second_min), short(result.tokens_per_second_max));
            let _ = writeln!(
                text,
                "{:<8} {:>7} {:>5} {:>7} {:>6} {:>9} {spread:>18} {:>7.1} {:>7.2} {:>9.1} {:>7.2} {:>7.3}{}",
                result.kind,
                result.threads,
                result.batch,
                result.context,
                result.tokens,
                short(result.tokens_per_second),
                result.memory_gb_per_s,
                result.memory_fraction,
                result.multiply_adds_per_cycle,
                result.multiply_fraction,
                result.outside_kernels,
                result.versus(),
            );
        }
        text.push_str(
            "\nGB/s: weights, keys and values read. mul/cycle: multiply-adds per cycle of one core. of read, of peak: fractions of\n\
             the read and multiply ceilings. outside: fraction of thread time outside kernels (waiting, sampling, bookkeeping).\n",
        );
        text
    }

    /// Facts about the run besides the rates, as (name, text).
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let (model, ceiling) = (&self.model, &self.machine.ceiling);
        let threads = match ceiling.threads {
            1 => "1 thread".to_string(),
            n => format!("{n} threads"),
        };
        let cpu = self.machine.cpu.as_ref().map_or(String::new(), |cpu| format!(" of {cpu}"));
        let mut facts = vec![
            (
                "model",
                format!(
                    "{}: {} layers, hidden size {}; {} of weights and {:.1} M multiply-adds per token",
                    model.source,
                    model.layers,
                    model.hidden_size,
                    size(model.weight_bytes_per_token),
                    model.multiply_adds_per_token as f64 / 1e6,
                ),
            ),
            (
                "machine",
                format!("{} on {}, {threads}{cpu} at {:.2} GHz", model.arithmetic, self.machine.isa, ceiling.clock_ghz),
            ),
            (
                "reads",
                format!(
                    "{:.1} GB/s ({:.1} - {:.1}) from the mapped weights, {} streams per thread, {}",
                    ceiling.read_gb_per_s,
                    ceiling.read_gb_per_s_min,
                    ceiling.read_gb_per_s_max,
                    ceiling.read_streams,
                    match ceiling.read_ahead_bytes {
                        0 => "no prefetch".to_string(),
                        distance => format!("prefetch distance {distance} bytes"),
                    },
                ),
            ),
            (
                "multiplies",
                format!(
                    "{:.0} G/s in int8, {:.0} G/s in f32",
                    ceiling.int8_gmultiply_adds_per_s, ceiling.f32_gmultiply_adds_per_s
                ),
            ),
            (
                "load",
                format!(
                    "{:.3} s; first token of a prompt of {} tokens after {:.3} s",
                    self.load_seconds, self.first_token_prompt, self.first_token_seconds
                ),
            ),
        ];
        if let Some(memory) = &self.memory {
            facts.push((
                "memory",
                format!(
                    "{} private and {} mapped after loading; peak {} and {}",
                    size(memory.loaded.private_bytes),
                    size(memory.loaded.mapped_bytes),
                    size(memory.most.private_bytes),
                    size(memory.most.mapped_bytes),
                ),
            ));
        }
        if let Some(baseline) = &self.baseline {
            facts.push((
                "baseline",
                format!(
                    "{}: {}, {} on {}, {} threads, reads {:.1} GB/s; {} of {} rates compared",
                    baseline.file,
                    baseline.source,
                    baseline.arithmetic,
                    baseline.isa,
                    baseline.threads,
                    baseline.read_gb_per_s,
                    baseline.compared,
                    self.results.len(),
                ),
            ));
        }
        facts
    }

    /// A header line, and a line for each rate.
    pub fn csv(&self) -> String {
        let mut text = String::from(
            "kind,batch,context,tokens,threads,seconds,tokens_per_second,tokens_per_second_min,tokens_per_second_max,\
             weight_gb_per_s,memory_gb_per_s,memory_fraction,gmultiply_adds_per_s,multiply_adds_per_cycle,\
             multiply_fraction,fraction_of_ceiling,outside_kernels,between_regions,ceiling,baseline_ratio\n",
        );
        for r in &self.results {
            let _ = writeln!(
                text,
                "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
                r.kind,
                r.batch,
                r.context,
                r.tokens,
                r.threads,
                r.seconds,
                r.tokens_per_second,
                r.tokens_per_second_min,
                r.tokens_per_second_max,
                r.weight_gb_per_s,
                r.memory_gb_per_s,
                r.memory_fraction,
                r.gmultiply_adds_per_s,
                r.multiply_adds_per_cycle,
                r.multiply_fraction,
                r.fraction_of_ceiling,
                r.outside_kernels,
                r.between_regions,
                r.ceiling,
                r.baseline_ratio.map_or(String::new(), |ratio| ratio.to_string()),
            );
        }
        text
    }
}

impl CaseResult {
    /// The ratio to the baseline, with a note if the spreads overlap.
    pub(super) fn versus(&self) -> String {
        match (self.baseline_ratio, self.baseline_differs) {
            (Some(ratio), Some(true)) => format!("   {ratio:>5.2}"),
            (Some(ratio), _) => format!("   {ratio:>5.2} (within spread)"),
            _ => String::new(),
        }
    }
}

/// At least three significant digits, and all digits before the point.
pub(super) fn short(value: f64) -> String {
    match value {
        v if v >= 999.5 => format!("{v:.0}"),
        v if v >= 99.95 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}
