//! Image files to pictures that PDF can hold: the file's own bytes where that is possible.
//!
//! What PDF cannot hold as it stands (palettes, transparency, 16 bits, interlacing, several strips,
//! mirrored or oblong pixels) is decoded and encoded again without loss.

pub mod tiff;

use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, ImageDecoder, codecs::png::PngDecoder};

use crate::base::geometry::{Size, Turn};
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb, Rgba};
use crate::raster::probe::{Density, Orientation, Probe, jpeg, png, probe};
use crate::raster::{Encoded, Encoding, Error, Limits, decode, encode, guarded};

/// The picture of one page of an image file.
#[derive(Debug, Clone)]
pub struct FilePicture {
    /// The picture.
    pub encoded: Encoded,
    /// Its bytes are the file's own.
    pub unchanged: bool,
    /// Resolution that the file states; across and down are the same where the picture is not `unchanged`.
    pub density: Option<Density>,
    /// The turn that the file asks for.
    pub turn: Turn,
}

/// How far across and down may differ and still count as one resolution.
const SQUARE_ENOUGH: f32 = 1.05;

/// Takes a JPEG over.
///
/// # Errors
/// [`Error::Truncated`] when its data do not run to the end marker; for a mirrored picture those of decoding.
pub fn of_jpeg(bytes: &Arc<[u8]>, header: &jpeg::Header, limits: &Limits) -> Result<FilePicture, Error> {
    if !jpeg::is_complete(bytes) {
        return Err(Error::Truncated { format: "JPEG", missing: "end marker", at: bytes.len() as u64 });
    }
    // Adobe's programs write inks inverted, and say nothing of it but their name.
    let inverted_cmyk = header.components == 4 && header.adobe_transform.is_some();
    let encoded = Encoded {
        encoding: Encoding::Jpeg { inverted_cmyk },
        size: header.size,
        color: header.color(),
        bytes: Arc::clone(bytes),
    };
    let taken = FilePicture { encoded, unchanged: true, density: header.density, turn: header.orientation.turn };
    straighten(taken, header.orientation, limits)
}

/// Takes a PNG over: its data as they stand where PDF's `FlateDecode` reads the same.
///
/// # Errors
/// [`Error::Malformed`] when a checksum is wrong, and those of decoding.
pub fn of_png(bytes: &Arc<[u8]>, header: &png::Header, limits: &Limits) -> Result<FilePicture, Error> {
    let data = png::data(bytes, header)?;
    let (encoded, unchanged) = match header.as_flate() {
        Some(color) => {
            let encoding = Encoding::Flate { png_predictor: true };
            (Encoded { encoding, size: header.size, color, bytes: data.into() }, true)
        }
        None => (encode::lossless(&decode_png(bytes, header.size)?)?, false),
    };
    let taken = FilePicture { encoded, unchanged, density: header.density, turn: Turn::None };
    straighten(taken, Orientation::default(), limits)
}

/// Reads a PNG of any kind with its transparency, and the resolution that it states.
///
/// # Errors
/// [`Error::Malformed`] when it is another kind of file; those of [`Limits::check_bytes`], of its header and of decoding.
pub fn transparent_png(bytes: &[u8], limits: &Limits) -> Result<(Rgba, Option<Density>), Error> {
    limits.check_bytes(bytes.len() as u64)?;
    let Probe::Png(header) = probe(Cursor::new(bytes), limits)? else {
        return Err(Error::Malformed { format: "PNG", fact: "it is a file of another kind".to_owned() });
    };
    let pixels = png_pixels(bytes, header.size)?.into_rgba8().into_raw();
    Ok((Rgba { size: header.size, pixels }, header.density))
}

