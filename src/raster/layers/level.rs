//! How bright paper and how dark ink are, place by place: what is darker than between them is ink.
//!
//! After J. Sauvola and M. Pietikäinen, Adaptive document image binarization (2000): the threshold falls with the contrast
//! around, so that thin strokes beside bold ones are kept and bare paper gives nothing.

use crate::base::geometry::{Rect, Size};
use crate::base::units::Dpi;
use crate::raster::filter;
use crate::raster::pixels::Gray;

/// Cells an inch: 16 pixels of 300 dpi, less than a line of print.
const CELLS_AN_INCH: f32 = 18.75;
/// Cells on each side over which paper is sought: print of 5 mm is bridged.
const BRIDGED: usize = 2;
/// What must be between paper and ink, of 255: among words, and elsewhere as a part of what is usual among words.
const LEAST_CONTRAST: u8 = 28;
const LEAST_PART: f32 = 0.3;
/// What must be between paper and ink among words, as a part of what is usual on bare paper: grain is no ink.
const ABOVE_GRAIN: f32 = 1.3;
/// How far from paper to ink the threshold lies.
const DEPTH: f32 = 0.4;

/// Thresholds of a page in a coarse grid.
pub(super) struct Levels {
    /// Pixels on a side of a cell.
    pub(super) cell: u32,
    /// What is darker than its cell's value is ink; 0 where there is none.
    pub(super) thresholds: Gray,
}

impl Levels {
    /// Finds them; `words` in pixels of `darkness`.
    pub(super) fn of(darkness: &Gray, words: &[Rect], dpi: Dpi) -> Self {
        let cell = ((dpi.value() / CELLS_AN_INCH / 2.0).round() as u32).clamp(2, 31) * 2;
        let (darkest, brightest) = extremes(&filter::shrink(darkness, 2), cell / 2);
        let paper = smooth(&spread(&spread(&brightest, BRIDGED, u8::max), BRIDGED, u8::min));
        let ink = spread(&darkest, 1, u8::min);
        let in_words = cells_of(words, paper.size, cell);
        let contrasts: Vec<u8> = paper.pixels.iter().zip(&ink.pixels).map(|(a, b)| a.saturating_sub(*b)).collect();
        let least_part = (f32::from(usual(&contrasts, &in_words, true)) * LEAST_PART) as u8;
        let grain = (f32::from(usual(&contrasts, &in_words, false)) * ABOVE_GRAIN) as u8;
        // Paper that print covers has no grain to be measured.
        let least_in_words = grain.min(least_part).max(LEAST_CONTRAST);
        let threshold = |(contrast, (paper, in_word)): (&u8, (&u8, &bool))| {
            let least = if *in_word { least_in_words } else { least_part.max(LEAST_CONTRAST) };
            if *contrast < least { 0 } else { (f32::from(*paper) - f32::from(*contrast) * DEPTH) as u8 }
        };
        let pixels = contrasts.iter().zip(paper.pixels.iter().zip(&in_words)).map(threshold).collect();
        Self { cell, thresholds: Gray { size: paper.size, pixels } }
    }
}

/// The least and the greatest value of each cell of `cell` pixels.
fn extremes(picture: &Gray, cell: u32) -> (Gray, Gray) {
    let size = Size { width: picture.size.width.div_ceil(cell), height: picture.size.height.div_ceil(cell) };
    let (width, cell) = (picture.size.width as usize, cell as usize);
    let (mut least, mut greatest) = (Vec::new(), Vec::new());
    for band in picture.pixels.chunks((width * cell).max(1)) {
        let (mut low, mut high) = (band[..width].to_vec(), band[..width].to_vec());
        for row in band.chunks_exact(width).skip(1) {
            low.iter_mut().zip(row).for_each(|(low, value)| *low = (*low).min(*value));
            high.iter_mut().zip(row).for_each(|(high, value)| *high = (*high).max(*value));
        }
        least.extend(low.chunks(cell).map(|cell| cell.iter().copied().min().unwrap_or_default()));
        greatest.extend(high.chunks(cell).map(|cell| cell.iter().copied().max().unwrap_or_default()));
    }
    (Gray { size, pixels: least }, Gray { size, pixels: greatest })
}

/// Each cell the `pick` of those within `radius` on each side.
pub(super) fn spread(field: &Gray, radius: usize, pick: fn(u8, u8) -> u8) -> Gray {
    let (width, height) = (field.size.width as usize, field.size.height as usize);
    let around = |at: usize, end: usize| at.saturating_sub(radius)..(at + radius + 1).min(end);
    let across: Vec<u8> = field
        .pixels
        .chunks_exact(width.max(1))
        .flat_map(|row| (0..width).map(|x| row[around(x, width)].iter().copied().reduce(pick).unwrap_or_default()))
        .collect();
    let down = |at: usize| around(at / width, height).map(|y| across[y * width + at % width]).reduce(pick);
    Gray { size: field.size, pixels: (0..across.len()).map(|at| down(at).unwrap_or_default()).collect() }
}

/// Each cell the mean of the nine around it.
fn smooth(field: &Gray) -> Gray {
    let (width, height) = (field.size.width as usize, field.size.height as usize);
    let mean = |at: usize| {
        let (x, y) = (at % width, at / width);
        let columns = x.saturating_sub(1)..(x + 2).min(width);
        let rows = y.saturating_sub(1)..(y + 2).min(height);
        let count = (columns.len() * rows.len()) as u32;
        let sum: u32 = rows.flat_map(|y| &field.pixels[y * width..][columns.clone()]).map(|v| u32::from(*v)).sum();
        (sum / count) as u8
    };
    Gray { size: field.size, pixels: (0..field.pixels.len()).map(mean).collect() }
}

/// Which cells of a grid the boxes touch, with a cell around.
pub(super) fn cells_of(words: &[Rect], grid: Size, cell: u32) -> Vec<bool> {
    let mut cells = vec![false; grid.area() as usize];
    let cell = cell as f32;
    for word in words {
        let span = |start: f32, end: f32, most: u32| {
            let edge = |value: f32| (value.max(0.0) as usize).min(most as usize);
            edge(start / cell - 1.0)..edge(end / cell + 2.0)
        };
        let columns = span(word.left, word.right, grid.width);
        for y in span(word.top, word.bottom, grid.height) {
            cells[y * grid.width as usize..][columns.clone()].fill(true);
        }
    }
    cells
}

/// The median contrast inside or outside of words; 0 where there is nothing.
fn usual(contrasts: &[u8], in_words: &[bool], inside: bool) -> u8 {
    let there: Vec<u8> = contrasts
        .iter()
        .zip(in_words)
        .filter(|(_, in_word)| **in_word == inside)
        .map(|(contrast, _)| *contrast)
        .collect();
    filter::percentile(&filter::histogram(&there), 0.5)
}
