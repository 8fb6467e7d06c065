//! Codes of dossiers, procedures, organisations, and of digitised papers and results.
//!
//! Forms and history: QĐ 20/2020 and QĐ 09/2025 (organisations), QCVN 102:2016 (their old form).

use serde::{Deserialize, Serialize};

/// Text that is not the code expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no {code}: expected a form like `{example}`")]
pub struct NotACode {
    /// The text found.
    pub found: String,
    /// The kind of code.
    pub code: &'static str,
    /// A valid one (invented).
    pub example: &'static str,
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $label:literal, $example:literal, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// As written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotACode;

            fn from_str(text: &str) -> Result<Self, NotACode> {
                static PATTERN: std::sync::LazyLock<Option<regex::Regex>> =
                    std::sync::LazyLock::new(|| regex::Regex::new($pattern).ok());
                let code = text.trim();
                if PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(code)) {
                    Ok(Self(code.to_owned()))
                } else {
                    Err(NotACode { found: text.to_owned(), code: $label, example: $example })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotACode;

            fn try_from(text: String) -> Result<Self, NotACode> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }
    };
}

code!(
    /// Mã hồ sơ: organisation, day of reception, ordinal.
    DossierCode,
    "dossier code (mã hồ sơ)",
    "H29.12-251103-0001",
    r"^(?:\d{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.)?[A-K]\d{2}(?:\.\d{1,3})*-\d{6}-\d{4,6}$"
);
code!(
    /// Mã thủ tục hành chính, national or local.
    ProcedureCode,
    "procedure code (mã TTHC)",
    "1.004222",
    r"^\d\.\d{6}(?:\.000\.00\.00\.[A-K]\d{2}(?:\.\d{2})?)?$"
);
code!(
    /// Mã thành phần hồ sơ or mã kết quả: the kind of paper in a procedure.
    PaperKindCode,
    "component or result code (mã thành phần, mã kết quả)",
    "KQ.G15.000031",
    r"^[A-Z]{2}(?:\.[A-Z]\d{2}(?:\.\d{1,3})*\.)?\d{4,6}$"
);
code!(
    /// Organisation id, new form or old.
    OrganizationCode,
    "organisation code (mã định danh cơ quan)",
    "H29.12",
    r"^(?:[A-K]\d{2}(?:\.\d{1,3}){0,6}|\d{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-K]\d{2})$"
);
