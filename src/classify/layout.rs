//! The layout of a page as far as words and boxes tell it: segments, columns of the head, text in order.
//!
//! A recogniser joins the two columns of a Decree 30 head into one line, or parts them; here the head is
//! cut at the national motto (Appendix I, zone 1), and lines at gaps no justified text has.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::geometry::{Rect, Size};
use crate::base::units::PageNumber;
use crate::ocr::text::{Line, Word};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::vn::matching::{Key, Match};
use crate::vn::text::fold;

/// One page in segments.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    pub(crate) number: PageNumber,
    pub(crate) size: Size,
    /// From top to bottom by row, within a row from left to right.
    pub(crate) segments: Vec<Segment<'a>>,
    /// Median height of a word, in pixels; never 0.
    pub(crate) letter: f32,
    pub(crate) head: Option<Head>,
}

/// Words of one line with no wide gap between.
#[derive(Debug, Clone)]
pub(crate) struct Segment<'a> {
    pub(crate) words: Vec<&'a Word>,
    pub(crate) bbox: Rect,
    /// The words with single spaces between.
    pub(crate) text: String,
    /// Which row of the page, from 0.
    pub(crate) row: usize,
    folded: String,
}

/// The head of a Vietnamese official paper, as far as its motto shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Head {
    /// Left edge of the right column; words left of it belong to the issuer and the number.
    pub(crate) split: f32,
    /// Around the motto's lines that were found.
    pub(crate) motto: Rect,
    /// Below it no row has two columns of the head.
    pub(crate) bottom: f32,
    /// Whether the motto stands right of the middle, beside an issuer, or alone over the whole width.
    pub(crate) two_columns: bool,
}

const COUNTRY: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// Gaps wider than so many heights of a word part a line; justified text stays below 1.6.
const COLUMN_GAP: f32 = 2.6;
/// The same in the two columns of a head, near their border.
const HEAD_GAP: f32 = 0.75;

/// Every page of a document that has words.
pub(crate) fn sheets(document: &RecognizedDocument) -> Vec<Sheet<'_>> {
    document.pages.iter().filter(|page| page.text.words().next().is_some()).map(Sheet::of).collect()
}

impl<'a> Sheet<'a> {
    fn of(page: &'a RecognizedPage) -> Self {
        let size = page.page.size;
        let mut heights: Vec<f32> = page.text.words().map(|word| word.bbox.height()).collect();
        heights.sort_by(f32::total_cmp);
        let letter = heights.get(heights.len() / 2).copied().unwrap_or(1.0).max(1.0);
        let head = Head::of(&page.text.lines, size, letter);
        let segments = page.text.lines.iter().flat_map(|line| split(line, head.as_ref(), letter)).map(Segment::of);
        Self { number: page.page.number(), size, segments: in_rows(segments.collect()), letter, head }
    }

    /// Share of the page's width.
    pub(crate) fn across(&self, x: f32) -> f32 {
        x / self.size.width.max(1) as f32
    }

    /// Share of the page's height.
    pub(crate) fn down(&self, y: f32) -> f32 {
        y / self.size.height.max(1) as f32
    }

    /// Whether nothing else stands in the segment's row.
    pub(crate) fn is_alone(&self, segment: &Segment) -> bool {
        self.segments.iter().filter(|other| other.row == segment.row).count() == 1
    }

    /// Segments left of the head's split and above a height, in order.
    pub(crate) fn left_column(&self, bottom: f32) -> impl Iterator<Item = &Segment<'a>> {
        let split = self.head.map_or(self.size.width as f32 * 0.5, |head| head.split);
        self.segments.iter().filter(move |segment| segment.bbox.top < bottom && segment.bbox.center().0 < split)
    }

    /// The whole text in the order of its segments.
    pub(crate) fn running(&self) -> Running<'a> {
        let mut running = Running::default();
        self.segments.iter().for_each(|segment| running.push(&segment.words));
        running
    }
}

impl<'a> Segment<'a> {
    fn of(words: Vec<&'a Word>) -> Self {
        let nowhere = Rect::new(0.0, 0.0, 0.0, 0.0);
        let bbox = words.iter().map(|word| word.bbox).reduce(|all, one| all.union(&one)).unwrap_or(nowhere);
        let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let folded = fold(&text).trim_start_matches(|sign: char| !sign.is_alphanumeric()).to_owned();
        Self { words, bbox, text, row: 0, folded }
    }

