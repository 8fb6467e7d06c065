//! The number, and the abstract of an official letter below it, in the head of a page (zones 3 and 5b).

use std::sync::LazyLock;

use regex::Regex;

use super::layout::{Segment, Sheet};
use crate::ocr::text::Word;
use crate::vn::document_number::{FoundNumber, find_after_label};

/// The number of a document, where its head shows it.
#[derive(Debug, Clone)]
pub(crate) struct Numbered<'a> {
    pub(crate) found: FoundNumber,
    pub(crate) words: Vec<&'a Word>,
    /// It stands in the left column of a head.
    pub(crate) in_column: bool,
}

/// The first number after a `Số:` that begins a segment, in the left column first, in the upper half.
pub(crate) fn number<'a>(sheet: &Sheet<'a>) -> Option<Numbered<'a>> {
    let upper = sheet.size.height as f32 * 0.5;
    let column = sheet.left_column(upper).map(|segment| (segment, true));
    let rest = sheet.segments.iter().filter(|segment| segment.bbox.top < upper).map(|segment| (segment, false));
    column.chain(rest).find_map(|(segment, in_column)| {
        let found = find_after_label(&segment.text)?;
        let words = segment.words_in(&found.range);
        Some(Numbered { found, words, in_column })
    })
}

/// The segment that a number's label begins, even where the number itself is not read.
pub(crate) fn number_line<'s, 'a>(sheet: &'s Sheet<'a>) -> Option<&'s Segment<'a>> {
    let upper = sheet.size.height as f32 * 0.45;
    sheet.left_column(upper).find(|segment| NUMBER_LABEL.is_match(segment.folded()))
}

/// The segment of the left column that begins with `V/v`.
pub(crate) fn abstract_line<'s, 'a>(sheet: &'s Sheet<'a>) -> Option<&'s Segment<'a>> {
    let upper = sheet.size.height as f32 * 0.45;
    sheet.left_column(upper).find(|segment| begins_abstract(&segment.text))
}

/// Whether text begins with `V/v` or `Về việc`, as recognisers read them.
pub(crate) fn begins_abstract(text: &str) -> bool {
    ABSTRACT.is_match(crate::vn::text::fold(text).trim_start_matches(|sign: char| !sign.is_alphanumeric()))
}

static NUMBER_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:luat|nghi quyet|phap lenh) )?s[o06]\s?(?:[:;.,]|[0-9]{1,5}\s?/)|^s[o06] .{0,12}/|^[0-9]{1,5}\s?/\s?[a-z]{2}",
    )
});

static ABSTRACT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^v\s?[/\\|il1.í]{1,2}\s?v[\s:.]|^ve viec\b|^vw "));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern, compiled by this module's tests")
}

#[cfg(test)]
mod tests {
    use super::super::layout::sheets;
    use super::super::testing::Draft;
    use super::*;

    #[test]
    fn the_number_and_the_abstract_stand_in_the_left_column() {
        let document = Draft::new()
            .head(&["UBND TỈNH BÌNH MINH", "SỞ Y TẾ"], "Số: 2107/SYT-NVY", "Bình Minh, ngày 9 tháng 11 năm 2017")
            .lines(380.0, 460.0, &["V/v báo cáo kết quả", "năm 2017"])
            .line(700.0, 700.0, "Kính gửi: Các đơn vị trực thuộc")
            .document();
        let sheets = sheets(&document);
        let number = number(&sheets[0]).expect("found");
        assert_eq!((number.found.number.text.as_str(), number.in_column), ("2107/SYT-NVY", true));
        assert_eq!(number.words.len(), 1);
        assert!(number_line(&sheets[0]).is_some());
        assert_eq!(abstract_line(&sheets[0]).map(|segment| segment.text.as_str()), Some("V/v báo cáo kết quả"));
    }

    #[test]
    fn misread_abstracts_are_seen() {
        for text in ["V/v báo cáo", "Vív nhắc", "V/V: họp", "Viv giao", "Về việc giao", "V\\v họp"] {
            assert!(begins_abstract(text), "{text}");
        }
        for text in ["Vật tư", "Vi phạm", "Việc họp", "Vũ Văn An"] {
            assert!(!begins_abstract(text), "{text}");
        }
    }
}
