//! Text for people: errors with their causes and next step, tables.

use std::error::Error;
use std::io::{self, Write};

use super::exit::Exit;
use crate::pipeline::story;

/// An error on its way out of the program, with its exit code.
#[derive(Debug)]
pub(crate) struct Fault {
    /// What happened, with its causes.
    pub story: String,
    /// What to do next.
    pub hint: Option<String>,
    /// How the program ends.
    pub exit: Exit,
}

impl Fault {
    /// A fault from an error and its causes.
    pub(crate) fn new(error: &dyn Error, hint: Option<String>, exit: Exit) -> Self {
        Self { story: story(error), hint, exit }
    }

    /// A fault in the user's own words and next step.
    pub(crate) fn plain(story: impl Into<String>, hint: impl Into<String>, exit: Exit) -> Self {
        Self { story: story.into(), hint: Some(hint.into()), exit }
    }

    /// Prints it to standard error.
    pub(crate) fn print(&self) {
        say(&failure(&format!("error: {}", self.story), self.hint.as_deref()));
    }
}

/// A line on standard error; one that is closed must not stop a run.
pub(crate) fn say(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}

/// A line, and its hint on the next.
pub(crate) fn failure(line: &str, hint: Option<&str>) -> String {
    hint.map_or_else(|| line.to_owned(), |hint| format!("{line}\n  hint: {hint}"))
}

/// Prints to standard output; a closed pipe ends the program quietly with success, as readers like `head` expect.
///
/// # Errors
/// [`Fault`] when standard output cannot be written for another reason.
pub(crate) fn print(text: &str) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fault::new(&error, Some("standard output could not be written".to_owned()), Exit::Input))
        }
        _ => Ok(()),
    }
}

/// Columns aligned by two spaces, the last as wide as it is.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + 2 - cell.chars().count()));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_align_vietnamese() {
        let rows = [vec!["số".to_owned(), "x".to_owned()], vec!["ngày".to_owned(), "y".to_owned()]];
        assert_eq!(table(&rows), "số    x\nngày  y\n");
    }
}
