//! `cargo fuzz run --features libfuzzer payload`
#![no_main]
fuzz::libfuzzer!("payload");
