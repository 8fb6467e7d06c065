//! Where a person signs: between title (7a) and full name (7b), at the end of the text (Decree 30/2020, Appendix I).
//!
//! In: the words of pages with their boxes, in points as shown, from whatever source. Out: a [`Block`], or why there is
//! none. Pages are looked at from the last to the first, each from below. Where the signer's name is known, the block with
//! this name is the place; else it is the lowest one in the right half. A letter misread here and there does no harm.
//! A wrong place is worse than none: what is not clear is not found.

use crate::base::geometry::Rect;
use crate::describe::OFFICES;
use crate::intake::text::PageWords;
use crate::vn::matching::Key;
use crate::vn::names::{self, Plausibility};
use crate::vn::text::fold;

/// A place for a signature on a page, in points as shown, y down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// Index of its page.
    pub(super) page: usize,
    /// The last line of the title, where it was found.
    pub(super) title: Option<Rect>,
    /// The full name, where it was found.
    pub(super) name: Option<Rect>,
    /// Free of print; its middle is that of title and name.
    pub(super) gap: Rect,
}

/// Why no place was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfound {
    /// The pages have no words: neither text nor a recognised layer.
    #[error("the pages have no text")]
    NoWords,
    /// No title stands above a name or free room, and nowhere is the signer's name.
    #[error("no title and name of a signer is on the pages")]
    NoBlock,
    /// Somebody else is to sign there.
    #[error("`{name}` is to sign there")]
    OtherSigner {
        /// Whose name stands there.
        name: String,
    },
    /// Title and name leave no room for a signature.
    #[error("title and name of the signer leave no room between them")]
    NoRoom,
}

impl Unfound {
    /// In Vietnamese, for reports.
    #[must_use]
    pub fn vietnamese(&self) -> String {
        match self {
            Self::NoWords => "các trang không có lớp chữ".to_owned(),
            Self::NoBlock => "không thấy chức vụ và họ tên người ký".to_owned(),
            Self::OtherSigner { name } => format!("chỗ ký ghi tên người khác ({name})"),
            Self::NoRoom => "giữa chức vụ và họ tên không còn chỗ trống".to_owned(),
        }
    }
}

/// In points; a millimetre has 2.83.
const MM: f32 = 72.0 / 25.4;
/// Between title and name: rooms of other heights are other things.
const ROOM: std::ops::RangeInclusive<f32> = 8.0 * MM..=75.0 * MM;
/// Title and name have one middle, within this part of the page's width.
const ONE_MIDDLE: f32 = 0.11;
/// Nobody signs in the left part of a page but one whose name stands there.
const RIGHT_PART: f32 = 0.45;
/// Nobody signs at the head of the first page.
const HEAD: f32 = 0.3;
/// So alike are two names of which a letter was misread.
const ALIKE: f32 = 0.85;
/// What is kept free around a signature.
const FREE: f32 = 1.0;
/// A signature is not squeezed further than this.
const LEAST_GAP: (f32, f32) = (15.0 * MM, 8.0 * MM);
/// Room where only one of title and name is found.
const OPEN_ROOM: f32 = 30.0 * MM;
const LEAST_OPEN_ROOM: f32 = 15.0 * MM;
/// Kept from the edge of the page.
const EDGE: f32 = 5.0 * MM;
/// Gaps wider than so many heights of a word part a line into columns.
const COLUMN_GAP: f32 = 1.8;
/// Lines of one title follow one another within so many heights of a word.
const LINE_GAP: f32 = 1.5;

/// Titles on papers in English, folded.
const ENGLISH: [&str; 9] = [
    "director",
    "chairman",
    "chairwoman",
    "chairperson",
    "president",
    "chief executive officer",
    "manager",
    "head of",
    "authorized representative",
];

/// Finds the place of `signer`, or of the one who signs where nobody is named. `taken` are places of other signatures, with
/// the index of their page: nothing is put over them.
pub(super) fn find(pages: &[PageWords], signer: Option<&str>, taken: &[(usize, Rect)]) -> Result<Block, Unfound> {
    let signer = signer.map(Key::of).filter(|name| !name.is_empty());
    let mut unfound = Unfound::NoWords;
    for (index, page) in pages.iter().enumerate().rev() {
        let taken = taken.iter().filter(|(page, _)| *page == index).map(|(_, place)| *place).collect();
        let Some(sheet) = Sheet::of(page, index, taken) else { continue };
        match sheet.block(signer.as_ref()) {
            Ok(block) => return Ok(block),
            // What stands nearest to the end says best why.
            Err(why) if matches!(unfound, Unfound::NoWords | Unfound::NoBlock) => unfound = why,
            Err(_) => {}
        }
    }
    Err(unfound)
}

