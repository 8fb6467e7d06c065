//! Points of every type from headings, symbols, phrases and labels, and how sure they make.

use super::layout::Sheet;
use super::sign::{Sign, WEIGHTS};
use super::{Evidence, headings, signals};
use crate::base::units::Confidence;
use crate::vn::document_type::DocumentType;

/// All types with their points.
#[derive(Debug)]
pub(super) struct Ranking {
    points: Vec<(DocumentType, f32)>,
    evidence: Vec<(DocumentType, f32, Evidence)>,
}

/// Judges a document by its first and its last page with words.
pub(super) fn rank(sheets: &[Sheet]) -> Ranking {
    let mut signs = Vec::new();
    if let Some(first) = sheets.first() {
        signs.extend(headings::signs(first));
        signs.extend(signals::signs(sheets));
    }
    let mut points: Vec<(DocumentType, f32)> = DocumentType::all().map(|known| (known, 0.0)).collect();
    for sign in &signs {
        if let Some(entry) = points.iter_mut().find(|(known, _)| *known == sign.document_type) {
            entry.1 += sign.points;
        }
    }
    let shown = |sign: &Sign| {
        let page = sheets.get(sign.page)?.number;
        Some((sign.document_type, sign.points, Evidence::of(page, &sign.words)?))
    };
    let mut evidence: Vec<_> = signs.iter().filter_map(shown).collect();
    evidence.sort_by(|one, other| other.1.total_cmp(&one.1));
    Ranking { points, evidence }
}

impl Ranking {
    /// The type with most points, the first of equals, and how sure it is; unknown where none has any.
    pub(super) fn likeliest(&self) -> (DocumentType, Confidence) {
        let none = (DocumentType::UNKNOWN, 0.0);
        let best = self.points.iter().fold(none, |best, &one| if one.1 > best.1 { one } else { best });
        if best.1 <= 0.0 {
            return (DocumentType::UNKNOWN, Confidence::NONE);
        }
        let scored = self.points.iter().filter(|(_, points)| *points > 0.0);
        let others: f32 = scored.map(|(_, points)| (points - best.1).exp()).sum();
        (best.0, Confidence::clamped(1.0 / (others + (WEIGHTS.unknown - best.1).exp())))
    }

    /// What speaks for a type, most telling first.
    pub(super) fn evidence_for(&self, document_type: DocumentType) -> Vec<Evidence> {
        let own = self.evidence.iter().filter(|(known, ..)| *known == document_type);
        own.map(|(.., evidence)| evidence.clone()).collect()
    }
}
