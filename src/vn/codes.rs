//! Codes of dossiers, procedures, organisations, and of digitised papers and results.
//!
//! Forms and history: QĐ 20/2020 and QĐ 09/2025 (organisations), QCVN 102:2016 (their old form);
//! the paper code as the provincial systems write it (regulation sheet §1.3).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::identifiers::OwnerId;
use super::places::{Province, old_by_code};

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

/// What level 1 of an organisation's code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopLevel {
    /// `G`: a ministry or a body of its rank, by its present name; none where the code was removed in 2025.
    Ministry(Option<&'static str>),
    /// `H`: the People's Committee of a province, as it was before the merger.
    Committee(&'static Province),
    /// `K`: the People's Council of a province, as it was before the merger.
    Council(&'static Province),
}

impl TopLevel {
    /// Such as `Bộ Tư pháp` or `UBND tỉnh Bình Dương`.
    #[must_use]
    pub fn name(self) -> Option<String> {
        match self {
            Self::Ministry(name) => name.map(str::to_owned),
            Self::Committee(province) => Some(format!("UBND {}", province.full_name())),
            Self::Council(province) => Some(format!("HĐND {}", province.full_name())),
        }
    }

    /// The province as it is called now.
    #[must_use]
    pub fn province_now(self) -> Option<&'static Province> {
        match self {
            Self::Ministry(_) => None,
            Self::Committee(province) | Self::Council(province) => Some(province.now()),
        }
    }
}

impl OrganizationCode {
    /// Level 1, in the old form as well as in the new: `H29` of `H29.12` and of `000.00.12.H29`.
    #[must_use]
    pub fn top_code(&self) -> &str {
        let old_form = self.0.starts_with(|first: char| first.is_ascii_digit());
        let mut levels = self.0.split('.');
        if old_form { levels.next_back() } else { levels.next() }.unwrap_or(&self.0)
    }

    /// What level 1 stands for; none for groups and numbers that the table does not hold.
    #[must_use]
    pub fn top_level(&self) -> Option<TopLevel> {
        let code = self.top_code();
        let (group, number) = code.split_at_checked(1)?;
        let province = || old_by_code(ORGANIZATIONS.provinces.get(number)?);
        match group {
            "H" => province().map(TopLevel::Committee),
            "K" => province().map(TopLevel::Council),
            "G" => {
                let name = ORGANIZATIONS.ministries.get(code).map(String::as_str);
                let removed = ORGANIZATIONS.removed_in_2025.iter().any(|gone| gone == code);
                (name.is_some() || removed).then_some(TopLevel::Ministry(name))
            }
            _ => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Organizations {
    #[allow(dead_code, reason = "the table names its source")]
    source: String,
    removed_in_2025: Vec<String>,
    ministries: BTreeMap<String, String>,
    provinces: BTreeMap<String, String>,
}

static ORGANIZATIONS: LazyLock<Organizations> = LazyLock::new(|| {
    toml::from_str(include_str!("organizations.toml"))
        .expect("the table is part of the program and read by this module's tests")
});

/// Mã giấy tờ: owner, kind of paper, number and symbol, ordinal of two digits, with dots between.
///
/// Read from both ends, because kind and number hold dots of their own. It holds `/` and `Đ`, so it is
/// never a file's name; and it names the owner, so it is never logged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PaperCode {
    /// Whose paper it is.
    pub owner: OwnerId,
    /// Mã thành phần or mã kết quả.
    pub kind: PaperKindCode,
    /// Số, ký hiệu as the office writes it, not empty.
    number: String,
    /// 1 to 99.
    ordinal: u8,
}

impl PaperCode {
    /// A code of its parts.
    ///
    /// # Errors
    /// [`NotACode`] when the number is empty or holds white space, or the ordinal is not 1 to 99.
    pub fn new(owner: OwnerId, kind: PaperKindCode, number: &str, ordinal: u8) -> Result<Self, NotACode> {
        let valid = !number.is_empty() && !number.contains(char::is_whitespace) && (1..=99).contains(&ordinal);
        if valid {
            Ok(Self { owner, kind, number: super::text::repair(number), ordinal })
        } else {
            Err(no_paper_code(&format!("{}.{kind}.{number}.{ordinal:02}", owner.masked())))
        }
    }

    /// Số, ký hiệu.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// 1 to 99.
    #[must_use]
    pub fn ordinal(&self) -> u8 {
        self.ordinal
    }
}

impl std::fmt::Display for PaperCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}.{:02}", self.owner.as_str(), self.kind, self.number, self.ordinal)
    }
}

impl std::str::FromStr for PaperCode {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let refused = || no_paper_code(text);
        let (owner, rest) = text.trim().split_once('.').ok_or_else(refused)?;
        let (middle, ordinal) = rest.rsplit_once('.').ok_or_else(refused)?;
        let kind_length = PAPER_KIND.find(middle).ok_or_else(refused)?.len();
        let kind = middle[..kind_length].parse().map_err(|_| refused())?;
        let number = middle[kind_length..].strip_prefix('.').ok_or_else(refused)?;
        let two_digits = ordinal.len() == 2 && ordinal.bytes().all(|byte| byte.is_ascii_digit());
        let ordinal = if two_digits { ordinal.parse().map_err(|_| refused())? } else { return Err(refused()) };
        Self::new(owner.parse().map_err(|_| refused())?, kind, number, ordinal).map_err(|_| refused())
    }
}

