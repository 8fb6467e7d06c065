//! What Tesseract found becomes the text of a page.

use super::heads;
use super::letters;
use super::protocol::{RawLine, RawWord};
use super::text::{Line, PageText, Word};
use crate::base::geometry::{Rect, Size};
use crate::base::units::Confidence;

/// A "word" without any letter or digit, and less sure than this, is a rule or the rim of a seal.
///
/// Measured on pages with specks: hyphens and dot leaders have 0.6 and more, a third of what is none has less than 0.5.
/// Words with a letter or digit are never dropped, whatever their confidence or size.
const UNSURE: f32 = 0.4;

/// A "word" without any letter or digit, and no longer than this part of a line's height either way, is a speck.
///
/// A full stop has a seventh. Measured: the engine is up to 0.9 sure that two black pixels are a hyphen.
const SPECK: f32 = 0.1;

/// The text of a page of this size. Nothing of what comes from the native library is taken on trust.
pub(super) fn compose(lines: &[RawLine], size: Size) -> PageText {
    let page = Rect::new(0.0, 0.0, size.width as f32, size.height as f32);
    let readable = |raw: &RawLine| raw.words.iter().filter_map(|raw| word(raw, &page)).collect();
    let words: Vec<Vec<Word>> = lines.iter().map(readable).collect();
    let speck = SPECK * usual_height(&words);
    let lines = lines.iter().zip(words).filter_map(|(raw, words)| line(raw, words, speck)).collect();
    PageText { lines: numbered(heads::in_reading_order(lines, page.width())) }
}

/// A word without spaces, its box on the page; none where there is nothing to read or to show.
fn word(raw: &RawWord, page: &Rect) -> Option<Word> {
    let text = letters::clean(&raw.text);
    let [left, top, right, bottom] = raw.bounds.map(|edge| edge as f32);
    let bbox = Rect::new(left, top, right, bottom).intersection(page)?;
    (!text.is_empty()).then(|| Word { text, bbox, confidence: Confidence::clamped(raw.confidence / 100.0) })
}

