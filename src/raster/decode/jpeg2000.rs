//! JPEG 2000 pictures (ITU-T T.800), as PDF holds them.

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};

use crate::base::geometry::Size;
use crate::raster::decode::ink_to_rgb;
use crate::raster::pixels::{Gray, Picture, Rgb};
use crate::raster::{Color, Encoded, Error};

/// What a JPEG 2000 stream says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Size.
    pub(crate) size: Size,
    /// Channels, without one of transparency.
    pub(crate) color: Color,
    /// Some pixels are see-through.
    pub(crate) transparent: bool,
}

/// Reads the headers of a stream.
pub(crate) fn header(bytes: &[u8]) -> Result<Header, Error> {
    let image = Image::new(bytes, &DecodeSettings::default()).map_err(|error| undecodable(&error.to_string()))?;
    let color = match image.color_space().num_channels() {
        1 => Color::Gray,
        3 => Color::Rgb,
        4 => Color::Cmyk,
        channels => {
            return Err(Error::Unsupported { format: FORMAT, feature: format!("{channels} channels") });
        }
    };
    let size = Size { width: image.width(), height: image.height() };
    Ok(Header { size, color, transparent: image.has_alpha() })
}

/// Decodes a picture; transparency is ignored, as PDF does unless it is told otherwise.
pub(super) fn decode(encoded: &Encoded) -> Result<Picture, Error> {
    let image =
        Image::new(&encoded.bytes, &DecodeSettings::default()).map_err(|error| undecodable(&error.to_string()))?;
    let (width, height) = (image.width(), image.height());
    if (width, height) != (encoded.size.width, encoded.size.height) {
        return Err(Error::SizeDiffers {
            format: FORMAT,
            found_width: width,
            found_height: height,
            width: encoded.size.width,
            height: encoded.size.height,
        });
    }
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|error| undecodable(&error.to_string()))?;
    let channels = decoded.components().len();
    let samples = decoded.data_u8();
    if samples.len() as u64 != encoded.size.area() * channels as u64 {
        return Err(undecodable("its channels have different sizes"));
    }
    picture(encoded.size, samples, (channels, image.color_space()))
}

const FORMAT: &str = "JPEG 2000";

fn undecodable(fact: &str) -> Error {
    Error::Undecodable { format: FORMAT, fact: fact.to_owned() }
}

fn picture(size: Size, samples: Vec<u8>, (channels, space): (usize, &ColorSpace)) -> Result<Picture, Error> {
    let rgb = |pixels| Ok(Picture::Rgb(Rgb { size, pixels }));
    match (space.num_channels(), channels) {
        (1, 1) => Ok(Picture::Gray(Gray { size, pixels: samples })),
        (1, _) => {
            Ok(Picture::Gray(Gray { size, pixels: samples.chunks_exact(channels).map(|pixel| pixel[0]).collect() }))
        }
        (3, 3) => rgb(samples),
        (3, 4..) => rgb(samples.chunks_exact(channels).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()),
        (4, 4..) => {
            let inks = samples.chunks_exact(channels).map(|pixel| [pixel[0], pixel[1], pixel[2], pixel[3]]);
            rgb(inks.flat_map(|inks| ink_to_rgb(inks, false)).collect())
        }
        _ => Err(Error::Unsupported { format: FORMAT, feature: format!("{channels} channels") }),
    }
}
