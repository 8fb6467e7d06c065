//! What lies on a page, seen at about 75 dots an inch: paper, ink, and which ink looks like text.
//!
//! Everything is judged against the paper around it, so that a shadow, a tint or a faint ribbon
//! changes little. All measures of things are taken in inches of the page.

use crate::base::geometry::Size;
use crate::base::units::Dpi;
use crate::raster::filter::{Blob, Blobs, Mask, histogram, otsu, shrink};
use crate::raster::pixels::Gray;

/// Resolution aimed at: letters run together into words, lines stay apart.
const SURVEY_DPI: f32 = 75.0;
/// Pixels of the survey on a side of a cell in which paper is looked for: 5 mm, wider than a letter.
const CELL: u32 = 16;

/// How far into the page a black border is looked for.
const BORDER_INCHES: f32 = 0.8;

/// A page seen from afar.
pub(super) struct Survey {
    /// How many pixels of the page one pixel of the survey covers, on a side.
    pub factor: u32,
    /// Pixels of the survey on an inch.
    pub inch: f32,
    /// The page, made smaller.
    pub small: Gray,
    /// Brightness of the bare paper, a pixel for each [`CELL`].
    pub paper: Gray,
    /// How much darker than its paper each pixel is: 0 not at all, 255 black.
    pub contrast: Gray,
    /// What is dark enough to be ink.
    pub ink: Blobs,
    /// The contrast above which a pixel counts as ink.
    pub level: u8,
    borders: Vec<Blob>,
}

impl Survey {
    pub(super) fn of(page: &Gray, dpi: Dpi) -> Self {
        let dpi = plausible(page.size, dpi);
        let factor = ((dpi / SURVEY_DPI).round() as u32).clamp(1, 32);
        let small = shrink(page, factor);
        let paper = paper(&small);
        let contrast = contrast(&small, &paper, CELL);
        let level = level(&histogram(&contrast.pixels));
        let (inch, ink) = (dpi / factor as f32, ink(&contrast, level));
        let mut survey = Self { factor, inch, small, paper, contrast, ink, level, borders: Vec::new() };
        survey.borders = survey.find_borders();
        survey.without_borders()
    }

    /// The level set by what is not border: against a black edge faint print would pass for paper.
    fn without_borders(mut self) -> Self {
        if self.borders.is_empty() {
            return self;
        }
        let borders = self.ink.mask(|blob| self.is_border(blob)).grown();
        let others = self.contrast.pixels.iter().zip(&borders.pixels).filter(|(_, border)| !**border);
        let others: Vec<u8> = others.map(|(contrast, _)| *contrast).collect();
        let level = level(&histogram(&others));
        if level < self.level {
            (self.level, self.ink) = (level, ink(&self.contrast, level));
            self.borders = self.find_borders();
        }
        self
    }

    /// Pixels of the page on a side of a pixel of [`Self::paper`].
    pub(super) fn paper_cell(&self) -> u32 {
        self.factor * CELL
    }

    /// Ink in the shape of letters and words: no rules, frames, seals, pictures, shadows of the edge, specks.
    pub(super) fn text(&self) -> Mask {
        self.ink.mask(|blob| self.is_text(blob))
    }

    /// How many blobs look like words or letters.
    pub(super) fn words(&self) -> usize {
        self.ink.all.iter().filter(|blob| self.is_text(blob)).count()
    }

    /// Black that comes in over an edge of the picture: the scanner's lid, the bed beside the page.
    pub(super) fn is_border(&self, blob: &Blob) -> bool {
        self.borders.contains(blob)
    }

    /// A hole punched for a file: a full disc of 4 to 9 mm near an edge.
    pub(super) fn is_hole(&self, blob: &Blob) -> bool {
        let (long, short) = (self.long(blob), self.short(blob));
        let Size { width, height } = self.small.size;
        let away = blob.left.min(blob.top).min(width - blob.right).min(height - blob.bottom) as f32 / self.inch;
        let full = blob.area as f32 / (blob.width() * blob.height()) as f32;
        (0.15..0.36).contains(&long) && short > 0.75 * long && full > 0.7 && away < 1.0
    }

    /// Those of the blobs that reach over an edge of the picture and lie for the most part along it. A frame or a photo
    /// that touches the edge goes on into the page.
    fn find_borders(&self) -> Vec<Blob> {
        let Size { width, height } = self.small.size;
        let margin = (BORDER_INCHES * self.inch) as u32;
        let is_near = |i: usize| {
            let (x, y) = (i as u32 % width, i as u32 / width);
            x.min(width - 1 - x) < margin || y.min(height - 1 - y) < margin
        };
        let lies_along = |blob: &&Blob| {
            let pixels = self.ink.mask(|other| other == *blob).pixels;
            let near = pixels.iter().enumerate().filter(|(i, mark)| **mark && is_near(*i)).count();
            near as f32 > 0.6 * blob.area as f32
        };
        self.ink.all.iter().filter(|blob| self.is_cut_off(blob)).filter(lies_along).copied().collect()
    }

    /// Whether something large reaches over an edge of the picture.
    fn is_cut_off(&self, blob: &Blob) -> bool {
        let Size { width, height } = self.small.size;
        let touches = blob.left == 0 || blob.top == 0 || blob.right == width || blob.bottom == height;
        touches && self.long(blob) > 0.5
    }

