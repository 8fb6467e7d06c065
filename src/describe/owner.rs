//! Whose paper it is: the name and number behind the owner's labels, checked against each other.
//!
//! Papers of two owners (marriage, contracts) have no owner's label: the metadata or a person names one.

use std::sync::LazyLock;

use regex::Regex;

use super::labels::{Entry, Kind, Person};
use super::reading::{field, least, mean};
use super::{Field, Source};
use crate::vn::dates;
use crate::vn::identifiers::{OwnerId, Sex};
use crate::vn::names::{self, Plausibility};
use crate::vn::text::{fold, place_tones};

/// The owner's name and number.
pub(super) fn read(source: &Source) -> (Option<Field<String>>, Option<Field<OwnerId>>) {
    (name(source.entries), number(source.entries))
}

fn name(entries: &[Entry]) -> Option<Field<String>> {
    let named: Vec<(&Entry, String, f32)> =
        entries.iter().filter(|entry| entry.kind == Kind::OwnerName).filter_map(read_name).collect();
    let (entry, value, strength) = named.first()?;
    // A second owner's name means that the qualifier of someone else's label may be lost.
    let contested = named.iter().any(|(_, other, _)| fold(other) != fold(value));
    let confidence = mean(&entry.words) * entry.strength * strength * if contested { 0.6 } else { 1.0 };
    field(value.clone(), entry.page, &entry.words, confidence)
}

/// A person's name written one way, or an organisation's as printed.
fn read_name<'s, 'a>(entry: &'s Entry<'a>) -> Option<(&'s Entry<'a>, String, f32)> {
    let alone = entry.value.split([',', ';', '(']).next().unwrap_or_default();
    let bare = names::without_titles(alone);
    if let Some(plausibility) = names::plausibility(bare) {
        let strength = if plausibility == Plausibility::Surname { 0.98 } else { 0.75 };
        return Some((entry, names::written(bare), strength));
    }
    let folded = fold(&entry.value);
    let organization = ORGANIZATIONS.iter().any(|beginning| folded.starts_with(beginning));
    organization.then(|| (entry, place_tones(&entry.value), 0.93))
}

const ORGANIZATIONS: &[&str] = &[
    "cong ty",
    "doanh nghiep",
    "hop tac xa",
    "ho kinh doanh",
    "truong ",
    "benh vien",
    "ngan hang",
    "uy ban",
    "ubnd",
    "so ",
    "phong ",
    "trung tam",
    "hoi ",
    "chi nhanh",
    "tong cong ty",
    "tap doan",
];

/// The first valid number that is the owner's and agrees with what the paper says of birth and sex.
fn number(entries: &[Entry]) -> Option<Field<OwnerId>> {
    let mut found: Vec<(&Entry, OwnerId)> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.kind == Kind::OwnerId && entry.person != Person::Other) {
        found.extend(valid_number(&entry.value).map(|id| (entry, id)));
    }
    let (entry, id) = found.first()?;
    let agreement = agreement(id, entries)?;
    let contested = found.iter().any(|(_, other)| other != id && other.kind() == id.kind());
    let confidence = least(&entry.words) * entry.strength * agreement * if contested { 0.5 } else { 1.0 };
    field(id.clone(), entry.page, &entry.words, confidence)
}

/// The first run of digits that passes all checks of its kind; spaces and dots between digits are forgiven.
fn valid_number(value: &str) -> Option<OwnerId> {
    DIGITS.find_iter(value).find_map(|run| {
        let close: String = run.as_str().chars().filter(|sign| !matches!(sign, ' ' | '.')).collect();
        close.parse().ok()
    })
}

/// None where the number contradicts the paper; more where it agrees with it.
fn agreement(id: &OwnerId, entries: &[Entry]) -> Option<f32> {
    let own = |kind: Kind| entries.iter().find(move |entry| entry.kind == kind && entry.person != Person::Other);
    let year = own(Kind::Birth).and_then(|entry| dates::find_first(&entry.value)).map(|found| found.date.year());
    let sex = own(Kind::Sex).and_then(|entry| sex_of(&entry.value));
    let years = id.birth_year().zip(year).map(|(stated, printed)| i32::from(stated) == printed);
    let sexes = id.sex().zip(sex).map(|(stated, printed)| stated == printed);
    match (years, sexes) {
        (Some(false), _) | (_, Some(false)) => None,
        (Some(true), _) => Some(0.99),
        _ => Some(0.93),
    }
}

fn sex_of(value: &str) -> Option<Sex> {
    let folded = fold(value);
    match folded.split(|sign: char| !sign.is_alphanumeric()).next() {
        Some("nam") => Some(Sex::Male),
        Some("nu") => Some(Sex::Female),
        _ => None,
    }
}

static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[0-9](?:[ .]?[0-9]){8,11}(?:-[0-9]{3})?\b")
        .expect("a constant pattern, compiled by this module's tests")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_out_of_their_words() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(valid_number(text).as_ref().map(OwnerId::as_str), expected, "{text}");
        };
        check("CCCD số 074190004321, cấp ngày 05/01/2020", Some("074190004321"));
        check("074 190 004 321", Some("074190004321"));
        check("0311638525-001", Some("0311638525-001"));
        check("CMND 281234567", Some("281234567"));
        check("003190004321", None);
        check("0311638526", None);
        check("số 12", None);
    }
}
