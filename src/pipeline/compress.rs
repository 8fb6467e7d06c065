//! Page pictures made small: parted into ink and paper, where that reads the same and is much smaller.
//!
//! In: recognised pages. Out: for each its layers, or none and why; the picture as it came is then shown itself. The layers
//! are held against the picture in three ways: by the color of every tenth of an inch, stroke by stroke in every word's
//! box, and by reading again the lines that changed most and every changed word that meets a seal, a stamp or a signature. The
//! last two see what recognition sees, the colored ink dropped.
//! Whatever differs keeps the picture as it came: a smaller file is never worth a word.

mod view;

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use crate::base::geometry::Rect;
use crate::config::Pictures;
use crate::intake::{Provenance, Scan};
use crate::ocr::text::{Line, PageText, Word};
use crate::ocr::{self, RecognizedPage, Recognizer};
use crate::pdfa::{Conformance, Shown};
use crate::preprocess::{self, Mark, Prepared};
use crate::raster::layers::{self, Canvas, Layers};
use crate::raster::pixels::Picture;
use crate::raster::{self, Color, Encoded, Encoding, decode, encode};
use view::{Place, View};

/// Layers must be smaller than this part of the picture's own bytes.
const WORTHWHILE: f32 = 0.8;
/// The part of a word's ink that may be lost or added before it is even read again. Print changes by less than 0.02;
/// where a seal's edge or grain runs through it the measure counts their strokes too.
const CHANGE_ALLOWED: f32 = 0.3;
/// By how much, of 255, a tenth of an inch may change its color on a page that was drawn: it is clean and flat, and a lost
/// edge of a colored field is seen. The outside judge of `conformance/pages` allows 20.
const TINT_OF_DRAWN: f32 = 18.0;
/// The same on a scan, whose grain and seals change by up to 32 (office profile, seed 11).
const TINT_OF_SCAN: f32 = 40.0;
/// Words that are at least so sure must be read again as they were.
const SURE: f32 = 0.8;
/// The part of a line's ink that may be lost or added without its being read again: print changes by less than 0.005, a
/// missing dot below a letter is 0.02 of a word.
const UNCHANGED: f32 = 0.01;
/// Words below this are not held against anything: they may be dirt.
const WORD: f32 = 0.5;
/// Words away from marks that are read again, at most about so many: they cost a twentieth of a page.
const READ_AGAIN: usize = 20;
/// Inches around a mark in which words are held to meet it.
const NEAR_MARK: f32 = 0.05;
/// Quality of a JPEG 2000 picture made into JPEG: nothing is seen of it.
const RECODED_QUALITY: u8 = 90;
/// Pixels around a word's box, so that there is paper around a hyphen.
const RIM: f32 = 4.0;

/// What compressing pages takes.
#[derive(Clone, Copy)]
pub struct Compressor<'a> {
    /// Whether pictures are parted, and what is then read again; else they are only recoded where the level asks for it.
    pub parts: Option<Check>,
    /// The level of the file that they are for.
    pub level: Conformance,
    /// Reads lines again.
    pub recognizer: &'a dyn Recognizer,
    /// Limits of the input.
    pub limits: &'a raster::Limits,
}

/// What is read again of layers, before they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The lines that changed most, and the words that changed where they meet marks.
    Lines,
    /// The whole page, and of it again all lines that differ and all words that meet marks: twice the recognition.
    Page,
}

impl Check {
    /// As the settings ask; none where pictures are not to be parted.
    #[must_use]
    pub fn of(pictures: Pictures) -> Option<Self> {
        match pictures {
            Pictures::Layers => Some(Self::Lines),
            Pictures::CheckedLayers => Some(Self::Page),
            Pictures::Archive => None,
        }
    }
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
    /// By how much, 0 to 255, a square of a tenth of an inch changed its color at most.
    pub tint_changed: Option<f32>,
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
    /// As it came: the page was not read, so that nothing could be compared.
    Unread,
    /// As it came: layers would not be much smaller.
    NotSmaller,
    /// As it came: strokes of a word would be lost or added.
    StrokesChanged,
    /// As it came: a place would have another color, such as the edge of a colored field.
    TintChanged,
    /// As it came: a word would read differently.
    WordsLost,
    /// Encoded again without layers: the level does not know its encoding.
    Recoded,
    /// As it came, by the settings.
    Archived,
    /// As it came: parting or reading again failed.
    Failed,
}

