//! Coarse color: of the ink where there is ink, of the paper where there is none, and filled in between.

use super::{Pixels, level};
use crate::base::geometry::Size;
use crate::raster::filter;
use crate::raster::pixels::{Bilevel, Gray, Picture, Rgb};

/// Pixels around ink that are neither: the blur of its edges.
const HALO: usize = 2;
/// By how much, of 255, pixels of the same ink in a cell are brighter than the darkest.
const SAME_INK: u8 = 48;
/// Cells on a side of a tile whose usual color is sought: two blocks of a JPEG.
const TILE: usize = 16;

/// A grid of colors, each with how much is known of it: 0 for nothing.
pub(super) struct Field<const N: usize> {
    size: Size,
    colors: Vec<[f32; N]>,
    weights: Vec<f32>,
}

impl<const N: usize> Field<N> {
    /// The color of the ink in each cell of `factor` pixels: that of the cores of strokes, because their edges are mixed with
    /// paper; of whole strokes where they are too thin to have a core. Of two inks in one cell it is the darker.
    pub(super) fn of_ink(pixels: &Pixels<'_, N>, mask: &Bilevel, factor: u32) -> Self {
        let mut ink = Self::of_darker_ink(pixels, &cores(mask), mask.row_bytes(), factor);
        let whole = Self::of_darker_ink(pixels, &mask.rows, mask.row_bytes(), factor);
        let has_core =
            Gray { size: ink.size, pixels: ink.weights.iter().map(|weight| u8::from(*weight > 0.0)).collect() };
        let near_core = level::spread(&has_core, 1, u8::max);
        for (at, near_core) in near_core.pixels.iter().enumerate() {
            if *near_core == 0 {
                ink.colors[at] = whole.colors[at];
                ink.weights[at] = whole.weights[at];
            }
        }
        ink
    }

    fn of_darker_ink(pixels: &Pixels<'_, N>, bits: &[u8], row_bytes: usize, factor: u32) -> Self {
        let mut field = Self::empty(pixels.size, factor);
        let mut darkest = vec![u8::MAX; field.weights.len()];
        field.visit(pixels, (bits, row_bytes), factor, |_, cell, sample| {
            darkest[cell] = darkest[cell].min(brightness(sample));
        });
        field.visit(pixels, (bits, row_bytes), factor, |field, cell, sample| {
            if brightness(sample) <= darkest[cell].saturating_add(SAME_INK) {
                field.add(cell, sample);
            }
        });
        field.averaged()
    }

    /// The color of the paper in each cell, away from ink. Every second row is enough for a mean.
    pub(super) fn of_paper(pixels: &Pixels<'_, N>, mask: &Bilevel, factor: u32) -> Self {
        let mut bare: Vec<u8> = grown(mask, HALO).iter().map(|byte| !byte).collect();
        bare.chunks_exact_mut(mask.row_bytes().max(1)).skip(1).step_by(2).for_each(|row| row.fill(0));
        let mut field = Self::empty(pixels.size, factor);
        field.visit(pixels, (&bare, mask.row_bytes()), factor, Self::add);
        field.averaged()
    }

    /// Each pixel whose bit is set, with its cell of `factor` pixels.
    fn visit(
        &mut self,
        pixels: &Pixels<'_, N>,
        (bits, row_bytes): (&[u8], usize),
        factor: u32,
        mut take: impl FnMut(&mut Self, usize, &[u8; N]),
    ) {
        let (width, factor) = (pixels.size.width as usize, factor as usize);
        for (y, row) in bits.chunks_exact(row_bytes.max(1)).enumerate() {
            let samples = pixels.samples[y * width * N..][..width * N].as_chunks::<N>().0;
            let cells = y / factor * self.size.width as usize;
            for (at, &byte) in row.iter().enumerate().filter(|(_, byte)| **byte != 0) {
                for (bit, sample) in samples[at * 8..].iter().take(8).enumerate() {
                    if byte >> (7 - bit) & 1 == 1 {
                        take(self, cells + (at * 8 + bit) / factor, sample);
                    }
                }
            }
        }
    }

    fn add(&mut self, cell: usize, sample: &[u8; N]) {
        self.weights[cell] += 1.0;
        self.colors[cell].iter_mut().zip(sample).for_each(|(sum, value)| *sum += f32::from(*value));
    }

