//! Invisible text over a page's picture (ISO 32000-1, 9.3.6, rendering mode 3).
//!
//! One text object a line. Size and baseline come from the line, because readers that group words by
//! their size would set the hyphens of a motto apart from its letters; each word begins at its
//! box's left edge and is scaled to its box's width, and a space glyph follows it.
//! What a reader marks is therefore as wide as the word and as high as the line.

use super::glyphless::{self, ASCENT, Codes, DESCENT};
use super::placement::{Sheet, number};
use crate::ocr::text::{Line, PageText, Word};

/// Decimals of lengths in points: 1/1000 is far below a pixel.
const DECIMALS: usize = 3;
/// A line whose baseline falls or rises by less than this part of its height is written level.
const LEVEL: f64 = 0.25;
/// The steepest line that is written on its slope: about 30 degrees.
const STEEPEST: f64 = 0.57;
/// A word that stands out of its line by more than this part of the usual height of its words does
/// not make the line higher: it is a seal's edge or a rule that was read as a letter.
const OUTSTANDING: f64 = 0.5;
/// The least space between words in parts of the size of the text. Poppler joins words that are
/// nearer than 0.15 (`-raw`) or 0.03; boxes of words that touch or overlap give way evenly.
const LEAST_SPACE: f64 = 0.17;
/// How much of the least space may lack, in parts of it: about two ems of overlap.
const MOST_LACKING: f64 = 12.0;
/// What is left of a word's width when it gives way.
const LEAST_SHARE: f64 = 0.3;
/// The least size of text and width of a word in points: nothing is scaled to nothing.
const LEAST_POINTS: f64 = 0.1;

/// The operators that write a page's text in font `font`.
pub(super) fn draw(text: &PageText, sheet: &Sheet, codes: &Codes, font: &str) -> String {
    let widths = codes.widths();
    let mut content = String::new();
    for line in &text.lines {
        let mut words: Vec<Shown> = line.words.iter().filter_map(|word| Shown::of(word, codes, &widths)).collect();
        if !words.is_empty() {
            let strip = Strip::of(line);
            keep_apart(&mut words, LEAST_SPACE * strip.size());
            draw_line(&mut content, &strip, &words, (sheet, font));
        }
    }
    content
}

/// A word in the font's codes, between its edges in pixels.
struct Shown {
    codes: Vec<u16>,
    left: f64,
    right: f64,
    /// Width at size 1 and scale 1.
    ems: f64,
}

impl Shown {
    fn of(word: &Word, codes: &Codes, widths: &[u16]) -> Option<Self> {
        let codes = codes.encode(&word.text);
        let width = |code: &u16| widths.get(usize::from(*code) - 1).copied().map_or(0, u32::from);
        let ems = f64::from(codes.iter().map(width).sum::<u32>()) / 1000.0;
        let bbox = word.bbox;
        (ems > 0.0).then_some(Self { codes, left: bbox.left.into(), right: bbox.right.into(), ems })
    }
}

/// Moves the edges of neighbours apart until there is `space` between, each by half of what lacks,
/// as far as their widths allow.
fn keep_apart(words: &mut [Shown], space: f64) {
    for at in 1..words.len() {
        let (before, after) = words.split_at_mut(at);
        let (Some(word), Some(next)) = (before.last_mut(), after.first_mut()) else { continue };
        let lacking = space - (next.left - word.right);
        // A word that jumps back or lies deep in another is noise, and is left where it is.
        if lacking > 0.0 && lacking < MOST_LACKING * space && next.left > word.left {
            let least = |left: f64, right: f64| LEAST_SHARE * (right - left);
            let (least_word, least_next) = (least(word.left, word.right), least(next.left, next.right));
            let middle = f64::midpoint(word.right, next.left).max(word.left + least_word + space / 2.0);
            word.right = middle - space / 2.0;
            next.left = middle + space / 2.0;
            next.right = next.right.max(next.left + least_next);
        }
    }
}

/// The strip that a line fills, in the page's pixels; it may fall or rise from word to word, but words
/// stand upright: Poppler cuts a word whose letters are not on one height.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Strip {
    left: f64,
    /// Lower edge at the left.
    bottom: f64,
    height: f64,
    /// How far the strip falls for each pixel to the right.
    slope: f64,
}

