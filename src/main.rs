//! The `sohoa` program; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    sohoa::cli::main()
}
