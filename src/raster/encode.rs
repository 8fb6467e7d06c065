//! Pixels to the encodings that PDF takes.
//!
//! Every function is deterministic. JPEG is the only one that loses anything; `lossless` picks the
//! smallest of the others for the depth. Standards: ITU-T T.81, T.6 and T.88, ISO 32000-1, 7.4.4.

mod arithmetic;
mod jbig2;

use std::io::Write;
use std::sync::Arc;

use fax::VecWriter;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use jpeg_encoder::{ColorType, Encoder, PixelDensity, SamplingFactor};

use crate::base::geometry::Size;
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};
use crate::raster::{Color, Encoded, Encoding, Error, guarded};

pub use jbig2::jbig2;

/// How finely a JPEG keeps colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chroma {
    /// Every pixel (4:4:4): red seals over text stay apart from it.
    #[default]
    Full,
    /// Every second pixel both ways (4:2:0): a third smaller.
    Halved,
}

/// Encodes as baseline JPEG; a bilevel picture becomes grey. `quality` is 1 to 100.
///
/// # Errors
/// [`Error::Unencodable`] for a side above 65535 pixels.
pub fn jpeg(picture: &Picture, quality: u8, chroma: Chroma) -> Result<Encoded, Error> {
    match picture {
        Picture::Bilevel(bilevel) => jpeg_gray(&bilevel.to_gray(), quality),
        Picture::Gray(gray) => jpeg_gray(gray, quality),
        Picture::Rgb(rgb) => jpeg_rgb(rgb, quality, chroma),
    }
}

/// Encodes grey as baseline JPEG.
///
/// # Errors
/// As [`jpeg`].
pub fn jpeg_gray(picture: &Gray, quality: u8) -> Result<Encoded, Error> {
    write_jpeg(&picture.pixels, picture.size, (quality, Chroma::Full), Color::Gray)
}

/// Encodes colour as baseline JPEG.
///
/// # Errors
/// As [`jpeg`].
pub fn jpeg_rgb(picture: &Rgb, quality: u8, chroma: Chroma) -> Result<Encoded, Error> {
    write_jpeg(&picture.pixels, picture.size, (quality, chroma), Color::Rgb)
}

/// Encodes one-bit pixels as CCITT Group 4, black shown as black.
///
/// # Errors
/// [`Error::Unencodable`] above 32000 columns, which the encoder cannot count.
pub fn g4(picture: &Bilevel) -> Result<Encoded, Error> {
    let width = picture.size.width;
    if width > 32_000 {
        return Err(unencodable("CCITT Group 4", "it has more than 32000 columns"));
    }
    let bytes = guarded("CCITT encoder", || {
        let mut encoder = fax::encoder::Encoder::new(VecWriter::new());
        for row in picture.rows.chunks_exact(picture.row_bytes().max(1)) {
            let Ok(()) = encoder.encode_line(pels(row).take(width as usize), width);
        }
        let Ok(writer) = encoder.finish();
        Ok::<_, Error>(writer.finish())
    })?;
    Ok(Encoded {
        encoding: Encoding::Ccitt {
            k: -1,
            black_is_one: false,
            byte_aligned: false,
            end_of_line: false,
            end_of_block: true,
        },
        size: picture.size,
        color: Color::Bilevel { one_is_black: false },
        bytes: bytes.into(),
    })
}

/// Encodes as Flate with PNG predictors.
///
/// # Errors
/// None that outside data can cause: writing to memory.
pub fn flate(picture: &Picture) -> Result<Encoded, Error> {
    match picture {
        Picture::Bilevel(bilevel) => flate_rows(&bilevel.rows, bilevel.size, Color::Bilevel { one_is_black: true }),
        Picture::Gray(gray) => flate_rows(&gray.pixels, gray.size, Color::Gray),
        Picture::Rgb(rgb) => flate_rows(&rgb.pixels, rgb.size, Color::Rgb),
    }
}

