//! The closed list of document types (regulation sheet §7, and the types of Decree 30/2020), as data.
//!
//! `document-types.toml` holds for each type its headings, phrases, labels and required fields,
//! with the text that they come from and the days it is in force. Knows no page.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// One type of the closed list, or unknown: a place in the table, in the table's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct DocumentType(u8);

impl DocumentType {
    /// None of the list, or not sure enough.
    pub const UNKNOWN: Self = Self(u8::MAX);

    /// Every type of the list in its order, without unknown.
    #[must_use]
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        (0..TABLE.types.len()).map(|place| Self(u8::try_from(place).unwrap_or(u8::MAX)))
    }

    /// Short code, such as `GKS`; `UNKNOWN` where it is not known.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.definition().map_or("UNKNOWN", |definition| &definition.code)
    }

    /// Vietnamese name, such as `Giấy khai sinh`; `Chưa rõ loại` where it is not known.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.definition().map_or("Chưa rõ loại", |definition| &definition.name)
    }

    /// What the table says of it; nothing of unknown.
    #[must_use]
    pub fn definition(self) -> Option<&'static Definition> {
        TABLE.types.get(usize::from(self.0))
    }

    /// The type of a short code, `UNKNOWN` included.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        if code == Self::UNKNOWN.code() {
            return Some(Self::UNKNOWN);
        }
        Self::all().find(|known| known.code() == code)
    }
}

impl std::fmt::Display for DocumentType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl From<DocumentType> for String {
    fn from(document_type: DocumentType) -> Self {
        document_type.code().to_owned()
    }
}

impl TryFrom<String> for DocumentType {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::from_code(&code).ok_or(format!("`{code}` is no document type"))
    }
}

/// What is known of one type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Short code, capitals of ASCII.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// How its pages are laid out.
    pub layout: Layout,
    /// Headings, whole, with their variants; the printed one may break over lines.
    #[serde(default)]
    pub headings: Vec<String>,
    /// Beginnings of headings that go on: `ĐƠN XIN`.
    #[serde(default)]
    pub open_headings: Vec<String>,
    /// Phrases that mark the type.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// Abbreviations in its symbol: alone the first group of it, with a dash the whole of it.
    #[serde(default)]
    pub symbols: Vec<String>,
    /// Fields without which a record of the type is not complete.
    pub required: Vec<FieldName>,
    /// Where the parts of the record are labelled.
    #[serde(default)]
    pub labels: Labels,
    /// Where the headings and labels come from.
    pub basis: Basis,
}

/// How the pages of a type are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// The zones of Decree 30/2020, Appendix I.
    Decree30,
    /// A form with labels, under a national heading.
    Form,
    /// A small card, two languages, labels over values.
    Card,
    /// A stamp or a clause on another paper.
    Stamp,
}

/// The labels (`Nhãn:`) before the values of a form; each value belongs to the person last named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Labels {
    /// Before the name of the paper's owner.
    pub owner_name: Vec<String>,
    /// Before the number of the paper's owner.
    pub owner_id: Vec<String>,
    /// Before the name or number of someone else; what follows is theirs until the owner is named.
    pub others: Vec<String>,
    /// Before the paper's own number, where that is not `Số:`.
    pub number: Vec<String>,
    /// Before the day of issue.
    pub issued: Vec<String>,
    /// Before the issuing body.
    pub issuer: Vec<String>,
    /// Before what the paper is about.
    pub subject: Vec<String>,
    /// Before the signer's name.
    pub signer: Vec<String>,
    /// Before the last day in force.
    pub valid_until: Vec<String>,
    /// Before values that the record does not hold.
    pub further: Vec<String>,
}

/// A rule text and when it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The text, such as `NĐ 30/2020/NĐ-CP, Phụ lục III`.
    pub text: String,
    /// Evidence mark of the regulation sheet: `C1`, `C2`, `M-H`, `M-M`, `M-L`.
    pub mark: String,
    /// First day in force, ISO 8601, where known.
    pub since: Option<String>,
    /// Last day in force, ISO 8601; papers of that time stay valid.
    pub until: Option<String>,
}

/// A field of the record, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// Tên giấy tờ.
    Title,
    /// Số, ký hiệu.
    Number,
    /// Ngày ban hành, ngày cấp.
    Issued,
    /// Cơ quan ban hành.
    Issuer,
    /// Trích yếu nội dung.
    Subject,
    /// Người ký.
    Signer,
    /// Chức vụ người ký.
    SignerTitle,
    /// Số định danh chủ giấy tờ.
    Owner,
    /// Tên chủ giấy tờ.
    OwnerName,
    /// Thời hạn hiệu lực.
    ValidUntil,
}

