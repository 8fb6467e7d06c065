//! `cargo fuzz run --features libfuzzer locked_keys`
#![no_main]
fuzz::libfuzzer!("locked_keys");
