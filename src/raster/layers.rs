//! A page's picture parted into ink and paper, and put together again.
//!
//! In: a picture in color or gray, and where its words are. Out: [`Layers`]: which pixels are ink, in full resolution and
//! without loss; the ink's color and the paper's, both coarse (the three layers of mixed raster content, ITU-T T.44).
//! What is no ink by its size or faintness (photographs, tints, shadows, dust) stays in the paper. All three are
//! encodings that PDF 1.4 knows, and the mask is a stencil (ISO 32000-1, 8.9.6.3), so that no transparency is needed.
//! Knows no document: whether the result is as legible as its source is judged elsewhere.

mod canvas;
mod field;
mod ink;
mod level;
mod likeness;

use crate::base::geometry::{Rect, Size};
use crate::base::units::Dpi;
use crate::raster::pixels::{Gray, Picture};
use crate::raster::{Encoded, Error, Limits, decode, encode};
pub use canvas::{Canvas, Window, cut};
use field::Field;
pub use likeness::strokes_changed;

/// Pixels an inch of the ink's color: a pixel is about as wide as a stroke, so that print stays black under a seal.
const INK_DPI: f32 = 75.0;
/// Pixels an inch of the paper; twice as many where it holds photographs.
const PAPER_DPI: f32 = 75.0;
/// Differences from the usual color around, of 255, that nobody sees: in strokes, and on paper.
const INK_TOLERANCE: f32 = 40.0;
const PAPER_TOLERANCE: f32 = 8.0;
/// Differences on paper that are seen as detail.
const PAPER_DETAIL: f32 = 20.0;
/// Square inches of detail below which half the resolution is enough: of ink, of paper; and above which the paper needs twice
/// as much.
const FEW_INK: f32 = 0.004;
const FEW_PAPER: f32 = 0.02;
const MANY_PAPER: f32 = 0.5;
/// Quality of the coarse layers: even paper costs nothing more at a high one, and a slow change of light shows no steps.
const INK_QUALITY: u8 = 55;
const PAPER_QUALITY: u8 = 75;

/// A picture as ink on paper.
#[derive(Debug, Clone)]
pub struct Layers {
    mask: Encoded,
    ink: Encoded,
    paper: Encoded,
}

/// Parts a picture; `words` are the boxes of its words in its pixels. None of a bilevel picture, which is all mask.
///
/// The canvas shows what a viewer shows, without decoding the mask again.
///
/// # Errors
/// [`Error::Unencodable`] for a picture without pixels.
pub fn part(picture: &Picture, words: &[Rect], dpi: Dpi) -> Result<Option<(Layers, Canvas)>, Error> {
    Ok(match picture {
        Picture::Bilevel(_) => None,
        Picture::Gray(gray) => {
            let pixels = Pixels::<1> { size: gray.size, samples: &gray.pixels };
            Some(parted(&pixels, gray, words, dpi)?)
        }
        Picture::Rgb(rgb) => {
            let pixels = Pixels::<3> { size: rgb.size, samples: &rgb.pixels };
            Some(parted(&pixels, &ink::darkest_channel(rgb), words, dpi)?)
        }
    })
}

impl Layers {
    /// Where there is ink: black, in the picture's own size; lossless JBIG2.
    #[must_use]
    pub fn mask(&self) -> &Encoded {
        &self.mask
    }

    /// The color of the ink, stretched to the picture's size; baseline JPEG.
    #[must_use]
    pub fn ink(&self) -> &Encoded {
        &self.ink
    }

    /// The color of the paper, as if there were no ink, stretched to the picture's size; baseline JPEG.
    #[must_use]
    pub fn paper(&self) -> &Encoded {
        &self.paper
    }

    /// Bytes of all three.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        [&self.mask, &self.ink, &self.paper].iter().map(|layer| layer.bytes.len() as u64).sum()
    }

    /// The picture that a viewer shows.
    ///
    /// # Errors
    /// Those of [`decode`](decode()).
    pub fn compose(&self, limits: &Limits) -> Result<Picture, Error> {
        let Picture::Bilevel(mask) = decode(&self.mask, limits)? else {
            return Err(Error::Undecodable { format: "mask", fact: "it is not bilevel".to_owned() });
        };
        Ok(Canvas::of(mask, self)?.whole())
    }
}

/// Samples of `N` channels.
struct Pixels<'a, const N: usize> {
    size: Size,
    samples: &'a [u8],
}

fn parted<const N: usize>(
    pixels: &Pixels<'_, N>,
    darkness: &Gray,
    words: &[Rect],
    dpi: Dpi,
) -> Result<(Layers, Canvas), Error> {
    let mask = ink::mask(darkness, words, dpi);
    let square_inches = |pixels: u64| pixels as f32 / (dpi.value() * dpi.value());
    let factor = |coarse: f32| ((dpi.value() / coarse).round() as u32).clamp(1, 32);

    let mut ink = Field::of_ink(pixels, &mask, factor(INK_DPI)).calmed(INK_TOLERANCE);
    if square_inches(ink.detail(INK_TOLERANCE, factor(INK_DPI))) < FEW_INK {
        ink = ink.halved();
    }
    let mut paper = Field::of_paper(pixels, &mask, factor(PAPER_DPI)).calmed(PAPER_TOLERANCE);
    let detail = square_inches(paper.detail(PAPER_DETAIL, factor(PAPER_DPI)));
    if detail < FEW_PAPER {
        paper = paper.halved();
    } else if detail > MANY_PAPER {
        paper = Field::of_paper(pixels, &mask, factor(PAPER_DPI * 2.0)).calmed(PAPER_TOLERANCE);
    }
    let layers = Layers {
        mask: encode::jbig2(&mask),
        ink: encode::jpeg(&ink.filled(), INK_QUALITY, encode::Chroma::Full)?,
        paper: encode::jpeg(&paper.filled(), PAPER_QUALITY, encode::Chroma::Full)?,
    };
    let canvas = Canvas::of(mask, &layers)?;
    Ok((layers, canvas))
}

#[cfg(test)]
mod tests;
