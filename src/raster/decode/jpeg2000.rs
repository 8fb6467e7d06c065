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

/// No page is cut into more tiles; each takes memory before anything of it is decoded.
const MOST_TILES: u64 = 16_384;

/// Whether every codestream that begins in the bytes claims no more than so many samples, and tiles that can be meant (T.800, A.5.1): the
/// decoder makes room for all that is claimed.
pub(crate) fn is_within(bytes: &[u8], samples: u64) -> bool {
    const START: [u8; 4] = [0xff, 0x4f, 0xff, 0x51];
    let starts = bytes.windows(4).enumerate().filter(|(_, window)| *window == START).map(|(start, _)| start);
    starts.filter_map(|start| Claim::read(bytes.get(start + 4..)?)).all(|claim| {
        claim.samples().is_some_and(|found| found <= samples) && claim.tiles().is_some_and(|tiles| tiles <= MOST_TILES)
    })
}

/// The SIZ segment: the far sides, the near ones, those of tiles, and how many channels there are.
struct Claim {
    sides: [u64; 8],
    channels: u64,
}

impl Claim {
    fn read(segment: &[u8]) -> Option<Self> {
        let number = |at: usize, length: usize| {
            let bytes = segment.get(at..at + length)?;
            Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
        };
        let mut sides = [0; 8];
        for (place, side) in sides.iter_mut().enumerate() {
            *side = number(4 + 4 * place, 4)?;
        }
        Some(Self { sides, channels: number(36, 2)? })
    }

    fn samples(&self) -> Option<u64> {
        let [right, bottom, left, top, ..] = self.sides;
        right.checked_sub(left)?.checked_mul(bottom.checked_sub(top)?)?.checked_mul(self.channels)
    }

    fn tiles(&self) -> Option<u64> {
        let [right, bottom, _, _, width, height, left, top] = self.sides;
        let number =
            |far: u64, near: u64, side: u64| (side > 0).then(|| far.checked_sub(near).map(|all| all.div_ceil(side)))?;
        number(right, left, width)?.checked_mul(number(bottom, top, height)?)
    }
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
    if !is_within(&encoded.bytes, encoded.size.area().saturating_mul(MOST_CHANNELS)) {
        return Err(undecodable("it claims another size, or more tiles than a page has"));
    }
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
/// Four inks, and transparency.
const MOST_CHANNELS: u64 = 5;

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
