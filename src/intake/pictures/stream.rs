//! A picture's stream (ISO 32000-1, 7.4 and 8.9): its own bytes where that is possible.

use std::borrow::Cow;
use std::io::Cursor;
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, Stream};

use crate::base::geometry::Size;
use crate::intake::pictures::space::{Space, Stretch};
use crate::intake::pictures::walk::Drawn;
use crate::raster::decode::{ink_to_rgb, jpeg2000_header};
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};
use crate::raster::probe::jpeg;
use crate::raster::{Color, Encoded, Encoding, Error, Limits, encode};

/// The picture of a stream and whether its bytes are the stream's own; `None` when it is one to be drawn.
///
/// # Errors
/// [`Error::TooManyPixels`] and [`Error::NoPixels`] of its dictionary, [`Error::Undecodable`] when it is cut short.
pub(super) fn take(document: &Document, drawn: &Drawn, limits: &Limits) -> Result<Option<(Encoded, bool)>, Error> {
    let Ok(stream) = document.get_object(drawn.id).and_then(Object::as_stream) else { return Ok(None) };
    let Some(source) = Source::of(document, stream) else { return Ok(None) };
    limits.check_pixels(source.size)?;
    let Some((data, last)) = source.unwrapped(limits) else { return Ok(None) };
    let parameters = last.and_then(|filter| filter.parameters);
    let kept = match last.map(|filter| filter.name.as_slice()) {
        Some(b"DCTDecode") => source.jpeg(&data, limits),
        Some(b"JPXDecode") => source.jpeg2000(&data, limits),
        Some(b"CCITTFaxDecode") => source.fax(&data, parameters),
        Some(b"JBIG2Decode") => source.jbig2(&data, parameters, limits),
        Some(b"FlateDecode") => source.flate(&data, parameters),
        _ => None,
    };
    match kept {
        Some(encoded) => Ok(Some((encoded, true))),
        None => Ok(source.samples(data, last)?.map(|encoded| (encoded, false))),
    }
}

/// The size that a picture's dictionary states.
pub(super) fn size(document: &Document, dictionary: &Dictionary) -> Option<Size> {
    let side = |key: &[u8]| u32::try_from(dictionary.get_deref(key, document).and_then(Object::as_i64).ok()?).ok();
    Some(Size { width: side(b"Width")?, height: side(b"Height")? })
}

struct Filter<'a> {
    name: Vec<u8>,
    parameters: Option<&'a Dictionary>,
}

struct Source<'a> {
    document: &'a Document,
    stream: &'a Stream,
    size: Size,
    bits: u32,
    space: Option<Space>,
    filters: Vec<Filter<'a>>,
}

impl<'a> Source<'a> {
    fn of(document: &'a Document, stream: &'a Stream) -> Option<Self> {
        let value = |key: &[u8]| stream.dict.get_deref(key, document).ok();
        let number = |key: &[u8]| value(key).and_then(|object| object.as_i64().ok());
        let stencil = value(b"ImageMask").is_some_and(|object| matches!(object, Object::Boolean(true)));
        // Bytes in another file are not fetched.
        if stream.dict.has(b"F") {
            return None;
        }
        // A stencil's own colour was seen to be black: it paints its 0s, the paper is its 1s.
        let space = if stencil { Some(Space::Device(Color::Gray)) } else { None };
        Some(Self {
            document,
            stream,
            size: size(document, &stream.dict)?,
            bits: if stencil { 1 } else { number(b"BitsPerComponent").map_or(8, |bits| bits.clamp(0, 64) as u32) },
            space: space.or_else(|| Space::of(document, value(b"ColorSpace")?)),
            filters: filters(document, &stream.dict)?,
        })
    }

    /// The data behind all filters but the last, and the last filter. The picture's own coding is
    /// untouched when a wrapping around it is taken off.
    fn unwrapped(&self, limits: &Limits) -> Option<(Cow<'a, [u8]>, Option<&Filter<'a>>)> {
        let mut data = Cow::Borrowed(self.stream.content.as_slice());
        let Some((last, outer)) = self.filters.split_last() else { return Some((data, None)) };
        for filter in outer {
            data = Cow::Owned(undo(filter, data, limits.max_bytes as usize)?);
        }
        Some((data, Some(last)))
    }

