//! `cargo fuzz run --features libfuzzer ocsp`
#![no_main]
fuzz::libfuzzer!("ocsp");
