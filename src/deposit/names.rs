//! Names of the files in an object: their logical paths.

/// The signed document.
pub(super) const DOCUMENT: &str = "document.pdf";
/// What is known of it.
pub(super) const RECORD: &str = "record.json";
/// What is written on its pages.
pub(super) const TEXT: &str = "text.json";
/// What was done to it.
pub(super) const PROVENANCE: &str = "provenance.json";

/// Where a source lies.
pub(super) fn source_path(name: &str) -> String {
    format!("source/{name}")
}
