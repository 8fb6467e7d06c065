//! Pages within a document with which another document seems to begin.
//!
//! An office's scanner takes what lies in its feeder: two papers in one file are one document only by mistake. A paper of
//! Decree 30/2020 begins with the national motto (Appendix I, zone 1), its own number (zone 3) and its type's title (zone 5a).
//! Appendices, regulations that a decision issues (`Ban hành kèm theo …`) and blank forms begin alike and belong to
//! the paper before them: they say so at their top, or bear no number. Nothing is divided here; a person is asked.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::base::geometry::Size;
use crate::base::units::{Dpi, PageNumber};
use crate::classify::layout::{Segment, Sheet, sheets};
use crate::classify::{self, ClassifiedDocument, letterhead};
use crate::gate;
use crate::intake::{Hints, Origin};
use crate::ocr::{RecognizedDocument, RecognizedPage};
use crate::vn::document_type::DocumentType;

/// A page with which another document seems to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// The page.
    pub page: PageNumber,
    /// The number at its top, where it has one.
    pub number: Option<String>,
    /// The type of paper that begins there, where it is known.
    pub document_type: Option<DocumentType>,
}

impl Beginning {
    /// What begins where, as people read it.
    pub(super) fn text(&self) -> String {
        let kind = self.document_type.map_or("văn bản khác", DocumentType::name);
        let number = self.number.as_ref().map(|number| format!(" số {number}")).unwrap_or_default();
        format!("trang {} ({kind}{number})", self.page.value())
    }
}

/// The national motto stands in this part of the page.
const HEAD: f32 = 0.25;
/// What a page is an appendix of stands in this part of it.
const UPPER: f32 = 0.4;
/// Below this part of the page a paper's last page is empty, as a rule.
const FULL: f32 = 0.7;
/// Sides that differ by more are another format of paper.
const SAME_FORMAT: f32 = 0.08;

/// Every page with which another document seems to begin, in order.
pub(super) fn beginnings(classified: &ClassifiedDocument) -> Vec<Beginning> {
    let pages = &classified.recognized.pages;
    let sheets = sheets(&classified.recognized);
    let mut found = Vec::new();
    let mut number = sheets.first().and_then(number);
    let mut in_appendix = false;
    for pair in sheets.windows(2) {
        let (before, sheet) = (&pair[0], &pair[1]);
        if is_appendix(sheet) {
            in_appendix = true;
            continue;
        }
        if !has_head(sheet) {
            continue;
        }
        let own = number_of(sheet);
        let is_new = own.is_some() && own != number;
        let document_type = type_of(pages, sheet.number);
        let closes = || ends(before) || restarts(pages, sheet.number) || is_other_format(pages, before, sheet);
        let begins = is_new || (own.is_none() && !in_appendix && document_type.is_some() && closes());
        if begins {
            found.push(Beginning { page: sheet.number, number: own.clone(), document_type });
            number = own;
            in_appendix = false;
        }
    }
    found
}

fn number(sheet: &Sheet<'_>) -> Option<String> {
    Some(letterhead::number(sheet)?.found.number.text)
}

/// The number in the left column of a head, which is the paper's own and none that it speaks of.
fn number_of(sheet: &Sheet<'_>) -> Option<String> {
    letterhead::number(sheet).filter(|found| found.in_column).map(|found| found.found.number.text)
}

fn has_head(sheet: &Sheet<'_>) -> bool {
    sheet.head.is_some_and(|head| sheet.down(head.motto.top) < HEAD)
}

/// An appendix, a regulation that is issued with another paper, or a blank form: the paper before says so.
fn is_appendix(sheet: &Sheet<'_>) -> bool {
    let upper = sheet.segments.iter().filter(|segment| sheet.down(segment.bbox.top) < UPPER);
    upper.map(Segment::folded).any(|text| APPENDED.is_match(text))
}

/// The type of the paper that begins with a page, judged by that page alone.
fn type_of(pages: &[RecognizedPage], number: PageNumber) -> Option<DocumentType> {
    let page = pages.iter().find(|page| page.page.number() == number)?.clone();
    let origin =
        Origin::new(String::new(), Vec::new(), Hints::default(), crate::intake::Identity(page.page.scan.sha256));
    let alone = RecognizedDocument { origin, pages: vec![page] };
    let found = classify::classify(alone, &classify::Options::default()).classification.document_type;
    (found != DocumentType::UNKNOWN).then_some(found)
}

/// A page that looks like a paper's last: signed, addressed, or not filled.
fn ends(sheet: &Sheet<'_>) -> bool {
    let lowest = sheet.segments.iter().map(|segment| sheet.down(segment.bbox.bottom)).fold(0.0, f32::max);
    lowest < FULL || sheet.segments.iter().any(|segment| CLOSING.is_match(segment.folded()))
}

/// The printed numbers begin anew: this page has none or 1, as first pages do, and those around it go down.
fn restarts(pages: &[RecognizedPage], number: PageNumber) -> bool {
    let printed = |index: usize| pages.get(index).and_then(gate::printed_number);
    let at = number.index();
    let before = at.checked_sub(1).and_then(printed);
    let here = printed(at);
    here == Some(1) || (before.is_some_and(|before| before > 1) && here.is_none() && printed(at + 1) == Some(2))
}

