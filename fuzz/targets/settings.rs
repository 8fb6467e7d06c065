//! `cargo fuzz run --features libfuzzer settings`
#![no_main]
fuzz::libfuzzer!("settings");
