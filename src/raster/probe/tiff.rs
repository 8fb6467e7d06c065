//! TIFF directories (TIFF 6.0, and BigTIFF): what each page is, and where its data lie.

mod part;

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use crate::base::geometry::Size;
use crate::raster::probe::{Density, Orientation};
use crate::raster::{Error, Limits};

pub use part::pages_of;

/// One page as its directory describes it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a tag of its own in the standard")]
pub struct Page {
    /// Which of the file's directories, from 0; thumbnails in between are counted.
    pub directory: usize,
    /// Size as stored.
    pub size: Size,
    /// Bits a sample.
    pub bits: u32,
    /// Samples a pixel.
    pub samples: u32,
    /// `Compression` (259).
    pub compression: u32,
    /// `PhotometricInterpretation` (262): 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 `YCbCr`.
    pub photometric: u32,
    /// Where the value of tag 262 stands in the file.
    pub photometric_at: u64,
    /// Resolution.
    pub density: Option<Density>,
    /// How it is to be shown.
    pub orientation: Orientation,
    /// `FillOrder` 2: least significant bit first.
    pub reversed_bits: bool,
    /// `T4Options` (292).
    pub t4_options: u32,
    /// Each channel is stored apart.
    pub planar: bool,
    /// Stored in tiles, not strips.
    pub tiled: bool,
    /// Rows of a strip.
    pub rows_per_strip: u32,
    /// Where the strips or tiles lie.
    pub chunks: Vec<Range<u64>>,
    /// Where the tables lie that all JPEG strips share.
    pub jpeg_tables: Option<Range<u64>>,
    /// Where the palette lies: 16-bit reds, greens, blues.
    pub palette: Option<Range<u64>>,
    /// Most significant byte first.
    pub big_endian: bool,
}

const FORMAT: &str = "TIFF";

/// Directories hold some 15 entries; this many is damage.
const MOST_ENTRIES: u64 = 4096;

/// Strips of a page: more than this is damage.
const MOST_CHUNKS: u64 = 1 << 20;

/// Reads the directories of a TIFF of `length` bytes; reduced-size copies of pages are left out.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Malformed`] and those of [`Limits`].
pub fn pages<R: Read + Seek>(input: &mut R, length: u64, limits: &Limits) -> Result<Vec<Page>, Error> {
    let mut file = File::open(input, length)?;
    let (mut all, mut thumbnails, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut next = file.first;
    for directory in 0.. {
        if next == 0 {
            break;
        }
        if !seen.insert(next) {
            return Err(malformed("its directories form a circle"));
        }
        limits.check_pages(all.len() + 1)?;
        limits.check_pages(thumbnails.len() + 1)?;
        let (entries, following) = file.directory(next)?;
        let page = file.page(&entries, directory, limits)?;
        let reduced = file.number(&entries, NEW_SUBFILE_TYPE)?.is_some_and(|kind| kind & 1 == 1);
        if reduced { &mut thumbnails } else { &mut all }.push(page);
        next = following;
    }
    // A file of nothing but "thumbnails" was marked wrongly: its pages are not to be lost.
    if all.is_empty() {
        all = thumbnails;
    }
    if all.is_empty() { Err(malformed("it has no page")) } else { Ok(all) }
}

const NEW_SUBFILE_TYPE: u16 = 254;

fn malformed(fact: &str) -> Error {
    Error::Malformed { format: FORMAT, fact: fact.to_owned() }
}

struct File<'a, R> {
    input: &'a mut R,
    length: u64,
    big_endian: bool,
    /// `BigTIFF`: 64-bit offsets.
    big: bool,
    first: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// Where the value stands, be it in the entry or elsewhere.
    at: u64,
}

impl Entry {
    fn unit(self) -> Option<u64> {
        Some(match self.kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16 | 17 | 18 => 8,
            _ => return None,
        })
    }
}

impl<'a, R: Read + Seek> File<'a, R> {
    fn open(input: &'a mut R, length: u64) -> Result<Self, Error> {
        input.rewind()?;
        let mut file = Self { input, length, big_endian: false, big: false, first: 0 };
        file.big_endian = file.bytes::<4>(0)?.starts_with(b"MM");
        file.big = file.integer(2, 2)? == 43;
        file.first = if file.big { file.integer(8, 8)? } else { file.integer(4, 4)? };
        Ok(file)
    }