impl Strip {
    /// As high as the line's words, but for those that stand out.
    fn of(line: &Line) -> Self {
        let (left, slope) = (f64::from(line.bbox.left), slope(line));
        // What the edges would be, were the line turned level about its left end.
        let turned = |word: &Word, edge: f32, inwards: f64| {
            let (left_edge, right_edge) = (f64::from(word.bbox.left), f64::from(word.bbox.right));
            let middle = f64::midpoint(left_edge, right_edge);
            // A slope made up from noise must not eat a wide word's height.
            let lean = slope.abs() * (right_edge - left_edge) / 2.0;
            let most = MOST_LEAN * f64::from(word.bbox.height());
            f64::from(edge) + inwards * lean.min(most) - slope * (middle - left)
        };
        // Dot leaders are many and low; where there are letters, these say how high the line is.
        let has_letters = |word: &&Word| {
            let letters = word.text.chars().filter(|letter| letter.is_alphanumeric()).count();
            2 * letters >= word.text.chars().count()
        };
        let letters: Vec<&Word> = line.words.iter().filter(has_letters).collect();
        let words = if letters.is_empty() { line.words.iter().collect() } else { letters };
        let tops = words.iter().map(|word| turned(word, word.bbox.top, 1.0)).collect();
        let bottoms = words.iter().map(|word| turned(word, word.bbox.bottom, -1.0)).collect();
        let (tops, bottoms) = (sorted(tops), sorted(bottoms));
        let median = |edges: &[f64]| edges.get(edges.len() / 2).copied().unwrap_or_default();
        let (top, bottom) = (median(&tops), median(&bottoms));
        let margin = OUTSTANDING * (bottom - top);
        let top = tops.into_iter().find(|edge| *edge >= top - margin).unwrap_or(top);
        let bottom = bottoms.into_iter().rev().find(|edge| *edge <= bottom + margin).unwrap_or(bottom);
        Self { left, bottom, height: bottom - top, slope }
    }

    /// Size of the text in pixels.
    fn size(&self) -> f64 {
        self.height / (ASCENT + DESCENT)
    }

    /// The baseline of a word, at its middle.
    fn baseline(&self, word: &Shown) -> f64 {
        self.bottom - DESCENT * self.size() + self.slope * (f64::midpoint(word.left, word.right) - self.left)
    }
}

/// Share of a word's height that its own slope may take at top and bottom.
const MOST_LEAN: f64 = 0.2;

/// How far a line falls for each pixel to the right; 0 where that is next to nothing or makes no sense.
fn slope(line: &Line) -> f64 {
    let (width, height) = (f64::from(line.bbox.width()), f64::from(line.bbox.height()));
    let fall = f64::from(line.baseline.1) - f64::from(line.baseline.0);
    // The comparisons are so put that what is no number is level.
    let slopes = fall.abs() > LEVEL * height && fall.abs() < height && fall.abs() < STEEPEST * width;
    if slopes { fall / width } else { 0.0 }
}

fn sorted(mut edges: Vec<f64>) -> Vec<f64> {
    edges.sort_by(f64::total_cmp);
    edges
}

fn draw_line(content: &mut String, strip: &Strip, words: &[Shown], (sheet, font): (&Sheet, &str)) {
    let size = rounded(sheet.length(strip.size()).max(LEAST_POINTS));
    glyphless::append(content, format_args!("BT /{font} {} Tf 3 Tr", number(size, DECIMALS)));
    let mut at = (0.0, 0.0);
    for word in words {
        let (x, y) = sheet.point(word.left, strip.baseline(word));
        let step = (rounded(x - at.0), rounded(y - at.1));
        at = (at.0 + step.0, at.1 + step.1);
        let [right, up] = [step.0, step.1].map(|step| number(step, DECIMALS));
        let width = sheet.length(word.right - word.left).max(LEAST_POINTS);
        let scale = number(100.0 * width / (word.ems * size), DECIMALS);
        // The space goes with the word before it: the next one is placed by its own box anyway. The
        // last has one too, or PDFium takes a single letter, which has no ink, for nothing.
        let codes = glyphless::hexadecimal(word.codes.iter().chain(&[glyphless::SPACE]));
        glyphless::append(content, format_args!(" {right} {up} Td {scale} Tz {codes} Tj"));
    }
    content.push_str(" ET\n");
}

