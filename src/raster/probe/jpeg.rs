//! JPEG headers (ISO/IEC 10918-1, annex B): frame, JFIF density, EXIF orientation, Adobe marker.

use std::io::{Read, Seek, SeekFrom};

use crate::base::geometry::Size;
use crate::raster::probe::{Density, Orientation};
use crate::raster::{Color, Error, Limits};

/// What a JPEG says of itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Header {
    /// Size as stored.
    pub size: Size,
    /// 1, 3 or 4.
    pub components: u8,
    /// Resolution of JFIF, else of EXIF.
    pub density: Option<Density>,
    /// Orientation of EXIF.
    pub orientation: Orientation,
    /// The transform of the Adobe marker: 0 none, 1 `YCbCr`, 2 `YCCK`.
    pub adobe_transform: Option<u8>,
}

impl Header {
    /// Channels of the decoded picture.
    #[must_use]
    pub fn color(&self) -> Color {
        match self.components {
            1 => Color::Gray,
            3 => Color::Rgb,
            _ => Color::Cmyk,
        }
    }
}

const FORMAT: &str = "JPEG";

/// Largest application segment that is looked into; a segment cannot be longer than this by the standard.
const SEGMENT: usize = 0xFFFF;

/// Reads the header of a JPEG of `length` bytes, from where `input` stands.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Malformed`], [`Error::Unsupported`] (12 bits, lossless, arithmetic coding,
/// odd numbers of components) and those of [`Limits::check_pixels`].
pub fn header<R: Read + Seek>(input: &mut R, length: u64, limits: &Limits) -> Result<Header, Error> {
    input.seek(SeekFrom::Current(2))?;
    let mut facts = Facts::default();
    loop {
        let (marker, payload) = next_segment(input, length)?;
        match marker {
            0xC0..=0xC2 => return facts.with_frame(input, (payload, length), limits),
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let feature = if marker < 0xC8 { "lossless or hierarchical coding" } else { "arithmetic coding" };
                return Err(Error::Unsupported { format: FORMAT, feature: feature.to_owned() });
            }
            0xD9 | 0xDA => return Err(malformed("it has no frame header")),
            0xE0 | 0xE1 | 0xEE => facts.read_application(input, marker, (payload, length))?,
            _ => skip(input, payload)?,
        }
    }
}

/// Whether the picture's data run to their end marker; trailing bytes after it do not matter.
#[must_use]
pub fn is_complete(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == 0xFF)) {
        at += found;
        match bytes.get(at + 1) {
            None => return false,
            Some(0xD9) => return true,
            // A fill byte, a stuffed byte, a restart marker: entropy-coded data go on.
            Some(0xFF) => at += 1,
            Some(0x00 | 0x01 | 0xD0..=0xD8) => at += 2,
            Some(_) => match bytes.get(at + 2..at + 4) {
                Some(&[high, low]) => at += 2 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
        }
    }
    false
}

fn malformed(fact: &str) -> Error {
    Error::Malformed { format: FORMAT, fact: fact.to_owned() }
}

fn truncated(length: u64) -> impl Fn(std::io::Error) -> Error {
    move |error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Error::Truncated { format: FORMAT, missing: "frame header", at: length },
        _ => Error::Io(error),
    }
}

/// The next marker and the length of its payload; the input then stands on the payload.
fn next_segment<R: Read + Seek>(input: &mut R, length: u64) -> Result<(u8, usize), Error> {
    let mut byte = [0];
    input.read_exact(&mut byte).map_err(truncated(length))?;
    if byte[0] != 0xFF {
        return Err(malformed("a marker was expected between two segments"));
    }
    while byte[0] == 0xFF {
        input.read_exact(&mut byte).map_err(truncated(length))?;
    }
    let marker = byte[0];
    if matches!(marker, 0x01 | 0xD0..=0xD9) {
        return Ok((marker, 0));
    }
    let mut size = [0; 2];
    input.read_exact(&mut size).map_err(truncated(length))?;
    let size = usize::from(u16::from_be_bytes(size));
    size.checked_sub(2)
        .map(|payload| (marker, payload))
        .ok_or_else(|| malformed("a segment is shorter than its length"))
}

fn skip<R: Seek>(input: &mut R, payload: usize) -> Result<(), Error> {
    input.seek(SeekFrom::Current(payload as i64))?;
    Ok(())
}

#[derive(Default)]
struct Facts {
    jfif: Option<Density>,
    exif: Exif,
    adobe_transform: Option<u8>,
}

impl Facts {
    fn read_application<R: Read>(
        &mut self,
        input: &mut R,
        marker: u8,
        (payload, length): (usize, u64),
    ) -> Result<(), Error> {
        // At most 64 KB by the form of its length.
        let mut segment = vec![0; payload.min(SEGMENT)];
        input.read_exact(&mut segment).map_err(truncated(length))?;
        match (marker, segment.as_slice()) {
            (0xE0, [b'J', b'F', b'I', b'F', 0, _, _, unit, x1, x0, y1, y0, ..]) => {
                let (x, y) = (u16::from_be_bytes([*x1, *x0]), u16::from_be_bytes([*y1, *y0]));
                self.jfif = in_inches(f32::from(x), f32::from(y), (*unit).into());
            }
            (0xE1, [b'E', b'x', b'i', b'f', 0, 0, tiff @ ..]) => self.exif = exif(tiff).unwrap_or_default(),
            (0xEE, [b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform, ..]) => {
                self.adobe_transform = Some(*transform);
            }
            _ => {}
        }
        Ok(())
    }

