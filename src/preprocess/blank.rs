//! Whether a page is blank.

use super::survey::Survey;
use crate::raster::filter::Blob;

/// Share of the page that ink must cover: two digits of a page number cover 1.2 times as much on A4.
const LEAST_INK: f32 = 6.0e-5;
/// Inches below which a spot is dust: 1 mm.
const DUST_INCHES: f32 = 0.04;
/// Share of the page at each side in which nothing counts.
const MARGIN: f32 = 0.02;
/// Contrast of a printed or written stroke at the survey's resolution; print that shines through from the
/// back of the sheet stays below.
const STROKE: u8 = 40;

/// Whether nothing is written or printed: holes, shadows of the edge, dust and what shines through do not count.
pub(super) fn is_blank(survey: &Survey) -> bool {
    let size = survey.small.size;
    let (x, y) = ((size.width as f32 * MARGIN) as u32, (size.height as f32 * MARGIN) as u32);
    let inside = |b: &Blob| b.right > x && b.bottom > y && b.left < size.width - x && b.top < size.height - y;
    let counts = |blob: &Blob| {
        let long = blob.width().max(blob.height()) as f32 / survey.inch;
        long > DUST_INCHES && inside(blob) && !survey.is_border(blob) && !survey.is_hole(blob)
    };
    let marked = survey.ink.mask(counts);
    let strokes = marked.pixels.iter().zip(&survey.contrast.pixels).filter(|(mark, c)| **mark && **c > STROKE).count();
    (strokes as f32) < LEAST_INK * size.area() as f32
}
