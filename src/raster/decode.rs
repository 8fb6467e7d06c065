//! Encoded pictures to pixels, within limits.
//!
//! A picture stays in its depth: one bit stays one bit. Standards: ISO 32000-1, 7.4 (the filters and
//! their parameters), ITU-T T.81, T.4, T.6, T.88 and T.800. Broken pictures are errors, not white pages.

mod bilevel;
mod flate;
mod jpeg;
mod jpeg2000;

use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};
use crate::raster::{Color, Encoded, Encoding, Error, Limits, guarded};

pub(crate) use bilevel::ccitt_rows;
pub(crate) use flate::paeth;
pub(crate) use jpeg::{ink_to_rgb, ycc_to_rgb};
pub(crate) use jpeg2000::{header as jpeg2000_header, is_within as jpeg2000_is_within};

/// Decodes a picture in its own depth; CMYK becomes RGB.
///
/// # Errors
/// Those of [`Limits::check_pixels`]; [`Error::Undecodable`], [`Error::Truncated`], [`Error::SizeDiffers`],
/// [`Error::Unsupported`] and [`Error::Panicked`].
pub fn decode(encoded: &Encoded, limits: &Limits) -> Result<Picture, Error> {
    limits.check_pixels(encoded.size)?;
    guarded(decoder_name(&encoded.encoding), || match (&encoded.encoding, encoded.color) {
        (Encoding::Ccitt { .. } | Encoding::Jbig2 { .. }, color) => {
            bilevel::decode(encoded, one_is_black(color)).map(Picture::Bilevel)
        }
        (Encoding::Flate { .. }, _) => flate::decode(encoded),
        (Encoding::Jpeg { .. }, Color::Gray) => jpeg::gray(encoded).map(Picture::Gray),
        (Encoding::Jpeg { inverted_cmyk }, Color::Cmyk) => jpeg::cmyk(encoded, *inverted_cmyk).map(Picture::Rgb),
        (Encoding::Jpeg { .. }, _) => jpeg::rgb(encoded).map(Picture::Rgb),
        (Encoding::Jpeg2000, _) => jpeg2000::decode(encoded),
    })
}

/// Decodes to grey for recognition. Of a colour JPEG only the luma is decoded, which costs half.
///
/// # Errors
/// Those of [`decode`].
pub fn decode_gray(encoded: &Encoded, limits: &Limits) -> Result<Gray, Error> {
    limits.check_pixels(encoded.size)?;
    match (&encoded.encoding, encoded.color) {
        (Encoding::Jpeg { .. }, Color::Gray | Color::Rgb) => guarded("JPEG", || jpeg::gray(encoded)),
        _ => decode(encoded, limits).map(Picture::into_gray),
    }
}

/// Decodes to red, green and blue, such as to find a seal by its colour.
///
/// # Errors
/// Those of [`decode`].
pub fn decode_rgb(encoded: &Encoded, limits: &Limits) -> Result<Rgb, Error> {
    decode(encoded, limits).map(Picture::into_rgb)
}

/// The name of an encoding in messages.
pub(crate) fn decoder_name(encoding: &Encoding) -> &'static str {
    match encoding {
        Encoding::Jpeg { .. } => "JPEG",
        Encoding::Jpeg2000 => "JPEG 2000",
        Encoding::Ccitt { .. } => "CCITT fax picture",
        Encoding::Jbig2 { .. } => "JBIG2",
        Encoding::Flate { .. } => "Flate picture",
    }
}

fn one_is_black(color: Color) -> bool {
    matches!(color, Color::Bilevel { one_is_black: true })
}

/// Turns decoded one-bit rows into "1 is black", and clears the padding.
fn normalize(mut picture: Bilevel, one_is_black: bool) -> Bilevel {
    if !one_is_black {
        picture.rows.iter_mut().for_each(|byte| *byte = !*byte);
    }
    let padding = picture.row_bytes() * 8 - picture.size.width as usize;
    if padding > 0 {
        let row_bytes = picture.row_bytes();
        for row in picture.rows.chunks_exact_mut(row_bytes) {
            row[row_bytes - 1] &= 0xFF << padding;
        }
    }
    picture
}

#[cfg(test)]
mod tests;
