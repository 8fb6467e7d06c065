//! Objects at their places: by themselves, in object streams (ISO 32000-1, 7.5.7), with streams (7.3.8).

#![expect(clippy::redundant_closure_for_method_calls, reason = "a method itself is of one parser's lifetime")]

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use lopdf::{Dictionary, Object, ObjectId};

use super::sections::MOST_DATA;
use super::{Entry, Error, File, Found};
use crate::base::source::Source;
use crate::pdf::reading::MOST_STRUCTURE;
use crate::pdf::syntax::{Fault, Parser};

/// Read at first; most objects are smaller.
const WINDOW: u64 = 1 << 11;
/// No object but a stream is larger: 16 MB of names and numbers.
const LARGEST_OBJECT: u64 = 1 << 24;
/// Object streams are kept while they take no more than this, unfolded.
const MOST_KEPT: usize = 32 << 20;

/// So many bytes of object streams are unfolded of one file, the same ones again counted again.
const MOST_UNFOLDED: u64 = 2 << 30;

/// An object stream: its objects by their place in it.
#[derive(Debug)]
pub(super) struct Unfolded {
    data: Vec<u8>,
    /// Number, and where the object starts.
    objects: Vec<(u32, usize)>,
}

/// What `read` makes of the bytes at `at`, and where it ended. More and more is read until an object is whole.
pub(super) fn parsed<T>(
    source: &dyn Source,
    at: u64,
    length: u64,
    read: impl Fn(&mut Parser<'_>) -> Result<T, Fault>,
) -> Result<Result<(T, u64), Fault>, Error> {
    let mut window = WINDOW;
    loop {
        let end = at.saturating_add(window).min(length);
        let bytes = source.bytes(at..end)?;
        let mut parser = Parser::new(&bytes, end == length);
        match read(&mut parser) {
            Err(Fault::End) if end < length && window < LARGEST_OBJECT => window *= 8,
            Err(fault) => return Ok(Err(fault)),
            Ok(value) => return Ok(Ok((value, at + parser.place() as u64))),
        }
    }
}

/// The data of a stream, its filters undone within a bound; or what is wrong with it.
pub(super) fn unfolded(
    source: &dyn Source,
    dictionary: &Dictionary,
    data: Range<u64>,
    length: u64,
) -> Result<Result<Vec<u8>, &'static str>, Error> {
    if data.end > length {
        return Ok(Err("its stream ends behind the file"));
    }
    if data.end - data.start > MOST_DATA {
        return Ok(Err("its stream is larger than structure is"));
    }
    let content = source.bytes(data)?.into_owned();
    let stream = lopdf::Stream::new(dictionary.clone(), content);
    Ok(stream.decompressed_content_with_limit(MOST_STRUCTURE).map_err(|_| "its stream cannot be unfolded"))
}