/// Words of so many letters are wider than tall where they are upright.
const LONG_WORD: usize = 4;

/// A page in lines.
struct Sheet<'a> {
    page: &'a PageWords,
    index: usize,
    /// From top to bottom.
    lines: Vec<Line>,
    /// Usual height of a word.
    letter: f32,
    taken: Vec<Rect>,
}

/// Words of one line with no wide gap between.
#[derive(Debug, Clone)]
struct Line {
    text: String,
    folded: String,
    words: usize,
    bbox: Rect,
}

/// A line that is or may be a full name.
struct Name<'l> {
    line: &'l Line,
    text: &'l str,
    /// How well it fits one: none where it is capitalised words, and no more is known.
    plausibility: Option<Plausibility>,
}

impl<'a> Sheet<'a> {
    /// None without words, and of a page that is shown on its side: what stands above a name there is beside it.
    fn of(page: &'a PageWords, index: usize, taken: Vec<Rect>) -> Option<Self> {
        let long: Vec<_> = page.words.iter().filter(|word| word.text.chars().count() >= LONG_WORD).collect();
        let tall = long.iter().filter(|word| word.bbox.height() > word.bbox.width()).count();
        if tall * 2 > long.len() {
            return None;
        }
        let mut heights: Vec<f32> = page.words.iter().map(|word| word.bbox.height()).collect();
        heights.sort_by(f32::total_cmp);
        let letter = heights.get(heights.len() / 2).copied()?.max(1.0);
        Some(Self { page, index, lines: lines(page, letter), letter, taken })
    }

    fn block(&self, signer: Option<&Key>) -> Result<Block, Unfound> {
        let Some(signer) = signer else {
            let places = self.titles().filter(|title| self.is_right(title)).map(|title| self.below(title));
            return places.fold(Err(Unfound::NoBlock), first_found);
        };
        let own = self.lines.iter().rev().filter(|line| is_of(line, signer)).map(|line| self.above(line));
        let own = own.fold(Err(Unfound::NoBlock), first_found);
        if own != Err(Unfound::NoBlock) {
            return own;
        }
        let Some(title) = self.titles().find(|title| self.is_right(title)) else { return Err(Unfound::NoBlock) };
        match self.name_below(title) {
            Some(name) if name.plausibility.is_some() => Err(Unfound::OtherSigner { name: names::written(name.text) }),
            Some(_) => Err(Unfound::NoBlock),
            None => self.below(title),
        }
    }

    /// Last lines of titles, from below; of two on one height the one on the right first.
    fn titles(&self) -> impl Iterator<Item = &Line> {
        let head = if self.index == 0 { self.page.size.1 * HEAD } else { 0.0 };
        let mut titles: Vec<&Line> = self
            .lines
            .iter()
            .filter(|line| line.bbox.top > head && is_title(line))
            .map(|line| self.last_line(line))
            .collect();
        let row = |line: &Line| (line.bbox.center().1 / (2.0 * self.letter)).round() as i64;
        titles.sort_by(|one, other| row(other).cmp(&row(one)).then(other.bbox.left.total_cmp(&one.bbox.left)));
        titles.dedup_by(|one, other| std::ptr::eq(*one, *other));
        titles.into_iter()
    }

    /// The last of the lines that go on with a title: its second half, `(Ký, ghi rõ họ tên)`.
    fn last_line<'l>(&'l self, title: &'l Line) -> &'l Line {
        let mut last = title;
        loop {
            let next = self.lines.iter().find(|line| {
                let gap = line.bbox.top - last.bbox.bottom;
                line.bbox.top > last.bbox.top
                    && gap > -0.5 * self.letter
                    && gap < LINE_GAP * self.letter
                    && self.have_one_middle(line, last)
                    && (is_title(line) || line.is_capital() && !self.is_the_name(line) || line.text.starts_with('('))
            });
            match next {
                Some(line) => last = line,
                None => return last,
            }
        }
    }

    /// Whether a line in capitals is the signer's name; the second half of a title may read like one, and has the name below it.
    fn is_the_name(&self, line: &Line) -> bool {
        let reads_like_one = names::plausibility(names::without_titles(&line.text)) == Some(Plausibility::Surname);
        reads_like_one && self.name_below(line).is_none()
    }

    fn is_right(&self, line: &Line) -> bool {
        line.bbox.center().0 > RIGHT_PART * self.page.size.0
    }

    fn have_one_middle(&self, one: &Line, other: &Line) -> bool {
        (one.bbox.center().0 - other.bbox.center().0).abs() < ONE_MIDDLE * self.page.size.0
    }

