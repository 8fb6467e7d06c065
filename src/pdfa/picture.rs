//! A page's picture as image `XObjects`: the input's own encoded bytes, or the layers that it was parted into
//! (ISO 32000-1, 8.9.5 and 8.9.6).
//!
//! Gray, bilevel and RGB pictures are in the device spaces that the output intent defines. CMYK is
//! ICC-based, because an RGB output intent says nothing about inks (ISO 19005-2, 6.2.4.3).
//! Nothing is decoded here.

use std::io;

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use super::file::Writer;
use super::profile;
use crate::raster::layers::{Ink, Layers};
use crate::raster::{Color, Encoded, Encoding};

/// Writes pictures, and what several of them share once.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    cmyk: Option<ObjectId>,
}

impl Pictures {
    /// Writes one picture.
    pub(super) fn write(&mut self, writer: &mut Writer, picture: &Encoded) -> io::Result<ObjectId> {
        let image = self.image(writer, picture)?;
        writer.add_stream(image, &picture.bytes)
    }

    /// Writes the paper and the inks of a picture in that order, each ink with its mask (explicit masking, 8.9.6.3).
    pub(super) fn write_layers(&mut self, writer: &mut Writer, layers: &Layers) -> io::Result<Vec<ObjectId>> {
        let mut written = vec![self.write(writer, layers.paper())?];
        for Ink { mask, color } in layers.inks() {
            let mut stencil = encoded(writer, mask)?;
            stencil.set("ImageMask", true);
            let stencil = writer.add_stream(stencil, &mask.bytes)?;
            let mut image = self.image(writer, color)?;
            image.set("Mask", stencil);
            written.push(writer.add_stream(image, &color.bytes)?);
        }
        Ok(written)
    }

    fn image(&mut self, writer: &mut Writer, picture: &Encoded) -> io::Result<Dictionary> {
        let space = match picture.color {
            Color::Bilevel { .. } | Color::Gray => "DeviceGray".into(),
            Color::Rgb => "DeviceRGB".into(),
            Color::Cmyk => Object::Array(vec!["ICCBased".into(), self.cmyk_profile(writer)?.into()]),
        };
        let mut image = encoded(writer, picture)?;
        image.set("ColorSpace", space);
        Ok(image)
    }

    fn cmyk_profile(&mut self, writer: &mut Writer) -> io::Result<ObjectId> {
        if let Some(written) = self.cmyk {
            return Ok(written);
        }
        let written = writer.add_compressed(dictionary! { "N" => 4 }, &profile::offset_cmyk())?;
        Ok(*self.cmyk.insert(written))
    }
}

/// What every image says of its size and its encoding, with what several of them share.
fn encoded(writer: &mut Writer, picture: &Encoded) -> io::Result<Dictionary> {
    let mut image = entries(picture);
    if let Encoding::Jbig2 { globals: Some(globals) } = &picture.encoding {
        let globals = writer.add_stream(Dictionary::new(), globals)?;
        image.set("DecodeParms", dictionary! { "JBIG2Globals" => globals });
    }
    Ok(image)
}

/// What an image says of its size and its encoding; global segments of JBIG2 are left out.
pub(crate) fn entries(picture: &Encoded) -> Dictionary {
    let mut image = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(picture.size.width),
        "Height" => i64::from(picture.size.height),
    };
    // The depth of JPEG 2000 is inside its data.
    if picture.encoding != Encoding::Jpeg2000 {
        image.set("BitsPerComponent", bits(picture.color));
    }
    if let Some(decode) = decode(picture) {
        image.set("Decode", decode);
    }
    image.set("Filter", filter(&picture.encoding));
    if let Some(parameters) = parameters(picture) {
        image.set("DecodeParms", parameters);
    }
    image
}

/// How many channels a picture has.
pub(super) fn channels(color: Color) -> u8 {
    match color {
        Color::Bilevel { .. } | Color::Gray => 1,
        Color::Rgb => 3,
        Color::Cmyk => 4,
    }
}

fn bits(color: Color) -> i64 {
    if matches!(color, Color::Bilevel { .. }) { 1 } else { 8 }
}

/// `Decode`, where the picture's numbers run the other way.
fn decode(picture: &Encoded) -> Option<Object> {
    let inverted = match (picture.color, &picture.encoding) {
        (Color::Bilevel { one_is_black }, _) => one_is_black,
        (Color::Cmyk, Encoding::Jpeg { inverted_cmyk }) => *inverted_cmyk,
        _ => false,
    };
    let ends = [1, 0].repeat(channels(picture.color).into());
    inverted.then(|| Object::Array(ends.into_iter().map(Object::Integer).collect()))
}

/// The filter's name (ISO 32000-1, table 6).
fn filter(encoding: &Encoding) -> &'static str {
    match encoding {
        Encoding::Jpeg { .. } => "DCTDecode",
        Encoding::Jpeg2000 => "JPXDecode",
        Encoding::Ccitt { .. } => "CCITTFaxDecode",
        Encoding::Jbig2 { .. } => "JBIG2Decode",
        Encoding::Flate { .. } => "FlateDecode",
    }
}

fn parameters(picture: &Encoded) -> Option<Dictionary> {
    let (width, height) = (i64::from(picture.size.width), i64::from(picture.size.height));
    match &picture.encoding {
        Encoding::Ccitt { k, black_is_one, byte_aligned, end_of_line, end_of_block } => Some(dictionary! {
            "K" => i64::from(*k),
            "Columns" => width,
            "Rows" => height,
            "BlackIs1" => *black_is_one,
            "EncodedByteAlign" => *byte_aligned,
            "EndOfLine" => *end_of_line,
            "EndOfBlock" => *end_of_block,
        }),
        Encoding::Flate { png_predictor: true } => Some(dictionary! {
            "Predictor" => 15,
            "Colors" => i64::from(channels(picture.color)),
            "BitsPerComponent" => bits(picture.color),
            "Columns" => width,
        }),
        Encoding::Jpeg { .. } | Encoding::Jpeg2000 | Encoding::Jbig2 { .. } | Encoding::Flate { .. } => None,
    }
}
