//! Pages become recognised text: words with boxes and confidence, in reading order, in NFC.
//!
//! In: [`Prepared`] pages. Out: [`RecognizedPage`], [`RecognizedDocument`]. The only module that knows Tesseract.

pub mod text;

use crate::intake::Origin;
use crate::preprocess::Page;
use text::PageText;

/// A page and its text; a page without text is a valid result.
#[derive(Debug, Clone)]
pub struct RecognizedPage {
    /// The page.
    pub page: Page,
    /// Its text, boxes in the page's pixels.
    pub text: PageText,
    /// Why it has no text although something is on it: its recognition was cut off or crashed.
    pub unread: Option<String>,
}

/// All pages of a document, recognised.
#[derive(Debug, Clone)]
pub struct RecognizedDocument {
    /// What it is and where it came from.
    pub origin: Origin,
    /// Its pages in order, never empty.
    pub pages: Vec<RecognizedPage>,
}
