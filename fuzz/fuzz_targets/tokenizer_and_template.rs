//! See `rumma_fuzz::tokenizer_and_template`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rumma_fuzz::tokenizer_and_template(data));