fn is_other_format(pages: &[RecognizedPage], before: &Sheet<'_>, sheet: &Sheet<'_>) -> bool {
    let sides = |sheet: &Sheet<'_>| {
        let page = pages.iter().find(|page| page.page.number() == sheet.number)?;
        Some(inches(page.page.size, page.page.dpi()))
    };
    let differ = |one: f32, other: f32| (one - other).abs() > SAME_FORMAT * one.max(other);
    match (sides(before), sides(sheet)) {
        (Some(one), Some(other)) => differ(one.0, other.0) || differ(one.1, other.1),
        _ => false,
    }
}

/// The shorter and the longer side.
fn inches(size: Size, dpi: Dpi) -> (f32, f32) {
    let (width, height) = (size.width as f32 / dpi.value(), size.height as f32 / dpi.value());
    (width.min(height), width.max(height))
}

static APPENDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^phu luc\b|^phu bieu\b|\bkem theo\b|^mau (?:so|van ban|don|to khai|[0-9ivx]+\b)|^bieu (?:mau|so)\b|^bieu [0-9]",
    )
});

static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^noi nhan\b|^luu ?: ?vt\b|\bky,? (?:va )?ghi ro\b|\bky,? (?:ghi )?ho ten\b|^nguoi (?:lam don|khai|ky|yeu cau)\b",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern, compiled by this module's tests")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::testing::Draft;

    /// A page of a document in the making.
    #[derive(Clone, Copy)]
    enum Leaf<'a> {
        Decision(&'a str),
        Last,
        Request,
        Form,
        Regulation,
        Appendix,
        BlankForm,
    }
    use Leaf::{Appendix, BlankForm, Decision, Form, Last, Regulation, Request};

    fn drawn(draft: Draft, leaf: Leaf<'_>) -> Draft {
        const ISSUER: [&str; 2] = ["UBND TỈNH BÌNH MINH", "SỞ Y TẾ"];
        const DATE: &str = "Bình Minh, ngày 9 tháng 11 năm 2017";
        match leaf {
            Decision(number) => draft.head(&ISSUER, number, DATE).centered(1240.0, 600.0, "QUYẾT ĐỊNH").line(
                300.0,
                900.0,
                "Điều 1. Nội dung của quyết định",
            ),
            Last => draft.line(300.0, 300.0, "Điều 3. Chánh Văn phòng thi hành.").line(300.0, 600.0, "Nơi nhận:"),
            Request => draft
                .centered(1240.0, 200.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
                .centered(1240.0, 260.0, "Độc lập - Tự do - Hạnh phúc")
                .centered(1240.0, 400.0, "TỜ KHAI ĐĂNG KÝ KHAI SINH"),
            Form => drawn(draft, Request).line(1900.0, 100.0, "Mẫu số 01"),
            Regulation => draft.head(&ISSUER, "Quy", "chế").centered(1240.0, 500.0, "QUY CHẾ").centered(
                1240.0,
                560.0,
                "(Ban hành kèm theo Quyết định số 12/QĐ-SYT ngày 9/11/2017)",
            ),
            Appendix => draft.centered(1240.0, 200.0, "Phụ lục I").centered(1240.0, 300.0, "DANH MỤC"),
            BlankForm => draft.head(&ISSUER, "Số: ......../GM-SYT", DATE).centered(1240.0, 600.0, "GIẤY MỜI"),
        }
    }

    /// The pages with which documents seem to begin, each with its number.
    fn found(leaves: &[Leaf<'_>]) -> Vec<(u32, Option<String>)> {
        let draft = leaves[1..].iter().fold(drawn(Draft::new(), leaves[0]), |draft, leaf| drawn(draft.page(), *leaf));
        let classified = classify::classify(draft.document(), &classify::Options::default());
        beginnings(&classified).into_iter().map(|one| (one.page.value(), one.number)).collect()
    }

    const FIRST: Leaf<'_> = Decision("Số: 12/QĐ-SYT");

    #[test]
    fn a_head_with_another_number_begins_a_document() {
        let second = Decision("Số: 15/QĐ-SYT");
        assert_eq!(found(&[FIRST, Last, second, Last]), [(3, Some("15/QĐ-SYT".to_owned()))]);
        assert_eq!(found(&[FIRST, Last, FIRST]), [], "the same paper again");
        assert_eq!(found(&[FIRST, Appendix, second]).len(), 1, "behind an appendix too");
    }

    #[test]
    fn a_paper_without_a_number_begins_behind_a_last_page() {
        assert_eq!(found(&[FIRST, Last, Request]), [(3, None)]);
        assert_eq!(found(&[FIRST, Last, Form]), [], "a form of the decision's");
    }

    #[test]
    fn what_a_decision_issues_belongs_to_it() {
        assert_eq!(found(&[FIRST, Last, Regulation, Last]), []);
        assert_eq!(found(&[FIRST, Last, Appendix, BlankForm, Request]), []);
    }
}
