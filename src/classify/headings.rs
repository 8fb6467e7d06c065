//! Headings: capitals in the middle of the page that name the type, read through noise and line breaks.
//!
//! Tells a heading from the same words elsewhere: `QUYẾT ĐỊNH:` before the articles, `theo Quyết định số …` in a body.

use std::sync::LazyLock;

use super::layout::{Segment, Sheet};
use super::sign::{Sign, WEIGHTS};
use crate::ocr::text::Word;
use crate::vn::document_type::DocumentType;
use crate::vn::matching::Key;

/// A heading on a page.
#[derive(Debug, Clone)]
pub(crate) struct Heading<'a> {
    pub(crate) document_type: DocumentType,
    /// Indices of its segments, from top to bottom.
    pub(crate) segments: Vec<usize>,
    /// The words that were matched.
    pub(crate) words: Vec<&'a Word>,
    /// The matched words end their line, and nothing of the heading's line is left over.
    pub(crate) whole: bool,
    /// 0 to 1: likeness, and how much its place is that of a heading.
    pub(crate) strength: f32,
}

/// Most lines that a heading is broken into.
const LINES: usize = 4;
/// Below this likeness a heading is not the one that was looked for, by its number of letters.
const LEAST: [(usize, f32); 3] = [(6, 0.99), (8, 0.85), (usize::MAX, 0.8)];

/// What the headings of a page say.
pub(super) fn signs<'a>(sheet: &Sheet<'a>) -> Vec<Sign<'a>> {
    let mut found = all(sheet);
    weaken_lesser(&mut found);
    let sign = |heading: Heading<'a>| Sign {
        document_type: heading.document_type,
        points: heading.strength * WEIGHTS.heading,
        page: 0,
        words: heading.words,
    };
    best_of_each_type(found).into_iter().map(sign).collect()
}

/// The heading that names a type, where the page has it.
pub(crate) fn printed_heading<'a>(sheet: &Sheet<'a>, document_type: DocumentType) -> Option<Heading<'a>> {
    let own = all(sheet).into_iter().filter(|heading| heading.document_type == document_type);
    own.max_by(|one, other| one.strength.total_cmp(&other.strength))
}

/// Every heading of every type that something on the page comes close to, from top to bottom.
fn all<'a>(sheet: &Sheet<'a>) -> Vec<Heading<'a>> {
    let candidates = (0..sheet.segments.len()).filter(|&at| may_begin(sheet, &sheet.segments[at]));
    candidates.flat_map(|at| headings_from(sheet, &stack(sheet, at))).collect()
}

/// Of one place the type that fits best keeps its strength; so does the topmost place.
fn weaken_lesser(found: &mut [Heading]) {
    let all: Vec<(usize, f32)> = found.iter().map(|heading| (heading.segments[0], heading.strength)).collect();
    for (at, heading) in found.iter_mut().enumerate() {
        let (place, strength) = all[at];
        if all.iter().any(|&(other, better)| other == place && better > strength + 0.01) {
            heading.strength *= WEIGHTS.rival;
        }
        if all.iter().any(|&(other, above)| other < place && above > 0.6) {
            heading.strength *= WEIGHTS.second;
        }
    }
}

fn best_of_each_type(mut found: Vec<Heading>) -> Vec<Heading> {
    found.sort_by(|one, other| {
        one.document_type.cmp(&other.document_type).then(other.strength.total_cmp(&one.strength))
    });
    found.dedup_by_key(|heading| heading.document_type);
    found
}

/// In the upper three quarters, outside the issuer's column and the motto, beginning with a capital.
fn may_begin(sheet: &Sheet, segment: &Segment) -> bool {
    let letters = segment.text.chars().filter(|sign| sign.is_alphabetic()).count();
    let capital = segment.text.chars().find(|sign| sign.is_alphabetic()).is_some_and(char::is_uppercase);
    let in_head = sheet.head.is_some_and(|head| {
        let issuer = head.two_columns && segment.bbox.right < head.motto.right && segment.bbox.center().0 < head.split;
        segment.bbox.center().1 < head.bottom && issuer || segment.bbox.intersection(&head.motto).is_some()
    });
    let pronounced = segment.capitals() > 0.5 || segment.words.len() <= 12;
    capital && letters >= 4 && pronounced && !in_head && sheet.down(segment.bbox.top) < 0.75
}

/// A segment and those right below it that may carry on its text.
fn stack(sheet: &Sheet, first: usize) -> Vec<usize> {
    let mut stacked = vec![first];
    while stacked.len() < LINES {
        let last = &sheet.segments[stacked[stacked.len() - 1]];
        let below = |&at: &usize| {
            let next = &sheet.segments[at];
            let gap = next.bbox.top - last.bbox.bottom;
            let overlap = next.bbox.right.min(last.bbox.right) - next.bbox.left.max(last.bbox.left);
            next.row > last.row && gap < sheet.letter * 1.8 && overlap > 0.5 * next.bbox.width().min(last.bbox.width())
        };
        match (stacked[stacked.len() - 1] + 1..sheet.segments.len()).find(below) {
            Some(next) => stacked.push(next),
            None => break,
        }
    }
    stacked
}

