//! Who owns a paper: personal identification numbers, old identity-card numbers, tax codes.
//!
//! Form and checks of the regulation sheet §5. Numbers given before the merger of provinces stay valid.
//! Knows no register: a number that passes may still belong to nobody.

use serde::{Deserialize, Serialize};

use super::places::{Province, old_by_code};

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

/// Why text is no owner's number; the text is masked, so that messages may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOwnerId {
    /// The form fits no kind of number.
    #[error("`{found}` is no owner's number: expected 12 digits (CCCD), 9 (CMND), 10 or 10-3 (MST)")]
    Form {
        /// The text found, masked.
        found: String,
    },
    /// The first three digits are neither a province's nor a country's.
    #[error("`{found}` is no personal identification number: no province has the code {code}")]
    Province {
        /// The number found, masked.
        found: String,
        /// Its first three digits.
        code: String,
    },
    /// The fourth digit says a century that has not begun.
    #[error(
        "`{found}` is no personal identification number: its fourth digit {digit} says a birth in {century} or later"
    )]
    Century {
        /// The number found, masked.
        found: String,
        /// Its fourth digit.
        digit: char,
        /// First year of that century.
        century: u16,
    },
    /// An identity card has no such number.
    #[error("`{found}` is no identity-card number: it is all zeros")]
    Zeros {
        /// The number found, masked.
        found: String,
    },
    /// The tenth digit does not follow from the nine before.
    #[error("`{found}` is no tax code: its check digit is {check}, and {}", expected.map_or("no code begins so".to_owned(), |digit| format!("{digit} is right")))]
    Checksum {
        /// The code found, masked.
        found: String,
        /// The check digit found.
        check: u8,
        /// The check digit that is right; none where the first nine digits are never issued.
        expected: Option<u8>,
    },
    /// Branches count from 001.
    #[error("`{found}` is no tax code: branches are numbered from 001")]
    Branch {
        /// The code found, masked.
        found: String,
    },
}

/// As the fourth digit of a personal identification number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
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
        masked(self.as_str())
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

    /// The sex that a personal identification number states.
    #[must_use]
    pub fn sex(&self) -> Option<Sex> {
        let digit = self.citizen_digit(3)?;
        Some(if digit % 2 == 0 { Sex::Male } else { Sex::Female })
    }

    /// The year of birth that a personal identification number states, 1900 to 2099.
    #[must_use]
    pub fn birth_year(&self) -> Option<u16> {
        let century = 1900 + u16::from(self.citizen_digit(3)? / 2) * 100;
        Some(century + u16::from(self.citizen_digit(4)?) * 10 + u16::from(self.citizen_digit(5)?))
    }

    /// The province of birth registration, as it was before the merger; none for the foreign-born.
    #[must_use]
    pub fn province(&self) -> Option<&'static Province> {
        match self {
            Self::Citizen(number) => old_by_code(number.strip_prefix('0')?.get(..2)?),
            _ => None,
        }
    }

    fn citizen_digit(&self, place: usize) -> Option<u8> {
        match self {
            Self::Citizen(number) => number.as_bytes().get(place).map(|byte| byte - b'0'),
            _ => None,
        }
    }
}

/// The first three and the last four characters; the rest as `*`, at least what fewer than eight leave.
fn masked(number: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    let hidden = letters.len().saturating_sub(7);
    let tail = letters.len().min(3 + hidden);
    letters.iter().take(3).copied().chain("*".repeat(hidden).chars()).chain(letters[tail..].iter().copied()).collect()
}

impl std::str::FromStr for OwnerId {
    type Err = NotAnOwnerId;

    fn from_str(text: &str) -> Result<Self, NotAnOwnerId> {
        let number = text.trim();
        let found = || masked(number);
        match digits_of(number) {
            Some((12, None)) => citizen(number),
            Some((9, None)) if number.bytes().all(|digit| digit == b'0') => Err(NotAnOwnerId::Zeros { found: found() }),
            Some((9, None)) => Ok(Self::OldCitizen(number.to_owned())),
            Some((10, Some("000"))) => Err(NotAnOwnerId::Branch { found: found() }),
            Some((10, _)) => organization(number),
            _ => Err(NotAnOwnerId::Form { found: found() }),
        }
    }
}

/// Number of digits before a dash, and the three after it; none for other forms.
fn digits_of(number: &str) -> Option<(usize, Option<&str>)> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match number.split_once('-') {
        None => digits(number).then_some((number.len(), None)),
        Some((code, branch)) => {
            (digits(code) && digits(branch) && branch.len() == 3).then_some((code.len(), Some(branch)))
        }
    }
}

