//! JPEG pictures (ITU-T T.81), with the colour forms that scanners write.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::raster::pixels::{Gray, Rgb, luma};
use crate::raster::{Encoded, Error};

/// Decodes the luma alone.
pub(super) fn gray(encoded: &Encoded) -> Result<Gray, Error> {
    let (pixels, space) = samples(encoded, |found| match found {
        ColorSpace::YCbCr | ColorSpace::Luma => ColorSpace::Luma,
        other => other,
    })?;
    let pixels = match space {
        ColorSpace::Luma => pixels,
        ColorSpace::RGB => pixels.chunks_exact(3).map(|rgb| luma(rgb[0], rgb[1], rgb[2])).collect(),
        other => return Err(unexpected(other)),
    };
    Ok(Gray { size: encoded.size, pixels })
}

/// Decodes three components.
pub(super) fn rgb(encoded: &Encoded) -> Result<Rgb, Error> {
    let (pixels, space) = samples(encoded, |_| ColorSpace::RGB)?;
    if space == ColorSpace::RGB { Ok(Rgb { size: encoded.size, pixels }) } else { Err(unexpected(space)) }
}

/// Decodes four components; `inverted` when 255 means no ink.
pub(super) fn cmyk(encoded: &Encoded, inverted: bool) -> Result<Rgb, Error> {
    let (mut inks, space) = samples(encoded, |found| found)?;
    match space {
        ColorSpace::CMYK => {}
        ColorSpace::YCCK => inks.chunks_exact_mut(4).for_each(ycck_to_cmyk),
        other => return Err(unexpected(other)),
    }
    let mut pixels = vec![0; inks.len() / 4 * 3];
    for (rgb, ink) in pixels.chunks_exact_mut(3).zip(inks.chunks_exact(4)) {
        rgb.copy_from_slice(&ink_to_rgb([ink[0], ink[1], ink[2], ink[3]], inverted));
    }
    Ok(Rgb { size: encoded.size, pixels })
}

/// Red, green and blue of four inks, without a profile.
pub(crate) fn ink_to_rgb([cyan, magenta, yellow, black]: [u8; 4], inverted: bool) -> [u8; 3] {
    let bare = |ink: u8| u32::from(if inverted { ink } else { 255 - ink });
    [cyan, magenta, yellow].map(|ink| ((bare(ink) * bare(black) + 127) / 255) as u8)
}

/// Red, green and blue of luma and two chromas (JFIF).
pub(crate) fn ycc_to_rgb([luma, blue, red]: [u8; 3]) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(luma) << 16, i32::from(blue) - 128, i32::from(red) - 128);
    let clamp = |value: i32| ((value + (1 << 15)) >> 16).clamp(0, 255) as u8;
    [clamp(y + 91_881 * cr), clamp(y - 22_554 * cb - 46_802 * cr), clamp(y + 116_130 * cb)]
}

/// ISO/IEC 10918-6, 6.4: the three chroma-coded channels are the complements of the inks.
fn ycck_to_cmyk(pixel: &mut [u8]) {
    let rgb = ycc_to_rgb([pixel[0], pixel[1], pixel[2]]);
    for (ink, value) in pixel.iter_mut().zip(rgb) {
        *ink = 255 - value;
    }
}

fn samples(encoded: &Encoded, wanted: impl Fn(ColorSpace) -> ColorSpace) -> Result<(Vec<u8>, ColorSpace), Error> {
    // The size was held against the limits already; the decoder's own limits would only confuse.
    let options = DecoderOptions::default().set_strict_mode(false).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&*encoded.bytes), options);
    decoder.decode_headers().map_err(|error| undecodable(&error.to_string()))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| undecodable("it states no size"))?;
    if (width, height) != (encoded.size.width as usize, encoded.size.height as usize) {
        return Err(Error::SizeDiffers {
            format: "JPEG",
            found_width: width as u32,
            found_height: height as u32,
            width: encoded.size.width,
            height: encoded.size.height,
        });
    }
    let found = decoder.input_colorspace().ok_or_else(|| undecodable("it states no colour space"))?;
    // The decoder takes an Adobe marker without a transform for four inks until it sees the scan;
    // with three components it means red, green and blue.
    let three = decoder.info().is_some_and(|info| info.components == 3);
    let space = wanted(if three && found == ColorSpace::CMYK { ColorSpace::RGB } else { found });
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().map_err(|error| undecodable(&error.to_string()))?;
    if pixels.len() == width * height * space.num_components() {
        Ok((pixels, space))
    } else {
        Err(undecodable("it decodes to another number of bytes than its size asks for"))
    }
}

fn undecodable(fact: &str) -> Error {
    Error::Undecodable { format: "JPEG", fact: fact.to_owned() }
}

fn unexpected(space: ColorSpace) -> Error {
    Error::Unsupported { format: "JPEG", feature: format!("the colour space {space:?} here") }
}
