//! Every reader, for some seconds each; `make fuzz` takes longer.

/// Seconds for each reader: with 27 of them, and their seeds, a minute and a half.
const SECONDS: &str = "3";

#[test]
fn damaged_bytes_come_back_from_every_reader() {
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_fuzz")).arg(SECONDS).status().expect("starts");
    assert!(ended.success(), "{ended}");
}
