//! `cargo fuzz run --features libfuzzer signing`
#![no_main]
fuzz::libfuzzer!("signing");
