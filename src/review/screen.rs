//! The rules that a document must meet to go on without a person.

use serde::{Deserialize, Serialize};

use super::beginnings::beginnings;
use super::{Approval, ApprovedDocument, Beginning, HeldDocument, Screening};
use crate::base::units::{Confidence, Dpi, PageNumber};
use crate::describe::{DescribedDocument, FieldSource};
use crate::gate::{self, Fault, Finding, Weight};
use crate::intake::{self, Doubt, SourceFile, Standing};
use crate::vn::document_type::{DocumentType, FieldName};

/// Thresholds; below them a person looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Of a document type.
    pub document_type: Confidence,
    /// Of a field that the type requires.
    pub field: Confidence,
    /// Of a page's mean word confidence.
    pub page: Confidence,
    /// Of the scan itself.
    pub scan: gate::Thresholds,
}

/// Why a document was held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Reason {
    /// None of the listed types, or not sure enough.
    TypeUnknown {
        /// How sure the best guess was.
        confidence: Confidence,
    },
    /// A field that the type requires was not found.
    FieldMissing {
        /// The field.
        field: FieldName,
    },
    /// A field that the type requires is not sure enough.
    FieldUnsure {
        /// The field.
        field: FieldName,
        /// How sure it is.
        confidence: Confidence,
    },
    /// Nobody knows whose paper it is.
    OwnerUnknown,
    /// The owner's number was read from the page but not surely enough to choose a warehouse by.
    OwnerUnsure {
        /// How sure it is.
        confidence: Confidence,
    },
    /// A page was recognised badly.
    PageUnclear {
        /// The page.
        page: PageNumber,
        /// Mean word confidence.
        confidence: Confidence,
    },
    /// A page could not be recognised at all.
    PageUnread {
        /// The page.
        page: PageNumber,
        /// Why.
        why: String,
    },
    /// What is on a page is not all shown.
    PageIncomplete {
        /// The page.
        page: PageNumber,
        /// What is missing, in Vietnamese.
        why: String,
    },
    /// No page has any text.
    NoText,
    /// An input file was signed, and its signature is not good.
    SignatureInvalid {
        /// The file.
        file: String,
        /// What verification said, in Vietnamese.
        verdict: String,
    },
    /// Pages were scanned below the least resolution (Decree 30/2020, Appendix I, part II).
    ResolutionLow {
        /// How many pages.
        pages: usize,
        /// The first of them.
        first: PageNumber,
        /// The lowest resolution.
        dpi: Dpi,
    },
    /// The scan itself misses a threshold of the gate.
    PoorScan(Finding),
    /// Other documents seem to begin within it.
    SeveralDocuments {
        /// Where.
        beginnings: Vec<Beginning>,
    },
    /// The input itself says two things.
    Input {
        /// Which.
        doubt: Doubt,
    },
}

impl Reason {
    /// The reason as people read it.
    #[must_use]
    pub fn text(&self) -> String {
        let percent = |confidence: &Confidence| (confidence.value() * 100.0).floor();
        match self {
            Self::TypeUnknown { confidence } => format!("chưa rõ loại giấy tờ (tin cậy {} %)", percent(confidence)),
            Self::FieldMissing { field } => format!("thiếu {}", field.label()),
            Self::FieldUnsure { field, confidence } => {
                format!("{} chưa chắc chắn (tin cậy {} %)", field.label(), percent(confidence))
            }
            Self::OwnerUnknown => "chưa rõ chủ giấy tờ".to_owned(),
            Self::OwnerUnsure { confidence } => {
                format!("số định danh chủ giấy tờ chưa chắc chắn (tin cậy {} %)", percent(confidence))
            }
            Self::PageUnclear { page, confidence } => {
                format!("trang {} khó đọc (tin cậy {} %)", page.value(), percent(confidence))
            }
            Self::PageUnread { page, why } => format!("trang {} không nhận dạng được: {why}", page.value()),
            Self::SignatureInvalid { file, verdict } => format!("chữ ký số của {file}: {verdict}"),
            Self::PageIncomplete { page, why } => format!("trang {} thiếu nội dung: {why}", page.value()),
            Self::SeveralDocuments { beginnings } => {
                let places: Vec<String> = beginnings.iter().map(Beginning::text).collect();
                format!("có thể là nhiều văn bản trong một tệp, bắt đầu từ {}", places.join(", "))
            }
            Self::Input { doubt } => doubt.text(),
            Self::NoText => "không có chữ nào trên các trang".to_owned(),
            Self::ResolutionLow { pages, first, dpi } => {
                let dpi = dpi.value().round();
                format!("{pages} trang, từ trang {}, chỉ {dpi} dpi, cần ít nhất 200 dpi", first.value())
            }
            Self::PoorScan(finding) => finding.text(),
        }
    }
}