    fn stretch(&self) -> Option<Stretch> {
        Stretch::of(self.document, &self.stream.dict, self.space.as_ref()?, self.bits)
    }

    /// Whether a decoded 1 is black; `None` when one of both is another colour.
    fn one_is_black(&self) -> Option<bool> {
        let (space, stretch) = (self.space.as_ref()?, self.stretch()?);
        let shown = |sample: u8| {
            let value = stretch.value(0, sample, 1, space);
            match space {
                Space::Device(_) => Some([value; 3]),
                Space::Indexed(colors) => colors.get(usize::from(value)).copied(),
            }
        };
        if self.bits != 1 || space.channels() != 1 {
            return None;
        }
        match (shown(0)?, shown(1)?) {
            ([0, 0, 0], [255, 255, 255]) => Some(false),
            ([255, 255, 255], [0, 0, 0]) => Some(true),
            _ => None,
        }
    }

    fn jpeg(&self, data: &[u8], limits: &Limits) -> Option<Encoded> {
        let header = jpeg::header(&mut Cursor::new(data), data.len() as u64, limits).ok()?;
        let color = header.color();
        let space = self.space.as_ref().filter(|space| **space == Space::Device(color))?;
        let stretch = Stretch::of(self.document, &self.stream.dict, space, 8)?;
        let inverted_cmyk = color == Color::Cmyk && stretch.is_inverted();
        if !(inverted_cmyk || stretch.is_usual(space, 8)) || self.overrides_transform(&header) {
            return None;
        }
        Some(Encoded { encoding: Encoding::Jpeg { inverted_cmyk }, size: header.size, color, bytes: data.into() })
    }

    /// `ColorTransform` counts only where the JPEG itself has no Adobe marker (ISO 32000-1, table 13).
    fn overrides_transform(&self, header: &jpeg::Header) -> bool {
        let parameters = self.filters.last().and_then(|filter| filter.parameters);
        let stated = parameters.and_then(|dictionary| {
            dictionary.get_deref(b"ColorTransform", self.document).and_then(Object::as_i64).ok()
        });
        let usual = i64::from(header.components == 3);
        header.adobe_transform.is_none() && stated.is_some_and(|stated| stated != usual)
    }

    fn jpeg2000(&self, data: &[u8], limits: &Limits) -> Option<Encoded> {
        let header = jpeg2000_header(data).ok()?;
        let number = |key: &[u8]| self.stream.dict.get_deref(key, self.document).and_then(Object::as_i64).ok();
        let fits = match (&self.space, self.stream.dict.has(b"ColorSpace")) {
            (Some(space), _) => *space == Space::Device(header.color),
            (None, named) => !named,
        };
        let plain = fits
            && !header.transparent
            && number(b"SMaskInData").unwrap_or(0) == 0
            && !self.stream.dict.has(b"Decode")
            && limits.check_pixels(header.size).is_ok();
        plain.then(|| Encoded {
            encoding: Encoding::Jpeg2000,
            size: header.size,
            color: header.color,
            bytes: data.into(),
        })
    }

    fn fax(&self, data: &[u8], parameters: Option<&Dictionary>) -> Option<Encoded> {
        let value = |key: &[u8]| parameters.and_then(|dictionary| dictionary.get_deref(key, self.document).ok());
        let flag = |key: &[u8], usual| value(key).and_then(|object| object.as_bool().ok()).unwrap_or(usual);
        let number = |key: &[u8]| value(key).and_then(|object| object.as_i64().ok());
        if number(b"Columns").unwrap_or(1728) != i64::from(self.size.width) {
            return None;
        }
        let encoding = Encoding::Ccitt {
            k: number(b"K").unwrap_or(0).clamp(-1, 1) as i32,
            black_is_one: flag(b"BlackIs1", false),
            byte_aligned: flag(b"EncodedByteAlign", false),
            end_of_line: flag(b"EndOfLine", false),
            end_of_block: flag(b"EndOfBlock", true),
        };
        self.bilevel(encoding, data)
    }

