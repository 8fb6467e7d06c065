//! Cross-reference sections: tables (ISO 32000-1, 7.5.4), streams (7.5.8), and both at once (7.5.8.4).

#![expect(clippy::redundant_closure_for_method_calls, reason = "a method itself is of one parser's lifetime")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use lopdf::{Dictionary, Object};

use super::{Error, LARGEST_NUMBER, objects};
use crate::base::source::Source;
use crate::pdf::reading::MOST_STRUCTURE;
use crate::pdf::syntax::Parser;

/// Updates of one file: a signature a day for ten years.
const MOST_SECTIONS: usize = 4096;
/// Annex C.2 has 8,388,607 objects at most; so many entries of all sections together take some 200 MB.
const MOST_ENTRIES: usize = 8_388_607;
/// `startxref` stands in so many last bytes.
const END: u64 = 2048;
/// One more than the largest number.
const MOST_NUMBERS: i64 = LARGEST_NUMBER as i64 + 1;
/// A line of a table.
const LINE: u64 = 20;
/// The widest number in a cross-reference stream.
const WIDEST: usize = 8;

pub(super) static NOTHING: LazyLock<Dictionary> = LazyLock::new(Dictionary::new);

/// One section: what a revision says of the places of objects.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// Where it stands.
    pub(crate) at: u64,
    pub(crate) kind: Kind,
    pub(crate) trailer: Dictionary,
    /// By number; each once.
    entries: Vec<(u32, Entry)>,
    /// Those of `XRefStm`, which older readers do not see.
    hidden: Vec<(u32, Entry)>,
}

/// How a section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    Stream,
    /// A table, and a stream that the table's trailer names.
    Hybrid,
}

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Free,
    At { offset: u64, generation: u16 },
    In { stream: u32, index: u32 },
}

impl Section {
    pub(super) fn of_entries(entries: impl IntoIterator<Item = (u32, Entry)>, trailer: Dictionary) -> Self {
        let entries = entries.into_iter().collect();
        Self { at: 0, kind: Kind::Table, trailer, entries, hidden: Vec::new() }
    }

    /// What it says of a number. What a table calls free may be hidden in its stream.
    pub(super) fn entry(&self, number: u32) -> Option<Entry> {
        let plain = found(&self.entries, number);
        match plain {
            None | Some(Entry::Free) => found(&self.hidden, number).or(plain),
            Some(_) => plain,
        }
    }

    /// Every number of which it speaks.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.entries.iter().chain(&self.hidden).map(|(number, _)| *number)
    }

    /// The numbers of what it says to stand in object streams, each with that of its stream.
    pub(super) fn in_streams(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let all = self.entries.iter().chain(&self.hidden);
        all.filter_map(|(number, entry)| match entry {
            Entry::In { stream, .. } => Some((*number, *stream)),
            Entry::At { .. } | Entry::Free => None,
        })
    }

    pub(super) fn last_number(&self) -> Option<u32> {
        let last = |entries: &[(u32, Entry)]| entries.last().map(|(number, _)| *number);
        last(&self.entries).max(last(&self.hidden))
    }

    /// Whether readers that know its stream and readers that do not see two objects of one number.
    pub(crate) fn is_ambiguous(&self) -> bool {
        let differs = |(number, hidden): &(u32, Entry)| {
            found(&self.entries, *number).is_some_and(|plain| plain != Entry::Free && plain != *hidden)
        };
        self.hidden.iter().any(differs)
    }
}

fn found(entries: &[(u32, Entry)], number: u32) -> Option<Entry> {
    let place = entries.binary_search_by_key(&number, |(number, _)| *number).ok()?;
    entries.get(place).map(|(_, entry)| *entry)
}

/// All sections of a file that ends after `length` bytes, the last one first.
pub(super) fn read(source: &dyn Source, length: u64) -> Result<Vec<Section>, Error> {
    let mut next = Some(start(source, length)?);
    let (mut sections, mut seen, mut left) = (Vec::new(), BTreeSet::new(), MOST_ENTRIES);
    while let Some(at) = next {
        if !seen.insert(at) {
            return Err(Error::Section { at, why: "it comes before itself" });
        }
        if sections.len() >= MOST_SECTIONS {
            return Err(Error::Section { at, why: "there are more than 4096" });
        }
        let section = Reading { source, length, at }.section(&mut left)?;
        let fits = |size: &Object| size.as_i64().is_ok_and(|size| (0..=MOST_NUMBERS).contains(&size));
        if !section.trailer.get(b"Size").map_or(true, fits) {
            return Err(Error::Section { at, why: "its size is none that a file can have" });
        }
        next = place(&section.trailer, b"Prev", at)?;
        sections.push(section);
    }
    Ok(sections)
}