    /// The place under a title.
    fn below(&self, title: &Line) -> Result<Block, Unfound> {
        if let Some(name) = self.name_below(title) {
            return self.between(Some(title), Some(name.line));
        }
        // Titles in small letters stand in tables and sentences too.
        if !title.is_capital() {
            return Err(Unfound::NoBlock);
        }
        let middle = title.bbox.center().0;
        let below = |word: &&Rect| word.top > title.bbox.bottom && spans(word, middle, 15.0 * MM);
        let next = self.print().iter().filter(below).map(|word| word.top).fold(self.page.size.1 - EDGE, f32::min);
        if next - title.bbox.bottom < LEAST_OPEN_ROOM {
            return Err(Unfound::NoBlock);
        }
        self.gap(middle, title.bbox.bottom, next.min(title.bbox.bottom + OPEN_ROOM)).map(|gap| Block {
            page: self.index,
            title: Some(title.bbox),
            name: None,
            gap,
        })
    }

    /// The place over a name.
    fn above(&self, name: &Line) -> Result<Block, Unfound> {
        let over =
            |title: &&Line| ROOM.contains(&(name.bbox.top - title.bbox.bottom)) && self.have_one_middle(title, name);
        let title = self.titles().filter(over).max_by(|one, other| one.bbox.bottom.total_cmp(&other.bbox.bottom));
        if title.is_some() {
            return self.between(title, Some(name));
        }
        let middle = name.bbox.center().0;
        let above = |word: &&Rect| word.bottom < name.bbox.top && spans(word, middle, 15.0 * MM);
        let last = self.print().iter().filter(above).map(|word| word.bottom).fold(EDGE, f32::max);
        if name.bbox.top - last < LEAST_OPEN_ROOM {
            return Err(Unfound::NoBlock);
        }
        self.between(None, Some(name))
    }

    fn between(&self, title: Option<&Line>, name: Option<&Line>) -> Result<Block, Unfound> {
        let (title, name) = (title.map(|line| line.bbox), name.map(|line| line.bbox));
        let middles: Vec<f32> = title.iter().chain(&name).map(|place| place.center().0).collect();
        let middle = middles.iter().sum::<f32>() / middles.len().max(1) as f32;
        let bottom = name.map_or(self.page.size.1 - EDGE, |name| name.top);
        let top = title.map_or(bottom - OPEN_ROOM, |title| title.bottom);
        Ok(Block { page: self.index, title, name, gap: self.gap(middle, top, bottom)? })
    }

    /// The surest name below a title, the nearest of equals.
    fn name_below(&self, title: &Line) -> Option<Name<'_>> {
        let under =
            |line: &&Line| ROOM.contains(&(line.bbox.top - title.bbox.bottom)) && self.have_one_middle(line, title);
        let names = self.lines.iter().filter(under).filter_map(Line::as_name);
        names.reduce(|best, next| if next.plausibility > best.plausibility { next } else { best })
    }

    /// What is free of print around a middle between two heights.
    fn gap(&self, middle: f32, top: f32, bottom: f32) -> Result<Rect, Unfound> {
        let print = self.print();
        let inside = |word: &&Rect| word.bottom > top + FREE && word.top < bottom - FREE;
        let print: Vec<&Rect> = print.iter().filter(inside).collect();
        // Print in the middle parts the room; the highest part is taken.
        let mut in_the_middle: Vec<&Rect> =
            print.iter().copied().filter(|word| spans(word, middle, LEAST_GAP.0 / 2.0)).collect();
        in_the_middle.sort_by(|one, other| one.top.total_cmp(&other.top));
        let mut parts = Vec::new();
        let mut from = top;
        for word in in_the_middle {
            parts.push((from, word.top));
            from = from.max(word.bottom);
        }
        parts.push((from, bottom));
        let highest = parts.into_iter().max_by(|one, other| (one.1 - one.0).total_cmp(&(other.1 - other.0)));
        let (top, bottom) = highest.map(|(top, bottom)| (top + FREE, bottom - FREE)).ok_or(Unfound::NoRoom)?;
        let beside = print.into_iter().filter(|word| word.bottom > top && word.top < bottom);
        let mut half = (middle - EDGE).min(self.page.size.0 - EDGE - middle);
        for word in beside {
            let distance = if word.center().0 < middle { middle - word.right } else { word.left - middle };
            half = half.min(distance - FREE);
        }
        if bottom - top < LEAST_GAP.1 || 2.0 * half < LEAST_GAP.0 {
            return Err(Unfound::NoRoom);
        }
        Ok(Rect::new(middle - half, top, middle + half, bottom))
    }

    /// Boxes of all words and of what was signed already.
    fn print(&self) -> Vec<Rect> {
        self.page.words.iter().map(|word| word.bbox).chain(self.taken.iter().copied()).collect()
    }
}

