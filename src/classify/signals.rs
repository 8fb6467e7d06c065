//! What else tells the type: the symbol's abbreviation, phrases, labels, and the marks of an official letter.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::layout::{Running, Segment, Sheet};
use super::letterhead;
use super::sign::{Sign, WEIGHTS};
use crate::vn::document_type::{Definition, DocumentType};
use crate::vn::matching::Key;
use crate::vn::text::fold;

/// Below this likeness a phrase is not there.
const PHRASE: f32 = 0.85;
/// The same for labels, which are short.
const LABEL: f32 = 0.88;

/// Every sign of every type on the first and the last page.
pub(super) fn signs<'a>(sheets: &[Sheet<'a>]) -> Vec<Sign<'a>> {
    let Some(first) = sheets.first() else { return Vec::new() };
    let mut signs = symbol(first);
    signs.extend(letter(sheets));
    let pages: BTreeSet<usize> = [0, sheets.len() - 1].into();
    let mut spoken: Vec<Sign> = pages.iter().flat_map(|&page| phrases(&sheets[page], page)).collect();
    at_most(&mut spoken, WEIGHTS.phrases_at_most);
    signs.extend(spoken);
    let mut labelled = labels(first);
    at_most(&mut labelled, WEIGHTS.labels_at_most);
    signs.extend(labelled);
    signs
}

/// Keeps only the first few signs of each type.
fn at_most(signs: &mut Vec<Sign>, most: usize) {
    let mut kept: Vec<DocumentType> = Vec::new();
    signs.retain(|sign| {
        kept.push(sign.document_type);
        kept.iter().filter(|known| **known == sign.document_type).count() <= most
    });
}

fn symbol<'a>(sheet: &Sheet<'a>) -> Vec<Sign<'a>> {
    let named = letterhead::number(sheet).and_then(|numbered| {
        let document_type = numbered.found.number.document_type()?;
        let points = if numbered.found.repaired { WEIGHTS.symbol * 0.8 } else { WEIGHTS.symbol };
        Some(Sign { document_type, points, page: 0, words: numbered.words })
    });
    named.into_iter().collect()
}

/// An official letter has no heading: its symbol begins with an agency, `V/v` stands below it, then `Kính gửi`.
fn letter<'a>(sheets: &[Sheet<'a>]) -> Vec<Sign<'a>> {
    let (Some(letter), Some(sheet)) = (DocumentType::from_code("CV"), sheets.first()) else { return Vec::new() };
    let sign = |points: f32, words: &[&'a _]| Sign { document_type: letter, points, page: 0, words: words.to_vec() };
    let about = letterhead::abstract_line(sheet).map(|segment| sign(WEIGHTS.letter_abstract, &segment.words));
    let address = sheet.segments.iter().find(|segment| addresses(segment));
    let address = address.map(|segment| sign(WEIGHTS.letter_address, &segment.words));
    let agency = letterhead::number(sheet).filter(|numbered| {
        let number = &numbered.found.number;
        numbered.in_column && number.symbol().is_some() && number.document_type().is_none()
    });
    let agency = agency.map(|numbered| sign(WEIGHTS.letter_symbol, &numbered.words));
    about.into_iter().chain(address).chain(agency).collect()
}

fn addresses(segment: &Segment) -> bool {
    segment.folded().starts_with("kinh gui")
}

fn phrases<'a>(sheet: &Sheet<'a>, page: usize) -> Vec<Sign<'a>> {
    let running = sheet.running();
    let key = Key::of(&running.text);
    let words: BTreeSet<String> =
        fold(&running.text).split(|sign: char| !sign.is_alphanumeric()).map(str::to_owned).collect();
    let of = |phrase: &Phrase| phrase.found(&running, &key, &words, page);
    PHRASES.iter().filter_map(of).collect()
}

/// A phrase of a type, with what makes looking for it cheap.
struct Phrase {
    document_type: DocumentType,
    key: Key,
    words: Vec<String>,
}

impl Phrase {
    fn found<'a>(&self, running: &Running<'a>, key: &Key, words: &BTreeSet<String>, page: usize) -> Option<Sign<'a>> {
        let present = self.words.iter().filter(|word| words.contains(*word)).count();
        if present * 2 < self.words.len() {
            return None;
        }
        let found = self.key.within(key, PHRASE)?;
        Some(Sign {
            document_type: self.document_type,
            points: WEIGHTS.phrase * found.similarity,
            page,
            words: running.words_in(&found.source),
        })
    }
}

fn labels<'a>(sheet: &Sheet<'a>) -> Vec<Sign<'a>> {
    let mut signs = Vec::new();
    for segment in &sheet.segments {
        let start = folded_start(&segment.text);
        let near: Vec<&Label> = LABELS.iter().filter(|label| label.start == start).collect();
        let key = if near.is_empty() { Key::default() } else { Key::of(&segment.text) };
        for label in near {
            if let Some(found) = label.key.at_start_of(&key, LABEL) {
                let words = segment.words_in(&found.source);
                signs.push(Sign { document_type: label.document_type, points: WEIGHTS.label, page: 0, words });
            }
        }
    }
    signs
}

struct Label {
    document_type: DocumentType,
    /// First three letters, which must agree.
    start: String,
    key: Key,
}

/// The first three letters or digits, folded; numbering (`1.`) before a label is no part of it.
fn folded_start(text: &str) -> String {
    let letters = fold(text);
    letters
        .trim_start_matches(|sign: char| !sign.is_alphabetic())
        .chars()
        .filter(|sign| sign.is_alphabetic())
        .take(3)
        .collect()
}

fn of_all<T>(make: impl Fn(DocumentType, &Definition) -> Vec<T>) -> Vec<T> {
    let with_definition = |known: DocumentType| known.definition().map(|definition| make(known, definition));
    DocumentType::all().filter_map(with_definition).flatten().collect()
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    of_all(|document_type, definition| {
        let phrase = |text: &String| Phrase {
            document_type,
            key: Key::of(text),
            words: fold(text)
                .split(|sign: char| !sign.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        definition.phrases.iter().map(phrase).collect()
    })
});

static LABELS: LazyLock<Vec<Label>> = LazyLock::new(|| {
    of_all(|document_type, definition| {
        let own = &definition.labels;
        let all = [&own.owner_name, &own.others, &own.number, &own.issued, &own.issuer, &own.signer, &own.further];
        let label = |text: &String| Label { document_type, start: folded_start(text), key: Key::of(text) };
        all.into_iter().flatten().map(label).collect()
    })
});
