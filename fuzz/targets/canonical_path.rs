//! The fuzzer of [`fuzz::canonical_path`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::canonical_path(data));
