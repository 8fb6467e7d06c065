//! The text that a drawn PDF page carries itself: exact Unicode where its fonts can be trusted.
//!
//! In: a page of a PDF and its drawing. Out: [`FileText`], in pixels of that drawing: the words that are seen and whose
//! fonts say what they are, and the places where writing may stand that no font speaks of (pictures, drawn letters,
//! words of fonts that are not trusted). Text that is not seen (rendering mode 3, no ink, beneath a picture or a fill,
//! cut off by a clip, on a layer that is switched off) is no text of the page: it is an earlier recogniser's, or what
//! somebody covered. Standard: ISO 32000-1, 9.4, 9.10 and 14.11.2; legacy encodings: TCVN 5712, VNI.
//! Whether the words agree with what is seen is for the recogniser to say; it is not known here.
//!
//! [`words`] is another question: where something is written on the pages of a file, in points, whether it is seen or
//! lies invisible over a scan. It is not asked whether it can be believed.

mod areas;
mod glyphs;
mod lines;
mod trust;

use std::sync::Arc;

use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RenderContent, TransformExt, interpret_page,
};
use hayro::kurbo;
use serde::{Deserialize, Serialize};

use crate::base::geometry::{Rect, Size};
use crate::base::units::PageNumber;
use crate::intake::pictures;
use crate::intake::render::Drawings;
use crate::raster::Limits;
use crate::raster::pixels::{Picture, luma};
use glyphs::Collector;

/// The text of a drawn page, in pixels of its picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileText {
    /// Lines of words that are seen and trusted, in the order in which the file shows them.
    pub lines: Vec<FileLine>,
    /// Where writing may stand that is in no line: pictures, drawn letters, words that are not trusted.
    pub elsewhere: Vec<Rect>,
    /// Share of the words in lines that can be Vietnamese; none where none is made of letters alone.
    pub legal_share: Option<f32>,
    /// Why not all of the file's text is in its lines.
    pub doubts: Vec<Doubt>,
}

/// Words on one baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct FileLine {
    /// Where the baseline begins.
    pub start: (f32, f32),
    /// Where it ends, in the direction of reading.
    pub end: (f32, f32),
    /// Its words in the direction of reading, never empty.
    pub words: Vec<FileWord>,
}

/// A word between spaces.
#[derive(Debug, Clone, PartialEq)]
pub struct FileWord {
    /// NFC, never empty, no spaces inside.
    pub text: String,
    /// Around its ink.
    pub bbox: Rect,
}

/// What is written on a page, in points as it is shown: origin top left, x to the right, y down.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageWords {
    /// Width and height of the page.
    pub size: (f32, f32),
    /// Its words, seen or not; one that no font puts into letters has a replacement character (U+FFFD) as its text.
    pub words: Vec<FileWord>,
}

/// Reads the words of every page of a PDF that opens without a password.
///
/// # Errors
/// Those of opening it for drawing; [`pictures::Error::Page`] when a page would take more work than any page of an
/// office.
pub fn words(bytes: &Arc<[u8]>, limits: &Limits) -> Result<Vec<PageWords>, pictures::Error> {
    let file = Drawings::open(bytes, None)?;
    let page = |index| {
        let failed = |source| pictures::Error::Page { page: PageNumber::at_index(index), source };
        file.words(index, limits).map_err(failed)
    };
    (0..file.page_count()).map(page).collect()
}

/// The words of a page; a page with more letters than are followed has those before.
pub(super) fn words_of(page: &Page<'_>) -> PageWords {
    let unit = page.raw().get::<f32>(b"UserUnit").filter(|unit| unit.is_finite() && *unit > 0.0).unwrap_or(1.0);
    let (width, height) = page.render_dimensions();
    let to_points = kurbo::Affine::scale(unit.into()) * page.initial_transform(true).to_kurbo();
    let size = (width * unit, height * unit);
    // Nothing is asked of what covers what, so that no cell of it is needed.
    let mut collector = Collector::new(Size { width: 0, height: 0 });
    interpret(page, to_points, size, &mut collector);
    let word = |word: lines::Written| FileWord {
        text: if word.text.is_empty() { char::REPLACEMENT_CHARACTER.to_string() } else { word.text },
        bbox: word.bbox,
    };
    let words = lines::of(&collector.into_all()).into_iter().flat_map(|line| line.words).map(word).collect();
    PageWords { size, words }
}

/// Why text of a file was not taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "doubt")]
pub enum Doubt {
    /// Text that nobody sees: an earlier recogniser's layer, or text that was covered.
    Hidden {
        /// How many letters.
        letters: u32,
    },
    /// Fonts in a coding before Unicode (TCVN3, VNI): their letters are stored as others.
    LegacyFont {
        /// The font's name, where it says one.
        font: Option<String>,
        /// How many words.
        words: u32,
    },
    /// Fonts that do not say which letters they show.
    NoUnicode {
        /// How many words.
        words: u32,
    },
    /// Letters that are drawn (Type 3): what they are said to be may be an earlier recogniser's guess.
    DrawnLetters {
        /// How many words.
        words: u32,
    },
    /// So much is drawn one over the other that what is seen cannot be told.
    Overdrawn,
    /// The file forbids taking out its text.
    CopyDenied,
    /// Fields that are filled in, and that nothing on the page shows.
    UnseenFields {
        /// How many.
        fields: u32,
    },
    /// Recognition does not see what the file says.
    Disagrees {
        /// Share of the file's words that were recognised too.
        agreement: f32,
    },
}

