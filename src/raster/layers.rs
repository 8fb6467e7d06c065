//! A page's picture parted into ink and paper, and put together again.
//!
//! In: a picture in color or gray, and where its words are. Out: [`Layers`]: which pixels are ink, in full resolution and
//! without loss; the ink's color and the paper's, both coarse (the three layers of mixed raster content, ITU-T T.44).
//! Red and blue ink, such as of seals and signatures, have a mask and a color of their own, so that print under a seal stays
//! black and the seal beside it red, to the pixel.
//! What is no ink by its size or faintness (photographs, tints, shadows, dust) stays in the paper. All are
//! encodings that PDF 1.4 knows, and masks are stencils (ISO 32000-1, 8.9.6.3), so that no transparency is needed.
//! Knows no document: whether the result is as legible as its source is judged elsewhere.

mod canvas;
mod field;
mod hues;
mod ink;
mod level;
mod likeness;

use crate::base::geometry::{Rect, Size};
use crate::base::units::Dpi;
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};
use crate::raster::{Encoded, Error, Limits, decode, encode};
pub use canvas::{Canvas, Window, cut};
use field::Field;
use hues::Hues;
pub use likeness::{strokes_changed, tint_changed};

/// Pixels an inch of the ink's color: a pixel is about as wide as a stroke.
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
/// How often the resolution of ink is halved at most: ink of one color is a field without detail.
const MOST_HALVED: u32 = 3;
/// Quality of the coarse layers: even paper costs nothing more at a high one, and a slow change of light shows no steps.
const INK_QUALITY: u8 = 55;
const PAPER_QUALITY: u8 = 75;

/// A picture as inks on paper.
#[derive(Debug, Clone)]
pub struct Layers {
    size: Size,
    paper: Encoded,
    inks: Vec<Ink>,
}

/// All ink of one kind.
#[derive(Debug, Clone)]
pub struct Ink {
    /// Where it is: black, in the picture's own size; lossless JBIG2.
    pub mask: Encoded,
    /// Its color, stretched to the picture's size; baseline JPEG.
    pub color: Encoded,
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
            let mask = ink::mask(gray, words, dpi);
            Some(parted(&Pixels::from(gray), Hues::one(mask), dpi)?)
        }
        Picture::Rgb(rgb) => {
            let mask = ink::mask(&ink::darkest_channel(rgb), words, dpi);
            Some(parted(&Pixels::from(rgb), hues::split(mask, rgb, dpi), dpi)?)
        }
    })
}

impl Layers {
    /// The color of the paper, as if there were no ink, stretched to the picture's size; baseline JPEG.
    #[must_use]
    pub fn paper(&self) -> &Encoded {
        &self.paper
    }

    /// The inks in the order in which they are laid on the paper: red, blue, and all other, which is print; never none.
    #[must_use]
    pub fn inks(&self) -> &[Ink] {
        &self.inks
    }

    /// Every encoded picture in the order in which they are shown: the paper, then each ink's color with its mask.
    pub fn pictures(&self) -> impl Iterator<Item = &Encoded> {
        std::iter::once(&self.paper).chain(self.inks.iter().flat_map(|ink| [&ink.color, &ink.mask]))
    }

    /// Bytes of all of them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.pictures().map(|picture| picture.bytes.len() as u64).sum()
    }

    /// The picture that a viewer shows.
    ///
    /// # Errors
    /// Those of [`decode`](decode()).
    pub fn compose(&self, limits: &Limits) -> Result<Picture, Error> {
        let mask = |ink: &Ink| match decode(&ink.mask, limits)? {
            Picture::Bilevel(mask) => Ok(mask),
            _ => Err(Error::Undecodable { format: "mask", fact: "it is not bilevel".to_owned() }),
        };
        let masks = self.inks.iter().map(mask).collect::<Result<Vec<_>, Error>>()?;
        Ok(Canvas::of(masks, self)?.whole())
    }
}

/// Samples of `N` channels.
struct Pixels<'a, const N: usize> {
    size: Size,
    samples: &'a [u8],
}

impl<'a> From<&'a Gray> for Pixels<'a, 1> {
    fn from(gray: &'a Gray) -> Self {
        Self { size: gray.size, samples: &gray.pixels }
    }
}

impl<'a> From<&'a Rgb> for Pixels<'a, 3> {
    fn from(rgb: &'a Rgb) -> Self {
        Self { size: rgb.size, samples: &rgb.pixels }
    }
}

fn parted<const N: usize>(pixels: &Pixels<'_, N>, hues: Hues, dpi: Dpi) -> Result<(Layers, Canvas), Error> {
    let color =
        |mask: &Bilevel| encode::jpeg(&ink_color(pixels, mask, dpi).filled(), INK_QUALITY, encode::Chroma::Full);
    let ink = |mask: &Bilevel| Ok(Ink { mask: encode::jbig2(mask), color: color(mask)? });
    let layers = Layers {
        size: pixels.size,
        inks: hues.each.iter().map(ink).collect::<Result<_, Error>>()?,
        paper: encode::jpeg(&paper_color(pixels, &hues.all, dpi).filled(), PAPER_QUALITY, encode::Chroma::Full)?,
    };
    let canvas = Canvas::of(hues.each, &layers)?;
    Ok((layers, canvas))
}

fn ink_color<const N: usize>(pixels: &Pixels<'_, N>, mask: &Bilevel, dpi: Dpi) -> Field<N> {
    let factor = factor(dpi, INK_DPI);
    let mut ink = Field::of_ink(pixels, mask, factor).calmed(INK_TOLERANCE);
    for halved in 0..MOST_HALVED {
        if square_inches(ink.detail(INK_TOLERANCE, factor << halved), dpi) > FEW_INK {
            break;
        }
        ink = ink.halved();
    }
    ink
}

fn paper_color<const N: usize>(pixels: &Pixels<'_, N>, mask: &Bilevel, dpi: Dpi) -> Field<N> {
    let at = |coarse: f32| Field::of_paper(pixels, mask, factor(dpi, coarse)).calmed(PAPER_TOLERANCE);
    let paper = at(PAPER_DPI);
    match square_inches(paper.detail(PAPER_DETAIL, factor(dpi, PAPER_DPI)), dpi) {
        few if few < FEW_PAPER => paper.halved(),
        many if many > MANY_PAPER => at(PAPER_DPI * 2.0),
        _ => paper,
    }
}

/// Pixels of the picture on a side of a pixel of a layer.
fn factor(dpi: Dpi, coarse: f32) -> u32 {
    ((dpi.value() / coarse).round() as u32).clamp(1, 32)
}

fn square_inches(pixels: u64, dpi: Dpi) -> f32 {
    pixels as f32 / (dpi.value() * dpi.value())
}

#[cfg(test)]
mod tests;
