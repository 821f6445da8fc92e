//! See `rumma_fuzz::sha256sums`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rumma_fuzz::sha256sums(data));
