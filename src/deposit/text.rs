//! `text.json`: the recognised text of every page with its boxes and confidences, version 1;
//! and `provenance.json`: what was done to the document (PREMIS events), version 1.

use serde::{Deserialize, Serialize};

use super::page::PageRecord;
use super::record::{finite, sides};
use super::{Event, Package};
use crate::base::time::Timestamp;
use crate::ocr::text::{Line, Word};
use crate::ocr::{RecognizedPage, TextSource};

/// The version of both forms that is written and read here.
pub const VERSION: u32 = 1;

/// The text of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredText {
    /// Version of this form.
    pub version: u32,
    /// Its pages in order.
    pub pages: Vec<StoredPage>,
}

/// A page: what was done to its picture, and what is written on it. Boxes are left, top, right, bottom
/// in pixels of the corrected page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredPage {
    /// From 1.
    pub number: u32,
    /// Columns of the corrected page.
    pub width: u32,
    /// Rows of it.
    pub height: u32,
    /// Dots per inch.
    pub dpi: f32,
    /// Whether the words were recognised or the file's own, and why.
    pub text: TextSource,
    /// What came in, what was decided by which measurement, what went out.
    pub record: PageRecord,
    /// Its lines in reading order.
    pub lines: Vec<StoredLine>,
}

/// A line of words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredLine {
    /// Its block on the page, from 0.
    pub block: u32,
    /// Around all its words.
    #[serde(rename = "box")]
    pub bbox: [f32; 4],
    /// Height of the baseline at its left and right edge.
    pub baseline: [f32; 2],
    /// Its words from left to right.
    pub words: Vec<StoredWord>,
}

/// A word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredWord {
    /// NFC.
    pub text: String,
    /// Around its ink.
    #[serde(rename = "box")]
    pub bbox: [f32; 4],
    /// 0 to 1.
    pub confidence: f32,
}

/// What was done to a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredProvenance {
    /// Version of this form.
    pub version: u32,
    /// In order.
    pub events: Vec<Event>,
}

impl StoredText {
    pub(super) fn of(package: &Package<'_>) -> Self {
        let pages = package.approved.described().classified.recognized.pages.iter().enumerate();
        let record = |index: usize, page: &RecognizedPage| match package.shown {
            Some(shown) => PageRecord::of(page, shown.get(index).and_then(Option::as_ref)),
            None => PageRecord::of_foreign_file(page),
        };
        Self { version: VERSION, pages: pages.map(|(index, page)| StoredPage::of(page, record(index, page))).collect() }
    }

    /// The words of all pages, a line feed after each line.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut plain = String::new();
        for line in self.pages.iter().flat_map(|page| &page.lines) {
            let words: Vec<&str> = line.words.iter().map(|word| word.text.as_str()).collect();
            plain.push_str(&words.join(" "));
            plain.push('\n');
        }
        plain
    }
}

impl StoredProvenance {
    /// The package's events, and its ingestion at `at`.
    pub(super) fn of(package: &Package<'_>, at: Timestamp) -> Self {
        let ingestion = Event {
            kind: "ingestion".to_owned(),
            at,
            agent: format!("sohoa {} deposit", env!("CARGO_PKG_VERSION")),
            detail: "stored in the owner's storage root".to_owned(),
        };
        Self { version: VERSION, events: package.events.iter().cloned().chain([ingestion]).collect() }
    }
}

impl StoredPage {
    fn of(recognized: &RecognizedPage, record: PageRecord) -> Self {
        let page = &recognized.page;
        Self {
            number: page.number().value(),
            width: page.size.width,
            height: page.size.height,
            dpi: page.dpi().value(),
            text: recognized.source.clone(),
            record,
            lines: recognized.text.lines.iter().map(StoredLine::from).collect(),
        }
    }
}

impl From<&Line> for StoredLine {
    fn from(line: &Line) -> Self {
        Self {
            block: line.block,
            bbox: sides(&line.bbox),
            baseline: [finite(line.baseline.0), finite(line.baseline.1)],
            words: line.words.iter().map(StoredWord::from).collect(),
        }
    }
}

impl From<&Word> for StoredWord {
    fn from(word: &Word) -> Self {
        Self { text: word.text.clone(), bbox: sides(&word.bbox), confidence: word.confidence.value() }
    }
}
