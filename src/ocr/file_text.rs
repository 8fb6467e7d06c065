//! The text of a page, from its file where the file can be believed, and from recognition elsewhere.
//!
//! A file's words are exact where they say what is seen, so that is asked first: a strip of the page is recognised and
//! compared. Pictures, drawn letters and words of fonts that are not trusted are recognised beside them. Where the file
//! disagrees with what is seen, what is seen counts.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::text::{Line, PageText, Word};
use super::{Error, Recognizer, heads, layout, letters};
use crate::base::geometry::{Rect, Size};
use crate::base::units::{Confidence, Dpi};
use crate::intake::text::{Doubt, FileLine, FileText};
use crate::preprocess::Page;
use crate::raster::pixels::Gray;

/// Where a page's text came from, and why.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TextSource {
    /// From where.
    pub kind: TextKind,
    /// Why not all of it, or none, came from the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
}

/// Where a page's text came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// Recognised in the picture.
    #[default]
    Recognized,
    /// Read from the file.
    File,
    /// Some words from the file, the others recognised.
    Both,
}

impl TextKind {
    /// In Vietnamese, for reports.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Recognized => "nhận dạng",
            Self::File => "chữ có sẵn trong tệp",
            Self::Both => "chữ có sẵn trong tệp và nhận dạng",
        }
    }
}

/// What was read on a page.
#[derive(Debug)]
pub struct Reading {
    /// Its text.
    pub text: PageText,
    /// Where the text came from.
    pub source: TextSource,
    /// Why a part of it could not be recognised; the file's own words are there all the same.
    pub fault: Option<Error>,
}

/// Words compared at least, for a strip to tell; the whole page is recognised where there are fewer.
const LEAST_WORDS: usize = 6;

/// The least share of the file's letters whose words recognition must see too.
const AGREES: f32 = 0.7;

/// A page with a smaller share of Vietnamese syllables is recognised whole before its words are believed.
const LEGAL: f32 = 0.75;

/// Height of a strip in inches: three lines of text.
const STRIP_INCHES: f32 = 0.55;

/// Smaller than this either way, in inches, is no place for letters.
const LEAST_INCHES: f32 = 0.04;

/// A recognised word that lies in a file's word by this part is that word.
const SAME: f32 = 0.4;

/// Reads a page: `copy` is its upright and straight copy (0 is black), in the page's pixels.
///
/// # Errors
/// See [`Error`]; only where nothing at all could be read.
pub fn read(recognizer: &dyn Recognizer, copy: &Gray, page: &Page) -> Result<Reading, Error> {
    let Some(file) = page.scan.text.as_deref() else {
        return recognized(recognizer.recognize(copy, page.dpi())?, Vec::new());
    };
    let mut doubts = file.doubts.clone();
    let lines = on_page(file, page);
    if lines.is_empty() {
        return recognized(recognizer.recognize(copy, page.dpi())?, doubts);
    }
    let seen = look(recognizer, copy, (&lines, file.legal_share, page.dpi()))?;
    if seen.agreement < AGREES {
        doubts.push(Doubt::Disagrees { agreement: seen.agreement });
        return recognized(seen.whole.unwrap_or_default(), doubts);
    }
    let places = places(file, page);
    let (rest, fault) = match (seen.whole, places.is_empty()) {
        (_, true) => (PageText::default(), None),
        (Some(text), false) => (text, None),
        (None, false) => match recognizer.recognize(&only(copy, &places), page.dpi()) {
            Ok(text) => (text, None),
            Err(error) if error.costs_only_this_picture() => (PageText::default(), Some(error)),
            Err(error) => return Err(error),
        },
    };
    let rest = beside(rest, &lines, &places);
    let kind = if rest.is_empty() { TextKind::File } else { TextKind::Both };
    let text =
        PageText { lines: layout::numbered(heads::in_reading_order(joined(lines, rest), page.size.width as f32)) };
    Ok(Reading { text, source: TextSource { kind, doubts }, fault })
}

#[allow(clippy::unnecessary_wraps, reason = "every way through `read` ends alike")]
fn recognized(text: PageText, doubts: Vec<Doubt>) -> Result<Reading, Error> {
    Ok(Reading { text, source: TextSource { kind: TextKind::Recognized, doubts }, fault: None })
}

/// What recognition says about the file's words.
struct Seen {
    agreement: f32,
    /// The whole page's text, where all of it was recognised.
    whole: Option<PageText>,
}