/// Undoes mirroring and oblong pixels, which a page cannot express.
pub(super) fn straighten(taken: FilePicture, orientation: Orientation, limits: &Limits) -> Result<FilePicture, Error> {
    let oblong =
        taken.density.is_some_and(|density| density.x.max(density.y) > density.x.min(density.y) * SQUARE_ENOUGH);
    if !orientation.mirrored && !oblong {
        return Ok(taken);
    }
    let mut picture = decode(&taken.encoded, limits)?;
    if orientation.mirrored {
        picture = mapped(&picture, picture.size(), |x, y, size| (size.width - 1 - x, y));
    }
    let mut density = taken.density;
    if let (true, Some(stated)) = (oblong, density) {
        let finer = stated.x.max(stated.y);
        let grown = |side: u32, dots: f32| ((side as f32 * finer / dots).round() as u32).max(1);
        let old = picture.size();
        let new = Size { width: grown(old.width, stated.x), height: grown(old.height, stated.y) };
        limits.check_pixels(new)?;
        let back = |at: u32, new: u32, old: u32| (u64::from(at) * u64::from(old) / u64::from(new)) as u32;
        picture = mapped(&picture, new, |x, y, new| (back(x, new.width, old.width), back(y, new.height, old.height)));
        density = Some(Density { x: finer, y: finer });
    }
    Ok(FilePicture { encoded: encode::lossless(&picture)?, unchanged: false, density, turn: taken.turn })
}

/// A picture of `size` whose every pixel is that of `picture` at the place that `source` gives.
fn mapped(picture: &Picture, size: Size, source: impl Fn(u32, u32, Size) -> (u32, u32)) -> Picture {
    let places = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    let at = |(x, y)| {
        let (x, y) = source(x, y, size);
        y as usize * picture.size().width as usize + x as usize
    };
    match picture {
        Picture::Gray(gray) => {
            Picture::Gray(Gray { size, pixels: places.map(|place| gray.pixels[at(place)]).collect() })
        }
        Picture::Rgb(rgb) => {
            let pixels = places.flat_map(|place| {
                let start = at(place) * 3;
                [rgb.pixels[start], rgb.pixels[start + 1], rgb.pixels[start + 2]]
            });
            Picture::Rgb(Rgb { size, pixels: pixels.collect() })
        }
        Picture::Bilevel(bilevel) => {
            let (row_bytes, new_row_bytes) = (bilevel.row_bytes(), (size.width as usize).div_ceil(8));
            let mut rows = vec![0; new_row_bytes * size.height as usize];
            for (x, y) in places {
                let (from_x, from_y) = source(x, y, size);
                let byte = bilevel.rows[from_y as usize * row_bytes + from_x as usize / 8];
                if byte >> (7 - from_x % 8) & 1 == 1 {
                    rows[y as usize * new_row_bytes + x as usize / 8] |= 0x80 >> (x % 8);
                }
            }
            Picture::Bilevel(Bilevel { size, rows })
        }
    }
}

/// Decodes any PNG; transparent pixels are laid on white, and the picture in the least depth that holds it.
fn decode_png(bytes: &[u8], size: Size) -> Result<Picture, Error> {
    let picture = match png_pixels(bytes, size)? {
        DynamicImage::ImageLuma8(gray) => Picture::Gray(Gray { size, pixels: gray.into_raw() }),
        DynamicImage::ImageRgb8(rgb) => Picture::Rgb(Rgb { size, pixels: rgb.into_raw() }),
        other => {
            let over_white = |value: u8, alpha: u8| {
                ((u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
            };
            let pixels = other.into_rgba8().into_raw();
            let rgb = pixels.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]].map(|value| over_white(value, p[3])));
            Picture::Rgb(Rgb { size, pixels: rgb.collect() })
        }
    };
    Ok(picture.simplified())
}

