//! PNG headers (ISO/IEC 15948, clause 11): size, depth, resolution, and where the picture's data lie.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use crate::base::geometry::Size;
use crate::raster::probe::Density;
use crate::raster::{Color, Error, Limits};

/// What a PNG says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Size.
    pub size: Size,
    /// Bits a sample: 1, 2, 4, 8 or 16.
    pub bits: u8,
    /// Kind of samples.
    pub samples: Samples,
    /// Rows are stored in seven passes.
    pub interlaced: bool,
    /// Some pixels are see-through.
    pub transparent: bool,
    /// `pHYs`, in dots per inch.
    pub density: Option<Density>,
    /// Where the chunks of picture data lie in the file, without their frames.
    pub data: Vec<Range<u64>>,
}

/// Kinds of PNG samples (colour type).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Samples {
    /// Grey (0).
    Gray,
    /// Red, green, blue (2).
    Rgb,
    /// Palette (3).
    Indexed,
    /// Grey and alpha (4).
    GrayAlpha,
    /// Red, green, blue, alpha (6).
    RgbAlpha,
}

impl Header {
    /// How a PDF shows the picture's data as they stand (`FlateDecode` with PNG predictors), if it can.
    #[must_use]
    pub fn as_flate(&self) -> Option<Color> {
        if self.interlaced || self.transparent {
            return None;
        }
        match (self.samples, self.bits) {
            (Samples::Gray, 1) => Some(Color::Bilevel { one_is_black: false }),
            (Samples::Gray, 8) => Some(Color::Gray),
            (Samples::Rgb, 8) => Some(Color::Rgb),
            _ => None,
        }
    }
}

const FORMAT: &str = "PNG";

/// More chunks of data than any writer makes; a file of tiny chunks is no scan.
const MOST_CHUNKS: usize = 100_000;

/// Reads the chunks of a PNG of `length` bytes.
///
/// # Errors
/// [`Error::Truncated`], [`Error::Malformed`] and those of [`Limits::check_pixels`].
pub fn header<R: Read + Seek>(input: &mut R, length: u64, limits: &Limits) -> Result<Header, Error> {
    input.seek(SeekFrom::Start(8))?;
    let (first, kind, size) = next_chunk(input, length)?;
    if &kind != b"IHDR" || size != 13 {
        return Err(malformed("it does not begin with its header"));
    }
    let mut header = image_header(input, length)?;
    limits.check_pixels(header.size)?;
    let mut at = first + 13 + 4;
    loop {
        input.seek(SeekFrom::Start(at))?;
        let (start, kind, size) = next_chunk(input, length)?;
        at = start + u64::from(size) + 4;
        if at > length {
            return Err(Error::Truncated { format: FORMAT, missing: "end", at: length });
        }
        match &kind {
            b"IDAT" if header.data.len() < MOST_CHUNKS => header.data.push(start..start + u64::from(size)),
            b"IDAT" => return Err(malformed("its picture is in more than 100000 pieces")),
            b"pHYs" if size == 9 => header.density = physical(input, length)?,
            b"tRNS" => header.transparent = true,
            b"IEND" if header.data.is_empty() => return Err(malformed("it holds no picture")),
            b"IEND" => return Ok(header),
            _ => {}
        }
    }
}

/// The picture's data as one zlib stream, each chunk held against its checksum.
///
/// # Errors
/// [`Error::Malformed`] when a checksum is wrong, [`Error::Truncated`] when `bytes` are shorter than the header says.
pub fn data(bytes: &[u8], header: &Header) -> Result<Vec<u8>, Error> {
    let mut all = Vec::with_capacity(header.data.iter().map(|range| (range.end - range.start) as usize).sum());
    for range in &header.data {
        let (start, end) = (range.start as usize, range.end as usize);
        // The checksum covers the chunk's four-letter name as well.
        let (Some(chunk), Some(&[a, b, c, d])) = (bytes.get(start - 4..end), bytes.get(end..end + 4)) else {
            return Err(Error::Truncated { format: FORMAT, missing: "end", at: bytes.len() as u64 });
        };
        let mut sum = flate2::Crc::new();
        sum.update(chunk);
        if sum.sum() != u32::from_be_bytes([a, b, c, d]) {
            return Err(malformed("a checksum is wrong, so bytes were changed after it was written"));
        }
        all.extend_from_slice(&chunk[4..]);
    }
    Ok(all)
}