/// Compares a strip with the file's words there; the whole page where the strip does not tell, or says no: a strip
/// through a table or a stamp is often misread.
fn look(
    recognizer: &dyn Recognizer,
    copy: &Gray,
    (lines, legal_share, dpi): (&[Line], Option<f32>, Dpi),
) -> Result<Seen, Error> {
    let words = || lines.iter().flat_map(|line| &line.words);
    if legal_share.is_none() && comparable(words()).count() < LEAST_WORDS {
        // A page number by itself is often not recognised at all, and no coding stores digits as others.
        return Ok(Seen { agreement: 1.0, whole: None });
    }
    let strip = strip(lines, copy.size, dpi);
    let within = |word: &&Word| word.bbox.top >= strip.0 as f32 && word.bbox.bottom <= strip.1 as f32;
    let tells = comparable(words().filter(within)).count() >= LEAST_WORDS;
    if tells && legal_share.is_some_and(|share| share >= LEGAL) {
        let agreement = agreement(words().filter(within), &recognizer.recognize(&rows(copy, strip), dpi)?);
        if agreement >= AGREES {
            return Ok(Seen { agreement, whole: None });
        }
    }
    let text = recognizer.recognize(copy, dpi)?;
    Ok(Seen { agreement: agreement(words(), &text), whole: Some(text) })
}

/// First and last row of the strip with most letters.
fn strip(lines: &[Line], size: Size, dpi: Dpi) -> (u32, u32) {
    let height = dpi.value() * STRIP_INCHES;
    let letters = |top: f32| -> usize {
        let inside = |line: &&Line| line.bbox.top >= top && line.bbox.bottom <= top + height;
        lines.iter().filter(inside).flat_map(|line| &line.words).map(|word| word.text.len()).sum()
    };
    // A page has some fifty lines; of one with thousands, the first tell enough.
    let tops = lines.iter().take(400).map(|line| line.bbox.top);
    let top = tops.max_by_key(|&top| letters(top)).unwrap_or_default();
    let margin = height / 6.0;
    let row = |y: f32| (y.max(0.0) as u32).min(size.height);
    (row(top - margin), row(top + height + margin))
}

fn rows(copy: &Gray, (from, to): (u32, u32)) -> Gray {
    let width = copy.size.width as usize;
    let pixels = copy.pixels[from as usize * width..to as usize * width].to_vec();
    Gray { size: Size { width: copy.size.width, height: to - from }, pixels }
}

/// Letters and digits of words, folded; words of marks alone are left out.
fn comparable<'a>(words: impl Iterator<Item = &'a Word>) -> impl Iterator<Item = String> {
    words
        .map(|word| letters::folded(&word.text).chars().filter(|letter| letter.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty())
}

/// Share of the file's letters whose words were recognised too.
fn agreement<'a>(words: impl Iterator<Item = &'a Word>, text: &PageText) -> f32 {
    let mut found: HashMap<String, usize> = HashMap::new();
    comparable(text.words()).for_each(|word| *found.entry(word).or_default() += 1);
    let (mut all, mut both) = (0, 0);
    for word in comparable(words) {
        let length = word.chars().count();
        all += length;
        if let Some(left) = found.get_mut(&word).filter(|left| **left > 0) {
            *left -= 1;
            both += length;
        }
    }
    if all == 0 { 1.0 } else { both as f32 / all as f32 }
}

/// The file's lines in the page's pixels.
fn on_page(file: &FileText, page: &Page) -> Vec<Line> {
    let lines: Vec<Line> = file.lines.iter().flat_map(|line| placed(line, page)).collect();
    let mut block = 0;
    let mut last: Option<Rect> = None;
    let numbered = lines.into_iter().map(|mut line| {
        let gap = last.map_or(0.0, |last| line.bbox.top - last.bottom);
        block += u32::from(gap > line.bbox.height() || gap < -4.0 * line.bbox.height());
        (line.block, last) = (block, Some(line.bbox));
        line
    });
    numbered.collect()
}

/// A line falls or rises by less than this part of its length, on the page or on its side.
const LEVEL: f32 = 0.3;

