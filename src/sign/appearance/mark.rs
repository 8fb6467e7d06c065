//! Signatures of text (Decree 30/2020/NĐ-CP, Appendix I): on copies, scans and attachments, without image, top right of
//! the first page, upright 10 pt, black.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;

use crate::base::geometry::Rect;
use crate::base::time::Timestamp;
use crate::pdf::font::Subset;

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

    pub(super) fn head(&self) -> String {
        let head = match self {
            Self::Copy { form, agency } => format!("{}; {}", form.text(), agency.to_uppercase()),
            Self::Attachment { number } => number.clone(),
        };
        let plain: String = head.nfc().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// 10 pt (Decree 30/2020), less only on a page where that does not fit.
const FONT_SIZE: f32 = 10.0;
const LEADING: f32 = 1.15;
/// The text stands within the top margin of 20 mm, above the first line of any Decree 30 layout.
const FROM_TOP: f32 = 14.0;
const FROM_RIGHT: f32 = 28.0;
const WIDEST: f32 = 220.0;

/// Within it nothing is printed (Decree 30/2020: 20 to 25 mm).
const TOP_MARGIN: f32 = 56.0;
/// Between two texts side by side, and one below the other.
const APART: f32 = 8.0;
const BELOW: f32 = 2.0;
/// A text that finds no place in the top margin is still at the top of the page within this part of its height.
const TOP: f32 = 0.35;
/// Lengths that were added up differ by less.
const ROUNDING: f32 = 0.05;

/// Width and height that a text may take on a page of this size.
pub(super) fn room(page: [f32; 2]) -> (f32, f32) {
    (WIDEST.min(page[0] - 2.0 * from_right(page)), page[1] / 2.0)
}

fn from_right(page: [f32; 2]) -> f32 {
    FROM_RIGHT.min(page[0] / 20.0)
}

fn from_top(page: [f32; 2]) -> f32 {
    FROM_TOP.min(page[1] / 20.0)
}

/// Lines of text in a box as wide as the longest.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    lines: Vec<String>,
    font_size: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Layout {
    /// In no more than this width and height, with smaller letters where they do not suffice.
    pub(super) fn of(text: &str, letters: &Subset, (widest, highest): (f32, f32)) -> Self {
        let mut font_size = FONT_SIZE;
        loop {
            let layout = Self::at_size(text, letters, font_size, widest + ROUNDING);
            // A page of a few points is drawn to at the least size, and cut at its edge.
            let fits = layout.width <= widest + ROUNDING && layout.height <= highest + ROUNDING;
            if font_size <= 2.0 || fits {
                return layout;
            }
            font_size -= 1.0;
        }
    }

    /// The box top right of a page, in points as shown, y down.
    pub(super) fn usual_place(&self, page: [f32; 2]) -> Rect {
        self.place(page, page[0] - from_right(page), from_top(page))
    }

    /// The usual place; where something is `taken` there, the nearest below it in the top margin, else to the left,
    /// else further down. None where all of these are taken.
    pub(super) fn free_place(&self, page: [f32; 2], taken: &[Rect]) -> Option<Rect> {
        let (right, top) = (page[0] - from_right(page), from_top(page));
        let mut lower: Vec<f32> = taken.iter().map(|place| place.bottom + BELOW).filter(|down| *down > top).collect();
        lower.sort_by(f32::total_cmp);
        let mut further: Vec<f32> = taken.iter().map(|place| place.left - APART).filter(|left| *left < right).collect();
        further.sort_by(|one, other| other.total_cmp(one));
        let in_margin = |place: &Rect| place.bottom <= TOP_MARGIN.min(page[1] * TOP);
        let below = || lower.iter().map(|down| self.place(page, right, *down));
        let beside =
            further.iter().map(|left| self.place(page, *left, top)).filter(|place| place.left >= from_right(page));
        let on_top = below().filter(|place| place.bottom <= page[1] * TOP);
        let places = [self.usual_place(page)].into_iter().chain(below().filter(in_margin)).chain(beside).chain(on_top);
        let is_free = |place: &Rect| taken.iter().all(|other| other.intersection(&place.grown(1.0)).is_none());
        places.into_iter().find(is_free)
    }

    fn place(&self, page: [f32; 2], right: f32, top: f32) -> Rect {
        Rect::new((right - self.width).max(0.0), top, right, (top + self.height).min(page[1]))
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

    /// The operators that write it into the top left corner of a box of this height, with its font as `F1`.
    pub(super) fn content(&self, letters: &Subset, height: f32) -> String {
        let size = self.font_size;
        let base_line = height - letters.ascent(size);
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
    use crate::pdf::font::Font;

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
        let layout = Layout::of(&text, &letters, room(page));
        assert!((layout.font_size - FONT_SIZE).abs() < f32::EPSILON);
        assert_eq!(layout.lines.join(" "), text);
        assert!(layout.width <= WIDEST && layout.lines.len() == 2, "{layout:?}");
        let place = layout.usual_place(page);
        assert!(place.left > 595.0 / 2.0 && place.right < 595.0 && place.top > 0.0 && place.bottom < 57.0);
        assert_eq!(layout.free_place(page, &[]), Some(place));
    }

    #[test]
    fn a_small_page_is_not_left() {
        let text = copy("Ủy ban nhân dân thành phố Hải Phòng, Sở Tư pháp, Phòng Hành chính tư pháp").text(at());
        let Some(letters) = letters(&text) else { return };
        for page in [[242.0, 153.0], [100.0, 60.0], [842.0, 595.0], [20.0, 20.0], [2384.0, 3370.0]] {
            let layout = Layout::of(&text, &letters, room(page));
            let place = layout.usual_place(page);
            assert!(
                place.left >= 0.0 && place.top >= 0.0 && place.right <= page[0] && place.bottom <= page[1],
                "{page:?}"
            );
            assert_eq!(layout.lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn what_is_there_already_is_not_covered() {
        let text = copy("UBND phường Bình Minh").text(at());
        let Some(letters) = letters(&text) else { return };
        let page = [595.0, 842.0];
        let layout = Layout::of(&text, &letters, room(page));
        let usual = layout.usual_place(page);
        // A line of print above: the text goes below it, still in the margin.
        let thin = Rect::new(400.0, 10.0, 560.0, 20.0);
        let below = layout.free_place(page, &[thin]).expect("free");
        assert!(
            below.top > 20.0 && below.bottom <= TOP_MARGIN && (below.right - usual.right).abs() < 0.01,
            "{below:?}"
        );
        // An earlier text of a copy: to the left, and the third one below, for there is no more room.
        let beside = layout.free_place(page, &[usual]).expect("free");
        assert!(beside.right < usual.left && (beside.top - usual.top).abs() < 0.01, "{beside:?}");
        let taken = [usual, beside];
        let third = layout.free_place(page, &taken).expect("free");
        assert!(taken.iter().all(|other| other.intersection(&third).is_none()), "{third:?}");
        let all = [Rect::new(0.0, 0.0, 595.0, 842.0)];
        assert_eq!(layout.free_place(page, &all), None);
    }

    #[test]
    fn a_text_fills_the_box_that_was_made_for_it() {
        let text = copy("Ủy ban nhân dân thành phố Hải Phòng, Sở Tư pháp").text(at());
        let Some(letters) = letters(&text) else { return };
        let made = Layout::of(&text, &letters, room([595.0, 842.0]));
        let again = Layout::of(&text, &letters, (made.width, made.height));
        assert!((again.font_size - made.font_size).abs() < f32::EPSILON && again.lines.len() == made.lines.len());
        let narrow = Layout::of(&text, &letters, (80.0, 40.0));
        assert!(narrow.width <= 80.1 && narrow.height <= 40.1, "{narrow:?}");
    }

    #[test]
    fn a_long_word_is_broken() {
        let Some(letters) = letters("ABCDEFGH ") else { return };
        let lines = wrapped("AB ABCDEFGHABCDEFGHABCDEFGH", &letters, 10.0, 60.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| letters.width(line, 10.0) <= 60.0), "{lines:?}");
    }
}