/// What pages show, and the decisions, of all pages in parallel; both have an entry for each page.
#[must_use]
pub fn compress(pages: &[RecognizedPage], by: &Compressor<'_>) -> (Vec<Option<Shown>>, Vec<Compression>) {
    pages.par_iter().map(|page| compress_page(page, by)).unzip()
}

fn compress_page(page: &RecognizedPage, by: &Compressor<'_>) -> (Option<Shown>, Compression) {
    let archived = (None, Compression::of(page, Verdict::Archived));
    let (layers, mut record) = by.parts.map_or(archived, |check| try_parting(page, check, by));
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
    /// Why layers were made and refused, or could not be made, and by which measurements.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let Self { verdict, words_read, words_lost, .. } = self;
        let refusals = [Verdict::StrokesChanged, Verdict::TintChanged, Verdict::WordsLost, Verdict::Failed];
        let is_refusal = refusals.contains(verdict);
        let changed = self.strokes_changed.unwrap_or_default();
        let tint = self.tint_changed.unwrap_or_default();
        let found = || {
            format!(
                "{verdict:?}, strokes changed {changed}, color {tint} of 255, words lost {words_lost} of {words_read} read again"
            )
        };
        is_refusal.then(found)
    }

    fn of(page: &RecognizedPage, verdict: Verdict) -> Self {
        let own_bytes = page.page.scan.picture.bytes.len() as u64;
        Self {
            verdict,
            own_bytes,
            layered_bytes: None,
            strokes_changed: None,
            tint_changed: None,
            words_read: 0,
            words_lost: 0,
        }
    }
}

fn try_parting(page: &RecognizedPage, check: Check, by: &Compressor<'_>) -> (Option<Layers>, Compression) {
    let picture = &page.page.scan.picture;
    let mut record = Compression::of(page, Verdict::Failed);
    if matches!(picture.color, Color::Bilevel { .. }) {
        record.verdict = Verdict::Bilevel;
    } else if page.unread.is_some() {
        record.verdict = Verdict::Unread;
    } else if let Ok(picture) = page.page.scan.decoded(by.limits) {
        let layers = parted(page, &picture, (check, by), &mut record);
        return (layers.filter(|_| record.verdict == Verdict::Layered), record);
    }
    (None, record)
}

fn parted(
    page: &RecognizedPage,
    picture: &Picture,
    (check, by): (Check, &Compressor<'_>),
    record: &mut Compression,
) -> Option<Layers> {
    let place = Place::of(&page.page);
    let boxes: Vec<Rect> = page.text.words().map(|word| place.in_picture(word.bbox)).collect();
    let Ok(Some((layers, canvas))) = layers::part(picture, &boxes, page.page.dpi()) else { return None };
    record.layered_bytes = Some(layers.bytes());
    record.verdict = if layers.bytes() as f32 > WORTHWHILE * record.own_bytes as f32 {
        Verdict::NotSmaller
    } else {
        let tint = layers::tint_changed(picture, &canvas, page.page.dpi());
        record.tint_changed = Some((tint * 10.0).round() / 10.0);
        let is_drawn = page.page.scan.provenance == Provenance::Rendered;
        if tint > if is_drawn { TINT_OF_DRAWN } else { TINT_OF_SCAN } {
            Verdict::TintChanged
        } else {
            Trial::new(page, picture, &canvas, by).verdict(check, record)
        }
    };
    Some(layers)
}

/// A page's layers held against its picture.
struct Trial<'a> {
    page: &'a RecognizedPage,
    canvas: &'a Canvas,
    by: &'a Compressor<'a>,
    place: Place,
    before: View<'a>,
    after: View<'a>,
}

/// A line whose words were compared.
struct Compared<'a> {
    line: &'a Line,
    words: Vec<Change>,
}

/// What became of a word.
struct Change {
    /// The part of its ink that was lost or added.
    strokes: f32,
    /// Whether it meets a mark.
    is_marked: bool,
}

/// Words of a line that are cut out together.
struct Piece<'a> {
    line: &'a Line,
    words: Range<usize>,
    /// Those that must be read as they were.
    expected: Vec<&'a Word>,
}

