//! DER (ITU-T X.690): elements read with their exact bytes, and written in their one right form.
//!
//! The reader takes definite lengths in their shortest form only and never looks past its input;
//! it knows tags and lengths, not what they stand for.

use super::oid::Oid;

/// BOOLEAN.
pub const BOOLEAN: u8 = 0x01;
/// INTEGER.
pub const INTEGER: u8 = 0x02;
/// BIT STRING.
pub const BIT_STRING: u8 = 0x03;
/// OCTET STRING.
pub const OCTET_STRING: u8 = 0x04;
/// NULL.
pub const NULL: u8 = 0x05;
/// OBJECT IDENTIFIER.
pub const OBJECT_IDENTIFIER: u8 = 0x06;
/// `UTF8String`.
pub const UTF8_STRING: u8 = 0x0c;
/// `PrintableString`.
pub const PRINTABLE_STRING: u8 = 0x13;
/// `UTCTime`.
pub const UTC_TIME: u8 = 0x17;
/// `GeneralizedTime`.
pub const GENERALIZED_TIME: u8 = 0x18;
/// SEQUENCE and SEQUENCE OF.
pub const SEQUENCE: u8 = 0x30;
/// SET and SET OF.
pub const SET: u8 = 0x31;

/// The tag of a primitive `[number] IMPLICIT`, `number` below 31.
#[must_use]
pub const fn primitive(number: u8) -> u8 {
    0x80 | number
}

/// The tag of `[number] EXPLICIT`, or of a constructed `[number] IMPLICIT`; `number` below 31.
#[must_use]
pub const fn constructed(number: u8) -> u8 {
    0xa0 | number
}

/// Bytes that are not the DER expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the DER expected: {0}")]
pub struct NotDer(pub &'static str);

/// One element: tag, content, and both with the length between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// The identifier octet.
    pub tag: u8,
    /// The content octets.
    pub content: &'a [u8],
    /// All octets.
    pub raw: &'a [u8],
}

/// Reads elements one after another.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What is not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The tag of the next element, if there is one.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element, whatever its tag.
    ///
    /// # Errors
    /// [`NotDer`] when there is none, or its tag or length are not in DER.
    pub fn element(&mut self) -> Result<Element<'a>, NotDer> {
        let (&tag, after_tag) = self.rest.split_first().ok_or(NotDer("an element is missing"))?;
        if tag & 0x1f == 0x1f {
            return Err(NotDer("a tag has more than one octet"));
        }
        let (length, after_length) = length(after_tag)?;
        let content = after_length.get(..length).ok_or(NotDer("an element is cut off"))?;
        let header = self.rest.len() - after_length.len();
        let raw = &self.rest[..header + length];
        self.rest = &self.rest[header + length..];
        Ok(Element { tag, content, raw })
    }

    /// The next element, which must have this tag.
    ///
    /// # Errors
    /// [`NotDer`] as [`Reader::element`], and when the tag is another.
    pub fn expect(&mut self, tag: u8) -> Result<Element<'a>, NotDer> {
        let mut ahead = *self;
        let element = ahead.element()?;
        if element.tag != tag {
            return Err(NotDer("an element has another tag"));
        }
        *self = ahead;
        Ok(element)
    }

    /// The next element if it has this tag.
    ///
    /// # Errors
    /// [`NotDer`] when it has the tag and is malformed.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, NotDer> {
        if self.peek() == Some(tag) { self.expect(tag).map(Some) } else { Ok(None) }
    }

    /// A reader of the next element's content; the element must have this tag.
    ///
    /// # Errors
    /// [`NotDer`] as [`Reader::expect`].
    pub fn enter(&mut self, tag: u8) -> Result<Self, NotDer> {
        Ok(Self::new(self.expect(tag)?.content))
    }

    /// All elements that are left.
    ///
    /// # Errors
    /// [`NotDer`] when one is malformed.
    pub fn elements(mut self) -> Result<Vec<Element<'a>>, NotDer> {
        let mut elements = Vec::new();
        while !self.rest.is_empty() {
            elements.push(self.element()?);
        }
        Ok(elements)
    }

    /// Says that nothing is left.
    ///
    /// # Errors
    /// [`NotDer`] when something is.
    pub fn finish(self) -> Result<(), NotDer> {
        if self.rest.is_empty() { Ok(()) } else { Err(NotDer("octets follow the last element")) }
    }
}

