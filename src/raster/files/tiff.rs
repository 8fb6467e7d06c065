//! Pages of TIFF files (TIFF 6.0): fax and JPEG strips as they stand, the rest recoded.

use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult};

use crate::base::geometry::Size;
use crate::raster::decode::{ccitt_rows, ycc_to_rgb};
use crate::raster::files::{FilePicture, straighten};
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};
use crate::raster::probe::{jpeg, tiff::Page};
use crate::raster::{Color, Encoded, Encoding, Error, Limits, encode, guarded};

/// Takes one page of a TIFF over.
///
/// # Errors
/// [`Error::Undecodable`], [`Error::Unsupported`], [`Error::Truncated`] and [`Error::Panicked`].
pub fn of_page(bytes: &Arc<[u8]>, page: &Page, limits: &Limits) -> Result<FilePicture, Error> {
    let (encoded, unchanged) = match page.compression {
        CCITT_RLE | CCITT_G3 | CCITT_G4 if page.bits == 1 && page.samples == 1 && !page.tiled => fax(bytes, page)?,
        JPEG => match strip_of_jpeg(bytes, page, limits)? {
            Some(taken) => taken,
            None => (recoded(bytes, page)?, false),
        },
        _ => (recoded(bytes, page)?, false),
    };
    let taken = FilePicture { encoded, unchanged, density: page.density, turn: page.orientation.turn };
    straighten(taken, page.orientation, limits)
}

const CCITT_RLE: u32 = 2;
const CCITT_G3: u32 = 3;
const CCITT_G4: u32 = 4;
const JPEG: u32 = 7;

const WHITE_IS_ZERO: u32 = 0;
const PALETTE: u32 = 3;
const CMYK: u32 = 5;

const FORMAT: &str = "TIFF";

fn slice<'a>(bytes: &'a [u8], range: &Range<u64>) -> Result<&'a [u8], Error> {
    let cut = Error::Truncated { format: FORMAT, missing: "picture data", at: bytes.len() as u64 };
    bytes.get(range.start as usize..range.end as usize).ok_or(cut)
}

fn undecodable(fact: &str) -> Error {
    Error::Undecodable { format: FORMAT, fact: fact.to_owned() }
}

/// The parameters of `CCITTFaxDecode` that read the page's strips (ISO 32000-1, table 11; TIFF 6.0, sections 10, 11).
fn fax_encoding(page: &Page) -> Encoding {
    let g3 = page.compression == CCITT_G3;
    Encoding::Ccitt {
        k: match page.compression {
            CCITT_G4 => -1,
            CCITT_G3 if page.t4_options & 1 == 1 => 1,
            _ => 0,
        },
        black_is_one: false,
        byte_aligned: page.compression == CCITT_RLE,
        end_of_line: g3,
        // TIFF forbids the end mark in Group 3 strips, and asks for it in Group 4.
        end_of_block: page.compression == CCITT_G4,
    }
}

/// A single strip in the usual bit order passes as it stands; others are joined and become Group 4.
fn fax(bytes: &[u8], page: &Page) -> Result<(Encoded, bool), Error> {
    let encoding = fax_encoding(page);
    // Black runs come out as 0; with photometric 1 they are shown white.
    let color = Color::Bilevel { one_is_black: page.photometric != WHITE_IS_ZERO };
    if let ([strip], false) = (page.chunks.as_slice(), page.reversed_bits) {
        let bytes = slice(bytes, strip)?.into();
        return Ok((Encoded { encoding, size: page.size, color, bytes }, true));
    }
    let row_bytes = (page.size.width as usize).div_ceil(8);
    let mut all = Bilevel { size: page.size, rows: Vec::with_capacity(row_bytes * page.size.height as usize) };
    for (index, strip) in page.chunks.iter().enumerate() {
        let done = (index as u64 * u64::from(page.rows_per_strip)).min(page.size.height.into()) as u32;
        let size = Size { width: page.size.width, height: page.rows_per_strip.min(page.size.height - done) };
        let strip = slice(bytes, strip)?;
        let reversed: Vec<u8>;
        let data = if page.reversed_bits {
            reversed = strip.iter().map(|byte| byte.reverse_bits()).collect();
            &reversed
        } else {
            strip
        };
        all.rows.extend(guarded("CCITT fax picture", || ccitt_rows(data, &encoding, size))?.rows);
    }
    if all.rows.len() != row_bytes * page.size.height as usize {
        return Err(undecodable("its strips do not add up to its height"));
    }
    if page.photometric != WHITE_IS_ZERO {
        invert(&mut all);
    }
    Ok((encode::lossless(&Picture::Bilevel(all))?, false))
}

fn invert(picture: &mut Bilevel) {
    let row_bytes = picture.row_bytes();
    let padding = row_bytes * 8 - picture.size.width as usize;
    picture.rows.iter_mut().for_each(|byte| *byte = !*byte);
    picture.rows.chunks_exact_mut(row_bytes.max(1)).for_each(|row| row[row_bytes - 1] &= 0xFF << padding);
}