impl Doubt {
    /// In Vietnamese, for reports.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Hidden { letters } => format!("{letters} ký tự ẩn (lớp chữ của phần mềm quét hoặc chữ bị che)"),
            Self::LegacyFont { font: Some(font), words } => {
                format!("{words} từ dùng phông mã cũ {font} (TCVN3, VNI), không phải Unicode")
            }
            Self::LegacyFont { font: None, words } => format!("{words} từ dùng bảng mã cũ (TCVN3, VNI)"),
            Self::NoUnicode { words } => format!("{words} từ dùng phông không cho biết mã chữ"),
            Self::DrawnLetters { words } => format!("{words} từ dùng phông vẽ (Type 3)"),
            Self::CopyDenied => "tệp không cho phép sao chép chữ".to_owned(),
            Self::UnseenFields { fields } => format!("{fields} ô biểu mẫu đã điền nhưng tệp không hiển thị giá trị"),
            Self::Overdrawn => "các lớp hình chồng lên nhau quá nhiều".to_owned(),
            Self::Disagrees { agreement } => {
                format!("chữ trong tệp chỉ khớp {:.0}% với chữ nhìn thấy", agreement * 100.0)
            }
        }
    }
}

/// Reads the text of a page that was drawn as `picture` with `transform`, from the page's units to pixels.
pub(super) fn read(page: &Page<'_>, transform: kurbo::Affine, picture: &Picture) -> FileText {
    let size = picture.size();
    let mut collector = Collector::new(size);
    interpret(page, transform, (size.width as f32, size.height as f32), &mut collector);
    if collector.is_overdrawn() {
        let everything = Rect::new(0.0, 0.0, size.width as f32, size.height as f32);
        return FileText { elsewhere: vec![everything], doubts: vec![Doubt::Overdrawn], ..FileText::default() };
    }
    let (glyphs, fonts, mut elsewhere, hidden) = collector.finish(&|place| has_ink(picture, place));
    let lines = lines::of(&glyphs);
    let mut judged = trust::judge(lines, &fonts);
    judged.untrusted.into_iter().for_each(|place| elsewhere.add(place));
    if hidden > 0 {
        judged.doubts.insert(0, Doubt::Hidden { letters: hidden });
    }
    FileText {
        lines: judged.lines,
        elsewhere: elsewhere.merged(),
        legal_share: judged.legal_share,
        doubts: judged.doubts,
    }
}

/// Lets a collector hear what a page and its annotations paint on a sheet of this size.
fn interpret(page: &Page<'_>, transform: kurbo::Affine, (width, height): (f32, f32), collector: &mut Collector) {
    for part in [RenderContent::PAGE, RenderContent::ANNOTATIONS] {
        let settings = InterpreterSettings { render_content: part, ..InterpreterSettings::default() };
        let sheet = kurbo::Rect::new(0.0, 0.0, width.into(), height.into());
        let mut context = Context::new(transform, sheet, &InterpreterCache::new(), page.xref(), settings);
        collector.begin(part == RenderContent::ANNOTATIONS);
        interpret_page(page, &mut context, collector);
    }
}

/// Dark and light differ by so much where something is seen: grey on white that is hard to read has 40.
const LEAST_CONTRAST: u8 = 24;

/// Whether a part of the picture is anything but one colour.
fn has_ink(picture: &Picture, place: Rect) -> bool {
    let Size { width, height } = picture.size();
    let range = |low: f32, high: f32, most: u32| {
        let low = (low.floor().max(0.0) as u32).min(most);
        low..(high.ceil().max(0.0) as u32).min(most).max(low)
    };
    let (mut darkest, mut lightest) = (u8::MAX, u8::MIN);
    for y in range(place.top - 1.0, place.bottom + 1.0, height) {
        for x in range(place.left - 1.0, place.right + 1.0, width) {
            let value = brightness(picture, x as usize, y as usize);
            darkest = darkest.min(value);
            lightest = lightest.max(value);
        }
        if lightest.saturating_sub(darkest) >= LEAST_CONTRAST {
            return true;
        }
    }
    false
}

fn brightness(picture: &Picture, x: usize, y: usize) -> u8 {
    let at = |width: u32| y * width as usize + x;
    match picture {
        Picture::Bilevel(bilevel) => {
            let byte = bilevel.rows[y * bilevel.row_bytes() + x / 8];
            if byte >> (7 - x % 8) & 1 == 1 { 0 } else { u8::MAX }
        }
        Picture::Gray(gray) => gray.pixels[at(gray.size.width)],
        Picture::Rgb(rgb) => {
            let rgb = &rgb.pixels[3 * at(rgb.size.width)..][..3];
            luma(rgb[0], rgb[1], rgb[2])
        }
    }
}

#[cfg(test)]
mod tests;