/// Where the revision ends whose section stands at `at`: behind the first `%%EOF` that follows a `startxref` there; none where there is none.
pub(super) fn end_behind(source: &dyn Source, at: u64, length: u64) -> std::io::Result<Option<u64>> {
    let (mut start, mut word): (u64, &[u8]) = (at, b"startxref");
    while start < length {
        let bytes = source.bytes(start..length.min(start.saturating_add(CHUNK)))?;
        match bytes.windows(word.len()).position(|window| window == word) {
            Some(place) if word == b"%%EOF" => return Ok(Some(start + (place + word.len()) as u64)),
            Some(place) => (start, word) = (start + (place + word.len()) as u64, b"%%EOF"),
            None if start + bytes.len() as u64 == length => return Ok(None),
            // A word may stand across two pieces.
            None => start += CHUNK - word.len() as u64,
        }
    }
    Ok(None)
}

/// Looked through at once.
const CHUNK: u64 = 1 << 20;

/// The place named behind the last `startxref` (7.5.5).
fn start(source: &dyn Source, length: u64) -> Result<u64, Error> {
    let end = source.bytes(length.saturating_sub(END)..length)?;
    let place = end.windows(9).rposition(|window| window == b"startxref").ok_or(Error::NoStart)?;
    let mut parser = Parser::new(&end[place + 9..], true);
    let at = parser.unsigned().map_err(|_| Error::NoStart)?;
    if at == 0 || at >= length { Err(Error::NoStart) } else { Ok(at) }
}

/// A place in the file that a trailer names.
fn place(trailer: &Dictionary, key: &[u8], at: u64) -> Result<Option<u64>, Error> {
    match trailer.get(key) {
        Err(_) => Ok(None),
        Ok(Object::Integer(place)) if *place > 0 => Ok(Some(place.unsigned_abs())),
        Ok(_) => Err(Error::Section { at, why: "the section before it has no place in the file" }),
    }
}

/// A section that is being read.
struct Reading<'a> {
    source: &'a dyn Source,
    length: u64,
    at: u64,
}

impl Reading<'_> {
    fn fault(&self, why: &'static str) -> Error {
        Error::Section { at: self.at, why }
    }

    fn section(&self, left: &mut usize) -> Result<Section, Error> {
        if self.at >= self.length {
            return Err(self.fault("its place is behind the end"));
        }
        let head = self.source.bytes(self.at..(self.at + 4).min(self.length))?;
        if &*head != b"xref" {
            let (trailer, entries) = self.stream(left)?;
            return Ok(Section { at: self.at, kind: Kind::Stream, trailer, entries, hidden: Vec::new() });
        }
        let (trailer, entries) = self.table(left)?;
        let Some(at) = place(&trailer, b"XRefStm", self.at)? else {
            return Ok(Section { at: self.at, kind: Kind::Table, trailer, entries, hidden: Vec::new() });
        };
        let (_, hidden) = Reading { at, ..*self }.stream(left)?;
        Ok(Section { at: self.at, kind: Kind::Hybrid, trailer, entries, hidden })
    }

    /// Subsections of lines of 20 bytes, and the trailer.
    fn table(&self, left: &mut usize) -> Result<(Dictionary, Vec<(u32, Entry)>), Error> {
        let mut at = self.at + 4;
        let mut entries = Vec::new();
        loop {
            let head = self.source.bytes(at..(at + 64).min(self.length))?;
            let mut parser = Parser::new(&head, true);
            if parser.keyword(b"trailer").is_ok() {
                at += parser.place() as u64;
                break;
            }
            let numbers = (parser.unsigned(), parser.unsigned());
            let (Ok(first), Ok(count)) = numbers else { return Err(self.fault("no trailer follows its lines")) };
            // The numbers of a subsection end with its line.
            let rest = head.get(parser.place()..).unwrap_or_default();
            let blank = rest.iter().take_while(|byte| b" \r\n".contains(byte)).count();
            at += (parser.place() + blank) as u64;
            self.charge(left, count)?;
            let lines = self.source.bytes(at..at.saturating_add(count.saturating_mul(LINE)).min(self.length))?;
            if (lines.len() as u64) < count * LINE {
                return Err(self.fault("it ends before its lines do"));
            }
            for (line, number) in lines.chunks_exact(LINE as usize).zip(first..) {
                let number = within_bounds(number).ok_or_else(|| self.fault("a number is too large"))?;
                let entry = table_line(line).ok_or_else(|| self.fault("a line is not written as 20 bytes"))?;
                entries.push((number, entry));
            }
            at += count * LINE;
        }
        let trailer = objects::parsed(self.source, at, self.length, |parser| parser.object());
        match trailer? {
            Ok((Object::Dictionary(trailer), _)) => Ok((trailer, self.each_once(entries)?)),
            _ => Err(self.fault("its trailer is no dictionary")),
        }
    }

    fn stream(&self, left: &mut usize) -> Result<(Dictionary, Vec<(u32, Entry)>), Error> {
        let read = objects::parsed(self.source, self.at, self.length, |parser| parser.indirect())?;
        let Ok(((_, Object::Dictionary(dictionary), true), behind)) = read else {
            return Err(self.fault("neither a table nor a stream is there"));
        };
        if !dictionary.has_type(b"XRef") {
            return Err(self.fault("a stream of another kind is there"));
        }
        let length =
            dictionary.get(b"Length").and_then(Object::as_i64).ok().and_then(|length| u64::try_from(length).ok());
        let length = length.ok_or_else(|| self.fault("its stream has no length of its own"))?;
        let data = objects::unfolded(self.source, &dictionary, behind..behind.saturating_add(length), self.length)?;
        let data = data.map_err(|why| self.fault(why))?;
        let entries = self.stream_entries(&dictionary, &data, left)?;
        Ok((dictionary, self.each_once(entries)?))
    }

    fn stream_entries(
        &self,
        dictionary: &Dictionary,
        data: &[u8],
        left: &mut usize,
    ) -> Result<Vec<(u32, Entry)>, Error> {
        let malformed = || self.fault("its widths or numbers are malformed");
        let widths: [usize; 3] =
            numbers(dictionary, b"W").and_then(|widths| widths.try_into().ok()).ok_or_else(malformed)?;
        let width: usize = widths.iter().sum();
        if width == 0 || widths.iter().any(|width| *width > WIDEST) {
            return Err(malformed());
        }
        let size = dictionary.get(b"Size").and_then(Object::as_i64).ok().and_then(|size| usize::try_from(size).ok());
        let runs = match numbers(dictionary, b"Index") {
            Some(runs) if runs.len().is_multiple_of(2) => runs,
            Some(_) => return Err(malformed()),
            None => vec![0, size.ok_or_else(malformed)?],
        };
        let mut rows = data.chunks_exact(width);
        let mut entries = Vec::new();
        for run in runs.chunks_exact(2) {
            self.charge(left, run[1] as u64)?;
            for number in (run[0]..).take(run[1]) {
                let row = rows.next().ok_or_else(|| self.fault("it ends before its entries do"))?;
                let number = within_bounds(number as u64).ok_or_else(malformed)?;
                entries.push((number, stream_row(row, widths).ok_or_else(malformed)?));
            }
        }
        Ok(entries)
    }

    fn charge(&self, left: &mut usize, count: u64) -> Result<(), Error> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        *left = left.checked_sub(count).ok_or_else(|| self.fault("the file has more entries than a PDF can"))?;
        Ok(())
    }

    /// In the order of numbers. A number with two places has one for each reader.
    fn each_once(&self, mut entries: Vec<(u32, Entry)>) -> Result<Vec<(u32, Entry)>, Error> {
        entries.sort_by_key(|(number, _)| *number);
        entries.dedup();
        match entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(_) => Err(self.fault("an object has two places")),
            None => Ok(entries),
        }
    }
}

