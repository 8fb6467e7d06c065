//! The record of a document: fields with their evidence.
//!
//! In: [`ClassifiedDocument`]. Out: [`DescribedDocument`]. Field set: regulation sheet §1.4; places of the
//! fields: Decree 30/2020, Appendix I, and the labels of each type (`vn/document-types.toml`). What is not
//! plausible is left out: a missing field is asked of a person, a wrong one is believed. Never reads the clock.

mod card;
mod dated;
mod issuer;
mod labels;
mod owner;
mod reading;
mod signature;
mod subject;
mod title;
mod validity;
mod wording;

use serde::{Deserialize, Serialize};

pub(crate) use signature::OFFICES;

use crate::base::time::Date;
use crate::base::units::Confidence;
use crate::classify::layout::{self, Sheet};
use crate::classify::{ClassifiedDocument, Evidence, Heading, printed_heading};
use crate::intake::Hints;
use crate::vn::document_number::DocumentNumber;
use crate::vn::document_type::{Definition, FieldName};
use crate::vn::identifiers::OwnerId;

/// A classified document and its record.
#[derive(Debug, Clone)]
pub struct DescribedDocument {
    /// The document.
    pub classified: ClassifiedDocument,
    /// Its fields.
    pub record: Record,
}

/// The fields of a record; what was not found is `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Tên giấy tờ: title, such as `Giấy khai sinh` or the heading as printed.
    pub title: Option<Field<String>>,
    /// Số, ký hiệu.
    pub number: Option<Field<DocumentNumber>>,
    /// Ngày ban hành, ngày cấp.
    pub issued: Option<Field<Date>>,
    /// Cơ quan ban hành: its own name as printed, then a comma and its superior's where the head has one.
    pub issuer: Option<Field<String>>,
    /// Trích yếu nội dung.
    pub subject: Option<Field<String>>,
    /// Người ký.
    pub signer: Option<Field<String>>,
    /// Chức vụ người ký: the last line above the signature, such as `PHÓ CHỦ TỊCH`.
    pub signer_title: Option<Field<String>>,
    /// Số định danh chủ giấy tờ.
    pub owner: Option<Field<OwnerId>>,
    /// Tên chủ giấy tờ.
    pub owner_name: Option<Field<String>>,
    /// Thời hạn hiệu lực: last day in force.
    pub valid_until: Option<Field<Date>>,
}

/// A value, how sure, where it was read and what was written there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field<T> {
    /// The value, normalised.
    pub value: T,
    /// How sure.
    pub confidence: Confidence,
    /// Who says so.
    pub source: FieldSource,
    /// The words that it was read from; none when a person or the metadata gave it.
    pub evidence: Option<Evidence>,
}

/// Who says what a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldSource {
    /// Read from the page.
    Read,
    /// Given by the metadata beside the document.
    Metadata,
    /// Given by a person in review.
    Person,
}

impl<T> Field<T> {
    /// A value that the metadata beside the document gives.
    #[must_use]
    pub fn from_metadata(value: T) -> Self {
        Self { value, confidence: Confidence::CERTAIN, source: FieldSource::Metadata, evidence: None }
    }
}

impl Record {
    /// How sure a field is, by its name; none where it was not found.
    #[must_use]
    pub fn confidence(&self, name: FieldName) -> Option<Confidence> {
        match name {
            FieldName::Title => self.title.as_ref().map(|field| field.confidence),
            FieldName::Number => self.number.as_ref().map(|field| field.confidence),
            FieldName::Issued => self.issued.as_ref().map(|field| field.confidence),
            FieldName::Issuer => self.issuer.as_ref().map(|field| field.confidence),
            FieldName::Subject => self.subject.as_ref().map(|field| field.confidence),
            FieldName::Signer => self.signer.as_ref().map(|field| field.confidence),
            FieldName::SignerTitle => self.signer_title.as_ref().map(|field| field.confidence),
            FieldName::Owner => self.owner.as_ref().map(|field| field.confidence),
            FieldName::OwnerName => self.owner_name.as_ref().map(|field| field.confidence),
            FieldName::ValidUntil => self.valid_until.as_ref().map(|field| field.confidence),
        }
    }
}

/// Settings of description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The day of the run; no paper is issued after it.
    pub today: Date,
    /// No paper is older: 2 September 1945 by default.
    pub earliest: Date,
}

impl Options {
    /// The defaults on a day.
    #[must_use]
    pub fn on(today: Date) -> Self {
        Self { today, earliest: Date::new(1945, 9, 2).unwrap_or(today) }
    }

    fn is_plausible(&self, date: Date) -> bool {
        (self.earliest..=self.today).contains(&date)
    }
}

/// Fills the record of a document from its pages; what the metadata beside it says comes first.
#[must_use]
pub fn describe(mut classified: ClassifiedDocument, options: &Options) -> DescribedDocument {
    let mut record = read(&classified, options);
    apply(&classified.recognized.origin.hints, &mut record);
    card::apply(&mut classified, &mut record);
    DescribedDocument { classified, record }
}

fn read(classified: &ClassifiedDocument, options: &Options) -> Record {
    let sheets = layout::sheets(&classified.recognized);
    let Some(first) = sheets.first() else { return Record::default() };
    let document_type = classified.classification.document_type;
    let definition = document_type.definition();
    let entries = labels::entries(&sheets, definition);
    let heading = printed_heading(first, document_type);
    let source = Source { sheets: &sheets, first, definition, heading, entries: &entries, options };
    let (signer, signer_title) = signature::read(&source);
    let issued = dated::issued(&source);
    let (owner_name, owner) = owner::read(&source);
    Record {
        title: title::read(&source, &classified.classification),
        number: dated::number(&source),
        valid_until: validity::read(&source, issued.as_ref()),
        issued,
        issuer: issuer::read(&source),
        subject: subject::read(&source),
        signer,
        signer_title,
        owner,
        owner_name,
    }
}

/// What the fields of one document are read from.
struct Source<'s, 'a> {
    sheets: &'s [Sheet<'a>],
    /// The first page with words.
    first: &'s Sheet<'a>,
    definition: Option<&'static Definition>,
    /// The heading that names its type, on the first page.
    heading: Option<Heading<'a>>,
    entries: &'s [labels::Entry<'a>],
    options: &'s Options,
}

fn apply(hints: &Hints, record: &mut Record) {
    if let Some(owner) = &hints.owner {
        record.owner = Some(Field::from_metadata(owner.clone()));
    }
    if let Some(name) = &hints.owner_name {
        record.owner_name = Some(Field::from_metadata(name.clone()));
    }
}

#[cfg(test)]
mod tests;
