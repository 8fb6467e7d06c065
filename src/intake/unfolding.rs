//! Streams of a PDF, each unfolded within a bound before the renderer unfolds it without one.
//!
//! The renderer (hayro) reads what it needs, in whatever order a damaged file suggests, and has no limit of its own. So before it opens
//! a file, every stream that stands in the bytes is read as it would read it; and what is locked, once it is unlocked.
//! Knows nothing of pages. Standard: ISO 32000-1, 7.3.8 and 7.4.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::DeflateDecoder;
use hayro::hayro_syntax::object::{Name, Object, Stream};
use hayro::hayro_syntax::reader::{Reader, ReaderContext, ReaderExt};
use hayro::hayro_syntax::{Filter, Pdf};

use crate::intake::pictures::Error;
use crate::pdf::reading::MOST_STRUCTURE;
use crate::raster::decode::jpeg2000_is_within;

/// A picture unfolds to this at most, whatever it claims: A3 in color at 600 dpi has 209 MB.
const MOST_PICTURE: usize = 256 << 20;

/// What DEFLATE unfolds to at most, a byte: 258 bytes for two bits.
const MOST_DEFLATED: usize = 1032;

/// Bytes read in search of streams, for each byte of the file: one, and a little for dictionaries within dictionaries.
const MOST_READING: usize = 8;

/// Tries every stream in the bytes of a file, at every place where one may begin.
///
/// # Errors
/// [`Error::Unfolds`]; [`Error::Damaged`] where the search would take more than its share.
pub(super) fn check_bytes(bytes: &[u8]) -> Result<(), Error> {
    let Some(end) = bytes.windows(9).rposition(|window| window == b"endstream") else { return Ok(()) };
    let (context, mut left) = (ReaderContext::dummy(), bytes.len() * MOST_READING + MOST_STRUCTURE);
    for start in bytes[..end].windows(2).enumerate().filter_map(|(start, pair)| (pair == b"<<").then_some(start)) {
        let mut reader = Reader::new(&bytes[start..]);
        let mut work = 0;
        if let Some(stream) = reader.read_with_context::<Stream<'_>>(&context) {
            let reach = reach(bytes, &stream);
            work = work_beyond(&stream, &reach);
            check(&stream, &reach)?;
        }
        let tangled = || Error::Damaged { fact: "its streams run into one another".to_owned() };
        left = left.checked_sub(reader.offset() + work).ok_or_else(tangled)?;
    }
    Ok(())
}

/// Tries every stream of an opened file that could not be looked into before, because the file was locked.
///
/// # Errors
/// [`Error::Unfolds`].
pub(super) fn check_unlocked(pdf: &Pdf) -> Result<(), Error> {
    let streams = pdf.objects().into_iter().filter_map(Object::into_stream);
    streams.map(|stream| (stream.raw_data(), stream)).try_for_each(|(data, stream)| match data {
        Cow::Owned(unlocked) => check(&stream, &unlocked),
        Cow::Borrowed(_) => Ok(()),
    })
}

/// The data of a stream. Where another object says how long they are, which is not known yet, they end where their first
/// filter says so, or with the file.
fn reach<'a>(bytes: &'a [u8], stream: &Stream<'a>) -> Cow<'a, [u8]> {
    match stream.raw_data() {
        Cow::Borrowed(data) if stream.dict().get_ref(b"Length").is_some() => {
            let start = (data.as_ptr() as usize).saturating_sub(bytes.as_ptr() as usize);
            let rest = bytes.get(start..).unwrap_or(data);
            rest[..own_end(rest, stream.filters().first())].into()
        }
        data => data,
    }
}

/// Where data say themselves that they end (ISO 32000-1, 7.4.2, 7.4.3 and 7.4.5).
fn own_end(data: &[u8], filter: Option<&Filter>) -> usize {
    let after = |place: Option<usize>| place.map_or(data.len(), |place| place + 1);
    match filter {
        Some(Filter::AsciiHexDecode) => after(data.iter().position(|byte| *byte == b'>')),
        Some(Filter::Ascii85Decode) => after(data.windows(2).position(|pair| pair == b"~>").map(|place| place + 1)),
        Some(Filter::RunLengthDecode) => {
            let mut at = 0;
            while let Some(length) = data.get(at).filter(|length| **length != 128) {
                at += if *length < 128 { usize::from(*length) + 2 } else { 2 };
            }
            (at + 1).min(data.len())
        }
        _ => data.len(),
    }
}

/// Bytes that are read because it is not known where the data end. DEFLATE stops by itself, and is read in place.
fn work_beyond(stream: &Stream<'_>, reach: &[u8]) -> usize {
    let is_deflated = stream.filters().first().is_none_or(|filter| *filter == Filter::FlateDecode);
    if is_deflated { 0 } else { reach.len().saturating_sub(stream.raw_data().len()) }
}

