//! `cargo fuzz run --features libfuzzer signatures`
#![no_main]
fuzz::libfuzzer!("signatures");