impl<'a> Trial<'a> {
    fn new(page: &'a RecognizedPage, picture: &'a Picture, canvas: &'a Canvas, by: &'a Compressor<'a>) -> Self {
        let place = Place::of(&page.page);
        let near = near_marks(page);
        let is_marked = |line: &&Line| line.words.iter().any(|word| meets_mark(word, &page.observed.marks, near));
        let marked: Vec<&Line> = page.text.lines.iter().filter(is_marked).collect();
        let window = place.around_marks(&page.observed.marks, &marked);
        let before = View::new(|window| layers::cut(picture, window), window.as_ref(), place);
        let after = View::new(|window| canvas.part(window), window.as_ref(), place);
        Self { page, canvas, by, place, before, after }
    }

    fn verdict(&self, check: Check, record: &mut Compression) -> Verdict {
        let compared = self.compared();
        let most = compared.iter().map(|line| line.most(|_| true)).fold(0.0, f32::max);
        record.strokes_changed = Some((most * 1000.0).round() / 1000.0);
        if most > CHANGE_ALLOWED {
            return Verdict::StrokesChanged;
        }
        let pieces = match check {
            Check::Lines => Ok(most_changed(&compared)),
            Check::Page => self.read_otherwise(&compared),
        };
        pieces.and_then(|pieces| self.read_again(&pieces, record)).unwrap_or(Verdict::Failed)
    }

    fn compared(&self) -> Vec<Compared<'a>> {
        let near = near_marks(self.page);
        let change = |word: &Word| {
            // Dot leaders are no words.
            let is_word = word.confidence.value() >= WORD && word.text.contains(char::is_alphanumeric);
            Change {
                strokes: if is_word { self.strokes_changed(word.bbox) } else { 0.0 },
                is_marked: meets_mark(word, &self.page.observed.marks, near),
            }
        };
        let words = |line: &Line| line.words.iter().map(change).collect();
        self.page.text.lines.iter().map(|line| Compared { line, words: words(line) }).collect()
    }

    fn strokes_changed(&self, word: Rect) -> f32 {
        let window = self.place.window(word, RIM);
        layers::strokes_changed(&self.before.gray(&window), &self.after.gray(&window))
    }

    /// The lines of which the whole page, read again from the layers, lacks a word, and all words that meet marks.
    fn read_otherwise(&self, compared: &[Compared<'a>]) -> Result<Vec<Piece<'a>>, ocr::Error> {
        let whole = self.whole_page()?;
        let lacks = |line: &Compared<'_>| line.line.words.iter().any(|word| is_sure(word) && !stands_in(word, &whole));
        Ok(compared
            .iter()
            .filter_map(|line| if lacks(line) { Some(line.whole()) } else { line.marked(|_| true) })
            .collect())
    }

    /// What the layers read as, drawn as a page of their own.
    fn whole_page(&self) -> Result<PageText, ocr::Error> {
        let page = &self.page.page;
        let scan = Scan { stated_turn: page.correction.turn, ..page.scan.clone() };
        let options = preprocess::Options { find_turn: false, ..preprocess::Options::default() };
        let Prepared { copy, .. } = preprocess::prepare(scan, &self.canvas.whole(), &options, &|_| 0.0);
        self.by.recognizer.recognize(&copy, page.dpi())
    }

    /// Reads pieces from the layers; what is missing there, from the picture; and what only the picture gives, from the whole
    /// page drawn from the layers, which is how the file will be read: cut out of their page, words may read differently.
    fn read_again(&self, pieces: &[Piece<'a>], record: &mut Compression) -> Result<Verdict, ocr::Error> {
        let expected: Vec<&Word> = pieces.iter().flat_map(|piece| &piece.expected).copied().collect();
        record.words_read = expected.len();
        if expected.is_empty() {
            return Ok(Verdict::Layered);
        }
        let boxes: Vec<Rect> = pieces.iter().map(Piece::bbox).collect();
        let read = |view: &View<'_>| self.by.recognizer.recognize(&view.strip(&boxes), self.page.page.dpi());
        let missing = missing(&expected, &read(&self.after)?);
        if missing.is_empty() {
            return Ok(Verdict::Layered);
        }
        // What the picture does not give again either is no loss. Of words that are there twice either may be the one that is missing.
        let unread = self::missing(&missing, &read(&self.before)?);
        let is_given = |word: &&&Word| count(&missing, word) > count(&unread, word);
        let given: Vec<&Word> = expected.iter().filter(is_given).copied().collect();
        if given.is_empty() {
            return Ok(Verdict::Layered);
        }
        let whole = self.whole_page()?;
        record.words_lost = given.iter().filter(|word| !stands_in(word, &whole)).count();
        Ok(if record.words_lost == 0 { Verdict::Layered } else { Verdict::WordsLost })
    }
}

impl<'a> Compared<'a> {
    /// The most that a word changed, of those that `counts` takes.
    fn most(&self, counts: impl Fn(&Change) -> bool) -> f32 {
        self.words.iter().filter(|change| counts(change)).map(|change| change.strokes).fold(0.0, f32::max)
    }

    fn whole(&self) -> Piece<'a> {
        let is_expected =
            |(word, change): &(&'a Word, &Change)| is_sure(word) || change.is_marked && word.confidence.value() >= WORD;
        let expected = self.line.words.iter().zip(&self.words).filter(is_expected).map(|(word, _)| word).collect();
        Piece { line: self.line, words: 0..self.line.words.len(), expected }
    }

    /// The words that meet marks and that `counts` takes, with one more on either side; none where there are none.
    fn marked(&self, counts: impl Fn(&Change) -> bool) -> Option<Piece<'a>> {
        let is_meant =
            |(word, change): &(&Word, &Change)| change.is_marked && counts(change) && word.confidence.value() >= WORD;
        let meant: Vec<usize> =
            (0..self.words.len()).filter(|place| is_meant(&(&self.line.words[*place], &self.words[*place]))).collect();
        let (first, last) = (*meant.first()?, *meant.last()?);
        let words = first.saturating_sub(1)..(last + 2).min(self.words.len());
        let expected = meant.into_iter().map(|place| &self.line.words[place]).collect();
        Some(Piece { line: self.line, words, expected })
    }
}

impl Piece<'_> {
    /// From its first word to its last, as high as its line.
    fn bbox(&self) -> Rect {
        let words = self.line.words[self.words.clone()].iter().map(|word| word.bbox);
        let around = words.reduce(|around, word| around.union(&word)).unwrap_or(self.line.bbox);
        Rect { top: self.line.bbox.top, bottom: self.line.bbox.bottom, ..around }
    }
}