    fn jbig2(&self, data: &[u8], parameters: Option<&Dictionary>, limits: &Limits) -> Option<Encoded> {
        let globals = parameters.and_then(|dictionary| dictionary.get_deref(b"JBIG2Globals", self.document).ok());
        let globals = match globals {
            Some(object) => {
                let limit = limits.max_bytes as usize;
                Some(Arc::from(object.as_stream().ok()?.get_plain_content_with_limit(limit).ok()?))
            }
            None => None,
        };
        self.bilevel(Encoding::Jbig2 { globals }, data)
    }

    fn bilevel(&self, encoding: Encoding, data: &[u8]) -> Option<Encoded> {
        let one_is_black = self.one_is_black()?;
        Some(Encoded { encoding, size: self.size, color: Color::Bilevel { one_is_black }, bytes: data.into() })
    }

    /// A Flate stream that `Encoding::Flate` describes in full.
    fn flate(&self, data: &[u8], parameters: Option<&Dictionary>) -> Option<Encoded> {
        let number = |key: &[u8], usual: i64| {
            let stated = parameters.and_then(|dictionary| dictionary.get_deref(key, self.document).ok());
            stated.and_then(|object| object.as_i64().ok()).unwrap_or(usual)
        };
        let (space, stretch) = (self.space.as_ref()?, self.stretch()?);
        let color = match (self.bits, space) {
            (1, _) => Color::Bilevel { one_is_black: self.one_is_black()? },
            (8, Space::Device(color)) if stretch.is_usual(space, 8) => *color,
            _ => return None,
        };
        let png_predictor = match number(b"Predictor", 1) {
            1 => false,
            10..=15 => {
                let rows = (number(b"Columns", 1), number(b"Colors", 1), number(b"BitsPerComponent", 8));
                let own = (i64::from(self.size.width), color.channels() as i64, color.bits() as i64);
                if rows != own {
                    return None;
                }
                true
            }
            _ => return None,
        };
        Some(Encoded { encoding: Encoding::Flate { png_predictor }, size: self.size, color, bytes: data.into() })
    }

    /// Samples of any depth and space, encoded again without loss.
    fn samples(&self, data: Cow<'a, [u8]>, last: Option<&Filter<'a>>) -> Result<Option<Encoded>, Error> {
        let (Some(space), Some(stretch), 1 | 2 | 4 | 8 | 16) = (&self.space, self.stretch(), self.bits) else {
            return Ok(None);
        };
        let row_bytes = (self.size.width as usize * space.channels() * self.bits as usize).div_ceil(8);
        let wanted = row_bytes * self.size.height as usize;
        let data = match last {
            // Room for predictor tags and for what sloppy writers append.
            Some(filter) => undo(filter, data, wanted.saturating_mul(2).saturating_add(4096)).map(Cow::Owned),
            None => Some(data),
        };
        let Some(data) = data else { return Ok(None) };
        if data.len() < wanted {
            let fact = format!("it holds {} bytes of pixels, expected {wanted}", data.len());
            return Err(Error::Undecodable { format: "PDF picture", fact });
        }
        let rows = &data[..wanted];
        if self.bits == 1
            && let Some(one_is_black) = self.one_is_black()
        {
            let rows = rows.iter().map(|&byte| if one_is_black { byte } else { !byte }).collect();
            let picture = Picture::Bilevel(Bilevel { size: self.size, rows });
            return encode::lossless(&clean(picture)).map(Some);
        }
        let values = self.values(rows, row_bytes, (space, &stretch));
        let Some(picture) = self.shown(values, space) else { return Ok(None) };
        encode::lossless(&picture).map(Some)
    }

    /// One byte a sample, stretched: 0 to 255, or indices.
    fn values(&self, rows: &[u8], row_bytes: usize, (space, stretch): (&Space, &Stretch)) -> Vec<u8> {
        let (channels, bits) = (space.channels(), self.bits as usize);
        let tables: Vec<Vec<u8>> = (0..channels)
            .map(|channel| (0..=255).map(|sample| stretch.value(channel, sample, self.bits, space)).collect())
            .collect();
        let count = self.size.width as usize * channels;
        let mut values = Vec::with_capacity(count * self.size.height as usize);
        for row in rows.chunks_exact(row_bytes.max(1)) {
            values.extend((0..count).map(|index| {
                let sample = match bits {
                    8 => row[index],
                    // The high byte: what lies below it is not seen.
                    16 => row[index * 2],
                    _ => row[index * bits / 8] >> (8 - bits - index * bits % 8) & ((1 << bits) - 1),
                };
                tables[index % channels][usize::from(sample)]
            }));
        }
        values
    }

