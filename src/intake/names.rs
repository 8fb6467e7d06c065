//! What names of files say: what is no scan, and where the metadata of one lie.

use std::path::{Path, PathBuf};

use super::metadata::JSON;
use super::sides;

/// What a name ends with, in small letters.
pub(super) fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn stem(path: &Path, is_folder: bool) -> PathBuf {
    if is_folder { path.to_owned() } else { path.with_extension("") }
}

/// `NAME.json` beside a file or folder.
pub(super) fn own_metadata(path: &Path) -> Option<PathBuf> {
    let own = metadata_beside(path)?;
    (own.file_name()? != JSON && own.is_file()).then_some(own)
}

/// Where `NAME.json` of a file or folder lies; of both sides' files it has the name that they share.
pub(super) fn metadata_beside(path: &Path) -> Option<PathBuf> {
    let own = stem(path, path.is_dir());
    let name = match sides::side(path) {
        Some((shared, _)) if !path.is_dir() && sides::other_side(path).is_some() => shared,
        _ => own.file_name()?.to_str()?.to_owned(),
    };
    Some(own.with_file_name(format!("{name}.json")))
}

/// Files that systems and programs keep for themselves.
pub(super) fn is_hidden(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.starts_with('.')
        || name.starts_with("~$")
        || matches!(
            lower.as_str(),
            "thumbs.db" | "desktop.ini" | "__macosx" | "@eadir" | "#recycle" | "$recycle.bin" | "lost+found"
        )
}

/// Files that are being written.
pub(super) fn is_unfinished(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.ends_with('~')
        || [".part", ".partial", ".crdownload", ".tmp", ".temp", ".filepart", ".download", ".swp"]
            .iter()
            .any(|ending| lower.ends_with(ending))
}