    /// Whether it has the shape of a letter or a word.
    pub(super) fn is_text(&self, blob: &Blob) -> bool {
        let (long, short) = (self.long(blob), self.short(blob));
        let graphic = short > 0.45;
        let rule = long > 0.8 && short < 0.05;
        let speck = long < 2.5 / 75.0;
        !(graphic || rule || speck || self.is_cut_off(blob) || self.is_hole(blob))
    }

    fn long(&self, blob: &Blob) -> f32 {
        blob.width().max(blob.height()) as f32 / self.inch
    }

    fn short(&self, blob: &Blob) -> f32 {
        blob.width().min(blob.height()) as f32 / self.inch
    }
}

/// The contrast that parts ink from paper.
fn level(counts: &[u32; 256]) -> u8 {
    otsu(counts).clamp(28, 110)
}

/// What exceeds a contrast.
fn ink(contrast: &Gray, level: u8) -> Blobs {
    Blobs::of(&Mask { size: contrast.size, pixels: contrast.pixels.iter().map(|c| *c > level).collect() })
}

/// The resolution, or a guess where it would make the page larger than A2 or smaller than a stamp.
pub(super) fn plausible(size: Size, dpi: Dpi) -> f32 {
    let long = size.width.max(size.height) as f32;
    if (1.5..24.0).contains(&(long / dpi.value())) { dpi.value() } else { (long / 11.7).max(36.0) }
}

/// How much darker than its paper each pixel of `picture` is, `cell` of its pixels to one of `paper`.
pub(super) fn contrast(picture: &Gray, paper: &Gray, cell: u32) -> Gray {
    let width = (picture.size.width as usize).max(1);
    let mut pixels = Vec::with_capacity(picture.pixels.len());
    let mut line = vec![0; width];
    for (y, row) in picture.pixels.chunks_exact(width).enumerate() {
        crate::raster::filter::enlarge_onto(&mut line, paper, cell, y as u32);
        pixels.extend(row.iter().zip(&line).map(|(v, p)| {
            let p = f32::from((*p).max(1));
            255 - (f32::from(*v) * (255.0 / p)).min(255.0) as u8
        }));
    }
    Gray { size: picture.size, pixels }
}

/// The brightness of bare paper, cell by cell; where none is seen (a photo, a black edge) that of the cells around.
fn paper(small: &Gray) -> Gray {
    let (width, height) = (small.size.width, small.size.height);
    let size = Size { width: width.div_ceil(CELL), height: height.div_ceil(CELL) };
    let mut cells = Vec::with_capacity(size.area() as usize);
    for top in (0..height).step_by(CELL as usize) {
        for left in (0..width).step_by(CELL as usize) {
            cells.push(bright(small, left, top));
        }
    }
    let mut sorted = cells.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() * 3 / 4).copied().unwrap_or(255);
    let seen = cells.iter().map(|v| (*v >= usual / 4).then_some(*v)).collect();
    smooth(&Gray { size, pixels: filled(seen, size, usual) })
}

/// The value that a tenth of a cell's pixels exceed.
fn bright(small: &Gray, left: u32, top: u32) -> u8 {
    let right = (left + CELL).min(small.size.width) as usize;
    let bottom = (top + CELL).min(small.size.height);
    let mut values: Vec<u8> = (top..bottom)
        .flat_map(|y| &small.pixels[(y * small.size.width) as usize..][left as usize..right])
        .copied()
        .collect();
    let rank = (values.len() * 9 / 10).min(values.len() - 1);
    *values.select_nth_unstable(rank).1
}

/// Cells without a value take the mean of those around, from the rim inwards.
fn filled(mut cells: Vec<Option<u8>>, size: Size, usual: u8) -> Vec<u8> {
    if cells.iter().all(Option::is_none) {
        return vec![usual; cells.len()];
    }
    while cells.iter().any(Option::is_none) {
        let before = cells.clone();
        for (i, cell) in cells.iter_mut().enumerate().filter(|(_, cell)| cell.is_none()) {
            let known: Vec<u32> = around(i, size).filter_map(|n| before[n]).map(u32::from).collect();
            *cell = (known.iter().sum::<u32>()).checked_div(known.len() as u32).map(|mean| mean as u8);
        }
    }
    cells.into_iter().flatten().collect()
}

/// Each cell the median of itself and its neighbours, then their mean: one odd cell leaves no trace.
fn smooth(cells: &Gray) -> Gray {
    let of = |cells: &Gray, pick: &dyn Fn(&mut Vec<u8>) -> u8| Gray {
        size: cells.size,
        pixels: (0..cells.pixels.len())
            .map(|i| pick(&mut around(i, cells.size).map(|n| cells.pixels[n]).collect()))
            .collect(),
    };
    let median = of(cells, &|near| {
        near.sort_unstable();
        near[near.len() / 2]
    });
    of(&median, &|near| (near.iter().map(|v| u32::from(*v)).sum::<u32>() / near.len() as u32) as u8)
}

/// A cell and its neighbours.
fn around(i: usize, size: Size) -> impl Iterator<Item = usize> {
    let (width, height) = (size.width as usize, size.height as usize);
    let (x, y) = (i % width, i / width);
    let columns = x.saturating_sub(1)..(x + 2).min(width);
    (y.saturating_sub(1)..(y + 2).min(height)).flat_map(move |y| columns.clone().map(move |x| y * width + x))
}
