//! Recognition without Tesseract, for tests of the whole chain.

use super::text::{Line, PageText, Word};
use super::{Error, Recognizer, layout};
use crate::base::geometry::Rect;
use crate::base::units::{Confidence, Dpi};
use crate::raster::pixels::Gray;

/// Syllables that computed words are made of.
const SYLLABLES: [&str; 16] = [
    "quyết", "định", "ủy", "ban", "nhân", "dân", "tỉnh", "về", "việc", "cấp", "giấy", "chứng", "nhận", "đất", "ở",
    "năm",
];

/// Pixels darker than this are ink.
const INK: u8 = 128;

/// Blank pixels between words, as a part of the line's height.
const SPACE: f32 = 0.3;

type Read = dyn Fn(&Gray, Dpi) -> Result<PageText, Error> + Send + Sync;

/// A recogniser that answers at once and always the same.
pub struct Fake {
    read: Box<Read>,
}

impl Fake {
    /// Answers with what `read` gives.
    #[must_use]
    pub fn new(read: impl Fn(&Gray, Dpi) -> Result<PageText, Error> + Send + Sync + 'static) -> Self {
        Self { read: Box::new(read) }
    }

    /// Finds lines and words by their ink, and gives each word a syllable computed from its pixels: boxes are true,
    /// words are not, and the same picture has the same text.
    #[must_use]
    pub fn computed() -> Self {
        Self::new(|copy, _| Ok(compute(copy)))
    }

    /// Answers every picture with this text.
    #[must_use]
    pub fn canned(text: PageText) -> Self {
        Self::new(move |_, _| Ok(text.clone()))
    }
}

impl Recognizer for Fake {
    fn recognize(&self, copy: &Gray, dpi: Dpi) -> Result<PageText, Error> {
        (self.read)(copy, dpi)
    }

    /// The mean confidence of the text: every strip is upright that has any.
    fn legibility(&self, strip: &Gray, dpi: Dpi) -> Result<f32, Error> {
        Ok((self.read)(strip, dpi)?.confidence().map_or(0.0, Confidence::value))
    }
}

fn compute(copy: &Gray) -> PageText {
    let width = copy.size.width as usize;
    if width == 0 {
        return PageText::default();
    }
    let rows: Vec<&[u8]> = copy.pixels.chunks_exact(width).collect();
    let inked = rows.iter().map(|row| row.iter().any(|&pixel| pixel < INK)).collect::<Vec<_>>();
    let lines = runs(&inked, 1).into_iter().filter_map(|(top, bottom)| line(&rows[top..bottom], top)).collect();
    PageText { lines }
}

fn line(rows: &[&[u8]], top: usize) -> Option<Line> {
    let width = rows.first()?.len();
    let height = rows.len();
    let inked: Vec<bool> = (0..width).map(|x| rows.iter().any(|row| row[x] < INK)).collect();
    let space = ((height as f32 * SPACE) as usize).max(1);
    let word = |(left, right): (usize, usize)| {
        let ink = rows.iter().flat_map(|row| &row[left..right]).filter(|&&pixel| pixel < INK).count();
        Word {
            text: SYLLABLES[ink % SYLLABLES.len()].to_owned(),
            bbox: Rect::new(left as f32, top as f32, right as f32, (top + height) as f32),
            confidence: Confidence::clamped(0.9),
        }
    };
    let words: Vec<Word> = runs(&inked, space).into_iter().map(word).collect();
    let bbox = layout::around(&words)?;
    Some(Line { block: 0, bbox, baseline: (bbox.bottom, bbox.bottom), words })
}

/// Ranges of `true` with fewer than `space` of `false` between.
fn runs(marks: &[bool], space: usize) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in (0..marks.len()).filter(|&at| marks[at]) {
        match runs.last_mut() {
            Some((_, end)) if at < *end + space => *end = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;

    fn picture(ink: &[(usize, usize, usize, usize)]) -> Gray {
        let (width, height) = (100, 60);
        let mut pixels = vec![255; width * height];
        for &(left, top, right, bottom) in ink {
            for y in top..bottom {
                pixels[y * width + left..y * width + right].fill(0);
            }
        }
        Gray { size: Size { width: 100, height: 60 }, pixels }
    }

    fn dpi() -> Dpi {
        Dpi::new(300.0).expect("in range")
    }

    #[test]
    fn words_are_where_the_ink_is() {
        let copy = picture(&[(10, 10, 30, 20), (40, 10, 60, 20), (10, 40, 20, 50)]);
        let text = Fake::computed().recognize(&copy, dpi()).expect("always");
        assert_eq!(text.lines.iter().map(|line| line.words.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(text.lines[0].words[1].bbox, Rect::new(40.0, 10.0, 60.0, 20.0));
        assert_eq!(text, Fake::computed().recognize(&copy, dpi()).expect("always"));
    }

    #[test]
    fn a_blank_page_has_no_text() {
        let fake = Fake::computed();
        assert_eq!(fake.recognize(&picture(&[]), dpi()).expect("always"), PageText::default());
        assert!(fake.legibility(&picture(&[]), dpi()).expect("always") < 0.1);
        assert!(fake.legibility(&picture(&[(10, 10, 30, 20)]), dpi()).expect("always") > 0.6);
    }

    #[test]
    fn any_answer_can_be_given() {
        let size = Size { width: 1, height: 1 };
        let fake = Fake::new(move |_, _| Err(Error::Refused { size, reason: "none today".to_owned() }));
        assert!(fake.recognize(&picture(&[]), dpi()).is_err());
    }
}
