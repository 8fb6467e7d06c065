//! Pages for tests: lines of words at given places, as a recogniser would give them.

use std::sync::Arc;

use crate::base::digest::Sha256;
use crate::base::geometry::{Rect, Size, Turn};
use crate::base::units::{Confidence, Dpi, PageNumber};
use crate::intake::{Hints, Identity, Origin, Provenance, Scan};
use crate::ocr::text::{Line, PageText, Word};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::preprocess::{Correction, Observed, Page};
use crate::raster::{Color, Encoded, Encoding};

/// A4 at 300 dpi.
pub(crate) const A4: Size = Size { width: 2480, height: 3508 };
/// Height of a word of 13 points.
const HEIGHT: f32 = 38.0;
/// Mean width of a letter.
const LETTER: f32 = 22.0;

/// A document in the making; every call adds to the last page.
pub(crate) struct Draft {
    pages: Vec<Vec<Line>>,
    size: Size,
    confidence: f32,
    hints: Hints,
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self { pages: vec![Vec::new()], size: A4, confidence: 0.95, hints: Hints::default() }
    }

    /// What the metadata beside the document says.
    pub(crate) fn hints(mut self, hints: Hints) -> Self {
        self.hints = hints;
        self
    }

    /// Confidence of the words added from here on.
    pub(crate) fn confidence(mut self, confidence: f32) -> Self {
        self.confidence = confidence;
        self
    }

    /// A new page.
    pub(crate) fn page(mut self) -> Self {
        self.pages.push(Vec::new());
        self
    }

    /// One line whose parts begin at the given places: columns that the recogniser joined.
    pub(crate) fn row(mut self, top: f32, parts: &[(f32, &str)]) -> Self {
        let words: Vec<Word> = parts.iter().flat_map(|&(left, text)| self.words(left, top, text)).collect();
        let bbox = words.iter().map(|word| word.bbox).reduce(|all, one| all.union(&one)).expect("a row has words");
        let line = Line { block: 0, bbox, baseline: (bbox.bottom, bbox.bottom), words };
        self.pages.last_mut().expect("there is a page").push(line);
        self
    }

    /// One line.
    pub(crate) fn line(self, left: f32, top: f32, text: &str) -> Self {
        self.row(top, &[(left, text)])
    }

    /// One line about a middle.
    pub(crate) fn centered(self, middle: f32, top: f32, text: &str) -> Self {
        let width = text.chars().count() as f32 * LETTER;
        self.line(middle - width / 2.0, top, text)
    }

    /// Lines below each other from a top.
    pub(crate) fn lines(self, left: f32, top: f32, texts: &[&str]) -> Self {
        texts.iter().enumerate().fold(self, |draft, (at, text)| draft.line(left, top + at as f32 * 62.0, text))
    }

    /// The head of Decree 30: two columns joined into rows; lines of the issuer above the number.
    pub(crate) fn head(self, issuer: &[&str], number: &str, place_and_date: &str) -> Self {
        let right = [(1120.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), (1210.0, "Độc lập - Tự do - Hạnh phúc")];
        let left_of = |text: &str| 600.0 - text.chars().count() as f32 * LETTER / 2.0;
        let mut draft = self;
        for at in 0..issuer.len().max(2) {
            let mut parts: Vec<(f32, &str)> = issuer.get(at).map(|text| (left_of(text), *text)).into_iter().collect();
            parts.extend(right.get(at));
            draft = draft.row(200.0 + at as f32 * 62.0, &parts);
        }
        let dated = 1490.0 - place_and_date.chars().count() as f32 * LETTER / 2.0;
        draft.row(240.0 + issuer.len().max(2) as f32 * 62.0, &[(left_of(number), number), (dated, place_and_date)])
    }

    /// The document.
    pub(crate) fn document(self) -> RecognizedDocument {
        let (size, hints) = (self.size, self.hints);
        let page = |(index, lines)| RecognizedPage {
            page: blank_page(index, size),
            text: PageText { lines },
            source: crate::ocr::TextSource::default(),
            unread: None,
            observed: Observed::default(),
        };
        let identity = Identity(Sha256::of(b"draft"));
        RecognizedDocument {
            origin: Origin::new("draft".to_owned(), Vec::new(), hints, identity),
            pages: self.pages.into_iter().enumerate().map(page).collect(),
        }
    }

    fn words(&self, left: f32, top: f32, text: &str) -> Vec<Word> {
        let mut at = left;
        let mut words = Vec::new();
        for text in text.split(' ') {
            let right = at + text.chars().count() as f32 * LETTER - 4.0;
            let bbox = Rect::new(at, top, right, top + HEIGHT);
            words.push(Word { text: text.to_owned(), bbox, confidence: Confidence::clamped(self.confidence) });
            at = right + 16.0;
        }
        words
    }
}

fn blank_page(index: usize, size: Size) -> Page {
    let picture = Encoded {
        encoding: Encoding::Flate { png_predictor: false },
        size,
        color: Color::Gray,
        bytes: Arc::from(Vec::new()),
    };
    let scan = Scan {
        number: PageNumber::at_index(index),
        picture,
        dpi: Dpi::new(300.0).expect("in range"),
        crop: None,
        stated_turn: Turn::None,
        sha256: Sha256::of(b"page"),
        provenance: Provenance::PassedThrough,
        text: None,
    };
    Page { scan, size, correction: Correction { turn: Turn::None, deskew_degrees: 0.0, blank: false } }
}
