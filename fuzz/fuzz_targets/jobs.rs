//! See `rumma_fuzz::jobs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rumma_fuzz::jobs(data));
