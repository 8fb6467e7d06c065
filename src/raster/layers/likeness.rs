//! Whether the strokes of a word are still there, and the colors of a page.

use super::canvas::{Canvas, Window, cut};
use crate::base::units::Dpi;
use crate::raster::filter::{Mask, histogram, percentile};
use crate::raster::pixels::{Gray, Picture};

/// Where among a word's pixels, from the darkest, its ink and its paper are read.
const INK: f64 = 0.03;
const PAPER: f64 = 0.8;
/// Rows in which colors are compared: one in so many.
const ROW_STEP: usize = 4;

/// How much of a word's ink is lost or added, as a part of its ink: 0 for the same strokes, to the pixel beside.
///
/// Both are cut from the same place. Each has its own threshold, half way from its ink to its paper, so that paler ink is
/// no change but a missing dot is.
#[must_use]
pub fn strokes_changed(source: &Gray, shown: &Gray) -> f32 {
    let (before, after) = (strokes(source), strokes(shown));
    let missing = |strokes: &Mask, from: &Mask| {
        let near = from.grown();
        strokes.pixels.iter().zip(&near.pixels).filter(|(stroke, near)| **stroke && !**near).count()
    };
    let ink = before.pixels.iter().filter(|stroke| **stroke).count();
    (missing(&before, &after) + missing(&after, &before)) as f32 / ink.max(1) as f32
}

/// By how much, 0 to 255, the color of a square of a tenth of an inch differs where it differs most: as the eye sees it from
/// afar. Strokes that moved by a pixel change nothing; a seal in another tone does, and the lost edge of a colored field.
#[must_use]
pub fn tint_changed(source: &Picture, canvas: &Canvas, dpi: Dpi) -> f32 {
    let (size, edge) = (source.size(), (dpi.value() / 10.0).round().max(1.0) as usize);
    let (columns, rows) = (size.width as usize / edge, size.height as usize / edge);
    let mut worst = 0_u32;
    for square_row in 0..rows {
        let mut sums = vec![0_i32; columns * 3];
        for y in (square_row * edge..(square_row + 1) * edge).step_by(ROW_STEP) {
            let window = Window { columns: 0..columns * edge, rows: y..y + 1 };
            let (before, after) = (cut(source, &window).into_rgb(), canvas.part(&window).into_rgb());
            let pixels = before.pixels.as_chunks::<3>().0.iter().zip(after.pixels.as_chunks::<3>().0);
            for (x, (before, after)) in pixels.enumerate() {
                let cell = &mut sums[x / edge * 3..][..3];
                cell.iter_mut()
                    .zip(before.iter().zip(after))
                    .for_each(|(sum, (a, b))| *sum += i32::from(*a) - i32::from(*b));
            }
        }
        worst = sums.iter().map(|sum| sum.unsigned_abs()).fold(worst, u32::max);
    }
    worst as f32 / (edge * edge.div_ceil(ROW_STEP)) as f32
}

fn strokes(picture: &Gray) -> Mask {
    let counts = histogram(&picture.pixels);
    let threshold = percentile(&counts, INK).midpoint(percentile(&counts, PAPER));
    Mask { size: picture.size, pixels: picture.pixels.iter().map(|value| *value < threshold).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;

    /// Strokes and a dot, in ink of that brightness.
    fn word(ink: u8, dot: bool, shift: usize) -> Gray {
        let mut pixels = vec![240; 60 * 30];
        for y in 4..22 {
            (5..55).step_by(10).for_each(|x| pixels[y * 60 + x + shift..][..4].fill(ink));
        }
        if dot {
            (25..28).for_each(|y| pixels[y * 60 + 25..][..4].fill(ink));
        }
        Gray { size: Size { width: 60, height: 30 }, pixels }
    }

    #[test]
    fn paler_ink_and_a_pixel_aside_are_no_change() {
        let change = |other: &Gray| strokes_changed(&word(30, true, 0), other);
        assert!(change(&word(110, true, 0)) < 1e-6);
        assert!(change(&word(30, true, 1)) < 1e-6);
    }

    #[test]
    fn a_lost_dot_and_an_added_one_are_seen() {
        let (with, without) = (word(30, true, 0), word(30, false, 0));
        assert!(strokes_changed(&with, &without) > 0.03);
        assert!(strokes_changed(&without, &with) > 0.03);
    }
}
