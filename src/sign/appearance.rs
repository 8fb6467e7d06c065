//! What a signature looks like (Decree 30/2020/NĐ-CP, Appendix I): on copies, scans and attachments a text without
//! image, top right of the first page, upright 10 pt, black.

use std::fmt::Write as _;

use lopdf::{Object, ObjectId, Stream, dictionary};
use unicode_normalization::UnicodeNormalization;

use super::page::Page;
use crate::base::time::Timestamp;
use crate::pdf::font::{self, Font, Subset};
use crate::pdf::incremental::Update;

/// Hình thức sao: how a copy was made (Decree 30/2020, art. 25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CopyForm {
    /// Sao y: the whole original; every scan that an agency signs.
    #[default]
    Full,
    /// Sao lục: of a copy.
    OfCopy,
    /// Trích sao: of a part.
    Extract,
}

impl CopyForm {
    /// As it is printed.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Full => "SAO Y",
            Self::OfCopy => "SAO LỤC",
            Self::Extract => "TRÍCH SAO",
        }
    }
}

/// What a visible signature says before the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A copy or a scan: form of copy, and the agency that makes it.
    Copy {
        /// Form of copy.
        form: CopyForm,
        /// The agency: `UBND phường Bình Minh`; printed in capitals.
        agency: String,
    },
    /// An attachment in a file of its own: number and symbol of the document it belongs to.
    Attachment {
        /// `15/QĐ-UBND`.
        number: String,
    },
}

impl Mark {
    /// The whole text: `SAO Y; UBND PHƯỜNG BÌNH MINH; 2026-11-03T09:15:22+07:00`.
    #[must_use]
    pub fn text(&self, at: Timestamp) -> String {
        format!("{}; {}", self.head(), at.vietnam())
    }

    fn head(&self) -> String {
        let head = match self {
            Self::Copy { form, agency } => format!("{}; {}", form.text(), agency.to_uppercase()),
            Self::Attachment { number } => number.clone(),
        };
        let plain: String = head.nfc().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// How signatures look; made once for all documents with the same mark.
#[derive(Debug, Clone)]
pub struct Appearance(Look);

#[derive(Debug, Clone)]
enum Look {
    Invisible,
    Text { mark: Mark, letters: Subset },
}

/// Every character of a moment in ISO 8601, and what stands between the parts.
const TIME_CHARACTERS: &str = "0123456789-:T+; ";

impl Appearance {
    /// Nothing is shown.
    #[must_use]
    pub fn invisible() -> Self {
        Self(Look::Invisible)
    }

    /// A text of this mark and the time of signing.
    ///
    /// # Errors
    /// [`font::Error`] when the font lacks a letter of the mark.
    pub fn text(mark: Mark, font: &Font) -> Result<Self, font::Error> {
        let letters = font.subset(&format!("{}{TIME_CHARACTERS}", mark.head()))?;
        Ok(Self(Look::Text { mark, letters }))
    }

    /// Draws it for a page: the place on the page, and the form that fills it (none when invisible).
    pub(super) fn draw(&self, update: &mut Update<'_>, page: &Page, at: Timestamp) -> ([f32; 4], Option<ObjectId>) {
        let Look::Text { mark, letters } = &self.0 else { return ([0.0; 4], None) };
        let layout = Layout::of(&mark.text(at), letters, page.shown_size());
        let font = letters.embed(&mut |object| update.add(object));
        let form = update.add(layout.form(letters, font, page));
        (page.rect(layout.place(page.shown_size())), Some(form))
    }
}

/// 10 pt (Decree 30/2020), less only on a page where that does not fit.
const FONT_SIZE: f32 = 10.0;
const LEADING: f32 = 1.15;
/// The text stands within the top margin of 20 mm, above the first line of any Decree 30 layout.
const FROM_TOP: f32 = 14.0;
const FROM_RIGHT: f32 = 28.0;
const WIDEST: f32 = 220.0;

/// Lines of text in a box as wide as the longest.
#[derive(Debug, PartialEq)]
struct Layout {
    lines: Vec<String>,
    font_size: f32,
    width: f32,
    height: f32,
}

impl Layout {
    fn of(text: &str, letters: &Subset, page: [f32; 2]) -> Self {
        let mut font_size = FONT_SIZE;
        loop {
            let from_right = FROM_RIGHT.min(page[0] / 20.0);
            let widest = WIDEST.min(page[0] - 2.0 * from_right);
            let layout = Self::at_size(text, letters, font_size, widest);
            // A page of a few points is drawn to at the least size, and cut at its edge.
            if font_size <= 2.0 || (layout.width <= widest && layout.height <= page[1] / 2.0) {
                return layout;
            }
            font_size -= 1.0;
        }
    }

    /// The time on a line of its own, what stands before it in as few lines as `widest` allows, made as even as they
    /// can be.
    fn at_size(text: &str, letters: &Subset, font_size: f32, widest: f32) -> Self {
        let (head, time) = text.rsplit_once("; ").map_or((text, None), |(head, time)| (head, Some(time)));
        let head = if time.is_some() { format!("{head};") } else { head.to_owned() };
        let count = wrapped(&head, letters, font_size, widest).len();
        let mut width = widest;
        while wrapped(&head, letters, font_size, width - 4.0).len() == count && width > 40.0 {
            width -= 4.0;
        }
        let mut lines = wrapped(&head, letters, font_size, width);
        lines.extend(time.into_iter().flat_map(|time| wrapped(time, letters, font_size, widest)));
        let longest = lines.iter().map(|line| letters.width(line, font_size)).fold(0.0, f32::max);
        let height = letters.ascent(font_size) + font_size * LEADING * (lines.len() as f32 - 1.0) + font_size * 0.3;
        Self { lines, font_size, width: longest, height }
    }

    /// Left, bottom, right, top in points from the bottom left corner of the page as shown.
    fn place(&self, page: [f32; 2]) -> [f32; 4] {
        let right = page[0] - FROM_RIGHT.min(page[0] / 20.0);
        let top = page[1] - FROM_TOP.min(page[1] / 20.0);
        [(right - self.width).max(0.0), (top - self.height).max(0.0), right, top]
    }

    fn form(&self, letters: &Subset, font: ObjectId, page: &Page) -> Stream {
        let dictionary = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), Object::Real(self.width), Object::Real(self.height)],
            "Matrix" => page.matrix().map(Object::Integer).to_vec(),
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => Object::Reference(font) } },
        };
        Stream::new(dictionary, self.content(letters).into_bytes())
    }

    fn content(&self, letters: &Subset) -> String {
        let size = self.font_size;
        let base_line = self.height - letters.ascent(size);
        let mut content = format!("q BT 0 g /F1 {size} Tf {} TL 0 {base_line} Td", size * LEADING);
        for (place, line) in self.lines.iter().enumerate() {
            let next = if place == 0 { "" } else { " T*" };
            // Writing to a String cannot fail.
            let _ = write!(content, "{next} {} Tj", letters.show(line));
        }
        content.push_str(" ET Q");
        content
    }
}

