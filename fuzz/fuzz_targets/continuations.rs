//! See `rumma_fuzz::continuations`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rumma_fuzz::continuations(data));