fn check(stream: &Stream<'_>, reach: &[u8]) -> Result<(), Error> {
    let (limit, filters) = (limit(stream), stream.filters());
    let hides = is_structure(stream) && may_unfold(&stream.raw_data(), &filters);
    if hides || unfolds_beyond(reach, &filters, limit) { Err(Error::Unfolds { limit }) } else { Ok(()) }
}

/// Eight bytes a pixel, four channels of sixteen bits; a picture whose size stands elsewhere in the file may be the largest.
fn limit(stream: &Stream<'_>) -> usize {
    let name = |key: &[u8]| stream.dict().get::<Name<'_>>(key);
    if is_structure(stream) || name(b"Subtype").is_none_or(|name| *name != *b"Image") {
        return MOST_STRUCTURE;
    }
    let side = |key: &[u8]| stream.dict().get::<u32>(key).map(|side| side as usize);
    let pixels = side(b"Width").zip(side(b"Height")).map(|(width, height)| width.saturating_mul(height));
    pixels.map_or(MOST_PICTURE, |pixels| MOST_STRUCTURE.saturating_add(pixels.saturating_mul(8)).min(MOST_PICTURE))
}

/// Object streams and cross-reference streams are unfolded when the file is opened.
fn is_structure(stream: &Stream<'_>) -> bool {
    stream.dict().get::<Name<'_>>(b"Type").is_some_and(|name| matches!(&*name, b"ObjStm" | b"XRef"))
}

/// Whether the filters before that of a picture make more than so many bytes.
fn unfolds_beyond(data: &[u8], filters: &[Filter], limit: usize) -> bool {
    let Some((filter, others)) = filters.split_first() else { return false };
    let name: &[u8] = match filter {
        Filter::FlateDecode if others.is_empty() => return inflate(data, limit, |_| ()).length > limit,
        Filter::FlateDecode => {
            let mut inflated = Vec::new();
            let all = inflate(data, MOST_STRUCTURE, |part| inflated.extend_from_slice(part));
            return all.length > MOST_STRUCTURE || unfolds_beyond(&inflated, others, limit);
        }
        Filter::LzwDecode => b"LZWDecode",
        Filter::RunLengthDecode => b"RunLengthDecode",
        Filter::AsciiHexDecode => b"ASCIIHexDecode",
        Filter::Ascii85Decode => b"ASCII85Decode",
        Filter::Crypt => return unfolds_beyond(data, others, limit),
        Filter::JpxDecode => return !jpeg2000_is_within(data, limit as u64),
        Filter::CcittFaxDecode | Filter::Jbig2Decode | Filter::DctDecode => return false,
    };
    let dictionary = lopdf::Dictionary::from_iter([("Filter", lopdf::Object::Name(name.to_vec()))]);
    match lopdf::Stream::new(dictionary, data.to_vec()).decompressed_content_with_limit(limit) {
        Ok(unfolded) => unfolds_beyond(&unfolded, others, limit),
        Err(error) => matches!(error, lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })),
    }
}

/// Whether something locked, or damaged in a way that only the renderer copes with, is long enough to hide a bomb.
fn may_unfold(data: &[u8], filters: &[Filter]) -> bool {
    let plain = || inflate(data, MOST_STRUCTURE, |_| ()).complete;
    match filters {
        [] => false,
        [Filter::FlateDecode] | [Filter::Crypt, Filter::FlateDecode] => {
            data.len().saturating_mul(MOST_DEFLATED) > MOST_PICTURE && !plain()
        }
        // Nobody folds structure twice.
        _ => filters.iter().filter(|filter| **filter == Filter::FlateDecode).count() > 1,
    }
}

/// What was inflated.
struct Inflated {
    length: usize,
    /// Whether the data are that and nothing else.
    complete: bool,
}

/// Inflates to little more than `most` bytes, as the renderer does: what comes before a fault counts, and the head may be missing.
fn inflate(data: &[u8], most: usize, mut take: impl FnMut(&[u8])) -> Inflated {
    let has_head = data.len() > 1 && data[0] & 0x0f == 8 && u16::from_be_bytes([data[0], data[1]]).is_multiple_of(31);
    let body = if has_head { &data[2..] } else { data };
    let mut decoder = DeflateDecoder::new(body);
    let (mut buffer, mut length) = (vec![0; 64 << 10], 0);
    while length <= most {
        match decoder.read(&mut buffer) {
            // A checksum and a line end may follow.
            Ok(0) => return Inflated { length, complete: decoder.total_in() as usize + 8 >= body.len() },
            Ok(read) => {
                take(&buffer[..read]);
                length += read;
            }
            Err(_) => break,
        }
    }
    Inflated { length, complete: false }
}

#[cfg(test)]
mod tests;
