//! See `rumma_fuzz::quantized_layers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rumma_fuzz::quantized_layers(data));