    fn shown(&self, values: Vec<u8>, space: &Space) -> Option<Picture> {
        let size = self.size;
        let rgb = |pixels| Picture::Rgb(Rgb { size, pixels });
        Some(match space {
            Space::Indexed(colors) => {
                let pixels: Option<Vec<[u8; 3]>> =
                    values.iter().map(|&index| colors.get(usize::from(index)).copied()).collect();
                rgb(pixels?.into_flattened()).simplified()
            }
            Space::Device(Color::Rgb) => rgb(values),
            Space::Device(Color::Cmyk) => {
                rgb(values.chunks_exact(4).flat_map(|i| ink_to_rgb([i[0], i[1], i[2], i[3]], false)).collect())
            }
            Space::Device(_) => Picture::Gray(Gray { size, pixels: values }),
        })
    }
}

/// Clears the padding at the ends of rows.
fn clean(picture: Picture) -> Picture {
    match picture {
        Picture::Bilevel(mut bilevel) => {
            let row_bytes = bilevel.row_bytes();
            let padding = row_bytes * 8 - bilevel.size.width as usize;
            bilevel.rows.chunks_exact_mut(row_bytes.max(1)).for_each(|row| row[row_bytes - 1] &= 0xFF << padding);
            Picture::Bilevel(bilevel)
        }
        other => other,
    }
}

/// The filters with their parameters, long names; `None` when they are not understood.
fn filters<'a>(document: &'a Document, dictionary: &'a Dictionary) -> Option<Vec<Filter<'a>>> {
    let names: Vec<&[u8]> = match dictionary.get_deref(b"Filter", document) {
        Err(_) => return Some(Vec::new()),
        Ok(Object::Name(name)) => vec![name],
        Ok(Object::Array(names)) => {
            names.iter().map(|name| document.dereference(name).ok()?.1.as_name().ok()).collect::<Option<_>>()?
        }
        Ok(_) => return None,
    };
    if names.len() > Stream::MAX_FILTERS {
        return None;
    }
    let parameters = dictionary.get_deref(b"DecodeParms", document).or(dictionary.get_deref(b"DP", document)).ok();
    let of_filter = |index: usize| match parameters? {
        Object::Dictionary(dictionary) => (index == 0).then_some(dictionary),
        Object::Array(all) => document.dereference(all.get(index)?).ok()?.1.as_dict().ok(),
        _ => None,
    };
    let filter =
        |(index, name): (usize, &&[u8])| Filter { name: long_name(name).to_vec(), parameters: of_filter(index) };
    Some(names.iter().enumerate().map(filter).collect())
}

fn long_name(name: &[u8]) -> &[u8] {
    match name {
        b"Fl" => b"FlateDecode",
        b"LZW" => b"LZWDecode",
        b"A85" => b"ASCII85Decode",
        b"AHx" => b"ASCIIHexDecode",
        b"RL" => b"RunLengthDecode",
        b"DCT" => b"DCTDecode",
        b"CCF" => b"CCITTFaxDecode",
        other => other,
    }
}

/// Undoes one general filter; `None` when it is not one, or unfolds to more than `limit` bytes.
fn undo(filter: &Filter<'_>, data: Cow<'_, [u8]>, limit: usize) -> Option<Vec<u8>> {
    if matches!(filter.name.as_slice(), b"DCTDecode" | b"JPXDecode" | b"CCITTFaxDecode" | b"JBIG2Decode") {
        return None;
    }
    let mut dictionary = Dictionary::new();
    dictionary.set("Filter", Object::Name(filter.name.clone()));
    if let Some(parameters) = filter.parameters {
        dictionary.set("DecodeParms", parameters.clone());
    }
    Stream::new(dictionary, data.into_owned()).decompressed_content_with_limit(limit).ok()
}
