//! The signatures in a file: their fields, their values, and what of the file each covers.

use std::collections::BTreeSet;
use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId};

use super::Finding;
use crate::base::digest::from_hex;
use crate::base::time::Timestamp;
use crate::pdf::file::{self, Entry, File};
use crate::sign::field::{self, Field};

/// A revision ends with `%%EOF` and white space; so many bytes hold both.
const END_OF_REVISION: u64 = 64;

/// Each is over the whole file.
const MOST_SIGNATURES: usize = 200;

/// A signature as the file has it.
pub(super) struct Signature {
    /// Full name of the field.
    pub(super) field: String,
    pub(super) sub_filter: String,
    /// `M`: the time that the signer claims.
    pub(super) claimed_at: Option<Timestamp>,
    /// The value of `Contents`.
    pub(super) contents: Vec<u8>,
    /// The gap in the bytes with its angle brackets, and the end of what is covered; or what is wrong with them.
    pub(super) coverage: Result<Coverage, Finding>,
}

/// What a signature covers: all before `end` but the gap.
#[derive(Debug, Clone)]
pub(super) struct Coverage {
    pub(super) gap: Range<u64>,
    pub(super) end: u64,
}

/// Finds the signatures of a file: in its form, and in widgets that the form does not name.
///
/// # Errors
/// Those of the file.
pub(super) fn signatures(file: &File<'_>) -> Result<Vec<Signature>, file::Error> {
    let mut fields = field::fields(file)?;
    // A program that saved the file anew may have dropped the form and left the widgets.
    let mut seen: BTreeSet<ObjectId> = fields.iter().map(|field| field.id).collect();
    for page in file.pages()? {
        for annotation in file.array_in(&file.dictionary(page, "page")?, b"Annots")? {
            fields.extend(widget(file, &annotation, page)?.filter(|widget| seen.insert(widget.id)));
        }
    }
    let (mut found, mut values) = (Vec::new(), BTreeSet::new());
    for field in fields {
        // A value that several fields name is judged once.
        if field.dictionary.get(b"V").and_then(Object::as_reference).is_ok_and(|value| !values.insert(value)) {
            continue;
        }
        found.extend(signature(file, &field)?);
        if found.len() > MOST_SIGNATURES {
            return Err(file::Error::Object { id: field.id, why: "it is one of more than 200 signatures" });
        }
    }
    Ok(found)
}

/// A widget with a value, as a field by itself; one that stands in the page itself has the page's number.
fn widget(file: &File<'_>, annotation: &Object, page: ObjectId) -> Result<Option<Field>, file::Error> {
    let id = annotation.as_reference().unwrap_or(page);
    let Object::Dictionary(dictionary) = file.resolved(annotation)? else { return Ok(None) };
    let name = lopdf::decode_text_string(&file.value(&dictionary, b"T")?).unwrap_or_default();
    Ok(dictionary.has(b"V").then_some(Field { name, id, dictionary }))
}

/// The value of a field, where it is a signature: where the field says so, or the value has a byte range. One that lacks what makes it a
/// signature is none that can be good, and is not passed over: readers show it.
fn signature(file: &File<'_>, field: &Field) -> Result<Option<Signature>, file::Error> {
    let Ok(value) = field.dictionary.get(b"V") else { return Ok(None) };
    let is_signature = field::is_signature(&field.dictionary) && field::is_signed_field(file, &field.dictionary)?;
    let dictionary = match file.resolved(value)? {
        Object::Dictionary(dictionary) => dictionary,
        _ if is_signature => Dictionary::new(),
        _ => return Ok(None),
    };
    if !is_signature && !dictionary.has(b"ByteRange") {
        return Ok(None);
    }
    let contents = file.value(&dictionary, b"Contents")?.as_str().unwrap_or_default().to_vec();
    let holder = value.as_reference().unwrap_or(field.id);
    let claimed_at = lopdf::decode_text_string(&file.value(&dictionary, b"M")?).ok();
    Ok(Some(Signature {
        field: field.name.clone(),
        sub_filter: String::from_utf8_lossy(file.value(&dictionary, b"SubFilter")?.as_name().unwrap_or_default())
            .into_owned(),
        claimed_at: claimed_at.and_then(|date| pdf_date(&date)),
        coverage: coverage(file, &dictionary, &contents, holder)?,
        contents,
    }))
}