    /// As many pixels of the picture as lie in cells that half the resolution would miss by more than `tolerance`.
    pub(super) fn detail(&self, tolerance: f32, factor: u32) -> u64 {
        let half = self.halved();
        let (width, half_width) = (self.size.width as usize, half.size.width as usize);
        let misses = |at: usize| {
            let coarse = half.colors[at / width / 2 * half_width + at % width / 2];
            self.weights[at] > 0.0 && self.colors[at].iter().zip(coarse).any(|(a, b)| (a - b).abs() > tolerance)
        };
        (0..self.colors.len()).filter(|at| misses(*at)).count() as u64 * u64::from(factor * factor)
    }

    /// The field without what only differs from the usual color around by less than `tolerance`, of 255: noise, which is
    /// most of what a JPEG would have to keep. From there to twice as much the difference comes in gradually.
    pub(super) fn calmed(mut self, tolerance: f32) -> Self {
        let mut usual = self.medians();
        usual.fill();
        let (width, tiles) = (self.size.width as usize, usual.size.width as usize);
        for (at, (color, weight)) in self.colors.iter_mut().zip(&self.weights).enumerate() {
            if *weight > 0.0 {
                let usual = usual.stretched(at % width, at / width, tiles);
                let differs = color.iter().zip(usual).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                let share = (differs / tolerance - 1.0).clamp(0.0, 1.0);
                color.iter_mut().zip(usual).for_each(|(value, usual)| *value = usual + (*value - usual) * share);
            }
        }
        self
    }

    /// The median of each channel over what is known of each tile.
    fn medians(&self) -> Self {
        let mut medians = Self::empty(self.size, TILE as u32);
        let (width, height, tiles) = (self.size.width as usize, self.size.height as usize, medians.size.width as usize);
        let mut known: [Vec<f32>; N] = std::array::from_fn(|_| Vec::with_capacity(TILE * TILE));
        for tile in 0..medians.weights.len() {
            let (left, top) = (tile % tiles * TILE, tile / tiles * TILE);
            known.iter_mut().for_each(Vec::clear);
            for y in top..(top + TILE).min(height) {
                for cell in y * width + left..y * width + (left + TILE).min(width) {
                    if self.weights[cell] > 0.0 {
                        known.iter_mut().zip(self.colors[cell]).for_each(|(known, value)| known.push(value));
                    }
                }
            }
            if !known[0].is_empty() {
                medians.weights[tile] = 1.0;
                medians.colors[tile] = std::array::from_fn(|channel| median(&mut known[channel]));
            }
        }
        medians
    }

    /// The color at a cell of a grid [`TILE`] times as fine, between this one's by straight lines.
    fn stretched(&self, x: usize, y: usize, width: usize) -> [f32; N] {
        let place = |at: usize, end: u32| between((at as f32 + 0.5) / TILE as f32, end);
        let ((left, right, across), (above, below, down)) = (place(x, self.size.width), place(y, self.size.height));
        let mix = |a: f32, b: f32, part: f32| a + (b - a) * part;
        std::array::from_fn(|channel| {
            let at = |x: usize, y: usize| self.colors[y * width + x][channel];
            mix(mix(at(left, above), at(right, above), across), mix(at(left, below), at(right, below), across), down)
        })
    }

    /// The field as a picture; what is not known is filled in from around.
    pub(super) fn filled(mut self) -> Picture {
        self.fill();
        let samples = self.colors.iter().flatten().map(|value| value.round().clamp(0.0, 255.0) as u8).collect();
        match N {
            1 => Picture::Gray(Gray { size: self.size, pixels: samples }),
            _ => Picture::Rgb(Rgb { size: self.size, pixels: samples }),
        }
    }

    fn empty(size: Size, factor: u32) -> Self {
        let size = Size { width: size.width.div_ceil(factor), height: size.height.div_ceil(factor) };
        let cells = size.area() as usize;
        Self { size, colors: vec![[0.0; N]; cells], weights: vec![0.0; cells] }
    }

    /// Sums to means; what is known is known wholly.
    fn averaged(mut self) -> Self {
        for (color, weight) in self.colors.iter_mut().zip(&mut self.weights) {
            if *weight > 0.0 {
                *color = color.map(|sum| sum / *weight);
                *weight = 1.0;
            }
        }
        self
    }

