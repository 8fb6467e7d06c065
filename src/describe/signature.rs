//! Who signed, and as what: the block at the bottom right of the last page of text (zone 7).
//!
//! A seal and a pen run over the block and read as words; only what fits a Vietnamese name is taken for one.

use std::ops::Range;

use super::Field;
use super::Source;
use super::reading::{clean, field, legality, mean};
use super::wording::restored;
use crate::base::units::PageNumber;
use crate::classify::layout::{Segment, Sheet};
use crate::ocr::text::Word;
use crate::vn::names::{self, Plausibility};
use crate::vn::text::fold;

/// The signer's name and title; the title without a name is no signature.
pub(super) fn read(source: &Source) -> (Option<Field<String>>, Option<Field<String>>) {
    let marked = source.sheets.iter().find_map(|sheet| Some((sheet, recipients_top(sheet)?)));
    let signed = match marked {
        Some((sheet, top)) => block(sheet, top).or_else(|| lone_name(sheet, top)).map(|block| (sheet, block)),
        None => source.sheets.iter().rev().find_map(|sheet| Some((sheet, block(sheet, below_body(sheet))?))),
    };
    signed.map_or((None, None), |(sheet, block)| (block.signer(sheet), block.title(sheet)))
}

/// Above this height, in pixels, there is no signature beside the recipients (zone 9b).
fn recipients_top(sheet: &Sheet) -> Option<f32> {
    let marks = |segment: &&Segment| {
        let folded = segment.folded();
        folded.starts_with("noi nhan") && sheet.across(segment.bbox.left) < 0.4
    };
    sheet.segments.iter().find(marks).map(|segment| segment.bbox.top - sheet.letter * 5.0)
}

/// Above this height, in pixels, nobody signs: on a first page the head stands there.
fn below_body(sheet: &Sheet) -> f32 {
    if sheet.number == PageNumber::FIRST { sheet.size.height as f32 * 0.35 } else { 0.0 }
}

/// Title lines, and the name below them.
struct Block<'s, 'a> {
    titles: Vec<&'s Segment<'a>>,
    name: Name<'a>,
}

/// Words that fit a name.
struct Name<'a> {
    written: String,
    words: Vec<&'a Word>,
    plausibility: Plausibility,
}

/// The lowest title with a name below it, in the right part of a page.
fn block<'s, 'a>(sheet: &'s Sheet<'a>, top: f32) -> Option<Block<'s, 'a>> {
    let right = |segment: &&Segment| segment.bbox.top > top && sheet.across(segment.bbox.center().0) > 0.45;
    let candidates: Vec<&Segment> = sheet.segments.iter().filter(right).collect();
    let last_titles = (0..candidates.len()).rev().filter(|&at| is_title(candidates[at]));
    last_titles.into_iter().find_map(|at| {
        let name = name_below(sheet, &candidates[at + 1..], candidates[at])?;
        Some(Block { titles: titles_up_to(sheet, &candidates, at), name })
    })
}

/// A full name beside the recipients whose title a seal covers.
fn lone_name<'s, 'a>(sheet: &'s Sheet<'a>, top: f32) -> Option<Block<'s, 'a>> {
    let right = sheet.segments.iter().filter(|segment| segment.bbox.top > top && sheet.across(segment.bbox.left) > 0.5);
    let mut names =
        right.filter_map(name_of).filter(|name| name.plausibility == Plausibility::Surname && name.words.len() > 2);
    let (only, more) = (names.next()?, names.next().is_some());
    (!more).then_some(Block { titles: Vec::new(), name: only })
}

/// The title lines that end with the one at `last`, from the top.
fn titles_up_to<'s, 'a>(sheet: &Sheet, candidates: &[&'s Segment<'a>], last: usize) -> Vec<&'s Segment<'a>> {
    let mut titles = vec![candidates[last]];
    for &line in candidates[..last].iter().rev() {
        let near = titles[0].bbox.top - line.bbox.bottom < sheet.letter * 1.8;
        if near && line.capitals() > 0.7 && (is_title(line) || is_authority(line)) {
            titles.insert(0, line);
        }
    }
    titles
}

/// The name under a title: the surest within the room for pen and seal, about the same middle.
fn name_below<'a>(sheet: &Sheet, below: &[&Segment<'a>], title: &Segment) -> Option<Name<'a>> {
    let room = title.bbox.bottom..title.bbox.bottom + sheet.letter * 18.0;
    let middle = title.bbox.center().0;
    let under = |segment: &&&Segment| {
        room.contains(&segment.bbox.top) && (segment.bbox.center().0 - middle).abs() < sheet.size.width as f32 * 0.13
    };
    let names = below.iter().filter(under).filter_map(|segment| name_of(segment));
    names.reduce(|best, next| if next.plausibility > best.plausibility { next } else { best })
}