/// X.690 8.1.3 and 10.1: one octet below 128, else as few octets as the length needs (here at most 4).
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), NotDer> {
    let (&first, rest) = bytes.split_first().ok_or(NotDer("a length is missing"))?;
    if first < 0x80 {
        return Ok((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return Err(NotDer("a length is indefinite or longer than four octets"));
    }
    let octets = rest.get(..count).ok_or(NotDer("a length is cut off"))?;
    let value = octets.iter().fold(0usize, |value, &octet| value << 8 | usize::from(octet));
    if value < 0x80 || octets[0] == 0 {
        return Err(NotDer("a length is not in its shortest form"));
    }
    Ok((value, &rest[count..]))
}

/// An element of this tag and content.
#[must_use]
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    out.push(tag);
    let length = content.len();
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let octets = length.to_be_bytes();
        let first = octets.iter().position(|&octet| octet != 0).unwrap_or(octets.len() - 1);
        out.push(0x80 | (octets.len() - first) as u8);
        out.extend_from_slice(&octets[first..]);
    }
    out.extend_from_slice(content);
    out
}

/// SEQUENCE of these elements in this order.
#[must_use]
pub fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, &elements.concat())
}

/// SET OF these elements in the order of their encodings (X.690, 11.6).
#[must_use]
pub fn set_of(elements: Vec<Vec<u8>>) -> Vec<u8> {
    element(SET, &sorted(elements))
}

/// `[number] IMPLICIT SET OF` these elements in the order of their encodings.
#[must_use]
pub fn implicit_set_of(number: u8, elements: Vec<Vec<u8>>) -> Vec<u8> {
    element(constructed(number), &sorted(elements))
}

fn sorted(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    elements.concat()
}

/// `[number] EXPLICIT` around an element.
#[must_use]
pub fn explicit(number: u8, inner: &[u8]) -> Vec<u8> {
    element(constructed(number), inner)
}

/// INTEGER.
#[must_use]
pub fn integer(value: u64) -> Vec<u8> {
    unsigned(&value.to_be_bytes())
}

/// INTEGER from the big-endian octets of a number that is not negative.
#[must_use]
pub fn unsigned(octets: &[u8]) -> Vec<u8> {
    let first = octets.iter().position(|&octet| octet != 0).unwrap_or(octets.len());
    let digits = &octets[first..];
    let mut content = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|&octet| octet & 0x80 != 0) {
        content.push(0);
    }
    content.extend_from_slice(digits);
    element(INTEGER, &content)
}

/// BOOLEAN.
#[must_use]
pub fn boolean(value: bool) -> Vec<u8> {
    element(BOOLEAN, &[if value { 0xff } else { 0 }])
}

/// NULL.
#[must_use]
pub fn null() -> Vec<u8> {
    element(NULL, &[])
}

/// OBJECT IDENTIFIER.
#[must_use]
pub fn object_identifier(oid: Oid) -> Vec<u8> {
    element(OBJECT_IDENTIFIER, oid.0)
}

/// OCTET STRING.
#[must_use]
pub fn octet_string(octets: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, octets)
}

/// BIT STRING of whole octets.
#[must_use]
pub fn bit_string(octets: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], octets].concat())
}

/// `UTF8String`.
#[must_use]
pub fn utf8_string(text: &str) -> Vec<u8> {
    element(UTF8_STRING, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_have_one_form() {
        assert_eq!(integer(0), [2, 1, 0]);
        assert_eq!(integer(127), [2, 1, 127]);
        assert_eq!(integer(128), [2, 2, 0, 128]);
        assert_eq!(unsigned(&[0, 0, 0x80, 1]), [2, 3, 0, 0x80, 1]);
    }

    #[test]
    fn sets_are_ordered_by_their_encodings() {
        let set = set_of(vec![octet_string(b"bb"), octet_string(b"a"), integer(9)]);
        assert_eq!(set, element(SET, &[integer(9), octet_string(b"a"), octet_string(b"bb")].concat()));
    }

    #[test]
    fn what_is_not_der_is_refused() {
        for (bytes, why) in [
            (&[0x30, 0x80, 0, 0][..], "indefinite"),
            (&[0x04, 0x81, 0x01, 0x00], "length not shortest"),
            (&[0x04, 0x82, 0x00, 0x80], "length with a leading zero"),
            (&[0x04, 0x02, 0x00], "cut off"),
            (&[0x1f, 0x81, 0x01, 0x00], "long tag"),
            (&[0x04], "no length"),
            (&[0x04, 0x85, 1, 1, 1, 1, 1], "huge"),
        ] {
            assert!(Reader::new(bytes).element().is_err(), "{why}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(content in proptest::collection::vec(any::<u8>(), 0..70_000), tag in 0u8..0x1f) {
            let bytes = element(tag, &content);
            let mut reader = Reader::new(&bytes);
            let read = reader.element().expect("own writing");
            prop_assert_eq!(read.tag, tag);
            prop_assert_eq!(read.content, content.as_slice());
            prop_assert_eq!(read.raw, bytes.as_slice());
            prop_assert!(reader.finish().is_ok());
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Reader::new(&bytes).elements();
        }
    }
}