/// Encodes without loss: one bit as JBIG2 or Group 4, whichever is smaller, Flate for the rest.
///
/// # Errors
/// As [`flate`].
pub fn lossless(picture: &Picture) -> Result<Encoded, Error> {
    match picture {
        Picture::Bilevel(bilevel) => Ok(smallest_bilevel(bilevel)),
        _ => flate(picture),
    }
}

/// Encodes one-bit pixels without loss, as JBIG2 or Group 4, whichever is smaller.
#[must_use]
pub fn smallest_bilevel(picture: &Bilevel) -> Encoded {
    let (exact, fax) = (jbig2(picture), g4(picture));
    // Group 4 wins on bare pages, where JBIG2's headers are most of the stream.
    fax.ok().filter(|fax| fax.bytes.len() <= exact.bytes.len()).unwrap_or(exact)
}

/// Encodes decoded rows of any colour, four inks included, as Flate with PNG predictors.
///
/// # Errors
/// [`Error::Unencodable`] when `rows` are not as many bytes as `size` and `color` ask for.
pub fn flate_rows(rows: &[u8], size: Size, color: Color) -> Result<Encoded, Error> {
    let row_bytes = color.row_bytes(size.width);
    if rows.len() != row_bytes * size.height as usize || row_bytes == 0 {
        return Err(unencodable("Flate picture", "its pixels do not fit its size"));
    }
    let back = (color.channels() * color.bits()).div_ceil(8);
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(rows.len() / 8), Compression::default());
    let (mut above, mut best) = (vec![0; row_bytes], vec![0; row_bytes + 1]);
    let mut trial = best.clone();
    let tags: &[u8] = match color.bits() {
        1 => &[0, 2],
        // Predictors break up the runs of bare paper: measured, text takes 15 % more with any of them.
        _ if is_bare(rows) => &[0],
        _ => &[1, 2, 4],
    };
    for row in rows.chunks_exact(row_bytes) {
        let mut least = u64::MAX;
        for &tag in tags {
            filter(tag, (row, &above), back, &mut trial);
            let cost = cost(&trial[1..]);
            if cost < least {
                least = cost;
                std::mem::swap(&mut best, &mut trial);
            }
        }
        encoder.write_all(&best)?;
        above.copy_from_slice(row);
    }
    let bytes: Arc<[u8]> = encoder.finish()?.into();
    Ok(Encoded { encoding: Encoding::Flate { png_predictor: true }, size, color, bytes })
}

/// Whether 95 of 100 samples are 0 or 255: a page of text, where only the edges of letters are between.
#[must_use]
pub fn is_bare(samples: &[u8]) -> bool {
    samples.iter().filter(|&&sample| matches!(sample, 0 | 255)).count() * 100 >= samples.len() * 95
}

/// A small JPEG to look at: the longer side at most `max_side` pixels, each pixel the mean of what it covers.
///
/// # Errors
/// As [`jpeg`].
pub fn thumbnail(picture: &Picture, max_side: u32) -> Result<Vec<u8>, Error> {
    let small = match picture {
        Picture::Bilevel(bilevel) => jpeg_gray(&shrink_gray(&bilevel.to_gray(), max_side), THUMBNAIL_QUALITY)?,
        Picture::Gray(gray) => jpeg_gray(&shrink_gray(gray, max_side), THUMBNAIL_QUALITY)?,
        Picture::Rgb(rgb) => {
            let (size, pixels) = shrink::<3>(&rgb.pixels, rgb.size, max_side);
            jpeg_rgb(&Rgb { size, pixels }, THUMBNAIL_QUALITY, Chroma::Halved)?
        }
    };
    Ok(small.bytes.to_vec())
}

/// Text of 10 points stays legible at 800 pixels a page; higher only costs bytes.
const THUMBNAIL_QUALITY: u8 = 70;

/// Pixels from which a JPEG has Huffman tables of its own.
const OWN_TABLES: u64 = 1 << 16;

fn unencodable(format: &'static str, fact: &str) -> Error {
    Error::Unencodable { format, fact: fact.to_owned() }
}

