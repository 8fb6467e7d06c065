//! The type of a document, from a closed list.
//!
//! In: [`RecognizedDocument`]. Out: [`ClassifiedDocument`]. Unknown is an answer.

use serde::{Deserialize, Serialize};

use crate::base::geometry::Rect;
use crate::base::units::{Confidence, PageNumber};
use crate::ocr::RecognizedDocument;
use crate::vn::document_type::DocumentType;

/// A recognised document and its type.
#[derive(Debug, Clone)]
pub struct ClassifiedDocument {
    /// The document.
    pub recognized: RecognizedDocument,
    /// Its type.
    pub classification: Classification,
}

/// A type, how sure, and what says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// The type; unknown below the threshold.
    pub document_type: DocumentType,
    /// How sure.
    pub confidence: Confidence,
    /// The words that decided, most telling first.
    pub evidence: Vec<Evidence>,
}

/// Words on a page that something was concluded from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The page.
    pub page: PageNumber,
    /// The place, in the corrected page's pixels.
    pub bbox: Rect,
    /// The words as recognised.
    pub text: String,
}
