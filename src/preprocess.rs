//! A scan becomes an upright page, and a copy of its picture for recognition.
//!
//! In: [`Scan`] and its decoded picture. Out: [`Page`] and [`Prepared`]. The archived picture keeps its
//! pixels: a turn and a deskew are recorded in [`Correction`] and applied where the picture is placed on
//! the page. Only the copy is turned, rotated, and freed of seals, shadows and borders.
//! The resolution never changes. Decree 30/2020 asks for a true image; hence nothing here reaches the archive.
//! Knows no recognizer: where the way up is in doubt, the caller's reader is asked.

mod blank;
mod clean;
mod correction;
#[cfg(test)]
mod drawn;
mod inks;
mod quality;
mod skew;
mod survey;
mod upright;

use serde::{Deserialize, Serialize};

use crate::base::geometry::{Rect, Size, Turn};
use crate::base::units::{Dpi, PageNumber};
use crate::intake::Scan;
use crate::raster::filter;
use crate::raster::pixels::{Gray, Picture};
use survey::Survey;

pub use correction::Correction;
pub use quality::{Quality, Strokes};

/// An upright page. Pixel coordinates from here on are those of the corrected page at `dpi`.
#[derive(Debug, Clone)]
pub struct Page {
    /// The scan with the input's own picture.
    pub scan: Scan,
    /// Size of the corrected page in pixels at the scan's resolution.
    pub size: Size,
    /// What was done to it.
    pub correction: Correction,
}

/// A page and the copy of its picture that recognition works on.
#[derive(Debug)]
pub struct Prepared {
    /// The page.
    pub page: Page,
    /// Upright, straight, cleaned; same size as the page, so its pixels are the page's.
    pub copy: Gray,
    /// What was seen on it.
    pub observed: Observed,
}

/// What was seen on a page, and by which measurements it was set upright: for its record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// Seals, stamps and signatures in colored ink, from the top.
    pub marks: Vec<Mark>,
    /// By what the correction was decided.
    pub basis: Basis,
    /// How good the scan is; none where nobody measured it.
    pub quality: Option<Quality>,
}

/// Colored ink that is not print: it stays in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Its color.
    pub ink: Ink,
    /// Its shape.
    pub kind: MarkKind,
    /// Where it is, in pixels of the page.
    pub place: Rect,
}

/// Color of an ink, as far as recognition has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ink {
    /// Seals and stamps of offices (Decree 30/2020, Article 33).
    Red,
    /// Signatures (Decree 30/2020, Article 13), handwriting, some stamps.
    Blue,
}

/// What a mark looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// A disc of 20 to 53 mm with a ring.
    RoundSeal,
    /// Small letters in a frame or in rows: the stamp of an incoming document, of a copy, of a name.
    TextStamp,
    /// A few long strokes of a blue pen.
    Signature,
    /// Any other: a colored figure, a note by hand.
    Other,
}

/// By what a correction was decided: for the page's record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// Share of the page that strokes cover, 0 to 1: what tells a blank page.
    #[serde(default)]
    pub ink_share: f32,
    /// Groups of ink that look like letters or words.
    pub words: u32,
    /// Degrees clockwise by which lines were found to fall, before anything was straightened; 0 without lines.
    pub slope_degrees: f32,
    /// How much clearer lines stand out along that slope than along others; 1 is not at all.
    pub slope_clarity: f32,
    /// Halves of the page fall alike.
    #[serde(default)]
    pub slope_agreed: bool,
    /// Strips shown to the reader; 0 where the page was surely upright.
    pub probes: u32,
    /// The copy's light was made even.
    pub leveled: bool,
    /// Black borders or punched holes were whitened in the copy.
    pub whitened: bool,
}

/// What is done to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Look for the way up beyond the turn that the file states.
    pub find_turn: bool,
    /// Straighten lines that fall by more than 0.2 degrees.
    pub deskew: bool,
    /// Free the copy of seals, uneven light, borders and holes.
    pub clean: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { find_turn: true, deskew: true, clean: true }
    }
}

impl Page {
    /// Its place in the document.
    #[must_use]
    pub fn number(&self) -> PageNumber {
        self.scan.number
    }

    /// Resolution.
    #[must_use]
    pub fn dpi(&self) -> Dpi {
        self.scan.dpi
    }
}

