//! `cargo fuzz run --features libfuzzer crl`
#![no_main]
fuzz::libfuzzer!("crl");
