//! The record of a document: fields with their evidence.
//!
//! In: [`ClassifiedDocument`]. Out: [`DescribedDocument`]. Field set: regulation sheet §1.4.

use serde::{Deserialize, Serialize};

use crate::base::time::Date;
use crate::base::units::Confidence;
use crate::classify::{ClassifiedDocument, Evidence};
use crate::vn::document_number::DocumentNumber;
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
    /// Cơ quan ban hành.
    pub issuer: Option<Field<String>>,
    /// Trích yếu nội dung.
    pub subject: Option<Field<String>>,
    /// Người ký.
    pub signer: Option<Field<String>>,
    /// Chức vụ người ký.
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
