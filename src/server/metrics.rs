//! Counters of a server, in the text form of Prometheus.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::engine::EngineStats;

/// What a server counts.
#[derive(Debug, Default)]
pub struct Metrics {
    /// The engine after its last step.
    engine: Mutex<EngineStats>,
    /// Requests whose client went away, or that the end of the server cut off.
    pub cancelled: AtomicU64,
    /// Requests that were refused because the queue was full.
    pub refused: AtomicU64,
    /// From the arrival of a request to the first token of each answer.
    pub time_to_first_token: Histogram,
    /// From each token of an answer to the next.
    pub time_between_tokens: Histogram,
    /// Responses by the first digit of their status: `[1xx, 2xx, 3xx, 4xx, 5xx]`.
    responses: [AtomicU64; 5],
}

/// Upper ends of the ranges of a [`Histogram`], in seconds.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0];

/// Durations by range.
#[derive(Debug, Default)]
pub struct Histogram {
    /// `[BOUNDS, longer]`
    counts: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

impl Histogram {
    /// Adds a duration.
    pub fn record(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let range = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        self.counts[range].fetch_add(1, Ordering::Relaxed);
        self.nanoseconds.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn write(&self, out: &mut String, name: &str, help: &str) {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} histogram");
        let mut total = 0;
        for (count, bound) in self.counts.iter().zip(BOUNDS.iter().map(f64::to_string).chain(["+Inf".into()])) {
            total += count.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}_bucket{{le=\"{bound}\"}} {total}");
        }
        let sum = Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)).as_secs_f64();
        let _ = writeln!(out, "{name}_sum {sum}\n{name}_count {total}");
    }
}

impl Metrics {
    /// Sets the state of the engine.
    pub fn set_engine(&self, stats: EngineStats) {
        *self.engine.lock().unwrap_or_else(PoisonError::into_inner) = stats;
    }

    /// The state of the engine after its last step.
    pub fn engine(&self) -> EngineStats {
        *self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a response.
    pub fn count_response(&self, status: u16) {
        if let Some(count) = self.responses.get(usize::from(status / 100).saturating_sub(1)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// All of them as text.
    pub fn to_text(&self) -> String {
        let stats = self.engine();
        let mut out = String::new();
        let mut metric = |name: &str, kind: &str, help: &str, values: &[(&str, u64)]| {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (labels, value) in values {
                let _ = writeln!(out, "{name}{labels} {value}");
            }
        };
        let mut gauge = |name, help, values: &[(&str, u64)]| metric(name, "gauge", help, values);
        gauge("rumma_requests_running", "Sequences that are computed.", &[("", stats.running as u64)]);
        gauge("rumma_requests_waiting", "Sequences that wait for a place.", &[("", stats.waiting as u64)]);
        let blocks = stats.blocks;
        let states = [
            ("{state=\"free\"}", blocks.free as u64),
            ("{state=\"cached\"}", blocks.cached as u64),
            ("{state=\"used\"}", blocks.referenced as u64),
        ];
        gauge("rumma_kv_blocks", "Blocks of 64 positions of keys and values.", &states);
        let mut counter = |name, help, values: &[(&str, u64)]| metric(name, "counter", help, values);
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let help = "Requests that ended before their answer was complete.";
        counter("rumma_requests_cancelled_total", help, &[("", load(&self.cancelled))]);
        let help = "Requests that were refused because the queue was full.";
        counter("rumma_requests_refused_total", help, &[("", load(&self.refused))]);
        let [_, ok, _, client, server] = &self.responses;
        let codes = [("{code=\"2xx\"}", load(ok)), ("{code=\"4xx\"}", load(client)), ("{code=\"5xx\"}", load(server))];
        counter("rumma_http_responses_total", "Responses by status.", &codes);
        let help = "Prompt tokens whose keys and values were reused.";
        counter("rumma_prefix_hit_tokens_total", help, &[("", stats.reused_tokens as u64)]);
        let help = "Prompt tokens that were computed.";
        counter("rumma_prompt_tokens_total", help, &[("", stats.prompt_tokens as u64)]);
        counter("rumma_generated_tokens_total", "Generated tokens.", &[("", stats.generated_tokens as u64)]);
        let help = "Sequences that lost their memory to others and were computed again.";
        counter("rumma_preemptions_total", help, &[("", stats.preemptions as u64)]);
        let help = "Seconds from the arrival of a request to the first token of an answer.";
        self.time_to_first_token.write(&mut out, "rumma_time_to_first_token_seconds", help);
        let help = "Seconds from a token of an answer to the next.";
        self.time_between_tokens.write(&mut out, "rumma_time_between_tokens_seconds", help);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_histogram_are_cumulative() {
        let metrics = Metrics::default();
        for milliseconds in [1, 5, 6, 400_000] {
            metrics.time_between_tokens.record(Duration::from_millis(milliseconds));
        }
        let text = metrics.to_text();
        for line in ["le=\"0.005\"} 2", "le=\"0.01\"} 3", "le=\"300\"} 3", "le=\"+Inf\"} 4", "_sum 400.012", "_count 4"]
        {
            let line = format!(
                "rumma_time_between_tokens_seconds{}{line}",
                if line.starts_with("le") { "_bucket{" } else { "" }
            );
            assert!(text.contains(&line), "{line}\n{text}");
        }
    }
}
