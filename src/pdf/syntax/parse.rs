//! Reading, strictly: two readers must not see two things in the same bytes.

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

/// Arrays and dictionaries within one another.
const MOST_NESTING: usize = 100;

/// Why no object was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The bytes end before the object does.
    End,
    /// It is not written as the standard says: what was expected.
    Malformed(&'static str),
}

/// Reads objects one after the other.
pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether nothing follows these bytes. Else a number at their end may go on behind it.
    complete: bool,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(bytes: &'a [u8], complete: bool) -> Self {
        Self { bytes, at: 0, complete }
    }

    /// How far was read.
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    /// `12 0 obj` and its object; for a stream the dictionary, and whether `stream` follows it.
    pub(crate) fn indirect(&mut self) -> Result<(ObjectId, Object, bool), Fault> {
        let number = self.unsigned()?;
        let generation = self.unsigned()?;
        self.keyword(b"obj")?;
        let id = (
            u32::try_from(number).map_err(|_| Fault::Malformed("an object's number"))?,
            u16::try_from(generation).map_err(|_| Fault::Malformed("an object's generation"))?,
        );
        let object = self.object()?;
        let is_stream = matches!(object, Object::Dictionary(_)) && self.stream()?;
        Ok((id, object, is_stream))
    }

    /// Whether `stream` and a line end stand here; if so they are read (7.3.8.1).
    fn stream(&mut self) -> Result<bool, Fault> {
        self.space();
        if !self.starts_with(b"stream")? {
            return Ok(false);
        }
        self.at += 6;
        match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
            (Some(b'\n'), _) => self.at += 1,
            (Some(b'\r'), Some(b'\n')) => self.at += 2,
            (None, _) | (Some(b'\r'), None) if !self.complete => return Err(Fault::End),
            _ => return Err(Fault::Malformed("a line feed behind `stream`")),
        }
        Ok(true)
    }

    /// This word, with nothing else joined to it.
    pub(crate) fn keyword(&mut self, word: &'static [u8]) -> Result<(), Fault> {
        self.space();
        if !self.starts_with(word)? {
            return Err(Fault::Malformed("a keyword"));
        }
        let end = self.at + word.len();
        match self.bytes.get(end) {
            None if !self.complete => return Err(Fault::End),
            Some(byte) if is_regular(*byte) => return Err(Fault::Malformed("a keyword")),
            _ => self.at = end,
        }
        Ok(())
    }

    /// Digits alone.
    pub(crate) fn unsigned(&mut self) -> Result<u64, Fault> {
        self.space();
        let digits = self.run(|byte| byte.is_ascii_digit())?;
        let text = std::str::from_utf8(digits).map_err(|_| Fault::Malformed("digits"))?;
        text.parse().map_err(|_| Fault::Malformed("a whole number"))
    }

    pub(crate) fn object(&mut self) -> Result<Object, Fault> {
        self.value(0)
    }

    fn value(&mut self, depth: usize) -> Result<Object, Fault> {
        if depth > MOST_NESTING {
            return Err(Fault::Malformed("less nesting"));
        }
        self.space();
        match self.peek(0)? {
            b'/' => self.name().map(Object::Name),
            b'(' => self.literal(),
            b'<' if self.peek(1)? == b'<' => self.dictionary(depth).map(Object::Dictionary),
            b'<' => self.hexadecimal(),
            b'[' => self.array(depth),
            b't' => self.keyword(b"true").map(|()| Object::Boolean(true)),
            b'f' => self.keyword(b"false").map(|()| Object::Boolean(false)),
            b'n' => self.keyword(b"null").map(|()| Object::Null),
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number_or_reference(),
            _ => Err(Fault::Malformed("an object")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Object, Fault> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space();
            if self.peek(0)? == b']' {
                self.at += 1;
                return Ok(Object::Array(items));
            }
            items.push(self.value(depth + 1)?);
        }
    }

    /// A key that stands twice with two values has one for each reader (7.3.7).
    fn dictionary(&mut self, depth: usize) -> Result<Dictionary, Fault> {
        self.at += 2;
        let mut dictionary = Dictionary::new();
        loop {
            self.space();
            match self.peek(0)? {
                b'>' if self.peek(1)? == b'>' => {
                    self.at += 2;
                    return Ok(dictionary);
                }
                b'/' => {
                    let key = self.name()?;
                    let value = self.value(depth + 1)?;
                    if dictionary.get(&key).is_ok_and(|other| *other != value) {
                        return Err(Fault::Malformed("each key once"));
                    }
                    dictionary.set(key, value);
                }
                _ => return Err(Fault::Malformed("a key")),
            }
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, Fault> {
        self.at += 1;
        let written = if self.next_is_regular()? { self.run(is_regular)? } else { &[] };
        let (mut name, mut rest) = (Vec::with_capacity(written.len()), written);
        while let Some((byte, others)) = rest.split_first() {
            let escaped = others.get(..2).and_then(hex_pair).filter(|_| *byte == b'#');
            name.push(escaped.unwrap_or(*byte));
            rest = if escaped.is_some() { &others[2..] } else { others };
        }
        Ok(name)
    }

    /// 7.3.4.2.
    fn literal(&mut self) -> Result<Object, Fault> {
        self.at += 1;
        let (mut string, mut open) = (Vec::new(), 1);
        loop {
            let byte = self.next()?;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    self.escaped(&mut string)?;
                    continue;
                }
                b'\r' => {
                    if self.peek(0)? == b'\n' {
                        self.at += 1;
                    }
                    string.push(b'\n');
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                return Ok(Object::String(string, StringFormat::Literal));
            }
            string.push(byte);
        }
    }

    fn escaped(&mut self, string: &mut Vec<u8>) -> Result<(), Fault> {
        let byte = self.next()?;
        match byte {
            b'n' => string.push(b'\n'),
            b'r' => string.push(b'\r'),
            b't' => string.push(b'\t'),
            b'b' => string.push(8),
            b'f' => string.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek(0)? == b'\n' {
                    self.at += 1;
                }
            }
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    match self.peek(0)? {
                        digit @ b'0'..=b'7' => code = code * 8 + u32::from(digit - b'0'),
                        _ => break,
                    }
                    self.at += 1;
                }
                // High-order overflow is ignored (table 3).
                string.push((code & 0xff) as u8);
            }
            other => string.push(other),
        }
        Ok(())
    }

    fn hexadecimal(&mut self) -> Result<Object, Fault> {
        self.at += 1;
        let (mut string, mut half) = (Vec::new(), None);
        loop {
            let byte = self.next()?;
            let digit = match byte {
                b'>' => {
                    // An odd number of digits is filled up with 0 (7.3.4.3).
                    string.extend(half.map(|high: u8| high << 4));
                    return Ok(Object::String(string, StringFormat::Hexadecimal));
                }
                byte if is_space(byte) => continue,
                byte => hex_digit(byte).ok_or(Fault::Malformed("hexadecimal digits"))?,
            };
            match half.take() {
                None => half = Some(digit),
                Some(high) => string.push(high << 4 | digit),
            }
        }
    }

    fn number_or_reference(&mut self) -> Result<Object, Fault> {
        let number = self.number()?;
        let Object::Integer(first) = number else { return Ok(number) };
        let after = self.at;
        let reference = u32::try_from(first).ok().map(|number| self.rest_of_reference(number));
        match reference {
            Some(Ok(reference)) => Ok(reference),
            Some(Err(Fault::End)) if !self.complete => Err(Fault::End),
            _ => {
                self.at = after;
                Ok(number)
            }
        }
    }

    fn rest_of_reference(&mut self, number: u32) -> Result<Object, Fault> {
        let generation = u16::try_from(self.unsigned()?).map_err(|_| Fault::Malformed("a generation"))?;
        self.keyword(b"R")?;
        Ok(Object::Reference((number, generation)))
    }

    /// 7.3.3; what does not fit 64 bits is a real number.
    fn number(&mut self) -> Result<Object, Fault> {
        let written = self.run(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte))?;
        let malformed = Fault::Malformed("a number");
        let text = std::str::from_utf8(written).map_err(|_| malformed)?;
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.contains(['+', '-']) || !digits.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err(malformed);
        }
        match text.parse() {
            Ok(whole) => Ok(Object::Integer(whole)),
            Err(_) => text.parse().map(Object::Real).map_err(|_| malformed),
        }
    }

    /// At least one byte of this kind, to the first of another.
    fn run(&mut self, is_part: impl Fn(u8) -> bool) -> Result<&'a [u8], Fault> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len());
        if length == rest.len() && !self.complete {
            return Err(Fault::End);
        }
        if length == 0 {
            return Err(if rest.is_empty() { Fault::End } else { Fault::Malformed("another token") });
        }
        self.at += length;
        Ok(&rest[..length])
    }

    fn next_is_regular(&self) -> Result<bool, Fault> {
        match self.bytes.get(self.at) {
            Some(byte) => Ok(is_regular(*byte)),
            None if self.complete => Ok(false),
            None => Err(Fault::End),
        }
    }

    /// White space and comments (7.2.2, 7.2.3).
    fn space(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'%' => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(rest.len());
                }
                byte if is_space(*byte) => self.at += 1,
                _ => return,
            }
        }
    }

    fn starts_with(&self, word: &[u8]) -> Result<bool, Fault> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.len() < word.len() && word.starts_with(rest) && !self.complete {
            return Err(Fault::End);
        }
        Ok(rest.starts_with(word))
    }

    fn peek(&self, ahead: usize) -> Result<u8, Fault> {
        self.bytes.get(self.at + ahead).copied().ok_or(Fault::End)
    }

    fn next(&mut self) -> Result<u8, Fault> {
        let byte = self.peek(0)?;
        self.at += 1;
        Ok(byte)
    }
}

