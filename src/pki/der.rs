//! DER (ITU-T X.690): elements read with their exact bytes, and written in their one right form.
//!
//! The reader takes definite lengths in their shortest form only and never looks past its input;
//! it knows tags and lengths, not what they stand for. A reader of BER ([`Reader::ber`]) takes lengths in any form, as
//! some signers and time-stamp authorities write them outside what is signed.

use std::borrow::Cow;

use super::oid::Oid;
use crate::base::time::Timestamp;

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
/// ENUMERATED.
pub const ENUMERATED: u8 = 0x0a;
/// `UTF8String`.
pub const UTF8_STRING: u8 = 0x0c;
/// `PrintableString`.
pub const PRINTABLE_STRING: u8 = 0x13;
/// `IA5String`.
pub const IA5_STRING: u8 = 0x16;
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
    is_ber: bool,
}

impl<'a> Element<'a> {
    /// What an implicit tag stands for (X.690, 8.14.3); its raw octets are those that were read.
    #[must_use]
    pub fn tagged(self, tag: u8) -> Self {
        Self { tag, ..self }
    }

    /// A reader of the content, by the same rules as this element was read.
    #[must_use]
    pub fn reader(&self) -> Reader<'a> {
        Reader { rest: self.content, is_ber: self.is_ber }
    }

    /// The octets of an OCTET STRING, which BER may write in pieces.
    ///
    /// # Errors
    /// [`NotDer`] when it is none.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, NotDer> {
        match self.tag {
            OCTET_STRING => Ok(Cow::Borrowed(self.content)),
            PIECES if self.is_ber => {
                let mut whole = Vec::with_capacity(self.content.len());
                for piece in self.reader().elements()? {
                    if piece.tag != OCTET_STRING {
                        return Err(NotDer("a piece of an octet string is none"));
                    }
                    whole.extend_from_slice(piece.content);
                }
                Ok(Cow::Owned(whole))
            }
            _ => Err(NotDer("an element has another tag")),
        }
    }

    /// An INTEGER or ENUMERATED that is not negative and has at most 64 bits.
    ///
    /// # Errors
    /// [`NotDer`] for any other.
    pub fn small(&self) -> Result<u64, NotDer> {
        let refused = Err(NotDer("a number is too large or negative"));
        match self.content {
            [] => refused,
            [first, ..] if first & 0x80 != 0 => refused,
            [0, digits @ ..] | digits if digits.len() <= 8 => {
                Ok(digits.iter().fold(0, |value, &octet| value << 8 | u64::from(octet)))
            }
            _ => refused,
        }
    }

    /// A `UTCTime` (years 1950 to 2049) or `GeneralizedTime` in UTC (RFC 5280, 4.1.2.5); a fraction of a second, which
    /// time-stamps have, is dropped.
    ///
    /// # Errors
    /// [`NotDer`] for any other element, and for a time in another zone or without seconds.
    pub fn time(&self) -> Result<Timestamp, NotDer> {
        let refused = NotDer("a time is not in its form");
        let text = std::str::from_utf8(self.content).map_err(|_| refused)?;
        let full = match self.tag {
            UTC_TIME if text.len() == 13 => {
                format!("{}{text}", if text < "50" { "20" } else { "19" })
            }
            GENERALIZED_TIME => text.to_owned(),
            _ => return Err(refused),
        };
        let (whole, fraction) = full.split_at_checked(14).ok_or(refused)?;
        let zone = fraction.strip_suffix('Z').ok_or(refused)?;
        let digits = zone.strip_prefix('.').unwrap_or(zone);
        if !whole.bytes().chain(digits.bytes()).all(|byte| byte.is_ascii_digit())
            || (zone.is_empty() != digits.is_empty())
        {
            return Err(refused);
        }
        let part = |range: std::ops::Range<usize>| whole.get(range).unwrap_or_default();
        let (date, time) = (
            format!("{}-{}-{}", part(0..4), part(4..6), part(6..8)),
            format!("{}:{}:{}", part(8..10), part(10..12), part(12..14)),
        );
        format!("{date}T{time}Z").parse().map_err(|_| refused)
    }
}