impl FieldName {
    /// The name as written in files and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Number => "number",
            Self::Issued => "issued",
            Self::Issuer => "issuer",
            Self::Subject => "subject",
            Self::Signer => "signer",
            Self::SignerTitle => "signer_title",
            Self::Owner => "owner",
            Self::OwnerName => "owner_name",
            Self::ValidUntil => "valid_until",
        }
    }

    /// Every field in the order of the record.
    pub const ALL: [Self; 10] = [
        Self::Title,
        Self::Number,
        Self::Issued,
        Self::Issuer,
        Self::Subject,
        Self::Signer,
        Self::SignerTitle,
        Self::Owner,
        Self::OwnerName,
        Self::ValidUntil,
    ];

    /// Vietnamese label, as the provincial systems show it (regulation sheet §1.4).
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Title => "tên giấy tờ",
            Self::Number => "số, ký hiệu",
            Self::Issued => "ngày ban hành",
            Self::Issuer => "cơ quan ban hành",
            Self::Subject => "trích yếu nội dung",
            Self::Signer => "người ký",
            Self::SignerTitle => "chức vụ người ký",
            Self::Owner => "số định danh chủ giấy tờ",
            Self::OwnerName => "tên chủ giấy tờ",
            Self::ValidUntil => "thời hạn hiệu lực",
        }
    }
}

impl std::fmt::Display for FieldName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for FieldName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|field| field.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no field: expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}

/// Every abbreviation of the table with its type, in the table's order.
pub fn abbreviations() -> impl Iterator<Item = (&'static str, DocumentType)> {
    DocumentType::all().flat_map(|known| {
        let symbols = known.definition().map_or(&[][..], |definition| &definition.symbols);
        symbols.iter().map(move |symbol| (symbol.as_str(), known))
    })
}

/// Labels of every form: a value ends where one of them begins.
#[must_use]
pub fn common_labels() -> &'static [String] {
    &TABLE.common_labels
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("document-types.toml"))
        .expect("the table is part of the program and read by this module's tests")
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    common_labels: Vec<String>,
    #[serde(rename = "type")]
    types: Vec<Definition>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The 34 types of the regulation sheet §7.
    const SHEET: [&str; 34] = [
        "GKS", "TKKS", "TLKT", "TKKT", "GBT", "GCNKH", "XNTTHN", "CC", "GCNM", "DDKBD", "HDCN", "GPXD", "HKD", "DN",
        "LLTP", "GPLX", "TNHS", "PBS", "PTC", "PXL", "PKS", "QD", "CV", "TTr", "BB", "TB", "GUQ", "DDN", "CT01",
        "CT07", "GCS", "HN", "SYCT", "PCTT",
    ];

    #[test]
    fn every_type_of_the_sheet_is_in_the_table_first() {
        let codes: Vec<&str> = DocumentType::all().take(SHEET.len()).map(DocumentType::code).collect();
        assert_eq!(codes, SHEET);
        assert!(TABLE.types.len() < usize::from(u8::MAX));
    }

    #[test]
    fn codes_lead_back_to_their_types() {
        for known in DocumentType::all() {
            assert_eq!(DocumentType::from_code(known.code()), Some(known));
            let json = serde_json::to_string(&known).expect("text");
            assert_eq!(serde_json::from_str::<DocumentType>(&json).expect("known"), known);
        }
        assert_eq!(DocumentType::from_code("UNKNOWN"), Some(DocumentType::UNKNOWN));
        assert_eq!(DocumentType::from_code("XYZ"), None);
        assert_eq!(DocumentType::UNKNOWN.definition(), None);
    }

    #[test]
    fn the_table_is_in_normal_form_and_without_doubles() {
        let mut codes = BTreeSet::new();
        for definition in &TABLE.types {
            assert!(codes.insert(&definition.code), "{} occurs twice", definition.code);
            assert!(definition.code.is_ascii());
            assert!(!definition.required.is_empty(), "{} requires nothing", definition.code);
            for text in definition.headings.iter().chain(&definition.phrases).chain(&definition.symbols) {
                assert_eq!(&crate::vn::text::repair(text), text);
            }
        }
        let symbols: Vec<&str> = abbreviations().map(|(symbol, _)| symbol).collect();
        assert_eq!(symbols.iter().collect::<BTreeSet<_>>().len(), symbols.len(), "a symbol names two types");
    }

    #[test]
    fn days_in_force_are_days() {
        for definition in &TABLE.types {
            for day in [&definition.basis.since, &definition.basis.until].into_iter().flatten() {
                assert!(day.parse::<crate::base::time::Date>().is_ok(), "{}: {day}", definition.code);
            }
        }
    }
}
