//! `Nhãn: giá trị`: the labels of a form with their values, each with the person whom it belongs to.
//!
//! An empty label or one with leaders only is no value. What follows someone else's name (mẹ, cha, người đi
//! khai) is theirs until the owner is named.

use std::ops::Range;

use super::reading::clean;
use crate::base::units::PageNumber;
use crate::classify::layout::{Segment, Sheet};
use crate::ocr::text::Word;
use crate::vn::document_type::{Definition, Layout, common_labels};
use crate::vn::matching::Key;
use crate::vn::text::fold;

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    OwnerName,
    OwnerId,
    Other,
    Number,
    Issued,
    Issuer,
    Subject,
    Signer,
    ValidUntil,
    Birth,
    Sex,
    Further,
}

/// Whose value it is, as far as the labels above it tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    /// Nobody was named yet.
    Unnamed,
    Owner,
    Other,
}

/// A label with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub(super) kind: Kind,
    pub(super) person: Person,
    /// Tidied, never empty.
    pub(super) value: String,
    pub(super) words: Vec<&'a Word>,
    pub(super) page: PageNumber,
    /// The label was read letter by letter and closed by a colon: 1; less where not.
    pub(super) strength: f32,
}

/// Every labelled value of a document, from top to bottom.
pub(super) fn entries<'a>(sheets: &[Sheet<'a>], definition: Option<&Definition>) -> Vec<Entry<'a>> {
    let Some(definition) = definition else { return Vec::new() };
    let vocabulary = Vocabulary::of(definition);
    let mut person = Person::Unnamed;
    let mut entries = Vec::new();
    for sheet in sheets {
        for (at, segment) in sheet.segments.iter().enumerate() {
            for label in vocabulary.labels_in(&segment.text) {
                person = match label.kind {
                    Kind::OwnerName => Person::Owner,
                    Kind::Other => Person::Other,
                    _ => person,
                };
                let words = value_words(sheet, at, &label, &vocabulary);
                let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
                let value = clean(&text);
                if !value.is_empty() {
                    let Label { kind, strength, .. } = label;
                    entries.push(Entry { kind, person, value, words, page: sheet.number, strength });
                }
            }
        }
    }
    entries
}

/// The words after a label; where there are none, those of the unlabelled line right below.
fn value_words<'a>(sheet: &Sheet<'a>, at: usize, label: &Label, vocabulary: &Vocabulary) -> Vec<&'a Word> {
    let segment = &sheet.segments[at];
    let own = segment.words_in(&label.value);
    let own: Vec<&Word> = own.into_iter().filter(|word| word.text.chars().any(char::is_alphanumeric)).collect();
    if !own.is_empty() {
        return own;
    }
    // A value set apart from its label by a wide gap, as in forms with columns.
    let beside = sheet.segments.get(at + 1).filter(|next| next.row == segment.row && label.ends_segment);
    let carried_on = beside.or_else(|| below(sheet, segment).filter(|_| vocabulary.values_below));
    let unlabelled = carried_on.filter(|next| vocabulary.labels_in(&next.text).is_empty());
    unlabelled.map_or_else(Vec::new, |next| next.words.clone())
}

/// The nearest segment of the next row that stands under this one.
fn below<'s, 'a>(sheet: &'s Sheet<'a>, segment: &Segment) -> Option<&'s Segment<'a>> {
    let under = |next: &&Segment| {
        next.row == segment.row + 1
            && next.bbox.left < segment.bbox.right
            && next.bbox.right > segment.bbox.left
            && next.bbox.top - segment.bbox.bottom < sheet.letter * 2.0
    };
    sheet.segments.iter().find(under)
}

/// A label within a segment's text.
#[derive(Debug, Clone)]
struct Label {
    kind: Kind,
    /// Bytes of its value, up to the next label or the end.
    value: Range<usize>,
    strength: f32,
    ends_segment: bool,
}

/// The labels of one type, with those of every form.
struct Vocabulary {
    labels: Vec<(Kind, Key)>,
    /// On cards the value stands below its label.
    values_below: bool,
}

/// Below this likeness a label before a colon is not the one that was looked for.
const LEAST: f32 = 0.84;
/// The same for a label that no colon closes.
const LEAST_OPEN: f32 = 0.93;

