//! What the QR code of a citizen's card says (regulation sheet §5.1).
//!
//! `number|old number|name|ddMMyyyy|sex|address|ddMMyyyy of issue`; cards of 2024 have further fields behind.

use super::identifiers::{OwnerId, Sex};
use super::text::nfc;
use crate::base::time::Date;

/// The holder of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitizenCard {
    /// Personal identification number.
    pub owner: OwnerId,
    /// Name as the card writes it, NFC.
    pub name: String,
    /// Day of birth.
    pub birth: Date,
}

impl CitizenCard {
    /// Reads a payload; none where the number does not agree with the birth and the sex beside it.
    #[must_use]
    pub fn of(payload: &str) -> Option<Self> {
        let fields: Vec<&str> = payload.split('|').map(str::trim).collect();
        let [number, old, name, birth, sex, _address, _issued, ..] = fields[..] else { return None };
        let owner: OwnerId = number.parse().ok().filter(|owner| matches!(owner, OwnerId::Citizen(_)))?;
        let birth = day(birth)?;
        let sex = match &*nfc(sex) {
            "Nam" => Sex::Male,
            "Nữ" => Sex::Female,
            _ => return None,
        };
        let old_is_sound = old.is_empty() || (old.len() == 9 && old.bytes().all(|digit| digit.is_ascii_digit()));
        let agrees = owner.birth_year().map(i32::from) == Some(birth.year()) && owner.sex() == Some(sex);
        (old_is_sound && agrees && !name.is_empty()).then(|| Self { owner, name: nfc(name), birth })
    }
}

/// `ddMMyyyy`.
fn day(text: &str) -> Option<Date> {
    let digits = text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_digit());
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    let (day, month, year) = (part(0..2)?, part(2..4)?, part(4..8)?);
    digits.then(|| Date::new(i32::from(year), month as u8, day as u8)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = "079190001234|280123456|Nguyễn Thị Thùy Dương|02031990|Nữ|Phường An Thạnh|14082021";

    #[test]
    fn a_card_names_its_holder() {
        let card = CitizenCard::of(PAYLOAD).expect("a card");
        assert_eq!((card.owner.as_str(), &*card.name), ("079190001234", "Nguyễn Thị Thùy Dương"));
        assert_eq!(Some(card.birth), Date::new(1990, 3, 2));
        let newer = format!("{}||Nguyễn Văn An|Trần Thị Bình", PAYLOAD.replace("280123456", ""));
        assert_eq!(CitizenCard::of(&newer).map(|card| card.owner), Some(card.owner));
    }

    #[test]
    fn what_does_not_agree_with_itself_is_no_card() {
        for (from, to) in [
            ("02031990", "02031991"),
            ("Nữ", "Nam"),
            ("079190", "003190"),
            ("02031990", "31021990"),
            ("280123456", "28"),
        ] {
            assert_eq!(CitizenCard::of(&PAYLOAD.replacen(from, to, 1)), None, "{to}");
        }
        assert_eq!(CitizenCard::of("H29.12-251103-0001"), None);
    }
}
