//! `cargo fuzz run --features libfuzzer inventory`
#![no_main]
fuzz::libfuzzer!("inventory");
