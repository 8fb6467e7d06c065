//! Page pictures made small: parted into ink and paper, where that reads the same and is much smaller.
//!
//! In: recognised pages. Out: for each its layers, or none and why; the picture as it came is then shown itself. The layers
//! are held against the picture in two ways: stroke by stroke in every word's box, and by reading again the lines that
//! changed most. Whatever differs keeps the picture as it came: a smaller file is never worth a word.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::base::geometry::{Rect, Size};
use crate::ocr::text::{Line, PageText, Word};
use crate::ocr::{RecognizedPage, Recognizer};
use crate::pdfa::{Conformance, Shown};
use crate::preprocess::{Correction, Page};
use crate::raster::layers::{self, Canvas, Layers, Window};
use crate::raster::pixels::{Gray, Picture};
use crate::raster::{self, Color, Encoded, Encoding, decode, encode, filter};

/// Layers must be smaller than this part of the picture's own bytes.
const WORTHWHILE: f32 = 0.8;
/// The part of a word's ink that may be lost or added before it is even read again. Print changes by less than 0.02, print
/// under a seal by up to 0.25, where the seal's own edges count too.
const CHANGE_ALLOWED: f32 = 0.3;
/// Words that are at least so sure must be read again as they were.
const SURE: f32 = 0.8;
/// Words below this are not held against anything: they may be dirt.
const WORD: f32 = 0.5;
/// Words that are read again, at most about so many: they cost a twentieth of a page.
const READ_AGAIN: usize = 20;
/// Quality of a JPEG 2000 picture made into JPEG: nothing is seen of it.
const RECODED_QUALITY: u8 = 90;
/// Pixels around a word's box, so that there is paper around a hyphen.
const RIM: f32 = 4.0;

/// What compressing pages takes.
#[derive(Clone, Copy)]
pub struct Compressor<'a> {
    /// Whether pictures are parted; else they are only recoded where the level asks for it.
    pub parts: bool,
    /// The level of the file that they are for.
    pub level: Conformance,
    /// Reads lines again.
    pub recognizer: &'a dyn Recognizer,
    /// Limits of the input.
    pub limits: &'a raster::Limits,
}

/// What was decided about a page's picture, and by which measurements.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compression {
    /// The decision.
    pub verdict: Verdict,
    /// Bytes of the picture as it came.
    pub own_bytes: u64,
    /// Bytes of its layers, where it was parted.
    pub layered_bytes: Option<u64>,
    /// The largest part of a word's ink that the layers lost or added.
    pub strokes_changed: Option<f32>,
    /// Words that were read again from the layers.
    pub words_read: usize,
    /// Those of them that the picture as it came gives twice, and the layers do not.
    pub words_lost: usize,
}

/// How a page's picture goes into its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As layers.
    Layered,
    /// As it came: one bit a pixel is small.
    Bilevel,
    /// As it came: words lie under a seal, a stamp or a signature. Reading them again takes the colored ink away first, as
    /// strips do not, so that their loss would go unseen (seen once: a signer's name under a seal).
    UnderMark,
    /// As it came: the page was not read, so that nothing could be compared.
    Unread,
    /// As it came: layers would not be much smaller.
    NotSmaller,
    /// As it came: strokes of a word would be lost or added.
    StrokesChanged,
    /// As it came: a word would read differently.
    WordsLost,
    /// Encoded again without layers: the level does not know its encoding.
    Recoded,
    /// As it came, by the settings.
    Archived,
    /// As it came: parting or reading again failed.
    Failed,
}

impl Verdict {
    /// Whether layers were made and refused, or could not be made.
    pub(super) fn is_refusal(self) -> bool {
        matches!(self, Self::StrokesChanged | Self::WordsLost | Self::Failed)
    }
}

/// What pages show, and the decisions, of all pages in parallel; both have an entry for each page.
#[must_use]
pub fn compress(pages: &[RecognizedPage], by: &Compressor<'_>) -> (Vec<Option<Shown>>, Vec<Compression>) {
    pages.par_iter().map(|page| compress_page(page, by)).unzip()
}

fn compress_page(page: &RecognizedPage, by: &Compressor<'_>) -> (Option<Shown>, Compression) {
    let (layers, mut record) =
        if by.parts { try_parting(page, by) } else { (None, Compression::of(page, Verdict::Archived)) };
    let shown = layers.map(|layers| Shown::Layers(Box::new(layers))).or_else(|| {
        let recoded = recoded(&page.page.scan.picture, by)?;
        record.verdict = Verdict::Recoded;
        Some(Shown::Recoded(recoded))
    });
    (shown, record)
}

