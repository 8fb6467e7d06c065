//! `cargo fuzz run --features libfuzzer held`
#![no_main]
fuzz::libfuzzer!("held");