/// To the decimals written, so that errors of rounding do not add up along a line.
fn rounded(points: f64) -> f64 {
    (points * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::{Rect, Size, Turn};
    use crate::pdfa::samples;
    use proptest::prelude::*;

    fn sheet() -> Sheet {
        let page = samples::page(0, samples::gray_jpeg(Size { width: 720, height: 720 }), Turn::None, 0.0);
        Sheet::of(&page)
    }

    fn drawn(line: Line) -> String {
        let text = PageText { lines: vec![line] };
        let codes = Codes::of(text.words().map(|word| word.text.as_str()));
        draw(&text, &sheet(), &codes, "F")
    }

    #[test]
    fn a_line_is_one_text_object() {
        // 72 pixels are 17.28 points at the samples' 300 dpi; 24 are 5.76, of which the em is 4.8.
        let line = samples::line(0, Rect::new(72.0, 72.0, 216.0, 96.0), &["a", "b"]);
        let content = drawn(line);
        assert_eq!(content.matches("BT").count(), 1);
        assert!(content.starts_with("BT /F 4.8 Tf 3 Tr 17.28 150.96 Td "), "{content}");
        assert!(content.contains("<00020001> Tj") && content.contains("<00030001> Tj ET"), "{content}");
    }

    #[test]
    fn a_word_that_stands_out_does_not_make_the_line_higher() {
        let mut line = samples::line(0, Rect::new(72.0, 72.0, 216.0, 96.0), &["a", "b", "c", "l"]);
        let plain = Strip::of(&line);
        line.words[3].bbox.bottom = 200.0;
        line.bbox.bottom = 200.0;
        assert_eq!(Strip::of(&line), plain);
        line.words[3].bbox.bottom = 100.0;
        assert_eq!(Strip::of(&line), Strip { height: plain.height + 4.0, bottom: 100.0, ..plain });
    }

    #[test]
    fn dot_leaders_do_not_make_the_line_lower() {
        let mut line = samples::line(0, Rect::new(72.0, 72.0, 216.0, 96.0), &["a", "....", "...", "..."]);
        let plain = Strip::of(&line);
        for leader in &mut line.words[1..] {
            leader.bbox.top = 92.0;
        }
        assert_eq!(Strip::of(&line), plain);
    }

    #[test]
    fn words_that_touch_are_kept_apart() {
        let word = |left: f64, right: f64| Shown { codes: vec![2], left, right, ems: 0.5 };
        let edges = |mut words: [Shown; 2]| {
            keep_apart(&mut words, 4.0);
            words.map(|word| (word.left, word.right))
        };
        assert_eq!(edges([word(0.0, 50.0), word(60.0, 90.0)]), [(0.0, 50.0), (60.0, 90.0)]);
        assert_eq!(edges([word(0.0, 50.0), word(50.0, 90.0)]), [(0.0, 48.0), (52.0, 90.0)]);
        assert_eq!(edges([word(0.0, 52.0), word(50.0, 90.0)]), [(0.0, 49.0), (53.0, 90.0)]);
        assert_eq!(edges([word(0.0, 50.0), word(40.0, 46.0)]), [(0.0, 43.0), (47.0, 48.8)], "one inside the other");
        assert_eq!(edges([word(50.0, 90.0), word(0.0, 60.0)]), [(50.0, 90.0), (0.0, 60.0)], "back");
    }

    #[test]
    fn words_without_legible_characters_are_left_out() {
        assert_eq!(drawn(samples::line(0, Rect::new(0.0, 0.0, 9.0, 9.0), &["\u{feff}"])), "");
    }

    #[test]
    fn a_crooked_line_is_written_on_its_slope() {
        for slope in [-0.1_f32, 0.1] {
            let mut line = samples::line(0, Rect::new(100.0, 100.0, 500.0, 130.0), &["một", "dòng", "chữ", "nghiêng"]);
            let fall = |x: f32| slope * (x - 100.0);
            for word in &mut line.words {
                let (ends, bbox) = ([fall(word.bbox.left), fall(word.bbox.right)], &mut word.bbox);
                (bbox.top, bbox.bottom) = (bbox.top + ends[0].min(ends[1]), bbox.bottom + ends[0].max(ends[1]));
            }
            line.bbox = line.words.iter().skip(1).fold(line.words[0].bbox, |bbox, word| bbox.union(&word.bbox));
            line.baseline = (120.0, 120.0 + fall(500.0));
            let strip = Strip::of(&line);
            assert!((strip.height - 30.0).abs() < 0.01 && (strip.bottom - 130.0).abs() < 0.01, "{strip:?}");
            assert!((strip.slope - f64::from(slope)).abs() < 1e-6);
        }
    }

    proptest! {
        #[test]
        fn no_box_makes_an_unreadable_content_stream(
            edges in prop::array::uniform4(prop::num::f32::ANY),
            baseline in (prop::num::f32::ANY, prop::num::f32::ANY),
        ) {
            let bbox = Rect { left: edges[0], top: edges[1], right: edges[2], bottom: edges[3] };
            let mut line = samples::line(0, Rect::new(0.0, 0.0, 90.0, 9.0), &["a", "b"]);
            (line.bbox, line.words[0].bbox, line.baseline) = (bbox, bbox, baseline);
            let content = drawn(line);
            prop_assert!(!content.contains("NaN") && !content.contains("inf") && !content.contains('e'));
        }
    }
}