    fn bytes<const N: usize>(&mut self, at: u64) -> Result<[u8; N], Error> {
        if at.checked_add(N as u64).is_none_or(|end| end > self.length) {
            return Err(Error::Truncated { format: FORMAT, missing: "directory", at: self.length });
        }
        let mut bytes = [0; N];
        self.input.seek(SeekFrom::Start(at))?;
        self.input.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn integer(&mut self, at: u64, width: u64) -> Result<u64, Error> {
        let order = |bytes: &mut [u8], big_endian: bool| {
            if !big_endian {
                bytes.reverse();
            }
            bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
        };
        Ok(match width {
            1 => order(&mut self.bytes::<1>(at)?, self.big_endian),
            2 => order(&mut self.bytes::<2>(at)?, self.big_endian),
            4 => order(&mut self.bytes::<4>(at)?, self.big_endian),
            _ => order(&mut self.bytes::<8>(at)?, self.big_endian),
        })
    }

    /// The entries of the directory at `at`, and where the next directory is (0 for none).
    fn directory(&mut self, at: u64) -> Result<(Vec<Entry>, u64), Error> {
        let (counter, width, offset) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.integer(at, counter)?;
        if count == 0 || count > MOST_ENTRIES {
            return Err(malformed("a directory has no entries or far too many"));
        }
        let mut entries = Vec::with_capacity(count as usize);
        for index in 0..count {
            let entry_at = at + counter + index * width;
            let mut entry = Entry {
                tag: self.integer(entry_at, 2)? as u16,
                kind: self.integer(entry_at + 2, 2)? as u16,
                count: self.integer(entry_at + 4, offset)?,
                at: entry_at + 4 + offset,
            };
            let size = entry.unit().and_then(|unit| unit.checked_mul(entry.count));
            if size.is_none_or(|size| size > offset) {
                entry.at = self.integer(entry.at, offset)?;
            }
            entries.push(entry);
        }
        let next = self.integer(at + counter + count * width, offset)?;
        Ok((entries, next))
    }

    fn number(&mut self, entries: &[Entry], tag: u16) -> Result<Option<u32>, Error> {
        let entry = entries.iter().find(|entry| entry.tag == tag && entry.count > 0).copied();
        let Some((entry, unit)) = entry.and_then(|entry| Some((entry, entry.unit()?))) else { return Ok(None) };
        Ok(u32::try_from(self.integer(entry.at, unit)?).ok())
    }

    fn numbers(&mut self, entries: &[Entry], tag: u16) -> Result<Vec<u64>, Error> {
        let Some(entry) = entries.iter().find(|entry| entry.tag == tag).copied() else { return Ok(Vec::new()) };
        let unit = entry.unit().ok_or_else(|| malformed("a tag has an unknown type"))?;
        let fits = entry.count.checked_mul(unit).and_then(|size| size.checked_add(entry.at));
        if entry.count > MOST_CHUNKS || fits.is_none_or(|end| end > self.length) {
            return Err(malformed("a list is longer than the file"));
        }
        (0..entry.count).map(|index| self.integer(entry.at + index * unit, unit)).collect()
    }

    fn range(&self, entries: &[Entry], tag: u16) -> Result<Option<Range<u64>>, Error> {
        let Some(entry) = entries.iter().find(|entry| entry.tag == tag) else { return Ok(None) };
        let size = entry.unit().unwrap_or(1).checked_mul(entry.count);
        let end = size.and_then(|size| size.checked_add(entry.at)).filter(|&end| end <= self.length);
        end.map(|end| Some(entry.at..end)).ok_or_else(|| malformed("a table reaches past the end of the file"))
    }

    fn ratio(&mut self, entries: &[Entry], tag: u16) -> Result<f32, Error> {
        let Some(entry) = entries.iter().find(|entry| entry.tag == tag).copied() else { return Ok(0.0) };
        match entry.kind {
            5 | 10 => {
                let (top, bottom) = (self.integer(entry.at, 4)?, self.integer(entry.at + 4, 4)?);
                Ok(if bottom == 0 { 0.0 } else { top as f32 / bottom as f32 })
            }
            3 | 4 => Ok(self.integer(entry.at, entry.unit().unwrap_or(4))? as f32),
            _ => Ok(0.0),
        }
    }

    fn page(&mut self, entries: &[Entry], directory: usize, limits: &Limits) -> Result<Page, Error> {
        let need = |value: Option<u32>, what: &str| value.ok_or_else(|| malformed(&format!("a page has no {what}")));
        let size = Size {
            width: need(self.number(entries, 256)?, "width")?,
            height: need(self.number(entries, 257)?, "height")?,
        };
        limits.check_pixels(size)?;
        let tiled = entries.iter().any(|entry| entry.tag == 324);
        let (offsets, lengths) = if tiled { (324, 325) } else { (273, 279) };
        let chunks = self.chunks(entries, offsets, lengths)?;
        let photometric_at = entries.iter().find(|entry| entry.tag == 262).map_or(0, |entry| entry.at);
        Ok(Page {
            directory,
            size,
            bits: self.number(entries, 258)?.unwrap_or(1),
            samples: self.number(entries, 277)?.unwrap_or(1),
            compression: self.number(entries, 259)?.unwrap_or(1),
            // Fax files leave it out and mean "white is zero".
            photometric: self.number(entries, 262)?.unwrap_or(0),
            photometric_at,
            density: self.density(entries)?,
            orientation: Orientation::of_tag(self.number(entries, 274)?.unwrap_or(1)),
            reversed_bits: self.number(entries, 266)? == Some(2),
            t4_options: self.number(entries, 292)?.unwrap_or(0),
            planar: self.number(entries, 284)? == Some(2),
            tiled,
            rows_per_strip: self.number(entries, 278)?.unwrap_or(u32::MAX).clamp(1, size.height),
            chunks,
            jpeg_tables: self.range(entries, 347)?,
            palette: self.range(entries, 320)?,
            big_endian: self.big_endian,
        })
    }

    fn chunks(&mut self, entries: &[Entry], offsets: u16, lengths: u16) -> Result<Vec<Range<u64>>, Error> {
        let offsets = self.numbers(entries, offsets)?;
        let mut lengths = self.numbers(entries, lengths)?;
        if let ([offset], []) = (offsets.as_slice(), lengths.as_slice()) {
            // Old writers leave the length of a single strip out: it runs to the end.
            lengths.push(self.length.saturating_sub(*offset));
        }
        if offsets.is_empty() || offsets.len() != lengths.len() {
            return Err(malformed("a page does not say where its picture is"));
        }
        let length = self.length;
        let cut = || Error::Truncated { format: FORMAT, missing: "picture data", at: length };
        let range = |(&start, &size): (&u64, &u64)| {
            start.checked_add(size).filter(|&end| end <= length).map(|end| start..end).ok_or_else(cut)
        };
        offsets.iter().zip(&lengths).map(range).collect()
    }

    fn density(&mut self, entries: &[Entry]) -> Result<Option<Density>, Error> {
        let (x, y) = (self.ratio(entries, 282)?, self.ratio(entries, 283)?);
        Ok(match self.number(entries, 296)?.unwrap_or(2) {
            2 => Density::plausible(x, y),
            3 => Density::plausible(x * 2.54, y * 2.54),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tiff::encoder::{TiffEncoder, colortype::Gray8};
    use tiff::tags::{ResolutionUnit, Tag};

    use super::*;

    fn encoded(pages: usize) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).expect("started");
        for _ in 0..pages {
            let mut page = encoder.new_image::<Gray8>(20, 10).expect("page");
            let dots = || tiff::encoder::Rational { n: 200, d: 1 };
            page.resolution_unit(ResolutionUnit::Inch);
            page.x_resolution(dots());
            page.y_resolution(dots());
            page.encoder().write_tag(Tag::Orientation, 6_u16).expect("tag");
            page.write_data(&[7; 200]).expect("data");
        }
        bytes.into_inner()
    }

    fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Page>, Error> {
        pages(&mut Cursor::new(bytes), bytes.len() as u64, limits)
    }

    #[test]
    fn every_page_is_described() {
        let found = read(&encoded(3), &Limits::default()).expect("read");
        assert_eq!(found.len(), 3);
        assert_eq!(found[2].size, Size { width: 20, height: 10 });
        assert_eq!((found[0].bits, found[0].samples, found[0].photometric), (8, 1, 1));
        assert_eq!(found[0].density, Some(Density { x: 200.0, y: 200.0 }));
        assert_eq!(found[0].orientation, Orientation::of_tag(6));
    }

    #[test]
    fn pages_are_limited() {
        let limits = Limits { max_pages: 2, ..Limits::default() };
        assert!(matches!(read(&encoded(3), &limits), Err(Error::TooManyPages { pages: 3, limit: 2 })));
    }

    #[test]
    fn a_cut_file_is_noticed() {
        let whole = encoded(1);
        for length in [9, whole.len() / 2, whole.len() - 1] {
            let error = read(&whole[..length], &Limits::default());
            assert!(matches!(error, Err(Error::Truncated { .. } | Error::Malformed { .. })), "{length}");
        }
    }

    #[test]
    fn a_circle_of_directories_ends() {
        let mut bytes = encoded(1);
        let first = u32::from_le_bytes(bytes[4..8].try_into().expect("four")) as usize;
        let entries = usize::from(bytes[first]);
        let next = first + 2 + entries * 12;
        bytes.truncate(next);
        bytes.extend((first as u32).to_le_bytes());
        assert!(matches!(read(&bytes, &Limits::default()), Err(Error::Malformed { .. })));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(tail in proptest::collection::vec(proptest::num::u8::ANY, 4..300)) {
            let bytes = [b"II*\0".as_slice(), &tail].concat();
            drop(read(&bytes, &Limits::default()));
        }
    }
}