    /// The words that a byte range of the text touches.
    pub(crate) fn words_in(&self, range: &Range<usize>) -> Vec<&'a Word> {
        let mut start = 0;
        let mut touched = Vec::new();
        for word in &self.words {
            let end = start + word.text.len();
            if start < range.end && range.start < end {
                touched.push(*word);
            }
            start = end + 1;
        }
        touched
    }

    /// Share of its letters that are capitals; 0 without letters.
    pub(crate) fn capitals(&self) -> f32 {
        let (mut capitals, mut letters) = (0_u32, 0_u32);
        for letter in self.text.chars().filter(|sign| sign.is_alphabetic()) {
            letters += 1;
            capitals += u32::from(letter.is_uppercase());
        }
        if letters == 0 { 0.0 } else { capitals as f32 / letters as f32 }
    }

    /// The text folded, without signs before its first letter or digit.
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }
}

/// Words of several segments as one text.
#[derive(Debug, Default)]
pub(crate) struct Running<'a> {
    pub(crate) text: String,
    words: Vec<(Range<usize>, &'a Word)>,
}

impl<'a> Running<'a> {
    /// Adds words at the end.
    pub(crate) fn push(&mut self, words: &[&'a Word]) {
        for &word in words {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            let start = self.text.len();
            self.text.push_str(&word.text);
            self.words.push((start..self.text.len(), word));
        }
    }

    /// The words that a byte range of the text touches.
    pub(crate) fn words_in(&self, range: &Range<usize>) -> Vec<&'a Word> {
        let touched = self.words.iter().filter(|(own, _)| own.start < range.end && range.start < own.end);
        touched.map(|(_, word)| *word).collect()
    }
}

impl Head {
    fn of(lines: &[Line], size: Size, letter: f32) -> Option<Self> {
        let (width, height) = (size.width as f32, size.height as f32);
        let upper = || lines.iter().filter(move |line| line.bbox.top < height * 0.45);
        let found = |wanted: &Key| upper().find_map(|line| place_of(wanted, line));
        let country = found(&KEYS.0);
        let motto = found(&KEYS.1);
        let all = match (country, motto) {
            (Some(one), Some(two)) => one.union(&two),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => return None,
        };
        let split = country.map_or(all.left - width * 0.08, |country| country.left) - letter * 0.4;
        let dated = |line: &&Line| line.bbox.bottom > all.bottom && PLACE_AND_DATE.is_match(&fold(&line.text()));
        let bottom = upper().find(dated).map_or(all.bottom + letter * 5.0, |line| line.bbox.bottom);
        Some(Self { split, motto: all, bottom, two_columns: all.center().0 > width * 0.56 })
    }
}

/// Where a line of the motto stands within a line that may hold more.
fn place_of(wanted: &Key, line: &Line) -> Option<Rect> {
    let segment = Segment::of(line.words.iter().collect());
    let Match { source, .. } = wanted.within(&Key::of(&segment.text), 0.72)?;
    let words = segment.words_in(&source);
    words.iter().map(|word| word.bbox).reduce(|all, one| all.union(&one))
}