/// Table 1.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

fn hex_digit(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|digit| digit as u8)
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    Some(hex_digit(*pair.first()?)? << 4 | hex_digit(*pair.get(1)?)?)
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;
    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8]) -> Result<Object, Fault> {
        Parser::new(text, true).object()
    }

    #[test]
    fn objects_are_read_as_the_standard_writes_them() {
        let literal = |bytes: &[u8]| Object::String(bytes.to_vec(), StringFormat::Literal);
        let hexadecimal = |bytes: &[u8]| Object::String(bytes.to_vec(), StringFormat::Hexadecimal);
        for (text, object) in [
            (&b"% a comment\n true"[..], Object::Boolean(true)),
            (b"-17", Object::Integer(-17)),
            (b"+.5", Object::Real(0.5)),
            (b"4.", Object::Real(4.0)),
            (b"100000000000000000000", Object::Real(1e20)),
            (b"/A#20B#zz", Object::Name(b"A B#zz".to_vec())),
            (b"/ ", Object::Name(vec![])),
            (b"(a(b)\\)\\053\\n\\\r\nc\r\nd)", literal(b"a(b))+\nc\nd")),
            (b"<90 1fA>", hexadecimal(&[0x90, 0x1f, 0xa0])),
            (b"[1 0 R 2 3]", Object::Array(vec![Object::Reference((1, 0)), 2.into(), 3.into()])),
            (b"[1 0 R/N null]", Object::Array(vec![(1, 0).into(), Object::Name(b"N".to_vec()), Object::Null])),
            (b"<</A 1/A 1/B<<>>>>", dictionary! { "A" => 1, "B" => Dictionary::new() }.into()),
        ] {
            assert_eq!(read(text), Ok(object), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn what_readers_would_read_in_two_ways_is_refused() {
        for text in [&b"<</A 1/A 2>>"[..], b"<9g>", b"1.2.3", b"--1", b"truely", b"<</A>>", b"<<1 2>>", b"R"] {
            assert!(matches!(read(text), Err(Fault::Malformed(_))), "{}", String::from_utf8_lossy(text));
        }
        let deep = [b"[".repeat(MOST_NESTING + 2), b"]".repeat(MOST_NESTING + 2)].concat();
        assert_eq!(read(&deep), Err(Fault::Malformed("less nesting")));
        assert_eq!(
            Parser::new(b"1 0 obj <<>> stream\rx", true).indirect().err(),
            Some(Fault::Malformed("a line feed behind `stream`"))
        );
    }

    #[test]
    fn streams_begin_behind_their_line_end() {
        let bytes = b"12 3 obj\n<</Length 1>>\nstream\r\nx";
        let mut parser = Parser::new(bytes, true);
        assert_eq!(parser.indirect(), Ok(((12, 3), dictionary! { "Length" => 1 }.into(), true)));
        assert_eq!(parser.place(), bytes.len() - 1);
    }

    fn any_object() -> impl Strategy<Value = Object> {
        let leaf = prop_oneof![
            Just(Object::Null),
            any::<bool>().prop_map(Object::Boolean),
            any::<i64>().prop_map(Object::Integer),
            (-1e6_f32..1e6).prop_map(|number| Object::Real(number + 0.5)),
            any::<Vec<u8>>().prop_map(Object::Name),
            any::<Vec<u8>>().prop_map(|bytes| Object::String(bytes, StringFormat::Hexadecimal)),
            any::<(u32, u16)>().prop_map(Object::Reference),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Object::Array),
                prop::collection::vec((any::<Vec<u8>>(), inner), 0..8)
                    .prop_map(|entries| Object::Dictionary(Dictionary::from_iter(entries))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(object in any_object()) {
            let mut written = Vec::new();
            super::super::write(&mut written, &object);
            let read = read(&written);
            // A real number may be written as a whole one.
            let mut again = Vec::new();
            super::super::write(&mut again, read.as_ref().map_err(|fault| TestCaseError::fail(format!("{fault:?}")))?);
            prop_assert_eq!(written, again);
        }

        #[test]
        fn a_part_is_no_object(object in any_object(), cut in 0_usize..1000) {
            let mut written = Vec::new();
            super::super::write(&mut written, &object);
            let cut = cut % written.len();
            let early = Parser::new(&written[..cut], false).object();
            prop_assert_eq!(early, Err(Fault::End));
        }

        #[test]
        fn no_bytes_break_it(bytes in any::<Vec<u8>>()) {
            let _ = Parser::new(&bytes, true).indirect();
            let _ = read(&bytes);
        }
    }
}
