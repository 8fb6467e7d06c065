//! The stored form of a held document: everything but its pictures, which lie beside it.

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::base::digest::Sha256;
use crate::base::geometry::Size;
use crate::base::time::Timestamp;
use crate::base::units::PageNumber;
use crate::classify::Classification;
use crate::describe::Record;
use crate::intake::{Origin, Scan};
use crate::ocr::text::PageText;
use crate::ocr::{RecognizedDocument, RecognizedPage, TextSource};
use crate::preprocess::{Correction, Observed, Page};

/// Version of the stored form: 2 since pages say what was observed on them.
pub(super) const VERSION: u32 = 2;

/// The oldest that is read.
pub(super) const OLDEST: u32 = 1;

/// `held.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldWire {
    pub(super) version: u32,
    pub(super) held_at: Timestamp,
    pub(super) origin: Origin,
    pub(super) classification: Classification,
    pub(super) record: Record,
    pub(super) reasons: Vec<Reason>,
    pub(super) pages: Vec<HeldPage>,
}

/// One page of a held document, without its picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldPage {
    /// Its place.
    pub number: PageNumber,
    /// Digest of the scan's encoded picture.
    pub sha256: Sha256,
    /// Size of the corrected page.
    pub size: Size,
    /// What was done to it.
    pub correction: Correction,
    /// Its text.
    pub text: PageText,
    /// Where the text came from.
    #[serde(default)]
    pub source: TextSource,
    /// Why it has no text, where recognition failed.
    pub unread: Option<String>,
    /// What was seen on it; nothing in version 1.
    #[serde(default)]
    pub observed: Observed,
}

impl HeldPage {
    pub(super) fn of(page: &RecognizedPage) -> Self {
        Self {
            number: page.page.number(),
            sha256: page.page.scan.sha256,
            size: page.page.size,
            correction: page.page.correction,
            text: page.text.clone(),
            source: page.source.clone(),
            unread: page.unread.clone(),
            observed: page.observed.clone(),
        }
    }

    fn with(self, scan: Scan) -> RecognizedPage {
        let page = Page { scan, size: self.size, correction: self.correction };
        RecognizedPage { page, text: self.text, source: self.source, unread: self.unread, observed: self.observed }
    }
}

/// Whether the scans are those of the pages.
pub(super) fn agree(pages: &[HeldPage], scans: &[Scan]) -> bool {
    pages.len() == scans.len()
        && pages.iter().zip(scans).all(|(page, scan)| page.number == scan.number && page.sha256 == scan.sha256)
}

/// Joins the stored pages with their scans, read again from the kept input; `None` when they do not agree.
pub(super) fn join(origin: Origin, pages: Vec<HeldPage>, scans: Vec<Scan>) -> Option<RecognizedDocument> {
    let agree = agree(&pages, &scans);
    let pages = || pages.into_iter().zip(scans).map(|(page, scan)| page.with(scan)).collect();
    agree.then(|| RecognizedDocument { origin, pages: pages() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_the_first_version_are_still_read() {
        let stored = format!(
            r#"{{"number":1,"sha256":"{}","size":{{"width":4,"height":5}},"text":{{"lines":[]}},"unread":null,
                "correction":{{"turn":"none","deskew_degrees":0.0,"blank":true}}}}"#,
            Sha256::of(b"scan")
        );
        let page: HeldPage = serde_json::from_str(&stored).expect("read");
        assert_eq!(page.observed, Observed::default());
    }
}
