//! `cargo fuzz run --features libfuzzer jbig2`
#![no_main]
fuzz::libfuzzer!("jbig2");
