//! `cargo fuzz run --features libfuzzer certificates`
#![no_main]
fuzz::libfuzzer!("certificates");