/// The picture in an encoding that PDF 1.4 knows, where its own is none.
fn recoded(picture: &Encoded, by: &Compressor<'_>) -> Option<Encoded> {
    if by.level != Conformance::A1b || picture.encoding != Encoding::Jpeg2000 {
        return None;
    }
    let picture = decode(picture, by.limits).ok()?;
    encode::jpeg(&picture, RECODED_QUALITY, encode::Chroma::Full).ok()
}

impl Compression {
    fn of(page: &RecognizedPage, verdict: Verdict) -> Self {
        let own_bytes = page.page.scan.picture.bytes.len() as u64;
        Self { verdict, own_bytes, layered_bytes: None, strokes_changed: None, words_read: 0, words_lost: 0 }
    }
}

fn try_parting(page: &RecognizedPage, by: &Compressor<'_>) -> (Option<Layers>, Compression) {
    let picture = &page.page.scan.picture;
    let mut record = Compression::of(page, Verdict::Failed);
    if matches!(picture.color, Color::Bilevel { .. }) {
        record.verdict = Verdict::Bilevel;
    } else if page.unread.is_some() {
        record.verdict = Verdict::Unread;
    } else if has_words_under_marks(page) {
        record.verdict = Verdict::UnderMark;
    } else if let Ok(picture) = page.page.scan.decoded(by.limits) {
        let layers = parted(page, &picture, by, &mut record);
        return (layers.filter(|_| record.verdict == Verdict::Layered), record);
    }
    (None, record)
}

fn has_words_under_marks(page: &RecognizedPage) -> bool {
    let is_marked = |word: &Word| page.observed.marks.iter().any(|mark| mark.place.intersection(&word.bbox).is_some());
    page.text.words().any(is_marked)
}

fn parted(page: &RecognizedPage, picture: &Picture, by: &Compressor<'_>, record: &mut Compression) -> Option<Layers> {
    let place = Place::of(&page.page);
    let boxes: Vec<Rect> = page.text.words().map(|word| place.in_picture(word.bbox)).collect();
    let Ok(Some((layers, canvas))) = layers::part(picture, &boxes, page.page.dpi()) else { return None };
    record.layered_bytes = Some(layers.bytes());
    let views = Views { picture, canvas: &canvas, place };
    record.verdict = if layers.bytes() as f32 > WORTHWHILE * record.own_bytes as f32 {
        Verdict::NotSmaller
    } else {
        let changes = views.strokes_changed(&page.text);
        let most = changes.iter().map(|(_, change)| *change).fold(0.0, f32::max);
        record.strokes_changed = Some((most * 1000.0).round() / 1000.0);
        if most > CHANGE_ALLOWED { Verdict::StrokesChanged } else { views.read_again(changes, page, by, record) }
    };
    Some(layers)
}

/// Where a page's pixels lie in its picture.
#[derive(Clone, Copy)]
struct Place {
    correction: Correction,
    picture: Size,
}

impl Place {
    fn of(page: &Page) -> Self {
        Self { correction: page.correction, picture: page.scan.size() }
    }

    fn in_picture(&self, place: Rect) -> Rect {
        self.correction.box_in_picture(place, self.picture)
    }
}

/// The picture as it came, and as its layers show it.
struct Views<'a> {
    picture: &'a Picture,
    canvas: &'a Canvas,
    place: Place,
}

