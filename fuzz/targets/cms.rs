//! `cargo fuzz run --features libfuzzer cms`
#![no_main]
fuzz::libfuzzer!("cms");