fn is_sure(word: &Word) -> bool {
    word.confidence.value() >= SURE
}

fn count(words: &[&Word], like: &Word) -> usize {
    words.iter().filter(|word| word.text == like.text).count()
}

fn near_marks(page: &RecognizedPage) -> f32 {
    NEAR_MARK * page.page.dpi().value()
}

fn meets_mark(word: &Word, marks: &[Mark], near: f32) -> bool {
    let around = word.bbox.grown(near);
    marks.iter().any(|mark| mark.place.intersection(&around).is_some())
}

/// The lines that changed most away from marks, as many as [`READ_AGAIN`] allows, and all words that changed where they meet marks.
fn most_changed<'a>(compared: &[Compared<'a>]) -> Vec<Piece<'a>> {
    let away = |line: &Compared<'_>| line.most(|change| !change.is_marked);
    let mut by_change: Vec<(f32, &Compared<'a>)> = compared.iter().map(|line| (away(line), line)).collect();
    by_change.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (mut count, mut pieces) = (0, Vec::new());
    for (change, line) in by_change {
        let words = line.words.len();
        if change > UNCHANGED && (count == 0 || count + words <= READ_AGAIN) {
            count += words;
            pieces.push(line.whole());
        } else {
            pieces.extend(line.marked(|change| change.strokes > UNCHANGED));
        }
    }
    pieces
}

/// Those of the expected words that a text does not have, as often as they are missing.
fn missing<'t>(expected: &[&'t Word], text: &PageText) -> Vec<&'t Word> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    text.words().for_each(|word| *found.entry(word.text.as_str()).or_default() += 1);
    let is_missing = |word: &&&Word| match found.get_mut(word.text.as_str()) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    expected.iter().filter(is_missing).copied().collect()
}

/// Whether a page's text has a word at its place.
fn stands_in(word: &Word, text: &PageText) -> bool {
    text.words().any(|other| other.text == word.text && other.bbox.intersection(&word.bbox).is_some())
}

#[cfg(test)]
mod tests;
