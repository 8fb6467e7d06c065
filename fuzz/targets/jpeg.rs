//! `cargo fuzz run --features libfuzzer jpeg`
#![no_main]
fuzz::libfuzzer!("jpeg");
