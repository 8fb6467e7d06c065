//! Page pictures made small: parted into ink and paper, where that reads the same and is much smaller.
//!
//! In: recognised pages. Out: for each its layers, or none and why; the picture as it came is then shown itself. The layers
//! are held against the picture in three ways: by the color of every tenth of an inch, stroke by stroke in every word's
//! box, and by reading again the lines that changed most and all that meet a seal, a stamp or a signature. The last two
//! see what recognition sees, the colored ink dropped.
//! Whatever differs keeps the picture as it came: a smaller file is never worth a word.

mod view;

use std::collections::BTreeMap;

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
    /// The lines that changed most, and all that meet marks.
    Lines,
    /// The whole page, and of it again all lines that differ or meet marks: twice the recognition.
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
    /// The lines that meet marks.
    marked: Vec<&'a Line>,
    before: View<'a>,
    after: View<'a>,
}

impl<'a> Trial<'a> {
    fn new(page: &'a RecognizedPage, picture: &'a Picture, canvas: &'a Canvas, by: &'a Compressor<'a>) -> Self {
        let place = Place::of(&page.page);
        let near = NEAR_MARK * page.page.dpi().value();
        let is_marked = |line: &&Line| line.words.iter().any(|word| meets_mark(word, &page.observed.marks, near));
        let marked: Vec<&Line> = page.text.lines.iter().filter(is_marked).collect();
        let window = place.around_marks(&page.observed.marks, &marked);
        let before = View::new(|window| layers::cut(picture, window), window.as_ref(), place);
        let after = View::new(|window| canvas.part(window), window.as_ref(), place);
        Self { page, canvas, by, place, marked, before, after }
    }

    fn verdict(&self, check: Check, record: &mut Compression) -> Verdict {
        let changes = self.strokes_changed();
        let most = changes.iter().map(|(_, change)| *change).fold(0.0, f32::max);
        record.strokes_changed = Some((most * 1000.0).round() / 1000.0);
        if most > CHANGE_ALLOWED {
            return Verdict::StrokesChanged;
        }
        let lines = match check {
            Check::Lines => Ok(most_changed(changes)),
            Check::Page => self.read_otherwise(),
        };
        lines.and_then(|lines| self.read_again(lines, record)).unwrap_or(Verdict::Failed)
    }

    /// Each line with the change of the word that changed most.
    fn strokes_changed(&self) -> Vec<(&'a Line, f32)> {
        let change = |line: &Line| {
            // Dot leaders are no words.
            let is_word = |word: &&Word| word.confidence.value() >= WORD && word.text.contains(char::is_alphanumeric);
            let words = line.words.iter().filter(is_word);
            words.map(|word| self.change(word.bbox)).fold(0.0, f32::max)
        };
        self.page.text.lines.iter().map(|line| (line, change(line))).collect()
    }

    fn change(&self, word: Rect) -> f32 {
        let window = self.place.window(word, RIM);
        layers::strokes_changed(&self.before.gray(&window), &self.after.gray(&window))
    }

    /// The lines of which the whole page, read again from the layers, lacks a word.
    fn read_otherwise(&self) -> Result<Vec<&'a Line>, ocr::Error> {
        let whole = self.whole_page()?;
        let lacks = |line: &&Line| expected(&[*line], SURE).iter().any(|word| !stands_in(word, &whole));
        Ok(self.page.text.lines.iter().filter(lacks).collect())
    }

    /// What the layers read as, drawn as a page of their own.
    fn whole_page(&self) -> Result<PageText, ocr::Error> {
        let page = &self.page.page;
        let scan = Scan { stated_turn: page.correction.turn, ..page.scan.clone() };
        let options = preprocess::Options { find_turn: false, ..preprocess::Options::default() };
        let Prepared { copy, .. } = preprocess::prepare(scan, &self.canvas.whole(), &options, &|_| 0.0);
        self.by.recognizer.recognize(&copy, page.dpi())
    }

    /// Reads these lines and those that meet marks from the layers, and where a word is missing there, the whole page, and
    /// at last the lines from the picture.
    fn read_again(&self, mut lines: Vec<&'a Line>, record: &mut Compression) -> Result<Verdict, ocr::Error> {
        lines.retain(|line| !self.marked.iter().any(|marked| std::ptr::eq(*marked, *line)));
        let mut expected = expected(&lines, SURE);
        expected.extend(self::expected(&self.marked, WORD));
        lines.extend(&self.marked);
        record.words_read = expected.len();
        if expected.is_empty() {
            return Ok(Verdict::Layered);
        }
        let read = |view: &View<'_>| self.by.recognizer.recognize(&view.strip(&lines), self.page.page.dpi());
        let missing = missing(&expected, &read(&self.after)?);
        if missing.is_empty() {
            return Ok(Verdict::Layered);
        }
        // Lines may read differently once they are cut out of their page: what counts is how the file will be read.
        // Of words that are there twice either may be the one that is missing.
        let whole = self.whole_page()?;
        let is_doubtful = |word: &&&Word| missing.iter().any(|missing| missing.text == word.text);
        let lost = |word: &&&Word| !stands_in(word, &whole);
        let missing: Vec<&Word> = expected.iter().filter(is_doubtful).filter(lost).copied().collect();
        if missing.is_empty() {
            return Ok(Verdict::Layered);
        }
        // What the picture does not give again either is no loss.
        let unread = self::missing(&missing, &read(&self.before)?).len();
        record.words_lost = missing.len() - unread;
        Ok(if record.words_lost == 0 { Verdict::Layered } else { Verdict::WordsLost })
    }
}

fn meets_mark(word: &Word, marks: &[Mark], near: f32) -> bool {
    let around = word.bbox.grown(near);
    marks.iter().any(|mark| mark.place.intersection(&around).is_some())
}

/// The lines that changed most, of those that changed.
fn most_changed(mut changes: Vec<(&Line, f32)>) -> Vec<&Line> {
    changes.retain(|(_, change)| *change > UNCHANGED);
    changes.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let mut count = 0;
    let is_within = |(line, _): &&(&Line, f32)| {
        count += line.words.len();
        count <= READ_AGAIN || count == line.words.len()
    };
    changes.iter().take_while(is_within).map(|(line, _)| *line).collect()
}

/// The words of lines that were read at least so surely.
fn expected<'t>(lines: &[&'t Line], sure: f32) -> Vec<&'t Word> {
    lines.iter().flat_map(|line| &line.words).filter(|word| word.confidence.value() >= sure).collect()
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
