//! `cargo fuzz run --features libfuzzer metadata_csv`
#![no_main]
fuzz::libfuzzer!("metadata_csv");
