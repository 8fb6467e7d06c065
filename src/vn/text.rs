//! The writing itself: normal form, look-alike letters, comparison without accents, tone placement.
//!
//! Always NFC (TCVN 6909:2001), never NFKC: `m²` stays `m²`. Knows no words; see `syllables`.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// NFC, with the letters that recognisers put for đ and Đ set right.
///
/// Tesseract's Vietnamese model writes Ð (U+00D0) for Đ (U+0110); Ɖ, ð and ɖ occur as well.
#[must_use]
pub fn repair(text: &str) -> String {
    text.nfc().map(right_letter).collect()
}

/// NFC, nothing else changed.
#[must_use]
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// For comparison without accents: lower case, marks off, đ as d.
///
/// ```
/// assert_eq!(sohoa::vn::text::fold("ĐƯỜNG Hoà Bình, 12 m²"), "duong hoa binh, 12 m²");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    Folded::of(text).text
}

/// Folded text that knows where each of its characters came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The text as [`fold`] gives it.
    pub text: String,
    /// For each byte of `text`, the start of its source character; then the source's length.
    sources: Vec<usize>,
}

impl Folded {
    /// Folds `text`, in any normal form.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), sources: Vec::with_capacity(text.len() + 1) };
        for (at, letter) in text.char_indices() {
            if let Some(base) = base_letter(letter) {
                folded.text.push(base);
                folded.sources.resize(folded.text.len(), at);
            }
        }
        folded.sources.push(text.len());
        folded
    }

    /// Where a range of the folded text lies in the source.
    ///
    /// Both ends must lie on character boundaries of the folded text; ends beyond it mean its end.
    #[must_use]
    pub fn source_range(&self, range: Range<usize>) -> Range<usize> {
        let at = |end: usize| self.sources[end.min(self.text.len())];
        at(range.start)..at(range.end)
    }
}

/// The letter without marks and in lower case; none for a mark that stands alone.
fn base_letter(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter.to_ascii_lowercase());
    }
    let lower = right_letter(letter).to_lowercase().next().unwrap_or(letter);
    match lower {
        'đ' => Some('d'),
        mark if is_combining_mark(mark) => None,
        lower => std::iter::once(lower).nfd().next(),
    }
}

fn right_letter(letter: char) -> char {
    match letter {
        '\u{d0}' | '\u{189}' => 'Đ',
        '\u{f0}' | '\u{256}' => 'đ',
        other => other,
    }
}

/// One of the five tones that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Huyền: à.
    Falling,
    /// Sắc: á.
    Rising,
    /// Ngã: ã.
    Broken,
    /// Hỏi: ả.
    Dipping,
    /// Nặng: ạ.
    Heavy,
}

impl Tone {
    const ALL: [(Self, char); 5] = [
        (Self::Falling, '\u{300}'),
        (Self::Rising, '\u{301}'),
        (Self::Broken, '\u{303}'),
        (Self::Dipping, '\u{309}'),
        (Self::Heavy, '\u{323}'),
    ];

    fn of_mark(mark: char) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == mark).map(|(tone, _)| *tone)
    }

    fn mark(self) -> char {
        Self::ALL[self as usize].1
    }
}

/// A letter without its tone (`ế` is `ê` and rising), in NFC.
#[must_use]
pub fn without_tone(letter: char) -> (char, Option<Tone>) {
    let mut tone = None;
    let bare: String = std::iter::once(letter)
        .nfd()
        .filter(|&part| match Tone::of_mark(part) {
            Some(found) => {
                tone = Some(found);
                false
            }
            None => true,
        })
        .nfc()
        .collect();
    (bare.chars().next().unwrap_or(letter), tone)
}

/// Whether a letter without tone is a vowel, of either case.
#[must_use]
pub fn is_vowel(bare: char) -> bool {
    matches!(bare.to_lowercase().next(), Some('a' | 'ă' | 'â' | 'e' | 'ê' | 'i' | 'o' | 'ô' | 'ơ' | 'u' | 'ư' | 'y'))
}

/// The same text with every tone where the older rule puts it: `hoà` becomes `hòa`.
///
/// Two spellings that differ in tone placement alone become equal. What is no Vietnamese
/// syllable (no vowel, two vowel groups, two tones) stays as it is.
#[must_use]
pub fn place_tones(text: &str) -> String {
    let composed = nfc(text);
    let mut placed = String::with_capacity(composed.len());
    let mut word = Vec::new();
    for letter in composed.chars() {
        if letter.is_alphabetic() {
            word.push(letter);
        } else {
            placed.extend(word_with_placed_tone(&word));
            word.clear();
            placed.push(letter);
        }
    }
    placed.extend(word_with_placed_tone(&word));
    placed
}

