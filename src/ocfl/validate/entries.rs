//! Listings of folders, in order of name, with what each entry is.

use std::fs;
use std::path::Path;

use super::Report;
use crate::ocfl::Error;
use crate::ocfl::disk::{FileError, Operation};

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link, a device, a socket: nothing that the standard allows (E090).
    Other,
}

/// The entries of a folder by name.
pub(super) fn list(folder: &Path) -> Result<Vec<(String, Kind)>, Error> {
    let failed = |source| FileError::new(Operation::Read, folder, source);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let kind = match kind {
            kind if kind.is_dir() => Kind::Folder,
            kind if kind.is_file() => Kind::File,
            _ => Kind::Other,
        };
        entries.push((entry.file_name().to_string_lossy().into_owned(), kind));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

/// Every file below a folder, by its path from `label`; empty folders and links are found fault with.
pub(super) fn files(folder: &Path, label: &str, report: &mut Report) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let entries = list(folder)?;
    if entries.is_empty() {
        report.error(24, label, "an empty folder in the content");
    }
    for (name, kind) in entries {
        let path = format!("{label}/{name}");
        match kind {
            Kind::File => found.push(path),
            Kind::Folder => found.extend(files(&folder.join(&name), &path, report)?),
            Kind::Other => report.error(90, path, "a link or a special file"),
        }
    }
    Ok(found)
}
