//! Signature dictionaries (ISO 32000-1, 12.8.1; EN 319 142-1, 5.3 and 5.4.3), with room for values that are known only when the
//! file around them is.

use std::io;
use std::ops::Range;

use lopdf::ObjectId;

use super::Error;
use crate::base::digest::hex;
use crate::base::source::{Source, each_chunk};
use crate::pdf::incremental::{Tail, Update};
use crate::pki::DigestAlgorithm;
use crate::pki::algorithm::Hasher;

/// ISO 19005-2, 6.1.13: no string is longer.
const LARGEST_STRING: usize = 32_767;
/// Names and numbers in a token may be somewhat longer than expected.
const SLACK: usize = 128;
/// Room for `0` and three numbers of ten digits.
const BYTE_RANGE_WIDTH: usize = 34;

/// A dictionary that lacks its byte range and its value.
pub(super) struct Draft {
    bytes: Vec<u8>,
    byte_range: usize,
    /// The hexadecimal digits.
    contents: Range<usize>,
}

/// An update with the place of a signature in it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) tail: Vec<u8>,
    /// The hexadecimal digits between `<` and `>`, in the tail.
    contents: Range<usize>,
    /// How long the file before it is.
    base: u64,
}

impl Draft {
    /// A dictionary of these entries and a value of so many bytes.
    ///
    /// # Errors
    /// [`Error::SignatureTooLarge`].
    pub(super) fn new(entries: &[u8], value_bytes: usize) -> Result<Self, Error> {
        let needed = value_bytes + SLACK;
        if needed > LARGEST_STRING {
            return Err(Error::SignatureTooLarge { needed, allowed: LARGEST_STRING });
        }
        let mut bytes = [b"<<", entries, b"/ByteRange ["].concat();
        let byte_range = bytes.len();
        bytes.extend(std::iter::repeat_n(b' ', BYTE_RANGE_WIDTH));
        bytes.extend_from_slice(b"]/Contents <");
        let start = bytes.len();
        bytes.extend(std::iter::repeat_n(b'0', needed * 2));
        let contents = start..bytes.len();
        bytes.extend_from_slice(b">>>");
        Ok(Self { bytes, byte_range, contents })
    }

    /// The update with this dictionary as the object `id`, and the byte range written.
    ///
    /// # Errors
    /// Those of [`Update::tail`].
    pub(super) fn placed(self, mut update: Update<'_>, id: ObjectId) -> Result<Place, Error> {
        let base = update.file().length();
        update.set_raw(id, self.bytes);
        let Tail { bytes: mut tail, raw } = update.tail()?;
        let start = raw.get(&id).copied().unwrap_or_default();
        let contents = start + self.contents.start..start + self.contents.end;
        let (gap, after) = (base + contents.start as u64 - 1, base + contents.end as u64 + 1);
        let numbers = format!("0 {gap} {after} {}", base + tail.len() as u64 - after);
        let place = start + self.byte_range;
        tail[place..place + numbers.len()].copy_from_slice(numbers.as_bytes());
        Ok(Place { tail, contents, base })
    }
}

impl Place {
    /// The digest of the file and the update but for the value.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn digest(&self, base: &dyn Source, algorithm: DigestAlgorithm) -> io::Result<Vec<u8>> {
        let mut digester = Hasher::new(algorithm);
        each_chunk(base, 0..self.base, |chunk| digester.update(chunk))?;
        digester.update(&self.tail[..self.contents.start - 1]);
        digester.update(&self.tail[self.contents.end + 1..]);
        Ok(digester.finish())
    }

    /// The update with its value.
    ///
    /// # Errors
    /// [`Error::PlaceTooSmall`].
    pub(super) fn filled(mut self, value: &[u8]) -> Result<Vec<u8>, Error> {
        let digits = hex(value);
        if digits.len() > self.contents.len() {
            return Err(Error::PlaceTooSmall { needed: value.len(), reserved: self.contents.len() / 2 });
        }
        let start = self.contents.start;
        self.tail[start..start + digits.len()].copy_from_slice(digits.as_bytes());
        Ok(self.tail)
    }
}