impl TryFrom<String> for PaperCode {
    type Error = NotACode;

    fn try_from(text: String) -> Result<Self, NotACode> {
        text.parse()
    }
}

impl From<PaperCode> for String {
    fn from(code: PaperCode) -> Self {
        code.to_string()
    }
}

fn no_paper_code(found: &str) -> NotACode {
    NotACode {
        found: found.to_owned(),
        code: "paper code (mã giấy tờ)",
        example: "079199000000.KQ.G15.000031.123/2026.01",
    }
}

/// The kind at the start of what stands between owner and ordinal.
static PAPER_KIND: LazyLock<regex::Regex> = LazyLock::new(|| {
    regex::Regex::new(r"^[A-Z]{2}(?:\.[A-Z]\d{2}(?:\.\d{1,3})*\.)?\d{4,6}")
        .expect("a constant pattern, compiled by this module's tests")
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn organization(code: &str) -> OrganizationCode {
        code.parse().expect("valid")
    }

    #[test]
    fn codes_of_the_sheet_are_valid() {
        for code in ["000.00.BD.H08-230411-0004", "H29.12-251103-0001"] {
            assert!(code.parse::<DossierCode>().is_ok(), "{code}");
        }
        for code in ["1.004222", "2.000815.000.00.00.H55", "2.000815.000.00.00.H55.02"] {
            assert!(code.parse::<ProcedureCode>().is_ok(), "{code}");
        }
        for code in ["KQ.G15.000031", "KQ0777", "KQ005897"] {
            assert!(code.parse::<PaperKindCode>().is_ok(), "{code}");
        }
        assert!("1.4222".parse::<ProcedureCode>().is_err());
        assert!("H29.12-251103-01".parse::<DossierCode>().is_err());
    }

    #[test]
    fn level_one_is_named_in_both_forms() {
        let name = |code: &str| organization(code).top_level().and_then(TopLevel::name);
        assert_eq!(name("H09.12").as_deref(), Some("UBND tỉnh Bình Dương"));
        assert_eq!(name("000.00.BD.H08").as_deref(), Some("UBND tỉnh Bình Định"));
        assert_eq!(name("G15").as_deref(), Some("Bộ Tư pháp"));
        assert_eq!(name("K29").as_deref(), Some("HĐND Thành phố Hồ Chí Minh"));
        assert_eq!(organization("G04").top_level(), Some(TopLevel::Ministry(None)));
        assert_eq!(organization("A01").top_level(), None);
        let now = organization("H09").top_level().and_then(TopLevel::province_now);
        assert_eq!(now.map(|province| province.name.as_str()), Some("Hồ Chí Minh"));
    }

    #[test]
    fn all_sixty_three_committees_are_named() {
        let names: std::collections::BTreeSet<_> =
            (1..=63).filter_map(|n| organization(&format!("H{n:02}")).top_level().and_then(TopLevel::name)).collect();
        assert_eq!(names.len(), 63);
    }

    #[test]
    fn a_paper_code_is_read_from_both_ends() {
        let code: PaperCode = "079199000000.KQ.G15.000031.00123.GCS.74001.25.02".parse().expect("valid");
        assert_eq!((code.owner.as_str(), code.kind.as_str()), ("079199000000", "KQ.G15.000031"));
        assert_eq!((code.number(), code.ordinal()), ("00123.GCS.74001.25", 2));
        let other: PaperCode = "3700769325.KQ005897.15/QĐ-UBND.01".parse().expect("valid");
        assert_eq!((other.kind.as_str(), other.number()), ("KQ005897", "15/QĐ-UBND"));
        for wrong in
            ["", "079199000000", "079199000000.KQ0777.01", "079199000000.KQ0777.1/QĐ.1", "07919900000.KQ0777.1.01"]
        {
            assert!(wrong.parse::<PaperCode>().is_err(), "{wrong}");
        }
        assert!(PaperCode::new(code.owner.clone(), code.kind.clone(), "1", 0).is_err());
    }

    proptest! {
        #[test]
        fn a_paper_code_comes_back(number in "[0-9]{1,4}(/[A-ZĐ]{2}-[A-Z]{3}|/20[0-9]{2}|[.][A-Z]{3}[.][0-9]{2})", ordinal in 1_u8..100) {
            let owner: OwnerId = "074304001234".parse().expect("valid");
            let code = PaperCode::new(owner, "KQ.G15.000031".parse().expect("valid"), &number, ordinal).expect("valid");
            prop_assert_eq!(code.to_string().parse::<PaperCode>(), Ok(code));
        }

        #[test]
        fn any_text_is_survived(text in ".{0,30}") {
            let _ = text.parse::<PaperCode>();
        }
    }
}