impl Vocabulary {
    fn of(definition: &Definition) -> Self {
        let own = &definition.labels;
        let lists = [
            (Kind::OwnerName, &own.owner_name),
            (Kind::OwnerId, &own.owner_id),
            (Kind::Other, &own.others),
            (Kind::Number, &own.number),
            (Kind::Issued, &own.issued),
            (Kind::Issuer, &own.issuer),
            (Kind::Subject, &own.subject),
            (Kind::Signer, &own.signer),
            (Kind::ValidUntil, &own.valid_until),
            (Kind::Further, &own.further),
        ];
        let listed = lists.into_iter().flat_map(|(kind, texts)| texts.iter().map(move |text| (kind, text.as_str())));
        let common = common_labels().iter().map(|text| (Kind::Further, text.as_str()));
        let labels = listed.chain(common).map(|(kind, text)| (detailed(kind, text), Key::of(text))).collect();
        Self { labels, values_below: definition.layout == Layout::Card || !own.owner_name.is_empty() }
    }

    /// Every label of a segment with the range of its value, in order.
    fn labels_in(&self, text: &str) -> Vec<Label> {
        let mut found: Vec<(Range<usize>, Kind, f32)> = Vec::new();
        let mut start = numbering(text);
        for colon in text.match_indices(':').map(|(at, _)| at) {
            if colon < start {
                continue;
            }
            if let Some((at, kind, strength)) = self.before_colon(text, start..colon, found.is_empty()) {
                found.push((at..colon + 1, kind, strength));
                start = colon + 1;
            }
        }
        if found.is_empty() {
            found.extend(self.without_colon(text, numbering(text)));
        }
        let ends: Vec<usize> = found.iter().skip(1).map(|(range, ..)| range.start).chain([text.len()]).collect();
        let label = |((range, kind, strength), end): ((Range<usize>, Kind, f32), usize)| Label {
            kind,
            value: range.end..end.max(range.end),
            strength,
            ends_segment: end == text.len(),
        };
        found.into_iter().zip(ends).map(label).collect()
    }

    /// Where the label before a colon begins: the whole text for the first of a segment, else a tail of it.
    /// An unknown first label is one too: what follows it is no value of another.
    fn before_colon(&self, text: &str, range: Range<usize>, is_first: bool) -> Option<(usize, Kind, f32)> {
        let chunk = &text[range.clone()];
        let key = Key::of(&without_brackets(chunk));
        let whole = self
            .labels
            .iter()
            .filter_map(|(kind, label)| Some((label.similarity_from(&key, LEAST)?, label.len(), *kind)));
        if let Some((similarity, _, kind)) = best(whole) {
            return Some((range.start, kind, similarity));
        }
        let key = Key::of(chunk);
        let tails = self.labels.iter().filter(|(_, label)| label.len() >= 5).filter_map(|(kind, label)| {
            let tail = label.at_end_of(&key, LEAST)?;
            let apart = chunk[..tail.source.start].ends_with(|sign: char| !sign.is_alphanumeric());
            apart.then_some(((tail.similarity, label.len(), *kind), tail.source.start))
        });
        let tail = tails.max_by(|one, other| better(&one.0, &other.0));
        if let Some(((similarity, _, kind), start)) = tail {
            // A known label with words before it that are no label: "Cấp cho ông:", or a value that ran on.
            let strength = if is_first { similarity * 0.8 } else { similarity };
            let kind = if is_first && kind == Kind::OwnerName { Kind::Further } else { kind };
            return Some((range.start + start, kind, strength));
        }
        let short = key.len() <= 40 && chunk.chars().any(char::is_alphabetic);
        (is_first && short).then_some((range.start, Kind::Further, 0.5))
    }

    /// A label at the start whose colon was not read or not printed.
    fn without_colon(&self, text: &str, start: usize) -> Option<(Range<usize>, Kind, f32)> {
        let key = Key::of(&text[start..]);
        let begun = self.labels.iter().filter_map(|(kind, label)| {
            let found = label.at_start_of(&key, LEAST_OPEN)?;
            let end = start + found.source.end;
            let apart = !text[end..].starts_with(char::is_alphanumeric);
            apart.then_some(((found.similarity, label.len(), *kind), end))
        });
        let ((similarity, _, kind), end) = begun.max_by(|one, other| (one.0.1).cmp(&other.0.1))?;
        Some((start..end, kind, similarity * 0.8))
    }
}

/// Birth and sex are checked against the owner's number, whatever list their label stands in.
fn detailed(kind: Kind, label: &str) -> Kind {
    let folded = fold(label);
    match kind {
        Kind::Further if folded.contains("sinh") && folded.contains("ngay") || folded == "nam sinh" => Kind::Birth,
        Kind::Further if folded.starts_with("gioi tinh") => Kind::Sex,
        kind => kind,
    }
}

