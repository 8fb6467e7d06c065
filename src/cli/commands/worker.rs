//! `sohoa recognize-worker`: one engine that recognises pages for another sohoa process.

use std::io;

use crate::cli::exit::Exit;
use crate::cli::render::Fault;
use crate::ocr::worker;

/// Serves until standard input closes.
pub(crate) fn run() -> Result<Exit, Fault> {
    worker::run(io::stdin(), io::stdout()).map_err(|error| Fault::new(&error, error.hint(), Exit::Requirement))?;
    Ok(Exit::Done)
}
