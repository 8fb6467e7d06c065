//! `cargo fuzz run --features libfuzzer record`
#![no_main]
fuzz::libfuzzer!("record");
