//! The signature fields of a file, and where each value stands in its bytes.

use std::collections::BTreeSet;
use std::ops::Range;

use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::Finding;
use crate::base::digest::from_hex;
use crate::base::time::Timestamp;
use crate::pdf::reading;
use crate::raster::{self, guarded};

/// Forms are followed so deep, and no further than so many fields.
const DEEPEST_FORM: usize = 32;
const MOST_FIELDS: usize = 10_000;

/// The signatures of a file.
pub(super) struct Signatures {
    pub(super) signatures: Vec<Signature>,
    pub(super) findings: Vec<Finding>,
}

/// A signature as it stands in the file.
pub(super) struct Signature {
    pub(super) field: String,
    pub(super) sub_filter: String,
    pub(super) claimed_at: Option<Timestamp>,
    /// The value of `Contents`.
    pub(super) contents: Vec<u8>,
    /// The gap in the bytes with its angle brackets, and the end of what is covered; or what is wrong with them.
    pub(super) coverage: Result<Coverage, Finding>,
}

/// What a signature covers.
pub(super) struct Coverage {
    pub(super) gap: Range<usize>,
    pub(super) end: usize,
}

/// Finds the signatures of a file.
pub(super) fn signatures(bytes: &[u8]) -> Result<Signatures, Finding> {
    if !bytes.starts_with(b"%PDF-") || reading::check_nesting(bytes).is_err() {
        return Err(Finding::Unreadable);
    }
    guarded("PDF structure", || Ok::<_, raster::Error>(found(bytes))).unwrap_or(Err(Finding::Unreadable))
}

fn found(bytes: &[u8]) -> Result<Signatures, Finding> {
    let document = reading::load(bytes, None).map_err(|_| Finding::Unreadable)?;
    let findings = document.xref_recovery.map(|_| Finding::Repaired).into_iter().collect();
    let mut walk = Walk { document: &document, bytes, seen: BTreeSet::new(), found: Vec::new() };
    for field in topmost(&document) {
        walk.visit(field, None, 0);
    }
    // A program that saved the file anew may have dropped the form and left the widgets.
    for page in document.page_iter() {
        for annotation in annotations(&document, page) {
            walk.visit(annotation, Some(page), 0);
        }
    }
    Ok(Signatures { signatures: walk.found, findings })
}