impl File<'_> {
    pub(super) fn object_at(&self, id: ObjectId, offset: u64) -> Result<Found, Error> {
        let (object, is_stream, behind) = self.written_at(id, offset)?;
        let object = self.cipher().map_or(Ok(object.clone()), |cipher| cipher.opened(id, object))?;
        match object {
            Object::Dictionary(dictionary) if is_stream => {
                let data = self.data(id, &dictionary, behind)?;
                Ok(Found::Stream(dictionary, data))
            }
            object => Ok(Found::Value(object)),
        }
    }

    /// What is written at the place of an object: its value, still locked, whether a stream follows, and where that begins.
    fn written_at(&self, id: ObjectId, offset: u64) -> Result<(Object, bool, u64), Error> {
        let fault = |why| Error::Object { id, why };
        if offset >= self.length {
            return Err(fault("its place is behind the end of the file"));
        }
        // Inside of a larger number another object could be read.
        let edge = self.source.bytes(offset.saturating_sub(1)..(offset + 1).min(self.length))?;
        if matches!(&*edge, [b'0'..=b'9', b'0'..=b'9']) {
            return Err(fault("its place is inside of a number"));
        }
        let read = parsed(self.source, offset, self.length, |parser| parser.indirect())?;
        let ((found, object, is_stream), behind) = read.map_err(|read| match read {
            Fault::End => fault("the file ends before it does"),
            Fault::Malformed(_) => fault("it is not written as the standard says"),
        })?;
        if found == id { Ok((object, is_stream, behind)) } else { Err(fault("another object stands at its place")) }
    }

    /// Where the data of a stream lie: as long as its dictionary says, with `endstream` behind them.
    fn data(&self, id: ObjectId, dictionary: &Dictionary, start: u64) -> Result<Range<u64>, Error> {
        let fault = |why| Error::Object { id, why };
        let length = match dictionary.get(b"Length") {
            Ok(Object::Reference(length)) => self.number_at(*length)?,
            Ok(length) => length.clone(),
            Err(_) => Object::Null,
        };
        let length = length.as_i64().ok().and_then(|length| u64::try_from(length).ok());
        let length = length.ok_or_else(|| fault("its stream has no length"))?;
        let end = start.checked_add(length).filter(|end| *end <= self.length);
        let end = end.ok_or_else(|| fault("its stream ends behind the file"))?;
        let behind = self.source.bytes(end..(end + 32).min(self.length))?;
        match Parser::new(&behind, true).keyword(b"endstream") {
            Ok(()) => Ok(start..end),
            Err(_) => Err(fault("its stream is not as long as it says")),
        }
    }

    /// A number that is an object of its own. One in an object stream, or a stream in its place, might need this very number.
    fn number_at(&self, id: ObjectId) -> Result<Object, Error> {
        match self.entry(id.0) {
            Some(Entry::At { offset, generation }) if generation == id.1 => match self.written_at(id, offset)? {
                (number @ Object::Integer(_), false, _) => Ok(number),
                _ => Ok(Object::Null),
            },
            _ => Ok(Object::Null),
        }
    }

    /// The data of a stream with its filters undone; of a picture as far as its own decoder.
    ///
    /// # Errors
    /// [`Error::Object`], also where they unfold to more than structure does.
    pub(crate) fn unfolded(&self, id: ObjectId, dictionary: &Dictionary, data: Range<u64>) -> Result<Vec<u8>, Error> {
        let fault = |why| Error::Object { id, why };
        if let Some(cipher) = self.cipher() {
            let content = self.source.bytes(data)?.into_owned();
            let stream = cipher.opened_stream(id, lopdf::Stream::new(dictionary.clone(), content))?;
            return stream
                .decompressed_content_with_limit(MOST_STRUCTURE)
                .map_err(|_| fault("its stream cannot be unfolded"));
        }
        unfolded(self.source, dictionary, data, self.length)?.map_err(fault)
    }

    /// An object in an object stream; what stands in it was unlocked with the stream.
    pub(super) fn object_in(&self, id: ObjectId, stream: u32, index: u32) -> Result<Option<Object>, Error> {
        let fault = |why| Error::Object { id, why };
        let unfolded = self.object_stream(id, stream)?;
        let place = usize::try_from(index).ok().and_then(|index| unfolded.objects.get(index));
        match place {
            Some((number, start)) if *number == id.0 => {
                let bytes = unfolded.data.get(*start..).unwrap_or_default();
                let object = Parser::new(bytes, true).object();
                object.map(Some).map_err(|_| fault("it is not written as the standard says"))
            }
            _ => Err(fault("another object stands at its place")),
        }
    }

    /// The numbers of what stands in an object stream.
    pub(super) fn numbers_in(&self, stream: u32) -> Vec<u32> {
        let unfolded = self.object_stream((stream, 0), stream);
        unfolded.map_or(Vec::new(), |unfolded| unfolded.objects.iter().map(|(number, _)| *number).collect())
    }

    fn object_stream(&self, id: ObjectId, number: u32) -> Result<Arc<Unfolded>, Error> {
        let kept = || self.unfolded.lock().map_or(None, |kept| kept.get(&number).cloned());
        if let Some(kept) = kept() {
            return Ok(kept);
        }
        let unfolded = Arc::new(self.read_object_stream(id, number)?);
        if let Ok(mut kept) = self.unfolded.lock() {
            if kept.values().map(|other| other.data.len()).sum::<usize>() > MOST_KEPT {
                *kept = BTreeMap::new();
            }
            kept.insert(number, Arc::clone(&unfolded));
        }
        Ok(unfolded)
    }

    fn read_object_stream(&self, id: ObjectId, number: u32) -> Result<Unfolded, Error> {
        let fault = |why| Error::Object { id, why };
        // An object stream stands in no other (7.5.7).
        let found = match self.entry(number) {
            Some(Entry::At { offset, generation: 0 }) => self.object_at((number, 0), offset)?,
            _ => return Err(fault("the object stream it stands in is missing")),
        };
        let Found::Stream(dictionary, data) = found else {
            return Err(fault("the object stream it stands in is none"));
        };
        if !dictionary.has_type(b"ObjStm") {
            return Err(fault("the object stream it stands in is none"));
        }
        let count =
            |key| dictionary.get(key).and_then(Object::as_i64).ok().and_then(|count| usize::try_from(count).ok());
        let (count, first) = (count(b"N"), count(b"First"));
        let (Some(count), Some(first)) = (count, first) else { return Err(fault("its object stream is malformed")) };
        let data = self.unfolded((number, 0), &dictionary, data)?;
        let spent = self.unfolded_bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
        if spent > MOST_UNFOLDED {
            return Err(fault("its object stream is unfolded too often"));
        }
        let mut parser = Parser::new(data.get(..first).ok_or_else(|| fault("its object stream is malformed"))?, true);
        let mut objects = Vec::new();
        for _ in 0..count {
            let (Ok(number), Ok(place)) = (parser.unsigned(), parser.unsigned()) else {
                return Err(fault("its object stream is malformed"));
            };
            let number = u32::try_from(number).map_err(|_| fault("its object stream is malformed"))?;
            let place = usize::try_from(place).unwrap_or(usize::MAX).saturating_add(first);
            objects.push((number, place));
        }
        Ok(Unfolded { data, objects })
    }
}