/// Keeps a place, else the reason that says more than that there is nothing.
fn first_found(found: Result<Block, Unfound>, next: Result<Block, Unfound>) -> Result<Block, Unfound> {
    match (found, next) {
        (Err(Unfound::NoBlock), next) => next,
        (Err(why), Err(_)) => Err(why),
        (Err(_), Ok(block)) => Ok(block),
        (found, _) => found,
    }
}

/// Whether a box reaches into the strip of half this width around a middle.
fn spans(place: &Rect, middle: f32, half: f32) -> bool {
    place.left < middle + half && place.right > middle - half
}

impl Line {
    fn of(words: &[(&str, Rect)]) -> Option<Self> {
        let bbox = words.iter().map(|(_, bbox)| *bbox).reduce(|all, one| all.union(&one))?;
        let text = words.iter().map(|(text, _)| *text).collect::<Vec<_>>().join(" ");
        Some(Self { folded: fold(&text), words: words.len(), text, bbox })
    }

    fn is_capital(&self) -> bool {
        let letters = || self.text.chars().filter(|sign| sign.is_alphabetic());
        let capitals = letters().filter(|letter| letter.is_uppercase()).count();
        capitals * 10 > letters().count() * 7
    }

    fn as_name(&self) -> Option<Name<'_>> {
        let text = names::without_titles(&self.text);
        if is_title(self) {
            return None;
        }
        let plausibility = names::plausibility(text);
        let capitalised = || {
            let words: Vec<&str> = text.split_whitespace().collect();
            let is_name = |word: &&str| {
                word.starts_with(char::is_uppercase)
                    && word.chars().all(|letter| letter.is_alphabetic() || letter == '.')
            };
            (2..=6).contains(&words.len()) && words.iter().all(is_name)
        };
        (plausibility.is_some() || capitalised()).then_some(Name { line: self, text, plausibility })
    }
}

/// Whether a line is a signer's name, with or without degrees; the signer may be a certificate's common name that says more.
fn is_of(line: &Line, signer: &Key) -> bool {
    if !(2..=8).contains(&line.words) {
        return false;
    }
    let name = Key::of(names::without_titles(&line.text));
    name.len() >= 5
        && (name.similarity_from(signer, ALIKE).is_some()
            || name.within(signer, ALIKE).is_some()
            || signer.within(&name, ALIKE).is_some())
}

/// A line that names an office, or on whose behalf somebody signs.
fn is_title(line: &Line) -> bool {
    let sentence = line.text.trim_end_matches(':').contains([';', ':']);
    let short = line.words <= 9 && (line.is_capital() || line.words <= 4) && !sentence;
    short && (is_authority(line) || names_office(line))
}

/// `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`.
fn is_authority(line: &Line) -> bool {
    let marks = ["tm.", "kt.", "tl.", "tuq.", "q.", "t/m", "k/t"];
    line.is_capital() && marks.iter().any(|mark| line.folded.starts_with(mark))
}

fn names_office(line: &Line) -> bool {
    let known = || OFFICES.iter().chain(&ENGLISH);
    let read = Key::of(&line.text);
    known().any(|office| line.folded.contains(office))
        || line.is_capital() && known().any(|office| Key::of(office).within(&read, ALIKE).is_some())
}

/// The words of a page in lines, from top to bottom.
fn lines(page: &PageWords, letter: f32) -> Vec<Line> {
    let mut words: Vec<(&str, Rect)> = page.words.iter().map(|word| (word.text.as_str(), word.bbox)).collect();
    words.sort_by(|one, other| one.1.center().1.total_cmp(&other.1.center().1));
    let mut rows: Vec<Vec<(&str, Rect)>> = Vec::new();
    for word in words {
        let on_row = |row: &Vec<(&str, Rect)>| {
            row.first().is_some_and(|first| (word.1.center().1 - first.1.center().1).abs() < 0.6 * letter)
        };
        match rows.last_mut().filter(|row| on_row(row)) {
            Some(row) => row.push(word),
            None => rows.push(vec![word]),
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    for mut row in rows {
        row.sort_by(|one, other| one.1.left.total_cmp(&other.1.left));
        let parts = row.chunk_by(|one, other| other.1.left - one.1.right < COLUMN_GAP * letter);
        lines.extend(parts.filter_map(Line::of));
    }
    lines
}

#[cfg(test)]
mod tests;
