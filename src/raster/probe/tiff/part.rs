//! Some pages of a TIFF as a file of their own: their strips and tags as they stand, and nothing of the others.
//!
//! Directories that hang on a page (EXIF, reduced copies) are left out; what they say of the picture is in its own tags.

use std::io::Cursor;
use std::ops::Range;

use super::{Entry, File, Page, malformed, pages};
use crate::raster::{Error, Limits};

/// Where strips and tiles lie and how long they are (273, 279, 324, 325): written anew.
const STRIPS: (u16, u16) = (273, 279);
const TILES: (u16, u16) = (324, 325);
/// Offsets of other things (288 free space, 330, 34665, 34853, 40965 further directories): they would lead nowhere.
const LEFT_OUT: [u16; 6] = [288, 289, 330, 34665, 34853, 40965];
/// Where the JPEG stream of the old kind lies, which is no strip (513).
const OLD_JPEG: u16 = 513;

/// The pages at these places, from 0, as a TIFF of the same byte order and offsets.
///
/// # Errors
/// As [`pages`]; [`Error::Unsupported`] for old JPEG, whose stream lies outside of strips.
pub fn pages_of(bytes: &[u8], wanted: &[usize], limits: &Limits) -> Result<Vec<u8>, Error> {
    let length = bytes.len() as u64;
    let mut input = Cursor::new(bytes);
    let all = pages(&mut input, length, limits)?;
    let mut file = File::open(&mut input, length)?;
    let directories = directories(&mut file)?;
    let header = if file.big { 16 } else { 8 };
    let mut part = Part { bytes: bytes[..header].to_vec(), big_endian: file.big_endian, big: file.big };
    let mut link = if file.big { 8 } else { 4 };
    for place in wanted {
        let page = all.get(*place).ok_or_else(|| malformed("a page is missing"))?;
        let entries = directories.get(page.directory).ok_or_else(|| malformed("a directory is missing"))?;
        link = part.page(bytes, page, entries, link)?;
    }
    part.set(link, 0);
    Ok(part.bytes)
}

fn directories<R: std::io::Read + std::io::Seek>(file: &mut File<'_, R>) -> Result<Vec<Vec<Entry>>, Error> {
    let (mut next, mut found) = (file.first, Vec::new());
    // The circle that would go on for ever was refused with the pages.
    while next != 0 {
        let (entries, following) = file.directory(next)?;
        found.push(entries);
        next = following;
    }
    Ok(found)
}

/// A TIFF in the making.
struct Part {
    bytes: Vec<u8>,
    big_endian: bool,
    big: bool,
}

/// One tag to be written.
struct Tag {
    number: u16,
    kind: u16,
    count: u64,
    value: Vec<u8>,
}

impl Part {
    /// Adds a page; `link` is where its directory's place is to be noted. Gives where the next one's is.
    fn page(&mut self, from: &[u8], page: &Page, entries: &[Entry], link: usize) -> Result<usize, Error> {
        let mut tags: Vec<Tag> = Vec::new();
        for entry in entries {
            if entry.tag == OLD_JPEG {
                return Err(Error::Unsupported { format: super::FORMAT, feature: "JPEG of the old kind".to_owned() });
            }
            let rewritten = [STRIPS.0, STRIPS.1, TILES.0, TILES.1].contains(&entry.tag);
            let Some(unit) = entry.unit().filter(|_| !rewritten && !LEFT_OUT.contains(&entry.tag)) else { continue };
            let value = unit.checked_mul(entry.count).and_then(|size| slice(from, entry.at..entry.at + size));
            let value = value.ok_or_else(|| malformed("a tag lies outside of the file"))?.to_vec();
            tags.push(Tag { number: entry.tag, kind: entry.kind, count: entry.count, value });
        }
        let (offsets, lengths) = if page.tiled { TILES } else { STRIPS };
        let mut places = Vec::with_capacity(page.chunks.len());
        for chunk in &page.chunks {
            self.align();
            places.push(self.bytes.len() as u64);
            let data = slice(from, chunk.clone()).ok_or_else(|| malformed("a strip lies outside of the file"))?;
            self.bytes.extend_from_slice(data);
        }
        tags.push(self.list(offsets, &places));
        tags.push(self.list(lengths, &page.chunks.iter().map(|chunk| chunk.end - chunk.start).collect::<Vec<_>>()));
        tags.sort_by_key(|tag| tag.number);
        Ok(self.directory(tags, link))
    }

    fn list(&self, number: u16, values: &[u64]) -> Tag {
        let (kind, width) = if self.big { (16, 8) } else { (4, 4) };
        let value = values.iter().flat_map(|value| self.number(*value, width)).collect();
        Tag { number, kind, count: values.len() as u64, value }
    }

    fn directory(&mut self, tags: Vec<Tag>, link: usize) -> usize {
        let (counter, offset) = if self.big { (8, 8) } else { (2, 4) };
        let mut rows: Vec<(Tag, Vec<u8>)> = Vec::with_capacity(tags.len());
        for tag in tags {
            let mut inline = tag.value.clone();
            if inline.len() > offset {
                self.align();
                inline = self.number(self.bytes.len() as u64, offset);
                self.bytes.extend_from_slice(&tag.value);
            }
            inline.resize(offset, 0);
            rows.push((tag, inline));
        }
        self.align();
        self.set(link, self.bytes.len() as u64);
        let mut directory = self.number(rows.len() as u64, counter);
        for (tag, inline) in rows {
            directory.extend(self.number(tag.number.into(), 2));
            directory.extend(self.number(tag.kind.into(), 2));
            directory.extend(self.number(tag.count, offset));
            directory.extend(inline);
        }
        self.bytes.extend(directory);
        let next = self.bytes.len();
        self.bytes.resize(next + offset, 0);
        next
    }

    /// Directories and values begin on even bytes (TIFF 6.0, section 2).
    fn align(&mut self) {
        let length = self.bytes.len();
        self.bytes.resize(length + length % 2, 0);
    }

    /// Notes an offset.
    fn set(&mut self, at: usize, value: u64) {
        let number = self.number(value, if self.big { 8 } else { 4 });
        self.bytes[at..at + number.len()].copy_from_slice(&number);
    }

    fn number(&self, value: u64, width: usize) -> Vec<u8> {
        let bytes = value.to_be_bytes();
        let mut number = bytes[bytes.len() - width..].to_vec();
        if !self.big_endian {
            number.reverse();
        }
        number
    }
}

fn slice(bytes: &[u8], range: Range<u64>) -> Option<&[u8]> {
    bytes.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
}
