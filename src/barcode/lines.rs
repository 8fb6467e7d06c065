//! Thin lines across a picture, along its rows or its columns, as the places where black and white change.

use super::{Luma, Scale};

/// Which way the lines run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    /// Along the rows: they meet bars that stand.
    Rows,
    /// Along the columns: they meet bars that lie.
    Columns,
}

/// Lines of one axis. A place on the picture is told by `along` a line and `across` the lines.
pub(super) struct Lines {
    pub(super) axis: Axis,
    /// Pixels along a line.
    pub(super) length: f32,
    /// Pixels from a line to the next.
    pub(super) pitch: f32,
    /// For each line the places at which it changes: to black, to white, to black, and so on.
    pub(super) changes: Vec<Vec<f32>>,
}

/// Rows are dense because the corners of a QR code, 1 mm high at the smallest, must not fall between them.
const ROW_PITCH: f32 = 0.5;
/// Columns look for bar codes alone, which are at least 5 mm high.
const COLUMN_PITCH: f32 = 0.8;
/// Pixels that are looked at together for their darkest and brightest.
const BLOCK: usize = 16;
/// On either side of a place, black and white are looked for so far: a patch code's widest bar and space.
const REACH: f32 = 10.0;
/// Less difference than this between black and white is paper, not print.
const LEAST_CONTRAST: u8 = 45;

impl Lines {
    pub(super) fn across(luma: &Luma<'_>, axis: Axis, scale: Scale) -> Self {
        let (width, height) = (luma.size.width as usize, luma.size.height as usize);
        let reach = (scale.pixels(REACH) as usize).div_ceil(BLOCK);
        let (length, pitch) = match axis {
            Axis::Rows => (width, ROW_PITCH),
            Axis::Columns => (height, COLUMN_PITCH),
        };
        let pitch = (scale.pixels(pitch).round() as usize).max(2);
        let mut levels = Levels::default();
        let changes = match axis {
            Axis::Rows => rows(luma, pitch).map(|line| levels.changes(&line, reach)).collect(),
            Axis::Columns => {
                columns(luma, pitch).chunks_exact(height.max(1)).map(|line| levels.changes(line, reach)).collect()
            }
        };
        Self { axis, length: length as f32, pitch: pitch as f32, changes }
    }

    /// How far across the picture a line lies: between the two rows that it is the mean of.
    pub(super) fn across_at(&self, line: usize) -> f32 {
        line as f32 * self.pitch + 1.0
    }
}

impl Axis {
    /// The picture's x and y of a place told by the lines.
    pub(super) fn point(self, along: f32, across: f32) -> (f32, f32) {
        match self {
            Self::Rows => (along, across),
            Self::Columns => (across, along),
        }
    }
}

/// Every `pitch`th row, as the mean of it and the next: half the noise.
fn rows<'a>(luma: &'a Luma<'_>, pitch: usize) -> impl Iterator<Item = Vec<u8>> + 'a {
    let width = (luma.size.width as usize).max(1);
    let pairs = luma.pixels.windows(2 * width).step_by(pitch * width);
    pairs.map(move |pair| pair[..width].iter().zip(&pair[width..]).map(|(a, b)| mean(*a, *b)).collect())
}

/// Every `pitch`th column, one behind the other, each as the mean of it and the next.
fn columns(luma: &Luma<'_>, pitch: usize) -> Vec<u8> {
    let (width, height) = ((luma.size.width as usize).max(1), luma.size.height as usize);
    let count = (width - 1).div_ceil(pitch);
    let mut columns = vec![u8::MAX; count * height];
    for (y, row) in luma.pixels.chunks_exact(width).take(height).enumerate() {
        for (column, pair) in row.windows(2).step_by(pitch).enumerate() {
            columns[column * height + y] = mean(pair[0], pair[1]);
        }
    }
    columns
}

fn mean(a: u8, b: u8) -> u8 {
    u16::midpoint(u16::from(a), u16::from(b)) as u8
}

/// Darkest and brightest of each block of a line; kept between lines to save their memory.
#[derive(Default)]
struct Levels {
    darkest: Vec<u8>,
    brightest: Vec<u8>,
}

impl Levels {
    /// Where a line changes between black and white, judged by the darkest and brightest within `reach` blocks.
    fn changes(&mut self, line: &[u8], reach: usize) -> Vec<f32> {
        self.measure(line);
        let mut changes = Vec::new();
        let (mut black, mut before) = (false, u8::MAX);
        for (block, pixels) in line.chunks(BLOCK).enumerate() {
            let level = self.level(block, reach);
            let quiet = if black { self.brightest[block] < level } else { self.darkest[block] >= level };
            if !quiet {
                for (offset, &value) in pixels.iter().enumerate() {
                    if (value < level) != black {
                        black = !black;
                        let part = (f32::from(level) - f32::from(before)) / (f32::from(value) - f32::from(before));
                        let at = (block * BLOCK + offset) as f32 - 0.5;
                        changes.push(at + if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.5 });
                    }
                    before = value;
                }
            }
            before = pixels.last().copied().unwrap_or(before);
        }
        if black {
            changes.push(line.len() as f32);
        }
        changes
    }

    fn measure(&mut self, line: &[u8]) {
        self.darkest.clear();
        self.brightest.clear();
        for block in line.chunks(BLOCK) {
            let (low, high) = block.iter().fold((u8::MAX, 0), |(low, high), &value| (value.min(low), value.max(high)));
            self.darkest.push(low);
            self.brightest.push(high);
        }
    }

    /// Half way between black and white around a block; 0, below everything, where there is no print.
    fn level(&self, block: usize, reach: usize) -> u8 {
        let around = block.saturating_sub(reach)..(block + reach + 1).min(self.darkest.len());
        let low = self.darkest[around.clone()].iter().copied().min().unwrap_or(0);
        let high = self.brightest[around].iter().copied().max().unwrap_or(0);
        if high - low < LEAST_CONTRAST { 0 } else { mean(low, high) + 1 }
    }
}