/// A page that is one whole JPEG; `None` when it is more than that, or its colours would be misread.
fn strip_of_jpeg(bytes: &[u8], page: &Page, limits: &Limits) -> Result<Option<(Encoded, bool)>, Error> {
    let ([strip], false, false) = (page.chunks.as_slice(), page.tiled, page.planar) else { return Ok(None) };
    let strip = slice(bytes, strip)?;
    let (stream, mut unchanged): (Vec<u8>, bool) = match &page.jpeg_tables {
        // TIFF Technical Note 2: tables first, both without the markers that meet in the middle.
        Some(range) => {
            let tables = slice(bytes, range)?;
            let tables = tables.strip_suffix(b"\xFF\xD9").unwrap_or(tables);
            ([tables, strip.strip_prefix(b"\xFF\xD8").unwrap_or(strip)].concat(), false)
        }
        None => (strip.to_vec(), true),
    };
    let Ok(header) = jpeg::header(&mut Cursor::new(&stream), stream.len() as u64, limits) else { return Ok(None) };
    if header.size != page.size || u32::from(header.components) != page.samples || !jpeg::is_complete(&stream) {
        return Ok(None);
    }
    let stream = match (page.photometric, header.components) {
        (1, 1) | (6, 3) if header.adobe_transform.is_none_or(|transform| transform == 1) => stream,
        (CMYK, 4) if header.adobe_transform.is_none() => stream,
        (2, 3) if header.adobe_transform == Some(0) => stream,
        (2, 3) if header.adobe_transform.is_none() => {
            unchanged = false;
            with_adobe_rgb(&stream)
        }
        _ => return Ok(None),
    };
    let encoding = Encoding::Jpeg { inverted_cmyk: false };
    let encoded = Encoded { encoding, size: page.size, color: header.color(), bytes: stream.into() };
    Ok(Some((encoded, unchanged)))
}

/// The same JPEG with a marker that its three components are red, green and blue.
fn with_adobe_rgb(stream: &[u8]) -> Vec<u8> {
    let (start, rest) = stream.split_at(stream.len().min(2));
    [start, b"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00", rest].concat()
}

/// Decodes what PDF cannot hold, and encodes it without loss.
fn recoded(bytes: &[u8], page: &Page) -> Result<Encoded, Error> {
    let palette = (page.photometric == PALETTE).then(|| palette(bytes, page)).transpose()?;
    let (color, samples) =
        if palette.is_some() { read_samples(&as_gray(bytes, page), page)? } else { read_samples(bytes, page)? };
    let size = page.size;
    let area = size.area() as usize;
    let picture = match (color, samples) {
        (ColorType::Gray(bits @ (1 | 2 | 4 | 8)), DecodingResult::U8(rows)) => {
            gray_or_indexed(rows, bits, (size, palette.as_deref()))?
        }
        (ColorType::CMYK(8), DecodingResult::U8(inks)) if !page.planar => {
            return encode::flate_rows(&inks, size, Color::Cmyk);
        }
        (color, DecodingResult::U8(samples)) => {
            from_channels(&interleaved(samples, page, color.num_samples()), color, size)?
        }
        (color, DecodingResult::U16(samples)) => {
            let high: Vec<u8> = samples.iter().map(|&sample| (sample >> 8) as u8).collect();
            from_channels(&interleaved(high, page, color.num_samples()), color, size)?
        }
        (color, _) => return Err(Error::Unsupported { format: FORMAT, feature: format!("{color:?} samples") }),
    };
    let whole = match &picture {
        Picture::Gray(gray) => gray.pixels.len() == area,
        Picture::Rgb(rgb) => rgb.pixels.len() == area * 3,
        Picture::Bilevel(bilevel) => bilevel.rows.len() == bilevel.row_bytes() * size.height as usize,
    };
    if whole { encode::lossless(&picture) } else { Err(undecodable("it holds fewer pixels than its size asks for")) }
}

fn read_samples(bytes: &[u8], page: &Page) -> Result<(ColorType, DecodingResult), Error> {
    guarded(FORMAT, || {
        let refused = |error: tiff::TiffError| match error {
            tiff::TiffError::UnsupportedError(feature) => {
                Error::Unsupported { format: FORMAT, feature: feature.to_string() }
            }
            other => undecodable(&other.to_string()),
        };
        let room = (page.size.area() * u64::from(page.samples.clamp(1, 8)) * 2 + (1 << 20)) as usize;
        let mut limits = tiff::decoder::Limits::default();
        (limits.decoding_buffer_size, limits.intermediate_buffer_size) = (room, room);
        limits.ifd_value_size = bytes.len().min(64 << 20);
        let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(refused)?.with_limits(limits);
        decoder.seek_to_image(page.directory).map_err(refused)?;
        let color = decoder.colortype().map_err(refused)?;
        let mut samples = DecodingResult::U8(Vec::new());
        decoder.read_image_to_buffer(&mut samples).map_err(refused)?;
        Ok((color, samples))
    })
}

