//! `cargo fuzz run --features libfuzzer ccitt`
#![no_main]
fuzz::libfuzzer!("ccitt");
