//! What a viewer shows of the layers: ink over paper.

use std::ops::Range;

use super::field::between;
use super::{Layers, Pixels};
use crate::base::geometry::{Rect, Size};
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};
use crate::raster::{Error, Limits, decode, filter};

/// The layers decoded, to be looked at where one likes.
#[derive(Debug)]
pub struct Canvas {
    mask: Bilevel,
    coarse: Coarse,
}

/// Ink and paper.
#[derive(Debug)]
enum Coarse {
    Gray(Gray, Gray),
    Rgb(Rgb, Rgb),
}

/// Some columns and rows of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Columns.
    pub columns: Range<usize>,
    /// Rows.
    pub rows: Range<usize>,
}

impl Window {
    /// The pixels that a box touches; none beyond the edges of a picture of `size`.
    #[must_use]
    pub fn around(place: Rect, size: Size) -> Self {
        let range = |start: f32, end: f32, most: u32| {
            let end = (end.max(0.0).ceil() as usize).min(most as usize);
            (start.max(0.0) as usize).min(end)..end
        };
        Self { columns: range(place.left, place.right, size.width), rows: range(place.top, place.bottom, size.height) }
    }

    /// Its width and height.
    #[must_use]
    pub fn size(&self) -> Size {
        Size { width: self.columns.len() as u32, height: self.rows.len() as u32 }
    }
}

/// A part of a picture, in gray.
#[must_use]
pub fn cut(picture: &Picture, window: &Window) -> Gray {
    let size = window.size();
    let width = picture.size().width as usize;
    let rows = window.rows.clone().map(|y| y * width + window.columns.start..y * width + window.columns.end);
    match picture {
        Picture::Gray(gray) => Gray { size, pixels: rows.flat_map(|row| &gray.pixels[row]).copied().collect() },
        Picture::Rgb(rgb) => {
            let pixels = rgb.pixels.as_chunks::<3>().0;
            Gray { size, pixels: rows.flat_map(|row| &pixels[row]).map(filter::luma).collect() }
        }
        Picture::Bilevel(bits) => {
            let value = |x: usize, y: usize| if is_black(&bits.rows[y * bits.row_bytes()..], x) { 0 } else { 255 };
            let pixels = window.rows.clone().flat_map(|y| window.columns.clone().map(move |x| value(x, y)));
            Gray { size, pixels: pixels.collect() }
        }
    }
}

impl Canvas {
    /// Layers whose mask is at hand; the ink and the paper as they come out of their JPEG.
    pub(super) fn of(mask: Bilevel, layers: &Layers) -> Result<Self, Error> {
        // Both are coarser than the mask, which was within the limits.
        let limits = Limits { max_pixels: mask.size.area().max(1), ..Limits::default() };
        let coarse = match (decode(&layers.ink, &limits)?, decode(&layers.paper, &limits)?) {
            (Picture::Gray(ink), Picture::Gray(paper)) => Coarse::Gray(ink, paper),
            (ink, paper) => Coarse::Rgb(ink.into_rgb(), paper.into_rgb()),
        };
        Ok(Self { mask, coarse })
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Picture {
        let Size { width, height } = self.mask.size;
        self.part(&Window { columns: 0..width as usize, rows: 0..height as usize })
    }

    /// A part of it, in gray.
    #[must_use]
    pub fn gray(&self, window: &Window) -> Gray {
        self.part(window).into_gray()
    }

    fn part(&self, window: &Window) -> Picture {
        let size = window.size();
        match &self.coarse {
            Coarse::Gray(ink, paper) => {
                let ink = Pixels::<1> { size: ink.size, samples: &ink.pixels };
                let paper = Pixels::<1> { size: paper.size, samples: &paper.pixels };
                Picture::Gray(Gray { size, pixels: composed(&self.mask, &ink, &paper, window) })
            }
            Coarse::Rgb(ink, paper) => {
                let ink = Pixels::<3> { size: ink.size, samples: &ink.pixels };
                let paper = Pixels::<3> { size: paper.size, samples: &paper.pixels };
                Picture::Rgb(Rgb { size, pixels: composed(&self.mask, &ink, &paper, window) })
            }
        }
    }
}

/// Ink over paper, both stretched to the mask's size: the ink's pixels as they are, the paper's mixed by straight lines.
fn composed<const N: usize>(mask: &Bilevel, ink: &Pixels<'_, N>, paper: &Pixels<'_, N>, window: &Window) -> Vec<u8> {
    let place = |at: usize, small: u32, large: u32| (at as f32 + 0.5) * small as f32 / large as f32;
    let Size { width, height } = mask.size;
    let column = |x: usize| {
        (x, place(x, ink.size.width, width) as usize, between(place(x, paper.size.width, width), paper.size.width))
    };
    let columns: Vec<_> = window.columns.clone().map(column).collect();
    let cells = columns.first().zip(columns.last()).map_or(0..0, |(first, last)| first.2.0..last.2.1 + 1);
    let mut out = Vec::with_capacity(columns.len() * window.rows.len() * N);
    for y in window.rows.clone() {
        let bits = &mask.rows[y * mask.row_bytes()..][..mask.row_bytes()];
        let ink_row = ink.row(place(y, ink.size.height, height) as usize);
        let paper_row = paper.row_at(place(y, paper.size.height, height), &cells);
        for (x, ink_x, (left, right, part)) in &columns {
            if is_black(bits, *x) {
                out.extend_from_slice(&ink_row[*ink_x]);
            } else {
                let mixed = |channel: usize| {
                    let (a, b) = (paper_row[left - cells.start][channel], paper_row[right - cells.start][channel]);
                    (a + (b - a) * part + 0.5) as u8
                };
                out.extend((0..N).map(mixed));
            }
        }
    }
    out
}

fn is_black(bits: &[u8], x: usize) -> bool {
    bits[x / 8] >> (7 - x % 8) & 1 == 1
}

impl<const N: usize> Pixels<'_, N> {
    fn row(&self, y: usize) -> &[[u8; N]] {
        let width = self.size.width as usize;
        &self.samples.as_chunks::<N>().0[y * width..][..width]
    }

    /// The samples of some columns at a height, between two rows by straight lines.
    fn row_at(&self, y: f32, columns: &Range<usize>) -> Vec<[f32; N]> {
        let (above, below, part) = between(y, self.size.height);
        let mix = |(a, b): (&[u8; N], &[u8; N])| {
            std::array::from_fn(|n| f32::from(a[n]) + (f32::from(b[n]) - f32::from(a[n])) * part)
        };
        self.row(above)[columns.clone()].iter().zip(&self.row(below)[columns.clone()]).map(mix).collect()
    }
}