/// The decoder refuses palettes, but the same strips read as grey are the indices.
fn as_gray(bytes: &[u8], page: &Page) -> Vec<u8> {
    let mut copy = bytes.to_vec();
    let one = if page.big_endian { [0, 1] } else { [1, 0] };
    if let Some(value) = copy.get_mut(page.photometric_at as usize..page.photometric_at as usize + 2) {
        value.copy_from_slice(&one);
    }
    copy
}

/// The palette's colours (tag 320: all reds, then greens, then blues, 16 bits each).
fn palette(bytes: &[u8], page: &Page) -> Result<Vec<[u8; 3]>, Error> {
    let range = page.palette.as_ref().ok_or_else(|| undecodable("its palette is missing"))?;
    let values: Vec<u16> = slice(bytes, range)?
        .chunks_exact(2)
        .map(|pair| if page.big_endian { [pair[0], pair[1]] } else { [pair[1], pair[0]] })
        .map(u16::from_be_bytes)
        .collect();
    // Some writers put 8-bit values there.
    let shift = if values.iter().all(|&value| value < 256) { 0 } else { 8 };
    let count = values.len() / 3;
    let value = |index: usize| (values[index] >> shift) as u8;
    Ok((0..count).map(|index| [value(index), value(count + index), value(2 * count + index)]).collect())
}

/// Rows of `bits` a sample, each padded to whole bytes, 0 being black or the first colour.
fn gray_or_indexed(rows: Vec<u8>, bits: u8, (size, palette): (Size, Option<&[[u8; 3]]>)) -> Result<Picture, Error> {
    if bits == 1 && palette.is_none() {
        let mut picture = Bilevel { size, rows };
        invert(&mut picture);
        return Ok(Picture::Bilevel(picture));
    }
    let row_bytes = (size.width as usize * usize::from(bits)).div_ceil(8);
    let most = ((1_u32 << bits) - 1) as u8;
    let samples = rows.chunks_exact(row_bytes.max(1)).flat_map(|row| {
        (0..size.width as usize).map(move |x| {
            let bit = x * usize::from(bits);
            row[bit / 8] >> (8 - usize::from(bits) - bit % 8) & most
        })
    });
    Ok(match palette {
        None => {
            let pixels = samples.map(|sample| (u32::from(sample) * 255 / u32::from(most)) as u8).collect();
            Picture::Gray(Gray { size, pixels }).simplified()
        }
        Some(colors) => {
            let color = |sample: u8| colors.get(usize::from(sample)).copied();
            let pixels: Option<Vec<[u8; 3]>> = samples.map(color).collect();
            let pixels = pixels.ok_or_else(|| undecodable("a pixel has no colour in its palette"))?;
            Picture::Rgb(Rgb { size, pixels: pixels.into_flattened() }).simplified()
        }
    })
}

/// Channels stored apart, brought together pixel by pixel.
fn interleaved(samples: Vec<u8>, page: &Page, channels: u16) -> Vec<u8> {
    let (channels, area) = (usize::from(channels), page.size.area() as usize);
    if !page.planar || channels < 2 || samples.len() < area * channels {
        return samples;
    }
    (0..area).flat_map(|at| (0..channels).map(move |channel| channel * area + at)).map(|at| samples[at]).collect()
}

/// Whole bytes a sample, channels together.
fn from_channels(samples: &[u8], color: ColorType, size: Size) -> Result<Picture, Error> {
    let channels = usize::from(color.num_samples());
    let each = samples.chunks_exact(channels);
    let over_white = |value: u8, alpha: u8| {
        ((u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
    };
    let rgb = |pixels: Vec<u8>| Picture::Rgb(Rgb { size, pixels });
    Ok(match color {
        ColorType::Gray(8 | 16) => Picture::Gray(Gray { size, pixels: samples.to_vec() }),
        ColorType::RGB(8 | 16) => rgb(samples.to_vec()),
        ColorType::RGBA(8 | 16) => {
            rgb(each.flat_map(|p| [p[0], p[1], p[2]].map(|value| over_white(value, p[3]))).collect())
        }
        ColorType::YCbCr(8) => rgb(each.flat_map(|p| ycc_to_rgb([p[0], p[1], p[2]])).collect()),
        ColorType::GrayA(8 | 16) => {
            Picture::Gray(Gray { size, pixels: each.map(|p| over_white(p[0], p[1])).collect() })
        }
        // Grey with further channels: those are not for showing.
        ColorType::Multiband { bit_depth: 8 | 16, .. } => {
            Picture::Gray(Gray { size, pixels: each.map(|p| p[0]).collect() })
        }
        ColorType::CMYK(8 | 16) => {
            let ink = |p: &[u8]| crate::raster::decode::ink_to_rgb([p[0], p[1], p[2], p[3]], false);
            rgb(each.flat_map(ink).collect())
        }
        other => return Err(Error::Unsupported { format: FORMAT, feature: format!("{other:?} samples") }),
    })
}

#[cfg(test)]
mod tests;