/// A number that an object can have.
fn within_bounds(number: u64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number <= LARGEST_NUMBER)
}

/// `nnnnnnnnnn ggggg n` and two bytes of line end.
fn table_line(line: &[u8]) -> Option<Entry> {
    let number = |range: std::ops::Range<usize>| -> Option<u64> {
        let digits = line.get(range)?;
        let plain = digits.iter().all(u8::is_ascii_digit);
        plain.then(|| std::str::from_utf8(digits).ok()?.parse().ok()).flatten()
    };
    let (offset, generation) = (number(0..10)?, number(11..16)?);
    let ends = matches!(line.get(18..20)?, b" \n" | b" \r" | b"\r\n");
    if line.get(10) != Some(&b' ') || line.get(16) != Some(&b' ') || !ends {
        return None;
    }
    match line.get(17)? {
        b'f' => Some(Entry::Free),
        b'n' => Some(Entry::At { offset, generation: u16::try_from(generation).ok()? }),
        _ => None,
    }
}

/// Table 18; kinds that are not known stand for `null`.
fn stream_row(row: &[u8], [kind, second, third]: [usize; 3]) -> Option<Entry> {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let (first, rest) = row.split_at_checked(kind)?;
    let (second, third) = rest.get(..second + third)?.split_at_checked(second)?;
    Some(match if kind == 0 { 1 } else { number(first) } {
        1 => Entry::At { offset: number(second), generation: u16::try_from(number(third)).ok()? },
        2 => Entry::In { stream: u32::try_from(number(second)).ok()?, index: u32::try_from(number(third)).ok()? },
        _ => Entry::Free,
    })
}

/// An array of numbers from 0; none where there is none, or something else in it.
fn numbers(dictionary: &Dictionary, key: &[u8]) -> Option<Vec<usize>> {
    let items = dictionary.get(key).and_then(Object::as_array).ok()?;
    items.iter().map(|item| usize::try_from(item.as_i64().ok()?).ok()).collect()
}

/// What cross-reference streams unfold to is structure.
pub(super) const MOST_DATA: u64 = MOST_STRUCTURE as u64;