/// Lines no wider than `widest`, broken at spaces, and inside a word only where it is wider than a line.
fn wrapped(text: &str, letters: &Subset, font_size: f32, widest: f32) -> Vec<String> {
    let fits = |line: &str| letters.width(line, font_size) <= widest;
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&joined) {
            *line = joined;
        } else {
            if !line.is_empty() {
                lines.push(String::new());
            }
            append_pieces(&mut lines, word, fits);
        }
    }
    lines
}

/// Appends a word to the last line, which is empty, and to new ones where it does not fit.
fn append_pieces(lines: &mut Vec<String>, word: &str, fits: impl Fn(&str) -> bool) {
    for letter in word.chars() {
        let Some(line) = lines.last_mut() else { return };
        line.push(letter);
        if !fits(line) && line.chars().count() > 1 {
            line.pop();
            lines.push(letter.to_string());
        }
    }
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "a test says that it was skipped")]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        "2026-11-03T09:15:22+07:00".parse().expect("a moment")
    }

    fn copy(agency: &str) -> Mark {
        Mark::Copy { form: CopyForm::Full, agency: agency.to_owned() }
    }

    fn letters(text: &str) -> Option<Subset> {
        let Ok(font) = Font::find() else {
            eprintln!("skipped: no Times-like font is installed");
            return None;
        };
        Some(font.subset(text).expect("all letters"))
    }

    #[test]
    fn the_text_is_that_of_the_decree() {
        // The agency in decomposed letters, as some systems write it.
        let mark = copy("Ủy ban nhân dân  phường Bình Minh\n");
        assert_eq!(mark.text(at()), "SAO Y; ỦY BAN NHÂN DÂN PHƯỜNG BÌNH MINH; 2026-11-03T09:15:22+07:00");
        let attachment = Mark::Attachment { number: "15/QĐ-UBND".to_owned() };
        assert_eq!(attachment.text(at()), "15/QĐ-UBND; 2026-11-03T09:15:22+07:00");
    }

    #[test]
    fn the_text_stands_top_right_within_the_margin() {
        let text = copy("UBND phường Bình Minh").text(at());
        let Some(letters) = letters(&text) else { return };
        let page = [595.0, 842.0];
        let layout = Layout::of(&text, &letters, page);
        assert!((layout.font_size - FONT_SIZE).abs() < f32::EPSILON);
        assert_eq!(layout.lines.join(" "), text);
        assert!(layout.width <= WIDEST && layout.lines.len() == 2, "{layout:?}");
        let [left, bottom, right, top] = layout.place(page);
        assert!(left > 595.0 / 2.0 && right < 595.0 && top < 842.0 && bottom > 842.0 - 57.0);
    }

    #[test]
    fn a_small_page_is_not_left() {
        let text = copy("Ủy ban nhân dân thành phố Hải Phòng, Sở Tư pháp, Phòng Hành chính tư pháp").text(at());
        let Some(letters) = letters(&text) else { return };
        for page in [[242.0, 153.0], [100.0, 60.0], [842.0, 595.0], [20.0, 20.0], [2384.0, 3370.0]] {
            let layout = Layout::of(&text, &letters, page);
            let [left, bottom, right, top] = layout.place(page);
            assert!(left >= 0.0 && bottom >= 0.0 && right <= page[0] && top <= page[1], "{page:?}");
            assert_eq!(layout.lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn a_long_word_is_broken() {
        let Some(letters) = letters("ABCDEFGH ") else { return };
        let lines = wrapped("AB ABCDEFGHABCDEFGHABCDEFGH", &letters, 10.0, 60.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| letters.width(line, 10.0) <= 60.0), "{lines:?}");
    }
}
