//! Pictures become files: JPEG, PNG, Group 4, TIFF and PDF, each written as scanners write them.

mod pdf;
mod tiff;

use fax::encoder::Encoder as FaxEncoder;
use fax::{Color as Pel, VecWriter};
use image::ImageEncoder;
use jpeg_encoder::{ColorType, Encoder, PixelDensity, SamplingFactor};

use crate::Error;
use crate::faults::{Color, Jpeg, Picture};

pub use pdf::Pdf;
pub use tiff::{Tiff, TiffCodec};

/// A JPEG with its resolution; with an EXIF orientation where the file is to say how it is turned.
///
/// # Errors
///
/// [`Error::Encode`] for a picture of more than 65 535 pixels a side.
pub fn jpeg(picture: &Picture, how: Jpeg, dpi: u32, stated_turn: u32) -> Result<Vec<u8>, Error> {
    let failed = |source: jpeg_encoder::EncodingError| Error::Encode { form: "JPEG", reason: source.to_string() };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, how.quality);
    encoder.set_density(PixelDensity::dpi(dpi as u16));
    let sampling = if how.full_chroma { SamplingFactor::F_1_1 } else { SamplingFactor::F_2_2 };
    encoder.set_sampling_factor(sampling);
    if stated_turn != 0 {
        encoder.add_exif_metadata(&exif(stated_turn)).map_err(failed)?;
    }
    let color = if picture.channels() == 3 { ColorType::Rgb } else { ColorType::Luma };
    encoder.encode(&picture.pixels, picture.width as u16, picture.height as u16, color).map_err(failed)?;
    Ok(bytes)
}

/// A PNG with its resolution.
///
/// # Errors
///
/// [`Error::Encode`] where the encoder refuses the picture.
pub fn png(picture: &Picture, dpi: u32) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let color = if picture.channels() == 3 { image::ExtendedColorType::Rgb8 } else { image::ExtendedColorType::L8 };
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(&picture.pixels, picture.width as u32, picture.height as u32, color)
        .map_err(|source| Error::Encode { form: "PNG", reason: source.to_string() })?;
    Ok(with_resolution(&bytes, dpi))
}

/// Rows of CCITT Group 4, white on black by the standard's own colors.
#[must_use]
pub fn group4(picture: &Picture) -> Vec<u8> {
    let mut encoder = FaxEncoder::new(VecWriter::new());
    for row in picture.pixels.chunks_exact(picture.width) {
        let pels = row.iter().map(|value| if *value < 128 { Pel::Black } else { Pel::White });
        let Ok(()) = encoder.encode_line(pels, picture.width as u32);
    }
    let Ok(writer) = encoder.finish();
    writer.finish()
}

/// Whether Group 4 can hold it.
#[must_use]
pub fn is_bilevel(picture: &Picture) -> bool {
    picture.color == Color::Bilevel
}

/// TIFF structure of one tag: Orientation, by the clockwise turn that makes the picture upright.
fn exif(turn: u32) -> Vec<u8> {
    let orientation: u16 = match turn {
        90 => 6,
        180 => 3,
        270 => 8,
        _ => 1,
    };
    let mut bytes = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    bytes.extend(orientation.to_be_bytes());
    bytes.extend([0; 6]);
    bytes
}

/// The PNG with a `pHYs` chunk behind its header (PNG specification, 11.3.4.3).
fn with_resolution(png: &[u8], dpi: u32) -> Vec<u8> {
    const AFTER_HEADER: usize = 33;
    let per_meter = (dpi as f32 / 0.0254).round() as u32;
    let mut chunk = b"pHYs".to_vec();
    chunk.extend(per_meter.to_be_bytes());
    chunk.extend(per_meter.to_be_bytes());
    chunk.push(1);
    let mut bytes = png[..AFTER_HEADER].to_vec();
    bytes.extend(9u32.to_be_bytes());
    bytes.extend(&chunk);
    bytes.extend(crc32(&chunk).to_be_bytes());
    bytes.extend(&png[AFTER_HEADER..]);
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(color: Color) -> Picture {
        let channels = if color == Color::Rgb { 3 } else { 1 };
        let value = |at: usize| if (at / channels / 7 + at / channels / 64).is_multiple_of(2) { 255 } else { 0 };
        Picture { width: 64, height: 48, color, pixels: (0..64 * 48 * channels).map(value).collect() }
    }

    #[test]
    fn a_png_is_read_back_as_it_was() {
        let picture = picture(Color::Rgb);
        let bytes = png(&picture, 300).expect("it is encoded");
        let back = image::load_from_memory(&bytes).expect("it is a PNG").to_rgb8();
        assert_eq!(back.as_raw(), &picture.pixels);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn group_4_is_read_back_as_it_was() {
        let picture = picture(Color::Bilevel);
        let bytes = group4(&picture);
        let mut rows = Vec::new();
        fax::decoder::decode_g4(bytes.into_iter(), 64, Some(48), |line| {
            rows.extend(fax::decoder::pels(line, 64).map(|pel| if pel == Pel::Black { 0 } else { 255 }));
        });
        assert_eq!(rows, picture.pixels);
    }

    #[test]
    fn a_jpeg_says_its_resolution_and_turn() {
        let how = Jpeg { quality: 80, full_chroma: false };
        let bytes = jpeg(&picture(Color::Rgb), how, 300, 90).expect("it is encoded");
        assert_eq!(bytes[14..18], [1, 44, 1, 44][..]);
        assert!(bytes.windows(6).any(|window| window == b"Exif\0\0"));
    }
}
