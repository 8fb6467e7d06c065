//! `cargo fuzz run --features libfuzzer keys`
#![no_main]
fuzz::libfuzzer!("keys");
