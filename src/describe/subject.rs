//! What a document is about: the abstract under its heading (zone 5a), or `V/v …` under the number of an
//! official letter (zone 5b).

use super::labels::Kind;
use super::reading::{clean, field, legality, mean};
use super::{Field, Source};
use crate::classify::layout::{Segment, Sheet};
use crate::classify::{Heading, letterhead};
use crate::ocr::text::Word;
use crate::vn::document_type::Layout;

/// Most lines that an abstract is taken to have.
const LINES: usize = 9;

/// Forms and cards have none but behind a label: their heading says all.
pub(super) fn read(source: &Source) -> Option<Field<String>> {
    let sheet = source.first;
    if source.definition.is_some_and(|definition| definition.layout != Layout::Decree30) {
        return labelled(source);
    }
    let (words, strength) = match source.heading.as_ref().and_then(|heading| under_heading(sheet, heading)) {
        Some(words) => (words, 0.96),
        None => (under_number(sheet)?, 0.97),
    };
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let value = clean(&text);
    let long_enough = value.chars().filter(|sign| sign.is_alphabetic()).count() >= 4;
    let confidence = mean(&words) * legality(&words) * strength;
    long_enough.then(|| field(value, sheet.number, &words, confidence))?
}

/// `Nội dung yêu cầu giải quyết: …` on the papers of the one-stop shop.
fn labelled(source: &Source) -> Option<Field<String>> {
    let entry = source.entries.iter().find(|entry| entry.kind == Kind::Subject)?;
    let confidence = mean(&entry.words) * legality(&entry.words) * 0.93 * entry.strength;
    field(entry.value.clone(), entry.page, &entry.words, confidence)
}

/// Lines below the heading about the same middle, to the first gap or the first line of the body.
fn under_heading<'a>(sheet: &Sheet<'a>, heading: &Heading<'a>) -> Option<Vec<&'a Word>> {
    (heading.strength > 0.4).then_some(())?;
    let last = &sheet.segments[*heading.segments.last()?];
    let all = heading.segments.iter().flat_map(|&at| sheet.segments[at].words.iter().copied());
    let mut words: Vec<&Word> = if heading.whole { Vec::new() } else { all.skip(heading.words.len()).collect() };
    let middle = last.bbox.center().0;
    let mut above = last;
    // A stamp beside the abstract is no part of its rows.
    let across = |segment: &&Segment| segment.bbox.left < middle && segment.bbox.right > middle;
    let below = sheet.segments.iter().filter(|segment| segment.row > last.row && has_letters(segment)).filter(across);
    for segment in below.take(LINES) {
        let centered = (segment.bbox.center().0 - middle).abs() < sheet.size.width as f32 * 0.022;
        let gap = segment.bbox.top - above.bbox.bottom;
        // Between the heading and its abstract there may be a wider gap than within the abstract.
        let near = gap < sheet.letter * if words.is_empty() { 2.6 } else { 1.7 };
        if !centered || !near || ends_abstract(segment) {
            break;
        }
        words.extend(&segment.words);
        above = segment;
    }
    (!words.is_empty()).then_some(words)
}

fn has_letters(segment: &Segment) -> bool {
    segment.text.chars().filter(|sign| sign.is_alphabetic()).count() >= 2
}

/// The body begins, or the authority that decides is named.
fn ends_abstract(segment: &Segment) -> bool {
    let folded = segment.folded();
    let authority = segment.capitals() > 0.7 && AUTHORITIES.iter().any(|office| folded.starts_with(office));
    authority || segment.text.trim_start().starts_with('(') || BODY.iter().any(|start| folded.starts_with(start))
}

const BODY: &[&str] = &[
    "can cu ",
    "thoi gian",
    "hom nay",
    "dia diem",
    "thanh phan",
    "kinh gui",
    "dieu 1",
    "chuong i",
    "phan i",
    "i. ",
    "1. ",
    "thuc hien quyet dinh so",
    "thuc hien ke hoach so",
    "so:",
];

const AUTHORITIES: &[&str] = &[
    "chu tich",
    "giam doc",
    "bo truong",
    "thu tuong",
    "uy ban",
    "ubnd",
    "hoi dong",
    "cuc truong",
    "tong cuc truong",
    "chi cuc truong",
    "truong ban",
    "truong phong",
    "hieu truong",
    "chanh",
    "thong doc",
    "chinh phu",
    "tong giam doc",
    "vien truong",
    "bo chinh tri",
    "ban thuong vu",
    "ban chap hanh",
    "quoc hoi",
    "tong thanh tra",
    "trung tam",
    "pho",
    "so ",
];

/// From `V/v` down the left column to the first gap.
fn under_number<'a>(sheet: &Sheet<'a>) -> Option<Vec<&'a Word>> {
    let first = letterhead::abstract_line(sheet)?;
    let mut words = first.words.clone();
    let mut above = first;
    let bottom = sheet.size.height as f32 * 0.5;
    for segment in sheet.left_column(bottom).filter(|segment| segment.row > first.row) {
        let near = segment.bbox.top - above.bbox.bottom < sheet.letter * 1.2;
        let in_column = segment.bbox.right
            < sheet.head.map_or(sheet.size.width as f32 * 0.55, |head| head.split + sheet.letter * 6.0);
        if !near || !in_column || ends_abstract(segment) {
            break;
        }
        words.extend(&segment.words);
        above = segment;
    }
    Some(words)
}
