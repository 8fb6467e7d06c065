//! `cargo fuzz run --features libfuzzer service`
#![no_main]
fuzz::libfuzzer!("service");
