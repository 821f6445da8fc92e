//! Ceilings of this machine: the bandwidth of reading the mapped weights, and the multiply-adds per second.

use std::time::Instant;

use super::{clock, median};
use crate::kernels::probe::{LINE, STREAMS};
use crate::kernels::{Isa, Kernels};
use crate::threads::Threads;

/// Software prefetch distances to try, in bytes; 0 is no prefetch.
const PREFETCH_DISTANCES: [usize; 7] = [0, 512, 1024, 2048, 4096, 8192, 16384];
/// The number of read patterns that are sampled in every round, the fastest of those tried by [`Ceilings::survey`].
const FINALISTS: usize = 3;
/// The maximum bytes of the weights that a measurement reads: more than nearly any cache holds, yet read in milliseconds.
const MAX_BYTES: usize = 512 << 20;
/// The minimum time of one measurement, in seconds.
const MIN_SECONDS: f64 = 0.01;
/// Measurements per sample, of which the fastest counts.
const TRIES: usize = 3;

/// A read access pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Sequential streams that each thread reads at the same time.
    pub streams: usize,
    /// Software prefetch distance in bytes; 0 is no prefetch.
    pub prefetch_distance: usize,
}

/// The ceilings for one number of threads, with one sample per round.
#[derive(Clone, Debug)]
pub struct Ceilings {
    /// Number of threads.
    pub threads: usize,
    /// The fastest read patterns, with samples in bytes per second.
    pub reads: Vec<(Pattern, Vec<f64>)>,
    /// Integer multiply-adds per second, from a loop over registers.
    pub int8: Vec<f64>,
    /// Single-precision multiply-adds per second, from a loop over registers.
    pub f32: Vec<f64>,
    /// Clock frequency of one core, in Hz.
    pub clock: Vec<f64>,
    /// Repeats per measurement: of reading the weights, and of the int8 and f32 multiply loops.
    repeats: [usize; 3],
}

impl Ceilings {
    /// Tries every read pattern on `weights` and keeps the fastest ones. Takes no samples.
    pub fn survey(kernels: Kernels, threads: &Threads, weights: &[&[u8]]) -> Ceilings {
        // The read ceiling belongs to the machine, whatever instruction set the model runs on.
        let reader = Kernels::best();
        let distances = if reader.isa() == Isa::Scalar { &PREFETCH_DISTANCES[..1] } else { &PREFETCH_DISTANCES };
        let patterns = STREAMS
            .into_iter()
            .flat_map(|streams| distances.iter().map(move |&prefetch_distance| Pattern { streams, prefetch_distance }));
        // The first pass faults the pages in and is not measured. Small weights are read repeatedly, also if they fit a
        // cache: decoding the model reads them from the same cache.
        let plain = Pattern { streams: 1, prefetch_distance: 0 };
        read_rate(threads, weights, plain, 1);
        let passes = repeats_for(|n| read_rate(threads, weights, plain, n));
        let mut tried: Vec<(f64, Pattern)> = patterns.map(|pattern| (0.0, pattern)).collect();
        for _ in 0..TRIES {
            for (rate, pattern) in &mut tried {
                *rate = read_rate(threads, weights, *pattern, passes).max(*rate);
            }
        }
        tried.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ceilings {
            threads: threads.count(),
            reads: tried.into_iter().take(FINALISTS).map(|(_, pattern)| (pattern, Vec::new())).collect(),
            int8: Vec::new(),
            f32: Vec::new(),
            clock: Vec::new(),
            repeats: [
                passes,
                repeats_for(|n| kernels.multiply_int8(1000 * n)),
                repeats_for(|n| kernels.multiply_f32(1000 * n)),
            ],
        }
    }

    /// Takes one sample of each ceiling: the fastest of [`TRIES`] measurements, to exclude other load on the machine.
    pub fn sample(&mut self, kernels: Kernels, threads: &Threads, weights: &[&[u8]]) {
        let [passes, int8, f32] = self.repeats;
        self.clock.push(clock::hertz());
        for (pattern, rates) in &mut self.reads {
            rates.push(best(|| read_rate(threads, weights, *pattern, passes)));
        }
        self.int8.push(best(|| multiply_rate(threads, || kernels.multiply_int8(1000 * int8))));
        self.f32.push(best(|| multiply_rate(threads, || kernels.multiply_f32(1000 * f32))));
    }