/// The median height of lines in pixels.
fn usual_height(lines: &[Vec<Word>]) -> f32 {
    let mut heights: Vec<f32> = lines.iter().filter_map(|words| around(words)).map(|bbox| bbox.height()).collect();
    heights.sort_by(f32::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or_default()
}

fn line(raw: &RawLine, mut words: Vec<Word>, speck: f32) -> Option<Line> {
    words.retain(|word| says_something(word, speck));
    let bbox = around(&words)?;
    Some(Line { block: raw.block, bbox, baseline: baseline(raw.baseline, &bbox), words })
}

fn says_something(word: &Word, speck: f32) -> bool {
    let is_mark = word.confidence.value() >= UNSURE && word.bbox.width().max(word.bbox.height()) > speck;
    is_mark || word.text.chars().any(is_letter_or_digit)
}

/// Specks are read as accents that stand alone (`ˆ`), which Unicode counts among letters.
fn is_letter_or_digit(character: char) -> bool {
    character.is_alphanumeric() && !('\u{2b0}'..='\u{2ff}').contains(&character)
}

/// The box around words; none without words.
pub(super) fn around(words: &[Word]) -> Option<Rect> {
    words.iter().map(|word| word.bbox).reduce(|all, one| all.union(&one))
}

/// The baseline at the edges of `bbox`; its lower edge where Tesseract's baseline is missing or beside the line, as it
/// is for upright text in a turned block.
fn baseline(raw: Option<[i32; 4]>, bbox: &Rect) -> (f32, f32) {
    let Some([x1, y1, x2, y2]) = raw.map(|ends| ends.map(|end| end as f32)) else {
        return (bbox.bottom, bbox.bottom);
    };
    let slope = if x2 > x1 { (y2 - y1) / (x2 - x1) } else { 0.0 };
    let at = |x: f32| y1 + slope * (x - x1);
    let (left, right) = (at(bbox.left), at(bbox.right));
    let near = bbox.top..=bbox.bottom + bbox.height();
    if near.contains(&left) && near.contains(&right) { (left, right) } else { (bbox.bottom, bbox.bottom) }
}

/// Blocks counted from 0 in the order of lines.
pub(super) fn numbered(mut lines: Vec<Line>) -> Vec<Line> {
    let mut number = 0;
    let mut last = None;
    for line in &mut lines {
        if last.is_some_and(|last| last != line.block) {
            number += 1;
        }
        last = Some(line.block);
        line.block = number;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const A4: Size = Size { width: 2480, height: 3508 };

    fn raw(text: &str, left: i32, confidence: f32) -> RawWord {
        RawWord { text: text.to_owned(), bounds: [left, 100, left + 90, 150], confidence }
    }

    fn check(words: &[RawWord], expected: &str) {
        let line = RawLine { block: 0, baseline: None, words: words.to_vec() };
        assert_eq!(compose(&[line], A4).plain(), expected);
    }

    #[test]
    fn specks_go_and_text_stays() {
        check(&[raw("-", 100, 80.0), raw("'", 200, 12.0), raw("5", 300, 3.0), raw("~", 400, 39.0)], "- 5\n");
        check(&[raw("......", 100, 60.0), raw(" ", 200, 95.0)], "......\n");
        check(&[raw("|", 100, 10.0)], "");
    }

    #[test]
    fn sure_specks_go_too() {
        let speck = RawWord { text: "-".to_owned(), bounds: [700, 120, 703, 123], confidence: 92.0 };
        let stop = RawWord { text: ".".to_owned(), bounds: [800, 140, 807, 147], confidence: 92.0 };
        check(&[raw("a", 100, 90.0), speck, stop], "a .\n");
    }

    #[test]
    fn words_are_clean() {
        check(&[raw("\u{00D0}i\u{0323}nh", 100, 90.0)], "Định\n");
    }

    #[test]
    fn boxes_stay_on_the_page() {
        let words = vec![
            RawWord { text: "a".to_owned(), bounds: [-5, -5, 20, 20], confidence: 50.0 },
            RawWord { text: "b".to_owned(), bounds: [5000, 0, 5100, 20], confidence: 50.0 },
            RawWord { text: "c".to_owned(), bounds: [10, 10, 10, 20], confidence: 50.0 },
        ];
        let text = compose(&[RawLine { block: 3, baseline: None, words }], A4);
        assert_eq!(text.lines.len(), 1);
        assert_eq!(text.lines[0].words.len(), 1);
        assert_eq!(text.lines[0].bbox, Rect::new(0.0, 0.0, 20.0, 20.0));
        assert_eq!(text.lines[0].block, 0);
    }

    #[test]
    fn a_baseline_is_taken_at_the_edges_of_the_words() {
        let bbox = Rect::new(100.0, 100.0, 300.0, 150.0);
        assert_eq!(baseline(Some([0, 120, 400, 160]), &bbox), (130.0, 150.0));
        assert_eq!(baseline(Some([0, 900, 400, 900]), &bbox), (150.0, 150.0));
        assert_eq!(baseline(Some([50, 0, 50, 900]), &bbox), (150.0, 150.0));
        assert_eq!(baseline(None, &bbox), (150.0, 150.0));
    }

    fn raw_words() -> impl Strategy<Value = RawWord> {
        let bounds = prop::array::uniform4(prop_oneof![-50..4000i32, any::<i32>()]);
        (any::<String>(), bounds, any::<f32>()).prop_map(|(text, bounds, confidence)| RawWord {
            text,
            bounds,
            confidence,
        })
    }

    proptest! {
        #[test]
        fn whatever_comes_the_text_keeps_its_promises(
            words in prop::collection::vec(prop::collection::vec(raw_words(), 0..6), 0..8),
            baseline in any::<Option<[i32; 4]>>(),
        ) {
            let count: usize = words.iter().map(Vec::len).sum();
            let lines = words.into_iter().enumerate().map(|(i, words)| RawLine { block: i as u32 / 2, baseline, words });
            let text = compose(&lines.collect::<Vec<_>>(), A4);
            prop_assert!(text.words().count() <= count);
            for line in &text.lines {
                prop_assert!(!line.words.is_empty());
                prop_assert_eq!(Some(line.bbox), around(&line.words));
                prop_assert!(line.baseline.0.is_finite() && line.baseline.1.is_finite());
            }
            for word in text.words() {
                prop_assert!(!word.text.is_empty() && !word.text.contains(char::is_whitespace));
                prop_assert!(word.bbox.area() > 0.0 && word.bbox.right <= 2480.0 && word.bbox.bottom <= 3508.0);
            }
        }
    }
}
