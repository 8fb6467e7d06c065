//! The closed list of document types (regulation sheet §7), as data.

use serde::{Deserialize, Serialize};

/// One type of the closed list, or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct DocumentType(u8);

impl DocumentType {
    /// None of the list, or not sure enough.
    pub const UNKNOWN: Self = Self(u8::MAX);

    /// Short code, such as `GKS`; `UNKNOWN` where it is not known.
    #[must_use]
    pub fn code(self) -> &'static str {
        "UNKNOWN"
    }

    /// The type of a short code.
    #[must_use]
    pub fn from_code(_code: &str) -> Option<Self> {
        None
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
