//! The fields of a record by name, as rules ask for them and people correct them.

use crate::base::time::Date;
use crate::base::units::Confidence;
use crate::describe::{Field, FieldSource, Record};
use crate::vn::document_number::DocumentNumber;
use crate::vn::document_type::FieldName;
use crate::vn::identifiers::OwnerId;
use crate::vn::text::nfc;

/// A value that does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` does not fit field {field}: expected {expected}")]
pub struct UnfitValue {
    /// The field.
    pub field: FieldName,
    /// The value given.
    pub found: String,
    /// What fits.
    pub expected: String,
}

/// The value as text for people; an owner's number is masked.
#[must_use]
pub fn shown(name: FieldName, record: &Record) -> Option<String> {
    let text = |field: &Option<Field<String>>| field.as_ref().map(|field| field.value.clone());
    match name {
        FieldName::Title => text(&record.title),
        FieldName::Number => record.number.as_ref().map(|field| field.value.text.clone()),
        FieldName::Issued => record.issued.as_ref().map(|field| field.value.to_string()),
        FieldName::Issuer => text(&record.issuer),
        FieldName::Subject => text(&record.subject),
        FieldName::Signer => text(&record.signer),
        FieldName::SignerTitle => text(&record.signer_title),
        FieldName::Owner => record.owner.as_ref().map(|field| field.value.masked()),
        FieldName::OwnerName => text(&record.owner_name),
        FieldName::ValidUntil => record.valid_until.as_ref().map(|field| field.value.to_string()),
    }
}

/// Puts a person's value into the record.
///
/// # Errors
/// [`UnfitValue`] when the text is no day, number or owner's number where one is due, or empty.
pub fn set(name: FieldName, record: &mut Record, text: &str) -> Result<(), UnfitValue> {
    let text = &*nfc(text.trim());
    if text.is_empty() {
        return Err(unfit(name, text, "a value"));
    }
    match name {
        FieldName::Title => record.title = Some(by_person(text.to_owned())),
        FieldName::Number => record.number = Some(by_person(DocumentNumber { text: text.to_owned() })),
        FieldName::Issued => record.issued = Some(by_person(day(name, text)?)),
        FieldName::Issuer => record.issuer = Some(by_person(text.to_owned())),
        FieldName::Subject => record.subject = Some(by_person(text.to_owned())),
        FieldName::Signer => record.signer = Some(by_person(text.to_owned())),
        FieldName::SignerTitle => record.signer_title = Some(by_person(text.to_owned())),
        FieldName::Owner => {
            let owner: OwnerId = text
                .parse()
                .map_err(|error: <OwnerId as std::str::FromStr>::Err| unfit(name, text, &error.to_string()))?;
            record.owner = Some(by_person(owner));
        }
        FieldName::OwnerName => record.owner_name = Some(by_person(text.to_owned())),
        FieldName::ValidUntil => record.valid_until = Some(by_person(day(name, text)?)),
    }
    Ok(())
}

fn day(name: FieldName, text: &str) -> Result<Date, UnfitValue> {
    text.parse().map_err(|_| unfit(name, text, "a day like 2026-11-03"))
}

fn unfit(field: FieldName, found: &str, expected: &str) -> UnfitValue {
    UnfitValue { field, found: found.to_owned(), expected: expected.to_owned() }
}

fn by_person<T>(value: T) -> Field<T> {
    Field { value, confidence: Confidence::CERTAIN, source: FieldSource::Person, evidence: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_sets_every_field() {
        let mut record = Record::default();
        for field in FieldName::ALL {
            let value = match field {
                FieldName::Issued | FieldName::ValidUntil => "2026-11-03",
                FieldName::Owner => "079203001234",
                _ => "15/QĐ-UBND",
            };
            set(field, &mut record, value).expect("fits");
            assert_eq!(record.confidence(field), Some(Confidence::CERTAIN), "{field}");
            assert!(shown(field, &record).is_some());
            assert_eq!(field.as_str().parse(), Ok(field));
        }
        assert!(!shown(FieldName::Owner, &record).expect("set").contains("203001"), "masked");
    }

    #[test]
    fn unfit_values_are_refused() {
        let mut record = Record::default();
        assert!(set(FieldName::Issued, &mut record, "31/02/2026").is_err());
        assert!(set(FieldName::Owner, &mut record, "abc").is_err());
        assert!(set(FieldName::Title, &mut record, " ").is_err());
        assert_eq!(record, Record::default());
    }
}