/// For each type its best reading of the stack's first line, first two lines, and so on.
fn headings_from<'a>(sheet: &Sheet<'a>, stacked: &[usize]) -> Vec<Heading<'a>> {
    let readings: Vec<Reading> = (1..=stacked.len()).map(|lines| Reading::of(sheet, &stacked[..lines])).collect();
    let first = &sheet.segments[stacked[0]];
    let place = place_strength(sheet, first);
    let best_of = |(document_type, wanted): &(DocumentType, Wanted)| {
        let fits = readings.iter().filter_map(|reading| wanted.fit(reading).map(|fit| (reading, fit)));
        let (reading, fit) = fits.max_by(|one, other| one.1.strength.total_cmp(&other.1.strength))?;
        Some(Heading {
            document_type: *document_type,
            segments: reading.segments.to_vec(),
            words: reading.words[..fit.words].to_vec(),
            whole: fit.whole,
            strength: fit.strength * place,
        })
    };
    WANTED.iter().filter_map(best_of).collect()
}

/// One to four lines as one text.
struct Reading<'s, 'a> {
    segments: &'s [usize],
    words: Vec<&'a Word>,
    key: Key,
    text: String,
    /// Every line is in capitals.
    capitals: bool,
    /// Its first two letters are capitals.
    begins_in_capitals: bool,
}

impl<'s, 'a> Reading<'s, 'a> {
    fn of(sheet: &Sheet<'a>, segments: &'s [usize]) -> Self {
        let parts = || segments.iter().map(|&at| &sheet.segments[at]);
        let text = parts().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
        Self {
            segments,
            words: parts().flat_map(|part| part.words.iter().copied()).collect(),
            key: Key::of(&text),
            capitals: parts().all(|part| part.capitals() > 0.7),
            begins_in_capitals: text.chars().filter(|sign| sign.is_alphabetic()).take(2).all(char::is_uppercase),
            text,
        }
    }

    /// How many words begin before this byte of the text.
    fn words_before(&self, byte: usize) -> usize {
        let mut start = 0;
        let begins = self.words.iter().take_while(|word| {
            let before = start < byte;
            start += word.text.len() + 1;
            before
        });
        begins.count()
    }
}

/// The headings of a type, as keys.
struct Wanted {
    whole: Vec<Key>,
    open: Vec<Key>,
}

#[derive(Debug, Clone, Copy)]
struct Fit {
    strength: f32,
    words: usize,
    whole: bool,
}

impl Wanted {
    fn fit(&self, reading: &Reading) -> Option<Fit> {
        let whole = self.whole.iter().filter_map(|key| whole_fit(key, reading));
        let begun = self.whole.iter().chain(&self.open).filter_map(|key| begun_fit(key, reading));
        whole.chain(begun).max_by(|one, other| one.strength.total_cmp(&other.strength))
    }
}

/// The reading is the heading and nothing else.
fn whole_fit(key: &Key, reading: &Reading) -> Option<Fit> {
    let similarity = key.similarity_from(&reading.key, least(key))?;
    let case = if reading.capitals { 1.0 } else { 0.5 };
    let words = reading.words.len();
    Some(Fit { strength: likeness(similarity) * case, words, whole: true })
}

/// The reading begins with the heading in capitals; the more of it is left over, the weaker.
fn begun_fit(key: &Key, reading: &Reading) -> Option<Fit> {
    if reading.key.len() <= key.len() || !reading.begins_in_capitals {
        return None;
    }
    let found = key.at_start_of(&reading.key, least(key))?;
    let begun = &reading.text[..found.source.end];
    let small = begun.chars().filter(|sign| sign.is_lowercase()).count();
    let runs_on = reading.text[found.source.end..].starts_with(char::is_alphanumeric);
    if small > key.len() / 3 || runs_on {
        return None;
    }
    let share = key.len() as f32 / reading.key.len() as f32;
    let strength = likeness(found.similarity) * (0.5 + 0.45 * share);
    Some(Fit { strength, words: reading.words_before(found.source.end), whole: false })
}

fn least(key: &Key) -> f32 {
    LEAST.iter().find(|(length, _)| key.len() < *length).map_or(0.8, |(_, least)| *least)
}

/// 1 for letter by letter, 0.6 for one letter in five wrong.
fn likeness(similarity: f32) -> f32 {
    1.0 - 2.0 * (1.0 - similarity)
}

/// How much the place is that of a heading: in the middle, alone, not small, before any "Căn cứ".
fn place_strength(sheet: &Sheet, segment: &Segment) -> f32 {
    let middle = (0.33..0.67).contains(&sheet.across(segment.bbox.center().0));
    let small = segment.bbox.height() < sheet.letter * 0.8;
    let announces = segment.text.trim_end().ends_with(':');
    let above = sheet.head.is_some_and(|head| segment.bbox.bottom < head.motto.top);
    let based = sheet.segments.iter().any(|other| other.row < segment.row && other.folded().starts_with("can cu "));
    let reasons = [
        (!middle, 0.6),
        (!sheet.is_alone(segment), 0.8),
        (small, 0.8),
        (announces, 0.5),
        (above, 0.7),
        (based, 0.45),
        (sheet.down(segment.bbox.top) > 0.6, 0.7),
    ];
    reasons.iter().filter(|(holds, _)| *holds).map(|(_, factor)| factor).product()
}

static WANTED: LazyLock<Vec<(DocumentType, Wanted)>> = LazyLock::new(|| {
    let keys = |texts: &[String]| texts.iter().map(|text| Key::of(text)).collect();
    let of = |known: DocumentType| {
        let definition = known.definition()?;
        Some((known, Wanted { whole: keys(&definition.headings), open: keys(&definition.open_headings) }))
    };
    DocumentType::all().filter_map(of).collect()
});