    /// The read pattern with the highest median, and its samples in bytes per second.
    pub fn read(&self) -> (Pattern, &[f64]) {
        let best = self.reads.iter().max_by(|a, b| median(&a.1).total_cmp(&median(&b.1)));
        best.map_or((Pattern { streams: 1, prefetch_distance: 0 }, &[]), |(pattern, rates)| (*pattern, rates))
    }
}

/// The highest of [`TRIES`] rates.
fn best(rate: impl Fn() -> f64) -> f64 {
    (0..TRIES).map(|_| rate()).fold(0.0, f64::max)
}

/// Bytes per second that all threads together read from `weights`. Each thread reads its own part, `passes` times.
fn read_rate(threads: &Threads, weights: &[&[u8]], pattern: Pattern, passes: usize) -> f64 {
    let mut parts = split_evenly(weights, threads.count());
    let pass_bytes: usize = parts.iter().flatten().map(|piece| piece.len()).sum();
    if pass_bytes == 0 {
        return 0.0;
    }
    let kernels = Kernels::best();
    let start = Instant::now();
    threads.install(|| {
        threads.for_each(&mut parts, |pieces| {
            for _ in 0..passes {
                for piece in pieces.iter() {
                    std::hint::black_box(kernels.read_sum(piece, pattern.streams, pattern.prefetch_distance));
                }
            }
        });
    });
    (passes * pass_bytes) as f64 / start.elapsed().as_secs_f64()
}

/// Splits the whole cache lines of `weights`, up to [`MAX_BYTES`], into `parts` parts of about equal size, in order.
fn split_evenly<'a>(weights: &[&'a [u8]], parts: usize) -> Vec<Vec<&'a [u8]>> {
    let aligned = weights.iter().filter_map(|bytes| {
        let lines = bytes.get(bytes.as_ptr().align_offset(LINE)..)?;
        Some(&lines[..lines.len() / LINE * LINE])
    });
    let mut left = MAX_BYTES;
    let pieces: Vec<&[u8]> = aligned
        .map(|bytes| {
            let piece = &bytes[..bytes.len().min(left)];
            left -= piece.len();
            piece
        })
        .collect();
    let part_bytes = (MAX_BYTES - left).div_ceil(parts).next_multiple_of(LINE).max(LINE);
    let mut split = vec![Vec::new(); parts];
    let mut done = 0;
    for mut piece in pieces {
        while !piece.is_empty() {
            let part = done / part_bytes;
            let (now, rest) = piece.split_at(piece.len().min((part + 1) * part_bytes - done));
            split[part.min(parts - 1)].push(now);
            done += now.len();
            piece = rest;
        }
    }
    split
}

/// Multiply-adds per second of all threads together.
fn multiply_rate(threads: &Threads, work: impl Fn() -> u64 + Sync) -> f64 {
    let mut counts = vec![0; threads.count()];
    let start = Instant::now();
    threads.install(|| threads.for_each(&mut counts, |count| *count = work()));
    counts.iter().sum::<u64>() as f64 / start.elapsed().as_secs_f64()
}

/// The number of repeats, a power of two, for which `work` takes at least [`MIN_SECONDS`].
fn repeats_for<R>(work: impl Fn(usize) -> R) -> usize {
    let mut repeats = 1;
    loop {
        let start = Instant::now();
        work(repeats);
        if start.elapsed().as_secs_f64() >= MIN_SECONDS || repeats >= 1 << 24 {
            return repeats;
        }
        repeats *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cache_line_is_in_exactly_one_part_in_order() {
        let bytes = vec![1_u8; 100 * LINE + 130];
        let (a, b) = bytes.split_at(37 * LINE + 5);
        for parts in 1..9 {
            let split = split_evenly(&[a, b], parts);
            assert_eq!(split.len(), parts);
            let pieces: Vec<&[u8]> = split.concat();
            assert!(pieces.windows(2).all(|p| p[0].as_ptr_range().end <= p[1].as_ptr()));
            assert!(pieces.iter().all(|p| p.len() % LINE == 0 && (p.as_ptr() as usize).is_multiple_of(LINE)));
            let lines: usize = pieces.iter().map(|p| p.len() / LINE).sum();
            assert!((99..=101).contains(&lines), "{lines}");
        }
    }
}
