//! `cargo fuzz run --features libfuzzer timestamp`
#![no_main]
fuzz::libfuzzer!("timestamp");