/// §5.1: a province (`0` and two digits, old ones included) or a country (100 and above), then the century.
fn citizen(number: &str) -> Result<OwnerId, NotAnOwnerId> {
    let found = masked(number);
    let domestic = number.strip_prefix('0');
    if domestic.is_some_and(|rest| old_by_code(&rest[..2]).is_none()) {
        return Err(NotAnOwnerId::Province { found, code: number[..3].to_owned() });
    }
    let digit = number.as_bytes()[3];
    if digit > b'3' {
        let century = 1900 + u16::from((digit - b'0') / 2) * 100;
        return Err(NotAnOwnerId::Century { found, digit: char::from(digit), century });
    }
    Ok(OwnerId::Citizen(number.to_owned()))
}

/// §5.2: the tenth digit is ten less the weighted sum of nine modulo eleven; a remainder of 0 is never issued.
fn organization(number: &str) -> Result<OwnerId, NotAnOwnerId> {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let digit = |byte: u8| u32::from(byte - b'0');
    let sum: u32 = number.bytes().zip(WEIGHTS).map(|(byte, weight)| digit(byte) * weight).sum();
    let remainder = u8::try_from(sum % 11).unwrap_or(0);
    let expected = (remainder != 0).then(|| 10 - remainder);
    let check = number.as_bytes()[9] - b'0';
    if expected == Some(check) {
        Ok(OwnerId::Organization(number.to_owned()))
    } else {
        Err(NotAnOwnerId::Checksum { found: masked(number), check, expected })
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<OwnerId, NotAnOwnerId> {
        text.parse()
    }

    #[test]
    fn a_citizen_number_tells_province_sex_and_year() {
        let id = parse(" 074304001234 ").expect("valid");
        assert_eq!((id.sex(), id.birth_year()), (Some(Sex::Female), Some(2004)));
        assert_eq!(id.province().map(|province| province.name.as_str()), Some("Bình Dương"));
        let foreign = parse("132099001234").expect("valid");
        assert_eq!((foreign.province(), foreign.birth_year()), (None, Some(1999)));
    }

    #[test]
    fn every_old_province_is_accepted() {
        for province in super::super::places::old() {
            assert!(parse(&format!("0{}199000001", province.code)).is_ok(), "{}", province.code);
        }
    }

    #[test]
    fn each_refusal_names_its_rule() {
        assert!(matches!(parse("003099001234"), Err(NotAnOwnerId::Province { code, .. }) if code == "003"));
        assert!(matches!(parse("074699001234"), Err(NotAnOwnerId::Century { digit: '6', century: 2200, .. })));
        assert!(matches!(parse("000000000"), Err(NotAnOwnerId::Zeros { .. })));
        assert!(matches!(parse("0100109107"), Err(NotAnOwnerId::Checksum { check: 7, expected: Some(6), .. })));
        assert!(matches!(parse("0000000000"), Err(NotAnOwnerId::Checksum { expected: None, .. })));
        assert!(matches!(parse("0100109106-000"), Err(NotAnOwnerId::Branch { .. })));
        for form in ["", "12", "07419900123a", "0100109106-1", "0741990012345", "0100109106-", "-001"] {
            assert!(matches!(parse(form), Err(NotAnOwnerId::Form { .. })), "{form}");
        }
    }

    #[test]
    fn known_tax_codes_pass() {
        for code in [
            "0100109106",
            "0101243150",
            "0300588569",
            "0301442989",
            "0100686209",
            "0102859048",
            "0311638525",
            "3700769325",
            "3700145020",
            "0100107518",
            "0304244470",
            "0100109106-001",
        ] {
            assert_eq!(parse(code).map(|id| id.kind()), Ok("organization"), "{code}");
        }
    }

    #[test]
    fn messages_and_masks_do_not_show_the_number() {
        assert_eq!(parse("079199001234").expect("valid").masked(), "079*****1234");
        assert_eq!(parse("123456789").expect("valid").masked(), "123**6789");
        let message = parse("0100109107").expect_err("wrong check digit").to_string();
        assert_eq!(message, "`010***9107` is no tax code: its check digit is 7, and 6 is right");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_of_a_tax_code_is_noticed(place in 0_usize..10, other in 0_u8..10) {
            let mut code = *b"3700769325";
            prop_assume!(code[place] != b'0' + other);
            code[place] = b'0' + other;
            prop_assert!(parse(std::str::from_utf8(&code).expect("digits")).is_err());
        }

        #[test]
        fn any_text_is_survived(text in ".{0,16}") {
            if let Ok(id) = parse(&text) {
                prop_assert_eq!(parse(id.as_str()), Ok(id.clone()));
                let _ = (id.sex(), id.birth_year(), id.province(), id.masked());
            }
        }
    }
}
