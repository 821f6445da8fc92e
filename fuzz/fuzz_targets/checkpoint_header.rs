//! See `rumma_fuzz::checkpoint_header`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rumma_fuzz::checkpoint_header(data));