type Fit = (f32, usize, Kind);

fn best(fits: impl Iterator<Item = Fit>) -> Option<Fit> {
    fits.max_by(better)
}

/// The likelier, then the longer; of equals the earlier kind.
fn better(one: &Fit, other: &Fit) -> std::cmp::Ordering {
    let likeness = ((one.0 * 50.0).round() as i32).cmp(&((other.0 * 50.0).round() as i32));
    likeness.then(one.1.cmp(&other.1)).then(other.2.cmp(&one.2))
}

/// Bytes of a numbering at the start: `1.`, `a)`, `-`, `(2)`.
fn numbering(text: &str) -> usize {
    let mut end = 0;
    for (at, sign) in text.char_indices() {
        let rest = &text[at + sign.len_utf8()..];
        let letter = sign.is_ascii_lowercase() && rest.starts_with([')', '.']);
        if !(letter || sign.is_ascii_digit() || !sign.is_alphanumeric()) {
            break;
        }
        end = at + sign.len_utf8();
    }
    end
}

/// Instructions in brackets are no part of a label: `Họ, chữ đệm, tên (viết chữ in hoa)`.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let kept = text.chars().filter(|sign| {
        depth += u32::from(*sign == '(');
        let inside = depth > 0;
        depth = depth.saturating_sub(u32::from(*sign == ')'));
        !inside
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::layout::sheets;
    use crate::classify::testing::Draft;
    use crate::vn::document_type::DocumentType;

    fn check(code: &str, lines: &[&str], expected: &[(Kind, Person, &str)]) {
        let document = Draft::new().lines(300.0, 300.0, lines).document();
        let definition = DocumentType::from_code(code).and_then(DocumentType::definition);
        let entries = entries(&sheets(&document), definition);
        let found: Vec<_> = entries.iter().map(|entry| (entry.kind, entry.person, entry.value.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn values_belong_to_the_person_last_named() {
        use Kind::{Birth, Further, Other, OwnerId, OwnerName, Sex};
        check(
            "GKS",
            &[
                "Họ, chữ đệm, tên: NGUYỄN VĂN AN",
                "Ngày, tháng, năm sinh: 05/01/2020 Giới tính: Nam Dân tộc: Kinh",
                "Số định danh cá nhân: 074220001234",
                "Họ, chữ đệm, tên người mẹ: TRẦN THỊ BÌNH",
                "Số định danh cá nhân: 074190004321",
            ],
            &[
                (OwnerName, Person::Owner, "NGUYỄN VĂN AN"),
                (Birth, Person::Owner, "05/01/2020"),
                (Sex, Person::Owner, "Nam"),
                (Further, Person::Owner, "Kinh"),
                (OwnerId, Person::Owner, "074220001234"),
                (Other, Person::Other, "TRẦN THỊ BÌNH"),
                (OwnerId, Person::Other, "074190004321"),
            ],
        );
    }

    #[test]
    fn empty_labels_are_no_values() {
        check("GKS", &["Họ, chữ đệm, tên: ……………………", "Ngày, tháng, năm sinh: ....", "Dân tộc:"], &[]);
    }

    #[test]
    fn numbering_brackets_noise_and_lost_colons_are_forgiven() {
        use Kind::OwnerName;
        for line in [
            "1. Họ, chữ đệm, tên (viết chữ in hoa): LÊ VĂN CƯỜNG",
            "Ho, chư đệm, tên: LÊ VĂN CƯỜNG",
            "(1) Họ, chữ đệm, tên: ....LÊ VĂN CƯỜNG.....",
            "Họ, chữ đệm, tên LÊ VĂN CƯỜNG",
        ] {
            check("GKS", &[line], &[(OwnerName, Person::Owner, "LÊ VĂN CƯỜNG")]);
        }
    }

    #[test]
    fn on_a_card_the_value_stands_below() {
        check(
            "CC",
            &[
                "Số / No.: 074190004321",
                "Họ và tên / Full name:",
                "TRẦN THỊ BÌNH",
                "Ngày sinh / Date of birth: 02/03/1990",
            ],
            &[
                (Kind::OwnerId, Person::Unnamed, "074190004321"),
                (Kind::OwnerName, Person::Owner, "TRẦN THỊ BÌNH"),
                (Kind::Birth, Person::Owner, "02/03/1990"),
            ],
        );
    }
}
