//! `cargo fuzz run --features libfuzzer tiff`
#![no_main]
fuzz::libfuzzer!("tiff");
