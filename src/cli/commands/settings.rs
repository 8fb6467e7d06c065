//! `sohoa settings`: every setting, its value and where it came from.

use crate::cli::exit::Exit;
use crate::cli::render::{self, Fault};
use crate::config::{KEYS, Layers};

/// Prints the table of settings.
pub(crate) fn run(layers: &Layers) -> Result<Exit, Fault> {
    let row = |key: &crate::config::Key| {
        let (value, source) = layers.value(key.name);
        let value = if value.is_empty() { "-" } else { value };
        vec![key.name.to_owned(), value.to_owned(), source.to_string()]
    };
    let rows: Vec<Vec<String>> = KEYS.iter().map(row).collect();
    render::print(&render::table(&rows))?;
    Ok(Exit::Done)
}
