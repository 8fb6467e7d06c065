//! A PDF file as its revisions wrote it (ISO 32000-1, 7.5): cross-reference sections from the last to the first, objects when
//! they are asked for, streams where they lie.
//!
//! Opened to a length, a file is what it was when it ended there: that is what a signature covers. Reading is strict, because two
//! readers that repair a file differently see two papers; what needs repair is read by `File::repaired`, and says so.
//! Nothing is held but sections and object streams, so that a scan of two gigabytes costs what a letter costs.

mod cipher;
mod objects;
mod pages;
mod repair;
mod sections;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use lopdf::{Dictionary, Object, ObjectId};

use crate::base::source::Source;
use cipher::Cipher;
use objects::Unfolded;
pub(crate) use sections::{Entry, Kind, Section};

/// A file, or what it was when it ended earlier.
pub(crate) struct File<'a> {
    source: &'a dyn Source,
    length: u64,
    /// The last one first.
    sections: Vec<Section>,
    unfolded: Mutex<BTreeMap<u32, Arc<Unfolded>>>,
    unfolded_bytes: AtomicU64,
    cipher: Option<Cipher>,
    repaired: bool,
}

/// An object as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    /// Anything but a stream.
    Value(Object),
    /// A stream: its dictionary, and where its data lie.
    Stream(Dictionary, Range<u64>),
}

/// Why a file, or an object in it, cannot be read as it stands.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// It does not start with its header.
    #[error("the file does not start with `%PDF-`")]
    NoHeader,
    /// There is no `startxref` with a place in the file at its end.
    #[error("the file does not end with the place of its cross-reference section")]
    NoStart,
    /// A cross-reference section is not what the standard says.
    #[error("the cross-reference section at byte {at} is damaged: {why}")]
    Section {
        /// Where it should be.
        at: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// An object is not what the standard says.
    #[error("object {} {} is damaged: {why}", id.0, id.1)]
    Object {
        /// Its number and generation.
        id: ObjectId,
        /// What is wrong.
        why: &'static str,
    },
    /// Something that every file has is missing or of another type.
    #[error("the PDF has no usable {what}")]
    Missing {
        /// What is missing: `catalog`, `first page`.
        what: &'static str,
    },
    /// It would be larger than its cross-reference section has digits for.
    #[error("the PDF would have {bytes} bytes, more than a place in it has digits for")]
    TooLarge {
        /// How many bytes it would have.
        bytes: u64,
    },
    /// It is locked, and no password was given that opens it.
    #[error("the PDF is encrypted, and no password opens it")]
    Locked,
    /// It is locked in a way that is not read.
    #[error("the PDF is encrypted in a way that is not read")]
    Encryption,
}

/// References to references are followed so far.
const MOST_REFERENCES: usize = 32;
/// Annex C.2: no file has more objects.
const LARGEST_NUMBER: u32 = 8_388_607;

impl<'a> File<'a> {
    /// Opens a file that ends after `length` bytes.
    ///
    /// # Errors
    /// [`Error::NoHeader`], [`Error::NoStart`], [`Error::Section`], [`Error::Locked`], [`Error::Encryption`], [`Error::Io`].
    pub(crate) fn open(source: &'a dyn Source, length: u64, password: Option<&str>) -> Result<Self, Error> {
        let length = length.min(source.length());
        if &*source.bytes(0..5.min(length))? != b"%PDF-" {
            return Err(Error::NoHeader);
        }
        let sections = sections::read(source, length)?;
        Self::of_sections(source, length, sections, false).unlocked(password)
    }

    /// Reads a damaged file: whatever objects stand in it, the last of each number. No two readers agree about such a file.
    ///
    /// # Errors
    /// As [`File::open`], where nothing at all can be found.
    pub(crate) fn repaired(source: &'a dyn Source, password: Option<&str>) -> Result<Self, Error> {
        let section = repair::section(source)?;
        Self::of_sections(source, source.length(), vec![section], true).unlocked(password)
    }

