//! `cargo fuzz run --features libfuzzer pdf`
#![no_main]
fuzz::libfuzzer!("pdf");
