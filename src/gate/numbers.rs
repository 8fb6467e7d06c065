//! Gaps in the numbers printed on the pages of a document.
//!
//! Decree 30/2020, Appendix I, part I: pages are numbered in Arabic numerals from 1, in the middle of the top margin, the first
//! page's number is not shown. Forms write `trang 2/5`. A gap is told only where the numbers are surely read and
//! rise without exception: a document of several parts, each numbered by itself, is not judged.

use std::sync::LazyLock;

use regex::Regex;

use crate::ocr::RecognizedPage;
use crate::ocr::text::Line;

/// Part of the page at its top and at its bottom in which page numbers stand.
const MARGIN: f32 = 0.09;
/// Mean confidence of the words of a number that is surely read.
const SURE: f32 = 0.8;
/// Numbers that must have been read where no page says how many there are.
const LEAST_NUMBERS: usize = 3;
/// A gap so wide is another document, or a number misread.
const WIDEST_GAP: u32 = 20;

/// A printed page number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Printed {
    /// The page's place among those that are not blank, from 0.
    place: u32,
    number: u32,
    /// How many pages there are, where that is printed too.
    of: Option<u32>,
}

/// The numbers that no page has; `None` where none is missing or nothing can be said.
pub(super) fn missing(pages: &[RecognizedPage]) -> Option<Vec<u32>> {
    let written = pages.iter().filter(|page| !page.page.correction.blank);
    let printed: Vec<Printed> =
        written.clone().enumerate().filter_map(|(place, page)| printed(place as u32, page)).collect();
    let numbers = gaps(&printed, written.count() as u32);
    (!numbers.is_empty()).then_some(numbers)
}

/// The number that is printed on a page, where it is surely read.
pub(crate) fn printed_number(page: &RecognizedPage) -> Option<u32> {
    printed(0, page).map(|printed| printed.number)
}

fn printed(place: u32, page: &RecognizedPage) -> Option<Printed> {
    let height = page.page.size.height as f32;
    let at_margin = |line: &&Line| line.bbox.bottom < MARGIN * height || line.bbox.top > (1.0 - MARGIN) * height;
    let is_sure = |line: &&Line| line.words.iter().all(|word| word.confidence.value() >= SURE);
    let mut found = page.text.lines.iter().filter(at_margin).filter(is_sure).filter_map(|line| number(&line.text()));
    let (number, of) = found.next()?;
    // Two numbers at the margins: nobody knows which of them is the page's.
    found.next().is_none().then_some(Printed { place, number, of })
}

/// `2`, `- 2 -`, `trang 2`, `trang 2/5`.
fn number(text: &str) -> Option<(u32, Option<u32>)> {
    static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^(?:[-–—]\s*(\d{1,3})\s*[-–—]|(?:trang\s*:?\s*)?(\d{1,3})|trang\s*:?\s*(\d{1,3})\s*/\s*(\d{1,3}))$",
        )
        .ok()
    });
    let parts = FORM.as_ref()?.captures(text.trim())?;
    let value = |group: usize| parts.get(group).and_then(|text| text.as_str().parse().ok());
    let number = value(1).or(value(2)).or(value(3))?;
    let of = value(4);
    (number > 0 && of.is_none_or(|of| of >= number)).then_some((number, of))
}

fn gaps(printed: &[Printed], pages: u32) -> Vec<u32> {
    let of = printed.first().and_then(|first| first.of).filter(|of| printed.iter().all(|other| other.of == Some(*of)));
    let rises = printed.windows(2).all(|pair| pair[0].number < pair[1].number);
    if !rises
        || (of.is_none() && printed.len() < LEAST_NUMBERS)
        || (of.is_some_and(|of| printed.is_empty() || of < pages))
    {
        return Vec::new();
    }
    let mut missing = Vec::new();
    for pair in printed.windows(2) {
        let (read, between) = (pair[1].number - pair[0].number, pair[1].place - pair[0].place);
        // With unread numbers in between, it is not known which are missing.
        if read > between && between == 1 {
            if read > WIDEST_GAP {
                return Vec::new();
            }
            missing.extend(pair[0].number + 1..pair[1].number);
        }
    }
    if let (Some(of), [first, .., last] | [first @ last]) = (of, printed) {
        if first.place == 0 {
            missing.splice(0..0, 1..first.number);
        }
        if last.place + 1 == pages {
            missing.extend(last.number + 1..=of);
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[Option<u32>], of: Option<u32>, expected: &[u32]) {
        let printed: Vec<Printed> = numbers
            .iter()
            .enumerate()
            .filter_map(|(place, number)| Some(Printed { place: place as u32, number: (*number)?, of }))
            .collect();
        assert_eq!(gaps(&printed, numbers.len() as u32), expected, "{numbers:?} of {of:?}");
    }

    #[test]
    fn a_gap_between_neighbours_is_named() {
        check(&[None, Some(2), Some(3), Some(4)], None, &[]);
        check(&[None, Some(2), Some(4), Some(5)], None, &[3]);
        check(&[None, Some(2), Some(3), Some(7)], None, &[4, 5, 6]);
    }

    #[test]
    fn what_is_not_sure_is_not_told() {
        check(&[None, Some(2), Some(4)], None, &[]);
        check(&[None, Some(2), None, Some(5), Some(6)], None, &[]);
        check(&[None, Some(2), Some(3), Some(2), Some(3)], None, &[]);
        check(&[None, Some(2), Some(3), Some(203)], None, &[]);
        check(&[Some(15), Some(16), Some(17)], None, &[]);
    }

    #[test]
    fn forms_say_how_many_pages_there_are() {
        check(&[Some(1), Some(2), Some(3)], Some(3), &[]);
        check(&[Some(1), Some(2)], Some(4), &[3, 4]);
        check(&[Some(2), Some(4)], Some(5), &[1, 3, 5]);
        check(&[Some(2)], Some(3), &[1, 3]);
    }

    #[test]
    fn numbers_are_read_in_their_forms() {
        assert_eq!(number("2"), Some((2, None)));
        assert_eq!(number("- 12 -"), Some((12, None)));
        assert_eq!(number("Trang 2/5"), Some((2, Some(5))));
        for text in ["15/QĐ", "2025", "trang 6/5", "0", "Điều 2", "2/5"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
