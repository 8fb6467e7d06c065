//! `cargo fuzz run --features libfuzzer jpeg2000`
#![no_main]
fuzz::libfuzzer!("jpeg2000");