/// Lets a document go on, or holds it with every reason found, not only the first.
#[must_use]
pub fn screen(described: DescribedDocument, options: &Options) -> Screening {
    let mut reasons = page_reasons(&described, options);
    reasons.extend(signature_reasons(&described));
    reasons.extend(type_reason(&described, options));
    reasons.extend(field_reasons(&described, options));
    reasons.extend(owner_reason(&described, options));
    let beginnings = beginnings(&described.classified);
    if !beginnings.is_empty() {
        reasons.push(Reason::SeveralDocuments { beginnings });
    }
    let doubts = described.classified.recognized.origin.doubts.iter().cloned();
    reasons.extend(doubts.map(|doubt| Reason::Input { doubt }));
    if reasons.is_empty() {
        Screening::Approved(Box::new(ApprovedDocument { described, approval: Approval::Thresholds }))
    } else {
        Screening::Held(Box::new(HeldDocument { described, reasons }))
    }
}

fn page_reasons(described: &DescribedDocument, options: &Options) -> Vec<Reason> {
    let pages = &described.classified.recognized.pages;
    let mut reasons = Vec::new();
    for page in pages {
        let number = page.page.number();
        if let Some(why) = &page.unread {
            reasons.push(Reason::PageUnread { page: number, why: why.clone() });
        }
        if let Some(lost) =
            page.source.doubts.iter().find(|doubt| matches!(doubt, intake::text::Doubt::UnseenFields { .. }))
        {
            reasons.push(Reason::PageIncomplete { page: number, why: lost.text() });
        }
        if let Some(confidence) = page.text.confidence().filter(|confidence| *confidence < options.page) {
            reasons.push(Reason::PageUnclear { page: number, confidence });
        }
    }
    reasons.extend(scan_reasons(&gate::document(pages, &described.classified.recognized.origin, &options.scan)));
    if pages.iter().all(|page| page.text.lines.is_empty()) {
        reasons.push(Reason::NoText);
    }
    reasons
}

/// What the gate found that a person must look at; pages below the least resolution are counted together.
fn scan_reasons(findings: &[Finding]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = resolution_reason(findings).into_iter().collect();
    let is_other =
        |finding: &&Finding| finding.weight() == Weight::Hold && !matches!(finding.fault, Fault::Resolution { .. });
    reasons.extend(findings.iter().filter(is_other).cloned().map(Reason::PoorScan));
    reasons
}

/// A signed original whose signature is not good is nothing that a rule may let pass.
fn signature_reasons(described: &DescribedDocument) -> Vec<Reason> {
    let sources = &described.classified.recognized.origin.sources;
    let invalid = |source: &SourceFile| {
        let verdict = source.verdict.as_ref().filter(|verdict| verdict.standing == Standing::Invalid)?;
        Some(Reason::SignatureInvalid { file: source.name.clone(), verdict: verdict.vietnamese.clone() })
    };
    sources.iter().filter_map(invalid).collect()
}

fn resolution_reason(findings: &[Finding]) -> Option<Reason> {
    let coarse: Vec<(PageNumber, Dpi)> = findings
        .iter()
        .filter_map(|finding| match finding.fault {
            Fault::Resolution { dpi, .. } => Some((finding.page?, dpi)),
            _ => None,
        })
        .collect();
    let (first, _) = *coarse.first()?;
    let dpi = coarse.iter().map(|(_, dpi)| *dpi).min_by(|a, b| a.value().total_cmp(&b.value()))?;
    Some(Reason::ResolutionLow { pages: coarse.len(), first, dpi })
}

fn type_reason(described: &DescribedDocument, options: &Options) -> Option<Reason> {
    let found = &described.classified.classification;
    let unsure = found.document_type == DocumentType::UNKNOWN || found.confidence < options.document_type;
    unsure.then_some(Reason::TypeUnknown { confidence: found.confidence })
}

fn field_reasons(described: &DescribedDocument, options: &Options) -> Vec<Reason> {
    let document_type = described.classified.classification.document_type;
    let judge = |field: FieldName| match described.record.confidence(field) {
        None => Some(Reason::FieldMissing { field }),
        Some(confidence) if confidence < options.field => Some(Reason::FieldUnsure { field, confidence }),
        Some(_) => None,
    };
    // The owner has a rule of its own below.
    let required = document_type.definition().map_or(&[][..], |definition| &definition.required);
    required.iter().copied().filter(|field| *field != FieldName::Owner).filter_map(judge).collect()
}

/// The owner chooses the warehouse, so a number read from the page must be surer than other fields:
/// a wrong one would show a citizen's paper to somebody else.
fn owner_reason(described: &DescribedDocument, options: &Options) -> Option<Reason> {
    let Some(owner) = &described.record.owner else { return Some(Reason::OwnerUnknown) };
    let least = options.field.value().max(0.85);
    let unsure = owner.source == FieldSource::Read && owner.confidence.value() < least;
    unsure.then_some(Reason::OwnerUnsure { confidence: owner.confidence })
}
