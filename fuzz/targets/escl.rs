//! `cargo fuzz run --features libfuzzer escl`
#![no_main]
fuzz::libfuzzer!("escl");