    fn with_frame<R: Read>(
        self,
        input: &mut R,
        (payload, length): (usize, u64),
        limits: &Limits,
    ) -> Result<Header, Error> {
        let mut frame = [0; 6];
        if payload < frame.len() {
            return Err(malformed("its frame header is too short"));
        }
        input.read_exact(&mut frame).map_err(truncated(length))?;
        let [precision, h1, h0, w1, w0, components] = frame;
        if precision != 8 {
            return Err(Error::Unsupported { format: FORMAT, feature: format!("{precision} bits a sample") });
        }
        if !matches!(components, 1 | 3 | 4) {
            return Err(Error::Unsupported { format: FORMAT, feature: format!("{components} components") });
        }
        let size = Size { width: u16::from_be_bytes([w1, w0]).into(), height: u16::from_be_bytes([h1, h0]).into() };
        limits.check_pixels(size)?;
        Ok(Header {
            size,
            components,
            density: self.jfif.or(self.exif.density),
            orientation: self.exif.orientation,
            adobe_transform: self.adobe_transform,
        })
    }
}

/// Dots per inch from a pair and its unit: 1 inch, 2 centimetre; anything else is an aspect ratio.
fn in_inches(x: f32, y: f32, unit: u32) -> Option<Density> {
    match unit {
        1 => Density::plausible(x, y),
        2 => Density::plausible(x * 2.54, y * 2.54),
        _ => None,
    }
}

#[derive(Default, Clone, Copy)]
struct Exif {
    orientation: Orientation,
    density: Option<Density>,
}

/// Orientation and resolution of the first directory of an EXIF block (a small TIFF).
fn exif(tiff: &[u8]) -> Option<Exif> {
    let little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let pair: [u8; 2] = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(u32::from(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }))
    };
    let long = |at: usize| {
        let four: [u8; 4] = tiff.get(at..at + 4)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let ratio = |at: usize| {
        let (top, bottom) = (long(at)?, long(at.checked_add(4)?)?);
        (bottom != 0).then(|| top as f32 / bottom as f32)
    };
    let directory = long(4)? as usize;
    let (mut found, mut x, mut y, mut unit) = (Exif::default(), None, None, 2);
    for entry in 0..short(directory)? as usize {
        let at = directory + 2 + entry * 12;
        match short(at)? {
            0x0112 => found.orientation = Orientation::of_tag(short(at + 8)?),
            0x011A => x = ratio(long(at + 8)? as usize),
            0x011B => y = ratio(long(at + 8)? as usize),
            0x0128 => unit = short(at + 8)?,
            _ => {}
        }
    }
    // EXIF counts 2 for inch and 3 for centimetre.
    found.density = in_inches(x.unwrap_or(0.0), y.unwrap_or(0.0), unit.saturating_sub(1));
    Some(found)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn encoded(width: u16, height: u16, dpi: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
        encoder.set_density(jpeg_encoder::PixelDensity::dpi(dpi));
        let pixels = vec![200; usize::from(width) * usize::from(height) * 3];
        encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).expect("encoded");
        bytes
    }

    /// An EXIF segment with one orientation, put behind the start marker.
    fn with_orientation(mut bytes: Vec<u8>, value: u8) -> Vec<u8> {
        let mut segment = b"\xFF\xE1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        segment.extend([value, 0, 0, 0, 0, 0, 0, 0]);
        bytes.splice(2..2, segment);
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Header, Error> {
        header(&mut Cursor::new(bytes), bytes.len() as u64, &Limits::default())
    }

    #[test]
    fn a_header_gives_size_and_density() {
        let found = read(&encoded(30, 20, 300)).expect("read");
        assert_eq!((found.size, found.components), (Size { width: 30, height: 20 }, 3));
        assert_eq!(found.density, Some(Density { x: 300.0, y: 300.0 }));
        assert_eq!(found.orientation, Orientation::default());
    }

    #[test]
    fn exif_orientation_is_found() {
        let found = read(&with_orientation(encoded(30, 20, 300), 6)).expect("read");
        assert_eq!(found.orientation, Orientation::of_tag(6));
    }

    #[test]
    fn a_cut_file_is_noticed() {
        let whole = encoded(30, 20, 300);
        assert!(is_complete(&whole));
        assert!(is_complete(&[whole.as_slice(), b"trailing"].concat()));
        assert!(!is_complete(&whole[..whole.len() - 2]));
        assert!(matches!(read(&whole[..25]), Err(Error::Truncated { .. })));
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        let mut bomb = encoded(8, 8, 300);
        let frame = bomb.windows(2).position(|window| window == [0xFF, 0xC0]).expect("frame");
        bomb[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
        assert!(matches!(read(&bomb), Err(Error::TooManyPixels { .. })));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(tail in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let bytes = [b"\xFF\xD8\xFF".as_slice(), &tail].concat();
            drop(read(&bytes));
            let _ = is_complete(&bytes);
        }
    }
}
