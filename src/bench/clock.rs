//! The clock of a core, measured by a chain of instructions whose length in cycles is known.

use std::hint::black_box;
use std::time::Instant;

/// Links of the chain: about a millisecond.
const LINKS: u64 = 1 << 20;

/// Cycles per second of the core that this runs on, at this moment.
///
/// Each link of the chain is an addition and an exclusive or, one cycle each on every CPU there are kernels for, and each
/// waits for the one before; no compiler finds a shorter way to the result. What else runs on the core makes the chain
/// longer, never shorter: the fastest of a few chains counts.
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
