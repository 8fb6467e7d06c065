//! Which pixels are ink: dark against the paper around, and of the size of print and writing.
//!
//! What is solid beyond the width of any stroke is no ink: photographs, black borders, filled fields. Specks below the size of a
//! full stop are left to the paper too, unless they belong to a word: a tone mark is never taken for dust.

use super::level::{Levels, cells_of};
use crate::base::geometry::{Rect, Size};
use crate::base::units::Dpi;
use crate::raster::filter::{Blob, Blobs, Mask, enlarge_onto};
use crate::raster::pixels::{Bilevel, Gray, Rgb};

/// Inches on a side of a square that no stroke fills, nor the star of a seal: 5 mm.
const SOLID_INCHES: f32 = 0.2;
/// Square inches below which a blob is dust: 9 pixels at 300 dpi; among words 3.
const SPECK_AREA: f32 = 9.0 / 90_000.0;
const SPECK_AREA_IN_WORDS: f32 = 3.0 / 90_000.0;
/// Pixels on a side of a cell in which solids and words are sought: one byte of the mask.
const CELL: u32 = 8;

/// The darkest channel of each pixel: red and blue ink are as dark in it as black.
pub(super) fn darkest_channel(picture: &Rgb) -> Gray {
    let pixels = picture.pixels.as_chunks::<3>().0.iter().map(|[red, green, blue]| *red.min(green).min(blue));
    Gray { size: picture.size, pixels: pixels.collect() }
}

/// The ink of a picture; `words` in its pixels.
pub(super) fn mask(darkness: &Gray, words: &[Rect], dpi: Dpi) -> Bilevel {
    let levels = Levels::of(darkness, words, dpi);
    let mut mask = dark_pixels(darkness, &levels);
    let cells = Size { width: darkness.size.width.div_ceil(CELL), height: darkness.size.height.div_ceil(CELL) };
    let in_words = cells_of(words, cells, CELL);
    drop_solids(&mut mask, &in_words, (dpi.value() * SOLID_INCHES / CELL as f32) as u32);
    drop_specks(&mut mask, &in_words, dpi);
    mask
}

fn dark_pixels(darkness: &Gray, levels: &Levels) -> Bilevel {
    let width = darkness.size.width as usize;
    let mut thresholds = vec![0; width];
    let mut rows = Vec::with_capacity(width.div_ceil(8) * darkness.size.height as usize);
    for (y, row) in darkness.pixels.chunks_exact(width.max(1)).enumerate() {
        enlarge_onto(&mut thresholds, &levels.thresholds, levels.cell, y as u32);
        rows.extend(row.chunks(8).zip(thresholds.chunks(8)).map(|(pixels, thresholds)| {
            let bits = pixels.iter().zip(thresholds).fold(0, |bits, (pixel, most)| bits << 1 | u8::from(pixel < most));
            bits << (8 - pixels.len())
        }));
    }
    Bilevel { size: darkness.size, rows }
}

/// Clears squares of `side` cells that are wholly dark, and what is dark around them, where no word is.
fn drop_solids(mask: &mut Bilevel, in_words: &[bool], side: u32) {
    let row_bytes = mask.row_bytes();
    let grid = Size { width: row_bytes as u32, height: mask.size.height.div_ceil(CELL) };
    let mut full = Vec::with_capacity(in_words.len());
    for band in mask.rows.chunks(row_bytes * CELL as usize) {
        let mut all = vec![0xFF; row_bytes];
        band.chunks_exact(row_bytes).for_each(|row| all.iter_mut().zip(row).for_each(|(all, byte)| *all &= byte));
        full.extend(all.iter().map(|byte| *byte == 0xFF));
    }
    let solids = Blobs::of(&squares(&Mask { size: grid, pixels: full }, side as usize));
    // Black borders are drawn by the mask at no cost.
    let is_inside =
        |blob: &Blob| blob.left > 1 && blob.top > 1 && blob.right + 1 < grid.width && blob.bottom + 1 < grid.height;
    if !solids.all.iter().any(is_inside) {
        return;
    }
    let around = solids.mask(is_inside).grown().grown();
    for (y, row) in mask.rows.chunks_exact_mut(row_bytes).enumerate() {
        let cells = y / CELL as usize * row_bytes..;
        let marks = around.pixels[cells.clone()].iter().zip(&in_words[cells]);
        row.iter_mut()
            .zip(marks)
            .filter(|(_, (solid, in_words))| **solid && !**in_words)
            .for_each(|(byte, _)| *byte = 0);
    }
}

/// The marks that lie in a square of `side` marks.
pub(super) fn squares(mask: &Mask, side: usize) -> Mask {
    let side = side.max(2);
    let (width, height) = (mask.size.width as usize, mask.size.height as usize);
    let mut pixels = vec![false; mask.pixels.len()];
    for y in 0..(height + 1).saturating_sub(side) {
        for x in 0..(width + 1).saturating_sub(side) {
            let rows = (y..y + side).map(|y| y * width + x..y * width + x + side);
            if rows.clone().all(|row| mask.pixels[row].iter().all(|mark| *mark)) {
                rows.for_each(|row| pixels[row].fill(true));
            }
        }
    }
    Mask { size: mask.size, pixels }
}

fn drop_specks(mask: &mut Bilevel, in_words: &[bool], dpi: Dpi) {
    let row_bytes = mask.row_bytes();
    let square_inch = dpi.value() * dpi.value();
    let least = |in_word: bool| square_inch * if in_word { SPECK_AREA_IN_WORDS } else { SPECK_AREA };
    let blobs = Blobs::of_bilevel(mask);
    for (y, run, blob) in blobs.runs() {
        let middle = (blob.left.midpoint(blob.right) / CELL, blob.top.midpoint(blob.bottom) / CELL);
        let in_word = in_words[middle.1 as usize * row_bytes + middle.0 as usize];
        if (blob.area as f32) < least(in_word) {
            let row = &mut mask.rows[y as usize * row_bytes..][..row_bytes];
            run.for_each(|x| row[x as usize / 8] &= !(0x80 >> (x % 8)));
        }
    }
}
