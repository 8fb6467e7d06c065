//! `cargo fuzz run --features libfuzzer journal`
#![no_main]
fuzz::libfuzzer!("journal");
