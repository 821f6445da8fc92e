//! See `rumma_fuzz::checkpoint_config`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rumma_fuzz::checkpoint_config(data));