/// The pixels of a PNG in its own depth; the room taken is that of the size that its header said.
fn png_pixels(bytes: &[u8], size: Size) -> Result<DynamicImage, Error> {
    let undecodable = |error: image::ImageError| Error::Undecodable { format: "PNG", fact: error.to_string() };
    guarded("PNG", || {
        let mut decoder = PngDecoder::new(Cursor::new(bytes)).map_err(undecodable)?;
        let mut limits = image::Limits::default();
        // Eight bytes a pixel (16-bit RGBA) for the picture, and as much for the decoder.
        limits.max_alloc = Some(size.area() * 16 + (1 << 20));
        decoder.set_limits(limits).map_err(undecodable)?;
        DynamicImage::from_decoder(decoder).map_err(undecodable)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::probe::{Probe, probe};

    fn png_of(image: &DynamicImage) -> Arc<[u8]> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, image::ImageFormat::Png).expect("encoded");
        bytes.into_inner().into()
    }

    fn take(bytes: &Arc<[u8]>) -> FilePicture {
        let limits = Limits::default();
        match probe(Cursor::new(bytes), &limits).expect("probed") {
            Probe::Png(header) => of_png(bytes, &header, &limits).expect("taken"),
            Probe::Jpeg(header) => of_jpeg(bytes, &header, &limits).expect("taken"),
            other => panic!("{other:?}"),
        }
    }

    fn pixels(taken: &FilePicture) -> Picture {
        decode(&taken.encoded, &Limits::default()).expect("decoded")
    }

    #[test]
    fn plain_png_passes_and_shows_the_same() {
        let gray = image::GrayImage::from_fn(40, 30, |x, y| image::Luma([(x * y) as u8]));
        let taken = take(&png_of(&gray.clone().into()));
        assert!(taken.unchanged);
        assert_eq!(pixels(&taken), Picture::Gray(Gray { size: taken.encoded.size, pixels: gray.into_raw() }));
        let rgb = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 9]));
        let taken = take(&png_of(&rgb.clone().into()));
        assert!(taken.unchanged);
        assert_eq!(pixels(&taken), Picture::Rgb(Rgb { size: taken.encoded.size, pixels: rgb.into_raw() }));
    }

    #[test]
    fn transparent_png_is_laid_on_white() {
        let rgba = image::RgbaImage::from_fn(9, 9, |x, _| image::Rgba([200, 0, 0, if x == 0 { 0 } else { 255 }]));
        let taken = take(&png_of(&rgba.into()));
        assert!(!taken.unchanged);
        let Picture::Rgb(found) = pixels(&taken) else { panic!("colour") };
        assert_eq!(found.pixels[..6], [255, 255, 255, 200, 0, 0]);
    }

    #[test]
    fn sixteen_bits_become_eight() {
        let deep = image::ImageBuffer::<image::Luma<u16>, _>::from_fn(9, 9, |x, _| image::Luma([(x as u16) << 12]));
        let taken = take(&png_of(&deep.into()));
        assert!(!taken.unchanged);
        assert!(matches!(pixels(&taken), Picture::Gray(_)));
    }

    fn jpeg_with_orientation(value: u8) -> Arc<[u8]> {
        let size = Size { width: 16, height: 8 };
        let pixels = (0..128).map(|at| if at % 16 < 8 { 0 } else { 255 }).collect();
        let mut bytes = encode::jpeg_gray(&Gray { size, pixels }, 95).expect("encoded").bytes.to_vec();
        let mut segment = b"\xFF\xE1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        segment.extend([value, 0, 0, 0, 0, 0, 0, 0]);
        bytes.splice(2..2, segment);
        bytes.into()
    }

    #[test]
    fn a_turned_jpeg_passes_and_a_mirrored_one_is_mirrored_back() {
        let bytes = jpeg_with_orientation(6);
        let turned = take(&bytes);
        assert!(turned.unchanged && Arc::ptr_eq(&turned.encoded.bytes, &bytes));
        assert_eq!(turned.turn, Turn::Right);
        let mirrored = take(&jpeg_with_orientation(2));
        assert!(!mirrored.unchanged);
        let found = pixels(&mirrored).into_gray();
        assert!(found.pixels[0] > 240 && found.pixels[15] < 15);
    }

    #[test]
    fn oblong_pixels_become_square() {
        let size = Size { width: 8, height: 2 };
        let rows = vec![0b1100_0000, 0b0000_0011];
        let encoded = encode::g4(&Bilevel { size, rows }).expect("encoded");
        let density = Some(Density { x: 204.0, y: 102.0 });
        let fax = FilePicture { encoded, unchanged: true, density, turn: Turn::None };
        let square = straighten(fax, Orientation::default(), &Limits::default()).expect("straightened");
        assert_eq!(square.density, Some(Density { x: 204.0, y: 204.0 }));
        let Picture::Bilevel(found) = pixels(&square) else { panic!("bilevel") };
        assert_eq!(found.rows, [0b1100_0000, 0b1100_0000, 0b0000_0011, 0b0000_0011]);
    }
}
