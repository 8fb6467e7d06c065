//! Multi-page TIFF: Group 4, LZW or JPEG (TIFF 6.0; JPEG by Technical Note 2).

use std::io::Cursor;

use tiff::TiffError;
use tiff::encoder::colortype::{ColorType, Gray8, RGB8};
use tiff::encoder::{Compression, Rational, TiffEncoder};
use tiff::tags::{ResolutionUnit, Tag};

use super::group4;
use crate::Error;
use crate::faults::{Jpeg, Picture};

/// How pages that are not 1 bit are kept; those are Group 4 always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TiffCodec {
    /// LZW.
    Lzw,
    /// A whole JPEG stream in one strip.
    Jpeg,
}

/// A TIFF in the making.
#[derive(Debug)]
pub struct Tiff {
    codec: TiffCodec,
    pages: Vec<Page>,
}

#[derive(Debug)]
enum Page {
    /// Encoded, with its compression, photometric interpretation, depth, channels and sampling.
    Strip { bytes: Vec<u8>, size: (u32, u32), dpi: u32, tags: Vec<(Tag, Vec<u16>)> },
    /// Pixels, for LZW.
    Pixels { picture: Picture, dpi: u32 },
}

impl Tiff {
    /// Begins a file.
    #[must_use]
    pub fn new(codec: TiffCodec) -> Self {
        Self { codec, pages: Vec::new() }
    }

    /// Adds a page.
    ///
    /// # Errors
    ///
    /// As [`super::jpeg`].
    pub fn page(&mut self, picture: Picture, how: Jpeg, dpi: u32) -> Result<(), Error> {
        let size = (picture.width as u32, picture.height as u32);
        let page = if super::is_bilevel(&picture) {
            let tags = strip_tags(4, 0, &[1], None);
            Page::Strip { bytes: group4(&picture), size, dpi, tags }
        } else if self.codec == TiffCodec::Lzw {
            Page::Pixels { picture, dpi }
        } else {
            let bytes = super::jpeg(&picture, how, dpi, 0)?;
            let sampling = if how.full_chroma { 1 } else { 2 };
            let tags = match picture.channels() {
                3 => strip_tags(7, 6, &[8, 8, 8], Some(sampling)),
                _ => strip_tags(7, 1, &[8], None),
            };
            Page::Strip { bytes, size, dpi, tags }
        };
        self.pages.push(page);
        Ok(())
    }

    /// The file's bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] where the encoder refuses a page.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.written().map_err(|source| Error::Encode { form: "TIFF", reason: source.to_string() })
    }

    fn written(self) -> Result<Vec<u8>, TiffError> {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes)?.with_compression(Compression::Lzw);
        for page in self.pages {
            match page {
                Page::Strip { bytes, size, dpi, tags } => strip(&mut encoder, &bytes, size, dpi, &tags)?,
                Page::Pixels { picture, dpi } if picture.channels() == 3 => lzw::<RGB8>(&mut encoder, &picture, dpi)?,
                Page::Pixels { picture, dpi } => lzw::<Gray8>(&mut encoder, &picture, dpi)?,
            }
        }
        Ok(bytes.into_inner())
    }
}

fn strip_tags(compression: u16, photometric: u16, bits: &[u16], sampling: Option<u16>) -> Vec<(Tag, Vec<u16>)> {
    let mut tags = vec![
        (Tag::BitsPerSample, bits.to_vec()),
        (Tag::Compression, vec![compression]),
        (Tag::PhotometricInterpretation, vec![photometric]),
        (Tag::SamplesPerPixel, vec![bits.len() as u16]),
    ];
    tags.extend(sampling.map(|sampling| (Tag::ChromaSubsampling, vec![sampling, sampling])));
    tags
}

type Encoder<'a> = TiffEncoder<&'a mut Cursor<Vec<u8>>>;

fn strip(
    encoder: &mut Encoder,
    bytes: &[u8],
    (width, height): (u32, u32),
    dpi: u32,
    tags: &[(Tag, Vec<u16>)],
) -> Result<(), TiffError> {
    let mut directory = encoder.image_directory()?;
    let offset = directory.write_data(bytes)?;
    directory.write_tag(Tag::ImageWidth, width)?;
    directory.write_tag(Tag::ImageLength, height)?;
    for (tag, values) in tags {
        directory.write_tag(*tag, &values[..])?;
    }
    directory.write_tag(Tag::StripOffsets, offset as u32)?;
    directory.write_tag(Tag::RowsPerStrip, height)?;
    directory.write_tag(Tag::StripByteCounts, bytes.len() as u32)?;
    directory.write_tag(Tag::XResolution, Rational { n: dpi, d: 1 })?;
    directory.write_tag(Tag::YResolution, Rational { n: dpi, d: 1 })?;
    directory.write_tag(Tag::ResolutionUnit, ResolutionUnit::Inch.to_u16())?;
    directory.finish()
}

fn lzw<C: ColorType<Inner = u8>>(encoder: &mut Encoder, picture: &Picture, dpi: u32) -> Result<(), TiffError> {
    let mut image = encoder.new_image::<C>(picture.width as u32, picture.height as u32)?;
    image.resolution(ResolutionUnit::Inch, Rational { n: dpi, d: 1 });
    image.write_data(&picture.pixels)
}