/// ISO 32000-1, 12.8.1: the ranges go from the first byte to the end of a revision around the value alone; and the
/// value stands in the object that is the signature, not elsewhere.
fn coverage(
    file: &File<'_>,
    signature: &Dictionary,
    contents: &[u8],
    holder: ObjectId,
) -> Result<Result<Coverage, Finding>, file::Error> {
    let numbers = file.array_in(signature, b"ByteRange")?;
    let numbers: Option<Vec<u64>> = numbers.iter().map(|number| u64::try_from(number.as_i64().ok()?).ok()).collect();
    let Some(&[0, gap_start, gap_end, rest]) = numbers.as_deref() else { return Ok(Err(Finding::ByteRange)) };
    let end = gap_end.checked_add(rest).filter(|end| *end <= file.length());
    let Some(end) = end.filter(|_| gap_start > 0 && rest > 0 && gap_end > gap_start) else {
        return Ok(Err(Finding::ByteRange));
    };
    if gap_end - gap_start > LARGEST_GAP || !ends_a_revision(file, end)? {
        return Ok(Err(Finding::ByteRange));
    }
    let gap = file.source().bytes(gap_start..gap_end)?;
    let digits = gap.strip_prefix(b"<").and_then(|gap| gap.strip_suffix(b">"));
    let value = digits.and_then(|digits| from_hex(std::str::from_utf8(digits).ok()?));
    let head = file.source().bytes(gap_start.saturating_sub(32)..gap_start)?;
    let is_value = value.is_some_and(|value| value == contents) && head.trim_ascii_end().ends_with(b"/Contents");
    let coverage = Coverage { gap: gap_start..gap_end, end };
    Ok(if is_value && holds(file, holder, gap_start)? { Ok(coverage) } else { Err(Finding::Gap) })
}

/// No value is larger: a megabyte of certificates and their status.
const LARGEST_GAP: u64 = 4 << 20;
/// A signature dictionary before its value.
const LARGEST_HEAD: u64 = 1 << 20;

fn ends_a_revision(file: &File<'_>, end: u64) -> Result<bool, file::Error> {
    let tail = file.source().bytes(end.saturating_sub(END_OF_REVISION)..end)?;
    Ok(tail.trim_ascii_end().ends_with(b"%%EOF"))
}

/// Whether the place is inside this object, as the cross-reference section has it.
fn holds(file: &File<'_>, object: ObjectId, place: u64) -> Result<bool, file::Error> {
    let Some(Entry::At { offset, .. }) = file.entry(object.0) else { return Ok(false) };
    if offset >= place || place - offset > LARGEST_HEAD {
        return Ok(false);
    }
    let between = file.source().bytes(offset..place)?;
    Ok(!between.windows(6).any(|window| window == b"endobj"))
}

/// A date (7.9.4): `D:20261103091522+07'00'`; what is left out is the least, and no zone is UTC.
fn pdf_date(text: &str) -> Option<Timestamp> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(14).collect();
    if digits.len() < 4 {
        return None;
    }
    let default = "00000101000000";
    let whole = format!("{digits}{}", default.get(digits.len()..)?);
    let zone: String = text.chars().skip(digits.len()).filter(|letter| *letter != '\'').collect();
    let zone = match (zone.get(..1), zone.get(1..3), zone.get(3..5)) {
        (Some(sign @ ("+" | "-")), Some(hours), minutes) => format!("{sign}{hours}:{}", minutes.unwrap_or("00")),
        _ => "Z".to_owned(),
    };
    let part = |range: Range<usize>| whole.get(range);
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    let (hour, minute, second) = (part(8..10)?, part(10..12)?, part(12..14)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}{zone}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_zone() {
        let moment = |text: &str| pdf_date(text).map(Timestamp::utc);
        assert_eq!(moment("D:20261103091522+07'00'").as_deref(), Some("2026-11-03T02:15:22Z"));
        assert_eq!(moment("D:20261103091522+07'00").as_deref(), Some("2026-11-03T02:15:22Z"));
        assert_eq!(moment("D:20261103021522Z").as_deref(), Some("2026-11-03T02:15:22Z"));
        assert_eq!(moment("D:2026").as_deref(), Some("2026-01-01T00:00:00Z"));
        for wrong in ["", "D:", "hôm nay", "D:20261399", "D:20261103091522+đđ"] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
