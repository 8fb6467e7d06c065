//! Number and day of issue (zones 3 and 4), or their labels in a form.

use super::labels::Kind;
use super::reading::{field, least};
use super::{Field, Source};
use crate::base::time::Date;
use crate::classify::layout::{Segment, Sheet};
use crate::classify::letterhead;
use crate::vn::dates::{self, Form, FoundDate};
use crate::vn::document_number::{DocumentNumber, find_at_start};
use crate::vn::document_type::DocumentType;

/// The number behind the type's own label, or after `Số:` in the head.
pub(super) fn number(source: &Source) -> Option<Field<DocumentNumber>> {
    labelled_number(source).or_else(|| {
        let numbered = letterhead::number(source.first)?;
        let mended = if numbered.found.repaired { 0.8 } else { 1.0 };
        let place = if numbered.in_column { 0.99 } else { 0.93 };
        let confidence = least(&numbered.words) * mended * place * agreement(source, &numbered.found.number);
        field(numbered.found.number, source.first.number, &numbered.words, confidence)
    })
}

/// A symbol that names another type than the heading is misread, or the heading is.
fn agreement(source: &Source, number: &DocumentNumber) -> f32 {
    let Some(definition) = source.definition.filter(|definition| !definition.symbols.is_empty()) else { return 1.0 };
    let named =
        number.symbol().is_none() || number.document_type().and_then(DocumentType::definition) == Some(definition);
    if named { 1.0 } else { 0.6 }
}

fn labelled_number(source: &Source) -> Option<Field<DocumentNumber>> {
    let entry = source.entries.iter().find(|entry| entry.kind == Kind::Number || numbers_owner(source, entry.kind))?;
    let number = match find_at_start(&entry.value) {
        Some(found) => found.number,
        None => DocumentNumber::serial(leading_serial(&entry.value)).ok()?,
    };
    field(number, entry.page, &entry.words, least(&entry.words) * 0.96 * entry.strength)
}

/// On some papers the owner's number is the paper's own: the same label is in both lists.
fn numbers_owner(source: &Source, kind: Kind) -> bool {
    let shared = source.definition.is_some_and(|definition| {
        let labels = &definition.labels;
        !labels.number.is_empty() && labels.number.iter().all(|label| labels.owner_id.contains(label))
    });
    shared && kind == Kind::OwnerId
}

/// The part before the first comma, bracket or word in small letters.
fn leading_serial(value: &str) -> &str {
    let end = value.find(|sign: char| sign.is_lowercase() || ",;(".contains(sign)).unwrap_or(value.len());
    let part = &value[..end];
    if end < value.len() && value[end..].starts_with(char::is_lowercase) {
        part.rsplit_once(' ').map_or("", |(before, _)| before).trim()
    } else {
        part.trim()
    }
}

/// The day of issue: in the head, else the latest of those at the foot and behind the type's labels, because
/// a paper is issued no earlier than what it certifies was registered. A head with a date that cannot be
/// read has none.
pub(super) fn issued(source: &Source) -> Option<Field<Date>> {
    match in_head(source) {
        InHead::Read(date) => Some(date),
        InHead::Illegible => None,
        InHead::Missing => {
            let foot = source.sheets.iter().rev().find_map(|sheet| at_foot(source, sheet));
            let latest = labelled(source).chain(foot).max_by_key(|date| date.value);
            latest.or_else(|| at_top(source)).or_else(|| today(source))
        }
    }
}

enum InHead {
    Read(Field<Date>),
    /// A place and a date stand there, but no complete and plausible day was read.
    Illegible,
    Missing,
}

fn in_head(source: &Source) -> InHead {
    let sheet = source.first;
    let Some(head) = sheet.head.filter(|head| head.two_columns) else { return InHead::Missing };
    let right = |segment: &&Segment| {
        !segment.text.contains(':')
            && segment.bbox.bottom > head.motto.bottom
            && segment.bbox.top < head.bottom
            && segment.bbox.right > head.split + sheet.letter * 4.0
    };
    let speaks = |segment: &&Segment| segment.folded().contains("ngay") || segment.folded().contains("thang");
    let Some(segment) = sheet.segments.iter().filter(right).find(speaks) else { return InHead::Missing };
    match date_of(source, sheet, segment, 0.99) {
        Some(date) => InHead::Read(date),
        None => InHead::Illegible,
    }
}

/// The lowest place and date on a page: `Bình Minh, ngày 05 tháng 01 năm 2020` above the signature.
fn at_foot(source: &Source, sheet: &Sheet) -> Option<Field<Date>> {
    let low = sheet.segments.iter().rev().filter(|segment| sheet.down(segment.bbox.top) > 0.4);
    let mut right = low.filter(|segment| sheet.across(segment.bbox.right) > 0.5 && is_place_and_date(segment));
    right.find_map(|segment| date_of(source, sheet, segment, 0.93))
}

/// A place and date in the upper part of a page whose motto was not read.
fn at_top(source: &Source) -> Option<Field<Date>> {
    let sheet = source.first;
    let mut high =
        sheet.segments.iter().filter(|segment| sheet.down(segment.bbox.top) < 0.4 && is_place_and_date(segment));
    high.find_map(|segment| date_of(source, sheet, segment, 0.85))
}

/// `Hôm nay, ngày …`, as contracts and minutes begin.
fn today(source: &Source) -> Option<Field<Date>> {
    let sheet = source.first;
    let mut begins = sheet.segments.iter().filter(|segment| segment.folded().starts_with("hom nay"));
    begins.find_map(|segment| date_of(source, sheet, segment, 0.9))
}

/// Little besides the date: a place before it, nothing after it.
fn is_place_and_date(segment: &Segment) -> bool {
    dates::find_first(&segment.text).is_some_and(|found| {
        let before = segment.text[..found.range.start].chars().count();
        let after = segment.text[found.range.end..].chars().filter(|sign| sign.is_alphanumeric()).count();
        found.form == Form::Words && before <= 40 && after == 0
    })
}

fn date_of(source: &Source, sheet: &Sheet, segment: &Segment, strength: f32) -> Option<Field<Date>> {
    let found = dates::find_first(&segment.text)?;
    let words = segment.words_in(&found.range);
    let confidence = certainty(&found) * least(&words) * strength;
    source.options.is_plausible(found.date).then(|| field(found.date, sheet.number, &words, confidence))?
}

fn labelled<'s>(source: &'s Source) -> impl Iterator<Item = Field<Date>> + 's {
    source.entries.iter().filter(|entry| entry.kind == Kind::Issued).filter_map(|entry| {
        let found = dates::find_first(&entry.value)?;
        let confidence = certainty(&found) * least(&entry.words) * 0.95 * entry.strength;
        source.options.is_plausible(found.date).then(|| field(found.date, entry.page, &entry.words, confidence))?
    })
}

fn certainty(found: &FoundDate) -> f32 {
    if found.repaired { 0.7 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_ends_before_other_words() {
        assert_eq!(leading_serial("AA 05565655"), "AA 05565655");
        assert_eq!(leading_serial("0311638525, cấp ngày"), "0311638525");
        assert_eq!(leading_serial("46A8001234 do Ủy ban"), "46A8001234");
        assert_eq!(leading_serial("do Ủy ban"), "");
    }
}