fn word_with_placed_tone(word: &[char]) -> Vec<char> {
    let bare: Vec<char> = word.iter().map(|&letter| without_tone(letter).0).collect();
    let mut tones = word.iter().filter_map(|&letter| without_tone(letter).1);
    let (Some(tone), None, Some(seat)) = (tones.next(), tones.next(), tone_seat(&bare)) else {
        return word.to_vec();
    };
    let seated = |(at, &letter): (usize, &char)| if at == seat { with_tone(letter, tone) } else { letter };
    bare.iter().enumerate().map(seated).collect()
}

fn with_tone(bare: char, tone: Tone) -> char {
    // By the normal form of both, because nặng goes under before the circumflex goes on: ê and nặng do not compose.
    [bare, tone.mark()].into_iter().nfc().next().unwrap_or(bare)
}

/// Index of the vowel that carries the tone by the older rule.
fn tone_seat(bare: &[char]) -> Option<usize> {
    let first = bare.iter().position(|&letter| is_vowel(letter))?;
    let length = bare[first..].iter().take_while(|&&letter| is_vowel(letter)).count();
    let end = first + length;
    if bare[end..].iter().any(|&letter| is_vowel(letter)) {
        return None;
    }
    let glide =
        first > 0 && length > 1 && matches!((lower(bare[first - 1]), lower(bare[first])), ('q', 'u') | ('g', 'i'));
    let start = if glide { first + 1 } else { first };
    let marked = (start..end).rev().find(|&at| "ăâêôơư".contains(lower(bare[at])));
    let closed = end < bare.len();
    Some(marked.unwrap_or(match (end - start, closed) {
        (_, true) => end - 1,
        (3, false) => start + 1,
        _ => start,
    }))
}

fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Runs of white space become one space; none at the ends.
#[must_use]
pub fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn look_alike_letters_become_vietnamese() {
        assert_eq!(repair("QUYẾT ÐỊNH Ɖẹp ðất ɖi 120 m²"), "QUYẾT ĐỊNH Đẹp đất đi 120 m²");
        assert_eq!(repair("e\u{302}\u{301}"), "ế");
    }

    #[test]
    fn folding_takes_off_case_and_marks() {
        assert_eq!(fold("Nguyễn Thị Đào ƯƠNG"), "nguyen thi dao uong");
        assert_eq!(fold("e\u{302}\u{301}"), "e");
        assert_eq!(fold("Ðà"), "da");
    }

    #[test]
    fn a_folded_range_leads_back() {
        let source = "Số: 15/QĐ-BNV";
        let folded = Folded::of(source);
        let at = folded.text.find("qd").expect("there");
        assert_eq!(&source[folded.source_range(at..at + 2)], "QĐ");
        assert_eq!(folded.source_range(0..999), 0..source.len());
    }

    #[test]
    fn both_tone_placements_compare_equal() {
        for (new, old) in [
            ("hoà", "hòa"),
            ("HOÀ", "HÒA"),
            ("thuỷ", "thủy"),
            ("khoẻ", "khỏe"),
            ("Uỷ ban", "Ủy ban"),
            ("loá mắt", "lóa mắt"),
        ] {
            assert_eq!(place_tones(new), old);
            assert_eq!(place_tones(old), old);
        }
    }

    #[test]
    fn tones_that_have_one_place_stay() {
        let text = "Quý vị, quyết định của giếng gì già, thuở hoàng ngoài khuỷu tuần đường mía quả hoá đơn.";
        assert_eq!(place_tones(text), text.replace("hoá", "hóa"));
    }

    #[test]
    fn every_vowel_takes_and_gives_back_every_tone() {
        for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".chars() {
            for (tone, _) in Tone::ALL {
                let letter = with_tone(vowel, tone);
                assert_ne!(letter, vowel);
                assert_eq!(without_tone(letter), (vowel, Some(tone)));
                assert_eq!(place_tones(&format!("t{letter}n")), format!("t{letter}n"));
            }
        }
    }

    proptest! {
        #[test]
        fn folding_and_placing_are_stable(text in "[a-zA-ZÀ-ỹ .,0-9²]{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
            prop_assert_eq!(place_tones(&place_tones(&text)), place_tones(&text));
        }

        #[test]
        fn source_ranges_lie_on_boundaries(text in ".{0,40}") {
            let folded = Folded::of(&text);
            for (at, letter) in folded.text.char_indices() {
                let range = folded.source_range(at..at + letter.len_utf8());
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
