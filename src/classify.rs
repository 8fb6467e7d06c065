//! The type of a document, from a closed list.
//!
//! In: [`RecognizedDocument`]. Out: [`ClassifiedDocument`]. Unknown is an answer. Headings, symbols, phrases
//! and labels of each type are data (`vn/document-types.toml`), so are their weights (`classify/weights.toml`).
//! Works on words and boxes alone: it sees no picture and knows no field of the record.

mod headings;
pub(crate) mod layout;
pub(crate) mod letterhead;
mod scoring;
mod sign;
mod signals;
#[cfg(test)]
pub(crate) mod testing;

use serde::{Deserialize, Serialize};

use crate::base::geometry::Rect;
use crate::base::units::{Confidence, PageNumber};
use crate::ocr::RecognizedDocument;
use crate::ocr::text::Word;
use crate::vn::document_type::DocumentType;

pub(crate) use headings::{Heading, printed_heading};

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
    /// How sure; where the type is unknown, how sure of the most likely one.
    pub confidence: Confidence,
    /// The words that decided, most telling first; where the type is unknown, those of the most likely one.
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

impl Evidence {
    /// Around words of one page; none without words.
    #[must_use]
    pub fn of(page: PageNumber, words: &[&Word]) -> Option<Self> {
        let bbox = words.iter().map(|word| word.bbox).reduce(|all, one| all.union(&one))?;
        let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        Some(Self { page, bbox, text })
    }
}

/// Settings of classification.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Below it the type is unknown. 0.7: a whole heading alone gives 0.98, one that lost a letter in six 0.8,
    /// a symbol alone 0.5.
    pub threshold: Confidence,
}

impl Default for Options {
    fn default() -> Self {
        Self { threshold: Confidence::clamped(0.7) }
    }
}

/// Finds the type of a document; what the metadata beside it says is certain.
#[must_use]
pub fn classify(recognized: RecognizedDocument, options: &Options) -> ClassifiedDocument {
    let sheets = layout::sheets(&recognized);
    let ranking = scoring::rank(&sheets);
    let classification = match recognized.origin.hints.document_type {
        Some(stated) => {
            let evidence = ranking.evidence_for(stated);
            Classification { document_type: stated, confidence: Confidence::CERTAIN, evidence }
        }
        None => judged(&ranking, options.threshold),
    };
    ClassifiedDocument { recognized, classification }
}

fn judged(ranking: &scoring::Ranking, threshold: Confidence) -> Classification {
    let (likeliest, confidence) = ranking.likeliest();
    let document_type = if confidence >= threshold { likeliest } else { DocumentType::UNKNOWN };
    Classification { document_type, confidence, evidence: ranking.evidence_for(likeliest) }
}

#[cfg(test)]
mod tests;
