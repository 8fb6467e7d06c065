//! Who owns a paper: personal identification numbers, old identity-card numbers, tax codes.

use serde::{Deserialize, Serialize};

/// The number of a citizen or an organisation, checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum OwnerId {
    /// 12 digits: personal identification number (số định danh cá nhân, CCCD).
    Citizen(String),
    /// 9 digits: identity card before 2016-2021 (CMND).
    OldCitizen(String),
    /// 10 digits, or 10-3: tax or enterprise code (MST).
    Organization(String),
}

/// Why text is no owner's number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOwnerId {
    /// The form fits no kind of number.
    #[error("`{found}` is no owner's number: expected 12 digits (CCCD), 9 (CMND), 10 or 10-3 (MST)")]
    Form {
        /// The text found.
        found: String,
    },
}

impl OwnerId {
    /// The number as written in the paper code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Citizen(number) | Self::OldCitizen(number) | Self::Organization(number) => number,
        }
    }

    /// For lists, logs and messages: `079*****1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        let number = self.as_str();
        let hidden = number.len().saturating_sub(7);
        let (head, tail) = number.split_at(3.min(number.len()));
        format!("{head}{}{}", "*".repeat(hidden), &tail[tail.len().min(hidden)..])
    }

    /// The kind's name in the keyed token: `citizen`, `old-citizen`, `organization`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Citizen(_) => "citizen",
            Self::OldCitizen(_) => "old-citizen",
            Self::Organization(_) => "organization",
        }
    }
}

impl std::str::FromStr for OwnerId {
    type Err = NotAnOwnerId;

    fn from_str(text: &str) -> Result<Self, NotAnOwnerId> {
        let number = text.trim();
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let branch = number.split_once('-').is_some_and(|(code, branch)| digits(code, 10) && digits(branch, 3));
        if digits(number, 12) {
            Ok(Self::Citizen(number.to_owned()))
        } else if digits(number, 9) {
            Ok(Self::OldCitizen(number.to_owned()))
        } else if digits(number, 10) || branch {
            Ok(Self::Organization(number.to_owned()))
        } else {
            Err(NotAnOwnerId::Form { found: text.to_owned() })
        }
    }
}

impl TryFrom<String> for OwnerId {
    type Error = NotAnOwnerId;

    fn try_from(text: String) -> Result<Self, NotAnOwnerId> {
        text.parse()
    }
}

impl From<OwnerId> for String {
    fn from(owner: OwnerId) -> Self {
        owner.as_str().to_owned()
    }
}
