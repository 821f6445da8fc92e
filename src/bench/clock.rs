//! The clock frequency of a core, measured with a chain of instructions of known latency.

use std::hint::black_box;
use std::time::Instant;

/// Links of the chain; they take about a millisecond.
const LINKS: u64 = 1 << 20;

/// The current clock frequency of the core that this runs on, in Hz.
///
/// Each link of the chain is an addition and an exclusive or. Both have a latency of one cycle on every supported CPU and
/// depend on the result before, and a compiler cannot simplify the chain. Other load on the core can only make the chain
/// slower, so the fastest of several is used.
pub fn hertz() -> f64 {
    let chain = || {
        let (step, mask) = (black_box(0x9e37_79b9_7f4a_7c15_u64), black_box(0x5555_5555_5555_5555_u64));
        let start = Instant::now();
        let mut x = black_box(1_u64);
        for _ in 0..LINKS {
            x = x.wrapping_add(step) ^ mask;
        }
        black_box(x);
        (2 * LINKS) as f64 / start.elapsed().as_secs_f64()
    };
    (0..5).map(|_| chain()).fold(0.0, f64::max)
}
