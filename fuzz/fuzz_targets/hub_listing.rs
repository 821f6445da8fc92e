//! See `rumma_fuzz::hub_listing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rumma_fuzz::hub_listing(data));