fn write_jpeg(pixels: &[u8], size: Size, (quality, chroma): (u8, Chroma), color: Color) -> Result<Encoded, Error> {
    let short =
        |length: u32| u16::try_from(length).map_err(|_| unencodable("JPEG", "a side has more than 65535 pixels"));
    let (width, height) = (short(size.width)?, short(size.height)?);
    let mut bytes = Vec::with_capacity(pixels.len() / 8);
    let mut encoder = Encoder::new(&mut bytes, quality.clamp(1, 100));
    encoder.set_sampling_factor(match chroma {
        Chroma::Full => SamplingFactor::F_1_1,
        Chroma::Halved => SamplingFactor::F_2_2,
    });
    encoder.set_density(PixelDensity::default());
    // Own tables make a tenth less, half of an even picture; a picture of that size has enough bytes that zune-jpeg, which
    // misreads short scans of one channel, reads them right (libjpeg reads all).
    encoder.set_optimized_huffman_tables(chroma == Chroma::Full && size.area() >= OWN_TABLES);
    let kind = if color == Color::Gray { ColorType::Luma } else { ColorType::Rgb };
    encoder.encode(pixels, width, height, kind).map_err(|error| unencodable("JPEG", &error.to_string()))?;
    Ok(Encoded { encoding: Encoding::Jpeg { inverted_cmyk: false }, size, color, bytes: bytes.into() })
}

fn pels(row: &[u8]) -> impl Iterator<Item = fax::Color> {
    row.iter().flat_map(|&byte| {
        (0..8).map(move |bit| if byte >> (7 - bit) & 1 == 1 { fax::Color::Black } else { fax::Color::White })
    })
}

/// One PNG filter (ISO/IEC 15948, 9.2) over a row, its tag first.
fn filter(tag: u8, (row, above): (&[u8], &[u8]), back: usize, out: &mut [u8]) {
    out[0] = tag;
    let out = &mut out[1..];
    match tag {
        1 => {
            let head = back.min(row.len());
            out[..head].copy_from_slice(&row[..head]);
            for ((byte, now), left) in out[head..].iter_mut().zip(&row[head..]).zip(row) {
                *byte = now.wrapping_sub(*left);
            }
        }
        2 => out.iter_mut().zip(row).zip(above).for_each(|((byte, now), up)| *byte = now.wrapping_sub(*up)),
        4 => {
            for at in 0..row.len() {
                let (left, corner) = if at < back { (0, 0) } else { (row[at - back], above[at - back]) };
                out[at] = row[at].wrapping_sub(super::decode::paeth(left, above[at], corner));
            }
        }
        _ => out.copy_from_slice(row),
    }
}

/// The usual guess at how well a filtered row will compress: the sum of its distances from 0.
fn cost(filtered: &[u8]) -> u64 {
    filtered.iter().map(|&byte| u64::from(byte.min(byte.wrapping_neg()))).sum()
}

fn shrink_gray(picture: &Gray, max_side: u32) -> Gray {
    let (size, pixels) = shrink::<1>(&picture.pixels, picture.size, max_side);
    Gray { size, pixels }
}

