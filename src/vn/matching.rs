//! Finding words that a recogniser read almost right: edit distance over folded letters and digits.
//!
//! Spaces and punctuation do not count, so `Q U Y Ế T ĐỊNH` and `QUYẾTĐỊNH` are the same.

use std::ops::Range;

use super::text::Folded;

/// Text reduced to folded letters and digits, each with its place in the source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    letters: Vec<char>,
    /// Byte range in the source of each letter.
    places: Vec<Range<usize>>,
}

impl Key {
    /// The key of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let folded = Folded::of(text);
        let mut key = Self::default();
        for (at, letter) in folded.text.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
            key.letters.push(letter);
            key.places.push(folded.source_range(at..at + letter.len_utf8()));
        }
        key
    }

    /// Number of letters and digits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.letters.len()
    }

    /// Neither letters nor digits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// How alike two keys are as a whole: 1 equal, 0 nothing in common.
    #[must_use]
    pub fn similarity(&self, other: &Self) -> f32 {
        self.similarity_from(other, 0.0).unwrap_or(0.0)
    }

    /// The same, where it is at least `least`; quick to refuse what is unlike.
    #[must_use]
    pub fn similarity_from(&self, other: &Self, least: f32) -> Option<f32> {
        let longest = self.len().max(other.len());
        if longest == 0 {
            return Some(1.0);
        }
        let most = allowance(longest, least);
        if self.len().abs_diff(other.len()) > most {
            return None;
        }
        let cost = last_row(&self.letters, &other.letters, false, most)?.last()?.cost;
        (cost <= most).then(|| 1.0 - cost as f32 / longest as f32)
    }

    /// Where this key comes closest at the very start of `text`, at least so alike.
    #[must_use]
    pub fn at_start_of(&self, text: &Self, least: f32) -> Option<Match> {
        // More letters than the key has, and those that may be too many, cannot help.
        let most = self.len() + allowance(self.len(), least);
        self.best(&text.letters[..most.min(text.len())], &text.places, false, least)
    }

    /// Where this key comes closest anywhere in `text`, at least so alike; the first of equals.
    #[must_use]
    pub fn within(&self, text: &Self, least: f32) -> Option<Match> {
        self.best(&text.letters, &text.places, true, least)
    }

    /// Where this key comes closest at the very end of `text`, at least so alike.
    #[must_use]
    pub fn at_end_of(&self, text: &Self, least: f32) -> Option<Match> {
        let mut found = self.reversed().at_start_of(&text.reversed(), least)?;
        let letters = text.len() - found.letters.end..text.len() - found.letters.start;
        found.source = text.places[letters.start].start..text.places[letters.end - 1].end;
        found.letters = letters;
        Some(found)
    }

    fn reversed(&self) -> Self {
        let letters = self.letters.iter().rev().copied().collect();
        Self { letters, places: self.places.iter().rev().cloned().collect() }
    }

    fn best(&self, text: &[char], places: &[Range<usize>], anywhere: bool, least: f32) -> Option<Match> {
        let most = allowance(self.len(), least);
        let row = last_row(&self.letters, text, anywhere, most)?;
        let (end, cell) = row.iter().enumerate().min_by_key(|(_, cell)| cell.cost)?;
        (end > cell.start && cell.cost <= most).then(|| Match {
            similarity: 1.0 - cell.cost as f32 / self.len() as f32,
            source: places[cell.start].start..places[end - 1].end.max(places[cell.start].start),
            letters: cell.start..end,
        })
    }
}

/// Where one key was found in another.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// 1 letter for letter; below 0 never.
    pub similarity: f32,
    /// Byte range in the searched text.
    pub source: Range<usize>,
    /// Range of its letters and digits.
    pub letters: Range<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    cost: usize,
    /// Letter of the searched text where the cheapest alignment begins.
    start: usize,
}

/// Last row of the edit-distance table of `needle` against `text`; one cell for each end in `text`.
/// With `anywhere` an alignment may begin at any letter (Sellers 1980).
/// None as soon as every alignment costs more than `most`.
fn last_row(needle: &[char], text: &[char], anywhere: bool, most: usize) -> Option<Vec<Cell>> {
    let first = |at: usize| if anywhere { Cell { cost: 0, start: at } } else { Cell { cost: at, start: 0 } };
    let mut row: Vec<Cell> = (0..=text.len()).map(first).collect();
    for (depth, &wanted) in needle.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = Cell { cost: depth + 1, start: 0 };
        for (at, &found) in text.iter().enumerate() {
            let above = row[at + 1];
            let kept = Cell { cost: diagonal.cost + usize::from(wanted != found), ..diagonal };
            let missing = Cell { cost: above.cost + 1, ..above };
            let extra = Cell { cost: row[at].cost + 1, ..row[at] };
            row[at + 1] = [kept, missing, extra].into_iter().min_by_key(|cell| cell.cost).unwrap_or(kept);
            diagonal = above;
        }
        if row.iter().all(|cell| cell.cost > most) {
            return None;
        }
    }
    Some(row)
}

/// How many letters of so many may be wrong for a likeness.
fn allowance(letters: usize, least: f32) -> usize {
    (letters as f32 * (1.0 - least) + 1e-3) as usize
}

/// How alike two texts are, accents, spaces and punctuation aside: 1 equal, 0 nothing in common.
#[must_use]
pub fn similarity(one: &str, other: &str) -> f32 {
    Key::of(one).similarity(&Key::of(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn noise_costs_little_and_spaces_nothing() {
        assert!((similarity("QUYẾT ĐỊNH", "Q U Y Ế T Đ Ị N H") - 1.0).abs() < f32::EPSILON);
        assert!(similarity("QUYẾT ĐỊNH", "QUYÊT ĐlNH") > 0.85);
        assert!(similarity("QUYẾT ĐỊNH", "QUY ĐỊNH") < 0.85);
        assert!(similarity("", "") > 0.99);
    }

    #[test]
    fn a_phrase_is_found_with_its_place() {
        let source = "xin: Kính gưi Ủy ban";
        let found = Key::of("Kính gửi").within(&Key::of(source), 0.8).expect("found");
        assert_eq!(&source[found.source.clone()], "Kính gưi");
        assert!((found.similarity - 1.0).abs() < f32::EPSILON);
        assert_eq!(Key::of("Kính gửi").at_start_of(&Key::of(source), 0.7), None);
    }

    #[test]
    fn a_label_is_found_before_a_colon() {
        let source = "Nam Dân tộc";
        let found = Key::of("Dân tộc").at_end_of(&Key::of(source), 0.8).expect("found");
        assert_eq!(&source[found.source.clone()], "Dân tộc");
        assert!((found.similarity - 1.0).abs() < f32::EPSILON);
    }

    proptest! {
        #[test]
        fn similarity_is_symmetric_and_bounded(one in "[a-z ]{0,12}", other in "[a-z ]{0,12}") {
            let both = similarity(&one, &other);
            prop_assert!((0.0..=1.0).contains(&both));
            prop_assert!((both - similarity(&other, &one)).abs() < 1e-6);
        }

        #[test]
        fn what_is_inside_is_found(before in "[x-z]{0,8}", needle in "[a-f]{3,8}", after in "[x-z]{0,8}") {
            let found = Key::of(&needle).within(&Key::of(&format!("{before}{needle}{after}")), 0.9).expect("inside");
            prop_assert!((found.similarity - 1.0).abs() < 1e-6);
            prop_assert_eq!(found.letters, before.len()..before.len() + needle.len());
        }
    }
}