/// One line; a line for each word where it runs up or down the page; nothing where it is slanted, for the boxes of a
/// watermark's words would lie over the text of the page.
fn placed(line: &FileLine, page: &Page) -> Vec<Line> {
    let picture = page.scan.size();
    let [a, b, c, d, e, f] = page.correction.page_from_picture(picture);
    let point = |(x, y): (f32, f32)| {
        let (x, y) = (f64::from(x), f64::from(y));
        ((a * x + c * y + e) as f32, (b * x + d * y + f) as f32)
    };
    let word = |text: &str, bbox: Rect| Word {
        text: text.to_owned(),
        bbox: page.correction.box_on_page(bbox, picture),
        confidence: Confidence::CERTAIN,
    };
    let words = line.words.iter().map(|own| word(&own.text, own.bbox)).filter(|word| word.bbox.area() > 0.0);
    let (start, end) = (point(line.start), point(line.end));
    let (across, down) = (end.0 - start.0, end.1 - start.1);
    let slope = down / across;
    let level = across > 0.0 && slope.abs() < LEVEL;
    let on_its_side = across.abs() < LEVEL * down.abs() || across < 0.0 && slope.abs() < LEVEL;
    if !level && !on_its_side {
        return Vec::new();
    }
    let whole = |words: Vec<Word>| {
        let bbox = layout::around(&words)?;
        let at = |x: f32| if level { start.1 + slope * (x - start.0) } else { bbox.bottom };
        Some(Line { block: 0, bbox, baseline: (at(bbox.left), at(bbox.right)), words })
    };
    if level {
        whole(words.collect()).into_iter().collect()
    } else {
        words.filter_map(|word| whole(vec![word])).collect()
    }
}

/// Where other writing may stand, in the page's pixels.
fn places(file: &FileText, page: &Page) -> Vec<Rect> {
    let least = page.dpi().value() * LEAST_INCHES;
    let places = file.elsewhere.iter().map(|place| page.correction.box_on_page(*place, page.scan.size()));
    places.filter(|place| place.width() >= least && place.height() >= least).collect()
}

/// The copy, white but in these places.
fn only(copy: &Gray, places: &[Rect]) -> Gray {
    let (width, height) = (copy.size.width as usize, copy.size.height as usize);
    let mut pixels = vec![u8::MAX; copy.pixels.len()];
    for place in places {
        let range = |low: f32, high: f32, most: usize| {
            let low = (low.floor().max(0.0) as usize).min(most);
            low..(high.ceil().max(0.0) as usize).min(most).max(low)
        };
        let columns = range(place.left, place.right, width);
        for row in range(place.top, place.bottom, height) {
            let (from, to) = (row * width + columns.start, row * width + columns.end);
            pixels[from..to].copy_from_slice(&copy.pixels[from..to]);
        }
    }
    Gray { size: copy.size, pixels }
}

/// Recognised lines without the words that are the file's, or that stand where only the file's text can.
fn beside(text: PageText, lines: &[Line], places: &[Rect]) -> Vec<Line> {
    let contains = |place: &Rect, (x, y): (f32, f32)| {
        (place.left..=place.right).contains(&x) && (place.top..=place.bottom).contains(&y)
    };
    let is_file = |word: &Word| {
        let rows = lines.iter().filter(|line| line.bbox.intersection(&word.bbox).is_some());
        let covered: f32 = rows
            .flat_map(|line| &line.words)
            .filter_map(|own| own.bbox.intersection(&word.bbox))
            .map(|both| both.area())
            .sum();
        covered >= SAME * word.bbox.area()
    };
    let rest = text.lines.into_iter().filter_map(|mut line| {
        line.words.retain(|word| places.iter().any(|place| contains(place, word.bbox.center())) && !is_file(word));
        line.bbox = layout::around(&line.words)?;
        Some(line)
    });
    rest.collect()
}

/// Both in one order: each recognised line after the last of the file's lines that is above it.
fn joined(file: Vec<Line>, recognized: Vec<Line>) -> Vec<Line> {
    let middles: Vec<f32> = file.iter().map(|line| line.bbox.center().1).collect();
    let first_block = file.iter().map(|line| line.block).max().unwrap_or_default() + 1;
    let mut after: Vec<(usize, Line)> = recognized
        .into_iter()
        .map(|mut line| {
            line.block += first_block;
            let above = middles.iter().rposition(|&middle| middle < line.bbox.center().1);
            (above.map_or(0, |at| at + 1), line)
        })
        .collect();
    after.sort_by_key(|(at, _)| *at);
    let mut after = after.into_iter().peekable();
    let mut lines = Vec::new();
    for (at, line) in file.into_iter().enumerate() {
        while let Some((_, next)) = after.next_if(|(place, _)| *place <= at) {
            lines.push(next);
        }
        lines.push(line);
    }
    lines.extend(after.map(|(_, line)| line));
    lines
}

#[cfg(test)]
mod tests;