/// Means over boxes of whole pixels; a picture that is small enough already stays as it is.
fn shrink<const N: usize>(pixels: &[u8], size: Size, max_side: u32) -> (Size, Vec<u8>) {
    let longer = size.width.max(size.height);
    let max_side = max_side.max(1);
    if longer <= max_side {
        return (size, pixels.to_vec());
    }
    let scaled = |side: u32| ((u64::from(side) * u64::from(max_side) / u64::from(longer)) as u32).max(1);
    let target = Size { width: scaled(size.width), height: scaled(size.height) };
    let edge = |index: u32, small: u32, large: u32| (u64::from(index) * u64::from(large) / u64::from(small)) as usize;
    let width = size.width as usize;
    let mut out = Vec::with_capacity(target.area() as usize * N);
    for y in 0..target.height {
        let rows = edge(y, target.height, size.height)..edge(y + 1, target.height, size.height);
        for x in 0..target.width {
            let columns = edge(x, target.width, size.width)..edge(x + 1, target.width, size.width);
            let mut sums = [0_u32; N];
            for row in rows.clone() {
                let line = &pixels[(row * width + columns.start) * N..(row * width + columns.end) * N];
                for pixel in line.chunks_exact(N) {
                    sums.iter_mut().zip(pixel).for_each(|(sum, &value)| *sum += u32::from(value));
                }
            }
            let count = (rows.len() * columns.len()).max(1) as u32;
            out.extend(sums.map(|sum| (sum / count) as u8));
        }
    }
    (target, out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::raster::{Limits, decode};

    fn bilevel(width: u32, height: u32, bytes: &[u8]) -> Bilevel {
        let row_bytes = (width as usize).div_ceil(8);
        let mut rows: Vec<u8> = bytes.iter().copied().cycle().take(row_bytes * height as usize).collect();
        let padding = row_bytes * 8 - width as usize;
        rows.chunks_exact_mut(row_bytes).for_each(|row| row[row_bytes - 1] &= 0xFF << padding);
        Bilevel { size: Size { width, height }, rows }
    }

    fn decoded(encoded: &Encoded) -> Picture {
        decode(encoded, &Limits::default()).expect("decoded")
    }

    proptest! {
        #[test]
        fn bilevel_comes_back(width in 1_u32..90, height in 1_u32..12, bytes in prop::collection::vec(any::<u8>(), 1..40)) {
            let picture = Picture::Bilevel(bilevel(width, height, &bytes));
            let Picture::Bilevel(pixels) = &picture else { unreachable!() };
            prop_assert_eq!(&decoded(&g4(pixels).expect("encoded")), &picture);
            prop_assert_eq!(&decoded(&flate(&picture).expect("encoded")), &picture);
            prop_assert_eq!(&decoded(&lossless(&picture).expect("encoded")), &picture);
            prop_assert!(smallest_bilevel(pixels).bytes.len() <= g4(pixels).expect("encoded").bytes.len());
        }

        #[test]
        fn flate_comes_back(width in 1_u32..30, height in 1_u32..12, bytes in prop::collection::vec(any::<u8>(), 1..99)) {
            let size = Size { width, height };
            let fill = |count: usize| bytes.iter().copied().cycle().take(count).collect::<Vec<_>>();
            let gray = Picture::Gray(Gray { size, pixels: fill(size.area() as usize) });
            let rgb = Picture::Rgb(Rgb { size, pixels: fill(size.area() as usize * 3) });
            prop_assert_eq!(&decoded(&flate(&gray).expect("encoded")), &gray);
            prop_assert_eq!(&decoded(&flate(&rgb).expect("encoded")), &rgb);
        }
    }

    #[test]
    fn jpeg_keeps_gray_and_color_close() {
        let size = Size { width: 33, height: 17 };
        let rgb = Rgb { size, pixels: [200, 30, 40].repeat(size.area() as usize) };
        for chroma in [Chroma::Full, Chroma::Halved] {
            let Picture::Rgb(found) = decoded(&jpeg_rgb(&rgb, 85, chroma).expect("encoded")) else {
                panic!("colour stays colour")
            };
            assert!(found.pixels.iter().zip(&rgb.pixels).all(|(a, b)| a.abs_diff(*b) < 6));
        }
        let gray = Gray { size, pixels: vec![90; size.area() as usize] };
        assert!(matches!(decoded(&jpeg_gray(&gray, 85).expect("encoded")), Picture::Gray(_)));
    }

    #[test]
    fn a_thumbnail_keeps_its_shape() {
        let size = Size { width: 400, height: 100 };
        let small = shrink_gray(&Gray { size, pixels: vec![77; 40_000] }, 50);
        assert_eq!((small.size, small.pixels[0]), (Size { width: 50, height: 12 }, 77));
        let page = Picture::Bilevel(bilevel(400, 100, &[0xAA]));
        assert!(thumbnail(&page, 50).expect("encoded").starts_with(&[0xFF, 0xD8]));
    }
}