fn name_of<'a>(segment: &Segment<'a>) -> Option<Name<'a>> {
    let bare = names::without_titles(&segment.text);
    let start = segment.text.find(bare)?;
    let plausibility = names::plausibility(bare).filter(|_| !is_title(segment))?;
    let range: Range<usize> = start..start + bare.len();
    Some(Name { written: names::written(bare), words: segment.words_in(&range), plausibility })
}

impl Block<'_, '_> {
    fn signer(&self, sheet: &Sheet) -> Option<Field<String>> {
        let strength = match (self.name.plausibility, self.titles.is_empty()) {
            (Plausibility::Surname, false) => 0.98,
            (Plausibility::Surname, true) => 0.8,
            (Plausibility::Pattern, _) => 0.7,
        };
        field(self.name.written.clone(), sheet.number, &self.name.words, mean(&self.name.words) * strength)
    }

    /// The last line of the title; `NGƯỜI KÝ GIẤY KHAI SINH` announces a signer but is no office.
    fn title(&self, sheet: &Sheet) -> Option<Field<String>> {
        let last = self.titles.last().filter(|line| !line.folded().starts_with("nguoi ky"))?;
        let office = own_office(&last.text)?;
        let words: Vec<&Word> = self.titles.iter().flat_map(|line| line.words.iter().copied()).collect();
        field(restored(&clean(office)), sheet.number, &words, mean(&words) * legality(&words) * 0.97)
    }
}

/// `PHÓ GIÁM ĐỐC` of `KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC` in one line. What only says for whom one signs
/// (`KT. GIÁM ĐỐC`, or a mark misread) is another's office: the signer's own line was not read.
fn own_office(line: &str) -> Option<&str> {
    let mark = line.split_whitespace().next().is_some_and(|first| first.len() <= 5 && first.ends_with('.'));
    let folded = fold(line);
    let begins = |marks: &[&str]| marks.iter().any(|mark| folded.trim_start().starts_with(mark));
    let deputized = mark && !begins(&["q.", "tm."]) || begins(&["kt", "tl", "tuq"]);
    match line.find("PHÓ ").or_else(|| line.find("Phó ")) {
        Some(deputy) if deputized => Some(&line[deputy..]),
        _ => (!deputized).then_some(line),
    }
}

/// A line that names an office: short, and with one of the words of offices.
fn is_title(segment: &Segment) -> bool {
    let folded = segment.folded();
    let words = segment.words.len();
    let pronounced = segment.capitals() > 0.7 || words <= 4;
    let office = OFFICES.iter().any(|office| folded.contains(office));
    words <= 9 && pronounced && office && !folded.contains(';')
}

/// On whose behalf: `TM. ỦY BAN NHÂN DÂN`.
fn is_authority(segment: &Segment) -> bool {
    let folded = segment.folded();
    ["tm", "kt", "tl", "tuq", "q.", "t/m", "k/t"].iter().any(|mark| folded.starts_with(mark))
}

/// Words of offices, folded.
pub(crate) const OFFICES: &[&str] = &[
    "chu tich",
    "giam doc",
    "bo truong",
    "thu truong",
    "cuc truong",
    "vu truong",
    "truong phong",
    "truong ban",
    "truong cong an",
    "hieu truong",
    "vien truong",
    "chanh van phong",
    "chanh thanh tra",
    "chanh an",
    "thu tuong",
    "cong chung vien",
    "tong thanh tra",
    "thong doc",
    "bi thu",
    "truong thue",
    "chi cuc truong",
    "doi truong",
    "tram truong",
    "truong khoa",
    "truong doan",
    "truong truong",
    "thu ky",
    "truong tram",
    "chu toa",
    "chu tri",
    "truong chi nhanh",
    "nguoi lam don",
    "nguoi viet don",
    "nguoi yeu cau",
    "nguoi ke khai",
    "nguoi khai",
    "nguoi tiep nhan ho so",
    "nguoi ky giay",
    "nguoi ky trich luc",
    "can bo tiep nhan",
    "pho truong",
    "tong giam doc",
    "chi huy truong",
    "chinh uy",
    "truong bo phan",
    "pho chanh",
];