/// Makes a scan upright and straight, and a copy for recognition.
///
/// `picture` is the scan's picture as encoded: no turn of its file (EXIF, `/Rotate`) applied yet.
/// `legibility` recognizes a strip of at most 4 by 1 inches, a few lines of text at the scan's resolution, and says
/// how well that went: 0 not at all, 1 every word surely. The thresholds were measured with the words'
/// mean confidence, weighted by their letters and digits, over all characters; 0 below 8 characters. It is asked only
/// where the shape of lines leaves a doubt about the way up, or asks for a turn: of 235 pages of central decrees
/// and provincial decisions, 23. Blank pages and those with few words keep the stated turn.
#[must_use]
pub fn prepare(scan: Scan, picture: &Picture, options: &Options, legibility: &dyn Fn(&Gray) -> f32) -> Prepared {
    let (gray, patches) = if options.clean { in_gray(picture, scan.dpi) } else { (filter::gray(picture), Vec::new()) };
    let picture_size = gray.size;
    let mut sheet = Sheet::new(gray, scan.stated_turn, scan.dpi);
    let ink_share = blank::ink_share(&sheet.survey);
    // A seal is dropped from the copy, and yet it is there.
    let blank = blank::is_blank(ink_share) && patches.is_empty();
    let mut basis = Basis { ink_share, words: sheet.survey.words() as u32, ..Basis::default() };
    if options.find_turn && !blank {
        let found = upright::find(&sheet.gray, &sheet.survey, legibility);
        basis.probes = found.probes;
        sheet = sheet.turned(found.turn, scan.dpi);
    }
    let mut deskew_degrees = 0.0;
    if options.deskew && !blank {
        let slope = skew::slope(&sheet.survey);
        basis.take_slope(slope);
        deskew_degrees = slope.correction();
    }
    let quality = Some(quality::measure(&sheet.gray, &sheet.survey, is_bilevel(picture)));
    if options.clean && !blank {
        (basis.leveled, basis.whitened) = clean::clean(&mut sheet.gray, &sheet.survey);
    }
    let copy = if deskew_degrees == 0.0 { sheet.gray } else { filter::rotate(&sheet.gray, deskew_degrees) };
    let correction = Correction { turn: sheet.turn, deskew_degrees, blank };
    let marks = patches.iter().map(|patch| patch.on_page(correction, picture_size)).collect();
    let observed = Observed { marks, basis, quality };
    Prepared { page: Page { scan, size: copy.size, correction }, copy, observed }
}

/// A part of a page's picture in gray, of 1.5 inches or more, as recognition sees it: colored ink over print is dropped as
/// [`prepare`] drops it.
#[must_use]
pub fn without_marks(part: &Picture, dpi: Dpi) -> Gray {
    in_gray(part, dpi).0
}

/// Looks at a scan without changing it, for its quality alone: whether it is blank, and what is seen of it in gray.
///
/// `gray` is the scan's picture as encoded. Which way is up is not asked: lines are looked for both ways.
#[must_use]
pub fn inspect(gray: &Gray, dpi: Dpi, is_bilevel: bool) -> (bool, Observed) {
    let survey = Survey::of(gray, dpi);
    let ink_share = blank::ink_share(&survey);
    let blank = blank::is_blank(ink_share);
    let mut basis = Basis { ink_share, words: survey.words() as u32, ..Basis::default() };
    if !blank {
        basis.take_slope(skew::slope_either_way(&survey));
    }
    let quality = Some(quality::measure(gray, &survey, is_bilevel));
    (blank, Observed { marks: Vec::new(), basis, quality })
}

fn in_gray(picture: &Picture, dpi: Dpi) -> (Gray, Vec<inks::Patch>) {
    match picture {
        Picture::Rgb(rgb) => inks::gray_without_seals(rgb, dpi),
        other => (filter::gray(other), Vec::new()),
    }
}

fn is_bilevel(picture: &Picture) -> bool {
    matches!(picture, Picture::Bilevel(_))
}

impl Basis {
    fn take_slope(&mut self, slope: skew::Slope) {
        (self.slope_degrees, self.slope_clarity, self.slope_agreed) = (slope.degrees, slope.clarity, slope.agreed);
    }
}

/// The gray picture, turned so far, and what is seen on it.
struct Sheet {
    gray: Gray,
    turn: Turn,
    survey: Survey,
}

impl Sheet {
    fn new(gray: Gray, turn: Turn, dpi: Dpi) -> Self {
        let gray = if turn == Turn::None { gray } else { filter::turn(&gray, turn) };
        Self { survey: Survey::of(&gray, dpi), gray, turn }
    }

