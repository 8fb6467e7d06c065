//! `cargo fuzz run --features libfuzzer metadata_json`
#![no_main]
fuzz::libfuzzer!("metadata_json");
