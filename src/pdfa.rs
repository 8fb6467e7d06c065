//! An approved document becomes PDF/A: picture, invisible text, metadata.
//!
//! In: [`ApprovedDocument`]. Out: [`PdfA`]. Standard: ISO 19005-2, level u.
//! Knows nothing of signing, storage or files, and never reads the clock.

use crate::base::digest::Sha256;
use crate::base::time::Timestamp;
use crate::review::ApprovedDocument;

/// A file written under the rules of its level, with no violation collected.
#[derive(Debug, Clone)]
pub struct PdfA {
    bytes: Vec<u8>,
    sha256: Sha256,
    conformance: Conformance,
    pages: usize,
}

/// The part and level of ISO 19005 that a file claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Conformance {
    /// PDF/A-2u.
    #[default]
    A2u,
}

/// The mark that Law 20/2023 art. 12 and Decree 137/2024 art. 4 ask of a converted paper:
/// that it was converted, by whom, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The agency that converts: `UBND phường Bình Minh`.
    pub agency: String,
    /// The officer who converts, where one does.
    pub officer: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {}

/// Writes a document as PDF/A.
///
/// # Errors
/// See [`Error`].
pub fn write(_document: &ApprovedDocument, _conversion: &Conversion) -> Result<PdfA, Error> {
    unimplemented!()
}

impl PdfA {
    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its digest.
    #[must_use]
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// What it claims.
    #[must_use]
    pub fn conformance(&self) -> Conformance {
        self.conformance
    }

    /// How many pages it has.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.pages
    }
}
