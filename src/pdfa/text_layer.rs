//! Invisible text over a page's picture (ISO 32000-1, 9.3.6, rendering mode 3).
//!
//! One text object a line. Size and baseline come from the line, because readers that group words by
//! their size would set the hyphens of a motto apart from its letters; each word begins at its
//! box's left edge and is scaled to its box's width, and a space glyph stands between words.
//! What a reader marks is therefore as wide as the word and as high as the line.

use super::glyphless::{self, ASCENT, Codes};
use super::placement::{Sheet, number};
use crate::ocr::text::{Line, PageText};

/// Decimals of lengths in points: 1/1000 is far below a pixel.
const DECIMALS: usize = 3;
/// A line whose baseline falls or rises by less than this part of its height is written level.
const LEVEL: f64 = 0.25;
/// The steepest line that is written on its slope: sine of about 35 degrees.
const STEEPEST: f64 = 0.57;
/// The least size of text and width of a word in points: nothing is scaled to nothing.
const LEAST_POINTS: f64 = 0.1;

/// The operators that write a page's text in font `font`.
pub(super) fn draw(text: &PageText, sheet: &Sheet, codes: &Codes, font: &str) -> String {
    let widths = codes.widths();
    let mut content = String::new();
    for line in &text.lines {
        let words: Vec<Shown> = line.words.iter().filter_map(|word| Shown::of(word, codes, &widths)).collect();
        if !words.is_empty() {
            draw_line(&mut content, &Slope::of(line), &words, (sheet, font));
        }
    }
    content
}

/// A word in the font's codes.
struct Shown {
    codes: Vec<u16>,
    left: f64,
    right: f64,
    /// Width at size 1 and scale 1.
    ems: f64,
}

impl Shown {
    fn of(word: &crate::ocr::text::Word, codes: &Codes, widths: &[u16]) -> Option<Self> {
        let codes = codes.encode(&word.text);
        let width = |code: &u16| widths.get(usize::from(*code) - 1).copied().map_or(0, u32::from);
        let ems = f64::from(codes.iter().map(width).sum::<u32>()) / 1000.0;
        let bbox = word.bbox;
        (ems > 0.0).then_some(Self { codes, left: bbox.left.into(), right: bbox.right.into(), ems })
    }
}

/// The strip that a line fills: in the page's pixels, turned clockwise about its lower left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Slope {
    left: f64,
    bottom: f64,
    height: f64,
    sin: f64,
    cos: f64,
}

impl Slope {
    fn of(line: &Line) -> Self {
        let [left, top, right, bottom] =
            [line.bbox.left, line.bbox.top, line.bbox.right, line.bbox.bottom].map(f64::from);
        let (width, height) = (right - left, bottom - top);
        let fall = f64::from(line.baseline.1) - f64::from(line.baseline.0);
        let level = Self { left, bottom, height, sin: 0.0, cos: 1.0 };
        // Comparisons are so put that what is no number is level.
        if !(fall.abs() > LEVEL * height && fall.abs() < height && fall.abs() < STEEPEST * width) {
            return level;
        }
        let (sin, cos) = fall.atan2(width).sin_cos();
        // The box of a strip `w` by `h` is `w cos + h sin` wide and `w sin + h cos` high; `fall` is
        // the box's width times the tangent.
        let strip = (height - fall.abs()) * cos / (cos * cos - sin * sin);
        let (left, bottom) = if fall > 0.0 { (left, top + strip * cos) } else { (left - strip * sin, bottom) };
        Self { left, bottom, height: strip, sin, cos }
    }

    /// The start of the baseline.
    fn origin(&self) -> (f64, f64) {
        let up = (1.0 - ASCENT) * self.height;
        (self.left + up * self.sin, self.bottom - up * self.cos)
    }
}

fn draw_line(content: &mut String, slope: &Slope, words: &[Shown], (sheet, font): (&Sheet, &str)) {
    let size = rounded(sheet.length(slope.height).max(LEAST_POINTS));
    let (origin_x, origin_y) = slope.origin();
    let (x, y) = sheet.point(origin_x, origin_y);
    let [x_text, y_text, size_text] = [x, y, size].map(|value| number(value, DECIMALS));
    glyphless::append(content, format_args!("BT /{font} {size_text} Tf 3 Tr "));
    if slope.sin == 0.0 {
        glyphless::append(content, format_args!("{x_text} {y_text} Td"));
    } else {
        let [cos, sin, minus_sin] = [slope.cos, slope.sin, -slope.sin].map(|value| number(value, 6));
        glyphless::append(content, format_args!("{cos} {minus_sin} {sin} {cos} {x_text} {y_text} Tm"));
    }
    let mut at = 0.0;
    for (index, word) in words.iter().enumerate() {
        let step = rounded(sheet.length((word.left - origin_x) / slope.cos) - at);
        at += step;
        let width = sheet.length((word.right - word.left) / slope.cos).max(LEAST_POINTS);
        if step != 0.0 {
            glyphless::append(content, format_args!(" {} 0 Td", number(step, DECIMALS)));
        }
        let scale = number(100.0 * width / (word.ems * size), DECIMALS);
        // The space goes with the word before it: the next one is placed by its own box anyway.
        let mut codes = word.codes.clone();
        codes.extend((index + 1 < words.len()).then_some(1));
        glyphless::append(content, format_args!(" {scale} Tz {} Tj", glyphless::hexadecimal(&codes)));
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
        // 72 pixels are 17.28 points at the samples' 300 dpi.
        let line = samples::line(0, Rect::new(72.0, 72.0, 216.0, 96.0), &["a", "b"]);
        let content = drawn(line);
        assert_eq!(content.matches("BT").count(), 1);
        assert!(content.starts_with("BT /F 5.76 Tf 3 Tr 17.28 151.2 Td"), "{content}");
        assert!(content.contains("<00020001> Tj") && content.contains("<0003> Tj ET"), "{content}");
    }

    #[test]
    fn words_without_legible_characters_are_left_out() {
        assert_eq!(drawn(samples::line(0, Rect::new(0.0, 0.0, 9.0, 9.0), &["\u{feff}"])), "");
    }

    #[test]
    fn a_crooked_line_is_written_on_its_slope() {
        let mut line = samples::line(0, Rect::new(100.0, 100.0, 300.0, 150.0), &["nghiêng"]);
        for (baseline, sign) in [((110.0, 140.0), -1.0), ((140.0, 110.0), 1.0)] {
            line.baseline = baseline;
            let slope = Slope::of(&line);
            assert!(slope.sin * sign < 0.0);
            // The strip's box is the line's box again.
            let width = (200.0 - slope.height * slope.sin.abs()) / slope.cos;
            let high = width * slope.sin.abs() + slope.height * slope.cos;
            assert!((high - 50.0).abs() < 0.01, "{high}");
            assert!(drawn(line.clone()).contains("Tm"));
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
            prop_assert!(!content.contains("NaN") && !content.contains("inf") && !content.contains("e"));
        }
    }
}