    fn turned(self, more: Turn, dpi: Dpi) -> Self {
        if more == Turn::None {
            return self;
        }
        Self { turn: self.turn.then(more), ..Self::new(self.gray, more, dpi) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    use crate::base::digest::Sha256;
    use crate::intake::Provenance;
    use crate::raster::pixels::Rgb;
    use crate::raster::{Color, Encoded, Encoding};

    fn scan(size: Size, stated_turn: Turn) -> Scan {
        let encoding = Encoding::Flate { png_predictor: false };
        Scan {
            number: PageNumber::FIRST,
            picture: Encoded { encoding, size, color: Color::Gray, bytes: Vec::new().into() },
            dpi: drawn::dpi(),
            crop: None,
            stated_turn,
            sha256: Sha256::of(b""),
            provenance: Provenance::PassedThrough,
            text: None,
        }
    }

    fn prepared(picture: Gray, stated: Turn, legibility: &dyn Fn(&Gray) -> f32) -> Prepared {
        prepare(scan(picture.size, stated), &Picture::Gray(picture), &Options::default(), legibility)
    }

    fn never(_: &Gray) -> f32 {
        panic!("a sure page needs no reader")
    }

    #[test]
    fn a_good_page_stays_as_it_is() {
        let page = drawn::page(1);
        let prepared = prepared(page.clone(), Turn::None, &never);
        assert_eq!(prepared.page.correction, Correction { turn: Turn::None, deskew_degrees: 0.0, blank: false });
        assert_eq!(prepared.copy, page);
        assert!(prepared.observed.marks.is_empty());
    }

    #[test]
    fn every_turn_is_found_and_confirmed_by_the_reader() {
        let upright = drawn::page(2);
        for degrees in [90, 180, 270] {
            let asked = Cell::new(0);
            let reader = |strip: &Gray| {
                asked.set(asked.get() + 1);
                if drawn::is_part(strip, &upright) { 0.9 } else { 0.3 }
            };
            let fault = Turn::from_degrees(degrees).expect("a quarter turn");
            let prepared = prepared(filter::turn(&upright, fault), Turn::None, &reader);
            assert_eq!(fault.then(prepared.page.correction.turn), Turn::None);
            assert_eq!(prepared.copy, upright);
            assert_eq!(prepared.page.size, upright.size);
            assert!(asked.get() > 0 && prepared.observed.basis.probes == asked.get());
        }
    }

    #[test]
    fn a_reader_that_sees_no_difference_turns_nothing() {
        let page = filter::turn(&drawn::page(3), Turn::Over);
        assert_eq!(prepared(page, Turn::None, &|_| 0.5).page.correction.turn, Turn::None);
    }

    #[test]
    fn the_stated_turn_is_applied_without_asking() {
        let upright = drawn::page(4);
        let prepared = prepared(filter::turn(&upright, Turn::Left), Turn::Right, &never);
        assert_eq!(prepared.page.correction.turn, Turn::Right);
        assert_eq!(prepared.copy, upright);
    }

    #[test]
    fn a_slope_is_straightened() {
        for degrees in [-4.0, -0.6, 0.5, 2.0, 5.5] {
            let page = filter::rotate(&drawn::page(5), degrees);
            let prepared = prepared(page, Turn::None, &never);
            let found = prepared.page.correction.deskew_degrees;
            assert!((found + degrees).abs() < 0.06, "sloping by {degrees}, corrected by {found}");
            assert_eq!(prepared.copy.size, prepared.page.size);
        }
        let slight = filter::rotate(&drawn::page(5), 0.12);
        assert_eq!(prepared(slight.clone(), Turn::None, &never).copy, slight);
    }

    #[test]
    fn blank_pages_are_blank_and_never_turned() {
        let blank = drawn::blank(7);
        let prepared = prepared(blank.clone(), Turn::Right, &never);
        assert_eq!(prepared.page.correction, Correction { turn: Turn::Right, deskew_degrees: 0.0, blank: true });
        assert_eq!(prepared.copy, filter::turn(&blank, Turn::Right));
    }

    #[test]
    fn a_seal_is_found_and_dropped_from_the_copy() {
        let print = drawn::page(8);
        let mut picture = Rgb { size: print.size, pixels: print.pixels.iter().flat_map(|v| [*v; 3]).collect() };
        let place = drawn::stamp_seal(&mut picture, 500.0, 700.0);
        let stamped = Picture::Rgb(picture);
        let prepared = prepare(scan(print.size, Turn::None), &stamped, &Options::default(), &never);
        assert_eq!(prepared.observed.marks.len(), 1);
        let mark = prepared.observed.marks[0];
        assert_eq!((mark.ink, mark.kind), (Ink::Red, MarkKind::RoundSeal));
        let off = [mark.place.left - place.left, mark.place.bottom - place.bottom].map(f32::abs);
        assert!(off.iter().all(|d| *d < 12.0), "{:?}, expected {place:?}", mark.place);
        let ink = |gray: &Gray| gray.pixels.iter().filter(|v| **v < 128).count() as f32;
        assert!(ink(&filter::gray(&stamped)) > 1.05 * ink(&print));
        assert!((ink(&prepared.copy) / ink(&print) - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_page_with_nothing_but_a_seal_is_no_blank() {
        let paper = drawn::blank(9);
        let mut picture = Rgb { size: paper.size, pixels: paper.pixels.iter().flat_map(|v| [*v; 3]).collect() };
        drawn::stamp_seal(&mut picture, 500.0, 700.0);
        let prepared = prepare(scan(paper.size, Turn::None), &Picture::Rgb(picture), &Options::default(), &|_| 0.1);
        assert!(!prepared.page.correction.blank && prepared.observed.marks.len() == 1);
    }

    #[test]
    fn any_size_is_taken() {
        for (width, height) in [(0, 0), (1, 1), (0, 40), (5, 3), (1, 3000), (4000, 2), (64, 64)] {
            let size = Size { width, height };
            let black = Gray { size, pixels: vec![0; size.area() as usize] };
            assert_eq!(prepared(black, Turn::Left, &|_| 0.0).page.size, size.turned());
            let rgb = Rgb { size, pixels: [250, 30, 20].repeat(size.area() as usize) };
            let page = prepare(scan(size, Turn::None), &Picture::Rgb(rgb), &Options::default(), &|_| 1.0);
            assert_eq!(page.copy.size, size);
        }
    }
}