fn topmost(document: &Document) -> &[Object] {
    let form = document.catalog().and_then(|catalog| catalog.get_deref(b"AcroForm", document));
    let fields = form.and_then(Object::as_dict).and_then(|form| form.get_deref(b"Fields", document));
    fields.and_then(Object::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn annotations(document: &Document, page: ObjectId) -> &[Object] {
    let annotations = document.get_dictionary(page).and_then(|page| page.get_deref(b"Annots", document));
    annotations.and_then(Object::as_array).map(Vec::as_slice).unwrap_or_default()
}

struct Walk<'a> {
    document: &'a Document,
    bytes: &'a [u8],
    seen: BTreeSet<ObjectId>,
    found: Vec<Signature>,
}

impl<'a> Walk<'a> {
    /// Visits a field and those below it; `holder` is the object in which a direct field stands.
    fn visit(&mut self, field: &'a Object, holder: Option<ObjectId>, depth: usize) {
        let id = field.as_reference().ok();
        let repeated = id.is_some_and(|id| !self.seen.insert(id));
        if repeated || depth > DEEPEST_FORM || self.seen.len() > MOST_FIELDS {
            return;
        }
        let Ok((_, Object::Dictionary(dictionary))) = self.document.dereference(field) else { return };
        let holder = id.or(holder);
        if let Ok(value) = dictionary.get(b"V") {
            self.value(dictionary, value, holder);
        }
        let kids = dictionary.get_deref(b"Kids", self.document).and_then(Object::as_array);
        for kid in kids.map(Vec::as_slice).unwrap_or_default() {
            self.visit(kid, holder, depth + 1);
        }
    }

    /// Takes a value that is a signature dictionary: it has a byte range.
    fn value(&mut self, field: &Dictionary, value: &Object, holder: Option<ObjectId>) {
        let Ok((_, Object::Dictionary(signature))) = self.document.dereference(value) else { return };
        if !signature.has(b"ByteRange") {
            return;
        }
        let text = |dictionary: &Dictionary, key: &[u8]| {
            let value = dictionary.get_deref(key, self.document).ok()?;
            let bytes = value.as_str().or_else(|_| value.as_name()).ok()?;
            Some(text_string(bytes))
        };
        let contents = signature.get_deref(b"Contents", self.document).and_then(Object::as_str).unwrap_or_default();
        let own = value.as_reference().ok().or(holder);
        self.found.push(Signature {
            field: text(field, b"T").unwrap_or_default(),
            sub_filter: text(signature, b"SubFilter").unwrap_or_default(),
            claimed_at: text(signature, b"M").and_then(|date| pdf_date(&date)),
            contents: contents.to_vec(),
            coverage: self.coverage(signature, contents, own),
        });
    }

    /// ISO 32000-1, 12.8.1: the ranges go from the first byte to the end of a revision around the value alone; and the
    /// value stands in the object that is the signature, not elsewhere.
    fn coverage(&self, signature: &Dictionary, contents: &[u8], own: Option<ObjectId>) -> Result<Coverage, Finding> {
        let ranges = signature.get_deref(b"ByteRange", self.document).and_then(Object::as_array);
        let numbers = ranges.map_err(|_| Finding::ByteRange)?.iter();
        let numbers: Option<Vec<usize>> = numbers.map(|number| usize::try_from(number.as_i64().ok()?).ok()).collect();
        let Some(&[0, gap_start, gap_end, rest]) = numbers.as_deref() else { return Err(Finding::ByteRange) };
        let end = gap_end.checked_add(rest).filter(|end| *end <= self.bytes.len()).ok_or(Finding::ByteRange)?;
        if gap_start == 0 || rest == 0 || !ends_a_revision(&self.bytes[..end]) {
            return Err(Finding::ByteRange);
        }
        let gap = self.bytes.get(gap_start..gap_end).ok_or(Finding::ByteRange)?;
        let digits = gap.strip_prefix(b"<").and_then(|gap| gap.strip_suffix(b">")).ok_or(Finding::Gap)?;
        let digits = std::str::from_utf8(digits).map_err(|_| Finding::Gap)?;
        let same = from_hex(digits).is_some_and(|value| value == contents);
        let before = self.bytes[..gap_start].trim_ascii_end().ends_with(b"/Contents");
        if same && before && self.holds(own, gap_start) {
            Ok(Coverage { gap: gap_start..gap_end, end })
        } else {
            Err(Finding::Gap)
        }
    }

    /// Whether the place is inside this object, as the cross-reference table has it.
    fn holds(&self, object: Option<ObjectId>, place: usize) -> bool {
        let entry = object.and_then(|id| self.document.reference_table.get(id.0));
        let Some(XrefEntry::Normal { offset, .. }) = entry else { return false };
        let between = self.bytes.get(*offset as usize..place).unwrap_or_default();
        !between.is_empty() && !between.windows(6).any(|window| window == b"endobj")
    }
}

fn ends_a_revision(covered: &[u8]) -> bool {
    covered.trim_ascii_end().ends_with(b"%%EOF")
}

/// A text string (ISO 32000-1, 7.9.2.2): UTF-16 by its mark, else read as Latin.
fn text_string(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(utf16) => {
            let units: Vec<u16> = utf16.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        None => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
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

    #[test]
    fn text_strings_are_read() {
        assert_eq!(text_string(b"\xfe\xff\x1e\xa2\x00n"), "Ản");
        assert_eq!(text_string(b"Signature1"), "Signature1");
    }
}
