//! `cargo fuzz run --features libfuzzer png`
#![no_main]
fuzz::libfuzzer!("png");
