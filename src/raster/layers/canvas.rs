//! What a viewer shows of the layers: ink over paper.

use std::ops::Range;

use super::field::between;
use super::{Layers, Pixels};
use crate::base::geometry::{Rect, Size};
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};
use crate::raster::{Error, Limits, decode};

/// The layers decoded, to be looked at where one likes.
#[derive(Debug)]
pub struct Canvas {
    size: Size,
    masks: Vec<Bilevel>,
    coarse: Coarse,
}

/// The inks' colors, as many as masks, and the paper's.
#[derive(Debug)]
enum Coarse {
    Gray(Vec<Gray>, Gray),
    Rgb(Vec<Rgb>, Rgb),
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

    /// Whether all of the other lies in it.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        let holds = |outer: &Range<usize>, inner: &Range<usize>| outer.start <= inner.start && inner.end <= outer.end;
        holds(&self.columns, &other.columns) && holds(&self.rows, &other.rows)
    }

    /// The same pixels counted from the corner of a window that holds it.
    #[must_use]
    pub fn within(&self, outer: &Self) -> Self {
        let moved = |inner: &Range<usize>, by: usize| inner.start - by..inner.end - by;
        Self { columns: moved(&self.columns, outer.columns.start), rows: moved(&self.rows, outer.rows.start) }
    }

    /// Its width and height.
    #[must_use]
    pub fn size(&self) -> Size {
        Size { width: self.columns.len() as u32, height: self.rows.len() as u32 }
    }
}

/// A part of a picture.
#[must_use]
pub fn cut(picture: &Picture, window: &Window) -> Picture {
    let size = window.size();
    let width = picture.size().width as usize;
    let rows = window.rows.clone().map(|y| y * width + window.columns.start..y * width + window.columns.end);
    match picture {
        Picture::Gray(gray) => {
            Picture::Gray(Gray { size, pixels: rows.flat_map(|row| &gray.pixels[row]).copied().collect() })
        }
        Picture::Rgb(rgb) => {
            let bytes = rows.flat_map(|row| &rgb.pixels[row.start * 3..row.end * 3]);
            Picture::Rgb(Rgb { size, pixels: bytes.copied().collect() })
        }
        Picture::Bilevel(bits) => {
            let value = |x: usize, y: usize| if is_black(&bits.rows[y * bits.row_bytes()..], x) { 0 } else { 255 };
            let pixels = window.rows.clone().flat_map(|y| window.columns.clone().map(move |x| value(x, y)));
            Picture::Gray(Gray { size, pixels: pixels.collect() })
        }
    }
}

impl Canvas {
    /// Layers whose masks are at hand; the inks' colors and the paper as they come out of their JPEG.
    pub(super) fn of(masks: Vec<Bilevel>, layers: &Layers) -> Result<Self, Error> {
        let size = layers.size;
        // What is decoded is coarser than the masks, which were within the limits.
        let limits = Limits { max_pixels: size.area().max(1), ..Limits::default() };
        let decoded = |encoded| decode(encoded, &limits);
        let inks = layers.inks.iter().map(|ink| decoded(&ink.color)).collect::<Result<Vec<_>, Error>>()?;
        let coarse = match decoded(&layers.paper)? {
            Picture::Gray(paper) => Coarse::Gray(inks.into_iter().map(Picture::into_gray).collect(), paper),
            paper => Coarse::Rgb(inks.into_iter().map(Picture::into_rgb).collect(), paper.into_rgb()),
        };
        Ok(Self { size, masks, coarse })
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Picture {
        let Size { width, height } = self.size;
        self.part(&Window { columns: 0..width as usize, rows: 0..height as usize })
    }

    /// A part of it.
    #[must_use]
    pub fn part(&self, window: &Window) -> Picture {
        let size = window.size();
        match &self.coarse {
            Coarse::Gray(inks, paper) => {
                Picture::Gray(Gray { size, pixels: self.composed::<1, _>(inks, paper, window) })
            }
            Coarse::Rgb(inks, paper) => Picture::Rgb(Rgb { size, pixels: self.composed::<3, _>(inks, paper, window) }),
        }
    }

    /// Inks over paper, all stretched to the masks' size.
    fn composed<'a, const N: usize, T>(&self, inks: &'a [T], paper: &'a T, window: &Window) -> Vec<u8>
    where
        Pixels<'a, N>: From<&'a T>,
    {
        let mut shown = bare(&paper.into(), self.size, window);
        for (mask, ink) in self.masks.iter().zip(inks) {
            lay(&mut shown, mask, &ink.into(), window);
        }
        shown
    }
}

/// The paper, mixed by straight lines.
fn bare<const N: usize>(paper: &Pixels<'_, N>, size: Size, window: &Window) -> Vec<u8> {
    let column = |x: usize| between(place(x, paper.size.width, size.width), paper.size.width);
    let columns: Vec<_> = window.columns.clone().map(column).collect();
    let cells = columns.first().zip(columns.last()).map_or(0..0, |(first, last)| first.0..last.1 + 1);
    let mut shown = Vec::with_capacity(columns.len() * window.rows.len() * N);
    for y in window.rows.clone() {
        let row = paper.row_at(place(y, paper.size.height, size.height), &cells);
        for (left, right, part) in &columns {
            let (a, b) = (&row[left - cells.start], &row[right - cells.start]);
            shown.extend((0..N).map(|channel| (a[channel] + (b[channel] - a[channel]) * part + 0.5) as u8));
        }
    }
    shown
}

/// Lays ink where its mask is black, its pixels as they are.
fn lay<const N: usize>(shown: &mut [u8], mask: &Bilevel, ink: &Pixels<'_, N>, window: &Window) {
    let Size { width, height } = mask.size;
    let columns: Vec<usize> = window.columns.clone().map(|x| place(x, ink.size.width, width) as usize).collect();
    let rows = shown.as_chunks_mut::<N>().0.chunks_exact_mut(columns.len().max(1));
    for (y, row) in window.rows.clone().zip(rows) {
        let bits = &mask.rows[y * mask.row_bytes()..][..mask.row_bytes()];
        let ink = ink.row(place(y, ink.size.height, height) as usize);
        for ((x, pixel), column) in window.columns.clone().zip(row).zip(&columns) {
            if is_black(bits, x) {
                *pixel = ink[*column];
            }
        }
    }
}

/// Where the middle of a pixel lies in a smaller picture of the same.
fn place(at: usize, small: u32, large: u32) -> f32 {
    (at as f32 + 0.5) * small as f32 / large as f32
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