    fn of_sections(source: &'a dyn Source, length: u64, sections: Vec<Section>, repaired: bool) -> Self {
        let (unfolded, unfolded_bytes) = (Mutex::default(), AtomicU64::new(0));
        Self { source, length, sections, unfolded, unfolded_bytes, cipher: None, repaired }
    }

    fn unlocked(mut self, password: Option<&str>) -> Result<Self, Error> {
        self.cipher = Cipher::of(&self, password)?;
        Ok(self)
    }

    /// The version in its header (7.5.2): `1.7`.
    ///
    /// # Errors
    /// Those of the source.
    pub(crate) fn header_version(&self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.source.bytes(5..8)?).into_owned())
    }

    /// Where it ends.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Its bytes; also those behind its end, where the source has more.
    pub(crate) fn source(&self) -> &'a dyn Source {
        self.source
    }

    /// Whether it was read only after repair.
    pub(crate) fn is_repaired(&self) -> bool {
        self.repaired
    }

    /// What locks it.
    pub(crate) fn cipher(&self) -> Option<&Cipher> {
        self.cipher.as_ref()
    }

    /// Its cross-reference sections, the last one first; there is at least one.
    pub(crate) fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The trailer of its last section.
    pub(crate) fn trailer(&self) -> &Dictionary {
        self.sections.first().map_or(&sections::NOTHING, |section| &section.trailer)
    }

    /// A number that no object has.
    pub(crate) fn next_number(&self) -> u32 {
        let said =
            self.sections.iter().filter_map(|section| section.trailer.get(b"Size").and_then(Object::as_i64).ok());
        // A size beyond what a file can have is no number to go on from.
        let said = said.filter_map(|size| u32::try_from(size).ok()).filter(|size| *size <= LARGEST_NUMBER);
        let said = said.max().unwrap_or(1);
        let used = self.sections.iter().filter_map(Section::last_number).max().map_or(1, |last| last.saturating_add(1));
        said.max(used)
    }

    /// How many bytes stand behind its last revision, which ends with the line of the `%%EOF` that follows its section, and behind
    /// `covered`; none in a repaired file, which has no end.
    ///
    /// # Errors
    /// Those of the source.
    pub(crate) fn bytes_after_end(&self, covered: u64) -> io::Result<u64> {
        let last = self.sections.iter().map(|section| section.at).max().unwrap_or(0);
        let Some(end) = sections::end_behind(self.source, last, self.length)?.filter(|_| !self.repaired) else {
            return Ok(0);
        };
        let from = end.max(covered);
        let behind = self.length.saturating_sub(from);
        let few = self.source.bytes(from..self.length.min(from.saturating_add(3)))?;
        let is_line_end = matches!(&*few, b"" | b"\n" | b"\r" | b"\r\n" | b" \n" | b" \r\n");
        Ok(if is_line_end { 0 } else { behind })
    }

    /// The numbers of objects to which sections later than those of `older` give a place, free ones included; none where
    /// this file is not `older` with updates appended.
    pub(crate) fn changed_since(&self, older: &File<'_>) -> Option<BTreeSet<u32>> {
        let added = self.sections.len().checked_sub(older.sections.len())?;
        let (new, kept) = self.sections.split_at(added);
        let same = kept.iter().zip(&older.sections).all(|(own, its)| own.at == its.at);
        let behind = new.iter().all(|section| section.at >= older.length);
        (same && behind).then(|| {
            let mut touched: BTreeSet<u32> = new.iter().flat_map(Section::numbers).collect();
            // What stands in an object stream is touched with it.
            let inside = self.sections.iter().flat_map(Section::in_streams);
            let inside: Vec<u32> =
                inside.filter(|(_, stream)| touched.contains(stream)).map(|(inner, _)| inner).collect();
            touched.extend(inside);
            touched
        })
    }

    /// The numbers of the object streams in which objects stand.
    pub(crate) fn object_streams(&self) -> impl Iterator<Item = u32> + '_ {
        self.sections.iter().flat_map(Section::in_streams).map(|(_, stream)| stream)
    }

    /// An object; none where the number is free or was never used, which means `null` (7.3.10).
    ///
    /// # Errors
    /// [`Error::Object`], [`Error::Io`].
    pub(crate) fn object(&self, id: ObjectId) -> Result<Option<Found>, Error> {
        match self.entry(id.0) {
            Some(Entry::At { offset, generation }) if generation == id.1 => self.object_at(id, offset).map(Some),
            Some(Entry::In { stream, index }) if id.1 == 0 => {
                self.object_in(id, stream, index).map(|found| found.map(Found::Value))
            }
            _ => Ok(None),
        }
    }

    /// What the last section that speaks of this number says of it.
    /// Number 0 is always free (7.5.4).
    pub(crate) fn entry(&self, number: u32) -> Option<Entry> {
        if number == 0 {
            return None;
        }
        self.sections.iter().find_map(|section| section.entry(number))
    }

    /// What a value stands for, references followed; `null` where there is nothing, a stream's dictionary for a stream.
    ///
    /// # Errors
    /// As [`File::object`].
    pub(crate) fn resolved(&self, value: &Object) -> Result<Object, Error> {
        let mut value = value.clone();
        for _ in 0..MOST_REFERENCES {
            let Object::Reference(id) = value else { return Ok(value) };
            value = match self.object(id)? {
                Some(Found::Value(found)) => found,
                Some(Found::Stream(dictionary, _)) => return Ok(Object::Dictionary(dictionary)),
                None => return Ok(Object::Null),
            };
        }
        Ok(Object::Null)
    }

    /// A value of a dictionary, references followed; `null` where there is none.
    ///
    /// # Errors
    /// As [`File::object`].
    pub(crate) fn value(&self, dictionary: &Dictionary, key: &[u8]) -> Result<Object, Error> {
        dictionary.get(key).map_or(Ok(Object::Null), |value| self.resolved(value))
    }

    /// A dictionary of a dictionary; none where there is none.
    ///
    /// # Errors
    /// As [`File::object`].
    pub(crate) fn dictionary_in(&self, dictionary: &Dictionary, key: &[u8]) -> Result<Option<Dictionary>, Error> {
        Ok(match self.value(dictionary, key)? {
            Object::Dictionary(found) => Some(found),
            _ => None,
        })
    }

    /// An array of a dictionary; empty where there is none.
    ///
    /// # Errors
    /// As [`File::object`].
    pub(crate) fn array_in(&self, dictionary: &Dictionary, key: &[u8]) -> Result<Vec<Object>, Error> {
        Ok(match self.value(dictionary, key)? {
            Object::Array(items) => items,
            _ => Vec::new(),
        })
    }

    /// The dictionary of an object, or of its stream.
    ///
    /// # Errors
    /// [`Error::Missing`] with `what` when there is none; as [`File::object`].
    pub(crate) fn dictionary(&self, id: ObjectId, what: &'static str) -> Result<Dictionary, Error> {
        match self.object(id)? {
            Some(Found::Value(Object::Dictionary(dictionary)) | Found::Stream(dictionary, _)) => Ok(dictionary),
            _ => Err(Error::Missing { what }),
        }
    }

    /// The id of the catalog.
    ///
    /// # Errors
    /// [`Error::Missing`] when the trailer names none.
    pub(crate) fn catalog_id(&self) -> Result<ObjectId, Error> {
        let root = self.trailer().get(b"Root").and_then(Object::as_reference);
        root.map_err(|_| Error::Missing { what: "catalog" })
    }

    /// The catalog (7.7.2).
    ///
    /// # Errors
    /// As [`File::dictionary`].
    pub(crate) fn catalog(&self) -> Result<Dictionary, Error> {
        self.dictionary(self.catalog_id()?, "catalog")
    }
}

impl std::fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({} sections in {} bytes)", self.sections.len(), self.length)
    }
}

#[cfg(test)]
mod tests;