/// An OCTET STRING in pieces, which BER allows.
const PIECES: u8 = 0x24;
/// Elements of indefinite length stand in one another at most so deep.
const DEEPEST: usize = 32;

/// Reads elements one after another.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
    is_ber: bool,
}

impl<'a> Reader<'a> {
    /// Starts at the first of `bytes`, which must be DER.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, is_ber: false }
    }

    /// Starts at the first of `bytes`, whose lengths may be in any form of BER.
    #[must_use]
    pub fn ber(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, is_ber: true }
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
        let measured = measure(self.rest, self.is_ber, DEEPEST)?;
        let (raw, rest) = self.rest.split_at_checked(measured.end).ok_or(CUT_OFF)?;
        let content = raw.get(measured.content).ok_or(CUT_OFF)?;
        let tag = *raw.first().ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(Element { tag, content, raw, is_ber: self.is_ber })
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
        Ok(self.expect(tag)?.reader())
    }

    /// A reader of the content of an element of this tag and nothing else.
    ///
    /// # Errors
    /// [`NotDer`] as [`Reader::expect`], and when something follows the element.
    pub fn only(mut self, tag: u8) -> Result<Self, NotDer> {
        let inner = self.enter(tag)?;
        self.finish()?;
        Ok(inner)
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

const CUT_OFF: NotDer = NotDer("an element is cut off");

/// Where the content of an element is, and where the element ends.
struct Measured {
    content: std::ops::Range<usize>,
    end: usize,
}

fn measure(bytes: &[u8], is_ber: bool, depth: usize) -> Result<Measured, NotDer> {
    let (&tag, after_tag) = bytes.split_first().ok_or(NotDer("an element is missing"))?;
    if tag & 0x1f == 0x1f {
        return Err(NotDer("a tag has more than one octet"));
    }
    if is_ber && after_tag.first() == Some(&0x80) {
        let end = indefinite(bytes, depth)?;
        return Ok(Measured { content: 2..end, end: end + 2 });
    }
    let (length, after_length) = length(after_tag, is_ber)?;
    let header = bytes.len() - after_length.len();
    if length > after_length.len() {
        return Err(CUT_OFF);
    }
    Ok(Measured { content: header..header + length, end: header + length })
}

/// X.690, 8.1.3.6: where the two zero octets stand that end an element of indefinite length.
fn indefinite(bytes: &[u8], depth: usize) -> Result<usize, NotDer> {
    if depth == 0 || bytes.first().is_none_or(|tag| tag & 0x20 == 0) {
        return Err(NotDer("a length is indefinite where it cannot be"));
    }
    let mut place = 2;
    loop {
        let rest = bytes.get(place..).ok_or(CUT_OFF)?;
        if rest.starts_with(&[0, 0]) {
            return Ok(place);
        }
        place += measure(rest, true, depth - 1)?.end;
    }
}

/// X.690, 8.1.3 and 10.1: one octet below 128, else as few octets as the length needs (here at most 4); BER may use more.
fn length(bytes: &[u8], is_ber: bool) -> Result<(usize, &[u8]), NotDer> {
    let (&first, rest) = bytes.split_first().ok_or(NotDer("a length is missing"))?;
    if first < 0x80 {
        return Ok((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return Err(NotDer("a length is indefinite or longer than four octets"));
    }
    let (octets, rest) = rest.split_at_checked(count).ok_or(NotDer("a length is cut off"))?;
    let value = octets.iter().fold(0usize, |value, &octet| value << 8 | usize::from(octet));
    if !is_ber && (value < 0x80 || octets.first() == Some(&0)) {
        return Err(NotDer("a length is not in its shortest form"));
    }
    Ok((value, rest))
}

/// Elements in BER written again in DER: definite lengths, octet strings in one piece, sets in the order of their
/// encodings. What DER hashes of attributes that were sent in BER (RFC 5652, 5.4).
///
/// # Errors
/// [`NotDer`] when they are not even BER, or too deep.
pub fn canonical(bytes: &[u8]) -> Result<Vec<u8>, NotDer> {
    rewrite(Reader::ber(bytes), DEEPEST).map(|elements| elements.concat())
}

fn rewrite(reader: Reader<'_>, depth: usize) -> Result<Vec<Vec<u8>>, NotDer> {
    let depth = depth.checked_sub(1).ok_or(NotDer("elements are too deep in one another"))?;
    let mut written = Vec::new();
    for read in reader.elements()? {
        written.push(match read.tag {
            PIECES => octet_string(&read.octets()?),
            SET => element(SET, &sorted(rewrite(read.reader(), depth)?)),
            tag if tag & 0x20 != 0 => element(tag, &rewrite(read.reader(), depth)?.concat()),
            tag => element(tag, read.content),
        });
    }
    Ok(written)
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

/// ENUMERATED.
#[must_use]
pub fn enumerated(value: u8) -> Vec<u8> {
    element(ENUMERATED, &[value])
}

/// RFC 5280, 4.1.2.5: `UTCTime` through 2049, `GeneralizedTime` from 2050.
#[must_use]
pub fn time(moment: Timestamp) -> Vec<u8> {
    let text = moment.generalized();
    match text.get(2..) {
        Some(short) if text.as_str() < "2050" => element(UTC_TIME, short.as_bytes()),
        _ => generalized_time(moment),
    }
}

/// `GeneralizedTime`.
#[must_use]
pub fn generalized_time(moment: Timestamp) -> Vec<u8> {
    element(GENERALIZED_TIME, moment.generalized().as_bytes())
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

    #[test]
    fn ber_is_read_where_it_is_allowed() {
        let ber = [0x30, 0x80, 0x24, 0x80, 4, 1, b'a', 4, 0x81, 1, b'b', 0, 0, 0x31, 6, 2, 1, 9, 2, 1, 7, 0, 0];
        assert!(Reader::new(&ber).element().is_err());
        let mut reader = Reader::ber(&ber);
        let mut fields = reader.enter(SEQUENCE).expect("a sequence");
        assert_eq!(fields.element().and_then(|pieces| pieces.octets().map(Cow::into_owned)), Ok(b"ab".to_vec()));
        assert_eq!(reader.finish(), Ok(()));
        let der = sequence(&[&octet_string(b"ab"), &set_of(vec![integer(9), integer(7)])]);
        assert_eq!(canonical(&ber), Ok(der.clone()));
        assert_eq!(canonical(&der), Ok(der));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = [0x30, 0x80].repeat(10_000);
        assert!(Reader::ber(&deep).element().is_err());
        assert!(canonical(&deep).is_err());
        let nested = (0..200).fold(Vec::new(), |inner, _| element(SEQUENCE, &inner));
        assert!(canonical(&nested).is_err());
    }

    #[test]
    fn times_are_read_strictly() {
        let read = |tag, text: &str| Reader::new(&element(tag, text.as_bytes())).element().and_then(|time| time.time());
        let moment = Ok(Timestamp::from_unix(1_793_672_122));
        assert_eq!(read(GENERALIZED_TIME, "20261103021522Z"), moment);
        assert_eq!(read(GENERALIZED_TIME, "20261103021522.125Z"), moment);
        assert_eq!(read(UTC_TIME, "261103021522Z"), moment);
        assert_eq!(read(UTC_TIME, "500101000000Z").map(Timestamp::unix), Ok(-631_152_000));
        for wrong in [
            "20261103021522",
            "20261303021522Z",
            "20261103021522+07",
            "2026110302152",
            "aaaaaaaaaaaaaaZ",
            "20261103021522.Z",
        ] {
            assert!(read(GENERALIZED_TIME, wrong).is_err(), "{wrong}");
        }
        for wrong in ["2611030215Z", "26110302152Z", "261103021522+0700"] {
            assert!(read(UTC_TIME, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn small_numbers_are_not_negative() {
        let read = |content: &[u8]| Reader::new(&element(INTEGER, content)).element().and_then(|number| number.small());
        assert_eq!(read(&[0]), Ok(0));
        assert_eq!(read(&[0, 0xff]), Ok(255));
        assert_eq!(read(&[0, 255, 255, 255, 255, 255, 255, 255, 255]), Ok(u64::MAX));
        assert!(read(&[]).is_err() && read(&[0x80]).is_err() && read(&[1; 9]).is_err());
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
            let _ = Reader::ber(&bytes).elements();
            let _ = canonical(&bytes);
        }
    }
}