impl Views<'_> {
    /// Each line with the change of the word that changed most.
    fn strokes_changed<'t>(&self, text: &'t PageText) -> Vec<(&'t Line, f32)> {
        let change = |line: &Line| {
            let words = line.words.iter().filter(|word| word.confidence.value() >= WORD);
            words.map(|word| self.change(word.bbox)).fold(0.0, f32::max)
        };
        text.lines.iter().map(|line| (line, change(line))).collect()
    }

    fn change(&self, word: Rect) -> f32 {
        let Rect { left, top, right, bottom } = self.place.in_picture(word);
        let around = Rect::new(left - RIM, top - RIM, right + RIM, bottom + RIM);
        let window = Window::around(around, self.place.picture);
        layers::strokes_changed(&layers::cut(self.picture, &window), &self.canvas.gray(&window))
    }

    /// Reads the lines that changed most from the layers, and where a word is missing there, from the picture too.
    fn read_again(
        &self,
        mut changes: Vec<(&Line, f32)>,
        page: &RecognizedPage,
        by: &Compressor<'_>,
        record: &mut Compression,
    ) -> Verdict {
        changes.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let mut count = 0;
        let is_within = |(line, _): &&(&Line, f32)| {
            count += line.words.len();
            count <= READ_AGAIN || count == line.words.len()
        };
        let lines: Vec<&Line> = changes.iter().take_while(is_within).map(|(line, _)| *line).collect();
        let sure = lines.iter().flat_map(|line| &line.words).filter(|word| word.confidence.value() >= SURE);
        let expected: Vec<&str> = sure.map(|word| word.text.as_str()).collect();
        record.words_read = expected.len();
        if expected.is_empty() {
            return Verdict::Layered;
        }
        let read = |look: &dyn Fn(&Window) -> Gray| by.recognizer.recognize(&self.strip(&lines, look), page.page.dpi());
        let Ok(after) = read(&|window| self.canvas.gray(window)) else { return Verdict::Failed };
        let missing = missing(&expected, &after);
        if missing.is_empty() {
            return Verdict::Layered;
        }
        // What reads differently once it is cut out of its page is no loss.
        let Ok(before) = read(&|window| layers::cut(self.picture, window)) else { return Verdict::Failed };
        let unread = self::missing(&missing, &before).len();
        record.words_lost = missing.len() - unread;
        if record.words_lost == 0 { Verdict::Layered } else { Verdict::WordsLost }
    }

    /// Lines one under the other, upright and straight, as `look` shows them.
    fn strip(&self, lines: &[&Line], look: &dyn Fn(&Window) -> Gray) -> Gray {
        let parts: Vec<Gray> = lines.iter().map(|line| self.upright(line.bbox, look)).collect();
        let width = parts.iter().map(|part| part.size.width).max().unwrap_or_default();
        let mut pixels = Vec::new();
        for part in &parts {
            let paper = filter::percentile(&filter::histogram(&part.pixels), 0.8);
            let gap = (part.size.height / 2 * width) as usize;
            pixels.resize(pixels.len() + gap, paper);
            for row in part.pixels.chunks_exact(part.size.width.max(1) as usize) {
                pixels.extend_from_slice(row);
                pixels.resize(pixels.len() + (width - part.size.width) as usize, paper);
            }
            pixels.resize(pixels.len() + gap, paper);
        }
        let height = pixels.len().checked_div(width as usize).unwrap_or_default() as u32;
        Gray { size: Size { width, height }, pixels }
    }

    /// A box of the page, with a rim of a third of its height, out of the turned and skewed picture.
    fn upright(&self, place: Rect, look: &dyn Fn(&Window) -> Gray) -> Gray {
        let rim = place.height() / 3.0;
        let page = self.place.correction.page_size(self.place.picture);
        let around = Rect::new(place.left - rim, place.top - rim, place.right + rim, place.bottom + rim);
        let target = Window::around(around, page);
        let [left, right] = [target.columns.start as f32, target.columns.end as f32];
        let [top, bottom] = [target.rows.start as f32, target.rows.end as f32];
        let source = Window::around(self.place.in_picture(Rect::new(left, top, right, bottom)), self.place.picture);
        let seen = look(&source);
        let [a, b, c, d, e, f] = self.place.correction.picture_from_page(self.place.picture);
        let (offset_x, offset_y) = (source.columns.start as f64, source.rows.start as f64);
        let mut pixels = Vec::with_capacity(target.columns.len() * target.rows.len());
        for y in target.rows.clone() {
            for x in target.columns.clone() {
                let (x, y) = (x as f64 + 0.5, y as f64 + 0.5);
                pixels.push(sample(&seen, a * x + c * y + e - offset_x, b * x + d * y + f - offset_y));
            }
        }
        Gray { size: target.size(), pixels }
    }
}

/// The value at a point, between the four pixels around it by straight lines; the edge's beyond the edge.
fn sample(picture: &Gray, x: f64, y: f64) -> u8 {
    let Size { width, height } = picture.size;
    if width == 0 || height == 0 {
        return u8::MAX;
    }
    let split = |at: f64, most: u32| {
        let at = (at - 0.5).clamp(0.0, f64::from(most - 1));
        (at as usize, (at as usize + 1).min(most as usize - 1), at.fract())
    };
    let ((left, right, across), (above, below, down)) = (split(x, width), split(y, height));
    let value = |x: usize, y: usize| f64::from(picture.pixels[y * width as usize + x]);
    let mix = |a: f64, b: f64, part: f64| a + (b - a) * part;
    let (upper, lower) =
        (mix(value(left, above), value(right, above), across), mix(value(left, below), value(right, below), across));
    mix(upper, lower, down).round() as u8
}

/// Those of the expected words that a text does not have, as often as they are missing.
fn missing<'t>(expected: &[&'t str], text: &PageText) -> Vec<&'t str> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    text.words().for_each(|word| *found.entry(word.text.as_str()).or_default() += 1);
    let is_missing = |word: &&&str| match found.get_mut(**word) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    expected.iter().filter(is_missing).copied().collect()
}

#[cfg(test)]
mod tests;
