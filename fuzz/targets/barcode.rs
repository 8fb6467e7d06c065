//! `cargo fuzz run --features libfuzzer barcode`
#![no_main]
fuzz::libfuzzer!("barcode");