fn malformed(fact: &str) -> Error {
    Error::Malformed { format: FORMAT, fact: fact.to_owned() }
}

fn read<const N: usize>(input: &mut impl Read, length: u64) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Error::Truncated { format: FORMAT, missing: "end", at: length },
        _ => Error::Io(error),
    })?;
    Ok(bytes)
}

/// Where the next chunk's data begin, its name and its length.
fn next_chunk<R: Read + Seek>(input: &mut R, length: u64) -> Result<(u64, [u8; 4], u32), Error> {
    let [l3, l2, l1, l0, kind @ ..]: [u8; 8] = read(input, length)?;
    Ok((input.stream_position()?, kind, u32::from_be_bytes([l3, l2, l1, l0])))
}

fn image_header(input: &mut impl Read, length: u64) -> Result<Header, Error> {
    let [w3, w2, w1, w0, h3, h2, h1, h0, bits, kind, _, _, interlace]: [u8; 13] = read(input, length)?;
    let samples = match kind {
        0 => Samples::Gray,
        2 => Samples::Rgb,
        3 => Samples::Indexed,
        4 => Samples::GrayAlpha,
        6 => Samples::RgbAlpha,
        _ => return Err(malformed("its colour type is none of the standard's")),
    };
    Ok(Header {
        size: Size { width: u32::from_be_bytes([w3, w2, w1, w0]), height: u32::from_be_bytes([h3, h2, h1, h0]) },
        bits,
        samples,
        interlaced: interlace != 0,
        transparent: matches!(samples, Samples::GrayAlpha | Samples::RgbAlpha),
        density: None,
        data: Vec::new(),
    })
}

fn physical(input: &mut impl Read, length: u64) -> Result<Option<Density>, Error> {
    let [x3, x2, x1, x0, y3, y2, y1, y0, unit]: [u8; 9] = read(input, length)?;
    let inches = |per_metre: u32| (per_metre as f32 * 0.0254 * 100.0).round() / 100.0;
    let (x, y) = (u32::from_be_bytes([x3, x2, x1, x0]), u32::from_be_bytes([y3, y2, y1, y0]));
    Ok(if unit == 1 { Density::plausible(inches(x), inches(y)) } else { None })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn encoded() -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = image::GrayImage::from_fn(40, 30, |x, y| image::Luma([(x * y) as u8]));
        picture.write_to(&mut bytes, image::ImageFormat::Png).expect("encoded");
        bytes.into_inner()
    }

    fn read(bytes: &[u8]) -> Result<Header, Error> {
        header(&mut Cursor::new(bytes), bytes.len() as u64, &Limits::default())
    }

    #[test]
    fn a_header_tells_what_pdf_can_hold() {
        let bytes = encoded();
        let found = read(&bytes).expect("read");
        assert_eq!((found.size, found.bits), (Size { width: 40, height: 30 }, 8));
        assert_eq!(found.as_flate(), Some(Color::Gray));
        assert!(!data(&bytes, &found).expect("sound").is_empty());
    }

    #[test]
    fn resolution_is_read_from_phys() {
        let mut bytes = encoded();
        let metre = 11_811_u32.to_be_bytes();
        let chunk = [&9_u32.to_be_bytes(), b"pHYs".as_slice(), &metre, &metre, &[1], &[0; 4]].concat();
        bytes.splice(33..33, chunk);
        assert_eq!(read(&bytes).expect("read").density, Some(Density { x: 300.0, y: 300.0 }));
    }

    #[test]
    fn damage_is_noticed() {
        let mut bytes = encoded();
        assert!(matches!(read(&bytes[..bytes.len() - 20]), Err(Error::Truncated { .. })));
        let found = read(&bytes).expect("read");
        let inside = found.data[0].start as usize + 5;
        bytes[inside] ^= 1;
        assert!(matches!(data(&bytes, &found), Err(Error::Malformed { .. })));
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        let mut bytes = encoded();
        bytes[16..24].copy_from_slice(&[0, 0, 0x50, 0, 0, 0, 0x50, 0]);
        assert!(matches!(read(&bytes), Err(Error::TooManyPixels { .. })));
    }
}
