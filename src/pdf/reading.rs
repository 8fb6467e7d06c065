//! PDF files of others are read into memory, within bounds of nesting and of what their structure unfolds to (ISO 32000-1, 7.5.7).
//! What is wrong with a page is not asked here.

use lopdf::{Document, LoadOptions};

/// Object streams unfold to this at most, each: names and numbers of 500 pages take a few megabytes.
pub(crate) const MOST_STRUCTURE: usize = 64 << 20;

/// Dictionaries within dictionaries: readers take a time that grows with the square of it. Office files have ten; that
/// compressed data look like one in another is rare and as often undone.
const MOST_NESTING: usize = 1_000;

/// Dictionaries are nested deeper than in any file of an office.
#[derive(Debug, thiserror::Error)]
#[error("its dictionaries are nested more than {MOST_NESTING} deep")]
pub(crate) struct TooDeep;

/// Counts dictionaries within dictionaries, before anything is read.
///
/// # Errors
/// [`TooDeep`].
pub(crate) fn check_nesting(bytes: &[u8]) -> Result<(), TooDeep> {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(pair) = bytes.get(at..at + 2) {
        at += 2;
        match pair {
            b"<<" => depth += 1,
            b">>" => depth = depth.saturating_sub(1),
            _ => at -= 1,
        }
        if depth > MOST_NESTING {
            return Err(TooDeep);
        }
    }
    Ok(())
}

/// Reads a whole file, repairing what can be repaired, with a password where there is one.
///
/// # Errors
/// Those of the reader, also where an object stream unfolds to too much.
pub(crate) fn load(bytes: &[u8], password: Option<&str>) -> lopdf::Result<Document> {
    let password = password.map(str::to_owned);
    let options = LoadOptions { password, ..LoadOptions::with_max_decompressed_size(MOST_STRUCTURE) };
    Document::load_mem_with_options(bytes, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_beside_one_another_is_not_deep() {
        assert!(check_nesting("<< /A << >> >>".repeat(5 * MOST_NESTING).as_bytes()).is_ok());
        assert!(check_nesting("<<".repeat(MOST_NESTING).as_bytes()).is_ok());
        assert!(check_nesting("<<".repeat(MOST_NESTING + 1).as_bytes()).is_err());
    }
}
