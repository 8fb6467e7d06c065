//! The objects of a damaged file, found by looking for them.

#![expect(clippy::redundant_closure_for_method_calls, reason = "a method itself is of one parser's lifetime")]

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use super::sections::{Entry, Section};
use super::{Error, File, Found};
use crate::base::source::Source;
use crate::pdf::reading::MOST_STRUCTURE;
use crate::pdf::syntax::{Fault, Parser};

/// A damaged file is read whole up to this.
const LARGEST: u64 = 4 * MOST_STRUCTURE as u64;
/// Read at first; most objects are smaller.
const WINDOW: usize = 1 << 11;
/// Every byte is looked at so often, on the average.
const MOST_LOOKS: usize = 64;

/// One section with the last object of each number, and whatever trailer there is.
pub(super) fn section(source: &dyn Source) -> Result<Section, Error> {
    if source.length() > LARGEST {
        return Err(Error::NoStart);
    }
    let bytes = source.bytes(0..source.length())?;
    let (mut entries, mut trailer) = (BTreeMap::new(), Dictionary::new());
    let mut search = Search { bytes: &bytes, left: MOST_LOOKS * bytes.len() + WINDOW };
    for place in places(&bytes, b"trailer") {
        if let Some(Object::Dictionary(found)) = search.read(place + 7, |parser| parser.object())? {
            trailer.extend(&found);
        }
    }
    for place in places(&bytes, b"obj") {
        let Some(start) = start_of(&bytes, place) else { continue };
        let Some((id, object, is_stream)) = search.read(start, |parser| parser.indirect())? else { continue };
        entries.insert(id.0, Entry::At { offset: start as u64, generation: id.1 });
        if let Object::Dictionary(dictionary) = object {
            if is_stream && dictionary.has_type(b"XRef") {
                trailer.extend(&dictionary);
            } else if dictionary.has_type(b"Catalog") && !trailer.has(b"Root") {
                trailer.set("Root", Object::Reference(id));
            }
        }
    }
    if !trailer.has(b"Root") {
        return Err(Error::Missing { what: "catalog" });
    }
    for key in [&b"Prev"[..], b"XRefStm"] {
        trailer.remove(key);
    }
    let folded = folded(source, &entries, &trailer);
    for (number, entry) in folded {
        entries.entry(number).or_insert(entry);
    }
    Ok(Section::of_entries(entries, trailer))
}

/// Reads what may start at many places, within a bound: what looks like an object in a string that never ends would be read to the end
/// from each of them.
struct Search<'a> {
    bytes: &'a [u8],
    left: usize,
}

impl Search<'_> {
    fn read<T>(
        &mut self,
        start: usize,
        read: impl Fn(&mut Parser<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Error> {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let mut window = WINDOW;
        loop {
            let seen = rest.get(..window).unwrap_or(rest);
            self.left = self.left.checked_sub(seen.len()).ok_or(Error::NoStart)?;
            match read(&mut Parser::new(seen, seen.len() == rest.len())) {
                Ok(found) => return Ok(Some(found)),
                Err(Fault::End) if seen.len() < rest.len() => window = window.saturating_mul(8),
                Err(_) => return Ok(None),
            }
        }
    }
}

/// What stands in the object streams that were found.
fn folded(source: &dyn Source, entries: &BTreeMap<u32, Entry>, trailer: &Dictionary) -> Vec<(u32, Entry)> {
    let plain = Section::of_entries(entries.clone(), trailer.clone());
    let Ok(file) = File::of_sections(source, source.length(), vec![plain], true).unlocked(None) else {
        return Vec::new();
    };
    let mut folded = Vec::new();
    for number in entries.keys() {
        let is_one = matches!(file.object((*number, 0)), Ok(Some(Found::Stream(dictionary, _))) if dictionary.has_type(b"ObjStm"));
        let numbers = if is_one { file.numbers_in(*number) } else { Vec::new() };
        folded.extend(numbers.into_iter().zip(0..).map(|(inner, index)| (inner, Entry::In { stream: *number, index })));
    }
    folded
}

fn places<'a>(bytes: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(word.len()).enumerate().filter(move |(_, window)| *window == word).map(|(place, _)| place)
}

/// Where the two numbers before `obj` start.
fn start_of(bytes: &[u8], keyword: usize) -> Option<usize> {
    let mut at = keyword;
    for _ in 0..2 {
        let blanks = bytes[..at].iter().rev().take_while(|byte| b" \r\n\t".contains(byte)).count();
        let digits = bytes[..at - blanks].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 10 {
            return None;
        }
        at -= blanks + digits;
    }
    Some(at)
}