    /// Gives every unknown cell the color of what is known around, the farther the coarser (S. Gortler and others, The
    /// lumigraph, 1996: pull and push).
    fn fill(&mut self) {
        if self.size.width.max(self.size.height) <= 1 || self.weights.iter().all(|weight| *weight > 0.0) {
            return;
        }
        let mut coarse = self.halved();
        coarse.fill();
        let (width, coarse_width) = (self.size.width as usize, coarse.size.width as usize);
        for (at, (color, weight)) in self.colors.iter_mut().zip(&self.weights).enumerate() {
            if *weight == 0.0 {
                *color = coarse.between(at % width, at / width, coarse_width);
            }
        }
    }

    /// The color at a cell of a grid twice as fine, between this one's by straight lines.
    fn between(&self, x: usize, y: usize, width: usize) -> [f32; N] {
        let height = self.size.height as usize;
        let near = |at: usize, end: usize| {
            let other = if at.is_multiple_of(2) { (at / 2).saturating_sub(1) } else { (at / 2 + 1).min(end - 1) };
            [(at / 2, 0.75), (other, 0.25)]
        };
        let mut color = [0.0; N];
        for (y, down) in near(y, height) {
            for (x, across) in near(x, width) {
                color.iter_mut().zip(self.colors[y * width + x]).for_each(|(sum, value)| *sum += value * down * across);
            }
        }
        color
    }

    /// The field at half the resolution.
    pub(super) fn halved(&self) -> Self {
        let mut half = Self::empty(self.size, 2);
        let (width, half_width) = (self.size.width as usize, half.size.width as usize);
        for (at, (color, weight)) in self.colors.iter().zip(&self.weights).enumerate() {
            let cell = at / width / 2 * half_width + at % width / 2;
            half.weights[cell] += weight;
            half.colors[cell].iter_mut().zip(color).for_each(|(sum, value)| *sum += weight * value);
        }
        half.averaged()
    }
}

fn brightness<const N: usize>(sample: &[u8; N]) -> u8 {
    if let [red, green, blue] = sample[..] { filter::luma(&[red, green, blue]) } else { sample[0] }
}

fn median(values: &mut [f32]) -> f32 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// The rows of a mask without the pixels at whose sides something else lies.
fn cores(mask: &Bilevel) -> Vec<u8> {
    let row_bytes = mask.row_bytes();
    let outside = vec![0; row_bytes];
    let row = |y: Option<usize>| y.and_then(|y| mask.rows.get(y * row_bytes..(y + 1) * row_bytes)).unwrap_or(&outside);
    let mut cores = Vec::with_capacity(mask.rows.len());
    for y in 0..mask.size.height as usize {
        let (above, here, below) = (row(y.checked_sub(1)), row(Some(y)), row(Some(y + 1)));
        for at in 0..row_bytes {
            let before = at.checked_sub(1).map_or(0, |at| here[at]);
            let after = here.get(at + 1).copied().unwrap_or_default();
            let beside = (here[at] >> 1 | before << 7) & (here[at] << 1 | after >> 7);
            cores.push(here[at] & beside & above[at] & below[at]);
        }
    }
    cores
}

/// The rows of a mask with every pixel within `radius` of a marked one marked.
fn grown(mask: &Bilevel, radius: usize) -> Vec<u8> {
    let row_bytes = mask.row_bytes();
    let mut wide = Vec::with_capacity(mask.rows.len());
    for row in mask.rows.chunks_exact(row_bytes.max(1)) {
        for at in 0..row_bytes {
            let before = at.checked_sub(1).map_or(0, |at| row[at]);
            let after = row.get(at + 1).copied().unwrap_or_default();
            let window = u32::from(before) << 16 | u32::from(row[at]) << 8 | u32::from(after);
            let spread = (0..=radius).fold(0, |spread, by| spread | window << by | window >> by);
            wide.push((spread >> 8) as u8);
        }
    }
    let mut rows = wide.clone();
    for by in 1..=radius {
        let offset = by * row_bytes;
        let end = rows.len().saturating_sub(offset);
        rows[..end].iter_mut().zip(&wide[offset.min(wide.len())..]).for_each(|(row, below)| *row |= below);
        rows[offset.min(wide.len())..].iter_mut().zip(&wide).for_each(|(row, above)| *row |= above);
    }
    rows
}

/// The two cells around a place of a grid of so many, and how far it is from the first to the second.
pub(super) fn between(place: f32, cells: u32) -> (usize, usize, f32) {
    let place = (place - 0.5).clamp(0.0, cells as f32 - 1.0);
    let first = place as usize;
    (first, (first + 1).min(cells as usize - 1), place - first as f32)
}