/// A line parted at its wide gaps, and in the head between the columns.
fn split<'a>(line: &'a Line, head: Option<&Head>, letter: f32) -> Vec<Vec<&'a Word>> {
    let border =
        head.filter(|head| head.two_columns && line.bbox.top < head.bottom).and_then(|head| border(line, head, letter));
    let mut parts = Vec::new();
    let mut part: Vec<&Word> = Vec::new();
    for (at, word) in line.words.iter().enumerate() {
        let wide = part.last().is_some_and(|last| word.bbox.left - last.bbox.right > COLUMN_GAP * letter);
        if wide || border == Some(at) {
            parts.push(std::mem::take(&mut part));
        }
        part.push(word);
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Index of the word that the right column begins with: after the widest gap near the head's split.
fn border(line: &Line, head: &Head, letter: f32) -> Option<usize> {
    let reach = head.motto.width().max(letter * 10.0) * 0.45;
    let gap = |at: usize| line.words[at].bbox.left - line.words[at - 1].bbox.right;
    let near = |at: &usize| {
        let middle = f32::midpoint(line.words[*at].bbox.left, line.words[at - 1].bbox.right);
        (middle - head.split).abs() < reach
    };
    let widest = (1..line.words.len()).filter(near).max_by(|&one, &other| gap(one).total_cmp(&gap(other)))?;
    // Between the words of one column the gaps are alike.
    let mut others: Vec<f32> = (1..line.words.len()).filter(|&at| at != widest).map(gap).collect();
    others.sort_by(f32::total_cmp);
    let usual = others.get(others.len() / 2).copied().unwrap_or(0.0);
    (gap(widest) > (HEAD_GAP * letter).max(usual * 1.6)).then_some(widest)
}

/// Segments sorted into rows: a row is what overlaps its first segment's middle.
fn in_rows(mut segments: Vec<Segment>) -> Vec<Segment> {
    segments.sort_by(|one, other| one.bbox.center().1.total_cmp(&other.bbox.center().1));
    let (mut row, mut reach) = (0, f32::NEG_INFINITY);
    for segment in &mut segments {
        let middle = segment.bbox.center().1;
        if middle > reach {
            row += usize::from(reach > f32::NEG_INFINITY);
            reach = middle + segment.bbox.height() * 0.45;
        }
        segment.row = row;
    }
    segments.sort_by(|one, other| one.row.cmp(&other.row).then(one.bbox.left.total_cmp(&other.bbox.left)));
    segments
}

static KEYS: LazyLock<(Key, Key)> = LazyLock::new(|| (Key::of(COUNTRY), Key::of(MOTTO)));

/// `…, ngày … tháng … năm …`, complete or not; a date right after a colon is a label's value.
static PLACE_AND_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^:\s])\s*\bng[a-z]{1,2}\b.{0,14}\bt[a-z]{2,4}\b.{0,12}\bn[a-z]{1,2}.{0,3}\b[12]")
        .expect("a constant pattern, compiled by this module's tests")
});

#[cfg(test)]
mod tests {
    use super::super::testing::Draft;
    use super::*;

    #[test]
    fn joined_columns_of_a_head_are_parted() {
        let document = Draft::new()
            .row(200.0, &[(250.0, "UBND TỈNH BÌNH MINH"), (1120.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")])
            .row(260.0, &[(400.0, "SỞ Y TẾ"), (1290.0, "Độc lập - Tự do - Hạnh phúc")])
            .row(360.0, &[(330.0, "Số: 125/GM-SYT"), (1000.0, "Bình Minh, ngày 05 tháng 9 năm 2017")])
            .line(300.0, 900.0, "Một dòng văn bản đủ dài không có khoảng cách rộng nào ở giữa các chữ cả")
            .document();
        let sheets = sheets(&document);
        let texts: Vec<&str> = sheets[0].segments.iter().map(|segment| segment.text.as_str()).collect();
        assert_eq!(
            texts[..6],
            [
                "UBND TỈNH BÌNH MINH",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "SỞ Y TẾ",
                "Độc lập - Tự do - Hạnh phúc",
                "Số: 125/GM-SYT",
                "Bình Minh, ngày 05 tháng 9 năm 2017",
            ]
        );
        assert_eq!(texts.len(), 7);
        let head = sheets[0].head.expect("found");
        assert!(head.two_columns);
        let left: Vec<&str> = sheets[0].left_column(head.bottom).map(|segment| segment.text.as_str()).collect();
        assert_eq!(left, ["UBND TỈNH BÌNH MINH", "SỞ Y TẾ", "Số: 125/GM-SYT"]);
    }

    #[test]
    fn a_motto_alone_has_one_column() {
        let document = Draft::new()
            .centered(1240.0, 200.0, "CỘNG HOÀ XÃ HỘI CHỦ NGHIA VIỆT NAM")
            .centered(1240.0, 260.0, "Độc lập - Tự do - Hạnh phúc")
            .document();
        assert!(!sheets(&document)[0].head.expect("found").two_columns);
    }

    #[test]
    fn words_are_found_by_their_bytes() {
        let document = Draft::new().line(300.0, 300.0, "Họ và tên: Nguyễn Văn An").document();
        let sheets = sheets(&document);
        let segment = &sheets[0].segments[0];
        let start = segment.text.find("Nguyễn").expect("there");
        let words: Vec<&str> = segment.words_in(&(start..segment.text.len())).iter().map(|w| w.text.as_str()).collect();
        assert_eq!(words, ["Nguyễn", "Văn", "An"]);
    }
}
